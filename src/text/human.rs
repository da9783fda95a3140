//! Times, sizes and counts as short words.

use jiff::{Timestamp, civil::Date};

/// How long ago `then` was: `now`, `2m`, `1h`, `3d`, `5w`, `2y`. The future, which a wrong clock
/// makes of the present, is `now`.
#[must_use]
pub fn age(now: Timestamp, then: Timestamp) -> String {
    let minutes = now.as_second().saturating_sub(then.as_second()) / 60;
    let (hours, days) = (minutes / 60, minutes / 1440);
    match (minutes, hours, days) {
        (..=0, ..) => "now".to_owned(),
        (..60, ..) => format!("{minutes}m"),
        (_, ..24, _) => format!("{hours}h"),
        (_, _, ..14) => format!("{days}d"),
        (_, _, ..365) => format!("{}w", days / 7),
        _ => format!("{}y", days / 365),
    }
}

/// A due date as seen from `today`: `today`, `tomorrow`, `in 3d`, `2d late`.
#[must_use]
pub fn due(today: Date, date: Date) -> String {
    let days = date.duration_since(today).as_hours() / 24;
    match days {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        2.. => format!("in {}", days_in_words(days)),
        _ => format!("{} late", days_in_words(-days)),
    }
}

fn days_in_words(days: i64) -> String {
    match days {
        ..=13 => format!("{days}d"),
        14..=364 => format!("{}w", days / 7),
        _ => format!("{}y", days / 365),
    }
}

/// A size: `812 B`, `1.2 kB`, `34 MB`.
#[must_use]
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if count < 1000 {
        return format!("{count} B");
    }
    // Tenths in integers, so that 999,950 becomes the next unit instead of `1000 kB`.
    let mut tenths = rounded(u128::from(count), 100);
    for unit in UNITS {
        if tenths < 100 {
            return format!("{}.{} {unit}", tenths / 10, tenths % 10);
        }
        if tenths < 9995 {
            return format!("{} {unit}", rounded(tenths, 10));
        }
        tenths = rounded(tenths, 1000);
    }
    format!("{count} B")
}

fn rounded(number: u128, by: u128) -> u128 {
    (number + by / 2) / by
}

/// A span of time: `412 ms`, `1.2s`, `40s`, `8m 12s`, `2h 05m`, `3d 4h`.
#[must_use]
pub fn duration(ms: u64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0 => format!("{ms} ms"),
        1..=9 => format!("{seconds}.{}s", ms % 1000 / 100),
        10..=59 => format!("{seconds}s"),
        60..=3599 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        3600..=86_399 => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d {}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

/// A count with separators: `12,345`.
#[must_use]
pub fn thousands(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
