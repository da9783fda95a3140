//! Parts of forms: a field for a secret, texts that keep some of theirs out of `Debug`.
//!
//! Must never be in here: what a form is for, or drawing.

use std::fmt;

use crossterm::event::{KeyCode, KeyModifiers};
use secrecy::{ExposeSecret as _, SecretString};

use super::chord::Chord;
use super::event::Masked;
use super::line_edit::LineEdit;

/// Longest secret that is taken; a private key of 16384 bits has about 13,000 characters.
const LIMIT: usize = 64 * 1024;

/// A secret being typed or pasted. It is written and read at its end only: who cannot see the text
/// cannot aim at its middle.
#[derive(Clone, Default)]
pub(crate) struct SecretEdit(SecretString);

impl fmt::Debug for SecretEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretEdit")
    }
}

impl SecretEdit {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.expose_secret().is_empty()
    }

    /// What was typed, without the blanks and line breaks that copying brings along.
    pub(crate) fn masked(&self) -> Option<Masked> {
        let text = self.0.expose_secret().trim();
        (!text.is_empty()).then(|| Masked::new(text))
    }

    /// What of it may be shown: dots, and how many characters they stand for if they do not fit.
    pub(crate) fn dots(&self, cells: usize) -> String {
        let len = self.0.expose_secret().chars().count();
        if len < cells {
            return "•".repeat(len);
        }
        let count = format!(" {len} characters");
        format!("{}{count}", "•".repeat(cells.saturating_sub(count.len() + 1)))
    }

    /// Takes a key that belongs to text; `false` leaves it to the caller.
    pub(crate) fn key(&mut self, chord: Chord) -> bool {
        if let Some(letter) = chord.typed() {
            self.push(letter.encode_utf8(&mut [0; 4]));
            return true;
        }
        match chord.parts() {
            (KeyCode::Backspace, KeyModifiers::NONE) => {
                let text = self.0.expose_secret();
                let end = text.char_indices().next_back().map_or(0, |(at, _)| at);
                self.0 = SecretString::from(text[..end].to_owned());
            }
            (KeyCode::Char('u' | 'w'), KeyModifiers::CONTROL) => self.0 = SecretString::default(),
            _ => return false,
        }
        true
    }

    /// Takes pasted text, line breaks included: a private key has them.
    pub(crate) fn paste(&mut self, text: &str) {
        self.push(text);
    }

    fn push(&mut self, more: &str) {
        let present = self.0.expose_secret();
        if present.len() + more.len() <= LIMIT {
            self.0 = SecretString::from(format!("{present}{more}"));
        }
    }
}

/// A text that is seen on the screen but has no business in a log: an address with a code in it.
#[derive(Clone, Default)]
pub(crate) struct PrivateEdit(pub(crate) LineEdit);

impl fmt::Debug for PrivateEdit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateEdit")
    }
}

/// Splits a command into its words, as a shell would with quotes and backslashes alone.
///
/// # Errors
/// Says which quote has no partner.
pub(crate) fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(letters.next()),
            (None, letter) if letter.is_whitespace() => words.extend(word.take()),
            (_, letter) => word.get_or_insert_default().push(letter),
        }
    }
    if let Some(open) = quote {
        return Err(format!("the quote {open} has no partner"));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_typed_and_pasted_but_never_shown() {
        let mut edit = SecretEdit::default();
        edit.paste("-----BEGIN\nhunter2\n");
        edit.key(Chord::parse("x").unwrap());
        edit.key(Chord::parse("backspace").unwrap());
        assert_eq!(edit.masked().unwrap().secret().expose_secret(), "-----BEGIN\nhunter2");
        assert_eq!(edit.dots(40), "•".repeat(19));
        assert_eq!(edit.dots(17), "•• 19 characters");
        assert_eq!(format!("{edit:?} {:?}", edit.masked()), "SecretEdit Some(Masked)");
        edit.key(Chord::parse("ctrl-u").unwrap());
        assert!(edit.is_empty() && edit.masked().is_none());
        edit.paste(&"é".repeat(LIMIT));
        assert!(edit.is_empty(), "too much is not taken in part: half a key is no key");
    }

    #[test]
    fn a_command_is_split_as_a_shell_does() {
        for (text, expected) in [
            ("pass show jira", vec!["pass", "show", "jira"]),
            ("op read 'op://a b/c'", vec!["op", "read", "op://a b/c"]),
            (r#"x "a \" b" c\ d"#, vec!["x", "a \" b", "c d"]),
            ("  ", vec![]),
            ("x ''", vec!["x", ""]),
        ] {
            assert_eq!(words(text).unwrap(), expected, "{text}");
        }
        assert!(words("pass 'show").is_err());
    }
}
