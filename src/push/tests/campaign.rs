//! The kill campaign: processes end, answers get lost and other processes cut in at every single point of
//! creating and updating, and every time each finding has one issue in the end, in step.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{jira::Blow, *};

/// Rounds after which everything must have come to rest.
const ROUNDS: usize = 40;

/// What the source tells first.
fn first() -> Vec<Finding> {
    vec![finding(1, "one"), finding(2, "two"), finding(3, "three")]
}

/// What it tells later: one changed, one closed, one new.
fn second() -> Vec<Finding> {
    let mut changed = finding(1, "one, seen closer");
    changed.body = "It breaks more.".into();
    changed.state = FindingState::InProgress;
    vec![changed, closed(finding(2, "two")), finding(4, "four")]
}

/// The story with blows at some points; how many points there are.
fn story(blows: &[(usize, Blow)], lag: Duration) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let world = World::with(Points::with(blows));
        world.jira.by_people(|state| {
            state.lag = lag;
            // Half of the stories find issues by their keys, half have to wait for the index.
            state.keys_hidden = blows.iter().map(|(point, _)| point).sum::<usize>() % 2 == 0;
        });
        let mut after_lag = Vec::new();
        world.take(&first());
        to_rest(&world, &mut after_lag).await;
        world.take(&second());
        world.jira.advance(minutes(1));
        to_rest(&world, &mut after_lag).await;
        by_hand(&world);
        to_rest(&world, &mut after_lag).await;
        in_step(&world, blows);
        world.points.passed()
    })
}

/// What people do at last: one finding is linked to an issue of theirs, one is taken off its issue.
fn by_hand(world: &World) {
    let now = world.jira.now();
    let id = world.jira.by_people(|state| state.add("theirs", now));
    let key = world
        .jira
        .by_people(|state| IssueKey(state.issue(id.as_str()).unwrap().key.clone()));
    let store = world.store();
    // Made known without being decided on: people are quicker than the next run.
    let reading = Reading {
        findings: vec![finding(5, "five")],
        ..Reading::default()
    };
    store.take_reading("bounty", &reading, now, &|_, _| Vec::new()).unwrap();
    assert!(
        store
            .link(world.row(5), Some("bounty to PAY"), &acme(), &id, &key, now)
            .unwrap()
    );
    assert!(store.unlink(world.row(3), now).unwrap());
}

/// Starts a process again and again until nothing is left to do.
async fn to_rest(world: &World, retried: &mut Vec<i64>) {
    for _ in 0..ROUNDS {
        let other = other_process(world);
        let jira = world.jira.for_process(world.points.clone(), Some(other));
        let ended = world.run_killed(world.pusher_of(world.points.clone(), jira)).await;
        person(world, retried);
        if ended.is_some_and(|ended| ended.is_ok()) && world.pending().is_empty() {
            return;
        }
        world.jira.advance(minutes(3));
    }
    panic!("not at rest: {:?}\n{:#?}", world.pending(), world.log());
}

/// A whole run of another process on the same store, without regard to any lock.
fn other_process(world: &World) -> Arc<dyn Fn() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync> {
    let points = Points::with(&[]);
    let (jira, planner) = (world.jira.for_process(points.clone(), None), world.planner());
    let (folder, marks) = (world.folder.path().to_owned(), world.marks.clone());
    Arc::new(move || {
        let (jira, planner, marks) = (jira.clone(), planner.clone(), marks.clone());
        let store = Store::open(&folder, start()).unwrap().0;
        let clock = StoreClock {
            now: jira.now.clone(),
            points: points.clone(),
        };
        Box::pin(async move {
            let pusher = Pusher::new(acme(), jira, store, Arc::new(clock), planner).stepwise(Arc::new(move || {
                format!("mark-{}", marks.fetch_add(1, Ordering::SeqCst))
            }));
            pusher.run(None).await.unwrap();
        })
    })
}

/// A person looks at what is uncertain: there must be no issue of it in Jira, and then sends it again.
fn person(world: &World, retried: &mut Vec<i64>) {
    for pending in world.pending() {
        if pending.state == PushState::Uncertain {
            let made = issues_of(world);
            assert!(
                !made.contains_key(&pending.finding.to_string()),
                "{} is there and was not found",
                pending.finding
            );
            assert!(world.store().retry(pending.id).unwrap());
            retried.push(pending.id);
        }
        assert_ne!(pending.state, PushState::Failed, "{pending:?}");
    }
}

/// Issues by the finding that their mark names.
fn issues_of(world: &World) -> BTreeMap<String, Vec<jira::SimIssue>> {
    let mut found: BTreeMap<String, Vec<jira::SimIssue>> = BTreeMap::new();
    for issue in world.jira.by_people(|state| state.issues.clone()) {
        let mark = issue.property.as_ref().and_then(|mark| mark["finding"].as_str());
        // An issue that its finding was taken off has no mark any more.
        let finding = mark.unwrap_or("nobody").to_owned();
        found.entry(finding).or_default().push(issue);
    }
    found
}

fn in_step(world: &World, blows: &[(usize, Blow)]) {
    let issues = issues_of(world);
    let links = world.store().links(None).unwrap();
    assert_eq!(links.len(), 4, "{blows:?}");
    let taken_off = issues.get("nobody").map_or(&[][..], Vec::as_slice);
    assert_eq!(taken_off.len(), 1, "{blows:?}: {:#?}", world.log());
    assert_eq!(
        (&taken_off[0].fields["summary"], taken_off[0].links.len()),
        (&json!("three"), 0)
    );
    let expected = [
        (1, "one, seen closer", "In Progress"),
        (2, "two", "Done"),
        (4, "four", "To Do"),
        (5, "theirs", "To Do"),
    ];
    for (number, title, status) in expected {
        let name = format!("bounty/{number}");
        let made = issues.get(&name).map_or(&[][..], Vec::as_slice);
        assert_eq!(made.len(), 1, "issues of {name} after {blows:?}: {:#?}", world.log());
        let issue = &made[0];
        assert_eq!(issue.fields["summary"], json!(title), "{blows:?}");
        assert_eq!(issue.status.name, status, "{blows:?}");
        assert_eq!(issue.fields["labels"], json!(["from-crosstie"]));
        assert_eq!(issue.fields.contains_key("priority"), number != 5);
        assert_eq!(issue.links.len(), 1);
        let link = links.iter().find(|link| link.finding.to_string() == name).unwrap();
        assert_eq!(link.issue.as_str(), issue.id);
        assert_eq!(issue.links.values().next().unwrap().resolved, Some(status == "Done"));
    }
}

#[test]
fn a_kill_at_any_point_leads_to_one_issue_each_in_step() {
    let points = story(&[], minutes(1));
    assert!(points >= 180, "only {points} points");
    for point in 0..points {
        story(&[(point, Blow::Crash)], minutes(5));
    }
}

#[test]
fn a_lost_request_or_answer_at_any_point_leads_to_one_issue_each_in_step() {
    for point in 0..story(&[], minutes(0)) {
        story(&[(point, Blow::Silence)], minutes(5));
    }
}

#[test]
fn another_process_at_any_point_leads_to_one_issue_each_in_step() {
    for point in 0..story(&[], minutes(0)) {
        story(&[(point, Blow::Other)], minutes(5));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_few_blows_lead_to_one_issue_each_in_step(
        blows in proptest::collection::vec(
            (0_usize..260, prop_oneof![Just(Blow::Crash), Just(Blow::Silence), Just(Blow::Other)]), 1..6),
        lag in 0_u64..14,
    ) {
        story(&blows, minutes(lag));
    }
}
