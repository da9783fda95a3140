//! Recorded and published payloads, read; then what no recording has.

use std::{io::Read, path::Path};

use serde_json::json;

use super::*;

mod looks;
mod odd;

/// A file of `tests/data/findings/hackerone`.
fn stored(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/findings/hackerone");
    let packed = std::fs::read(folder.join(format!("{name}.gz"))).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

/// The bodies of a recording's answers.
fn recorded(name: &str) -> Vec<Value> {
    let exchanges = stored(&format!("h1-{name}.exchanges.json"));
    let exchanges = exchanges.as_array().unwrap().clone();
    exchanges
        .into_iter()
        .map(|one| one["response"]["body"].clone())
        .collect()
}

#[test]
fn every_recorded_answer_is_read_or_said_to_hold_no_report() {
    let mut lines = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/findings/hackerone");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| Some(entry.unwrap().file_name().to_str()?.strip_suffix(".gz")?.to_owned()))
        .collect();
    names.sort();
    for name in names {
        let json = stored(&name);
        let bodies = match json.as_array() {
            Some(exchanges) => exchanges.iter().map(|one| one["response"]["body"].clone()).collect(),
            None => vec![json],
        };
        let short = name.trim_end_matches(".json").trim_end_matches(".exchanges");
        for body in bodies {
            let read = read(&body, "h1", None);
            let events: usize = read.findings.iter().map(|finding| finding.events.len()).sum();
            let (findings, activities, flaws) = (read.findings.len(), read.activities.len(), read.flaws.len());
            let mut line = format!("{short}: {findings} ({events} events) {activities} activities");
            if flaws > 0 {
                line.push_str(&format!(", {flaws} flaws: {}", read.flaws[0]));
            }
            lines.push(line);
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    django-DefectDojo-h1-bug_bounty_one: 1 (1 events) 0 activities
    django-DefectDojo-h1-vuln_disclosure_main_state: 4 (4 events) 0 activities
    django-DefectDojo-h1-vuln_disclosure_one: 1 (1 events) 0 activities
    h1-add_comment: 0 (0 events) 1 activities
    h1-add_report_reference: 1 (5 events) 0 activities
    h1-assign_report_to_group: 0 (0 events) 0 activities, 1 flaws: h1: a "program" stands where a report is expected
    h1-assign_report_to_group: 0 (0 events) 0 activities, 1 flaws: h1: a "program" stands where a report is expected
    h1-assign_report_to_group: 1 (19 events) 0 activities
    h1-assign_report_to_group_no_permission: 0 (0 events) 0 activities, 1 flaws: h1: a "program" stands where a report is expected
    h1-assign_report_to_group_no_permission: 0 (0 events) 0 activities, 1 flaws: h1: a "program" stands where a report is expected
    h1-assign_report_to_group_no_permission: 0 (0 events) 0 activities, 1 flaws: h1: it holds no `data`
    h1-award_a_bounty: 0 (0 events) 0 activities, 1 flaws: h1: a "bounty" stands where a report is expected
    h1-create_report: 1 (1 events) 0 activities
    h1-empty_report_list: 0 (0 events) 0 activities
    h1-get_balance: 0 (0 events) 0 activities, 1 flaws: h1: a "program-balance" stands where a report is expected
    h1-lock_report: 1 (2 events) 0 activities
    h1-lock_report: 0 (0 events) 1 activities
    h1-missing_report: 0 (0 events) 0 activities, 1 flaws: h1: it holds no `data`
    h1-missing_report: 0 (0 events) 0 activities, 1 flaws: h1: it holds no `data`
    h1-missing_report: 0 (0 events) 0 activities, 1 flaws: h1: it holds no `data`
    h1-report: 1 (7 events) 0 activities
    h1-report_list: 2 (2 events) 0 activities
    h1-reporters: 0 (0 events) 0 activities, 1 flaws: h1: a "program" stands where a report is expected
    h1-reporters: 0 (0 events) 0 activities, 2 flaws: h1: a "user" stands where a report is expected
    h1-reporters: 0 (0 events) 0 activities, 1 flaws: h1: a "program" stands where a report is expected
    h1-reporters: 0 (0 events) 0 activities, 2 flaws: h1: a "user" stands where a report is expected
    h1-stage_change: 1 (4 events) 0 activities
    h1-swag: 0 (0 events) 0 activities, 8 flaws: h1: a "swag" stands where a report is expected
    h1-traverse_through_3_activities: 0 (0 events) 3 activities
    h1-traverse_through_3_activities: 0 (0 events) 3 activities
    h1-traverse_through_3_activities: 0 (0 events) 0 activities
    h1-triage_and_hook_assign_report_to_user: 1 (5 events) 0 activities
    h1-triage_and_hook_assign_report_to_user: 1 (4 events) 0 activities
    h1-triage_and_hook_assign_report_to_user: 0 (0 events) 0 activities, 1 flaws: h1: a "program" stands where a report is expected
    h1-triage_and_hook_assign_report_to_user: 0 (0 events) 0 activities, 1 flaws: h1: a "program" stands where a report is expected
    h1-triage_and_hook_assign_report_to_user: 1 (18 events) 0 activities
    h1-update_severity: 0 (0 events) 0 activities, 1 flaws: h1: a "severity" stands where a report is expected
    "#);
}

#[test]
fn a_report_is_told_whole() {
    let body = &recorded("report")[0];
    let read = read(body, "h1", Some("github"));
    assert!(read.flaws.is_empty() && read.with_activities);
    let finding = &read.findings[0];
    // Where rewards are sent to is nobody's concern here.
    let shown = serde_json::to_string(finding).unwrap();
    for private in ["Main St", "America Town", "1234565789", "12345\"", "profile_picture"] {
        assert!(!shown.contains(private), "{private}");
    }
    insta::assert_json_snapshot!(finding, @"");
}

#[test]
fn states_people_and_fields_of_a_list() {
    let read = read(
        &stored("django-DefectDojo-h1-vuln_disclosure_main_state.json"),
        "h1",
        None,
    );
    assert!(!read.with_activities);
    assert!(read.next.unwrap().ends_with("page%5Bnumber%5D=2"));
    let lines: Vec<String> = read
        .findings
        .iter()
        .map(|finding| {
            let assignee = finding.assignee.as_ref().unwrap();
            format!(
                "{} {} {} {:?} {} {} group={} {} {} {}",
                finding.id,
                finding.severity.word(),
                finding.state.word(),
                finding.resolution,
                finding.native_state,
                assignee.name,
                assignee.group,
                finding.origin,
                finding.updated.unwrap(),
                finding.fields["asset_identifier"],
            )
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"");
    let last = &read.findings[3];
    assert_eq!(
        last.fields["cvss_vector_string"],
        "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N"
    );
    assert_eq!(last.fields["severity_score"], 6.3);
    assert_eq!(last.fields["weakness_id"], "CWE-352");
    assert!(last.keys.is_empty(), "T554 of another tracker is no key");
}

#[test]
fn an_exported_report_is_read_as_one_of_the_api() {
    let read = read(&stored("django-DefectDojo-h1-bug_bounty_one.json"), "h1", Some("acme"));
    assert!(read.flaws.is_empty(), "{:?}", read.flaws);
    insta::assert_json_snapshot!(read.findings[0], @"");
}

#[test]
fn activities_without_their_report_are_read() {
    let read = read(&recorded("traverse_through_3_activities")[0], "h1", None);
    assert_eq!(read.until, Some("2017-12-05T16:16:27.757Z".parse().unwrap()));
    let told: Vec<_> = read
        .activities
        .iter()
        .map(|(report, event)| {
            (
                report.as_deref(),
                event.kind.word(),
                event.internal,
                event.text.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (None, "assignee", true, "assigned to the group Standard"),
            (None, "comment", true, "this is a comment"),
            (None, "reward", false, "bounty 250\n\nHere's a bounty!"),
        ]
    );
}
