//! SARIF 2.1.0, the form in which scanners report.
//!
//! A log is read in one pass that finds its runs and cuts out their results; then each result is read
//! by itself, so that a log of any size needs little more than its own bytes, and one broken result
//! does not cost the others.
//!
//! Must never be in here: files, or which of several scans holds.

mod body;
mod identity;
mod message;
mod model;
mod place;
mod rules;
mod standing;
#[cfg(test)]
mod tests;
mod title;
mod weakness;

use jiff::Timestamp;
use serde_json::{Value, value::RawValue};

use self::{
    body::Subject,
    identity::Identities,
    message::{Told, told},
    model::{Found, Invocation, Log, Run},
    place::Places,
    rules::Rules,
};
use super::{
    files::Refusal,
    keys,
    prose::{cut, flat},
};
use crate::domain::{Finding, FindingId, FindingKind};

/// Most findings taken from one file.
const MAX_FINDINGS: usize = 100_000;
/// Most bytes of text that the findings of one file may come to: what stands once at a rule is told with
/// each of its results, so a small file can hold a lot of it.
const MAX_TEXT: usize = 400 << 20;
/// Longest name of a tool or a rule that is told, in bytes.
const LONGEST_NAME: usize = 500;
/// Most flaws told of one file.
const MAX_FLAWS: usize = 20;

/// One run of a tool.
#[derive(Debug)]
pub(super) struct Scan {
    /// What it looked at, if it says so: a later scan of the same takes its place.
    pub(super) scope: Option<String>,
    /// When it ended.
    pub(super) at: Option<Timestamp>,
    pub(super) findings: Vec<Finding>,
}

/// What a log holds.
#[derive(Debug, Default)]
pub(super) struct Scans {
    pub(super) scans: Vec<Scan>,
    /// Lines and reasons.
    pub(super) flaws: Vec<(Option<u64>, String)>,
    /// Whether something was left out.
    pub(super) partial: bool,
}

/// Reads a log.
///
/// # Errors
/// When it is none, or broken.
pub(super) fn read(source: &str, origin: &str, text: &str) -> Result<Scans, Refusal> {
    read_most(source, origin, text, MAX_FINDINGS)
}

fn read_most(source: &str, origin: &str, text: &str, most: usize) -> Result<Scans, Refusal> {
    let log: Log<'_> = serde_json::from_str(text).map_err(|error| broken(text, &error))?;
    let version = log.version.text();
    match (version, &log.runs) {
        (Some("2.1.0"), Some(_)) => {}
        (None, Some(_)) => return Err(Refusal::told("the log has no version; only SARIF 2.1.0 is read")),
        (Some(version), Some(_)) => {
            let version = version.chars().take(20).collect::<String>();
            return Err(Refusal::told(format!(
                "this is SARIF {version:?}; only 2.1.0 is read, convert it with `sarif convert`"
            )));
        }
        (_, None) => {
            return Err(Refusal {
                foreign: true,
                ..Refusal::told("this is no SARIF log: it has no \"runs\"")
            });
        }
    }
    let mut reader = Reader {
        source,
        origin,
        text,
        out: Scans::default(),
        most,
        taken: 0,
        told: 0,
        untold: 0,
    };
    for raw in log.runs.unwrap_or_default() {
        reader.run(raw);
    }
    Ok(reader.finish())
}

/// What the results of a run have in common.
struct Ground<'g> {
    run: &'g Run<'g>,
    rules: &'g Rules<'g>,
    roots: &'g [String],
    tool: &'g str,
    at: Option<Timestamp>,
}

struct Reader<'a> {
    source: &'a str,
    origin: &'a str,
    text: &'a str,
    out: Scans,
    /// How many findings are taken.
    most: usize,
    taken: usize,
    /// Bytes of text of those.
    told: usize,
    /// Flaws that were not told.
    untold: usize,
}

impl<'a> Reader<'a> {
    fn run(&mut self, raw: &'a RawValue) {
        let run: Run<'a> = match serde_json::from_str(raw.get()) {
            Ok(run) => run,
            Err(error) => return self.flaw(raw, "a run", &error),
        };
        let tool = run
            .tool
            .get()
            .and_then(|tool| tool.driver.get())
            .and_then(|driver| driver.name.text());
        let tool = tool.unwrap_or("unnamed tool");
        let whole = match unfinished(&run, tool) {
            Some(reason) => {
                self.tell(raw, 0, reason);
                false
            }
            None => true,
        };
        let scope = run.automation_details.get().and_then(|details| details.id.text());
        let times = run.invocations.all().iter();
        let at = times
            .filter_map(|invocation| {
                invocation
                    .end_time_utc
                    .text()
                    .or_else(|| invocation.start_time_utc.text())
            })
            .filter_map(|time| time.parse::<Timestamp>().ok())
            .max();
        let findings = self.results(&run, tool, at);
        self.out.scans.push(Scan {
            // A scan that was not finished takes the place of none that was.
            scope: scope
                .filter(|_| whole)
                .map(|scope| format!("{tool}\n{}", category(scope))),
            at,
            findings,
        });
    }

    fn results(&mut self, run: &Run<'a>, tool: &str, at: Option<Timestamp>) -> Vec<Finding> {
        let (rules, roots) = (Rules::of(run), place::roots(run));
        let ground = Ground {
            run,
            rules: &rules,
            roots: &roots,
            tool,
            at,
        };
        let mut identities = Identities::default();
        let mut findings = Vec::new();
        let mut absent = Vec::new();
        for raw in run.results.as_deref().unwrap_or_default() {
            if self.is_full() {
                break;
            }
            match serde_json::from_str::<Found>(raw.get()) {
                Ok(found) if standing::is_no_problem(&found) => {}
                Ok(found) if standing::is_absent(&found) => absent.push(found),
                Ok(found) => {
                    let finding = self.finding(&ground, &found, &mut identities);
                    findings.extend(finding.inspect(|finding| self.take(finding)));
                }
                Err(error) => self.flaw(raw, "a result", &error),
            }
        }
        for found in &absent {
            if self.is_full() {
                break;
            }
            let finding = self.finding(&ground, found, &mut identities);
            findings.extend(finding.inspect(|finding| self.take(finding)));
        }
        findings
    }

    /// Whether no more results are taken; says so once.
    fn is_full(&mut self) -> bool {
        let most = if self.taken >= self.most {
            format!("more than {} results", self.most)
        } else if self.told >= MAX_TEXT {
            format!("results of more than {} MB of text, told in full", MAX_TEXT >> 20)
        } else {
            return false;
        };
        let reason = format!(
            "{most}, the most that are taken from one file; the rest is left out, and nothing of this file is taken \
             as gone: have the scanner report less, or split the file"
        );
        if self.out.flaws.last().is_none_or(|(_, told)| *told != reason) {
            self.out.flaws.push((None, reason));
        }
        self.out.partial = true;
        true
    }

    fn take(&mut self, finding: &Finding) {
        self.taken += 1;
        self.told += finding.body.len() + finding.fields.values().map(text_in).sum::<usize>();
    }

    /// One result. `None` for one that is gone from here and told of elsewhere: it was only moved.
    fn finding(&self, ground: &Ground<'_>, found: &Found, identities: &mut Identities) -> Option<Finding> {
        let Ground { run, rules, tool, .. } = *ground;
        let rule = rules.rule(found);
        let named = found.rule_id.text().or_else(|| found.rule.get()?.id.text());
        let rule_id = named.or_else(|| rule?.id.text()).unwrap_or_default();
        let places = Places::new(run, ground.roots, found);
        let all: Vec<_> = places.all().collect();
        let message = told(found.message.get(), rule, rules, &places).unwrap_or_else(|| Told::of_rule(rule, rule_id));
        let main = all.first().cloned().unwrap_or_default();
        if standing::is_absent(found) && identities.is_taken(tool, rule_id, found, &main, &message.bare) {
            return None;
        }
        let external = identities.id(tool, rule_id, found, &main, &message.bare);
        let forge = place::forge_url(run, &main);
        let level = standing::level(found, rules.setting(found, rule, |set| set.level.text()));
        let subject = Subject {
            run,
            rules,
            found,
            rule,
            rule_id: &rule_id[..rule_id.floor_char_boundary(LONGEST_NAME)],
            tool: &tool[..tool.floor_char_boundary(LONGEST_NAME)],
            level,
            message: &message,
            look: &places,
            places: &all,
            url: forge.as_deref(),
        };
        let id = FindingId {
            source: self.source.to_owned(),
            external,
        };
        let mut finding = Finding::new(id, FindingKind::Vulnerability, title::title(&message, rule, rule_id));
        finding.body = subject.body();
        finding.fields = subject.fields();
        finding.severity = standing::severity(found, rule, level);
        (finding.state, finding.native_state, finding.resolution) = standing::standing(found);
        let viewer = found
            .hosted_viewer_uri
            .text()
            .filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        finding.url = viewer.map(str::to_owned).or(forge);
        for key in found
            .work_item_uris
            .all()
            .iter()
            .filter_map(|uri| keys::referred_to(uri))
        {
            if !finding.keys.contains(&key) {
                finding.keys.push(key);
            }
        }
        self.origin.clone_into(&mut finding.origin);
        let first = found
            .provenance
            .get()
            .and_then(|provenance| provenance.first_detection_time_utc.text());
        finding.created = first.and_then(|time| time.parse().ok());
        finding.updated = ground.at;
        Some(finding)
    }

    fn flaw(&mut self, raw: &RawValue, what: &str, error: &serde_json::Error) {
        // Its own lines count from one.
        let line = error.line().saturating_sub(1);
        self.tell(raw, line, format!("{what} cannot be read: {}", bare(error)));
    }

    /// Something is wrong `lines` below the start of a part.
    fn tell(&mut self, raw: &RawValue, lines: usize, reason: String) {
        self.out.partial = true;
        if self.out.flaws.len() >= MAX_FLAWS {
            self.untold += 1;
            return;
        }
        // A raw value is a part of the text: how far into it tells the line.
        let offset = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let before = self.text.get(..offset).unwrap_or_default();
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1 + lines;
        self.out.flaws.push((u64::try_from(line).ok(), reason));
    }

    fn finish(mut self) -> Scans {
        if self.untold > 0 {
            self.out
                .flaws
                .push((None, format!("and {} more that cannot be read", self.untold)));
        }
        self.out
    }
}

/// Why a run does not tell all that there is; what it leaves out is not gone.
fn unfinished(run: &Run<'_>, tool: &str) -> Option<String> {
    let elsewhere = run.external_property_file_references.get();
    if elsewhere.is_some_and(|files| !files.results.all().is_empty()) {
        return Some(format!(
            "results of {tool} are in other files, which are not read; have it write them into the log"
        ));
    }
    if run.results.is_none() {
        return Some(format!(
            "the run of {tool} holds no results, not even an empty list of them: it was not finished"
        ));
    }
    let failed = |invocation: &&Invocation| invocation.execution_successful.get() == Some(&false);
    let failed = run.invocations.all().iter().find(failed)?;
    let why = failed.exit_code_description.text();
    let why = why.map_or_else(String::new, |why| format!(" ({})", cut(&flat(why), 200)));
    Some(format!(
        "{tool} says that it failed{why}; what it did not find counts as still there"
    ))
}

/// Why a text is no JSON. One that only ends too early is most likely not written to its end yet.
fn broken(text: &str, error: &serde_json::Error) -> Refusal {
    if text.trim().is_empty() {
        return Refusal::told("the file is empty; what is known of it stays until it holds a SARIF log");
    }
    let line = u64::try_from(error.line()).ok().filter(|line| *line > 0);
    let reason = if error.is_eof() {
        "the log ends in the middle, as if it were still being written; what is known of it stays until it is whole"
            .to_owned()
    } else {
        let column = error.column();
        format!(
            "this is not valid JSON of a SARIF log: {}, column {column}",
            bare(error)
        )
    };
    Refusal {
        line,
        reason,
        foreign: false,
    }
}

/// What serde says, without the place, which stands by itself.
fn bare(error: &serde_json::Error) -> String {
    let told = error.to_string();
    told.split(" at line ").next().unwrap_or(&told).to_owned()
}

/// Bytes of text in a value.
fn text_in(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(text_in).sum(),
        Value::Object(values) => values.values().map(text_in).sum(),
        _ => 0,
    }
}

/// An automation id names what is scanned, and behind the last slash the one scan.
fn category(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(category, _)| category)
}
