//! The column chooser: on, off and order, among what every list has and every field of the sites.

use crossterm::event::{KeyCode, KeyModifiers};

use super::Layer;
use crate::app::chord::Chord;
use crate::app::event::Effect;
use crate::app::fuzzy;
use crate::app::line_edit::LineEdit;
use crate::app::list::{Motion, scroll_to};
use crate::app::model::Model;
use crate::app::screens::issues;
use crate::domain::{Column, FieldKind, SiteField};
use crate::text::clean_line;

/// Rows in sight at once.
pub(crate) const ROWS: usize = 14;

/// A column to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) column: Column,
    pub(crate) label: String,
    /// At the right edge: what its values are, and who has it.
    pub(crate) note: String,
    pub(crate) on: bool,
}

/// The overlay.
#[derive(Debug, Clone)]
pub(crate) struct Chooser {
    pub(crate) title: String,
    pub(crate) input: LineEdit,
    rows: Vec<Row>,
    shown: Vec<usize>,
    pub(crate) cursor: usize,
    pub(crate) top: usize,
}

impl Chooser {
    fn chosen(&self) -> Vec<Column> {
        self.rows.iter().filter(|row| row.on).map(|row| row.column).collect()
    }

    /// What passes the filter.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Row> {
        self.shown.iter().filter_map(|index| self.rows.get(*index))
    }

    /// How many pass the filter, and how many there are.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.shown.len(), self.rows.len())
    }

    fn filter(&mut self) {
        self.shown = fuzzy::choose(self.input.text(), self.rows.iter().map(|row| row.label.as_str()));
        self.cursor = self.cursor.min(self.shown.len().saturating_sub(1));
        self.top = scroll_to(self.cursor, self.top, self.shown.len(), ROWS);
    }

    pub(crate) fn go(&mut self, motion: Motion) {
        self.cursor = motion.target(self.cursor, self.shown.len(), ROWS);
        self.top = scroll_to(self.cursor, self.top, self.shown.len(), ROWS);
    }

    /// Turns the current column on or off; the last one stays.
    pub(crate) fn toggle(&mut self) {
        let only = self.chosen().len() == 1;
        let at = self.shown.get(self.cursor);
        if let Some(row) = at.and_then(|index| self.rows.get_mut(*index)) {
            row.on = !row.on || only;
        }
    }

    /// Moves the current column among those that are on.
    fn shift(&mut self, forward: bool) {
        let Some(&at) = self.shown.get(self.cursor) else { return };
        if !self.rows.get(at).is_some_and(|row| row.on) {
            return;
        }
        let is_on = |index: &usize| self.rows.get(*index).is_some_and(|row| row.on);
        let target = if forward {
            (at + 1..self.rows.len()).find(is_on)
        } else {
            (0..at).rev().find(is_on)
        };
        let Some(target) = target else { return };
        let row = self.rows.remove(at);
        let column = row.column;
        self.rows.insert(target, row);
        self.filter();
        let place = self.shown().position(|row| row.column == column);
        self.cursor = place.unwrap_or(self.cursor);
        self.go(Motion::Rows(0));
    }
}

/// Opens the chooser on what is shown now; the fields of the sites follow as they are read.
pub(crate) fn open(model: &mut Model) {
    let shown = model.columns();
    let row = |column: &Column, on: bool| Row {
        column: *column,
        label: clean_line(column.name()).into_owned(),
        note: if column.field().is_some() { "field" } else { "" }.to_owned(),
        on,
    };
    let mut rows: Vec<Row> = shown.iter().map(|column| row(column, true)).collect();
    rows.extend(
        Column::ALL
            .iter()
            .filter(|column| !shown.contains(column))
            .map(|column| row(column, false)),
    );
    let name = model.home.views.chosen().map_or("", |view| view.name.as_str());
    let mut chooser = Chooser {
        title: format!("Columns · {}", clean_line(name)),
        input: LineEdit::default(),
        shown: (0..rows.len()).collect(),
        rows,
        cursor: 0,
        top: 0,
    };
    add(&mut chooser, &model.home.known_fields, model.snapshot.connections.len());
    model.layers.push(Layer::Columns(chooser));
    model.requests.fields.want();
}

/// The fields of the sites have been read.
pub(crate) fn take(model: &mut Model, fields: Vec<SiteField>) {
    let connections = model.snapshot.connections.len();
    if let Some(Layer::Columns(chooser)) = model.layers.last_mut() {
        add(chooser, &fields, connections);
    }
    model.home.known_fields = fields;
}

/// Adds the fields that are not there yet, and says more of those that are.
fn add(chooser: &mut Chooser, fields: &[SiteField], connections: usize) {
    for field in fields {
        let column = Column::Field(field.name);
        let label = if field.name.number().is_some() {
            format!("{} ({})", clean_line(&field.label), field.name.as_str())
        } else {
            clean_line(&field.label).into_owned()
        };
        let mut note = kind(field.kind).to_owned();
        if field.aliases.len() < connections {
            let names: Vec<_> = field.aliases.iter().map(|alias| clean_line(alias.as_str())).collect();
            note = format!("{note} · {}", names.join(", "));
        }
        match chooser.rows.iter_mut().find(|row| row.column == column) {
            Some(row) => (row.label, row.note) = (label, note),
            None => chooser.rows.push(Row {
                column,
                label,
                note,
                on: false,
            }),
        }
    }
    chooser.filter();
}

fn kind(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::Rich => "long text",
        FieldKind::Number => "number",
        FieldKind::Date => "date",
        FieldKind::DateTime => "time",
        FieldKind::User => "people",
        FieldKind::Option => "options",
        FieldKind::Version => "versions",
        FieldKind::Labels => "labels",
        FieldKind::Sprint => "sprint",
        FieldKind::Other => "field",
    }
}

pub(super) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let Some(Layer::Columns(chooser)) = model.layers.last_mut() else {
        return;
    };
    match chord.parts() {
        (KeyCode::Up, KeyModifiers::ALT) | (KeyCode::Char('{'), _) => chooser.shift(false),
        (KeyCode::Down, KeyModifiers::ALT) | (KeyCode::Char('}'), _) => chooser.shift(true),
        (KeyCode::Down | KeyCode::Tab, _) | (KeyCode::Char('n'), KeyModifiers::CONTROL) => chooser.go(Motion::Rows(1)),
        (KeyCode::Up | KeyCode::BackTab, _) | (KeyCode::Char('p'), KeyModifiers::CONTROL) => {
            chooser.go(Motion::Rows(-1));
        }
        (KeyCode::PageDown, _) => chooser.go(Motion::Page(1)),
        (KeyCode::PageUp, _) => chooser.go(Motion::Page(-1)),
        (KeyCode::Char(' '), KeyModifiers::NONE) => chooser.toggle(),
        (KeyCode::Delete, _) => {
            model.home.columns = None;
            model.layers.pop();
        }
        (KeyCode::Esc, _) => {
            model.layers.pop();
        }
        (KeyCode::Enter, _) => apply(model, out),
        _ => {
            if chooser.input.key(chord) {
                chooser.cursor = 0;
                chooser.filter();
            }
        }
    }
}

/// Puts the chosen columns over the view's; the same ones are no change. A live answer is asked for
/// again if it came without a field that is now shown.
fn apply(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Columns(chooser)) = model.layers.pop() else {
        return;
    };
    let chosen = chooser.chosen();
    let before = model.home.fields();
    model.home.columns = Some(chosen).filter(|chosen| *chosen != model.saved_columns());
    let jql = model.home.live.as_ref().map(|live| live.jql.clone());
    if let Some(jql) = jql.filter(|_| model.home.fields().iter().any(|field| !before.contains(field))) {
        issues::start_live(model, jql, out);
    }
}

/// Pasted text goes into the filter.
pub(super) fn paste(chooser: &mut Chooser, text: &str) {
    chooser.input.paste(text);
    chooser.cursor = 0;
    chooser.filter();
}
