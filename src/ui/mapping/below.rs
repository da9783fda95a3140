//! What stands below a page of the mapping editor: what is wrong, the chosen line in full, a payload.

use ratatui::layout::Rect;

use super::sign;
use crate::app::layout::inner;
use crate::app::mapping::editor::{Editor, Row};
use crate::app::mapping::judge::{About, Flaw, Mark};
use crate::app::mapping::payload;
use crate::app::model::Model;
use crate::app::role::{Line, Role};
use crate::text::{clean_line, width, wrap};
use crate::ui::canvas::{Canvas, Frame};

/// What would be sent for the chosen finding.
pub(super) fn payload(canvas: &mut Canvas<'_>, rect: Rect, editor: &Editor) {
    let row = payload::row(editor);
    let title = row.map_or_else(
        || "Payload".to_owned(),
        |row| format!("Payload · {}", clean_line(&row.finding)),
    );
    let frame = Frame {
        title: &title,
        ..Frame::default()
    };
    canvas.frame(rect, &frame);
    let area = inner(rect);
    let Some(row) = row else {
        canvas.role(
            area.x + 2,
            area.y,
            area.width.saturating_sub(3),
            "Nothing is sent before it is written.",
            Role::Muted,
        );
        return;
    };
    let cells = usize::from(area.width).saturating_sub(4);
    let why = wrap(&clean_line(&row.why), cells)
        .into_iter()
        .map(|line| (line, Role::Info));
    let body = payload::lines(row, cells).into_iter().map(|line| (line, Role::Code));
    for (y, (line, role)) in (area.top()..area.bottom()).zip(why.chain(body)) {
        canvas.role(area.x + 2, y, area.width.saturating_sub(3), &line, role);
    }
}

pub(super) fn problems(canvas: &mut Canvas<'_>, rect: Rect, model: &Model, editor: &Editor) {
    let title = format!("Problems · {}", editor.flaws.len());
    let frame = Frame {
        title: &title,
        right: if editor.flaws.is_empty() { "" } else { "[ ] jump" },
        ..Frame::default()
    };
    canvas.frame(rect, &frame);
    let area = inner(rect);
    let cells = usize::from(area.width).saturating_sub(3);
    let mut lines = chosen(editor, cells);
    lines.extend(
        editor
            .flaws
            .iter()
            .filter(|flaw| !is_chosen(editor, flaw))
            .map(|flaw| flaw_line(canvas, flaw)),
    );
    lines.extend(facts(model, editor));
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        canvas.line(area.x + 2, y, area.width.saturating_sub(3), line);
    }
}

fn flaw_line(canvas: &Canvas<'_>, flaw: &Flaw) -> Line {
    let (glyph, role) = sign(canvas, flaw.mark);
    Line::of(format!("{glyph} {}  ", flaw.name), role).with(flaw.reason.clone(), Role::Text)
}

fn is_chosen(editor: &Editor, flaw: &Flaw) -> bool {
    match (editor.current(), &flaw.about) {
        (Some(Row::Setting(setting)), About::Setting(about)) => setting == *about,
        (Some(Row::Field(index)), About::Field(at)) => {
            at.state.is_none() && editor.rows.get(index).is_some_and(|row| row.at.field == at.field)
        }
        (Some(Row::State(state)), About::State(about)) => state == *about,
        (Some(Row::StateField(row)), About::Field(at)) => row == *at,
        (Some(Row::Closes), About::Closes) => true,
        _ => false,
    }
}

/// All there is to say of the chosen line, in full.
fn chosen(editor: &Editor, cells: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    for flaw in editor.flaws.iter().filter(|flaw| is_chosen(editor, flaw)) {
        let role = if flaw.mark == Mark::Error {
            Role::Error
        } else {
            Role::Warn
        };
        let text = format!("▸ {}: {}", flaw.name, flaw.reason);
        lines.extend(wrap(&text, cells).into_iter().map(|line| Line::of(line, role)));
    }
    let row = match editor.current() {
        Some(Row::Field(index)) => editor.rows.get(index),
        _ => None,
    };
    if let Some(row) = row.filter(|row| row.on) {
        let id = format!("▸ {}  ", row.name);
        let mut line = Line::of(id, Role::Focus).with(format!("{} {}", row.rule, row.value), Role::Text);
        if row.at.field != row.name {
            line = line.with(format!("  {}", clean_line(&row.at.field)), Role::Muted);
        }
        lines.push(line);
        if let Ok(sample) = &row.sample
            && width(sample) > 20
        {
            let wrapped = wrap(sample, cells.saturating_sub(4)).into_iter().take(3);
            lines.extend(wrapped.map(|line| Line::of(format!("    {line}"), Role::Muted)));
        }
    }
    lines
}

/// What the preview stands on.
fn facts(model: &Model, editor: &Editor) -> Vec<Line> {
    let mut lines = vec![Line::default()];
    let unsaved = editor.unsaved();
    if unsaved > 0 {
        let word = if unsaved == 1 { "change" } else { "changes" };
        let text = format!("● {unsaved} unsaved {word} · nothing is written until you save");
        lines.push(Line::of(text, Role::Info));
    }
    if let Some(samples) = editor.samples.got() {
        let text = match editor.sample() {
            Some(finding) => format!(
                "sample {} of {} · {} · {}",
                editor.sample + 1,
                samples.total,
                clean_line(&finding.id.to_string()),
                clean_line(&finding.title)
            ),
            None => "no finding matches yet, so there is no sample".to_owned(),
        };
        lines.push(Line::of(text, Role::Muted));
    }
    if let Some((at, why)) = editor.screen.got().and_then(|read| read.cached.as_ref()) {
        let text = format!("fields as cached {} · {}", model.clock(*at), clean_line(why));
        lines.push(Line::of(text, Role::Stale));
    }
    lines
}
