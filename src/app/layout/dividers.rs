//! Borders between panes that can be dragged, where they lie and which choice of the user's they show.

use ratatui::layout::{Position, Rect};

use super::{Pane, Panes, Preview, Regions, preview};
use crate::app::model::{Model, Screen};

/// What a border divides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Divider {
    /// Views from what is beside them.
    Views,
    /// The preview from the list.
    Preview,
    /// The strip from what is above it.
    Strip,
    /// The upper pane of the other screens from the lower one.
    Table,
}

impl Divider {
    /// Whether the border moves right or down as the user's number grows.
    fn is_forward(self) -> bool {
        matches!(self, Self::Views | Self::Table)
    }

    /// The user's number after the border was moved by some cells.
    pub(crate) fn moved(self, by: i16, cells: i16) -> i16 {
        let change = if self.is_forward() {
            cells
        } else {
            cells.saturating_neg()
        };
        by.saturating_add(change).clamp(-200, 200)
    }
}

impl Panes {
    /// The user's number that a border shows.
    pub(crate) fn by(&mut self, divider: Divider) -> &mut i16 {
        match divider {
            Divider::Views => &mut self.views_by,
            Divider::Preview => &mut self.preview_by,
            Divider::Strip => &mut self.strip_by,
            Divider::Table => &mut self.table_by,
        }
    }
}

/// A border as it lies on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Border {
    pub(crate) divider: Divider,
    /// Between panes side by side.
    pub(crate) upright: bool,
    /// First column or row behind the border.
    pub(crate) at: u16,
    /// What is pressed to drag it: the frames of both panes.
    pub(crate) grip: Rect,
}

impl Border {
    fn left_of(divider: Divider, pane: Rect) -> Self {
        Self {
            divider,
            upright: true,
            at: pane.x,
            grip: Rect::new(pane.x.saturating_sub(1), pane.y, 2, pane.height),
        }
    }

    fn above(divider: Divider, pane: Rect, width: u16) -> Self {
        Self {
            divider,
            upright: false,
            at: pane.y,
            grip: Rect::new(pane.x, pane.y.saturating_sub(1), width, 2),
        }
    }
}

/// All borders that can be dragged now.
pub(crate) fn borders(regions: &Regions, model: &Model) -> Vec<Border> {
    match model.screen {
        Screen::Issues if model.page.is_some() => Vec::new(),
        Screen::Issues => of_home(regions, model),
        Screen::Findings if model.findings.page.is_some() => Vec::new(),
        Screen::Findings => preview_border(regions, Pane::Finding, model).into_iter().collect(),
        Screen::Connections => between(regions, Pane::Connections, Pane::ConnectionDetail),
        Screen::Mappings if regions.pane(Pane::Editor).is_some() => between(regions, Pane::Editor, Pane::Problems),
        Screen::Mappings => between(regions, Pane::Mappings, Pane::MappingDetail),
        Screen::Sync => between(regions, Pane::Runs, Pane::Log),
    }
}

fn of_home(regions: &Regions, model: &Model) -> Vec<Border> {
    let Some(list) = regions.pane(Pane::List) else {
        return Vec::new();
    };
    let mut borders = Vec::with_capacity(3);
    if regions.pane(Pane::Views).is_some() {
        borders.push(Border::left_of(Divider::Views, list));
    }
    borders.extend(preview_border(regions, Pane::Preview, model));
    if let Some(strip) = regions.pane(Pane::Connections) {
        borders.push(Border::above(Divider::Strip, strip, regions.body.width));
    }
    borders
}

/// What divides a list from the pane that shows its chosen row.
fn preview_border(regions: &Regions, pane: Pane, model: &Model) -> Option<Border> {
    let rect = regions.pane(pane).filter(|_| !model.panes.zoom)?;
    Some(match preview(model.size, model) {
        Preview::Side => Border::left_of(Divider::Preview, rect),
        Preview::Below => Border::above(Divider::Preview, rect, regions.body.width),
        Preview::Auto | Preview::Off => return None,
    })
}

fn between(regions: &Regions, upper: Pane, lower: Pane) -> Vec<Border> {
    match (regions.pane(upper), regions.pane(lower)) {
        (Some(_), Some(lower)) => vec![Border::above(Divider::Table, lower, lower.width)],
        _ => Vec::new(),
    }
}

/// The border that was hit.
pub(crate) fn border_at(regions: &Regions, model: &Model, at: Position) -> Option<Border> {
    borders(regions, model)
        .into_iter()
        .find(|border| border.grip.contains(at))
}
