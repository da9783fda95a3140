//! Durations as people write them: `90s`, `5m`, `1h30m`.
//!
//! Must never be in here: limits of particular settings.

use std::time::Duration;

/// Units, largest first, as they are written and read.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// Reads `5m`, `90s`, `6h`, `1d` or several of them in a row; `None` for anything else.
#[must_use]
pub fn parse(text: &str) -> Option<Duration> {
    let mut seconds = 0u64;
    let mut digits = String::new();
    for c in text.trim().chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let (_, length) = UNITS.into_iter().find(|(unit, _)| *unit == c)?;
        let count: u64 = digits.parse().ok()?;
        seconds = seconds.checked_add(count.checked_mul(length)?)?;
        digits.clear();
    }
    let complete = digits.is_empty() && !text.trim().is_empty();
    complete.then(|| Duration::from_secs(seconds))
}

/// Writes whole seconds the way [`parse`] reads them, in as few units as possible.
#[must_use]
pub fn print(duration: Duration) -> String {
    let mut rest = duration.as_secs();
    if rest == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    for (unit, length) in UNITS {
        if rest >= length {
            text.push_str(&format!("{}{unit}", rest / length));
            rest %= length;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_duration_needs_a_unit_and_nothing_else() {
        for (text, seconds) in [
            ("90s", 90),
            ("5m", 300),
            ("6h", 21_600),
            ("1d", 86_400),
            ("1h30m", 5_400),
            (" 10s ", 10),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "5",
            "m",
            "5 m",
            "-5m",
            "5min",
            "1.5h",
            "99999999999999999999s",
            "999999999999999999d",
            "５m",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(seconds in 0u64..10_000_000) {
            let duration = Duration::from_secs(seconds);
            prop_assert_eq!(parse(&print(duration)), Some(duration));
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = parse(&text);
        }
    }
}
