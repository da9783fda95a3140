//! One line to type: a name, an expression, a value, a template with its variables offered.
//!
//! Must never be in here: what becomes of a text that is handed in (`choose`).

use jiff::Timestamp;

use super::draft::RulePlace;
use super::editor::Editor;
use super::pick::ValueFor;
use super::typed;
use crate::app::event::{EditKind, Effect};
use crate::app::line_edit::LineEdit;
use crate::domain::ValueKind;
use crate::jql::Span;
use crate::mapping::{self, template};
use crate::text::clean_line;

/// What a text is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LineFor {
    Name,
    Where,
    Value(ValueFor),
    Template(RulePlace),
    Json(RulePlace),
    /// Another word for a value map.
    Word(RulePlace),
}

/// The box.
#[derive(Debug, Clone)]
pub(crate) struct LineBox {
    pub(crate) purpose: LineFor,
    pub(crate) title: String,
    pub(crate) edit: LineEdit,
    /// Enter was pressed on what cannot be taken.
    pub(crate) refused: bool,
    /// Which of the completions is chosen.
    pub(crate) picked: Option<usize>,
}

/// Something that could stand at the cursor of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Completion {
    /// What is put there.
    pub(crate) text: String,
    /// What it is.
    pub(crate) help: &'static str,
}

/// What a new template begins with, so that its variables are offered at once.
pub(super) const NEW_TEMPLATE: &str = "{{";

/// Completions in sight.
pub(crate) const COMPLETIONS: usize = 6;

impl LineBox {
    pub(super) fn new(purpose: LineFor, title: impl Into<String>, text: &str) -> Self {
        Self {
            purpose,
            title: title.into(),
            edit: LineEdit::new(text),
            refused: false,
            picked: None,
        }
    }

    /// What would come of the text, or what is wrong with it.
    pub(crate) fn verdict(&self, editor: &Editor, now: Timestamp) -> Result<String, String> {
        let text = self.edit.text();
        match &self.purpose {
            LineFor::Name => editor.name_flaw(text).map_or_else(|| Ok(String::new()), Err),
            LineFor::Where if text.trim().is_empty() => Ok("every finding".to_owned()),
            LineFor::Where => match mapping::check_expression(text) {
                Ok(()) => Ok("makes sense".to_owned()),
                Err(error) => Err(format!("character {}: {error}", error.character(text))),
            },
            LineFor::Value(value) => {
                let field = editor.field(value.place()).cloned().unwrap_or_default();
                let read = typed::read(&field, text)?;
                Ok(match text.contains("{{") {
                    true => "the same text for every finding; a template is what fills in {{…}}".to_owned(),
                    false => typed::shown(&read),
                })
            }
            LineFor::Template(_) => self.rendered(editor, now),
            LineFor::Json(_) => match serde_json::from_str::<serde_json::Value>(text) {
                Ok(_) => Ok("is JSON; Jira alone knows whether it takes it".to_owned()),
                Err(error) => Err(format!("not JSON: {error}")),
            },
            LineFor::Word(_) if text.trim().is_empty() => Err("no word yet".to_owned()),
            LineFor::Word(_) => Ok(String::new()),
        }
    }

    fn rendered(&self, editor: &Editor, now: Timestamp) -> Result<String, String> {
        let template = template::parse(self.edit.text()).map_err(|error| error.to_string())?;
        let Some(finding) = editor.sample() else {
            return Ok("makes sense; no finding to show it on".to_owned());
        };
        let rendered = editor.ground(now, |ground| template.render(finding, ground).plain);
        Ok(rendered.unwrap_or_default())
    }

    /// The words that could stand at the cursor, and the byte where they would begin.
    pub(crate) fn completions(&self) -> (usize, Vec<Completion>) {
        if !self.is_template() {
            return (0, Vec::new());
        }
        let before = self.edit.before_cursor();
        let Some(open) = before.rfind("{{").filter(|open| !before[*open..].contains("}}")) else {
            return (0, Vec::new());
        };
        let inside = &before[open + 2..];
        let pipe = inside.rfind('|');
        let from_pipe = pipe.map_or(0, |at| at + 1);
        let rest = &inside[from_pipe..];
        let word = rest.trim_start();
        if word.contains([':', '"', ' ']) {
            return (0, Vec::new());
        }
        let from = before.len() - word.len();
        let offer = |name: &str, arguments: &str, help: &'static str| Completion {
            text: if arguments.is_empty() {
                name.to_owned()
            } else {
                format!("{name}: {arguments}")
            },
            help,
        };
        let lower = word.to_lowercase();
        let found = if pipe.is_some() {
            let known = template::filters().iter();
            let known = known.filter(|one| one.name.starts_with(&lower));
            known.map(|one| offer(one.name, one.arguments, one.help)).collect()
        } else {
            let known = template::variables().into_iter();
            let known = known.filter(|one| one.name.to_lowercase().starts_with(&lower));
            known.map(|one| offer(one.name, one.arguments, one.help)).collect()
        };
        (from, found)
    }

    /// The part of the text that makes no sense.
    pub(crate) fn wrong_at(&self) -> Option<Span> {
        let text = self.edit.text();
        match &self.purpose {
            _ if text.trim().is_empty() => None,
            LineFor::Where => mapping::check_expression(text).err().map(|error| error.span),
            LineFor::Template(_) => template::parse(text).err().map(|error| error.span),
            _ => None,
        }
    }

    /// What is to be typed, while nothing is.
    pub(crate) fn form(&self, editor: &Editor) -> String {
        match &self.purpose {
            LineFor::Value(value) => {
                let field = editor.field(value.place()).cloned().unwrap_or_default();
                typed::form(&field).to_owned()
            }
            LineFor::Json(_) => "such as {\"value\": \"Gold\"} or [1, 2]: Jira gets it as it is".to_owned(),
            _ => String::new(),
        }
    }

    /// Puts the chosen completion, or the first, in its place.
    pub(super) fn complete(&mut self) {
        let (from, found) = self.completions();
        let Some(completion) = found.get(self.picked.unwrap_or(0)) else {
            return;
        };
        let first_word = completion.text.clone();
        self.edit.replace_before(from, &first_word);
        self.picked = None;
    }

    /// Chooses another completion; up from the first one goes back to the text.
    pub(super) fn go(&mut self, by: isize) {
        let len = self.completions().1.len().min(COMPLETIONS);
        self.picked = match (self.picked, by) {
            _ if len == 0 => None,
            (None, 1) => Some(0),
            (Some(at), 1) => Some((at + 1).min(len - 1)),
            (Some(at), _) => at.checked_sub(1),
            (None, _) => None,
        };
    }

    /// Takes pasted text. Fields of several lines keep its line breaks; the braces that a new template
    /// begins with make room for a whole one.
    pub(super) fn paste(&mut self, text: &str, editor: &Editor) {
        self.refused = false;
        if self.is_template() && self.edit.text() == NEW_TEMPLATE && text.trim().contains([' ', '\n', '{']) {
            self.edit.set("");
        }
        if self.has_lines(editor) {
            self.edit.paste_lines(text);
        } else {
            self.edit.paste(text);
        }
    }

    /// Whether what is typed may have several lines.
    fn has_lines(&self, editor: &Editor) -> bool {
        let place = match &self.purpose {
            LineFor::Template(at) => at,
            LineFor::Value(value) => value.place(),
            LineFor::Name | LineFor::Where | LineFor::Json(_) | LineFor::Word(_) => return false,
        };
        let field = editor.field(place);
        field.is_some_and(|field| matches!(field.kind, ValueKind::Rich | ValueKind::PlainText))
    }

    /// Whether it is a template, with completions and an editor outside.
    pub(crate) fn is_template(&self) -> bool {
        matches!(self.purpose, LineFor::Template(_))
    }

    /// Has a template edited outside.
    pub(super) fn to_editor(&self, out: &mut Vec<Effect>) {
        if self.is_template() {
            out.push(Effect::Edit {
                text: self.edit.text().to_owned(),
                kind: EditKind::Template,
            });
        }
    }

    /// The text, made safe.
    pub(crate) fn shown(&self) -> (String, String) {
        let text = clean_line(self.edit.text()).into_owned();
        (text, clean_line(self.edit.before_cursor()).into_owned())
    }
}
