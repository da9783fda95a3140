//! The pages of the mapping editor that are tables: fields, states, a dry run.

use ratatui::layout::Rect;

use super::{say, sign, waiting};
use crate::app::Fate;
use crate::app::mapping::editor::{Editor, Row};
use crate::app::mapping::judge::{About, FieldRow, Mark, Need, rule_text, rule_word};
use crate::app::mapping::pick::category_word;
use crate::app::model::Model;
use crate::app::role::{Line, Role};
use crate::app::wizard::Asked;
use crate::config::Closes;
use crate::text::{clean_line, truncate};
use crate::ui::canvas::Canvas;
use crate::ui::table::{self, Column, column, growing};

const FIELDS: [Column; 7] = [
    column("ON", 4, 0),
    column("JIRA FIELD", 20, 0),
    column("TYPE", 10, 3),
    column("REQUIRED", 8, 2),
    column("RULE", 13, 1),
    column("VALUE", 24, 0),
    growing("SAMPLE", 20, 0),
];

/// The column that says so.
const REQUIRED: usize = 3;

const RUN: [Column; 4] = [
    column("WOULD", 9, 0),
    column("FINDING", 20, 1),
    growing("TITLE", 24, 2),
    column("WHY", 30, 0),
];

pub(super) fn fields(canvas: &mut Canvas<'_>, area: Rect, model: &Model, editor: &Editor, rows: &[Row]) {
    let fitted = table::headings(canvas, area, &FIELDS);
    if editor.screen.got().is_none() {
        if editor.screen.is_waiting() || matches!(editor.screen, Asked::Failed(_)) {
            waiting(canvas, area, model, &editor.screen, "the fields of its create screen");
        } else {
            say(canvas, area, "Choose project and issue type first: tab.", Role::Muted);
        }
        return;
    }
    if rows.is_empty() {
        say(canvas, area, "No field matches.", Role::Muted);
    }
    for (y, (index, row)) in (area.top() + 1..area.bottom()).zip(rows.iter().enumerate().skip(editor.top())) {
        let Row::Field(at) = row else { continue };
        let Some(row) = editor.rows.get(*at) else { continue };
        let mut cells = field_cells(canvas, row);
        // Where there is no room for its column, a star says it.
        let is_told = fitted.iter().any(|(column, ..)| *column == REQUIRED);
        if !is_told && row.need == Need::Required {
            cells[1].0.push_str(" *");
        }
        table::row(canvas, area, y, &fitted, &cells);
        if index == editor.cursor() {
            canvas.choose(area.x, y, area.width, true);
        }
    }
}

fn field_cells(canvas: &Canvas<'_>, row: &FieldRow) -> [(String, Role); 7] {
    let (mark, role) = sign(canvas, row.mark);
    let unsaved = if row.unsaved { canvas.theme.glyphs.live } else { "" };
    let need = match row.need {
        Need::Required => "yes",
        Need::Defaulted => "default",
        Need::Optional => "",
    };
    let name_role = if row.on { Role::Text } else { Role::Muted };
    let (sample, sample_role) = match &row.sample {
        Ok(text) => (text.clone(), Role::Text),
        Err(problem) if row.mark == Mark::Error => (format!("{} {problem}", canvas.theme.glyphs.error), Role::Error),
        Err(problem) => (format!("{} {problem}", canvas.theme.glyphs.warn), Role::Warn),
    };
    [
        (format!("{mark} {unsaved}"), role),
        (row.name.clone(), name_role),
        (row.kind.clone(), Role::Muted),
        (need.to_owned(), Role::Muted),
        (row.rule.clone(), Role::Muted),
        (row.value.clone(), Role::Text),
        (sample, sample_role),
    ]
}

pub(super) fn states(canvas: &mut Canvas<'_>, area: Rect, model: &Model, editor: &Editor, rows: &[Row]) {
    let heading = "FINDING IS → ISSUE BECOMES · ISSUE IS → FINDING BECOMES";
    canvas.role(area.x + 2, area.y, area.width.saturating_sub(3), heading, Role::Heading);
    for (y, (index, row)) in (area.top() + 1..area.bottom()).zip(rows.iter().enumerate().skip(editor.top())) {
        canvas.line(
            area.x + 2,
            y,
            area.width.saturating_sub(3),
            &state_line(canvas, editor, row),
        );
        if index == editor.cursor() {
            canvas.choose(area.x, y, area.width, true);
        }
    }
    let below = u16::try_from(rows.len() + 1).unwrap_or(u16::MAX);
    if below < area.height {
        let rest = Rect::new(area.x, area.y + below, area.width, area.height - below);
        waiting(canvas, rest, model, &editor.workflow, "its statuses and resolutions");
    }
}

fn state_line(canvas: &Canvas<'_>, editor: &Editor, row: &Row) -> Line {
    let mapping = &editor.draft.mapping;
    let flawed = |about: &About| editor.flaws.iter().find(|flaw| flaw.about == *about);
    let mark = |about: &About| flawed(about).map_or((" ", Role::Muted), |flaw| sign(canvas, flaw.mark));
    let line = |about: Option<About>, label: String, text: String, on: bool| {
        let (glyph, role) = about.as_ref().map_or((" ", Role::Muted), mark);
        let shade = if on { Role::Text } else { Role::Muted };
        Line::of(format!("{glyph:<2}"), role)
            .with(format!("{label:<30} "), Role::Muted)
            .with(clean_line(&text).into_owned(), shade)
    };
    match row {
        Row::State(state) => {
            let status = editor.draft.state(*state).map(|rule| rule.status.clone());
            let on = status.is_some();
            let text = status.unwrap_or_else(|| "stays where it is".to_owned());
            line(
                Some(About::State(*state)),
                format!("finding is {}", state.word()),
                format!("→ {text}"),
                on,
            )
        }
        Row::StateField(at) => {
            let rule = editor.draft.rule(at);
            let field = editor.field(at);
            let required = if field.is_some_and(|field| field.required) {
                " (required)"
            } else {
                ""
            };
            let text = rule.map_or_else(
                || "not filled in".to_owned(),
                |rule| format!("{} · {}", rule_word(rule, field), rule_text(rule)),
            );
            let label = format!("    {}{required}", truncate(&clean_line(&at.name), 24));
            line(Some(About::Field(at.clone())), label, text, rule.is_some())
        }
        Row::Closes => {
            let text = match &mapping.closes {
                Closes::Category(category) => format!("every status of the category {}", category_word(*category)),
                Closes::Statuses(statuses) => statuses.join(", "),
            };
            line(
                Some(About::Closes),
                "finding closes when issue is".to_owned(),
                text,
                true,
            )
        }
        Row::Resolution(name) => {
            let own = mapping.resolutions.contains_key(name);
            let text = match crate::mapping::resolution_of(mapping, name) {
                Some(resolution) if own => format!("→ {}", resolution.word()),
                Some(resolution) => format!("→ {}, by its name", resolution.word()),
                None => "→ closed, and why is not known".to_owned(),
            };
            let label = format!("issue resolved as {}", truncate(&clean_line(name), 12));
            line(None, label, text, own)
        }
        _ => Line::default(),
    }
}

pub(super) fn run(canvas: &mut Canvas<'_>, area: Rect, model: &Model, editor: &Editor, rows: &[Row]) {
    let fitted = table::headings(canvas, area, &RUN);
    let Some(run) = editor.run.got() else {
        return waiting(canvas, area, model, &editor.run, "nothing; looking at the findings");
    };
    for (y, (index, row)) in (area.top() + 1..area.bottom()).zip(rows.iter().enumerate().skip(editor.top())) {
        match row {
            Row::Dry(at) => {
                let Some(row) = run.rows.get(*at) else { continue };
                let glyphs = canvas.theme.glyphs;
                let (glyph, role) = match row.fate {
                    Fate::Problem => (glyphs.error, Role::Error),
                    Fate::Create => (glyphs.ok, Role::Ok),
                    Fate::Update => (glyphs.live, Role::Info),
                    Fate::Skip => (glyphs.new, Role::Muted),
                };
                let clean = |text: &str| clean_line(text).into_owned();
                let cells = [
                    (format!("{glyph} {}", row.fate.word()), role),
                    (clean(&row.finding), Role::Muted),
                    (clean(&row.title), Role::Text),
                    (clean(&row.why), Role::Muted),
                ];
                table::row(canvas, area, y, &fitted, &cells);
            }
            _ => {
                let text = if editor.is_changed() || editor.base.is_none() {
                    "[ Show what changes in the config, then write ]"
                } else {
                    "[ Nothing has changed ]"
                };
                canvas.role(area.x + 2, y, area.width.saturating_sub(3), text, Role::Key);
            }
        }
        if index == editor.cursor() {
            canvas.choose(area.x, y, area.width, true);
        }
    }
}
