//! What is expected where, and what choosing it makes of the query.

use proptest::prelude::*;

use super::*;
use crate::app::tests::{model, press, type_text};
use crate::app::{Event, update};

fn told(before: &str) -> String {
    let gap = gap::at(before);
    let expected = match gap.expected {
        Expected::Field => "field".to_owned(),
        Expected::Operator { field } => format!("operator of {field}"),
        Expected::List => "list".to_owned(),
        Expected::Value { field, list } => format!("{} of {field}", if list { "item" } else { "value" }),
        Expected::Join => "join".to_owned(),
        Expected::By => "by".to_owned(),
        Expected::SortField => "sort field".to_owned(),
        Expected::Direction => "direction".to_owned(),
        Expected::Nothing => "nothing".to_owned(),
    };
    format!("{expected} @{} {}", gap.start, gap.part).trim_end().to_owned()
}

#[test]
fn what_is_expected_at_the_cursor() {
    for (before, expected) in [
        ("", "field @0"),
        ("sta", "field @0 sta"),
        ("status", "field @0 status"),
        ("status ", "operator of status @7"),
        ("status =", "value of status @8"),
        ("status = \"In Pr", "value of status @9 In Pr"),
        ("status = 'In Pr", "value of status @9 In Pr"),
        ("status = Done", "value of status @9 Done"),
        ("status = Done ", "join @14"),
        ("status = Done a", "join @14 a"),
        ("status=Done AND NOT (pro", "field @21 pro"),
        ("\"Story Points\" >= ", "value of Story Points @18"),
        ("cf[10016] ", "operator of cf[10016] @10"),
        ("status in ", "list @10"),
        ("status in (", "item of status @11"),
        ("status not in (Done, ", "item of status @21"),
        ("status in (Done)", "join @16"),
        ("status in (Done ", "nothing @16"),
        ("status was not in (", "item of status @19"),
        ("status not ", "nothing @11"),
        ("assignee is not ", "value of assignee @16"),
        ("assignee = membersOf(", "nothing @21"),
        ("created >= startOfDay(-1d) ", "join @27"),
        ("fixVersion in releasedVersions() ", "join @33"),
        ("status changed ", "join @15"),
        ("order ", "by @6"),
        ("a = b ORDER BY up", "sort field @15 up"),
        ("a = b ORDER BY updated ", "direction @23"),
        ("ORDER BY updated DESC, ", "sort field @23"),
        ("(a = b) ", "join @8"),
        ("a = b || c", "field @9 c"),
    ] {
        assert_eq!(told(before), expected, "{before}");
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_the_part_is_within_it(text in "\\PC{0,60}") {
        let gap = gap::at(&text);
        prop_assert!(text.is_char_boundary(gap.start));
    }
}

fn typed(text: &str) -> Model {
    let mut model = model();
    press(&mut model, "J ctrl-u");
    type_text(&mut model, text);
    model
}

fn labels(model: &Model) -> Vec<&str> {
    shown(model).map_or_else(Vec::new, |completing| {
        completing.items.iter().map(|item| item.label.as_str()).collect()
    })
}

fn query(model: &Model) -> &str {
    model.typing(EntryKind::Jql).map_or("", |edit| edit.text())
}

#[test]
fn fields_operators_and_functions_are_completed_by_tab() {
    let mut model = typed("stat");
    assert_eq!(labels(&model)[..2], ["status", "statusCategory"]);
    press(&mut model, "tab");
    assert_eq!(query(&model), "status ");
    assert!(labels(&model).contains(&"was not in") && !labels(&model).contains(&"~"));
    press(&mut model, "down down down enter");
    assert_eq!(query(&model), "status in (");
    let mut model = typed("assignee = curr");
    press(&mut model, "tab");
    assert_eq!(query(&model), "assignee = currentUser() ");
    assert!(labels(&model).is_empty(), "the query may end here");
    press(&mut model, "tab");
    assert_eq!(labels(&model), ["AND", "OR", "ORDER BY"]);
    press(&mut model, "down down down enter");
    type_text(&mut model, "upd");
    press(&mut model, "tab");
    assert_eq!(query(&model), "assignee = currentUser() ORDER BY updated ");
}

#[test]
fn names_of_the_library_are_quoted_and_late_ones_dropped() {
    let mut model = typed("status = ");
    let effects = type_text(&mut model, "in");
    let tickets: Vec<Ticket> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Complete(ticket, _) => Some(*ticket),
            _ => None,
        })
        .collect();
    assert_eq!(tickets.len(), 2);
    let names = |name: &str| vec![(name.to_owned(), "acme".to_owned())];
    update(&mut model, Event::Completed(tickets[0], names("late")));
    assert!(!labels(&model).contains(&"late"));
    update(&mut model, Event::Completed(tickets[1], names("In \"Progress\"\u{1b}")));
    assert_eq!(labels(&model)[0], "In \"Progress\"␛");
    press(&mut model, "down enter");
    assert!(crate::jql::parse(query(&model)).is_ok(), "{}", query(&model));
}

#[test]
fn enter_runs_the_query_unless_a_completion_was_chosen() {
    let mut model = typed("status = Open");
    press(&mut model, "enter");
    assert_eq!(model.home.own_query(), Some("status = Open"));
    let mut model = typed("sta");
    press(&mut model, "down up");
    assert_eq!(shown(&model).unwrap().cursor, None);
    press(&mut model, "down esc");
    assert!(shown(&model).is_none() && model.entry.is_some());
    press(&mut model, "esc");
    assert!(model.entry.is_none());
}
