//! The inside of single panes, and the tabs of the header.

use ratatui::layout::Rect;

use crate::app::model::{EntryKind, Model};

/// A pane without its frame.
pub(crate) fn inner(pane: Rect) -> Rect {
    Rect::new(
        pane.x + 1,
        pane.y + 1,
        pane.width.saturating_sub(2),
        pane.height.saturating_sub(2),
    )
}

/// Rows of a table pane under its headings.
pub(crate) fn table_rows(pane: Rect) -> Rect {
    cut_rows(inner(pane), 1)
}

pub(super) fn cut_rows(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect::new(area.x, area.y + rows, area.width, area.height - rows)
}

pub(super) fn line(area: Rect, at: u16) -> Rect {
    Rect::new(
        area.x,
        area.y + at.min(area.height),
        area.width,
        u16::from(at < area.height),
    )
}

/// The inside of the issue list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ListParts {
    /// The JQL, shown or edited.
    pub(crate) jql: Option<Rect>,
    /// What the parser says while the JQL is edited.
    pub(crate) verdict: Option<Rect>,
    /// Tag and filter, as far as either is in force.
    pub(crate) filter: Option<Rect>,
    pub(crate) headings: Rect,
    pub(crate) rows: Rect,
}

impl ListParts {
    /// The room of headings and rows together.
    pub(crate) fn below(&self) -> Rect {
        self.headings.union(self.rows)
    }
}

/// Cuts up the issue list.
pub(crate) fn list_parts(pane: Rect, model: &Model) -> ListParts {
    let area = inner(pane);
    let mut parts = ListParts::default();
    let mut used = 0;
    let mut next = || {
        let rect = line(area, used);
        used += 1;
        rect
    };
    let editing = model.typing(EntryKind::Jql).is_some();
    if editing || (area.height >= 10 && model.has_connections()) || model.home.own_query().is_some() {
        parts.jql = Some(next());
    }
    if editing {
        parts.verdict = Some(next());
    }
    if model.typing(EntryKind::Filter).is_some() || !model.home.filter.is_empty() || model.home.tag.is_some() {
        parts.filter = Some(next());
    }
    parts.headings = next();
    parts.rows = cut_rows(area, used);
    parts
}

/// The tags in the views pane: under the views, a line of air and a heading, if some fit.
pub(crate) fn tag_rows(pane: Rect, model: &Model) -> Option<Rect> {
    let area = inner(pane);
    let above = u16::try_from(model.home.views.items.len()).ok()?.saturating_add(2);
    let fits = area.height > above && !model.tags.entries().is_empty();
    fits.then(|| cut_rows(area, above))
}

/// The inside of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LogParts {
    pub(crate) filter: Option<Rect>,
    pub(crate) rows: Rect,
}

/// Cuts up the log.
pub(crate) fn log_parts(pane: Rect, model: &Model) -> LogParts {
    let area = inner(pane);
    if model.typing(EntryKind::Log).is_some() || !model.sync.filter.is_empty() {
        LogParts {
            filter: Some(line(area, 0)),
            rows: cut_rows(area, 1),
        }
    } else {
        LogParts {
            filter: None,
            rows: area,
        }
    }
}
