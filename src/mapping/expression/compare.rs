//! What a finding tells against what is asked for.

use std::cmp::Ordering;

use jiff::{Timestamp, tz::TimeZone};

use crate::{
    domain::{
        Severity,
        time::{parse_date, parse_timestamp},
    },
    jql::{
        dates::{Increment, MINUTE, Moment},
        functions::Meaning,
    },
    mapping::{facts::Fact, template},
};

/// A right side.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Wanted {
    Empty,
    Text(String),
    Severity(Severity),
    /// A date as written, and whether it was a number.
    Date(String, bool),
    Function(Meaning, Increment),
}

/// Which side must be the larger one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ordered {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Ordered {
    fn takes(self, ordering: Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// Whether it is that, or one of several is.
pub(super) fn equals(fact: &Fact, wanted: &Wanted, moment: &Moment) -> bool {
    if let Fact::List(items) = fact {
        return items.iter().any(|item| equals(item, wanted, moment));
    }
    if let Some(ordering) = order(fact, wanted, moment) {
        return ordering.is_eq();
    }
    match (fact, wanted) {
        (Fact::Nothing, _) => false,
        (Fact::Person(who), Wanted::Text(text)) => {
            let email = who.email.as_deref().unwrap_or_default();
            folded(&who.name) == folded(text) || folded(email) == folded(text)
        }
        (fact, Wanted::Text(text)) => folded(&told(fact)) == folded(text),
        _ => false,
    }
}

/// Whether every word asked for is somewhere in it.
pub(super) fn contains(fact: &Fact, wanted: &Wanted) -> bool {
    let Wanted::Text(text) = wanted else {
        return false;
    };
    let mut within = told(fact);
    if let Fact::Person(who) = fact {
        within.push(' ');
        within.push_str(who.email.as_deref().unwrap_or_default());
    }
    let within = within.to_lowercase();
    let mut words = text.split_whitespace().map(str::to_lowercase).peekable();
    words.peek().is_some() && words.all(|word| within.contains(&word))
}

/// Whether it stands on that side of it; what cannot be compared does not.
pub(super) fn is(fact: &Fact, wanted: &Wanted, moment: &Moment, side: Ordered) -> bool {
    match fact {
        Fact::List(items) => items.iter().any(|item| is(item, wanted, moment, side)),
        fact => order(fact, wanted, moment).is_some_and(|ordering| side.takes(ordering)),
    }
}

fn order(fact: &Fact, wanted: &Wanted, moment: &Moment) -> Option<Ordering> {
    match (fact, wanted) {
        (Fact::Severity(severity), Wanted::Severity(wanted)) => Some(severity.cmp(wanted)),
        (fact, Wanted::Text(text)) => match number(fact).zip(number(&Fact::Text(text.clone()))) {
            Some((one, other)) => one.partial_cmp(&other),
            None => Some(minute(instant(fact, moment)?).cmp(&minute(moment.literal(text, false)?))),
        },
        (fact, Wanted::Date(text, number)) => {
            Some(minute(instant(fact, moment)?).cmp(&minute(moment.literal(text, *number)?)))
        }
        (fact, Wanted::Function(meaning, increment)) => {
            Some(minute(instant(fact, moment)?).cmp(&minute(called(*meaning, *increment, moment)?)))
        }
        _ => None,
    }
}

fn called(meaning: Meaning, increment: Increment, moment: &Moment) -> Option<Timestamp> {
    match meaning {
        Meaning::Now => moment.now(),
        Meaning::StartOf(period) => moment.start_of(period, increment),
        Meaning::EndOf(period) => moment.end_of(period, increment),
        _ => None,
    }
}

/// Dates are compared to the minute, as in JQL.
fn minute(at: Timestamp) -> i64 {
    at.as_millisecond().div_euclid(MINUTE)
}

fn instant(fact: &Fact, moment: &Moment) -> Option<Timestamp> {
    match fact {
        Fact::Instant(at) => Some(*at),
        Fact::Text(text) => {
            let text = text.trim();
            let day = || (text.len() == 10).then(|| parse_date(text)).flatten();
            parse_timestamp(text).or_else(|| Some(day()?.to_zoned(moment.zone.clone()).ok()?.timestamp()))
        }
        _ => None,
    }
}

fn number(fact: &Fact) -> Option<f64> {
    match fact {
        Fact::Number(number) => number.as_f64(),
        Fact::Text(text) => template::number(text)?.as_f64(),
        _ => None,
    }
}

fn told(fact: &Fact) -> String {
    match fact {
        // Markup is searched as it is written.
        Fact::Markdown(text) => text.clone(),
        Fact::Flag(flag) => flag.to_string(),
        fact => fact.plain(&TimeZone::UTC),
    }
}

fn folded(text: &str) -> String {
    text.trim().to_lowercase()
}
