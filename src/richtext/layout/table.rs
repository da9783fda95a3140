//! Tables: aligned columns where they fit, one record per row where they do not.

use super::super::doc::{Block, Cell, Table};
use super::super::{Line, LineKind, Role, Span, Style, plain};
use super::Layout;
use crate::text::width as cells;

/// More columns than this never fit.
const MAX_COLUMNS: usize = 32;
/// A column is not made narrower than its longest word, unless that is longer than this.
const LONG_WORD: usize = 12;
const SEPARATOR: usize = 3;

/// A cell in its place; `None` where one from above reaches down.
struct Placed<'a> {
    cell: Option<&'a Cell>,
    at: usize,
    span: usize,
}

type Grid<'a> = Vec<Vec<Placed<'a>>>;

/// What a column would like, and the least it can do with.
#[derive(Clone, Copy, Default)]
struct Need {
    natural: usize,
    least: usize,
}

impl Layout {
    pub(super) fn table(self, table: &Table, width: usize) -> Vec<Line> {
        let inner = Self {
            tight: true,
            in_cell: true,
            ..self
        };
        if let Some(grid) = placed(table).filter(|_| !self.in_cell) {
            let columns = grid.iter().flatten().map(|cell| cell.at + cell.span).max().unwrap_or(0);
            if let Some(widths) = inner.column_widths(&grid, columns, width) {
                return inner.drawn(&grid, &widths);
            }
        }
        inner.records(table, width)
    }

    fn column_widths(self, grid: &Grid<'_>, columns: usize, width: usize) -> Option<Vec<usize>> {
        let borders = SEPARATOR * columns.saturating_sub(1);
        let mut needs = vec![Need { natural: 1, least: 1 }; columns];
        for placed in grid.iter().flatten().filter(|placed| placed.span == 1) {
            if let Some(cell) = placed.cell {
                let need = self.need(cell);
                needs[placed.at].natural = needs[placed.at].natural.max(need.natural);
                needs[placed.at].least = needs[placed.at].least.max(need.least);
            }
        }
        let available = width.checked_sub(borders)?;
        if columns == 0 || needs.iter().map(|need| need.least).sum::<usize>() > available {
            return None;
        }
        Some(shared(&needs, available))
    }

    fn need(self, cell: &Cell) -> Need {
        let lines = self.blocks(&cell.blocks, usize::from(super::super::MAX_WIDTH));
        let natural = lines.iter().map(Line::width).max().unwrap_or(0);
        let words = lines.iter().map(Line::text);
        let longest = words
            .map(|text| text.split(' ').map(cells).max().unwrap_or(0))
            .max()
            .unwrap_or(0);
        // One wide character must fit.
        Need {
            natural,
            least: longest.min(LONG_WORD).max(natural.min(2)),
        }
    }

    fn drawn(self, grid: &Grid<'_>, widths: &[usize]) -> Vec<Line> {
        let rows: Vec<Vec<Line>> = grid.iter().map(|row| self.row(row, widths)).collect();
        let ruled = rows.iter().any(|row| row.len() > 1);
        let mut lines = Vec::new();
        for (index, row) in rows.into_iter().enumerate() {
            let below_header = index > 0 && is_header(&grid[index - 1]);
            if below_header || (ruled && index > 0) {
                lines.push(self.rule(widths));
            }
            lines.extend(row);
        }
        lines
    }

    fn row(self, row: &[Placed<'_>], widths: &[usize]) -> Vec<Line> {
        let mut columns = Vec::new();
        for placed in row {
            let end = (placed.at + placed.span).min(widths.len());
            let width = widths[placed.at..end].iter().sum::<usize>() + SEPARATOR * (placed.span - 1);
            let lines = placed.cell.map(|cell| self.cell(cell, width)).unwrap_or_default();
            columns.push((lines, width));
        }
        let height = columns.iter().map(|(lines, _)| lines.len()).max().unwrap_or(0).max(1);
        (0..height).map(|index| self.row_line(&columns, index)).collect()
    }

    fn cell(self, cell: &Cell, width: usize) -> Vec<Line> {
        let mut lines = self.blocks(&cell.blocks, width);
        if cell.header {
            lines
                .iter_mut()
                .flat_map(|line| &mut line.spans)
                .for_each(|span| span.style.bold = true);
        }
        lines
    }

    fn row_line(self, columns: &[(Vec<Line>, usize)], index: usize) -> Line {
        let mut spans = Vec::new();
        for (column, (lines, width)) in columns.iter().enumerate() {
            if column > 0 {
                spans.push(self.muted(" │ "));
            }
            let mut used = 0;
            if let Some(line) = lines.get(index) {
                used = line.width();
                spans.extend(gap(usize::from(line.indent)));
                spans.extend(line.spans.iter().cloned());
            }
            if column + 1 < columns.len() {
                spans.extend(gap(width.saturating_sub(used)));
            }
        }
        Line {
            indent: 0,
            spans,
            kind: LineKind::Table,
        }
    }

    fn rule(self, widths: &[usize]) -> Line {
        let pieces: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
        super::line(LineKind::Table, self.muted(&pieces.join("─┼─")))
    }

    /// Every row by itself, its cells under one another and named by the header.
    fn records(self, table: &Table, width: usize) -> Vec<Line> {
        let header = table
            .rows
            .first()
            .filter(|row| table.rows.len() > 1 && row.iter().all(|cell| cell.header));
        let names: Vec<String> = header
            .into_iter()
            .flatten()
            .map(|cell| plain::text_of(&cell.blocks).replace('\n', " "))
            .collect();
        let mut lines = Vec::new();
        for row in table.rows.iter().skip(usize::from(header.is_some())) {
            if !lines.is_empty() {
                lines.push(super::line(
                    LineKind::Table,
                    self.muted(&"─".repeat(width.min(LONG_WORD))),
                ));
            }
            let mut column = 0;
            for cell in row {
                let name = names.get(column).map_or("", String::as_str);
                lines.extend(self.field(name, cell, width));
                column = column.saturating_add(cell.columns);
            }
        }
        lines
    }

    fn field(self, name: &str, cell: &Cell, width: usize) -> Vec<Line> {
        if name.is_empty() || cell.blocks.is_empty() {
            return self.cell(cell, width);
        }
        let style = Style {
            bold: true,
            role: Role::Muted,
            ..Style::default()
        };
        let label = Span {
            text: format!("{name}: "),
            style,
        };
        let (mut first, rest) = match cell.blocks.split_first() {
            Some((Block::Paragraph(spans), rest)) => (spans.clone(), rest),
            _ => (Vec::new(), cell.blocks.as_slice()),
        };
        first.insert(0, label);
        let mut lines = self.lines(&first, width, LineKind::Text);
        lines.extend(self.blocks(rest, width));
        lines
    }
}

fn gap(width: usize) -> Option<Span> {
    (width > 0).then(|| Span {
        text: " ".repeat(width),
        style: Style::default(),
    })
}

fn is_header(row: &[Placed<'_>]) -> bool {
    !row.is_empty() && row.iter().all(|placed| placed.cell.is_some_and(|cell| cell.header))
}

/// Gives every cell its column, around those that reach down from above; `None` if there are too
/// many.
fn placed(table: &Table) -> Option<Grid<'_>> {
    let mut reach = [0_usize; MAX_COLUMNS];
    let mut grid = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let mut line = Vec::with_capacity(row.len());
        let mut at = 0;
        let mut cells = row.iter();
        while at < MAX_COLUMNS {
            if reach[at] > 0 {
                reach[at] -= 1;
                line.push(Placed {
                    cell: None,
                    at,
                    span: 1,
                });
                at += 1;
                continue;
            }
            let Some(cell) = cells.next() else {
                if reach[at..].iter().all(|&rows| rows == 0) {
                    break;
                }
                line.push(Placed {
                    cell: None,
                    at,
                    span: 1,
                });
                at += 1;
                continue;
            };
            let free = reach[at..].iter().take_while(|&&rows| rows == 0).count();
            let span = cell.columns.clamp(1, free);
            reach[at..at + span].fill(cell.rows.saturating_sub(1));
            line.push(Placed {
                cell: Some(cell),
                at,
                span,
            });
            at += span;
        }
        if cells.next().is_some() {
            return None;
        }
        grid.push(line);
    }
    Some(grid)
}

/// Columns as wide as they like if that fits; else the widest give way first.
fn shared(needs: &[Need], available: usize) -> Vec<usize> {
    let at_most = |cap: usize| needs.iter().map(move |need| need.natural.min(cap).max(need.least));
    let cap = (1..=available)
        .rev()
        .find(|&cap| at_most(cap).sum::<usize>() <= available)
        .unwrap_or(1);
    let mut widths: Vec<usize> = at_most(cap).collect();
    let mut spare = available.saturating_sub(widths.iter().sum());
    for (width, need) in widths.iter_mut().zip(needs) {
        let more = spare.min(need.natural.saturating_sub(*width)).min(1);
        *width += more;
        spare -= more;
    }
    widths
}
