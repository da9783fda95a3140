//! Three-way: what of a finding is sent to its issue, knowing what both sides last agreed on.
//!
//! Must never be in here: requests. Everything is a pure function of what we want, what was agreed on and
//! what Jira has now.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::same::{is_empty, same, unchanged};
use crate::{
    config::{Conflict, StateRule},
    domain::{FindingState, Status, StatusCategory},
    store::{Agreed, Snapshot},
};

/// Fields that a create sets and nothing ever changes again: they belong to people, or cannot be edited.
const ONCE: [&str; 4] = ["project", "issuetype", "parent", "priority"];

/// What is wanted of the fields, without those that are only set once.
pub(super) fn lasting(mut fields: Map<String, Value>) -> Map<String, Value> {
    for id in ONCE {
        fields.remove(id);
    }
    fields
}

/// A link as it is just before fields are compared.
#[derive(Debug, Clone, Copy)]
pub(super) struct Base<'a> {
    /// What both sides agreed on.
    pub(super) snapshot: &'a Snapshot,
    /// What was being sent when an earlier try was cut off: per field, what Jira had before it.
    pub(super) begun: &'a BTreeMap<String, Agreed>,
    /// Fields that somebody else changed after us.
    pub(super) others: &'a BTreeSet<String>,
    /// The issue was created from the finding, rather than linked to what was there.
    pub(super) created: bool,
    /// Who wins.
    pub(super) conflict: Conflict,
}

/// What to do about the fields.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fields {
    /// What is sent.
    pub(super) send: Map<String, Value>,
    /// Fields in which a change of ours gives way to one made in Jira.
    pub(super) kept: Vec<String>,
    /// Fields in `send` in which one made in Jira gives way to ours.
    pub(super) replaced: Vec<String>,
    /// What both sides agree on once that is done. For fields in `send`, what Jira had before.
    pub(super) agreed: BTreeMap<String, Agreed>,
}

/// Whether nothing of `wanted` differs from what was last sent, so that Jira need not be asked.
pub(super) fn in_step(snapshot: &Snapshot, wanted: &Map<String, Value>) -> bool {
    wanted.len() == snapshot.fields.len()
        && wanted.iter().all(|(id, value)| {
            snapshot
                .fields
                .get(id)
                .is_some_and(|agreed| agreed.ours == *value && agreed.theirs.is_some())
        })
}

/// Compares every field.
pub(super) fn fields(base: Base<'_>, wanted: &Map<String, Value>, now: &Map<String, Value>) -> Fields {
    let mut made = Fields::default();
    for (id, ours) in wanted {
        let theirs = now.get(id).cloned().unwrap_or(Value::Null);
        let (decision, theirs) = field(base, id, ours, theirs);
        if decision == Decision::Replace {
            made.replaced.push(id.clone());
        }
        match decision {
            Decision::Send | Decision::Replace => {
                made.send.insert(id.clone(), ours.clone());
            }
            Decision::GiveWay => made.kept.push(id.clone()),
            Decision::Leave => {}
        }
        let agreed = Agreed {
            ours: ours.clone(),
            theirs: Some(theirs),
        };
        made.agreed.insert(id.clone(), agreed);
    }
    made
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Send,
    Replace,
    GiveWay,
    Leave,
}

/// What to do about one field, and what Jira's side of it counts as from now on.
fn field(base: Base<'_>, id: &str, ours: &Value, now: Value) -> (Decision, Value) {
    if same(ours, &now) {
        return (Decision::Leave, now);
    }
    if let Some(begun) = base.begun.get(id)
        && begun.ours == *ours
        && let Some(before) = &begun.theirs
        && !unchanged(before, &now)
    {
        // An earlier try was cut off and Jira changed since it began: that was us, or somebody after us.
        return match (base.others.contains(id), base.conflict) {
            (true, Conflict::Jira) => (Decision::GiveWay, now),
            (true, Conflict::Finding) => (Decision::Replace, now),
            (false, _) => (Decision::Leave, now),
        };
    }
    let Some(agreed) = base.snapshot.fields.get(id) else {
        // Newly mapped, or linked to what was there: what people wrote stays until our side changes.
        let decision = if is_empty(&now) && (base.created || !is_empty(ours)) {
            Decision::Send
        } else {
            Decision::Leave
        };
        return (decision, now);
    };
    // What was sent and not read back since is taken as it is now, unless somebody else was at it.
    let before = match &agreed.theirs {
        Some(theirs) => theirs,
        None if base.others.contains(id) => &agreed.ours,
        None => &now,
    };
    if agreed.ours == *ours {
        return (Decision::Leave, before.clone());
    }
    match (unchanged(before, &now), base.conflict) {
        (true, _) => (Decision::Send, now),
        (false, Conflict::Jira) => (Decision::GiveWay, before.clone()),
        (false, Conflict::Finding) => (Decision::Replace, now),
    }
}

/// What to do about the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Stay,
    /// Somebody moved the issue meanwhile, and that holds.
    GiveWay,
    /// It goes where the rule says.
    Go,
}

/// Where an issue stands, to decide whether it moves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    /// What both sides agreed on.
    pub(super) snapshot: &'a Snapshot,
    /// The finding's state now.
    pub(super) state: FindingState,
    /// The status now.
    pub(super) status: &'a Status,
    /// The issue was created from the finding.
    pub(super) created: bool,
    /// Who wins.
    pub(super) conflict: Conflict,
}

/// Whether an issue is moved as the rule of the finding's state says. Closing and reopening at the source
/// go through whatever people did in between; else Jira wins.
pub(super) fn step(standing: Standing<'_>, rule: Option<&StateRule>) -> Step {
    let Standing {
        snapshot,
        state,
        status,
        ..
    } = standing;
    if rule.is_none_or(|rule| is_status(status, &rule.status)) {
        return Step::Stay;
    }
    let done = status.category == StatusCategory::Done;
    let Some(before) = snapshot.state else {
        // What was there when it was linked stays as people have it.
        return if standing.created && !(done && state == FindingState::Closed) {
            Step::Go
        } else {
            Step::Stay
        };
    };
    if before == state {
        return Step::Stay;
    }
    if state == FindingState::Closed {
        // Closed as people closed it is closed.
        return if done { Step::Stay } else { Step::Go };
    }
    let moved = snapshot.status.as_ref().is_some_and(|agreed| *agreed != status.id);
    let reopened = before == FindingState::Closed && done;
    if moved && !reopened && standing.conflict == Conflict::Jira {
        return Step::GiveWay;
    }
    Step::Go
}

/// Whether a status is the one that a rule names, by id or name.
pub(super) fn is_status(status: &Status, named: &str) -> bool {
    status.id == named || status.name.to_lowercase() == named.trim().to_lowercase()
}
