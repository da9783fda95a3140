//! `where = '…'`: what holds, what is refused, and that it means what JQL means.

use proptest::prelude::*;

use super::*;
use crate::{
    jql::dates::Moment,
    mapping::{cover::covers, expression::parse},
};

fn moment() -> Moment {
    Moment {
        now: now(),
        zone: berlin(),
    }
}

fn holds(text: &str) -> bool {
    let expression = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    expression.holds(&finding(), &moment())
}

#[test]
fn conditions_hold_or_not() {
    for (text, expected) in [
        ("", true),
        ("source = bounty", true),
        ("source = BOUNTY", true),
        ("source != bounty", false),
        ("source in (scans, bounty)", true),
        ("source not in (scans, bounty)", false),
        ("kind = report", true),
        ("kind = rule-failure OR kind = report", true),
        ("severity = high", true),
        ("severity >= high", true),
        ("severity > high", false),
        ("severity < critical AND severity > low", true),
        ("severity in (low, high)", true),
        ("state = triaged", true),
        ("state = in-progress", false),
        ("state in (\"in progress\", triaged)", true),
        ("resolution is empty", true),
        ("resolution is not empty", false),
        ("resolution = EMPTY", true),
        // As in JQL, nothing is not unequal to something.
        ("resolution != fixed", false),
        ("NOT resolution = fixed", true),
        ("resolution != EMPTY", false),
        ("tag = checkout", true),
        ("tag is not empty and not (tag = search)", true),
        ("title ~ xss", true),
        ("title ~ \"CHECKOUT stored\"", true),
        ("title !~ xss", false),
        ("title ~ sqli", false),
        ("text ~ \"cart checkout\"", true),
        ("body ~ pay", true),
        ("assignee = \"Ada L\"", true),
        ("assignee = \"ada@example.com\"", true),
        ("assignee ~ example.com", true),
        ("assignee is empty", false),
        ("reporter = h4x", true),
        ("keys = pay-7", true),
        ("keys in (PAY-1, PAY-7)", true),
        ("id = 1412", true),
        ("id > 1000", true),
        ("created >= -10d", false),
        ("created >= -11d", true),
        ("created < 2026-01-21", true),
        // The minute it became the 20th in Berlin.
        (
            "created > \"2026-01-20 10:59\" and created < \"2026-01-20 11:01\"",
            true,
        ),
        ("created = \"2026-01-20 11:00\"", true),
        ("updated >= startOfDay(-1d)", true),
        ("updated >= startOfDay()", true),
        ("updated > now()", false),
        ("fields.weakness ~ scripting", true),
        ("fields.weakness_id = cwe-79", true),
        ("fields.severity_score > 8", true),
        ("fields.severity_score >= 8.2", false),
        ("score in (8.1, 9)", true),
        ("fields.tags = \"needs review\"", true),
        ("fields.tags ~ review", true),
        ("fields.rule.id = js/xss", false),
        ("fields.rule.id = \"js/xss\"", true),
        ("fields.rule.properties.security-severity < 7", true),
        ("fields.first.seen < -30d", true),
        ("fields.flag = \"true\"", true),
        ("fields.nothing is empty", true),
        ("fields.nothing = x or fields.nothing != x", false),
        ("cwe = CWE-79", true),
        ("!(severity = low) and (kind = report or kind = defect)", true),
    ] {
        if text == "fields.rule.id = js/xss" {
            assert!(parse(text).is_err(), "a slash must be quoted");
            continue;
        }
        assert_eq!(holds(text), expected, "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    let mut told = String::new();
    for text in [
        "sevrity = high",
        "cwe_name = x",
        "cf[10010] = 1",
        "severity = hgh",
        "severity ~ high",
        "severity = 3",
        "state = done",
        "kind = bug and title ~ x",
        "title > 3",
        "text = x",
        "title was x",
        "title changed",
        "created = yesterday",
        "assignee = currentUser()",
        "created > startOfDay(soon)",
        "created > now(1d)",
        "severity = now()",
        "kind = report ORDER BY created",
        "kind = ",
        "fields. = x",
        "fields = x",
    ] {
        let error = check_expression(text).unwrap_err();
        let (start, end) = (error.span.start, error.span.end);
        told.push_str(&format!("{text}\n  {start}..{end} {error}\n"));
    }
    insta::assert_snapshot!(told, @r#"
    sevrity = high
      0..7 findings have no field sevrity; did you mean severity?
    cwe_name = x
      0..8 findings have no field cwe_name; what the source itself tells is written fields.NAME
    cf[10010] = 1
      0..9 findings have no field cf[10010]; what the source itself tells is written fields.NAME
    severity = hgh
      11..14 severity is never "hgh"; did you mean "high"?
    severity ~ high
      9..10 severity cannot be asked with ~; it takes =, !=, <, <=, >, >=, in, not in and is empty
    severity = 3
      11..12 severity is never "3"; it takes "none", "info", "low", "medium", "high", "critical"
    state = done
      8..12 state is never "done"; it takes "open", "triaged", "in-progress", "blocked", "fixed-pending-verify", "closed"
    kind = bug and title ~ x
      7..10 kind is never "bug"; it takes "report", "vulnerability", "remediation", "defect", "requirement", "rule-failure"
    title > 3
      6..7 title cannot be asked with >; it takes =, !=, ~, !~, in, not in and is empty
    text = x
      5..6 text cannot be asked with =; it takes ~ and !~
    title was x
      6..9 title cannot be asked with was; it takes =, !=, ~, !~, in, not in and is empty
    title changed
      6..13 title cannot be asked with changed; it takes =, !=, ~, !~, in, not in and is empty
    created = yesterday
      10..19 created is never "yesterday"; a date is 2026-01-31 or -7d
    assignee = currentUser()
      11..24 currentUser() says nothing about findings; now(), startOfDay() and their like do
    created > startOfDay(soon)
      21..25 startOfDay() says nothing about findings; now(), startOfDay() and their like do
    created > now(1d)
      10..17 now() says nothing about findings; now(), startOfDay() and their like do
    severity = now()
      11..16 now() says nothing about findings; now(), startOfDay() and their like do
    kind = report ORDER BY created
      14..30 it says which findings, so there is nothing to ORDER BY
    kind = 
      7..7 Expecting a value or function before the end of the query.
    fields. = x
      0..7 findings have no field fields.; what the source itself tells is written fields.NAME
    fields = x
      0..6 findings have no field fields; what the source itself tells is written fields.NAME
    "#);
}

proptest! {
    #[test]
    fn nothing_that_is_typed_makes_it_fail(text in "(severity|state|created|fields\\.x|title| = | ~ | >= | and | or |not |\\(|\\)|high|-7d|empty|is |now\\(\\)|\"|[a-z ,]){0,20}") {
        match parse(&text) {
            Ok(expression) => {
                expression.holds(&finding(), &moment());
            }
            Err(error) => prop_assert!(error.span.start <= text.len() && !error.to_string().is_empty()),
        }
    }

    #[test]
    fn severities_are_ordered_as_their_words_are(at in 0_usize..6, than in 0_usize..6) {
        let mut finding = finding();
        finding.severity = Severity::ALL[at];
        let word = Severity::ALL[than].word();
        let holds = |operator: &str| {
            let matching = crate::config::Match {
                expression: Some(format!("severity {operator} {word}")),
                ..crate::config::Match::default()
            };
            covers(&matching, &finding, &moment()).is_yes()
        };
        prop_assert_eq!(holds(">="), at >= than);
        prop_assert_eq!(holds("<"), at < than);
        prop_assert_eq!(holds("="), at == than);
        prop_assert_eq!(holds("!="), at != than);
    }
}
