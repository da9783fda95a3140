//! A page as lines: texts, choices, fields, values to copy, buttons, each knowing what it stands for.
//!
//! Drawing, mouse and focus all read the same lines. Must never be in here: what a page says
//! (`pages`), colours, or text from outside that has not been cleaned.

use super::{Button, Field, Item, Wizard};
use crate::app::role::{Line, Role};
use crate::text::{clean_line, width, wrap};

/// Cells of the label before a field or a value.
const LABEL: usize = 18;

/// What can be typed into, on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    Field(Field),
    Secret,
}

/// Part of a line that stands for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) item: Item,
    pub(crate) x: u16,
    pub(crate) cells: u16,
}

/// One line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Row {
    pub(crate) line: Line,
    pub(crate) spots: Vec<Spot>,
    /// What is typed here, between which cells.
    pub(crate) input: Option<(Input, u16, u16)>,
}

/// Signs for how something went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Marks {
    pub(crate) ok: &'static str,
    pub(crate) warn: &'static str,
    pub(crate) bad: &'static str,
}

/// A page.
#[derive(Debug, Clone)]
pub(crate) struct Sheet {
    pub(crate) rows: Vec<Row>,
    /// Cells of a line, the mark of the focus left out.
    cells: usize,
    pub(crate) marks: Marks,
}

fn cells_of(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

impl Sheet {
    pub(super) fn new(cells: u16, ascii: bool) -> Self {
        let marks = if ascii {
            Marks {
                ok: "ok",
                warn: "!",
                bad: "x",
            }
        } else {
            Marks {
                ok: "✓",
                warn: "▲",
                bad: "✗",
            }
        };
        Self {
            rows: Vec::new(),
            cells: usize::from(cells).saturating_sub(3).max(20),
            marks,
        }
    }

    /// Everything that can have the focus, in order.
    pub(crate) fn items(&self) -> Vec<Item> {
        let mut items: Vec<Item> = Vec::new();
        for spot in self.rows.iter().flat_map(|row| &row.spots) {
            if !items.contains(&spot.item) {
                items.push(spot.item.clone());
            }
        }
        items
    }

    /// First and last line of an item.
    pub(super) fn lines_of(&self, item: &Item) -> Option<(usize, usize)> {
        let is_here = |row: &Row| row.spots.iter().any(|spot| spot.item == *item);
        let first = self.rows.iter().position(is_here)?;
        let last = self.rows.iter().rposition(is_here)?;
        Some((first, last))
    }

    pub(super) fn blank(&mut self) {
        self.rows.push(Row::default());
    }

    fn line(&mut self, line: Line) {
        self.rows.push(Row { line, ..Row::default() });
    }

    pub(super) fn heading(&mut self, text: &str) {
        for line in wrap(text, self.cells) {
            self.line(Line::default().bold(line, Role::Text));
        }
    }

    pub(super) fn text(&mut self, text: &str, role: Role) {
        self.indented(0, text, role);
    }

    pub(super) fn indented(&mut self, by: usize, text: &str, role: Role) {
        for line in wrap(text, self.cells.saturating_sub(by)) {
            self.line(Line::of(format!("{:by$}{line}", ""), role));
        }
    }

    /// A sign and what it is about; further lines stand under the text.
    pub(super) fn marked(&mut self, mark: &str, text: &str, role: Role) {
        let by = width(mark) + 1;
        for (at, line) in wrap(text, self.cells.saturating_sub(by)).into_iter().enumerate() {
            let sign = if at == 0 { mark } else { "" };
            self.line(Line::of(format!("{sign:by$}"), role).with(line, role));
        }
    }

    pub(super) fn good(&mut self, text: &str) {
        self.marked(self.marks.ok, text, Role::Ok);
    }

    pub(super) fn warn(&mut self, text: &str) {
        self.marked(self.marks.warn, text, Role::Warn);
    }

    pub(super) fn bad(&mut self, text: &str) {
        self.marked(self.marks.bad, text, Role::Error);
    }

    /// What went wrong and what to do.
    pub(super) fn problem(&mut self, problem: &crate::domain::Problem) {
        self.bad(&clean_line(&problem.message));
        if !problem.remedy.is_empty() {
            self.indented(2, &clean_line(&problem.remedy), Role::Info);
        }
    }

    /// The lines that were added since `from` stand for an item.
    fn claim(&mut self, from: usize, item: &Item) {
        let cells = u16::try_from(self.cells).unwrap_or(u16::MAX);
        for row in self.rows.iter_mut().skip(from) {
            row.spots.push(Spot {
                item: item.clone(),
                x: 0,
                cells,
            });
        }
    }

    /// One of several, with a sentence about it.
    pub(super) fn choice(&mut self, item: &Item, on: bool, title: &str, note: &str, sentence: &str) {
        let from = self.rows.len();
        let sign = if on { "(•) " } else { "( ) " };
        let mut line = Line::of(sign, if on { Role::Ok } else { Role::Muted }).bold(title, Role::Text);
        if !note.is_empty() {
            line = line.with(format!("  {note}"), Role::Info);
        }
        self.line(line);
        if !sentence.is_empty() {
            self.indented(4, sentence, Role::Muted);
        }
        self.claim(from, item);
    }

    /// On or off.
    pub(super) fn toggle(&mut self, item: &Item, on: bool, title: &str) {
        let from = self.rows.len();
        let sign = if on { "[x] " } else { "[ ] " };
        let role = if on { Role::Ok } else { Role::Muted };
        for (at, text) in wrap(title, self.cells.saturating_sub(4)).into_iter().enumerate() {
            let sign = if at == 0 { sign } else { "    " };
            self.line(Line::of(sign, role).with(text, Role::Text));
        }
        self.claim(from, item);
    }

    /// A field with its label, what helps, and what is wrong with its text.
    pub(super) fn field(&mut self, wizard: &Wizard, input: Input, label: &str, help: &str) {
        let item = match input {
            Input::Field(field) => Item::Field(field),
            Input::Secret => Item::Secret,
        };
        let from = self.rows.len();
        let beside = self.cells >= 58;
        let at = if beside { LABEL } else { 0 };
        let room = self.cells.saturating_sub(at + 2).min(76);
        let label = Line::of(format!("{label:<LABEL$}"), Role::Muted);
        let place = (input, u16::try_from(at).unwrap_or(0), u16::try_from(room).unwrap_or(0));
        if beside {
            self.rows.push(Row {
                line: label,
                input: Some(place),
                ..Row::default()
            });
        } else {
            self.line(label);
            self.rows.push(Row {
                input: Some(place),
                ..Row::default()
            });
        }
        self.claim(from, &item);
        if !help.is_empty() {
            self.indented(at, help, Role::Muted);
        }
        if let Some(flaw) = wizard.told_flaw(&item) {
            let mark = self.marks.bad;
            let by = width(mark) + 1;
            for (n, line) in wrap(&flaw, self.cells.saturating_sub(at + by)).into_iter().enumerate() {
                let sign = if n == 0 { mark } else { "" };
                self.line(Line::of(format!("{:at$}{sign:by$}{line}", ""), Role::Error));
            }
        }
    }

    /// A value to copy.
    pub(super) fn value(&mut self, label: &str, text: &str, role: Role) {
        let from = self.rows.len();
        let beside = self.cells >= 58 || width(text) + LABEL <= self.cells;
        let at = if beside { LABEL } else { 2 };
        if !beside {
            self.line(Line::of(label, Role::Muted));
        }
        for (n, line) in wrap(&crate::text::clean_block(text), self.cells.saturating_sub(at))
            .into_iter()
            .enumerate()
        {
            let label = if n == 0 && beside { label } else { "" };
            self.line(Line::of(format!("{label:<at$}"), Role::Muted).with(line, role));
        }
        self.claim(from, &Item::Value(text.to_owned()));
    }

    /// A fact that nobody copies.
    pub(super) fn fact(&mut self, label: &str, text: &str) {
        for (n, line) in wrap(&clean_line(text), self.cells.saturating_sub(LABEL))
            .into_iter()
            .enumerate()
        {
            let label = if n == 0 { label } else { "" };
            self.line(Line::of(format!("{label:<LABEL$}"), Role::Muted).with(line, Role::Text));
        }
    }

    /// What would change in the config.
    pub(super) fn diff(&mut self, lines: &[String]) {
        for text in lines {
            let role = match text.chars().next() {
                Some('+') => Role::Ok,
                Some('-') => Role::Error,
                _ => Role::Muted,
            };
            for line in wrap(&clean_line(text), self.cells) {
                self.line(Line::of(line, role));
            }
        }
    }

    /// Buttons in one line, as many as fit.
    pub(super) fn buttons(&mut self, buttons: &[(Button, &str)]) {
        self.blank();
        let mut row = Row::default();
        let mut x = 0;
        for (button, label) in buttons {
            let text = format!("[ {label} ]");
            let cells = cells_of(&text);
            if x > 0 && usize::from(x + cells) > self.cells {
                self.rows.push(std::mem::take(&mut row));
                x = 0;
            }
            let gap = if row.line.0.is_empty() { "" } else { "  " };
            row.line = std::mem::take(&mut row.line)
                .with(gap, Role::Text)
                .with(text, Role::Key);
            x += cells_of(gap);
            row.spots.push(Spot {
                item: Item::Button(*button),
                x,
                cells,
            });
            x += cells;
        }
        self.rows.push(row);
    }
}
