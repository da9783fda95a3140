//! Help: the keys that work where the focus is, grouped, filterable; all of them on demand.

use crossterm::event::KeyCode;

use super::Layer;
use crate::app::action::{Group, Place, Spec, TABLE};
use crate::app::chord::Chord;
use crate::app::event::Effect;
use crate::app::fuzzy;
use crate::app::line_edit::LineEdit;
use crate::app::model::Model;
use crate::app::perform;

/// The overlay.
#[derive(Debug, Clone)]
pub(crate) struct Help {
    /// Where the focus was when it was opened.
    pub(crate) place: Place,
    pub(crate) input: LineEdit,
    /// Keys of all places instead of here.
    pub(crate) all: bool,
    pub(crate) scroll: usize,
}

impl Help {
    /// Rows of one group that pass the filter.
    pub(crate) fn rows(&self, model: &Model, group: Group) -> Vec<&'static Spec> {
        self.matching(model).filter(|spec| spec.group == group).collect()
    }

    fn matching(&self, model: &Model) -> impl Iterator<Item = &'static Spec> {
        TABLE
            .iter()
            .filter(|spec| spec.listed() && (self.all || spec.works_in(self.place)))
            .filter(|spec| !model.keymap.keys(spec.action).is_empty())
            .filter(|spec| {
                let keys = model.keymap.label(spec.action);
                fuzzy::contains_words(self.input.text(), &[spec.title, spec.name, &keys])
            })
    }

    /// Keys here, and everywhere.
    pub(crate) fn counts(&self) -> (usize, usize) {
        let here = TABLE.iter().filter(|spec| spec.works_in(self.place)).count();
        (here, TABLE.iter().filter(|spec| spec.listed()).count())
    }
}

/// Opens help for the place that has the focus.
pub(crate) fn open(model: &mut Model) {
    let help = Help {
        place: model.place(),
        input: LineEdit::default(),
        all: false,
        scroll: 0,
    };
    model.layers.push(Layer::Help(help));
}

pub(super) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let Some(Layer::Help(help)) = model.layers.last_mut() else {
        return;
    };
    let empty = help.input.text().is_empty();
    match chord.parts().0 {
        KeyCode::Esc | KeyCode::F(1) => {
            model.layers.pop();
        }
        KeyCode::Char('?' | 'q') if empty => {
            model.layers.pop();
        }
        KeyCode::Tab => help.all = !help.all,
        KeyCode::Down | KeyCode::PageDown => help.scroll += 1,
        KeyCode::Up | KeyCode::PageUp => help.scroll = help.scroll.saturating_sub(1),
        KeyCode::Enter => run_first(model, out),
        _ => {
            help.scroll = 0;
            help.input.key(chord);
        }
    }
}

/// Runs the best match of the filter, if that works here.
fn run_first(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Help(help)) = model.layers.last() else {
        return;
    };
    let first = help.matching(model).next().filter(|_| !help.input.text().is_empty());
    model.layers.pop();
    if let Some(spec) = first {
        perform::perform(model, spec.action, out);
    }
}
