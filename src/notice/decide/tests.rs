//! Whole stories of a connection: each look at it, and what is told.

use proptest::prelude::*;

use super::*;

/// How the connection is found.
#[derive(Debug, Clone, Copy)]
enum Found {
    New,
    Well,
    Offline,
    Unresolved,
    Failing(&'static str),
    Refused(&'static str),
    Kind(ErrorKind, &'static str),
}

use Found::{Failing, Kind, New, Offline, Refused, Unresolved, Well};

fn condition(found: Found) -> Condition {
    let (health, kind, message) = match found {
        New => (Health::Unknown, "", ""),
        Well => (Health::Ok, "", ""),
        Offline => (Health::Offline, "network", "acme: connection refused (GET /search)"),
        Unresolved => (Health::Offline, "dns", "acme: the host name does not resolve"),
        Failing(kind) => (Health::Failed, kind, "acme: it failed (GET /search)"),
        Refused(message) => (Health::Auth, "auth", message),
        Kind(kind, message) => {
            let health = if kind.needs_sign_in() {
                Health::Auth
            } else {
                Health::Failed
            };
            (health, kind.word(), message)
        }
    };
    let problem = Problem {
        kind: kind.to_owned(),
        message: message.to_owned(),
        remedy: "do something".to_owned(),
    };
    Condition {
        site: "https://acme.example".to_owned(),
        health,
        problem: (!kind.is_empty()).then_some(problem),
        remembered: None,
    }
}

fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// What is told, look by look; each look is so many seconds after the one before. Memories go through
/// the store's form between looks, as they do after a restart.
fn told(looks: &[(i64, Found)]) -> Vec<String> {
    let (mut memory, mut now) = (Memory::default(), start());
    let mut told = Vec::new();
    for (later, found) in looks {
        now += jiff::SignedDuration::from_secs(*later);
        let (next, notice) = decide(&memory, &"acme".into(), &condition(*found), now);
        assert_eq!(Memory::from_text(Some(&next.to_text())), next);
        memory = next;
        told.push(notice.map(|notice| notice.title).unwrap_or_default());
    }
    told
}

/// A story as a table: when, how it is found, what is told.
#[track_caller]
fn story(name: &str, table: &[(i64, Found, &str)]) {
    let looks: Vec<(i64, Found)> = table.iter().map(|(later, found, _)| (*later, *found)).collect();
    let expected: Vec<&str> = table.iter().map(|(.., told)| *told).collect();
    assert_eq!(told(&looks), expected, "{name}");
}

const NEEDS: &str = "acme needs you";
const FAILS: &str = "acme keeps failing";
const GONE: &str = "acme cannot be reached";
const WORKS: &str = "acme works again";

#[test]
fn what_a_person_must_mend_is_told_at_once_and_once() {
    story(
        "a token is revoked and replaced",
        &[
            (0, New, ""),
            (1, Well, ""),
            (300, Refused("acme: refused (GET /search)"), NEEDS),
            (300, Refused("acme: refused (GET /search)"), ""),
            (300, Refused("acme: refused (GET /myself)"), ""),
            (86_400, Refused("acme: refused (GET /myself)"), ""),
            (300, Well, WORKS),
            (300, Well, ""),
        ],
    );
    for kind in NEED_A_PERSON {
        story(kind.word(), &[(0, Kind(kind, "x"), NEEDS), (300, Kind(kind, "x"), "")]);
    }
}

#[test]
fn an_outage_is_told_when_it_has_lasted() {
    story(
        "the site is down, polled as the engine does",
        &[
            (0, Well, ""),
            (300, Offline, ""),
            (10, Offline, ""),
            (20, Unresolved, ""),
            (40, Offline, ""),
            (80, Failing("server"), ""),
            (160, Offline, ""),
            (300, Offline, ""),
            (289, Offline, ""),
            (1, Offline, GONE),
            (300, Offline, ""),
            (300, Unresolved, ""),
            (300, Well, WORKS),
        ],
    );
    story(
        "five hundreds all night",
        &[
            (0, Failing("server"), ""),
            (300, Failing("server"), ""),
            (300, Failing("server"), ""),
            (300, Failing("server"), FAILS),
            (28_800, Failing("server"), ""),
            (300, Well, WORKS),
        ],
    );
}

#[test]
fn a_short_outage_is_nobodys_business() {
    story(
        "a router restarts",
        &[
            (0, Well, ""),
            (300, Offline, ""),
            (10, Offline, ""),
            (20, Offline, ""),
            (40, Well, ""),
            (300, Well, ""),
        ],
    );
    story(
        "it comes and goes for a minute every ten",
        &[
            (0, Offline, ""),
            (60, Well, ""),
            (600, Offline, ""),
            (60, Well, ""),
            (600, Offline, ""),
            (60, Well, ""),
            (600, Offline, ""),
            (60, Well, ""),
        ],
    );
}

#[test]
fn a_laptop_that_sleeps_and_wakes_offline_tells_nothing_at_once() {
    story(
        "the lid was closed while the network was already gone",
        &[
            (0, Offline, ""),
            (28_800, Offline, ""),
            (10, Offline, ""),
            (20, Offline, ""),
            (30, Well, ""),
        ],
    );
    story(
        "closed and opened again and again, without a network",
        &[
            (0, Offline, ""),
            (28_800, Offline, ""),
            (28_800, Offline, ""),
            (28_800, Offline, GONE),
        ],
    );
}

#[test]
fn another_cause_is_another_notice_and_the_first_is_not_repeated() {
    story(
        "a captcha after wrong passwords, and back",
        &[
            (0, Refused("acme: refused"), NEEDS),
            (300, Kind(ErrorKind::Captcha, "acme: captcha"), NEEDS),
            (300, Refused("acme: refused"), ""),
            (300, Kind(ErrorKind::Captcha, "acme: captcha"), ""),
            (300, Well, WORKS),
        ],
    );
    story(
        "an outage in which the token ends",
        &[
            (0, Offline, ""),
            (300, Offline, ""),
            (300, Offline, ""),
            (300, Offline, GONE),
            (300, Refused("acme: refused"), NEEDS),
            (300, Offline, ""),
            (300, Well, WORKS),
        ],
    );
    story(
        "after a notice, an outage has to last by itself",
        &[
            (0, Refused("acme: refused"), NEEDS),
            (300, Offline, ""),
            (300, Refused("acme: refused"), ""),
            (300, Offline, ""),
            (300, Offline, ""),
            (300, Offline, ""),
            (300, Offline, GONE),
            (300, Well, WORKS),
        ],
    );
}

#[test]
fn a_refusal_that_comes_and_goes_is_told_once() {
    story(
        "one of two servers behind one address does not know the token",
        &[
            (0, Refused("acme: refused"), NEEDS),
            (300, Well, WORKS),
            (300, Refused("acme: refused"), ""),
            (300, Well, ""),
            (300, Refused("acme: refused"), ""),
            (300, Well, ""),
            (300, Refused("acme: refused"), ""),
            (300, Refused("acme: refused"), ""),
            (300, Refused("acme: refused"), ""),
            (300, Refused("acme: refused"), NEEDS),
            (300, Well, WORKS),
        ],
    );
    story(
        "the same a day later is news",
        &[
            (0, Refused("acme: refused"), NEEDS),
            (300, Well, WORKS),
            (86_400, Refused("acme: refused"), NEEDS),
        ],
    );
    story(
        "as is another cause within the hour",
        &[
            (0, Refused("acme: refused"), NEEDS),
            (300, Well, WORKS),
            (300, Kind(ErrorKind::Tls, "acme: expired"), NEEDS),
        ],
    );
}

#[test]
fn a_clock_that_is_set_back_tells_nothing_too_early() {
    story(
        "by an hour",
        &[
            (0, Offline, ""),
            (300, Offline, ""),
            (-3_600, Offline, ""),
            (300, Offline, ""),
            (299, Offline, ""),
            (1, Offline, GONE),
        ],
    );
}

#[test]
fn a_site_that_invents_causes_is_not_followed_for_ever() {
    let messages = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"];
    let looks: Vec<(i64, Found)> = messages.iter().map(|message| (300, Refused(message))).collect();
    let notices = told(&looks).into_iter().filter(|title| !title.is_empty()).count();
    assert_eq!(notices, MOST_CAUSES);
}

#[test]
fn messages_that_differ_in_the_call_or_in_a_number_are_one_cause() {
    for (one, other, same) in [
        (
            "acme: refused (GET /rest/api/3/myself)",
            "acme: refused (POST /search)",
            true,
        ),
        ("acme: 12 of 30 failed", "acme: 7 of 9 failed", true),
        ("acme: refused", "acme: expired", false),
        ("a (b) c", "a (d) c", false),
    ] {
        assert_eq!(identity(one) == identity(other), same, "{one} {other}");
    }
    assert!(identity(&"ü".repeat(5_000)).chars().count() <= IDENTITY);
}

#[test]
fn a_recovery_says_what_it_was_and_how_long() {
    let (memory, notice) = decide(
        &Memory::default(),
        &"acme".into(),
        &condition(Refused("acme: refused")),
        start(),
    );
    let notice = notice.unwrap();
    assert_eq!(
        (notice.tone, notice.remedy.as_str()),
        (Tone::NeedsPerson, "do something")
    );
    assert_eq!(notice.site, "https://acme.example");
    let later = start() + jiff::SignedDuration::from_mins(42);
    let (_, notice) = decide(&memory, &"acme".into(), &condition(Well), later);
    let notice = notice.unwrap();
    assert_eq!((notice.tone, notice.remedy.as_str()), (Tone::Recovered, ""));
    assert_eq!(notice.message, "It had failed for 42m 00s: acme: refused");
}

#[test]
fn a_memory_that_cannot_be_read_is_forgotten() {
    for text in [None, Some(""), Some("{"), Some("[]"), Some("{\"told\":3}")] {
        assert_eq!(Memory::from_text(text), Memory::default(), "{text:?}");
    }
    let damaged = format!(
        r#"{{"spell":{{"cause":"offline","since":"{now}","seen":"{now}","watched":{{"secs":{},"nanos":0}}}}}}"#,
        u64::MAX,
        now = start()
    );
    let later = start() + jiff::SignedDuration::from_mins(5);
    let (_, notice) = decide(
        &Memory::from_text(Some(&damaged)),
        &"acme".into(),
        &condition(Offline),
        later,
    );
    assert!(notice.is_some());
    let newer = r#"{"told":["a"],"more":1}"#;
    assert_eq!(Memory::from_text(Some(newer)).told, ["a"]);
}

fn any_found() -> impl Strategy<Value = Found> {
    prop_oneof![
        Just(Well),
        Just(Offline),
        Just(Unresolved),
        Just(Failing("server")),
        Just(Failing("not-jira")),
        Just(Refused("acme: refused")),
        Just(Kind(ErrorKind::Tls, "acme: expired")),
    ]
}

proptest! {
    /// However a connection comes and goes: it is never said to work without having been said to
    /// fail, and nobody is told much.
    #[test]
    fn notices_and_recoveries_alternate(looks in prop::collection::vec((0i64..2_000, any_found()), 0..60)) {
        let mut open = false;
        for (title, (_, found)) in told(&looks).iter().zip(&looks) {
            if title == WORKS {
                prop_assert!(open, "a recovery from nothing");
                open = false;
            } else if !title.is_empty() {
                prop_assert!(!matches!(found, Well));
                open = true;
            } else {
                prop_assert!(!(open && matches!(found, Well)), "a recovery was not told");
            }
        }
    }

    /// One failure that stays is told once at most, however often it is looked at.
    #[test]
    fn a_failure_that_stays_is_told_once(found in any_found(), gaps in prop::collection::vec(0i64..4_000, 1..80)) {
        let looks: Vec<(i64, Found)> = gaps.iter().map(|gap| (*gap, found)).collect();
        let notices = told(&looks).into_iter().filter(|title| !title.is_empty()).count();
        prop_assert!(notices <= 1);
    }
}
