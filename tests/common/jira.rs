//! What happens on the other side: people who work in Jira while crosstie looks on.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use crosstie::sandbox::{
    Flavour, Sandbox,
    model::{Category, Edit, Issue, IssueIdx, NewIssue, ProjectIdx, UserIdx, Viewer, World},
    richtext::RichText,
};
use jiff::{RoundMode, SignedDuration, Timestamp, TimestampRound, Unit};
use serde_json::json;

use super::time::Time;

/// What the cache must tell of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) key: String,
    pub(crate) updated: Timestamp,
    pub(crate) summary: String,
    pub(crate) status: String,
    pub(crate) assignee: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) comments: usize,
}

/// The site, with hands.
#[derive(Clone)]
pub(crate) struct Jira {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) time: Arc<Time>,
}

impl Jira {
    /// Somebody changes the site; a second passes, as it does when people work.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        self.time.pass(SignedDuration::from_secs(1));
        self.sandbox.change(change)
    }

    pub(crate) fn look<T>(&self, look: impl FnOnce(&World, &Viewer) -> T) -> T {
        let now = self.sandbox.now();
        let world = self.sandbox.world();
        let world = world.read().unwrap();
        look(&world, &world.viewer(now))
    }

    /// The nth issue that can be seen, oldest first.
    pub(crate) fn nth(&self, nth: usize) -> IssueIdx {
        self.look(|world, viewer| world.visible(viewer).nth(nth).unwrap())
    }

    /// The first visible issue that `fits`.
    pub(crate) fn find(&self, fits: impl Fn(&World, &Issue) -> bool) -> IssueIdx {
        self.look(|world, viewer| {
            let mut all = world.visible(viewer);
            all.find(|idx| fits(world, world.issue(*idx))).unwrap()
        })
    }

    pub(crate) fn count(&self) -> usize {
        self.look(|world, viewer| world.visible(viewer).count())
    }

    pub(crate) fn key(&self, idx: IssueIdx) -> String {
        self.look(|world, _| world.issue(idx).key.to_string())
    }

    pub(crate) fn id(&self, idx: IssueIdx) -> String {
        self.look(|world, _| world.issue(idx).id.to_string())
    }

    pub(crate) fn project(&self, key: &str) -> ProjectIdx {
        self.look(|world, _| world.project_by_ref(key).unwrap())
    }

    /// A colleague by display name.
    pub(crate) fn person(&self, nth: usize) -> (UserIdx, String) {
        self.look(|world, _| {
            let colleagues = (0..world.users.len()).map(|at| UserIdx(u32::try_from(at).unwrap()));
            let mut active = colleagues.filter(|idx| *idx != world.me && world.user(*idx).active);
            let idx = active.nth(nth).unwrap();
            (idx, world.user(idx).display.to_string())
        })
    }

    fn colleague(&self) -> Option<UserIdx> {
        Some(self.person(0).0)
    }

    pub(crate) fn rename(&self, idx: IssueIdx, summary: &str) {
        let by = self.colleague();
        self.change(|world, now| {
            world
                .edit(idx, vec![Edit::Summary(summary.to_owned())], by, now)
                .unwrap();
        });
    }

    pub(crate) fn label(&self, idx: IssueIdx, label: &str) {
        let by = self.colleague();
        self.change(|world, now| {
            world
                .edit(idx, vec![Edit::Labels(vec![label.into()])], by, now)
                .unwrap();
        });
    }

    pub(crate) fn assign(&self, idx: IssueIdx, to: Option<UserIdx>) {
        let by = self.colleague();
        self.change(|world, now| world.assign(idx, to, by, now));
    }

    pub(crate) fn comment(&self, idx: IssueIdx, text: &str) {
        let by = self.colleague();
        self.change(|world, now| world.comment(idx, text_of(text, world), None, by, now));
    }

    /// Into a status of this category, by the shortest way that the workflow allows; gives the names of
    /// the status before and after.
    pub(crate) fn transition(&self, idx: IssueIdx, to: Category) -> (String, String) {
        let name = || self.look(|world, _| world.status(world.issue(idx).status).name.to_string());
        let before = name();
        for step in self.way(idx, to) {
            let by = self.colleague();
            self.change(|world, now| world.transition(idx, step, vec![], by, now).unwrap());
        }
        (before, name())
    }

    fn way(&self, idx: IssueIdx, to: Category) -> Vec<u32> {
        self.look(|world, _| {
            let flow = world.workflow_of(world.issue(idx)).unwrap();
            let mut ways = VecDeque::from([(world.issue(idx).status, Vec::new())]);
            let mut been = BTreeSet::new();
            while let Some((status, way)) = ways.pop_front() {
                if world.status(status).category == to && !way.is_empty() {
                    return way;
                }
                let steps = flow.transitions.iter().filter(|step| step.leaves(status));
                for step in steps.filter(|step| been.insert(step.to)) {
                    ways.push_back((step.to, [way.as_slice(), &[step.id]].concat()));
                }
            }
            panic!("no way to {to:?}");
        })
    }

    pub(crate) fn create(&self, project: &str, summary: &str) -> IssueIdx {
        let (project, by) = (self.project(project), self.colleague());
        self.change(|world, now| {
            let types = &world.project(project).types;
            let issue_type = types
                .iter()
                .map(|(kind, _)| *kind)
                .find(|kind| !world.issue_type(*kind).subtask);
            let new = NewIssue {
                project,
                issue_type: issue_type.unwrap(),
                values: vec![Edit::Summary(summary.to_owned())],
            };
            world.create(new, by, now).unwrap()
        })
    }

    /// To another project; gives the new key.
    pub(crate) fn relocate(&self, idx: IssueIdx, project: &str) -> String {
        let (project, by) = (self.project(project), self.colleague());
        self.change(|world, now| world.move_project(idx, project, by, now));
        self.key(idx)
    }

    pub(crate) fn delete(&self, idx: IssueIdx) {
        self.change(|world, now| world.delete(idx, true, now).unwrap());
    }

    pub(crate) fn hide(&self, idx: IssueIdx) {
        self.change(|world, _| world.hide(idx));
    }

    pub(crate) fn unhide(&self, idx: IssueIdx) {
        self.change(|world, _| world.unhide(idx));
    }

    /// The account's time zone, as its profile has it.
    pub(crate) fn live_in(&self, zone: &str) {
        self.change(|world, _| {
            let me = world.me;
            world.users[me.at()].time_zone = zone.to_owned();
            world.changed();
        });
    }

    /// All that the account may see within `scope`, whatever the search index believes.
    pub(crate) fn truth(&self, scope: &str) -> BTreeMap<String, Told> {
        self.look(|world, viewer| {
            let mut world = world.clone();
            world.set_index_lag(None);
            let found = if scope.is_empty() {
                world.visible(viewer).collect()
            } else {
                world.search(viewer, scope).unwrap()
            };
            found
                .into_iter()
                .map(|idx| {
                    let issue = world.issue(idx);
                    (issue.id.to_string(), told(&world, viewer, issue))
                })
                .collect()
        })
    }
}

fn text_of(text: &str, world: &World) -> RichText {
    match world.flavour {
        Flavour::Cloud => RichText::Adf(
            json!({"type": "doc", "version": 1, "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": text}]},
            ]})
            .into(),
        ),
        Flavour::DataCenter => RichText::Wiki(text.into()),
    }
}

fn told(world: &World, viewer: &Viewer, issue: &Issue) -> Told {
    let mut labels: Vec<String> = issue.labels.iter().map(ToString::to_string).collect();
    labels.sort();
    Told {
        key: issue.key.to_string(),
        // More than milliseconds is never told.
        updated: issue
            .updated
            .round(TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::Trunc))
            .unwrap(),
        summary: issue.summary.to_string(),
        status: world.status(issue.status).name.to_string(),
        assignee: issue.assignee.map(|user| world.user(user).display.to_string()),
        labels,
        comments: issue
            .comments
            .iter()
            .filter(|comment| world.can_read(viewer, comment))
            .count(),
    }
}
