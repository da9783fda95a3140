//! What a field of a query is about, and which operators it takes.
//!
//! Must never be in here: values.

use super::super::model::{FieldIdx, FieldKind, Flavour, SystemField, World};
use crate::jql::{FieldRef, Operator};

/// What a condition is about, sorted by how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// Issue keys and ids.
    Key,
    /// One or several entities of a table, or people.
    Ids(Ids),
    /// Words: labels.
    Labels(Option<FieldIdx>),
    /// An instant of the issue.
    Date(SystemField),
    /// An instant or day in a custom field.
    CustomDate(FieldIdx),
    /// A number of the issue.
    Number(SystemField),
    /// A number in a custom field.
    CustomNumber(FieldIdx),
    /// Text that is searched for words.
    Text(SystemField),
    /// All texts at once.
    AnyText,
    /// Text in a custom field.
    CustomText(FieldIdx),
    /// A whole value in a custom field, such as a URL.
    Exact(FieldIdx),
    /// Whether there are attachments.
    Attachments,
}

/// Fields whose values are entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    Project,
    Category,
    Type,
    Status,
    StatusCategory,
    Priority,
    Resolution,
    Assignee,
    Reporter,
    Creator,
    Voter,
    Watcher,
    WorklogAuthor,
    Component,
    FixVersion,
    AffectedVersion,
    Sprint,
    Parent,
    EpicLink,
    ParentEpic,
    Level,
    LinkType,
    /// Select fields, by option.
    Option(FieldIdx),
    /// User pickers.
    User(FieldIdx),
}

/// Equality and membership.
const E: u8 = 1;
/// Emptiness.
const I: u8 = 2;
/// Words in a text.
const T: u8 = 4;
/// Order.
const O: u8 = 8;
/// Former values.
const W: u8 = 16;
/// Changes.
const C: u8 = 32;

impl Subject {
    /// What the field of a query is about; `None` if the site has no such field.
    pub(super) fn of(world: &World, field: &FieldRef) -> Option<Self> {
        if !field.properties.is_empty() {
            // Only properties that an app declared are indexed, and this site has no apps.
            return None;
        }
        Self::named(world, &field.name)
    }

    pub(super) fn named(world: &World, name: &str) -> Option<Self> {
        if let Some(subject) = unlisted(world.flavour, name) {
            return Some(subject);
        }
        let known = |clause: &String| clause.eq_ignore_ascii_case(name);
        let at = world
            .fields
            .iter()
            .position(|field| field.searchable && field.clause_names.iter().any(known))?;
        match world.fields[at].kind {
            FieldKind::System(field) => system(field),
            kind => custom(FieldIdx::of(at), kind),
        }
    }

    /// Whether the operator may stand behind the field.
    pub(super) fn takes(self, operator: Operator, flavour: Flavour) -> bool {
        let class = match operator {
            Operator::Eq | Operator::NotEq | Operator::In | Operator::NotIn => E,
            Operator::Is | Operator::IsNot => I,
            Operator::Like | Operator::NotLike => T,
            Operator::Lt | Operator::Gt | Operator::LtEq | Operator::GtEq => O,
            Operator::Was | Operator::WasNot | Operator::WasIn | Operator::WasNotIn => W,
            Operator::Changed => C,
        };
        let only_like = self == Self::AnyText && operator != Operator::Like;
        self.classes(flavour) & class != 0 && !only_like
    }

    /// Whether it can be empty at all, as far as queries are concerned.
    pub(super) fn can_be_empty(self, flavour: Flavour) -> bool {
        self.classes(flavour) & I != 0
    }

    fn classes(self, flavour: Flavour) -> u8 {
        match self {
            Self::Key => E | O | if flavour == Flavour::Cloud { T } else { 0 },
            Self::Ids(ids) => match ids {
                Ids::Assignee | Ids::Reporter | Ids::Status => E | I | W | C,
                Ids::Priority | Ids::Resolution | Ids::FixVersion => E | I | O | W | C,
                Ids::AffectedVersion => E | I | O,
                _ => E | I,
            },
            Self::Number(SystemField::Votes | SystemField::Watches) => E | O,
            Self::Date(_) | Self::CustomDate(_) | Self::Number(_) | Self::CustomNumber(_) => E | I | O,
            Self::Text(SystemField::Comment) | Self::AnyText => T,
            Self::Text(_) | Self::CustomText(_) => I | T,
            Self::Labels(_) | Self::Exact(_) => E | I,
            Self::Attachments => I,
        }
    }
}

/// Names that no field of the site's list has.
fn unlisted(flavour: Flavour, name: &str) -> Option<Subject> {
    let lower = name.to_ascii_lowercase();
    Some(match lower.as_str() {
        "text" => Subject::AnyText,
        "category" => Subject::Ids(Ids::Category),
        "statuscategory" => Subject::Ids(Ids::StatusCategory),
        "voter" => Subject::Ids(Ids::Voter),
        "watcher" => Subject::Ids(Ids::Watcher),
        "issuelinktype" => Subject::Ids(Ids::LinkType),
        "worklogauthor" => Subject::Ids(Ids::WorklogAuthor),
        "parentepic" if flavour == Flavour::Cloud => Subject::Ids(Ids::ParentEpic),
        _ => return None,
    })
}

fn system(field: SystemField) -> Option<Subject> {
    use SystemField as F;
    Some(match field {
        F::Key => Subject::Key,
        F::Project => Subject::Ids(Ids::Project),
        F::Type => Subject::Ids(Ids::Type),
        F::Status => Subject::Ids(Ids::Status),
        F::StatusCategory => Subject::Ids(Ids::StatusCategory),
        F::Priority => Subject::Ids(Ids::Priority),
        F::Resolution => Subject::Ids(Ids::Resolution),
        F::Assignee => Subject::Ids(Ids::Assignee),
        F::Reporter => Subject::Ids(Ids::Reporter),
        F::Creator => Subject::Ids(Ids::Creator),
        F::Components => Subject::Ids(Ids::Component),
        F::FixVersions => Subject::Ids(Ids::FixVersion),
        F::AffectsVersions => Subject::Ids(Ids::AffectedVersion),
        F::Parent => Subject::Ids(Ids::Parent),
        F::Security => Subject::Ids(Ids::Level),
        F::Labels => Subject::Labels(None),
        F::Created | F::Updated | F::Resolved | F::Due | F::LastViewed | F::StatusCategoryChanged => {
            Subject::Date(field)
        }
        F::Votes | F::Watches | F::OriginalEstimate | F::RemainingEstimate | F::TimeSpent | F::WorkRatio => {
            Subject::Number(field)
        }
        F::Summary | F::Description | F::Environment | F::Comment => Subject::Text(field),
        F::Attachment => Subject::Attachments,
        F::Subtasks | F::Links | F::Worklog | F::TimeTracking => return None,
    })
}

fn custom(idx: FieldIdx, kind: FieldKind) -> Option<Subject> {
    Some(match kind {
        FieldKind::Sprint => Subject::Ids(Ids::Sprint),
        FieldKind::EpicLink => Subject::Ids(Ids::EpicLink),
        FieldKind::Select | FieldKind::MultiSelect | FieldKind::Cascading | FieldKind::Team => {
            Subject::Ids(Ids::Option(idx))
        }
        FieldKind::User | FieldKind::Users => Subject::Ids(Ids::User(idx)),
        FieldKind::Labels => Subject::Labels(Some(idx)),
        FieldKind::Number => Subject::CustomNumber(idx),
        FieldKind::Date | FieldKind::DateTime => Subject::CustomDate(idx),
        FieldKind::Text | FieldKind::RichText | FieldKind::EpicName => Subject::CustomText(idx),
        FieldKind::Url => Subject::Exact(idx),
        FieldKind::Rank
        | FieldKind::System(_)
        | FieldKind::Group
        | FieldKind::Groups
        | FieldKind::Version
        | FieldKind::Versions
        | FieldKind::Project
        | FieldKind::App => return None,
    })
}
