//! Makes believable programs and reports: every state with every rating, and a life before it.
//!
//! Must never be in here: the wall clock or the system's randomness; the same seed gives the same reports.

mod texts;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use self::texts::{AREAS, BODIES, HOSTILE, MISTAKES, ODD, REPORTER_SAYS, TEAM_SAYS};
use super::{
    change::{Commented, Moved, New},
    model::{Activity, Actor, Assignee, Desk, File, Group, Person, Program, RATINGS, STATES, is_closed},
};
use crate::sandbox::dice::Dice;

/// Reporters, then the programs' people, then the token's account.
const REPORTERS: [(&str, Option<&str>); 9] = [
    ("nightowl", Some("Nadia Okoye")),
    ("0xpancake", None),
    ("m1ra", Some("Mira Petrović")),
    ("sk8r_dev", Some("Sven Kaltenbach")),
    ("quiet-fox", None),
    ("taro_h", Some("本田 太郎")),
    ("hexadecimal_hana", Some("Hana Kim")),
    ("\u{202e}drawkcab", Some("\u{1b}[31mRed\u{1b}[0m Team")),
    ("bughunter42", Some("Luís Araújo")),
];
const TEAM: [(&str, Option<&str>); 4] = [
    ("robin_example", Some("Robin Example")),
    ("priya_r", Some("Priya Raghavan")),
    ("samuel_o", Some("Samuel Okafor")),
    ("crosstie-token", None),
];
/// States times ratings, rated not at all included, for each program.
const EACH: usize = STATES.len() * (RATINGS.len() + 1);

/// A desk with two programs. `keys` are issues that some reports refer to, at `tracker`.
pub(crate) fn desk(seed: u64, keys: &[String], tracker: &str, now: Timestamp) -> Desk {
    let mut maker = Maker {
        dice: Dice::new(seed, 0xB1),
        desk: empty(tracker),
        keys,
        now,
    };
    let hostile = HOSTILE.len();
    let total = 2 * EACH + hostile;
    for at in 0..total {
        maker.report(at, total);
    }
    let mut desk = maker.desk;
    desk.reports.sort_by_key(|report| report.created);
    let mut id = 2_901_000;
    for (at, report) in desk.reports.iter_mut().enumerate() {
        id += 211 + 37 * u64::try_from(at % 9).unwrap_or(0);
        report.id = id;
    }
    point_duplicates(&mut desk);
    desk
}

fn empty(tracker: &str) -> Desk {
    let person = |(at, (username, name)): (usize, &(&str, Option<&str>))| Person {
        id: 57_000 + u64::try_from(at).unwrap_or(0) * 613,
        username: (*username).to_owned(),
        name: name.map(str::to_owned),
    };
    let group = |id, name| Group { id, name };
    Desk {
        programs: vec![
            Program {
                id: 1894,
                handle: "example-pay",
                name: "Example Pay",
                inbox: 12_001,
            },
            Program {
                id: 1895,
                handle: "example-pay-readers",
                name: "Example Pay card readers",
                inbox: 12_002,
            },
        ],
        people: REPORTERS.iter().chain(&TEAM).enumerate().map(person).collect(),
        groups: vec![
            group(16_481, "Triage"),
            group(16_482, "Payments"),
            group(16_483, "Card readers"),
        ],
        reports: Vec::new(),
        untidy: false,
        tracker: tracker.to_owned(),
        reporters: REPORTERS.len(),
        next_id: 1_000_000,
    }
}

/// A duplicate names an older report of its program.
fn point_duplicates(desk: &mut Desk) {
    for at in 0..desk.reports.len() {
        let program = desk.reports[at].program;
        let older = desk.reports[..at].iter().rev().find(|report| report.program == program);
        let Some(original) = older.map(|report| report.id) else {
            continue;
        };
        for activity in &mut desk.reports[at].activities {
            if activity.kind == "bug-duplicate" {
                let original = original.to_string().into();
                activity.more.insert("original_report_id".to_owned(), original);
            }
        }
    }
}

struct Maker<'k> {
    dice: Dice,
    desk: Desk,
    keys: &'k [String],
    now: Timestamp,
}

impl Maker<'_> {
    /// One report: what it is about follows from its position, the rest is thrown.
    fn report(&mut self, at: usize, total: usize) {
        let state = STATES[at % STATES.len()];
        let rating = RATINGS.get(at / STATES.len() % (RATINGS.len() + 1)).copied();
        let program = usize::from(at / EACH % 2 == 1);
        let (days_from, days_to) = match state {
            "new" | "pending-program-review" => (0, 12),
            "triaged" | "needs-more-info" | "retesting" => (4, 90),
            _ => (20, 400),
        };
        let age = self.dice.between(days_from * 86_400 + 900, days_to * 86_400);
        let created = back(self.now, age);
        let reporter = self.dice.below(self.desk.reporters);
        let (title, body) = self.words(at, total);
        let new = New {
            program,
            title,
            body,
            rating,
            reporter,
        };
        let report = self.desk.file(new, created);
        self.describe(report, at);
        self.live(report, state, age);
        if at % 8 == 5 {
            self.odd(report, at / 8);
        }
    }

    fn words(&mut self, at: usize, total: usize) -> (String, String) {
        let hostile = at.checked_sub(total - HOSTILE.len()).and_then(|at| HOSTILE.get(at));
        if let Some((title, body)) = hostile {
            return ((*title).to_owned(), (*body).to_owned());
        }
        let mistake = &MISTAKES[at % MISTAKES.len()];
        let (area, asset) = area(at);
        let title = self.dice.pick(mistake.titles).replace("{area}", area);
        let body = self
            .dice
            .pick(&BODIES)
            .replace("{title}", &title)
            .replace("{area}", area)
            .replace("{asset}", asset)
            .replace("{impact}", mistake.impact)
            .replace("{language}", mistake.proof.0)
            .replace("{proof}", mistake.proof.1)
            .replace("{file}", &format!("{{F{}}}", 936_000 + at));
        let mut chars = title.chars();
        let first = chars
            .next()
            .map(|first| first.to_uppercase().to_string())
            .unwrap_or_default();
        (first + chars.as_str(), body)
    }

    fn describe(&mut self, report: usize, at: usize) {
        let (_, asset) = area(at);
        let created = self.desk.reports[report].created;
        let with_file = self.dice.chance(40);
        let number = u64::try_from(at).unwrap_or(0);
        let report = &mut self.desk.reports[report];
        report.weakness = Some(MISTAKES[at % MISTAKES.len()].weakness);
        report.asset = Some(asset);
        if with_file {
            let (name, kind) = [
                ("screenshot.png", "image/png"),
                ("poc.py", "text/x-python-script"),
                ("video.mp4", "video/mp4"),
                ("..\\..\\evil\u{202e}gnp.exe", "application/octet-stream"),
            ][at % 4];
            report.files.push(File {
                id: 936_000 + number,
                name: name.to_owned(),
                kind,
                size: 1_000 + number * 977,
                at: created,
            });
        }
        if at.is_multiple_of(3) {
            let tier = format!("Tier {}", at % 4);
            report.custom.push(("Tier", tier));
        }
    }

    /// What led to the state: each step some time after the one before.
    fn live(&mut self, report: usize, state: &'static str, age: i64) {
        let steps = path(state);
        let count = i64::try_from(steps.len()).unwrap_or(0) + 1;
        let mut left = age;
        for step in steps {
            left -= self
                .dice
                .between(300.min(left / 2), (age / count).max(301).min(left - 1).max(1));
            let at = back(self.now, left);
            self.step(report, step, at);
        }
        if self.dice.chance(45) {
            let at = back(self.now, left - left.min(120) / 2);
            let reporter = self.desk.reports[report].reporter;
            self.say(
                report,
                REPORTER_SAYS[usize::try_from(left).unwrap_or(0) % 6],
                false,
                reporter,
                at,
            );
        }
    }

    fn step(&mut self, report: usize, step: &'static str, at: Timestamp) {
        let team = self.desk.reporters + self.dice.below(TEAM.len() - 1);
        let actor = Actor::Person(team);
        match step {
            "assign" if self.dice.chance(50) => self.desk.assign(report, Assignee::Person(team), actor, at),
            "assign" => {
                let which = self.dice.below(self.desk.groups.len());
                self.desk.assign(report, Assignee::Group(which), actor, at);
            }
            "discuss" => {
                let words = self.dice.pick(&TEAM_SAYS);
                self.say(report, words, true, team, at);
            }
            "refer" => self.refer(report, at),
            "suggest" => {
                let mut activity = self.desk.activity("bounty-suggested", "", true, actor, at);
                activity.more.insert("bounty_amount".to_owned(), json!("500"));
                activity.more.insert("bonus_amount".to_owned(), json!("0"));
                self.desk.put(report, activity);
            }
            "award" => {
                let amount = u32::try_from(self.dice.between(1, 60)).unwrap_or(1) * 50;
                let bonus = if self.dice.chance(20) { 50 } else { 0 };
                self.desk
                    .award(report, (amount, bonus), "Thank you for this report!", actor, at);
            }
            "swag" => {
                let activity = self.desk.activity("swag-awarded", "", false, Actor::Program, at);
                self.desk.put(report, activity);
                self.desk.reports[report].swag = Some(at);
            }
            "publish" => {
                for kind in ["agreed-on-going-public", "report-became-public"] {
                    let activity = self.desk.activity(kind, "", false, actor, at);
                    self.desk.put(report, activity);
                }
                self.desk.reports[report].disclosed = Some(at);
            }
            "cve" => {
                let id = format!("CVE-2026-{}", 10_000 + self.desk.fresh_id() % 9_000);
                let mut activity = self.desk.activity("cve-id-added", "", false, actor, at);
                activity.more.insert("cve_ids".to_owned(), json!([id]));
                self.desk.put(report, activity);
                self.desk.reports[report].cves = vec![id];
            }
            state => self.reach(report, state, actor, at),
        }
    }

    fn reach(&mut self, report: usize, state: &'static str, actor: Actor, at: Timestamp) {
        let message = match state {
            "needs-more-info" => "Could you tell us which browser you used?",
            "duplicate" => "This was reported before.",
            "informative" => "Thanks, but this is how it is meant to work.",
            "not-applicable" => "This is out of scope.",
            "resolved" => "The fix is out. Thank you!",
            _ => "",
        };
        let step = Moved {
            state,
            message: message.to_owned(),
            actor,
        };
        self.desk.step(report, &step, at);
        if is_closed(state) && self.dice.chance(10) {
            let activity = self.desk.activity("comments-closed", "", false, actor, at);
            self.desk.put(report, activity);
        }
    }

    /// One in four has an issue already.
    fn refer(&mut self, report: usize, at: Timestamp) {
        if self.dice.chance(25)
            && let Some(key) = self.dice.choose(self.keys)
        {
            self.desk.refer(report, key, at);
        }
    }

    fn say(&mut self, report: usize, words: &str, internal: bool, who: usize, at: Timestamp) {
        let said = Commented {
            message: words.replace("{person}", "priya_r"),
            internal,
            actor: Actor::Person(who),
        };
        let position = self.desk.comment(report, &said, at);
        if !internal {
            let report = &mut self.desk.reports[report];
            let nth = report
                .activities
                .iter()
                .filter(|activity| !activity.files.is_empty())
                .count() as u64;
            report.activities[position].files.push(File {
                id: 7_000_000 + report.id % 100_000 * 10 + nth,
                name: "log.txt".to_owned(),
                kind: "text/plain",
                size: 2_048,
                at,
            });
        }
    }

    /// Something that no state leads to, shortly after the report came in.
    fn odd(&mut self, report: usize, nth: usize) {
        let kind = ODD[nth % ODD.len()];
        let at = self.desk.reports[report].created;
        let who = Actor::Person(self.desk.reporters);
        let mut activity: Activity = self.desk.activity(kind, "", false, who, at);
        match kind {
            "report-title-updated" => {
                let title = self.desk.reports[report].title.clone();
                activity.more.insert("old_title".to_owned(), json!("Bug in your site"));
                activity.more.insert("new_title".to_owned(), title.into());
            }
            "changed-scope" => {
                let scope = |name: &str| json!({"data": {"type": "structured-scope", "attributes": {"asset_identifier": name}}});
                activity
                    .related
                    .insert("old_scope".to_owned(), scope("www.example.com"));
                activity
                    .related
                    .insert("new_scope".to_owned(), scope("api.example.com"));
            }
            "report-severity-updated" => {
                let side = |rating: &str| json!({"data": {"type": "severity", "attributes": {"rating": rating}}});
                let rating = self.desk.reports[report]
                    .severity
                    .as_ref()
                    .map_or("none", |rated| rated.rating);
                activity.related.insert("old_severity".to_owned(), side("low"));
                activity.related.insert("new_severity".to_owned(), side(rating));
            }
            "report-was-seen-in-a-dream" => "Nobody knows what this means.".clone_into(&mut activity.message),
            _ => {}
        }
        self.desk.put(report, activity);
    }
}

/// Where the nth report's problem was found.
fn area(at: usize) -> (&'static str, &'static str) {
    AREAS[at / 7 % AREAS.len()]
}

/// The steps from filing a report to its state.
fn path(state: &'static str) -> &'static [&'static str] {
    match state {
        "pending-program-review" => &["discuss", "pending-program-review"],
        "triaged" => &["assign", "discuss", "triaged", "refer", "suggest"],
        "needs-more-info" => &["assign", "needs-more-info"],
        "retesting" => &["assign", "triaged", "refer", "discuss", "retesting"],
        "resolved" => &[
            "assign", "triaged", "refer", "discuss", "award", "swag", "resolved", "cve", "publish",
        ],
        "not-applicable" => &["discuss", "not-applicable"],
        "informative" => &["assign", "triaged", "discuss", "informative"],
        "duplicate" => &["discuss", "duplicate"],
        "spam" => &["spam"],
        _ => &[],
    }
}

fn back(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(seconds.max(1)))
        .unwrap_or(now)
}
