//! The JQL parser against what Atlassian's own parser says of more than a thousand queries, and
//! properties that must hold for any input.

use crosstie::jql::{self, Expr, ParseErrorKind};
use proptest::prelude::*;
use serde_json::Value;

const CORPUS: &str = include_str!("data/jql/corpus.jsonl");

/// The corpus; that none of it was lost is counted below.
fn lines() -> impl Iterator<Item = Value> {
    serde_json::Deserializer::from_str(CORPUS)
        .into_iter()
        .map_while(Result::ok)
}

/// Leaves out what `escape-lossy` lines get wrong: everything that was decoded.
fn without_decoded(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| !matches!(key.as_str(), "name" | "value" | "args"))
            .map(|(key, value)| (key.clone(), without_decoded(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_decoded).collect(),
        other => other.clone(),
    }
}

/// Leaves out the source texts, which printing may spell differently.
fn without_text(mut value: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                if map.get("properties").is_some()
                    && let Some(Value::String(name)) = map.get_mut("name")
                    && name.to_ascii_lowercase().starts_with("cf")
                {
                    // The name of a field by number is its source text, spaces included.
                    name.retain(|c| !c.is_whitespace());
                    name.make_ascii_lowercase();
                }
                map.remove("text");
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value
}

#[test]
fn verdict_tree_and_error_of_every_line_are_atlassians() {
    let (mut count, mut wrong) = (0, Vec::new());
    for line in lines() {
        count += 1;
        let source = line["jql"].as_str().unwrap();
        let lossy = line["tags"].as_array().unwrap().iter().any(|tag| tag == "escape-lossy");
        let mut answer = jql::parse_line(source);
        let mut expected = serde_json::json!({"ok": line["ok"], "ast": line["ast"], "error": line["error"]});
        if let Some(error) = expected["error"].as_object_mut() {
            error.remove("antlr");
        }
        if lossy {
            answer["ast"] = without_decoded(&answer["ast"]);
            expected["ast"] = without_decoded(&expected["ast"]);
        }
        if answer != expected {
            wrong.push(format!("{source:?}\n  answers  {answer}\n  expected {expected}"));
        }
    }
    assert_eq!(count, 1223);
    assert!(wrong.is_empty(), "{} lines differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn printing_a_tree_and_reading_it_again_changes_nothing() {
    for line in lines().filter(|line| line["ok"] == true) {
        let source = line["jql"].as_str().unwrap();
        let query = jql::parse(source).unwrap();
        let printed = query.to_string();
        let again = jql::parse(&printed).unwrap_or_else(|error| panic!("{source:?} as {printed:?}: {error}"));
        assert_eq!(
            without_text(jql::to_json(&again)),
            without_text(jql::to_json(&query)),
            "{source:?} as {printed:?}"
        );
        assert_eq!(again.to_string(), printed);
    }
}

#[test]
fn every_span_is_the_source_it_names() {
    for line in lines().filter(|line| line["ok"] == true) {
        let source = line["jql"].as_str().unwrap();
        let query = jql::parse(source).unwrap();
        for clause in query.clauses() {
            assert!(
                source[clause.span.range()].starts_with(&clause.field.text),
                "{source:?}"
            );
            let written = source[clause.operator_span.range()]
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            assert_eq!(written.to_lowercase(), clause.operator.as_str(), "{source:?}");
        }
        for function in query.functions() {
            assert!(source[function.span.range()].ends_with(')'), "{source:?}");
            assert_eq!(source[function.name.span.range()], function.name.text);
        }
        if let Some(span) = query.where_span {
            assert_eq!(jql::parse(&source[span.range()]).unwrap().to_string(), {
                let mut only = query.clone();
                only.order_by = None;
                only.to_string()
            });
        }
    }
}

#[test]
fn carets_stand_under_what_is_wrong() {
    let cases = [
        ("status = ", "status = \n         ^"),
        ("project = A and\nstatus for x", "status for x\n       ^^^"),
        ("優先度 for x", "優先度 for x\n       ^^^"),
        ("a = \u{202e}b c\u{1b}[31m", "a = \u{fffd}b c\u{fffd}[31m\n       ^"),
        ("\"a\" for\tx\r\n", "\"a\" for x\n    ^^^"),
    ];
    for (source, expected) in cases {
        assert_eq!(jql::parse(source).unwrap_err().caret(source), expected, "{source:?}");
    }
    let long = format!("{} for {}", "x".repeat(90_000), "y ".repeat(5_000));
    let caret = jql::parse(&long).unwrap_err().caret(&long);
    assert!(caret.contains(" for y y"));
    assert!(caret.lines().all(|line| line.chars().count() < 130), "{caret}");
}

#[test]
fn a_server_counts_characters_from_one() {
    let error = jql::parse("a /b").unwrap_err();
    insta::assert_snapshot!(error.server_message(), @r"Error in the JQL Query: The character '/' is a reserved JQL character. You must enclose it in a string or use the escape '\u002f' instead. (line 1, character 3)");
}

#[test]
fn depth_is_bounded_and_length_is_not() {
    let deep = |text: &str| jql::parse(text).map_err(|error| error.kind);
    let limit = jql::MAX_DEPTH;
    for (open, close) in [("(", ")"), ("NOT ", ""), ("!", ""), ("NOT (", ")")] {
        let times = if open == "NOT (" { limit / 2 } else { limit };
        let fits = format!("{}a = 1{}", open.repeat(times), close.repeat(times));
        let query = jql::parse(&fits).unwrap();
        jql::parse(&query.to_string()).unwrap();
        for times in [times + 1, 100_000 / open.len()] {
            let text = format!("{}a = 1{}", open.repeat(times), close.repeat(times));
            assert_eq!(deep(&text), Err(ParseErrorKind::TooDeep(limit)), "{open:?} x {times}");
        }
    }
    let lists = format!("a in {}1{}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(deep(&lists), Err(ParseErrorKind::TooDeep(limit)));
    let wide = vec!["a = 1"; 50_000].join(" OR ");
    let Some(Expr::Or(all, _)) = jql::parse(&wide).unwrap().where_ else {
        panic!("no alternatives")
    };
    assert_eq!(all.len(), 50_000);
}

/// Fragments that make hits on every production likely.
fn fragment() -> impl Strategy<Value = String> {
    let words = [
        "a",
        "status",
        "\"In Progress\"",
        "'it''s'",
        "cf[10001]",
        "cf",
        "[",
        "]",
        "(",
        ")",
        ",",
        "=",
        "!=",
        "~",
        "!~",
        "<",
        ">=",
        "IN",
        "not",
        "IS",
        "EMPTY",
        "null",
        "was",
        "changed",
        "before",
        "during",
        "from",
        "to",
        "by",
        "order",
        "ORDER BY",
        "asc",
        "AND",
        "or",
        "&&",
        "|",
        "!",
        "f(",
        "now()",
        "-5d",
        "10",
        "-3",
        "select",
        "it",
        "\\u0041",
        "\\q",
        "\\",
        "\"",
        "\t",
        "\n",
        "😀",
        "優先度",
        "/",
        "\u{0}",
        ".x",
        "\\ ",
        "\u{202e}",
    ];
    proptest::sample::select(words.map(str::to_owned).to_vec())
}

/// Queries that parse, by construction.
fn valid() -> impl Strategy<Value = String> {
    let name = prop_oneof!["[a-z]{1,8}", ".{0,12}"].prop_map(|name: String| jql::quote(&name));
    let value = prop_oneof![
        name.clone(),
        "-?[0-9]{1,4}",
        Just("EMPTY".to_owned()),
        (name.clone(), proptest::collection::vec(name.clone(), 0..3))
            .prop_map(|(function, args)| format!("{function}({})", args.join(","))),
    ];
    let field = prop_oneof![
        name.clone(),
        "[0-9]{1,3}",
        "cf *\\[ ?[0-9]{1,5}\\]",
        (name.clone(), name.clone())
            .prop_map(|(field, key)| format!("{field}[{key}].{key}"))
            .prop_filter("the path must be a word", |text| jql::parse(&format!("{text} = 1"))
                .is_ok()),
    ];
    let clause = prop_oneof![
        (
            field.clone(),
            prop_oneof!["=", "!=", "~", "!~", "WAS", "was not"],
            value.clone()
        )
            .prop_map(|(field, operator, value)| format!("{field} {operator} {value}")),
        (field.clone(), proptest::collection::vec(value.clone(), 1..4))
            .prop_map(|(field, values)| format!("{field} not in ({})", values.join(", "))),
        (field.clone(), prop_oneof!["from", "to", "by", "during"], value.clone())
            .prop_map(|(field, predicate, value)| format!("{field} changed {predicate} {value}")),
    ];
    let expr = clause.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" AND "))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|all| all.join(" OR ")),
            inner.prop_map(|inner| format!("NOT ({inner})")),
        ]
    });
    (expr, proptest::option::of(field)).prop_map(|(expr, sort)| match sort {
        Some(sort) => format!("{expr} ORDER BY {sort} desc"),
        None => expr,
    })
}

proptest! {
    #[test]
    fn nothing_panics(text in ".{0,200}") {
        if let Err(error) = jql::parse(&text) {
            prop_assert!(!error.caret(&text).chars().any(|c| c.is_control() && c != '\n'));
            prop_assert!(text.get(error.span.range()).is_some());
        }
    }

    #[test]
    fn nothing_made_of_jql_panics(parts in proptest::collection::vec(fragment(), 0..40), gap in prop_oneof!["", " "]) {
        let text = parts.join(&gap);
        match jql::parse(&text) {
            Ok(query) => {
                let printed = query.to_string();
                let again = jql::parse(&printed);
                prop_assert!(again.is_ok(), "{text:?} as {printed:?}");
                prop_assert_eq!(without_text(jql::to_json(&again.unwrap())), without_text(jql::to_json(&query)));
            }
            Err(error) => {
                prop_assert!(text.get(error.span.range()).is_some());
            }
        }
    }

    #[test]
    fn what_is_printed_reads_as_what_was_meant(text in valid()) {
        let query = jql::parse(&text).map_err(|error| TestCaseError::fail(format!("{text:?}: {error}")))?;
        let printed = query.to_string();
        let again = jql::parse(&printed).map_err(|error| TestCaseError::fail(format!("{printed:?}: {error}")))?;
        prop_assert_eq!(without_text(jql::to_json(&again)), without_text(jql::to_json(&query)), "{}", printed);
    }

    #[test]
    fn a_quoted_value_is_that_value(value in any::<String>()) {
        let query = jql::parse(&format!("f = {}", jql::quote(&value))).unwrap();
        let clauses = query.clauses();
        let Some(jql::Operand::Value(word)) = &clauses[0].operand else {
            return Err(TestCaseError::fail("no value"));
        };
        prop_assert_eq!(&word.value, &value);
        prop_assert!(!word.number);
    }
}
