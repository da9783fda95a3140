//! Stories about tags: chosen, counted, cleared, gone.

use std::path::PathBuf;

use crate::app::tests::{model, page, press, said, type_text};
use crate::app::toast::Toasts;
use crate::app::{Effect, Event, LivePage, LiveRequest, Model, update};
use crate::catalog::Catalog;
use crate::domain::{Column, ListPage, ListQuery};

use super::*;

fn tags(names: &[&str], flaws: &[&str]) -> Arc<Tags> {
    let sources = names.iter().map(|tag| {
        let text = format!("openapi: 3.0.1\ninfo:\n  title: {tag}\n  x-cortex-tag: {tag}\n");
        (PathBuf::from(format!("{tag}.yaml")), text.into_bytes())
    });
    let catalog = Catalog::from_sources(sources);
    Arc::new(Tags {
        configured: true,
        entries: names
            .iter()
            .map(|tag| TagEntry {
                tag: (*tag).to_owned(),
                name: (*tag).to_owned(),
            })
            .collect(),
        matcher: Matcher::new(&catalog, None),
        flaws: flaws.iter().map(|flaw| (*flaw).to_owned()).collect(),
    })
}

fn tagged() -> (Model, Vec<Effect>) {
    let mut model = model();
    let effects = update(
        &mut model,
        Event::Catalog(tags(&["checkout", "payments", "search"], &[])),
    );
    (model, effects)
}

fn counting(effects: &[Effect]) -> Option<(Ticket, String)> {
    effects.iter().find_map(|effect| match effect {
        Effect::CountTags(ticket, jql) => Some((*ticket, jql.clone())),
        _ => None,
    })
}

fn asked(effects: &[Effect]) -> Option<(Ticket, &ListQuery)> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::Load(ticket, query) => Some((*ticket, query)),
        _ => None,
    })
}

fn key(model: &mut Model, key: &str) -> Vec<Effect> {
    use crossterm::event::{Event as TermEvent, KeyEvent};
    let (code, mods) = crate::app::chord::Chord::parse(key).unwrap().parts();
    update(model, Event::Term(TermEvent::Key(KeyEvent::new(code, mods))))
}

#[test]
fn without_a_catalog_the_key_says_what_is_missing() {
    let mut model = model();
    press(&mut model, "#");
    assert_eq!(said(&model), "the catalog is still being read");
    for (read, expected) in [
        (Tags::default(), "[catalog] paths of config.toml"),
        (
            Tags {
                configured: true,
                ..Tags::default()
            },
            "describe no entity",
        ),
    ] {
        update(&mut model, Event::Catalog(Arc::new(read)));
        press(&mut model, "#");
        assert!(said(&model).contains(expected), "{}", said(&model));
        assert!(model.layers.is_empty());
    }
}

#[test]
fn a_tag_narrows_every_view_until_it_is_cleared() {
    let (mut model, _) = tagged();
    press(&mut model, "#");
    type_text(&mut model, "pay");
    let effects = key(&mut model, "enter");
    let (ticket, query) = asked(&effects).unwrap();
    assert_eq!(
        (query.tag.as_deref(), query.jql.as_str()),
        (Some("payments"), "assignee = currentUser()")
    );
    let answer = ListPage {
        asked: vec![("acme".into(), "(a) AND labels = payments".to_owned())],
        ..page(2..=3)
    };
    update(&mut model, Event::Loaded(ticket, answer));
    assert_eq!(model.home.list.len(), 2);
    // Another view keeps it.
    press(&mut model, "v down");
    let effects = key(&mut model, "enter");
    assert_eq!(asked(&effects).unwrap().1.tag.as_deref(), Some("payments"));
    // The filter goes before it, and a query of one's own after it.
    press(&mut model, "J ctrl-u");
    type_text(&mut model, "status = Open");
    press(&mut model, "enter /");
    type_text(&mut model, "x");
    press(&mut model, "enter");
    let state = |model: &Model| {
        let home = &model.home;
        (home.filter.is_empty(), home.tag.is_some(), home.own_query().is_some())
    };
    let mut states = vec![state(&model)];
    for _ in 0..3 {
        press(&mut model, "esc");
        states.push(state(&model));
    }
    assert_eq!(
        states,
        [
            (false, true, true),
            (true, true, true),
            (true, false, true),
            (true, false, false)
        ]
    );
}

#[test]
fn tags_are_counted_while_they_are_in_sight() {
    let (mut model, effects) = tagged();
    let (ticket, jql) = counting(&effects).unwrap();
    assert_eq!(jql, "assignee = currentUser()");
    assert_eq!(
        counting(&update(&mut model, Event::StoreChanged)),
        None,
        "one at a time"
    );
    let counts = BTreeMap::from([
        ("payments".to_owned(), 7),
        ("checkout".to_owned(), 2),
        ("search".to_owned(), 0),
    ]);
    update(&mut model, Event::TagsCounted(ticket, counts.clone()));
    let names = |model: &Model, kept| -> Vec<String> {
        let ranked = model.tags.ranked("assignee = currentUser()", kept);
        ranked.iter().map(|(entry, _)| entry.tag.clone()).collect()
    };
    assert_eq!(names(&model, None), ["payments", "checkout"]);
    assert_eq!(names(&model, Some("search")), ["payments", "checkout", "search"]);
    // Another query is counted at once, the same one only after a rest.
    let later = |seconds| Event::Tick(Timestamp::from_second(seconds).unwrap());
    assert_eq!(counting(&update(&mut model, later(1))), None);
    let (ticket, _) = counting(&update(&mut model, later(COUNT_EVERY))).unwrap();
    let problem = crate::domain::Problem::default();
    update(&mut model, Event::Failed(ticket, problem));
    assert_eq!(
        counting(&update(&mut model, later(9))),
        None,
        "a failure is not repeated"
    );
    press(&mut model, "v down");
    let effects = key(&mut model, "enter");
    assert_eq!(counting(&effects).unwrap().1, "");
    assert_eq!(model.tags.count("payments", ""), None, "counts of another query");
}

#[test]
fn a_live_answer_is_asked_for_anew_with_the_tag() {
    let (mut model, _) = tagged();
    let mut out = Vec::new();
    issues::start_live(&mut model, "a WAS b".to_owned(), &mut out);
    let tag_of = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::LiveSearch(ticket, LiveRequest { tag, jql, .. }) => Some((*ticket, tag.clone(), jql.clone())),
            _ => None,
        })
    };
    press(&mut model, "# down");
    let effects = key(&mut model, "enter");
    let (ticket, tag, jql) = tag_of(&effects).unwrap();
    assert_eq!((tag.as_deref(), jql.as_str()), (Some("checkout"), "a WAS b"));
    let sent = LivePage {
        sent: vec![("lab".into(), "(a WAS b) AND labels = checkout".to_owned())],
        done: true,
        ..LivePage::default()
    };
    update(&mut model, Event::Live(ticket, sent));
    press(&mut model, "K");
    let effects = press(&mut model, "y esc");
    assert_eq!(effects, [Effect::Copy("(a WAS b) AND labels = checkout".to_owned())]);
    assert_eq!(tag_of(&key(&mut model, "esc")).unwrap().1, None);
}

#[test]
fn what_is_wrong_with_the_catalog_is_said_once_and_listed() {
    let mut model = model();
    update(
        &mut model,
        Event::Catalog(tags(&["a"], &["x.yaml:3: no tag", "y.yaml: empty"])),
    );
    assert!(said(&model).starts_with("catalog: 2 problems"), "{}", said(&model));
    model.toasts = Toasts::default();
    update(
        &mut model,
        Event::Catalog(tags(&["b"], &["x.yaml:3: no tag", "y.yaml: empty"])),
    );
    assert_eq!(said(&model), "");
    press(&mut model, ":");
    type_text(&mut model, "catalog: problems");
    let effects = press(&mut model, "enter y esc");
    assert_eq!(effects, [Effect::Copy("x.yaml:3: no tag\ny.yaml: empty".to_owned())]);
}

#[test]
fn a_tag_that_goes_from_the_catalog_goes_from_the_list() {
    let (mut model, _) = tagged();
    press(&mut model, "# down");
    let effects = key(&mut model, "enter");
    let (ticket, _) = asked(&effects).unwrap();
    update(&mut model, Event::Loaded(ticket, page(1..=1)));
    assert_eq!(model.home.tag.as_deref(), Some("checkout"));
    let effects = update(&mut model, Event::Catalog(tags(&["checkout"], &[])));
    assert!(asked(&effects).is_some(), "what the tag means may have changed");
    update(&mut model, Event::Catalog(tags(&["payments"], &[])));
    assert_eq!(model.home.tag, None);
    assert!(said(&model).contains("no longer has the tag checkout"));
}

#[test]
fn the_column_comes_with_the_catalog_and_cannot_be_sorted_by() {
    let (mut model, _) = tagged();
    assert!(model.columns().contains(&Column::Tag));
    let mut row = page(1..=1).rows.remove(0);
    row.labels = vec!["Payments".to_owned(), "other".to_owned()];
    assert_eq!(model.tags.of(&row), ["payments"]);
    press(&mut model, "s");
    type_text(&mut model, "tag");
    let crate::app::overlay::Layer::Pick(picker) = model.layers.last().unwrap() else {
        panic!("no picker")
    };
    assert!(picker.shown().all(|item| item.label != "tag"));
}
