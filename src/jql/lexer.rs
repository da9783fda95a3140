//! Text to tokens. Lexing stops at the first thing that is no token: nothing after it can matter.

use super::ast::Span;
use super::words::{Keyword, is_illegal, is_number, is_reserved, is_word_char};

/// What a token is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Keyword(Keyword),
    /// Unquoted text, escapes still in it.
    Word,
    /// Text with its quotation marks.
    Quoted,
    /// `-?[0-9]+`.
    Number,
    /// A word that must be quoted.
    Reserved,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    Comma,
    Eq,
    NotEq,
    Like,
    NotLike,
    Lt,
    Gt,
    LtEq,
    GtEq,
    Bang,
    Bad(Bad),
    End,
}

/// Why something is no token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bad {
    /// A printable character that JQL keeps for itself.
    ReservedChar(char),
    /// A control character or non-character.
    IllegalChar(char),
    /// A backslash before something that it cannot escape.
    Escape(String),
    /// A quotation mark without its partner; what follows it, decoded.
    Unfinished(String),
}

/// A token and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// The tokens of `source`; the last one is `End` or `Bad`.
pub(super) fn lex(source: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(source.len() / 5 + 1);
    let mut at = 0;
    loop {
        at += source[at..]
            .bytes()
            .take_while(|byte| b" \t\r\n".contains(byte))
            .count();
        let (kind, len) = token(&source[at..]);
        let last = matches!(kind, Kind::Bad(_) | Kind::End);
        tokens.push(Token {
            kind,
            span: Span::new(at, at + len),
        });
        if last {
            return tokens;
        }
        at += len;
    }
}

fn token(rest: &str) -> (Kind, usize) {
    let Some(first) = rest.chars().next() else {
        return (Kind::End, 0);
    };
    match first {
        '"' | '\'' => quoted(rest, first),
        '(' => (Kind::Open, 1),
        ')' => (Kind::Close, 1),
        '[' => (Kind::OpenBracket, 1),
        ']' => (Kind::CloseBracket, 1),
        ',' => (Kind::Comma, 1),
        '~' => (Kind::Like, 1),
        '=' => (Kind::Eq, 1),
        '!' if rest.starts_with("!=") => (Kind::NotEq, 2),
        '!' if rest.starts_with("!~") => (Kind::NotLike, 2),
        '!' => (Kind::Bang, 1),
        '<' if rest.starts_with("<=") => (Kind::LtEq, 2),
        '<' => (Kind::Lt, 1),
        '>' if rest.starts_with(">=") => (Kind::GtEq, 2),
        '>' => (Kind::Gt, 1),
        '&' => (Kind::Keyword(Keyword::And), if rest.starts_with("&&") { 2 } else { 1 }),
        '|' => (Kind::Keyword(Keyword::Or), if rest.starts_with("||") { 2 } else { 1 }),
        _ => word(rest, first),
    }
}

fn word(rest: &str, first: char) -> (Kind, usize) {
    let mut len = 0;
    while let Some(c) = rest[len..].chars().next() {
        len += match c {
            '\\' => match escape(&rest[len..]) {
                Some((_, used)) => used,
                None => break,
            },
            c if is_word_char(c) => c.len_utf8(),
            _ => break,
        };
    }
    let text = &rest[..len];
    let kind = if text.is_empty() {
        return (Kind::Bad(bad(rest, first)), first.len_utf8());
    } else if let Some(keyword) = Keyword::from_word(text) {
        Kind::Keyword(keyword)
    } else if is_number(text) {
        Kind::Number
    } else if is_reserved(text) {
        Kind::Reserved
    } else {
        Kind::Word
    };
    (kind, len)
}

fn bad(rest: &str, first: char) -> Bad {
    match first {
        '\\' => Bad::Escape(shown_escape(rest)),
        c if is_illegal(c) => Bad::IllegalChar(c),
        c => Bad::ReservedChar(c),
    }
}

fn quoted(rest: &str, mark: char) -> (Kind, usize) {
    let mut len = 1;
    while let Some(c) = rest[len..].chars().next() {
        len += match c {
            c if c == mark => return (Kind::Quoted, len + 1),
            '\\' => match escape(&rest[len..]) {
                Some((_, used)) => used,
                None => return (Kind::Bad(Bad::Escape(shown_escape(&rest[len..]))), len),
            },
            c if is_illegal(c) && !matches!(c, '\n' | '\r') => return (Kind::Bad(Bad::IllegalChar(c)), len),
            c => c.len_utf8(),
        };
    }
    (Kind::Bad(Bad::Unfinished(unescape(&rest[1..]))), len)
}

/// The character that the escape at the start of `rest` stands for, and its length. A lone half of a
/// surrogate pair becomes the replacement character.
fn escape(rest: &str) -> Option<(char, usize)> {
    let c = rest[1..].chars().next()?;
    let plain = match c {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '\\' | '\'' | '"' | ' ' => c,
        'u' => return unicode_escape(rest),
        _ => return None,
    };
    Some((plain, 2))
}

fn unicode_escape(rest: &str) -> Option<(char, usize)> {
    let unit = code_unit(rest)?;
    if let Some(low) = code_unit(&rest[6..])
        && let Some(Ok(c)) = char::decode_utf16([unit, low]).next()
        && c > '\u{ffff}'
    {
        return Some((c, 12));
    }
    Some((
        char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER),
        6,
    ))
}

/// The code unit of `\uXXXX` at the start of `rest`.
fn code_unit(rest: &str) -> Option<u16> {
    let digits = rest.strip_prefix("\\u")?.get(..4)?;
    // `from_str_radix` alone would take a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
    u16::from_str_radix(digits, 16).ok()
}

/// As much of a broken escape as an error message should show.
fn shown_escape(rest: &str) -> String {
    let mut chars = rest.chars();
    let mut shown: String = chars.by_ref().take(2).collect();
    if shown == "\\u" {
        shown.extend(chars.take(4).take_while(|c| c.is_alphanumeric()));
    }
    shown
}

/// Text with its escapes decoded; illegal ones stay as they are.
pub(super) fn unescape(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        decoded.push_str(&rest[..at]);
        let (c, used) = escape(&rest[at..]).unwrap_or(('\\', 1));
        decoded.push(c);
        rest = &rest[at + used..];
    }
    decoded.push_str(rest);
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_pairs_included() {
        let cases = [
            (r"a\u0041\n\t\r\\\'\", "aA\n\t\r\\'\\"),
            (r"\ud83d\ude00!", "😀!"),
            (r"\ud83d!", "\u{fffd}!"),
            (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
            (r"\u0041\u0042", "AB"),
            (r"\+123", "\\+123"),
            (r"\u+123", "\\u+123"),
        ];
        for (text, expected) in cases {
            assert_eq!(unescape(text), expected, "{text}");
        }
    }

    #[test]
    fn the_longest_word_wins() {
        let kinds = |text| lex(text).into_iter().map(|token| token.kind).collect::<Vec<_>>();
        assert_eq!(
            kinds("1and -12 -1d and"),
            [
                Kind::Word,
                Kind::Number,
                Kind::Word,
                Kind::Keyword(Keyword::And),
                Kind::End
            ]
        );
        assert_eq!(kinds(r"foo\q bar"), [Kind::Word, Kind::Bad(Bad::Escape(r"\q".into()))]);
    }
}
