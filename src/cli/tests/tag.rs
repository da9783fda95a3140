//! `issues --tag`: who is asked what, and what is said of the catalog's files.

use super::*;

const TWO: &str = r#"
[[connection]]
alias = "acme"
url = "https://acme.atlassian.net"
default = true
auth = { method = "api-token", email = "me@acme.com", secret = { env = "ACME_TOKEN" } }
[[connection]]
alias = "lab"
url = "https://jira.acme.com"
auth = { method = "pat", secret = { env = "LAB_TOKEN" } }
[catalog]
paths = ["catalog"]
"#;

const CATALOG: [(&str, &str); 6] = [
    ("pay.yaml", "info:\n  title: Payments\n  x-cortex-tag: payments\n"),
    (
        "desk.yaml",
        "info:\n  x-cortex-tag: help-desk\n  x-cortex-issues:\n    jira:\n      defaultJql: priority = High ORDER BY due\n      \
         projects: [SUP]\n      labels:\n        - name: help desk\n          alias: lab\n",
    ),
    (
        "bench.yaml",
        "info:\n  x-cortex-tag: bench\n  x-cortex-issues:\n    components:\n      - name: Firmware\n        alias: lab\n",
    ),
    (
        "astray.yaml",
        "info:\n  x-cortex-tag: astray\n  x-cortex-issues:\n    labels:\n      - name: x\n        alias: moon\n",
    ),
    (
        "team.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata:\n  name: payments-team\n",
    ),
    ("broken.yaml", "info:\n  title: Half\n  x-cortex-tag: [\n"),
];

/// The two sites, and files that speak of them.
fn world() -> World {
    let world = World::new(TWO);
    let folder = world.folder.path().join("catalog");
    fs::create_dir(&folder).unwrap();
    for (name, text) in CATALOG {
        fs::write(folder.join(name), text).unwrap();
    }
    world
}

/// Who is asked what.
type Query = (&'static [&'static str], &'static str);

/// What each connection is asked by a line.
fn asked(world: &World, known: &[(&'static str, [&'static str; 2])], line: &[&str]) -> (Ran, Vec<String>) {
    let fake = Fake {
        known: known.to_vec(),
        ..Fake::default()
    };
    let ran = world.run(&fake, &[&["issues"], line].concat());
    let asked = fake.asked.take();
    (ran, asked)
}

fn request(asked: &[Query], live: bool) -> Vec<String> {
    let asked = asked.iter().map(|(aliases, jql)| Asked {
        aliases: aliases.iter().map(|alias| Alias::from(*alias)).collect(),
        jql: (*jql).to_owned(),
    });
    let request = Request {
        asked: asked.collect(),
        limit: None,
        live,
    };
    vec![format!("{request:?}")]
}

#[test]
fn each_connection_is_asked_for_what_the_tag_means_there() {
    let world = world();
    let known = [("acme", ["payments cards", "PAY SUP"]), ("lab", ["Firmware", "FW"])];
    let cases: [(&[&str], &[Query]); 8] = [
        (
            &["--tag", "payments"],
            &[
                (
                    &["acme"],
                    r#"(statusCategory in ("To Do", "In Progress")) AND (component = payments OR labels = payments)"#,
                ),
                (
                    &["lab"],
                    r#"(statusCategory in ("To Do", "In Progress")) AND (labels = payments)"#,
                ),
            ],
        ),
        (
            &["--tag", "PAYMENTS", "--connection", "lab", "--jql", ""],
            &[(&["lab"], "labels = payments")],
        ),
        (
            &["--tag", "payments-team", "--jql", "a = 1 OR b = 2 order by c"],
            &[(
                &["acme", "lab"],
                "(a = 1 OR b = 2) AND (labels = payments-team) order by c",
            )],
        ),
        (
            &["--tag", "help-desk"],
            &[
                (&["acme"], "(priority = High) AND (project = SUP) ORDER BY due"),
                (&["lab"], r#"(priority = High) AND (labels = "help desk") ORDER BY due"#),
            ],
        ),
        (
            &["--tag", "help-desk", "--connection", "lab", "--mine"],
            &[(
                &["lab"],
                r#"((priority = High) AND (labels = "help desk")) AND (assignee = currentUser()) ORDER BY due"#,
            )],
        ),
        (
            &["--tag", "help-desk", "--jql", "", "--connection", "acme"],
            &[(&["acme"], "project = SUP")],
        ),
        (&["--tag", "bench", "--jql", ""], &[(&["lab"], "component = Firmware")]),
        (
            &["--tag", "bench", "--jql", "", "--mine", "--connection", "lab"],
            &[(&["lab"], "(component = Firmware) AND (assignee = currentUser())")],
        ),
    ];
    for (line, expected) in cases {
        for live in [false, true] {
            let line = if live {
                [line, &["--live"]].concat()
            } else {
                line.to_vec()
            };
            let (ran, asked) = asked(&world, &known, &line);
            assert_eq!(ran.exit, Exit::Done, "{line:?}: {}", ran.err);
            assert_eq!(asked, request(expected, live), "{line:?}");
        }
    }
}

#[test]
fn a_tag_that_leads_nowhere_asks_nobody_and_says_so() {
    let world = world();
    let (ran, asked) = asked(&world, &[], &["--tag", "astray", "--json"]);
    assert_eq!((ran.exit, asked.len()), (Exit::Done, 0));
    assert_eq!(ran.out, "{\"total\":0,\"source\":\"cache\",\"issues\":[]}\n");
    assert!(
        ran.err.ends_with("note: astray leads nowhere on acme, lab\n"),
        "{}",
        ran.err
    );
}

#[test]
fn what_is_wrong_in_the_catalog_is_told_with_its_line_and_the_rest_goes_on() {
    let world = world();
    let known = [("acme", ["", "PAY"]), ("lab", ["", ""])];
    let (ran, asked) = asked(&world, &known, &["--tag", "help-desk", "--jql", ""]);
    assert_eq!(asked, request(&[(&["lab"], "labels = \"help desk\"")], false));
    insta::assert_snapshot!(ran.err, @r#"
    warning: ~/catalog/broken.yaml:3: not readable as YAML: unclosed bracket '['
    warning: ~/catalog/astray.yaml:5: label "x" of "astray" names the connection "moon", which the config doesn't have (it has: acme, lab)
    warning: acme knows no project "SUP", which help-desk names; it is left out
    note: acme: the first pull is not complete
    "#);
}

#[test]
fn an_unknown_tag_is_a_usage_error_that_names_near_ones() {
    let world = world();
    for (tag, hint) in [
        ("paymnets", "did you mean payments?"),
        ("payments-teem", "did you mean payments-team, payments?"),
        ("desk", "did you mean help-desk?"),
        ("zebra", "there are: astray, bench, help-desk, payments, payments-team"),
    ] {
        let (ran, asked) = asked(&world, &[], &["--tag", tag]);
        assert_eq!((ran.exit, asked.len()), (Exit::Usage, 0), "{tag}");
        let expected = format!("error: there is no entity with the tag \"{tag}\"\n  hint: {hint}\n");
        assert!(ran.err.ends_with(&expected), "{}", ran.err);
    }
    let (ran, _) = asked(&World::new(CONFIG), &[], &["--tag", "payments"]);
    assert_eq!(ran.exit, Exit::Config);
    insta::assert_snapshot!(ran.err, @r#"
    error: --tag needs a catalog, and ~/config.toml names none
      hint: name its files or folders: paths = ["catalog/"] under [catalog]
    "#);
    let (ran, _) = asked(&world, &[], &["--tag", "payments", "--jql", "status = for"]);
    assert_eq!(ran.exit, Exit::Usage);
    assert!(ran.err.contains("reserved JQL word"), "{}", ran.err);
}
