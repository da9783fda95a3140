//! Programs, people and reports.
//!
//! Must never be in here: JSON of answers, or chance.

use jiff::Timestamp;
use serde_json::{Map, Value};

/// States of reports that are open, then those that are closed.
pub(crate) const STATES: [&str; 10] = [
    "new",
    "pending-program-review",
    "triaged",
    "needs-more-info",
    "retesting",
    "resolved",
    "not-applicable",
    "informative",
    "duplicate",
    "spam",
];
/// How many of [`STATES`] are open.
const OPEN: usize = 5;
/// Ratings, from harmless to worst.
pub(crate) const RATINGS: [&str; 5] = ["none", "low", "medium", "high", "critical"];

/// Whether a report in this state is done with.
pub(super) fn is_closed(state: &str) -> bool {
    STATES[OPEN..].contains(&state)
}

/// A program.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) id: u64,
    pub(crate) handle: &'static str,
    pub(crate) name: &'static str,
    pub(crate) inbox: u64,
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: u64,
    pub(crate) username: String,
    pub(crate) name: Option<String>,
}

/// A group of a program's people.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) id: u64,
    pub(crate) name: &'static str,
}

/// Who looks after a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Assignee {
    Nobody,
    /// By position among the desk's people.
    Person(usize),
    /// By position among the desk's groups.
    Group(usize),
}

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Actor {
    /// By position among the desk's people.
    Person(usize),
    /// The report's program itself.
    Program,
}

/// How bad a report is rated.
#[derive(Debug, Clone)]
pub(crate) struct Severity {
    pub(crate) id: u64,
    pub(crate) rating: &'static str,
    /// CVSS; only some raters give one.
    pub(crate) score: Option<f64>,
    pub(crate) by_team: bool,
    pub(crate) at: Timestamp,
}

/// Money for a report.
#[derive(Debug, Clone)]
pub(crate) struct Bounty {
    pub(crate) id: u64,
    pub(crate) amount: u32,
    pub(crate) bonus: u32,
    pub(crate) at: Timestamp,
}

/// A file that came with a report.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) size: u64,
    pub(crate) at: Timestamp,
}

/// Something that happened to a report.
#[derive(Debug, Clone)]
pub(crate) struct Activity {
    pub(crate) id: u64,
    /// Without `activity-`.
    pub(crate) kind: String,
    pub(crate) message: String,
    pub(crate) at: Timestamp,
    pub(crate) internal: bool,
    pub(crate) actor: Actor,
    /// What only this kind tells.
    pub(crate) more: Map<String, Value>,
    /// Relations that only this kind has.
    pub(crate) related: Map<String, Value>,
    /// What came with it.
    pub(crate) files: Vec<File>,
}

/// A kind of mistake.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weakness {
    pub(crate) name: &'static str,
    pub(crate) cwe: u32,
}

/// A report.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) id: u64,
    /// By position among the desk's programs.
    pub(crate) program: usize,
    pub(crate) title: String,
    pub(crate) state: &'static str,
    pub(crate) body: String,
    pub(crate) created: Timestamp,
    pub(crate) triaged: Option<Timestamp>,
    pub(crate) closed: Option<Timestamp>,
    pub(crate) awarded: Option<Timestamp>,
    pub(crate) swag: Option<Timestamp>,
    pub(crate) disclosed: Option<Timestamp>,
    pub(crate) reference: Option<String>,
    pub(crate) cves: Vec<String>,
    /// By position among the desk's people.
    pub(crate) reporter: usize,
    pub(crate) assignee: Assignee,
    pub(crate) severity: Option<Severity>,
    pub(crate) weakness: Option<Weakness>,
    /// What it was found in.
    pub(crate) asset: Option<&'static str>,
    pub(crate) bounties: Vec<Bounty>,
    pub(crate) files: Vec<File>,
    /// Oldest first.
    pub(crate) activities: Vec<Activity>,
    /// Fields that the program made up.
    pub(crate) custom: Vec<(&'static str, String)>,
}

impl Report {
    /// When something last happened to it.
    pub(crate) fn touched(&self) -> Timestamp {
        self.activities
            .iter()
            .map(|activity| activity.at)
            .fold(self.created, Timestamp::max)
    }
}

/// All programs that the token may see.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    pub(crate) programs: Vec<Program>,
    /// Reporters, then the programs' people, the token's own account last.
    pub(crate) people: Vec<Person>,
    pub(crate) groups: Vec<Group>,
    /// Oldest first.
    pub(crate) reports: Vec<Report>,
    /// Answers lists with reports twice and out of order, as a list does that changes while it is read.
    pub(crate) untidy: bool,
    /// Address that references of issues lead to.
    pub(crate) tracker: String,
    /// How many of the people are reporters.
    pub(super) reporters: usize,
    pub(super) next_id: u64,
}

impl Desk {
    /// A number not used for anything else.
    pub(super) fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The account that the token belongs to.
    pub(super) fn me(&self) -> usize {
        self.people.len().saturating_sub(1)
    }

    /// A report by its number, in whatever way it was written.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        let id: u64 = id.parse().ok()?;
        self.reports.iter().position(|report| report.id == id)
    }
}
