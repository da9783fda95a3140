//! The column chooser: on, off and order, for this session.

use crossterm::event::KeyCode;

use super::Layer;
use crate::app::chord::Chord;
use crate::app::list::Motion;
use crate::app::model::Model;
use crate::domain::Column;

/// The overlay.
#[derive(Debug, Clone)]
pub(crate) struct Chooser {
    pub(crate) rows: Vec<(Column, bool)>,
    pub(crate) cursor: usize,
    /// What was in force before, for esc.
    before: Option<Vec<Column>>,
}

impl Chooser {
    fn chosen(&self) -> Vec<Column> {
        let on = self.rows.iter().filter(|(_, on)| *on);
        on.map(|(column, _)| *column).collect()
    }

    fn shift(&mut self, by: isize) {
        let Some(other) = self
            .cursor
            .checked_add_signed(by)
            .filter(|other| *other < self.rows.len())
        else {
            return;
        };
        self.rows.swap(self.cursor, other);
        self.cursor = other;
    }
}

/// Opens the chooser on what is shown now.
pub(crate) fn open(model: &mut Model) {
    let shown = model.columns();
    let mut rows: Vec<(Column, bool)> = shown.iter().map(|column| (*column, true)).collect();
    let rest = Column::ALL.into_iter().filter(|column| !shown.contains(column));
    rows.extend(rest.map(|column| (column, false)));
    model.layers.push(Layer::Columns(Chooser {
        rows,
        cursor: 0,
        before: model.home.columns.clone(),
    }));
}

pub(super) fn key(model: &mut Model, chord: Chord) {
    let Some(Layer::Columns(chooser)) = model.layers.last_mut() else {
        return;
    };
    let len = chooser.rows.len();
    match chord.parts().0 {
        KeyCode::Char('j') | KeyCode::Down => chooser.cursor = Motion::Rows(1).target(chooser.cursor, len, len),
        KeyCode::Char('k') | KeyCode::Up => chooser.cursor = Motion::Rows(-1).target(chooser.cursor, len, len),
        KeyCode::Char('[') | KeyCode::Char('K') => chooser.shift(-1),
        KeyCode::Char(']') | KeyCode::Char('J') => chooser.shift(1),
        KeyCode::Char(' ') => {
            let only = chooser.chosen().len() == 1;
            if let Some((_, on)) = chooser.rows.get_mut(chooser.cursor) {
                *on = !*on || only;
            }
        }
        KeyCode::Char('0') => {
            model.home.columns = None;
            model.layers.pop();
            return;
        }
        KeyCode::Esc => {
            model.home.columns = chooser.before.take();
            model.layers.pop();
            return;
        }
        KeyCode::Enter | KeyCode::Char('q' | 'S') => {
            model.layers.pop();
            return;
        }
        _ => return,
    }
    let chosen = chooser.chosen();
    model.home.columns = Some(chosen);
}
