//! `WAS` and `CHANGED`: what the changelog says of former values.
//!
//! Must never be in here: present values alone.

use std::{collections::HashSet, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use super::{
    Compiler, Test, dates, functions, ids, refusal,
    relation::{Atom, atom},
    subject::{Ids, Subject},
};
use crate::{
    jql::{Clause, Operator, Predicate, PredicateOperator},
    sandbox::model::{ChangeItem, Flavour, Issue, IssueIdx, StatusIdx, UserIdx, VersionIdx, World},
};

/// A value as the changelog has it: ids and names then in force.
#[derive(Debug, Clone, Default)]
struct Values {
    ids: HashSet<String>,
    names: HashSet<String>,
    empty: bool,
}

impl Values {
    fn fit(&self, id: Option<&str>, name: Option<&str>) -> bool {
        if id.is_none() && name.is_none() {
            return self.empty;
        }
        id.is_some_and(|id| self.ids.contains(id)) || name.is_some_and(|name| self.names.contains(&name.to_lowercase()))
    }
}

/// When and by whom.
#[derive(Debug, Clone, Default)]
struct Limits {
    from: Option<Timestamp>,
    to: Option<Timestamp>,
    by: Option<HashSet<UserIdx>>,
    was: Option<Values>,
    became: Option<Values>,
}

impl Limits {
    fn overlap(&self, start: Timestamp, end: Option<Timestamp>) -> bool {
        self.to.is_none_or(|to| start <= to) && self.from.is_none_or(|from| end.is_none_or(|end| end > from))
    }

    fn contain(&self, when: Timestamp) -> bool {
        self.from.is_none_or(|from| when >= from) && self.to.is_none_or(|to| when <= to)
    }

    fn by(&self, who: Option<UserIdx>) -> bool {
        self.by
            .as_ref()
            .is_none_or(|by| who.is_some_and(|who| by.contains(&who)))
    }
}

/// A stretch of time in which a field had a value.
struct Spell<'a> {
    start: Timestamp,
    end: Option<Timestamp>,
    by: Option<UserIdx>,
    id: Option<&'a str>,
    name: Option<&'a str>,
}

impl<'w> Compiler<'w> {
    pub(super) fn history(&mut self, clause: &Clause, subject: Subject, atoms: &[Atom<'_>], negated: bool) -> Test<'w> {
        let Subject::Ids(ids) = subject else {
            return self.wrong("History searches do not support this field.".to_owned());
        };
        let name = clause.field.name.as_str();
        let limits = match self.limits(&clause.predicates, ids, name) {
            Ok(limits) => limits,
            Err(message) => return self.wrong(message),
        };
        let world = self.world;
        if clause.operator == Operator::Changed {
            return Box::new(move |issue: &Issue, _: IssueIdx| changed(issue, ids, &limits) != negated);
        }
        let values = match self.values(atoms, ids, name) {
            Ok(values) => values,
            Err(message) => return self.wrong(message),
        };
        let not = matches!(clause.operator, Operator::WasNot | Operator::WasNotIn) != negated;
        Box::new(move |issue: &Issue, _: IssueIdx| {
            let now = present(world, ids, issue);
            let was = spells(issue, ids, &now)
                .iter()
                .any(|s| values.fit(s.id, s.name) && limits.overlap(s.start, s.end) && limits.by(s.by));
            was != not
        })
    }

    /// What the operands mean, then and now.
    fn values(&mut self, atoms: &[Atom<'_>], ids: Ids, name: &str) -> Result<Values, String> {
        let mut values = Values::default();
        for atom in atoms {
            let found = match atom {
                Atom::Empty => {
                    values.empty = true;
                    continue;
                }
                Atom::Word(word) if ids == Ids::Resolution && word.value.eq_ignore_ascii_case("unresolved") => {
                    values.empty = true;
                    continue;
                }
                Atom::Word(word) => {
                    values.names.insert(word.value.to_lowercase());
                    match ids::resolve(self, ids, &word.value) {
                        Some(found) => found,
                        None if self.was_known(ids, &word.value) => HashSet::new(),
                        None => {
                            return Err(format!(
                                "The value '{}' does not exist for the field '{name}'.",
                                word.value
                            ));
                        }
                    }
                }
                Atom::Call(function) => self.call(ids, function)?,
            };
            values
                .ids
                .extend(found.into_iter().filter_map(|id| wire_id(self.world, ids, id)));
        }
        Ok(values)
    }

    /// Whether any changelog mentions a name that is no longer in use.
    fn was_known(&self, ids: Ids, word: &str) -> bool {
        let hit = |text: &Option<Arc<str>>| text.as_deref().is_some_and(|text| ids::same(text, word));
        let mentioned = |item: &ChangeItem| is_about(item, ids) && (hit(&item.from_text) || hit(&item.to_text));
        self.world.visible(&self.viewer).any(|idx| {
            self.world
                .issue(idx)
                .history
                .iter()
                .flat_map(|entry| &entry.items)
                .any(mentioned)
        })
    }

    fn limits(&mut self, predicates: &[Predicate], ids: Ids, name: &str) -> Result<Limits, String> {
        let mut limits = Limits::default();
        for predicate in predicates {
            let atoms: Vec<_> = predicate.operand.flat().into_iter().filter_map(atom).collect();
            match predicate.operator {
                PredicateOperator::Before => limits.to = Some(self.moment(&atoms, 0, name)?),
                PredicateOperator::After => limits.from = Some(self.moment(&atoms, 0, name)?),
                PredicateOperator::During => {
                    limits.from = Some(self.moment(&atoms, 0, name)?);
                    limits.to = Some(self.moment(&atoms, 1, name)?);
                }
                PredicateOperator::On => {
                    let day = self.moment(&atoms, 0, name)?.to_zoned(self.zone.clone()).date();
                    let midnight = day
                        .to_zoned(self.zone.clone())
                        .map_err(|_| refusal::no_date(&day.to_string(), name))?;
                    limits.from = Some(midnight.timestamp());
                    let next = day.tomorrow().and_then(|day| day.to_zoned(self.zone.clone()));
                    let last = next.map_or(Timestamp::MAX, |next| next.timestamp());
                    limits.to = last.checked_sub(SignedDuration::from_millis(1)).ok();
                }
                PredicateOperator::By => limits.by = Some(self.people(&atoms)?),
                PredicateOperator::From => limits.was = Some(self.values(&atoms, ids, name)?),
                PredicateOperator::To => limits.became = Some(self.values(&atoms, ids, name)?),
            }
        }
        Ok(limits)
    }

    fn moment(&self, atoms: &[Atom<'_>], at: usize, name: &str) -> Result<Timestamp, String> {
        let instant = match atoms.get(at) {
            Some(Atom::Word(word)) => self.instant(word).ok_or_else(|| refusal::no_date(&word.value, name)),
            Some(Atom::Call(function)) => self.instant_of(function).ok_or_else(|| unknown_or_unfit(function)),
            Some(Atom::Empty) | None => Err(refusal::no_date("", name)),
        }?;
        Ok(dates::minute(instant))
    }

    fn people(&mut self, atoms: &[Atom<'_>]) -> Result<HashSet<UserIdx>, String> {
        let mut people = HashSet::new();
        for atom in atoms {
            match atom {
                Atom::Word(word) => {
                    let found = ids::user(self.world, &word.value);
                    if found.is_empty() {
                        return Err(format!("The value '{}' does not exist for the field 'by'.", word.value));
                    }
                    people.extend(found.into_iter().map(UserIdx));
                }
                Atom::Call(function) => {
                    if functions::spec(&function.name.value).is_none() {
                        return Err(unknown_or_unfit(function));
                    }
                    people.extend(self.call(Ids::Assignee, function)?.into_iter().map(UserIdx));
                }
                Atom::Empty => {}
            }
        }
        Ok(people)
    }
}

fn unknown_or_unfit(function: &crate::jql::Function) -> String {
    if functions::spec(&function.name.value).is_some() {
        return refusal::unfit(function);
    }
    format!("Unable to find JQL function '{}'.", super::relation::shown(function))
}

/// `CHANGED`: one entry that meets everything asked for.
fn changed(issue: &Issue, ids: Ids, limits: &Limits) -> bool {
    let fits = |item: &ChangeItem| {
        is_about(item, ids)
            && limits
                .was
                .as_ref()
                .is_none_or(|was| was.fit(item.from.as_deref(), item.from_text.as_deref()))
            && limits
                .became
                .as_ref()
                .is_none_or(|became| became.fit(item.to.as_deref(), item.to_text.as_deref()))
    };
    issue
        .history
        .iter()
        .any(|entry| limits.contain(entry.created) && limits.by(entry.author) && entry.items.iter().any(fits))
}

fn is_about(item: &ChangeItem, ids: Ids) -> bool {
    let field = match ids {
        Ids::Status => "status",
        Ids::Assignee => "assignee",
        Ids::Reporter => "reporter",
        Ids::Priority => "priority",
        Ids::Resolution => "resolution",
        Ids::FixVersion => "Fix Version",
        _ => return false,
    };
    !item.custom && item.field.eq_ignore_ascii_case(field)
}

/// Every value the field ever had. Versions overlap; the others follow one another.
fn spells<'a>(issue: &'a Issue, ids: Ids, now: &'a [(String, String)]) -> Vec<Spell<'a>> {
    let changes: Vec<_> = issue
        .history
        .iter()
        .flat_map(|entry| {
            entry
                .items
                .iter()
                .filter(|item| is_about(item, ids))
                .map(move |item| (entry, item))
        })
        .collect();
    if ids == Ids::FixVersion {
        return version_spells(issue, &changes, now);
    }
    let mut all = Vec::new();
    let (mut start, mut by) = (issue.created, issue.creator);
    for (entry, item) in &changes {
        let end = Some(entry.created);
        all.push(Spell {
            start,
            end,
            by,
            id: item.from.as_deref(),
            name: item.from_text.as_deref(),
        });
        (start, by) = (entry.created, entry.author);
    }
    let now = now.first().map(|(id, name)| (id.as_str(), name.as_str()));
    all.push(Spell {
        start,
        end: None,
        by,
        id: now.map(|(id, _)| id),
        name: now.map(|(_, name)| name),
    });
    all
}

fn version_spells<'a>(
    issue: &'a Issue,
    changes: &[(&'a crate::sandbox::model::History, &'a ChangeItem)],
    now: &'a [(String, String)],
) -> Vec<Spell<'a>> {
    let mut open: Vec<Spell<'a>> = Vec::new();
    let mut closed = Vec::new();
    for (entry, item) in changes {
        if let (Some(id), name) = (item.from.as_deref(), item.from_text.as_deref()) {
            let spell = match open.iter().position(|spell| spell.id == Some(id)) {
                Some(at) => open.swap_remove(at),
                None => Spell {
                    start: issue.created,
                    end: None,
                    by: issue.creator,
                    id: Some(id),
                    name,
                },
            };
            closed.push(Spell {
                end: Some(entry.created),
                ..spell
            });
        }
        if let (Some(id), name) = (item.to.as_deref(), item.to_text.as_deref()) {
            open.push(Spell {
                start: entry.created,
                end: None,
                by: entry.author,
                id: Some(id),
                name,
            });
        }
    }
    for (id, name) in now {
        if !open.iter().any(|spell| spell.id == Some(id)) {
            open.push(Spell {
                start: issue.created,
                end: None,
                by: issue.creator,
                id: Some(id),
                name: Some(name),
            });
        }
    }
    closed.extend(open);
    closed
}

/// Ids and names of what the field holds now.
fn present(world: &World, ids: Ids, issue: &Issue) -> Vec<(String, String)> {
    let mut now = Vec::new();
    ids::each(world, ids, issue, &mut |id| {
        now.extend(wire_id(world, ids, id).zip(wire_name(world, ids, id)));
    });
    now
}

/// The id that the changelog has for an entity.
fn wire_id(world: &World, ids: Ids, id: u32) -> Option<String> {
    Some(match ids {
        Ids::Status => world.status(StatusIdx(id)).id.to_string(),
        Ids::Priority => world.priority(crate::sandbox::model::PriorityIdx(id)).id.to_string(),
        Ids::Resolution => world
            .resolution(crate::sandbox::model::ResolutionIdx(id))
            .id
            .to_string(),
        Ids::FixVersion => world.version(VersionIdx(id)).id.to_string(),
        Ids::Assignee | Ids::Reporter => {
            let user = world.user(UserIdx(id));
            if world.flavour == Flavour::Cloud {
                user.account_id.clone()
            } else {
                user.key.clone()
            }
        }
        _ => return None,
    })
}

fn wire_name(world: &World, ids: Ids, id: u32) -> Option<String> {
    Some(match ids {
        Ids::Status => world.status(StatusIdx(id)).name.to_string(),
        Ids::Priority => world.priority(crate::sandbox::model::PriorityIdx(id)).name.to_string(),
        Ids::Resolution => world
            .resolution(crate::sandbox::model::ResolutionIdx(id))
            .name
            .to_string(),
        Ids::FixVersion => world.version(VersionIdx(id)).name.to_string(),
        Ids::Assignee | Ids::Reporter => world.user(UserIdx(id)).display.to_string(),
        _ => return None,
    })
}
