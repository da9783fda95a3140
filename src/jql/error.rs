//! What is wrong with a query, in the words that Jira uses.

use std::fmt;

use unicode_width::UnicodeWidthChar;

use super::ast::Span;

/// A query that is no JQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// What is wrong.
    pub kind: ParseErrorKind,
    /// Where; empty at the end of the query.
    pub span: Span,
    /// Line, from 1.
    pub line: usize,
    /// Character within the line, from 0.
    pub column: usize,
}

/// The ways to be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParseErrorKind {
    /// A character that must be quoted or escaped.
    ReservedChar(char),
    /// A control character or the like, which must be escaped even within quotation marks.
    IllegalChar(char),
    /// A word that must be quoted.
    ReservedWord(String),
    /// A backslash before something that it cannot escape.
    IllegalEscape(String),
    /// A quotation mark without its partner, and the text behind it.
    Unfinished(String),
    /// Something else should stand here.
    Expecting {
        /// What should.
        expected: Expected,
        /// What does; `None` at the end of the query.
        got: Option<String>,
    },
    /// More parentheses or negations within one another than are read.
    TooDeep(usize),
}

/// What could stand where an error is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// A field.
    Field,
    /// An operator.
    Operator,
    /// A single value or a call.
    Value,
    /// A list or a call.
    ListOrFunction,
    /// A call.
    Function,
    /// An item of a list.
    ListItem,
    /// An argument of a function.
    Argument,
    /// The key of an entity property.
    PropertyId,
    /// `[10021]`.
    CustomFieldId,
    /// One of these words.
    Tokens(Vec<&'static str>),
}

const OPERATORS: &str = "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and \
                         'IS NOT'.";

impl Expected {
    fn noun(&self) -> String {
        match self {
            Self::Field => "a field name".to_owned(),
            Self::Operator => "an operator".to_owned(),
            Self::Value => "a value or function".to_owned(),
            Self::ListOrFunction => "a list or function".to_owned(),
            Self::Function => "a function".to_owned(),
            Self::ListItem => "either a value, list or function".to_owned(),
            Self::Argument => "a function argument".to_owned(),
            Self::PropertyId => "a property id".to_owned(),
            Self::CustomFieldId => "a custom field id".to_owned(),
            Self::Tokens(tokens) => alternatives(tokens),
        }
    }

    /// What to do about it, where Jira says so.
    fn advice(&self, got: Option<&str>) -> Option<String> {
        match (self, got) {
            (Self::Operator, _) => Some(OPERATORS.to_owned()),
            (Self::Tokens(_), _) | (_, None) => None,
            (Self::Field, Some("[")) => Some("Did you mean 'cf['?".to_owned()),
            (Self::Field, Some(got)) => Some(surround(got, "a field name")),
            (_, Some(got)) => Some(surround(got, "a value")),
        }
    }
}

fn surround(got: &str, role: &str) -> String {
    format!("You must surround '{got}' in quotation marks to use it as {role}.")
}

/// `'A', 'B' or 'C'`.
fn alternatives(tokens: &[&str]) -> String {
    let quoted: Vec<String> = tokens.iter().map(|token| format!("'{token}'")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

impl fmt::Display for ParseErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ReservedChar(c) => write!(
                f,
                "The character '{c}' is a reserved JQL character. You must enclose it in a string or use the escape \
                 '\\u{:04x}' instead.",
                u32::from(*c)
            ),
            Self::IllegalChar(c) => {
                let code = u32::from(*c);
                write!(
                    f,
                    "The character 'U+{code:04X}' must be escaped. Use the escape '\\u{code:04x}' instead."
                )
            }
            Self::ReservedWord(word) => write!(
                f,
                "'{word}' is a reserved JQL word. You must surround it in quotation marks to use it in a query."
            ),
            Self::IllegalEscape(escape) => write!(
                f,
                "'{escape}' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \
                 \\r, \\\\, '\\ ' and \\uXXXX."
            ),
            Self::Unfinished(text) if text.is_empty() => f.write_str("The quoted string has not been completed."),
            Self::Unfinished(text) => write!(f, "The quoted string '{text}' has not been completed."),
            Self::Expecting {
                expected: Expected::CustomFieldId,
                ..
            } => f.write_str("Expecting a custom field id enclosed by '[ ]' after 'cf'. Example: 'cf[10021]'."),
            Self::Expecting { expected, got } => {
                match got {
                    Some(got) => write!(f, "Expecting {} but got '{got}'.", expected.noun())?,
                    None => write!(f, "Expecting {} before the end of the query.", expected.noun())?,
                }
                expected
                    .advice(got.as_deref())
                    .map_or(Ok(()), |advice| write!(f, " {advice}"))
            }
            Self::TooDeep(limit) => {
                write!(
                    f,
                    "The query nests deeper than {limit} levels. Take some parentheses or NOTs away."
                )
            }
        }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for ParseError {}

impl ParseError {
    /// An error of `kind` at `span` of `source`.
    pub(super) fn new(source: &str, kind: ParseErrorKind, span: Span) -> Self {
        let before = source.get(..span.start).unwrap_or(source);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            kind,
            span,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count(),
        }
    }

    /// The wording with the place, as a Jira server words it: characters counted from 1.
    #[must_use]
    pub fn server_message(&self) -> String {
        format!(
            "Error in the JQL Query: {} (line {}, character {})",
            self.kind,
            self.line,
            self.column + 1
        )
    }

    /// The line of `source` that is wrong, with carets under the place.
    #[must_use]
    pub fn caret(&self, source: &str) -> String {
        caret(source, self.span)
    }
}

/// Cells of context that a caret line keeps on each side.
const CONTEXT: usize = 56;

/// The line of `source` where `span` starts, with carets under it. What a terminal would act on is
/// replaced, and a long line is cut around the place.
pub(crate) fn caret(source: &str, span: Span) -> String {
    let start = floor(source, span.start);
    let end = floor(source, span.end).max(start);
    let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = source[start..].find(['\n', '\r']).map_or(source.len(), |at| start + at);
    let (before, before_width) = shown(source[line_start..start].chars().rev());
    let before: String = before.chars().rev().collect();
    let (marked, marked_width) = shown(source[start..end.min(line_end)].chars());
    let room = CONTEXT.saturating_sub(marked_width);
    let after: String = shown(source[end.min(line_end)..line_end].chars())
        .0
        .chars()
        .take(room)
        .collect();
    format!(
        "{before}{marked}{after}\n{}{}",
        " ".repeat(before_width),
        "^".repeat(marked_width.max(1))
    )
}

fn floor(source: &str, at: usize) -> usize {
    source.floor_char_boundary(at)
}

/// Characters made harmless, as many as the context holds, and their cells.
fn shown(chars: impl Iterator<Item = char>) -> (String, usize) {
    let mut text = String::new();
    let mut cells = 0;
    for c in chars {
        let c = match c {
            '\t' => ' ',
            c if is_unsafe(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        };
        let width = c.width().unwrap_or(1);
        if cells + width >= CONTEXT {
            text.push('…');
            return (text, cells + 1);
        }
        text.push(c);
        cells += width;
    }
    (text, cells)
}

/// Controls, and what would turn the direction of text around.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
}
