//! What stands between the braces, in words.

use crate::jql::Span;

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// `title`, `5`, `-3`, `in-progress`.
    Word(String),
    /// In quotation marks, single or double, escapes decoded.
    Text(String),
    Pipe,
    Colon,
    Comma,
    Equals,
    Dot,
    Open,
    Close,
    /// A quotation mark without its partner.
    Unclosed,
    /// Anything else.
    Other(char),
    End,
}

impl Kind {
    /// As it is shown in messages.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Word(word) | Self::Text(word) => word.clone(),
            Self::Pipe => "|".to_owned(),
            Self::Colon => ":".to_owned(),
            Self::Comma => ",".to_owned(),
            Self::Equals => "=".to_owned(),
            Self::Dot => ".".to_owned(),
            Self::Open => "(".to_owned(),
            Self::Close => ")".to_owned(),
            Self::Unclosed => "\"".to_owned(),
            Self::Other(c) => c.to_string(),
            Self::End => String::new(),
        }
    }
}

/// The tokens of `source` from `start` up to `end`; the last one is `End`.
pub(super) fn lex(source: &str, start: usize, end: usize) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = start;
    while let Some(c) = source[at..end].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (kind, length) = token(&source[at..end], c);
        let span = Span::new(at, at + length);
        at += length;
        tokens.push(Token { kind, span });
    }
    tokens.push(Token {
        kind: Kind::End,
        span: Span::new(end, end),
    });
    tokens
}

fn token(rest: &str, first: char) -> (Kind, usize) {
    let kind = match first {
        '|' => Kind::Pipe,
        ':' => Kind::Colon,
        ',' => Kind::Comma,
        '=' => Kind::Equals,
        '.' => Kind::Dot,
        '(' => Kind::Open,
        ')' => Kind::Close,
        '"' | '\'' => return quoted(rest, first),
        c if is_word(c) => {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            return (Kind::Word(rest[..length].to_owned()), length);
        }
        c => Kind::Other(c),
    };
    (kind, first.len_utf8())
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '+' | '%')
}

fn quoted(rest: &str, mark: char) -> (Kind, usize) {
    match end_of_text(rest, mark) {
        Some(length) => (Kind::Text(unescaped(&rest[1..length - 1])), length),
        None => (Kind::Unclosed, rest.len()),
    }
}

/// Length of the text that starts `rest`, marks included.
pub(super) fn end_of_text(rest: &str, mark: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == mark => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => {}
            },
            (c, false) => out.push(c),
        }
    }
    out
}
