//! The last touches: Robin's own list, what happened today, what moved, vanished or hides.
//!
//! Must never be in here: the lives of ordinary issues.

use jiff::{SignedDuration, Timestamp};

use super::{CREATED_TODAY, DAY, Event, TODAY, Teller, ago, is_done, values::day};
use crate::sandbox::{
    model::{Edit, IssueIdx, NewIssue, ProjectIdx, TypeIdx, UserIdx},
    seed::{sink, site},
};

/// Open issues on Robin's list.
const ROBINS: usize = 25;
/// Issues changed during the last hours, besides those created then.
const CHANGED_TODAY: usize = 28;

pub(super) fn tell(teller: &mut Teller<'_>) {
    retire(teller);
    moves(teller);
    let robins = robins_list(teller);
    kitchen_sink(teller, &robins);
    today(teller, &robins);
    vanish(teller, &robins);
}

/// Some issues in the archived project.
fn retire(teller: &mut Teller<'_>) {
    let project = ProjectIdx::of(teller.world.projects.len() - 1);
    for nth in 0..teller.world.issue_count().min(300) / 100 {
        let values = vec![Edit::Summary(format!("Shut down service {}", nth + 1))];
        let issue = NewIssue {
            project,
            issue_type: TypeIdx(site::TASK),
            values,
        };
        // A summary and a type of the project are all it takes.
        let _ = teller.world.create(issue, Some(UserIdx(1)), ago(teller.now, 900 * DAY));
    }
}

/// One in a hundred has come from another project and is known by two keys.
fn moves(teller: &mut Teller<'_>) {
    let count = teller.world.issue_count();
    let step = 100.min(count / 3).max(1);
    for idx in (step / 2..count).step_by(step).map(IssueIdx::of) {
        let issue = teller.world.issue(idx);
        let standard = issue.children.is_empty() && issue.parent.is_none() && !is_archived(teller, idx);
        let others = teller.vocabulary.len();
        let to = ProjectIdx::of((issue.project.at() + 1 + teller.dice.below(others - 1)) % others);
        if standard {
            let when = teller.world.issue(idx).updated;
            let by = teller.somebody();
            teller.world.move_project(idx, to, by, when);
        }
    }
}

fn is_archived(teller: &Teller<'_>, idx: IssueIdx) -> bool {
    teller.world.project(teller.world.issue(idx).project).archived
}

/// Gives Robin recent open issues of all projects in turn; some are overdue, due today, or due soon.
fn robins_list(teller: &mut Teller<'_>) -> Vec<IssueIdx> {
    let projects = teller.vocabulary.len();
    let mut open: Vec<Vec<IssueIdx>> = vec![Vec::new(); projects];
    for idx in (0..teller.world.issue_count()).map(IssueIdx::of) {
        let issue = teller.world.issue(idx);
        if issue.project.at() < projects && !is_done(teller.world.status(issue.status)) {
            open[issue.project.at()].push(idx);
        }
    }
    let wanted = ROBINS.min(teller.world.issue_count() / 3);
    let mut robins = Vec::new();
    while robins.len() < wanted && open.iter().any(|list| !list.is_empty()) {
        for list in &mut open {
            if robins.len() < wanted {
                robins.extend(list.pop());
            }
        }
    }
    for (nth, idx) in robins.iter().enumerate() {
        let age = teller.dice.between(TODAY, 12 * DAY);
        let when = teller.world.issue(*idx).updated.max(ago(teller.now, age));
        let by = Some(teller.colleague());
        teller.world.assign(*idx, Some(teller.world.me), by, when);
        if nth.is_multiple_of(3) {
            let days = [-9, 0, 2, -1, 5, 14, -3, 30, 1][(nth / 3) % 9];
            let due = day(ago(teller.now, -days * DAY));
            teller.change(*idx, Edit::Due(Some(due)), by, when);
        }
    }
    robins
}

/// One of Robin's issues holds every node and mark; without any, the newest issue does.
fn kitchen_sink(teller: &mut Teller<'_>, robins: &[IssueIdx]) {
    let newest = (teller.world.issue_count() > 0).then(|| IssueIdx::of(teller.world.issue_count() - 1));
    if let Some(idx) = robins.get(1).copied().or(newest) {
        let all = sink::kitchen_sink(teller.now, UserIdx(1));
        let issue = teller.world.issue_mut(idx);
        issue.summary = "Kitchen sink: every node and mark of rich text".into();
        issue.description = Some(all.clone());
        let when = teller.world.issue(idx).updated;
        teller.world.comment(idx, all, None, Some(UserIdx(1)), when);
    }
}

/// What people did since this morning, a good part of it on Robin's list.
fn today(teller: &mut Teller<'_>, robins: &[IssueIdx]) {
    let count = teller.world.issue_count();
    let many = CHANGED_TODAY.min(count / 4);
    let mut times: Vec<_> = (0..many).map(|_| teller.dice.between(60, TODAY)).collect();
    times.sort_unstable_by(|a, b| b.cmp(a));
    for (nth, age) in times.into_iter().enumerate() {
        let idx = match robins.get(nth / 3 * 2) {
            Some(idx) if nth.is_multiple_of(3) => *idx,
            _ => IssueIdx::of(teller.dice.below(count.saturating_sub(CREATED_TODAY).max(1))),
        };
        let at = teller.world.issue(idx).project.at();
        if at >= teller.vocabulary.len() {
            continue;
        }
        let when = later(teller.world.issue(idx).updated, ago(teller.now, age), teller.now);
        let event = [Event::Comment, Event::Reprioritise, Event::Relabel, Event::Estimate]
            [teller.dice.weighted(&[60, 15, 15, 10])];
        teller.happen(idx, at, event, when);
    }
}

/// The second instant, unless the first one is later; never after now.
fn later(updated: Timestamp, when: Timestamp, now: Timestamp) -> Timestamp {
    let next = updated.saturating_add(SignedDuration::from_secs(30)).unwrap_or(updated);
    when.max(next).min(now)
}

/// Gaps in the numbering, and issues that nobody may see.
fn vanish(teller: &mut Teller<'_>, robins: &[IssueIdx]) {
    let count = teller.world.issue_count();
    let kept = |teller: &Teller<'_>, idx: IssueIdx| {
        robins.contains(&idx)
            || teller
                .world
                .issue(idx)
                .children
                .iter()
                .any(|child| robins.contains(child))
    };
    for idx in (97..count).step_by(200).map(IssueIdx::of) {
        if !kept(teller, idx) {
            // Sub-tasks go with it, so nothing is refused.
            let _ = teller.world.delete(idx, true, teller.now);
        }
    }
    for idx in (61..count).step_by(300).map(IssueIdx::of) {
        if !kept(teller, idx) {
            teller.world.hide(idx);
        }
    }
}
