//! What a query must not see, an index that lags, short cuts, and queries by chance.

use std::time::Duration;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;

#[test]
fn nobody_sees_hidden_deleted_or_archived_issues_and_strangers_see_nothing() {
    let mut world = site(Flavour::Cloud);
    let hidden = world.issue_by_key("PAY-1").unwrap();
    world.hide(hidden);
    let gone = world.issue_by_key("CHK-2").unwrap();
    world.delete(gone, false, now()).unwrap();
    world.projects[2].archived = true;
    world.changed();
    assert_eq!(search(&world, "ORDER BY created ASC"), "PAY-2 PAY-3 PAY-4 CHK-1");
    assert_eq!(
        search(&world, "key = PAY-1"),
        "An issue with key 'PAY-1' does not exist for field 'key'."
    );
    let stranger = Viewer { user: None, now: now() };
    assert_eq!(world.search(&stranger, "project = PAY"), Ok(Vec::new()));
    world.unhide(hidden);
    assert_eq!(search(&world, "key = PAY-1"), "PAY-1");
}

#[test]
fn a_lagging_index_answers_from_the_past() {
    let mut world = site(Flavour::Cloud);
    world.set_index_lag(Some(Duration::from_secs(60)));
    let viewer = |after: i64| Viewer {
        user: ROBIN,
        now: now() + SignedDuration::from_secs(after),
    };
    let find = |world: &World, after: i64, jql: &str| world.search(&viewer(after), jql).unwrap().len();
    let story = world.issue_by_key("PAY-3").unwrap();
    world
        .edit(story, vec![Edit::Summary("Brand new".to_owned())], ROBIN, now())
        .unwrap();
    let made = NewIssue {
        project: ProjectIdx(0),
        issue_type: TypeIdx(2),
        values: vec![Edit::Summary("Brand new".to_owned())],
    };
    world.create(made, ROBIN, now()).unwrap();
    assert_eq!(find(&world, 59, "summary ~ brand"), 0);
    assert_eq!(find(&world, 59, "summary ~ merchant AND updated <= -1d"), 1);
    assert_eq!(find(&world, 60, "summary ~ brand"), 2);
    assert_eq!(
        &*world.indexed(story, viewer(59).now).unwrap().summary,
        "As a merchant I want to see fees"
    );
    assert_eq!(&*world.issue(story).summary, "Brand new");
    world
        .delete(world.issue_by_key("CHK-1").unwrap(), false, viewer(60).now)
        .unwrap();
    assert_eq!(find(&world, 61, "project = CHK"), 2);
    assert_eq!(find(&world, 120, "project = CHK"), 1);
    world.set_index_lag(None);
    assert_eq!(find(&world, 61, "project = CHK"), 1);
}

/// The index on `updated` is only a short cut.
#[test]
fn the_short_cut_over_updated_finds_what_a_scan_finds() {
    let world = seed::world(Flavour::Cloud, 5, 800, now());
    let viewer = world.viewer(now());
    for bound in ["-1h", "-1d", "-30d", "\"2026-01-01\"", "startOfWeek()"] {
        for operator in [">=", ">", "="] {
            let quick = world
                .search(&viewer, &format!("updated {operator} {bound} ORDER BY key"))
                .unwrap();
            let scan = world
                .search(&viewer, &format!("NOT NOT (updated {operator} {bound}) ORDER BY key"))
                .unwrap();
            assert_eq!(quick, scan, "{operator} {bound}");
        }
    }
}

#[test]
fn robins_list_is_a_good_one() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let world = seed::world(flavour, 3, 1000, now());
        let viewer = world.viewer(now());
        let mine = world
            .search(&viewer, "assignee = currentUser() AND statusCategory != Done")
            .unwrap();
        assert!((20..=30).contains(&mine.len()), "{}", mine.len());
        let today = world.search(&viewer, "updated >= startOfDay()").unwrap();
        assert!((12..=80).contains(&today.len()), "{}", today.len());
        for jql in [
            "due < now() AND resolution IS EMPTY",
            "priority = Highest",
            "\"Epic Link\" IS NOT EMPTY",
            "comment ~ staging",
        ] {
            assert!(!world.search(&viewer, jql).unwrap().is_empty(), "{jql}");
        }
    }
}

fn field() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "project",
        "status",
        "assignee",
        "priority",
        "labels",
        "created",
        "updated",
        "due",
        "summary",
        "text",
        "key",
        "fixVersion",
        "sprint",
        "parent",
        "votes",
        "cf[10016]",
        "Region",
        "Severity",
        "comment",
        "resolution",
        "bogus",
    ])
}

fn operand() -> impl Strategy<Value = String> {
    let plain = prop::sample::select(vec![
        "PAY",
        "Done",
        "EMPTY",
        "currentUser()",
        "now()",
        "startOfDay(-1d)",
        "endOfMonth(99999999999M)",
        "-4w",
        "2026-01-31",
        "5",
        "9223372036854775807",
        "membersOf(support)",
        "openSprints()",
        "(High, Low)",
        "(\"a b\", EMPTY)",
        "PAY-1",
        "linkedIssues(PAY-1)",
        "\"ref* -x OR y\"",
        "\"\\\"a b\\\"\"",
        "updatedBy(robin, -1d)",
        "cascadeOption(Europe, none)",
        "\"-99999999999999w\"",
        "\"*\"",
    ]);
    prop_oneof![plain.prop_map(str::to_owned), "\"[^\"\\\\\\p{Cc}]{0,8}\""]
}

fn condition() -> impl Strategy<Value = String> {
    let operator = prop::sample::select(vec![
        "=",
        "!=",
        "~",
        "!~",
        "<",
        ">",
        "<=",
        ">=",
        "in",
        "not in",
        "is",
        "is not",
        "was",
        "was not",
        "was in",
        "changed to",
    ]);
    let tail = prop::sample::select(vec![
        "",
        "",
        " BEFORE now()",
        " BY robin",
        " DURING (-4w, now())",
        " ON 2026-01-31",
    ]);
    (field(), operator, operand(), tail).prop_map(|(f, o, v, t)| format!("{f} {o} {v}{t}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_text_brings_the_sandbox_down(jql in "\\PC{0,60}") {
        let world = site(Flavour::Cloud);
        let _ = world.search(&world.viewer(now()), &jql);
    }

    /// A condition and its negation never hold for the same issue, and both fail in the same way.
    #[test]
    fn a_condition_and_its_negation_exclude_each_other(jql in condition()) {
        let world = site(Flavour::DataCenter);
        let viewer = world.viewer(now());
        match (world.search(&viewer, &jql), world.search(&viewer, &format!("NOT ({jql})"))) {
            (Ok(yes), Ok(no)) => prop_assert!(yes.iter().all(|idx| !no.contains(idx)), "{jql}"),
            (Err(one), Err(two)) if !one.iter().any(|e| matches!(e, JqlError::Syntax { .. })) => prop_assert_eq!(one, two),
            (one, two) => prop_assert_eq!(one.is_err(), two.is_err()),
        }
    }

    #[test]
    fn parts_combine_as_sets(one in condition(), two in condition()) {
        let world = site(Flavour::Cloud);
        let viewer = world.viewer(now());
        if let (Ok(a), Ok(b)) = (world.search(&viewer, &one), world.search(&viewer, &two)) {
            let and = world.search(&viewer, &format!("({one}) AND ({two})")).unwrap();
            let or = world.search(&viewer, &format!("({one}) OR ({two})")).unwrap();
            prop_assert!(and.iter().all(|idx| a.contains(idx) && b.contains(idx)));
            prop_assert!(or.iter().all(|idx| a.contains(idx) || b.contains(idx)));
            prop_assert_eq!(and.len() + or.len(), a.len() + b.len());
        }
    }
}
