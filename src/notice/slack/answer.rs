//! What a webhook's answer means.
//!
//! Must never be in here: an answer's text as it came; whoever answers may repeat the address in it.

use std::time::Duration;

use reqwest::Response;

use super::super::channel::Unsent;

/// Where the answer names no time.
const USUAL_WAIT: Duration = Duration::from_secs(5);
/// A notice that would come later than this is not waited for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);
/// Bytes of an answer that are looked at.
const LOOKED_AT: usize = 1024;
/// Letters of a word that says why: `channel_is_archived`.
const LONGEST_WORD: usize = 60;

/// What to do after an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It was taken.
    Done,
    /// Send again after this long.
    Again(Duration),
    /// Give up.
    Refused,
}

/// Decides; `waited` if the answer before this one asked to wait.
pub(super) fn step(status: u16, retry_after: Option<&str>, waited: bool) -> Step {
    match status {
        200..=299 => Step::Done,
        429 if !waited => {
            let told = retry_after.and_then(|text| text.trim().parse().ok());
            let wait = told.map_or(USUAL_WAIT, Duration::from_secs);
            if wait <= LONGEST_WAIT {
                Step::Again(wait)
            } else {
                Step::Refused
            }
        }
        _ => Step::Refused,
    }
}

/// The one word by which Slack says why: `no_service`. Anything else is left out.
pub(super) async fn word(mut response: Response, address: &str) -> Option<String> {
    let mut body = Vec::new();
    while body.len() < LOOKED_AT {
        match response.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk[..chunk.len().min(LOOKED_AT)]),
            Ok(None) => return reason(&body, address),
            Err(_) => return None,
        }
    }
    None
}

fn reason(body: &[u8], address: &str) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?.trim();
    let fits = !text.is_empty()
        && text.len() <= LONGEST_WORD
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
        && !address.contains(text);
    fits.then(|| text.to_owned())
}

/// Why the webhook did not take a notice, and what to do.
pub(super) fn refusal(status: u16, word: Option<&str>, host: &str) -> Unsent {
    let said = word.map_or_else(String::new, |word| format!(" {word}"));
    let (what, remedy) = match status {
        300..=399 => (
            "redirects elsewhere, which is not followed",
            "copy the address of the incoming webhook anew",
        ),
        429 => ("takes no more for now", "the next notice is sent anew"),
        401 | 403 | 404 | 410 => (
            "does not know this webhook, or it was switched off",
            "make a new incoming webhook, and put its address where [notices] finds it",
        ),
        400..=499 => (
            "refused the notice",
            "check that the address is that of an incoming webhook",
        ),
        _ => ("failed", "the next notice is sent anew"),
    };
    Unsent::new(format!("{host} {what} ({status}{said})"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_respected_once_and_only_a_short_one() {
        let seconds = Duration::from_secs;
        for (status, after, waited, expected) in [
            (200, None, false, Step::Done),
            (204, Some("9"), true, Step::Done),
            (429, Some("7"), false, Step::Again(seconds(7))),
            (429, Some(" 60 "), false, Step::Again(seconds(60))),
            (429, Some("61"), false, Step::Refused),
            (429, Some("18446744073709551615"), false, Step::Refused),
            (429, Some("soon"), false, Step::Again(USUAL_WAIT)),
            (429, None, false, Step::Again(USUAL_WAIT)),
            (429, Some("1"), true, Step::Refused),
            (302, None, false, Step::Refused),
            (404, None, false, Step::Refused),
            (503, Some("1"), false, Step::Refused),
        ] {
            assert_eq!(step(status, after, waited), expected, "{status} {after:?} {waited}");
        }
    }

    #[test]
    fn only_a_word_that_is_no_part_of_the_address_is_repeated() {
        const ADDRESS: &str = "https://chat.example.com/hooks/abcdefgh";
        for (body, expected) in [
            (&b"no_service"[..], Some("no_service")),
            (b" channel_is_archived\n", Some("channel_is_archived")),
            (b"abcdefgh", None),
            (b"https://chat.example.com/hooks/abcdefgh", None),
            (b"T0KEN", None),
            (b"two words", None),
            (b"\x1b[31m", None),
            (b"\xff", None),
            (b"", None),
            (&[b'a'; 61], None),
        ] {
            assert_eq!(reason(body, ADDRESS).as_deref(), expected, "{body:?}");
        }
    }
}
