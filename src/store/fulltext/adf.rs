//! What of a document in Atlassian's format is words: its text and what stands in for text. Names of embedded
//! files are none, here as in Jira's search.
//!
//! Must never be in here: how a document looks (`richtext`).

use jiff::Timestamp;

use crate::domain::json::Json;

/// The words of `document`, a line for each of its blocks.
pub(super) fn words(document: &Json<'_>) -> String {
    let mut out = String::new();
    push(document, &mut out);
    out
}

/// Documents come parsed, hence nested no deeper than the parser allows.
fn push(node: &Json<'_>, out: &mut String) {
    let text = |name: &str| {
        node.get("attrs")
            .and_then(|attrs| attrs.get(name))
            .and_then(Json::as_str)
    };
    match node.get("type").and_then(Json::as_str).unwrap_or_default() {
        "text" => out.push_str(node.get("text").and_then(Json::as_str).unwrap_or_default()),
        "hardBreak" => out.push('\n'),
        "date" => out.push_str(&text("timestamp").and_then(day).unwrap_or_default()),
        "emoji" => out.push_str(text("text").or(text("shortName")).unwrap_or_default()),
        "media" | "mediaInline" | "extension" | "inlineExtension" => {}
        "blockCard" | "embedCard" => {
            out.push_str(text("url").unwrap_or_default());
            out.push('\n');
        }
        _ => {
            let words = text("text").or(text("title")).or(text("url"));
            out.push_str(words.unwrap_or_default());
            if let Some(content) = node.get("content").and_then(Json::as_array) {
                if words.is_some() {
                    out.push('\n');
                }
                content.iter().for_each(|node| push(node, out));
                out.push('\n');
            }
        }
    }
}

fn day(milliseconds: &str) -> Option<String> {
    let at = Timestamp::from_millisecond(milliseconds.parse().ok()?).ok()?;
    Some(at.strftime("%Y-%m-%d").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn words_of(document: &Value) -> String {
        words(&crate::domain::Document::from(document.clone()).json())
    }

    #[test]
    fn words_are_what_a_reader_reads() {
        let document = json!({"type": "doc", "content": [
            {"type": "paragraph", "content": [
                {"type": "text", "text": "pay"},
                {"type": "text", "text": "ment", "marks": [{"type": "strong"}]},
                {"type": "hardBreak"},
                {"type": "mention", "attrs": {"id": "1", "text": "@Ana"}},
                {"type": "emoji", "attrs": {"shortName": ":x:"}},
                {"type": "date", "attrs": {"timestamp": "1767225600000"}},
                {"type": "inlineCard", "attrs": {"url": "https://a.example"}},
            ]},
            {"type": "expand", "attrs": {"title": "More"}, "content": [
                {"type": "mediaSingle", "content": [{"type": "media", "attrs": {"alt": "secret.png"}}]},
            ]},
            {"type": "blockCard", "attrs": {"url": "https://b.example"}},
            {"type": "rule"}, 7, null,
        ]});
        assert_eq!(
            words_of(&document).split_whitespace().collect::<Vec<_>>(),
            [
                "payment",
                "@Ana:x:2026-01-01https://a.example",
                "More",
                "https://b.example"
            ]
        );
        for odd in [
            json!(null),
            json!("text"),
            json!({"type": "text", "text": 4}),
            json!({"content": {}}),
        ] {
            assert_eq!(words_of(&odd), "", "{odd}");
        }
    }
}
