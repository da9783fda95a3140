//! A value as a field of Jira takes it, checked against the field's type and what it allows.
//!
//! Must never be in here: rules, or which fields a screen has.

mod choice;
pub(super) mod markup;
mod other;
mod people;
mod text;
mod time;

use serde_json::Value;

pub(crate) use people::is_account_id;
pub(super) use text::shorter;

use super::{
    facts::Fact,
    given::Given,
    ground::Ground,
    near::{cut, shown},
    template::{number as read_number, rank},
};
use crate::domain::{CreateField, ValueKind};

/// Characters of a sample.
const SAMPLE: usize = 120;

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Written {
    /// As Jira takes it; `None`: the field is left out.
    pub(super) value: Option<Value>,
    /// One line for people.
    pub(super) sample: String,
    /// The Markdown of a formatted text, as far as it is sent.
    pub(super) markdown: Option<String>,
    /// Why it cannot be sent.
    pub(super) problem: Option<String>,
    /// What was cut, cleaned or left out.
    pub(super) notes: Vec<String>,
}

impl Written {
    pub(super) fn problem(reason: impl Into<String>) -> Self {
        Self {
            problem: Some(reason.into()),
            ..Self::default()
        }
    }

    pub(super) fn note(note: impl Into<String>) -> Self {
        Self {
            notes: vec![note.into()],
            ..Self::default()
        }
    }
}

/// One value of a field, or why there is none.
enum One {
    /// As Jira takes it, and for people.
    Value(Value, String),
    /// It cannot be meant.
    Wrong(String),
    /// It could be meant, and is left out.
    Left(String),
}

/// Writes what a rule made of a finding as `field` takes it. `source` is where the whole of a text
/// can be read that is too long for Jira.
pub(super) fn write(field: &CreateField, given: Given, ground: &Ground<'_>, source: Option<&str>) -> Written {
    let notes = given.notes.clone();
    let mut written = match (&given.raw, field.kind) {
        (Some(raw), _) => other::raw(field, raw),
        (None, _) if given.fact.is_nothing() => Written::default(),
        (None, ValueKind::Text) if !field.multiple => text::line(&given, ground),
        (None, ValueKind::Rich) => text::rich(&given, ground, source),
        (None, ValueKind::PlainText) => text::plain(&given, ground, source),
        (None, ValueKind::TimeTracking) => time::tracking(&given, ground),
        (None, ValueKind::Other) => other::foreign(field, &given, ground),
        _ => several(field, given, ground),
    };
    written.notes.splice(0..0, notes);
    written.sample = cut(&written.sample, SAMPLE);
    written
}

/// Fields that hold one or several values of a kind.
fn several(field: &CreateField, given: Given, ground: &Ground<'_>) -> Written {
    let many = field.multiple || field.kind == ValueKind::Labels;
    let items = apart(field, given, many, ground);
    let told = items.len();
    let (mut values, mut samples, mut written) = (Vec::new(), Vec::new(), Written::default());
    for (fact, typed) in items {
        match one(field, &fact, typed, ground) {
            One::Value(value, sample) => {
                if !values.contains(&value) {
                    values.push(value);
                    samples.push(sample);
                }
            }
            One::Left(note) => written.notes.push(note),
            One::Wrong(problem) => {
                written.problem.get_or_insert(problem);
            }
        }
        if !many && !values.is_empty() {
            break;
        }
    }
    if !many && told > 1 && !values.is_empty() {
        written.notes.push(format!(
            "there are {told} values and the field takes one: {}",
            samples[0]
        ));
    }
    if values.is_empty() || written.problem.is_some() {
        return written;
    }
    written.sample = samples.join(", ");
    written.value = Some(if many {
        Value::Array(values)
    } else {
        values.swap_remove(0)
    });
    written
}

/// The values one by one, and whether a person typed them. A text for a field of several may name
/// them with commas between, unless it is the name of one as it stands; what is in a list already is
/// one each.
fn apart(field: &CreateField, given: Given, many: bool, ground: &Ground<'_>) -> Vec<(Fact, bool)> {
    let typed = given.typed;
    let splits = many && (given.several || given.typed) && !matches!(given.fact, Fact::List(_));
    let mut found = Vec::new();
    for fact in given.fact.items() {
        match &fact {
            Fact::Text(text) if splits && text.contains([',', '\n']) && !choice::is_known(field, text) => {
                let parts = text.split([',', '\n']).map(str::trim).filter(|part| !part.is_empty());
                found.extend(parts.map(|part| (Fact::Text(part.to_owned()), typed)));
            }
            Fact::Markdown(_) => found.push((Fact::text(fact.plain(ground.zone)), typed)),
            _ => found.push((fact, typed)),
        }
    }
    found
}

fn one(field: &CreateField, fact: &Fact, typed: bool, ground: &Ground<'_>) -> One {
    match field.kind {
        ValueKind::Text => text::word(fact, ground),
        ValueKind::Number => number(fact, ground),
        ValueKind::Date => time::date(fact, ground),
        ValueKind::DateTime => time::instant(fact, ground),
        ValueKind::Cascading => choice::cascading(field, fact, ground),
        ValueKind::User => people::user(field, fact, typed, ground),
        ValueKind::Group => people::group(field, fact, ground),
        ValueKind::Labels => text::label(fact, ground),
        ValueKind::Parent | ValueKind::Epic => other::issue(field.kind, fact, ground),
        ValueKind::Sprint => other::sprint(field, fact, ground),
        ValueKind::Url => text::url(fact, ground),
        ValueKind::Project => choice::project(field, fact, ground),
        ValueKind::Option
        | ValueKind::Version
        | ValueKind::Component
        | ValueKind::Priority
        | ValueKind::Resolution
        | ValueKind::Security
        | ValueKind::IssueType => choice::choice(field, fact, ground),
        ValueKind::Rich | ValueKind::PlainText | ValueKind::TimeTracking | ValueKind::Other => {
            One::Wrong("the field does not take several values".to_owned())
        }
    }
}

fn number(fact: &Fact, ground: &Ground<'_>) -> One {
    let number = match fact {
        Fact::Number(number) => Some(number.clone()),
        Fact::Severity(severity) => Some(rank(*severity).into()),
        Fact::Flag(flag) => Some(i64::from(*flag).into()),
        other => read_number(&other.plain(ground.zone)),
    };
    match number {
        Some(number) => {
            let sample = number.to_string();
            One::Value(Value::Number(number), sample)
        }
        None => One::Wrong(format!("{} is no number", shown(&fact.plain(ground.zone)))),
    }
}

/// Text without the characters that Jira refuses; line breaks as `\n`, tabs stay.
pub(super) fn sendable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{feff}') => {}
            c => out.push(c),
        }
    }
    out
}
