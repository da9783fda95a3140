//! Time as Jira writes it: offsets in three spellings, JQL minutes in the account's zone.
//!
//! No clock is read here; "now" is always an argument.

use jiff::{Timestamp, civil};

/// Parses a Jira timestamp: `2026-01-31T12:34:56.000+0000`, `…+00:00`, `…Z`, fraction optional.
///
/// Jira leaves the colon out of the offset, which RFC 3339 does not allow. Returns `None` for text
/// that has no offset or no date.
#[must_use]
pub fn parse_timestamp(text: &str) -> Option<Timestamp> {
    const FORMATS: [&str; 3] = ["%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%z", "%Y-%m-%d %H:%M:%S%.f%z"];
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    FORMATS.iter().find_map(|format| {
        let broken_down = jiff::fmt::strtime::parse(format, text).ok()?;
        broken_down.to_timestamp().ok()
    })
}

/// A timestamp given as a JSON number: Jira mixes epoch seconds and milliseconds, told apart by
/// magnitude (milliseconds passed 10^11 in 1973).
#[must_use]
pub fn from_epoch(number: i64) -> Option<Timestamp> {
    if number.abs() < 100_000_000_000 {
        Timestamp::from_second(number).ok()
    } else {
        Timestamp::from_millisecond(number).ok()
    }
}

/// Parses a Jira date without time, `2026-01-31`; a timestamp's date part is taken as it stands.
#[must_use]
pub fn parse_date(text: &str) -> Option<civil::Date> {
    text.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_spellings_of_an_offset_are_one_instant() {
        let expected: Timestamp = "2026-01-31T11:34:56Z".parse().unwrap();
        for text in [
            "2026-01-31T12:34:56.000+0100",
            "2026-01-31T12:34:56+01:00",
            "2026-01-31T11:34:56.000Z",
            "2026-01-31T05:34:56.000-0600",
            " 2026-01-31 12:34:56.0+0100 ",
        ] {
            assert_eq!(parse_timestamp(text), Some(expected), "{text}");
        }
        for text in [
            "",
            "yesterday",
            "2026-01-31",
            "2026-01-31T12:34:56",
            "2026-13-31T12:34:56Z",
        ] {
            assert_eq!(parse_timestamp(text), None, "{text}");
        }
    }

    #[test]
    fn epoch_numbers_are_told_apart_by_magnitude() {
        let expected: Timestamp = "2017-04-13T12:40:29Z".parse().unwrap();
        assert_eq!(from_epoch(1_492_087_229), Some(expected));
        assert_eq!(from_epoch(1_492_087_229_000), Some(expected));
    }

    #[test]
    fn dates_survive_with_or_without_a_time() {
        assert_eq!(parse_date("2026-01-31"), Some(civil::date(2026, 1, 31)));
        assert_eq!(
            parse_date("2026-01-31T00:00:00.000+0000"),
            Some(civil::date(2026, 1, 31))
        );
        assert_eq!(parse_date("31.01.26"), None);
        assert_eq!(parse_date("2026-02-3０"), None);
    }
}
