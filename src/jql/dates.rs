//! Dates of JQL: literals, periods and the `startOfDay()` family to the minute they mean.
//!
//! No clock is read here; the present, and the zone of the account, are arguments.

use jiff::{
    SignedDuration, Span, Timestamp, ToSpan, Unit, Zoned,
    civil::{Date, DateTime, Time},
    tz::TimeZone,
};

/// Milliseconds in a minute, which is as precise as JQL gets.
pub const MINUTE: i64 = 60_000;

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// Midnight to midnight.
    Day,
    /// Sunday to Saturday.
    Week,
    /// First to last.
    Month,
    /// January to December.
    Year,
}

/// The present, and whose calendar counts.
#[derive(Debug, Clone)]
pub struct Moment {
    /// Now.
    pub now: Timestamp,
    /// Zone of the account.
    pub zone: TimeZone,
}

impl Moment {
    /// Now, in the IANA zone of an account; `UTC` where the zone is unknown.
    #[must_use]
    pub fn new(now: Timestamp, zone: Option<&str>) -> Self {
        let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
        Self { now, zone }
    }

    /// The minute that a value stands for: `2026-01-31`, `2026/01/31 10:15`, `-4w 2d`, a bare number
    /// for milliseconds since 1970 (quoted, it is minutes from now). `None` is no date.
    #[must_use]
    pub fn literal(&self, text: &str, number: bool) -> Option<Timestamp> {
        let text = text.trim();
        let at = if number {
            Timestamp::from_millisecond(text.parse().ok()?).ok()?
        } else if let Some(written) = absolute(text) {
            self.at(written)?
        } else {
            self.now.checked_add(relative(text)?).ok()?
        };
        floor(at)
    }

    /// The present minute.
    #[must_use]
    pub fn now(&self) -> Option<Timestamp> {
        floor(self.now)
    }

    /// `startOfDay()` and its like, moved by `increment`.
    #[must_use]
    pub fn start_of(&self, period: Period, increment: Increment) -> Option<Timestamp> {
        self.edge(period, increment, |date| Some(date.at(0, 0, 0, 0)))
    }

    /// `endOfDay()` and its like, moved by `increment`: the last minute.
    #[must_use]
    pub fn end_of(&self, period: Period, increment: Increment) -> Option<Timestamp> {
        self.edge(period, increment, |date| {
            let next = match period {
                Period::Day => date.checked_add(1.day()),
                Period::Week => date.checked_add(1.week()),
                Period::Month => date.checked_add(1.month()),
                Period::Year => date.checked_add(1.year()),
            };
            Some(next.ok()?.yesterday().ok()?.at(23, 59, 0, 0))
        })
    }

    /// The calendar day of `at` for the account.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> Date {
        at.to_zoned(self.zone.clone()).date()
    }

    /// Moving by the period itself goes first, so that the end of the next month is its last day,
    /// however long it is, and tomorrow begins at midnight even if today does not. Anything else moves the edge: `startOfMonth("+14d")` is the fifteenth.
    fn edge(&self, period: Period, increment: Increment, edge: impl Fn(Date) -> Option<DateTime>) -> Option<Timestamp> {
        let today = self.now.to_zoned(self.zone.clone()).date();
        let unit = increment.unit.unwrap_or(match period {
            Period::Day => Unit::Day,
            Period::Week => Unit::Week,
            Period::Month => Unit::Month,
            Period::Year => Unit::Year,
        });
        let by = Span::new().try_units(unit, increment.amount).ok()?;
        let moves_whole_periods = matches!(
            (period, unit),
            (Period::Day, Unit::Day)
                | (Period::Week, Unit::Week)
                | (Period::Month, Unit::Month | Unit::Year)
                | (Period::Year, Unit::Year)
        );
        let moved = if moves_whole_periods {
            edge(first(period, first(period, today)?.checked_add(by).ok()?)?)?
        } else {
            edge(first(period, today)?)?
        };
        let at: Zoned = moved.to_zoned(self.zone.clone()).ok()?;
        let at = if moves_whole_periods {
            at
        } else {
            at.checked_add(by).ok()?
        };
        floor(at.timestamp())
    }

    /// A time on the account's wall clock. In the repeated hour of autumn it is the earlier one, in
    /// the hour that spring leaves out the one after it.
    fn at(&self, written: DateTime) -> Option<Timestamp> {
        Some(written.to_zoned(self.zone.clone()).ok()?.timestamp())
    }
}

/// The argument of `startOfDay()` and its like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Increment {
    amount: i64,
    unit: Option<Unit>,
}

impl Increment {
    /// `[+-]n[y|M|w|d|h|m]`; without a unit it is the function's own.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = sign(text.trim());
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let unit = match &rest[digits..] {
            "" => None,
            "y" => Some(Unit::Year),
            "M" => Some(Unit::Month),
            "w" => Some(Unit::Week),
            "d" => Some(Unit::Day),
            "h" => Some(Unit::Hour),
            "m" => Some(Unit::Minute),
            _ => return None,
        };
        let amount: i64 = rest[..digits].parse().ok()?;
        Some(Self {
            amount: if negative { -amount } else { amount },
            unit,
        })
    }
}

trait TryUnits: Sized {
    fn try_units(self, unit: Unit, amount: i64) -> Result<Self, jiff::Error>;
}

impl TryUnits for Span {
    fn try_units(self, unit: Unit, amount: i64) -> Result<Self, jiff::Error> {
        match unit {
            Unit::Year => self.try_years(amount),
            Unit::Month => self.try_months(amount),
            Unit::Week => self.try_weeks(amount),
            Unit::Day => self.try_days(amount),
            Unit::Hour => self.try_hours(amount),
            _ => self.try_minutes(amount),
        }
    }
}

/// First day of the period that `date` is in.
fn first(period: Period, date: Date) -> Option<Date> {
    match period {
        Period::Day => Some(date),
        Period::Week => {
            let since_sunday = i64::from(date.weekday().to_sunday_zero_offset());
            date.checked_sub(Span::new().try_days(since_sunday).ok()?).ok()
        }
        Period::Month => Some(date.first_of_month()),
        Period::Year => Some(date.first_of_year()),
    }
}

/// `yyyy-MM-dd` or `yyyy/MM/dd`, perhaps with ` HH:mm`.
fn absolute(text: &str) -> Option<DateTime> {
    let (day, time) = text
        .split_once(' ')
        .map_or((text, None), |(day, time)| (day, Some(time.trim_start())));
    let separator = if day.contains('/') { '/' } else { '-' };
    let mut parts = day.splitn(3, separator);
    let year = part(parts.next()?, 4)?;
    let month = part(parts.next()?, 2)?;
    let date = Date::new(year, month.try_into().ok()?, part(parts.next()?, 2)?.try_into().ok()?).ok()?;
    let time = match time {
        None => Time::midnight(),
        Some(time) => {
            let (hour, minute) = time.split_once(':')?;
            Time::new(part(hour, 2)?.try_into().ok()?, part(minute, 2)?.try_into().ok()?, 0, 0).ok()?
        }
    };
    Some(date.to_datetime(time))
}

/// Digits, at most `most` of them; a year has exactly as many.
fn part(text: &str, most: usize) -> Option<i16> {
    let fits = !text.is_empty() && text.len() <= most && (most != 4 || text.len() == 4);
    (fits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// `-5d`, `4w 2d`, `"-90"`: the sign counts for all of it.
fn relative(text: &str) -> Option<SignedDuration> {
    let (negative, rest) = sign(text);
    let mut minutes: i64 = 0;
    let mut any = false;
    for word in rest.split_whitespace() {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let each = match &word[digits..] {
            "" | "m" => 1,
            "h" => 60,
            "d" => 24 * 60,
            "w" => 7 * 24 * 60,
            _ => return None,
        };
        minutes = minutes.checked_add(word[..digits].parse::<i64>().ok()?.checked_mul(each)?)?;
        any = true;
    }
    let seconds = minutes.checked_mul(60)?;
    any.then(|| SignedDuration::from_secs(if negative { -seconds } else { seconds }))
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

fn floor(at: Timestamp) -> Option<Timestamp> {
    let ms = at.as_millisecond();
    Timestamp::from_millisecond(ms - ms.rem_euclid(MINUTE)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(now: &str, zone: &str) -> Moment {
        Moment::new(now.parse().unwrap(), Some(zone))
    }

    fn utc(text: &str) -> Option<Timestamp> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn literals_are_minutes_on_the_accounts_clock() {
        let berlin = at("2026-06-15T10:20:45Z", "Europe/Berlin");
        let cases = [
            ("2026-01-31", false, utc("2026-01-30T23:00:00Z")),
            ("2026/01/31", false, utc("2026-01-30T23:00:00Z")),
            ("2026-07-01 08:30", false, utc("2026-07-01T06:30:00Z")),
            ("2026/7/1 8:05", false, utc("2026-07-01T06:05:00Z")),
            // The hour that comes twice, and the one that never comes.
            ("2026-10-25 02:30", false, utc("2026-10-25T00:30:00Z")),
            ("2026-03-29 02:30", false, utc("2026-03-29T01:30:00Z")),
            ("-5d", false, utc("2026-06-10T10:20:00Z")),
            ("-4w 2d", false, utc("2026-05-16T10:20:00Z")),
            ("+1h 30m", false, utc("2026-06-15T11:50:00Z")),
            ("2h", false, utc("2026-06-15T12:20:00Z")),
            ("-90", false, utc("2026-06-15T08:50:00Z")),
            ("-90", true, utc("1969-12-31T23:59:00Z")),
            ("1781518845123", true, utc("2026-06-15T10:20:00Z")),
            ("0", true, utc("1970-01-01T00:00:00Z")),
            ("", false, None),
            ("-", false, None),
            ("5x", false, None),
            ("tomorrow", false, None),
            ("2026-02-30", false, None),
            ("2026-01-31 24:00", false, None),
            ("2026-01-31T10:00", false, None),
            ("26-01-31", false, None),
            ("2026-01/31", false, None),
            ("2026-01-３1", false, None),
            ("-99999999999999999w", false, None),
            ("99999999999999999999", true, None),
        ];
        for (text, number, expected) in cases {
            assert_eq!(berlin.literal(text, number), expected, "{text}");
        }
    }

    #[test]
    fn edges_of_the_calendar_move_by_increments() {
        // A Wednesday, already Thursday in Auckland.
        let now = "2026-04-15T14:07:30Z";
        type Edge = fn(&Moment, Period, Increment) -> Option<Timestamp>;
        let (start, end): (Edge, Edge) = (Moment::start_of, Moment::end_of);
        let cases = [
            ("UTC", start, Period::Day, "", "2026-04-15T00:00:00Z"),
            ("UTC", end, Period::Day, "", "2026-04-15T23:59:00Z"),
            ("UTC", start, Period::Day, "-1", "2026-04-14T00:00:00Z"),
            ("UTC", start, Period::Day, "-36h", "2026-04-13T12:00:00Z"),
            ("UTC", start, Period::Week, "", "2026-04-12T00:00:00Z"),
            ("UTC", end, Period::Week, "", "2026-04-18T23:59:00Z"),
            ("UTC", start, Period::Week, "1", "2026-04-19T00:00:00Z"),
            ("UTC", start, Period::Week, "-2w", "2026-03-29T00:00:00Z"),
            ("UTC", start, Period::Month, "+14d", "2026-04-15T00:00:00Z"),
            ("UTC", end, Period::Month, "+1", "2026-05-31T23:59:00Z"),
            ("UTC", end, Period::Month, "-2M", "2026-02-28T23:59:00Z"),
            ("UTC", end, Period::Month, "15d", "2026-05-15T23:59:00Z"),
            ("UTC", end, Period::Year, "-1y", "2025-12-31T23:59:00Z"),
            ("UTC", start, Period::Year, "1M", "2026-02-01T00:00:00Z"),
            ("Pacific/Auckland", start, Period::Day, "", "2026-04-15T12:00:00Z"),
            ("Pacific/Auckland", end, Period::Day, "", "2026-04-16T11:59:00Z"),
            // Days are calendar days: the clocks went back on 5 April.
            ("Pacific/Auckland", start, Period::Day, "-14d", "2026-04-01T11:00:00Z"),
            ("America/New_York", start, Period::Month, "", "2026-04-01T04:00:00Z"),
        ];
        for (zone, edge, period, text, expected) in cases {
            let increment = if text.is_empty() {
                Increment::default()
            } else {
                Increment::parse(text).unwrap()
            };
            assert_eq!(
                edge(&at(now, zone), period, increment),
                utc(expected),
                "{zone} {period:?} {text}"
            );
        }
        for text in ["", "d", "1D", "--1", "1.5d", "1d 2h", "99999999999999999999"] {
            assert_eq!(Increment::parse(text), None, "{text}");
        }
        let far = Increment::parse("999999999y").unwrap();
        assert_eq!(at(now, "UTC").start_of(Period::Day, far), None);
    }

    #[test]
    fn a_day_without_midnight_moves_no_other() {
        // On 6 September, a Sunday, Santiago's clocks went from midnight to one.
        let there = at("2026-09-06T12:00:00Z", "America/Santiago");
        let cases = [
            (Period::Day, "", "2026-09-06T04:00:00Z"),
            (Period::Day, "1", "2026-09-07T03:00:00Z"),
            (Period::Day, "-1", "2026-09-05T04:00:00Z"),
            (Period::Week, "", "2026-09-06T04:00:00Z"),
            (Period::Week, "1w", "2026-09-13T03:00:00Z"),
        ];
        for (period, text, expected) in cases {
            let increment = Increment::parse(text).unwrap_or_default();
            assert_eq!(there.start_of(period, increment), utc(expected), "{period:?} {text}");
        }
    }

    #[test]
    fn an_unknown_zone_is_utc() {
        assert_eq!(
            at("2026-06-15T10:20:45Z", "Moon/Crater").literal("2026-01-31", false),
            utc("2026-01-31T00:00:00Z")
        );
    }
}
