//! A one-line text field with the keys of readline.
//!
//! Must never be in here: what the text is for, or drawing. The cursor is always on a grapheme
//! boundary.

use crossterm::event::{KeyCode, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use super::chord::Chord;

/// Longest text that a field takes; a paste is cut there.
const LIMIT: usize = 128 * 1024;

/// Text being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineEdit {
    text: String,
    cursor: usize,
    killed: String,
}

impl LineEdit {
    /// A field that holds `text`, cursor at its end.
    pub(crate) fn new(text: &str) -> Self {
        let mut edit = Self::default();
        edit.set(text);
        edit
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn set(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        self.cursor = self.text.len();
    }

    /// What stands before the cursor.
    pub(crate) fn before_cursor(&self) -> &str {
        self.text.get(..self.cursor).unwrap_or(&self.text)
    }

    /// Puts `text` in the place of what stands between byte `from` and the cursor.
    pub(crate) fn replace_before(&mut self, from: usize, text: &str) {
        let Some(kept) = self.before_cursor().get(..from) else {
            return;
        };
        let cursor = kept.len() + text.len();
        self.text = format!("{kept}{text}{}", self.after_cursor());
        self.cursor = cursor;
    }

    fn after_cursor(&self) -> &str {
        self.text.get(self.cursor..).unwrap_or("")
    }

    /// Takes a key that belongs to text; `false` leaves it to the caller.
    pub(crate) fn key(&mut self, chord: Chord) -> bool {
        if let Some(letter) = chord.typed() {
            self.insert(letter.encode_utf8(&mut [0; 4]));
            return true;
        }
        match chord.parts() {
            (KeyCode::Char(letter), KeyModifiers::CONTROL) => self.control(letter),
            (KeyCode::Char('b'), KeyModifiers::ALT) | (KeyCode::Left, KeyModifiers::CONTROL | KeyModifiers::ALT) => {
                self.cursor = self.word_left();
                true
            }
            (KeyCode::Char('f'), KeyModifiers::ALT) | (KeyCode::Right, KeyModifiers::CONTROL | KeyModifiers::ALT) => {
                self.cursor = self.word_right();
                true
            }
            (KeyCode::Backspace, KeyModifiers::ALT | KeyModifiers::CONTROL) => {
                self.kill(self.word_left(), self.cursor);
                true
            }
            (code, KeyModifiers::NONE | KeyModifiers::SHIFT) => self.plain(code),
            _ => false,
        }
    }

    fn control(&mut self, letter: char) -> bool {
        match letter {
            'a' => self.cursor = 0,
            'e' => self.cursor = self.text.len(),
            'b' => self.cursor = self.left(),
            'f' => self.cursor = self.right(),
            'w' => self.kill(self.word_left(), self.cursor),
            'u' => self.kill(0, self.cursor),
            'k' => self.kill(self.cursor, self.text.len()),
            'y' => {
                let killed = self.killed.clone();
                self.insert(&killed);
            }
            'h' => self.remove(self.left(), self.cursor),
            'd' => self.remove(self.cursor, self.right()),
            _ => return false,
        }
        true
    }

    fn plain(&mut self, code: KeyCode) -> bool {
        match code {
            KeyCode::Left => self.cursor = self.left(),
            KeyCode::Right => self.cursor = self.right(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            KeyCode::Backspace => self.remove(self.left(), self.cursor),
            KeyCode::Delete => self.remove(self.cursor, self.right()),
            _ => return false,
        }
        true
    }

    /// Puts text before and after the cursor in the place of what is there.
    pub(crate) fn set_around(&mut self, before: &str, after: &str) {
        self.set(before);
        self.insert(after);
        self.cursor = before.len().min(self.text.len());
    }

    /// Takes pasted text: line breaks become spaces, other control characters are left out.
    pub(crate) fn paste(&mut self, text: &str) {
        let line: String = text
            .trim_end_matches(['\r', '\n'])
            .chars()
            .map(|letter| if letter.is_whitespace() { ' ' } else { letter })
            .filter(|letter| !letter.is_control())
            .collect();
        self.insert(&line);
    }

    /// Takes pasted text of several lines: its line breaks stay, tabs become spaces, other control
    /// characters are left out.
    pub(crate) fn paste_lines(&mut self, text: &str) {
        let text = text
            .trim_end_matches(['\r', '\n'])
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        let block: String = text
            .chars()
            .map(|letter| match letter {
                '\n' => letter,
                letter if letter.is_whitespace() => ' ',
                letter => letter,
            })
            .filter(|letter| *letter == '\n' || !letter.is_control())
            .collect();
        self.insert(&block);
    }

    fn insert(&mut self, text: &str) {
        let room = LIMIT.saturating_sub(self.text.len());
        let mut end = text.len().min(room);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.text.insert_str(self.cursor, &text[..end]);
        self.cursor += end;
    }

    fn remove(&mut self, from: usize, to: usize) {
        if from < to {
            self.text.replace_range(from..to, "");
            self.cursor = from;
        }
    }

    fn kill(&mut self, from: usize, to: usize) {
        if from < to {
            self.killed = self.text.get(from..to).unwrap_or_default().to_owned();
            self.remove(from, to);
        }
    }

    fn left(&self) -> usize {
        let last = self.before_cursor().graphemes(true).next_back();
        self.cursor - last.map_or(0, str::len)
    }

    fn right(&self) -> usize {
        let next = self.after_cursor().graphemes(true).next();
        self.cursor + next.map_or(0, str::len)
    }

    fn word_left(&self) -> usize {
        let trimmed = self.before_cursor().trim_end();
        trimmed
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + trimmed[at..].chars().next().map_or(1, char::len_utf8))
    }

    fn word_right(&self) -> usize {
        let after = self.after_cursor();
        let skipped = after.len() - after.trim_start().len();
        let word = after[skipped..]
            .find(char::is_whitespace)
            .unwrap_or(after.len() - skipped);
        self.cursor + skipped + word
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(start: &str, keys: &str) -> (String, String) {
        let mut edit = LineEdit::new(start);
        for key in keys.split(' ').filter(|key| !key.is_empty()) {
            let chord = Chord::parse(key)
                .unwrap_or_else(|_| Chord::new(KeyCode::Char(key.chars().last().unwrap()), KeyModifiers::CONTROL));
            edit.key(chord);
        }
        (edit.before_cursor().to_owned(), edit.after_cursor().to_owned())
    }

    #[test]
    fn readline_keys_edit_as_people_expect() {
        for (start, keys, before, after) in [
            ("", "a b", "ab", ""),
            ("one two", "ctrl-w", "one ", ""),
            ("one two", "ctrl-a ctrl-k ctrl-y", "one two", ""),
            ("one two", "alt-b", "one ", "two"),
            ("one two", "ctrl-a alt-f", "one", " two"),
            ("one two", "alt-b ctrl-u", "", "two"),
            ("ab", "left x", "ax", "b"),
            ("ab", "home delete", "", "b"),
            ("日本", "backspace", "日", ""),
            ("e\u{301}", "backspace", "", ""),
            ("👩‍👩‍👧x", "left left", "", "👩‍👩‍👧x"),
        ] {
            assert_eq!(
                typed(start, keys),
                (before.to_owned(), after.to_owned()),
                "{start} {keys}"
            );
        }
    }

    #[test]
    fn a_paste_of_several_lines_keeps_them_where_they_belong() {
        let mut edit = LineEdit::new("<>");
        edit.key(Chord::parse("left").unwrap());
        edit.paste_lines("a\tb\r\n\rc \u{1b}[31md\n\n");
        assert_eq!(edit.text(), "<a b\n\nc [31md>");
        assert_eq!(edit.before_cursor(), "<a b\n\nc [31md");
    }

    #[test]
    fn a_paste_is_one_clean_line() {
        let mut edit = LineEdit::default();
        edit.paste("a = 1\r\nAND\tb = \u{1b}[31m2\n");
        assert_eq!(edit.text(), "a = 1  AND b = [31m2");
        let mut full = LineEdit::default();
        full.paste(&"é".repeat(LIMIT));
        assert!(full.text().len() <= LIMIT);
    }

    proptest! {
        #[test]
        fn no_key_breaks_the_cursor(start in ".{0,20}", keys in proptest::collection::vec(0usize..14, 0..40)) {
            let all = ["x", "left", "right", "home", "end", "backspace", "delete", "ctrl-w", "ctrl-u", "ctrl-k",
                "ctrl-y", "alt-b", "alt-f", "é"];
            let mut edit = LineEdit::new(&start);
            for key in keys {
                edit.key(Chord::parse(all[key]).unwrap());
                prop_assert!(edit.text().is_char_boundary(edit.cursor));
                prop_assert!(edit.cursor <= edit.text().len());
            }
        }
    }
}
