//! Requirements that a test names in its properties, or its suite in those of its own.

use roxmltree::Node;

use super::is;
use crate::source::keys;

/// Names of properties that hold issues; a digit or an `s` behind them does not matter.
const NAMES: [&str; 22] = [
    "requirement",
    "requirementid",
    "requirementkey",
    "issue",
    "issueid",
    "issuekey",
    "jira",
    "jiraid",
    "jirakey",
    "jiraissue",
    "testkey",
    "testid",
    "key",
    "link",
    "tag",
    "story",
    "userstory",
    "epic",
    "ticket",
    "bug",
    "covers",
    "storie",
];

/// Keys of the issues, each once.
pub(super) fn named_by(case: Node<'_, '_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let holders = case
        .ancestors()
        .take(16)
        .filter(|node| is(*node, "testcase") || is(*node, "testsuite") || is(*node, "testsuites"));
    for (name, value) in holders.flat_map(properties) {
        if !is_requirement(name) {
            continue;
        }
        for word in value.split([',', ';', '|']) {
            let key = keys::referred_to(word).map_or_else(|| keys::named_in([word]), |key| vec![key]);
            for key in key {
                if !found.contains(&key) {
                    found.push(key);
                }
            }
        }
    }
    found
}

/// Properties of a test or a suite itself; values stand in an attribute or as text.
pub(super) fn properties<'a>(holder: Node<'a, '_>) -> impl Iterator<Item = (&'a str, &'a str)> {
    let lists = holder.children().filter(|node| is(*node, "properties"));
    lists
        .flat_map(|list| list.children().filter(|node| is(*node, "property")))
        .filter_map(|property| {
            let name = property.attribute("name")?.trim();
            let value = property
                .attribute("value")
                .or_else(|| property.text())
                .unwrap_or_default()
                .trim();
            (!name.is_empty()).then_some((name, value))
        })
}

fn is_requirement(name: &str) -> bool {
    let name: String = name
        .chars()
        .filter(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let one = name.strip_suffix('s').unwrap_or(&name);
    NAMES.contains(&name.as_str()) || NAMES.contains(&one)
}
