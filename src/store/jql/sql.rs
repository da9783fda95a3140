//! Pieces of SQL with their parameters, and the way to the issues that they let through.

use std::collections::{HashMap, HashSet};

use rusqlite::types::Value;

/// A condition, or part of one; `?` stand for the parameters in order.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) struct Sql {
    /// The text.
    pub(in crate::store) text: String,
    /// The parameters.
    pub(in crate::store) params: Vec<Value>,
    /// The best way to the issues that it lets through.
    pub(in crate::store) access: Access,
    /// Fields of `issue_value` that each issue it lets through has something in.
    pub(in crate::store) present: Vec<i64>,
    /// What stands around `IN (…)` when that is all; such conditions on one field become one.
    list: Option<(String, String)>,
}

impl Sql {
    pub(super) fn new(text: impl Into<String>, params: Vec<Value>) -> Self {
        Self {
            text: text.into(),
            params,
            access: Access::Scan,
            present: Vec::new(),
            list: None,
        }
    }

    /// `IN` with all of `values`, between `before` and `after`.
    pub(super) fn one_of(before: impl Into<String>, values: Vec<Value>, after: impl Into<String>) -> Self {
        let (before, after) = (before.into(), after.into());
        let mut sql = Self::new(listed(&before, values.len(), &after), values);
        sql.list = Some((before, after));
        sql
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

    /// The same, known to let only issues through that have something in `field`.
    pub(super) fn having(self, field: i64) -> Self {
        Self {
            present: vec![field],
            ..self
        }
    }

    /// The same, found by another way than looking at everything.
    pub(super) fn found_by(self, access: Access) -> Self {
        Self { access, ..self }
    }

    pub(super) fn all(parts: Vec<Self>) -> Self {
        let access = parts.iter().map(|part| part.access).min().unwrap_or(Access::Scan);
        let present = parts.iter().flat_map(|part| part.present.clone()).collect();
        let all = balanced(parts, " AND ").unwrap_or_else(Self::always);
        Self { access, present, ..all }
    }

    pub(super) fn any(parts: Vec<Self>) -> Self {
        let parts = merged(parts);
        // Several ways at once are none, but one that stands alone stays what it is.
        let (access, present) = if let [only] = parts.as_slice() {
            (only.access, only.present.clone())
        } else {
            (Access::Scan, Vec::new())
        };
        let any = balanced(parts, " OR ").unwrap_or_else(Self::never);
        Self { access, present, ..any }
    }

    pub(super) fn not(self) -> Self {
        Self::new(format!("NOT {}", self.text), self.params)
    }
}

fn listed(before: &str, count: usize, after: &str) -> String {
    format!("{before} IN ({}){after}", vec!["?"; count].join(", "))
}

/// Makes one list of all that ask for values of one field, however many alternatives there are.
fn merged(parts: Vec<Sql>) -> Vec<Sql> {
    let mut places: HashMap<(String, String), usize> = HashMap::new();
    let mut merged: Vec<Sql> = Vec::with_capacity(parts.len());
    for part in parts {
        match part.list.as_ref().and_then(|list| places.get(list)) {
            Some(place) => merged[*place].params.extend(part.params),
            None => {
                if let Some(list) = &part.list {
                    places.insert(list.clone(), merged.len());
                }
                merged.push(part);
            }
        }
    }
    for part in &mut merged {
        if let Some((before, after)) = &part.list {
            part.text = listed(before, part.params.len(), after);
        }
    }
    merged
}

/// Joins in halves: SQLite bounds the depth of expressions, and a chain of a thousand is that deep.
/// What stands there twice is said once.
fn balanced(mut parts: Vec<Sql>, operator: &str) -> Option<Sql> {
    let mut seen = HashSet::new();
    parts.retain(|part| !part.params.is_empty() || seen.insert(part.text.clone()));
    if parts.len() > 1 {
        parts.iter_mut().for_each(|part| part.list = None);
    }
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
    parts.pop()
}

/// How SQLite gets at the issues fastest; best first. Left alone, it would walk the index of one
/// connection and fetch every row of it one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) enum Access {
    /// A key or id is given: SQLite finds the index for it.
    Key,
    /// Another table tells the rows.
    Row,
    /// A few people's issues.
    Assignee,
    /// Everything is looked at.
    Scan,
}

/// For look-ups of one issue's values; SQLite might think that going through all of a field is less.
pub(super) const BY_ISSUE: &str = "INDEXED BY issue_value_issue";

/// Columns that `issue_scan` and `issue_recent` hold.
const NARROW: [&str; 23] = [
    "row",
    "connection",
    "created",
    "gone",
    "category",
    "status",
    "project",
    "number",
    "type",
    "priority",
    "resolution",
    "assignee",
    "reporter",
    "creator",
    "updated",
    "resolved",
    "due",
    "votes",
    "watchers",
    "original_estimate",
    "remaining_estimate",
    "time_spent",
    "security",
];

impl Access {
    /// What stands behind `FROM issue i` in a statement of these texts.
    pub(in crate::store) fn hint(self, texts: &[&str]) -> &'static str {
        let narrow = || {
            texts
                .iter()
                .flat_map(|text| columns(text))
                .all(|column| NARROW.contains(&column))
        };
        match self {
            Self::Key => "",
            Self::Assignee => "INDEXED BY issue_assignee",
            Self::Scan if narrow() => "INDEXED BY issue_scan",
            Self::Row | Self::Scan => "NOT INDEXED",
        }
    }
}

/// The columns of `issue i` that a text names.
fn columns(text: &str) -> impl Iterator<Item = &str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices("i.")
        .filter(move |(at, _)| !text[..*at].ends_with(word))
        .map(move |(at, _)| text[at + 2..].split(|c| !word(c)).next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrow_index_is_read_only_where_it_has_everything() {
        let narrow = "(i.status IN (1) AND NOT (i.updated >= ?))";
        assert_eq!(
            Access::Scan.hint(&["i.row, i.created", narrow]),
            "INDEXED BY issue_scan"
        );
        assert_eq!(Access::Scan.hint(&["i.row", "(i.parent = ?)"]), "NOT INDEXED");
        assert_eq!(
            Access::Scan.hint(&["count(*)", "(wiki.x = 1)"]),
            "INDEXED BY issue_scan"
        );
        assert_eq!(Access::Row.hint(&[narrow]), "NOT INDEXED");
    }

    #[test]
    fn the_best_way_leads() {
        let by = |access| Sql::raw(format!("{access:?}")).found_by(access);
        assert_eq!(
            Sql::all(vec![by(Access::Scan), by(Access::Row), by(Access::Assignee)]).access,
            Access::Row
        );
        assert_eq!(Sql::any(vec![by(Access::Scan), by(Access::Key)]).access, Access::Scan);
        assert_eq!(Sql::any(vec![by(Access::Key)]).access, Access::Key);
        assert_eq!(by(Access::Key).not().access, Access::Scan);
    }

    #[test]
    fn lists_of_one_field_become_one() {
        let key = |key: &str| Sql::one_of("(i.key", vec![Value::from(key.to_owned())], ")").found_by(Access::Key);
        let any = Sql::any(vec![key("A-1"), key("A-2"), Sql::any(vec![key("A-3")])]);
        assert_eq!((any.text.as_str(), any.access), ("(i.key IN (?, ?, ?))", Access::Key));
        assert_eq!(any.params.len(), 3);
        let mixed = Sql::any(vec![key("A-1"), Sql::raw("(1)"), key("A-2")]);
        assert_eq!(mixed.text, "((i.key IN (?, ?)) OR (1))");
        let both = Sql::all(vec![key("A-1"), key("A-2")]);
        assert_eq!(both.text, "((i.key IN (?)) AND (i.key IN (?)))");
        assert_eq!(Sql::any(vec![both, key("A-3")]).params.len(), 3);
    }
}
