//! JQL over the world in memory, done the straightforward way.
//!
//! Must never be in here: SQL, or anything of the store's own evaluation, which is tested against this one.
//! Only the parser is shared; names, dates and functions are understood here again.

mod clause;
mod dates;
pub mod functions;
mod history;
mod ids;
mod numbers;
mod order;
mod refusal;
mod relation;
mod subject;
#[cfg(test)]
mod tests;
mod text;

use jiff::{Timestamp, tz::TimeZone};

use self::{dates::minute, subject::Subject};
use super::model::{Issue, IssueIdx, SystemField, Viewer, World};
use crate::jql::{self, Clause, Expr, Operand, Operator, Query};

/// Why a query cannot be answered, in Jira's wording.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JqlError {
    /// The text is not JQL. `Display` has the server's prefix and position.
    #[error("Error in the JQL Query: {message} (line {line}, character {character})")]
    Syntax {
        /// What is wrong.
        message: String,
        /// From 1.
        line: usize,
        /// From 1.
        character: usize,
    },
    /// The text is JQL but asks for what this site does not have.
    #[error("{0}")]
    Meaning(String),
}

/// Decides whether an issue matches.
type Test<'w> = Box<dyn Fn(&Issue, IssueIdx) -> bool + 'w>;

impl World {
    /// Answers a query: the issues the viewer may see, in the order asked for.
    ///
    /// # Errors
    /// Every problem found, in the order of the text.
    pub fn search(&self, viewer: &Viewer, jql: &str) -> Result<Vec<IssueIdx>, Vec<JqlError>> {
        let key = (
            viewer.user,
            minute(viewer.now),
            self.zone_name(viewer).to_owned(),
            jql.to_owned(),
        );
        if let Some(found) = self.memo.recall(&key) {
            return Ok(found);
        }
        let query = parse(jql)?;
        let found = self.answer(viewer, &query)?;
        if !self.index_lags() {
            self.memo.keep(key, &found);
        }
        Ok(found)
    }

    /// Everything wrong with a query, without answering it.
    #[must_use]
    pub fn validate(&self, viewer: &Viewer, jql: &str) -> Vec<JqlError> {
        match parse(jql) {
            Ok(query) => {
                let mut compiler = Compiler::new(self, viewer);
                let (_test, _keys) = compiler.query(&query);
                compiler.errors
            }
            Err(errors) => errors,
        }
    }

    fn answer(&self, viewer: &Viewer, query: &Query) -> Result<Vec<IssueIdx>, Vec<JqlError>> {
        let mut compiler = Compiler::new(self, viewer);
        let (test, keys) = compiler.query(query);
        if !compiler.errors.is_empty() {
            return Err(compiler.errors);
        }
        let mut found = Vec::new();
        let mut consider = |idx: IssueIdx| {
            if let Some(issue) = self.indexed(idx, viewer.now)
                && self.may_browse(viewer, issue)
                && test(issue, idx)
            {
                found.push(idx);
            }
        };
        match query.where_.as_ref().and_then(|expr| compiler.updated_from(expr)) {
            Some(from) => self.candidates(from).into_iter().for_each(&mut consider),
            None => (0..self.issue_count()).map(IssueIdx::of).for_each(&mut consider),
        }
        Ok(order::sorted(self, viewer, found, &keys))
    }

    /// Issues that may have been updated since, in order of creation: what the index of `updated` says, and whatever
    /// a lagging search index may still hold in another state.
    fn candidates(&self, from: Timestamp) -> Vec<IssueIdx> {
        let mut all: Vec<_> = self.updated_since(from).chain(self.lagging()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

fn parse(jql: &str) -> Result<Query, Vec<JqlError>> {
    jql::parse(jql).map_err(|error| {
        let (message, line, character) = (error.kind.to_string(), error.line, error.column + 1);
        vec![JqlError::Syntax {
            message,
            line,
            character,
        }]
    })
}

/// Turns a query into a test, collecting what is wrong with it.
struct Compiler<'w> {
    world: &'w World,
    viewer: Viewer,
    zone: TimeZone,
    errors: Vec<JqlError>,
}

impl<'w> Compiler<'w> {
    fn new(world: &'w World, viewer: &Viewer) -> Self {
        Self {
            world,
            viewer: *viewer,
            zone: world.zone_of(viewer),
            errors: Vec::new(),
        }
    }

    fn query(&mut self, query: &Query) -> (Test<'w>, Vec<order::Key>) {
        let test = match &query.where_ {
            Some(expr) => self.expr(expr, false),
            None => Box::new(|_: &Issue, _| true) as Test<'w>,
        };
        (test, self.order_by(query))
    }

    /// `negated` carries a `NOT` down to the clauses, where it turns the operator around: `NOT x = v` leaves out
    /// issues without `x`, as `x != v` does.
    fn expr(&mut self, expr: &Expr, negated: bool) -> Test<'w> {
        match expr {
            Expr::Not(inner, _) => self.expr(inner, !negated),
            Expr::And(all, _) | Expr::Or(all, _) => {
                let tests: Vec<_> = all.iter().map(|inner| self.expr(inner, negated)).collect();
                if matches!(expr, Expr::And(..)) == negated {
                    Box::new(move |issue: &Issue, idx| tests.iter().any(|test| test(issue, idx)))
                } else {
                    Box::new(move |issue: &Issue, idx| tests.iter().all(|test| test(issue, idx)))
                }
            }
            Expr::Clause(clause) => self.clause(clause, negated),
        }
    }

    /// Notes what is wrong; the test stands in until all errors are gathered.
    fn wrong(&mut self, message: String) -> Test<'w> {
        self.errors.push(JqlError::Meaning(message));
        Box::new(|_: &Issue, _| false)
    }

    /// The instant that every match was updated at or after, if a top-level condition says so.
    fn updated_from(&mut self, expr: &Expr) -> Option<Timestamp> {
        match expr {
            Expr::And(all, _) => all.iter().filter_map(|inner| self.updated_from(inner)).max(),
            Expr::Clause(clause) => self.clause_updated_from(clause),
            Expr::Or(..) | Expr::Not(..) => None,
        }
    }

    fn clause_updated_from(&mut self, clause: &Clause) -> Option<Timestamp> {
        let subject = Subject::of(self.world, &clause.field)?;
        let bound = matches!(clause.operator, Operator::GtEq | Operator::Gt | Operator::Eq);
        let operand = clause
            .operand
            .as_ref()
            .filter(|_| bound && subject == Subject::Date(SystemField::Updated))?;
        match operand {
            Operand::Value(word) => self.instant(word).map(minute),
            Operand::Function(function) => self.instant_of(function).map(minute),
            Operand::Empty(_) | Operand::List(..) => None,
        }
    }
}
