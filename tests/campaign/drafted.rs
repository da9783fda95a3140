//! Mappings written by command, on a site of which nothing is cached.

use crosstie::sandbox::Flavour;
use serde_json::Value;

use crate::desk::{Desk, project};

/// The shown name of the account.
fn own_name(desk: &Desk) -> String {
    let tested = desk.run(&["connection", "test", "--json"]).last();
    let checks = tested["checks"].as_array().unwrap();
    let signed_in = checks.iter().find(|check| check["name"] == "signed in").unwrap();
    let told = signed_in["detail"].as_str().unwrap().strip_prefix("as ").unwrap();
    told.split([',', '(']).next().unwrap().trim().to_owned()
}

#[test]
fn people_whom_a_rule_names_are_looked_for_on_the_site() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let desk = Desk::unmapped(flavour);
        for (name, known) in [(own_name(&desk), true), ("Nobody At All".to_owned(), false)] {
            let rule = format!("assignee={name}");
            let added = desk.run(&[
                "mapping",
                "add",
                "named",
                "--project",
                project(flavour),
                "--issue-type",
                "Bug",
                "--value",
                &rule,
                "--replace",
            ]);
            assert_eq!(added.code, 0, "{flavour:?} {added:?}");
            assert_eq!(
                added.err.contains("knows nobody"),
                !known,
                "{flavour:?} {name}: {added:?}"
            );
        }
    }
}

#[test]
fn a_mapping_that_asks_for_the_project_begins_with_what_it_needs() {
    let desk = Desk::unmapped(Flavour::Cloud);
    let add = |words: &[&str]| {
        let all = ["mapping", "add"]
            .iter()
            .chain(words)
            .chain(&["--project", "ask", "--issue-type", "Bug"]);
        desk.run(&all.copied().collect::<Vec<_>>())
    };
    assert_eq!(add(&["asked"]).code, 0);
    let checked = desk.run(&[
        "mapping",
        "check",
        "asked",
        "--project",
        project(Flavour::Cloud),
        "--json",
    ]);
    let flaws = checked.last()["flaws"].as_array().unwrap().clone();
    assert!(flaws.iter().all(|flaw| flaw["field"] != "summary"), "{flaws:?}");
    // By now a project is known whose fields can be looked at.
    assert_eq!(add(&["asked again"]).code, 0);
    let refused = add(&["automatic", "--create", "auto", "--json"]);
    assert_eq!(refused.code, 4);
    let told = refused.last();
    let of_project = |flaw: &&Value| flaw["field"] == "project" && flaw["level"] == "error";
    assert_eq!(
        told["flaws"].as_array().unwrap().iter().filter(of_project).count(),
        1,
        "{told:#}"
    );
}
