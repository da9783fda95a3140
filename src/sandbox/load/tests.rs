use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use serde_json::json;

use super::*;
use crate::sandbox::model::{Category, ResolutionIdx};

const SAMPLE: &[u8] = include_bytes!("../../../tests/data/sandbox/tidev-sample.ndjson");

fn now() -> Timestamp {
    "2026-11-22T06:30:00Z".parse().unwrap()
}

/// The recorded issues as JSON.
fn recorded() -> Vec<Value> {
    let lines = SAMPLE.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

#[test]
fn what_was_recorded_is_there_again() {
    let world = load(SAMPLE, Flavour::DataCenter, now()).unwrap();
    let records = recorded();
    assert_eq!(world.issue_count(), records.len());
    for record in &records {
        let fields = &record["fields"];
        let idx = world.issue_by_key(record["key"].as_str().unwrap()).unwrap();
        let issue = world.issue(idx);
        assert_eq!(issue.id.to_string(), record["id"].as_str().unwrap());
        assert_eq!(&*issue.summary, fields["summary"].as_str().unwrap());
        assert_eq!(
            &*world.status(issue.status).name,
            fields["status"]["name"].as_str().unwrap()
        );
        assert_eq!(
            world.status(issue.status).category.key(),
            fields["status"]["statusCategory"]["key"].as_str().unwrap()
        );
        let wiki = |text: &Option<crate::sandbox::richtext::RichText>| {
            text.as_ref().map(|t| t.wiki(&world.users, world.flavour))
        };
        assert_eq!(wiki(&issue.description).as_deref(), fields["description"].as_str());
        assert_eq!(wiki(&issue.environment).as_deref(), fields["environment"].as_str());
        let person =
            |user: Option<crate::sandbox::model::UserIdx>| user.map(|user| world.user(user).display.to_string());
        assert_eq!(
            person(issue.assignee).as_deref(),
            fields["assignee"]["displayName"].as_str()
        );
        assert_eq!(
            person(issue.reporter).as_deref(),
            fields["reporter"]["displayName"].as_str()
        );
        let named = |list: &Value| list.as_array().map_or(0, Vec::len);
        assert_eq!(issue.comments.len(), named(&fields["comment"]["comments"]));
        assert_eq!(issue.attachments.len(), named(&fields["attachment"]));
        assert_eq!(issue.links.len(), named(&fields["issuelinks"]));
        assert_eq!(issue.labels.len(), named(&fields["labels"]));
        assert_eq!(issue.components.len(), named(&fields["components"]));
        assert_eq!(issue.fix_versions.len(), named(&fields["fixVersions"]));
        assert_eq!(issue.affects_versions.len(), named(&fields["versions"]));
        assert_eq!(
            issue.parent.is_some(),
            !fields["parent"].is_null() || !fields["epic"].is_null()
        );
        let priority = issue.priority.map(|priority| world.priority(priority).name.to_string());
        assert_eq!(priority.as_deref(), fields["priority"]["name"].as_str());
        let resolution = issue
            .resolution
            .map(|resolution: ResolutionIdx| world.resolution(resolution).name.to_string());
        assert_eq!(resolution.as_deref(), fields["resolution"]["name"].as_str());
        assert_eq!(issue.updated, instant(Some(&fields["updated"])).unwrap());
        for (comment, recorded) in issue
            .comments
            .iter()
            .zip(fields["comment"]["comments"].as_array().unwrap())
        {
            assert_eq!(
                comment.body.wiki(&world.users, world.flavour),
                recorded["body"].as_str().unwrap_or_default()
            );
        }
    }
}

#[test]
fn a_recording_can_be_searched_changed_and_read_as_adf() {
    let mut world = load(SAMPLE, Flavour::Cloud, now()).unwrap();
    let viewer = world.viewer(now());
    let all = world.search(&viewer, "").unwrap();
    assert_eq!(all.len(), recorded().len());
    let done = world.search(&viewer, "statusCategory = Done ORDER BY updated").unwrap();
    assert!(!done.is_empty() && done.len() < all.len());
    for idx in all {
        let issue = world.issue(idx);
        let texts = issue
            .description
            .iter()
            .chain(issue.comments.iter().map(|comment| &comment.body));
        for text in texts {
            assert_eq!(text.adf(&world.users)["type"], "doc");
        }
    }
    let id = world
        .transitions(done[0])
        .find(|way| world.status(way.to).category != Category::Done)
        .unwrap()
        .id;
    world
        .transition(done[0], id, Vec::new(), Some(world.me), now())
        .unwrap();
    assert_eq!(world.issue(done[0]).resolution, None);
}

#[test]
fn gzip_is_recognised_by_its_first_bytes_and_only_line_feeds_end_lines() {
    let mut zip = GzEncoder::new(Vec::new(), Compression::fast());
    zip.write_all(SAMPLE).unwrap();
    let zipped = load(&zip.finish().unwrap(), Flavour::DataCenter, now()).unwrap();
    assert_eq!(zipped.issue_count(), recorded().len());
    let odd = "{\"id\":1,\"key\":\"A-1\",\"fields\":{\"summary\":\"one\u{2028}two\u{85}three\"}}\r\n\n  \n";
    let world = load(odd.as_bytes(), Flavour::Cloud, now()).unwrap();
    assert_eq!(&*world.issue(IssueIdx(0)).summary, "one\u{2028}two\u{85}three");
    assert!(
        load(&[0x1f, 0x8b, 1, 2, 3], Flavour::Cloud, now())
            .unwrap_err()
            .to_string()
            .contains("cannot unpack")
    );
}

#[test]
fn little_is_enough_and_too_little_is_named() {
    let bare = json!({"id": "7", "key": "X-9", "fields": {
        "summary": null, "assignee": {}, "created": "2020-01-01T00:00:00+01:00", "status": null, "flagged": false,
    }});
    let world = load(bare.to_string().as_bytes(), Flavour::Cloud, now()).unwrap();
    let issue = world.issue(IssueIdx(0));
    assert_eq!(
        (issue.number, issue.created.to_string()),
        (9, "2019-12-31T23:00:00Z".to_owned())
    );
    assert_eq!(issue.extra["flagged"], false);
    let error = |text: &str| load(text.as_bytes(), Flavour::Cloud, now()).unwrap_err().to_string();
    assert_eq!(
        error("\n{\"id\":1}"),
        "line 2 of the recorded issues is no Jira issue: it has no `key`"
    );
    assert!(error("{}\n[1]").starts_with("line 2 of the recorded issues is not a JSON object:"));
}
