//! The mapping editor as cells: its pages, what is wrong, the payload of a dry run.
//!
//! Must never be in here: what keys do; what a rule makes of a finding.

mod below;
pub(super) mod boxes;
mod rows;

use ratatui::layout::Rect;

use super::canvas::{Canvas, Frame};
use crate::app::layout::{Pane, Regions, inner};
use crate::app::mapping::counts;
use crate::app::mapping::editor::{Editor, Page, Row, STEPS, Setting};
use crate::app::mapping::judge::{About, Mark};
use crate::app::mapping::pick::conflict_word;
use crate::app::model::{EntryKind, Model};
use crate::app::role::{Line, Role};
use crate::app::wizard::Asked;
use crate::config::{Conflict, ProjectChoice};
use crate::text::{clean_line, truncate, wrap};

/// Draws both panes of the editor, if it is open.
pub(crate) fn draw(canvas: &mut Canvas<'_>, regions: &Regions, model: &Model) {
    let Some(editor) = &model.mapping.editor else { return };
    if let Some(rect) = regions.pane(Pane::Editor) {
        page(canvas, rect, model, editor);
    }
    if let Some(rect) = regions.pane(Pane::Problems) {
        match editor.page {
            Page::Run => below::payload(canvas, rect, editor),
            _ => below::problems(canvas, rect, model, editor),
        }
    }
    if regions.pane(Pane::Editor).is_some() || regions.pane(Pane::Problems).is_some() {
        boxes::draw(canvas, model, editor);
    }
}

fn page(canvas: &mut Canvas<'_>, rect: Rect, model: &Model, editor: &Editor) {
    let right = summary(editor);
    let frame = Frame {
        title: &title(editor),
        right: &right,
        below: "",
        focused: true,
    };
    canvas.frame(rect, &frame);
    let area = inner(rect);
    let lines = editor.page_rows();
    match editor.page {
        Page::Scope => scope(canvas, area, editor, &lines),
        Page::Fields => rows::fields(canvas, area, model, editor, &lines),
        Page::States => rows::states(canvas, area, model, editor, &lines),
        Page::Run => rows::run(canvas, area, model, editor, &lines),
    }
    if editor.page == Page::Fields {
        filter(canvas, rect, model, editor);
    }
}

/// `scans to PAY · Scope [Fields] States`
fn title(editor: &Editor) -> String {
    let name = &editor.draft.mapping.name;
    let name = if name.is_empty() {
        "New mapping".to_owned()
    } else {
        truncate(&clean_line(name), 32)
    };
    let changed = if editor.is_changed() { " ●" } else { "" };
    if editor.page == Page::Run {
        return format!("{name}{changed} · {}", Page::Run.word());
    }
    let pages = Page::ALL.map(|page| {
        if page == editor.page {
            format!("[{}]", page.word())
        } else {
            page.word().to_owned()
        }
    });
    format!("{name}{changed} · {}", pages.join(" "))
}

/// `18 fields · 14 on · 2 problems`
fn summary(editor: &Editor) -> String {
    let (on, errors, warnings) = counts(editor);
    let mut parts = Vec::new();
    if editor.page == Page::Run {
        let counts = editor.run.got().map_or(&[][..], |run| &run.counts);
        let shown = counts.iter().filter(|(_, count)| *count > 0);
        parts.extend(shown.map(|(fate, count)| format!("{count} {}", fate.word())));
        return parts.join(" · ");
    }
    if !editor.rows.is_empty() {
        parts.push(format!("{} fields · {on} on", editor.rows.len()));
    }
    if errors > 0 {
        let word = if errors == 1 { "problem" } else { "problems" };
        parts.push(format!("{errors} {word}"));
    }
    if warnings > 0 {
        parts.push(format!("{warnings} to note"));
    }
    parts.join(" · ")
}

/// What is typed to filter the fields, in the lower edge of the frame.
fn filter(canvas: &mut Canvas<'_>, rect: Rect, model: &Model, editor: &Editor) {
    let typing = model.typing(EntryKind::Rules);
    if typing.is_none() && editor.filter.text().is_empty() {
        return;
    }
    let (x, y) = (rect.x + 2, rect.bottom().saturating_sub(1));
    let cells = rect.width.saturating_sub(6).min(40);
    let text = clean_line(editor.filter.text());
    let shown = format!(" / {text} ");
    let blank = " ".repeat(usize::from(cells));
    canvas.role(x, y, cells, &blank, Role::Text);
    canvas.role(x, y, cells, &shown, Role::Match);
    if typing.is_some() {
        let before = clean_line(editor.filter.before_cursor());
        canvas.input(x + 3, y, cells.saturating_sub(3), &text, &before, Role::Match);
    }
}

/// Sign and role of a mark.
fn sign(canvas: &Canvas<'_>, mark: Mark) -> (&'static str, Role) {
    let glyphs = canvas.theme.glyphs;
    match mark {
        Mark::Off => ("·", Role::Muted),
        Mark::Ok => (glyphs.ok, Role::Ok),
        Mark::Warn => (glyphs.warn, Role::Warn),
        Mark::Error => (glyphs.error, Role::Error),
    }
}

/// A sentence where rows would be.
fn say(canvas: &mut Canvas<'_>, area: Rect, text: &str, role: Role) {
    let cells = usize::from(area.width).saturating_sub(4);
    for (y, line) in (area.top() + 1..area.bottom()).zip(wrap(text, cells)) {
        canvas.role(area.x + 2, y, area.width.saturating_sub(3), &line, role);
    }
}

/// What is waited for or could not be had, in place of rows.
fn waiting<T>(canvas: &mut Canvas<'_>, area: Rect, model: &Model, asked: &Asked<T>, what: &str) {
    match asked {
        Asked::Waiting(_) => {
            let text = format!("{} asking the site for {what}", canvas.spinner(model.now));
            say(canvas, area, &text, Role::Info);
        }
        Asked::Failed(problem) => {
            let remedy = clean_line(&problem.remedy);
            let text = format!("{} · {remedy} · r asks again", clean_line(&problem.message));
            say(canvas, area, &text, Role::Warn);
        }
        Asked::No | Asked::Got(_) => {}
    }
}

fn scope(canvas: &mut Canvas<'_>, area: Rect, editor: &Editor, rows: &[Row]) {
    steps(canvas, area, editor);
    for (y, (index, row)) in (area.top() + 1..area.bottom()).zip(rows.iter().enumerate().skip(editor.top())) {
        let cells = area.width.saturating_sub(4);
        if let Row::Setting(setting) = row {
            let (text, role) = setting_text(editor, *setting);
            let flaw = editor.flaws.iter().find(|flaw| flaw.about == About::Setting(*setting));
            let mark = flaw.map_or(" ", |flaw| sign(canvas, flaw.mark).0);
            let line = Line::of(format!("{mark:<2}"), Role::Error)
                .with(format!("{:<28}", setting.label()), Role::Muted)
                .with(clean_line(&text).into_owned(), role);
            canvas.line(area.x + 2, y, cells, &line);
        } else {
            canvas.role(area.x + 4, y, cells, "[ Go on to the fields ]", Role::Key);
        }
        if index == editor.cursor() {
            canvas.choose(area.x, y, area.width, true);
        }
    }
}

/// Of a new mapping: which question is asked; else what the page is about.
fn steps(canvas: &mut Canvas<'_>, area: Rect, editor: &Editor) {
    let Some(now) = editor.step else {
        let text = "Which findings become issues of what · tab: fields";
        canvas.role(area.x + 2, area.y, area.width.saturating_sub(3), text, Role::Heading);
        return;
    };
    let mut line = Line::default();
    for (at, step) in STEPS.iter().enumerate() {
        let (sign, role) = match at.cmp(&now) {
            std::cmp::Ordering::Less => (canvas.theme.glyphs.ok, Role::Ok),
            std::cmp::Ordering::Equal => ("▸", Role::Focus),
            std::cmp::Ordering::Greater => ("·", Role::Muted),
        };
        let text = format!("{sign} {} {}  ", at + 1, step.label());
        line = if at == now {
            line.bold(text, role)
        } else {
            line.with(text, role)
        };
    }
    canvas.line(area.x + 2, area.y, area.width.saturating_sub(3), &line);
}

fn setting_text(editor: &Editor, setting: Setting) -> (String, Role) {
    use Setting as S;
    let mapping = &editor.draft.mapping;
    let matching = &mapping.matching;
    let or = |text: String, otherwise: &str| {
        if text.is_empty() {
            (otherwise.to_owned(), Role::Muted)
        } else {
            (text, Role::Text)
        }
    };
    let flag = |on: bool, sentence: &str| {
        let mark = if on { "[x]" } else { "[ ]" };
        (format!("{mark} {sentence}"), Role::Text)
    };
    match setting {
        S::Name => or(mapping.name.clone(), "not named yet"),
        S::Connection => or(mapping.connection.as_str().to_owned(), "none chosen"),
        S::Project => match &mapping.project {
            ProjectChoice::Ask => ("asked for every time".to_owned(), Role::Text),
            ProjectChoice::Key(key) => or(with_name(editor, key), "none chosen"),
        },
        S::Model => or(editor.draft.model.clone().unwrap_or_default(), "none chosen"),
        S::EntityProject => flag(mapping.entity_project, "a finding's entity may name another project"),
        S::IssueType => or(mapping.issue_type.clone(), "none chosen"),
        S::SubtaskType => or(mapping.subtask_type.clone().unwrap_or_default(), "none"),
        S::Sources => or(matching.sources.join(", "), "all"),
        S::Kinds => or(
            matching
                .kinds
                .iter()
                .map(|kind| kind.word())
                .collect::<Vec<_>>()
                .join(", "),
            "all",
        ),
        S::Severity => or(
            matching
                .severity
                .map_or_else(String::new, |severity| format!("{} or worse", severity.word())),
            "any",
        ),
        S::Tags => or(matching.tags.join(", "), "all"),
        S::Where => or(matching.expression.clone().unwrap_or_default(), "no other condition"),
        S::Create => (mapping.create.word().to_owned(), Role::Text),
        S::Conflict => match mapping.conflict {
            Conflict::Jira => ("Jira wins".to_owned(), Role::Text),
            Conflict::Finding => (format!("the {} wins", conflict_word(mapping.conflict)), Role::Text),
        },
        S::Enabled if mapping.enabled => flag(true, "creates and updates issues"),
        S::Enabled => flag(false, "paused: creates and updates nothing"),
    }
}

/// The key with the name of the project, as far as that is known.
fn with_name(editor: &Editor, key: &str) -> String {
    let known = editor.projects.got().map_or(&[][..], Vec::as_slice);
    let found = known.iter().find(|project| project.key == key);
    found.map_or_else(|| key.to_owned(), |project| format!("{key} · {}", project.name))
}
