//! States: which status a finding asks for, and which statuses close it.

use crate::{
    config::{Closes, MappingConfig, StateRule},
    domain::{Finding, Resolution, Status},
    mapping::given::same,
};

/// A finding that its issue closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    /// Why it is closed; `None` if the resolution says nothing that is known.
    pub resolution: Option<Resolution>,
}

/// What the finding's state asks of its issue, if anything.
#[must_use]
pub fn state_rule<'m>(mapping: &'m MappingConfig, finding: &Finding) -> Option<&'m StateRule> {
    let rule = mapping.states.iter().find(|(state, _)| *state == finding.state);
    rule.map(|(_, rule)| rule)
}

/// Whether an issue in `status`, with a resolution of that name, closes its finding.
#[must_use]
pub fn closes(mapping: &MappingConfig, status: &Status, resolution: Option<&str>) -> Option<Closing> {
    let closing = match &mapping.closes {
        Closes::Category(category) => status.category == *category,
        Closes::Statuses(names) => names.iter().any(|name| is_status(name, status)),
    };
    closing.then(|| Closing {
        resolution: resolution.and_then(|name| resolution_of(mapping, name)),
    })
}

/// Whether a status goes by that name or id.
pub(super) fn is_status(name: &str, status: &Status) -> bool {
    name == status.id || name.trim().to_lowercase() == status.name.trim().to_lowercase()
}

/// What an issue that is resolved under that name says of its finding. By the mapping's own table, else by the names that Jira itself brings. What is in neither is not
/// guessed: a finding must not count as mended because somebody invented a word.
#[must_use]
pub fn resolution_of(mapping: &MappingConfig, name: &str) -> Option<Resolution> {
    let own = mapping.resolutions.iter().find(|(from, _)| same(from, name));
    if let Some((_, resolution)) = own {
        return Some(*resolution);
    }
    let known = match name.trim().to_lowercase().replace('’', "'").as_str() {
        "fixed" | "done" | "resolved" => Resolution::Fixed,
        "duplicate" => Resolution::Duplicate,
        "won't fix" | "won't do" | "wont fix" | "wont do" | "declined" => Resolution::WontFix,
        "cannot reproduce" | "not a bug" | "invalid" => Resolution::Invalid,
        _ => return Resolution::ALL.iter().copied().find(|one| same(one.word(), name)),
    };
    Some(known)
}
