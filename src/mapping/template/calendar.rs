//! Days added to dates.

use jiff::{Span, Timestamp, civil::Date, civil::Weekday};

use crate::{
    domain::time::{parse_date, parse_timestamp},
    mapping::{facts::Fact, ground::Ground},
};

/// Days that anybody could mean; more is a mistake, and nothing must overflow.
const MOST: i64 = 36_500;

/// A fact as a point in time or a day, if it is one.
pub(super) fn when(fact: &Fact) -> Option<Fact> {
    match fact {
        Fact::Instant(_) | Fact::Date(_) => Some(fact.clone()),
        Fact::Text(text) => {
            let text = text.trim();
            if let Some(at) = parse_timestamp(text) {
                return Some(Fact::Instant(at));
            }
            (text.len() == 10).then(|| parse_date(text)).flatten().map(Fact::Date)
        }
        Fact::List(items) => items.iter().find_map(when),
        _ => None,
    }
}

/// The fact that many days later; working days leave out Saturdays and Sundays.
pub(super) fn plus(fact: &Fact, days: i64, working: bool, ground: &Ground<'_>) -> Option<Fact> {
    if days.abs() > MOST {
        return None;
    }
    match when(fact)? {
        Fact::Date(date) => Some(Fact::Date(later(date, days, working)?)),
        Fact::Instant(at) => Some(Fact::Instant(instant_later(at, days, working, ground)?)),
        _ => None,
    }
}

/// The same time of day on another day, in the account's zone.
fn instant_later(at: Timestamp, days: i64, working: bool, ground: &Ground<'_>) -> Option<Timestamp> {
    let zoned = at.to_zoned(ground.zone.clone());
    let date = later(zoned.date(), days, working)?;
    let moved = date.to_datetime(zoned.time()).to_zoned(ground.zone.clone()).ok()?;
    Some(moved.timestamp())
}

fn later(date: Date, days: i64, working: bool) -> Option<Date> {
    if !working {
        return date.checked_add(Span::new().try_days(days).ok()?).ok();
    }
    // Whole weeks at once; at most four days and the weekends between them are left to be walked.
    let mut date = date.checked_add(Span::new().try_weeks(days / 5).ok()?).ok()?;
    let step = Span::new().try_days(days.signum()).ok()?;
    let mut left = (days % 5).abs();
    if left == 0 && days != 0 {
        while is_weekend(date) {
            // A weekend plus whole weeks is a weekend; the last working day before it counts.
            date = date.checked_sub(step).ok()?;
        }
    }
    while left > 0 {
        date = date.checked_add(step).ok()?;
        left -= i64::from(!is_weekend(date));
    }
    Some(date)
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}
