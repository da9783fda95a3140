//! Where everything is on the screen: one answer for scrolling, mouse hits and drawing.
//!
//! Must never be in here: colours or text. Pure arithmetic on the size and the user's choices.

mod dividers;
mod findings;
mod home;
mod parts;

use ratatui::layout::{Constraint, Layout, Rect, Size};

use super::model::{Model, Screen};
pub(crate) use dividers::{Border, Divider, border_at, borders};
pub(crate) use findings::finding_parts;
pub(crate) use home::preview;
pub(crate) use parts::{ListParts, inner, list_parts, log_parts, table_rows, tag_rows};

/// Smallest terminal that is drawn to.
pub(crate) const LEAST: Size = Size { width: 60, height: 20 };

/// A framed part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Pane {
    Views,
    #[default]
    List,
    Preview,
    Comments,
    Page,
    Fields,
    Connections,
    ConnectionDetail,
    Runs,
    Log,
    LogDetail,
    Mappings,
    MappingDetail,
    Editor,
    Problems,
    Findings,
    /// The chosen finding: beside its list, or full screen.
    Finding,
    /// The issue that it stands for.
    FindingIssue,
}

/// Where the preview is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Preview {
    /// Wherever the width suggests.
    #[default]
    Auto,
    Off,
    Side,
    Below,
}

/// The user's choices about panes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Panes {
    pub(crate) focus: Pane,
    pub(crate) preview: Preview,
    pub(crate) strip: bool,
    pub(crate) zoom: bool,
    /// Cells added to the width of the views pane.
    pub(crate) views_by: i16,
    /// Cells or rows added to the preview.
    pub(crate) preview_by: i16,
    /// Rows added to the strip.
    pub(crate) strip_by: i16,
    /// Rows added to the upper pane of the other screens.
    pub(crate) table_by: i16,
}

impl Default for Panes {
    fn default() -> Self {
        Self {
            focus: Pane::default(),
            preview: Preview::default(),
            strip: true,
            zoom: false,
            views_by: 0,
            preview_by: 0,
            strip_by: 0,
            table_by: 0,
        }
    }
}

/// The screen cut up.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Regions {
    pub(crate) too_small: bool,
    pub(crate) header: Rect,
    pub(crate) body: Rect,
    pub(crate) status: Rect,
    pub(crate) hints: Rect,
    /// The chosen view on one line, where there is no room for the pane.
    pub(crate) views_line: Option<Rect>,
    /// Framed parts in reading order.
    pub(crate) panes: Vec<(Pane, Rect)>,
}

impl Regions {
    pub(crate) fn pane(&self, pane: Pane) -> Option<Rect> {
        self.panes
            .iter()
            .find(|(known, _)| *known == pane)
            .map(|(_, rect)| *rect)
    }

    /// Rows inside a pane's frame; 0 for a pane that isn't on the screen.
    pub(crate) fn height(&self, pane: Pane) -> usize {
        self.pane(pane).map_or(0, |rect| inner(rect).height.into())
    }
}

/// `base` changed by the user's `by`, within limits.
pub(super) fn adjusted(base: u16, by: i16, least: u16, most: u16) -> u16 {
    base.saturating_add_signed(by).clamp(least, most.max(least))
}

/// Whether the bottom strip has room.
pub(crate) fn strip_fits(size: Size) -> bool {
    size.width >= 120 && size.height >= 32
}

/// The pane that a screen is about.
pub(crate) fn main_pane(model: &Model) -> Pane {
    match model.screen {
        Screen::Issues if model.page.is_some() => Pane::Page,
        Screen::Issues => Pane::List,
        Screen::Findings if model.findings.page.is_some() => Pane::Finding,
        Screen::Findings => Pane::Findings,
        Screen::Connections => Pane::Connections,
        Screen::Mappings => super::mapping::main_pane(model),
        Screen::Sync => Pane::Runs,
    }
}

/// Panes that `tab` walks through, in order.
pub(crate) fn focusable(size: Size, model: &Model) -> Vec<Pane> {
    match model.screen {
        Screen::Issues if model.page.is_some() => page_panes(size),
        Screen::Issues => home::focusable(size, model),
        Screen::Findings => findings::focusable(size, model),
        Screen::Connections => vec![Pane::Connections],
        Screen::Mappings => vec![super::mapping::main_pane(model)],
        Screen::Sync => vec![Pane::Runs, Pane::Log],
    }
}

/// Cuts up the screen.
pub(crate) fn regions(size: Size, model: &Model) -> Regions {
    let area = Rect::new(0, 0, size.width, size.height);
    if size.width < LEAST.width || size.height < LEAST.height {
        return Regions {
            too_small: true,
            body: area,
            ..Regions::default()
        };
    }
    let [header, body, status, hints] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(1),
        Constraint::Length(1),
    ])
    .areas(area);
    let mut regions = Regions {
        too_small: false,
        header,
        body,
        status,
        hints,
        views_line: None,
        panes: Vec::new(),
    };
    if model.panes.zoom {
        regions.panes.push((model.focus(), body));
        return regions;
    }
    match model.screen {
        Screen::Issues if model.page.is_some() => page(&mut regions, size),
        Screen::Issues => home::cut(&mut regions, size, model),
        Screen::Findings => findings::cut(&mut regions, size, model),
        Screen::Connections => connections(&mut regions, model),
        Screen::Mappings => mappings(&mut regions, model),
        Screen::Sync => sync(&mut regions, model),
    }
    regions
}

fn page_panes(size: Size) -> Vec<Pane> {
    match size.width {
        ..100 => vec![Pane::Page],
        100..180 => vec![Pane::Page, Pane::Fields],
        _ => vec![Pane::Page, Pane::Comments, Pane::Fields],
    }
}

fn page(regions: &mut Regions, size: Size) {
    let panes = page_panes(size);
    let widths = panes.iter().map(|pane| match pane {
        Pane::Fields => Constraint::Length(36),
        Pane::Comments => Constraint::Fill(2),
        _ => Constraint::Fill(3),
    });
    let rects = Layout::horizontal(widths).split(regions.body);
    regions.panes.extend(panes.into_iter().zip(rects.iter().copied()));
}

fn connections(regions: &mut Regions, model: &Model) {
    let body = regions.body;
    let rows = u16::try_from(model.snapshot.connections.len()).unwrap_or(u16::MAX);
    let wanted = rows.saturating_add(3).clamp(6, body.height / 2);
    let upper = adjusted(wanted, model.panes.table_by, 4, body.height.saturating_sub(6));
    let [table, detail] = Layout::vertical([Constraint::Length(upper), Constraint::Fill(1)]).areas(body);
    regions.panes = vec![(Pane::Connections, table), (Pane::ConnectionDetail, detail)];
}

fn mappings(regions: &mut Regions, model: &Model) {
    let body = regions.body;
    let editing = super::mapping::main_pane(model) == Pane::Editor;
    let (upper, lower) = if editing {
        (Pane::Editor, Pane::Problems)
    } else {
        (Pane::Mappings, Pane::MappingDetail)
    };
    let least = if editing { 5 } else { 6 };
    let rows = u16::try_from(super::mapping::rows_wanted(model)).unwrap_or(u16::MAX);
    let most = if editing {
        body.height.saturating_sub(body.height / 4)
    } else {
        body.height / 2
    };
    let wanted = rows.saturating_add(3).clamp(least, most.max(least));
    let upper_rows = adjusted(wanted, model.panes.table_by, 4, body.height.saturating_sub(least));
    let [table, detail] = Layout::vertical([Constraint::Length(upper_rows), Constraint::Fill(1)]).areas(body);
    regions.panes = vec![(upper, table), (lower, detail)];
}

fn sync(regions: &mut Regions, model: &Model) {
    let body = regions.body;
    let detail = match body.height {
        ..21 => 0,
        21..34 => 5,
        _ => 8,
    };
    let wanted = (body.height / 3).clamp(5, 12);
    let upper = adjusted(wanted, model.panes.table_by, 4, body.height.saturating_sub(detail + 5));
    let [runs, log, below] = Layout::vertical([
        Constraint::Length(upper),
        Constraint::Fill(1),
        Constraint::Length(detail),
    ])
    .areas(body);
    regions.panes = vec![(Pane::Runs, runs), (Pane::Log, log)];
    if detail > 0 {
        regions.panes.push((Pane::LogDetail, below));
    }
}
