//! Estimates as people write them: `2d 4h`, in weeks of five days of eight hours.

use serde_json::Value;

use crate::sandbox::model::Edit;

/// `timetracking`; a new issue has as much left as it was estimated at, unless told otherwise.
pub(super) fn tracking(value: &Value, is_new: bool) -> Result<Vec<Edit>, String> {
    if value.is_null() {
        return Ok(vec![Edit::OriginalEstimate(None), Edit::RemainingEstimate(None)]);
    }
    let parts = value.as_object().ok_or("data was not an object".to_owned())?;
    let read = |name: &str, words: &str| match parts.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => seconds(text)
            .map(Some)
            .ok_or(format!("The {words} estimate specified is not valid.")),
        Some(_) => Err(format!("The {words} estimate specified is not valid.")),
    };
    let original = read("originalEstimate", "original")?;
    let remaining = read("remainingEstimate", "remaining")?;
    let left = remaining.or(original.filter(|_| is_new));
    let edits = [
        original.map(|seconds| Edit::OriginalEstimate(Some(seconds))),
        left.map(|seconds| Edit::RemainingEstimate(Some(seconds))),
    ];
    Ok(edits.into_iter().flatten().collect())
}

/// Minutes unless a unit follows.
fn seconds(text: &str) -> Option<u32> {
    let mut total = 0_u32;
    let mut any = false;
    for part in text.split_whitespace() {
        let digits = part.trim_end_matches(char::is_alphabetic);
        let minutes: u32 = match &part[digits.len()..] {
            "w" => 5 * 8 * 60,
            "d" => 8 * 60,
            "h" => 60,
            "m" | "" => 1,
            _ => return None,
        };
        let count: u32 = digits.parse().ok()?;
        total = total.checked_add(count.checked_mul(minutes)?.checked_mul(60)?)?;
        any = true;
    }
    any.then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_read_in_working_time() {
        for (text, expected) in [
            ("1d", Some(28_800)),
            ("1w 2d 3h 4m", Some(144_000 + 57_600 + 10_800 + 240)),
            ("90", Some(5_400)),
            ("", None),
            ("soon", None),
            ("3x", None),
            ("99999999999w", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }
}
