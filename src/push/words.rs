//! What is said of a push: one line a person understands for each create, update, conflict and failure.
//!
//! Must never be in here: decisions. Texts of findings are made safe before they become part of a line.

use jiff::Timestamp;

use crate::{
    config::MappingConfig,
    domain::{Alias, CreateScreen, Finding, FindingId, IssueKey, Level, Problem, Status, Transition},
    jira::{ErrorKind, RemoteLink, WriteError},
    mapping::Outcome,
    push::mark,
    store::{NewLine, Standing, Turned},
    text,
};

/// Cells that a title gets within a line.
const TITLE: usize = 80;
/// What is not known to have been sent.
const UNCERTAIN: &str = "uncertain";
/// Characters of a title or summary of a remote link.
const LINK_TEXT: usize = 255;

fn about(key: &IssueKey, level: Level, text: String) -> NewLine {
    NewLine {
        key: Some(key.to_string()),
        ..NewLine::new(level, text)
    }
}

/// `bounty/2345`, harmless and short.
pub(super) fn name(finding: &FindingId) -> String {
    text::truncate(&text::clean_line(&finding.short()), TITLE)
}

/// `created PAY-1412 from bounty/2345 "SQL injection in search" by "bounty to PAY"`.
pub(super) fn created(key: &IssueKey, finding: &Finding, mapping: &str) -> NewLine {
    let title = text::truncate(&text::clean_line(&finding.title), TITLE);
    let name = name(&finding.id);
    about(
        key,
        Level::Info,
        format!("created {key} from {name} \"{title}\" by \"{mapping}\""),
    )
}

/// A create of which nobody knew whether it took effect, and which did.
pub(super) fn found(key: &IssueKey, finding: &Finding) -> NewLine {
    let name = name(&finding.id);
    about(
        key,
        Level::Info,
        format!("found {key}, which had been created from {name} without an answer"),
    )
}

/// `PAY-1412: description and summary updated from bounty/2345`.
pub(super) fn updated(key: &IssueKey, fields: &[String], finding: &Finding) -> NewLine {
    let (list, name) = (listed(fields), name(&finding.id));
    about(key, Level::Info, format!("{key}: {list} updated from {name}"))
}

/// `PAY-1412: kept the description that was edited in Jira`.
pub(super) fn kept(key: &IssueKey, fields: &[String]) -> NewLine {
    let list = listed(fields);
    about(
        key,
        Level::Info,
        format!("{key}: kept the {list} that was edited in Jira"),
    )
}

/// `PAY-1412: replaced the summary that was edited in Jira, as "bounty to PAY" says`.
pub(super) fn replaced(key: &IssueKey, fields: &[String], mapping: &str) -> NewLine {
    let list = listed(fields);
    about(
        key,
        Level::Info,
        format!("{key}: replaced the {list} that was edited in Jira, as \"{mapping}\" says"),
    )
}

/// `PAY-1412: In Review → Done, since bounty/2345 is closed`.
pub(super) fn moved(key: &IssueKey, from: &Status, to: &Status, finding: &Finding) -> NewLine {
    let (from, to) = (text::clean_line(&from.name), text::clean_line(&to.name));
    let (name, state) = (name(&finding.id), finding.state.word());
    about(
        key,
        Level::Info,
        format!("{key}: {from} → {to}, since {name} is {state}"),
    )
}

/// `bounty/2345: closed as fixed, since PAY-1412 is Done`.
pub(super) fn turned(turned: &Turned) -> NewLine {
    let (name, key) = (name(&turned.finding), &turned.key);
    let status = text::clean_line(&turned.status.name);
    let told = match turned.standing {
        Standing::Closed(Some(resolution)) => format!("closed as {}", resolution.word()),
        Standing::Closed(None) => "closed".to_owned(),
        Standing::AsTold | Standing::Unchanged => "no longer closed".to_owned(),
    };
    about(key, Level::Info, format!("{name}: {told}, since {key} is {status}"))
}

/// A status that people changed meanwhile.
pub(super) fn kept_status(key: &IssueKey, status: &Status) -> NewLine {
    let status = text::clean_line(&status.name);
    about(
        key,
        Level::Info,
        format!("{key}: kept the status {status} that was set in Jira"),
    )
}

/// The issue went to another project.
pub(super) fn renamed(old: &IssueKey, new: &IssueKey) -> NewLine {
    about(new, Level::Info, format!("{old} was moved in Jira and is {new} now"))
}

/// The issue is gone.
pub(super) fn broken(key: &IssueKey, finding: &Finding) -> NewLine {
    let name = name(&finding.id);
    about(
        key,
        Level::Warn,
        format!("{key} was deleted or is hidden; {name} keeps its link and no other issue is made"),
    )
    .with_detail("Unlink the finding to have another issue made of it, or ask for permission to see the issue.")
}

/// What a link left on the issue is gone.
pub(super) fn unlinked(key: &IssueKey, finding: &Finding) -> NewLine {
    let name = name(&finding.id);
    about(key, Level::Info, format!("{key}: no longer linked to {name}"))
}

/// The key is in a pull request's description.
pub(super) fn described(key: &IssueKey, finding: &Finding) -> NewLine {
    let name = name(&finding.id);
    about(key, Level::Info, format!("{key}: named in the description of {name}"))
}

/// Findings of a store that is new got their issues back.
pub(super) fn restored(project: &str, count: u64) -> NewLine {
    let project = text::clean_line(project);
    let text = match count {
        1 => format!("1 finding has its issue in {project} again, found by its mark"),
        _ => format!("{count} findings have their issues in {project} again, found by their marks"),
    };
    NewLine::new(Level::Info, text)
}

/// Two issues carry the mark of one finding.
pub(super) fn duplicate(keys: &[IssueKey], finding: &FindingId) -> NewLine {
    let list = keys.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    let first = keys.first().cloned().unwrap_or_default();
    about(
        &first,
        Level::Warn,
        format!(
            "{list} were both created from {}; {first} is kept in step, close the other",
            name(finding)
        ),
    )
}

/// An item that was refused.
pub(super) fn failed(finding: &Finding, key: Option<&IssueKey>, problem: &Problem) -> NewLine {
    let (name, message, remedy) = (name(&finding.id), &problem.message, &problem.remedy);
    match key {
        Some(key) => about(
            key,
            Level::Error,
            format!("{key} not updated from {name}: {message}; {remedy}"),
        ),
        // It may well have been sent.
        None if problem.kind == UNCERTAIN => NewLine::new(Level::Error, format!("{message}; {remedy}")),
        None => NewLine::new(Level::Error, format!("{name} not sent: {message}; {remedy}")),
    }
}

/// An item that waits for something.
pub(super) fn waits(finding: &Finding, problem: &Problem) -> NewLine {
    let (name, message) = (name(&finding.id), &problem.message);
    NewLine::new(Level::Warn, format!("{name} waits: {message}")).with_detail(problem.remedy.clone())
}

/// What a person is told of an item that nobody knows the fate of.
pub(super) fn uncertain(finding: &Finding) -> Problem {
    Problem {
        kind: UNCERTAIN.to_owned(),
        message: format!(
            "Jira did not answer when {} was sent, and no issue of it turned up since",
            name(&finding.id)
        ),
        remedy: "look in Jira; then send it again, or link it to its issue".to_owned(),
    }
}

/// What Jira said of single fields, by their shown names, with the rule to mend.
pub(super) fn refused(failed: &WriteError, mapping: Option<&MappingConfig>, screen: Option<&CreateScreen>) -> Problem {
    let error = &failed.error;
    if failed.fields.is_empty() {
        return Problem::from(&**error);
    }
    said_of_fields(error.kind, &failed.fields, mapping, screen)
}

/// The same of what Jira said earlier.
pub(super) fn said_of_fields(
    kind: ErrorKind,
    fields: &[(String, String)],
    mapping: Option<&MappingConfig>,
    screen: Option<&CreateScreen>,
) -> Problem {
    let mut said = Vec::new();
    let mut mended = Vec::new();
    for (id, words) in fields {
        let shown = screen
            .and_then(|screen| screen.field(id))
            .map_or(id.as_str(), |field| field.name.as_str());
        let shown = text::clean_line(shown);
        let words = text::clean_line(words);
        let words = words.trim_end_matches('.');
        said.push(if words.contains(&*shown) {
            words.to_owned()
        } else {
            format!("{shown}: {words}")
        });
        let rule = mapping.map(|mapping| mend(id, &shown, mapping));
        mended.extend(rule);
    }
    Problem {
        kind: kind.word().to_owned(),
        message: said.join("; "),
        remedy: if mended.is_empty() {
            "correct it in Jira".to_owned()
        } else {
            mended.join(", ")
        },
    }
}

/// Fields that a mapping could not fill.
pub(super) fn unfilled<'o>(outcomes: impl Iterator<Item = &'o Outcome>, mapping: &MappingConfig) -> Problem {
    let mut said = Vec::new();
    let mut mended = Vec::new();
    for outcome in outcomes {
        let shown = text::clean_line(&outcome.name);
        let why = outcome.problem.as_deref().unwrap_or("it has no value");
        said.push(format!("{shown}: {why}"));
        mended.push(mend(&outcome.field, &shown, mapping));
    }
    Problem {
        kind: "mapping".to_owned(),
        message: said.join("; "),
        remedy: mended.join(", "),
    }
}

/// The rule to mend for a field; project and issue type have none.
fn mend(id: &str, shown: &str, mapping: &MappingConfig) -> String {
    let name = &mapping.name;
    if id == "project" || id == "issuetype" {
        let what = if id == "project" { "project" } else { "issue type" };
        return format!("check the {what} of \"{name}\", and that the account may create such issues there");
    }
    if mapping.rule(id, shown).is_some() {
        format!("correct the rule for {shown} in \"{name}\"")
    } else {
        format!("add a rule for {shown} to \"{name}\"")
    }
}

/// What a project no longer allows.
pub(super) fn drifted(mapping: &str, drift: &[(String, String)]) -> Problem {
    let list: Vec<String> = drift.iter().map(|(field, what)| format!("{field}: {what}")).collect();
    Problem {
        kind: "drift".to_owned(),
        message: format!("\"{mapping}\" needs attention: {}", list.join("; ")),
        remedy: format!("open \"{mapping}\" among the mappings and correct what is named"),
    }
}

/// A mapping that needs attention from now on, or no longer.
pub(super) fn drift(mapping: &str, drift: &[(String, String)]) -> NewLine {
    if drift.is_empty() {
        return NewLine::new(Level::Info, format!("\"{mapping}\" fits its project again"));
    }
    let problem = drifted(mapping, drift);
    NewLine::new(Level::Warn, problem.message).with_detail(problem.remedy)
}

/// Where an issue can go, when it cannot go where it should.
pub(super) fn no_way(status: &str, from: &Status, transitions: &[Transition], mapping: &str) -> Problem {
    let mut open: Vec<String> = transitions
        .iter()
        .filter(|transition| transition.available)
        .map(|transition| text::clean_line(&transition.to.name).into_owned())
        .collect();
    open.dedup();
    let from = text::clean_line(&from.name);
    let ways = if open.is_empty() {
        "nowhere".to_owned()
    } else {
        format!("to {}", open.join(", "))
    };
    Problem {
        kind: "transition".to_owned(),
        message: format!(
            "the workflow leads from {from} {ways}, not to {}",
            text::clean_line(status)
        ),
        remedy: format!("name one of these in the states of \"{mapping}\", or move the issue in Jira"),
    }
}

/// Screens of transitions that the rule does not fill.
pub(super) fn unfilled_screen<'o>(outcomes: impl Iterator<Item = &'o Outcome>, status: &str, mapping: &str) -> Problem {
    let names: Vec<String> = outcomes
        .map(|outcome| {
            let why = outcome.problem.as_deref().unwrap_or("required");
            format!("{}: {why}", text::clean_line(&outcome.name))
        })
        .collect();
    Problem {
        kind: "transition".to_owned(),
        message: format!("the step to {} asks for {}", text::clean_line(status), names.join("; ")),
        remedy: format!("add `fields` for it to the states of \"{mapping}\""),
    }
}

/// A mapping that items name and the config has no more, or paused.
pub(super) fn no_mapping(name: &str, paused: bool) -> Problem {
    let (message, remedy) = if paused {
        (format!("\"{name}\" is paused"), "switch the mapping on")
    } else {
        (
            format!("the config has no mapping \"{name}\""),
            "create the issue by another mapping, or give it up",
        )
    };
    Problem {
        kind: "mapping".to_owned(),
        message,
        remedy: remedy.to_owned(),
    }
}

/// Nobody said where the issue goes.
pub(super) fn no_project(mapping: &str) -> Problem {
    Problem {
        kind: "mapping".to_owned(),
        message: format!("\"{mapping}\" asks for the project each time, and none was chosen"),
        remedy: "create the issue again and choose its project".to_owned(),
    }
}

/// Nothing is sent over this connection.
pub(super) fn read_only() -> Problem {
    Problem {
        kind: "read-only".to_owned(),
        message: "the connection is read-only".to_owned(),
        remedy: "remove `read_only` from the connection in the config to have it sent".to_owned(),
    }
}

/// The site wants to be left alone for a while.
pub(super) fn paused(alias: &Alias, until: Timestamp) -> Problem {
    Problem {
        kind: "rate-limited".to_owned(),
        message: format!("{alias} limits the rate of requests"),
        remedy: format!("nothing to do: it is sent after {until:.0}"),
    }
}

/// The link from an issue back to its finding; none without an address that a browser opens.
pub(super) fn remote_link(finding: &Finding) -> Option<RemoteLink> {
    let url = url::Url::parse(finding.url.as_deref()?).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let line = |text: &str| {
        let text: String = text::clean_line(text).chars().take(LINK_TEXT).collect();
        text
    };
    let mut title = line(&finding.title);
    if title.trim().is_empty() {
        title = line(&finding.id.to_string());
    }
    let resolution = finding
        .resolution
        .map(|resolution| format!(", {}", resolution.word()))
        .unwrap_or_default();
    Some(RemoteLink {
        global_id: mark::global_id(&finding.id),
        url: url.into(),
        title,
        summary: Some(line(&format!("{} · {}{resolution}", finding.id, finding.state.word()))),
        relationship: Some("finding".to_owned()),
        resolved: Some(!finding.is_open()),
        ..RemoteLink::default()
    })
}

/// `summary`, `summary and description`, `a, b and c`.
fn listed(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| text::clean_line(name).to_lowercase()).collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}
