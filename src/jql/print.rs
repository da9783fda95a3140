//! The tree back to text that every Jira reads the same way.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{Clause, Direction, Expr, FieldRef, Function, Operand, Predicate, Query, SortKey, Word};
use super::words::quote;

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(expr) = &self.where_ {
            expr.fmt(f)?;
        }
        let Some(keys) = &self.order_by else {
            return Ok(());
        };
        f.write_str(if self.where_.is_some() {
            " ORDER BY "
        } else {
            "ORDER BY "
        })?;
        separated(f, keys, ", ")
    }
}

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(all, _) => joined(f, all, " AND "),
            Self::Or(all, _) => joined(f, all, " OR "),
            Self::Not(inner, _) => {
                f.write_str("NOT ")?;
                grouped(f, inner, matches!(**inner, Self::And(..) | Self::Or(..)))
            }
            Self::Clause(clause) => clause.fmt(f),
        }
    }
}

/// Groups keep their parentheses even where precedence would do, so that the tree stays the same.
fn joined(f: &mut Formatter<'_>, nodes: &[Expr], separator: &str) -> fmt::Result {
    let and = separator == " AND ";
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        grouped(
            f,
            node,
            matches!(node, Expr::Or(..)) || (and && matches!(node, Expr::And(..))),
        )?;
    }
    Ok(())
}

fn grouped(f: &mut Formatter<'_>, node: &Expr, group: bool) -> fmt::Result {
    if group { write!(f, "({node})") } else { node.fmt(f) }
}

impl Display for Clause {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.operator.as_str().to_ascii_uppercase())?;
        if let Some(operand) = &self.operand {
            write!(f, " {operand}")?;
        }
        self.predicates
            .iter()
            .try_for_each(|predicate| write!(f, " {predicate}"))
    }
}

impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operator.as_str().to_ascii_uppercase(), self.operand)
    }
}

impl Display for FieldRef {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.custom.is_some() || self.number {
            f.write_str(&self.name)?;
        } else {
            f.write_str(&quote(&self.name))?;
        }
        for property in &self.properties {
            write!(f, "[{}]", property.key)?;
            for (index, part) in property.path.iter().enumerate() {
                if index > 0 || !part.value.starts_with('.') {
                    f.write_char(' ')?;
                }
                part.fmt(f)?;
            }
        }
        Ok(())
    }
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.number {
            f.write_str(&self.value)
        } else {
            f.write_str(&quote(&self.value))
        }
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty(_) => f.write_str("EMPTY"),
            Self::Value(word) => word.fmt(f),
            Self::List(items, _) => {
                f.write_char('(')?;
                separated(f, items, ", ")?;
                f.write_char(')')
            }
            Self::Function(function) => function.fmt(f),
        }
    }
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        separated(f, &self.args, ", ")?;
        f.write_char(')')
    }
}

impl Display for SortKey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.field.fmt(f)?;
        match self.direction {
            Some(Direction::Asc) => f.write_str(" ASC"),
            Some(Direction::Desc) => f.write_str(" DESC"),
            None => Ok(()),
        }
    }
}

fn separated<T: Display>(f: &mut Formatter<'_>, items: &[T], separator: &str) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(separator)?;
        }
        item.fmt(f)?;
    }
    Ok(())
}
