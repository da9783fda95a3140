//! What can be done with a fact before it becomes text.

use serde_json::Number;

use super::{TemplateErrorKind, calendar};
use crate::{
    domain::{Finding, Severity},
    mapping::{facts::Fact, ground::Ground, value::markup},
};

/// A line of the editor's help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Help {
    /// Its name.
    pub name: &'static str,
    /// An example of its arguments; empty if it takes none.
    pub arguments: &'static str,
    /// What it is or does, in a few words.
    pub help: &'static str,
}

impl Help {
    pub(super) const fn new(name: &'static str, arguments: &'static str, help: &'static str) -> Self {
        Self { name, arguments, help }
    }
}

/// An argument of a filter, perhaps with a name: `high=7`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Argument {
    pub(super) name: Option<String>,
    pub(super) value: String,
}

macro_rules! filters {
    ($($name:literal $arguments:literal $help:literal,)+) => {
        /// Every filter, for the editor's help.
        pub const FILTERS: &[Help] = &[$(Help::new($name, $arguments, $help),)+];
        /// How each is written, in the same order, for messages.
        const WRITTEN: &[&str] = &[$(concat!($name, $arguments),)+];
    };
}

filters! {
    "truncate" ": 200" "at most so many characters",
    "default" ": \"Untitled\"" "this, if there is nothing",
    "upper" "" "CAPITAL LETTERS",
    "lower" "" "small letters",
    "capitalize" "" "First letter large",
    "trim" "" "without space around it",
    "one_line" "" "line breaks become spaces",
    "first_line" "" "only the first line that is not empty",
    "date" ": \"%Y-%m-%d\"" "a date in that form; without one as 2026-01-31",
    "plus_days" ": 5" "so many days later; or by severity: critical=1, high=7, other=30",
    "plus_working_days" ": 5" "so many days later, Saturdays and Sundays left out",
    "days" ": critical=1, high=7, other=30" "a number of days by severity",
    "after" ": now" "from a number of days: so long after now, created or updated",
    "severity_number" "" "1 for none up to 5 for critical",
    "severity_word" "" "the word for 1 to 5",
    "join" ": \", \"" "a list with this between",
    "first" "" "the first of a list",
    "replace" ": \"a\", \"b\"" "every a becomes b",
    "slug" "" "letters, digits and dashes, as for a label",
    "code" "" "as a code block; with its language: code: java",
    "quote" "" "as a quotation",
    "markdown" "" "text that has Markdown in it, to be formatted",
    "plain" "" "without its Markdown",
}

/// The filter of that name.
pub(super) fn named(name: &str) -> Option<&'static Help> {
    FILTERS.iter().find(|filter| filter.name.eq_ignore_ascii_case(name))
}

/// How many days.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Days {
    Fixed(i64),
    /// By severity, and for any other.
    Of(Vec<(Severity, i64)>, Option<i64>),
}

impl Days {
    pub(super) fn number(&self, severity: Severity) -> Option<i64> {
        match self {
            Self::Fixed(days) => Some(*days),
            Self::Of(days, other) => {
                let of = days.iter().find(|(one, _)| *one == severity).map(|(_, days)| *days);
                of.or(*other)
            }
        }
    }

    fn read(arguments: &[Argument]) -> Option<Self> {
        if let [Argument { name: None, value }] = arguments {
            return value.parse().ok().map(Self::Fixed);
        }
        let (mut days, mut other) = (Vec::new(), None);
        for argument in arguments {
            let name = argument.name.as_deref()?;
            let number = argument.value.parse().ok()?;
            match Severity::from_word(name) {
                Some(severity) => days.push((severity, number)),
                None if name.eq_ignore_ascii_case("other") => other = Some(number),
                None => return None,
            }
        }
        (!arguments.is_empty()).then_some(Self::Of(days, other))
    }
}

/// A point in time that every finding may have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Since {
    Now,
    Created,
    Updated,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Filter {
    Truncate(usize),
    Default(String),
    Upper,
    Lower,
    Capitalize,
    Trim,
    OneLine,
    FirstLine,
    Date(String),
    PlusDays(Days, bool),
    Days(Days),
    After(Since),
    SeverityNumber,
    SeverityWord,
    Join(String),
    First,
    Replace(String, String),
    Slug,
    Code(String),
    Quote,
    Markdown,
    Plain,
}

impl Filter {
    pub(super) fn new(help: &'static Help, arguments: Vec<Argument>) -> Result<Self, TemplateErrorKind> {
        let index = FILTERS.iter().position(|filter| filter == help).unwrap_or_default();
        let wrong = TemplateErrorKind::Arguments {
            name: help.name,
            wants: WRITTEN[index],
        };
        if let "plus_days" | "plus_working_days" | "days" = help.name {
            let days = Days::read(&arguments).ok_or(wrong)?;
            return Ok(match help.name {
                "days" => Self::Days(days),
                name => Self::PlusDays(days, name == "plus_working_days"),
            });
        }
        if arguments.iter().any(|argument| argument.name.is_some()) {
            return Err(wrong);
        }
        let values: Vec<String> = arguments.into_iter().map(|argument| argument.value).collect();
        if let ("date", [format]) = (help.name, values.as_slice()) {
            date_format(format)?;
        }
        Self::of(help.name, &values).ok_or(wrong)
    }

    fn of(name: &str, values: &[String]) -> Option<Self> {
        Some(match (name, values) {
            ("truncate", [most]) => Self::Truncate(most.parse().ok().filter(|most| *most > 0)?),
            ("default", [text]) => Self::Default(text.clone()),
            ("upper", []) => Self::Upper,
            ("lower", []) => Self::Lower,
            ("capitalize", []) => Self::Capitalize,
            ("trim", []) => Self::Trim,
            ("one_line", []) => Self::OneLine,
            ("first_line", []) => Self::FirstLine,
            ("date", []) => Self::Date("%Y-%m-%d".to_owned()),
            ("date", [format]) => Self::Date(format.clone()),
            ("after", [since]) => Self::After(match since.to_ascii_lowercase().as_str() {
                "now" => Since::Now,
                "created" => Since::Created,
                "updated" => Since::Updated,
                _ => return None,
            }),
            ("severity_number", []) => Self::SeverityNumber,
            ("severity_word", []) => Self::SeverityWord,
            ("join", []) => Self::Join(", ".to_owned()),
            ("join", [between]) => Self::Join(between.clone()),
            ("first", []) => Self::First,
            ("replace", [from, to]) if !from.is_empty() => Self::Replace(from.clone(), to.clone()),
            ("slug", []) => Self::Slug,
            ("code", []) => Self::Code(String::new()),
            ("code", [language]) => Self::Code(language.chars().filter(char::is_ascii_alphanumeric).collect()),
            ("quote", []) => Self::Quote,
            ("markdown", []) => Self::Markdown,
            ("plain", []) => Self::Plain,
            _ => return None,
        })
    }

    pub(super) fn apply(&self, fact: Fact, finding: &Finding, ground: &Ground<'_>) -> Fact {
        let plain = |fact: &Fact| fact.plain(ground.zone);
        match self {
            Self::Default(text) if fact.is_nothing() => Fact::text(text.as_str()),
            Self::Default(_) => fact,
            Self::Date(format) => formatted(&fact, format, ground),
            Self::PlusDays(days, working) => days
                .number(finding.severity)
                .and_then(|days| calendar::plus(&fact, days, *working, ground))
                .unwrap_or_default(),
            Self::Days(days) => days
                .number(severity(&fact).unwrap_or(finding.severity))
                .map_or(Fact::Nothing, Fact::number),
            Self::After(since) => after(&fact, *since, finding, ground).unwrap_or_default(),
            Self::SeverityNumber => severity(&fact).map_or(Fact::Nothing, |severity| Fact::number(rank(severity))),
            Self::SeverityWord => severity(&fact).map_or(Fact::Nothing, Fact::Severity),
            Self::Join(between) => {
                let items: Vec<String> = fact.items().iter().map(plain).collect();
                Fact::text(items.join(between))
            }
            Self::First => fact.items().into_iter().next().unwrap_or_default(),
            Self::Code(_) | Self::Quote if fact.is_nothing() => Fact::Nothing,
            Self::Code(language) => {
                let text = match &fact {
                    Fact::Markdown(text) => text.clone(),
                    other => plain(other),
                };
                Fact::Markdown(markup::code_block(&text, language))
            }
            Self::Quote => {
                let text = fact.markdown(ground.zone);
                let lines: Vec<String> = text.trim().lines().map(|line| format!("> {line}")).collect();
                Fact::Markdown(format!("\n{}\n\n", lines.join("\n")))
            }
            Self::Markdown => match fact {
                Fact::Markdown(text) => Fact::Markdown(text),
                other => Fact::Markdown(plain(&other)),
            },
            Self::Plain => Fact::text(plain(&fact)),
            _ => each(fact, &|text| self.text(text), ground),
        }
    }

    /// What the filters of text do with one text.
    fn text(&self, text: &str) -> String {
        match self {
            Self::Truncate(most) => truncated(text, *most),
            Self::Upper => text.to_uppercase(),
            Self::Lower => text.to_lowercase(),
            Self::Capitalize => capitalized(text),
            Self::Trim => text.trim().to_owned(),
            Self::OneLine => text.split_whitespace().collect::<Vec<_>>().join(" "),
            Self::FirstLine => {
                let line = text.lines().find(|line| !line.trim().is_empty());
                line.map_or("", str::trim).to_owned()
            }
            Self::Replace(from, to) => text.replace(from, to),
            Self::Slug => slug(text),
            _ => text.to_owned(),
        }
    }

    /// Whether what comes out is never empty, given whether what goes in never is.
    pub(super) fn fills(&self, sure: bool) -> bool {
        match self {
            Self::Default(text) => sure || !text.trim().is_empty(),
            Self::Date(_) | Self::PlusDays(..) | Self::Days(_) | Self::After(_) => sure,
            Self::Replace(..) | Self::Slug | Self::SeverityNumber | Self::SeverityWord => false,
            _ => sure,
        }
    }
}

/// A text filter on each text of a fact; Markdown stays Markdown.
fn each(fact: Fact, change: &dyn Fn(&str) -> String, ground: &Ground<'_>) -> Fact {
    match fact {
        Fact::Nothing => Fact::Nothing,
        Fact::Markdown(text) => Fact::Markdown(change(&text)),
        Fact::List(items) => Fact::List(items.into_iter().map(|item| each(item, change, ground)).collect()),
        other => Fact::text(change(&other.plain(ground.zone))),
    }
}

fn truncated(text: &str, most: usize) -> String {
    if text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{}…", kept.trim_end())
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Small letters and digits of any script, everything else as single dashes; never longer than Jira's labels.
fn slug(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() || matches!(c, '_' | '.') {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() > 240 {
            break;
        }
    }
    out.trim_end_matches('-').to_owned()
}

/// 1 for none to 5 for critical, as HackerOne counts for Jira.
pub(in crate::mapping) fn rank(severity: Severity) -> i64 {
    match severity {
        Severity::None | Severity::Info => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

fn severity(fact: &Fact) -> Option<Severity> {
    match fact {
        Fact::Severity(severity) => Some(*severity),
        Fact::Text(text) => match text.trim().parse::<i64>() {
            Ok(number) => ranked(number),
            Err(_) => Severity::from_word(text.trim()),
        },
        Fact::Number(number) => ranked(number.as_i64()?),
        Fact::List(items) => items.iter().find_map(severity),
        _ => None,
    }
}

fn ranked(number: i64) -> Option<Severity> {
    let all = [
        Severity::None,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];
    all.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
}

fn after(fact: &Fact, since: Since, finding: &Finding, ground: &Ground<'_>) -> Option<Fact> {
    let days = match fact {
        Fact::Number(number) => number.as_i64()?,
        Fact::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let start = match since {
        Since::Now => Some(ground.now),
        Since::Created => finding.created,
        Since::Updated => finding.updated,
    };
    calendar::plus(&Fact::Instant(start?), days, false, ground)
}

fn formatted(fact: &Fact, format: &str, ground: &Ground<'_>) -> Fact {
    let zoned = match calendar::when(fact) {
        Some(Fact::Instant(at)) => Some(at.to_zoned(ground.zone.clone())),
        Some(Fact::Date(date)) => date.to_zoned(ground.zone.clone()).ok(),
        _ => None,
    };
    let text = zoned.and_then(|zoned| jiff::fmt::strtime::format(format, &zoned).ok());
    text.map_or(Fact::Nothing, Fact::text)
}

fn date_format(format: &str) -> Result<(), TemplateErrorKind> {
    let sample = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC);
    match jiff::fmt::strtime::format(format, &sample) {
        Ok(_) => Ok(()),
        Err(error) => Err(TemplateErrorKind::Format {
            format: format.to_owned(),
            reason: error.to_string(),
        }),
    }
}

/// A number that a field takes, of text or number.
pub(in crate::mapping) fn number(text: &str) -> Option<Number> {
    let text = text.trim();
    text.parse::<i64>()
        .ok()
        .map(Number::from)
        .or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64))
}
