//! Aligned columns for people.
//!
//! Must never be in here: what is in the columns.

use std::io;

use super::output::Output;
use crate::text;

/// The narrowest that the column which gives way first becomes.
const NARROWEST: usize = 12;
/// The narrowest of that column before others are left out for it.
const COMFORTABLE: usize = 30;
/// The narrowest that any column becomes on a terminal that is too narrow for all.
const TINY: usize = 6;
const GAP: usize = 2;

/// Rows under a header.
#[derive(Debug, Default)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
    flexible: Option<usize>,
    dispensable: Vec<usize>,
}

impl Table {
    /// A table with these columns.
    #[must_use]
    pub fn new(header: &[&str]) -> Self {
        Self {
            header: header.iter().map(|name| name.to_uppercase()).collect(),
            rows: Vec::new(),
            flexible: None,
            dispensable: Vec::new(),
        }
    }

    /// Columns that are left out, the first one first, where a terminal is too narrow for all.
    #[must_use]
    pub fn dispensable(mut self, columns: &[usize]) -> Self {
        self.dispensable = columns.to_vec();
        self
    }

    /// The column that is cut when the terminal is too narrow.
    #[must_use]
    pub fn flexible(mut self, column: Option<usize>) -> Self {
        self.flexible = column;
        self
    }

    /// Adds a row; its text is made safe here.
    pub fn row(&mut self, cells: &[String]) {
        self.rows
            .push(cells.iter().map(|cell| text::clean_line(cell).into_owned()).collect());
    }

    /// Writes header and rows. Nothing is cut unless a terminal shows it.
    ///
    /// # Errors
    /// If standard output cannot be written to.
    pub fn print(mut self, output: &mut Output<'_>) -> io::Result<()> {
        let ascii = output.look.ascii;
        if ascii {
            for cell in self.rows.iter_mut().flatten() {
                *cell = text::to_ascii(cell);
            }
        }
        let left_out = self.left_out(output.look.width);
        let widths = self.widths(output.look.width, left_out);
        for row in std::iter::once(&self.header).chain(&self.rows) {
            let shown = row.iter().zip(&widths).enumerate();
            let cells: Vec<String> = shown
                .filter(|(column, _)| !left_out.contains(column))
                .map(|(_, (cell, width))| fit(cell, *width, ascii))
                .collect();
            output.line(cells.join(&" ".repeat(GAP)).trim_end())?;
        }
        Ok(())
    }

    /// How wide each column would be.
    fn natural(&self) -> Vec<usize> {
        let mut widths: Vec<usize> = self.header.iter().map(|name| text::width(name)).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(text::width(cell));
            }
        }
        widths
    }

    /// As few of the dispensable columns as make room for the others.
    fn left_out(&self, available: Option<usize>) -> &[usize] {
        let mut widths = self.natural();
        if let Some(width) = self.flexible.and_then(|column| widths.get_mut(column)) {
            *width = (*width).min(COMFORTABLE);
        }
        let mut total: usize = widths.iter().map(|width| width + GAP).sum();
        let mut count = 0;
        for column in &self.dispensable {
            if total <= available.unwrap_or(usize::MAX).saturating_add(GAP) {
                break;
            }
            total -= widths.get(*column).map_or(0, |width| width + GAP);
            count += 1;
        }
        self.dispensable.get(..count).unwrap_or_default()
    }

    fn widths(&self, available: Option<usize>, left_out: &[usize]) -> Vec<usize> {
        let mut widths = self.natural();
        for column in left_out {
            if let Some(width) = widths.get_mut(*column) {
                *width = 0;
            }
        }
        let shown = widths.len().saturating_sub(left_out.len());
        let total = widths.iter().sum::<usize>() + GAP * shown.saturating_sub(1);
        let mut excess = total.saturating_sub(available.unwrap_or(usize::MAX));
        if let Some(width) = self.flexible.and_then(|column| widths.get_mut(column)) {
            let gives = excess.min(width.saturating_sub(NARROWEST));
            *width -= gives;
            excess -= gives;
        }
        while excess > 0 {
            match widths.iter_mut().max().filter(|widest| **widest > TINY) {
                Some(widest) => *widest -= 1,
                None => break,
            }
            excess -= 1;
        }
        widths
    }
}

/// A cell cut or filled to its column.
fn fit(cell: &str, width: usize, ascii: bool) -> String {
    if ascii {
        text::pad(&text::truncate_ascii(cell, width), width)
    } else {
        text::pad(cell, width)
    }
}
