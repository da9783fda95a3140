//! JQL: text to tokens to a tree with spans, errors in Jira's wording, and the tree back to text.
//!
//! Must never be in here: SQL, the store, a clock, or what a site knows. Whether a field or a value
//! exists is decided where the query is answered.

mod ast;
mod combine;
pub mod dates;
mod error;
pub mod fields;
pub mod functions;
mod json;
mod lexer;
mod parser;
mod print;
mod words;

pub use ast::{
    Clause, Direction, Expr, FieldRef, Function, Operand, Operator, Predicate, PredicateOperator, Property, Query,
    SortKey, Span, Word,
};
pub use combine::combine;
pub use error::{Expected, ParseError, ParseErrorKind};
pub use json::{parse_line, to_json};
pub use parser::{MAX_DEPTH, parse};
pub use words::{is_reserved, quote};
