//! `where = '…'` of a mapping: the grammar of JQL over what a finding tells.
//!
//! It means what JQL means: text is compared in any case, and a field that holds nothing is neither
//! equal nor unequal to anything; `is empty` asks for it.

mod bind;
mod compare;
mod error;

pub use error::{ExpressionError, ExpressionErrorKind};

use crate::{domain::Finding, jql, jql::dates::Moment};
use bind::Condition;

/// An expression whose fields, operators and values are known to make sense.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expression {
    test: Test,
}

#[derive(Debug, Clone, PartialEq)]
enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Is(Condition),
}

/// Whether an expression makes sense, for when it is typed.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn check_expression(text: &str) -> Result<(), ExpressionError> {
    parse(text).map(|_| ())
}

/// Reads an expression.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub(super) fn parse(text: &str) -> Result<Expression, ExpressionError> {
    let query = jql::parse(text).map_err(|error| ExpressionError {
        span: error.span,
        kind: ExpressionErrorKind::Syntax(error.kind),
    })?;
    if let Some(span) = query.order_span {
        return Err(ExpressionError {
            span,
            kind: ExpressionErrorKind::Order,
        });
    }
    let test = match &query.where_ {
        Some(expr) => bound(expr)?,
        None => Test::All(Vec::new()),
    };
    Ok(Expression { test })
}

fn bound(expr: &jql::Expr) -> Result<Test, ExpressionError> {
    Ok(match expr {
        jql::Expr::And(all, _) => Test::All(all.iter().map(bound).collect::<Result<_, _>>()?),
        jql::Expr::Or(any, _) => Test::Any(any.iter().map(bound).collect::<Result<_, _>>()?),
        jql::Expr::Not(inner, _) => Test::Not(Box::new(bound(inner)?)),
        jql::Expr::Clause(clause) => Test::Is(Condition::new(clause)?),
    })
}

impl Expression {
    /// Whether it holds for `finding`.
    pub(super) fn holds(&self, finding: &Finding, moment: &Moment) -> bool {
        self.test.holds(finding, moment)
    }

    /// Whether it may hold later though it does not now, or the other way round, while the finding stays
    /// as it is.
    pub(super) fn is_relative(&self) -> bool {
        self.test.is_relative()
    }
}

impl Test {
    fn holds(&self, finding: &Finding, moment: &Moment) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|test| test.holds(finding, moment)),
            Self::Any(tests) => tests.iter().any(|test| test.holds(finding, moment)),
            Self::Not(test) => !test.holds(finding, moment),
            Self::Is(condition) => condition.holds(finding, moment),
        }
    }

    fn is_relative(&self) -> bool {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().any(Self::is_relative),
            Self::Not(test) => test.is_relative(),
            Self::Is(condition) => condition.is_relative(),
        }
    }
}
