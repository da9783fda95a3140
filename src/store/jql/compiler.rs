//! What translating a query gathers on its way, and the parts that a condition is taken apart into.
//!
//! Must never be in here: what a part means; each kind has its own module.

use jiff::Timestamp;

use super::{context::Context, sql::Sql};
use crate::{
    jql::{Clause, Operator, Span, Word, fields::FieldType},
    store::error::{CannotAnswer, StoreError},
};

/// Something that one connection does not know. It stands in the way only when no other knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doubt {
    /// The field of the condition; a connection without the field cannot know its values either.
    pub(super) field: Span,
    /// What to say if nobody knows.
    pub(super) why: CannotAnswer,
}

/// A query on its way to SQL, for one connection.
pub(super) struct Compiler<'c> {
    pub(super) context: &'c Context<'c>,
    pub(super) doubts: Vec<Doubt>,
    pub(super) notes: Vec<String>,
    pub(super) rough: Option<CannotAnswer>,
    /// Conditions on words so far.
    pub(super) searches: usize,
}

impl<'c> Compiler<'c> {
    pub(super) fn new(context: &'c Context<'c>) -> Self {
        Self {
            context,
            doubts: Vec::new(),
            notes: Vec::new(),
            rough: None,
            searches: 0,
        }
    }
}

/// Why a condition is not answered: a doubt concerns one connection, a stop all of them.
pub(super) enum Fault {
    Doubt(CannotAnswer),
    Stop(StoreError),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Stop(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Stop(error.into())
    }
}

impl Fault {
    pub(super) fn stop(cannot: CannotAnswer) -> Self {
        Self::Stop(cannot.into())
    }
}

/// Where the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a column of `issue`.
    Column(&'static str),
    /// In rows of `issue_value`, by row of `field`; -1 where no issue has a value.
    Values(i64),
    /// As [`Place::Values`], but the rows only say that there is a value.
    Presence(i64),
    /// Not in the store.
    Server,
}

/// A field of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) field_type: FieldType,
}

/// One condition on one field.
pub(super) struct Test<'q> {
    pub(super) clause: &'q Clause,
    pub(super) found: Found,
    pub(super) operator: Operator,
    /// Values that the connection does not know.
    pub(super) unknown: Vec<CannotAnswer>,
    /// What must be known about the answer.
    pub(super) notes: Vec<String>,
}

/// One value on the right side.
pub(super) enum Item<'q> {
    /// `EMPTY`.
    Empty,
    /// As written.
    Word(&'q Word),
    /// The signed-in account.
    Account(String),
    /// A minute.
    At(Timestamp),
    /// Issue types of one sort.
    Types {
        /// Sub-tasks, or all others.
        subtasks: bool,
    },
}

/// Conditions, one for each value or for several at once.
pub(super) type Matches = Result<Vec<Sql>, Fault>;
