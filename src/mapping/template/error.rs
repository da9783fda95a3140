//! What is wrong with a template, and where.

use std::fmt;

use crate::{
    jql::Span,
    mapping::near::{cut, shown},
};

/// A template that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateError {
    /// What is wrong.
    pub kind: TemplateErrorKind,
    /// Where, in bytes.
    pub span: Span,
    /// Line, from 1.
    pub line: usize,
    /// Character within the line, from 1.
    pub column: usize,
}

/// The ways to be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateErrorKind {
    /// `{{` without `}}`.
    Unclosed,
    /// A quotation mark without its partner.
    UnclosedText,
    /// Nothing between the braces.
    Empty,
    /// More than [`LONGEST`](super::LONGEST) bytes.
    TooLong,
    /// Something stands where something else must.
    Expected {
        /// What must stand here.
        expected: &'static str,
        /// What does; empty at the end.
        got: String,
    },
    /// No variable of that name.
    UnknownVariable {
        /// As written.
        name: String,
        /// The one that was probably meant.
        near: Option<&'static str>,
    },
    /// No filter of that name.
    UnknownFilter {
        /// As written.
        name: String,
        /// The one that was probably meant.
        near: Option<&'static str>,
    },
    /// Too few, too many or other arguments.
    Arguments {
        /// The filter or variable.
        name: &'static str,
        /// How it is written.
        wants: &'static str,
    },
    /// A format that gives no date.
    Format {
        /// As written.
        format: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl TemplateError {
    pub(super) fn new(source: &str, kind: TemplateErrorKind, span: Span) -> Self {
        let before = &source[..source.floor_char_boundary(span.start)];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            kind,
            span,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            1 => write!(f, "character {}: {}", self.column, self.kind),
            line => write!(f, "line {line}, character {}: {}", self.column, self.kind),
        }
    }
}

impl fmt::Display for TemplateErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclosed => f.write_str("{{ is not closed by }}"),
            Self::UnclosedText => f.write_str("the quotation mark is not closed"),
            Self::Empty => f.write_str("there is nothing between {{ and }}; name a variable, as {{title}}"),
            Self::TooLong => write!(f, "the template is longer than {} bytes", super::LONGEST),
            Self::Expected { expected, got } if got.is_empty() => write!(f, "here should be {expected}"),
            Self::Expected { expected, got } => write!(f, "here should be {expected}, not {}", shown(got)),
            Self::UnknownVariable { name, near: Some(near) } => {
                write!(f, "there is no variable {}; did you mean {near}?", cut(name, 40))
            }
            Self::UnknownVariable { name, near: None } => write!(
                f,
                "there is no variable {0}; what the source itself tells is fields.{0}",
                cut(name, 40)
            ),
            Self::UnknownFilter { name, near: Some(near) } => {
                write!(f, "there is no filter {}; did you mean {near}?", cut(name, 40))
            }
            Self::UnknownFilter { name, near: None } => write!(f, "there is no filter {}", cut(name, 40)),
            Self::Arguments { name, wants } => write!(f, "{name} takes other arguments; an example is {wants}"),
            Self::Format { format, reason } => write!(
                f,
                "{} is no format of dates: {}; an example is \"%Y-%m-%d\"",
                shown(format),
                cut(reason, 80)
            ),
        }
    }
}

impl std::error::Error for TemplateError {}
