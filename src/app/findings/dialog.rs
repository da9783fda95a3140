//! Boxes about findings: what an issue would hold before it is made, and which issue to link to.
//!
//! Must never be in here: a box that a repeated key or Enter alone confirms, or drawing.

pub(crate) mod create;
pub(crate) mod link;

use crossterm::event::{KeyCode, KeyModifiers};

use crate::app::chord::Chord;
use crate::app::event::Effect;
use crate::app::list::Motion;
use crate::app::model::Model;
use crate::app::overlay::Layer;
use create::Create;
use link::LinkBox;

/// A box.
#[derive(Debug, Clone)]
pub(crate) enum Dialog {
    Create(Create),
    Link(Box<LinkBox>),
}

pub(crate) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    match model.layers.last() {
        Some(Layer::Finding(Dialog::Create(_))) => create_key(model, chord, out),
        Some(Layer::Finding(Dialog::Link(_))) => link_key(model, chord, out),
        _ => {}
    }
}

fn create_key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let size = model.size;
    let Some(Layer::Finding(Dialog::Create(create))) = model.layers.last_mut() else {
        return;
    };
    match chord.parts().0 {
        KeyCode::Char('y') => create::answer(model, true, out),
        KeyCode::Enter => {
            let yes = create.on_yes;
            create::answer(model, yes, out);
        }
        KeyCode::Esc | KeyCode::Char('n' | 'q') => create::answer(model, false, out),
        KeyCode::Tab | KeyCode::BackTab => create.on_yes = !create.on_yes,
        KeyCode::Left | KeyCode::Char('h') => create.on_yes = false,
        KeyCode::Right | KeyCode::Char('l') => create.on_yes = true,
        KeyCode::Down | KeyCode::Char('j') => create.go(Motion::Rows(1), size),
        KeyCode::Up | KeyCode::Char('k') => create.go(Motion::Rows(-1), size),
        KeyCode::PageDown => create.go(Motion::Page(1), size),
        KeyCode::PageUp => create.go(Motion::Page(-1), size),
        KeyCode::Home | KeyCode::Char('g') => create.go(Motion::First, size),
        KeyCode::End | KeyCode::Char('G') => create.go(Motion::Last, size),
        _ => {}
    }
}

fn link_key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let Some(Layer::Finding(Dialog::Link(link))) = model.layers.last_mut() else {
        return;
    };
    match chord.parts() {
        (KeyCode::Esc, _) => {
            model.layers.pop();
        }
        (KeyCode::Enter, _) => link::choose(model, out),
        (KeyCode::Up | KeyCode::BackTab, _) | (KeyCode::Char('p'), KeyModifiers::CONTROL) => {
            link.go(Motion::Rows(-1));
        }
        (KeyCode::Down | KeyCode::Tab, _) | (KeyCode::Char('n'), KeyModifiers::CONTROL) => {
            link.go(Motion::Rows(1));
        }
        (KeyCode::PageDown, _) => link.go(Motion::Page(1)),
        (KeyCode::PageUp, _) => link.go(Motion::Page(-1)),
        _ => {
            if link.input.key(chord) {
                link.retyped();
            }
        }
    }
}

pub(crate) fn paste(dialog: &mut Dialog, text: &str) {
    if let Dialog::Link(link) = dialog {
        link.input.paste(text);
        link.retyped();
    }
}
