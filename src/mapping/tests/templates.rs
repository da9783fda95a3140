//! Templates: what they say, what they refuse, that they never fail on a finding.

use proptest::prelude::*;

use super::*;
use crate::domain::{FindingEvent, FindingEventKind};

fn rendered(text: &str) -> template::Rendered {
    let screen = screen();
    let template = template::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    on_ground(Deployment::Cloud, &screen, |ground| template.render(&finding(), ground))
}

fn said(text: &str) -> String {
    rendered(text).plain
}

#[test]
fn variables_and_filters_say_what_they_promise() {
    for (text, expected) in [
        ("", ""),
        ("no variables at all } {", "no variables at all } {"),
        ("{{title}}", "Stored XSS in *checkout*"),
        (
            "[{{ source }}/{{id}}] {{title | truncate: 10}}",
            "[bounty/1412] Stored XS…",
        ),
        ("{{title | upper}}", "STORED XSS IN *CHECKOUT*"),
        ("{{title|lower|capitalize}}", "Stored xss in *checkout*"),
        ("{{title | replace: \"*\", \"\"}}", "Stored XSS in checkout"),
        ("{{title | slug}}", "stored-xss-in-checkout"),
        ("{{body | first_line}}", "Steps:"),
        ("{{body | plain | one_line}}", "Steps: 1. open cart 2. pay"),
        ("{{severity}} {{severity | severity_number}}", "high 4"),
        ("{{severity_number}}", "?"),
        ("{{\"3\" | severity_word}}", "medium"),
        (
            "{{state}} {{native_state}} {{kind}} {{tag}}",
            "triaged triaged report checkout",
        ),
        ("{{assignee}} <{{assignee.email}}>", "Ada L <ada@example.com>"),
        ("{{resolution | default: \"open\"}}", "open"),
        ("{{fields.nothing}}|{{fields.empty}}", "|"),
        ("{{fields.nothing | default: 'it''s'}}", "?"),
        ("{{fields.weakness}} ({{cwe}})", "Cross-site Scripting (CWE-79)"),
        ("{{score}}", "8.1"),
        ("{{fields.rule.id}}", "js/xss"),
        ("{{fields.rule.properties.security-severity}}", "6.1"),
        ("{{fields.first.seen | date: \"%d.%m.%y\"}}", "24.12.25"),
        ("{{fields.\"first.seen\"}}", "2025-12-24"),
        ("{{fields.tags}}", "web, needs review"),
        ("{{fields.tags | join: \" + \" | upper}}", "WEB + NEEDS REVIEW"),
        ("{{fields.tags | first}}", "web"),
        ("{{fields.tags | slug | join: \",\"}}", "web,needs-review"),
        ("{{fields.flag}}", "yes"),
        ("{{fields.locations.0.file}}:{{fields.locations.0.line}}", "src/a.js:3"),
        ("{{fields.locations}}", "file: src/a.js, line: 3, file: src/b.js"),
        ("{{keys | join}}", "PAY-7"),
        ("{{now}}", "2026-01-30 16:04"),
        ("{{now | plus_days: 5 | date}}", "2026-02-04"),
        ("{{now | plus_days: -30 | date}}", "2025-12-31"),
        // A Friday; five working days later it is Friday again.
        ("{{now | plus_working_days: 5 | date: \"%a %F\"}}", "Fri 2026-02-06"),
        ("{{now | plus_working_days: 1 | date: \"%a\"}}", "Mon"),
        ("{{now | plus_days: critical=1, high=7, other=90 | date}}", "2026-02-06"),
        ("{{severity | days: critical=1, high=7, medium=30, other=90}}", "7"),
        (
            "{{severity | days: critical=1, other=90 | after: created | date}}",
            "2026-04-20",
        ),
        ("{{severity | days: critical=1 | after: now | date}}", ""),
        ("{{updated | date}}", "2026-01-30"),
        ("{{title | date}}", ""),
        ("{{\"{{\"}}{{'}}'}}", "{{}}"),
        ("{{5 | default: \"x\"}}", "5"),
        ("{{title | truncate: 1}}", "…"),
    ] {
        match template::parse(text) {
            Err(_) => assert_eq!(expected, "?", "{text}"),
            Ok(_) => assert_eq!(said(text), expected, "{text}"),
        }
    }
}

#[test]
fn names_of_hackerone_mean_what_they_meant_there() {
    for (text, expected) in [
        (
            "{{severity_rating}} {{severity_rating_capitalized}} {{jira_severity}}",
            "high High 4",
        ),
        ("{{due_date(5)}}", "2026-02-04"),
        ("{{days_after_report(5)}}", "2026-01-25"),
        (
            "{{report_id}} {{report_link}}",
            "1412 https://hackerone.com/reports/1412",
        ),
        ("{{reporter_name}} {{asset_identifier}}", "h4x checkout"),
        ("{{weakness}} {{cvss_score}}", "Cross-site Scripting 8.1"),
        ("{{submission_date}} {{submission_date_y_m_d}}", "20/01/2026 2026-01-20"),
        ("{{submission_date_custom_format}}", "20-01-2026"),
        ("{{escalation_time | date}}", "2026-01-30"),
    ] {
        assert_eq!(said(text), expected, "{text}");
    }
    insta::assert_snapshot!(rendered("{{details_jira}}").markdown, @r"
    - **Link:** <https://hackerone.com/reports/1412>
    - **Date:** 2026\-01\-20
    - **Reporter:** h4x
    - **Weakness:** Cross\-site Scripting

    Steps:

    1. open `cart`
    2. **pay**
    ");
}

#[test]
fn comments_for_insiders_stay_out_of_the_details() {
    let screen = screen();
    let mut finding = finding();
    for (id, internal, text) in [("1", false, "Can *confirm*"), ("2", true, "pay them nothing")] {
        finding.events.push(FindingEvent {
            id: id.to_owned(),
            kind: FindingEventKind::Comment,
            native: String::new(),
            actor: Some("tri_age".to_owned()),
            at: now(),
            text: text.to_owned(),
            internal,
        });
    }
    let template = template::parse("{{details_custom_jira}}").unwrap();
    let text = on_ground(Deployment::Cloud, &screen, |ground| template.render(&finding, ground)).markdown;
    assert!(
        text.ends_with("**tri\\_age**, 2026-01-30:\n\n> Can *confirm*"),
        "{text}"
    );
    assert!(!text.contains("nothing"), "{text}");
}

#[test]
fn only_markdown_of_the_finding_is_markup() {
    for (text, expected) in [
        ("# {{title}}", "# Stored XSS in \\*checkout\\*"),
        ("{{body}}", "Steps:\n\n1. open `cart`\n2. **pay**"),
        ("[source]({{url}})", "[source](https://hackerone.com/reports/1412)"),
        ("{{fields.rule.id}}", "js/xss"),
        ("{{title | markdown}}", "Stored XSS in *checkout*"),
        ("{{body | plain}}", "Steps:\n\n1\\. open cart\\\n2\\. pay"),
        ("{{fields.tags | first | code: js}}", "\n```js\nweb\n```\n"),
        ("{{title | quote}}", "\n> Stored XSS in \\*checkout\\*\n\n"),
    ] {
        assert_eq!(rendered(text).markdown, expected, "{text}");
    }
}

#[test]
fn mistakes_are_told_with_their_place_and_what_was_meant() {
    let mut told = String::new();
    for text in [
        "{{titel}}",
        "{{ wekness }}",
        "{{title | truncat: 5}}",
        "{{title | truncate}}",
        "{{title | truncate: zero}}",
        "{{title | truncate: 0}}",
        "{{now | plus_days: hihg=3}}",
        "{{now | date: \"%Q%\"}}",
        "{{due_date}}",
        "{{due_date(x)}}",
        "{{title",
        "{{title | default: \"x}}",
        "{{}}",
        "{{fields}}",
        "{{fields.}}",
        "{{title | }}",
        "{{title truncate}}",
        "{{title | replace: \"\", \"x\"}}",
        "one\nä {{bad-name}}",
        "{{severity | after: yesterday}}",
    ] {
        let error = template::parse(text).unwrap_err();
        told.push_str(&format!("{text:?}\n  {error}\n"));
    }
    insta::assert_snapshot!(told, @r#"
    "{{titel}}"
      character 3: there is no variable titel; did you mean title?
    "{{ wekness }}"
      character 4: there is no variable wekness; did you mean weakness?
    "{{title | truncat: 5}}"
      character 11: there is no filter truncat; did you mean truncate?
    "{{title | truncate}}"
      character 11: truncate takes other arguments; an example is truncate: 200
    "{{title | truncate: zero}}"
      character 11: truncate takes other arguments; an example is truncate: 200
    "{{title | truncate: 0}}"
      character 11: truncate takes other arguments; an example is truncate: 200
    "{{now | plus_days: hihg=3}}"
      character 9: plus_days takes other arguments; an example is plus_days: 5
    "{{now | date: \"%Q%\"}}"
      character 9: "%Q%" is no format of dates: strftime formatting failed: invalid format string, expected byte after `%`, but…; an example is "%Y-%m-%d"
    "{{due_date}}"
      character 3: due_date takes other arguments; an example is due_date(5)
    "{{due_date(x)}}"
      character 3: due_date takes other arguments; an example is due_date(5)
    "{{title"
      character 1: {{ is not closed by }}
    "{{title | default: \"x}}"
      character 20: the quotation mark is not closed
    "{{}}"
      character 3: there is nothing between {{ and }}; name a variable, as {{title}}
    "{{fields}}"
      character 9: here should be the name of a field, as fields.NAME
    "{{fields.}}"
      character 10: here should be a name
    "{{title | }}"
      character 11: here should be the name of a filter
    "{{title truncate}}"
      character 9: here should be a | before a filter, not "truncate"
    "{{title | replace: \"\", \"x\"}}"
      character 11: replace takes other arguments; an example is replace: "a", "b"
    "one\nä {{bad-name}}"
      line 2, character 5: there is no variable bad-name; what the source itself tells is fields.bad-name
    "{{severity | after: yesterday}}"
      character 14: after takes other arguments; an example is after: now
    "#);
}

#[test]
fn every_variable_and_filter_of_the_help_exists() {
    for help in template::variables() {
        let name = help.name.replace("NAME", "x");
        let text = format!("{{{{{name}{}}}}}", help.arguments);
        assert!(template::parse(&text).is_ok(), "{text}");
        assert!(!help.help.is_empty());
    }
    for help in template::filters() {
        let text = format!("{{{{title | {}{}}}}}", help.name, help.arguments);
        assert!(template::parse(&text).is_ok(), "{text}");
    }
}

#[test]
fn an_expression_that_comes_out_empty_is_named() {
    let rendered = rendered("{{title}} {{fields.nope | upper}} {{resolution}}");
    assert_eq!(rendered.empty, ["fields.nope | upper", "resolution"]);
    assert_eq!(rendered.fact, None);
}

#[test]
fn working_days_are_those_one_counts_by_hand() {
    let screen = screen();
    let mut finding = finding();
    let zone = TimeZone::UTC;
    for start in 0..14 {
        for days in -12..=12_i64 {
            let mut by_hand = jiff::civil::date(2026, 3, 1)
                .checked_add(jiff::Span::new().days(start))
                .unwrap();
            finding.fields.insert("day".to_owned(), json!(by_hand.to_string()));
            let mut left = days.abs();
            while left > 0 {
                by_hand = if days > 0 {
                    by_hand.tomorrow()
                } else {
                    by_hand.yesterday()
                }
                .unwrap();
                left -= i64::from(!matches!(
                    by_hand.weekday(),
                    jiff::civil::Weekday::Saturday | jiff::civil::Weekday::Sunday
                ));
            }
            let text = format!("{{{{fields.day | plus_working_days: {days} | date}}}}");
            let ground = Ground::new(Deployment::Cloud, &screen, &zone, now());
            let said = template::parse(&text).unwrap().render(&finding, &ground).plain;
            assert_eq!(said, by_hand.to_string(), "{start} {days}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_within_it(text in "(\\{\\{|\\}\\}|title|fields\\.x|now| \\| |default: |\"|'|[a-zé%(): ,=.\\\\\n]){0,24}") {
        match template::parse(&text) {
            Ok(template) => {
                let screen = screen();
                on_ground(Deployment::DataCenter, &screen, |ground| template.render(&finding(), ground));
            }
            Err(error) => {
                prop_assert!(error.span.start <= error.span.end && error.span.end <= text.len());
                prop_assert!(!error.to_string().is_empty());
            }
        }
    }

    #[test]
    fn text_without_braces_is_itself(text in "[^{}]{0,60}") {
        prop_assert_eq!(template::parse(&text).unwrap().render(&finding(), &Ground::new(Deployment::Cloud, &screen(), &TimeZone::UTC, now())).plain, text);
    }

    // Without colons: names of emoji between them are read as such in any text.
    #[test]
    fn a_title_is_never_markup(title in "[ -9;-~]{1,40}") {
        let mut finding = finding();
        finding.title = title.clone();
        let screen = screen();
        let template = template::parse("Before {{title}} after").unwrap();
        let text = on_ground(Deployment::Cloud, &screen, |ground| template.render(&finding, ground)).markdown;
        let plain = crate::richtext::markdown::to_plain(&text);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(words(&plain), words(&format!("Before {title} after")));
    }
}
