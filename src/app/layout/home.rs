//! The home screen at every size: views, list, preview and the strip.

use ratatui::layout::{Constraint, Layout, Rect, Size};

use super::{Pane, Preview, Regions, adjusted, strip_fits};
use crate::app::model::Model;

/// How the width is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// One pane at a time.
    Single,
    /// Views on one line, list, preview below.
    Narrow,
    /// Views beside the list.
    Wide,
}

pub(super) fn form(size: Size) -> Form {
    match size.width {
        ..80 => Form::Single,
        80..100 => Form::Narrow,
        _ => Form::Wide,
    }
}

/// Where the preview really is at this size.
pub(crate) fn preview(size: Size, model: &Model) -> Preview {
    match (form(size), model.panes.preview) {
        (Form::Single, _) | (_, Preview::Off) => Preview::Off,
        (Form::Narrow, _) => Preview::Below,
        (Form::Wide, Preview::Auto) if size.width >= 140 => Preview::Side,
        (Form::Wide, Preview::Auto) => Preview::Below,
        (Form::Wide, chosen) => chosen,
    }
}

fn has_comments(size: Size, model: &Model) -> bool {
    size.width >= 240 && preview(size, model) == Preview::Side
}

pub(super) fn focusable(size: Size, model: &Model) -> Vec<Pane> {
    if !model.has_connections() {
        return vec![Pane::List];
    }
    match form(size) {
        Form::Single => return vec![Pane::List, Pane::Preview, Pane::Views],
        Form::Narrow | Form::Wide => {}
    }
    let mut panes = Vec::with_capacity(6);
    if form(size) == Form::Wide {
        panes.push(Pane::Views);
    }
    panes.push(Pane::List);
    if preview(size, model) != Preview::Off {
        panes.push(Pane::Preview);
    }
    if has_comments(size, model) {
        panes.push(Pane::Comments);
    }
    if model.panes.strip && strip_fits(size) {
        panes.extend([Pane::Connections, Pane::Mappings, Pane::Log]);
    }
    panes
}

pub(super) fn cut(regions: &mut Regions, size: Size, model: &Model) {
    // The first screen of all has one thing to say.
    if !model.has_connections() {
        regions.panes = vec![(Pane::List, regions.body)];
        return;
    }
    let mut body = regions.body;
    if model.panes.strip && strip_fits(size) {
        let height = adjusted(7, model.panes.strip_by, 4, body.height / 2);
        let [above, strip] = Layout::vertical([Constraint::Fill(1), Constraint::Length(height)]).areas(body);
        body = above;
        cut_strip(regions, strip);
    }
    let mut panes = match form(size) {
        Form::Single => vec![(model.focus(), body)],
        Form::Narrow => {
            let [line, rest] = Layout::vertical([Constraint::Length(1), Constraint::Fill(1)]).areas(body);
            regions.views_line = Some(line);
            cut_below(rest, size, model)
        }
        Form::Wide => cut_wide(body, size, model),
    };
    panes.append(&mut regions.panes);
    regions.panes = panes;
}

fn cut_strip(regions: &mut Regions, strip: Rect) {
    let thirds = [Constraint::Fill(2), Constraint::Fill(2), Constraint::Fill(3)];
    let [connections, mappings, log] = Layout::horizontal(thirds).areas(strip);
    regions.panes = vec![
        (Pane::Connections, connections),
        (Pane::Mappings, mappings),
        (Pane::Log, log),
    ];
}

fn cut_wide(body: Rect, size: Size, model: &Model) -> Vec<(Pane, Rect)> {
    let base = match size.width {
        200.. => 28,
        140.. => 22,
        _ => 20,
    };
    let views_width = adjusted(base, model.panes.views_by, 12, size.width / 3);
    let beside = [Constraint::Length(views_width), Constraint::Fill(1)];
    match preview(size, model) {
        Preview::Below => {
            let (above, below) = halves(body, size, model);
            let [views, list] = Layout::horizontal(beside).areas(above);
            vec![(Pane::Views, views), (Pane::List, list), (Pane::Preview, below)]
        }
        Preview::Side => {
            let [views, rest] = Layout::horizontal(beside).areas(body);
            let mut panes = vec![(Pane::Views, views)];
            panes.extend(cut_side(rest, size, model));
            panes
        }
        Preview::Auto | Preview::Off => {
            let [views, list] = Layout::horizontal(beside).areas(body);
            vec![(Pane::Views, views), (Pane::List, list)]
        }
    }
}

fn cut_side(rest: Rect, size: Size, model: &Model) -> Vec<(Pane, Rect)> {
    let most = rest.width.saturating_sub(40);
    if has_comments(size, model) {
        let preview_width = adjusted(rest.width / 4 + 8, model.panes.preview_by, 30, most / 2);
        let comments_width = (rest.width / 5).clamp(30, 72);
        let [list, preview, comments] = Layout::horizontal([
            Constraint::Fill(1),
            Constraint::Length(preview_width),
            Constraint::Length(comments_width),
        ])
        .areas(rest);
        return vec![(Pane::List, list), (Pane::Preview, preview), (Pane::Comments, comments)];
    }
    // Two cells more of it would cost the list its assignees at 140 columns.
    let base = (rest.width * 9 / 25).min(104);
    let preview_width = adjusted(base, model.panes.preview_by, 30, most);
    let [list, preview] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(preview_width)]).areas(rest);
    vec![(Pane::List, list), (Pane::Preview, preview)]
}

pub(super) fn halves(body: Rect, size: Size, model: &Model) -> (Rect, Rect) {
    let base = match (form(size), size.height) {
        (Form::Wide, _) => (body.height * 2 / 5).clamp(6, 18),
        (_, ..28) => 6,
        _ => 8,
    };
    let height = adjusted(base, model.panes.preview_by, 4, body.height.saturating_sub(8));
    let [above, below] = Layout::vertical([Constraint::Fill(1), Constraint::Length(height)]).areas(body);
    (above, below)
}

fn cut_below(body: Rect, size: Size, model: &Model) -> Vec<(Pane, Rect)> {
    if preview(size, model) == Preview::Off {
        return vec![(Pane::List, body)];
    }
    let (above, below) = halves(body, size, model);
    vec![(Pane::List, above), (Pane::Preview, below)]
}
