//! The verbs of findings and mappings: what they ask for, what they print, which code comes out.

use serde_json::json;

use super::*;
use crate::{
    cli::services::{Act, Acted, DryLine, DryRequest, Flaw, Flawed, MappingChange, OnSource, SourceReport},
    config::{MappingConfig, SourceConfig},
    domain::{
        Finding, FindingDetail, FindingId, FindingKind, FindingPage, FindingQuery, FindingRow, FindingState, IssueId,
        IssueKey, Link, MappingState, Pending, PushKind, PushState, Severity, Status, StatusCategory,
    },
};

const MAPPED: &str = r#"
[[connection]]
alias = "acme"
url = "https://acme.atlassian.net"
auth = { method = "api-token", email = "me@acme.com", secret = { env = "ACME_TOKEN" } }
[[source]]
name = "scans"
type = "sarif"
paths = ["scans/*.sarif"]
[[mapping]]
name = "scans to PAY"
connection = "acme"
project = "PAY"
issue_type = "Bug"
"#;

fn row(external: &str) -> FindingRow {
    let at = "2026-01-31T12:00:00Z".parse().unwrap();
    FindingRow {
        row: 1,
        id: FindingId {
            source: "scans".to_owned(),
            external: external.to_owned(),
        },
        kind: FindingKind::Vulnerability,
        title: "SQL \u{1b}[31minjection".to_owned(),
        severity: Severity::High,
        state: FindingState::Triaged,
        native_state: "new".to_owned(),
        resolution: None,
        tag: Some("payments".to_owned()),
        assignee: None,
        url: Some("https://example.com/1".to_owned()),
        created: at,
        updated: at,
        link: None,
        pending: None,
    }
}

fn linked() -> FindingRow {
    let mut row = row("a1");
    row.link = Some(Link {
        id: 1,
        finding: row.id.clone(),
        alias: Alias::from("acme"),
        issue: IssueId::from("10001"),
        key: IssueKey::from("PAY-1"),
        mapping: Some("scans to PAY".to_owned()),
        created: true,
        gone: false,
        url: "https://acme.atlassian.net/browse/PAY-1".to_owned(),
        summary: Some("SQL injection".to_owned()),
        status: Some(Status {
            id: "1".to_owned(),
            name: "To Do".to_owned(),
            category: StatusCategory::New,
        }),
    });
    row
}

fn failed() -> FindingRow {
    let mut row = row("b2");
    row.pending = Some(Pending {
        id: 7,
        finding: row.id.clone(),
        alias: Alias::from("acme"),
        mapping: Some("scans to PAY".to_owned()),
        kind: PushKind::Create,
        state: PushState::Failed,
        attempts: 1,
        next: None,
        problem: Some(problem("rejected")),
        fields: vec![("customfield_1".to_owned(), "Tier is required.".to_owned())],
        queued: row.created,
    });
    row
}

fn hashed() -> FindingRow {
    let mut row = row("check/sql.query/5bec7b86ed95521f7450");
    row.title = "SQL \u{1b}[31m\u{202e}injection in the search of orders and refunds".to_owned();
    row
}

impl FindingServices for Fake {
    fn list(&self, _: &Setup, query: &FindingQuery) -> Result<FindingPage, Failure> {
        self.ask(query);
        let (rows, total) = match query.words.first().map(String::as_str) {
            Some("hashed") => (vec![hashed()], 1),
            Some("nothing") => (vec![], 0),
            _ => (vec![linked(), failed()], 3),
        };
        Ok(FindingPage { rows, total, all: 9 })
    }

    fn find(&self, _: &Setup, id: &str) -> Result<FindingDetail, Failure> {
        if id == "nobody" {
            return Err(Failure::new(Exit::Failed, "there is no finding"));
        }
        let row = if id == "b2" { failed() } else { linked() };
        let mut finding = Finding::new(row.id.clone(), row.kind, row.title.clone());
        finding.body = "A **body**\u{7}\nof two lines".to_owned();
        Ok(FindingDetail {
            history: vec![(row.created, "created PAY-1".to_owned())],
            named: vec![(IssueKey::from("PAY-9"), None)],
            related: vec![],
            row,
            finding,
        })
    }

    fn import(&self, _: &Setup, sources: &[SourceConfig], tell: OnSource<'_>) -> Result<(), Failure> {
        self.ask(
            sources
                .iter()
                .map(|source| (&source.name, source.feed.word()))
                .collect::<Vec<_>>(),
        );
        tell(&SourceReport {
            source: "scans".to_owned(),
            result: "ok",
            received: 3,
            new: 2,
            changed: 1,
            gone: 0,
            queued: 2,
            requests: 1,
            flaws: vec![Flaw {
                place: "scans/b.sarif".to_owned(),
                line: Some(3),
                reason: "not JSON".to_owned(),
            }],
            error: None,
        })
    }

    fn act(&self, _: &Setup, finding: &FindingId, act: &Act) -> Result<Acted, Failure> {
        self.ask((finding.to_string(), act));
        let state = match act {
            Act::Create { browser: true, .. } => "browser",
            Act::Create { .. } => "created",
            Act::Link { .. } => "linked",
            Act::Unlink => "unlinked",
            Act::Retry => "failed",
            Act::Forget => "forgotten",
        };
        Ok(Acted {
            finding: finding.to_string(),
            state: state.to_owned(),
            connection: Some(Alias::from("acme")),
            id: Some("10001".to_owned()),
            key: Some("PAY-1".to_owned()),
            url: Some("https://acme.atlassian.net/browse/PAY-1".to_owned()),
            error: (state == "failed").then(|| problem("rejected")),
            fields: vec![],
            left: if state == "browser" {
                vec!["Parent".to_owned()]
            } else {
                Vec::new()
            },
        })
    }

    fn mapping_states(&self, _: &Setup) -> Result<Vec<MappingState>, Failure> {
        Ok(vec![MappingState {
            name: "scans to PAY".to_owned(),
            links: 4,
            waiting: 1,
            trouble: 1,
            drift: vec![("Tier".to_owned(), "is required now".to_owned())],
        }])
    }

    fn check(&self, _: &Setup, mapping: &MappingConfig) -> Result<Vec<Flawed>, Failure> {
        if mapping.issue_type == "Down" {
            return Err(Failure::new(Exit::Failed, "acme cannot be reached").hint("look at the network"));
        }
        let level = if mapping.fields.is_empty() { "error" } else { "warning" };
        Ok(vec![Flawed {
            field: "summary".to_owned(),
            name: "Summary".to_owned(),
            level,
            reason: "is required".to_owned(),
        }])
    }

    fn dry_run(&self, _: &Setup, _: &MappingConfig, request: &DryRequest) -> Result<Vec<DryLine>, Failure> {
        self.ask(request);
        let line = |finding: &str, action, problems: &[(&str, &str)]| DryLine {
            finding: finding.to_owned(),
            action,
            reason: "because".to_owned(),
            issue: None,
            payload: json!({"fields": {"summary": "x"}}),
            problems: problems
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()))
                .collect(),
        };
        Ok(vec![
            line("scans/a1", "create", &[]),
            line("scans/b2", "problem", &[("Tier", "is required")]),
        ])
    }

    fn propose(&self, _: &Setup, draft: &MappingConfig) -> Result<MappingConfig, Failure> {
        Ok(draft.clone())
    }

    fn change_mapping(&self, _: &Setup, change: &MappingChange) -> Result<(), Failure> {
        self.ask(change);
        Ok(())
    }
}

/// Exit code, standard output and error, and what was asked.
fn told(arguments: &[&str]) -> String {
    let fake = Fake::default();
    let words = std::iter::once("crosstie").chain(arguments.iter().copied());
    if let Err(exit) = Arguments::read(words.map(OsString::from)) {
        return format!("{exit:?}");
    }
    let ran = World::new(MAPPED).run(&fake, arguments);
    let asked = fake.asked.borrow().join("\n");
    format!("{:?}\n{}---\n{}---\n{asked}", ran.exit, ran.out, ran.err)
}

#[test]
fn findings_are_listed_for_people_and_scripts() {
    insta::assert_snapshot!(told(&["finding", "list", "sql", "--severity", "medium", "--unlinked"]), @r#"
    Done
    SEVERITY  ID        KIND           TITLE               TAG       ISSUE   STATE    CREATED
    high      scans/a1  vulnerability  SQL ␛[31minjection  payments  PAY-1   triaged  2026-01-31 12:00
    high      scans/b2  vulnerability  SQL ␛[31minjection  payments  failed  triaged  2026-01-31 12:00
    ---
    note: 2 of 3 shown
    ---
    FindingQuery { words: ["sql"], sources: [], kinds: [], at_least: Some(Medium), states: [], closed: false, tags: [], linked: Some(false), trouble: false, sort: Severity, reverse: false, offset: 0, limit: 18446744073709551615 }
    "#);
    insta::assert_snapshot!(told(&["finding", "list", "--json", "--all"]), @r#"
    Done
    {"total":3,"findings":[{"id":"scans/a1","source":"scans","external_id":"a1","kind":"vulnerability","title":"SQL \u001b[31minjection","severity":"high","state":"triaged","native_state":"new","resolution":null,"assignee":null,"tag":"payments","url":"https://example.com/1","created":"2026-01-31T12:00:00Z","updated":"2026-01-31T12:00:00Z","issue":{"connection":"acme","id":"10001","key":"PAY-1","url":"https://acme.atlassian.net/browse/PAY-1","summary":"SQL injection","status":"To Do","status_category":"new","mapping":"scans to PAY","created":true,"gone":false},"pending":null},{"id":"scans/b2","source":"scans","external_id":"b2","kind":"vulnerability","title":"SQL \u001b[31minjection","severity":"high","state":"triaged","native_state":"new","resolution":null,"assignee":null,"tag":"payments","url":"https://example.com/1","created":"2026-01-31T12:00:00Z","updated":"2026-01-31T12:00:00Z","issue":null,"pending":{"kind":"create","state":"failed","connection":"acme","mapping":"scans to PAY","attempts":1,"next":null,"error":{"kind":"rejected","message":"acme refused the API token","remedy":"make a new one"},"fields":[["customfield_1","Tier is required."]]}}]}
    ---
    ---
    FindingQuery { words: [], sources: [], kinds: [], at_least: None, states: [], closed: true, tags: [], linked: None, trouble: false, sort: Severity, reverse: false, offset: 0, limit: 18446744073709551615 }
    "#);
    insta::assert_snapshot!(told(&["finding", "list", "--csv"]), @r#"
    Done
    severity,id,kind,title,tag,issue,state,created
    high,scans/a1,vulnerability,SQL [31minjection,payments,PAY-1,triaged,2026-01-31T12:00:00Z
    high,scans/b2,vulnerability,SQL [31minjection,payments,failed,triaged,2026-01-31T12:00:00Z
    ---
    ---
    FindingQuery { words: [], sources: [], kinds: [], at_least: None, states: [], closed: false, tags: [], linked: None, trouble: false, sort: Severity, reverse: false, offset: 0, limit: 18446744073709551615 }
    "#);
    assert!(told(&["finding", "list", "--severity", "bad"]).starts_with("Usage"));
}

#[test]
fn a_terminal_gets_ids_to_type_and_leaves_out_columns_that_have_no_room() {
    let mut world = World::new(MAPPED);
    let list = |world: &World| {
        let ran = world.run(&Fake::default(), &["finding", "list", "hashed"]);
        assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
        ran.out
    };
    world.look.width = Some(80);
    insta::assert_snapshot!(list(&world), @r#"
    SEVERITY  ID              TITLE                                   ISSUE  STATE
    high      scans/5bec7b86  SQL ␛[31m⟨RLO⟩injection in the search…         triaged
    "#);
    let csv = world.run(&Fake::default(), &["finding", "list", "hashed", "--csv"]).out;
    assert!(!csv.contains('\u{1b}'), "a terminal is not to obey it: {csv}");
    assert!(csv.contains("5bec7b86ed95521f7450"), "scripts get the whole id");
    let json = world
        .run(&Fake::default(), &["finding", "list", "hashed", "--json"])
        .out;
    assert!(!json.contains('\u{202e}') && json.contains("\\u202e"), "{json}");
}

#[test]
fn lists_are_sorted_and_a_source_that_nobody_knows_is_told() {
    let sorted = told(&["finding", "list", "--sort", "title", "--reverse"]);
    assert!(sorted.contains("sort: Title, reverse: true"), "{sorted}");
    assert!(told(&["finding", "list", "--sort", "colour"]).starts_with("Usage"));
    let ran = World::new(MAPPED).run(&Fake::default(), &["finding", "list", "nothing", "--source", "scan"]);
    assert_eq!(ran.err, "note: no source is called \"scan\"; did you mean scans?\n");
}

#[test]
fn a_finding_is_shown_with_what_keeps_it_from_being_sent() {
    insta::assert_snapshot!(told(&["finding", "show", "b2"]), @r#"
    Done
    scans/b2  SQL ␛[31minjection
      kind        vulnerability
      severity    high
      state       triaged (new)
      tag         payments
      names       PAY-9
      url         https://example.com/1
      created     2026-01-31 12:00
      updated     2026-01-31 12:00
      create      failed
        acme refused the API token
        customfield_1: Tier is required.
        make a new one

    A **body**␇
    of two lines

      2026-01-31 12:00  created PAY-1
    ---
    ---
    "#);
    insta::assert_snapshot!(told(&["finding", "show", "nobody"]), @r#"
    Failed
    ---
    error: there is no finding
    ---
    "#);
}

#[test]
fn sources_and_files_are_read() {
    insta::assert_snapshot!(told(&["finding", "import"]), @r#"
    Done
    scans: 2 new, 1 changed, 0 gone · 3 read, 2 to send
    ---
    scans: scans/b.sarif:3: not JSON
    ---
    [("scans", "sarif")]
    "#);
    insta::assert_snapshot!(told(&["finding", "import", "--json", "scans"]), @r#"
    Done
    {"source":"scans","result":"ok","received":3,"new":2,"changed":1,"gone":0,"queued":2,"requests":1,"flaws":[{"place":"scans/b.sarif","line":3,"reason":"not JSON"}],"error":null}
    ---
    ---
    [("scans", "sarif")]
    "#);
    insta::assert_snapshot!(told(&["finding", "import", "scand"]), @r#"
    Usage
    ---
    error: there is no source "scand" in the config
      hint: did you mean scans?
    ---
    "#);
    insta::assert_snapshot!(told(&["finding", "import", "a.xml", "b.xml.gz", "--source", "nightly"]), @r#"
    Done
    scans: 2 new, 1 changed, 0 gone · 3 read, 2 to send
    ---
    scans: scans/b.sarif:3: not JSON
    ---
    [("nightly", "junit")]
    "#);
    // Beside what the config says, or not at all.
    insta::assert_snapshot!(told(&["finding", "import", "more.sarif", "--source", "scans"]), @r#"
    Done
    scans: 2 new, 1 changed, 0 gone · 3 read, 2 to send
    ---
    scans: scans/b.sarif:3: not JSON
    ---
    [("scans", "sarif")]
    "#);
    insta::assert_snapshot!(told(&["finding", "import", "more.xml", "--source", "scans"]), @r#"
    Usage
    ---
    error: "scans" is a source of the config, and holds other things
      hint: keep what the files hold under another name
    ---
    "#);
}

#[test]
fn issues_are_made_linked_and_unlinked() {
    insta::assert_snapshot!(told(&["finding", "create-issue", "a1", "--mapping", "m", "--project", "PAY"]), @r#"
    Done
    scans/a1: created PAY-1
      https://acme.atlassian.net/browse/PAY-1
    ---
    ---
    ("scans/a1", Create { mapping: Some("m"), project: Some("PAY"), browser: false })
    "#);
    insta::assert_snapshot!(told(&["finding", "link", "a1", "PAY-1", "--connection", "acme", "--json"]), @r#"
    Done
    {"finding":"scans/a1","state":"linked","connection":"acme","id":"10001","key":"PAY-1","url":"https://acme.atlassian.net/browse/PAY-1","error":null,"fields":[],"left":[]}
    ---
    ---
    ("scans/a1", Link { issue: "PAY-1", connection: Some(Alias("acme")), mapping: None })
    "#);
    insta::assert_snapshot!(told(&["finding", "unlink", "a1"]), @r#"
    Done
    scans/a1: unlinked PAY-1
      https://acme.atlassian.net/browse/PAY-1
    ---
    ---
    ("scans/a1", Unlink)
    "#);
    insta::assert_snapshot!(told(&["finding", "retry", "b2"]), @r#"
    Failed
    scans/b2: failed PAY-1
      https://acme.atlassian.net/browse/PAY-1
    ---
    scans/b2: acme refused the API token
      hint: make a new one
    ---
    ("scans/b2", Retry)
    "#);
}

#[test]
fn several_are_done_one_after_the_other_whatever_becomes_of_one() {
    insta::assert_snapshot!(told(&["finding", "create-issue", "a1", "nobody", "b2"]), @r#"
    Failed
    scans/a1: created PAY-1
      https://acme.atlassian.net/browse/PAY-1
    scans/b2: created PAY-1
      https://acme.atlassian.net/browse/PAY-1
    ---
    error: there is no finding
    ---
    ("scans/a1", Create { mapping: None, project: None, browser: false })
    ("scans/b2", Create { mapping: None, project: None, browser: false })
    "#);
    insta::assert_snapshot!(told(&["finding", "forget", "b2"]), @r#"
    Done
    scans/b2: forgotten PAY-1
      https://acme.atlassian.net/browse/PAY-1
    ---
    ---
    ("scans/b2", Forget)
    "#);
    assert!(told(&["finding", "unlink"]).starts_with("Usage"));
}

#[test]
fn mappings_are_listed_checked_tried_and_changed() {
    insta::assert_snapshot!(told(&["mapping", "list"]), @r#"
    Done
    NAME          CONNECTION  PROJECT  TYPE  CREATE  LINKS  WAITING  STATE
    scans to PAY  acme        PAY      Bug   ask     4      1        attention
    ---
    scans to PAY: Tier: is required now
    scans to PAY: 1 could not be sent; `crosstie finding list --trouble` names them
    ---
    "#);
    insta::assert_snapshot!(told(&["mapping", "list", "--json"]), @r#"
    Done
    [{"name":"scans to PAY","enabled":true,"connection":"acme","project":"PAY","issue_type":"Bug","create":"ask","fields":0,"state":"attention","links":4,"waiting":1,"trouble":1,"drift":[{"field":"Tier","reason":"is required now"}],"behind":[]}]
    ---
    ---
    "#);
    insta::assert_snapshot!(told(&["mapping", "check"]), @r#"
    Config
    scans to PAY: cannot work
      error  Summary: is required
    ---
    ---
    "#);
    insta::assert_snapshot!(told(&["mapping", "dry-run", "scans to PAY"]), @r#"
    Failed
    create  scans/a1: because
    problem  scans/b2: because
        Tier: is required
    ---
    dry run: 1 to create, 0 to update, 0 skipped, 1 that cannot be sent; nothing was written
    ---
    DryRequest { finding: None, limit: 200 }
    "#);
    insta::assert_snapshot!(told(&["mapping", "pause", "scans to PAY"]), @r#"
    Done
    scans to PAY: paused
    ---
    ---
    Enable("scans to PAY", false)
    "#);
    insta::assert_snapshot!(told(&["mapping", "remove", "scans to PAY"]), @r#"
    Done
    scans to PAY: removed
    ---
    note: 4 findings stay linked to their issues, and are no longer kept in step
    ---
    Remove("scans to PAY")
    "#);
    insta::assert_snapshot!(told(&["mapping", "check", "scans"]), @r#"
    Usage
    ---
    error: there is no mapping "scans"
      hint: there are: scans to PAY
    ---
    "#);
}

#[test]
fn a_mapping_is_written_from_arguments_unless_it_cannot_work() {
    insta::assert_snapshot!(told(&["mapping", "add", "new", "--project", "pay", "--issue-type", "Bug"]), @r#"
    Config
    new: cannot work
      error  Summary: is required
    ---
    hint: nothing was written; mend it, or write it as it is with --no-check
    ---
    "#);
    insta::assert_snapshot!(told(&[
        "mapping", "add", "new", "--project", "pay", "--issue-type", "Bug", "--create", "auto", "--source", "scans",
        "--severity", "high", "--template", "summary={{title}}", "--value", "labels=[\"a\"]", "--finding",
        "assignee=assignee", "--map", "priority=severity:critical=Highest,*=Medium", "--state", "closed=Done",
    ]), @r#"
    Done
    new: written to ~/config.toml
    ---
    Summary: is required
    ---
    Put { old: None, mapping: MappingConfig { name: "new", enabled: true, connection: Alias("acme"), project: Key("PAY"), entity_project: false, issue_type: "Bug", subtask_type: None, matching: Match { sources: ["scans"], kinds: [], severity: Some(High), tags: [], expression: None }, create: Auto, fields: [("summary", Template("{{title}}")), ("labels", Value(Array [String("a")])), ("assignee", Finding("assignee")), ("priority", Map { from: "severity", values: [("critical", String("Highest"))], other: Some(String("Medium")) })], states: [(Closed, StateRule { status: "Done", fields: [] })], closes: Category(Done), resolutions: {}, conflict: Jira } }
    "#);
    let versions = told(&[
        "mapping",
        "add",
        "new",
        "--project",
        "PAY",
        "--issue-type",
        "Bug",
        "--no-check",
        "--value",
        "Seen=2.0",
        "--value",
        "Fixed=1.10",
        "--value",
        "Score=4.5",
        "--value",
        "Points=3",
        "--map",
        "Train=severity:high=7.00,*=1.50",
    ]);
    for rule in [
        r#"("Seen", Value(Number(2.0)))"#,
        r#"("Fixed", Value(String("1.10")))"#,
        r#"("Score", Value(Number(4.5)))"#,
        r#"("Points", Value(Number(3)))"#,
        r#"values: [("high", String("7.00"))], other: Some(String("1.50"))"#,
    ] {
        assert!(versions.contains(rule), "{rule}: {versions}");
    }
    for wrong in [
        &["--template", "x"][..],
        &["--map", "priority=severity"],
        &["--map", "priority=severity:{\"a\": }"],
        &["--state", "done=Done"],
        &["--value", "a=1", "--template", "A=2"],
        &["--value", "closed.resolution=Done"],
        &["--closes", "category:finished"],
        &["--closes", "category:done", "--closes", "Done"],
        &["--resolution", "Done=solved"],
    ] {
        let arguments: Vec<&str> = ["mapping", "add", "n", "--project", "P", "--issue-type", "B"]
            .into_iter()
            .chain(wrong.iter().copied())
            .collect();
        assert!(told(&arguments).starts_with("Usage"), "{wrong:?}");
    }
}

#[test]
fn values_with_commas_and_names_that_look_like_numbers_are_written_as_they_are_meant() {
    let put = told(&[
        "mapping",
        "add",
        "new",
        "--project",
        "PAY",
        "--issue-type",
        "Bug",
        "--no-check",
        "--value",
        "Fix Version/s=1.10",
        "--value",
        "Score=9.5",
        "--map",
        "Tier=severity:{\"high\": \"Silver, plated\", \"*\": \"Bronze\"}",
    ]);
    let part = put.split("fields: ").nth(1).unwrap_or_default();
    let part = part.split(", states").next().unwrap_or_default();
    insta::assert_snapshot!(part, @r#"[("Fix Version/s", Value(String("1.10"))), ("Score", Value(Number(9.5))), ("Tier", Map { from: "severity", values: [("high", String("Silver, plated"))], other: Some(String("Bronze")) })]"#);
}

#[test]
fn states_and_resolutions_are_written_from_arguments() {
    let put = told(&[
        "mapping",
        "add",
        "new",
        "--project",
        "PAY",
        "--issue-type",
        "Bug",
        "--no-check",
        "--state",
        "closed=Done",
        "--value",
        "closed.resolution=Fixed",
        "--map",
        "closed.Reason=resolution:duplicate=Twice,*=Other",
        "--raw",
        "Gadget=[1]",
        "--closes",
        "category:indeterminate",
        "--resolution",
        "Won't Do=wont-fix",
    ]);
    let part = put.split("fields:").skip(1).collect::<Vec<_>>().join("fields:");
    insta::assert_snapshot!(part, @r#" [("Gadget", Json("[1]"))], states: [(Closed, StateRule { status: "Done", fields: [("resolution", Value(String("Fixed"))), ("Reason", Map { from: "resolution", values: [("duplicate", String("Twice"))], other: Some(String("Other")) })] })], closes: Category(Indeterminate), resolutions: {"Won't Do": WontFix}, conflict: Jira } }"#);
    let statuses = told(&[
        "mapping",
        "add",
        "n",
        "--project",
        "PAY",
        "--issue-type",
        "Bug",
        "--no-check",
        "--closes",
        "Done",
        "--closes",
        "Gone",
    ]);
    assert!(statuses.contains(r#"closes: Statuses(["Done", "Gone"])"#), "{statuses}");
}

const SEVERAL: &str = r#"
[[connection]]
alias = "acme"
url = "https://acme.atlassian.net"
auth = { method = "api-token", email = "me@acme.com", secret = { env = "ACME_TOKEN" } }
[[mapping]]
name = "away"
connection = "acme"
project = "PAY"
issue_type = "Down"
[[mapping]]
name = "asks"
connection = "acme"
project = "ask"
issue_type = "Bug"
"#;

#[test]
fn a_site_that_is_down_hides_no_flaw_of_other_mappings() {
    let run = |arguments: &[&str]| {
        let ran = World::new(SEVERAL).run(&Fake::default(), arguments);
        format!("{:?}\n{}---\n{}", ran.exit, ran.out, ran.err)
    };
    insta::assert_snapshot!(run(&["mapping", "check"]), @r#"
    Config
    asks: cannot work
      error  Summary: is required
    ---
    away: could not be checked: acme cannot be reached
    hint: look at the network
    "#);
    insta::assert_snapshot!(run(&["mapping", "check", "--json"]), @r#"
    Config
    {"mapping":"away","valid":null,"flaws":[],"error":"acme cannot be reached"}
    {"mapping":"asks","valid":false,"flaws":[{"field":"summary","name":"Summary","level":"error","reason":"is required"}],"error":null}
    ---
    away: could not be checked: acme cannot be reached
    hint: look at the network
    "#);
    insta::assert_snapshot!(run(&["mapping", "list"]), @r#"
    Done
    NAME  CONNECTION  PROJECT  TYPE  CREATE  LINKS  WAITING  STATE
    away  acme        PAY      Down  ask     0      0        ok
    asks  acme        ask      Bug   ask     0      0        ok
    ---
    asks: "away" comes first in the config and takes every finding of this one
    "#);
}
