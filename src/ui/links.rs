//! Addresses behind cells, for terminals that can follow them.
//!
//! A cell has no room for an address, but what is drawn is told from what was drawn before cell by
//! cell: so the cell carries a number, made from the address, as the colour of an underline that is
//! never drawn. Whoever writes the cells out looks the address up and takes the number away.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use ratatui::style::Color;

/// Longer addresses are cut by some terminals, and half an address leads elsewhere.
const LONGEST: usize = 2_000;

/// The addresses of one frame.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links(BTreeMap<u32, String>);

impl Links {
    /// Number and address that a cell's underline colour stands for.
    #[must_use]
    pub fn behind(&self, mark: Color) -> Option<(u32, &str)> {
        let Color::Rgb(red, green, blue) = mark else {
            return None;
        };
        let number = u32::from_be_bytes([0, red, green, blue]);
        Some((number, self.0.get(&number)?))
    }

    /// Whether no cell leads anywhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The mark for cells that lead to `address`; `None` if they must not.
    pub(super) fn mark(&mut self, address: &str) -> Option<Color> {
        let address = safe(address)?;
        let number = number(&address);
        // Of two addresses with one number, the second leads nowhere rather than to the first.
        if *self.0.entry(number).or_insert_with(|| address.clone()) != address {
            return None;
        }
        let [_, red, green, blue] = number.to_be_bytes();
        Some(Color::Rgb(red, green, blue))
    }
}

/// The address as the terminal may have it: web addresses only, nothing but printable ASCII.
fn safe(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once("://")?;
    if !matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https") || rest.is_empty() {
        return None;
    }
    let mut safe = String::with_capacity(address.len());
    for letter in address.chars().filter(|letter| !letter.is_control()) {
        if letter.is_ascii_graphic() {
            safe.push(letter);
            continue;
        }
        for byte in letter.encode_utf8(&mut [0; 4]).bytes() {
            // Writing to a string cannot fail.
            let _ = write!(safe, "%{byte:02X}");
        }
    }
    (safe.len() <= LONGEST).then_some(safe)
}

/// 24 bits of FNV-1a: the same address has the same number in every frame.
fn number(address: &str) -> u32 {
    let hash = address.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash >> 24) ^ (hash & 0x00ff_ffff)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_web_addresses_lead_somewhere() {
        for (address, expected) in [
            (
                "https://acme.example.com/browse/PAY-1",
                Some("https://acme.example.com/browse/PAY-1"),
            ),
            ("HTTP://localhost:80/ä b", Some("HTTP://localhost:80/%C3%A4%20b")),
            ("https://x/\u{1b}\\\u{7}\u{9c}y", Some("https://x/\\y")),
            ("https://", None),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("mailto:a@example.com", None),
            ("", None),
        ] {
            assert_eq!(safe(address).as_deref(), expected, "{address:?}");
        }
        assert_eq!(safe(&format!("https://x/{}", "a".repeat(LONGEST))), None);
    }

    #[test]
    fn a_mark_leads_back_to_its_address_and_is_the_same_in_every_frame() {
        let mut links = Links::default();
        let (one, two) = (links.mark("https://x/1").unwrap(), links.mark("https://x/2").unwrap());
        assert_ne!(one, two);
        assert_eq!(links.behind(one).unwrap().1, "https://x/1");
        assert_eq!(links.behind(Color::Red), None);
        assert_eq!(Links::default().mark("https://x/2"), Some(two));
        assert_eq!(Links::default().behind(two), None);
    }

    proptest! {
        #[test]
        fn whatever_the_address_no_control_character_is_left(address in "https?://\\PC{0,20}[\\x00-\\x9f]{0,9}\\PC{0,9}") {
            if let Some(safe) = safe(&address) {
                prop_assert!(safe.bytes().all(|byte| byte.is_ascii_graphic()));
            }
        }
    }
}
