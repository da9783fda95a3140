//! Help: the keys that work where the focus is, grouped, filterable; all of them on demand.

use crossterm::event::KeyCode;

use super::Layer;
use crate::app::action::{Action, Group, Place, Spec, TABLE};
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

/// Actions that are read better side by side.
const PAIRS: &[(Action, Action, &str)] = &[
    (Action::Down, Action::Up, "row down, up"),
    (Action::First, Action::Last, "first, last"),
    (Action::HalfDown, Action::HalfUp, "half page"),
    (Action::PageDown, Action::PageUp, "page"),
    (Action::NextPane, Action::PreviousPane, "pane"),
    (Action::PreviousItem, Action::NextItem, "next, previous in the list"),
    (Action::MoreDetail, Action::LessDetail, "more, less detail"),
    (Action::Narrower, Action::Wider, "resize pane"),
    (Action::Undo, Action::Redo, "undo, redo"),
    (Action::Left, Action::Right, "kind of rule"),
    (Action::EarlierSample, Action::LaterSample, "other sample finding"),
    (Action::CopyKey, Action::CopyUrl, "copy key or line, URL"),
    (Action::Close, Action::Quit, "close, quit"),
];

/// One row of help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HelpRow {
    pub(crate) group: Group,
    pub(crate) keys: String,
    pub(crate) title: &'static str,
    /// The user has chosen these keys.
    pub(crate) changed: bool,
    pub(crate) action: Action,
}

impl Help {
    /// Rows that pass the filter, in the order of the registry.
    pub(crate) fn rows(&self, model: &Model) -> Vec<HelpRow> {
        let shown: Vec<&Spec> = self.here(model).collect();
        let partner_of = |action: Action| {
            let pair = PAIRS
                .iter()
                .find(|(first, second, _)| *first == action || *second == action)?;
            let both = |wanted: Action| shown.iter().any(|spec| spec.action == wanted);
            (both(pair.0) && both(pair.1)).then_some(pair)
        };
        let mut rows = Vec::with_capacity(shown.len());
        for spec in &shown {
            let row = match partner_of(spec.action) {
                Some((first, second, title)) if *first == spec.action => HelpRow {
                    group: spec.group,
                    keys: paired(model, *first, *second),
                    title,
                    changed: model.keymap.is_changed(*first) || model.keymap.is_changed(*second),
                    action: spec.action,
                },
                Some(_) => continue,
                None => HelpRow {
                    group: spec.group,
                    keys: model.keymap.label(spec.action),
                    title: if self.all {
                        spec.title
                    } else {
                        spec.title_in(self.place)
                    },
                    changed: model.keymap.is_changed(spec.action),
                    action: spec.action,
                },
            };
            if fuzzy::contains_words(self.input.text(), &[row.title, spec.name, spec.title, &row.keys]) {
                rows.push(row);
            }
        }
        rows
    }

    fn here(&self, model: &Model) -> impl Iterator<Item = &'static Spec> {
        TABLE
            .iter()
            .filter(|spec| spec.listed() && (self.all || spec.works_in(self.place)))
            .filter(|spec| !model.keymap.keys(spec.action).is_empty())
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

/// Runs the first row that is left, if something was typed.
fn run_first(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Help(help)) = model.layers.last() else {
        return;
    };
    let first = help
        .rows(model)
        .into_iter()
        .next()
        .filter(|_| !help.input.text().is_empty());
    model.layers.pop();
    if let Some(row) = first {
        perform::perform(model, row.action, out);
    }
}

/// `j k ↓ ↑`: first keys of both, then second keys of both.
fn paired(model: &Model, first: Action, second: Action) -> String {
    let (first, second) = (model.keymap.keys(first), model.keymap.keys(second));
    let longest = first.len().max(second.len());
    let labels: Vec<String> = (0..longest)
        .flat_map(|index| [first.get(index), second.get(index)])
        .flatten()
        .map(|chord| chord.label())
        .collect();
    labels.join(" ")
}
