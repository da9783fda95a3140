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

impl FindingServices for Fake {
    fn list(&self, _: &Setup, query: &FindingQuery) -> Result<FindingPage, Failure> {
        self.ask(query);
        Ok(FindingPage {
            rows: vec![linked(), failed()],
            total: 3,
            all: 9,
        })
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
    insta::assert_snapshot!(told(&["finding", "list", "sql", "--severity", "medium", "--unlinked"]), @"");
    insta::assert_snapshot!(told(&["finding", "list", "--json", "--all"]), @"");
    insta::assert_snapshot!(told(&["finding", "list", "--csv"]), @"");
    assert!(told(&["finding", "list", "--severity", "bad"]).starts_with("Usage"));
}

#[test]
fn a_finding_is_shown_with_what_keeps_it_from_being_sent() {
    insta::assert_snapshot!(told(&["finding", "show", "b2"]), @"");
    insta::assert_snapshot!(told(&["finding", "show", "nobody"]), @"");
}

#[test]
fn sources_and_files_are_read() {
    insta::assert_snapshot!(told(&["finding", "import"]), @"");
    insta::assert_snapshot!(told(&["finding", "import", "--json", "scans"]), @"");
    insta::assert_snapshot!(told(&["finding", "import", "scand"]), @"");
    insta::assert_snapshot!(told(&["finding", "import", "a.xml", "b.xml.gz", "--source", "nightly"]), @"");
}

#[test]
fn issues_are_made_linked_and_unlinked() {
    insta::assert_snapshot!(told(&["finding", "create-issue", "a1", "--mapping", "m", "--project", "PAY"]), @"");
    insta::assert_snapshot!(told(&["finding", "link", "a1", "PAY-1", "--connection", "acme", "--json"]), @"");
    insta::assert_snapshot!(told(&["finding", "unlink", "a1"]), @"");
    insta::assert_snapshot!(told(&["finding", "retry", "b2"]), @"");
}

#[test]
fn mappings_are_listed_checked_tried_and_changed() {
    insta::assert_snapshot!(told(&["mapping", "list"]), @"");
    insta::assert_snapshot!(told(&["mapping", "list", "--json"]), @"");
    insta::assert_snapshot!(told(&["mapping", "check"]), @"");
    insta::assert_snapshot!(told(&["mapping", "dry-run", "scans to PAY"]), @"");
    insta::assert_snapshot!(told(&["mapping", "pause", "scans to PAY"]), @"");
    insta::assert_snapshot!(told(&["mapping", "remove", "scans to PAY"]), @"");
    insta::assert_snapshot!(told(&["mapping", "check", "scans"]), @"");
}

#[test]
fn a_mapping_is_written_from_arguments_unless_it_cannot_work() {
    insta::assert_snapshot!(told(&["mapping", "add", "new", "--project", "pay", "--issue-type", "Bug"]), @"");
    insta::assert_snapshot!(told(&[
        "mapping", "add", "new", "--project", "pay", "--issue-type", "Bug", "--create", "auto", "--source", "scans",
        "--severity", "high", "--template", "summary={{title}}", "--value", "labels=[\"a\"]", "--finding",
        "assignee=assignee", "--map", "priority=severity:critical=Highest,*=Medium", "--state", "closed=Done",
    ]), @"");
    for wrong in [
        &["--template", "x"][..],
        &["--map", "priority=severity"],
        &["--state", "done=Done"],
        &["--value", "a=1", "--template", "A=2"],
    ] {
        let arguments: Vec<&str> = ["mapping", "add", "n", "--project", "P", "--issue-type", "B"]
            .into_iter()
            .chain(wrong.iter().copied())
            .collect();
        assert!(told(&arguments).starts_with("Usage"), "{wrong:?}");
    }
}
