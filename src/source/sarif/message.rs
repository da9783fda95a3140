//! Messages: given as text, as Markdown, or by id with arguments.

use std::borrow::Cow;

use serde_json::Value;

use super::model::{Message, Rule};
use super::place::Places;
use super::rules::Rules;
use crate::source::prose;

/// A message in its forms.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Told {
    /// Without any markup.
    pub(super) plain: String,
    /// That without the places that its links lead to, which move from scan to scan.
    pub(super) bare: String,
    pub(super) markdown: String,
}

impl Told {
    /// For a result that says nothing itself.
    pub(super) fn of_rule(rule: Option<&Rule>, id: &str) -> Self {
        let texts = rule.map(|rule| [&rule.short_description, &rule.full_description]);
        let texts = texts.into_iter().flatten().filter_map(|text| text.get()?.text.text());
        let plain = texts.into_iter().next().unwrap_or(id).to_owned();
        Self {
            markdown: prose::escaped(&plain),
            bare: plain.clone(),
            plain,
        }
    }
}

/// What a message says. `places` tells where its links of the form `[text](1)` lead.
pub(super) fn told(
    message: Option<&Message>,
    rule: Option<&Rule>,
    rules: &Rules<'_>,
    places: &Places<'_>,
) -> Option<Told> {
    let message = message?;
    let named = message.id.text().and_then(|id| rules.message(rule, id));
    let text = message.text.text().or_else(|| named?.text.text());
    let markdown = message.markdown.text().or_else(|| named?.markdown.text());
    let arguments = message.arguments.all();
    let text = text.map(|text| filled(text, arguments));
    let markdown = markdown.map(|markdown| filled(markdown, arguments));
    let plain = text.as_deref().or(markdown.as_deref())?;
    let bare = linked(plain, places, Links::Labels);
    let plain = linked(plain, places, Links::Places);
    let markdown = match &markdown {
        Some(markdown) => linked(markdown, places, Links::Markdown),
        None => prose::escaped(&plain),
    };
    Some(Told { plain, bare, markdown })
}

/// What becomes of links within a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Links {
    /// Only their labels stay.
    Labels,
    /// Where they lead stands behind them.
    Places,
    /// Addresses stay links.
    Markdown,
}

/// `{0}` replaced by arguments; `{{` is a bracket.
fn filled<'a>(text: &'a str, arguments: &[Value]) -> Cow<'a, str> {
    if arguments.is_empty() && !text.contains("{{") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let number = rest.strip_prefix('{').and_then(|inner| inner.split_once('}'));
        let argument = number.and_then(|(number, after)| Some((arguments.get(number.parse::<usize>().ok()?)?, after)));
        if let Some((argument, after)) = argument {
            match argument {
                Value::String(text) => out.push_str(text),
                other => out.push_str(&other.to_string()),
            }
            rest = after;
        } else {
            let doubled = rest.starts_with("{{") || rest.starts_with("}}");
            out.push_str(&rest[..1]);
            rest = &rest[if doubled { 2 } else { 1 }..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Links within a message: those to a related location say where that is.
fn linked(text: &str, places: &Places<'_>, links: Links) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[') {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let Some((label, target, len)) = link(from) else {
            out.push('[');
            rest = &from[1..];
            continue;
        };
        match (target.parse::<i64>(), links) {
            (_, Links::Labels) => out.push_str(label),
            (Ok(id), _) => {
                out.push_str(label);
                if let Some(place) = places.related(id) {
                    out.push_str(&format!(" ({place})"));
                }
            }
            (Err(_), Links::Markdown) => out.push_str(&from[..len]),
            (Err(_), Links::Places) if label == target => out.push_str(label),
            (Err(_), Links::Places) => out.push_str(&format!("{label} ({target})")),
        }
        rest = &from[len..];
    }
    out.push_str(rest);
    out
}

/// Label, target and length of the link at the start of `text`.
fn link(text: &str) -> Option<(&str, &str, usize)> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(['[', ']', '\n'])?;
    let after = inner[end..].strip_prefix("](")?;
    let close = after.find([')', ' ', '\n'])?;
    after[close..].starts_with(')').then_some(())?;
    let target = &after[..close];
    (!target.is_empty()).then(|| (&inner[..end], target, 1 + end + 2 + close + 1))
}
