//! What a choice or a typed text changes in the draft, and which box leads on from it.
//!
//! Must never be in here: keys.

use jiff::Timestamp;
use serde_json::Value;

use super::boxes::Ask;
use super::draft::{Kept, RulePlace};
use super::editor::{Editor, Page, Row, STEPS, Setting};
use super::line::{LineBox, LineFor, NEW_TEMPLATE};
use super::pick::{self, Pick, RuleKind, ValueFor, What};
use super::typed;
use super::words::Words;
use crate::app::wizard::Asked;
use crate::config::{Conflict, Create, ProjectChoice, Rule};
use crate::domain::{Alias, FindingKind, Resolution, Severity};
use crate::text::clean_line;

/// Opens the box of a setting, or switches it.
pub(super) fn setting(editor: &mut Editor, setting: Setting) {
    use Setting as S;
    let mapping = &editor.draft.mapping;
    let matching = &mapping.matching;
    let words = |kinds: &[FindingKind]| kinds.iter().map(|kind| kind.word().to_owned()).collect();
    let ask = match setting {
        S::Name => Ask::Line(LineBox::new(LineFor::Name, "Name of the mapping", &mapping.name)),
        S::Where => {
            let text = matching.expression.as_deref().unwrap_or_default();
            let title = "Where, as in JQL: severity >= high AND title ~ \"xss\"";
            Ask::Line(LineBox::new(LineFor::Where, title, text))
        }
        S::Connection => one(What::Connection, "Connection"),
        S::Project => one(What::Project, "Project"),
        S::Model => one(What::Model, "Project whose fields are shown"),
        S::IssueType => one(What::IssueType, "Issue type"),
        S::SubtaskType => one(
            What::SubtaskType,
            "Sub-task type, for findings that belong to a linked one",
        ),
        S::Severity => one(What::Severity, "Severity at least"),
        S::Create => one(What::Create, "Who creates the issue"),
        S::Conflict => one(What::Conflict, "If both sides changed a field"),
        S::Sources => many(What::Sources, "Sources: none chosen is all", matching.sources.clone()),
        S::Kinds => many(What::Kinds, "Kinds: none chosen is all", words(&matching.kinds)),
        S::Tags => many(What::Tags, "Entity tags: none chosen is all", matching.tags.clone()),
        S::EntityProject => {
            return editor.edit(|draft| draft.mapping.entity_project = !draft.mapping.entity_project);
        }
        S::Enabled => return editor.edit(|draft| draft.mapping.enabled = !draft.mapping.enabled),
    };
    editor.boxes.push(ask);
}

fn one(what: What, title: &str) -> Ask {
    Ask::Pick(Pick::new(what, title, None))
}

fn many(what: What, title: &str, chosen: Vec<String>) -> Ask {
    Ask::Pick(Pick::new(what, title, Some(chosen)))
}

/// Opens the box of a line: enter on it.
pub(super) fn row(editor: &mut Editor, row: &Row) {
    match row {
        Row::Setting(known) => setting(editor, *known),
        Row::GoOn => editor.page = Page::Fields,
        Row::Field(index) => {
            if let Some(at) = editor.rows.get(*index).map(|row| row.at.clone()) {
                rule(editor, at);
            }
        }
        Row::StateField(at) => rule(editor, at.clone()),
        Row::State(state) => {
            let title = format!("Status of the issue when the finding is {}", state.word());
            editor.boxes.push(one(What::Status(*state), &title));
        }
        Row::Closes => {
            let chosen = pick::closes_keys(&editor.draft.mapping.closes);
            editor
                .boxes
                .push(many(What::Closes, "The finding is closed when its issue is", chosen));
        }
        Row::Resolution(name) => {
            let title = format!("The finding's resolution for {}", clean_line(name));
            editor.boxes.push(one(What::Resolution(name.clone()), &title));
        }
        Row::Dry(_) => editor.boxes.push(Ask::Payload(0)),
        Row::Write => {}
    }
}

/// Opens what changes the rule of a field: its own box, or the kinds of rules where it has none.
fn rule(editor: &mut Editor, at: RulePlace) {
    if let Some(kept) = editor.draft.kept.get(&at).cloned() {
        return match kept.kind {
            RuleKind::Template => template(editor, at, &kept.text),
            RuleKind::Json => json(editor, at, &kept.text),
            _ => value(editor, ValueFor::Rule(at)),
        };
    }
    match editor.draft.rule(&at).cloned() {
        None => {
            let title = format!("Rule for {}", clean_line(&at.name));
            editor.boxes.push(one(What::RuleKind(at), &title));
        }
        Some(Rule::Finding(_)) => fact(editor, at),
        Some(Rule::Map { .. }) => words(editor, at),
        Some(Rule::Template(text)) => template(editor, at, &text),
        Some(Rule::Json(text)) => json(editor, at, &text),
        Some(Rule::Value(_)) => value(editor, ValueFor::Rule(at)),
    }
}

/// Opens the box for a kind of rule.
pub(super) fn rule_of_kind(editor: &mut Editor, at: RulePlace, kind: RuleKind) {
    match kind {
        RuleKind::Value => value(editor, ValueFor::Rule(at)),
        RuleKind::Finding => fact(editor, at),
        RuleKind::Template => template(editor, at, NEW_TEMPLATE),
        RuleKind::Json => json(editor, at, ""),
        RuleKind::Map => {
            let rule = Rule::Map {
                from: "severity".to_owned(),
                values: Vec::new(),
                other: None,
            };
            let place = at.clone();
            editor.edit(|draft| draft.set(&place, Some(rule)));
            words(editor, at);
        }
    }
}

fn words(editor: &mut Editor, at: RulePlace) {
    let (cursor, top) = (1, 0);
    editor.boxes.push(Ask::Words(Words { at, cursor, top }));
}

fn fact(editor: &mut Editor, at: RulePlace) {
    let title = format!("{} takes, of the finding,", clean_line(&at.name));
    editor.boxes.push(one(What::Fact(at), &title));
}

pub(super) fn from(editor: &mut Editor, at: RulePlace) {
    editor.boxes.push(one(What::From(at), "What is looked up"));
}

pub(super) fn another_word(editor: &mut Editor, at: RulePlace) {
    let line = LineBox::new(LineFor::Word(at), "Another word of the finding", "");
    editor.boxes.push(Ask::Line(line));
}

fn template(editor: &mut Editor, at: RulePlace, text: &str) {
    let title = format!("Template for {}", clean_line(&at.name));
    editor
        .boxes
        .push(Ask::Line(LineBox::new(LineFor::Template(at), title, text)));
}

fn json(editor: &mut Editor, at: RulePlace, text: &str) {
    let title = format!("JSON for {}, as Jira takes it", clean_line(&at.name));
    editor
        .boxes
        .push(Ask::Line(LineBox::new(LineFor::Json(at), title, text)));
}

/// Opens what asks for a value of a field: the site's list, or a line to type.
pub(super) fn value(editor: &mut Editor, value: ValueFor) {
    let at = value.place();
    let name = clean_line(&at.name).into_owned();
    let title = match &value {
        ValueFor::Rule(_) => format!("Value of {name}"),
        ValueFor::Word(_, word) => format!("{name} for {}", clean_line(word)),
        ValueFor::Other(_) => format!("{name} for any other"),
    };
    let field = editor.field(at).cloned().unwrap_or_default();
    let present = present(editor, &value);
    let kept = editor.draft.kept.get(at).filter(|kept| kept.kind == RuleKind::Value);
    let kept = kept.map(|kept| kept.text.clone());
    if typed::is_picked(&field) {
        let chosen = (field.multiple || field.kind == crate::domain::ValueKind::Labels).then(|| match present {
            Some(Value::Array(values)) => values.iter().map(typed::shown).collect(),
            Some(value) => vec![typed::shown(&value)],
            None => Vec::new(),
        });
        editor
            .boxes
            .push(Ask::Pick(Pick::new(What::Value(value), title, chosen)));
    } else {
        let text = kept.unwrap_or_else(|| present.map_or_else(String::new, |value| typed::written(&field, &value)));
        let line = LineBox::new(LineFor::Value(value), title, &text);
        editor.boxes.push(Ask::Line(line));
    }
}

/// The value that is there at present.
pub(super) fn present(editor: &Editor, value: &ValueFor) -> Option<Value> {
    match (editor.draft.rule(value.place())?, value) {
        (Rule::Value(present), ValueFor::Rule(_)) => Some(present.clone()),
        (Rule::Map { values, .. }, ValueFor::Word(_, word)) => {
            let found = values.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
            found.map(|(_, value)| value.clone())
        }
        (Rule::Map { other, .. }, ValueFor::Other(_)) => other.clone(),
        _ => None,
    }
}

/// Puts a value where it belongs; none takes it out.
pub(super) fn put_value(editor: &mut Editor, target: &ValueFor, value: Option<Value>) {
    let at = target.place().clone();
    let rule = match (editor.draft.rule(&at).cloned(), target, value) {
        (_, ValueFor::Rule(_), value) => value.map(Rule::Value),
        (
            Some(Rule::Map {
                from,
                mut values,
                other,
            }),
            ValueFor::Word(_, word),
            value,
        ) => {
            let found = values.iter().position(|(known, _)| known.eq_ignore_ascii_case(word));
            match (found, value) {
                (Some(index), Some(value)) => {
                    if let Some(present) = values.get_mut(index) {
                        present.1 = value;
                    }
                }
                (Some(index), None) => drop(values.remove(index)),
                (None, Some(value)) => values.push((word.clone(), value)),
                (None, None) => {}
            }
            Some(Rule::Map { from, values, other })
        }
        (Some(Rule::Map { from, values, .. }), ValueFor::Other(_), other) => Some(Rule::Map { from, values, other }),
        (rule, _, _) => rule,
    };
    editor.edit(|draft| draft.set(&at, rule));
}

/// Takes what was typed. A rule's text that cannot be taken is kept with what is wrong; anything else
/// stays in its box.
pub(super) fn typed(editor: &mut Editor, now: Timestamp) {
    let Some(Ask::Line(line)) = editor.boxes.last().cloned() else {
        return;
    };
    let (text, verdict) = (line.edit.text().to_owned(), line.verdict(editor, now));
    let flaw = match (&line.purpose, verdict) {
        (_, Ok(_)) => None,
        (LineFor::Template(at), Err(flaw)) => Some((RuleKind::Template, at.clone(), flaw)),
        (LineFor::Json(at), Err(flaw)) => Some((RuleKind::Json, at.clone(), flaw)),
        (LineFor::Value(ValueFor::Rule(at)), Err(flaw)) => Some((RuleKind::Value, at.clone(), flaw)),
        (_, Err(_)) => {
            if let Some(Ask::Line(line)) = editor.boxes.last_mut() {
                line.refused = true;
            }
            return;
        }
    };
    editor.boxes.pop();
    if let Some((kind, at, flaw)) = flaw {
        return editor.edit(|draft| drop(draft.kept.insert(at, Kept { kind, text, flaw })));
    }
    match line.purpose {
        LineFor::Name => editor.edit(|draft| text.trim().clone_into(&mut draft.mapping.name)),
        LineFor::Where => {
            let text = Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            editor.edit(|draft| draft.mapping.matching.expression = text);
        }
        LineFor::Value(target) => {
            let field = editor.field(target.place()).cloned().unwrap_or_default();
            put_value(editor, &target, typed::read(&field, &text).ok());
        }
        LineFor::Template(at) => editor.edit(|draft| draft.set(&at, Some(Rule::Template(text)))),
        LineFor::Json(at) => editor.edit(|draft| draft.set(&at, Some(Rule::Json(text)))),
        LineFor::Word(at) => return value(editor, ValueFor::Word(at, text.trim().to_owned())),
    }
    step_on(editor);
}

/// Takes what was picked.
pub(super) fn picked(editor: &mut Editor, key: Option<String>) {
    let Some(Ask::Pick(pick)) = editor.boxes.last().cloned() else {
        return;
    };
    let keys = match (pick.chosen, key) {
        // What was typed for is meant, whether or not space said so.
        (Some(mut chosen), Some(key)) if !pick.input.text().is_empty() => {
            if !chosen.contains(&key) {
                chosen.push(key);
            }
            chosen
        }
        (Some(chosen), _) => chosen,
        (None, Some(key)) => vec![key],
        (None, None) => return,
    };
    editor.boxes.pop();
    let first = keys.first().cloned().unwrap_or_default();
    match pick.what {
        What::RuleKind(at) => {
            if let Some(kind) = RuleKind::of_key(&first) {
                rule_of_kind(editor, at, kind);
            }
            return;
        }
        What::Value(target) => {
            let field = editor.field(target.place());
            let listed = field.is_some_and(|field| field.multiple || field.kind == crate::domain::ValueKind::Labels);
            let value = match (listed, keys.is_empty()) {
                (true, true) => None,
                (true, false) => Some(Value::from(keys)),
                (false, _) => Some(Value::from(first)),
            };
            put_value(editor, &target, value);
        }
        What::Fact(at) => editor.edit(|draft| draft.set(&at, Some(Rule::Finding(first)))),
        What::From(at) => look_up(editor, &at, first),
        other => set(editor, other, keys, first),
    }
    step_on(editor);
}

fn look_up(editor: &mut Editor, at: &RulePlace, name: String) {
    if let Some(Rule::Map { values, other, .. }) = editor.draft.rule(at).cloned() {
        let rule = Rule::Map {
            from: name,
            values,
            other,
        };
        editor.edit(|draft| draft.set(at, Some(rule)));
    }
}

/// Changes a setting by what was picked for it.
fn set(editor: &mut Editor, what: What, keys: Vec<String>, first: String) {
    editor.edit(|draft| {
        let mapping = &mut draft.mapping;
        match what {
            What::Connection if mapping.connection.as_str() != first => {
                mapping.connection = Alias::from(first.as_str());
                // Another site has other projects.
                mapping.project = ProjectChoice::Key(String::new());
                draft.model = None;
            }
            What::Project => mapping.project = pick::project_of(&first),
            What::Model => draft.model = Some(first),
            What::IssueType => mapping.issue_type = first,
            What::SubtaskType => mapping.subtask_type = Some(first).filter(|name| !name.is_empty()),
            What::Sources => mapping.matching.sources = keys,
            What::Kinds => {
                mapping.matching.kinds = keys.iter().filter_map(|word| FindingKind::from_word(word)).collect();
            }
            What::Severity => mapping.matching.severity = Severity::from_word(&first),
            What::Tags => mapping.matching.tags = keys,
            What::Create => {
                let all = [Create::Auto, Create::Ask, Create::Browser];
                mapping.create = all.into_iter().find(|one| one.word() == first).unwrap_or_default();
            }
            What::Conflict => {
                let all = [Conflict::Jira, Conflict::Finding];
                let found = all.into_iter().find(|one| pick::conflict_word(*one) == first);
                mapping.conflict = found.unwrap_or_default();
            }
            What::Status(state) => draft.set_status(state, Some(first).filter(|name| !name.is_empty())),
            What::Closes => mapping.closes = pick::closes_of(keys),
            What::Resolution(name) => match Resolution::from_word(&first) {
                Some(resolution) => {
                    mapping.resolutions.insert(name, resolution);
                }
                None => {
                    mapping.resolutions.remove(&name);
                }
            },
            _ => {}
        }
    });
}

/// After an answer in the steps of a new mapping: the next question, or the fields.
fn step_on(editor: &mut Editor) {
    if !editor.boxes.is_empty() {
        return;
    }
    let asks_model = editor.draft.mapping.project == ProjectChoice::Ask && editor.draft.model.is_none();
    if asks_model {
        return setting(editor, Setting::Model);
    }
    let Some(step) = editor.step else { return };
    let next = step + 1;
    match STEPS.get(next) {
        Some(next_setting) => {
            editor.step = Some(next);
            editor.reveal(Page::Scope, &Row::Setting(*next_setting));
            setting(editor, *next_setting);
        }
        None => {
            editor.step = None;
            editor.page = Page::Fields;
        }
    }
}

/// Closes the topmost box; in the steps, one goes on by hand from there.
pub(super) fn cancel(editor: &mut Editor) {
    editor.boxes.pop();
    if editor.boxes.is_empty() {
        editor.step = None;
    }
}

/// Asks the site once more for what could not be had.
pub(super) fn ask_again(editor: &mut Editor) {
    if matches!(editor.projects, Asked::Failed(_)) {
        editor.projects_of = None;
    }
    if matches!(editor.types, Asked::Failed(_)) {
        editor.types_of = None;
    }
    if matches!(editor.workflow, Asked::Failed(_)) {
        editor.workflow_of = None;
    }
    if let Some(Ask::Pick(pick)) = editor.boxes.last_mut() {
        pick.asked = None;
    }
}
