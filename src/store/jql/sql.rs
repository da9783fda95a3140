//! Pieces of SQL with their parameters.

use rusqlite::types::Value;

/// A condition, or part of one; `?` stand for the parameters in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::store) struct Sql {
    /// The text.
    pub(in crate::store) text: String,
    /// The parameters.
    pub(in crate::store) params: Vec<Value>,
}

impl Sql {
    pub(super) fn new(text: impl Into<String>, params: Vec<Value>) -> Self {
        Self {
            text: text.into(),
            params,
        }
    }

    pub(super) fn raw(text: impl Into<String>) -> Self {
        Self::new(text, Vec::new())
    }

    pub(super) fn always() -> Self {
        Self::raw("1")
    }

    pub(super) fn never() -> Self {
        Self::raw("0")
    }

    pub(super) fn all(parts: Vec<Self>) -> Self {
        if parts.is_empty() {
            Self::always()
        } else {
            balanced(parts, " AND ")
        }
    }

    pub(super) fn any(parts: Vec<Self>) -> Self {
        if parts.is_empty() {
            Self::never()
        } else {
            balanced(parts, " OR ")
        }
    }

    pub(super) fn not(self) -> Self {
        Self {
            text: format!("NOT {}", self.text),
            params: self.params,
        }
    }
}

/// Joins in halves: SQLite bounds the depth of expressions, and a chain of a thousand is that deep.
fn balanced(mut parts: Vec<Sql>, operator: &str) -> Sql {
    while parts.len() > 1 {
        let mut halves = Vec::with_capacity(parts.len().div_ceil(2));
        let mut rest = parts.into_iter();
        while let Some(mut left) = rest.next() {
            if let Some(right) = rest.next() {
                left.text = format!("({}{operator}{})", left.text, right.text);
                left.params.extend(right.params);
            }
            halves.push(left);
        }
        parts = halves;
    }
    parts.pop().unwrap_or_default()
}

/// `IN (1, 2)` for rows of terms, `IN (?, ?)` for anything else.
pub(super) fn in_rows(rows: &[i64]) -> String {
    let rows: Vec<String> = rows.iter().map(i64::to_string).collect();
    format!("IN ({})", rows.join(", "))
}

/// `IN (?, ?)`.
pub(super) fn in_params(count: usize) -> String {
    format!("IN ({})", vec!["?"; count].join(", "))
}
