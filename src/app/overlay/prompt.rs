//! One line to type, with a question over it: the name of a view.
//!
//! Text that cannot be taken stays where it is, with the reason under it.

use crossterm::event::KeyCode;

use super::Layer;
use crate::app::chord::Chord;
use crate::app::event::Effect;
use crate::app::line_edit::LineEdit;
use crate::app::model::Model;
use crate::app::views;
use crate::text::clean_line;

/// Letters that a name may have.
const LONGEST: usize = 80;

/// What the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    SaveAs,
    Rename(usize),
}

/// The overlay.
#[derive(Debug, Clone)]
pub(crate) struct Prompt {
    pub(crate) title: String,
    pub(crate) input: LineEdit,
    purpose: Purpose,
    /// Enter was pressed on what cannot be taken.
    refused: bool,
}

impl Prompt {
    /// Why the text cannot be taken; an empty one is not complained of before it is handed in.
    pub(crate) fn complaint(&self, model: &Model) -> Option<String> {
        let empty = self.input.text().trim().is_empty();
        self.flaw(model).filter(|_| !empty || self.refused)
    }

    fn flaw(&self, model: &Model) -> Option<String> {
        let name = self.input.text().trim();
        let own = match self.purpose {
            Purpose::SaveAs => None,
            Purpose::Rename(index) => Some(index),
        };
        if name.is_empty() {
            Some("a view needs a name".to_owned())
        } else if name.chars().count() > LONGEST {
            Some(format!("a name has {LONGEST} letters at most"))
        } else if model.home.views.is_taken(name, own) {
            Some(format!("there is a view \"{}\" already", clean_line(name)))
        } else {
            None
        }
    }
}

/// Asks for the name of a new view.
pub(crate) fn save_as(model: &mut Model) {
    model.layers.push(Layer::Prompt(Prompt {
        title: "Save as a new view".to_owned(),
        input: LineEdit::default(),
        purpose: Purpose::SaveAs,
        refused: false,
    }));
}

/// Asks for another name of the chosen view.
pub(crate) fn rename(model: &mut Model) {
    let index = model.home.views.chosen;
    let Some(view) = model.home.views.chosen() else { return };
    let prompt = Prompt {
        title: format!("Rename {}", clean_line(&view.name)),
        input: LineEdit::new(&view.name),
        purpose: Purpose::Rename(index),
        refused: false,
    };
    model.layers.push(Layer::Prompt(prompt));
}

pub(super) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    match chord.parts().0 {
        KeyCode::Esc => {
            model.layers.pop();
        }
        KeyCode::Enter => hand_in(model, out),
        _ => {
            if let Some(Layer::Prompt(prompt)) = model.layers.last_mut() {
                prompt.refused &= !prompt.input.key(chord);
            }
        }
    }
}

fn hand_in(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Prompt(prompt)) = model.layers.last() else {
        return;
    };
    if prompt.flaw(model).is_some() {
        if let Some(Layer::Prompt(prompt)) = model.layers.last_mut() {
            prompt.refused = true;
        }
        return;
    }
    let (name, purpose) = (prompt.input.text().trim().to_owned(), prompt.purpose);
    model.layers.pop();
    match purpose {
        Purpose::SaveAs => views::save_as(model, name, out),
        Purpose::Rename(index) if model.home.views.items.get(index).is_some_and(|view| view.name == name) => {}
        Purpose::Rename(index) => views::rename(model, index, name, out),
    }
}
