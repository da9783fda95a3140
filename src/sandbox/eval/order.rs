//! `ORDER BY`.
//!
//! Must never be in here: conditions.

use std::{cmp::Ordering, sync::Arc};

use super::{
    Compiler, JqlError, ids,
    numbers::number,
    relation::system_instant,
    subject::{Ids, Subject},
};
use crate::{
    jql::{Direction, Query},
    sandbox::model::{
        CustomValue, FieldIdx, FieldKind, Flavour, Issue, IssueIdx, PriorityIdx, SystemField, UserIdx, Viewer, World,
    },
};

/// Sort keys that Cloud takes.
const MOST: usize = 7;

/// One sort key with its direction settled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    by: By,
    descending: bool,
}

#[derive(Debug, Clone, Copy)]
enum By {
    Subject(Subject),
    /// Fields that can be sorted by but not searched, such as rank.
    Custom(FieldIdx),
}

/// What is compared. Empty values come last, or first when descending.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
enum Value {
    Number(f64),
    Whole(i64),
    Text(Arc<str>),
    Pair(Arc<str>, u32),
    Empty,
}

impl Compiler<'_> {
    pub(super) fn order_by(&mut self, query: &Query) -> Vec<Key> {
        let sorts = query.order_by.as_deref().unwrap_or_default();
        if sorts.len() > MOST && self.world.flavour == Flavour::Cloud {
            self.errors.push(JqlError::Meaning(format!(
                "A maximum of {MOST} fields can be used in ORDER BY."
            )));
        }
        let mut keys = Vec::new();
        for sort in sorts {
            let name = &sort.field.name;
            match self.sortable(name).filter(|_| sort.field.properties.is_empty()) {
                Some(by) => {
                    let descending = match sort.direction {
                        Some(direction) => direction == Direction::Desc,
                        None => own_direction(by),
                    };
                    keys.push(Key { by, descending });
                }
                None => self
                    .errors
                    .push(JqlError::Meaning(format!("Not able to sort using field '{name}'."))),
            }
        }
        keys
    }

    fn sortable(&self, name: &str) -> Option<By> {
        let Some(subject) = Subject::named(self.world, name) else {
            let rank = |field: &crate::sandbox::model::Field| {
                field.kind == FieldKind::Rank
                    && field
                        .clause_names
                        .iter()
                        .any(|clause| clause.eq_ignore_ascii_case(name))
            };
            return self
                .world
                .fields
                .iter()
                .position(rank)
                .map(|at| By::Custom(FieldIdx::of(at)));
        };
        let sortable = !matches!(
            subject,
            Subject::AnyText
                | Subject::Attachments
                | Subject::Text(SystemField::Comment)
                | Subject::Ids(
                    Ids::Voter | Ids::Watcher | Ids::WorklogAuthor | Ids::LinkType | Ids::Category | Ids::ParentEpic
                )
        );
        sortable.then_some(By::Subject(subject))
    }
}

/// Dates and priorities start with the newest and the most urgent, everything else at the beginning.
fn own_direction(by: By) -> bool {
    matches!(
        by,
        By::Subject(Subject::Date(_) | Subject::CustomDate(_) | Subject::Ids(Ids::Priority))
    )
}

/// The matches in order. Without a sort key the newest come first; equal ones stay in order of creation.
pub(super) fn sorted(world: &World, viewer: &Viewer, mut found: Vec<IssueIdx>, keys: &[Key]) -> Vec<IssueIdx> {
    if keys.is_empty() {
        found.sort_unstable_by(|a, b| b.cmp(a));
        return found;
    }
    let state = |idx: IssueIdx| world.indexed(idx, viewer.now).unwrap_or_else(|| world.issue(idx));
    let mut rows: Vec<(Vec<Value>, IssueIdx)> = found
        .into_iter()
        .map(|idx| {
            (
                keys.iter().map(|key| value(world, key.by, state(idx), idx)).collect(),
                idx,
            )
        })
        .collect();
    rows.sort_by(|(a, x), (b, y)| {
        for (key, (a, b)) in keys.iter().zip(a.iter().zip(b)) {
            let ordering = a.partial_cmp(b).unwrap_or(Ordering::Equal);
            let ordering = if key.descending { ordering.reverse() } else { ordering };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        x.cmp(y)
    });
    rows.into_iter().map(|(_, idx)| idx).collect()
}

fn value(world: &World, by: By, issue: &Issue, idx: IssueIdx) -> Value {
    let subject = match by {
        By::Custom(field) => return custom(world, issue.custom_value(field)),
        By::Subject(subject) => subject,
    };
    match subject {
        Subject::Key => Value::Pair(world.project(issue.project).key.as_str().into(), issue.number),
        Subject::Ids(ids) => entity(world, ids, issue),
        Subject::Labels(None) if issue.labels.is_empty() => Value::Empty,
        Subject::Labels(None) => lower(&issue.labels.join(" ")),
        Subject::Date(SystemField::Due) => issue
            .due
            .map_or(Value::Empty, |day| Value::Text(day.to_string().into())),
        Subject::Date(field) => {
            system_instant(field, issue).map_or(Value::Empty, |instant| Value::Whole(instant.as_millisecond()))
        }
        Subject::Number(_) | Subject::CustomNumber(_) => number(subject, issue).map_or(Value::Empty, Value::Number),
        Subject::Text(SystemField::Summary) => lower(&issue.summary),
        Subject::Text(field) => {
            let text = if field == SystemField::Environment {
                &issue.environment
            } else {
                &issue.description
            };
            text.as_ref()
                .map_or(Value::Empty, |text| lower(&text.plain(&world.users)))
        }
        Subject::Labels(Some(field))
        | Subject::CustomDate(field)
        | Subject::CustomText(field)
        | Subject::Exact(field) => custom(world, issue.custom_value(field)),
        Subject::AnyText | Subject::Attachments => Value::Whole(i64::from(idx.0)),
    }
}

fn entity(world: &World, ids: Ids, issue: &Issue) -> Value {
    if let Ids::Option(field) | Ids::User(field) = ids {
        let options = &world.field(field).options;
        return match issue.custom_value(field) {
            Some(CustomValue::Option(id) | CustomValue::Cascading(id, _)) => {
                let at = options.iter().position(|option| option.id == *id);
                at.and_then(|at| i64::try_from(at).ok())
                    .map_or(Value::Empty, Value::Whole)
            }
            other => custom(world, other),
        };
    }
    let mut first = None;
    ids::each(world, ids, issue, &mut |id| first = first.or(Some(id)));
    let Some(id) = first else { return Value::Empty };
    match ids {
        // The greater the more urgent.
        Ids::Priority => Value::Whole(-i64::from(PriorityIdx(id).0)),
        Ids::Assignee | Ids::Reporter | Ids::Creator => lower(&world.user(UserIdx(id)).display),
        Ids::Project => lower(&world.projects[issue.project.at()].name),
        Ids::Type => lower(&world.issue_type(issue.issue_type).name),
        // An issue shows its components by name, in whatever order they were added.
        Ids::Component => {
            let names = issue.components.iter().map(|c| world.component(*c).name.to_lowercase());
            names.min().map_or(Value::Empty, |name| Value::Text(name.into()))
        }
        Ids::FixVersion => version(world, issue.fix_versions.first().copied()),
        Ids::AffectedVersion => version(world, issue.affects_versions.first().copied()),
        Ids::Parent | Ids::EpicLink => {
            let parent = world.issue(IssueIdx(id));
            Value::Pair(world.project(parent.project).key.as_str().into(), parent.number)
        }
        _ => Value::Whole(i64::from(id)),
    }
}

fn version(world: &World, version: Option<crate::sandbox::model::VersionIdx>) -> Value {
    let Some(version) = version else { return Value::Empty };
    let order = &world.project(world.version(version).project).versions;
    let at = order.iter().position(|other| *other == version);
    at.and_then(|at| i64::try_from(at).ok())
        .map_or(Value::Empty, Value::Whole)
}

fn custom(world: &World, value: Option<&CustomValue>) -> Value {
    match value {
        None => Value::Empty,
        Some(CustomValue::Number(number)) => Value::Number(*number),
        Some(CustomValue::Text(text)) => lower(text),
        Some(CustomValue::Rich(text)) => lower(&text.plain(&world.users)),
        Some(CustomValue::Option(id) | CustomValue::Cascading(id, _)) => Value::Whole(i64::try_from(*id).unwrap_or(0)),
        Some(CustomValue::Options(ids)) => {
            Value::Whole(ids.first().and_then(|id| i64::try_from(*id).ok()).unwrap_or(0))
        }
        Some(CustomValue::Users(users)) => users
            .first()
            .map_or(Value::Empty, |user| lower(&world.user(*user).display)),
        Some(CustomValue::Date(day)) => Value::Text(day.to_string().into()),
        Some(CustomValue::DateTime(instant)) => Value::Whole(instant.as_millisecond()),
        Some(CustomValue::Labels(words) | CustomValue::Groups(words)) => lower(&words.join(" ")),
        // Nothing sorts by what cannot be searched.
        Some(CustomValue::Versions(_) | CustomValue::Project(_) | CustomValue::Json(_)) => Value::Empty,
    }
}

fn lower(text: &str) -> Value {
    Value::Text(text.to_lowercase().into())
}
