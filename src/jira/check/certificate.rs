//! Whose certificate a server showed: just enough of X.509 to name subject, issuer and end.
//!
//! Must never be in here: trust. Whether a certificate is accepted is decided by the TLS library;
//! this only puts an accepted one into words.

use std::fmt;

use crate::jira::wire::refusal::clean;

/// A certificate in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Certificate {
    subject: String,
    issuer: String,
    until: String,
}

const INTEGER: u8 = 0x02;
const OBJECT_ID: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const VERSION: u8 = 0xA0;

/// Common name and organisation, in the order in which they are preferred.
const NAMES: [&[u8]; 2] = [&[0x55, 0x04, 0x03], &[0x55, 0x04, 0x0A]];

impl Certificate {
    /// Reads a certificate in DER; `None` for anything unexpected.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (certificate, _) = element(der, SEQUENCE)?;
        let (mut rest, _) = element(certificate, SEQUENCE)?;
        if let Some((_, after)) = element(rest, VERSION) {
            rest = after;
        }
        let (_, rest) = element(rest, INTEGER)?;
        let (_, rest) = element(rest, SEQUENCE)?;
        let (issuer, rest) = element(rest, SEQUENCE)?;
        let (validity, rest) = element(rest, SEQUENCE)?;
        let (subject, _) = element(rest, SEQUENCE)?;
        let (_, _, end) = any(validity)?;
        Some(Self {
            subject: name(subject),
            issuer: name(issuer),
            until: day(end)?,
        })
    }
}

/// Tag, content and what follows.
fn any(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}

fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, content, after) = any(der)?;
    (found == tag).then_some((content, after))
}

/// The most telling part of a distinguished name.
fn name(der: &[u8]) -> String {
    let found = NAMES.iter().find_map(|wanted| part(der, wanted));
    found.unwrap_or_else(|| "a holder without a name".to_owned())
}

fn part(mut der: &[u8], wanted: &[u8]) -> Option<String> {
    while let Some((set, after)) = element(der, SET) {
        der = after;
        let Some((pair, _)) = element(set, SEQUENCE) else {
            continue;
        };
        let Some((id, value)) = element(pair, OBJECT_ID) else {
            continue;
        };
        if id == wanted {
            let (_, text, _) = any(value)?;
            return Some(clean(&String::from_utf8_lossy(text))).filter(|text| !text.is_empty());
        }
    }
    None
}

/// `2027-01-31`, from either of the two time types.
fn day(der: &[u8]) -> Option<String> {
    let (tag, text, _) = any(der)?;
    let text = std::str::from_utf8(text).ok().filter(|text| text.is_ascii())?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            // Two digits stand for 1950 to 2049.
            let century = if year < "50" { "20" } else { "19" };
            (format!("{century}{year}"), rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.to_owned(), rest)
        }
        _ => return None,
    };
    Some(format!("{year}-{}-{}", rest.get(..2)?, rest.get(2..4)?))
}

impl fmt::Display for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { subject, issuer, until } = self;
        write!(f, "{subject}, issued by {issuer}, valid until {until}")
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

    use super::*;

    fn der(name: &str, year: i32) -> Vec<u8> {
        let mut params = CertificateParams::new(vec!["jira.example.com".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(year, 3, 4);
        params
            .self_signed(&KeyPair::generate().unwrap())
            .unwrap()
            .der()
            .to_vec()
    }

    #[test]
    fn subject_issuer_and_end_are_named() {
        for (name, year, expected) in [
            ("Jira Äé", 2031, "Jira Äé, issued by Jira Äé, valid until 2031-03-04"),
            ("x", 2063, "x, issued by x, valid until 2063-03-04"),
            (
                "a\u{1b}[31mb",
                2031,
                "a [31mb, issued by a [31mb, valid until 2031-03-04",
            ),
        ] {
            assert_eq!(Certificate::read(&der(name, year)).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn damaged_certificates_are_not_named() {
        let whole = der("x", 2031);
        for length in 0..whole.len() / 2 {
            assert_eq!(Certificate::read(&whole[..length]), None);
        }
    }
}
