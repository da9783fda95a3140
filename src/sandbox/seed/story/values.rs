//! What an issue starts with, and what else hangs on it.
//!
//! Must never be in here: its life afterwards.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde_json::json;

use super::{DAY, PRIORITIES, Teller, ago, is_done};
use crate::sandbox::{
    dice::Dice,
    model::{
        Category, CustomValue, Edit, FieldIdx, FieldKind, IssueIdx, IssueRef, LinkTypeIdx, PriorityIdx, RemoteLink,
        SecurityIdx, StatusIdx, UserIdx, VersionIdx,
    },
    richtext::{RichText, doc::paragraph},
    seed::{
        site,
        text::{self, Genre},
        words::OTHER_SCRIPTS,
    },
};

/// Files that people attach.
const FILES: [(&str, &str); 6] = [
    ("screenshot.png", "image/png"),
    ("trace.log", "text/plain"),
    ("Bericht für Q3 (final).pdf", "application/pdf"),
    ("日本語の画面.png", "image/png"),
    ("export.csv", "text/csv"),
    ("..\\..\\evil\u{202e}gnp.exe", "application/octet-stream"),
];

impl Teller<'_> {
    pub(super) fn values(
        &mut self,
        at: usize,
        genre: Genre,
        parent: Option<IssueIdx>,
        goal: StatusIdx,
        created: Timestamp,
    ) -> Vec<Edit> {
        let words = &self.vocabulary[at];
        let mut summary = text::summary(genre, words, self.dice);
        if self.dice.below(50) == 0 && genre != Genre::Epic {
            self.dice.pick(&OTHER_SCRIPTS).clone_into(&mut summary);
        }
        let mut values = vec![
            Edit::Summary(summary),
            Edit::Labels(some(words.labels, 3, self.dice).into_iter().map(Arc::from).collect()),
            Edit::Priority((self.dice.below(80) > 0).then(|| PriorityIdx::of(self.dice.weighted(&PRIORITIES)))),
            Edit::Parent(parent),
        ];
        if self.dice.chance(if genre == Genre::Subtask { 30 } else { 88 }) {
            values.push(Edit::Description(
                self.dice.choose(self.shelves[at].descriptions(genre)).cloned(),
            ));
        }
        if self.dice.chance(78) {
            values.push(Edit::Assignee(Some(self.colleague())));
        }
        values.push(Edit::Components(self.components(at)));
        self.plan(at, genre, goal, created, &mut values);
        self.custom(at, genre, created, &mut values);
        values
    }

    fn components(&mut self, at: usize) -> Vec<crate::sandbox::model::ComponentIdx> {
        let most = self.dice.weighted(&[25, 60, 15]);
        let all = self.world.projects[at].components.clone();
        some(&all, most, self.dice)
    }

    /// Versions, sprint, due day and estimates.
    fn plan(&mut self, at: usize, genre: Genre, goal: StatusIdx, created: Timestamp, values: &mut Vec<Edit>) {
        let category = self.world.status(goal).category;
        let done = is_done(self.world.status(goal));
        let (released, open) = self.versions(at);
        if genre == Genre::Bug && self.dice.chance(60) {
            values.push(Edit::AffectsVersions(some(&released, 2, self.dice)));
        }
        if self.dice.chance(if done { 65 } else { 35 }) {
            let from = if done { &released } else { &open };
            values.push(Edit::FixVersions(some(from, 1, self.dice)));
        }
        let board = &self.boards[at];
        let (sprints, percent) = match category {
            Category::Done => (&board.closed, 45),
            Category::InProgress => (&board.active, 70),
            Category::ToDo | Category::Undefined => (&board.future, 20),
        };
        if genre != Genre::Epic && self.dice.chance(percent) {
            let mut chosen = some(sprints, 1, self.dice);
            if category == Category::InProgress && self.dice.chance(20) {
                chosen.splice(0..0, board.closed.last().copied());
            }
            values.push(Edit::Sprints(chosen));
        }
        if self.dice.chance(22) {
            values.push(Edit::Due(Some(self.due(done, created))));
        }
        if self.dice.chance(1) {
            values.push(Edit::Security(Some(SecurityIdx::of(self.dice.below(2)))));
        }
    }

    /// Released and unreleased versions of a project.
    fn versions(&self, at: usize) -> (Vec<VersionIdx>, Vec<VersionIdx>) {
        let all = &self.world.projects[at].versions;
        all.iter()
            .copied()
            .partition(|version| self.world.version(*version).released)
    }

    /// Done: some weeks after creation. Open: around now, some days overdue.
    fn due(&mut self, done: bool, created: Timestamp) -> Date {
        let (from, days) = if done {
            (created, self.dice.between(2, 60))
        } else {
            (self.now, self.dice.between(-20, 45))
        };
        day(ago(from, -days * DAY))
    }

    fn custom(&mut self, at: usize, genre: Genre, created: Timestamp, values: &mut Vec<Edit>) {
        for field in (0..self.world.fields.len()).map(FieldIdx::of) {
            if let Some(value) = self.custom_value(field, at, genre, created) {
                values.push(Edit::Custom(field, Some(value)));
            }
        }
    }

    fn custom_value(&mut self, field: FieldIdx, at: usize, genre: Genre, created: Timestamp) -> Option<CustomValue> {
        let (bug, story) = (genre == Genre::Bug, genre == Genre::Story);
        let percent = match self.world.field(field).kind {
            FieldKind::Number if genre != Genre::Epic => 50,
            FieldKind::EpicName if genre == Genre::Epic => 100,
            FieldKind::Rank => 100,
            FieldKind::Team => 50,
            FieldKind::Select if bug => 60,
            FieldKind::DateTime if bug => 20,
            FieldKind::RichText if story => 15,
            FieldKind::MultiSelect | FieldKind::Cascading => 15,
            FieldKind::User
            | FieldKind::Users
            | FieldKind::Date
            | FieldKind::Labels
            | FieldKind::Text
            | FieldKind::Url => 8,
            _ => 0,
        };
        if !self.dice.chance(percent) {
            return None;
        }
        let words = &self.vocabulary[at];
        let options: Vec<_> = self.world.field(field).options.clone();
        Some(match self.world.field(field).kind {
            FieldKind::Number => CustomValue::Number(self.dice.pick(&[0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 13.0])),
            FieldKind::EpicName => CustomValue::Text(self.dice.pick(words.epics).into()),
            FieldKind::Rank => CustomValue::Text(format!("0|i{:05x}:", self.world.issue_count() * 4).into()),
            FieldKind::Team | FieldKind::Select => CustomValue::Option(self.dice.choose(&options)?.id),
            FieldKind::DateTime => CustomValue::DateTime(ago(created, self.dice.between(600, 3 * DAY))),
            FieldKind::RichText => CustomValue::Rich(RichText::doc(vec![paragraph(self.dice.pick(words.wishes))])),
            FieldKind::MultiSelect => {
                let ids: Vec<_> = options.iter().map(|option| option.id).collect();
                CustomValue::Options(some(&ids, 2, self.dice)).not_empty()?
            }
            FieldKind::Cascading => {
                let option = self.dice.choose(&options)?;
                let child = self.dice.choose(&option.children).filter(|_| option.children.len() > 1);
                CustomValue::Cascading(option.id, child.map(|child| child.id))
            }
            FieldKind::User => CustomValue::Users(vec![self.colleague()]),
            FieldKind::Users => {
                let (one, two) = (self.colleague(), self.colleague());
                CustomValue::Users(if one == two { vec![one] } else { vec![one, two] })
            }
            FieldKind::Date => CustomValue::Date(day(ago(created, -self.dice.between(1, 40) * DAY))),
            FieldKind::Labels => CustomValue::Labels(vec![self.dice.pick(words.labels).into()]),
            FieldKind::Url => CustomValue::Text(format!("https://wiki.example.com/runbooks/{}", words.version).into()),
            _ => CustomValue::Text(format!("CUST-{}", self.dice.between(1_000, 9_999)).into()),
        })
    }

    /// Links, votes, watchers, files, work and marks of other tools.
    pub(super) fn extras(&mut self, idx: IssueIdx, at: usize, created: Timestamp) {
        if self.world.issue(idx).issue_type.0 == site::BUG && self.dice.chance(35) {
            let words = format!(
                "{} on {}",
                self.vocabulary[at].version,
                self.dice.pick(&["production", "staging", "my laptop"])
            );
            self.world.issue_mut(idx).environment = Some(RichText::doc(vec![paragraph(&words)]));
        }
        let by = self.somebody();
        if idx.0 > 0 && self.dice.chance(14) {
            let other = IssueIdx::of(idx.at() - 1 - self.dice.below(idx.at().min(300)));
            let kind = LinkTypeIdx::of(self.dice.weighted(&[35, 5, 15, 35, 10]));
            if self.world.issue(idx).parent.as_ref().and_then(IssueRef::local) != Some(other) {
                self.world.link(idx, other, kind, by, created);
            }
        }
        for _ in 0..self.dice.weighted(&[70, 15, 10, 5]) {
            let user = UserIdx::of(self.dice.below(self.crew));
            self.world.watch(idx, user, true);
            if self.dice.chance(40) {
                self.world.vote(idx, user, true);
            }
        }
        if self.dice.chance(9)
            && let Some((name, mime)) = self.dice.choose(&FILES)
        {
            let size = u64::try_from(self.dice.between(300, 4_000_000)).unwrap_or(0);
            self.world.attach(idx, name, mime, size, by, created);
        }
        if self.dice.chance(5) {
            let seconds = u32::try_from(self.dice.between(2, 48)).unwrap_or(1) * 900;
            let when = self.world.issue(idx).updated;
            self.world
                .log_work(idx, seconds, ago(when, i64::from(seconds)), by, when);
        }
        if self.dice.chance(3) {
            self.world.set_property(
                idx,
                "com.example.finding",
                Some(json!({"source": "scans", "rule": idx.0})),
            );
            let link = RemoteLink {
                id: 0,
                global_id: Some(format!("system=https://git.example.com&id={}", idx.0)),
                url: format!("https://git.example.com/pull/{}", idx.0),
                title: format!("Pull request {}", idx.0),
                relationship: Some("mentioned in".to_owned()),
                ..RemoteLink::default()
            };
            self.world.set_remote_link(idx, link);
        }
    }
}

impl CustomValue {
    /// `None` for lists without elements, which Jira never stores.
    fn not_empty(self) -> Option<Self> {
        match &self {
            Self::Options(ids) if ids.is_empty() => None,
            _ => Some(self),
        }
    }
}

/// Up to `most` different items in their order.
pub(super) fn some<T: Copy>(items: &[T], most: usize, dice: &mut Dice) -> Vec<T> {
    let many = dice.below(most + 1).max(usize::from(most == 1));
    let mut chosen: Vec<_> = (0..many.min(items.len())).map(|_| dice.below(items.len())).collect();
    chosen.sort_unstable();
    chosen.dedup();
    chosen.into_iter().filter_map(|at| items.get(at).copied()).collect()
}

/// The day of an instant where the company sits.
pub(super) fn day(instant: Timestamp) -> Date {
    let zone = TimeZone::get("Europe/Berlin").unwrap_or(TimeZone::UTC);
    instant
        .saturating_add(SignedDuration::ZERO)
        .unwrap_or(instant)
        .to_zoned(zone)
        .date()
}
