//! What people see of the outbox, one story each.

use super::{
    jira::{screen, write_error},
    *,
};
use crate::{
    config::{Conflict, Feed, SourceConfig},
    domain::{CreateField, Responsible, User, ValueKind},
    jira::{Error, ErrorKind, Outcome, WriteError},
    mapping::Calendars,
};

/// Changelog entries of all issues that are known as our own.
fn own_entries(world: &World) -> Vec<String> {
    let ids: Vec<IssueId> = world
        .jira
        .by_people(|state| state.issues.iter().map(|issue| issue.id.clone().into()).collect());
    let ours = world.store().ours(&acme(), ids.iter()).unwrap();
    let mut changes: Vec<String> = ours.changes.into_iter().collect();
    changes.sort();
    changes
}

pub(super) fn issue(world: &World, key: &str) -> jira::SimIssue {
    world.jira.by_people(|state| state.issue(key).unwrap().clone())
}

#[tokio::test]
async fn a_finding_becomes_an_issue_and_a_quiet_run_asks_nothing() {
    let world = World::new();
    assert_eq!(world.take(&[finding(1, "SQL injection\u{202e} in search")]).queued, 1);
    let pushed = world.run().await;
    assert_eq!((pushed.created, pushed.failed), (1, 0));
    assert_eq!(world.pending(), []);
    assert_eq!(
        world.log(),
        ["created PAY-1 from bounty/1 \"SQL injection⟨RLO⟩ in search\" by \"bounty to PAY\""]
    );
    assert_eq!(
        world.calls(),
        ["marks", "unindexed", "screen", "create", "read", "link"]
    );
    let pushed = world.run().await;
    assert_eq!(world.calls(), Vec::<&str>::new());
    assert_eq!(pushed, Pushed::default());
    // The same once more from the source is nothing new, either.
    assert_eq!(
        world.take(&[finding(1, "SQL injection\u{202e} in search")]),
        Taken::default()
    );
}

#[tokio::test]
async fn only_what_changed_on_our_side_is_sent_and_priority_never_again() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.run().await;
    world.calls();
    let mut changed = finding(1, "one, seen closer");
    changed.severity = Severity::Critical;
    world.take(&[changed]);
    world.run().await;
    assert_eq!(world.calls(), ["read", "edit", "read", "link"]);
    let held = issue(&world, "PAY-1");
    assert_eq!(held.fields["summary"], json!("one, seen closer"));
    assert_eq!(held.fields["priority"]["id"], json!("1"), "priority belongs to people");
    assert_eq!(world.log()[1], "PAY-1: summary updated from bounty/1");
    assert_eq!(
        own_entries(&world),
        [held.history[0].id.clone()],
        "what we wrote is known by its entry"
    );
}

#[tokio::test]
async fn jira_wins_unless_the_mapping_says_otherwise() {
    for (conflict, kept) in [(Conflict::Jira, true), (Conflict::Finding, false)] {
        let mut world = World::new();
        world.mappings[0].conflict = conflict;
        world.take(&[finding(1, "one")]);
        world.run().await;
        let now = world.jira.now();
        world
            .jira
            .by_people(|state| state.issue("PAY-1").unwrap().set("summary", &json!("by a person"), now));
        world.take(&[finding(1, "by the source")]);
        world.run().await;
        let expected = if kept { "by a person" } else { "by the source" };
        assert_eq!(issue(&world, "PAY-1").fields["summary"], json!(expected));
        let told: &[&str] = if kept {
            &["PAY-1: kept the summary that was edited in Jira"]
        } else {
            &[
                "PAY-1: summary updated from bounty/1",
                "PAY-1: replaced the summary that was edited in Jira, as \"bounty to PAY\" says",
            ]
        };
        assert_eq!(world.log()[1..], *told);
        // What was told once is not told again by something else that changes.
        let mut other = finding(1, "by the source");
        other.body = "New text.".into();
        world.take(&[other]);
        world.run().await;
        let more = ["PAY-1: description updated from bounty/1"];
        assert_eq!(world.log()[1 + told.len()..], more);
        assert_eq!(issue(&world, "PAY-1").fields["summary"], json!(expected));
    }
}

#[tokio::test]
async fn an_edit_without_an_answer_is_no_conflict_with_ourselves() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.run().await;
    let mut changed = finding(1, "two");
    changed.body = "# Other\n\n- text".into();
    world.take(&[changed]);
    let unknown = write_error(ErrorKind::Network, Outcome::Unknown);
    world.jira.by_people(|state| state.refusals.push(("edit", unknown)));
    world.run().await;
    assert_eq!(world.states(), [PushState::Waiting]);
    world.jira.advance(minutes(2));
    world.run().await;
    assert_eq!(world.pending(), []);
    let held = issue(&world, "PAY-1");
    assert_eq!((held.fields["summary"].clone(), held.edits), (json!("two"), 1));
    assert!(
        !world.log().iter().any(|line| line.contains("kept")),
        "{:?}",
        world.log()
    );
}

#[tokio::test]
async fn a_finding_closes_and_reopens_its_issue_but_not_what_people_moved() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.run().await;
    world.take(&[closed(finding(1, "one, mended"))]);
    world.calls();
    world.run().await;
    assert_eq!(
        world.calls(),
        ["read", "edit", "read", "transitions", "transition", "read", "link"],
        "fields, then status"
    );
    assert_eq!(issue(&world, "PAY-1").status.name, "Done");
    world.take(&[finding(1, "one again")]);
    world.run().await;
    assert_eq!(
        world.calls(),
        ["read", "transitions", "transition", "read", "edit", "read", "link"],
        "status, then fields"
    );
    assert_eq!(issue(&world, "PAY-1").status.name, "To Do");
    assert_eq!(own_entries(&world).len(), 4, "two edits and two steps");
    let log = world.log();
    assert_eq!(log[2], "PAY-1: To Do → Done, since bounty/1 is closed");
    assert_eq!(log[3], "PAY-1: Done → To Do, since bounty/1 is open");

    world
        .jira
        .by_people(|state| state.issue("PAY-1").unwrap().status = state_named("Done"));
    let mut worked_on = finding(1, "one again");
    worked_on.state = FindingState::InProgress;
    world.take(&[worked_on]);
    world.run().await;
    assert_eq!(issue(&world, "PAY-1").status.name, "Done");
    assert_eq!(
        world.log().last().unwrap(),
        "PAY-1: kept the status Done that was set in Jira"
    );
}

fn state_named(name: &str) -> crate::domain::Status {
    let world = Jira::new(start());
    world.by_people(|state| {
        state
            .statuses
            .iter()
            .find(|status| status.name == name)
            .unwrap()
            .clone()
    })
}

#[tokio::test]
async fn a_screen_on_the_way_is_filled_or_named() {
    let mut world = World::new();
    world.jira.by_people(|state| state.resolution_required = true);
    world.take(&[finding(1, "one")]);
    world.run().await;
    world.take(&[closed(finding(1, "one, mended"))]);
    world.run().await;
    assert_eq!(world.states(), [PushState::Failed]);
    let problem = world.pending()[0].problem.clone().unwrap();
    assert_eq!(
        problem.message,
        "the step to 3 asks for Resolution: Jira requires it, and no rule fills it"
    );
    assert_eq!(
        issue(&world, "PAY-1").fields["summary"],
        json!("one, mended"),
        "what could be sent was"
    );
    world.mappings[0].states[2].1.fields = vec![("Resolution".into(), Rule::Value(json!("Fixed")))];
    world.run().await;
    assert_eq!(world.pending(), []);
    let held = issue(&world, "PAY-1");
    assert_eq!(
        (held.status.name.as_str(), &held.fields["resolution"]["id"]),
        ("Done", &json!("5"))
    );
    assert_eq!(held.edits, 1, "not sent again");
}

#[tokio::test]
async fn a_status_that_cannot_be_reached_lists_those_that_can() {
    let mut world = World::new();
    world.mappings[0].states[2].1.status = "Shipped".into();
    world.take(&[finding(1, "one")]);
    world.run().await;
    world.take(&[closed(finding(1, "one"))]);
    world.run().await;
    assert_eq!(
        world.log()[1],
        "PAY-1 not updated from bounty/1: the workflow leads from To Do to In Progress, Done, not to Shipped; \
         name one of these in the states of \"bounty to PAY\", or move the issue in Jira"
    );
}

#[tokio::test]
async fn a_refusal_names_fields_and_remedy_once_and_waits_for_the_mapping() {
    let world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two")]);
    let refused = write_error(ErrorKind::Rejected, Outcome::Refused)
        .of_fields(vec![("customfield_1".into(), "Notes is required.".into())]);
    world
        .jira
        .by_people(|state| state.refusals.push(("create", refused.clone())));
    world.run().await;
    assert_eq!(world.states(), [PushState::Failed], "the other one went through");
    assert_eq!(
        world.log()[0],
        "bounty/1 not sent: Notes is required; add a rule for Notes to \"bounty to PAY\""
    );
    assert_eq!(
        world.pending()[0].fields,
        [("customfield_1".to_owned(), "Notes is required.".to_owned())]
    );
    world.calls();
    world.run().await;
    assert_eq!(world.calls(), Vec::<&str>::new(), "not tried again by itself");
    // The finding changed, so it is tried again, and refused again: the log has it once.
    let id = world.pending()[0].id;
    world.jira.by_people(|state| state.refusals.push(("create", refused)));
    world.take(&[finding(1, "one, seen closer")]);
    world.run().await;
    assert!(world.calls().contains(&"create"));
    assert_eq!(world.pending()[0].id, id);
    assert_eq!(
        world
            .log()
            .iter()
            .filter(|line| line.contains("bounty/1 not sent"))
            .count(),
        1
    );
    assert!(world.store().retry(id).unwrap());
    world.run().await;
    assert_eq!(world.pending(), []);
}

/// An issue with a field of notes, and what Jira says of an edit that it does not take in there.
async fn with_notes() -> (World, WriteError) {
    let mut world = World::new();
    let notes = Rule::Template("{{title}} noted".into());
    world.mappings[0].fields.push(("Notes".into(), notes));
    world.take(&[finding(1, "one")]);
    world.run().await;
    let words = "Field 'customfield_1' cannot be set. It is not on the appropriate screen, or unknown.";
    let refused = write_error(ErrorKind::Rejected, Outcome::Refused);
    (world, refused.of_fields(vec![("customfield_1".into(), words.into())]))
}

#[tokio::test]
async fn a_field_that_cannot_be_edited_holds_back_neither_the_others_nor_the_status() {
    let (world, refused) = with_notes().await;
    world.jira.by_people(|state| state.refusals.push(("edit", refused)));
    world.take(&[closed(finding(1, "one, mended"))]);
    world.run().await;
    let held = issue(&world, "PAY-1");
    assert_eq!(
        (&held.fields["summary"], held.status.name.as_str()),
        (&json!("one, mended"), "Done")
    );
    assert_eq!(held.fields["customfield_1"], json!("one noted"));
    assert_eq!(world.states(), [PushState::Failed]);
    assert_eq!(world.pending()[0].fields[0].0, "customfield_1");
    // Once it can be edited, only that is sent.
    assert!(world.store().retry(world.pending()[0].id).unwrap());
    world.calls();
    world.run().await;
    assert_eq!(world.pending(), []);
    assert_eq!(world.calls(), ["read", "edit", "read"]);
    assert_eq!(
        issue(&world, "PAY-1").fields["customfield_1"],
        json!("one, mended noted")
    );
}

#[tokio::test]
async fn a_field_that_became_required_is_told_before_anything_fails() {
    let world = World::new();
    assert_eq!(world.pusher().check_mappings(None).await.unwrap(), vec![]);
    let required = CreateField {
        id: "customfield_9".into(),
        name: "Tier".into(),
        required: true,
        kind: ValueKind::Text,
        ..CreateField::default()
    };
    world.jira.by_people(|state| state.screen.fields.push(required));
    let lines = world.pusher().check_mappings(None).await.unwrap();
    assert_eq!(lines.len(), 1);
    assert!(
        lines[0].text.starts_with("\"bounty to PAY\" needs attention: Tier: "),
        "{:?}",
        lines[0].text
    );
    assert_eq!(world.store().mapping_states().unwrap()[0].drift[0].0, "Tier");
    world.take(&[finding(1, "one")]);
    world.run().await;
    assert_eq!(world.states(), [PushState::Failed]);
    assert!(!world.calls().contains(&"create"), "what cannot work is not sent");
    world.jira.by_people(|state| state.screen = screen());
    assert_eq!(world.pusher().check_mappings(None).await.unwrap().len(), 1);
    world.run().await;
    assert_eq!(world.pending(), [], "the screen changed, so it was tried again");
}

#[tokio::test]
async fn a_screen_that_changed_since_it_was_kept_is_read_before_an_issue_is_made_by_it() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.run().await;
    let required = CreateField {
        id: "customfield_9".into(),
        name: "Tier".into(),
        required: true,
        kind: ValueKind::Text,
        ..CreateField::default()
    };
    world.jira.by_people(|state| state.screen.fields.push(required));
    world.calls();
    world.take(&[finding(2, "two"), finding(3, "three")]);
    world.run().await;
    assert_eq!(world.calls(), ["screen"], "once for both, and nothing is sent");
    assert_eq!(world.states(), [PushState::Failed; 2]);
    assert_eq!(world.store().mapping_states().unwrap()[0].drift[0].0, "Tier");
    // Somebody takes the field away again, and says to go on.
    world.jira.by_people(|state| state.screen = screen());
    for pending in world.pending() {
        assert!(world.store().retry(pending.id).unwrap());
    }
    world.run().await;
    assert_eq!(world.pending(), []);
    assert_eq!(world.store().mapping_states().unwrap()[0].drift, vec![]);
}

#[tokio::test]
async fn a_project_that_takes_no_issues_any_more_is_told_of_its_mapping() {
    let world = World::new();
    let archived = Error::new(ErrorKind::NotFound, "the project PAY is archived", "restore it");
    world.jira.by_people(|state| state.failing.push(("screen", archived)));
    world.take(&[finding(1, "one")]);
    world.run().await;
    assert!(!world.calls().contains(&"create"));
    let told = ("Project".to_owned(), "the project PAY is archived".to_owned());
    assert_eq!(world.store().mapping_states().unwrap()[0].drift, [told]);
    assert!(world.store().retry(world.pending()[0].id).unwrap());
    world.run().await;
    assert_eq!(world.store().mapping_states().unwrap()[0].drift, vec![]);
}

#[tokio::test]
async fn an_edit_that_is_refused_tells_what_of_the_mapping_no_longer_fits() {
    let (world, gone) = with_notes().await;
    world.jira.by_people(|state| {
        state.screen.fields.retain(|field| field.id != "customfield_1");
        state.refusals.push(("edit", gone));
    });
    world.take(&[finding(1, "one, seen closer")]);
    world.run().await;
    assert_eq!(world.states(), [PushState::Failed]);
    let states = world.store().mapping_states().unwrap();
    assert_eq!(states[0].drift.len(), 1, "{:?}", states[0].drift);
}

#[tokio::test]
async fn what_people_changed_before_it_was_read_back_is_kept() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.jira.by_people(|state| {
        state
            .failing
            .push(("read", Error::new(ErrorKind::Server, "down", "wait")));
    });
    world.run().await;
    assert_eq!(world.states(), [PushState::Waiting]);
    let now = world.jira.now();
    world
        .jira
        .by_people(|state| state.issue("PAY-1").unwrap().set("summary", &json!("by a person"), now));
    world.jira.advance(minutes(5));
    world.run().await;
    world.take(&[finding(1, "by the source")]);
    world.run().await;
    assert_eq!(issue(&world, "PAY-1").fields["summary"], json!("by a person"));
    assert_eq!(
        world.log().last().unwrap(),
        "PAY-1: kept the summary that was edited in Jira"
    );
}

#[tokio::test]
async fn links_and_items_follow_a_mapping_that_is_renamed() {
    let mut world = World::new();
    world.take(&[finding(1, "one")]);
    world.run().await;
    world.mappings[0].name = "reports".into();
    world.mappings[0].fields.retain(|(name, _)| name != "labels");
    world.take(&[finding(1, "one, seen closer")]);
    world.run().await;
    assert_eq!(issue(&world, "PAY-1").fields["summary"], json!("one, seen closer"));
    let states = world.store().mapping_states().unwrap();
    let told: Vec<_> = states.iter().map(|state| (state.name.as_str(), state.links)).collect();
    assert_eq!(told, [("reports", 1)]);
    // One that leads elsewhere is another mapping: what is linked stays as it is.
    world.mappings[0].name = "elsewhere".into();
    world.mappings[0].project = ProjectChoice::Key("CHK".into());
    world.take(&[finding(1, "one, once more")]);
    world.run().await;
    assert_eq!(issue(&world, "PAY-1").fields["summary"], json!("one, seen closer"));
}

#[tokio::test]
async fn a_pause_that_one_process_was_told_holds_for_all() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    let mut limited = Error::new(ErrorKind::RateLimited, "slow down", "wait");
    limited.retry_at = Some(world.jira.now().checked_add(minutes(10)).unwrap());
    let refused = WriteError::new(limited, Outcome::Refused);
    world.jira.by_people(|state| state.refusals.push(("create", refused)));
    world.run().await;
    world.calls();
    // Another process puts something new into the outbox, and is to wait as well.
    world.take(&[finding(2, "two")]);
    let pushed = world.run().await;
    assert_eq!(world.calls(), Vec::<&str>::new());
    assert_eq!(pushed.next, Some(world.jira.now().checked_add(minutes(10)).unwrap()));
    let problem = world.pending()[1].problem.clone().unwrap();
    assert_eq!(problem.message, "acme limits the rate of requests");
    world.jira.advance(minutes(10));
    world.run().await;
    assert_eq!(world.pending(), []);
}

#[tokio::test]
async fn a_clock_that_was_far_ahead_leaves_nothing_waiting_for_its_time() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.jira.by_people(|state| {
        state
            .failing
            .push(("screen", Error::new(ErrorKind::Server, "down", "wait")));
    });
    let now = world.jira.now();
    world.jira.advance(minutes(60 * 24 * 365));
    world.run().await;
    assert_eq!(world.states(), [PushState::Waiting]);
    *world.jira.now.lock().unwrap() = now;
    world.run().await;
    assert_eq!(world.pending(), []);
}

#[tokio::test]
async fn jiras_own_words_stay_when_the_mapping_is_found_not_to_fit_any_more() {
    let world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two")]);
    let required = CreateField {
        id: "customfield_9".into(),
        name: "Tier".into(),
        required: true,
        kind: ValueKind::Text,
        ..CreateField::default()
    };
    // The screen changes in Jira right after it was read.
    let mut changed = screen();
    changed.fields.push(required);
    world.jira.by_people(|state| state.next_screen = Some(changed));
    world.run().await;
    let words = |number: usize| world.pending()[number].problem.clone().unwrap().message;
    assert_eq!(words(0), "Tier is required");
    assert!(
        words(1).starts_with("\"bounty to PAY\" needs attention: Tier"),
        "{}",
        words(1)
    );
    assert!(world.store().retry(world.pending()[0].id).unwrap());
    world.run().await;
    assert_eq!(words(0), "Tier is required");
    assert_eq!(
        world.pending()[0].fields,
        [("customfield_9".to_owned(), "Tier is required.".to_owned())]
    );
}

#[tokio::test]
async fn an_issue_that_moved_is_followed_and_one_that_is_gone_is_not_made_again() {
    let world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two")]);
    world.run().await;
    world.jira.by_people(|state| {
        state.issue("PAY-1").unwrap().key = "CHK-9".into();
        state.issues.retain(|issue| issue.key != "PAY-2");
    });
    world.take(&[closed(finding(1, "one")), finding(2, "two, changed")]);
    world.run().await;
    world.take(&[closed(finding(1, "one")), finding(2, "two, changed again")]);
    world.run().await;
    assert_eq!(world.pending(), []);
    let log = world.log();
    assert!(
        log.contains(&"PAY-1 was moved in Jira and is CHK-9 now".to_owned()),
        "{log:?}"
    );
    let told = "PAY-2 was deleted or is hidden; bounty/2 keeps its link and no other issue is made";
    assert_eq!(log.iter().filter(|line| *line == told).count(), 1);
    assert_eq!(issue(&world, "CHK-9").status.name, "Done");
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 1);
}

#[tokio::test]
async fn linking_by_hand_leaves_what_people_wrote_and_unlinking_takes_back_what_we_left() {
    let world = World::new();
    let now = world.jira.now();
    let id = world.jira.by_people(|state| state.add("written by a person", now));
    let store = world.store();
    world.take(&[finding(1, "one")]);
    let key = IssueKey::from("PAY-1");
    assert!(
        store
            .link(world.row(1), Some("bounty to PAY"), &acme(), &id, &key, now)
            .unwrap()
    );
    world.run().await;
    let held = issue(&world, "PAY-1");
    assert_eq!(held.fields["summary"], json!("written by a person"));
    assert_eq!(held.property.unwrap()["finding"], json!("bounty/1"));
    assert_eq!(held.links.len(), 1);
    world.take(&[finding(1, "one, changed")]);
    world.run().await;
    assert_eq!(
        issue(&world, "PAY-1").fields["summary"],
        json!("one, changed"),
        "from now on our changes go there"
    );

    assert!(store.unlink(world.row(1), now).unwrap());
    world.run().await;
    let held = issue(&world, "PAY-1");
    assert_eq!((held.property, held.links.len()), (None, 0));
    assert_eq!(world.pending(), [], "and no issue is made of it by itself");
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 1);
}

#[tokio::test]
async fn two_findings_of_one_issue_are_sent_one_after_the_other() {
    let world = World::new();
    let now = world.jira.now();
    let id = world.jira.by_people(|state| state.add("written by a person", now));
    let store = world.store();
    world.take(&[finding(1, "one"), finding(2, "two")]);
    for number in [1, 2] {
        let key = IssueKey::from("PAY-1");
        store
            .link(world.row(number), Some("bounty to PAY"), &acme(), &id, &key, now)
            .unwrap();
    }
    world.run().await;
    world.calls();
    world.take(&[finding(1, "one, changed"), finding(2, "two, changed")]);
    let due = || store.due(&acme(), 0, world.jira.now(), 10).unwrap();
    let queued: Vec<i64> = world.pending().iter().map(|item| item.id).collect();
    assert_eq!(
        (queued.len(), due()),
        (2, vec![queued[0]]),
        "the other waits for its turn"
    );
    world.jira.by_people(|state| {
        let refusal = write_error(ErrorKind::Rejected, Outcome::Refused);
        state.refusals.push(("edit", refusal));
    });
    world.run().await;
    assert_eq!(
        world.calls(),
        ["read", "edit", "read", "edit", "read", "link"],
        "what is left to a person holds nobody up, and nothing is sent in between"
    );
    assert_eq!(world.states(), [PushState::Failed]);
    assert_eq!(issue(&world, "PAY-1").fields["summary"], json!("two, changed"));
}

#[tokio::test]
async fn a_refused_sign_in_ends_the_run_and_nothing_is_lost() {
    let world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two")]);
    world.jira.by_people(|state| {
        state
            .refusals
            .push(("create", write_error(ErrorKind::Auth, Outcome::Refused)));
    });
    let Err(PushError::Jira(error)) = world.pusher().run(None).await else {
        panic!("the run went on");
    };
    assert_eq!(error.kind, ErrorKind::Auth);
    assert_eq!(world.calls().iter().filter(|call| **call == "create").count(), 1);
    assert_eq!(world.states(), [PushState::Waiting; 2]);
    world.run().await;
    assert_eq!(world.pending(), []);
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 2);
}

#[tokio::test]
async fn a_rate_limit_is_waited_for() {
    let world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two")]);
    let mut limited = write_error(ErrorKind::RateLimited, Outcome::Refused);
    let until = world.jira.now() + Duration::from_secs(90);
    limited.error.retry_at = Some(until);
    world.jira.by_people(|state| state.refusals.push(("create", limited)));
    let pushed = world.run().await;
    assert_eq!((pushed.next, pushed.created), (Some(until), 0));
    world.jira.advance(minutes(2));
    assert_eq!(world.run().await.created, 2);
}

#[tokio::test]
async fn a_read_only_connection_sends_nothing_and_says_why() {
    let world = World::new();
    world.take(&[finding(1, "one")]);
    world.pusher().read_only(true).run(None).await.unwrap();
    assert_eq!(world.calls(), ["marks", "unindexed"], "it only reads");
    assert_eq!(world.pending()[0].problem.as_ref().unwrap().kind, "read-only");
    world.run().await;
    assert_eq!(world.pending(), []);
}

#[tokio::test]
async fn a_paused_or_deleted_mapping_leaves_its_links_alone() {
    let mut world = World::new();
    world.take(&[finding(1, "one"), finding(2, "two")]);
    world.run().await;
    world.calls();
    world.mappings[0].enabled = false;
    world.take(&[finding(1, "changed"), finding(3, "new")]);
    world.run().await;
    world.mappings.clear();
    world.take(&[finding(2, "changed")]);
    world.run().await;
    assert_eq!(world.calls(), Vec::<&str>::new());
    assert_eq!((world.pending(), world.store().links(None).unwrap().len()), (vec![], 2));
    world.mappings = vec![mapping()];
    world.run().await;
    assert_eq!(issue(&world, "PAY-1").fields["summary"], json!("changed"));
    assert_eq!(world.jira.by_people(|state| state.issues.len()), 3);
}

#[tokio::test]
async fn hostile_and_huge_findings_fit_into_jira() {
    let world = World::new();
    let mut hostile = finding(1, "");
    hostile.body = "long ".repeat(20_000);
    let mut long = finding(2, &"ü\n\u{1b}[31m".repeat(500));
    long.url = Some("javascript:alert(1)".into());
    world.take(&[hostile, long]);
    world.run().await;
    assert_eq!(world.pending(), [], "{:?}", world.log());
    for key in ["PAY-1", "PAY-2"] {
        let held = issue(&world, key);
        let summary = held.fields["summary"].as_str().unwrap();
        assert!(
            !summary.is_empty() && summary.chars().count() <= 255 && !summary.contains('\n'),
            "{summary:?}"
        );
        assert!(!summary.chars().any(char::is_control));
    }
    assert!(
        issue(&world, "PAY-1").fields["description"]
            .to_string()
            .contains("https://bounty.example/1")
    );
    assert_eq!(
        issue(&world, "PAY-2").links.len(),
        0,
        "only addresses that a browser opens"
    );
    assert!(!world.log().iter().any(|line| line.contains('\u{1b}')));
}

#[tokio::test]
async fn somebody_responsible_is_found_by_address() {
    let mut world = World::new();
    let mut assignee = CreateField {
        id: "assignee".into(),
        name: "Assignee".into(),
        ..CreateField::default()
    };
    assignee.kind = ValueKind::User;
    let ada = User {
        id: "a1".into(),
        name: "a1".into(),
        display: "Ada L.".into(),
        active: true,
        email: Some("Ada@acme.example".into()),
    };
    world.jira.by_people(|state| {
        state.screen.fields.push(assignee);
        state.people = vec![ada];
    });
    world.mappings[0]
        .fields
        .push(("assignee".into(), Rule::Finding("assignee".into())));
    let mut one = finding(1, "one");
    one.assignee = Some(Responsible {
        name: "ada".into(),
        email: Some("Ada@acme.example".into()),
        group: false,
    });
    world.take(&[one]);
    world.run().await;
    let held = issue(&world, "PAY-1");
    assert!(
        held.fields["assignee"].to_string().contains("a1"),
        "{:?} {:?}",
        held.fields,
        world.log()
    );
}

#[test]
fn pull_requests_that_may_be_written_to_from_now_on_are_decided_on_again_without_any_mapping() {
    let source = SourceConfig {
        name: "pulls".into(),
        enabled: true,
        tag: None,
        feed: Feed::GitHub {
            url: "https://api.github.com".into(),
            repositories: vec!["acme/web".into()],
            secret: None,
            write: true,
        },
    };
    let before = Planner::new(&[]);
    let after = before.clone().with_described(vec![source]);
    let world = World::new();
    let calendars = Calendars::new(world.jira.now(), world.store().zones().unwrap());
    assert_ne!(before.versions(&calendars), after.versions(&calendars));
    let told = |planner: &Planner| {
        planner.plan(&world.store(), world.jira.now()).unwrap();
        world.store().mapping_states().unwrap().len()
    };
    assert_eq!((told(&before), told(&after)), (0, 0), "it is no mapping");
}

#[tokio::test]
async fn somebody_whom_the_mapping_names_is_asked_for_once() {
    let mut world = World::new();
    let owner = CreateField {
        id: "customfield_7".into(),
        name: "Owner".into(),
        kind: ValueKind::User,
        ..CreateField::default()
    };
    let bob = User {
        id: "b1".into(),
        name: "b1".into(),
        display: "Bob O'Brien".into(),
        active: true,
        email: None,
    };
    world.jira.by_people(|state| {
        state.screen.fields.push(owner);
        state.people = vec![bob];
    });
    let rule = Rule::Value(json!("Bob O'Brien"));
    world.mappings[0].fields.push(("Owner".into(), rule));
    world.take(&[finding(1, "one"), finding(2, "two")]);
    world.run().await;
    assert_eq!(world.calls().iter().filter(|call| **call == "people").count(), 1);
    for key in ["PAY-1", "PAY-2"] {
        let held = issue(&world, key);
        assert!(
            held.fields["customfield_7"].to_string().contains("b1"),
            "{:?}",
            held.fields
        );
    }
}

#[tokio::test]
async fn what_a_mapping_covers_changes_as_time_passes() {
    let mut world = World::new();
    world.mappings[0].matching.expression = Some("created <= -2h".into());
    let mut one = finding(1, "one");
    one.created = Some(world.jira.now());
    world.take(&[one]);
    let mut pusher = world.pusher();
    let planner = world.planner();
    pusher.plan_by(planner);
    assert_eq!(pusher.run(None).await.unwrap().created, 0, "it is too young");
    world.jira.advance(minutes(119));
    assert_eq!(pusher.run(None).await.unwrap().created, 0);
    world.jira.advance(minutes(6));
    assert_eq!(
        pusher.run(None).await.unwrap().created,
        1,
        "nothing but time has changed"
    );
}

#[tokio::test]
async fn the_clock_takes_back_what_was_not_sent_and_wakes_nothing_that_failed() {
    let mut world = World::new();
    world.mappings[0].matching.expression = Some("created >= -2h".into());
    let mut one = finding(1, "one");
    one.created = Some(world.jira.now());
    world.take(&[one]);
    world.jira.by_people(|state| {
        let refused = write_error(ErrorKind::Rejected, Outcome::Refused);
        state.refusals.push(("create", refused));
    });
    let pusher = world.pusher();
    pusher.run(None).await.unwrap();
    assert_eq!(world.states(), [PushState::Failed]);
    world.calls();
    world.jira.advance(minutes(10));
    pusher.run(None).await.unwrap();
    assert_eq!(world.calls(), Vec::<&str>::new(), "the refusal stands");
    world.jira.advance(minutes(120));
    pusher.run(None).await.unwrap();
    assert_eq!(world.pending(), [], "it is not wanted any more");
}
