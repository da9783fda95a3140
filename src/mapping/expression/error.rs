//! What is wrong with an expression, and where.

use std::fmt;

use crate::{
    jql::{ParseErrorKind, Span},
    mapping::near::{cut, shown},
};

/// An expression that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// What is wrong.
    pub kind: ExpressionErrorKind,
    /// Where, in bytes.
    pub span: Span,
}

/// The ways to be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExpressionErrorKind {
    /// It is no JQL.
    Syntax(ParseErrorKind),
    /// It sorts.
    Order,
    /// No field of that name.
    UnknownField {
        /// As written.
        name: String,
        /// The one that was probably meant.
        near: Option<&'static str>,
    },
    /// The field has other operators.
    Operator {
        /// Name of the field.
        field: String,
        /// As written.
        operator: &'static str,
        /// Those that it has.
        takes: &'static str,
    },
    /// The field cannot hold that.
    Value {
        /// Name of the field.
        field: String,
        /// As written.
        value: String,
        /// What it can hold.
        takes: String,
    },
    /// A function that says nothing about findings.
    Function(String),
}

impl ExpressionError {
    /// Where in `text` it is, as people count letters.
    #[must_use]
    pub fn character(&self, text: &str) -> usize {
        let before = text.floor_char_boundary(self.span.start.min(text.len()));
        text[..before].chars().count() + 1
    }
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExpressionErrorKind::Syntax(kind) => kind.fmt(f),
            ExpressionErrorKind::Order => f.write_str("it says which findings, so there is nothing to ORDER BY"),
            ExpressionErrorKind::UnknownField { name, near: Some(near) } => {
                write!(f, "findings have no field {}; did you mean {near}?", cut(name, 40))
            }
            ExpressionErrorKind::UnknownField { name, near: None } => write!(
                f,
                "findings have no field {}; what the source itself tells is written fields.NAME",
                cut(name, 40)
            ),
            ExpressionErrorKind::Operator { field, operator, takes } => {
                write!(
                    f,
                    "{} cannot be asked with {operator}; it takes {takes}",
                    cut(field, 40)
                )
            }
            ExpressionErrorKind::Value { field, value, takes } => {
                write!(f, "{} is never {}{takes}", cut(field, 40), shown(value))
            }
            ExpressionErrorKind::Function(name) => write!(
                f,
                "{}() says nothing about findings; now(), startOfDay() and their like do",
                cut(name, 40)
            ),
        }
    }
}

impl std::error::Error for ExpressionError {}
