//! The weaknesses of CWE that a result is of: by its tags, by the classes that it or its rule names.

use super::model::{Component, Found, Reference, Rule, Run};

/// `CWE-79`, each once.
pub(super) fn weaknesses(run: &Run<'_>, found: &Found, rule: Option<&Rule>, tags: &[String]) -> Vec<String> {
    let own = found.taxa.all().iter();
    let of_rule = rule.map_or(&[][..], |rule| rule.relationships.all()).iter();
    let classes = own
        .chain(of_rule.filter_map(|relation| relation.target.get()))
        .filter_map(|reference| class(run, reference));
    let mut all: Vec<String> = Vec::new();
    for number in tags.iter().filter_map(|tag| in_text(tag)).chain(classes) {
        let weakness = format!("CWE-{number}");
        if !all.contains(&weakness) {
            all.push(weakness);
        }
    }
    all
}

/// The number in `external/cwe/cwe-079` and in `CWE-79: Cross-site Scripting`.
fn in_text(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (_, rest) = lower.split_once("cwe-")?;
    digits(rest)
}

fn digits(text: &str) -> Option<String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number = text[..end].trim_start_matches('0');
    (!number.is_empty()).then(|| number.to_owned())
}

/// The number that a reference leads to, if that is a weakness.
fn class(run: &Run<'_>, reference: &Reference) -> Option<String> {
    let taxonomy = taxonomy(run, reference);
    let at = |index: &i64| usize::try_from(*index).ok();
    let listed = || {
        let taxa = taxonomy?.taxa.all();
        let guid = reference.guid.text();
        let indexed = reference.index.get().and_then(at).and_then(|index| taxa.get(index));
        let taxon = indexed.or_else(|| taxa.iter().find(|taxon| guid.is_some() && taxon.guid.text() == guid))?;
        taxon.id.text()
    };
    let id = reference.id.text().or_else(listed)?;
    let component = reference.tool_component.get();
    let name = component
        .and_then(|component| component.name.text())
        .or_else(|| taxonomy?.name.text());
    match name {
        Some(name) if name.eq_ignore_ascii_case("cwe") => in_text(id).or_else(|| digits(id)),
        _ => in_text(id),
    }
}

fn taxonomy<'a>(run: &'a Run<'_>, reference: &Reference) -> Option<&'a Component> {
    let component = reference.tool_component.get()?;
    let all = run.taxonomies.all();
    let guid = component.guid.text();
    let name = component.name.text();
    let indexed = component
        .index
        .get()
        .and_then(|index| all.get(usize::try_from(*index).ok()?));
    indexed.or_else(|| {
        all.iter()
            .find(|one| (guid.is_some() && one.guid.text() == guid) || (name.is_some() && one.name.text() == name))
    })
}
