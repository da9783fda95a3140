//! `issues --tag`: what an entity of the catalog means on each connection.
//!
//! Must never be in here: reading catalog files, and which clauses a tag comes to (`catalog`).

use super::{
    failure::{Exit, Failure},
    output::Output,
    services::{Asked, Services},
    setup::Setup,
};
use crate::{
    catalog::{Catalog, Entity, Site, effective_jql, left_out},
    config,
    domain::Alias,
    jql,
};

/// So many tags are offered in place of an unknown one.
const OFFERED: usize = 5;

/// What is asked for beside the tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish<'a> {
    /// The tag as it was typed.
    pub(super) tag: &'a str,
    /// The user's own query, if there is one; an empty one counts.
    pub(super) jql: Option<&'a str>,
    /// What narrows it further; may be empty.
    pub(super) restriction: &'a str,
}

/// The query for each of `aliases` that the tag leads to. Those with one query are asked together, so
/// that their issues come in one order.
///
/// # Errors
/// If there is no such tag, or the query is no JQL.
pub(super) fn asked(
    wish: Wish<'_>,
    aliases: &[Alias],
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Vec<Asked>, Failure> {
    let catalog = load(setup, output)?;
    let entity = catalog.get(wish.tag).ok_or_else(|| unknown(wish.tag, &catalog))?;
    let config = &setup.config;
    let default = config.connections.iter().find(|connection| connection.default);
    let default = default.map(|connection| &connection.alias);
    let mut asked: Vec<Asked> = Vec::new();
    let known = services.known_values(setup, aliases)?;
    for (alias, known) in aliases.iter().zip(&known) {
        let site = Site { alias, default, known };
        say_left_out(entity, &site, output);
        let Some(jql) = one(wish, entity, &config.jira.default_jql, &site)? else {
            continue;
        };
        match asked.iter_mut().find(|other| other.jql == jql) {
            Some(same) => same.aliases.push(alias.clone()),
            None => asked.push(Asked {
                aliases: vec![alias.clone()],
                jql,
            }),
        }
    }
    if asked.is_empty() {
        let names: Vec<&str> = aliases.iter().map(Alias::as_str).collect();
        output.note("note", &format!("{} leads nowhere on {}", entity.tag, names.join(", ")));
    }
    Ok(asked)
}

/// What one connection is asked; `None` if nothing of the entity can be there.
fn one(wish: Wish<'_>, entity: &Entity, global_default: &str, site: &Site<'_>) -> Result<Option<String>, Failure> {
    let source = wish.jql.unwrap_or(global_default);
    let told = |error: jql::ParseError| super::jql::failure(source, &error);
    match effective_jql(wish.jql, entity, global_default, site).map_err(told)? {
        Some(jql) => jql::combine(&jql, wish.restriction).map(Some).map_err(told),
        None => Ok(None),
    }
}

/// The entities of the config's files. What is wrong with a file is told, and the others count.
fn load(setup: &Setup, output: &mut Output<'_>) -> Result<Catalog, Failure> {
    let config = &setup.config;
    if config.catalog.paths.is_empty() {
        let message = format!("--tag needs a catalog, and {} names none", setup.paths.config.display());
        return Err(Failure::new(Exit::Config, message)
            .hint("name its files or folders: paths = [\"catalog/\"] under [catalog]"));
    }
    let catalog = Catalog::load(&config.catalog.paths);
    let connections: Vec<Alias> = config
        .connections
        .iter()
        .map(|connection| connection.alias.clone())
        .collect();
    let default = config.connections.iter().find(|connection| connection.default);
    let astray = catalog.unknown_aliases(&connections, default.map(|connection| &connection.alias));
    for flaw in catalog.flaws().iter().chain(&astray) {
        output.note("warning", &flaw.to_string());
    }
    Ok(catalog)
}

/// A tag by itself is a guess, but an override that a site does not know is a slip or out of date.
fn say_left_out(entity: &Entity, site: &Site<'_>, output: &mut Output<'_>) {
    if entity.jira.is_automatic() {
        return;
    }
    for (field, value) in left_out(entity, site) {
        let (tag, alias) = (&entity.tag, site.alias);
        output.note(
            "warning",
            &format!("{alias} knows no {field} {value:?}, which {tag} names; it is left out"),
        );
    }
}

fn unknown(tag: &str, catalog: &Catalog) -> Failure {
    let failure = Failure::new(Exit::Usage, format!("there is no entity with the tag {tag:?}"));
    let mut tags: Vec<&str> = catalog.entities().iter().map(|entity| entity.tag.as_str()).collect();
    tags.sort_unstable();
    let near = near(tag, &tags);
    match (near.as_slice(), tags.len()) {
        ([], 0) => failure.hint("the catalog has none at all"),
        ([], many) if many > OFFERED => failure.hint(format!("the catalog has {many} others, like {}", tags[0])),
        ([], _) => failure.hint(format!("there are: {}", tags.join(", "))),
        (near, _) => failure.hint(format!("did you mean {}?", near.join(", "))),
    }
}

/// Tags that are spelled much alike, or that hold what was typed.
fn near<'a>(tag: &str, tags: &[&'a str]) -> Vec<&'a str> {
    let wanted = tag.to_lowercase();
    let mut near: Vec<&str> = config::nearest(tag, tags).into_iter().collect();
    for known in tags {
        let folded = known.to_lowercase();
        let alike = !wanted.is_empty() && (folded.contains(&wanted) || wanted.contains(&folded));
        if alike && !near.contains(known) {
            near.push(known);
        }
    }
    near.truncate(OFFERED);
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_tags_are_slips_and_parts() {
        let tags = ["billing", "payments", "payments-api", "payments-worker", "search"];
        for (typed, expected) in [
            ("paymets", &["payments"][..]),
            ("PAYMENTS-AP", &["payments-api", "payments"]),
            ("payments-", &["payments", "payments-api", "payments-worker"]),
            ("the-search-service", &["search"]),
            ("zebra", &[]),
            ("", &[]),
        ] {
            assert_eq!(near(typed, &tags), expected, "{typed}");
        }
    }
}
