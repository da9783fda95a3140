//! Colleagues who comment, move and edit, so that the dashboard lives.
//!
//! Must never be in here: timers. The caller waits, then asks for the next change.

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{
    dice::Dice,
    model::{AccountKind, Category, Edit, IssueIdx, NewIssue, PriorityIdx, ProjectIdx, TypeIdx, UserIdx, World},
    richtext::{RichText, doc::paragraph},
    seed::{
        text::{self, Genre},
        words::{self, REMARKS, Vocabulary},
    },
};

/// Fewer open issues than this and the signed-in person is given more instead of losing some.
const FULL_LIST: usize = 20;
/// Issues created last, of which one is picked when it isn't one of the signed-in person's.
const RECENT: usize = 400;

/// A team at work.
#[derive(Debug)]
pub struct Colleagues {
    dice: Dice,
}

/// What a colleague may do.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Comment,
    Move,
    Assign,
    Reprioritise,
    Reword,
    Label,
    Create,
    Resolve,
}

/// Deeds with how often they happen.
const DEEDS: [(Deed, usize); 8] = [
    (Deed::Comment, 38),
    (Deed::Move, 22),
    (Deed::Assign, 8),
    (Deed::Reprioritise, 8),
    (Deed::Reword, 5),
    (Deed::Label, 7),
    (Deed::Create, 7),
    (Deed::Resolve, 5),
];

impl Colleagues {
    /// A team whose doings depend on the seed and the world alone.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed, 0xC0),
        }
    }

    /// Makes one believable change. Says what was done, and how long until the next: 3 to 20 seconds.
    pub fn next(&mut self, world: &mut World, now: Timestamp) -> (String, Duration) {
        let pause = Duration::from_millis(u64::try_from(self.dice.between(3_000, 20_000)).unwrap_or(3_000));
        let mine = open_issues(world, |assignee| assignee == Some(world.me));
        let Some(who) = self.colleague(world) else {
            return ("nobody is at work".to_owned(), pause);
        };
        let name = world.user(who).display.clone();
        let weights = DEEDS.map(|(_, weight)| weight);
        let deed = DEEDS[self.dice.weighted(&weights)].0;
        let idx = self.issue(world, &mine);
        let done = match (deed, idx) {
            (Deed::Create, _) | (_, None) => self.create(world, &mine, who, now),
            (deed, Some(idx)) => self.change(world, idx, deed, &mine, who, now),
        };
        (format!("{name} {done}"), pause)
    }

    /// Somebody who works here and isn't the signed-in person.
    fn colleague(&mut self, world: &World) -> Option<UserIdx> {
        let at_work = |idx: &UserIdx| {
            let user = world.user(*idx);
            *idx != world.me && user.active && !user.deleted && user.kind == AccountKind::Human
        };
        let crew: Vec<_> = (0..world.users.len()).map(UserIdx::of).filter(at_work).collect();
        self.dice.choose(&crew).copied()
    }

    /// Half the time one of the signed-in person's issues, else one of the recent ones.
    fn issue(&mut self, world: &World, mine: &[IssueIdx]) -> Option<IssueIdx> {
        if self.dice.chance(50)
            && let Some(idx) = self.dice.choose(mine)
        {
            return Some(*idx);
        }
        let open = open_issues(world, |_| true);
        let recent = &open[open.len().saturating_sub(RECENT)..];
        self.dice.choose(recent).copied()
    }

    fn change(
        &mut self,
        world: &mut World,
        idx: IssueIdx,
        deed: Deed,
        mine: &[IssueIdx],
        who: UserIdx,
        now: Timestamp,
    ) -> String {
        let key = world.issue(idx).key.clone();
        let keeps = mine.contains(&idx) && mine.len() <= FULL_LIST;
        let by = Some(who);
        match deed {
            Deed::Move => self.advance(world, idx, false, by, now),
            Deed::Resolve if !keeps => self.advance(world, idx, true, by, now),
            Deed::Assign if !keeps => {
                let to = if mine.len() < FULL_LIST {
                    Some(world.me)
                } else {
                    self.colleague(world)
                };
                world.assign(idx, to, by, now);
                let name = to.map_or("nobody".into(), |to| world.user(to).display.clone());
                format!("assigned {key} to {name}")
            }
            Deed::Reprioritise if world.priorities.len() > 1 => {
                let all = world.priorities.len();
                let from = world.issue(idx).priority.map_or(0, PriorityIdx::at);
                let to = PriorityIdx::of((from + 1 + self.dice.below(all - 1)) % all);
                edit(world, idx, Edit::Priority(Some(to)), by, now);
                format!("set the priority of {key} to {}", world.priority(to).name)
            }
            Deed::Reword => {
                let summary = reworded(&world.issue(idx).summary);
                edit(world, idx, Edit::Summary(summary), by, now);
                format!("reworded {key}")
            }
            Deed::Label => {
                let (labels, said) = self.relabelled(world, idx);
                edit(world, idx, Edit::Labels(labels), by, now);
                format!("{said} {key}")
            }
            _ => {
                let body = self.remark(world, idx);
                world.comment(idx, body, None, by, now);
                format!("commented on {key}")
            }
        }
    }

    /// One step along the workflow: to a done status, or to one that isn't.
    fn advance(&mut self, world: &mut World, idx: IssueIdx, done: bool, by: Option<UserIdx>, now: Timestamp) -> String {
        let key = world.issue(idx).key.clone();
        let fits = |to| (world.status(to).category == Category::Done) == done;
        let ways: Vec<_> = world
            .transitions(idx)
            .filter(|way| fits(way.to))
            .map(|way| (way.id, way.to))
            .collect();
        let moved = match self.dice.choose(&ways) {
            Some((id, to)) => world.transition(idx, *id, Vec::new(), by, now).ok().map(|()| *to),
            None => None,
        };
        match moved {
            Some(to) => format!("moved {key} to {}", world.status(to).name),
            None => {
                let body = self.remark(world, idx);
                world.comment(idx, body, None, by, now);
                format!("commented on {key}")
            }
        }
    }

    /// A new issue; the signed-in person gets it if their list runs low, else half of the time.
    fn create(&mut self, world: &mut World, mine: &[IssueIdx], who: UserIdx, now: Timestamp) -> String {
        let open: Vec<_> = (0..world.projects.len())
            .map(ProjectIdx::of)
            .filter(|p| !world.project(*p).archived)
            .collect();
        let Some(project) = self.dice.choose(&open).copied() else {
            return "found no project".to_owned();
        };
        let standard = |kind: &TypeIdx| !world.issue_type(*kind).subtask && world.issue_type(*kind).level == 0;
        let types: Vec<_> = world
            .project(project)
            .types
            .iter()
            .map(|(kind, _)| *kind)
            .filter(standard)
            .collect();
        let Some(issue_type) = self.dice.choose(&types).copied() else {
            return "found no issue type".to_owned();
        };
        let to_me = mine.len() < FULL_LIST || (mine.len() < FULL_LIST * 2 && self.dice.chance(50));
        let assignee = if to_me { Some(world.me) } else { self.colleague(world) };
        let genre = match &*world.issue_type(issue_type).name {
            "Bug" => Genre::Bug,
            "Story" => Genre::Story,
            _ => Genre::Task,
        };
        let mut values = vec![Edit::Assignee(assignee)];
        match vocabulary(world, project) {
            Some(words) => {
                values.push(Edit::Summary(text::summary(genre, words, &mut self.dice)));
                values.push(Edit::Description(Some(text::description(genre, words, &mut self.dice))));
            }
            None => values.push(Edit::Summary(format!("Follow up on {}", world.project(project).name))),
        }
        let new = NewIssue {
            project,
            issue_type,
            values,
        };
        match world.create(new, Some(who), now) {
            Ok(idx) => format!("created {}", world.issue(idx).key),
            Err(refused) => format!("could not create an issue: {refused}"),
        }
    }

    fn remark(&mut self, world: &World, idx: IssueIdx) -> RichText {
        let project = world.issue(idx).project;
        match vocabulary(world, project) {
            Some(words) => text::comment(words, world.users.len().saturating_sub(3).max(1), &mut self.dice),
            None => {
                let words = self
                    .dice
                    .pick(&REMARKS)
                    .replace("{thing}", &world.project(project).name);
                RichText::doc(vec![paragraph(&words)])
            }
        }
    }

    /// One label more, or one less, and how to say so.
    fn relabelled(&mut self, world: &World, idx: IssueIdx) -> (Vec<Arc<str>>, String) {
        let issue = world.issue(idx);
        let mut labels = issue.labels.clone();
        let known = vocabulary(world, issue.project).map_or(&["needs-triage", "customer"][..], |words| words.labels);
        let label = self.dice.pick(known);
        if let Some(at) = labels.iter().position(|other| **other == *label) {
            labels.remove(at);
            return (labels, format!("took the label {label} off"));
        }
        labels.push(label.into());
        (labels, format!("put the label {label} on"))
    }
}

/// Generated edits stay within the limits of an edit.
fn edit(world: &mut World, idx: IssueIdx, edit: Edit, by: Option<UserIdx>, now: Timestamp) {
    let _ = world.edit(idx, vec![edit], by, now);
}

/// Open issues that can be seen, oldest first.
fn open_issues(world: &World, assignee: impl Fn(Option<UserIdx>) -> bool) -> Vec<IssueIdx> {
    let open = |idx: &IssueIdx| {
        let issue = world.issue(*idx);
        !issue.deleted
            && !issue.hidden
            && assignee(issue.assignee)
            && world.status(issue.status).category != Category::Done
            && !world.project(issue.project).archived
    };
    (0..world.issue_count()).map(IssueIdx::of).filter(open).collect()
}

/// The words of a generated project; recorded ones have none.
fn vocabulary(world: &World, project: ProjectIdx) -> Option<&'static Vocabulary> {
    let key = &world.project(project).key;
    words::projects(world.flavour).iter().find(|words| words.key == key)
}

/// Adds a remark in brackets, or takes it off again. Control characters of old summaries go, as an edit demands.
fn reworded(summary: &str) -> String {
    const REMARK: &str = " (see comments)";
    let clean: String = summary.replace(['\n', '\r'], " ").chars().take(200).collect();
    clean
        .strip_suffix(REMARK)
        .map_or_else(|| format!("{clean}{REMARK}"), str::to_owned)
}
