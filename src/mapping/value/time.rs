//! Dates, points in time, and estimates.

use jiff::{Timestamp, civil::DateTime};
use serde_json::{Map, Value};

use super::{One, Written, choice::part, text::told};
use crate::{
    domain::time::{parse_date, parse_timestamp},
    mapping::{facts::Fact, given::Given, ground::Ground, near::shown},
};

/// `2026-01-31`.
pub(super) fn date(fact: &Fact, ground: &Ground<'_>) -> One {
    let date = match fact {
        Fact::Date(date) => Some(*date),
        Fact::Instant(at) => Some(ground.day(*at)),
        other => {
            let text = other.plain(ground.zone);
            let text = text.trim();
            match parse_timestamp(text) {
                Some(at) => Some(ground.day(at)),
                None if text.len() == 10 => parse_date(text),
                None => local(text).map(DateTime::date),
            }
        }
    };
    match date {
        Some(date) => One::Value(Value::String(date.to_string()), date.to_string()),
        None => One::Wrong(format!("{} is no date; an example is 2026-01-31", told(fact, ground))),
    }
}

/// `2026-01-31T12:34:56.000+0000`.
pub(super) fn instant(fact: &Fact, ground: &Ground<'_>) -> One {
    let at = match fact {
        Fact::Instant(at) => Some(*at),
        Fact::Date(date) => midnight(date.at(0, 0, 0, 0), ground),
        other => {
            let text = other.plain(ground.zone);
            let text = text.trim();
            let day = || {
                (text.len() == 10)
                    .then(|| parse_date(text))
                    .flatten()
                    .map(|date| date.at(0, 0, 0, 0))
            };
            parse_timestamp(text).or_else(|| midnight(local(text).or_else(day)?, ground))
        }
    };
    match at {
        Some(at) => {
            let text = at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
            let sample = at.to_zoned(ground.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string();
            One::Value(Value::String(text), sample)
        }
        None => One::Wrong(format!(
            "{} is no date with a time; an example is 2026-01-31 12:34",
            told(fact, ground)
        )),
    }
}

fn midnight(at: DateTime, ground: &Ground<'_>) -> Option<Timestamp> {
    at.to_zoned(ground.zone.clone()).ok().map(|zoned| zoned.timestamp())
}

/// A time on the account's wall clock, as templates write it.
fn local(text: &str) -> Option<DateTime> {
    [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%dT%H:%M:%S",
    ]
    .iter()
    .find_map(|format| DateTime::strptime(format, text).ok())
}

/// `{ original = "1w 2d", remaining = "3h" }`; a text alone is the original estimate.
pub(super) fn tracking(given: &Given, ground: &Ground<'_>) -> Written {
    let parts = match &given.fact {
        Fact::Object(parts) => [
            ("originalEstimate", part(parts, &["original", "originalEstimate"])),
            ("remainingEstimate", part(parts, &["remaining", "remainingEstimate"])),
        ],
        other => [
            ("originalEstimate", Some(other.plain(ground.zone))),
            ("remainingEstimate", None),
        ],
    };
    let (mut value, mut samples) = (Map::new(), Vec::new());
    for (key, text) in parts {
        let Some(text) = text else { continue };
        match estimate(&text) {
            Some(estimate) => {
                samples.push(estimate.clone());
                value.insert(key.to_owned(), Value::String(estimate));
            }
            None => {
                return Written::problem(format!("{} is no estimate; an example is 1w 2d 3h 4m", shown(&text)));
            }
        }
    }
    if value.is_empty() {
        return Written::problem("an estimate is { original = \"1w 2d\", remaining = \"3h\" }, or one of them");
    }
    Written {
        sample: samples.join(", "),
        value: Some(Value::Object(value)),
        ..Written::default()
    }
}

/// Weeks, days, hours and minutes, each at most once and in that order, with single spaces.
fn estimate(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut last = 0;
    for word in &words {
        let unit = word.chars().next_back()?;
        let order = 1 + "wdhm".find(unit)?;
        let number = &word[..word.len() - 1];
        let digits = number.split('.').count() <= 2
            && number.len() <= 6
            && number
                .split('.')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
        if order <= last || !digits {
            return None;
        }
        last = order;
    }
    (!words.is_empty()).then(|| words.join(" "))
}
