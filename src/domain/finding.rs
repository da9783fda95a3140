//! A finding: one thing on our side that a Jira issue may stand for, the same whichever source it is from.
//!
//! Must never be in here: what one source calls things (`source`), or what Jira makes of it (`mapping`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Makes an enumeration of plain words: [`word`] for config, commands and JSON, `from_word` back.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant,)*
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            /// The words of [`ALL`](Self::ALL), in the same order.
            pub const WORDS: &'static [&'static str] = &[$($word),*];

            /// The word in config, commands and JSON.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// From its word, in any case.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word().eq_ignore_ascii_case(word))
            }
        }
    };
}

words! {
    /// What a finding is.
    FindingKind {
        /// Somebody reported it, as to a bug-bounty program.
        Report = "report",
        /// A scanner found it.
        Vulnerability = "vulnerability",
        /// A change that mends another finding, as a pull request.
        Remediation = "remediation",
        /// A test that fails.
        Defect = "defect",
        /// Something that a test covers.
        Requirement = "requirement",
        /// A scorecard rule that an entity does not pass.
        RuleFailure = "rule-failure",
    }
}

words! {
    /// How bad it is; in rising order.
    Severity {
        /// Rated as no issue at all, or not rated.
        None = "none",
        /// For information.
        Info = "info",
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Critical.
        Critical = "critical",
    }
}

words! {
    /// Where it stands on our side.
    FindingState {
        /// New.
        Open = "open",
        /// Looked at and accepted as real.
        Triaged = "triaged",
        /// Being worked on.
        InProgress = "in-progress",
        /// Waits for somebody outside.
        Blocked = "blocked",
        /// Mended, and to be verified.
        FixedPendingVerify = "fixed-pending-verify",
        /// Done with; see its [`Resolution`].
        Closed = "closed",
    }
}

words! {
    /// Why it was closed.
    Resolution {
        /// Mended.
        Fixed = "fixed",
        /// Told before.
        Duplicate = "duplicate",
        /// Left as it is.
        WontFix = "wont-fix",
        /// Not real.
        FalsePositive = "false-positive",
        /// Real, and lived with.
        RiskAccepted = "risk-accepted",
        /// Not a finding at all.
        Invalid = "invalid",
        /// Taken back by its source.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What happened to a finding, as far as crosstie tells such things apart.
    FindingEventKind {
        /// It appeared.
        Created = "created",
        /// Somebody wrote something.
        Comment = "comment",
        /// Its state or resolution changed.
        State = "state",
        /// Its severity changed.
        Severity = "severity",
        /// Its title or text changed.
        Text = "text",
        /// Somebody was made responsible, or nobody.
        Assignee = "assignee",
        /// Money or goods, awarded or suggested.
        Reward = "reward",
        /// It is to become public, or has.
        Disclosure = "disclosure",
        /// A file was added.
        Attachment = "attachment",
        /// A pull request was opened for it.
        PullRequestOpened = "pull-request-opened",
        /// A pull request was merged.
        PullRequestMerged = "pull-request-merged",
        /// A pull request was closed without being merged.
        PullRequestClosed = "pull-request-closed",
        /// It was given a reference to an issue tracker.
        Reference = "reference",
        /// Anything that this version does not know; `native` names it.
        Other = "other",
    }
}

/// Which finding: the source's name in the config, and the id that the source keeps for good.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FindingId {
    /// `name` of the `[[source]]`.
    pub source: String,
    /// Stable within the source; any text, at most 512 bytes.
    pub external: String,
}

impl std::fmt::Display for FindingId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.source, self.external)
    }
}

/// Shortest last part of an id that is a fingerprint rather than a name or a number.
const FINGERPRINT: usize = 16;
/// Characters of a fingerprint that people tell findings apart by.
const ABBREVIATED: usize = 8;
/// Fewest characters that stand for a fingerprint.
const ENOUGH: usize = 4;

impl FindingId {
    /// The last part, where it is a fingerprint: nobody reads or types it whole.
    fn fingerprint(&self) -> Option<&str> {
        let last = self.external.rsplit('/').next()?;
        let digits = last.chars().take_while(char::is_ascii_hexdigit).count();
        (digits >= FINGERPRINT).then_some(last)
    }

    /// The id within its source, for people: `5bec7b86` of `codecheck/sql/5bec7b86ed95521f7450`; one
    /// without a fingerprint is told whole.
    #[must_use]
    pub fn short_external(&self) -> &str {
        let abbreviated = self.fingerprint().and_then(|print| print.get(..ABBREVIATED));
        abbreviated.unwrap_or(&self.external)
    }

    /// `scans/5bec7b86`, for people; see [`short_external`](Self::short_external).
    #[must_use]
    pub fn short(&self) -> String {
        format!("{}/{}", self.source, self.short_external())
    }

    /// Whether a person means this finding by the beginning of its fingerprint, with or without its source.
    #[must_use]
    pub fn is_abbreviated_by(&self, text: &str) -> bool {
        let (source, part) = match text.rsplit_once('/') {
            Some((source, part)) => (Some(source), part),
            None => (None, text),
        };
        let begins = |print: &str| part.len() >= ENOUGH && print.starts_with(part);
        source.is_none_or(|source| source == self.source) && self.fingerprint().is_some_and(begins)
    }
}

impl std::str::FromStr for FindingId {
    type Err = String;

    /// `source/external`; the name of a source holds no slash.
    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('/') {
            Some((source, external)) if !source.is_empty() && !external.is_empty() => Ok(Self {
                source: source.to_owned(),
                external: external.to_owned(),
            }),
            _ => Err(format!(
                "{text:?} is not SOURCE/ID, as `crosstie finding list` shows it"
            )),
        }
    }
}

/// Who is responsible on our side.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Responsible {
    /// Name as the source shows it.
    pub name: String,
    /// E-mail, where the source tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A group rather than a person.
    #[serde(default)]
    pub group: bool,
}

/// Something that happened to a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingEvent {
    /// Unique within the finding.
    pub id: String,
    /// As far as crosstie knows it.
    pub kind: FindingEventKind,
    /// The source's own word: `activity-bug-triaged`.
    pub native: String,
    /// Who did it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Markdown; may be empty.
    #[serde(default)]
    pub text: String,
    /// Not to be seen by who reported it.
    #[serde(default)]
    pub internal: bool,
}

/// A file at the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingFile {
    /// Unique within the finding.
    pub id: String,
    /// File name as the source has it.
    pub name: String,
    /// MIME type, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime: Option<String>,
    /// Bytes, if told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Where it can be had; may expire.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// See the module. Texts are as they came; they are made safe where they are shown or sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Which.
    pub id: FindingId,
    /// What it is.
    pub kind: FindingKind,
    /// One line; may be empty.
    pub title: String,
    /// Markdown.
    pub body: String,
    /// Where people see it at its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How bad.
    pub severity: Severity,
    /// Where it stands.
    pub state: FindingState,
    /// The source's own word for that.
    pub native_state: String,
    /// Why it is closed; `None` while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// Who is responsible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Responsible>,
    /// Who found or wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reporter: Option<String>,
    /// Tag of the entity that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// `external` of the finding of the same source that this one belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// Jira issue keys that it names itself (reference, work item URIs, title, branch, text), upper case.
    #[serde(default)]
    pub keys: Vec<String>,
    /// What else the source tells, by the source's own names; values are plain JSON.
    #[serde(default)]
    pub fields: BTreeMap<String, Value>,
    /// Part of the source that it was read from: a file, a program, a repository. When a reading
    /// could not read a part, its findings are not taken as gone.
    pub origin: String,
    /// When it appeared at the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// Last change at the source. Of two readings the later one holds; without it the later read one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<Timestamp>,
    /// What happened, oldest first. Readings add to it; an event known by its id is replaced.
    #[serde(default)]
    pub events: Vec<FindingEvent>,
    /// Files.
    #[serde(default)]
    pub files: Vec<FindingFile>,
}

impl Finding {
    /// A finding with nothing else told.
    #[must_use]
    pub fn new(id: FindingId, kind: FindingKind, title: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            title: title.into(),
            body: String::new(),
            url: None,
            severity: Severity::None,
            state: FindingState::Open,
            native_state: String::new(),
            resolution: None,
            assignee: None,
            reporter: None,
            tag: None,
            parent: None,
            keys: Vec::new(),
            fields: BTreeMap::new(),
            origin: String::new(),
            created: None,
            updated: None,
            events: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Whether anything is left to do about it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state != FindingState::Closed
    }
}

/// What one look at a source brought.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// Findings; each at most once.
    pub findings: Vec<Finding>,
    /// Whether these are all there are: then what the store has of this source's readable parts and is
    /// not among them is gone. API sources tell only what changed, and are never complete.
    pub complete: bool,
    /// Origins that could not be read now.
    pub unread: Vec<String>,
    /// Origins that are there, read or not, where the source has such.
    pub origins: Vec<String>,
    /// What is wrong at the source; the rest was read.
    pub flaws: Vec<SourceFlaw>,
    /// Where the next look goes on, as the source's own words; `None` keeps the old one.
    pub cursor: Option<String>,
    /// Requests sent, or files read.
    pub requests: u64,
}

/// Something that a source holds and that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFlaw {
    /// File, program, repository or report.
    pub place: String,
    /// Line of the file, from 1.
    pub line: Option<u64>,
    /// What is wrong, in a sentence without its end.
    pub reason: String,
}

impl std::fmt::Display for SourceFlaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.place, self.reason),
            None => write!(f, "{}: {}", self.place, self.reason),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_shown_the_beginning_of_a_fingerprint_and_may_type_it() {
        let id = |text: &str| text.parse::<FindingId>().unwrap();
        let table = [
            ("bounty/2924683", "bounty/2924683"),
            ("code/acme/web#12", "code/acme/web#12"),
            (
                "tests/com.example.Basket/adds 1234567890123456",
                "tests/com.example.Basket/adds 1234567890123456",
            ),
            ("scans/check/sql.query/5bec7b86ed95521f7450", "scans/5bec7b86"),
            ("scans/5bec7b86ed95521f7450:1", "scans/5bec7b86"),
        ];
        for (whole, short) in table {
            assert_eq!(id(whole).short(), short);
        }
        let scan = id("scans/check/sql.query/5bec7b86ed95521f7450");
        for (text, meant) in [
            ("5bec7b86", true),
            ("scans/5bec", true),
            ("scans/5be", false),
            ("other/5bec7b86", false),
            ("7b86ed95", false),
            ("sql.query", false),
        ] {
            assert_eq!(scan.is_abbreviated_by(text), meant, "{text}");
        }
        assert!(
            !id("bounty/2924683").is_abbreviated_by("2924"),
            "a number is typed whole"
        );
    }
}
