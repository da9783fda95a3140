//! Findings in the store: readings in any order, lists, links.

use proptest::prelude::*;

use super::*;
use crate::domain::{
    Finding, FindingEvent, FindingEventKind, FindingId, FindingKind, FindingQuery, FindingSort, FindingState, IssueKey,
    PushKind, Reading, Resolution, Severity,
};

fn finding(number: usize, title: &str) -> Finding {
    let id = FindingId {
        source: "scans".into(),
        external: number.to_string(),
    };
    let mut finding = Finding::new(id, FindingKind::Vulnerability, title);
    finding.origin = if number.is_multiple_of(2) { "even" } else { "odd" }.into();
    finding
}

fn event(id: &str, second: i64, text: &str) -> FindingEvent {
    FindingEvent {
        id: id.into(),
        kind: FindingEventKind::Comment,
        native: "comment".into(),
        actor: None,
        at: at(second),
        text: text.into(),
        internal: false,
    }
}

fn nothing(_: &Finding, _: Option<&Linked>) -> Vec<Want> {
    Vec::new()
}

fn take(store: &Store, findings: &[Finding], complete: bool) -> Taken {
    let reading = Reading {
        findings: findings.to_vec(),
        complete,
        ..Reading::default()
    };
    store.take_reading("scans", &reading, at(0), &nothing).unwrap()
}

fn held(store: &Store, number: usize) -> Finding {
    store.find_finding(&finding(number, "").id).unwrap().unwrap().1
}

fn revisions(store: &Store) -> i64 {
    rows(store, "SELECT sum(revision) FROM finding")
}

#[test]
fn the_same_reading_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let all = [finding(1, "one"), finding(2, "two")];
    assert_eq!(take(&store, &all, true).new, 2);
    let before = revisions(&store);
    assert_eq!(take(&store, &all, true), Taken::default());
    assert_eq!(revisions(&store), before);
}

#[test]
fn what_a_complete_reading_lacks_is_closed_and_reopens_when_it_is_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let all = [finding(1, "one"), finding(2, "two"), finding(3, "three")];
    take(&store, &all, true);
    let part = Reading {
        findings: vec![finding(3, "three")],
        complete: true,
        unread: vec!["even".into()],
        ..Reading::default()
    };
    let taken = store.take_reading("scans", &part, at(5), &nothing).unwrap();
    assert_eq!((taken.gone, taken.changed), (1, 0));
    assert_eq!(
        (held(&store, 1).state, held(&store, 1).resolution),
        (FindingState::Closed, Some(Resolution::Fixed))
    );
    assert_eq!(held(&store, 2).state, FindingState::Open, "its file could not be read");

    assert_eq!(
        take(&store, &part.findings, false),
        Taken::default(),
        "an incomplete reading closes nothing"
    );
    assert_eq!(take(&store, &all, true).changed, 1);
    let mut back = finding(1, "one");
    // Nobody dates it, so it is as old as it was when it was first seen.
    back.created = Some(at(0));
    assert_eq!(held(&store, 1), back);
    let state = &store.sources().unwrap()[0];
    assert_eq!((state.open, state.all), (3, 3));
}

#[test]
fn nothing_is_gone_with_a_file_that_may_be_another_one_that_cannot_be_read_yet() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    take(
        &store,
        &[finding(1, "one"), finding(2, "two"), finding(3, "three")],
        true,
    );
    let read = |findings: &[Finding], unread: &[&str], origins: &[&str]| {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let reading = Reading {
            findings: findings.to_vec(),
            complete: true,
            unread: texts(unread),
            origins: texts(origins),
            ..Reading::default()
        };
        store.take_reading("scans", &reading, at(5), &nothing).unwrap().gone
    };
    // "odd" became "new", which is half written; what "even" holds no more is gone all the same.
    assert_eq!(read(&[], &["new"], &["even", "new"]), 1);
    assert!(held(&store, 1).is_open() && !held(&store, 2).is_open() && held(&store, 3).is_open());
    // It is whole.
    let mut moved = [finding(1, "one"), finding(3, "three")];
    moved[0].origin = "new".into();
    moved[1].origin = "new".into();
    assert_eq!(read(&moved, &[], &["even", "new"]), 0);
    // A file that was known before is written anew: another one that went is gone.
    let mut other = finding(5, "five");
    other.origin = "odd".into();
    take(&store, &[other], false);
    assert_eq!(read(&[], &["new"], &["new"]), 1);
    assert!(held(&store, 1).is_open() && !held(&store, 5).is_open());
}

#[test]
fn an_older_state_changes_nothing_but_brings_its_events() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let mut new = finding(1, "new");
    new.updated = Some(at(20));
    new.events = vec![event("b", 20, "later")];
    let mut old = finding(1, "old");
    old.updated = Some(at(10));
    old.events = vec![event("a", 10, "earlier"), event("b", 20, "not yet edited")];
    take(&store, std::slice::from_ref(&new), false);
    take(&store, std::slice::from_ref(&old), false);
    let held = held(&store, 1);
    assert_eq!(held.title, "new");
    let texts: Vec<&str> = held.events.iter().map(|event| event.text.as_str()).collect();
    assert_eq!(texts, ["earlier", "later"]);
}

/// Versions of one finding, as a source may tell them: each with some of the events.
fn versions() -> impl Strategy<Value = Vec<Finding>> {
    let version = (0..4_u8, proptest::collection::vec((0..5_u8, 0..3_u8), 0..5));
    proptest::collection::vec(version, 1..6).prop_map(|versions| {
        let mut made = Vec::new();
        for (index, (title, events)) in versions.into_iter().enumerate() {
            let mut one = finding(1, &format!("title {title}"));
            one.updated = Some(at(index as i64));
            for (id, text) in events {
                if !one.events.iter().any(|known| known.id == id.to_string()) {
                    one.events
                        .push(event(&id.to_string(), i64::from(id), &format!("text {text}")));
                }
            }
            made.push(one);
        }
        made
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_readings_ends_in_the_same_state(
        (versions, shuffled) in versions().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))
    ) {
        let state = |readings: &[Finding]| {
            let folder = tempfile::tempdir().unwrap();
            let store = configured(folder.path());
            for reading in readings {
                take(&store, std::slice::from_ref(reading), false);
                take(&store, std::slice::from_ref(reading), false);
            }
            held(&store, 1)
        };
        prop_assert_eq!(state(&versions), state(&shuffled));
    }
}

#[test]
fn a_link_is_shown_exported_and_gone_with_its_connection() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    store.apply(&acme(), &[issue(7, "an issue", 1)]).unwrap();
    take(&store, &[finding(1, "one"), finding(2, "two")], false);
    let row = store.find_finding(&finding(1, "").id).unwrap().unwrap().0;
    let (id, key) = (IssueId::from("7"), IssueKey::from("PAY-7"));
    assert!(store.link(row, None, &acme(), &id, &key, at(1)).unwrap());
    assert!(!store.link(row, None, &acme(), &id, &key, at(1)).unwrap(), "it has one");

    let shown = store.findings_of_issue(&acme(), &id).unwrap();
    assert_eq!(shown.len(), 1);
    let link = shown[0].link.as_ref().unwrap();
    assert_eq!(link.url, "https://acme.example/browse/PAY-7");
    assert_eq!(link.summary.as_deref(), Some("an issue"));
    assert_eq!(link.status.as_ref().unwrap().name, "To Do");
    assert_eq!(shown[0].pending.as_ref().unwrap().kind, PushKind::Update);
    assert_eq!(store.links(Some(&acme())).unwrap(), vec![link.clone()]);

    let linked = |linked| FindingQuery {
        linked: Some(linked),
        limit: 10,
        ..FindingQuery::default()
    };
    assert_eq!(store.findings(&linked(true)).unwrap().total, 1);
    assert!(store.unlink(row, at(2)).unwrap());
    assert_eq!(store.findings(&linked(true)).unwrap().total, 0);
    let pending = store.pending(None).unwrap();
    assert_eq!(
        pending.iter().map(|item| item.kind).collect::<Vec<_>>(),
        [PushKind::Unlink]
    );
    let history = store.finding_detail(row).unwrap().unwrap().history;
    assert_eq!(history[0].1, "unlinked from PAY-7");

    assert!(store.link(row, None, &acme(), &id, &key, at(3)).unwrap());
    store.remove_connection(&acme()).unwrap();
    assert_eq!(
        store.findings(&linked(true)).unwrap().total,
        0,
        "the link went with its connection"
    );
    assert_eq!(store.links(None).unwrap(), vec![]);
}

#[test]
fn links_follow_an_alias_that_is_changed_in_the_file_and_nothing_is_forgotten_with_a_connection() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let wanted = |_: &Finding, linked: Option<&Linked>| match linked {
        Some(_) => vec![Want::Update],
        None => vec![Want::Create {
            mapping: "m".into(),
            alias: "work".into(),
            project: None,
        }],
    };
    take(&store, &[finding(1, "one"), finding(2, "two")], false);
    let row = store.find_finding(&finding(1, "").id).unwrap().unwrap().0;
    let (id, key) = (IssueId::from("7"), IssueKey::from("PAY-7"));
    store.link(row, None, &acme(), &id, &key, at(1)).unwrap();
    let renamed = ConnectionSeed {
        alias: "work".into(),
        ..seed("acme", "project = PAY")
    };
    store.configure(std::slice::from_ref(&renamed), &[]).unwrap();
    assert_eq!(store.links(None).unwrap()[0].alias.as_str(), "work");
    let mapping = MappingVersion {
        name: "m".into(),
        digest: "1".into(),
        seat: "1".into(),
    };
    store.plan(std::slice::from_ref(&mapping), at(2), &wanted).unwrap();
    let kinds = || {
        let pending = store.pending(None).unwrap();
        pending.iter().map(|item| item.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(), [PushKind::Update, PushKind::Create]);

    store.configure(&[], &[]).unwrap();
    assert_eq!(kinds(), []);
    store.configure(&[renamed], &[]).unwrap();
    store.plan(&[mapping], at(3), &wanted).unwrap();
    assert_eq!(kinds(), [PushKind::Create; 2], "both are decided on again");
}

#[test]
fn a_pull_request_that_names_an_issue_is_linked_once_the_issue_is_here() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let mut pull = finding(1, "mend PAY-7");
    pull.kind = FindingKind::Remediation;
    pull.keys = vec!["SHA-256".into(), "PAY-7".into()];
    let mut other = finding(2, "as in PAY-7");
    other.keys = vec!["PAY-7".into()];
    take(&store, &[pull, other], false);
    store.plan(&[], at(1), &nothing).unwrap();
    assert_eq!(store.links(None).unwrap(), vec![]);
    store.apply(&acme(), &[issue(7, "an issue", 1)]).unwrap();
    store.plan(&[], at(2), &nothing).unwrap();
    let links = store.links(None).unwrap();
    assert_eq!(links.len(), 1, "a scanner's finding may name an issue for any reason");
    assert_eq!(links[0].finding.external, "1");
    let row = store.find_finding(&finding(1, "").id).unwrap().unwrap().0;
    let named = store.finding_detail(row).unwrap().unwrap().named;
    let named: Vec<(&str, bool)> = named
        .iter()
        .map(|(key, status)| (key.as_str(), status.is_some()))
        .collect();
    assert_eq!(
        named,
        [("SHA-256", false), ("PAY-7", true)],
        "the status of what is here is told"
    );
    store.unlink(row, at(3)).unwrap();
    store.plan(&[], at(4), &nothing).unwrap();
    assert_eq!(store.links(None).unwrap(), vec![], "people took it apart");
}

#[test]
fn lists_filter_and_sort() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let mut all = Vec::new();
    for (number, (severity, state, tag, title)) in [
        (Severity::Low, FindingState::Open, "search", "Äpfel"),
        (Severity::Critical, FindingState::Triaged, "pay", "birne"),
        (Severity::High, FindingState::Closed, "pay", "Citrone"),
        (Severity::Critical, FindingState::Open, "pay", "dattel"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut one = finding(number, title);
        (one.severity, one.state, one.tag) = (severity, state, Some(tag.into()));
        one.created = Some(at(100 - number as i64));
        all.push(one);
    }
    take(&store, &all, false);
    let titles = |query: FindingQuery| {
        let page = store.findings(&FindingQuery { limit: 10, ..query }).unwrap();
        assert_eq!(page.all, 4);
        assert_eq!(page.total, page.rows.len());
        page.rows.into_iter().map(|row| row.title).collect::<Vec<_>>()
    };
    let base = FindingQuery::default;
    assert_eq!(titles(base()), ["dattel", "birne", "Äpfel"], "worst first, then oldest");
    assert_eq!(
        titles(FindingQuery {
            closed: true,
            sort: FindingSort::Title,
            ..base()
        }),
        ["birne", "Citrone", "dattel", "Äpfel"]
    );
    assert_eq!(
        titles(FindingQuery {
            sort: FindingSort::Age,
            reverse: true,
            ..base()
        }),
        ["dattel", "birne", "Äpfel"]
    );
    assert_eq!(
        titles(FindingQuery {
            words: vec!["ÄPF".into(), "search".into()],
            ..base()
        }),
        ["Äpfel"]
    );
    assert_eq!(
        titles(FindingQuery {
            at_least: Some(Severity::High),
            closed: true,
            ..base()
        }),
        ["dattel", "birne", "Citrone"]
    );
    assert_eq!(
        titles(FindingQuery {
            states: vec![FindingState::Closed],
            ..base()
        }),
        ["Citrone"]
    );
    assert_eq!(
        titles(FindingQuery {
            tags: vec!["search".into()],
            ..base()
        }),
        ["Äpfel"]
    );
    assert_eq!(
        titles(FindingQuery {
            trouble: true,
            ..base()
        }),
        Vec::<String>::new()
    );
    assert_eq!(
        titles(FindingQuery {
            kinds: vec![FindingKind::Report],
            ..base()
        }),
        Vec::<String>::new()
    );
}

#[test]
fn a_key_finds_what_it_stands_for_and_a_place_is_told_without_reading_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    take(
        &store,
        &[finding(1, "pay-off"), finding(2, "two"), finding(3, "three")],
        false,
    );
    let row = |number| store.find_finding(&finding(number, "").id).unwrap().unwrap().0;
    let key = IssueKey::from("PAY-77");
    assert!(
        store
            .link(row(2), None, &acme(), &IssueId::from("77"), &key, at(1))
            .unwrap()
    );
    let titled = |word: &str| {
        let query = FindingQuery {
            words: vec![word.into()],
            sort: FindingSort::Title,
            limit: 10,
            ..FindingQuery::default()
        };
        let rows = store.findings(&query).unwrap().rows;
        rows.into_iter().map(|row| row.title).collect::<Vec<_>>()
    };
    assert_eq!(titled("PAY-77"), ["two"]);
    assert_eq!(titled("pay-"), ["pay-off", "two"], "while it is being typed");
    assert_eq!(titled("77"), Vec::<String>::new());

    let query = FindingQuery {
        sort: FindingSort::Title,
        limit: 1,
        ..FindingQuery::default()
    };
    assert_eq!(store.finding_place(&query, row(2)).unwrap(), Some(2));
    assert_eq!(store.finding_place(&query, 99).unwrap(), None);
}

#[test]
fn an_id_without_its_source_is_found_among_any_number() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let mut all: Vec<Finding> = (0..3_000).map(|number| finding(number, "x")).collect();
    let mut hashed = finding(0, "y");
    hashed.id.external = "tool/rule/5bec7b86ed95521f7450".into();
    all.push(hashed);
    take(&store, &all, false);
    let called = |text: &str| {
        let found = store.findings_called(text).unwrap();
        found.into_iter().map(|(_, id)| id.external).collect::<Vec<_>>()
    };
    // Thousands hold the digit.
    assert_eq!(called("1"), ["1"]);
    assert_eq!(called("5bec7b86"), ["tool/rule/5bec7b86ed95521f7450"]);
    assert_eq!(called("scans/5bec7b86"), ["tool/rule/5bec7b86ed95521f7450"]);
    assert_eq!(called("299999"), Vec::<String>::new());
}

#[test]
fn an_uncertain_create_may_be_settled_with_an_issue_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.configure(&[seed("acme", ""), seed("other", "")], &[]).unwrap();
    take(&store, &[finding(1, "one"), finding(2, "two")], false);
    let other = Alias::from("other");
    for (number, alias, mapping) in [(1, &other, None), (2, &acme(), Some("to PAY"))] {
        let (row, _) = store.find_finding(&finding(number, "").id).unwrap().unwrap();
        let item = store
            .enqueue_create(row, "to PAY", &acme(), None, at(1))
            .unwrap()
            .unwrap();
        let (issue, key) = (IssueId::from(number.to_string().as_str()), IssueKey::from("LAB-1"));
        assert!(store.settle_with(item, alias, &issue, &key, at(2)).unwrap());
        let link = store.finding_row(row).unwrap().unwrap().link.unwrap();
        assert_eq!(link.alias, *alias, "it is where the person found it");
        assert_eq!(link.mapping.as_deref(), mapping);
        let left = store.pending(None).unwrap();
        assert!(left.iter().all(|item| item.kind != PushKind::Create), "{left:?}");
    }
}
