//! Conditions on time: minute-precise, in the viewer's time zone.
//!
//! Must never be in here: another clock than the viewer's.

use jiff::{
    SignedDuration, Span, Timestamp, Unit, Zoned,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

use super::{
    Compiler, Test, refusal,
    relation::{Atom, Relation, system_instant},
    subject::Subject,
};
use crate::{
    jql::{Function, Word},
    sandbox::model::{CustomValue, Issue, IssueIdx, SystemField},
};

/// The instant with its seconds cut off: Jira's index of dates is no finer in queries.
pub(super) fn minute(instant: Timestamp) -> Timestamp {
    let ms = instant.as_millisecond();
    Timestamp::from_millisecond(ms - ms.rem_euclid(60_000)).unwrap_or(instant)
}

impl<'w> Compiler<'w> {
    pub(super) fn dates(&mut self, subject: Subject, relation: Relation, atoms: &[Atom<'_>], name: &str) -> Test<'w> {
        let mut bounds = Vec::new();
        let mut or_empty = false;
        for atom in atoms {
            let bound = match atom {
                Atom::Empty => {
                    or_empty = true;
                    continue;
                }
                Atom::Word(word) => self.instant(word).ok_or_else(|| refusal::no_date(&word.value, name)),
                Atom::Call(function) => self.instant_of(function).ok_or_else(|| no_instant(function)),
            };
            match bound {
                Ok(bound) => bounds.push(minute(bound)),
                Err(message) => return self.wrong(message),
            }
        }
        if matches!(subject, Subject::Date(SystemField::Due)) || self.is_day(subject) {
            let days: Vec<_> = bounds
                .iter()
                .map(|bound| bound.to_zoned(self.zone.clone()).date())
                .collect();
            return compare(relation, days, or_empty, move |issue| day_of(subject, issue));
        }
        compare(relation, bounds, or_empty, move |issue| {
            instant_of(subject, issue).map(minute)
        })
    }

    fn is_day(&self, subject: Subject) -> bool {
        matches!(subject, Subject::CustomDate(field) if self.world.field(field).schema_type == "date")
    }

    /// The instant a literal stands for: a day or minute, a period from now, or milliseconds since 1970.
    pub(super) fn instant(&self, word: &Word) -> Option<Timestamp> {
        let text = word.value.trim();
        if word.number {
            return Timestamp::from_millisecond(text.parse().ok()?).ok();
        }
        match absolute(text) {
            Some(local) => self.local(local),
            None => self.viewer.now.checked_add(period(text)?).ok(),
        }
    }

    /// The instant of a wall-clock time; of two readings in autumn the earlier one.
    fn local(&self, local: DateTime) -> Option<Timestamp> {
        local.to_zoned(self.zone.clone()).ok().map(|zoned| zoned.timestamp())
    }

    /// The instant a function of time stands for; `None` for other functions and bad increments.
    pub(super) fn instant_of(&self, function: &Function) -> Option<Timestamp> {
        let name = function.name.value.to_ascii_lowercase();
        match name.as_str() {
            "now" => return Some(self.viewer.now),
            // The session began an hour ago, the one before it a day ago.
            "currentlogin" => return self.viewer.now.checked_sub(SignedDuration::from_hours(1)).ok(),
            "lastlogin" => return self.viewer.now.checked_sub(SignedDuration::from_hours(25)).ok(),
            _ => {}
        }
        let (end, unit) = match name.strip_prefix("startof") {
            Some(unit) => (false, unit),
            None => (true, name.strip_prefix("endof")?),
        };
        let own = match unit {
            "day" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            _ => Unit::Year,
        };
        let step = function
            .args
            .first()
            .map_or(Some((0, own)), |arg| increment(&arg.value, own))?;
        edge(self.viewer.now, &self.zone, end, own, step)
    }
}

/// What is said of a call that stands for no instant.
fn no_instant(function: &Function) -> String {
    let name = &function.name.value;
    let lower = name.to_ascii_lowercase();
    if !function.args.is_empty() && (lower.starts_with("startof") || lower.starts_with("endof")) {
        return format!(
            "Duration for function '{name}' should have the format (+/-)n(yMwdhm), e.g -1M for 1 month earlier."
        );
    }
    refusal::unfit(function)
}

/// The first or last minute of a period. Steps of the period's own length, and years for months, move the day first,
/// so that the end of next month is its last day; all others move the edge: `startOfMonth("+14d")` is the fifteenth.
fn edge(now: Timestamp, zone: &TimeZone, end: bool, own: Unit, (many, unit): (i64, Unit)) -> Option<Timestamp> {
    let now = now.to_zoned(zone.clone());
    let span = span(many, unit)?;
    let before = unit == own || (own == Unit::Month && unit == Unit::Year);
    let day = if before { now.checked_add(span).ok()? } else { now }.date();
    let first = match own {
        Unit::Day => day,
        Unit::Week => day
            .checked_sub(
                Span::new()
                    .try_days(i64::from(day.weekday().to_sunday_zero_offset()))
                    .ok()?,
            )
            .ok()?,
        Unit::Month => day.first_of_month(),
        _ => day.first_of_year(),
    };
    let last = match own {
        Unit::Day => first,
        Unit::Week => first.checked_add(Span::new().try_days(6).ok()?).ok()?,
        Unit::Month => first.last_of_month(),
        _ => first.last_of_year(),
    };
    let local = if end {
        last.to_datetime(Time::constant(23, 59, 0, 0))
    } else {
        first.to_datetime(Time::midnight())
    };
    let edge: Zoned = local.to_zoned(zone.clone()).ok()?;
    let edge = if before { edge } else { edge.checked_add(span).ok()? };
    Some(edge.timestamp())
}

fn span(many: i64, unit: Unit) -> Option<Span> {
    let span = Span::new();
    match unit {
        Unit::Year => span.try_years(many),
        Unit::Month => span.try_months(many),
        Unit::Week => span.try_weeks(many),
        Unit::Day => span.try_days(many),
        Unit::Hour => span.try_hours(many),
        _ => span.try_minutes(many),
    }
    .ok()
}

/// `[+-]n[y|M|w|d|h|m]`, in exactly this case.
fn increment(text: &str, own: Unit) -> Option<(i64, Unit)> {
    let text = text.trim();
    let (digits, unit) = match text.find(|c: char| c.is_alphabetic()) {
        Some(at) => text.split_at(at),
        None => (text, ""),
    };
    let unit = match unit {
        "" => own,
        "y" => Unit::Year,
        "M" => Unit::Month,
        "w" => Unit::Week,
        "d" => Unit::Day,
        "h" => Unit::Hour,
        "m" => Unit::Minute,
        _ => return None,
    };
    Some((digits.parse().ok()?, unit))
}

/// `yyyy-MM-dd` or `yyyy/MM/dd`, perhaps with ` HH:mm`.
fn absolute(text: &str) -> Option<DateTime> {
    let (day, clock) = text
        .split_once(' ')
        .map_or((text, None), |(day, clock)| (day, Some(clock.trim())));
    let separator = if day.contains('/') { '/' } else { '-' };
    let mut parts = day.split(separator);
    let (year, month, date) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let date = Date::new(
        number(year, 4)?,
        i8::try_from(number(month, 2)?).ok()?,
        i8::try_from(number(date, 2)?).ok()?,
    )
    .ok()?;
    let time = match clock {
        None => Time::midnight(),
        Some(clock) => {
            let (hour, minute) = clock.split_once(':')?;
            Time::new(
                i8::try_from(number(hour, 2)?).ok()?,
                i8::try_from(number(minute, 2)?).ok()?,
                0,
                0,
            )
            .ok()?
        }
    };
    Some(date.to_datetime(time))
}

/// Up to so many digits, without a sign.
fn number(digits: &str, most: usize) -> Option<i16> {
    let plain = (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// `-4w 2d`: the sign counts for all of it; a number without a unit is minutes.
fn period(text: &str) -> Option<SignedDuration> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut minutes = 0_i64;
    let mut parts = rest.split_whitespace().peekable();
    parts.peek()?;
    for part in parts {
        let at = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (digits, unit) = part.split_at(at);
        let each = match unit {
            "" | "m" => 1,
            "h" => 60,
            "d" => 24 * 60,
            "w" => 7 * 24 * 60,
            _ => return None,
        };
        minutes = minutes.checked_add(digits.parse::<i64>().ok()?.checked_mul(each)?)?;
    }
    // Seconds must fit as well.
    minutes.checked_mul(60)?;
    Some(SignedDuration::from_mins(sign * minutes))
}

fn instant_of(subject: Subject, issue: &Issue) -> Option<Timestamp> {
    match subject {
        Subject::Date(field) => system_instant(field, issue),
        Subject::CustomDate(field) => match issue.custom_value(field) {
            Some(CustomValue::DateTime(instant)) => Some(*instant),
            _ => None,
        },
        _ => None,
    }
}

fn day_of(subject: Subject, issue: &Issue) -> Option<Date> {
    match subject {
        Subject::CustomDate(field) => match issue.custom_value(field) {
            Some(CustomValue::Date(day)) => Some(*day),
            _ => None,
        },
        _ => issue.due,
    }
}

/// A test of one ordered value against some bounds.
pub(super) fn compare<'w, T: PartialOrd + 'w>(
    relation: Relation,
    bounds: Vec<T>,
    or_empty: bool,
    value: impl Fn(&Issue) -> Option<T> + 'w,
) -> Test<'w> {
    Box::new(move |issue: &Issue, _: IssueIdx| {
        let Some(value) = value(issue) else {
            return relation == Relation::Empty || (relation == Relation::Among && or_empty);
        };
        let holds = |bound: &T| {
            value
                .partial_cmp(bound)
                .is_some_and(|ordering| relation.holds(ordering))
        };
        match relation {
            Relation::Empty => false,
            Relation::NotEmpty => true,
            Relation::NotAmong => bounds.iter().all(holds),
            _ => bounds.iter().any(holds),
        }
    })
}
