//! What lies over the screen: pickers, help, the column chooser, questions, the JQL that was used.
//!
//! Layers are a stack; the topmost gets the keys. Must never be in here: carrying out what was
//! chosen (that is `perform`).

pub(crate) mod chooser;
pub(crate) mod confirm;
pub(crate) mod help;
pub(crate) mod picker;
pub(crate) mod prompt;

use super::chord::Chord;
use super::event::Effect;
use super::findings::dialog::{self as finding, Dialog as FindingDialog};
use super::model::Model;
use super::wizard::dialog::{self, Dialog};
use chooser::Chooser;
use confirm::Confirm;
use crossterm::event::{KeyCode, KeyModifiers};
use help::Help;
use picker::Picker;
use prompt::Prompt;

/// One layer.
#[derive(Debug, Clone)]
pub(crate) enum Layer {
    Pick(Picker),
    Columns(Chooser),
    Prompt(Prompt),
    Confirm(Confirm),
    Help(Help),
    Text(TextBox),
    Connection(Dialog),
    Finding(FindingDialog),
}

/// Read-only lines, with something to copy.
#[derive(Debug, Clone)]
pub(crate) struct TextBox {
    pub(crate) title: String,
    /// Paragraphs: a label and a text, already clean.
    pub(crate) parts: Vec<(String, String)>,
    pub(crate) copy: String,
    pub(crate) scroll: usize,
}

/// Gives a key to the topmost layer.
pub(crate) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let (code, mods) = chord.parts();
    let help = code == KeyCode::F(1);
    match model.layers.last() {
        Some(Layer::Help(_)) => help::key(model, chord, out),
        _ if help => help::open(model),
        Some(Layer::Pick(_)) => picker::key(model, chord, out),
        Some(Layer::Columns(_)) => chooser::key(model, chord, out),
        Some(Layer::Prompt(_)) => prompt::key(model, chord, out),
        Some(Layer::Confirm(_)) => confirm::key(model, chord, out),
        Some(Layer::Text(_)) => text_key(model, code, mods, out),
        Some(Layer::Connection(_)) => dialog::key(model, chord, out),
        Some(Layer::Finding(_)) => finding::key(model, chord, out),
        None => {}
    }
}

fn text_key(model: &mut Model, code: KeyCode, mods: KeyModifiers, out: &mut Vec<Effect>) {
    let Some(Layer::Text(text)) = model.layers.last_mut() else {
        return;
    };
    match code {
        KeyCode::Char('y') if mods.is_empty() => out.push(Effect::Copy(text.copy.clone())),
        KeyCode::Char('j') | KeyCode::Down => text.scroll += 1,
        KeyCode::Char('k') | KeyCode::Up => text.scroll = text.scroll.saturating_sub(1),
        KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q' | 'K') => {
            model.layers.pop();
        }
        _ => {}
    }
}

/// Gives pasted text to the topmost layer.
pub(crate) fn paste(model: &mut Model, text: &str) {
    match model.layers.last_mut() {
        Some(Layer::Pick(picker)) => picker.paste(text),
        Some(Layer::Help(help)) => help.input.paste(text),
        Some(Layer::Columns(chooser)) => chooser::paste(chooser, text),
        Some(Layer::Prompt(prompt)) => prompt.input.paste(text),
        Some(Layer::Connection(dialog)) => dialog::paste(dialog, text),
        Some(Layer::Finding(dialog)) => finding::paste(dialog, text),
        Some(Layer::Confirm(_) | Layer::Text(_)) | None => {}
    }
}
