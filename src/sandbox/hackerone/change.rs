//! What can happen to reports: each change leaves the activity that HackerOne leaves.
//!
//! Must never be in here: requests.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::model::{Activity, Actor, Assignee, Bounty, Desk, RATINGS, Report, STATES, Severity, is_closed};

/// A report that somebody files.
#[derive(Debug, Clone)]
pub(crate) struct New {
    pub(crate) program: usize,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) rating: Option<&'static str>,
    pub(crate) reporter: usize,
}

/// Something that somebody says.
#[derive(Debug, Clone)]
pub(crate) struct Commented {
    pub(crate) message: String,
    pub(crate) internal: bool,
    pub(crate) actor: Actor,
}

/// A step from one state to another.
#[derive(Debug, Clone)]
pub(crate) struct Moved {
    pub(crate) state: &'static str,
    pub(crate) message: String,
    pub(crate) actor: Actor,
}

impl Desk {
    /// Files a report; its position.
    pub(crate) fn file(&mut self, new: New, now: Timestamp) -> usize {
        let id = self.reports.iter().map(|report| report.id).max().unwrap_or(0) + 113;
        let severity = new.rating.map(|rating| self.rated(rating, false, now));
        let activity = self.activity("bug-filed", "", false, Actor::Person(new.reporter), now);
        self.reports.push(Report {
            id,
            program: new.program,
            title: new.title,
            state: "new",
            body: new.body,
            created: now,
            triaged: None,
            closed: None,
            awarded: None,
            swag: None,
            disclosed: None,
            reference: None,
            cves: Vec::new(),
            reporter: new.reporter,
            assignee: Assignee::Nobody,
            severity,
            weakness: None,
            asset: None,
            bounties: Vec::new(),
            files: Vec::new(),
            activities: vec![activity],
            custom: Vec::new(),
        });
        self.reports.len() - 1
    }

    /// An activity that is yet to be put on a report.
    pub(super) fn activity(
        &mut self,
        kind: &str,
        message: &str,
        internal: bool,
        actor: Actor,
        at: Timestamp,
    ) -> Activity {
        Activity {
            id: self.fresh_id(),
            kind: kind.to_owned(),
            message: message.to_owned(),
            at,
            internal,
            actor,
            more: Map::new(),
            related: Map::new(),
            files: Vec::new(),
        }
    }

    /// Puts an activity on a report; its position there.
    pub(super) fn put(&mut self, report: usize, activity: Activity) -> usize {
        let activities = &mut self.reports[report].activities;
        let at = activities.partition_point(|other| other.at <= activity.at);
        activities.insert(at, activity);
        at
    }

    /// Says something; its position among the activities.
    pub(crate) fn comment(&mut self, report: usize, said: &Commented, now: Timestamp) -> usize {
        let activity = self.activity("comment", &said.message, said.internal, said.actor, now);
        self.put(report, activity)
    }

    /// Moves a report to another state.
    pub(crate) fn step(&mut self, report: usize, step: &Moved, now: Timestamp) {
        let was_closed = is_closed(self.reports[report].state);
        let reopens = was_closed && !is_closed(step.state) && step.state == "new";
        let kind = if reopens {
            "bug-reopened".to_owned()
        } else {
            format!("bug-{}", step.state)
        };
        let activity = self.activity(&kind, &step.message, false, step.actor, now);
        self.put(report, activity);
        let report = &mut self.reports[report];
        report.state = step.state;
        if step.state == "triaged" {
            report.triaged = report.triaged.or(Some(now));
        }
        report.closed = is_closed(step.state).then_some(now);
    }

    /// Names the issue that stands for a report.
    pub(crate) fn refer(&mut self, report: usize, reference: &str, now: Timestamp) {
        let me = Actor::Person(self.me());
        let mut activity = self.activity("reference-id-added", "", true, me, now);
        activity.more.insert("reference".to_owned(), reference.into());
        activity
            .more
            .insert("reference_url".to_owned(), self.reference_url(reference));
        self.put(report, activity);
        self.reports[report].reference = Some(reference.to_owned()).filter(|text| !text.is_empty());
    }

    /// Where a reference leads; only what looks like an issue's key leads anywhere.
    pub(super) fn reference_url(&self, reference: &str) -> Value {
        let is_key = reference.split_once('-').is_some_and(|(project, number)| {
            project.chars().all(|c| c.is_ascii_uppercase()) && number.parse::<u32>().is_ok()
        });
        if is_key {
            format!("{}/browse/{reference}", self.tracker).into()
        } else {
            Value::Null
        }
    }

    /// Rates a report anew.
    pub(crate) fn rate(&mut self, report: usize, rating: &'static str, actor: Actor, now: Timestamp) {
        let before = self.reports[report].severity.as_ref().map(|severity| severity.rating);
        let severity = self.rated(rating, true, now);
        let mut activity = self.activity("report-severity-updated", "", false, actor, now);
        let side = |rating: Option<&str>| json!({"data": {"type": "severity", "attributes": {"rating": rating}}});
        activity.related.insert("old_severity".to_owned(), side(before));
        activity.related.insert("new_severity".to_owned(), side(Some(rating)));
        self.put(report, activity);
        self.reports[report].severity = Some(severity);
    }

    /// A rating; what the team gives has no score.
    pub(super) fn rated(&mut self, rating: &'static str, by_team: bool, at: Timestamp) -> Severity {
        let position = RATINGS.iter().position(|other| *other == rating).unwrap_or(0);
        let scores = [0.0, 3.1, 5.4, 7.5, 9.8];
        Severity {
            id: self.fresh_id(),
            rating,
            score: (!by_team).then(|| scores.get(position).copied().unwrap_or(0.0)),
            by_team,
            at,
        }
    }

    /// Gives a report to somebody.
    pub(crate) fn assign(&mut self, report: usize, to: Assignee, actor: Actor, now: Timestamp) {
        let kind = match to {
            Assignee::Nobody => "nobody-assigned-to-bug",
            Assignee::Person(_) => "user-assigned-to-bug",
            Assignee::Group(_) => "group-assigned-to-bug",
        };
        let mut activity = self.activity(kind, "", true, actor, now);
        match to {
            Assignee::Nobody => {}
            Assignee::Person(who) => {
                activity
                    .related
                    .insert("assigned_user".to_owned(), json!({"data": self.person_json(who)}));
            }
            Assignee::Group(which) => {
                activity
                    .related
                    .insert("group".to_owned(), json!({"data": self.group_json(which)}));
            }
        }
        self.put(report, activity);
        self.reports[report].assignee = to;
    }

    /// Pays for a report.
    pub(crate) fn award(
        &mut self,
        report: usize,
        (amount, bonus): (u32, u32),
        message: &str,
        actor: Actor,
        now: Timestamp,
    ) {
        let mut activity = self.activity("bounty-awarded", message, false, actor, now);
        activity
            .more
            .insert("bounty_amount".to_owned(), amount.to_string().into());
        activity
            .more
            .insert("bonus_amount".to_owned(), bonus.to_string().into());
        self.put(report, activity);
        let id = self.fresh_id();
        let report = &mut self.reports[report];
        report.awarded = Some(now);
        report.bounties.push(Bounty {
            id,
            amount,
            bonus,
            at: now,
        });
    }
}

/// A state by its word.
pub(crate) fn state(word: &str) -> Option<&'static str> {
    STATES.into_iter().find(|state| *state == word)
}

/// A rating by its word.
pub(crate) fn rating(word: &str) -> Option<&'static str> {
    RATINGS.into_iter().find(|rating| *rating == word)
}
