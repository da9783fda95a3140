//! Findings that mean harm, or are merely huge.

use proptest::prelude::*;
use serde_json::Map;

use super::*;
use crate::richtext::markdown;

fn composed(finding: &Finding, rules: Vec<(&str, Rule)>, deployment: Deployment) -> Composed {
    let screen = screen();
    let mapping = mapping(rules);
    on_ground(deployment, &screen, |ground| compose(&mapping, finding, ground))
}

#[test]
fn summaries_are_one_line_that_fits_whatever_the_title() {
    for title in [
        "x".repeat(1_000_000),
        "🦀".repeat(300),
        "a\u{0}b\u{1b}[31m\r\n\u{2028}c\u{feff}".to_owned(),
        " word\n".repeat(100_000),
    ] {
        let mut finding = finding();
        finding.title = title;
        for rule in [template_rule("{{title}}"), finding_rule("title")] {
            let composed = composed(&finding, vec![("Summary", rule)], Deployment::Cloud);
            let summary = composed.fields["summary"].as_str().unwrap();
            assert!(
                !summary.is_empty() && jira_length(summary) <= 255,
                "{}",
                jira_length(summary)
            );
            assert!(
                !summary.contains(|c: char| c.is_control() || c == '\u{feff}'),
                "{summary:?}"
            );
            let sample = &composed.outcome("summary").unwrap().sample;
            assert!(sample.chars().count() <= 121, "{sample}");
        }
    }
}

#[test]
fn where_there_is_no_title_the_text_gives_one_and_then_the_id_unless_the_rule_does() {
    for title in ["", " \n\t", "\u{0}\u{1}"] {
        let mut finding = finding();
        finding.title = title.to_owned();
        finding.body = "\n## \n**Tool:** `scan` found [this](https://example.com)\n\nMore.".to_owned();
        let bare = composed(
            &finding,
            vec![("Summary", template_rule("{{title}}"))],
            Deployment::Cloud,
        );
        let line = "Tool: scan found this (https://example.com)";
        assert_eq!(bare.fields["summary"], line, "{title:?}");
        finding.body = " \n\u{1}".to_owned();
        let bare = composed(
            &finding,
            vec![("Summary", template_rule("{{title}}"))],
            Deployment::Cloud,
        );
        assert_eq!(bare.fields["summary"], finding.id.to_string(), "{title:?}");
        // Another rule that gives nothing still stands in the way.
        let rule = template_rule("{{fields.nothing}}");
        let other = composed(&finding, vec![("Summary", rule)], Deployment::Cloud);
        assert!(other.outcome("summary").unwrap().problem.is_some(), "{title:?}");
    }
    let mut finding = finding();
    finding.title = " ".to_owned();
    let rule = template_rule("{{title | default: \"Untitled\"}}");
    let filled = composed(&finding, vec![("Summary", rule)], Deployment::Cloud);
    assert_eq!(filled.fields["summary"], "Untitled");
}

#[test]
fn long_descriptions_are_cut_with_a_link_to_the_source() {
    for body in [
        "word *and* more\n".repeat(5_000),
        "x".repeat(1_000_000),
        "🦀".repeat(40_000),
        "*_{[".repeat(20_000),
        format!("```\n{}", "let x = 1;\n".repeat(10_000)),
        "> ".repeat(5_000) + &"deep ".repeat(10_000),
    ] {
        let mut finding = finding();
        finding.body = body;
        for deployment in [Deployment::Cloud, Deployment::DataCenter] {
            let composed = composed(
                &finding,
                vec![
                    ("Description", template_rule("{{body}}")),
                    ("Environment", finding_rule("body")),
                ],
                deployment,
            );
            let outcome = composed.outcome("description").unwrap();
            assert_eq!(outcome.problem, None);
            assert_eq!(outcome.notes, ["cut to 32,767 characters, with a link to the source"]);
            let text = outcome.markdown.as_deref().unwrap();
            let wiki = markdown::to_wiki(text);
            assert!(jira_length(&wiki) <= 32_767, "{}", jira_length(&wiki));
            assert!(
                wiki.contains("|https://hackerone.com/reports/1412]"),
                "{}",
                &wiki[wiki.len() - 200..]
            );
            if let Some(plain) = composed.fields["environment"].as_str() {
                assert!(jira_length(plain) <= 32_767);
            }
        }
    }
}

#[test]
fn a_description_that_just_fits_is_left_whole() {
    let mut finding = finding();
    finding.body = "word ".repeat(6_300).trim().to_owned();
    let composed = composed(
        &finding,
        vec![("Description", template_rule("{{body}}"))],
        Deployment::DataCenter,
    );
    assert_eq!(composed.fields["description"], json!(finding.body));
    assert!(composed.outcome("description").unwrap().notes.is_empty());
}

#[test]
fn an_open_code_block_does_not_swallow_what_follows() {
    for body in ["```\nlet x", "~~~~ rust\n```\nx\n~~~", "text\n   ```js\ncode"] {
        let mut finding = finding();
        finding.body = body.to_owned();
        let rule = template_rule("{{body}}\n\n[source]({{url}})");
        let composed = composed(&finding, vec![("Description", rule)], Deployment::DataCenter);
        let wiki = composed.fields["description"].as_str().unwrap().to_owned();
        assert!(wiki.ends_with("[source|https://hackerone.com/reports/1412]"), "{wiki}");
    }
}

#[test]
fn deeply_nested_fields_of_the_source_are_survived() {
    let mut deep = json!("bottom");
    for level in 0..250 {
        deep = if level % 2 == 0 {
            json!([deep])
        } else {
            json!({ "in": deep })
        };
    }
    let mut finding = finding();
    finding.fields = [("deep".to_owned(), deep)].into();
    let rules = vec![
        (
            "Summary",
            template_rule("{{id}} {{fields.deep}} {{fields.deep.in.0.in}}"),
        ),
        ("Labels", finding_rule("fields.deep")),
        ("Gadget", finding_rule("fields.deep")),
        ("Description", template_rule("{{fields.deep}}")),
    ];
    let composed = composed(&finding, rules, Deployment::Cloud);
    assert_eq!(
        composed.outcome("customfield_10020").unwrap().problem.as_deref(),
        Some("the JSON nests too deep")
    );
    let moment = crate::jql::dates::Moment {
        now: now(),
        zone: TimeZone::UTC,
    };
    let matching = crate::config::Match {
        expression: Some("fields.deep = x or fields.deep ~ bottom or fields.deep > 3".to_owned()),
        ..crate::config::Match::default()
    };
    assert!(!covers(&matching, &finding, &moment).is_yes());
}

#[test]
fn an_address_cannot_end_the_link_it_stands_in() {
    let mut finding = finding();
    finding.url = Some("https://x.example/a)[evil](https://evil.example/".to_owned());
    let rule = template_rule("[source]({{url}})");
    let composed = composed(&finding, vec![("Description", rule)], Deployment::DataCenter);
    let wiki = composed.fields["description"].as_str().unwrap();
    assert_eq!(wiki.matches('[').count(), 1, "{wiki}");
    assert!(wiki.starts_with("[source|https://x.example/"), "{wiki}");
}

/// Any JSON of a few levels.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<f64>().prop_map(|number| json!(number)),
        any::<i64>().prop_map(|number| json!(number)),
        "\\PC{0,12}".prop_map(Value::String),
        "(PAY-[0-9]|2026-0[1-9]-1[0-9]|High|10001|Linux|https?://[a-z]{3}|1w 2d)".prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map("(id|name|value|child|key|original|[a-z]{1,3})", inner, 0..4)
                .prop_map(|parts| Value::Object(parts.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    // Each case goes through every field, rule and deployment.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_value_is_written_or_refused_for_every_field(value in any_json()) {
        let screen = screen();
        let mut finding = finding();
        finding.fields.insert("any".to_owned(), value.clone());
        for field in &screen.fields {
            for rule in [value_rule(value.clone()), finding_rule("fields.any"), template_rule("{{fields.any}} x")] {
                for deployment in [Deployment::Cloud, Deployment::DataCenter] {
                    let mapping = mapping(vec![("Summary", template_rule("x")), (&field.id, rule.clone())]);
                    let composed = on_ground(deployment, &screen, |ground| {
                        assert!(check(&mapping, ground).iter().all(|flaw| !flaw.reason.is_empty()));
                        compose(&mapping, &finding, ground)
                    });
                    let outcome = composed.outcome(&field.id).unwrap();
                    prop_assert!(outcome.problem.is_none() || !composed.fields.contains_key(&field.id));
                    prop_assert!(!outcome.sample.contains(char::is_control));
                    if let (Some(value), false) = (composed.fields.get(&field.id), field.kind == ValueKind::Other) {
                        prop_assert_eq!(value.is_array(), field.multiple, "{} {}", field.name, value);
                        prop_assert!(!value.is_null());
                    }
                    let at = DialogAt {
                        site: "https://x.example",
                        deployment: Deployment::Cloud,
                        parent: None,
                    };
                    let url = create_dialog(at, &screen, &composed, None).url;
                    prop_assert!(url.is_ascii() && url.len() <= 8_000);
                }
            }
        }
    }

    #[test]
    fn the_same_finding_makes_the_same_issue(title in "\\PC{0,40}", body in "\\PC{0,200}") {
        let mut finding = finding();
        (finding.title, finding.body) = (title, body);
        let rules = || vec![("Summary", template_rule("{{title}}")), ("Description", template_rule("{{body}}\n{{title}}"))];
        prop_assert_eq!(
            composed(&finding, rules(), Deployment::Cloud),
            composed(&finding, rules(), Deployment::Cloud)
        );
    }
}
