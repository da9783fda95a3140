//! The table of findings: which columns fit, and what each says.

use ratatui::layout::Rect;

use crate::app::findings::words;
use crate::app::model::Model;
use crate::app::page::status_role;
use crate::app::role::Role;
use crate::domain::{FindingRow, PushState, Severity};
use crate::text::{age, clean_line, truncate, width};
use crate::ui::canvas::Canvas;
use crate::ui::table::{self, Column, column, growing};

/// Cells before the first column: the mark of the chosen row, that of a selected one, and a gap.
const MARKS: u16 = 3;
/// Widths between which ids, tags and sources are shown.
const NARROW: u16 = 6;
const WIDE: u16 = 14;

const SEVERITY: usize = 0;
const ISSUE: usize = 6;
const AGE: usize = 8;

/// The columns, as wide as what is in them, so that the title gets the rest.
fn columns(cells: u16, model: &Model) -> [Column; 9] {
    let rows = model.findings.list.rows();
    let widest = |text: &dyn Fn(&FindingRow) -> usize, least: u16, most: u16| {
        let cells = rows.iter().map(text).max().unwrap_or_default();
        u16::try_from(cells).unwrap_or(most).clamp(least, most)
    };
    let id = widest(&|row| width(&clean_line(row.id.short_external())), NARROW, WIDE);
    let tag = |row: &FindingRow| row.tag.as_ref().map_or(0, |tag| width(&clean_line(tag)));
    let tag = match rows.iter().any(|row| row.tag.is_some()) {
        true => widest(&tag, NARROW, WIDE),
        false => 0,
    };
    let source = widest(&|row| width(&clean_line(&row.id.source)), NARROW, WIDE);
    let severity = widest(&|row| 2 + width(row.severity.word()), NARROW, WIDE);
    let kind = widest(&|row| width(row.kind.word()), NARROW, WIDE);
    // Where there is room for it, others go before the title or the issue's status is cut.
    let (title, issue) = match cells {
        ..100 => (20, 18),
        100..140 => (28, 20),
        _ => (36, 30),
    };
    let issue = widest(&issue_cells, NARROW, issue);
    let state = widest(&|row| width(words::state(row.state, row.resolution).0), NARROW, WIDE);
    [
        column("SEV", severity, 0),
        column("ID", id, 6),
        Column {
            grows: u16::MAX,
            ..growing("TITLE", title, 0)
        },
        column("TAG", tag, 7),
        column("KIND", kind, 9),
        column("SOURCE", source, 8),
        column("ISSUE", issue, 0),
        column("STATE", state, 4),
        column("AGE", 4, 5),
    ]
}

/// Cells that a finding's issue would take, whole.
fn issue_cells(row: &FindingRow) -> usize {
    let pending = row.pending.as_ref().map(|pending| {
        let trouble = words::is_trouble(pending);
        let word = if row.link.is_some() && !trouble {
            0
        } else {
            width(words::pending(pending.state).0) + 1
        };
        (word + 1, trouble)
    });
    let troubled = pending.is_some_and(|(_, trouble)| trouble);
    let link = row.link.as_ref();
    let key = link.map(|link| width(&clean_line(link.key.as_str())));
    let status = link.filter(|_| !troubled).and_then(|link| match &link.status {
        _ if link.gone => Some(width("gone")),
        status => status.as_ref().map(|status| width(&clean_line(&status.name))),
    });
    let parts = [key, pending.map(|(cells, _)| cells), status];
    parts.iter().flatten().map(|cells| cells + 1).sum::<usize>().max(1) - 1
}

/// Draws headings and the rows in sight.
pub(super) fn table(canvas: &mut Canvas<'_>, headings: Rect, rows: Rect, focused: bool, model: &Model) {
    let cells = rows.width.saturating_sub(MARKS);
    let columns = columns(cells, model);
    let fitted = table::fit(cells, &columns);
    for (index, x, cells) in &fitted {
        if let Some(column) = columns.get(*index) {
            let x = headings.x + MARKS + x;
            if *index == AGE {
                canvas.right(x, headings.y, *cells, column.heading, Role::Heading);
            } else {
                canvas.role(x, headings.y, *cells, column.heading, Role::Heading);
            }
        }
    }
    let list = &model.findings.list;
    let top = list.drawn_top(rows.height.into());
    for (y, index) in (rows.top()..rows.bottom()).zip(top..list.len()) {
        let Some(row) = list.row(index) else {
            canvas.role(rows.x + MARKS, y, 1, canvas.theme.glyphs.more, Role::Muted);
            continue;
        };
        for (column, x, cells) in &fitted {
            cell(canvas, (rows.x + MARKS + x, y, *cells), *column, row, model);
        }
        if list.is_marked(row.row) {
            canvas.role(rows.x + 1, y, 1, canvas.theme.glyphs.marked, Role::Focus);
        }
        if Some(row.row) == list.selected() {
            canvas.choose(rows.x, y, rows.width, focused);
        }
    }
}

fn cell(canvas: &mut Canvas<'_>, (x, y, cells): (u16, u16, u16), column: usize, row: &FindingRow, model: &Model) {
    let clean = |text: &str| clean_line(text).into_owned();
    let (text, role) = match column {
        SEVERITY => severity(canvas, row.severity),
        1 => (clean(row.id.short_external()), Role::Text),
        2 => (words::title(row), Role::Text),
        3 => (row.tag.as_deref().map(clean).unwrap_or_default(), Role::Tag),
        4 => (row.kind.word().to_owned(), Role::Muted),
        5 => (clean(&row.id.source), Role::Muted),
        ISSUE => return issue(canvas, (x, y, cells), row),
        7 => {
            let (word, role) = words::state(row.state, row.resolution);
            (word.to_owned(), role)
        }
        _ => {
            let age = age(model.now, row.created);
            return canvas.right(x, y, cells, &age, Role::Muted);
        }
    };
    let end = canvas.role(x, y, cells, &text, role);
    if let Some(url) = row.url.as_ref().filter(|_| column == 1) {
        canvas.link(x, y, end.saturating_sub(x), url);
    }
}

/// `▲ critical`
fn severity(canvas: &Canvas<'_>, severity: Severity) -> (String, Role) {
    let glyphs = canvas.theme.glyphs;
    let level = match severity {
        Severity::Critical => 0,
        Severity::High => 1,
        Severity::Medium => 2,
        Severity::Low => 3,
        Severity::Info | Severity::None => 4,
    };
    let glyph = glyphs.priorities.get(level).copied().unwrap_or_default();
    (format!("{glyph} {}", severity.word()), words::severity_role(severity))
}

/// `PAY-1401 In review`, what is pending, or a dash.
fn issue(canvas: &mut Canvas<'_>, (x, y, cells): (u16, u16, u16), row: &FindingRow) {
    let end = x + cells;
    let mut at = x;
    if let Some(link) = &row.link {
        at = canvas.role(x, y, cells, &clean_line(link.key.as_str()), Role::Link);
        canvas.link(x, y, at.saturating_sub(x), &link.url);
        at += 1;
    }
    if let Some(pending) = &row.pending {
        let (word, role) = words::pending(pending.state);
        let glyph = match pending.state {
            PushState::Failed => canvas.theme.glyphs.error,
            PushState::Uncertain => canvas.theme.glyphs.warn,
            PushState::Unknown => canvas.theme.glyphs.cut_off,
            PushState::Waiting | PushState::Sending => canvas.theme.glyphs.live,
        };
        // What is on its way to an issue that is there is worth a mark, not a word.
        let text = if row.link.is_some() && !words::is_trouble(pending) {
            glyph.to_owned()
        } else {
            format!("{word} {glyph}")
        };
        at = canvas.role(at, y, end.saturating_sub(at), &text, role) + 1;
        if words::is_trouble(pending) {
            return;
        }
    }
    match row.link.as_ref().and_then(|link| link.status.as_ref()) {
        _ if row.link.as_ref().is_some_and(|link| link.gone) => {
            canvas.role(at, y, end.saturating_sub(at), "gone", Role::Error);
        }
        Some(status) if at < end => {
            let text = truncate(&clean_line(&status.name), usize::from(end - at));
            canvas.role(at, y, end - at, &text, status_role(status.category));
        }
        None if row.link.is_none() && row.pending.is_none() => {
            canvas.role(x, y, cells, canvas.theme.glyphs.nothing, Role::Muted);
        }
        _ => {}
    }
}
