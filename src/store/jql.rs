//! JQL answered from the cache: a query becomes SQL over the tables, per connection, since each has
//! its own names, account and time zone.
//!
//! Must never be in here: guesses. What the cache cannot know is said ([`CannotAnswer::ServerOnly`]),
//! what Jira would refuse is refused in its words ([`CannotAnswer::Refused`]).
//!
//! Negations are pushed down to the conditions as Jira does it, so that empty fields match neither a
//! condition nor its opposite. Instants are compared as minutes: `=` is that minute, `>` is after it.

mod clause;
mod compiler;
mod context;
mod keys;
mod like;
mod lookup;
mod order;
mod sql;
#[cfg(test)]
pub(super) mod tests;
mod values;

use super::error::{CannotAnswer, StoreError};
use crate::jql::{Expr, Query};

use compiler::{Compiler, Doubt};
pub(super) use context::Context;
use order::query_parts;
pub(super) use order::{Convert, Names, Part, SortBy, column_parts};
pub(super) use sql::{Access, Sql};

/// A query for one connection.
#[derive(Debug)]
pub(super) struct Compiled {
    /// Condition on `issue i`.
    pub(super) condition: Sql,
    /// What this connection does not know.
    doubts: Vec<Doubt>,
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
    let mut compiler = Compiler::new(context);
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

impl Compiler<'_> {
    pub(super) fn expr(&mut self, expr: &Expr, negated: bool) -> Result<Sql, StoreError> {
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
