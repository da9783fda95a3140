//! Which findings a mapping is for, and where their issues go.

use super::expression;
use crate::{
    config::{MappingConfig, Match, ProjectChoice},
    domain::{Finding, FindingKind},
    jql::dates::Moment,
    mapping::{
        Calendars,
        near::{cut, shown},
    },
};

/// Whether a mapping is for a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is.
    Yes,
    /// It is not, since …
    No(String),
}

impl Verdict {
    /// Whether it is.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }
}

/// Whether `matching` is for `finding`, and if not, why: `severity low is below medium`.
#[must_use]
pub fn covers(matching: &Match, finding: &Finding, moment: &Moment) -> Verdict {
    match refusal(matching, finding, moment) {
        Some(reason) => Verdict::No(reason),
        None => Verdict::Yes,
    }
}

fn refusal(matching: &Match, finding: &Finding, moment: &Moment) -> Option<String> {
    let source = &finding.id.source;
    if !matching.sources.is_empty() && !matching.sources.iter().any(|one| one.eq_ignore_ascii_case(source)) {
        return Some(format!("source {} is not {}", cut(source, 40), any(&matching.sources)));
    }
    if !matching.kinds.is_empty() && !matching.kinds.contains(&finding.kind) {
        let kinds: Vec<&str> = matching.kinds.iter().map(|kind| kind.word()).collect();
        return Some(format!("kind {} is not {}", finding.kind.word(), any(&kinds)));
    }
    if let Some(least) = matching.severity
        && finding.severity < least
    {
        return Some(format!(
            "severity {} is below {}",
            finding.severity.word(),
            least.word()
        ));
    }
    if !matching.tags.is_empty() {
        let Some(tag) = &finding.tag else {
            return Some(format!("it has no tag, and needs {}", any(&matching.tags)));
        };
        if !matching.tags.iter().any(|one| one.eq_ignore_ascii_case(tag)) {
            return Some(format!("tag {} is not {}", cut(tag, 40), any(&matching.tags)));
        }
    }
    let text = matching.expression.as_deref().filter(|text| !text.trim().is_empty())?;
    match expression::parse(text) {
        Ok(expression) => {
            (!expression.holds(finding, moment)).then(|| format!("where {} does not hold", cut(text, 80)))
        }
        Err(error) => Some(format!("where {} makes no sense: {error}", shown(text))),
    }
}

/// How far a mapping covers what another one covers, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overlap {
    /// Nothing of it.
    Nothing,
    /// Perhaps some of it.
    Some,
    /// All of it.
    All,
}

impl Overlap {
    /// What it means for a mapping that the one of that name comes first.
    #[must_use]
    pub fn told(self, first: &str) -> String {
        let first = shown(first);
        match self {
            Self::All => format!("{first} comes first in the config and takes every finding of this one"),
            Self::Some | Self::Nothing => format!("{first} comes first in the config where both cover a finding"),
        }
    }
}

/// How much of what `second` covers the mapping that comes first takes away from it.
#[must_use]
pub fn overlap(first: &Match, second: &Match) -> Overlap {
    let lower = |words: &[String]| words.iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let kinds = |kinds: &[FindingKind]| kinds.iter().map(|kind| kind.word().to_owned()).collect::<Vec<_>>();
    let parts = [
        share(&lower(&first.sources), &lower(&second.sources)),
        share(&kinds(&first.kinds), &kinds(&second.kinds)),
        share(&lower(&first.tags), &lower(&second.tags)),
    ];
    let has_text = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let narrower = first.severity > second.severity || has_text(&first.expression);
    if parts.contains(&Overlap::Nothing) {
        Overlap::Nothing
    } else if parts.contains(&Overlap::Some) || narrower {
        Overlap::Some
    } else {
        Overlap::All
    }
}

/// The mappings that come before the one of that name and may take findings from it, in file order. One
/// that is not in the file is going to be the last.
#[must_use]
pub fn behind(mappings: &[MappingConfig], name: &str, matching: &Match) -> Vec<(String, Overlap)> {
    let before = mappings.iter().take_while(|mapping| mapping.name != name);
    let enabled = before.filter(|mapping| mapping.enabled);
    let overlaps = enabled.map(|mapping| (mapping.name.clone(), overlap(&mapping.matching, matching)));
    overlaps.filter(|(_, overlap)| *overlap != Overlap::Nothing).collect()
}

/// How much of `second` is in `first`, where none named is all.
fn share(first: &[String], second: &[String]) -> Overlap {
    let common = second.iter().filter(|word| first.contains(word)).count();
    match (first.is_empty(), second.is_empty()) {
        (true, _) => Overlap::All,
        (false, true) => Overlap::Some,
        (false, false) if common == 0 => Overlap::Nothing,
        (false, false) if common == second.len() => Overlap::All,
        (false, false) => Overlap::Some,
    }
}

/// Whether time alone may bring findings under `matching`, or out of it.
#[must_use]
pub fn is_relative(matching: &Match) -> bool {
    let text = matching.expression.as_deref().unwrap_or_default();
    expression::parse(text).is_ok_and(|expression| expression.is_relative())
}

fn any<T: AsRef<str>>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(|word| cut(word.as_ref(), 40)).collect();
    words.join(" or ")
}

/// The mapping for a finding: the first in file order that is enabled and covers it.
#[must_use]
pub fn choose<'m>(
    mappings: &'m [MappingConfig],
    finding: &Finding,
    calendars: &Calendars,
) -> Option<&'m MappingConfig> {
    let covers = |mapping: &MappingConfig| {
        let moment = calendars.moment(&mapping.connection);
        covers(&mapping.matching, finding, &moment).is_yes()
    };
    mappings.iter().find(|mapping| mapping.enabled && covers(mapping))
}

/// Where the issue of a finding goes: the project of its entity, if the mapping wants that and the
/// entity has one; else the mapping's own, or wherever a person says.
#[must_use]
pub fn project_for(
    mapping: &MappingConfig,
    finding: &Finding,
    entity_project: &dyn Fn(&str) -> Option<String>,
) -> ProjectChoice {
    let own = finding
        .tag
        .as_deref()
        .filter(|_| mapping.entity_project)
        .and_then(entity_project);
    match own.filter(|key| !key.trim().is_empty()) {
        Some(key) => ProjectChoice::Key(key),
        None => mapping.project.clone(),
    }
}
