//! Exactly what is sent.

use std::path::PathBuf;

use super::super::Catalog;
use super::*;

fn only(text: &str) -> Entity {
    let catalog = Catalog::from_sources([(PathBuf::from("e.yaml"), text.as_bytes().to_vec())]);
    assert_eq!(catalog.flaws(), []);
    catalog.entities()[0].clone()
}

fn cortex(tag: &str, issues: &str) -> Entity {
    only(&format!("info:\n  x-cortex-tag: {tag}\n  x-cortex-issues: {issues}\n"))
}

fn backstage(annotations: &str) -> Entity {
    only(&format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: pay\n  annotations: {annotations}\n"
    ))
}

fn known(components: &[&str], projects: &[&str]) -> KnownValues {
    let owned = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
    KnownValues::new(owned(components), owned(projects))
}

fn asked(entity: &Entity, alias: &str, known: &KnownValues) -> Option<String> {
    let (alias, default) = (Alias::from(alias), Alias::from("acme"));
    let site = Site {
        alias: &alias,
        default: Some(&default),
        known,
    };
    restriction(entity, &site)
}

#[test]
fn the_tag_itself_counts_on_every_connection() {
    let everything = known(&["pay", "select", "10", "a.b"], &["PAY", "Select", "10", "A.B"]);
    let cases = [
        ("pay", "component = pay OR labels = pay OR project = pay"),
        (
            "\"select\"",
            "component = \"select\" OR labels = \"select\" OR project = \"select\"",
        ),
        ("10", "component = \"10\" OR labels = \"10\" OR project = \"10\""),
        ("a.b", "component = a.b OR labels = a.b OR project = a.b"),
        ("'say\"hi'", "labels = \"say\\\"hi\""),
        ("\"back\\\\slash\"", "labels = \"back\\\\slash\""),
        ("'x)OR(1'", "labels = \"x)OR(1\""),
    ];
    for (tag, expected) in cases {
        let entity = cortex(tag, "~");
        for alias in ["acme", "other"] {
            assert_eq!(asked(&entity, alias, &everything).as_deref(), Some(expected), "{tag}");
        }
    }
}

#[test]
fn what_a_site_does_not_have_is_left_out() {
    let entity = cortex("pay", "~");
    let cases = [
        (known(&["pay"], &[]), "component = pay OR labels = pay"),
        (known(&[], &["PAY"]), "labels = pay OR project = pay"),
        (known(&[], &[]), "labels = pay"),
        (KnownValues::default(), "labels = pay"),
    ];
    for (known, expected) in cases {
        assert_eq!(asked(&entity, "acme", &known).as_deref(), Some(expected));
    }
    let (alias, none) = (Alias::from("acme"), known(&[], &["pay"]));
    let site = Site {
        alias: &alias,
        default: None,
        known: &none,
    };
    assert_eq!(left_out(&entity, &site), [(Field::Component, "pay")]);
}

#[test]
fn overrides_replace_the_tag_each_on_its_connection() {
    let objects = "{jira: {labels: [{name: labelA, alias: other}, {name: labelB}], \
                   components: [{name: component 1, alias: other}], projects: [{name: P1, alias: other}]}}";
    let strings = "{jira: {labels: [l1, l 2], components: [x], projects: [P1, P2]}}";
    let mixed = "{jira: {labels: [l1, {name: l2, alias: other}]}}";
    let all = known(&["component 1", "x"], &["P1", "p2"]);
    let cases = [
        (objects, "acme", &all, Some("labels = labelB")),
        (
            objects,
            "other",
            &all,
            Some("component = \"component 1\" OR labels = labelA OR project = P1"),
        ),
        (objects, "third", &all, None),
        (
            strings,
            "acme",
            &all,
            Some("component = x OR labels in (l1, \"l 2\") OR project in (P1, P2)"),
        ),
        (
            strings,
            "acme",
            &known(&[], &["P2"]),
            Some("labels in (l1, \"l 2\") OR project = P2"),
        ),
        // Nobody knows the site yet: what a person wrote down is taken at its word.
        (
            strings,
            "acme",
            &KnownValues::default(),
            Some("component = x OR labels in (l1, \"l 2\") OR project in (P1, P2)"),
        ),
        (strings, "other", &all, None),
        (mixed, "acme", &all, Some("labels = l1")),
        (mixed, "other", &all, Some("labels = l2")),
        ("{jira: {projects: [P9]}}", "acme", &all, None),
        (
            "{jira: {defaultJql: resolution is EMPTY}}",
            "acme",
            &all,
            Some("labels = pay"),
        ),
    ];
    for (issues, alias, known, expected) in cases {
        let entity = cortex("pay", issues);
        assert_eq!(asked(&entity, alias, known).as_deref(), expected, "{issues} on {alias}");
    }
}

#[test]
fn without_a_default_connection_only_aliases_lead_somewhere() {
    let entity = cortex("pay", "{jira: {labels: [l1, {name: l2, alias: acme}]}}");
    let (alias, known) = (Alias::from("acme"), KnownValues::default());
    let site = Site {
        alias: &alias,
        default: None,
        known: &known,
    };
    assert_eq!(restriction(&entity, &site).as_deref(), Some("labels = l2"));
}

#[test]
fn backstage_annotations_narrow_each_other() {
    let all = known(&["api", "web"], &["PAY", "CHK"]);
    let cases = [
        ("{}", "acme", &all, Some("labels = pay OR project = pay")),
        ("{jira/project-key: PAY}", "acme", &all, Some("project = PAY")),
        (
            "{jira/project-key: PAY, jira/component: api, jira/label: 'l1,l2'}",
            "acme",
            &all,
            Some("component = api AND labels in (l1, l2) AND project = PAY"),
        ),
        ("{jira/project-key: PAY, jira/component: gone}", "acme", &all, None),
        ("{jira/project-key: GONE, jira/label: a}", "acme", &all, None),
        ("{jira/project-key: PAY}", "other", &all, None),
        (
            "{jira.com/project-key: 'other/PAY,CHK', jira.com/components: 'api, web'}",
            "other",
            &all,
            Some("component in (api, web) AND project in (PAY, CHK)"),
        ),
        (
            "{jira.com/project-key: other/PAY, jira.com/components: api}",
            "acme",
            &all,
            None,
        ),
        (
            "{jira.com/project-key: default/PAY}",
            "acme",
            &all,
            Some("project = PAY"),
        ),
    ];
    for (annotations, alias, known, expected) in cases {
        let entity = backstage(annotations);
        assert_eq!(
            asked(&entity, alias, known).as_deref(),
            expected,
            "{annotations} on {alias}"
        );
    }
}

#[test]
fn the_users_query_is_kept_whole_and_its_order_last() {
    let plain = cortex("pay", "~");
    let own = cortex(
        "pay",
        "{jira: {labels: [l1, l2], defaultJql: status = \"In Progress\" ORDER BY created}}",
    );
    let general = "statusCategory in (\"To Do\", \"In Progress\")";
    let cases = [
        (
            None,
            &plain,
            "(statusCategory in (\"To Do\", \"In Progress\")) AND (labels = pay)",
        ),
        (
            None,
            &own,
            "(status = \"In Progress\") AND (labels in (l1, l2)) ORDER BY created",
        ),
        (Some(""), &own, "labels in (l1, l2)"),
        (Some("order by key"), &own, "labels in (l1, l2) order by key"),
        (
            Some("a = 1 OR b = 2 ORDER BY updated DESC"),
            &own,
            "(a = 1 OR b = 2) AND (labels in (l1, l2)) ORDER BY updated DESC",
        ),
        (Some("a = \\ "), &plain, "(a = \\ ) AND (labels = pay)"),
    ];
    let (alias, default, known) = (Alias::from("acme"), Alias::from("acme"), KnownValues::default());
    let site = Site {
        alias: &alias,
        default: Some(&default),
        known: &known,
    };
    for (user, entity, expected) in cases {
        let sent = effective_jql(user, entity, general, &site).unwrap();
        assert_eq!(sent.as_deref(), Some(expected));
        jql::parse(expected).unwrap();
    }
    assert!(effective_jql(Some("a = 1) OR (b = 2"), &plain, general, &site).is_err());
    let elsewhere = Alias::from("other");
    let site = Site {
        alias: &elsewhere,
        ..site
    };
    assert_eq!(effective_jql(None, &own, general, &site), Ok(None));
    assert!(effective_jql(Some("broken ="), &own, general, &site).is_err());
}

#[test]
fn known_values_come_from_what_the_site_told() {
    let mut metadata = Metadata::default();
    metadata.projects.push(crate::domain::Project {
        key: "PAY".to_owned(),
        name: "Payments".to_owned(),
        ..Default::default()
    });
    metadata.missing.push("components".to_owned());
    let told = KnownValues::from_metadata(&metadata);
    assert_eq!(told.has(Field::Project, "payments"), Some(true));
    assert_eq!(told.has(Field::Project, "pay"), Some(true));
    assert_eq!(told.has(Field::Project, "chk"), Some(false));
    assert_eq!(told.has(Field::Component, "api"), None);
    assert_eq!(told.has(Field::Label, "anything"), Some(true));
}
