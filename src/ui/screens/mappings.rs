//! Screen 5 and the pane of the strip: every mapping, how it does, and what it consists of.

use ratatui::layout::Rect;

use super::counted;
use crate::app::MappingRow;
use crate::app::layout::{Pane, Regions, inner};
use crate::app::mapping::{self, Standing};
use crate::app::model::{Model, Screen};
use crate::app::role::{Line, Role};
use crate::config::{Closes, MappingConfig, ProjectChoice};
use crate::mapping::Overlap;
use crate::text::{age, clean_line, truncate, wrap};
use crate::ui::canvas::{Canvas, Frame};
use crate::ui::table::{self, Column, column, growing};

const COLUMNS: [Column; 8] = [
    growing("NAME", 18, 0),
    column("CONNECTION", 11, 3),
    column("PROJECT", 9, 1),
    column("TYPE", 10, 5),
    column("FINDINGS", 8, 2),
    column("CREATE", 7, 4),
    column("LINKS", 7, 6),
    column("STATE", 17, 0),
];

/// Draws both panes of the screen, or the one of the strip.
pub(crate) fn draw(canvas: &mut Canvas<'_>, regions: &Regions, model: &Model) {
    if let Some(rect) = regions.pane(Pane::Mappings) {
        let title = format!("Mappings · {}", model.mapping.rows.len());
        let focused = model.focus() == Pane::Mappings;
        let strip = model.screen == Screen::Issues;
        let frame = Frame {
            title: &title,
            right: if strip { "5" } else { "" },
            below: "",
            focused,
        };
        canvas.frame(rect, &frame);
        if model.mapping.rows.is_empty() {
            nothing(canvas, inner(rect), model);
        } else if strip {
            short(canvas, inner(rect), model, focused);
        } else {
            full(canvas, inner(rect), model, focused);
        }
    }
    if let Some(rect) = regions.pane(Pane::MappingDetail) {
        detail(canvas, rect, model);
    }
}

fn nothing(canvas: &mut Canvas<'_>, area: Rect, model: &Model) {
    let text = match () {
        () if !model.mapping.known => "Looking at the mappings.",
        () if !model.has_connections() => "No mapping yet. It needs a connection: n on 4 connects a Jira.",
        () => "No mapping yet: n maps a project, so that findings become its issues.",
    };
    for (y, line) in (area.top()..area.bottom()).zip(wrap(text, usize::from(area.width).saturating_sub(4))) {
        canvas.role(area.x + 2, y, area.width.saturating_sub(2), &line, Role::Muted);
    }
}

/// Glyph, word and role of how a mapping does.
fn state(canvas: &Canvas<'_>, row: &MappingRow) -> (String, Role) {
    let glyphs = canvas.theme.glyphs;
    let standing = mapping::standing(row);
    let (word, role) = standing.word();
    let glyph = match standing {
        Standing::Paused => glyphs.new,
        Standing::Attention => glyphs.warn,
        Standing::Failed(_) => glyphs.error,
        Standing::Waiting(_) => glyphs.live,
        Standing::Ok => glyphs.ok,
    };
    (format!("{glyph} {word}"), role)
}

/// The key of the project, or that a person is asked.
pub(super) fn project(config: &MappingConfig) -> String {
    match &config.project {
        ProjectChoice::Key(key) => clean_line(key).into_owned(),
        ProjectChoice::Ask => "ask".to_owned(),
    }
}

fn full(canvas: &mut Canvas<'_>, area: Rect, model: &Model, focused: bool) {
    let fitted = table::headings(canvas, area, &COLUMNS);
    let table = &model.mapping.table;
    let rows = model.mapping.rows.iter().enumerate().skip(table.top);
    for (y, (index, row)) in (area.top() + 1..area.bottom()).zip(rows) {
        let clean = |text: &str| clean_line(text).into_owned();
        let config = &row.config;
        let cells = [
            (clean(&config.name), Role::Text),
            (clean(config.connection.as_str()), Role::Muted),
            (project(config), Role::Text),
            (clean(&config.issue_type), Role::Muted),
            (counted(row.findings), Role::Muted),
            (config.create.word().to_owned(), Role::Muted),
            (counted(Some(row.state.links)), Role::Muted),
            state(canvas, row),
        ];
        table::row(canvas, area, y, &fitted, &cells);
        if index == table.cursor {
            canvas.choose(area.x, y, area.width, focused);
        }
    }
}

/// A line for each mapping: name, project, state.
fn short(canvas: &mut Canvas<'_>, area: Rect, model: &Model, focused: bool) {
    let table = &model.mapping.table;
    let rows = model.mapping.rows.iter().enumerate().skip(table.top);
    for (y, (index, row)) in (area.top()..area.bottom()).zip(rows) {
        let (word, role) = state(canvas, row);
        let state_cells = 17.min(area.width / 2);
        let name_cells = area.width.saturating_sub(state_cells + 3);
        let text = format!("{} → {}", clean_line(&row.config.name), project(&row.config));
        canvas.role(area.x + 1, y, name_cells, &text, Role::Text);
        canvas.role(
            area.right().saturating_sub(state_cells + 1),
            y,
            state_cells,
            &word,
            role,
        );
        if index == table.cursor {
            canvas.choose(area.x, y, area.width, focused);
        }
    }
}

fn detail(canvas: &mut Canvas<'_>, rect: Rect, model: &Model) {
    let current = model.mapping.current();
    let title = current.map_or_else(String::new, |row| clean_line(&row.config.name).into_owned());
    let frame = Frame {
        title: &title,
        ..Frame::default()
    };
    canvas.frame(rect, &frame);
    let Some(row) = current else { return };
    let area = inner(rect);
    let cells = area.width.saturating_sub(3);
    let lines = lines(canvas, row, model, cells.into());
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        canvas.line(area.x + 2, y, cells, line);
    }
}

/// Problems first, then what it consists of, then what it did.
fn lines(canvas: &Canvas<'_>, row: &MappingRow, model: &Model, cells: usize) -> Vec<Line> {
    let glyphs = canvas.theme.glyphs;
    let mut lines = Vec::new();
    if !row.state.drift.is_empty() {
        let text = "The project has changed; nothing is created until this is mended (e):";
        lines.push(Line::of(format!("{} {text}", glyphs.warn), Role::Warn));
        for (field, wrong) in &row.state.drift {
            let text = format!("{}: {}", clean_line(field), clean_line(wrong));
            let wrapped = wrap(&text, cells.saturating_sub(2)).into_iter();
            lines.extend(wrapped.map(|line| Line::of(format!("  {line}"), Role::Text)));
        }
        lines.push(Line::default());
    }
    for (first, overlap) in &row.behind {
        let text = format!("{} {}", glyphs.warn, overlap.told(first));
        let role = if *overlap == Overlap::All {
            Role::Warn
        } else {
            Role::Muted
        };
        lines.push(Line::of(text, role));
    }
    if row.state.trouble > 0 {
        let text = format!(
            "{} {} of its findings could not be sent: 3 shows them",
            glyphs.error, row.state.trouble
        );
        lines.push(Line::of(text, Role::Error));
        lines.push(Line::default());
    }
    for (label, text) in facts(row) {
        for (at, line) in wrap(&text, cells.saturating_sub(12)).into_iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            lines.push(Line::of(format!("{label:<12}"), Role::Muted).with(line, Role::Text));
        }
    }
    if !row.events.is_empty() {
        lines.push(Line::default());
        lines.push(Line::of("Lately", Role::Heading));
    }
    for (at, text) in &row.events {
        let ago = age(model.now, *at);
        let text = truncate(&clean_line(text), cells.saturating_sub(8));
        lines.push(Line::of(format!("{ago:>5}  "), Role::Muted).with(text, Role::Text));
    }
    lines
}

/// What a mapping consists of, in words.
fn facts(row: &MappingRow) -> Vec<(&'static str, String)> {
    let config = &row.config;
    let clean = |text: &str| clean_line(text).into_owned();
    let list = |words: &[String]| words.iter().map(|word| clean(word)).collect::<Vec<_>>().join(", ");
    let matching = &config.matching;
    let mut which = Vec::new();
    if !matching.sources.is_empty() {
        which.push(format!("from {}", list(&matching.sources)));
    }
    if !matching.kinds.is_empty() {
        let kinds: Vec<&str> = matching.kinds.iter().map(|kind| kind.word()).collect();
        which.push(kinds.join(", "));
    }
    if let Some(severity) = matching.severity {
        which.push(format!("{} or worse", severity.word()));
    }
    if !matching.tags.is_empty() {
        which.push(format!("tagged {}", list(&matching.tags)));
    }
    if let Some(expression) = &matching.expression {
        which.push(format!("where {}", clean(expression)));
    }
    let which = if which.is_empty() {
        "every finding".to_owned()
    } else {
        which.join(" · ")
    };
    let first = if config.entity_project {
        "the entity's own project, else "
    } else {
        ""
    };
    let place = format!(
        "{first}{} on {}, as {}{}",
        match &config.project {
            ProjectChoice::Key(key) => clean(key),
            ProjectChoice::Ask => "a project that is asked for every time".to_owned(),
        },
        clean(config.connection.as_str()),
        clean(&config.issue_type),
        config.subtask_type.as_ref().map_or_else(String::new, |subtask| format!(
            ", {} below a linked one",
            clean(subtask)
        )),
    );
    let closes = match &config.closes {
        Closes::Category(category) => format!("when its issue's status is of the category {category:?}").to_lowercase(),
        Closes::Statuses(statuses) => format!("when its issue is {}", list(statuses)),
    };
    let names: Vec<String> = row.fields.iter().map(|name| clean(name)).collect();
    vec![
        ("Findings", which),
        ("Become", place),
        ("Fields", format!("{} · {}", names.len(), names.join(", "))),
        ("Closes", closes),
    ]
}
