//! The finding being read: its text broken to the width of each pane that shows it, and how far each
//! is scrolled.
//!
//! Lines are made when finding, width or minute change, not per frame.

use super::{issue, sheet};
use crate::app::event::{FindingSeen, Ticket};
use crate::app::layout::{Pane, Regions, inner};
use crate::app::list::Motion;
use crate::app::page::Context;
use crate::app::reader::COMFORTABLE;
use crate::app::role::Line;

/// The panes that show parts of one finding.
const SHEETS: [Pane; 2] = [Pane::Finding, Pane::FindingIssue];

/// What the lines of a pane depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Made {
    version: u64,
    width: u16,
    minute: i64,
    full: bool,
    with_issue: bool,
    brief: bool,
}

/// Lines of one pane.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sheet {
    made: Option<Made>,
    pub(crate) lines: Vec<Line>,
    pub(crate) scroll: usize,
}

/// The finding being read.
#[derive(Debug, Clone, Default)]
pub(crate) struct FindingReader {
    seen: Option<FindingSeen>,
    /// A row that was asked for and is no longer there.
    gone: Option<i64>,
    version: u64,
    stale: bool,
    pending: Option<(Ticket, i64)>,
    sheets: [Sheet; SHEETS.len()],
}

impl FindingReader {
    pub(crate) fn seen(&self) -> Option<&FindingSeen> {
        self.seen.as_ref()
    }

    pub(crate) fn is_gone(&self, row: i64) -> bool {
        self.gone == Some(row)
    }

    pub(crate) fn sheet(&self, pane: Pane) -> Option<&Sheet> {
        let index = SHEETS.iter().position(|known| *known == pane)?;
        self.sheets.get(index)
    }

    pub(crate) fn go(&mut self, pane: Pane, motion: Motion, height: usize) {
        let index = SHEETS.iter().position(|known| *known == pane);
        let Some(sheet) = index.and_then(|index| self.sheets.get_mut(index)) else {
            return;
        };
        let last = sheet.lines.len().saturating_sub(height);
        sheet.scroll = match motion {
            Motion::Last => last,
            other => other.target(sheet.scroll, usize::MAX, height).min(last),
        };
    }

    pub(crate) fn invalidate(&mut self) {
        self.stale = true;
    }

    /// The row to read now, if `wanted` is not here or on its way.
    pub(crate) fn wants(&self, wanted: Option<i64>) -> Option<i64> {
        let row = wanted?;
        let shown = self.seen.as_ref().map(|seen| seen.detail.row.row);
        let known = self.is_gone(row) || shown == Some(row);
        (self.pending.is_none() && (!known || self.stale)).then_some(row)
    }

    pub(crate) fn asked(&mut self, ticket: Ticket, row: i64) {
        self.stale = false;
        self.pending = Some((ticket, row));
    }

    pub(crate) fn loaded(&mut self, ticket: Ticket, seen: Option<FindingSeen>) {
        let Some((_, row)) = self.pending.take_if(|(pending, _)| *pending == ticket) else {
            return;
        };
        let shown = self.seen.as_ref().map(|seen| seen.detail.row.row);
        if shown != Some(row) {
            for sheet in &mut self.sheets {
                sheet.scroll = 0;
            }
        }
        self.gone = seen.is_none().then_some(row);
        if self.seen != seen {
            self.version += 1;
            self.seen = seen;
        }
    }

    /// Takes a failure; `false` if it is about something else. What is shown stays.
    pub(crate) fn failed(&mut self, ticket: Ticket) -> bool {
        let failed = self.pending.take_if(|(pending, _)| *pending == ticket);
        if let Some((_, row)) = failed {
            let shown = self.seen.as_ref().map(|seen| seen.detail.row.row);
            self.gone = (shown != Some(row)).then_some(row);
        }
        failed.is_some()
    }

    /// Breaks the text anew where something that it depends on has changed.
    pub(crate) fn settle(&mut self, regions: &Regions, full: bool, context: &Context<'_>) {
        let Some(seen) = &self.seen else {
            self.sheets = Default::default();
            return;
        };
        let with_issue = regions.pane(Pane::FindingIssue).is_none();
        for (pane, sheet) in SHEETS.iter().zip(&mut self.sheets) {
            let Some(rect) = regions.pane(*pane) else { continue };
            let area = inner(rect);
            let made = Made {
                version: self.version,
                width: area.width.saturating_sub(2).min(COMFORTABLE),
                minute: context.now.as_second() / 60,
                full,
                with_issue,
                brief: area.height < 12,
            };
            if sheet.made != Some(made) {
                sheet.lines = match pane {
                    Pane::FindingIssue => issue::lines(seen, made.width, context),
                    _ if full => sheet::whole(seen, made.width, with_issue, context),
                    _ => sheet::preview(seen, made.width, with_issue, made.brief, context),
                };
                sheet.made = Some(made);
            }
            sheet.scroll = sheet.scroll.min(sheet.lines.len().saturating_sub(area.height.into()));
        }
    }
}
