//! Small tables with headings: columns go, least important first, until the rest fits.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::app::chrome::MARK;
use crate::app::role::Role;

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) heading: &'static str,
    /// Nothing where the column is not to be there.
    pub(crate) width: u16,
    /// Cells that it takes at most of what is left over.
    pub(crate) grows: u16,
    /// Goes first if high; 0 stays.
    pub(crate) rank: u8,
}

pub(crate) const fn column(heading: &'static str, width: u16, rank: u8) -> Column {
    Column {
        heading,
        width,
        grows: 0,
        rank,
    }
}

pub(crate) const fn growing(heading: &'static str, width: u16, rank: u8) -> Column {
    Column {
        heading,
        width,
        grows: 60,
        rank,
    }
}

/// Index, first cell and width of each column that fits.
pub(crate) fn fit(cells: u16, columns: &[Column]) -> Vec<(usize, u16, u16)> {
    let wanted = columns
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, column)| column.width > 0);
    let mut kept: Vec<(usize, Column)> = wanted.collect();
    let needed = |kept: &[(usize, Column)]| -> u16 { kept.iter().map(|(_, column)| column.width + 2).sum() };
    while needed(&kept) > cells + 2 {
        let Some(position) = (0..kept.len())
            .filter(|index| kept.get(*index).is_some_and(|(_, column)| column.rank > 0))
            .max_by_key(|index| kept.get(*index).map_or(0, |(_, column)| column.rank))
        else {
            break;
        };
        kept.remove(position);
    }
    let mut spare = (cells + 2).saturating_sub(needed(&kept));
    let mut x = 0;
    let mut fitted = Vec::with_capacity(kept.len());
    for (index, column) in kept {
        let width = column.width
            + match column.grows {
                0 => 0,
                most => std::mem::take(&mut spare).min(most),
            };
        let width = width.min(cells.saturating_sub(x));
        fitted.push((index, x, width));
        x += width + 2;
    }
    fitted
}

/// Draws the headings and returns where the columns are.
pub(crate) fn headings(canvas: &mut Canvas<'_>, area: Rect, columns: &[Column]) -> Vec<(usize, u16, u16)> {
    let fitted = fit(area.width.saturating_sub(MARK), columns);
    for (index, x, width) in &fitted {
        if let Some(column) = columns.get(*index) {
            canvas.role(area.x + MARK + x, area.y, *width, column.heading, Role::Heading);
        }
    }
    fitted
}

/// Draws one row; `cells` holds a text and role per column.
pub(crate) fn row(canvas: &mut Canvas<'_>, area: Rect, y: u16, fitted: &[(usize, u16, u16)], cells: &[(String, Role)]) {
    for (index, x, width) in fitted {
        if let Some((text, role)) = cells.get(*index) {
            canvas.role(area.x + MARK + x, y, *width, text, *role);
        }
    }
}
