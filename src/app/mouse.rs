//! The mouse: a click chooses, a second click on the same row opens, the wheel moves, a border that is
//! dragged resizes.

mod drag;

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Position, Rect};

use super::event::Effect;
use super::layout::{self, Pane};
use super::list::Motion;
use super::model::{Model, Screen};
use super::overlay::{Layer, confirm, picker};
use super::{chrome, columns, findings, mapping, perform, tags, wizard};
pub(crate) use drag::Pointer;

/// Rows that a notch of the wheel moves.
const NOTCH: isize = 3;

pub(super) fn handle(model: &mut Model, event: MouseEvent, out: &mut Vec<Effect>) {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollDown => wheel(model, at, NOTCH, out),
        MouseEventKind::ScrollUp => wheel(model, at, -NOTCH, out),
        MouseEventKind::Down(MouseButton::Left) => {
            drag::press(model, at);
            if model.layers.is_empty() {
                click(model, at, out);
            } else {
                click_layer(model, at, out);
            }
        }
        MouseEventKind::Drag(MouseButton::Left) | MouseEventKind::Up(MouseButton::Left) => {
            drag::handle(model, event.kind, at);
        }
        _ => {}
    }
}

fn pane_at(model: &Model, at: Position) -> Option<(Pane, Rect)> {
    let regions = layout::regions(model.size, model);
    regions.panes.iter().copied().find(|(_, rect)| rect.contains(at))
}

fn wheel(model: &mut Model, at: Position, rows: isize, out: &mut Vec<Effect>) {
    if model.layers.is_empty() && mapping::has_box(model) {
        return mapping::boxes::wheel(model, rows);
    }
    match model.layers.last_mut() {
        Some(Layer::Pick(picker)) => picker.go(Motion::Rows(rows.signum())),
        Some(Layer::Columns(chooser)) => chooser.go(Motion::Rows(rows.signum())),
        Some(_) => {}
        None if model.connecting.wizard.is_some() => wizard::wheel(model, rows),
        None => {
            if let Some((pane, _)) = pane_at(model, at) {
                focus(model, pane);
                perform::move_by(model, Motion::Rows(rows), out);
            }
        }
    }
}

/// The detail panes have no focus of their own; their table takes it.
fn focus(model: &mut Model, pane: Pane) {
    let target = match pane {
        Pane::ConnectionDetail => Pane::Connections,
        Pane::LogDetail => Pane::Log,
        Pane::MappingDetail => Pane::Mappings,
        Pane::Problems => Pane::Editor,
        other => other,
    };
    if layout::focusable(model.size, model).contains(&target) {
        model.panes.focus = target;
    }
}

fn click(model: &mut Model, at: Position, out: &mut Vec<Effect>) {
    let regions = layout::regions(model.size, model);
    if regions.too_small {
        return;
    }
    if model.connecting.wizard.is_some() {
        return wizard::click(model, at, out);
    }
    if mapping::has_box(model) {
        return mapping::boxes::click(model, at, out);
    }
    if regions.header.contains(at) {
        let tabs = chrome::tabs(regions.header, model);
        if let Some(tab) = tabs.iter().find(|tab| tab.rect.contains(at)) {
            perform::perform(model, tab.action, out);
        }
        return;
    }
    if regions.views_line.is_some_and(|line| line.contains(at)) {
        picker::views(model);
        return;
    }
    if let Some((pane, rect)) = pane_at(model, at) {
        model.entry = None;
        let before = model.focus();
        focus(model, pane);
        let again = model.focus() == before;
        click_pane(model, (pane, rect), at, again, out);
    }
}

/// The row of a table that was hit.
fn row_at(rows: Rect, at: Position, top: usize, len: usize) -> Option<usize> {
    let row = usize::from(at.y.checked_sub(rows.y)?) + top;
    (rows.contains(at) && row < len).then_some(row)
}

/// `again`: the pane had the focus already, so that a click on its chosen row is a second one.
fn click_pane(model: &mut Model, (pane, rect): (Pane, Rect), at: Position, again: bool, out: &mut Vec<Effect>) {
    match pane {
        Pane::Views => {
            let views = &model.home.views;
            if let Some(index) = row_at(layout::inner(rect), at, views.top, views.items.len()) {
                perform::show_view(model, index, out);
            } else if let Some(rows) = layout::tag_rows(rect, model) {
                let jql = model.home.jql();
                let ranked = model.tags.ranked(jql, model.home.tag.as_deref());
                let hit = row_at(rows, at, 0, ranked.len());
                let tag = hit.and_then(|index| ranked.get(index).map(|(entry, _)| entry.tag.clone()));
                if tag.is_some() {
                    tags::choose(model, tag, out);
                }
            }
        }
        Pane::List => click_list(model, rect, at, again),
        Pane::Findings => click_findings(model, rect, at, again),
        Pane::Connections => {
            let rows = if model.screen == Screen::Issues {
                layout::inner(rect)
            } else {
                layout::table_rows(rect)
            };
            let len = model.snapshot.connections.len();
            if let Some(index) = row_at(rows, at, model.connections.top, len) {
                let chosen = index == model.connections.cursor;
                model.connections.select_at(index, &model.snapshot.connections);
                open_again(model, again && chosen);
            }
        }
        Pane::Mappings => {
            let rows = if model.screen == Screen::Issues {
                layout::inner(rect)
            } else {
                layout::table_rows(rect)
            };
            let table = &mut model.mapping.table;
            if let Some(index) = row_at(rows, at, table.top, model.mapping.rows.len()) {
                let chosen = index == table.cursor;
                table.select_at(index, &model.mapping.rows);
                if again && chosen {
                    perform::perform(model, super::action::Action::Open, out);
                }
            }
        }
        Pane::Editor => {
            let rows = layout::table_rows(rect);
            if let Some(row) = row_at(rows, at, 0, rows.height.into()) {
                mapping::click(model, row, again, out);
            }
        }
        Pane::Runs => {
            let len = model.snapshot.runs.len();
            if let Some(index) = row_at(layout::table_rows(rect), at, model.sync.run_top, len) {
                let before = model.sync.current_run(&model.snapshot).map(|run| run.id);
                model.sync.select_run(index, &model.snapshot);
                let after = model.sync.current_run(&model.snapshot).map(|run| run.id);
                open_again(model, again && before == after);
            }
        }
        Pane::Log => {
            let rows = layout::log_parts(rect, model).rows;
            let len = model.sync.lines(&model.snapshot).len();
            if let Some(index) = row_at(rows, at, model.sync.line_top, len) {
                let before = model.sync.current_line(&model.snapshot).map(|line| line.id);
                model.sync.select_line(index, &model.snapshot);
                let after = model.sync.current_line(&model.snapshot).map(|line| line.id);
                open_again(model, again && before == after);
            }
        }
        _ => {}
    }
}

fn open_again(model: &mut Model, again: bool) {
    if again {
        perform::open(model);
    }
}

fn click_list(model: &mut Model, rect: Rect, at: Position, again: bool) {
    let parts = layout::list_parts(rect, model);
    let height = usize::from(parts.rows.height);
    if parts.headings.contains(at) {
        let inner = parts.headings.width.saturating_sub(chrome::MARK);
        let fitted = columns::fit(inner, &model.columns(), &model.list().measured);
        let x = at.x.saturating_sub(parts.headings.x + chrome::MARK);
        let hit = fitted
            .iter()
            .find(|fitted| (fitted.x..fitted.x + fitted.width).contains(&x));
        if let Some(hit) = hit.filter(|hit| model.home.live.is_none() && hit.column.sorts()) {
            model.home.sort = Some(picker::next_sort(model.home.sort, hit.column));
        }
        return;
    }
    let list = model.list();
    if let Some(index) = row_at(parts.rows, at, list.drawn_top(height), list.len()) {
        let chosen = index == list.cursor();
        model.list_mut().select_at(index, height);
        open_again(model, again && chosen);
    }
}

fn click_findings(model: &mut Model, rect: Rect, at: Position, again: bool) {
    let rows = layout::finding_parts(rect, model).rows;
    let height = usize::from(rows.height);
    let list = &model.findings.list;
    if let Some(index) = row_at(rows, at, list.drawn_top(height), list.len()) {
        let chosen = index == list.cursor();
        model.findings.list.select_at(index, height);
        open_again(model, again && chosen);
    }
}

fn click_layer(model: &mut Model, at: Position, out: &mut Vec<Effect>) {
    let area = Rect::new(0, 0, model.size.width, model.size.height);
    let Some(layer) = model.layers.last_mut() else { return };
    let rect = chrome::layer_rect(area, layer);
    match layer {
        Layer::Confirm(_) => {
            let [cancel, yes] = chrome::buttons(rect);
            if yes.contains(at) || cancel.contains(at) || !rect.contains(at) {
                confirm::answer(model, yes.contains(at), out);
            }
        }
        Layer::Finding(findings::dialog::Dialog::Create(_)) => {
            let [cancel, yes] = chrome::buttons(rect);
            if yes.contains(at) || cancel.contains(at) || !rect.contains(at) {
                findings::dialog::create::answer(model, yes.contains(at), out);
            }
        }
        _ if !rect.contains(at) => {
            model.layers.pop();
        }
        Layer::Connection(_) => wizard::dialog::click(model, rect, at, out),
        Layer::Finding(findings::dialog::Dialog::Link(link)) => {
            let rows = chrome::picker_rows(rect);
            if let Some(index) = row_at(rows, at, link.top, link.items.len()) {
                link.point_at(index);
                findings::dialog::link::choose(model, out);
            }
        }
        Layer::Pick(picker) => {
            let rows = chrome::picker_rows(rect);
            if let Some(index) = row_at(rows, at, picker.top, picker.matches()) {
                picker.cursor = index;
                picker::choose(model, out);
            }
        }
        Layer::Columns(chooser) => {
            let rows = chrome::picker_rows(rect);
            if let Some(index) = row_at(rows, at, chooser.top, chooser.counts().0) {
                chooser.cursor = index;
                chooser.toggle();
            }
        }
        _ => {}
    }
}
