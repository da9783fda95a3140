//! What the keys of the registry do while the editor is shown and no box is open.
//!
//! Must never be in here: keys of boxes, or what is written (`save`).

use super::boxes::Ask;
use super::choose;
use super::editor::{Editor, Page, Row};
use super::judge::{About, Mark};
use super::pick::RuleKind;
use super::save;
use crate::app::action::Action;
use crate::app::event::{EditKind, Effect, Tone};
use crate::app::model::Model;
use crate::app::overlay::picker::{self, Choice};
use crate::app::wizard::Asked;
use crate::config::Rule;

/// Actions that mean something else here than elsewhere.
pub(super) fn is_meant(action: Action) -> bool {
    matches!(
        action,
        Action::NextPane
            | Action::PreviousPane
            | Action::NextItem
            | Action::PreviousItem
            | Action::Open
            | Action::Edit
            | Action::Select
            | Action::Undo
            | Action::Redo
            | Action::Left
            | Action::Right
            | Action::EarlierSample
            | Action::LaterSample
            | Action::Remove
            | Action::Menu
            | Action::Save
            | Action::Editor
            | Action::Refresh
            | Action::Back
            | Action::Close
    )
}

/// Why something cannot be done now.
pub(super) fn reason(model: &Model, action: Action) -> Result<(), String> {
    let Some(editor) = &model.mapping.editor else {
        return Ok(());
    };
    let not = |wrong: bool, text: &str| if wrong { Err(text.to_owned()) } else { Ok(()) };
    let samples = editor.samples.got().map_or(0, |samples| samples.findings.len());
    match action {
        Action::Undo => not(editor.past.is_empty(), "nothing was changed"),
        Action::Redo => not(editor.future.is_empty(), "nothing was taken back"),
        Action::EarlierSample | Action::LaterSample => not(samples < 2, "there is no other finding to show"),
        Action::Left | Action::Right => not(place(editor).is_none(), "no field is chosen"),
        Action::NextItem | Action::PreviousItem => not(editor.flaws.is_empty(), "nothing is wrong"),
        Action::Editor => not(template(editor).is_none(), "only a template is edited outside"),
        _ => Ok(()),
    }
}

/// Carries out an action.
pub(super) fn run(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    match action {
        Action::Back if model.toasts.dismiss(model.now) => return,
        Action::Back | Action::Close => return back(model),
        Action::Save => return save::save(model, out),
        Action::Menu => return menu(model),
        _ => {}
    }
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    match action {
        Action::NextPane | Action::PreviousPane => turn(editor, action == Action::NextPane),
        Action::NextItem | Action::PreviousItem => next_flaw(editor, action == Action::NextItem),
        Action::Open | Action::Edit => enter(model, out),
        Action::Select => switch(editor),
        Action::Undo => drop(editor.undo()),
        Action::Redo => drop(editor.redo()),
        Action::Left | Action::Right => next_kind(editor, action == Action::Right),
        Action::EarlierSample | Action::LaterSample => next_sample(editor, action == Action::LaterSample),
        Action::Remove => clear(editor),
        Action::Editor => out.extend(template(editor).map(|text| Effect::Edit {
            text,
            kind: EditKind::Template,
        })),
        Action::Refresh => {
            read_again(editor);
            model.say(Tone::Plain, "asking the site again");
        }
        _ => {}
    }
}

/// `esc` and `q`: the innermost thing first; with changes it asks.
fn back(model: &mut Model) {
    if std::mem::take(&mut model.panes.zoom) {
        return;
    }
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    if editor.page == Page::Fields && !editor.filter.text().is_empty() {
        editor.filter = Default::default();
    } else if editor.page == Page::Run && editor.how != super::Opening::DryRun {
        editor.page = Page::Fields;
    } else if editor.is_changed() {
        editor.boxes.push(Ask::Leave(0));
    } else {
        super::close(model);
    }
}

fn enter(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    match editor.current() {
        Some(Row::Write) => save::save(model, out),
        Some(row) => choose::row(editor, &row),
        None => {}
    }
}

fn turn(editor: &mut Editor, forward: bool) {
    let all = Page::ALL;
    let present = all.iter().position(|page| *page == editor.page);
    let step = if forward { 1 } else { all.len() - 1 };
    let next = present.map_or(1, |present| (present + step) % all.len());
    if let Some(page) = all.get(next) {
        editor.page = *page;
    }
}

/// The field whose rule the chosen line is.
fn place(editor: &Editor) -> Option<super::draft::RulePlace> {
    match editor.current()? {
        Row::Field(index) => editor.rows.get(index).map(|row| row.at.clone()),
        Row::StateField(at) => Some(at),
        _ => None,
    }
}

fn template(editor: &Editor) -> Option<String> {
    let at = place(editor)?;
    if let Some(kept) = editor.draft.kept.get(&at) {
        return Some(kept.text.clone()).filter(|_| kept.kind == RuleKind::Template);
    }
    match editor.draft.rule(&at)? {
        Rule::Template(text) => Some(text.clone()),
        _ => None,
    }
}

/// `space`: a rule off and on again; a field without one is asked for it; a setting is switched.
fn switch(editor: &mut Editor) {
    let Some(at) = place(editor) else {
        if let Some(row) = editor.current() {
            choose::row(editor, &row);
        }
        return;
    };
    match (editor.draft.rule(&at).cloned(), editor.draft.off.get(&at).cloned()) {
        (Some(rule), _) => editor.edit(|draft| {
            draft.off.insert(at.clone(), rule);
            draft.set(&at, None);
        }),
        (None, Some(rule)) => editor.edit(|draft| {
            draft.off.remove(&at);
            draft.set(&at, Some(rule));
        }),
        (None, None) => {
            if let Some(row) = editor.current() {
                choose::row(editor, &row);
            }
        }
    }
}

/// `x`: takes the rule, the status or the resolution away.
fn clear(editor: &mut Editor) {
    match editor.current() {
        Some(Row::State(state)) => editor.edit(|draft| draft.set_status(state, None)),
        Some(Row::Resolution(name)) => editor.edit(|draft| {
            draft.mapping.resolutions.remove(&name);
        }),
        _ => {
            if let Some(at) = place(editor) {
                editor.edit(|draft| draft.set(&at, None));
            }
        }
    }
}

fn kind_of(rule: &Rule) -> RuleKind {
    match rule {
        Rule::Value(_) => RuleKind::Value,
        Rule::Finding(_) => RuleKind::Finding,
        Rule::Template(_) => RuleKind::Template,
        Rule::Map { .. } => RuleKind::Map,
        Rule::Json(_) => RuleKind::Json,
    }
}

/// `←` `→`: the kind of rule beside the present one, asked for at once. Leaving its box changes nothing.
fn next_kind(editor: &mut Editor, forward: bool) {
    let Some(at) = place(editor) else { return };
    let all = RuleKind::ALL;
    let present = editor.draft.rule(&at).map(kind_of);
    let index = present.and_then(|kind| all.iter().position(|one| *one == kind));
    let step = if forward { 1 } else { all.len() - 1 };
    let next = match index {
        Some(index) => (index + step) % all.len(),
        None if forward => 0,
        None => all.len() - 1,
    };
    if let Some(kind) = all.get(next) {
        choose::rule_of_kind(editor, at, *kind);
    }
}

fn next_sample(editor: &mut Editor, forward: bool) {
    let count = editor.samples.got().map_or(0, |samples| samples.findings.len());
    if count > 0 {
        let step = if forward { 1 } else { count - 1 };
        editor.sample = (editor.sample + step) % count;
        editor.stale = true;
    }
}

/// Where a flaw is mended.
pub(super) fn reveal(editor: &mut Editor, about: &About) {
    match about {
        About::Setting(setting) => editor.reveal(Page::Scope, &Row::Setting(*setting)),
        About::State(state) => editor.reveal(Page::States, &Row::State(*state)),
        About::Closes => editor.reveal(Page::States, &Row::Closes),
        About::Field(at) if at.state.is_some() => editor.reveal(Page::States, &Row::StateField(at.clone())),
        About::Field(at) => {
            let known =
                |row: &super::judge::FieldRow| row.at.field.eq_ignore_ascii_case(&at.field) || row.at.name == at.name;
            match editor.rows.iter().position(known) {
                Some(index) => editor.reveal(Page::Fields, &Row::Field(index)),
                None => editor.page = Page::Fields,
            }
        }
    }
}

/// `[` and `]`: from one thing that is wrong to the next.
fn next_flaw(editor: &mut Editor, forward: bool) {
    let here = editor.current();
    let is_here = |editor: &Editor, about: &About| match (about, &here) {
        (About::Setting(setting), Some(Row::Setting(present))) => setting == present,
        (About::State(state), Some(Row::State(present))) => state == present,
        (About::Closes, Some(Row::Closes)) => true,
        (About::Field(at), Some(_)) => place(editor).is_some_and(|place| place.field == at.field),
        _ => false,
    };
    let present = editor.flaws.iter().position(|flaw| is_here(editor, &flaw.about));
    let count = editor.flaws.len();
    if count == 0 {
        return;
    }
    let next = match (present, forward) {
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
        (None, true) => 0,
        (None, false) => count - 1,
    };
    if let Some(about) = editor.flaws.get(next).map(|flaw| flaw.about.clone()) {
        reveal(editor, &about);
    }
}

/// Everything that the site tells is asked for anew.
fn read_again(editor: &mut Editor) {
    editor.projects_of = None;
    editor.types_of = None;
    editor.screen_of = None;
    editor.workflow_of = None;
    editor.samples_of = None;
    if editor.page == Page::Run {
        editor.run = Asked::No;
    }
}

/// `m`: what the editor can do.
fn menu(model: &mut Model) {
    let act = |label: &str, key, action| (label.to_owned(), key, reason(model, action).err(), Choice::Act(action));
    let offers = vec![
        ("dry run".to_owned(), "", None, Choice::Mapping(super::Deed::TryOut)),
        act("save", "w", Action::Save),
        act("undo", "u", Action::Undo),
        act("redo", "U", Action::Redo),
        act("read the site again", "r", Action::Refresh),
        act("close", "q", Action::Close),
    ];
    picker::offer(model, "Mapping", offers);
}

/// How many of the rows are on, and how many flaws there are of each kind.
pub(crate) fn counts(editor: &Editor) -> (usize, usize, usize) {
    let on = editor.rows.iter().filter(|row| row.on).count();
    let of = |mark: Mark| editor.flaws.iter().filter(|flaw| flaw.mark == mark).count();
    (on, of(Mark::Error), of(Mark::Warn))
}
