//! What descriptors say, what is wrong with them, and the way from an issue to its tags.

use super::*;

fn catalog(sources: &[(&str, &str)]) -> Catalog {
    let owned = sources
        .iter()
        .map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec()));
    Catalog::from_sources(owned)
}

fn flaws(catalog: &Catalog) -> Vec<String> {
    catalog.flaws().iter().map(ToString::to_string).collect()
}

const SERVICE: &str = "\
openapi: 3.0.1
info:
  title: My service
  description: |
    Takes money.
  x-cortex-tag: my-entity
  x-cortex-groups: [tier-1, tier-1, 1.10]
  x-cortex-owners:
    - {type: GROUP, name: payments, provider: CORTEX}
    - {type: EMAIL, email: me@example.com, description: lead}
    - {type: slack, channel: pay}
  x-cortex-issues:
    jira:
      defaultJql: 'status = \"In Progress\"'
      labels:
        - name: labelA
          alias: alias1
        - name: labelB
      components: [component1]
      projects: project1
paths:
  /x: {get: {responses: {200: {description: fine}}}}
";

#[test]
fn a_descriptor_says_what_it_is_and_whose() {
    let catalog = catalog(&[("service.yaml", SERVICE)]);
    assert_eq!(flaws(&catalog), Vec::<String>::new());
    let entity = catalog.get("MY-ENTITY").unwrap();
    assert_eq!((entity.tag.as_str(), entity.line), ("my-entity", 6));
    assert_eq!((entity.name.as_str(), entity.kind.as_str()), ("My service", "service"));
    assert_eq!(entity.description.as_deref(), Some("Takes money."));
    assert_eq!(entity.groups, ["tier-1", "1.10"]);
    let owners: Vec<_> = entity.owners.iter().map(Owner::name).collect();
    assert_eq!(owners, ["payments", "me@example.com"]);
    assert_eq!(entity.jira.default_jql.as_deref(), Some("status = \"In Progress\""));
    let overrides: Vec<_> = entity
        .jira
        .all()
        .map(|(field, own)| {
            (
                field,
                own.value.as_str(),
                own.alias.as_ref().map(Alias::as_str),
                own.line,
            )
        })
        .collect();
    assert_eq!(
        overrides,
        [
            (Field::Component, "component1", None, 19),
            (Field::Label, "labelA", Some("alias1"), 16),
            (Field::Label, "labelB", None, 18),
            (Field::Project, "project1", None, 20),
        ]
    );
}

#[test]
fn settings_may_stand_under_jira_or_beside_it() {
    let catalog = catalog(&[(
        "a.yaml",
        "info:\n  x-cortex-tag: a\n  x-cortex-issues:\n    jira: {labels: [x]}\n    defaultJql: key = A-1\n    projects: [P]\n",
    )]);
    let jira = &catalog.get("a").unwrap().jira;
    assert_eq!(jira.default_jql.as_deref(), Some("key = A-1"));
    let values: Vec<_> = jira.all().map(|(_, own)| own.value.as_str()).collect();
    assert_eq!(values, ["x", "P"]);
}

#[test]
fn teams_have_members() {
    let catalog = catalog(&[
        (
            "t.yaml",
            "info:\n  x-cortex-tag: t\n  x-cortex-type: team\n  x-cortex-team:\n    members: [{name: Bo, email: bo@example.com}]\n    groups: [{name: engineers, provider: OKTA}]\n",
        ),
        (
            "g.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: g}\nspec:\n  type: team\n  profile: {displayName: The G}\n  members: [jo, user:other/al]\n",
        ),
        (
            "u.yaml",
            "apiVersion: backstage.io/v1beta1\nkind: User\nmetadata: {name: jo}\nspec: {memberOf: [g, group:default/h]}\n",
        ),
    ]);
    assert_eq!(flaws(&catalog), Vec::<String>::new());
    let names = |owners: &[Owner]| owners.iter().map(|owner| owner.name().to_owned()).collect::<Vec<_>>();
    assert_eq!(names(&catalog.get("t").unwrap().members), ["engineers", "Bo"]);
    let group = catalog.get("g").unwrap();
    assert_eq!((group.name.as_str(), group.kind.as_str()), ("The G", "group"));
    assert_eq!(group.subtype.as_deref(), Some("team"));
    assert_eq!(names(&group.members), ["jo", "other/al"]);
    assert_eq!(names(&catalog.get("jo").unwrap().owners), ["g", "h"]);
}

#[test]
fn entities_are_found_by_group_and_owner() {
    let catalog = catalog(&[
        ("service.yaml", SERVICE),
        (
            "b.json",
            r#"{"info": {"x-cortex-tag": "b", "x-cortex-groups": ["Tier-1"], "x-cortex-owners": ["Payments", "x@y.z"]}}"#,
        ),
    ]);
    let tags = |found: Vec<&Entity>| found.iter().map(|entity| entity.tag.clone()).collect::<Vec<_>>();
    assert_eq!(tags(catalog.in_group("TIER-1").collect()), ["my-entity", "b"]);
    assert_eq!(tags(catalog.owned_by("payments").collect()), ["my-entity", "b"]);
    assert_eq!(tags(catalog.owned_by("ME@example.com").collect()), ["my-entity"]);
    assert_eq!(
        catalog.groups().into_iter().collect::<Vec<_>>(),
        ["1.10", "Tier-1", "tier-1"]
    );
    assert_eq!(catalog.owners().len(), 4);
}

#[test]
fn what_is_no_entity_is_passed_over_and_counted() {
    let catalog = catalog(&[
        (
            "openapi.yaml",
            "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\npaths: {}\n",
        ),
        ("scorecard.yaml", "tag: card\nname: Card\nrules: []\n"),
        (
            "location.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: all}\n",
        ),
        (
            "template.yaml",
            "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata: {name: t}\n",
        ),
        (
            "skeleton.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: ${{ values.name | dump }}\n",
        ),
        ("k8s.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"),
        ("list.json", "[1, 2]"),
        ("empty.yaml", ""),
        ("text.yaml", "just text\n"),
    ]);
    assert_eq!(flaws(&catalog), Vec::<String>::new());
    assert_eq!((catalog.entities().len(), catalog.skipped()), (0, 9));
}

#[test]
fn flaws_name_file_and_line_and_the_rest_goes_on() {
    let long = format!("info:\n  x-cortex-tag: {}\n", "x".repeat(256));
    let cases: [(&str, &str); 15] = [
        (
            "info:\n  x-cortex-tag: my service\n",
            "f.yaml:2: x-cortex-tag \"my service\" has a space in it, which no label of Jira can have; the entity is left out",
        ),
        (
            "info:\n  x-cortex-tag: ''\n",
            "f.yaml:2: x-cortex-tag \"\" is empty; the entity is left out",
        ),
        (
            "info:\n  x-cortex-tag: \"a\\e[31m\"\n",
            "f.yaml:2: x-cortex-tag \"a\\u{1b}[31m\" has a control character in it; the entity is left out",
        ),
        (
            "info:\n  x-cortex-tag: [a]\n",
            "f.yaml:2: x-cortex-tag must be text; the entity is left out",
        ),
        (
            "info:\n  title: x\n  x-cortex-type: service\n",
            "f.yaml:2: a descriptor without x-cortex-tag; the entity is left out",
        ),
        (
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  title: x\n",
            "f.yaml:4: a Backstage entity without metadata.name; it is left out",
        ),
        (
            "info:\n  x-cortex-tag: a\n  x-cortex-issues: [x]\n",
            "f.yaml:3: x-cortex-issues must be a mapping; it is ignored",
        ),
        (
            "info:\n  x-cortex-tag: a\n  x-cortex-issues:\n    jira:\n      label: [x]\n",
            "f.yaml:5: \"label\" is ignored: the setting is called \"labels\"",
        ),
        (
            "info:\n  x-cortex-tag: a\n  x-cortex-issues:\n    jira:\n      labels:\n        - alias: b\n",
            "f.yaml:6: an entry of labels has no name; it is ignored",
        ),
        (
            "info:\n  x-cortex-tag: a\n  x-cortex-issues:\n    jira:\n      defaultJql: status =\n",
            "f.yaml:5: defaultJql is no JQL and is ignored: ",
        ),
        (
            "info:\n  x-cortex-tag: a\n  x-cortex-groups: [{}]\n",
            "f.yaml:3: x-cortex-groups must be a list of texts; this one is ignored",
        ),
        (
            "info:\n  x-cortex-tag: a\n  x-cortex-owners: [{}]\n",
            "f.yaml:3: an entry of x-cortex-owners has neither name nor email; it is ignored",
        ),
        (
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: a\n  annotations: {jira.com/project-key: 'x/A,y/B'}\n",
            "f.yaml:5: \"B\" is ignored: jira.com/project-key names two connections",
        ),
        ("info: {x-cortex-tag: a\n", "f.yaml:1: not readable as YAML: "),
        (&long, "f.yaml:2: x-cortex-tag \"xxxx"),
    ];
    for (text, expected) in cases {
        let catalog = catalog(&[("f.yaml", text), ("good.yaml", "info:\n  x-cortex-tag: good\n")]);
        let flaws = flaws(&catalog);
        assert_eq!(flaws.len(), 1, "{text}: {flaws:?}");
        assert!(flaws[0].starts_with(expected), "{}\nexpected {expected}", flaws[0]);
        assert!(flaws[0].chars().all(|c| !c.is_control()) && flaws[0].chars().count() < 330);
        assert!(catalog.get("good").is_some());
    }
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_line() {
    let catalog = Catalog::from_sources([
        (PathBuf::from("a.yaml"), b"info:\n  x: \xff\n".to_vec()),
        (PathBuf::from("b.yaml"), vec![b' '; 1024 * 1024 + 1]),
        (
            PathBuf::from("c.yaml"),
            b"\xef\xbb\xbfinfo:\n  x-cortex-tag: c\n".to_vec(),
        ),
    ]);
    assert_eq!(
        flaws(&catalog),
        [
            "a.yaml:2: not UTF-8 text",
            "b.yaml: larger than 1 MiB, which no catalog file is; not read"
        ]
    );
    assert!(catalog.get("c").is_some());
}

#[test]
fn the_first_of_two_descriptors_wins() {
    let catalog = catalog(&[
        ("a.yaml", "info:\n  title: First\n  x-cortex-tag: pay\n"),
        (
            "b.yaml",
            "info:\n  x-cortex-tag: other\n---\ninfo:\n  title: Second\n  x-cortex-tag: PAY\n",
        ),
    ]);
    assert_eq!(catalog.get("pay").unwrap().name, "First");
    assert_eq!(catalog.entities().len(), 2);
    assert_eq!(
        flaws(&catalog),
        ["b.yaml:6: the tag \"PAY\" is taken by a.yaml:3; what this one says is ignored"]
    );
}

#[test]
fn kinds_of_backstage_may_share_a_name() {
    let component = |kind: &str, annotations: &str| {
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: pay, annotations: {annotations}}}\n"
        )
    };
    let read = |first: String, second: String| catalog(&[("a.yaml", &first), ("b.yaml", &second)]);
    let adopted = read(
        component("System", "{}"),
        component("Component", "{jira/project-key: PAY}"),
    );
    assert_eq!(flaws(&adopted), Vec::<String>::new());
    assert_eq!(adopted.entities().len(), 1);
    assert_eq!(adopted.get("pay").unwrap().jira.projects[0].value, "PAY");

    let contradicting = read(
        component("System", "{jira/project-key: SYS}"),
        component("Component", "{jira/project-key: PAY}"),
    );
    assert_eq!(contradicting.flaws().len(), 1);
    assert_eq!(contradicting.get("pay").unwrap().jira.projects[0].value, "SYS");

    let twice = read(
        component("System", "{}"),
        component("System", "{jira/project-key: PAY}"),
    );
    assert_eq!(twice.flaws().len(), 1);
    assert!(twice.get("pay").unwrap().jira.is_automatic());
}

#[test]
fn overrides_that_lead_nowhere_are_named() {
    let catalog = catalog(&[("service.yaml", SERVICE)]);
    let aliases = |names: &[&str]| names.iter().map(|name| Alias::from(*name)).collect::<Vec<_>>();
    let told = |connections: &[&str], default: Option<&str>| {
        let default = default.map(Alias::from);
        let flaws = catalog.unknown_aliases(&aliases(connections), default.as_ref());
        flaws.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(told(&["acme", "alias1"], Some("acme")), Vec::<String>::new());
    assert_eq!(
        told(&["acme", "beta"], Some("acme")),
        [
            "service.yaml:16: label \"labelA\" of \"my-entity\" names the connection \"alias1\", which the config doesn't \
             have (it has: acme, beta)"
        ]
    );
    let without_default = told(&["alias1", "beta"], None);
    assert_eq!(without_default.len(), 3);
    assert!(without_default[0].contains("component \"component1\" of \"my-entity\" names no connection"));
}

/// Connection, labels, components and project of an issue, and its tags.
type Case<'a> = (&'a Alias, &'a [&'a str], &'a [&'a str], &'a str, &'a [&'a str]);

#[test]
fn an_issue_finds_its_tags_as_the_filter_finds_the_issue() {
    let catalog = catalog(&[
        ("service.yaml", SERVICE),
        ("auto.yaml", "info:\n  x-cortex-tag: Pay\n"),
        (
            "all.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {name: both, annotations: {jira/project-key: PAY, jira/component: api}}\n",
        ),
    ]);
    let (acme, other) = (Alias::from("acme"), Alias::from("alias1"));
    let matcher = Matcher::new(&catalog, Some(&acme));
    let strings = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let cases: [Case<'_>; 10] = [
        (&acme, &["LABELB"], &[], "X", &["my-entity"]),
        (&other, &["labelB"], &[], "X", &[]),
        (&other, &["labela"], &[], "X", &["my-entity"]),
        (&acme, &["my-entity"], &[], "X", &[]),
        (&acme, &["pay"], &["PAY"], "PAY", &["Pay"]),
        (&other, &[], &[], "PAY", &["Pay"]),
        (&acme, &["labelB"], &["api"], "PAY", &["my-entity", "Pay", "both"]),
        (&acme, &[], &["api"], "X", &[]),
        (&other, &[], &["api"], "PAY", &["Pay"]),
        (&acme, &["pay "], &["paypal"], "PA", &[]),
    ];
    for (alias, labels, components, project, expected) in cases {
        let (labels, components) = (strings(labels), strings(components));
        let issue = IssueFacts {
            alias,
            labels: &labels,
            components: &components,
            project,
        };
        assert_eq!(matcher.tags_of(&issue), expected, "{issue:?}");
    }
    let in_project = |project| IssueFacts {
        alias: &acme,
        labels: &[],
        components: &[],
        project,
    };
    let mut matcher = matcher;
    assert!(
        matcher.tags_of(&in_project("P1")).is_empty(),
        "its name is not known yet"
    );
    let project = |key: &str, name: &str| (key.to_owned(), name.to_owned());
    matcher.learn_projects(&acme, &[project("P1", "project1"), project("PAY", "Pay")]);
    assert_eq!(matcher.tags_of(&in_project("P1")), ["my-entity"]);
    assert_eq!(
        matcher.tags_of(&in_project("PAY")),
        ["Pay"],
        "once, by key and name alike"
    );
    let there = IssueFacts {
        alias: &other,
        ..in_project("P1")
    };
    assert!(matcher.tags_of(&there).is_empty(), "projects are a site's own");
}
