//! Text within wiki markup: whatever would be markup there is kept from being it.
//!
//! A backslash keeps the signs that Jira documents from being read; what it does not document (the
//! backslash itself, pictures made of brackets, headings) is written as a character entity, which
//! Jira turns into the character after it has looked for markup.

use crate::richtext::steps;

/// Signs of Jira's little pictures, as they stand between brackets.
const PICTURES: [&str; 18] = [
    "y", "n", "i", "/", "x", "!", "+", "-", "?", "on", "off", "*", "*r", "*g", "*b", "*y", "flag", "flagoff",
];

/// Wiki markup under construction.
#[derive(Default)]
pub(super) struct Markup {
    pub(super) out: String,
    /// Where the text of this line, item or cell starts.
    pub(super) line: usize,
    /// Marks around what is written.
    pub(super) marked: usize,
    /// Within `{{` and `}}`.
    pub(super) mono: bool,
}

impl Markup {
    /// The next text starts a line, item or cell.
    pub(super) fn start_line(&mut self) {
        self.line = self.out.len();
    }

    /// The character before, on this line.
    pub(super) fn before(&self) -> Option<char> {
        self.out.get(self.line..).and_then(|line| line.chars().next_back())
    }

    /// Whether nothing but opened marks stands on the line: `*#` would start a list.
    fn is_fresh(&self) -> bool {
        let line = self.out.get(self.line..).unwrap_or_default();
        line.bytes()
            .inspect(|_| steps::count(1))
            .all(|byte| b"*-_+#".contains(&byte))
    }

    /// Writes text; `after` is what follows it on the line, if that is known.
    pub(super) fn text(&mut self, text: &str, after: Option<char>) {
        steps::count(text.len());
        for (at, c) in text.char_indices() {
            let rest = &text[at + c.len_utf8()..];
            let next = rest.chars().next().or(after);
            self.character(c, next, rest);
        }
    }

    fn character(&mut self, c: char, next: Option<char>, rest: &str) {
        let before = self.before();
        let fresh = self.is_fresh();
        match c {
            c if c.is_whitespace() && self.out.len() == self.line => {}
            '\n' | '\r' | '\t' => self.out.push(' '),
            '\\' => self.entity(c),
            '{' | '}' if self.mono => self.entity(c),
            '{' | '}' | '[' | ']' | '|' | '^' | '~' => self.escape(c),
            '*' | '_' | '-' | '+' => {
                let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let space = |c: Option<char>| c.is_some_and(char::is_whitespace);
                let alone = space(before) && space(next);
                let safe = !fresh && self.marked == 0 && (word(before) && word(next) || alone);
                self.unless(safe, c);
            }
            '?' => self.unless(before != Some('?') && next != Some('?'), c),
            '!' => {
                let ends = next.is_none_or(|next| next.is_whitespace() || matches!(next, '.' | ',' | ')' | '"' | '\''));
                self.unless(ends && before.is_some_and(char::is_alphanumeric), c);
            }
            '#' => self.unless(!fresh, c),
            '(' | ')' if self.ends_in_eyes() => self.entity(c),
            'D' | 'P' | 'p' if self.ends_in_eyes() && !next.is_some_and(char::is_alphanumeric) => self.entity(c),
            '(' if is_picture(rest) => self.entity(c),
            ':' if rest.starts_with("//") => self.entity(c),
            '.' if self.starts_block() => self.entity(c),
            '&' if is_entity(rest) => self.out.push_str("&amp;"),
            c => self.out.push(c),
        }
    }

    fn unless(&mut self, safe: bool, c: char) {
        if safe {
            self.out.push(c);
        } else {
            self.escape(c);
        }
    }

    fn escape(&mut self, c: char) {
        self.out.push('\\');
        self.out.push(c);
    }

    /// Writes a character as its number.
    pub(super) fn entity(&mut self, c: char) {
        self.out.push_str(&format!("&#{};", u32::from(c)));
    }

    /// Whether `:` or `;` stands before, with or without a nose; a bracket would make a face of it.
    fn ends_in_eyes(&self) -> bool {
        let bytes = self.out.as_bytes();
        let bytes = bytes
            .strip_suffix(b"\\-")
            .or_else(|| bytes.strip_suffix(b"-"))
            .unwrap_or(bytes);
        matches!(bytes.last(), Some(b':' | b';'))
    }

    /// Whether the line so far would make a heading or a quote of it with a full stop.
    fn starts_block(&self) -> bool {
        let line = self.out.get(self.line..).unwrap_or_default().as_bytes();
        matches!(line, b"bq" | [b'h', b'1'..=b'6'])
    }
}

fn is_picture(rest: &str) -> bool {
    PICTURES
        .iter()
        .any(|sign| rest.strip_prefix(sign).is_some_and(|rest| rest.starts_with(')')))
}

/// Whether `rest` and the `&` before it would be read as one character.
fn is_entity(rest: &str) -> bool {
    let name = rest.strip_prefix('#').unwrap_or(rest);
    let len = name.bytes().take(12).take_while(u8::is_ascii_alphanumeric).count();
    len > 0 && name[len..].starts_with(';')
}

/// An address in a form that can stand in brackets.
pub(super) fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '[' | ']' | '{' | '}' | '|' | '\\' | '^' | '"' | '<' | '>' | '`' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}
