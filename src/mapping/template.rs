//! `{{variable | filter: argument | filter}}` with text around it.
//!
//! A template is checked whole when it is read, so that a mistake is told while it is typed. Rendering
//! cannot fail: what a finding does not tell is empty, and said so.

mod aliases;
mod calendar;
mod error;
mod filter;
mod lex;
mod parse;

pub use error::{TemplateError, TemplateErrorKind};
pub use filter::{FILTERS, Help};
pub(super) use filter::{number, rank};

use super::{
    facts::{self, About, Fact, VARIABLES},
    ground::Ground,
};
use crate::domain::Finding;

/// Bytes that a template may have.
pub const LONGEST: usize = 32 * 1024;

/// A template that is known to make sense.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq)]
enum Part {
    /// Text as it is; Markdown in fields that are formatted.
    Text(String),
    /// What was in braces.
    Expression(Expression),
}

/// A variable and what is done with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    start: Start,
    filters: Vec<filter::Filter>,
    /// As written, for messages.
    text: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Start {
    Text(String),
    Number(serde_json::Number),
    Now,
    Path(Vec<String>),
    Alias(aliases::Alias),
}

/// What a template says of one finding.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rendered {
    /// As plain text; Markdown of the finding without its markup.
    pub plain: String,
    /// As Markdown, in which only what is meant as markup is markup.
    pub markdown: String,
    /// What the template is of, if it is nothing but one expression: lists and dates stay such.
    pub fact: Option<Fact>,
    /// Expressions that came out empty, as written.
    pub empty: Vec<String>,
}

/// Reads a template.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn parse(text: &str) -> Result<Template, TemplateError> {
    parse::template(text)
}

/// Reads what could stand between the braces, as `finding` and `map` rules name it.
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn expression(text: &str) -> Result<Expression, TemplateError> {
    parse::expression(text)
}

/// Every variable, for the editor's help: those of findings, and those that are always there.
#[must_use]
pub fn variables() -> Vec<Help> {
    let mut all: Vec<Help> = VARIABLES.iter().map(|one| Help::new(one.name, "", one.help)).collect();
    all.push(Help::new("now", "", "the present"));
    all.push(Help::new(
        "fields.NAME",
        "",
        "what the source itself calls NAME; parts by dots: fields.rule.id",
    ));
    all.extend(
        aliases::ALL
            .iter()
            .map(|alias| Help::new(alias.name, alias.arguments, alias.help)),
    );
    all
}

/// Every filter, for the editor's help.
#[must_use]
pub fn filters() -> &'static [Help] {
    FILTERS
}

impl Template {
    /// What it says of `finding`.
    #[must_use]
    pub fn render(&self, finding: &Finding, ground: &Ground<'_>) -> Rendered {
        let mut rendered = Rendered::default();
        for part in &self.parts {
            match part {
                Part::Text(text) => {
                    rendered.plain.push_str(text);
                    rendered.markdown.push_str(text);
                }
                Part::Expression(expression) => {
                    let fact = expression.fact(finding, ground);
                    if fact.is_nothing() {
                        rendered.empty.push(expression.text.clone());
                    }
                    rendered.plain.push_str(&fact.plain(ground.zone));
                    rendered.markdown.push_str(&fact.markdown(ground.zone));
                    if self.parts.len() == 1 {
                        rendered.fact = Some(fact);
                    }
                }
            }
        }
        rendered
    }

    /// Whether it says nothing, whatever the finding.
    pub(super) fn is_blank(&self) -> bool {
        self.parts
            .iter()
            .all(|part| matches!(part, Part::Text(text) if text.trim().is_empty()))
    }

    /// Its expression, if it is nothing else.
    pub(super) fn only(&self) -> Option<&Expression> {
        match self.parts.as_slice() {
            [Part::Expression(expression)] => Some(expression),
            _ => None,
        }
    }
}

impl Expression {
    /// What it comes to for `finding`.
    #[must_use]
    pub fn fact(&self, finding: &Finding, ground: &Ground<'_>) -> Fact {
        let start = match &self.start {
            Start::Text(text) => Fact::Text(text.clone()),
            Start::Number(number) => Fact::Number(number.clone()),
            Start::Now => Fact::Instant(ground.now),
            Start::Path(path) => facts::look_up(finding, path).unwrap_or_default(),
            Start::Alias(alias) => alias.fact(finding, ground),
        };
        self.filters
            .iter()
            .fold(start, |fact, filter| filter.apply(fact, finding, ground))
    }

    /// As written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What it holds, if that is known without a finding: only of a variable that nothing is done with.
    pub(super) fn about(&self) -> About {
        match &self.start {
            Start::Path(path) if self.filters.is_empty() => {
                let name = path.join(".").to_ascii_lowercase();
                facts::named(&name).map_or(About::Unknown, |variable| variable.about)
            }
            Start::Now if self.filters.is_empty() => About::Instant,
            _ => About::Unknown,
        }
    }

    /// Whether it begins with the finding's title.
    pub(super) fn is_title(&self) -> bool {
        matches!(&self.start, Start::Path(path) if path.len() == 1 && path[0].eq_ignore_ascii_case("title"))
    }

    /// Whether it always comes to something.
    pub(super) fn never_empty(&self) -> bool {
        let sure = match &self.start {
            Start::Text(text) => !text.trim().is_empty(),
            Start::Number(_) | Start::Now => true,
            Start::Path(path) => matches!(
                path.join(".").to_ascii_lowercase().as_str(),
                "id" | "source" | "severity" | "state" | "kind"
            ),
            Start::Alias(_) => false,
        };
        self.filters.iter().fold(sure, |sure, filter| filter.fills(sure))
    }
}
