//! Findings close and open with their issues.

use super::*;
use crate::domain::{Finding, FindingId, FindingKind, FindingState, IssueKey, Reading, Resolution};

const STATUSES: [(&str, StatusCategory); 2] = [("To Do", StatusCategory::New), ("Done", StatusCategory::Done)];

fn finding(state: FindingState) -> Finding {
    let id = FindingId {
        source: "scans".into(),
        external: "1".into(),
    };
    let mut finding = Finding::new(id, FindingKind::Vulnerability, "one");
    finding.state = state;
    finding
}

fn take(store: &Store, finding: &Finding) {
    let reading = Reading {
        findings: vec![finding.clone()],
        ..Reading::default()
    };
    store
        .take_reading("scans", &reading, at(0), &|_, _| Vec::new())
        .unwrap();
}

fn linked(store: &Store, mapping: Option<&str>) -> i64 {
    let (row, _) = store.find_finding(&finding(FindingState::Open).id).unwrap().unwrap();
    let (issue, key) = (IssueId::from("7"), IssueKey::from("PAY-7"));
    assert!(store.link(row, mapping, &acme(), &issue, &key, at(1)).unwrap());
    row
}

/// The issue as it is now.
fn status(store: &Store, done: bool, second: i64) {
    let mut issue = issue(7, "seven", second);
    let (name, category) = STATUSES[usize::from(done)];
    issue.status = Status {
        id: name.into(),
        name: name.into(),
        category,
    };
    store.apply(&acme(), &[issue]).unwrap();
}

fn judge(mapping: &str, status: &Status, _: Option<&str>) -> Standing {
    match (mapping, status.category) {
        ("paused", _) => Standing::Unchanged,
        (_, StatusCategory::Done) => Standing::Closed(Some(Resolution::WontFix)),
        _ => Standing::AsTold,
    }
}

fn shown(store: &Store, row: i64) -> (FindingState, Option<Resolution>) {
    let row = store.finding_row(row).unwrap().unwrap();
    (row.state, row.resolution)
}

const CLOSED: (FindingState, Option<Resolution>) = (FindingState::Closed, Some(Resolution::WontFix));

#[test]
fn a_finding_is_closed_as_long_as_its_issue_is() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    take(&store, &finding(FindingState::Open));
    let row = linked(&store, Some("scans to PAY"));
    let turn = || store.close_by_issues(&acme(), &judge, at(9)).unwrap();
    assert_eq!(turn(), [], "the issue is not known yet");
    status(&store, false, 1);
    assert_eq!(turn(), []);
    status(&store, true, 2);
    let [turned] = turn().try_into().unwrap();
    assert_eq!((turned.key.as_str(), turned.status.name.as_str()), ("PAY-7", "Done"));
    assert_eq!(shown(&store, row), CLOSED);
    assert_eq!(turn(), [], "told once");
    // What the source says meanwhile is kept for later.
    take(&store, &finding(FindingState::Triaged));
    assert_eq!(shown(&store, row), CLOSED);
    assert_eq!(
        store.finding_detail(row).unwrap().unwrap().finding.state,
        FindingState::Triaged
    );
    status(&store, false, 3);
    assert_eq!(turn()[0].standing, Standing::AsTold);
    assert_eq!(shown(&store, row), (FindingState::Triaged, None));
    let detail = store.finding_detail(row).unwrap().unwrap();
    let history: Vec<&str> = detail.history.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        history[..2],
        [
            "no longer closed by PAY-7 (To Do)",
            "closed as wont-fix with PAY-7 (Done)"
        ]
    );
}

#[test]
fn a_link_that_ends_gives_the_finding_back_to_its_source() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    take(&store, &finding(FindingState::Open));
    let row = linked(&store, Some("scans to PAY"));
    status(&store, true, 2);
    store.close_by_issues(&acme(), &judge, at(9)).unwrap();
    assert_eq!(shown(&store, row), CLOSED);
    store.configure(&[], &[]).unwrap();
    assert_eq!(shown(&store, row), (FindingState::Open, None));
}

#[test]
fn a_mapping_at_rest_and_a_link_without_one_close_nothing() {
    for mapping in [Some("paused"), None] {
        let folder = tempfile::tempdir().unwrap();
        let store = configured(folder.path());
        take(&store, &finding(FindingState::Open));
        let row = linked(&store, mapping);
        status(&store, true, 2);
        assert_eq!(store.close_by_issues(&acme(), &judge, at(9)).unwrap(), []);
        assert_eq!(shown(&store, row), (FindingState::Open, None));
    }
}

#[test]
fn what_the_source_has_closed_keeps_its_own_reason() {
    let folder = tempfile::tempdir().unwrap();
    let store = configured(folder.path());
    let mut closed = finding(FindingState::Closed);
    closed.resolution = Some(Resolution::Duplicate);
    take(&store, &closed);
    let row = linked(&store, Some("scans to PAY"));
    status(&store, true, 2);
    store.close_by_issues(&acme(), &judge, at(9)).unwrap();
    assert_eq!(shown(&store, row), (FindingState::Closed, Some(Resolution::Duplicate)));
}
