//! JQL answered from the cache: a query becomes SQL over the tables, per connection, since each has
//! its own names, account and time zone.
//!
//! Must never be in here: guesses. What the cache cannot know is said ([`CannotAnswer::ServerOnly`]),
//! what Jira would refuse is refused in its words ([`CannotAnswer::Refused`]).
//!
//! Negations are pushed down to the conditions as Jira does it, so that empty fields match neither a
//! condition nor its opposite. Instants are compared as minutes: `=` is that minute, `>` is after it.

mod clause;
mod context;
mod keys;
mod like;
mod lookup;
mod order;
mod sql;
#[cfg(test)]
pub(super) mod tests;
mod values;

use super::error::StoreError;
use crate::jql::{Expr, ParseError, Query, Span};

pub(super) use context::Context;
use order::query_parts;
pub(super) use order::{Convert, Names, Part, SortBy, column_parts};
pub(super) use sql::{Access, Sql};

/// Why a query gets no answer from the cache.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CannotAnswer {
    /// It is no JQL.
    #[error("{}", .0.server_message())]
    Syntax(#[from] ParseError),
    /// Jira would refuse it, in these words.
    #[error("{message}")]
    Refused {
        /// Jira's wording.
        message: String,
        /// The part that is wrong.
        span: Span,
    },
    /// Only the server can answer it truthfully.
    #[error("The cache cannot answer {part}.")]
    ServerOnly {
        /// Which part, and why.
        part: String,
        /// Where it stands.
        span: Span,
    },
}

impl CannotAnswer {
    fn refused(message: impl Into<String>, span: Span) -> Self {
        Self::Refused {
            message: message.into(),
            span,
        }
    }

    fn server_only(part: impl Into<String>, span: Span) -> Self {
        Self::ServerOnly {
            part: part.into(),
            span,
        }
    }

    /// The part of the query that it is about.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Syntax(error) => error.span,
            Self::Refused { span, .. } | Self::ServerOnly { span, .. } => *span,
        }
    }

    /// Whether asking the server instead would help.
    #[must_use]
    pub fn is_server_only(&self) -> bool {
        matches!(self, Self::ServerOnly { .. })
    }
}

/// Something that one connection does not know. It stands in the way only when no other knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Doubt {
    /// The field of the condition; a connection without the field cannot know its values either.
    field: Span,
    /// What to say if nobody knows.
    why: CannotAnswer,
}

/// A query for one connection.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Condition on `issue i`.
    pub(super) condition: Sql,
    /// What this connection does not know.
    pub(super) doubts: Vec<Doubt>,
    /// What the answer leaves out on purpose of the connection's scope.
    pub(super) notes: Vec<String>,
    /// What to sort by, most significant first.
    pub(super) order: Vec<SortBy>,
    /// Which part is only answered roughly, and why, if any is.
    pub(super) rough: Option<CannotAnswer>,
}

/// Translates `query` for one connection.
///
/// # Errors
/// [`StoreError::Query`] when some part can only be answered by the server, whatever other
/// connections know.
pub(super) fn compile(query: &Query, context: &Context<'_>) -> Result<Compiled, StoreError> {
    let mut compiler = Compiler {
        context,
        doubts: Vec::new(),
        notes: Vec::new(),
        rough: None,
        searches: 0,
    };
    let condition = match &query.where_ {
        Some(expr) => compiler.expr(expr, false)?,
        None => Sql::always(),
    };
    let order = query_parts(&mut compiler, query)?;
    Ok(Compiled {
        condition,
        doubts: compiler.doubts,
        notes: compiler.notes,
        order,
        rough: compiler.rough,
    })
}

/// What no connection knows is an error; what some know leaves the others without matches.
///
/// # Errors
/// The first such doubt, by its place in the query.
pub(super) fn settle(compiled: &[Compiled]) -> Result<(), CannotAnswer> {
    let unknown_to_all = |doubt: &&Doubt| {
        let knows_not = |other: &Compiled| {
            let same = |theirs: &Doubt| theirs.why.span() == doubt.why.span() || theirs.why.span() == doubt.field;
            other.doubts.iter().any(same)
        };
        compiled.iter().all(knows_not)
    };
    let doubts = compiled.iter().flat_map(|one| &one.doubts);
    // Where one connection cannot tell and another is sure, nobody is sure.
    let first = doubts
        .filter(unknown_to_all)
        .min_by_key(|doubt| (doubt.why.span().start, !doubt.why.is_server_only()));
    first.map_or(Ok(()), |doubt| Err(doubt.why.clone()))
}

/// The work of [`compile`].
struct Compiler<'c> {
    context: &'c Context<'c>,
    doubts: Vec<Doubt>,
    notes: Vec<String>,
    rough: Option<CannotAnswer>,
    /// Conditions on words so far.
    searches: usize,
}

impl Compiler<'_> {
    fn expr(&mut self, expr: &Expr, negated: bool) -> Result<Sql, StoreError> {
        let (parts, all) = match expr {
            Expr::And(parts, _) => (parts, !negated),
            Expr::Or(parts, _) => (parts, negated),
            Expr::Not(inner, _) => return self.expr(inner, !negated),
            Expr::Clause(clause) => return self.clause(clause, negated),
        };
        let parts = parts
            .iter()
            .map(|part| self.expr(part, negated))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(if all { Sql::all(parts) } else { Sql::any(parts) })
    }
}
