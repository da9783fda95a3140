//! Answers that get lost, storms of 429, and a search index that is behind when it matters.

use crosstie::sandbox::{Fault, FaultRule, Flavour};

use crate::desk::Desk;

/// What may happen to a request, and whether it took effect all the same.
fn blows() -> Vec<(Fault, bool)> {
    vec![
        (Fault::Reset { done: false }, false),
        (Fault::Reset { done: true }, true),
        (Fault::FailedAfter { status: None }, true),
        (Fault::FailedAfter { status: Some(504) }, true),
        (Fault::CutBody { after: Some(0) }, true),
        (Fault::MalformedJson, true),
        (Fault::LoginPage, false),
        (Fault::ServerError, false),
        (Fault::Conflict, false),
        (Fault::Unavailable { retry_after: Some(120) }, false),
    ]
}

#[test]
fn a_create_whose_answer_is_lost_in_any_way_is_made_once() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let mut desk = Desk::new(flavour);
        desk.lag(60);
        for (fault, done) in blows() {
            let number = desk.find();
            let made = desk.site.sandbox.marked("crosstie").len();
            let rule = desk.fault(FaultRule::always(fault.clone()).at("POST issue").times(1));
            desk.sync();
            desk.without(rule);
            let now = desk.site.sandbox.marked("crosstie").len();
            assert_eq!(now - made, usize::from(done), "{fault:?} on {flavour:?}");
            desk.to_rest();
            assert_eq!(desk.issues_of(&desk.id(number)).len(), 1, "{fault:?} on {flavour:?}");
        }
        assert_eq!(desk.assert_once(), blows().len());
        desk.assert_no_twins();
    }
}

#[test]
fn an_update_whose_answer_is_lost_in_any_way_ends_in_step() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let mut desk = Desk::new(flavour);
        desk.lag(60);
        let number = desk.find();
        desk.to_rest();
        for (nth, (fault, _)) in blows().into_iter().enumerate() {
            desk.retitle(number, &format!("of the gateway, told {nth}"));
            let rule = desk.fault(FaultRule::always(fault.clone()).writes().times(1));
            desk.sync();
            desk.without(rule);
            desk.to_rest();
            let (summary, _, links) = desk.issue(number);
            assert!(
                summary.ends_with(&format!("told {nth}")),
                "{fault:?} on {flavour:?}: {summary}"
            );
            assert_eq!(links, 1, "{fault:?}");
        }
        assert_eq!(desk.assert_once(), 1);
    }
}

/// The index is behind all the time, but the issue can be read by its key: nobody has to wait for the index,
/// and no further request to make the issue is sent, however often crosstie runs.
#[test]
fn a_time_out_after_the_issue_was_made_is_found_before_the_index_has_it() {
    for (flavour, lag) in [(Flavour::Cloud, 14), (Flavour::DataCenter, 5)] {
        let mut desk = Desk::new(flavour);
        desk.edit("timeout = \"20s\"", "timeout = \"8s\"");
        desk.lag(lag * 60);
        let number = desk.find();
        let rule = desk.fault(
            FaultRule::always(Fault::Silence { done: true })
                .at("POST issue")
                .times(1),
        );
        desk.sync();
        desk.without(rule);
        for _ in 0..3 {
            desk.sync();
            assert_eq!(desk.creates(), 1);
        }
        assert!(desk.show(number)["issue"]["key"].is_string(), "{flavour:?}");
        desk.pass(i64::try_from(lag).unwrap() + 1);
        desk.to_rest();
        assert_eq!((desk.creates(), desk.assert_once()), (1, 1), "{flavour:?}");
        let shown = desk.show(number).to_string();
        assert!(
            shown.contains("which had been created from") && shown.contains("without an answer"),
            "{shown}"
        );
    }
}

/// One that never arrived is told as uncertain once the index must have caught up, and not before; a
/// person sends it again.
#[test]
fn a_time_out_before_the_issue_was_made_is_left_to_a_person() {
    let mut desk = Desk::new(Flavour::Cloud);
    desk.edit("timeout = \"20s\"", "timeout = \"8s\"");
    desk.lag(60);
    let number = desk.find();
    let rule = desk.fault(
        FaultRule::always(Fault::Silence { done: false })
            .at("POST issue")
            .times(1),
    );
    desk.sync();
    desk.without(rule);
    for _ in 0..3 {
        desk.pass(4);
        desk.sync();
        assert_eq!(desk.show(number)["pending"]["state"], "unknown");
    }
    desk.pass(4);
    desk.sync();
    let pending = desk.show(number)["pending"].clone();
    assert_eq!(
        (&pending["state"], desk.creates()),
        (&"uncertain".into(), 1),
        "{pending}"
    );
    let remedy = pending["error"]["remedy"].as_str().unwrap();
    assert!(remedy.contains("look in Jira"), "{remedy}");
    let sent = desk.retry(number);
    assert_eq!((sent.code, desk.creates()), (0, 2), "{sent:?}");
    desk.to_rest();
    assert_eq!(desk.assert_once(), 1);
}

/// Who has the issue in the cache needs no network to say that it is the one.
#[test]
fn an_issue_that_is_kept_is_linked_while_its_site_is_silent() {
    let mut desk = Desk::new(Flavour::Cloud);
    let listed = desk.run(&["issues", "--jql", "project = PAY", "--limit", "1", "--json"]);
    let listed: serde_json::Value = serde_json::from_str(&listed.out).unwrap();
    let kept = listed["issues"][0]["key"].as_str().unwrap();
    desk.edit("create = \"auto\"", "create = \"ask\"");
    let number = desk.find();
    desk.run(&["finding", "import"]);
    let silent = desk.fault(FaultRule::always(Fault::Reset { done: false }));
    let id = desk.id(number);
    let refused = desk.run(&["finding", "link", &id, "PAY-999999", "--json"]);
    assert_eq!(refused.code, 1, "{refused:?}");
    let linked = desk.run(&["finding", "link", &id, kept, "--json"]);
    assert_eq!(linked.code, 0, "{linked:?}");
    let told: serde_json::Value = serde_json::from_str(&linked.out).unwrap();
    assert_eq!(
        (&told["key"], &told["error"]["kind"]),
        (&kept.into(), &"network".into())
    );
    desk.without(silent);
    desk.to_rest();
    assert_eq!(desk.issues_of(&id).len(), 1, "the mark is left once the site answers");
    assert_eq!(desk.show(number)["issue"]["key"], kept);
}

#[test]
fn a_storm_of_429_is_waited_out() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let mut desk = Desk::new(flavour);
        for _ in 0..6 {
            desk.find();
        }
        let storm = Fault::TooManyRequests {
            retry_after: Some(120),
            reason: None,
        };
        desk.fault(FaultRule::always(storm).writes().times(9));
        desk.sync();
        let refused = desk.writes();
        assert!((1..=4).contains(&refused), "no more than were on their way: {refused}");
        desk.sync();
        assert_eq!(desk.writes(), refused, "told to wait, it waits");
        desk.to_rest();
        assert_eq!(desk.assert_once(), 6, "{flavour:?}");
        desk.assert_no_twins();
    }
}
