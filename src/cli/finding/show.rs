//! `crosstie finding show`.

use jiff::Timestamp;
use serde::Serialize;

use super::list::Shown;
use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Json,
        output::Output,
        services::FindingServices,
        setup::Setup,
    },
    domain::{Finding, FindingDetail, IssueKey, Status, StatusCategory},
    text,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct ShowArgs {
    /// Which: SOURCE/ID as `finding list` shows it, or an ID or the beginning of a fingerprint that only
    /// one finding has
    id: String,
    #[command(flatten)]
    json: Json,
}

#[derive(Debug, Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    shown: Shown<'a>,
    finding: &'a Finding,
    /// Issues that it names itself.
    names: Vec<Named<'a>>,
    history: Vec<Entry<'a>>,
    related: Vec<Shown<'a>>,
}

#[derive(Debug, Serialize)]
struct Named<'a> {
    key: &'a str,
    status: Option<&'a str>,
    status_category: Option<StatusCategory>,
}

#[derive(Debug, Serialize)]
struct Entry<'a> {
    at: Timestamp,
    text: &'a str,
}

/// Shows one finding.
pub(super) fn run(
    args: &ShowArgs,
    setup: &Setup,
    services: &dyn FindingServices,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let detail = services.find(setup, &args.id)?;
    if args.json.json {
        let history = detail.history.iter().map(|(at, text)| Entry { at: *at, text });
        output.json(&Whole {
            shown: Shown::from(&detail.row),
            finding: &detail.finding,
            names: detail.named.iter().map(named).collect(),
            history: history.collect(),
            related: detail.related.iter().map(Shown::from).collect(),
        })?;
    } else {
        print(&detail, output)?;
    }
    Ok(Exit::Done)
}

fn named((key, status): &(IssueKey, Option<Status>)) -> Named<'_> {
    Named {
        key: key.as_str(),
        status: status.as_ref().map(|status| status.name.as_str()),
        status_category: status.as_ref().map(|status| status.category),
    }
}

fn print(detail: &FindingDetail, output: &mut Output<'_>) -> Result<(), Failure> {
    let (row, finding) = (&detail.row, &detail.finding);
    output.line(&format!("{}  {}", row.id, row.title))?;
    let mut facts = vec![
        ("kind", row.kind.word().to_owned()),
        ("severity", row.severity.word().to_owned()),
        ("state", state(row.state.word(), &row.native_state)),
    ];
    let optional = [
        (
            "resolution",
            row.resolution.map(|resolution| resolution.word().to_owned()),
        ),
        ("tag", row.tag.clone()),
        ("assignee", row.assignee.as_ref().map(|assignee| assignee.name.clone())),
        ("reporter", finding.reporter.clone()),
        ("names", names(detail)),
        ("url", row.url.clone()),
    ];
    facts.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    facts.push(("created", output.time(row.created)));
    facts.push(("updated", output.time(row.updated)));
    if let Some(link) = &row.link {
        let status = match &link.status {
            _ if link.gone => Some(" · gone: deleted, or hidden from the account".to_owned()),
            status => status.as_ref().map(|status| format!(" · {}", status.name)),
        };
        facts.push((
            "issue",
            format!("{} · {}{}", link.alias, link.key, status.unwrap_or_default()),
        ));
        facts.push(("", link.url.clone()));
    }
    for (name, value) in facts {
        output.line(&format!("  {}  {value}", text::pad(name, 10)))?;
    }
    pending(detail, output)?;
    if !finding.body.trim().is_empty() {
        output.line("")?;
        for line in finding.body.lines() {
            output.line(line)?;
        }
    }
    beside(detail, output)?;
    timeline(detail, output)
}

/// Files, what belongs to it, and what else the source tells.
fn beside(detail: &FindingDetail, output: &mut Output<'_>) -> Result<(), Failure> {
    let finding = &detail.finding;
    let files = finding.files.iter().map(|file| {
        let size = file.size.map(|size| format!("  {}", text::bytes(size)));
        let url = file.url.as_ref().map(|url| format!("  {url}"));
        format!("{}{}{}", file.name, size.unwrap_or_default(), url.unwrap_or_default())
    });
    section("files", files, output)?;
    let related = detail.related.iter();
    let related = related.map(|row| format!("{}  {}  {}", row.id.short(), row.state.word(), row.title));
    section("related", related, output)?;
    let told = finding.fields.iter().map(|(name, value)| {
        let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{name}: {value}")
    });
    section("fields of the source", told, output)
}

/// Lines under a heading, unless there are none.
fn section(name: &str, lines: impl Iterator<Item = String>, output: &mut Output<'_>) -> Result<(), Failure> {
    for (index, line) in lines.enumerate() {
        if index == 0 {
            output.line("")?;
            output.line(&format!("{name}:"))?;
        }
        output.line(&format!("  {line}"))?;
    }
    Ok(())
}

/// `PAY-12 (Done), PAY-13`; a status is known of issues that are cached.
fn names(detail: &FindingDetail) -> Option<String> {
    let one = |(key, status): &(IssueKey, Option<Status>)| match status {
        Some(status) => format!("{key} ({})", status.name),
        None => key.to_string(),
    };
    let names: Vec<String> = detail.named.iter().map(one).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn state(word: &str, native: &str) -> String {
    if native.is_empty() || native == word {
        word.to_owned()
    } else {
        format!("{word} ({native})")
    }
}

fn pending(detail: &FindingDetail, output: &mut Output<'_>) -> Result<(), Failure> {
    let Some(pending) = &detail.row.pending else {
        return Ok(());
    };
    output.line(&format!(
        "  {}  {}",
        text::pad(pending.kind.word(), 10),
        pending.state.word()
    ))?;
    if let Some(problem) = &pending.problem {
        output.line(&format!("    {}", problem.message))?;
        for (field, words) in &pending.fields {
            output.line(&format!("    {field}: {words}"))?;
        }
        output.line(&format!("    {}", problem.remedy))?;
    }
    Ok(())
}

/// What happened at the source, and what was done between finding and issue.
fn timeline(detail: &FindingDetail, output: &mut Output<'_>) -> Result<(), Failure> {
    if !detail.finding.events.is_empty() {
        output.line("")?;
    }
    for event in &detail.finding.events {
        let actor = event.actor.as_ref().map(|actor| format!(" · {actor}"));
        let internal = if event.internal { " · internal" } else { "" };
        let first = event.text.lines().next().unwrap_or_default();
        let when = output.time(event.at);
        let text = if first.is_empty() {
            String::new()
        } else {
            format!(": {first}")
        };
        output.line(&format!(
            "  {when}  {}{}{internal}{text}",
            event.native,
            actor.unwrap_or_default()
        ))?;
    }
    if !detail.history.is_empty() {
        output.line("")?;
    }
    for (at, text) in &detail.history {
        let when = output.time(*at);
        output.line(&format!("  {when}  {text}"))?;
    }
    Ok(())
}
