//! Rendered lines as text, with their styles spelled out.

use crosstie::domain::RichText;
use crosstie::richtext::{Line, RenderOptions, Role, Span, Style, render};
use serde_json::{Value, json};

/// The text of each line at 40 cells.
pub(super) fn lines(text: &RichText) -> String {
    lines_at(text, 40)
}

pub(super) fn lines_at(text: &RichText, width: u16) -> String {
    joined(render(text, width, &RenderOptions::default()).iter().map(Line::text))
}

/// The text of each line, spans in brackets with their styles: `⟦bold:text⟧`.
pub(super) fn styled(text: &RichText) -> String {
    let lines = render(text, 40, &RenderOptions::default());
    joined(lines.iter().map(|line| {
        let spans: String = line.spans.iter().map(styled_span).collect();
        format!("{}{spans}", " ".repeat(usize::from(line.indent)))
    }))
}

fn joined(lines: impl Iterator<Item = String>) -> String {
    lines.collect::<Vec<_>>().join("\n")
}

fn styled_span(span: &Span) -> String {
    let Style {
        bold,
        italic,
        strike,
        underline,
        code,
        link,
        role,
    } = &span.style;
    let flags = [
        (bold, "bold"),
        (italic, "italic"),
        (strike, "strike"),
        (underline, "underline"),
        (code, "code"),
    ];
    let mut names: Vec<String> = flags
        .iter()
        .filter(|(on, _)| **on)
        .map(|(_, name)| (*name).to_owned())
        .collect();
    if *role != Role::Text {
        names.push(format!("{role:?}"));
    }
    names.extend(link.iter().map(|url| format!("→{url}")));
    if names.is_empty() {
        span.text.clone()
    } else {
        format!("⟦{}:{}⟧", names.join(","), span.text)
    }
}

pub(super) fn wiki(markup: &str) -> RichText {
    RichText::Wiki(markup.to_owned())
}

/// A document with these blocks.
pub(super) fn doc(content: Value) -> RichText {
    let mut document = json!({ "version": 1, "type": "doc" });
    document["content"] = content;
    RichText::Adf(document.into())
}

/// A paragraph with these inline nodes.
pub(super) fn para(content: Value) -> Value {
    let mut paragraph = json!({ "type": "paragraph" });
    paragraph["content"] = content;
    paragraph
}

/// A paragraph of plain text.
pub(super) fn p(text: &str) -> Value {
    para(json!([{ "type": "text", "text": text }]))
}
