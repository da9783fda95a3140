//! Columns of lists: those that every Jira has, and any field of a site.
//!
//! Must never be in here: widths, or where the store keeps a value.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use jiff::{Timestamp, civil::Date};

use super::ids::Alias;
use super::meta::FieldKind;

/// A field as a view names it: by its name, or by number as `cf[10020]`.
///
/// The texts are kept once for the life of the process, so that a column stays as cheap as a number:
/// there are no more of them than fields in views and on the connected sites.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldName(&'static str);

impl FieldName {
    /// The name without blanks around it; `None` if nothing is left.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        static KNOWN: OnceLock<Mutex<HashSet<&'static str>>> = OnceLock::new();
        let name = name.trim();
        if name.is_empty() {
            return None;
        }
        let mut known = KNOWN
            .get_or_init(Mutex::default)
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let kept = known.get(name).copied().unwrap_or_else(|| {
            let kept: &'static str = Box::leak(name.into());
            known.insert(kept);
            kept
        });
        Some(Self(kept))
    }

    /// The field with this number.
    #[must_use]
    pub fn of_number(number: &str) -> Option<Self> {
        Self::new(&format!("cf[{number}]"))
    }

    /// As the view spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The digits of `cf[10020]`.
    #[must_use]
    pub fn number(self) -> Option<&'static str> {
        let digits = self
            .0
            .get(..3)
            .filter(|head| head.eq_ignore_ascii_case("cf["))
            .and_then(|_| self.0.get(3..))?
            .strip_suffix(']')?
            .trim();
        (!digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(digits)
    }
}

impl fmt::Debug for FieldName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an issue has in a field, ready to be shown. Text is as Jira has it, not yet made safe for a
/// screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldCell {
    /// Text; several values are joined already.
    Text(String),
    /// A number as people write it.
    Number(String),
    /// A day.
    Day(Date),
    /// An instant.
    Instant(Timestamp),
}

/// A field that can be a column, over all connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteField {
    /// How a view names it.
    pub name: FieldName,
    /// What people call it; the same as `name` unless that is a number.
    pub label: String,
    /// What its values are.
    pub kind: FieldKind,
    /// The connections that have it.
    pub aliases: Vec<Alias>,
}

/// Columns that a list can show and sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Column {
    /// Alias of the connection.
    Connection,
    /// Key.
    Key,
    /// Issue type.
    Type,
    /// Priority icon.
    Priority,
    /// Status.
    Status,
    /// Summary.
    Summary,
    /// Assignee.
    Assignee,
    /// Reporter.
    Reporter,
    /// Project key.
    Project,
    /// Labels.
    Labels,
    /// Components.
    Components,
    /// Tags of the catalog's entities that the issue belongs to.
    Tag,
    /// Parent key.
    Parent,
    /// Resolution.
    Resolution,
    /// Creation, as age.
    Created,
    /// Last change, as age.
    Updated,
    /// Due date.
    Due,
    /// Any other field of a site.
    Field(FieldName),
}

impl Column {
    /// Every column of its own, in the order of the chooser.
    pub const ALL: [Self; 17] = [
        Self::Key,
        Self::Type,
        Self::Priority,
        Self::Status,
        Self::Summary,
        Self::Reporter,
        Self::Assignee,
        Self::Created,
        Self::Due,
        Self::Updated,
        Self::Connection,
        Self::Project,
        Self::Parent,
        Self::Labels,
        Self::Components,
        Self::Tag,
        Self::Resolution,
    ];

    /// The word for it in the config and in `--columns`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Key => "key",
            Self::Type => "type",
            Self::Priority => "priority",
            Self::Status => "status",
            Self::Summary => "summary",
            Self::Assignee => "assignee",
            Self::Reporter => "reporter",
            Self::Project => "project",
            Self::Labels => "labels",
            Self::Components => "components",
            Self::Tag => "tag",
            Self::Parent => "parent",
            Self::Resolution => "resolution",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Due => "due",
            Self::Field(name) => name.as_str(),
        }
    }

    /// The column of its own that has that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|column| column.name().eq_ignore_ascii_case(name))
    }

    /// What a view means by `name`: a column of its own, else a field of a site.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim();
        Self::from_name(name).or_else(|| FieldName::new(name).map(Self::Field))
    }

    /// The field, if it is one of a site.
    #[must_use]
    pub fn field(self) -> Option<FieldName> {
        match self {
            Self::Field(name) => Some(name),
            _ => None,
        }
    }

    /// Whether a list can be sorted by it. What belongs to a tag is for the catalog to say, which
    /// the store does not know.
    #[must_use]
    pub fn sorts(self) -> bool {
        self != Self::Tag
    }

    /// What JQL calls it in `ORDER BY`; `None` for what no Jira knows.
    #[must_use]
    pub fn jql_name(self) -> Option<&'static str> {
        match self {
            Self::Connection | Self::Tag => None,
            Self::Type => Some("issuetype"),
            Self::Components => Some("component"),
            other => Some(other.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_one_of_its_own_or_a_field_by_name_or_number() {
        for (written, name, number) in [
            ("KEY", "key", None),
            (" Story Points ", "Story Points", None),
            ("cf[10020]", "cf[10020]", Some("10020")),
            ("CF[ 7 ]", "CF[ 7 ]", Some("7")),
            ("cf[x]", "cf[x]", None),
            ("cf[]", "cf[]", None),
            ("見積もり", "見積もり", None),
        ] {
            let column = Column::named(written).unwrap();
            assert_eq!(column.name(), name, "{written}");
            assert_eq!(column.field().and_then(FieldName::number), number, "{written}");
        }
        assert_eq!(Column::named("  "), None);
        assert_eq!(FieldName::new("Points"), FieldName::new(" Points "));
        assert_ne!(FieldName::new("Points"), FieldName::new("points"));
    }
}
