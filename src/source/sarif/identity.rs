//! Which finding a result is: the same in every scan, wherever its lines have moved to.
//!
//! A fingerprint of the tool is best. Without one it is the text that the result is about, or its
//! message, in its file: never a line number, for that moves with every edit above it, and would
//! make new issues of old findings. What is the same twice in one run is told apart by counting.

use std::collections::HashMap;

use super::model::{Fingerprints, Found};
use super::place::Place;
use crate::source::prose::{digest, flat, id_part};

/// Shortest text that is taken for a fingerprint.
const MIN_FINGERPRINT: usize = 6;

/// Gives out ids within one run.
#[derive(Default)]
pub(super) struct Identities {
    taken: HashMap<String, u32>,
}

impl Identities {
    /// Whether a result with this id was met before; one that another is already is not told apart.
    pub(super) fn is_taken(&self, tool: &str, rule: &str, found: &Found, place: &Place, message: &str) -> bool {
        self.taken.contains_key(&plain_id(tool, rule, found, place, message))
    }

    /// The id of a result within its source.
    pub(super) fn id(&mut self, tool: &str, rule: &str, found: &Found, place: &Place, message: &str) -> String {
        let id = plain_id(tool, rule, found, place, message);
        let count = self.taken.entry(id.clone()).or_default();
        *count += 1;
        if *count == 1 { id } else { format!("{id}#{count}") }
    }
}

fn plain_id(tool: &str, rule: &str, found: &Found, place: &Place, message: &str) -> String {
    let basis = basis(found, place, message);
    let parts: Vec<&str> = basis.iter().map(String::as_str).collect();
    let rule = if rule.is_empty() { "result" } else { rule };
    format!("{}/{}/{}", id_part(tool, 80), id_part(rule, 200), digest(&parts))
}

fn basis(found: &Found, place: &Place, message: &str) -> Vec<String> {
    if let Some((name, value)) = best(&found.fingerprints) {
        return vec!["fingerprint".to_owned(), name, value];
    }
    if let Some(guid) = found.correlation_guid.text() {
        return vec!["correlation".to_owned(), guid.to_ascii_lowercase()];
    }
    if let Some((name, value)) = primary(&found.partial_fingerprints).or_else(|| best(&found.partial_fingerprints)) {
        return vec!["partial".to_owned(), name, value, place.file.clone()];
    }
    let subject = if place.snippet.is_empty() {
        without_lines(&flat(message))
    } else {
        flat(&place.snippet)
    };
    vec!["text".to_owned(), place.file.clone(), place.logical.clone(), subject]
}

/// A message without the numbers of the lines that it names: `freed in line 12`.
fn without_lines(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut after_line = false;
    for word in message.split(' ') {
        let number = word.starts_with(|c: char| c.is_ascii_digit());
        out.push_str(if after_line && number { "#" } else { word });
        out.push(' ');
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        after_line = ["line", "lines", "column"]
            .iter()
            .any(|known| bare.eq_ignore_ascii_case(known));
    }
    out
}

/// What GitHub tells results apart by.
fn primary(fingerprints: &Fingerprints) -> Option<(String, String)> {
    let name = "primaryLocationLineHash";
    let value = fingerprints
        .get()?
        .get(name)?
        .text()
        .filter(|value| is_fingerprint(value))?;
    Some((name.to_owned(), value.to_owned()))
}

/// The one with the highest version; some tools put a remark in the place of a fingerprint.
fn best(fingerprints: &Fingerprints) -> Option<(String, String)> {
    let version = |name: &str| {
        name.rsplit_once("/v")
            .and_then(|(_, version)| version.parse::<u32>().ok())
    };
    let all = fingerprints.get()?.iter();
    let usable = all.filter_map(|(name, value)| Some((name, value.text().filter(|value| is_fingerprint(value))?)));
    let (name, value) = usable.min_by_key(|(name, _)| (std::cmp::Reverse(version(name)), name.as_str()))?;
    Some((name.clone(), value.to_owned()))
}

fn is_fingerprint(value: &str) -> bool {
    value.len() >= MIN_FINGERPRINT && !value.contains(char::is_whitespace)
}
