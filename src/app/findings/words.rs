//! Findings in a few words: severities, states and what is pending, each with its role.
//!
//! Must never be in here: glyphs or colours.

use crate::app::event::finding::label_of;
use crate::app::role::Role;
use crate::domain::{FindingRow, FindingSort, FindingState, Pending, PushState, Resolution, Severity};
use crate::text::{clean_line, truncate};

/// The role in which a severity is written.
pub(crate) fn severity_role(severity: Severity) -> Role {
    match severity {
        Severity::Critical => Role::Error,
        Severity::High => Role::Warn,
        Severity::Medium => Role::Text,
        Severity::Low | Severity::Info | Severity::None => Role::Muted,
    }
}

/// Where a finding stands: short, and with what it was closed as.
pub(crate) fn state(state: FindingState, resolution: Option<Resolution>) -> (&'static str, Role) {
    match (state, resolution) {
        (FindingState::Closed, Some(resolution)) => (resolution.word(), Role::Ok),
        (FindingState::Closed, None) => (state.word(), Role::Ok),
        (FindingState::FixedPendingVerify, _) => ("to verify", Role::Info),
        (FindingState::InProgress, _) => (state.word(), Role::Info),
        (FindingState::Blocked, _) => (state.word(), Role::Warn),
        (FindingState::Open | FindingState::Triaged, _) => (state.word(), Role::Text),
    }
}

/// Whether an outbox item needs a person.
pub(crate) fn is_trouble(pending: &Pending) -> bool {
    matches!(pending.state, PushState::Failed | PushState::Uncertain)
}

/// What is pending, and in which role.
pub(crate) fn pending(state: PushState) -> (&'static str, Role) {
    match state {
        PushState::Waiting => ("waiting", Role::Info),
        PushState::Sending => ("sending", Role::Info),
        PushState::Unknown => ("checking", Role::Warn),
        PushState::Uncertain => ("uncertain", Role::Warn),
        PushState::Failed => ("failed", Role::Error),
    }
}

/// The word for an order, and whether the largest come first: by age the newest, so the smallest, do.
pub(crate) fn order(sort: FindingSort, reverse: bool) -> (&'static str, bool) {
    let falling = matches!(sort, FindingSort::Severity | FindingSort::Updated);
    (sort.word(), falling != reverse)
}

/// The title of a finding; one without has at least its id.
pub(crate) fn title(row: &FindingRow) -> String {
    let title = clean_line(&row.title);
    if title.trim().is_empty() {
        "(no title)".to_owned()
    } else {
        title.into_owned()
    }
}

/// `bounty/2345 · high · triaged · SQL injection…`
pub(crate) fn one_line(row: &FindingRow, cells: usize) -> String {
    let (state, _) = state(row.state, row.resolution);
    let text = format!(
        "{} · {} · {state} · {}",
        label_of(&row.id),
        row.severity.word(),
        title(row)
    );
    truncate(&text, cells)
}
