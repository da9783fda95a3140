//! Values of the domain as the words that stand for them in the tables, and back.
//!
//! Must never be in here: words for people; those are in `domain`.

use crate::domain::{Access, Deployment, FieldKind, Health, RunKind, RunState};

pub(super) fn deployment(deployment: Deployment) -> &'static str {
    match deployment {
        Deployment::Cloud => "cloud",
        Deployment::DataCenter => "data-center",
    }
}

pub(super) fn deployment_from(word: &str) -> Option<Deployment> {
    match word {
        "cloud" => Some(Deployment::Cloud),
        "data-center" => Some(Deployment::DataCenter),
        _ => None,
    }
}

pub(super) fn access_from(word: &str) -> Access {
    Access::from_word(word).unwrap_or(Access::ApiToken)
}

pub(super) fn health(health: Health) -> &'static str {
    match health {
        Health::Unknown => "unknown",
        Health::Ok => "ok",
        Health::Offline => "offline",
        Health::Auth => "auth",
        Health::Failed => "failed",
    }
}

pub(super) fn health_from(word: &str) -> Health {
    match word {
        "ok" => Health::Ok,
        "offline" => Health::Offline,
        "auth" => Health::Auth,
        "failed" => Health::Failed,
        _ => Health::Unknown,
    }
}

/// The word of a field kind in the `field` table.
pub(super) fn field_kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::Rich => "rich",
        FieldKind::Number => "number",
        FieldKind::Date => "date",
        FieldKind::DateTime => "datetime",
        FieldKind::User => "user",
        FieldKind::Option => "option",
        FieldKind::Version => "version",
        FieldKind::Labels => "labels",
        FieldKind::Sprint => "sprint",
        FieldKind::Other => "other",
    }
}

/// The field kind of a word in the `field` table.
pub(super) fn field_kind_from(word: &str) -> FieldKind {
    match word {
        "text" => FieldKind::Text,
        "rich" => FieldKind::Rich,
        "number" => FieldKind::Number,
        "date" => FieldKind::Date,
        "datetime" => FieldKind::DateTime,
        "user" => FieldKind::User,
        "option" => FieldKind::Option,
        "version" => FieldKind::Version,
        "labels" => FieldKind::Labels,
        "sprint" => FieldKind::Sprint,
        _ => FieldKind::Other,
    }
}

/// The word of a run kind in the `run` table.
pub(super) fn run_kind(kind: RunKind) -> &'static str {
    match kind {
        RunKind::First => "first",
        RunKind::Delta => "delta",
        RunKind::Census => "census",
    }
}

pub(super) fn run_kind_from(word: &str) -> RunKind {
    match word {
        "first" => RunKind::First,
        "census" => RunKind::Census,
        _ => RunKind::Delta,
    }
}

pub(super) fn run_state_from(word: &str) -> RunState {
    match word {
        "running" => RunState::Running,
        "ok" => RunState::Ok,
        "interrupted" => RunState::Interrupted,
        _ => RunState::Failed,
    }
}
