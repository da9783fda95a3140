//! Screen 1: views, list, preview; and one issue on the full screen.

use ratatui::layout::Rect;

use crate::app::action::Action;
use crate::app::layout::{Pane, Regions, inner, tag_rows};
use crate::app::model::Model;
use crate::app::reader::Missing;
use crate::app::role::{Line, Role};
use crate::app::views::View;
use crate::domain::IssueRow;
use crate::text::{clean_line, truncate, width};
use crate::ui::canvas::{Canvas, Frame};

/// Draws the panes that only this screen has.
pub(crate) fn draw(canvas: &mut Canvas<'_>, regions: &Regions, model: &Model) {
    if let Some(line) = regions.views_line {
        views_line(canvas, line, model);
    }
    for (pane, rect) in &regions.panes {
        match pane {
            Pane::Views => views(canvas, *rect, model),
            Pane::List => super::list::draw(canvas, *rect, model),
            Pane::Preview => sheet(canvas, *pane, *rect, model, &headline(model), &preview_hint(model)),
            Pane::Page => sheet(canvas, *pane, *rect, model, &headline(model), &position(model)),
            Pane::Fields => sheet(canvas, *pane, *rect, model, "Fields", ""),
            Pane::Comments => sheet(canvas, *pane, *rect, model, "Comments", "newest last"),
            _ => {}
        }
    }
}

/// `412`, `9999`, `12k`: what fits beside a name.
fn compact(count: usize) -> String {
    match count {
        ..10_000 => count.to_string(),
        10_000..1_000_000 => format!("{}k", count / 1000),
        _ => format!("{}M", count / 1_000_000),
    }
}

fn views(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    let focused = model.focus() == Pane::Views;
    let hint = model.keymap.hint(Action::Views).unwrap_or_default();
    let title = if model.home.views.is_reordered() {
        format!("Views {}", canvas.theme.glyphs.live)
    } else {
        "Views".to_owned()
    };
    canvas.frame(
        rect,
        &Frame {
            title: &title,
            right: &hint,
            below: "",
            focused,
        },
    );
    let area = inner(rect);
    let views = &model.home.views;
    for (y, (index, view)) in (area.top()..area.bottom()).zip(views.items.iter().enumerate().skip(views.top)) {
        let count = view.count.map_or_else(String::new, compact);
        let count_cells = u16::try_from(width(&count)).unwrap_or(0);
        let name_cells = area.width.saturating_sub(count_cells + 2);
        view_name(canvas, (area.x + 1, y, name_cells), index, view, model);
        canvas.right(area.x, y, area.width, &count, Role::Muted);
        if index == views.chosen {
            canvas.choose(area.x, y, area.width, focused);
        }
    }
    if let Some(rows) = tag_rows(rect, model) {
        tags(canvas, rows, model);
    }
}

/// The name, with what there is to know of the view: it is the one to start with, it has changes.
fn view_name(canvas: &mut Canvas<'_>, (x, y, cells): (u16, u16, u16), index: usize, view: &View, model: &Model) {
    let changed = model.home.is_changed(index);
    let marks = if view.default { 2 } else { 0 } + if changed { 2 } else { 0 };
    let name = truncate(&clean_line(&view.name), usize::from(cells.saturating_sub(marks)));
    let mut end = canvas.role(x, y, cells, &name, Role::Text);
    if view.default {
        end = canvas.role(end, y, 2, " *", Role::Muted);
    }
    if changed {
        let mark = format!(" {}", canvas.theme.glyphs.live);
        canvas.role(end, y, 2, &mark, Role::Warn);
    }
}

/// ` Tags  #` and the tags with most issues, under the views.
fn tags(canvas: &mut Canvas<'_>, rows: Rect, model: &Model) {
    let hint = model.keymap.hint(Action::Tags).unwrap_or_default();
    let heading = rows.y - 1;
    canvas.role(rows.x + 1, heading, rows.width.saturating_sub(1), "Tags", Role::Heading);
    canvas.right(rows.x, heading, rows.width, &hint, Role::Key);
    let chosen = model.home.tag.as_deref();
    let ranked = model.tags.ranked(model.home.jql(), chosen);
    for (y, (entry, count)) in (rows.top()..rows.bottom()).zip(ranked) {
        let count = count.map_or_else(String::new, compact);
        let count_cells = u16::try_from(width(&count)).unwrap_or(0);
        let cells = rows.width.saturating_sub(count_cells + 2);
        let text = format!("#{}", clean_line(&entry.tag));
        canvas.role(rows.x + 1, y, cells, &text, Role::Tag);
        canvas.right(rows.x, y, rows.width, &count, Role::Muted);
        if Some(entry.tag.as_str()) == chosen {
            canvas.choose(rows.x, y, rows.width, false);
        }
    }
}

/// Where there is no room for the pane: the chosen view among its neighbours.
fn views_line(canvas: &mut Canvas<'_>, line: Rect, model: &Model) {
    let hint = model.keymap.hint(Action::Views).unwrap_or_default();
    let mut x = canvas.role(line.x + 1, line.y, 4, &format!("{hint} "), Role::Key);
    let end = line.right().saturating_sub(1);
    let views = &model.home.views;
    let first = views.chosen.saturating_sub(1);
    for (index, view) in views.items.iter().enumerate().skip(first) {
        if x + 6 > end {
            break;
        }
        let mut text = clean_line(&view.name).into_owned();
        if model.home.is_changed(index) {
            text.push_str(&format!(" {}", canvas.theme.glyphs.live));
        }
        if let Some(count) = view.count {
            text.push_str(&format!(" {count}"));
        }
        let chosen = index == views.chosen;
        let text = truncate(&text, 28);
        let text = if chosen {
            format!("[{text}]")
        } else {
            format!(" {text} ")
        };
        let role = if chosen { Role::Focus } else { Role::Muted };
        x = canvas.role(x, line.y, end.saturating_sub(x), &text, role);
    }
}

/// `PAY-1412 · Retry webhook on 502`
fn headline(model: &Model) -> String {
    let shown = model.reader.detail().map(|detail| &detail.row);
    let row = match model.page {
        Some(page) => shown.filter(|row| row.row == page).or_else(|| model.current_row()),
        None if missing_row(model).is_some() => model.current_row(),
        None => shown.filter(|_| model.list().selected().is_some()),
    };
    row.map_or_else(String::new, |row| {
        format!("{} · {}", clean_line(row.key.as_str()), clean_line(&row.summary))
    })
}

fn preview_hint(model: &Model) -> String {
    let hint = model.keymap.hint(Action::Preview).unwrap_or_default();
    if model.size.width < 80 {
        "tab list".to_owned()
    } else {
        format!("{hint} preview")
    }
}

/// `3 of 23`
fn position(model: &Model) -> String {
    let list = model.list();
    if list.selected() == model.page {
        let all = list.total().map_or_else(|| "…".to_owned(), |_| list.len().to_string());
        format!("{} of {all}", list.cursor() + 1)
    } else {
        "no longer in this list".to_owned()
    }
}

/// The chosen row, if the store has nothing more about it.
fn missing_row(model: &Model) -> Option<&IssueRow> {
    let row = model.current_row()?;
    model.reader.missing(row.row).map(|_| row)
}

fn sheet(canvas: &mut Canvas<'_>, pane: Pane, rect: Rect, model: &Model, title: &str, right: &str) {
    let Some(sheet) = model.reader.sheet(pane) else { return };
    let area = inner(rect);
    let height = usize::from(area.height);
    let empty = model.page.is_none() && model.list().selected().is_none();
    let rest = if empty {
        0
    } else {
        sheet.lines().len().saturating_sub(sheet.scroll() + height)
    };
    // The hint is dropped before the summary is cut.
    let fits = width(title) + width(right) + 10 < usize::from(rect.width);
    let right = if fits || pane == Pane::Page { right } else { "" };
    let more = if rest > 0 {
        format!("{rest} more {}", canvas.theme.glyphs.falling)
    } else {
        String::new()
    };
    let gap = if more.is_empty() || right.is_empty() {
        ""
    } else {
        " · "
    };
    let right = format!("{more}{gap}{right}");
    canvas.frame(
        rect,
        &Frame {
            title,
            right: &right,
            below: "",
            focused: model.focus() == pane,
        },
    );
    if empty {
        return;
    }
    if pane != Pane::Fields && pane != Pane::Comments {
        link_title(canvas, rect, model, title);
    }
    if missing_row(model).is_some() {
        if pane != Pane::Fields {
            not_cached(canvas, area, model);
        }
        return;
    }
    for (y, line) in (area.top()..area.bottom()).zip(sheet.lines().iter().skip(sheet.scroll())) {
        canvas.line(area.x + 1, y, area.width.saturating_sub(2), line);
    }
}

/// The key in a title leads to the issue.
fn link_title(canvas: &mut Canvas<'_>, rect: Rect, model: &Model, title: &str) {
    let shown = model.reader.detail().map(|detail| &detail.row);
    let rows = shown.into_iter().chain(model.current_row());
    let mut keys = rows.map(|row| (clean_line(row.key.as_str()), &row.url));
    if let Some((key, url)) = keys.find(|(key, _)| title.starts_with(key.as_ref())) {
        let cells = u16::try_from(width(&key)).unwrap_or(0);
        canvas.link(rect.x + 3, rect.y, cells.min(rect.width.saturating_sub(6)), url);
    }
}

/// An issue that only a live answer knows.
fn not_cached(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    let Some(row) = missing_row(model) else { return };
    let clean = |text: &str| clean_line(text).into_owned();
    let why = match model.reader.missing(row.row) {
        Some(Missing::Unreadable) => "The store could not be read: r tries again.",
        Some(Missing::NotCached) | None => "Not kept locally: outside the connection's scope, or just deleted.",
    };
    let mut lines = vec![
        Line::default()
            .bold(clean(&row.status), crate::app::page::status_role(row.category))
            .with(" · ", Role::Muted)
            .with(clean(&row.issue_type), Role::Text),
        Line::of("Assignee ", Role::Muted).with(row.assignee.as_deref().map_or("nobody".to_owned(), clean), Role::Text),
        Line::default(),
        Line::of(why, Role::Muted),
    ];
    lines.push(Line::of("o", Role::Key).with(" opens it in the browser", Role::Muted));
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        canvas.line(area.x + 1, y, area.width.saturating_sub(2), line);
    }
}
