//! Sources and mappings: what they come to, what is said about mistakes, and how they are edited.

use serde_json::json;

use super::{mistakes::remarks, *};
use crate::{
    config::edit::Edit,
    domain::{FindingKind, FindingState, Resolution, Severity, StatusCategory},
};

const BOTH: &str = r#"# my file
[[connection]]
alias = "acme"
url = "https://acme.atlassian.net"
auth = { method = "api-token", email = "me@acme.com", secret = { env = "ACME_TOKEN" } }

[[source]]
name = "scans"   # nightly
type = "sarif"
paths = ["scans/*.sarif"]

# the one that matters
[[mapping]]
name = "scans to PAY"
connection = "ACME"
project = "pay"
issue_type = "Bug"
match = { source = "scans", severity = "medium", kind = ["vulnerability"], where = "title ~ sql" }
create = "auto"
[mapping.fields]
# one line
summary = { template = "{{title | truncate: 200}}" }
priority = { map = "severity", values = { critical = "Highest", high = "High" }, other = "Medium" }
labels = { value = ["security"] }
assignee = { finding = "assignee" }
"Story Points" = { value = 3 }   # always
[mapping.states]
closed = { status = "Done", fields = { resolution = { value = "Done" } } }
triaged = "To Do"
[mapping.resolutions]
"Won't Do" = "wont-fix"

[ui]
ascii = true
"#;

#[test]
fn a_mapping_is_read_whole_and_in_order() {
    let config = clean(BOTH);
    let mapping = config.mapping("scans to PAY").unwrap();
    assert_eq!(mapping.connection.as_str(), "acme");
    assert_eq!(mapping.project, ProjectChoice::Key("PAY".to_owned()));
    assert_eq!(mapping.create, Create::Auto);
    assert_eq!(mapping.matching.severity, Some(Severity::Medium));
    assert_eq!(mapping.matching.kinds, [FindingKind::Vulnerability]);
    let fields: Vec<&str> = mapping.fields.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["summary", "priority", "labels", "assignee", "Story Points"]);
    let Some(Rule::Map { values, other, .. }) = mapping.rule("priority", "Priority") else {
        panic!("{mapping:?}")
    };
    assert_eq!(values[0], ("critical".to_owned(), "Highest".into()));
    assert_eq!(*other, Some("Medium".into()));
    assert_eq!(
        mapping.rule("customfield_1", "story points"),
        Some(&Rule::Value(3.into()))
    );
    let states: Vec<FindingState> = mapping.states.iter().map(|(state, _)| *state).collect();
    assert_eq!(states, [FindingState::Triaged, FindingState::Closed]);
    assert_eq!(mapping.closes, Closes::Category(StatusCategory::Done));
    assert_eq!(mapping.resolutions["Won't Do"], Resolution::WontFix);
}

#[test]
fn what_is_printed_reads_back_the_same() {
    let config = clean(BOTH);
    let printed = print(&config).unwrap();
    let again = clean(&printed);
    assert_eq!(
        (again.sources, again.mappings),
        (config.sources, config.mappings),
        "{printed}"
    );
}

#[test]
fn a_number_is_written_as_the_number_that_it_is() {
    let mut mapping = clean(BOTH).mappings[0].clone();
    "numbers".clone_into(&mut mapping.name);
    let numbers = [json!(2.0), json!(4.5), json!(1e30), json!(-0.25), json!(7)];
    for (index, number) in numbers.iter().enumerate() {
        let field = format!("customfield_{index}");
        mapping.fields.push((field, Rule::Value(json!([number]))));
    }
    let mut edit = Edit::open(BOTH).unwrap();
    edit.put_mapping(None, &mapping).unwrap();
    assert_eq!(
        clean(&edit.text()).mapping("numbers"),
        Some(&mapping),
        "{}",
        edit.text()
    );
}

#[test]
fn mistakes_are_told_where_they_are() {
    insta::assert_snapshot!(remarks(r#"
[[source]]
name = "a/b"
type = "sarif"
[[source]]
name = "bounty"
type = "hackerone"
programs = []
secret = "s3cret"
[[source]]
name = "bounty"
type = "github"
repositories = ["acme"]
write = true
paths = "x"
[[mapping]]
name = "m"
connection = "acme"
project = "P Y"
match = { source = "bunty", kind = "bug", severity = "bad", where = "a = 1 ORDER BY b" }
create = "maybe"
closes = { category = "closed" }
[mapping.fields]
summary = "{{title}}"
labels = { value = [], template = "x" }
a = {}
b = { json = "{" }
c = { map = "severity", valus = {} }
[mapping.states]
done = "Done"
closed = { fields = {} }
[mapping.resolutions]
Done = "fxed"
"#), @r#"
    config.toml:2:1: error: source[0]: paths is missing
      help: add paths = ["scans/*.sarif"]
    config.toml:3:8: error: source[0].name: "a/b" cannot be a source name
      help: use up to 64 characters without a slash
    config.toml:5:1: error: source[1]: identifier is missing
      help: add identifier = "name of the API token"
    config.toml:8:12: error: source[1].programs: this is empty
      help: fill it in, or remove the key
    config.toml:9:10: error: source[1].secret: a secret must not stand in this file
      help: remove it here, and name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
    config.toml:10:1: error: source[2]: secret is missing
      help: add secret = { env = "GITHUB_TOKEN" }, which `write` needs
    config.toml:11:8: error: source[2].name: "bounty" is already the source name of line 6
      help: give each its own source name
    config.toml:13:17: error: source[2].repositories[0]: "acme" is no repository
      help: write it as "owner/name"
    config.toml:15:1: error: source[2].paths: there is no such key
      help: known here: name, type, enabled, tag, url, repositories, secret, write
    config.toml:16:1: error: mapping[0]: issue_type is missing
      help: add issue_type = "Bug"
    config.toml:18:14: warning: mapping[0].connection: there is no connection "acme" in this file
      help: add a [[connection]] of that name, or remove this; until then it does nothing
    config.toml:19:11: error: mapping[0].project: "P Y" is no project key
      help: write the key that stands before the dash of its issues, like "PAY", or "ask"
    config.toml:20:20: warning: mapping[0].match.source: there is no source "bunty" in this file
      help: add a [[source]] of that name, or remove this; until then it does nothing
    config.toml:20:36: error: mapping[0].match.kind: there is no kind of finding "bug"
      help: known here: report, vulnerability, remediation, defect, requirement, rule-failure
    config.toml:20:54: error: mapping[0].match.severity: there is no severity "bad"
      help: known here: none, info, low, medium, high, critical
    config.toml:20:69: error: mapping[0].match.where: an ORDER BY has no meaning here
      help: remove it; this only says which
    config.toml:21:10: error: mapping[0].create: there is no way to create "maybe"
      help: known here: auto, ask, browser
    config.toml:22:23: error: mapping[0].closes.category: there is no status category "closed"
      help: known here: new, indeterminate, done
    config.toml:24:11: error: mapping[0].fields.summary: this is no rule
      help: write { value = … }, { finding = "…" }, { map = "severity", values = { … } }, { template = "…" } or { json = '…' }
    config.toml:25:10: error: mapping[0].fields.labels: value and template are given, and a field is filled in one way
      help: keep one of them
    config.toml:26:5: error: mapping[0].fields.a: value, finding, map, template or json is missing
      help: add template = "{{title}}"
    config.toml:27:14: error: mapping[0].fields.b.json: this is not valid JSON: EOF while parsing an object at line 1 column 1
      help: write it as Jira's API takes it; single quotes need no escapes
    config.toml:28:5: error: mapping[0].fields.c: values is missing
      help: add values = { critical = "Highest" }
    config.toml:28:25: error: mapping[0].fields.c.valus: there is no such key, did you mean `values`?
      help: write `values`, or remove it
    config.toml:30:1: error: mapping[0].states.done: there is no such key
      help: known here: open, triaged, in-progress, blocked, fixed-pending-verify, closed
    config.toml:31:10: error: mapping[0].states.closed: status is missing
      help: add status = "Done"
    config.toml:33:8: error: mapping[0].resolutions.Done: there is no resolution "fxed", did you mean `fixed`?
      help: write `fixed`, or remove it
    "#);
}

#[test]
fn a_mapping_is_put_changed_paused_and_removed_with_comments_kept() {
    let mut mapping = clean(BOTH).mappings.remove(0);
    let mut edit = Edit::open(BOTH).unwrap();
    edit.put_mapping(Some("scans to PAY"), &mapping).unwrap();
    assert_eq!(edit.text(), BOTH, "nothing differs");

    mapping.name = "scans".to_owned();
    mapping.create = Create::Ask;
    mapping.fields[0].1 = Rule::Template("{{title}}".to_owned());
    mapping.fields.remove(3);
    mapping
        .fields
        .push(("Team".to_owned(), Rule::Finding("tag".to_owned())));
    mapping.states.clear();
    edit.put_mapping(Some("scans to PAY"), &mapping).unwrap();
    assert_eq!(
        edit.checked().unwrap().config.mappings,
        [mapping.clone()],
        "{}",
        edit.text()
    );
    let text = edit.text();
    for kept in ["# the one that matters", "# one line", "# always", "# nightly"] {
        assert!(text.contains(kept), "{kept}: {text}");
    }

    edit.set_mapping_enabled("scans", false).unwrap();
    let mut copy = mapping.clone();
    copy.name = "copy".to_owned();
    copy.subtask_type = Some("Sub-task".to_owned());
    assert!(edit.put_mapping(None, &mapping).is_err(), "the name is taken");
    edit.put_mapping(None, &copy).unwrap();
    let read = edit.checked().unwrap().config.mappings;
    assert_eq!(
        (read.len(), read[0].enabled, &read[1]),
        (2, false, &copy),
        "{}",
        edit.text()
    );
    insta::assert_snapshot!(edit.text().split_once("[[mapping]]\nname = \"copy\"").unwrap().1, @r#"
    connection = "acme"
    project = "PAY"
    issue_type = "Bug"
    subtask_type = "Sub-task"
    create = "ask"
    match = { source = ["scans"], kind = ["vulnerability"], severity = "medium", where = "title ~ sql" }
    [mapping.fields]
    summary = { template = "{{title}}" }
    priority = { map = "severity", other = "Medium", values = { critical = "Highest", high = "High" } }
    labels = { value = ["security"] }
    "Story Points" = { value = 3 }
    Team = { finding = "tag" }
    [mapping.resolutions]
    "Won't Do" = "wont-fix"

    [ui]
    ascii = true
    "#);

    edit.remove_mapping("scans").unwrap();
    edit.remove_mapping("copy").unwrap();
    assert!(edit.remove_mapping("copy").is_err());
    assert_eq!(edit.checked().unwrap().config.mappings, []);
}

#[test]
fn every_kind_of_source_is_written_and_read_back() {
    let config = clean(
        r#"
[[source]]
name = "bounty"
type = "hackerone"
programs = "acme"
identifier = "id"
secret = "keyring"
[[source]]
name = "pulls"
type = "github"
repositories = ["acme/web", "https://github.com/acme/api.git"]
[[source]]
name = "tests"
type = "junit"
enabled = false
tag = "payments"
paths = "r/*.xml"
"#,
    );
    let mut edit = Edit::open("").unwrap();
    for source in &config.sources {
        edit.put_source(source).unwrap();
    }
    let once = edit.text();
    let mut read = edit.checked().unwrap().config;
    read.path = config.path.clone();
    assert_eq!(read.sources, config.sources, "{once}");
    for source in &config.sources {
        edit.put_source(source).unwrap();
    }
    assert_eq!(edit.text(), once);
    let Feed::GitHub { repositories, .. } = &config.sources[1].feed else {
        panic!()
    };
    assert_eq!(repositories, &["acme/web", "acme/api"]);
}

#[test]
fn what_two_sources_read_is_told() {
    insta::assert_snapshot!(remarks(r#"
[[source]]
name = "scans"
type = "sarif"
paths = ["scans", "more/*.sarif"]
[[source]]
name = "tests"
type = "junit"
paths = ["scans"]
[[source]]
name = "again"
type = "sarif"
paths = "more/*.sarif"
[[source]]
name = "off"
type = "sarif"
paths = ["scans"]
enabled = false
[[source]]
name = "pulls"
type = "github"
repositories = ["acme/web"]
[[source]]
name = "all pulls"
type = "github"
repositories = ["acme/api", "Acme/Web"]
[[source]]
name = "other pulls"
type = "github"
url = "https://github.example.com/api/v3"
repositories = ["acme/web"]
"#), @r#"
    config.toml:10:1: warning: source[2]: "more/*.sarif" is read by the source "scans", too
      help: name it in one source only: its findings are there twice, and each may get an issue
    config.toml:23:1: warning: source[5]: "acme/web" is read by the source "pulls", too
      help: name it in one source only: its findings are there twice, and each may get an issue
    "#);
}
