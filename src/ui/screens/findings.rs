//! Screen 3: the list of findings, the chosen one, and its issue.

mod cells;
pub(crate) mod dialog;

use ratatui::layout::Rect;

use super::list::draw_face;
use crate::app::action::Action;
use crate::app::event::finding::label_of;
use crate::app::findings::{act, faces, words};
use crate::app::layout::{Pane, Regions, finding_parts, inner};
use crate::app::model::{EntryKind, Model, Screen};
use crate::app::role::Role;
use crate::domain::FindingState;
use crate::text::{age, clean_line, thousands, truncate, width};
use crate::ui::canvas::{Canvas, Frame};

/// Draws the panes that only this screen has.
pub(crate) fn draw(canvas: &mut Canvas<'_>, regions: &Regions, model: &Model) {
    for (pane, rect) in &regions.panes {
        match pane {
            Pane::Findings => list(canvas, *rect, model),
            Pane::Finding => sheet(canvas, *pane, *rect, model, &headline(model), &position(model)),
            Pane::FindingIssue => sheet(canvas, *pane, *rect, model, &issue_title(model), ""),
            _ => {}
        }
    }
}

fn list(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    let focused = model.focus() == Pane::Findings;
    canvas.frame(
        rect,
        &Frame {
            title: &title(canvas, model),
            right: &order(canvas, model),
            below: "",
            focused,
        },
    );
    let parts = finding_parts(rect, model);
    if let Some((area, (text, failed))) = parts.trouble.zip(model.findings.trouble()) {
        let (glyph, role) = if failed {
            (canvas.theme.glyphs.error, Role::Error)
        } else {
            (canvas.theme.glyphs.warn, Role::Warn)
        };
        let text = format!("{glyph} {text}");
        canvas.role(area.x + 1, area.y, area.width.saturating_sub(2), &text, role);
    }
    if let Some(area) = parts.filter {
        filter(canvas, area, model);
    }
    if let Some(area) = parts.verdict {
        verdict(canvas, area, model);
    }
    match faces::face(model) {
        Some(face) => draw_face(canvas, parts.below(), &face),
        None => cells::table(canvas, parts.headings, parts.rows, focused, model),
    }
}

/// `Findings · 41 open of 210`
fn title(canvas: &Canvas<'_>, model: &Model) -> String {
    let findings = &model.findings;
    let mut title = "Findings".to_owned();
    if findings.list.is_answered() && !findings.teaches() {
        let query = findings.question();
        let only_open = !query.closed && !query.states.contains(&FindingState::Closed);
        let word = if only_open { " open" } else { "" };
        let (shown, all) = (findings.list.len() as u64, findings.list.all() as u64);
        title.push_str(&format!(" · {}{word} of {}", thousands(shown), thousands(all)));
    }
    if findings.list.is_waiting() {
        title.push_str(&format!(" {}", canvas.spinner(model.now)));
    }
    title
}

/// `severity ↓  s`
fn order(canvas: &Canvas<'_>, model: &Model) -> String {
    let findings = &model.findings;
    if crate::app::enabled(model, Action::Sort).is_err() {
        return String::new();
    }
    let (word, falling) = words::order(findings.sort, findings.reverse);
    let arrow = if falling {
        canvas.theme.glyphs.falling
    } else {
        canvas.theme.glyphs.rising
    };
    let hint = model.keymap.hint(Action::Sort).unwrap_or_default();
    format!("{word} {arrow}  {hint}")
}

/// `tag  payments  / sev:high      5 of 210`
fn filter(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    let findings = &model.findings;
    let count = format!(
        "{} of {}",
        thousands(findings.list.len() as u64),
        thousands(findings.list.all() as u64)
    );
    let count_cells = u16::try_from(width(&count)).unwrap_or(0);
    let mut x = area.x + 1;
    if let Some(tag) = &findings.tag {
        let room = area.width.saturating_sub(count_cells + 4);
        x = canvas.role(x, area.y, room, "tag  ", Role::Muted);
        let tag = truncate(&clean_line(tag), usize::from(area.width / 3));
        x = canvas.role(x, area.y, area.right().saturating_sub(x), &tag, Role::Tag) + 2;
    }
    let typing = model.typing(EntryKind::Findings);
    if typing.is_some() || !findings.filter.is_empty() {
        x = canvas.role(x, area.y, area.right().saturating_sub(x), "/ ", Role::Key);
        let cells = area.right().saturating_sub(x + count_cells + 3);
        match typing {
            Some(edit) => canvas.input(
                x,
                area.y,
                cells,
                &clean_line(edit.text()),
                &clean_line(edit.before_cursor()),
                Role::Match,
            ),
            None => {
                canvas.role(x, area.y, cells, &clean_line(&findings.filter), Role::Match);
            }
        }
    }
    canvas.right(area.x, area.y, area.width.saturating_sub(1), &count, Role::Muted);
}

/// What is wrong with the filter; else what `tab` would put there.
fn verdict(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    let room = area.width.saturating_sub(2);
    let candidates = act::candidates(model);
    let typing = model.typing(EntryKind::Findings).is_some();
    let complaint = model.findings.complaint();
    // While a value is being typed it is no mistake yet.
    if typing && !candidates.items.is_empty() {
        let items: Vec<_> = candidates.items.iter().map(|item| clean_line(item)).collect();
        let x = canvas.role(area.x + 1, area.y, room, "tab ", Role::Key);
        canvas.role(
            x,
            area.y,
            area.right().saturating_sub(x + 1),
            &items.join("  "),
            Role::Muted,
        );
    } else if let Some(complaint) = complaint {
        let text = format!("{} {complaint}", canvas.theme.glyphs.error);
        canvas.role(area.x + 1, area.y, room, &text, Role::Error);
    }
}

/// `bounty/2345 · SQL injection in search`
fn headline(model: &Model) -> String {
    let row = model.findings.current().or_else(|| model.findings.read());
    row.map_or_else(String::new, |row| {
        format!("{} · {}", label_of(&row.id), words::title(row))
    })
}

fn issue_title(model: &Model) -> String {
    let link = model.findings.current().and_then(|row| row.link.as_ref());
    link.map_or_else(
        || "Issue".to_owned(),
        |link| format!("Issue · {}", clean_line(link.key.as_str())),
    )
}

/// `3 of 41` full screen, else how to move the pane.
fn position(model: &Model) -> String {
    let list = &model.findings.list;
    match model.findings.page {
        Some(page) if list.selected() == Some(page) => {
            format!(
                "{} of {}",
                thousands(list.cursor() as u64 + 1),
                thousands(list.len() as u64)
            )
        }
        Some(_) => "not in this list".to_owned(),
        None if model.size.width < 80 => "tab list".to_owned(),
        None => {
            let hint = model.keymap.hint(Action::Preview).unwrap_or_default();
            format!("{hint} preview")
        }
    }
}

fn sheet(canvas: &mut Canvas<'_>, pane: Pane, rect: Rect, model: &Model, title: &str, right: &str) {
    let Some(sheet) = model.findings.reader.sheet(pane) else {
        return;
    };
    let area = inner(rect);
    let findings = &model.findings;
    let wanted = findings.page.or(findings.list.selected());
    let shown = findings.read().is_some();
    let rest = if shown {
        sheet
            .lines
            .len()
            .saturating_sub(sheet.scroll + usize::from(area.height))
    } else {
        0
    };
    // The hint is dropped before the title is cut.
    let fits = width(title) + width(right) + 10 < usize::from(rect.width);
    let right = if fits || findings.page.is_some() { right } else { "" };
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
    canvas.frame(
        rect,
        &Frame {
            title,
            right: &format!("{more}{gap}{right}"),
            below: "",
            focused: model.focus() == pane,
        },
    );
    if !shown {
        let gone = wanted.is_some_and(|row| findings.reader.is_gone(row));
        if gone && pane == Pane::Finding {
            let text = "This finding is no longer there: esc returns to the list.";
            canvas.role(area.x + 1, area.y, area.width.saturating_sub(2), text, Role::Muted);
        }
        return;
    }
    for (y, line) in (area.top()..area.bottom()).zip(sheet.lines.iter().skip(sheet.scroll)) {
        canvas.line(area.x + 1, y, area.width.saturating_sub(2), line);
    }
}

/// What happens about findings, for the status line: above all what the user waits for.
pub(crate) fn happening(canvas: &Canvas<'_>, model: &Model) -> Option<(String, Role)> {
    let findings = &model.findings;
    if let Some(names) = findings.sources.awaited_names() {
        return Some((format!("{} refreshing {names}", canvas.theme.glyphs.live), Role::Info));
    }
    if findings.is_asking() {
        let text = format!("{} asking what the issue would hold", canvas.spinner(model.now));
        return Some((text, Role::Info));
    }
    let marked = findings.list.marked().len();
    (model.screen == Screen::Findings && marked > 0).then(|| {
        (
            format!("{} selected · esc clears", thousands(marked as u64)),
            Role::Focus,
        )
    })
}

/// `read 2m ago · r refreshes`
pub(crate) fn freshness(model: &Model) -> String {
    let Some(at) = model.findings.sources.read() else {
        return String::new();
    };
    let ago = match age(model.now, at).as_str() {
        "now" => "just now".to_owned(),
        age => format!("{age} ago"),
    };
    match model.keymap.hint(Action::Refresh) {
        Some(key) if model.size.width >= 80 => format!("sources read {ago} · {key} refreshes"),
        _ => format!("read {ago}"),
    }
}
