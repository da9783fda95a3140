//! What becomes of a refresh token that the site has rotated and crosstie never got the answer to:
//! cut off, or killed while it waited.

use std::{
    process::Child,
    time::{Duration, Instant},
};

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;

use crate::{methods::add_granted, world::World};

/// For a debug build on a busy machine.
const DEADLINE: Duration = Duration::from_secs(180);

/// More than Cloud leaves for the refresh token before.
const PAST_LEEWAY: i32 = 11 * 60;

/// A site with somebody signed in whose access token has just ended.
fn signed_in(flavour: Flavour, method: &str) -> World {
    let world = World::new(flavour);
    assert_eq!(add_granted(&world, method).code, 0);
    let waiting = world.authorize(&[]);
    let landing = world.press(&waiting.url(), "approve");
    assert_eq!(waiting.paste(&landing).code, 0);
    world.control(&Method::POST, "/oauth/expire", &json!({}));
    world
}

fn token_path(flavour: Flavour) -> &'static str {
    match flavour {
        Flavour::Cloud => "/oauth/token",
        Flavour::DataCenter => "/rest/oauth2/latest/token",
    }
}

/// How often tokens were asked for.
fn asked(world: &World, flavour: Flavour) -> u64 {
    let counts = world.control(&Method::GET, "/requests", &json!({}));
    let of_tokens = counts["endpoints"].as_object().unwrap().iter();
    let path = token_path(flavour).trim_start_matches("/rest/");
    of_tokens
        .filter(|(name, _)| name.starts_with("POST") && name.ends_with(path))
        .map(|(_, count)| count.as_u64().unwrap())
        .sum()
}

/// Starts a run whose refresh gets no answer, and kills it once the site has rotated the token.
fn kill_between_refresh_and_save(world: &World, flavour: Flavour) {
    let before = asked(world, flavour);
    world.fault(&json!({"kind": "stall-body", "after": 0}), "POST", token_path(flavour));
    let mut child: Child = world.command(&["sync", "--json"]).spawn().unwrap();
    let started = Instant::now();
    while asked(world, flavour) == before {
        assert!(started.elapsed() < DEADLINE, "no refresh was asked for");
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    world.without_faults();
}

#[test]
fn a_kill_between_refresh_and_save_is_mended_within_the_leeway_and_told_after_it() {
    let (cloud, lab) = (Flavour::Cloud, Flavour::DataCenter);
    for (flavour, method, passes, code) in [
        (cloud, "oauth2-cloud", 0, 0),
        (cloud, "oauth2-cloud", PAST_LEEWAY, 3),
        // Data Center takes a refresh token once.
        (lab, "oauth2-data-center", 0, 3),
    ] {
        let world = signed_in(flavour, method);
        let before = world.tokens();
        kill_between_refresh_and_save(&world, flavour);
        assert_eq!(world.tokens(), before, "{method}: nothing was saved");
        world.control(&Method::POST, "/clock", &json!({"advance_seconds": passes}));
        let ran = world.run(&["sync", "--json"]);
        assert_eq!(ran.code, code, "{method}, {passes} s later: {ran:?}");
        if code == 0 {
            assert_ne!(world.tokens()["refresh"], before["refresh"]);
            continue;
        }
        let error = &ran.last()["error"];
        assert_eq!(error["kind"], "auth", "{ran:?}");
        let remedy = error["remedy"].as_str().unwrap();
        assert!(
            remedy.contains("sign in again") && remedy.contains("crosstie connection authorize a"),
            "{remedy}"
        );
        // The clock would be told as wrong.
        world.control(&Method::POST, "/clock", &json!({"advance_seconds": -passes}));
        let asked_before = asked(&world, flavour);
        assert_eq!(world.run(&["sync", "--json"]).code, 3);
        assert!(asked(&world, flavour) - asked_before <= 1, "no loop");
        let waiting = world.authorize(&[]);
        let landing = world.press(&waiting.url(), "approve");
        assert_eq!(waiting.paste(&landing).code, 0, "{method}: signed in again");
    }
}

#[test]
fn processes_that_refresh_at_once_survive_a_lost_rotation() {
    let world = signed_in(Flavour::Cloud, "oauth2-cloud");
    world.control(&Method::POST, "/oauth/lose-rotation", &json!({"times": 1}));
    let start = || world.command(&["sync", "--json"]).spawn().unwrap();
    let children = [start(), start(), start()];
    for child in children {
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        // One of them has to say that no answer came; none may ask for a person.
        assert!(matches!(output.status.code(), Some(0 | 1)), "{told}");
        assert!(!told.contains("sign in again"), "{told}");
    }
    let after = world.run(&["connection", "test", "a", "--json"]);
    assert_eq!((after.code, &after.last()["valid"]), (0, &json!(true)), "{after:?}");
    assert!(
        asked(&world, Flavour::Cloud) >= 3,
        "the code, the lost one, and another"
    );
}

#[test]
fn an_answer_that_was_lost_is_no_reason_to_sign_in() {
    let world = signed_in(Flavour::Cloud, "oauth2-cloud");
    world.control(&Method::POST, "/oauth/lose-rotation", &json!({"times": 9}));
    let lost = world.run(&["connection", "test", "a", "--json"]);
    assert_eq!(lost.code, 1, "{lost:?}");
    let checks = lost.last()["checks"].as_array().unwrap().clone();
    assert_eq!(checks.last().unwrap()["name"], "sign-in answered", "{lost:?}");
    world.without_faults();
    assert_eq!(world.run(&["connection", "test", "a", "--json"]).code, 0);
}
