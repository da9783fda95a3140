//! Times as test tools write them.

use jiff::{Timestamp, civil, fmt::rfc2822, tz::TimeZone};

/// An instant; without an offset it is taken for UTC.
pub(super) fn read(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    // `2024-01-03T 12:40:13`
    let tight = text.replace("T ", "T");
    let civil = tight
        .parse::<civil::DateTime>()
        .or_else(|_| tight.parse::<civil::Date>().map(civil::DateTime::from));
    let utc = |at: civil::DateTime| at.to_zoned(TimeZone::UTC).map(|at| at.timestamp());
    civil
        .and_then(utc)
        .or_else(|_| rfc2822::parse(text).map(|at| at.timestamp()))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_all_forms_are_read() {
        let rows = [
            ("2024-01-03T11:23:00.00", "2024-01-03T11:23:00Z"),
            ("2020-08-31T09:25:06.655141", "2020-08-31T09:25:06.655141Z"),
            ("2025-11-15T11:51:49.548396-05:00", "2025-11-15T16:51:49.548396Z"),
            ("2024-01-03 12:27:54Z", "2024-01-03T12:27:54Z"),
            ("2024-01-03T 12:40:13", "2024-01-03T12:40:13Z"),
            ("2024-01-03", "2024-01-03T00:00:00Z"),
            ("Sat, 03 Dec 2022 23:10:07 GMT", "2022-12-03T23:10:07Z"),
        ];
        for (text, expected) in rows {
            assert_eq!(read(text).map(|at| at.to_string()).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(read("yesterday"), None);
    }
}
