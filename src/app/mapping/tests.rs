//! Whole stories: from the first key to what would be written.

mod desk;

use serde_json::json;

use super::*;
use crate::app::event::Event;
use crate::app::mapping::editor::Page;
use crate::config::{Closes, Create, ProjectChoice, Rule, StateRule};
use crate::domain::{FindingState, Resolution, Severity, ValueKind};
use desk::{Desk, field, sound};

/// A new mapping, up to the table of fields.
fn begun() -> Desk {
    let mut desk = Desk::new(Vec::new());
    desk.keys("n")
        .text("scans to PAY")
        .keys("enter enter")
        .text("pay")
        .keys("enter");
    desk.text("bug").keys("enter").text("scan").keys("space enter enter");
    desk.keys("up");
    desk
}

#[test]
fn a_project_is_mapped_from_nothing_with_keys_only() {
    let mut desk = begun();
    assert_eq!(desk.editor().page, Page::Fields, "{}", desk.view());
    assert_eq!(
        desk.rule("Priority"),
        "value map · 6 severity: critical → Highest, high → High, medium → Medium, low → Low, info → Lowest, none → Lowest"
    );
    assert_eq!(desk.sample("Priority"), "High");
    assert_eq!(desk.sample("Summary"), "Cross-site [31mscripting");

    desk.keys("w");
    assert!(desk.said().contains("Tier"), "{}", desk.said());
    assert_eq!(
        desk.editor().current(),
        Some(editor::Row::Field(1)),
        "the cursor goes to what is wrong"
    );
    desk.keys("enter enter").text("gold").keys("enter");
    assert_eq!(desk.rule("Tier"), "Jira value Gold");

    desk.keys("w");
    assert_eq!(desk.editor().page, Page::Run, "{}", desk.said());
    assert!(desk.view().contains("an issue is made by itself"));
    desk.keys("w");
    assert!(desk.view().contains("[[mapping]]"), "{}", desk.view());
    desk.keys("enter");
    assert!(desk.is_open(), "the box starts on not writing");
    desk.keys("w y");
    assert!(!desk.is_open(), "{}", desk.view());
    let written = desk.put();
    assert_eq!(written.name, "scans to PAY");
    assert_eq!(written.connection, Alias::from("acme"));
    assert_eq!(written.project, ProjectChoice::Key("PAY".to_owned()));
    assert_eq!(written.issue_type, "Bug");
    assert_eq!(written.matching.sources, ["scans"]);
    assert_eq!(written.create, Create::Ask);
    assert_eq!(
        written.rule("customfield_10031", "Tier"),
        Some(&Rule::Value(json!("Gold")))
    );
    assert!(desk.said().contains("scans to PAY is written"), "{}", desk.said());
}

/// An editor on a mapping that works.
fn opened() -> Desk {
    let mut desk = Desk::new(vec![sound("scans")]);
    desk.keys("e");
    assert_eq!(desk.editor().page, Page::Fields);
    desk
}

#[test]
fn every_kind_of_rule_is_made_with_keys() {
    for (name, keys, typed, after, rule) in [
        ("Due date", "right", "2026-10-01", "enter", "typed value 2026-10-01"),
        ("Score", "right", "7", "enter", "typed value 7"),
        ("Assignee", "enter enter", "ana", "down enter", "Jira value ana"),
        ("Assignee", "enter enter", "ana", "enter", "Jira value Found ana"),
        (
            "Components",
            "enter enter",
            "",
            "space down space enter",
            "Jira value web, api",
        ),
        (
            "Due date",
            "enter down enter",
            "created",
            "enter",
            "finding field created",
        ),
        (
            "Summary",
            "enter ctrl-u",
            "{{sev",
            "tab",
            "template {{title | one_line | default: \"Untitled finding\" | truncate: 250}}",
        ),
        ("Gadget", "left", "{\"a\": 1}", "enter", "raw JSON {\"a\": 1}"),
        (
            "Labels",
            "enter",
            "new-one",
            "down enter",
            "Jira value crosstie, new-one",
        ),
        ("Labels", "enter", "crosstie", "down space ctrl-u enter", ""),
    ] {
        let mut desk = opened();
        desk.choose(name).keys(keys).text(typed).keys(after);
        assert_eq!(desk.rule(name), rule, "{name} {keys}: {}", desk.view());
    }
}

#[test]
fn templates_complete_their_variables_and_filters() {
    let mut desk = opened();
    desk.choose("Summary").keys("enter ctrl-u").text("{{sev");
    assert!(desk.view().contains("severity"), "{}", desk.view());
    desk.keys("tab")
        .text(" | upp")
        .keys("tab")
        .text("}}: {{tit")
        .keys("down enter")
        .text("}}")
        .keys("enter");
    assert_eq!(desk.rule("Summary"), "template {{severity | upper}}: {{title}}");
    assert_eq!(desk.sample("Summary"), "HIGH: Cross-site [31mscripting");
    desk.keys(".");
    assert_eq!(desk.sample("Summary"), "LOW: Old library");
    desk.keys(",");
    assert_eq!(desk.sample("Summary"), "HIGH: Cross-site [31mscripting");
}

#[test]
fn a_template_goes_to_an_editor_and_comes_back() {
    let mut desk = opened();
    desk.choose("Summary").keys("E");
    let Some(Effect::Edit { text, .. }) = desk.effects.last() else {
        panic!("{:?}", desk.effects.last())
    };
    assert!(text.contains("title"));
    let back = Event::Edited(crate::app::EditKind::Template, "{{id}}\n".to_owned());
    desk.event(back);
    assert_eq!(desk.rule("Summary"), "template {{id}}");
}

fn pasted(text: String) -> Event {
    Event::Term(crossterm::event::Event::Paste(text))
}

#[test]
fn a_pasted_template_takes_the_place_of_the_braces_and_keeps_its_lines() {
    let mut desk = opened();
    desk.choose("Description")
        .keys("x enter")
        .text("template")
        .keys("enter");
    desk.event(pasted("Seen in {{title}}\r\non {{source}}\n".to_owned()));
    desk.keys("enter");
    let rule = desk.editor().draft.mapping.rule("description", "Description");
    let expected = Rule::Template("Seen in {{title}}\non {{source}}".to_owned());
    assert_eq!(rule, Some(&expected), "{}", desk.view());
    // A word is what a variable begins with; fields of one line stay one line.
    desk.choose("Summary").keys("x enter").text("template").keys("enter");
    desk.event(pasted("title".to_owned()));
    desk.event(pasted("}} and\nmore".to_owned()));
    desk.keys("enter");
    assert_eq!(desk.rule("Summary"), "template {{title}} and more");
}

#[test]
fn a_renamed_mapping_is_tried_out_by_the_name_that_its_links_know() {
    let mut desk = opened();
    desk.keys("shift-tab g enter ctrl-u").text("other name").keys("enter w");
    assert_eq!(desk.editor().page, Page::Run, "{}", desk.view());
    let names: Vec<String> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Mapping(_, question) => match &**question {
                MappingQuestion::DryRun(mapping, _) => Some(mapping.name.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    assert_eq!(names, ["scans"]);
    assert_eq!(desk.editor().draft.mapping.name, "other name");
}

#[test]
fn a_value_map_lists_every_severity_and_any_other() {
    let mut desk = opened();
    desk.choose("Tier").keys("right down enter");
    let mut desk = opened();
    desk.choose("Tier").keys("x enter").text("map").keys("enter");
    let screen = desk.view();
    for word in Severity::WORDS {
        assert!(screen.contains(word), "{word}: {screen}");
    }
    assert!(screen.contains("any other"));
    desk.keys("enter")
        .text("gold")
        .keys("enter G enter")
        .text("bro")
        .keys("enter esc");
    assert_eq!(
        desk.rule("Tier"),
        "value map · 1 severity: critical → Gold, else Bronze"
    );
    assert_eq!(desk.sample("Tier"), "Bronze");
}

#[test]
fn undo_brings_back_a_rule_and_redo_takes_it_again() {
    let mut desk = opened();
    let before = desk.editor().draft.mapping.clone();
    desk.choose("Tier").keys("enter").text("sil").keys("enter");
    assert_eq!(desk.rule("Tier"), "Jira value Silver");
    assert!(desk.view().contains("✓ ●"), "an unsaved row is marked");
    desk.keys("u");
    assert_eq!(desk.editor().draft.mapping, before);
    desk.keys("U");
    assert_eq!(desk.rule("Tier"), "Jira value Silver");
    desk.keys("space");
    assert_eq!(desk.rule("Tier"), "");
    desk.keys("space");
    assert_eq!(desk.rule("Tier"), "Jira value Silver", "off and on again loses nothing");
    desk.keys("u u u");
    assert_eq!(desk.editor().draft.mapping, before);
    assert!(!desk.editor().is_changed());
}

#[test]
fn what_cannot_be_taken_is_kept_with_its_error_and_the_rule_stays() {
    let mut desk = opened();
    desk.choose("Summary")
        .keys("enter ctrl-u")
        .text("{{nonsense}}")
        .keys("enter");
    assert!(desk.rule("Summary").contains("Untitled"), "the rule is as before");
    assert!(desk.view().contains("nonsense"), "{}", desk.view());
    desk.keys("w");
    assert!(desk.said().contains("Summary"), "{}", desk.said());
    desk.keys("enter");
    assert!(desk.view().contains("{{nonsense}}"), "the text is there to be mended");
    desk.keys("ctrl-u").text("{{title}}").keys("enter w");
    assert_eq!(desk.editor().page, Page::Run, "{}", desk.said());
}

#[test]
fn a_row_with_an_error_is_named_and_never_saved() {
    let mut desk = opened();
    desk.screen.fields[1].allowed.remove(2);
    desk.screen.fields.push(crate::domain::CreateField {
        required: true,
        ..field("customfield_10099", "Auditor", ValueKind::Text, &[])
    });
    desk.keys("r w");
    let said = desk.said();
    assert!(said.contains("Tier") && said.contains("Auditor"), "{said}");
    assert_eq!(desk.editor().page, Page::Fields);
    let here = desk.editor().current();
    desk.keys("]");
    assert_ne!(desk.editor().current(), here, "jumps to the next problem");
}

#[test]
fn leaving_with_changes_asks_and_starts_on_staying() {
    for (keys, open) in [
        ("q enter", true),
        ("q esc", true),
        ("esc q", true),
        ("q tab enter", false),
        ("q y", false),
        ("q tab tab enter", true),
    ] {
        let mut desk = opened();
        desk.choose("Tier").keys("enter").text("sil").keys("enter").keys(keys);
        assert_eq!(desk.is_open(), open, "{keys}");
        if open {
            assert_eq!(desk.rule("Tier"), "Jira value Silver", "{keys} loses nothing");
        }
    }
    let mut desk = opened();
    desk.keys("q");
    assert!(!desk.is_open(), "without changes there is nothing to ask");
    let mut desk = opened();
    desk.choose("Tier").keys("x ctrl-c");
    assert!(!desk.effects.contains(&Effect::Quit));
    assert!(desk.view().contains("the mapping \"scans\""), "{}", desk.view());
}

#[test]
fn another_screen_leaves_the_editor_as_it_is() {
    let mut desk = opened();
    desk.choose("Tier").keys("x 1 5");
    assert_eq!(desk.rule("Tier"), "");
}

#[test]
fn states_lead_to_statuses_with_the_fields_of_their_screens() {
    let mut desk = opened();
    desk.keys("tab");
    assert_eq!(desk.editor().page, Page::States);
    // Closed is the sixth state.
    desk.keys("j j j j j enter").text("done").keys("enter");
    assert!(desk.view().contains("Resolution (required)"), "{}", desk.view());
    desk.keys("j enter enter").text("won").keys("enter");
    let mapping = desk.editor().draft.mapping.clone();
    let rule = StateRule {
        status: "Done".to_owned(),
        fields: vec![("resolution".to_owned(), Rule::Value(json!("Won't do")))],
    };
    assert_eq!(mapping.states, [(FindingState::Closed, rule)]);
    desk.keys("j enter ctrl-u")
        .text("to do")
        .keys("space ctrl-u")
        .text("category")
        .keys("space enter");
    assert_eq!(desk.editor().draft.mapping.closes, Closes::default());
    desk.keys("j enter").text("wont").keys("enter");
    let resolutions = &desk.editor().draft.mapping.resolutions;
    assert_eq!(resolutions.get("Fixed"), Some(&Resolution::WontFix));
}

#[test]
fn a_project_that_is_asked_for_shows_the_fields_of_one_chosen_for_that() {
    let mut desk = Desk::new(Vec::new());
    desk.keys("n")
        .text("anywhere")
        .keys("enter enter")
        .text("ask every")
        .keys("enter");
    assert!(
        desk.view().contains("Project whose fields are shown"),
        "{}",
        desk.view()
    );
    desk.text("pay").keys("enter").text("bug").keys("enter enter enter");
    assert_eq!(desk.editor().page, Page::Fields, "{}", desk.view());
    assert_eq!(desk.editor().draft.mapping.project, ProjectChoice::Ask);
    assert!(!desk.editor().rows.is_empty());
}

#[test]
fn an_unreachable_site_says_so_and_is_asked_again() {
    let mut desk = Desk::new(vec![sound("scans")]);
    desk.offline = true;
    desk.keys("e");
    assert!(desk.view().contains("acme cannot be reached"), "{}", desk.view());
    desk.keys("w");
    assert!(desk.said().contains("not saved"), "{}", desk.said());
    desk.offline = false;
    desk.keys("r");
    assert_eq!(desk.rule("Tier"), "Jira value Gold");
}

#[test]
fn late_answers_are_dropped() {
    let mut desk = opened();
    desk.silent = true;
    desk.keys("r");
    let is_screen = |effect: &Effect| match effect {
        Effect::Mapping(ticket, question) if matches!(**question, MappingQuestion::Screen(..)) => Some(*ticket),
        _ => None,
    };
    let first = desk.effects.iter().rev().find_map(is_screen).unwrap();
    desk.keys("r");
    let answer = MappingAnswer::Screen(Box::new(crate::app::event::ScreenRead {
        below: None,
        names: std::collections::BTreeMap::new(),
        screen: crate::domain::CreateScreen::default(),
        deployment: crate::domain::Deployment::Cloud,
        zone: jiff::tz::TimeZone::UTC,
        cached: None,
    }));
    desk.event(Event::Mapping(first, Ok(Box::new(answer))));
    assert!(desk.editor().screen.is_waiting(), "that was the earlier question's");
}

#[test]
fn a_mapping_changed_elsewhere_is_not_written_over() {
    let mut desk = opened();
    desk.choose("Tier").keys("enter").text("sil").keys("enter w");
    desk.configured[0].issue_type = "Story".to_owned();
    desk.keys("w");
    assert!(desk.view().contains("[ Reload ]"), "{}", desk.view());
    desk.keys("enter");
    assert_eq!(desk.editor().draft.mapping.issue_type, "Bug", "staying loses nothing");
    desk.keys("w tab enter");
    assert_eq!(desk.editor().draft.mapping.issue_type, "Story");
}

#[test]
fn the_table_pauses_duplicates_and_removes() {
    let mut desk = Desk::new(vec![sound("scans"), sound("other")]);
    desk.keys("space");
    let is_pause = |effect: &Effect| {
        let pause = MappingQuestion::Change(MappingChange::Enabled("scans".to_owned(), false));
        matches!(effect, Effect::Mapping(_, question) if **question == pause)
    };
    assert!(desk.effects.iter().any(is_pause));
    desk.keys("x");
    let screen = desk.view();
    assert!(
        screen.contains("Its 3 links stay and are no longer updated."),
        "{screen}"
    );
    desk.keys("x enter");
    assert_eq!(desk.configured.len(), 2, "neither x nor enter removes");
    desk.keys("x y");
    assert_eq!(desk.configured.len(), 1);
    desk.keys("m").text("duplicate").keys("enter enter");
    let copy = &desk.editor().draft.mapping;
    assert_eq!((copy.name.as_str(), copy.enabled), ("other (2)", false));
    assert!(desk.editor().base.is_none());
}

#[test]
fn hostile_names_and_many_fields_are_drawn_within_their_cells() {
    let mut mapping = sound(&"很长的名字 \u{202e}\u{1b}[2J".repeat(20));
    mapping.issue_type = "Bug\u{7}".to_owned();
    let mut desk = Desk::new(vec![mapping]);
    for number in 0..200 {
        let name = format!("Field \u{1b}[31m{number} {}", "x".repeat(number));
        desk.screen
            .fields
            .push(field(&format!("customfield_2{number:04}"), &name, ValueKind::Text, &[]));
    }
    for size in [(60, 20), (80, 24), (120, 36), (300, 80)] {
        desk.model.size = ratatui::layout::Size::new(size.0, size.1);
        for keys in ["", "e", "G", "enter", "esc tab", "tab", "tab /", "esc q"] {
            desk.keys(keys);
            let screen = desk.view();
            assert!(!screen.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{keys}");
        }
    }
}

#[test]
fn letters_that_are_scattered_over_a_note_choose_nothing() {
    let mut desk = Desk::new(Vec::new());
    desk.keys("n").text("one").keys("enter enter").text("prsn");
    assert!(desk.view().contains("Nothing matches."), "{}", desk.view());
    desk.keys("ctrl-u").text("payments");
    assert!(desk.view().contains("▌ PAY"), "a project is found by its name, too");
    desk.keys("ctrl-u").text("ask").keys("enter");
    assert_eq!(desk.editor().draft.mapping.project, ProjectChoice::Ask);
}

#[test]
fn a_list_that_the_site_keeps_to_itself_says_so() {
    let mut desk = opened();
    desk.note = Some("you may not browse users".to_owned());
    desk.choose("Assignee").keys("enter enter");
    let view = desk.view();
    assert!(view.contains("you may not browse users"), "{view}");
    assert!(!view.contains("Nothing matches"), "{view}");
}

#[test]
fn a_mapping_that_asks_for_the_project_opens_on_the_fields_seen_last() {
    let mut mapping = sound("scans");
    mapping.project = ProjectChoice::Ask;
    mapping.create = Create::Ask;
    let mut desk = Desk::new(vec![mapping]);
    desk.model_project = Some("PAY".to_owned());
    desk.keys("e");
    assert!(desk.view().contains("Summary"), "{}", desk.view());
    assert!(!desk.editor().is_changed());
    desk.choose("Tier").keys("enter").text("sil").keys("enter w");
    let asked = desk.effects.iter().any(|effect| {
        matches!(effect, Effect::Mapping(_, question)
            if matches!(&**question, MappingQuestion::DryRun(_, Some(model)) if model == "PAY"))
    });
    assert!(asked, "the dry run is over the same fields");
}

#[test]
fn a_mapping_changed_elsewhere_can_be_written_over_knowingly() {
    let mut desk = opened();
    desk.choose("Tier").keys("enter").text("sil").keys("enter w");
    desk.configured[0].issue_type = "Story".to_owned();
    desk.keys("w");
    assert!(desk.view().contains("[ Keep this one ]"), "{}", desk.view());
    desk.keys("tab tab enter");
    assert!(desk.view().contains("This is what changes in"), "{}", desk.view());
    assert_eq!(desk.editor().base.as_ref().unwrap().issue_type, "Story");
    assert_eq!(
        desk.editor().draft.mapping.issue_type,
        "Bug",
        "what was done here is kept"
    );
}

#[test]
fn fields_of_the_sub_task_type_stand_with_the_others() {
    let mut mapping = sound("scans");
    mapping.subtask_type = Some("Sub-bug".to_owned());
    let mut desk = Desk::new(vec![mapping]);
    let mut below = desk.screen.clone();
    below.issue_type.subtask = true;
    below.issue_type.name = "Sub-bug".to_owned();
    let mut cause = field("customfield_10077", "Root cause", ValueKind::Text, &[]);
    cause.required = true;
    below.fields.push(cause);
    desk.below = Some(below);
    desk.keys("e");
    desk.choose("Root cause");
    let view = desk.view();
    assert!(view.contains("on sub-tasks: Jira requires it"), "{view}");
    desk.keys("enter enter").text("unknown").keys("enter");
    assert!(!desk.view().contains("on sub-tasks"), "{}", desk.view());
}

#[test]
fn what_comes_first_is_told_before_saving() {
    let mut desk = Desk::new(vec![sound("scans"), sound("other")]);
    desk.keys("j e");
    let told = desk.editor().flaws.iter().map(|flaw| flaw.reason.as_str());
    let told: Vec<&str> = told.filter(|reason| reason.contains("comes first")).collect();
    assert_eq!(
        told,
        ["\"scans\" comes first in the config and takes every finding of this one"]
    );
}

#[test]
fn a_field_that_vanished_is_called_by_its_name() {
    let mut mapping = sound("scans");
    let rule = Rule::Template("x".to_owned());
    mapping.fields.push(("customfield_10099".to_owned(), rule));
    let mut desk = Desk::new(vec![mapping]);
    desk.keys("e");
    assert!(desk.view().contains("✗ Vanished"), "{}", desk.view());
}

#[test]
fn fields_are_filtered_by_name_type_and_rule() {
    let mut desk = opened();
    desk.keys("/").text("components").keys("enter");
    assert_eq!(desk.editor().page_rows().len(), 1);
    desk.keys("/ ctrl-u").text("template").keys("enter");
    assert!(!desk.editor().page_rows().is_empty());
    desk.keys("/ ctrl-u").text("number").keys("enter");
    assert_eq!(desk.editor().page_rows().len(), 1, "the one field for numbers");
}

#[test]
fn a_second_click_on_a_word_asks_for_its_value() {
    let mut desk = opened();
    desk.choose("Priority").keys("enter");
    let click = |desk: &mut Desk| {
        let editor = desk.model.mapping.editor.as_ref().unwrap();
        let rect = boxes::rect(desk.model.size, editor, &editor.boxes[0]);
        let row = layout::inner(rect);
        let at = ratatui::layout::Position::new(row.x + 3, row.y + 2);
        boxes::click(&mut desk.model, at, &mut Vec::new());
    };
    click(&mut desk);
    assert_eq!(desk.editor().boxes.len(), 1, "the first one chooses it");
    click(&mut desk);
    assert!(
        matches!(desk.editor().boxes.last(), Some(Ask::Pick(_))),
        "{}",
        desk.view()
    );
}
