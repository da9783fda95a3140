//! Names that HackerOne's own Jira integration knows, so that templates can be carried over.

use super::{
    calendar,
    filter::{Argument, rank},
};
use crate::{
    domain::Finding,
    mapping::{
        facts::{Fact, first_of, named as variable},
        ground::Ground,
    },
};

/// A name of HackerOne's.
#[derive(Clone, Copy)]
pub(super) struct Known {
    pub(super) name: &'static str,
    /// An example of its arguments; empty if it takes none.
    pub(super) arguments: &'static str,
    /// How it is written.
    pub(super) written: &'static str,
    pub(super) help: &'static str,
    get: Get,
}

#[derive(Clone, Copy)]
enum Get {
    Plain(fn(&Finding, &Ground<'_>) -> Fact),
    Days(fn(&Finding, &Ground<'_>, i64) -> Fact),
}

/// One of them with its argument.
#[derive(Clone, Copy)]
pub(super) struct Alias {
    known: &'static Known,
    days: i64,
}

impl std::fmt::Debug for Alias {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}({})", self.known.name, self.days)
    }
}

impl PartialEq for Alias {
    fn eq(&self, other: &Self) -> bool {
        (self.known.name, self.days) == (other.known.name, other.days)
    }
}

impl Alias {
    pub(super) fn fact(&self, finding: &Finding, ground: &Ground<'_>) -> Fact {
        match self.known.get {
            Get::Plain(get) => get(finding, ground),
            Get::Days(get) => get(finding, ground, self.days),
        }
    }
}

impl Known {
    /// With these arguments, if it takes them.
    pub(super) fn with(&'static self, arguments: &[Argument]) -> Option<Alias> {
        let days = match (self.get, arguments) {
            (Get::Plain(_), []) => 0,
            (Get::Days(_), [Argument { name: None, value }]) => value.parse().ok()?,
            _ => return None,
        };
        Some(Alias { known: self, days })
    }
}

/// The one of that name, in any case.
pub(super) fn named(name: &str) -> Option<&'static Known> {
    ALL.iter().find(|known| known.name.eq_ignore_ascii_case(name))
}

macro_rules! aliases {
    ($($name:literal $help:literal $get:expr,)+) => {
        &[$(Known { name: $name, arguments: "", written: $name, help: $help, get: Get::Plain($get) },)+
          Known {
            name: "due_date", arguments: "(5)", written: "due_date(5)", help: "so many days from now",
            get: Get::Days(|_, ground, days| day_after(Some(ground.now), days, ground)),
          },
          Known {
            name: "days_after_report", arguments: "(5)", written: "days_after_report(5)",
            help: "so many days after it appeared",
            get: Get::Days(|finding, ground, days| day_after(finding.created, days, ground)),
          },
        ]
    };
}

/// Every one.
pub(super) const ALL: &[Known] = aliases! {
    "details" "link, date, reporter, weakness and text, plain" |f, g| Fact::text(details(f, g).plain(g.zone)),
    "details_jira" "link, date, reporter, weakness and text, formatted" details,
    "details_custom_jira" "the same with the comments" details_and_comments,
    "details_markdown" "the same as details_jira" details,
    "details_truncated" "details, at most 4,000 characters" |f, g| {
        Fact::text(details(f, g).plain(g.zone).chars().take(4000).collect::<String>())
    },
    "report_id" "its id" |f, _| of(f, "id"),
    "report_link" "its address" |f, _| of(f, "url"),
    "vulnerability_information" "its text" |f, _| of(f, "body"),
    "severity_rating" "its severity as a word" |f, _| of(f, "severity"),
    "severity_rating_capitalized" "its severity as a Word" |f, _| {
        let word = f.severity.word();
        Fact::text(format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..]))
    },
    "jira_severity" "its severity as a number, 1 for none to 5 for critical" |f, _| Fact::number(rank(f.severity)),
    "reporter_name" "who reported it" |f, _| of(f, "reporter"),
    "reporter_username" "that one's user name" |f, _| {
        own(f, &["reporter_username", "reporter.username"], || of(f, "reporter"))
    },
    "reporter_link" "that one's profile" |f, _| first_of(f, &["reporter_link", "reporter.url", "reporter.profile"]),
    "asset_identifier" "what it was found in" |f, _| {
        let paths = ["asset_identifier", "structured_scope.asset_identifier", "asset"];
        own(f, &paths, || of(f, "tag"))
    },
    "cvss_attack_vector" "its CVSS attack vector" |f, _| first_of(f, &["cvss_attack_vector", "attack_vector"]),
    "cvss_attack_complexity" "its CVSS attack complexity" |f, _| first_of(f, &["cvss_attack_complexity", "attack_complexity"]),
    "cvss_privileges_required" "its CVSS privileges required" |f, _| first_of(f, &["cvss_privileges_required", "privileges_required"]),
    "cvss_user_interaction" "its CVSS user interaction" |f, _| first_of(f, &["cvss_user_interaction", "user_interaction"]),
    "cvss_scope" "its CVSS scope" |f, _| first_of(f, &["cvss_scope", "scope"]),
    "cvss_confidentiality" "its CVSS confidentiality" |f, _| first_of(f, &["cvss_confidentiality", "confidentiality"]),
    "cvss_integrity" "its CVSS integrity" |f, _| first_of(f, &["cvss_integrity", "integrity"]),
    "cvss_availability" "its CVSS availability" |f, _| first_of(f, &["cvss_availability", "availability"]),
    "cvss_calculation_method" "how its CVSS score came about" |f, _| {
        first_of(f, &["cvss_calculation_method", "severity_calculation_method"])
    },
    "cvss_score" "its CVSS score" |f, _| of(f, "score"),
    "cvss_vector" "its CVSS vector" |f, _| {
        let paths = ["cvss_vector", "cvss_vector_string", "severity.cvss_vector_string", "cvss"];
        first_of(f, &paths)
    },
    "weakness" "its weakness by name" |f, _| first_of(f, &["weakness.name", "weakness", "weakness_name", "cwe"]),
    "remediation_advice" "how to mend it, if the source tells" |f, _| {
        formatted(first_of(f, &["remediation_advice", "remediation", "help", "fix"]))
    },
    "triage_summary" "what triage wrote" |f, _| formatted(first_of(f, &["triage_summary", "summary"])),
    "triage_summary_jira" "the same" |f, _| formatted(first_of(f, &["triage_summary", "summary"])),
    "escalation_time" "now" |_, ground| Fact::Instant(ground.now),
    "submission_date" "when it appeared, as 31/01/2026" |f, g| date(f, g, "%d/%m/%Y"),
    "submission_date_custom_format" "when it appeared, as 31-01-2026" |f, g| date(f, g, "%d-%m-%Y"),
    "submission_date_y_m_d" "when it appeared, as 2026-01-31" |f, g| date(f, g, "%Y-%m-%d"),
};

fn of(finding: &Finding, name: &str) -> Fact {
    variable(name).map_or(Fact::Nothing, |variable| variable.of(finding))
}

fn own(finding: &Finding, paths: &[&str], otherwise: impl Fn() -> Fact) -> Fact {
    match first_of(finding, paths) {
        fact if fact.is_nothing() => otherwise(),
        fact => fact,
    }
}

/// Text of a field that HackerOne writes in Markdown.
fn formatted(fact: Fact) -> Fact {
    match fact {
        Fact::Text(text) => Fact::Markdown(text),
        other => other,
    }
}

fn date(finding: &Finding, ground: &Ground<'_>, format: &str) -> Fact {
    finding.created.map_or(Fact::Nothing, |at| {
        Fact::text(at.to_zoned(ground.zone.clone()).strftime(format).to_string())
    })
}

fn day_after(start: Option<jiff::Timestamp>, days: i64, ground: &Ground<'_>) -> Fact {
    start
        .and_then(|start| calendar::plus(&Fact::Date(ground.day(start)), days, false, ground))
        .unwrap_or_default()
}

/// What there is of link, date, reporter and weakness, a line each, and the text.
fn details(finding: &Finding, ground: &Ground<'_>) -> Fact {
    let weakness = first_of(finding, &["weakness.name", "weakness", "weakness_name", "cwe"]);
    let lines = [
        ("Link", of(finding, "url")),
        ("Date", date(finding, ground, "%Y-%m-%d")),
        ("Reporter", of(finding, "reporter")),
        ("Weakness", weakness),
    ];
    let told = lines.iter().filter(|(_, fact)| !fact.is_nothing());
    let lines: Vec<String> = told
        .map(|(name, fact)| match fact {
            Fact::Url(_) => format!("- **{name}:** <{}>", fact.markdown(ground.zone)),
            fact => format!(
                "- **{name}:** {}",
                fact.markdown(ground.zone).replace("\\\n", " ").replace('\n', " ")
            ),
        })
        .collect();
    let body = of(finding, "body").markdown(ground.zone);
    Fact::Markdown(format!("{}\n\n{}", lines.join("\n"), body).trim().to_owned())
}

/// Comments that the public may not see are left out: an issue is seen by more people than a report.
fn details_and_comments(finding: &Finding, ground: &Ground<'_>) -> Fact {
    let mut text = details(finding, ground).markdown(ground.zone);
    let comments = finding
        .events
        .iter()
        .filter(|event| event.kind == crate::domain::FindingEventKind::Comment && !event.internal);
    for comment in comments.filter(|comment| !comment.text.trim().is_empty()) {
        let who = comment.actor.as_deref().unwrap_or("Somebody");
        let day = ground.day(comment.at);
        let said = Fact::Markdown(comment.text.clone()).markdown(ground.zone);
        let quoted: Vec<String> = said.lines().map(|line| format!("> {line}")).collect();
        let who = Fact::text(who).markdown(ground.zone);
        text.push_str(&format!("\n\n**{who}**, {day}:\n\n{}", quoted.join("\n")));
    }
    Fact::Markdown(text)
}
