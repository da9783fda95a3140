//! Keys as people write and read them: `ctrl-p`, `F5`, `shift-tab`, `G`.
//!
//! Must never be in here: what a key does (that is `keymap` and `action`).

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// One key with its modifiers, normalised so that the same press is always the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Chord {
    code: KeyCode,
    mods: KeyModifiers,
}

/// Names of keys that are not a single character, first spelling preferred when shown.
const NAMED: &[(&str, KeyCode, &str)] = &[
    ("enter", KeyCode::Enter, "enter"),
    ("return", KeyCode::Enter, "enter"),
    ("esc", KeyCode::Esc, "esc"),
    ("escape", KeyCode::Esc, "esc"),
    ("tab", KeyCode::Tab, "tab"),
    ("shift-tab", KeyCode::BackTab, "shift-tab"),
    ("backtab", KeyCode::BackTab, "shift-tab"),
    ("space", KeyCode::Char(' '), "space"),
    ("up", KeyCode::Up, "↑"),
    ("down", KeyCode::Down, "↓"),
    ("left", KeyCode::Left, "←"),
    ("right", KeyCode::Right, "→"),
    ("home", KeyCode::Home, "home"),
    ("end", KeyCode::End, "end"),
    ("pgup", KeyCode::PageUp, "pgup"),
    ("pageup", KeyCode::PageUp, "pgup"),
    ("pgdn", KeyCode::PageDown, "pgdn"),
    ("pagedown", KeyCode::PageDown, "pgdn"),
    ("backspace", KeyCode::Backspace, "backspace"),
    ("delete", KeyCode::Delete, "del"),
    ("del", KeyCode::Delete, "del"),
    ("insert", KeyCode::Insert, "ins"),
];

impl Chord {
    /// The chord of a key press.
    #[must_use]
    pub fn of(key: KeyEvent) -> Self {
        Self::new(key.code, key.modifiers)
    }

    /// The chord of a code with modifiers; shift is part of a character, not a modifier of it.
    #[must_use]
    pub fn new(code: KeyCode, mods: KeyModifiers) -> Self {
        let mut mods = mods & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match code {
            KeyCode::Tab if mods.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            KeyCode::Char(letter) if mods.contains(KeyModifiers::CONTROL) => KeyCode::Char(letter.to_ascii_lowercase()),
            KeyCode::Char(letter) if mods.contains(KeyModifiers::SHIFT) => KeyCode::Char(letter.to_ascii_uppercase()),
            other => other,
        };
        if matches!(code, KeyCode::Char(_) | KeyCode::BackTab) {
            mods.remove(KeyModifiers::SHIFT);
        }
        Self { code, mods }
    }

    /// Reads `ctrl-p`, `F5`, `shift-tab`, `alt-x`, `G`, `<`.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let mut rest = text;
        let mut mods = KeyModifiers::NONE;
        while let Some((modifier, tail)) = split_modifier(rest) {
            if rest.eq_ignore_ascii_case("shift-tab") {
                break;
            }
            mods |= modifier;
            rest = tail;
        }
        let code = Self::parse_code(rest).ok_or_else(|| format!("\"{text}\" is not a key"))?;
        let chord = Self::new(code, mods);
        match chord.code {
            KeyCode::Char('h' | 'i' | 'j' | 'm') if chord.mods == KeyModifiers::CONTROL => Err(format!(
                "most terminals cannot tell {} from backspace, tab or enter",
                chord.label()
            )),
            _ => Ok(chord),
        }
    }

    fn parse_code(text: &str) -> Option<KeyCode> {
        let mut letters = text.chars();
        if let (Some(letter), None) = (letters.next(), letters.next()) {
            return (!letter.is_control()).then_some(KeyCode::Char(letter));
        }
        if let Some((_, code, _)) = NAMED.iter().find(|(name, ..)| name.eq_ignore_ascii_case(text)) {
            return Some(*code);
        }
        let number: u8 = text.strip_prefix(['f', 'F'])?.parse().ok()?;
        (1..=24).contains(&number).then_some(KeyCode::F(number))
    }

    /// How it is written in hints and help.
    #[must_use]
    pub fn label(self) -> String {
        let mut label = String::new();
        for (modifier, name) in [
            (KeyModifiers::CONTROL, "ctrl-"),
            (KeyModifiers::ALT, "alt-"),
            (KeyModifiers::SHIFT, "shift-"),
        ] {
            if self.mods.contains(modifier) {
                label.push_str(name);
            }
        }
        match self.code {
            KeyCode::Char(letter) if letter != ' ' => label.push(letter),
            KeyCode::F(number) => label.push_str(&format!("F{number}")),
            code => {
                let name = NAMED
                    .iter()
                    .find(|(_, named, _)| *named == code)
                    .map(|(_, _, shown)| *shown);
                label.push_str(name.unwrap_or("?"));
            }
        }
        label
    }

    /// The character that this press types, if it types one.
    #[must_use]
    pub fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(letter) if self.mods.is_empty() => Some(letter),
            _ => None,
        }
    }

    /// Code and modifiers, for text entry and overlays.
    #[must_use]
    pub fn parts(self) -> (KeyCode, KeyModifiers) {
        (self.code, self.mods)
    }
}

fn split_modifier(text: &str) -> Option<(KeyModifiers, &str)> {
    [
        ("ctrl-", KeyModifiers::CONTROL),
        ("alt-", KeyModifiers::ALT),
        ("shift-", KeyModifiers::SHIFT),
    ]
    .into_iter()
    .find_map(|(name, modifier)| {
        let head = text.get(..name.len())?;
        let tail = text.get(name.len()..)?;
        (head.eq_ignore_ascii_case(name) && !tail.is_empty()).then_some((modifier, tail))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_is_shown() {
        for (text, label) in [
            ("r", "r"),
            ("R", "R"),
            ("<", "<"),
            ("-", "-"),
            ("ctrl-p", "ctrl-p"),
            ("Ctrl-P", "ctrl-p"),
            ("ctrl--", "ctrl--"),
            ("f5", "F5"),
            ("Shift-Tab", "shift-tab"),
            ("space", "space"),
            ("pagedown", "pgdn"),
            ("alt-x", "alt-x"),
            ("shift-up", "shift-↑"),
            ("я", "я"),
        ] {
            assert_eq!(Chord::parse(text).map(Chord::label).as_deref(), Ok(label), "{text}");
        }
    }

    #[test]
    fn nonsense_and_keys_that_terminals_confuse_are_refused() {
        for text in [
            "", "ctrl-", "f0", "f99", "hyper-x", "ctrl-h", "ctrl-i", "ctrl-j", "ctrl-m",
        ] {
            assert!(Chord::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shift_belongs_to_the_character() {
        let typed = Chord::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(Ok(typed), Chord::parse("G"));
        let reported_lower = Chord::new(KeyCode::Char('g'), KeyModifiers::SHIFT);
        assert_eq!(Ok(reported_lower), Chord::parse("G"));
        assert_eq!(
            Ok(Chord::new(KeyCode::Tab, KeyModifiers::SHIFT)),
            Chord::parse("shift-tab")
        );
    }
}
