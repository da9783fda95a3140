//! The issue being read: its text broken to the width of each pane that shows it, and how far each
//! is scrolled.
//!
//! Lines are made when issue, width or minute change, not per frame: an issue can hold a megabyte.

use super::event::Ticket;
use super::layout::{Pane, Regions, inner};
use super::list::Motion;
use super::page::{self, Context};
use super::role::Line;
use crate::domain::IssueDetail;

/// Text is not broken wider than this, however wide the pane is.
pub(crate) const COMFORTABLE: u16 = 100;

/// The panes that show parts of one issue.
pub(crate) const SHEETS: [Pane; 4] = [Pane::Preview, Pane::Page, Pane::Fields, Pane::Comments];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Made {
    row: i64,
    version: u64,
    width: u16,
    minute: i64,
    /// Whether comments have a pane of their own.
    split: bool,
    /// Whether there are only a few rows.
    brief: bool,
}

/// Lines of one pane.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    made: Option<Made>,
    lines: Vec<Line>,
    scroll: usize,
}

impl Sheet {
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub(crate) fn scroll(&self) -> usize {
        self.scroll
    }

    fn go(&mut self, motion: Motion, height: usize) {
        let last = self.lines.len().saturating_sub(height);
        self.scroll = match motion {
            Motion::Last => last,
            other => other.target(self.scroll, usize::MAX, height).min(last),
        };
    }
}

/// Why an issue has nothing to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// The store does not have it.
    NotCached,
    /// The store could not be read.
    Unreadable,
}

/// The issue being read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reader {
    detail: Option<IssueDetail>,
    /// A row that was asked for and did not come, and why.
    missing: Option<(i64, Missing)>,
    version: u64,
    stale: bool,
    pending: Option<(Ticket, i64)>,
    sheets: [Sheet; SHEETS.len()],
}

impl Reader {
    pub(crate) fn detail(&self) -> Option<&IssueDetail> {
        self.detail.as_ref()
    }

    /// Why a row cannot be read, if it cannot.
    pub(crate) fn missing(&self, row: i64) -> Option<Missing> {
        self.missing.filter(|(known, _)| *known == row).map(|(_, why)| why)
    }

    pub(crate) fn sheet(&self, pane: Pane) -> Option<&Sheet> {
        let index = SHEETS.iter().position(|known| *known == pane)?;
        self.sheets.get(index)
    }

    pub(crate) fn go(&mut self, pane: Pane, motion: Motion, height: usize) {
        let index = SHEETS.iter().position(|known| *known == pane);
        if let Some(sheet) = index.and_then(|index| self.sheets.get_mut(index)) {
            sheet.go(motion, height);
        }
    }

    /// Has the lines made anew: they say something beside the issue that changed.
    pub(crate) fn remake(&mut self) {
        self.version += 1;
    }

    pub(crate) fn invalidate(&mut self) {
        self.stale = true;
    }

    /// The row to read now, if `wanted` is not here or on its way.
    pub(crate) fn wants(&self, wanted: Option<i64>) -> Option<i64> {
        let row = wanted?;
        let known = self.missing(row).is_some() || self.detail.as_ref().is_some_and(|detail| detail.row.row == row);
        (self.pending.is_none() && (!known || self.stale)).then_some(row)
    }

    pub(crate) fn asked(&mut self, ticket: Ticket, row: i64) {
        self.stale = false;
        self.pending = Some((ticket, row));
    }

    pub(crate) fn loaded(&mut self, ticket: Ticket, detail: Option<IssueDetail>) {
        let Some((_, row)) = self.pending.take_if(|(pending, _)| *pending == ticket) else {
            return;
        };
        let same = self.detail.as_ref().is_some_and(|shown| shown.row.row == row);
        if !same {
            for sheet in &mut self.sheets {
                sheet.scroll = 0;
            }
        }
        self.missing = detail.is_none().then_some((row, Missing::NotCached));
        if self.detail != detail {
            self.version += 1;
            self.detail = detail;
        }
    }

    pub(crate) fn failed(&mut self, ticket: Ticket) -> bool {
        let failed = self.pending.take_if(|(pending, _)| *pending == ticket);
        if let Some((_, row)) = failed {
            self.missing = Some((row, Missing::Unreadable));
        }
        failed.is_some()
    }

    /// Breaks the text anew where something that it depends on has changed.
    pub(crate) fn settle(&mut self, regions: &Regions, context: &Context<'_>) {
        let Some(detail) = &self.detail else {
            self.sheets = Default::default();
            return;
        };
        let split = regions.pane(Pane::Comments).is_some();
        let with_fields = regions.pane(Pane::Fields).is_none();
        for (pane, sheet) in SHEETS.iter().zip(&mut self.sheets) {
            let Some(rect) = regions.pane(*pane) else { continue };
            let area = inner(rect);
            let made = Made {
                row: detail.row.row,
                version: self.version,
                width: area.width.saturating_sub(2).min(COMFORTABLE),
                minute: context.now.as_second() / 60,
                split,
                brief: area.height < 12,
            };
            if sheet.made != Some(made) {
                sheet.lines = match pane {
                    Pane::Fields => page::fields(detail, made.width, context),
                    Pane::Comments => page::comments(detail, made.width, context),
                    Pane::Page => page::whole(detail, made.width, with_fields, !split, context),
                    _ => page::preview(detail, made.width, !split, made.brief, context),
                };
                sheet.made = Some(made);
            }
            sheet.scroll = sheet.scroll.min(sheet.lines.len().saturating_sub(area.height.into()));
        }
    }
}
