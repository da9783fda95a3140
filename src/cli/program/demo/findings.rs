//! The demo's sources and mappings: a bug-bounty program, pull requests, scanners, test runs.
//!
//! Must never be in here: connections.

use serde_json::{Value, json};

use super::{Folder, Sites, cannot_make, write_private};
use crate::{
    cli::failure::Failure,
    config::{Create, Feed, MappingConfig, Match, ProjectChoice, Rule, SourceConfig, StateRule},
    domain::{FindingState, Severity},
    sandbox::findings_files,
};

/// Services that are scanned; their findings carry the tag.
const SCANNED: [&str; 3] = ["payments", "checkout", "ledger"];

/// Reports of scanners and test runs in the demo's folder, and the services of the Cloud sandbox.
pub(super) fn sources(folder: &Folder, sites: &Sites) -> Result<Vec<SourceConfig>, Failure> {
    for (name, bytes) in findings_files() {
        let file = folder.path.join(&name);
        let parent = file.parent().unwrap_or(&folder.path);
        std::fs::create_dir_all(parent).map_err(|error| cannot_make(parent, &error))?;
        write_private(&file, &bytes).map_err(|error| cannot_make(&file, &error))?;
    }
    let credentials = sites.cloud.credentials();
    let mut sources = vec![
        source(
            "bounty",
            None,
            Feed::HackerOne {
                url: sites.cloud.hackerone_url(),
                programs: sites.cloud.programs(),
                identifier: credentials.hackerone_identifier,
                secret: folder.secret("hackerone-token", &credentials.hackerone_token)?,
            },
        ),
        source(
            "pulls",
            None,
            Feed::GitHub {
                url: sites.cloud.github_url(),
                repositories: sites.cloud.repositories(),
                secret: Some(folder.secret("github-token", &credentials.github_token)?),
                write: true,
            },
        ),
        source(
            "tests",
            None,
            Feed::Junit {
                paths: vec![folder.path.join("tests")],
            },
        ),
    ];
    sources.extend(SCANNED.map(|service| {
        let paths = vec![folder.path.join(format!("scans/{service}.*.sarif"))];
        source(&format!("{service}-scans"), Some(service), Feed::Sarif { paths })
    }));
    Ok(sources)
}

fn source(name: &str, tag: Option<&str>, feed: Feed) -> SourceConfig {
    SourceConfig {
        name: name.to_owned(),
        enabled: true,
        tag: tag.map(str::to_owned),
        feed,
    }
}

/// One mapping of each way to create. Nothing is created by itself while the clock stands still.
pub(super) fn mappings(frozen: bool) -> Vec<MappingConfig> {
    let automatic = if frozen { Create::Ask } else { Create::Auto };
    vec![bounty(), scans(automatic), tests()]
}

fn bounty() -> MappingConfig {
    let mut mapping = common("bounty to SEC", "acme-app", "SEC", &["bounty"]);
    mapping.matching.severity = Some(Severity::Medium);
    mapping.fields.extend([
        rule("labels", Rule::Value(json!(["bug-bounty"]))),
        rule(
            "Tier",
            severities(&[("critical", "Tier 0"), ("high", "Tier 1")], Some(json!("Tier 2"))),
        ),
        rule("duedate", due()),
    ]);
    // The step to Done asks for it there.
    let mended = Rule::Template("{{resolution | default: \"closed\"}} at the source".to_owned());
    for (_, closing) in &mut mapping.states {
        closing.fields.push(rule("Remediation", mended.clone()));
    }
    mapping
}

fn scans(create: Create) -> MappingConfig {
    let mut mapping = common("payments scans to PAY", "acme", "PAY", &["payments-scans"]);
    mapping.create = create;
    mapping.matching.severity = Some(Severity::High);
    mapping
        .fields
        .extend([rule("labels", Rule::Finding("tag".to_owned())), rule("duedate", due())]);
    mapping
}

fn tests() -> MappingConfig {
    let mut mapping = common("failed tests to LAB", "lab", "LAB", &["tests"]);
    mapping.create = Create::Browser;
    // The lab's workflow ends in words of its own.
    mapping.states = vec![closing("Closed", vec![rule("resolution", Rule::Value(json!("Fixed")))])];
    mapping
}

/// Summary, description and priority, which every mapping of the demo fills alike.
fn common(name: &str, connection: &str, project: &str, sources: &[&str]) -> MappingConfig {
    let project = ProjectChoice::Key(project.to_owned());
    let mut mapping = MappingConfig::new(name, connection, project, "Bug");
    mapping.matching = Match {
        sources: sources.iter().map(|&source| source.to_owned()).collect(),
        ..Match::default()
    };
    let priorities = [("critical", "Highest"), ("high", "High"), ("medium", "Medium")];
    mapping.fields = vec![
        rule(
            "summary",
            Rule::Template("{{title | one_line | default: \"Untitled finding\" | truncate: 200}}".to_owned()),
        ),
        rule("description", Rule::Template("{{body}}\n\n{{url}}".to_owned())),
        rule("priority", severities(&priorities, Some(json!("Low")))),
    ];
    mapping.states = vec![closing("Done", vec![rule("resolution", Rule::Value(json!("Done")))])];
    mapping
}

/// What closes an issue.
fn closing(status: &str, fields: Vec<(String, Rule)>) -> (FindingState, StateRule) {
    let status = status.to_owned();
    (FindingState::Closed, StateRule { status, fields })
}

fn rule(field: &str, rule: Rule) -> (String, Rule) {
    (field.to_owned(), rule)
}

fn severities(values: &[(&str, &str)], other: Option<Value>) -> Rule {
    Rule::Map {
        from: "severity".to_owned(),
        values: values
            .iter()
            .map(|(word, value)| ((*word).to_owned(), json!(value)))
            .collect(),
        other,
    }
}

/// The worse it is, the sooner it is due.
fn due() -> Rule {
    Rule::Template("{{now | plus_days: critical=1, high=7, other=30 | date}}".to_owned())
}
