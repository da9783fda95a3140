//! Messages: given as text, as Markdown, or by id with arguments.

use serde_json::Value;

use super::model::{Message, Rule};
use super::place::Places;
use super::rules::Rules;
use crate::source::prose::{self, middle_cut};

/// Longest message that is looked at, in bytes; less of it is shown. One that stands once at a rule may be
/// told with every result.
const LONGEST: usize = 16 << 10;
/// Longest target of a link within a message, in bytes.
const LONGEST_TARGET: usize = 2_000;

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
        let plain = middle_cut(texts.into_iter().next().unwrap_or(id), LONGEST);
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
    let text = text.map(|text| filled(&middle_cut(text, LONGEST), arguments));
    let markdown = markdown.map(|markdown| filled(&middle_cut(markdown, LONGEST), arguments));
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

/// `{0}` replaced by arguments; `{{` is a bracket. An argument that is long and used often must not
/// fill the memory.
fn filled(text: &str, arguments: &[Value]) -> String {
    if arguments.is_empty() && !text.contains("{{") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']).filter(|_| out.len() < LONGEST) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let number = rest.strip_prefix('{').and_then(numbered);
        let argument = number.and_then(|(number, after)| Some((arguments.get(number.parse::<usize>().ok()?)?, after)));
        if let Some((argument, after)) = argument {
            match argument {
                Value::String(text) => out.push_str(within(text, LONGEST)),
                other => out.push_str(within(&other.to_string(), LONGEST)),
            }
            rest = after;
        } else {
            let doubled = rest.starts_with("{{") || rest.starts_with("}}");
            out.push_str(&rest[..1]);
            rest = &rest[if doubled { 2 } else { 1 }..];
        }
    }
    out.push_str(rest);
    out
}

/// The number before a closing bracket, and what stands behind that.
fn numbered(text: &str) -> Option<(&str, &str)> {
    let digits = text.bytes().take(4).take_while(u8::is_ascii_digit).count();
    let after = text[digits..].strip_prefix('}')?;
    Some((&text[..digits], after))
}

/// The beginning of a text, at most so many bytes of it.
fn within(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// Links within a message: those to a related location say where that is.
fn linked(text: &str, places: &Places<'_>, links: Links) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('[').filter(|_| out.len() < LONGEST) {
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
                    out.push_str(&format!(" ({})", within(&place.to_string(), LONGEST_TARGET)));
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
    let close = within(after, LONGEST_TARGET).find([')', ' ', '\n'])?;
    after[close..].starts_with(')').then_some(())?;
    let target = &after[..close];
    (!target.is_empty()).then(|| (&inner[..end], target, 1 + end + 2 + close + 1))
}
