//! The variables that every finding has, whatever its source.

use super::{Fact, own::first_of};
use crate::domain::{Finding, FindingKind, FindingState, Resolution};

/// What a variable holds, as far as it is known before there is a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// One line of any text.
    Line,
    /// Long text with Markdown.
    Markdown,
    /// An address.
    Url,
    /// A point in time.
    Instant,
    /// How bad, by its words.
    Severity,
    /// One of these words.
    Words(&'static [&'static str]),
    /// Somebody.
    Person,
    /// Several texts.
    Lines,
    /// Whatever the source has there.
    Unknown,
}

/// A name that templates, rules and expressions may use.
#[derive(Clone, Copy)]
pub struct Variable {
    /// `title`, `assignee.email`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub help: &'static str,
    /// What it holds.
    pub about: About,
    get: fn(&Finding) -> Fact,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Variable").field(&self.name).finish()
    }
}

impl Variable {
    /// What a finding tells there.
    #[must_use]
    pub fn of(&self, finding: &Finding) -> Fact {
        (self.get)(finding)
    }
}

const fn variable(name: &'static str, about: About, help: &'static str, get: fn(&Finding) -> Fact) -> Variable {
    Variable { name, help, about, get }
}

fn line(text: Option<&String>) -> Fact {
    text.map_or(Fact::Nothing, Fact::text)
}

/// Titles are one line by their nature, whatever a source makes of them.
fn one_line(text: &str) -> Fact {
    Fact::text(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn score(finding: &Finding) -> Fact {
    let names = [
        "score",
        "cvss_score",
        "severity_score",
        "severity.score",
        "security-severity",
    ];
    match first_of(finding, &names) {
        Fact::Text(text) => text.trim().parse().map_or(Fact::Text(text), Fact::Number),
        other => other,
    }
}

/// Everything that can be named besides `now` and `fields.NAME`.
pub const VARIABLES: &[Variable] = &[
    variable("title", About::Line, "its title, one line", |f| one_line(&f.title)),
    variable("body", About::Markdown, "its text, with Markdown", |f| {
        Fact::Markdown(f.body.clone())
    }),
    variable("id", About::Unknown, "its id at the source", |f| {
        Fact::text(f.id.external.as_str())
    }),
    variable("source", About::Line, "name of the source", |f| {
        Fact::text(f.id.source.as_str())
    }),
    variable("url", About::Url, "where people see it at its source", |f| {
        f.url.clone().map_or(Fact::Nothing, Fact::Url)
    }),
    variable(
        "severity",
        About::Severity,
        "none, info, low, medium, high or critical",
        |f| Fact::Severity(f.severity),
    ),
    variable(
        "state",
        About::Words(FindingState::WORDS),
        "open, triaged, in-progress, … closed",
        |f| Fact::text(f.state.word()),
    ),
    variable(
        "native_state",
        About::Line,
        "the source's own word for its state",
        |f| Fact::text(f.native_state.as_str()),
    ),
    variable(
        "resolution",
        About::Words(Resolution::WORDS),
        "why it is closed: fixed, duplicate, …",
        |f| {
            f.resolution
                .map_or(Fact::Nothing, |resolution| Fact::text(resolution.word()))
        },
    ),
    variable(
        "kind",
        About::Words(FindingKind::WORDS),
        "report, vulnerability, remediation, defect, …",
        |f| Fact::text(f.kind.word()),
    ),
    variable("tag", About::Line, "tag of its entity", |f| line(f.tag.as_ref())),
    variable("assignee", About::Person, "who is responsible at the source", |f| {
        f.assignee.clone().map_or(Fact::Nothing, Fact::Person)
    }),
    variable("assignee.name", About::Line, "that one's name", |f| {
        line(f.assignee.as_ref().map(|who| &who.name))
    }),
    variable("assignee.email", About::Line, "that one's e-mail address", |f| {
        line(f.assignee.as_ref().and_then(|who| who.email.as_ref()))
    }),
    variable("reporter", About::Line, "who found or wrote it", |f| {
        line(f.reporter.as_ref())
    }),
    variable("created", About::Instant, "when it appeared at the source", |f| {
        f.created.map_or(Fact::Nothing, Fact::Instant)
    }),
    variable("updated", About::Instant, "last change at the source", |f| {
        f.updated.map_or(Fact::Nothing, Fact::Instant)
    }),
    variable("parent", About::Unknown, "id of the finding that it belongs to", |f| {
        line(f.parent.as_ref())
    }),
    variable("keys", About::Lines, "issue keys that it names itself", |f| {
        Fact::List(f.keys.iter().map(Fact::text).collect())
    }),
    variable(
        "origin",
        About::Line,
        "file, program or repository that it was read from",
        |f| Fact::text(f.origin.as_str()),
    ),
    variable("files", About::Lines, "names of its files", |f| {
        Fact::List(f.files.iter().map(|file| Fact::text(file.name.as_str())).collect())
    }),
    variable(
        "score",
        About::Unknown,
        "its CVSS score, if the source tells one",
        score,
    ),
    variable("cwe", About::Unknown, "its weakness, if the source tells one", |f| {
        first_of(f, &["cwe", "cwe_id", "weakness.external_id", "weakness_id", "weakness"])
    }),
    variable(
        "cve",
        About::Unknown,
        "its CVE numbers, if the source tells them",
        |f| first_of(f, &["cve_ids", "cve", "cves"]),
    ),
];

/// The variable of that name, in lower case.
#[must_use]
pub fn named(name: &str) -> Option<&'static Variable> {
    VARIABLES.iter().find(|variable| variable.name == name)
}
