//! Recorded payloads, read; then what no recording has, and looks at a service on this machine.

use std::{io::Read, path::Path};

use serde_json::json;

use super::*;
use crate::domain::{FindingState, Resolution};

mod looks;
mod writes;

/// A file of `tests/data/findings/github-pr`.
fn stored(name: &str) -> Value {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/findings/github-pr");
    let packed = std::fs::read(folder.join(format!("{name}.json.gz"))).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    serde_json::from_str(&text).unwrap()
}

#[test]
fn every_recorded_payload_is_read() {
    let mut lines = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/findings/github-pr");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| {
            Some(
                entry
                    .unwrap()
                    .file_name()
                    .to_str()?
                    .strip_suffix(".json.gz")?
                    .to_owned(),
            )
        })
        .collect();
    names.sort();
    for name in names {
        let json = stored(&name);
        let bodies = match json[0]["scope"].is_string() {
            true => json
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["response"].clone())
                .collect(),
            false => vec![json],
        };
        for body in bodies {
            let read = read(&body, "gh", None);
            let told: Vec<String> = read
                .findings
                .iter()
                .map(|finding| {
                    let events: Vec<&str> = finding.events.iter().map(|event| event.native.as_str()).collect();
                    format!(
                        "{} {} [{}]",
                        finding.id.external,
                        finding.native_state,
                        events.join(" ")
                    )
                })
                .collect();
            let (reviews, flaws) = (read.reviews.len(), read.flaws.len());
            lines.push(format!("{name}: {} reviews={reviews} flaws={flaws}", told.join(", ")));
        }
    }
    insta::assert_snapshot!(lines.join("\n"), @r##"
    github-for-jira-api-code-scanning-alert-created:  reviews=0 flaws=0
    github-for-jira-api-pull-request-has-multiple-reviewers-with-multiple-reviews:  reviews=9 flaws=0
    github-for-jira-api-pull-request-list: integrations/test#51 closed [opened closed] reviews=0 flaws=0
    octokit-paginate-issues:  reviews=0 flaws=0
    octokit-paginate-issues:  reviews=0 flaws=0
    octokit-paginate-issues:  reviews=0 flaws=0
    octokit-paginate-issues:  reviews=0 flaws=0
    octokit-paginate-issues:  reviews=0 flaws=0
    pull_request-assigned.with-organization.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-closed.with-organization.payload: codertocat/hello-world#2 closed [opened closed] reviews=0 flaws=0
    pull_request-converted_to_draft.with-installation.payload: codertocat/hello-world#2 draft [opened] reviews=0 flaws=0
    pull_request-labeled.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-locked.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-opened.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-opened.with-organization.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-ready_for_review.with-installation.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-reopened.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-review_request_removed.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-synchronize.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-unassigned.with-organization.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-unlabeled.with-organization.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request-unlocked.with-organization.payload: codertocat/hello-world#2 open [opened] reviews=0 flaws=0
    pull_request_review-submitted.payload: codertocat/hello-world#2 open [opened review-commented] reviews=0 flaws=0
    "##);
}

#[test]
fn a_pull_request_is_told_whole() {
    let read = read(&stored("pull_request-closed.with-organization.payload"), "gh", None);
    assert!(read.flaws.is_empty());
    insta::assert_json_snapshot!(read.findings[0], @r##"
    {
      "id": {
        "source": "gh",
        "external": "codertocat/hello-world#2"
      },
      "kind": "remediation",
      "title": "Update the README with new information.",
      "body": "This is a pretty simple change that we need to pull into master.",
      "url": "https://github.com/Codertocat/Hello-World/pull/2",
      "severity": "none",
      "state": "closed",
      "native_state": "closed",
      "resolution": "withdrawn",
      "assignee": {
        "name": "Codertocat",
        "group": false
      },
      "reporter": "Codertocat",
      "keys": [],
      "fields": {
        "additions": 1,
        "assignees": [
          "Codertocat"
        ],
        "author_association": "OWNER",
        "base": "master",
        "branch": "changes",
        "changed_files": 1,
        "closed_at": "2019-05-15T15:21:18Z",
        "comments": 0,
        "commits": 1,
        "deletions": 1,
        "draft": false,
        "head_repository": "Codertocat/Hello-World",
        "labels": [
          "bug"
        ],
        "locked": false,
        "number": 2,
        "repository": "Codertocat/Hello-World",
        "requested_reviewers": [
          "octocat"
        ],
        "review_comments": 1
      },
      "origin": "Codertocat/Hello-World",
      "created": "2019-05-15T15:20:33Z",
      "updated": "2019-05-15T15:21:18Z",
      "events": [
        {
          "id": "opened",
          "kind": "pull-request-opened",
          "native": "opened",
          "actor": "Codertocat",
          "at": "2019-05-15T15:20:33Z",
          "text": "",
          "internal": false
        },
        {
          "id": "closed 2019-05-15T15:21:18Z",
          "kind": "pull-request-closed",
          "native": "closed",
          "at": "2019-05-15T15:21:18Z",
          "text": "",
          "internal": false
        }
      ],
      "files": []
    }
    "##);
}

#[test]
fn reviews_by_themselves_are_told_with_their_pull_request() {
    let name = "github-for-jira-api-pull-request-has-multiple-reviewers-with-multiple-reviews";
    let read = read(&stored(name), "gh", None);
    assert!(read.findings.is_empty() && read.flaws.is_empty());
    let (of, event) = &read.reviews[1];
    assert!(of.ends_with("#2") || of.contains('#'), "{of}");
    assert_eq!(
        (event.native.as_str(), event.text.as_str()),
        ("review-changes-requested", "SDSSDASD")
    );
}

fn pull(more: &Value) -> Value {
    let mut pull = json!({
        "number": 7, "state": "open", "title": "t", "user": { "login": "jo" },
        "head": { "ref": "main" }, "base": { "ref": "main", "repo": { "full_name": "Acme/Pay" } },
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-02T00:00:00Z",
    });
    for (name, value) in more.as_object().unwrap() {
        pull[name] = value.clone();
    }
    pull
}

fn one(more: &Value) -> (Finding, Vec<SourceFlaw>) {
    let mut read = read(&pull(more), "gh", None);
    (read.findings.remove(0), read.flaws)
}

#[test]
fn states_land_where_they_should() {
    use FindingState::{Closed, InProgress, Open};
    let at = "2026-01-02T00:00:00Z";
    for (more, native, state, resolution, last) in [
        (json!({}), "open", Open, None, "opened"),
        (json!({ "draft": true }), "draft", InProgress, None, "opened"),
        (
            json!({ "state": "closed", "closed_at": at, "merged_at": at, "merged_by": { "login": "al" } }),
            "merged",
            Closed,
            Some(Resolution::Fixed),
            "merged",
        ),
        (
            json!({ "state": "closed", "merged": true }),
            "merged",
            Closed,
            Some(Resolution::Fixed),
            "opened",
        ),
        (
            json!({ "state": "closed", "draft": true, "closed_at": at }),
            "closed",
            Closed,
            Some(Resolution::Withdrawn),
            "closed",
        ),
    ] {
        let (finding, flaws) = one(&more);
        assert_eq!(flaws, []);
        assert_eq!(
            (finding.native_state.as_str(), finding.state, finding.resolution),
            (native, state, resolution)
        );
        let event = finding.events.last().unwrap();
        assert_eq!(event.native, last, "{more}");
        assert_eq!(
            event.actor.as_deref(),
            match last {
                "merged" => Some("al"),
                "closed" => None,
                _ => Some("jo"),
            }
        );
    }
    let (finding, flaws) = one(&json!({ "state": "frozen" }));
    assert_eq!((finding.state, flaws.len()), (Open, 1));
}

#[test]
fn keys_and_findings_are_taken_from_title_branch_and_body() {
    let (finding, _) = one(&json!({
        "title": "PAY-1 Use UTF-8",
        "head": { "ref": "fix/pay-2-cve-2024-1234" },
        "body": "For https://acme.atlassian.net/browse/PAY-3 and https://hackerone.com/reports/200\r\nFinding: scans/x",
    }));
    assert_eq!(finding.keys, ["PAY-1", "PAY-2", "PAY-3"]);
    assert_eq!(finding.fields["findings"], json!(["200", "scans/x"]));
    assert_eq!(finding.id.external, "acme/pay#7");
    assert_eq!(finding.origin, "Acme/Pay");
    let (finding, _) = one(&json!({ "body": null }));
    assert_eq!((finding.body.as_str(), finding.keys.len()), ("", 0));
}

#[test]
fn a_list_of_issues_gives_its_pull_requests_only() {
    let issue = json!({ "number": 3, "title": "an issue", "html_url": "https://github.com/acme/pay/issues/3" });
    let mut merged = issue.clone();
    merged["number"] = json!(4);
    merged["state"] = json!("closed");
    merged["html_url"] = json!("https://github.com/acme/pay/pull/4");
    merged["pull_request"] = json!({ "merged_at": "2026-01-01T00:00:00Z" });
    let read = read(&json!([issue, merged]), "gh", None);
    assert_eq!((read.findings.len(), read.flaws.len()), (1, 0));
    let finding = &read.findings[0];
    assert_eq!(
        (finding.id.external.as_str(), finding.native_state.as_str()),
        ("acme/pay#4", "merged")
    );
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_read() {
    let list = json!([
        pull(&json!({})),
        { "head": {}, "title": "no number" },
        pull(&json!({ "number": 8, "title": null, "updated_at": "soon", "assignees": "x", "labels": [1, {}] })),
        "text",
        { "pull_request_url": "https://api.github.com/", "submitted_at": "2026-01-01T00:00:00Z", "id": 1 },
    ]);
    let read = read(&list, "gh", Some("acme/pay"));
    assert_eq!(read.findings.len(), 2);
    let flaws: Vec<String> = read.flaws.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(flaws.join("\n"), @r##"
    acme/pay: a pull request has no number or no repository
    acme/pay#8: it has no title
    acme/pay#8: its `updated_at` is no time
    acme/pay: what stands there is no pull request
    acme/pay: a review has no time or no pull request
    "##);
    for none in [json!(null), json!("x"), json!(7)] {
        assert_eq!(super::read(&none, "gh", None).flaws.len(), 1);
    }
}

#[test]
fn ids_lead_back_to_owner_name_and_number() {
    use super::pull::parts_of;
    assert_eq!(parts_of("acme/pay#7"), Some(("acme", "pay", 7)));
    for wrong in [
        "",
        "acme#7",
        "acme/pay",
        "acme/pay#x",
        "/pay#7",
        "acme/../x#7",
        "../pay#7",
        "acme/..#7",
    ] {
        assert_eq!(parts_of(wrong), None, "{wrong}");
    }
}
