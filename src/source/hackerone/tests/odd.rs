//! Shapes that no recording has.

use super::*;
use crate::domain::{FindingEventKind, FindingState, Resolution, Severity};

fn report(attributes: &Value, relationships: &Value) -> Value {
    json!({ "id": "7", "type": "report", "attributes": attributes, "relationships": relationships })
}

/// One report with a title and what else is given.
fn one(attributes: Value, relationships: &Value) -> (Finding, Vec<SourceFlaw>) {
    let mut attributes = attributes;
    attributes["title"] = json!("t");
    if attributes["state"].is_null() {
        attributes["state"] = json!("new");
    }
    let mut read = read(
        &json!({ "data": report(&attributes, relationships) }),
        "h1",
        Some("acme"),
    );
    (read.findings.remove(0), read.flaws)
}

#[test]
fn every_state_lands_where_it_should() {
    use FindingState::{Blocked, Closed, FixedPendingVerify, Open, Triaged};
    for (native, main, state, resolution, known) in [
        ("new", "open", Open, None, true),
        ("pending-program-review", "open", Open, None, true),
        ("triaged", "open", Triaged, None, true),
        ("needs-more-info", "open", Blocked, None, true),
        ("retesting", "open", FixedPendingVerify, None, true),
        ("resolved", "closed", Closed, Some(Resolution::Fixed), true),
        ("informative", "closed", Closed, Some(Resolution::WontFix), true),
        ("not-applicable", "closed", Closed, Some(Resolution::Invalid), true),
        ("spam", "closed", Closed, Some(Resolution::Invalid), true),
        ("duplicate", "closed", Closed, Some(Resolution::Duplicate), true),
        ("frozen", "closed", Closed, None, false),
        ("frozen", "open", Open, None, false),
    ] {
        let (finding, flaws) = one(json!({ "state": native, "main_state": main }), &json!({}));
        assert_eq!((finding.state, finding.resolution), (state, resolution), "{native}");
        assert_eq!(finding.native_state, native);
        assert_eq!(flaws.is_empty(), known, "{flaws:?}");
    }
}

#[test]
fn severities_are_rated_by_word_or_by_score() {
    for (attributes, expected, known) in [
        (json!({ "rating": "critical", "score": 1.0 }), Severity::Critical, true),
        (json!({ "rating": "none" }), Severity::None, true),
        (json!({ "rating": null, "score": 9.0 }), Severity::Critical, true),
        (json!({ "score": "7.5" }), Severity::High, true),
        (json!({ "score": 4 }), Severity::Medium, true),
        (json!({ "score": 0.1 }), Severity::Low, true),
        (json!({ "score": 0 }), Severity::None, true),
        (json!({ "rating": "apocalyptic" }), Severity::None, false),
        (json!({}), Severity::None, true),
    ] {
        let severity = json!({ "severity": { "data": { "attributes": attributes } } });
        let (finding, flaws) = one(json!({}), &severity);
        assert_eq!((finding.severity, flaws.is_empty()), (expected, known), "{attributes}");
    }
}

#[test]
fn every_known_type_of_activity_has_its_kind_and_an_unknown_one_is_kept() {
    use FindingEventKind::{Assignee, Comment, Disclosure, Other, Reference, Reward, State, Text};
    let user = |name: &str| json!({ "data": { "type": "user", "attributes": { "username": name } } });
    let rated = |rating: &str| json!({ "data": { "attributes": { "rating": rating } } });
    let table = [
        ("comment", json!({ "message": "hi" }), json!({}), Comment, "hi"),
        ("bug-new", json!({}), json!({}), State, ""),
        ("bug-triaged", json!({ "message": " ok\n" }), json!({}), State, "ok"),
        ("bug-needs-more-info", json!({}), json!({}), State, ""),
        ("bug-resolved", json!({}), json!({}), State, ""),
        ("bug-informative", json!({}), json!({}), State, ""),
        (
            "bug-duplicate",
            json!({ "original_report_id": 12 }),
            json!({}),
            State,
            "duplicate of report 12",
        ),
        ("bug-not-applicable", json!({}), json!({}), State, ""),
        ("bug-spam", json!({}), json!({}), State, ""),
        ("bug-reopened", json!({}), json!({}), State, ""),
        (
            "bounty-awarded",
            json!({ "bounty_amount": "500", "bonus_amount": "50.00", "message": "thanks" }),
            json!({}),
            Reward,
            "bounty 500 USD, bonus 50.00 USD\n\nthanks",
        ),
        (
            "bounty-suggested",
            json!({ "bounty_amount": 500, "bonus_amount": "0.00" }),
            json!({}),
            Reward,
            "bounty 500 USD",
        ),
        ("swag-awarded", json!({}), json!({}), Reward, "swag"),
        (
            "user-assigned-to-bug",
            json!({}),
            json!({ "assigned_user": user("jo") }),
            Assignee,
            "assigned to jo",
        ),
        (
            "group-assigned-to-bug",
            json!({}),
            json!({ "group": { "data": { "attributes": { "name": "Team  A" } } } }),
            Assignee,
            "assigned to the group Team A",
        ),
        (
            "nobody-assigned-to-bug",
            json!({}),
            json!({}),
            Assignee,
            "assigned to nobody",
        ),
        (
            "reference-id-added",
            json!({ "reference": "PAY-1", "reference_url": "https://x/PAY-1" }),
            json!({}),
            Reference,
            "reference PAY-1 (https://x/PAY-1)",
        ),
        (
            "report-severity-updated",
            json!({}),
            json!({ "old_severity": rated("low"), "new_severity": rated("high") }),
            FindingEventKind::Severity,
            "low → high",
        ),
        (
            "report-title-updated",
            json!({ "old_title": "a", "new_title": "b" }),
            json!({}),
            Text,
            "a → b",
        ),
        ("agreed-on-going-public", json!({}), json!({}), Disclosure, ""),
        ("report-became-public", json!({}), json!({}), Disclosure, ""),
        ("manually-disclosed", json!({}), json!({}), Disclosure, ""),
        ("comments-closed", json!({}), json!({}), Other, ""),
        (
            "cve-id-added",
            json!({ "cve_ids": ["CVE-2024-1"] }),
            json!({}),
            Text,
            "CVE-2024-1",
        ),
        ("quantum-entangled", json!({ "message": "?" }), json!({}), Other, "?"),
    ];
    for (index, (name, attributes, relationships, kind, text)) in table.into_iter().enumerate() {
        let mut attributes = attributes;
        attributes["created_at"] = json!("2026-01-02T00:00:00Z");
        attributes["internal"] = json!(index % 2 == 0);
        let native = format!("activity-{name}");
        let activity = json!({ "id": "1", "type": native, "attributes": attributes, "relationships": relationships });
        let bounty = json!({ "attributes": { "awarded_currency": "USD" } });
        let relationships = json!({ "activities": { "data": [activity] }, "bounties": { "data": [bounty] } });
        let (finding, flaws) = one(json!({}), &relationships);
        assert_eq!(flaws, []);
        let event = &finding.events[0];
        assert_eq!((event.kind, event.text.as_str()), (kind, text), "{name}");
        assert_eq!(
            (event.native.as_str(), event.internal),
            (native.as_str(), index % 2 == 0)
        );
    }
}

#[test]
fn one_bad_report_among_others_is_named_and_the_rest_is_read() {
    let good = |id: &str| json!({ "id": id, "type": "report", "attributes": { "title": "t", "state": "new" } });
    let list = json!({ "data": [
        good("1"),
        { "type": "report", "attributes": { "title": "no id" } },
        { "id": "3", "type": "report" },
        { "id": "4", "type": "report", "attributes": { "title": ["a"], "state": 7, "created_at": "yesterday" } },
        "a text",
        null,
        { "id": 6, "type": "report", "attributes": { "title": "a number for an id", "state": "new" },
          "relationships": { "severity": { "data": [] }, "assignee": "nobody", "activities": { "data": [
              {}, { "id": "9", "type": "activity-comment" }, 7,
          ] }, "attachments": { "data": [{}, { "id": "a", "attributes": { "file_size": -1 } }] } } },
    ] });
    let read = read(&list, "h1", Some("acme"));
    let ids: Vec<&str> = read
        .findings
        .iter()
        .map(|finding| finding.id.external.as_str())
        .collect();
    assert_eq!(ids, ["1", "4", "6"]);
    let flaws: Vec<String> = read.flaws.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(flaws.join("\n"), @r##"
    acme: a report has no id
    report 3: it has no attributes
    report 4: it has no title
    report 4: its state "7" is not known; it is taken as open
    report 4: its `created_at` is no time
    acme: "something else" stands where a report is expected
    acme: "something else" stands where a report is expected
    report 6: an activity has no id
    report 6: its activity 9 has no time
    report 6: an activity has no id
    "##);
    assert_eq!(read.findings[2].files[0].name, "attachment-a");
}

#[test]
fn nothing_that_is_no_document_is_read_as_an_empty_one() {
    for json in [
        json!(null),
        json!([]),
        json!({}),
        json!({ "data": null }),
        json!({ "errors": [{ "status": 403 }] }),
    ] {
        let read = read(&json, "h1", Some("acme"));
        assert!(read.findings.is_empty());
        assert_eq!(read.flaws.len(), 1, "{json}");
    }
}

#[test]
fn impact_steps_tags_and_custom_fields_find_their_place() {
    let custom = |label: &str, value: Value| {
        let definition = json!({ "data": { "id": "3", "attributes": { "label": label } } });
        json!({ "attributes": { "value": value }, "relationships": { "custom_field_attribute": definition } })
    };
    let customs = json!([
        custom("Business Unit (EU)", json!("Pay")),
        custom("Entity tag", json!(" checkout ")),
        custom("Empty", json!(null)),
    ]);
    let scope = json!({ "asset_identifier": "api.example.com", "asset_tags": [{ "name": "api" }] });
    let relationships = json!({
        "custom_field_values": { "data": customs },
        "structured_scope": { "data": { "attributes": scope } },
        "attachments": { "data": [{ "id": "1", "attributes": { "file_name": "a.png", "file_size": 3 } }] },
        "activities": { "data": [{ "id": "2", "type": "activity-comment",
            "attributes": { "created_at": "2026-01-01T00:00:00Z" },
            "relationships": { "attachments": { "data": [
                { "id": "1", "attributes": { "file_name": "a.png" } },
                { "id": "5", "attributes": { "file_name": "b.txt", "content_type": "text/plain", "expiring_url": "https://s3/x" } },
            ] } } }] },
    });
    let attributes = json!({
        "vulnerability_information": "Broken.\n\n## Impact\n\nAll of it.",
        "impact": "All of it.",
        "steps_to_reproduce": "1. Look.",
        "issue_tracker_reference_id": "pay-12",
        "issue_tracker_reference_url": "https://acme.atlassian.net/browse/PAY-13",
        "cve_ids": ["CVE-2024-1"],
    });
    let (finding, flaws) = one(attributes, &relationships);
    assert_eq!(flaws, []);
    assert_eq!(
        finding.body,
        "Broken.\n\n## Impact\n\nAll of it.\n\n## Steps To Reproduce\n\n1. Look."
    );
    assert_eq!(finding.keys, ["PAY-12", "PAY-13"]);
    assert_eq!(finding.tag.as_deref(), Some("checkout"));
    assert_eq!(finding.fields["custom_business_unit_eu"], "Pay");
    assert!(!finding.fields.contains_key("custom_empty"));
    assert_eq!(finding.fields["cve_ids"], json!(["CVE-2024-1"]));
    let files: Vec<(&str, &str)> = finding
        .files
        .iter()
        .map(|file| (file.id.as_str(), file.name.as_str()))
        .collect();
    assert_eq!(files, [("1", "a.png"), ("5", "b.txt")]);
    assert!(finding.events[0].internal, "who may see it is not told");
    let mut untagged = relationships;
    untagged["custom_field_values"]["data"] = json!([]);
    let (finding, _) = one(json!({}), &untagged);
    assert_eq!(finding.tag.as_deref(), Some("api"));
}

#[test]
fn a_webhook_brings_its_report_and_its_activity() {
    let activity = json!({ "id": "5", "type": "activity-comment",
        "attributes": { "created_at": "2026-01-01T00:00:00Z", "report_id": "7" } });
    let attributes = json!({ "title": "t", "state": "new" });
    for wrapped in [false, true] {
        let wrap = |value: Value| if wrapped { json!({ "data": value }) } else { value };
        let payload = json!({ "data": { "activity": wrap(activity.clone()),
            "report": wrap(report(&attributes, &json!({}))) } });
        let read = read(&payload, "h1", None);
        assert_eq!((read.findings.len(), read.flaws.len()), (1, 0));
        assert_eq!(read.activities[0].0.as_deref(), Some("7"));
    }
}

#[test]
fn summaries_are_fields_by_who_wrote_them() {
    let report = json!({ "data": { "id": "1", "type": "report", "attributes": { "title": "t", "state": "new" },
        "relationships": { "summaries": { "data": [
            { "id": "1", "type": "report-summary", "attributes": { "category": "team", "content": "It is real." } },
            { "id": "2", "type": "report-summary", "attributes": { "category": "Triage Team", "content": "Seen." } },
            { "id": "3", "type": "report-summary", "attributes": { "content": " " } },
        ] } } } });
    let document = read(&report, "h1", None);
    let fields = &document.findings[0].fields;
    assert_eq!(
        (&fields["summary_team"], &fields["summary_triage_team"]),
        (&json!("It is real."), &json!("Seen."))
    );
    assert!(!fields.contains_key("summary_report"));
}
