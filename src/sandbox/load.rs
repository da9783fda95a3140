//! Makes a site out of recorded issues.
//!
//! Must never be in here: generated data, or a refusal of an issue for what it lacks.

mod entities;
mod issue;
#[cfg(test)]
mod tests;

use std::{collections::HashMap, io::Read, sync::Arc};

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use serde_json::{Map, Value};

use self::entities::Collector;
use super::{
    model::{Flavour, IssueIdx, IssueRef, Transition, TypeIdx, Workflow, WorkflowIdx, World},
    seed::fields,
};

/// Why recorded issues cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The compressed stream is damaged.
    #[error("cannot unpack the recorded issues: {0}; is the file complete?")]
    Unpack(#[from] std::io::Error),
    /// A line is not JSON.
    #[error("line {line} of the recorded issues is not a JSON object: {source}")]
    Json {
        /// From 1.
        line: usize,
        /// What the parser says.
        source: serde_json::Error,
    },
    /// A line has neither id nor key.
    #[error("line {line} of the recorded issues is no Jira issue: it has no `{part}`")]
    NotAnIssue {
        /// From 1.
        line: usize,
        /// What is missing.
        part: &'static str,
    },
}

/// The first two bytes of a gzip stream.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Makes a site of newline-delimited JSON, one issue per line, gzip or plain. The account to sign in with is added;
/// it gets the busiest assignee's time zone and nothing else of theirs.
///
/// # Errors
/// The bytes are not newline-delimited JSON objects of Jira issues.
pub fn load(bytes: &[u8], flavour: Flavour, now: Timestamp) -> Result<World, LoadError> {
    let mut unpacked = Vec::new();
    let text = if bytes.starts_with(&GZIP) {
        MultiGzDecoder::new(bytes).read_to_end(&mut unpacked)?;
        &unpacked
    } else {
        bytes
    };
    let mut world = World::new(flavour, "Recorded issues");
    world.fields = fields::all(flavour);
    let records = records(text)?;
    entities::priorities(&mut world, records.iter().map(|(_, record)| record));
    let collector = Collector::new(&mut world);
    let mut loader = Loader {
        collector,
        world,
        now,
        pending: Vec::new(),
    };
    for (line, record) in &records {
        loader.record(*line, record)?;
    }
    loader.connect();
    Ok(loader.finish())
}

/// The number of a line and its object.
type Record = (usize, Map<String, Value>);

/// The objects of all lines, with the number of each line. Texts may hold U+2028 and U+0085, so only a line feed ends
/// a line.
fn records(text: &[u8]) -> Result<Vec<Record>, LoadError> {
    let lines = text.split(|byte| *byte == b'\n').zip(1..);
    lines
        .filter(|(bytes, _)| bytes.iter().any(|byte| !byte.is_ascii_whitespace()))
        .map(|(bytes, line)| match serde_json::from_slice(bytes) {
            Ok(record) => Ok((line, record)),
            Err(source) => Err(LoadError::Json { line, source }),
        })
        .collect()
}

struct Loader {
    world: World,
    collector: Collector,
    now: Timestamp,
    /// Issues whose parent and links are still to be tied.
    pending: Vec<(IssueIdx, Ties)>,
}

/// What an issue says of others, until all are there.
#[derive(Debug, Default)]
struct Ties {
    parent: Option<Value>,
    links: Vec<Value>,
    subtasks: Vec<Value>,
}

impl Loader {
    fn record(&mut self, line: usize, record: &Map<String, Value>) -> Result<(), LoadError> {
        let key = record
            .get("key")
            .and_then(Value::as_str)
            .filter(|key| key.contains('-'));
        let key = key.ok_or(LoadError::NotAnIssue { line, part: "key" })?;
        let id = record
            .get("id")
            .and_then(number)
            .ok_or(LoadError::NotAnIssue { line, part: "id" })?;
        let empty = Map::new();
        let fields = record.get("fields").and_then(Value::as_object).unwrap_or(&empty);
        let (mut issue, ties) = self.issue(id, key, fields);
        issue.history = self.histories(record.get("changelog"));
        // Recordings overlap; the first one stays.
        if self.world.issue_by_id(id).is_none() {
            let idx = self.world.insert(issue);
            self.pending.push((idx, ties));
        }
        Ok(())
    }

    /// Ties parents, sub-tasks and links, now that every issue is known.
    fn connect(&mut self) {
        let mut children: HashMap<IssueIdx, Vec<IssueIdx>> = HashMap::new();
        for (idx, ties) in std::mem::take(&mut self.pending) {
            let parent = ties.parent.as_ref().and_then(|parent| self.reference(parent));
            if let Some(IssueRef::Local(parent)) = parent {
                children.entry(parent).or_default().push(idx);
            }
            let links: Vec<_> = ties.links.iter().filter_map(|link| self.link(link)).collect();
            let foreign: Vec<_> = ties
                .subtasks
                .iter()
                .filter_map(|subtask| match self.reference(subtask)? {
                    IssueRef::Foreign(issue) => Some(issue),
                    IssueRef::Local(_) => None,
                })
                .collect();
            let issue = self.world.issue_mut(idx);
            (issue.parent, issue.links, issue.foreign_subtasks) = (parent, links, foreign);
        }
        for (parent, mut all) in children {
            all.sort_unstable();
            self.world.issue_mut(parent).children = all;
        }
    }

    /// Workflows: from anywhere to anywhere, since recordings don't tell.
    fn finish(mut self) -> World {
        Collector::settle(&mut self.world);
        let statuses: Vec<_> = (0..self.world.statuses.len())
            .map(crate::sandbox::model::StatusIdx::of)
            .collect();
        let transitions = statuses.iter().map(|status| {
            let category = self.world.status(*status).category;
            Transition {
                id: 10 * (status.0 + 1) + 1,
                name: self.world.status(*status).name.to_string(),
                from: Vec::new(),
                to: *status,
                has_screen: category == crate::sandbox::model::Category::Done,
            }
        });
        let flow = Workflow {
            name: "Recorded workflow".to_owned(),
            transitions: transitions.collect(),
            statuses,
        };
        self.world.workflows = vec![flow];
        let types: Vec<_> = (0..self.world.issue_types.len())
            .map(|at| (TypeIdx::of(at), WorkflowIdx(0)))
            .collect();
        for project in &mut self.world.projects {
            project.types.clone_from(&types);
        }
        self.world
    }
}

/// Ids come as texts and as numbers.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}

fn text(value: Option<&Value>) -> Option<&str> {
    value.and_then(Value::as_str)
}

fn shared(value: Option<&Value>) -> Option<Arc<str>> {
    text(value).map(Arc::from)
}

/// `+0000`, `+00:00` and `Z`, with or without fractions.
fn instant(value: Option<&Value>) -> Option<Timestamp> {
    let text = text(value)?;
    text.parse()
        .ok()
        .or_else(|| Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text).ok())
}
