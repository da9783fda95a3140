//! Secrets taken out of texts that a server may have echoed them in.
//!
//! Must never be in here: a secret being kept.

use secrecy::{ExposeSecret, SecretString};

/// What stands in for a secret in text.
const HIDDEN: &str = "[hidden]";

/// Texts shorter than this are not looked for in messages: hiding every "a" helps nobody.
const LEAST_HIDDEN: usize = 4;

/// So much of the beginning of a secret is hidden even without the rest.
const LEAST_BEGINNING: usize = 16;

/// `text` without these secrets.
pub(super) fn hide<'s>(text: &str, secrets: impl IntoIterator<Item = &'s SecretString>) -> String {
    let mut text = text.to_owned();
    for secret in secrets {
        let secret = secret.expose_secret().trim();
        if secret.len() >= LEAST_HIDDEN {
            text = without(&text, secret);
        }
    }
    text
}

/// `text` without one secret, and without its beginning alone: what a server says is shortened
/// before it gets here, which may have cut the secret in the middle.
fn without(text: &str, secret: &str) -> String {
    let start = secret.char_indices().map(|(at, _)| at).find(|at| *at >= LEAST_HIDDEN);
    let start = &secret[..start.unwrap_or(secret.len())];
    let (mut shown, mut rest) = (String::new(), text);
    while let Some(at) = rest.find(start) {
        let (before, found) = rest.split_at(at);
        shown.push_str(before);
        let same = found
            .chars()
            .zip(secret.chars())
            .take_while(|(one, other)| one == other);
        let (begun, after) = found.split_at(same.map(|(one, _)| one.len_utf8()).sum());
        let is_cut = after.is_empty() || after.starts_with('…');
        if begun.len() == secret.len() || begun.len() >= LEAST_BEGINNING || is_cut {
            shown.push_str(HIDDEN);
            rest = after;
        } else {
            let first = found.chars().next().map_or(0, char::len_utf8);
            shown.push_str(&found[..first]);
            rest = &found[first..];
        }
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    #[test]
    fn a_secret_that_was_cut_is_hidden_too() {
        let token = secret("s3cr3t-t0ken-of-twenty-six");
        for (text, expected) in [
            ("a s3cr3t-t0ken-of-twenty-six b", "a [hidden] b"),
            ("a s3cr3t-t0ken-of-twe", "a [hidden]"),
            ("a s3cr3… (GET /x)", "a [hidden]… (GET /x)"),
            ("a s3cr3t-t0ken-of-t b", "a [hidden] b"),
            ("a s3cr3t-t0ken b", "a s3cr3t-t0ken b"),
            ("s3cs3cr3t-t0ken-of-twenty-sixs3c", "s3c[hidden]s3c"),
        ] {
            assert_eq!(hide(text, [&token]), expected);
        }
        assert_eq!(hide("ääüü äää b", [&secret("ääüü")]), "[hidden] äää b");
        assert_eq!(hide("abc", [&secret("abc")]), "abc");
    }
}
