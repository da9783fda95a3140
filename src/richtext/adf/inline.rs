//! Inline nodes and marks of ADF.

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::super::doc::{self, kind_of_file, shifted};
use super::super::{Role, Span, Style};
use super::{OpenLink, Reader, attr, mark_type, marks};

impl Reader {
    /// Reads an inline node; `false` if it is none that is known and has no text of its own.
    pub(super) fn inline(&mut self, node: &Value, kind: &str) -> bool {
        if kind == "text" {
            self.text(node);
            return true;
        }
        self.end_link();
        let spans = match kind {
            "hardBreak" => vec![doc::span("\n", Style::default())],
            "mention" => vec![mention(node)],
            "emoji" => vec![doc::word(
                first_of([attr(node, "text"), attr(node, "shortName")]),
                Role::Text,
            )],
            "inlineCard" => card(node),
            "status" => vec![status(node)],
            "date" => vec![doc::word(&date(node), Role::Info)],
            "media" | "mediaInline" => vec![media(node)],
            "placeholder" => vec![doc::word(attr(node, "text"), Role::Muted)],
            "extension" | "inlineExtension" | "bodiedExtension" | "multiBodiedExtension" => vec![extension(node)],
            "syncBlock" | "bodiedSyncBlock" => vec![doc::word("[synced block]", Role::Muted)],
            _ => return self.unknown(node),
        };
        self.spans.extend(spans);
        true
    }

    fn unknown(&mut self, node: &Value) -> bool {
        let text = first_of([
            attr(node, "text"),
            node.get("text").and_then(Value::as_str).unwrap_or_default(),
        ]);
        if text.is_empty() || node.get("content").is_some() {
            return false;
        }
        self.spans.push(doc::span(text, Style::default()));
        true
    }

    fn text(&mut self, node: &Value) {
        let raw = node.get("text").and_then(Value::as_str).unwrap_or_default();
        let (style, url, shift) = style(node);
        let url = url.unwrap_or_default();
        if self.link.as_ref().is_some_and(|open| open.url != url) {
            self.end_link();
        }
        let text = shift.map_or_else(|| raw.to_owned(), |sign| shifted(raw, sign));
        if !url.is_empty() {
            let open = self.link.get_or_insert_with(|| OpenLink {
                url,
                label: String::new(),
            });
            open.label.push_str(&text);
        }
        if !text.is_empty() {
            self.spans.push(doc::span(&text, style));
        }
    }

    /// Puts the address behind the text of a link that ends here.
    pub(super) fn end_link(&mut self) {
        if let Some(OpenLink { url, label }) = self.link.take() {
            self.spans.extend(doc::address_after(&label, &url));
        }
    }
}

/// What the marks of a text amount to: style, address, and the sign for raised or lowered text.
/// Colours, sizes, alignment, borders and the marks of inline comments have no counterpart.
fn style(node: &Value) -> (Style, Option<String>, Option<char>) {
    let mut style = Style::default();
    let mut url = None;
    let mut shift = None;
    for mark in marks(node) {
        match mark_type(mark) {
            "strong" => style.bold = true,
            "em" => style.italic = true,
            "strike" => style.strike = true,
            "underline" => style.underline = true,
            "code" => {
                style.code = true;
                style.role = Role::Code;
            }
            "subsup" => shift = Some(if attr(mark, "type") == "sub" { '_' } else { '^' }),
            "link" => {
                style.link = doc::safe_url(attr(mark, "href"));
                style.role = Role::Link;
                url = Some(attr(mark, "href").to_owned());
            }
            _ => {}
        }
    }
    (style, url, shift)
}

fn mention(node: &Value) -> Span {
    let name = first_of([attr(node, "text"), attr(node, "id"), "someone"]);
    doc::word(&format!("@{}", name.trim_start_matches('@')), Role::Mention)
}

fn card(node: &Value) -> Vec<Span> {
    let data = |name: &str| {
        node.pointer("/attrs/data")
            .and_then(|data| data.get(name))
            .and_then(Value::as_str)
    };
    let url = first_of([attr(node, "url"), data("url").unwrap_or_default()]);
    if url.is_empty() {
        return vec![doc::word("[card]", Role::Muted)];
    }
    doc::link(data("name").unwrap_or(url), url)
}

fn status(node: &Value) -> Span {
    let role = match attr(node, "color") {
        "green" => Role::Ok,
        "yellow" => Role::Warn,
        "red" => Role::Error,
        "blue" => Role::Info,
        _ => Role::Tag,
    };
    doc::word(&format!("[{}]", attr(node, "text").trim()), role)
}

/// Jira keeps dates as milliseconds at midnight UTC.
fn date(node: &Value) -> String {
    let raw = node.pointer("/attrs/timestamp");
    let ms = raw.and_then(|raw| raw.as_i64().or_else(|| raw.as_str()?.trim().parse().ok()));
    let date = ms
        .and_then(|ms| Timestamp::from_millisecond(ms).ok())
        .map(|at| at.to_zoned(TimeZone::UTC).date());
    date.map_or_else(
        || raw.and_then(Value::as_str).unwrap_or("?").to_owned(),
        |date| date.to_string(),
    )
}

fn media(node: &Value) -> Span {
    let url = attr(node, "url");
    let last = url.rsplit('/').next().unwrap_or_default();
    let name = first_of([attr(node, "alt"), attr(node, "__fileName"), last, attr(node, "id")]);
    let external = attr(node, "type") == "external" || node.pointer("/attrs/width").is_some();
    let kind = if external { "image" } else { kind_of_file(name) };
    doc::file(kind, name, Some(url))
}

fn extension(node: &Value) -> Span {
    let title = node
        .pointer("/attrs/parameters/macroMetadata/title")
        .and_then(Value::as_str);
    let name = first_of([
        attr(node, "text"),
        title.unwrap_or_default(),
        attr(node, "extensionKey"),
        "unknown",
    ]);
    doc::word(&format!("[extension: {}]", name.trim()), Role::Muted)
}

fn first_of<const N: usize>(candidates: [&str; N]) -> &str {
    candidates
        .into_iter()
        .find(|text| !text.trim().is_empty())
        .unwrap_or_default()
}
