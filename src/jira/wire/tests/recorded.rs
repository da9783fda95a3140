//! Payloads that real servers gave, read whole.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{instant, issue, meta, page, parts, screen},
    bytes, data, document, documents,
};
use crate::domain::{Comment, FieldKind, History, Issue, RichText, StatusCategory};

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// All whole issues anywhere inside.
fn issues_in<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
    match value {
        Value::Object(object) => {
            let whole = object
                .get("fields")
                .is_some_and(|fields| fields.get("created").is_some());
            if whole && object.contains_key("key") {
                found.push(value);
            }
            object.values().for_each(|inner| issues_in(inner, found));
        }
        Value::Array(list) => list.iter().for_each(|inner| issues_in(inner, found)),
        _ => {}
    }
}

/// Elements of a list of the raw issue; an object's own list for containers.
fn length(fields: &Value, pointer: &str) -> usize {
    fields.pointer(pointer).and_then(Value::as_array).map_or(0, Vec::len)
}

/// Whether a raw value tells anything.
fn tells(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => list.iter().any(tells),
        Value::Object(object) => !object.is_empty() && !object.contains_key("showField"),
        _ => true,
    }
}

/// Everything important of the raw issue is in the issue.
fn assert_nothing_lost(raw: &Value, issue: &Issue, place: &str) {
    let fields = &raw["fields"];
    let at = |what: &str| format!("{place} {}: {what}", issue.key);
    assert_eq!(
        issue.summary,
        fields["summary"].as_str().unwrap_or_default(),
        "{}",
        at("summary")
    );
    for (name, count) in [
        ("/comment/comments", issue.comments.len()),
        ("/labels", issue.labels.len()),
        ("/components", issue.components.len()),
        ("/fixVersions", issue.fix_versions.len()),
        ("/versions", issue.affected_versions.len()),
        ("/attachment", issue.attachments.len()),
        ("/subtasks", issue.subtasks.len()),
    ] {
        assert_eq!(count, length(fields, name), "{}", at(name));
    }
    assert_eq!(
        issue.history.len(),
        length(raw, "/changelog/histories"),
        "{}",
        at("history")
    );
    for (name, told) in [
        ("description", issue.description.is_some()),
        ("environment", issue.environment.is_some()),
        ("assignee", issue.assignee.is_some()),
        ("reporter", issue.reporter.is_some()),
        ("creator", issue.creator.is_some()),
        ("priority", issue.priority.is_some()),
        ("resolution", issue.resolution.is_some()),
        ("resolutiondate", issue.resolved.is_some()),
        ("duedate", issue.due.is_some()),
        ("parent", issue.parent.is_some()),
        ("votes", issue.votes.is_some()),
        ("watches", issue.watchers.is_some()),
        ("timespent", issue.time_spent.is_some()),
        ("timeestimate", issue.remaining_estimate.is_some()),
        ("timeoriginalestimate", issue.original_estimate.is_some()),
    ] {
        assert!(told || !fields.get(name).is_some_and(tells), "{}", at(name));
    }
    assert_eq!(
        instant(&fields["created"].clone().into()),
        Some(issue.created),
        "{}",
        at("created")
    );
    if let Some(updated) = fields.get("updated") {
        assert_eq!(
            instant(&updated.clone().into()),
            Some(issue.updated),
            "{}",
            at("updated")
        );
    }
    assert!(
        !issue.status.name.is_empty() && !issue.issue_type.name.is_empty(),
        "{}",
        at("status, type")
    );
    assert!(issue.key.as_str().starts_with(&issue.project.key), "{}", at("project"));
    for (id, value) in fields
        .as_object()
        .unwrap()
        .iter()
        .filter(|(id, _)| id.starts_with("customfield_"))
    {
        assert_eq!(issue.custom.contains_key(id), tells(value), "{} {value}", at(id));
    }
    let authors = |list: &Vec<Value>| {
        list.iter()
            .filter(|comment| comment.get("author").is_some_and(tells))
            .count()
    };
    let written = fields
        .pointer("/comment/comments")
        .and_then(Value::as_array)
        .map_or(0, authors);
    let people = issue.comments.iter().filter(|comment| comment.author.is_some()).count();
    assert_eq!(people, written, "{}", at("comment authors"));
}

/// The same from a page that is read at once, and from one where something else is odd.
fn alike(raw: &Value) -> [Issue; 2] {
    let read = |page: String| {
        let listing = page::listing(page.as_bytes(), &["issues"], issue::issue).unwrap();
        listing.items.into_iter().next_back().unwrap()
    };
    [
        read(format!(r#"{{"issues":[{raw}]}}"#)),
        read(format!(r#"{{"issues":[{{"key":"half an emoji \ud83d"}},{raw}]}}"#)),
    ]
}

#[test]
fn recorded_issues_lose_nothing() {
    let mut read = 0;
    for path in files(&data().join("issues")) {
        let place = path.file_name().unwrap().to_string_lossy().into_owned();
        for document in documents(&path) {
            let mut found = Vec::new();
            issues_in(&document, &mut found);
            for raw in found.into_iter().filter(|raw| raw.get("id").is_some()) {
                let issue = issue::issue(raw.clone().into()).unwrap();
                assert_nothing_lost(raw, &issue, &place);
                assert_eq!(alike(raw), [issue.clone(), issue.clone()], "{place}");
                let stored = serde_json::to_string(&issue).unwrap();
                let restored: Issue = serde_json::from_str(&stored).unwrap();
                let kept = Issue {
                    history: Vec::new(),
                    history_complete: false,
                    ..issue
                };
                assert_eq!(restored, kept, "{place}");
                read += 1;
            }
        }
    }
    assert!(read >= 200, "only {read} issues");
}

#[test]
fn a_whole_issue_of_cloud_is_read() {
    let raw = document("issues/jiratui-api_controller-issue.json");
    let issue = issue::issue(raw.into()).unwrap();
    insta::assert_json_snapshot!(json!({
        "id": issue.id, "key": issue.key, "summary": issue.summary, "project": issue.project,
        "type": issue.issue_type, "status": issue.status, "priority": issue.priority,
        "assignee": issue.assignee.as_ref().map(|user| &user.id), "labels": issue.labels,
        "adf": matches!(issue.description, Some(RichText::Adf(_))),
        "created": issue.created, "updated": issue.updated, "due": issue.due,
        "comments": [issue.comments.len(), issue.comment_total as usize], "votes": issue.votes,
        "watchers": issue.watchers, "estimates": [issue.original_estimate, issue.remaining_estimate, issue.time_spent],
        "links": issue.links, "subtasks": issue.subtasks, "parent": issue.parent,
    }), @r#"
    {
      "adf": true,
      "assignee": "abe10be",
      "comments": [
        1,
        1
      ],
      "created": "2025-07-05T14:34:59Z",
      "due": "2025-12-31",
      "estimates": [
        120,
        60,
        60
      ],
      "id": "10002",
      "key": "SCRUM-10",
      "labels": [],
      "links": [
        {
          "kind": "Relates",
          "other": {
            "id": "10005",
            "key": "SCRUM-9",
            "status": {
              "category": "indeterminate",
              "id": "10001",
              "name": "In Progress"
            },
            "summary": "(Sample) Add Login Rate Limiting"
          },
          "relation": "relates to"
        },
        {
          "kind": "Cloners",
          "other": {
            "id": "10000",
            "key": "SCRUM-1",
            "status": {
              "category": "indeterminate",
              "id": "10001",
              "name": "In Progress"
            },
            "summary": "(Sample) Payment Processing with Async"
          },
          "relation": "is cloned by"
        }
      ],
      "parent": {
        "id": "10000",
        "key": "SCRUM-1",
        "status": {
          "category": "indeterminate",
          "id": "10001",
          "name": "In Progress"
        },
        "summary": "(Sample) Payment Processing with Async"
      },
      "priority": null,
      "project": {
        "id": "10000",
        "key": "SCRUM",
        "name": "Test Project"
      },
      "status": {
        "category": "indeterminate",
        "id": "10001",
        "name": "In Progress"
      },
      "subtasks": [],
      "summary": "(Sample) Set Up Payment Logging",
      "type": {
        "id": "10003",
        "name": "Task",
        "subtask": false
      },
      "updated": "2025-07-14T22:33:38Z",
      "votes": 0,
      "watchers": 1
    }
    "#);
}

fn listed<T>(file: &str, element: page::Element<T>) -> Vec<T> {
    let body = match documents(&data().join("lists").join(file)) {
        lines if lines.len() > 1 => Value::Array(lines.into_iter().map(|mut line| line["data"].take()).collect()),
        mut one => one.remove(0),
    };
    let names = ["values", "comments", "transitions"];
    let listing = page::listing(&bytes(&body), &names, element).unwrap();
    assert_eq!(listing.skipped, Vec::<String>::new(), "{file}");
    listing.items
}

#[test]
fn recorded_lists_are_read() {
    let history: Vec<History> = listed("devlake-cloud-changelogs.ndjson.gz", |value| {
        parts::history(value).ok_or_default()
    });
    assert_eq!(history.len(), 100);
    assert!(
        history
            .iter()
            .all(|entry| entry.author.is_some() && !entry.items.is_empty())
    );
    let comments: Vec<Comment> = listed("jira-ruby-10002-comment.json", |value| {
        parts::comment(value, Timestamp::UNIX_EPOCH).ok_or_default()
    });
    assert!(comments.len() == 2 && comments.iter().all(|comment| comment.created.as_second() > 0));
    let statuses = listed("devlake-cloud-statuses.ndjson", meta::status);
    assert_eq!(statuses.len(), 53);
    assert!(
        statuses
            .iter()
            .all(|status| status.category != StatusCategory::Undefined)
    );
    assert!(listed("jirametrics-testdata-sample_statuses.json", meta::status).len() > 4);
    assert!(listed("jira-ruby-mock_responses-status.json", meta::status).len() > 4);
    let types = listed("devlake-cloud-issuetypes.ndjson", meta::issue_type);
    assert!(types.iter().any(|kind| kind.subtask) && types.iter().any(|kind| !kind.subtask));
    assert!(listed("go-jira-mock-data-all_resolutions.json", meta::name).len() > 4);
    let priorities = listed("jira-ruby-mock_responses-priority.json", meta::name);
    assert_eq!(priorities.first().map(|named| named.name.as_str()), Some("Blocker"));
    let versions = listed("sling-org-apache-s-jira-versions.json.gz", meta::version);
    assert!(versions.len() == 201 && versions.iter().any(|version| version.released));
    let transitions = listed("go-jira-mock-data-transitions.json", screen::transition);
    assert!(
        transitions
            .iter()
            .all(|step| !step.id.is_empty() && !step.to.id.is_empty())
    );
    let fields = listed("defectdojo-field.json.gz", meta::field);
    assert!(fields.iter().any(|field| field.custom) && fields.iter().any(|field| field.kind == FieldKind::Date));
    let project = meta::project(document("lists/jenkins-project.json").into()).unwrap();
    assert_eq!(
        (project.key.as_str(), project.lead.unwrap().name.as_str()),
        ("MEETING", "kohsuke")
    );
}

trait OkOrDefault<T> {
    fn ok_or_default(self) -> Result<T, String>;
}

impl<T> OkOrDefault<T> for Option<T> {
    fn ok_or_default(self) -> Result<T, String> {
        self.ok_or_else(|| "unreadable".to_owned())
    }
}

#[test]
fn create_screens_of_old_servers_are_read() {
    let old = document("lists/JiraConnector-createmeta-valid-with-fields-expanded.json.gz");
    let old = old["projects"][0]["issuetypes"][0]["fields"].clone();
    let nested = document("lists/JiraConnector-fieldsinfo-valid-with-array-of-array-bug.json");
    let mut allowed = 0;
    let mut kinds = BTreeSet::new();
    for fields in [old, nested] {
        for (id, mut field) in fields.as_object().unwrap().clone() {
            field["fieldId"] = json!(id);
            let field = screen::field(field.into()).unwrap();
            assert_eq!(field.id, id);
            allowed += field.allowed.len();
            let many = if field.multiple { "many " } else { "" };
            kinds.insert(format!("{}: {many}{:?}", field.native, field.kind));
        }
    }
    assert!(allowed > 5, "{allowed}");
    let kinds: Vec<String> = kinds.into_iter().collect();
    insta::assert_snapshot!(kinds.join("\n"), @r"
    attachment: many Other
    component: many Component
    date: Date
    float: Number
    issuetype: IssueType
    multiversion: many Version
    priority: Priority
    project: Project
    radiobuttons: Option
    string: Rich
    string: Text
    string: many Labels
    textarea: Rich
    timetracking: TimeTracking
    user: User
    version: Version
    version: many Version
    ");
}
