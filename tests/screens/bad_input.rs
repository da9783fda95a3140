//! What people type, paste and configure wrongly: nothing panics, nothing is lost, and each time a
//! sentence says what is wrong and what to do.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crossterm::event::Event as TermEvent;
use crosstie::app::{Effect, Event, NEEDS_SERVER, Tags};
use crosstie::catalog::{Catalog, Matcher};
use crosstie::config::{Surroundings, parse};
use crosstie::domain::{Alias, Problem};
use crosstie::jql;
use serde_json::Value;

use crate::world::{Desk, Fake, setup, snapshot};

const CORPUS: &str = include_str!("../data/jql/corpus.jsonl");
const SIZE: (u16, u16) = (100, 30);

fn desk() -> Desk {
    Desk::new(SIZE.0, SIZE.1)
}

fn screen(desk: &Desk) -> String {
    desk.screen(SIZE.0, SIZE.1)
}

fn paste(desk: &mut Desk, text: &str) {
    desk.event(Event::Term(TermEvent::Paste(text.to_owned())));
}

/// The text as the bar takes it: one line without control characters.
fn one_line(text: &str) -> String {
    let text = text.trim_end_matches(['\r', '\n']).chars();
    let text = text.map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    text.filter(|letter| !letter.is_control()).collect()
}

#[test]
fn every_malformed_query_stays_in_the_bar_with_its_error() {
    let lines = serde_json::Deserializer::from_str(CORPUS).into_iter::<Value>();
    let malformed: Vec<String> = lines
        .map_while(Result::ok)
        .filter(|line| line["ok"] == false)
        .map(|line| line["jql"].as_str().unwrap().to_owned())
        .collect();
    assert!(malformed.len() > 600, "{}", malformed.len());
    let mut desk = desk();
    for (nth, query) in malformed.iter().enumerate() {
        desk.keys("J ctrl-u");
        let typed = one_line(query);
        if nth % 20 == 0 {
            desk.text(&typed);
        } else {
            paste(&mut desk, query);
        }
        let Err(error) = jql::parse(&typed) else {
            // What made it wrong was a line break or a control character, which the bar does not take.
            desk.keys("esc esc");
            continue;
        };
        desk.keys("esc J ctrl-u");
        paste(&mut desk, query);
        let before = desk.effects.len();
        desk.keys("enter");
        let shown = screen(&desk);
        let said: String = error.to_string().chars().take(20).take_while(char::is_ascii).collect();
        assert!(shown.contains(&format!("✗ {said}")), "{query:?}: {error}\n{shown}");
        assert!(
            !shown.contains("enter runs it") && shown.contains("not run, mend it"),
            "{query:?}\n{shown}"
        );
        assert_eq!(desk.effects.len(), before, "{query:?} ran");
        desk.keys("esc esc");
    }
}

#[test]
fn a_pasted_book_is_parsed_or_refused_but_never_felt() {
    let long = format!("labels in ({}x)", "many, ".repeat(17_000));
    assert!(long.len() > 100_000);
    for (query, expected) in [
        (long.as_str(), "✓ reads well"),
        (&"(".repeat(100_000), "nests deeper than 256 levels"),
        (&"NOT ".repeat(25_000), "nests deeper than 256 levels"),
        (&"a = b AND ".repeat(10_000), "✗ "),
        (&"\u{202e}見積\u{0} ".repeat(10_000), "✗ "),
        (&"'".repeat(100_001), "✗ "),
    ] {
        let mut desk = desk();
        desk.keys("J ctrl-u");
        paste(&mut desk, query);
        let shown = desk.screen(140, 40);
        assert!(
            shown.contains(expected),
            "{:?}…\n{shown}",
            query.chars().take(20).collect::<String>()
        );
        desk.keys("enter esc K esc");
        screen(&desk);
    }
}

#[test]
fn a_filter_is_words_and_no_regular_expression() {
    for filter in [
        ".*",
        "[a-z",
        "(",
        "^PAY-1412$",
        "\\d+",
        "a{99999999}",
        "*",
        "?",
        "%_'\";--",
    ] {
        let mut desk = desk();
        desk.keys("/");
        desk.text(filter);
        let shown = screen(&desk);
        assert!(shown.contains("0 of 9"), "{filter:?}\n{shown}");
        assert!(shown.contains("esc"), "{filter:?}: the way out\n{shown}");
        desk.keys("enter esc");
        assert!(!screen(&desk).contains("0 of 9"), "{filter:?}");
    }
    let mut desk = desk();
    desk.keys("/");
    desk.text(".*[a-z]+$");
    desk.keys("enter");
    super::keep("bad-filter-100x30", &screen(&desk));
}

#[test]
fn values_of_any_spelling_run_and_are_shown_as_typed() {
    for query in [
        r#"summary ~ "say \"hi\" and \\ leave""#,
        r#"status = "and""#,
        r#"labels in ("not", 'or', "order by")"#,
        r#"project = "P\u0041Y""#,
        r#"text ~ 'it\'s'"#,
        r#"assignee = "名前 \"x\"""#,
    ] {
        let mut desk = desk();
        desk.keys("J ctrl-u");
        desk.text(query);
        assert!(screen(&desk).contains("✓ reads well"), "{query}\n{}", screen(&desk));
        desk.keys("esc J ctrl-u");
        paste(&mut desk, query);
        desk.keys("enter K");
        assert!(screen(&desk).contains(query), "{query}\n{}", screen(&desk));
    }
    for (query, hint) in [
        ("status = and", "and"),
        (r#"summary ~ "open"#, "open"),
        ("status = \"a\" \"b\"", "b"),
        (r"summary ~ a\q", "q"),
    ] {
        let mut desk = desk();
        desk.keys("J ctrl-u");
        paste(&mut desk, query);
        let error = jql::parse(query).unwrap_err().to_string();
        assert!(error.contains(hint) && error.ends_with('.'), "{query}: {error}");
    }
}

#[test]
fn what_the_library_cannot_answer_is_said_with_the_next_step() {
    let problem = Problem {
        kind: "jql".to_owned(),
        message: "Value 'Red' does not exist for the field 'Colour', of which acme has two: cf[10030] and cf[10031]."
            .to_owned(),
        remedy: "Name one of them, or press F7 to ask the servers.".to_owned(),
    };
    let mut desk = Desk::with(setup(SIZE.0, SIZE.1), Fake::new(0, snapshot()));
    desk.library.hold(false);
    desk.keys("J ctrl-u");
    paste(&mut desk, "Colour = Red");
    let events = crosstie::app::update(
        &mut desk.model,
        Event::Term(TermEvent::Key(crossterm::event::KeyCode::Enter.into())),
    );
    let Some(Effect::Load(ticket, _)) = events.iter().find(|effect| matches!(effect, Effect::Load(..))) else {
        panic!("{events:?}")
    };
    assert_ne!(problem.kind, NEEDS_SERVER);
    desk.event(Event::Failed(*ticket, problem));
    let shown = screen(&desk);
    assert!(
        shown.contains("of which acme has") && shown.contains("press F7"),
        "{shown}"
    );
    super::keep("bad-shared-field-100x30", &shown);
}

fn catalog(files: &[(&str, &str)]) -> Tags {
    let sources = files
        .iter()
        .map(|(name, text)| (PathBuf::from(name), text.as_bytes().to_vec()));
    let catalog = Catalog::from_sources(sources);
    let connections = ["acme", "dc-eu"].map(Alias::from);
    let mut flaws: Vec<String> = catalog.flaws().iter().map(ToString::to_string).collect();
    flaws.extend(
        catalog
            .unknown_aliases(&connections, connections.first())
            .iter()
            .map(ToString::to_string),
    );
    Tags {
        configured: true,
        entries: Vec::new(),
        matcher: Matcher::new(&catalog, None),
        flaws,
    }
}

#[test]
fn flaws_of_descriptors_are_listed_with_file_and_line() {
    let entity = |tag: &str, more: &str| format!("openapi: 3.0.1\ninfo:\n  title: T\n  x-cortex-tag: {tag}\n{more}");
    let project = "  x-cortex-issues:\n    jira:\n      labels:\n        - {name: PAY, alias: elsewhere}\n";
    let tags = catalog(&[
        ("spaced.yaml", &entity("my service", "")),
        ("lost.yaml", &entity("lost", project)),
        ("one.yaml", &entity("twin", "")),
        ("two.yaml", &entity("twin", "")),
    ]);
    let mut desk = desk();
    desk.event(Event::Catalog(Arc::new(tags)));
    desk.keys(":");
    desk.text("catalog: problems");
    desk.keys("enter");
    let shown = screen(&desk);
    for part in ["spaced.yaml", "has a space in it", "elsewhere", "twin", "two.yaml"] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
    super::keep("bad-descriptors-100x30", &shown);
}

#[test]
fn a_theme_that_does_not_exist_is_named_with_those_that_do() {
    let around = Surroundings {
        file: Path::new("config.toml"),
        home: None,
    };
    let (config, remarks) = parse("[ui]\ntheme = \"drak\"\n", &around);
    let told = remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert!(
        told.contains("drak") && told.contains("dark") && told.contains("help:"),
        "{told}"
    );
    assert_eq!(config.ui.theme, "auto", "the rest of the config still counts");
}

#[test]
fn keys_that_do_not_exist_are_told_and_the_others_stay() {
    for (action, key, part) in [
        ("refresh", "hyper-r", "hyper"),
        ("refersh", "x", "no action of that name"),
        ("refresh", "", ""),
        ("refresh", "\u{1b}[31m", ""),
        ("help", "F99", "F99"),
    ] {
        let mut setup = setup(SIZE.0, SIZE.1);
        setup.keys = BTreeMap::from([(action.to_owned(), key.to_owned())]);
        let mut desk = Desk::with(setup, Fake::new(9, snapshot()));
        assert!(screen(&desk).contains(part), "{action} {key:?}\n{}", screen(&desk));
        desk.keys("r");
        assert!(
            desk.effects.iter().any(|effect| matches!(effect, Effect::Sync(_))),
            "{action} {key:?}: r works"
        );
    }
}
