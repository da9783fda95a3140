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
    h1-assign_report_to_group: 0 (0 events) 0 activities, 1 flaws: h1: "program" stands where a report is expected
    h1-assign_report_to_group: 0 (0 events) 0 activities, 1 flaws: h1: "program" stands where a report is expected
    h1-assign_report_to_group: 1 (19 events) 0 activities
    h1-assign_report_to_group_no_permission: 0 (0 events) 0 activities, 1 flaws: h1: "program" stands where a report is expected
    h1-assign_report_to_group_no_permission: 0 (0 events) 0 activities, 1 flaws: h1: "program" stands where a report is expected
    h1-assign_report_to_group_no_permission: 0 (0 events) 0 activities, 1 flaws: h1: it holds no `data`
    h1-award_a_bounty: 0 (0 events) 0 activities, 1 flaws: h1: "bounty" stands where a report is expected
    h1-create_report: 1 (1 events) 0 activities
    h1-empty_report_list: 0 (0 events) 0 activities
    h1-get_balance: 0 (0 events) 0 activities, 1 flaws: h1: "program-balance" stands where a report is expected
    h1-lock_report: 1 (2 events) 0 activities
    h1-lock_report: 0 (0 events) 1 activities
    h1-missing_report: 0 (0 events) 0 activities, 1 flaws: h1: it holds no `data`
    h1-missing_report: 0 (0 events) 0 activities, 1 flaws: h1: it holds no `data`
    h1-missing_report: 0 (0 events) 0 activities, 1 flaws: h1: it holds no `data`
    h1-report: 1 (7 events) 0 activities
    h1-report_list: 2 (2 events) 0 activities
    h1-reporters: 0 (0 events) 0 activities, 1 flaws: h1: "program" stands where a report is expected
    h1-reporters: 0 (0 events) 0 activities, 2 flaws: h1: "user" stands where a report is expected
    h1-reporters: 0 (0 events) 0 activities, 1 flaws: h1: "program" stands where a report is expected
    h1-reporters: 0 (0 events) 0 activities, 2 flaws: h1: "user" stands where a report is expected
    h1-stage_change: 1 (4 events) 0 activities
    h1-swag: 0 (0 events) 0 activities, 8 flaws: h1: "swag" stands where a report is expected
    h1-traverse_through_3_activities: 0 (0 events) 3 activities
    h1-traverse_through_3_activities: 0 (0 events) 3 activities
    h1-traverse_through_3_activities: 0 (0 events) 0 activities
    h1-triage_and_hook_assign_report_to_user: 1 (5 events) 0 activities
    h1-triage_and_hook_assign_report_to_user: 1 (4 events) 0 activities
    h1-triage_and_hook_assign_report_to_user: 0 (0 events) 0 activities, 1 flaws: h1: "program" stands where a report is expected
    h1-triage_and_hook_assign_report_to_user: 0 (0 events) 0 activities, 1 flaws: h1: "program" stands where a report is expected
    h1-triage_and_hook_assign_report_to_user: 1 (18 events) 0 activities
    h1-update_severity: 0 (0 events) 0 activities, 1 flaws: h1: "severity" stands where a report is expected
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
    insta::assert_json_snapshot!(finding, @r##"
    {
      "id": {
        "source": "h1",
        "external": "200"
      },
      "kind": "report",
      "title": "Sweet Vuln",
      "body": "some kind of description",
      "url": "https://hackerone.com/reports/200",
      "severity": "medium",
      "state": "triaged",
      "native_state": "triaged",
      "assignee": {
        "name": "Neil Matatall",
        "group": false
      },
      "reporter": "made-up-user",
      "keys": [],
      "fields": {
        "asset_availability_requirement": "high",
        "asset_confidentiality_requirement": "high",
        "asset_eligible_for_bounty": true,
        "asset_eligible_for_submission": true,
        "asset_identifier": "api.example.com",
        "asset_integrity_requirement": "high",
        "asset_max_severity": "critical",
        "asset_type": "url",
        "attack_complexity": "high",
        "attack_vector": "network",
        "availability": "low",
        "bonus_amount": 0,
        "bounties": [
          {
            "amount": "500.00",
            "awarded_amount": "500.00",
            "awarded_bonus_amount": "0.00",
            "awarded_currency": "USD",
            "bonus_amount": "0.00",
            "created_at": "2017-02-02T06:27:53.511Z"
          }
        ],
        "bounty_amount": 500,
        "bounty_awarded_at": "2017-02-02T06:27:53.522Z",
        "bounty_currency": "USD",
        "confidentiality": "low",
        "created_at": "2017-01-21T00:20:37.966Z",
        "first_program_activity_at": "2017-01-21T17:15:20.272Z",
        "integrity": "low",
        "issue_tracker_reference_id": "67650",
        "issue_tracker_reference_url": "https://github.com/internal/repo/issues/123456",
        "last_activity_at": "2017-02-02T06:31:09.905Z",
        "last_program_activity_at": "2017-02-02T06:28:10.594Z",
        "last_reporter_activity_at": "2017-02-02T06:31:09.905Z",
        "privileges_required": "none",
        "program": "github",
        "reporter_reputation": 433,
        "reporter_signal": 2.45454545454545,
        "reporter_username": "made-up-user",
        "scope": "changed",
        "severity_author_type": "User",
        "severity_rating": "medium",
        "severity_score": 6.5,
        "swag": 1,
        "swag_awarded_at": "2017-02-02T06:28:10.594Z",
        "triaged_at": "2017-01-21T17:15:20.272Z",
        "user_interaction": "none",
        "vulnerability_types": [
          "Information Disclosure"
        ],
        "weakness": "Cleartext Storage of Sensitive Information",
        "weakness_id": "CWE-312"
      },
      "origin": "github",
      "created": "2017-01-21T00:20:37.966Z",
      "updated": "2017-02-02T06:31:09.905Z",
      "events": [
        {
          "id": "created",
          "kind": "created",
          "native": "report",
          "actor": "made-up-user",
          "at": "2017-01-21T00:20:37.966Z",
          "text": "",
          "internal": false
        },
        {
          "id": "1434858",
          "kind": "reference",
          "native": "activity-reference-id-added",
          "actor": "Neil Matatall",
          "at": "2017-01-21T17:15:20.24Z",
          "text": "reference 67650 (https://github.com/internal/repo/issues/67650)",
          "internal": true
        },
        {
          "id": "1434859",
          "kind": "state",
          "native": "activity-bug-triaged",
          "actor": "Neil Matatall",
          "at": "2017-01-21T17:15:20.272Z",
          "text": "Thanks         for the report. I've escalated this to the appropriate team for validation.",
          "internal": false
        },
        {
          "id": "1434860",
          "kind": "assignee",
          "native": "activity-user-assigned-to-bug",
          "actor": "Neil Matatall",
          "at": "2017-01-21T17:15:34.351Z",
          "text": "assigned to Neil Matatall",
          "internal": true
        },
        {
          "id": "1457841",
          "kind": "reward",
          "native": "activity-bounty-awarded",
          "actor": "Neil Matatall",
          "at": "2017-02-02T06:27:53.522Z",
          "text": "bounty 500 USD\n\nThe         security team has had a chance to assess the severity and impact of this vulnerability         and we would like to offer you a $500 USD reward and send you some swag. While         the header injection risk was real, we feel that this was not actually exploitable         in any way. The header values are joined by a `,` reducing the risk of any         path traversals. If you are able to produce an exploit leading to data leakage         or worse, we can revisit this. \n\nThanks,\nNeil",
          "internal": false
        },
        {
          "id": "1457841#2",
          "kind": "reward",
          "native": "activity-bounty-awarded",
          "actor": "Neil Matatall",
          "at": "2017-02-02T06:27:53.522Z",
          "text": "bounty 250 USD\n\nThe here's an extra payout",
          "internal": false
        },
        {
          "id": "1457842",
          "kind": "reward",
          "native": "activity-swag-awarded",
          "actor": "github",
          "at": "2017-02-02T06:28:10.594Z",
          "text": "swag",
          "internal": false
        }
      ],
      "files": [
        {
          "id": "936424",
          "name": "2182_FtX8VdFq.jpg",
          "mime": "image/jpeg",
          "size": 653695,
          "url": "https://redacted.aws.s3.link"
        },
        {
          "id": "936425",
          "name": "swagger_parse.py",
          "mime": "text/x-python-script",
          "size": 482,
          "url": "https://redacted.aws.s3.link"
        }
      ]
    }
    "##);
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
    insta::assert_snapshot!(lines.join("\n"), @r##"
    h1/1337 high open None new Member group=false security 2016-02-02T04:05:06Z "api.example.com"
    h1/1338 medium triaged None triaged Admin group=true security 2016-02-03T03:01:36Z "example.com"
    h1/1339 medium closed Some(Duplicate) duplicate Admin group=true security 2016-10-03T03:01:36Z "example.com"
    h1/1340 medium closed Some(Invalid) not-applicable Admin group=true security 2016-02-03T03:01:36Z "example.com"
    "##);
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
    insta::assert_json_snapshot!(read.findings[0], @r##"
    {
      "id": {
        "source": "h1",
        "external": "2501687"
      },
      "kind": "report",
      "title": "Sensitive Account Balance Information Exposure via example's DaviPlata Payment Link Integration",
      "body": "",
      "url": "https://hackerone.com/reports/2501687",
      "severity": "medium",
      "state": "triaged",
      "native_state": "triaged",
      "assignee": {
        "name": "example.co Team",
        "group": true
      },
      "reporter": "reporter",
      "keys": [],
      "fields": {
        "awarded_at": "2024-08-28 19:40:24 UTC",
        "bounty": "400.0",
        "first_response_at": "2024-05-14 22:14:16 UTC",
        "public": "no",
        "reported_at": "2024-05-12 04:05:27 UTC",
        "reporter": "reporter",
        "severity_rating": "medium",
        "structured_scope": "1489537348",
        "triaged_at": "2024-08-28 19:35:16 UTC",
        "weakness": "Information Disclosure"
      },
      "origin": "acme",
      "created": "2024-05-12T04:05:27Z",
      "updated": "2024-08-28T19:40:24Z",
      "events": [
        {
          "id": "created",
          "kind": "created",
          "native": "report",
          "actor": "reporter",
          "at": "2024-05-12T04:05:27Z",
          "text": "",
          "internal": false
        }
      ],
      "files": []
    }
    "##);
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
