//! The words that conditions are made of: how they compare, and what with.
//!
//! Must never be in here: a condition being compiled.

use std::cmp::Ordering;

use crate::{
    jql::{Function, Operand, Operator, Word},
    sandbox::model::{Issue, SystemField},
};

/// A part of an operand once lists are taken apart.
#[derive(Debug, Clone, Copy)]
pub(super) enum Atom<'a> {
    Empty,
    Word(&'a Word),
    Call(&'a Function),
}

/// How a condition compares, with every `NOT` worked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// Any value is among those given.
    Among,
    /// There are values, and none is among those given.
    NotAmong,
    /// There is no value.
    Empty,
    /// There is a value.
    NotEmpty,
    /// The words occur.
    Like,
    /// There is a text, and the words do not occur.
    NotLike,
    /// The value compares like this.
    Order(Operator),
}

impl Relation {
    /// `None` for questions about history.
    pub(super) fn of(operator: Operator, negated: bool) -> Option<Self> {
        let pair = match operator {
            Operator::Eq | Operator::In => (Self::Among, Self::NotAmong),
            Operator::NotEq | Operator::NotIn => (Self::NotAmong, Self::Among),
            Operator::Is => (Self::Empty, Self::NotEmpty),
            Operator::IsNot => (Self::NotEmpty, Self::Empty),
            Operator::Like => (Self::Like, Self::NotLike),
            Operator::NotLike => (Self::NotLike, Self::Like),
            Operator::Lt => (Self::Order(operator), Self::Order(Operator::GtEq)),
            Operator::LtEq => (Self::Order(operator), Self::Order(Operator::Gt)),
            Operator::Gt => (Self::Order(operator), Self::Order(Operator::LtEq)),
            Operator::GtEq => (Self::Order(operator), Self::Order(Operator::Lt)),
            Operator::Was | Operator::WasNot | Operator::WasIn | Operator::WasNotIn | Operator::Changed => return None,
        };
        Some(if negated { pair.1 } else { pair.0 })
    }

    /// Whether values that compare like this match an order relation.
    pub(super) fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Among => ordering == Ordering::Equal,
            Self::NotAmong => ordering != Ordering::Equal,
            Self::Order(Operator::Lt) => ordering == Ordering::Less,
            Self::Order(Operator::LtEq) => ordering != Ordering::Greater,
            Self::Order(Operator::Gt) => ordering == Ordering::Greater,
            Self::Order(Operator::GtEq) => ordering != Ordering::Less,
            _ => false,
        }
    }

    /// [`Relation::holds`] for values that may not be comparable at all.
    pub(super) fn holds_or(self, ordering: Option<Ordering>) -> bool {
        ordering.is_some_and(|ordering| self.holds(ordering))
    }
}

pub(super) fn atom(operand: &Operand) -> Option<Atom<'_>> {
    match operand {
        Operand::Empty(_) => Some(Atom::Empty),
        Operand::Value(word) => Some(Atom::Word(word)),
        Operand::Function(function) => Some(Atom::Call(function)),
        Operand::List(..) => None,
    }
}

/// A call as error messages show it.
pub(super) fn shown(function: &Function) -> String {
    let args: Vec<_> = function.args.iter().map(|arg| arg.text.as_str()).collect();
    format!("{}({})", function.name.value, args.join(", "))
}

/// The value of a day or instant field of the issue.
pub(super) fn system_instant(field: SystemField, issue: &Issue) -> Option<jiff::Timestamp> {
    match field {
        SystemField::Created => Some(issue.created),
        SystemField::Updated => Some(issue.updated),
        SystemField::Resolved => issue.resolved,
        SystemField::StatusCategoryChanged => Some(issue.category_changed),
        _ => None,
    }
}
