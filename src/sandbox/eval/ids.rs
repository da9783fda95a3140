//! Conditions on entities: which entities a value names, and which ones an issue has.
//!
//! Must never be in here: history, texts, dates.

use std::{cmp::Ordering, collections::HashSet};

use super::{
    Compiler, Test, refusal,
    relation::{Atom, Relation},
    subject::Ids,
};
use crate::sandbox::model::{
    Category, ComponentIdx, CustomValue, FieldIdx, FieldKind, FieldOption, Issue, IssueIdx, IssueRef, LinkTypeIdx,
    PriorityIdx, ProjectIdx, ResolutionIdx, SecurityIdx, SprintIdx, StatusIdx, TypeIdx, UserIdx, VersionIdx, World,
};

impl<'w> Compiler<'w> {
    pub(super) fn ids(&mut self, ids: Ids, relation: Relation, atoms: &[Atom<'_>], name: &str) -> Test<'w> {
        let world = self.world;
        let mut set = HashSet::new();
        let mut or_empty = false;
        for atom in atoms {
            let found = match atom {
                Atom::Empty => {
                    or_empty = true;
                    continue;
                }
                Atom::Word(word) if ids == Ids::Resolution && word.value.eq_ignore_ascii_case("unresolved") => {
                    or_empty = true;
                    continue;
                }
                Atom::Word(word) => resolve(self, ids, &word.value).ok_or_else(|| match ids {
                    Ids::Parent | Ids::EpicLink | Ids::ParentEpic => no_such_issue(&word.value, name),
                    _ => format!("The value '{}' does not exist for the field '{name}'.", word.value),
                }),
                Atom::Call(function) => match ids {
                    Ids::Option(field) => self.options(field, function),
                    Ids::Parent | Ids::EpicLink | Ids::ParentEpic => self.issues(function),
                    _ => self.call(ids, function),
                },
            };
            match found {
                Ok(found) => set.extend(found),
                Err(message) => return self.wrong(message),
            }
        }
        match relation {
            Relation::Empty => Box::new(move |issue: &Issue, _| none(world, ids, issue)),
            Relation::NotEmpty => Box::new(move |issue: &Issue, _| !none(world, ids, issue)),
            Relation::NotAmong => Box::new(move |issue: &Issue, _| {
                !none(world, ids, issue) && !any(world, ids, issue, |id| set.contains(&id))
            }),
            Relation::Order(_) => Box::new(move |issue: &Issue, _| {
                any(world, ids, issue, |id| {
                    set.iter().any(|bound| relation.holds_or(rank(world, ids, id, *bound)))
                })
            }),
            _ => Box::new(move |issue: &Issue, _| {
                any(world, ids, issue, |id| set.contains(&id)) || (or_empty && none(world, ids, issue))
            }),
        }
    }

    /// `cascadeOption(parent[, child | none])`.
    fn options(&self, field: FieldIdx, function: &crate::jql::Function) -> Result<HashSet<u32>, String> {
        let field = self.world.field(field);
        if field.kind != FieldKind::Cascading || !function.name.value.eq_ignore_ascii_case("cascadeOption") {
            return Err(refusal::unfit(function));
        }
        let unknown = |word: &str| format!("The value '{word}' does not exist for the field '{}'.", field.name);
        let named = |option: &&FieldOption, word: &str| {
            option.value.eq_ignore_ascii_case(word) || option.id.to_string() == word
        };
        let (parent, child) = (
            &function.args[0].value,
            function.args.get(1).map(|arg| arg.value.as_str()),
        );
        let parent = field
            .options
            .iter()
            .find(|option| named(option, parent))
            .ok_or_else(|| unknown(parent))?;
        match child {
            // Chosen without a child: marked, so that it isn't taken for any choice of the parent.
            Some(word) if word.eq_ignore_ascii_case("none") => Ok(HashSet::from([small(parent.id) | ALONE])),
            Some(word) => {
                let child = parent
                    .children
                    .iter()
                    .find(|option| named(option, word))
                    .ok_or_else(|| unknown(word))?;
                Ok(HashSet::from([small(child.id)]))
            }
            None => Ok(HashSet::from([small(parent.id)])),
        }
    }

    /// `key = PAY-1`, `issue in linkedIssues(PAY-1)`, `key > PAY-10`.
    pub(super) fn keys(&mut self, relation: Relation, atoms: &[Atom<'_>], name: &str) -> Test<'w> {
        let world = self.world;
        if matches!(relation, Relation::Like | Relation::NotLike) {
            return self.keys_like(relation, atoms);
        }
        let mut set = HashSet::new();
        for atom in atoms {
            let found = match atom {
                // Refused before: no issue is without a key.
                Atom::Empty => continue,
                Atom::Word(word) => world
                    .find(&self.viewer, &word.value)
                    .map(|idx| HashSet::from([idx.0]))
                    .ok_or_else(|| no_such_issue(&word.value, name)),
                Atom::Call(function) => self.issues(function),
            };
            match found {
                Ok(found) => set.extend(found),
                Err(message) => return self.wrong(message),
            }
        }
        match relation {
            Relation::Among => Box::new(move |_: &Issue, idx: IssueIdx| set.contains(&idx.0)),
            Relation::NotAmong => Box::new(move |_: &Issue, idx: IssueIdx| !set.contains(&idx.0)),
            _ => Box::new(move |issue: &Issue, _| {
                set.iter()
                    .map(|bound| world.issue(IssueIdx(*bound)))
                    .any(|bound| bound.project == issue.project && relation.holds(issue.number.cmp(&bound.number)))
            }),
        }
    }

    /// Cloud: `key ~ "PAY-1*"`.
    fn keys_like(&mut self, relation: Relation, atoms: &[Atom<'_>]) -> Test<'w> {
        let Some(Atom::Word(word)) = atoms.first() else {
            return self.wrong("The operand of '~' must be a text.".to_owned());
        };
        let wanted = word.value.to_uppercase();
        let (prefix, open) = wanted
            .strip_suffix('*')
            .map_or((wanted.clone(), false), |prefix| (prefix.to_owned(), true));
        let like = relation == Relation::Like;
        Box::new(move |issue: &Issue, _| {
            let hit = if open {
                issue.key.starts_with(&prefix)
            } else {
                *issue.key == *prefix
            };
            hit == like
        })
    }
}

/// What is said of a word that names no issue, or could not name one.
fn no_such_issue(word: &str, field: &str) -> String {
    let number = word.rsplit_once('-').map_or(word, |(_, number)| number);
    if number.parse::<u64>().is_ok() {
        format!("An issue with key '{word}' does not exist for field '{field}'.")
    } else {
        format!("The issue key '{word}' for field '{field}' is invalid.")
    }
}

/// How two entities compare: urgent priorities are greater, versions go by the order of their project.
fn rank(world: &World, ids: Ids, value: u32, bound: u32) -> Option<Ordering> {
    match ids {
        Ids::Priority => Some(bound.cmp(&value)),
        Ids::FixVersion | Ids::AffectedVersion => {
            let place = |version: u32| {
                let project = world.version(VersionIdx(version)).project;
                let order = &world.project(project).versions;
                (project, order.iter().position(|other| other.0 == version))
            };
            let ((project, at), (other, bound)) = (place(value), place(bound));
            (project == other).then(|| at.cmp(&bound))
        }
        _ => Some(value.cmp(&bound)),
    }
}

/// Bit that marks a cascading option chosen without a child.
const ALONE: u32 = 1 << 31;

/// Ids of options are small numbers; anything larger cannot be met.
fn small(id: u64) -> u32 {
    u32::try_from(id).unwrap_or(ALONE - 1)
}

fn any(world: &World, ids: Ids, issue: &Issue, mut hit: impl FnMut(u32) -> bool) -> bool {
    let mut found = false;
    each(world, ids, issue, &mut |id| found = found || hit(id));
    found
}

fn none(world: &World, ids: Ids, issue: &Issue) -> bool {
    !any(world, ids, issue, |_| true)
}

/// Every entity the issue has in the field.
pub(super) fn each(world: &World, ids: Ids, issue: &Issue, f: &mut dyn FnMut(u32)) {
    let subtask = || world.issue_type(issue.issue_type).subtask;
    let parent = || issue.parent.as_ref().and_then(IssueRef::local);
    match ids {
        Ids::Project => f(issue.project.0),
        Ids::Category => {
            let category = &world.project(issue.project).category;
            category
                .iter()
                .filter_map(|name| first_with_category(world, name))
                .for_each(f);
        }
        Ids::Type => f(issue.issue_type.0),
        Ids::Status => f(issue.status.0),
        Ids::StatusCategory => f(world.status(issue.status).category as u32),
        Ids::Priority => issue.priority.iter().for_each(|p| f(p.0)),
        Ids::Resolution => issue.resolution.iter().for_each(|r| f(r.0)),
        Ids::Assignee => issue.assignee.iter().for_each(|u| f(u.0)),
        Ids::Reporter => issue.reporter.iter().for_each(|u| f(u.0)),
        Ids::Creator => issue.creator.iter().for_each(|u| f(u.0)),
        Ids::Voter => issue.voters.iter().for_each(|u| f(u.0)),
        Ids::Watcher => issue.watchers.iter().for_each(|u| f(u.0)),
        Ids::WorklogAuthor => issue.worklogs.iter().filter_map(|log| log.author).for_each(|u| f(u.0)),
        Ids::Component => issue.components.iter().for_each(|c| f(c.0)),
        Ids::FixVersion => issue.fix_versions.iter().for_each(|v| f(v.0)),
        Ids::AffectedVersion => issue.affects_versions.iter().for_each(|v| f(v.0)),
        Ids::Sprint => issue.sprints.iter().for_each(|s| f(s.0)),
        Ids::Level => issue.security.iter().for_each(|s| f(s.0)),
        Ids::LinkType => issue.links.iter().for_each(|link| f(link.kind.0)),
        Ids::Parent => {
            // Data Center keeps epics apart from parents.
            let counts = world.flavour == crate::sandbox::model::Flavour::Cloud || subtask();
            parent().filter(|_| counts).iter().for_each(|idx| f(idx.0));
        }
        Ids::EpicLink => parent().filter(|_| !subtask()).iter().for_each(|idx| f(idx.0)),
        Ids::ParentEpic => {
            let own = parent();
            own.iter().for_each(|idx| f(idx.0));
            let above = own.and_then(|idx| world.issue(idx).parent.as_ref().and_then(IssueRef::local));
            above.iter().for_each(|idx| f(idx.0));
        }
        Ids::Option(field) => match issue.custom_value(field) {
            Some(CustomValue::Option(id)) => f(small(*id)),
            Some(CustomValue::Options(ids)) => ids.iter().for_each(|id| f(small(*id))),
            Some(CustomValue::Cascading(id, child)) => {
                f(small(*id));
                f(child.map_or(small(*id) | ALONE, small));
            }
            _ => {}
        },
        Ids::User(field) => {
            if let Some(CustomValue::Users(users)) = issue.custom_value(field) {
                users.iter().for_each(|u| f(u.0));
            }
        }
    }
}

/// Project categories have no table; the first project of a category stands for it.
fn first_with_category(world: &World, name: &str) -> Option<u32> {
    let same = |project: &crate::sandbox::model::Project| {
        project
            .category
            .as_deref()
            .is_some_and(|category| category.eq_ignore_ascii_case(name))
    };
    world.projects.iter().position(same).map(|at| ProjectIdx::of(at).0)
}

/// What a value names; `None` if there is no such thing.
pub(super) fn resolve(compiler: &Compiler<'_>, ids: Ids, word: &str) -> Option<HashSet<u32>> {
    let world = compiler.world;
    let named = |name: &str, id: u64| same(name, word) || id.to_string() == word;
    let found: HashSet<u32> = match ids {
        Ids::Project => project(world, word).into_iter().collect(),
        Ids::Category => first_with_category(world, word).into_iter().collect(),
        Ids::Type => positions(&world.issue_types, |t| named(&t.name, t.id))
            .map(|at| TypeIdx::of(at).0)
            .collect(),
        Ids::Status => positions(&world.statuses, |s| named(&s.name, s.id))
            .map(|at| StatusIdx::of(at).0)
            .collect(),
        Ids::StatusCategory => [
            Category::Undefined,
            Category::ToDo,
            Category::InProgress,
            Category::Done,
        ]
        .into_iter()
        .filter(|c| same(c.name(), word) || same(c.key(), word) || c.id().to_string() == word)
        .map(|c| c as u32)
        .collect(),
        Ids::Priority => positions(&world.priorities, |p| named(&p.name, p.id))
            .map(|at| PriorityIdx::of(at).0)
            .collect(),
        Ids::Resolution => positions(&world.resolutions, |r| named(&r.name, r.id))
            .map(|at| ResolutionIdx::of(at).0)
            .collect(),
        Ids::Component => positions(&world.components, |c| named(&c.name, c.id))
            .map(|at| ComponentIdx::of(at).0)
            .collect(),
        Ids::FixVersion | Ids::AffectedVersion => positions(&world.versions, |v| named(&v.name, v.id))
            .map(|at| VersionIdx::of(at).0)
            .collect(),
        Ids::Sprint => positions(&world.sprints, |s| named(&s.name, s.id))
            .map(|at| SprintIdx::of(at).0)
            .collect(),
        Ids::Level => positions(&world.security_levels, |l| named(&l.name, l.id))
            .map(|at| SecurityIdx::of(at).0)
            .collect(),
        Ids::LinkType => positions(&world.link_types, |t| {
            [&t.name, &t.inward, &t.outward].iter().any(|name| same(name, word))
        })
        .map(|at| LinkTypeIdx::of(at).0)
        .collect(),
        Ids::Parent | Ids::EpicLink | Ids::ParentEpic => world
            .find(&compiler.viewer, word)
            .map(|idx| idx.0)
            .into_iter()
            .collect(),
        Ids::Option(field) => {
            let all = world
                .field(field)
                .options
                .iter()
                .flat_map(|option| std::iter::once(option).chain(&option.children));
            all.filter(|option| named(&option.value, option.id))
                .map(|option| small(option.id))
                .collect()
        }
        Ids::Assignee
        | Ids::Reporter
        | Ids::Creator
        | Ids::Voter
        | Ids::Watcher
        | Ids::WorklogAuthor
        | Ids::User(_) => user(world, word).into_iter().collect(),
    };
    (!found.is_empty()).then_some(found)
}

fn positions<'t, T>(table: &'t [T], mut hit: impl FnMut(&T) -> bool + 't) -> impl Iterator<Item = usize> + 't {
    table
        .iter()
        .enumerate()
        .filter(move |(_, row)| hit(row))
        .map(|(at, _)| at)
}

/// The project of this key, name or id.
pub(super) fn project(world: &World, word: &str) -> Option<u32> {
    let hit =
        |p: &crate::sandbox::model::Project| same(&p.key, word) || same(&p.name, word) || p.id.to_string() == word;
    world.projects.iter().position(hit).map(|at| ProjectIdx::of(at).0)
}

/// The people of this account id, user name, key, display name or address.
pub(super) fn user(world: &World, word: &str) -> Vec<u32> {
    let hit = |u: &crate::sandbox::model::User| {
        u.account_id == word
            || same(&u.name, word)
            || same(&u.key, word)
            || same(&u.display, word)
            || u.email.as_deref().is_some_and(|email| same(email, word))
    };
    positions(&world.users, hit).map(|at| UserIdx::of(at).0).collect()
}

/// Equal in any case, in any script.
pub(super) fn same(one: &str, two: &str) -> bool {
    one == two || one.to_lowercase() == two.to_lowercase()
}
