//! Stories of views that are changed, saved, named, moved and removed.

use super::edit::ordered;
use super::*;
use crate::app::overlay::Layer;
use crate::app::tests::{model, press, said, type_text};
use crate::app::{ChangeKind, ChangeLine, ConfigChange, Effect, Event, update};
use crate::domain::Problem;

fn names(model: &Model) -> String {
    let views = &model.home.views;
    let names: Vec<String> = views
        .items
        .iter()
        .enumerate()
        .map(|(index, view)| {
            let chosen = if index == views.chosen { ">" } else { "" };
            let changed = if model.home.is_changed(index) { "+" } else { "" };
            let first = if view.default { "*" } else { "" };
            format!("{chosen}{}{first}{changed}", view.name)
        })
        .collect();
    names.join(" ")
}

/// The plan that is asked for.
fn asked(effects: &[Effect]) -> (Ticket, Vec<ViewConfig>) {
    let plan = effects.iter().find_map(|effect| match effect {
        Effect::PlanViews(ticket, views) => Some((*ticket, views.clone())),
        _ => None,
    });
    plan.unwrap_or_else(|| panic!("{effects:?}"))
}

fn change() -> ConfigChange {
    ConfigChange {
        path: "config.toml".to_owned(),
        before: "a".to_owned(),
        after: "b".to_owned(),
        lines: vec![ChangeLine {
            kind: ChangeKind::Added,
            text: "b".to_owned(),
        }],
    }
}

/// Answers a plan, says yes to the box, and has it written. Returns the views that were written.
fn write(model: &mut Model, effects: &[Effect]) -> Vec<ViewConfig> {
    let (ticket, views) = asked(effects);
    update(model, Event::ViewsPlanned(ticket, Some(change())));
    assert!(
        matches!(model.layers.last(), Some(Layer::Confirm(_))),
        "the difference is shown first"
    );
    let effects = press(model, "y");
    let [Effect::WriteConfig(ticket, written)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(*written, change());
    update(model, Event::ConfigWritten(*ticket));
    views
}

fn typed(model: &mut Model, jql: &str) {
    press(model, "J ctrl-u");
    type_text(model, jql);
    press(model, "enter");
}

#[test]
fn a_view_is_changed_saved_as_another_renamed_moved_and_removed() {
    let mut model = model();
    assert_eq!(names(&model), ">Mine All");
    assert_eq!(press(&mut model, "w"), []);
    assert_eq!(said(&model), "nothing has changed in this view");
    typed(&mut model, "project = PAY ORDER BY created, key");
    press(&mut model, "s");
    type_text(&mut model, "updated");
    press(&mut model, "enter S space enter");
    assert_eq!(names(&model), ">Mine+ All");

    press(&mut model, "W");
    type_text(&mut model, " 支払い 👩‍👩‍👧 ");
    let effects = press(&mut model, "enter");
    let written = write(&mut model, &effects);
    assert_eq!(
        names(&model),
        "Mine >支払い 👩‍👩‍👧 All",
        "the view it came from is as it was"
    );
    assert_eq!(written[1].jql, "project = PAY ORDER BY updated DESC, created, key");
    assert_eq!(written[1].columns.first(), Some(&Column::Key));
    assert_eq!(written[0].jql, "assignee = currentUser()");
    assert!(said(&model).starts_with("saved \"支払い 👩"), "{}", said(&model));
    assert_eq!((model.home.typed.clone(), model.home.sort), (None, None));

    press(&mut model, "shift-tab e ctrl-u");
    type_text(&mut model, "Payments");
    let effects = press(&mut model, "enter");
    write(&mut model, &effects);
    assert_eq!(names(&model), "Mine >Payments All");

    press(&mut model, "{");
    assert_eq!(names(&model), ">Payments Mine All");
    assert!(model.home.views.is_reordered());
    assert_eq!(said(&model), "moved; w keeps the order");
    press(&mut model, "{");
    assert_eq!(said(&model), "it is the first already");
    let effects = press(&mut model, "w");
    write(&mut model, &effects);
    assert!(!model.home.views.is_reordered());

    press(&mut model, "j");
    let effects = press(&mut model, "*");
    let written = write(&mut model, &effects);
    assert_eq!(names(&model), "Payments >Mine* All");
    assert!(written[1].default && !written[0].default);

    press(&mut model, "k");
    let effects = press(&mut model, "x");
    let (ticket, views) = asked(&effects);
    assert_eq!(views.len(), 2);
    update(&mut model, Event::ViewsPlanned(ticket, Some(change())));
    assert_eq!(press(&mut model, "x"), [], "the same key again does not confirm");
    assert_eq!(
        press(&mut model, "enter"),
        [],
        "nor does enter: the box starts on Cancel"
    );
    assert!(model.layers.is_empty());
    assert_eq!(names(&model), ">Payments Mine* All");
    let effects = press(&mut model, "x");
    update(&mut model, Event::ViewsPlanned(asked(&effects).0, Some(change())));
    let effects = press(&mut model, "tab enter");
    let [Effect::WriteConfig(ticket, _)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(names(&model), ">Payments Mine* All", "it is there until it is written");
    update(&mut model, Event::ConfigWritten(*ticket));
    assert_eq!(names(&model), ">Mine* All");
}

#[test]
fn saving_puts_query_order_and_columns_into_the_view_itself() {
    let mut model = model();
    typed(&mut model, "project = PAY");
    let effects = press(&mut model, "w");
    let written = write(&mut model, &effects);
    assert_eq!(written[0].jql, "project = PAY");
    assert_eq!(names(&model), ">Mine All");
    assert_eq!(model.home.typed, None);
    press(&mut model, "s");
    type_text(&mut model, "connection");
    press(&mut model, "enter");
    let effects = press(&mut model, "w");
    let (ticket, views) = asked(&effects);
    assert_eq!(views[0].jql, "project = PAY", "no JQL sorts by connection");
    update(&mut model, Event::ViewsPlanned(ticket, None));
    assert_eq!(
        said(&model),
        "saved \"Mine\", but not its order: JQL cannot sort by that · for this session only: nothing is written"
    );
    assert_eq!(names(&model), ">Mine+ All");
}

#[test]
fn changes_stay_with_their_view_while_others_are_shown() {
    let mut model = model();
    press(&mut model, "S space enter shift-tab j");
    assert_eq!(names(&model), "Mine+ >All");
    assert_eq!(model.home.columns, None);
    press(&mut model, "k");
    assert_eq!(names(&model), ">Mine+ All");
    assert!(!model.columns().contains(&Column::Connection));
    press(&mut model, "S delete");
    assert_eq!(names(&model), ">Mine All");
}

#[test]
fn names_that_cannot_be_taken_stay_and_say_why() {
    let mut model = model();
    let complaint = |model: &Model| match model.layers.last() {
        Some(Layer::Prompt(prompt)) => prompt.complaint(model),
        other => panic!("{other:?}"),
    };
    press(&mut model, "W");
    assert_eq!(complaint(&model), None, "nothing was typed yet");
    assert_eq!(press(&mut model, "enter"), []);
    assert_eq!(complaint(&model).as_deref(), Some("a view needs a name"));
    type_text(&mut model, "ALL");
    assert_eq!(complaint(&model).as_deref(), Some("there is a view \"ALL\" already"));
    assert_eq!(press(&mut model, "enter"), []);
    type_text(&mut model, &"é".repeat(78));
    assert_eq!(complaint(&model).as_deref(), Some("a name has 80 letters at most"));
    press(&mut model, "esc");
    assert!(model.layers.is_empty());
    assert_eq!(names(&model), ">Mine All");
    press(&mut model, "shift-tab e");
    assert_eq!(press(&mut model, "enter"), [], "its own name is no news");
    assert!(model.layers.is_empty());
}

#[test]
fn without_a_file_views_last_for_the_session_and_removing_still_asks() {
    let mut model = model();
    press(&mut model, "W");
    type_text(&mut model, "Mine too");
    let effects = press(&mut model, "enter");
    update(&mut model, Event::ViewsPlanned(asked(&effects).0, None));
    assert_eq!(names(&model), "Mine >Mine too All");
    assert!(
        said(&model).ends_with("for this session only: nothing is written"),
        "{}",
        said(&model)
    );
    press(&mut model, "shift-tab");
    let effects = press(&mut model, "x");
    update(&mut model, Event::ViewsPlanned(asked(&effects).0, None));
    assert_eq!(names(&model), "Mine >Mine too All");
    assert_eq!(press(&mut model, "y"), []);
    assert_eq!(names(&model), "Mine >All");
}

#[test]
fn what_cannot_be_written_changes_nothing_and_late_answers_are_dropped() {
    let mut model = model();
    typed(&mut model, "project = PAY");
    let first = asked(&press(&mut model, "w")).0;
    let second = asked(&press(&mut model, "w")).0;
    update(&mut model, Event::ViewsPlanned(first, Some(change())));
    assert!(model.layers.is_empty(), "a newer plan is under way");
    let problem = Problem {
        kind: "config".to_owned(),
        message: "config.toml changed meanwhile".to_owned(),
        remedy: "Save again.".to_owned(),
    };
    update(&mut model, Event::Failed(second, problem.clone()));
    assert_eq!(said(&model), "config.toml changed meanwhile · Save again.");
    assert_eq!(names(&model), ">Mine+ All");
    let effects = press(&mut model, "w");
    update(&mut model, Event::ViewsPlanned(asked(&effects).0, Some(change())));
    let effects = press(&mut model, "y");
    let [Effect::WriteConfig(ticket, _)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    update(&mut model, Event::Failed(*ticket, problem));
    update(&mut model, Event::ConfigWritten(*ticket));
    assert_eq!(names(&model), ">Mine+ All");
}

#[test]
fn the_views_menu_does_the_same_wherever_the_focus_is() {
    let mut model = model();
    press(&mut model, "v");
    type_text(&mut model, "rename");
    press(&mut model, "enter ctrl-u");
    type_text(&mut model, "Ours");
    let effects = press(&mut model, "enter");
    write(&mut model, &effects);
    assert_eq!(names(&model), ">Ours All");
    press(&mut model, "v");
    type_text(&mut model, "view up");
    assert_eq!(press(&mut model, "enter"), []);
    assert_eq!(said(&model), "it is the first already");
}

#[test]
fn counts_go_to_the_views_that_they_were_asked_for() {
    let mut model = model();
    let counts = |model: &Model| model.home.views.items.iter().map(|view| view.count).collect::<Vec<_>>();
    update(&mut model, Event::StoreChanged);
    model.requests.counts.want();
    model.requests.counted_at = None;
    let queries = ["assignee = currentUser()".to_owned(), String::new()];
    press(&mut model, "shift-tab }");
    model.home.views.counted(&queries, &[Some(3), None]);
    assert_eq!(names(&model), "All >Mine");
    assert_eq!(counts(&model), [None, Some(3)]);
}

#[test]
fn the_view_of_the_default_jql_is_only_written_where_it_would_not_stand_anyway() {
    let views = |names: &[&str]| -> Vec<ViewConfig> {
        names
            .iter()
            .map(|name| ViewConfig {
                name: (*name).to_owned(),
                jql: format!("labels = {name}"),
                columns: Vec::new(),
                default: *name == "two",
            })
            .collect()
    };
    let read = |model: &mut Model, views| {
        replace(model, views, true);
    };
    let mut model = model();
    read(&mut model, views(&["one", "two", "Default"]));
    assert_eq!(
        names(&model),
        "one >two* Default",
        "the chosen one is gone, so the first one is shown"
    );
    press(&mut model, "shift-tab j");
    press(&mut model, "x");
    assert!(said(&model).contains("default_jql"), "{}", said(&model));
    press(&mut model, "k");
    let written = asked(&press(&mut model, "x")).1;
    assert_eq!(written.len(), 1);
    press(&mut model, "j {");
    let written = asked(&press(&mut model, "w")).1;
    let order: Vec<&str> = written.iter().map(|view| view.name.as_str()).collect();
    assert_eq!(order, ["one", "Default", "two"]);
    read(&mut model, views(&["two", "three", "Default"]));
    assert_eq!(names(&model), "two* three >Default", "it stays chosen by its name");
}

#[test]
fn an_order_becomes_part_of_the_query() {
    let points = Column::named("Story Points").unwrap();
    let number = Column::named("cf[10020]").unwrap();
    for (jql, column, descending, expected) in [
        ("a = 1", Column::Updated, true, Some("a = 1 ORDER BY updated DESC")),
        ("", Column::Key, false, Some("ORDER BY key ASC")),
        (
            "a = 1 or b = 2 order by updated desc, key",
            Column::Updated,
            false,
            Some("a = 1 or b = 2 ORDER BY updated ASC, key"),
        ),
        ("order by type", Column::Type, true, Some("ORDER BY issuetype DESC")),
        ("a = 1", points, false, Some("a = 1 ORDER BY \"Story Points\" ASC")),
        (
            "a = 1 ORDER BY key",
            number,
            true,
            Some("a = 1 ORDER BY cf[10020] DESC, key"),
        ),
        ("a = 1", Column::Connection, true, None),
        ("a =", Column::Key, true, None),
    ] {
        let sort = Sort { column, descending };
        assert_eq!(ordered(jql, sort).as_deref(), expected, "{jql}");
    }
}
