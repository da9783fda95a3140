//! The mapping editor as cells: its pages, what is wrong, the payload of a dry run.
//!
//! Must never be in here: what keys do; what a rule makes of a finding.

pub(super) mod boxes;

use ratatui::layout::Rect;

use super::canvas::{Canvas, Frame};
use super::table::{self, Column, column, growing};
use crate::app::Fate;
use crate::app::layout::{Pane, Regions, inner};
use crate::app::mapping::counts;
use crate::app::mapping::editor::{Editor, Page, Row, STEPS, Setting};
use crate::app::mapping::judge::{About, FieldRow, Flaw, Mark, Need, rule_text, rule_word};
use crate::app::mapping::pick::{category_word, conflict_word};
use crate::app::model::{EntryKind, Model};
use crate::app::role::{Line, Role};
use crate::app::wizard::Asked;
use crate::config::{Closes, Conflict, ProjectChoice};
use crate::text::{clean_line, truncate, width, wrap};

const FIELDS: [Column; 7] = [
    column("ON", 4, 0),
    column("JIRA FIELD", 20, 0),
    column("TYPE", 10, 3),
    column("REQUIRED", 8, 2),
    column("RULE", 13, 1),
    column("VALUE", 24, 0),
    growing("SAMPLE", 20, 0),
];

const RUN: [Column; 4] = [
    column("WOULD", 9, 0),
    column("FINDING", 20, 1),
    growing("TITLE", 24, 2),
    column("WHY", 30, 0),
];

/// Draws both panes of the editor, if it is open.
pub(crate) fn draw(canvas: &mut Canvas<'_>, regions: &Regions, model: &Model) {
    let Some(editor) = &model.mapping.editor else { return };
    if let Some(rect) = regions.pane(Pane::Editor) {
        page(canvas, rect, model, editor);
    }
    if let Some(rect) = regions.pane(Pane::Problems) {
        match editor.page {
            Page::Run => payload(canvas, rect, editor),
            _ => problems(canvas, rect, model, editor),
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
    let rows = editor.page_rows();
    match editor.page {
        Page::Scope => scope(canvas, area, editor, &rows),
        Page::Fields => fields(canvas, area, model, editor, &rows),
        Page::States => states(canvas, area, model, editor, &rows),
        Page::Run => run(canvas, area, model, editor, &rows),
    }
    filter(canvas, rect, model, editor);
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
        S::Enabled => flag(mapping.enabled, "off: nothing is created or updated by it"),
    }
}

/// The key with the name of the project, as far as that is known.
fn with_name(editor: &Editor, key: &str) -> String {
    let known = editor.projects.got().map_or(&[][..], Vec::as_slice);
    let found = known.iter().find(|project| project.key == key);
    found.map_or_else(|| key.to_owned(), |project| format!("{key} · {}", project.name))
}

fn fields(canvas: &mut Canvas<'_>, area: Rect, model: &Model, editor: &Editor, rows: &[Row]) {
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
        table::row(canvas, area, y, &fitted, &field_cells(canvas, row));
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

fn states(canvas: &mut Canvas<'_>, area: Rect, model: &Model, editor: &Editor, rows: &[Row]) {
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
            let resolution = mapping.resolutions.get(name);
            let text = resolution.map_or("fixed, unless said otherwise", |resolution| resolution.word());
            let label = format!("issue resolved as {}", truncate(&clean_line(name), 12));
            line(None, label, format!("→ {text}"), resolution.is_some())
        }
        _ => Line::default(),
    }
}

fn run(canvas: &mut Canvas<'_>, area: Rect, model: &Model, editor: &Editor, rows: &[Row]) {
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

/// What would be sent for the chosen finding.
fn payload(canvas: &mut Canvas<'_>, rect: Rect, editor: &Editor) {
    let row = match editor.current() {
        Some(Row::Dry(at)) => editor.run.got().and_then(|run| run.rows.get(at)),
        _ => None,
    };
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
    let body = row.payload.lines().flat_map(|line| wrap(&clean_line(line), cells));
    let body = body.map(|line| (line, Role::Code));
    for (y, (line, role)) in (area.top()..area.bottom()).zip(why.chain(body)) {
        canvas.role(area.x + 2, y, area.width.saturating_sub(3), &line, role);
    }
}

fn problems(canvas: &mut Canvas<'_>, rect: Rect, model: &Model, editor: &Editor) {
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
