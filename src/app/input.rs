//! Terminal events: to the topmost layer, else to the text being typed, else through the keymap.

use crossterm::event::{Event as TermEvent, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::layout::Size;

use super::action::Action;
use super::chord::Chord;
use super::event::{EditKind, Effect, Tone};
use super::layout::LEAST;
use super::line_edit::LineEdit;
use super::list::Motion;
use super::model::{EntryKind, Model};
use super::screens::issues;
use super::{completion, findings, mapping, mouse, overlay, perform, wizard};

pub(super) fn handle(model: &mut Model, event: TermEvent, out: &mut Vec<Effect>) {
    match event {
        TermEvent::Key(key) if key.kind != KeyEventKind::Release => press(model, Chord::of(key), out),
        TermEvent::Paste(text) => paste(model, &text, out),
        TermEvent::Mouse(event) => mouse::handle(model, event, out),
        TermEvent::Resize(width, height) => model.size = Size::new(width, height),
        TermEvent::Key(_) | TermEvent::FocusGained | TermEvent::FocusLost => {}
    }
}

fn press(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let quit = chord == Chord::new(KeyCode::Char('c'), KeyModifiers::CONTROL);
    let small = model.size.width < LEAST.width || model.size.height < LEAST.height;
    if small && (quit || chord.typed() == Some('q')) {
        // There is no room for a question.
        out.push(Effect::Quit);
    } else if quit && model.connecting.wizard.is_some() {
        model.layers.clear();
        wizard::leave(model, out);
    } else if quit {
        overlay::confirm::quit(model, out);
    } else if small {
        // Nothing is visible, so no key may change anything.
    } else if !model.layers.is_empty() {
        overlay::key(model, chord, out);
    } else if model.connecting.wizard.is_some() {
        wizard::key(model, chord, out);
    } else if mapping::has_box(model) {
        mapping::boxes::key(model, chord, out);
    } else if model.entry.is_some() {
        typing(model, chord, out);
    } else if let Some(action) = model.keymap.action(chord) {
        perform::perform(model, action, out);
    }
}

fn paste(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    if !model.layers.is_empty() {
        overlay::paste(model, text);
    } else if model.connecting.wizard.is_some() {
        wizard::paste(model, text);
    } else if mapping::has_box(model) {
        mapping::boxes::paste(model, text);
    } else if let Some(entry) = &mut model.entry {
        entry.edit.paste(text);
        typed(model, out);
    }
}

fn typing(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    if model.typing(EntryKind::Jql).is_some() && completes(model, chord.parts().0, out) {
        return;
    }
    let Some(entry) = &mut model.entry else { return };
    let kind = entry.kind;
    match (chord.parts().0, kind) {
        (KeyCode::Tab, EntryKind::Findings) => findings::act::complete(model),
        (KeyCode::F(4), EntryKind::Jql) => open_editor(model, out),
        (KeyCode::F(1), _) => overlay::help::open(model),
        (KeyCode::Esc, _) => model.entry = None,
        (KeyCode::Enter, EntryKind::Jql) => submit(model, false, out),
        (KeyCode::F(7), EntryKind::Jql) => submit(model, true, out),
        (KeyCode::Enter, _) => model.entry = None,
        (KeyCode::Up | KeyCode::Down, EntryKind::Jql) => recall(model, chord.parts().0 == KeyCode::Up),
        (KeyCode::Up, _) => perform::move_by(model, Motion::Rows(-1), out),
        (KeyCode::Down, _) => perform::move_by(model, Motion::Rows(1), out),
        (KeyCode::PageUp, _) => perform::move_by(model, Motion::Page(-1), out),
        (KeyCode::PageDown, _) => perform::move_by(model, Motion::Page(1), out),
        _ => {
            if entry.edit.key(chord) {
                typed(model, out);
            }
        }
    }
}

/// Gives a key of the JQL bar to its completions; `false` leaves it to the text.
fn completes(model: &mut Model, code: KeyCode, out: &mut Vec<Effect>) -> bool {
    let shown = completion::shown(model).map(|completing| completing.cursor);
    let recalling = model.entry.as_ref().is_some_and(|entry| entry.recalled.is_some());
    match (code, shown) {
        (KeyCode::Tab, Some(_)) | (KeyCode::Enter, Some(Some(_))) => completion::insert(model, out),
        (KeyCode::Down, Some(_)) => completion::go(model, true),
        (KeyCode::Up, Some(Some(_))) => completion::go(model, false),
        (KeyCode::Esc, Some(Some(_))) => model.completing = None,
        (KeyCode::Tab, None) => completion::refresh(model, true, out),
        (KeyCode::Down, None) if !recalling => completion::refresh(model, true, out),
        _ => return false,
    }
    true
}

/// Filters act with every character.
fn typed(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(entry) = &mut model.entry else { return };
    entry.recalled = None;
    let text = entry.edit.text();
    match entry.kind {
        EntryKind::Filter => text.clone_into(&mut model.home.filter),
        EntryKind::Findings => {
            let text = text.to_owned();
            model.findings.set_filter(&text);
        }
        EntryKind::Log => {
            text.clone_into(&mut model.sync.filter);
            model.sync.settle(&model.snapshot);
        }
        EntryKind::Jql => completion::refresh(model, false, out),
        EntryKind::Rules => mapping::filter(model),
    }
}

/// Has the JQL of the bar edited outside.
pub(super) fn open_editor(model: &Model, out: &mut Vec<Effect>) {
    let typed = model.typing(EntryKind::Jql).map(LineEdit::text);
    let text = typed.unwrap_or_else(|| model.home.jql()).to_owned();
    let kind = EditKind::Jql;
    out.push(Effect::Edit { text, kind });
}

/// What the editor left goes to the bar, on one line: its verdict is seen before it runs.
pub(super) fn edited_jql(model: &mut Model, text: &str, out: &mut Vec<Effect>) {
    let line = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let jql = line.collect::<Vec<_>>().join(" ");
    if model.typing(EntryKind::Jql).is_none() {
        perform::perform(model, Action::Jql, out);
    }
    if let Some(entry) = model.entry.as_mut().filter(|entry| entry.kind == EntryKind::Jql) {
        entry.edit.set(&jql);
        entry.recalled = None;
        model.completing = None;
    }
}

/// Walks through the queries typed before.
fn recall(model: &mut Model, older: bool) {
    let Some(entry) = &mut model.entry else { return };
    let history = &model.home.history;
    let next = match (entry.recalled, older) {
        (None, true) => Some(0),
        (Some(at), true) => Some((at + 1).min(history.len().saturating_sub(1))),
        (Some(at), false) => at.checked_sub(1),
        (None, false) => None,
    };
    let text = next.and_then(|back| history.len().checked_sub(back + 1).and_then(|index| history.get(index)));
    if let Some(text) = text {
        entry.edit.set(text);
        entry.recalled = next;
        model.completing = None;
    }
}

/// Enter in the JQL bar, or F7 for the servers: a query with an error stays where it is, with its
/// error.
fn submit(model: &mut Model, live: bool, out: &mut Vec<Effect>) {
    let Some(entry) = &model.entry else { return };
    let jql = entry.edit.text().trim().to_owned();
    if let Err(error) = crate::jql::parse(&jql) {
        // There may be no room for all of it under the bar.
        model.say(Tone::Bad, format!("not run, mend it or leave with esc: {error}"));
        return;
    }
    model.entry = None;
    model.completing = None;
    model.home.leave_query(out);
    if live {
        model.home.remember(&jql);
        issues::start_live(model, jql, out);
        return;
    }
    let of_view = model.home.views.chosen().is_some_and(|view| view.jql.trim() == jql);
    if jql.is_empty() || of_view {
        return;
    }
    model.home.remember(&jql);
    model.home.filter.clear();
    model.home.sort = None;
    model.home.typed = Some(jql);
}

/// The library cannot answer what was typed: the servers are asked.
pub(super) fn needs_server(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    match model.home.typed.take() {
        Some(jql) => {
            issues::start_live(model, jql, out);
            true
        }
        None => false,
    }
}
