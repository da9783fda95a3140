//! Jira's limits, held to last: whatever a mapping made, this is what may be sent.
//!
//! Must never be in here: what a field means to a finding.

use serde_json::{Map, Value, json};

use crate::domain::Finding;

/// Characters of a summary.
const SUMMARY: usize = 255;
/// Characters of a text field; Jira counts those of UTF-16.
const TEXT: usize = 32_767;
/// Room for what is said of a text that was cut.
const NOTICE: usize = 400;

/// Makes `fields` what Jira takes: a summary of one line, labels of one word, texts of its length.
pub(super) fn hold(fields: &mut Map<String, Value>, finding: &Finding) {
    for (id, value) in fields.iter_mut() {
        match (id.as_str(), value) {
            ("summary", Value::String(text)) => *text = summary(text, finding),
            ("labels", Value::Array(labels)) => *labels = words(labels),
            (_, Value::String(text)) if length(text) > TEXT => *text = cut_text(text, finding),
            (_, value) if value.get("type").and_then(Value::as_str) == Some("doc") => cut_document(value, finding),
            _ => {}
        }
    }
}

/// Cuts the documents that Jira found too long, though their texts are not; whether there were any.
pub(super) fn tighten(fields: &mut Map<String, Value>, refused: &[(String, String)], finding: &Finding) -> bool {
    let mut tightened = false;
    for (id, words) in refused {
        let Some(value) = fields.get_mut(id).filter(|_| is_of_length(words)) else {
            continue;
        };
        let tight = tight(value, finding);
        tightened |= tight != *value;
        *value = tight;
    }
    tightened
}

/// What a value is after [`tighten`].
pub(super) fn tight(value: &Value, finding: &Finding) -> Value {
    let mut value = value.clone();
    if value.get("type").and_then(Value::as_str) == Some("doc") {
        cut_written(&mut value, finding);
    }
    value
}

/// `CONTENT_LIMIT_EXCEEDED`, `The entered text is too long. It exceeds …`.
fn is_of_length(words: &str) -> bool {
    let words = words.to_lowercase();
    ["limit", "too long", "exceed"].iter().any(|word| words.contains(word))
}

/// One line of at most 255 characters; never empty, which Jira refuses.
fn summary(text: &str, finding: &Finding) -> String {
    let line = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().all(is_unseen) {
        return cut(&finding.id.to_string(), SUMMARY);
    }
    cut(&line, SUMMARY)
}

/// Without what Jira refuses, and without what would show the letters in another order than they stand in.
fn visible(text: &str) -> String {
    let reorders = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .filter(|c| c.is_whitespace() || !(c.is_control() || reorders(*c)))
        .collect()
}

/// Of no width: what holds nothing else looks empty.
fn is_unseen(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{AD}' | '\u{FEFF}')
}

fn cut(text: &str, most: usize) -> String {
    if length(text) <= most {
        return text.to_owned();
    }
    let mut left = most - 1;
    let fits = |c: &char| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    };
    let mut kept: String = text.chars().take_while(fits).collect();
    kept.push('…');
    kept
}

fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Labels have no spaces, and each is there once.
fn words(labels: &[Value]) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for label in labels {
        let word = match label {
            Value::String(text) => {
                let joined = visible(text).split_whitespace().collect::<Vec<_>>().join("-");
                json!(cut(&joined, SUMMARY))
            }
            other => other.clone(),
        };
        if word != json!("") && !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept
}

fn told(finding: &Finding) -> String {
    match &finding.url {
        Some(url) => format!(
            "Cut here, since Jira takes no longer text. All of it: {}",
            cut(url, 300)
        ),
        None => format!(
            "Cut here, since Jira takes no longer text. All of it is at the source: {}",
            cut(&finding.id.to_string(), 300)
        ),
    }
}

fn cut_text(text: &str, finding: &Finding) -> String {
    format!("{}\n\n{}", cut(text, TEXT - NOTICE), told(finding))
}

/// Jira measures a document by the text that it makes of it: what is written, where links lead, and what
/// marks a heading, an item, a cell.
fn cut_document(document: &mut Value, finding: &Finding) {
    cut_by(text_of, TEXT, NOTICE, document, finding);
}

/// The same where Jira measured the document as it is written. How it writes one is not known to the
/// letter, so that some room is left.
fn cut_written(document: &mut Value, finding: &Finding) {
    let written = |node: &Value| length(&node.to_string()) + 1;
    cut_by(written, TEXT / 4 * 3, 2 * NOTICE, document, finding);
}

fn cut_by(measure: impl Fn(&Value) -> usize, most: usize, notice: usize, document: &mut Value, finding: &Finding) {
    if measure(document) <= most {
        return;
    }
    let Some(Value::Array(blocks)) = document.get_mut("content") else {
        return;
    };
    let room = most - notice;
    let mut left = room;
    let mut kept = 0;
    for block in blocks.iter() {
        let size = measure(block);
        if size > left {
            break;
        }
        left -= size;
        kept += 1;
    }
    blocks.truncate(kept);
    if kept == 0 && !finding.body.is_empty() {
        // One block that is too long by itself would leave nothing: its beginning is better.
        let mut most = room.saturating_sub(measure(&paragraph("")));
        let mut start = paragraph(&cut(&finding.body, most));
        while measure(&start) > room && most > NOTICE {
            most /= 2;
            start = paragraph(&cut(&finding.body, most));
        }
        blocks.push(start);
    }
    blocks.push(paragraph(&told(finding)));
}

fn paragraph(text: &str) -> Value {
    json!({"type": "paragraph", "content": [{"type": "text", "text": text}]})
}

/// Characters of all texts below, and some for what marks each node.
fn text_of(node: &Value) -> usize {
    let own = node.get("text").and_then(Value::as_str).map_or(0, length);
    let below = node.get("content").and_then(Value::as_array);
    let marks = node.get("marks").and_then(Value::as_array);
    let address = |mark: &Value| mark.pointer("/attrs/href").and_then(Value::as_str).map_or(2, length);
    let marks: usize = marks.into_iter().flatten().map(address).sum();
    own + marks + 4 + below.into_iter().flatten().map(text_of).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{FindingId, FindingKind};

    fn held(id: &str, value: Value) -> Value {
        let external = "7".to_owned();
        let source = "bounty".to_owned();
        let mut finding = Finding::new(FindingId { source, external }, FindingKind::Report, "title");
        finding.url = Some("https://bounty.example/7".into());
        finding.body = "x".repeat(40_000);
        let mut fields = Map::from_iter([(id.to_owned(), value)]);
        hold(&mut fields, &finding);
        fields.remove(id).unwrap()
    }

    #[test]
    fn summaries_are_one_line_and_labels_one_word() {
        assert_eq!(held("summary", json!("  a\n b\t c ")), json!("a b c"));
        for empty in [" \n ", "\u{1} \u{2}", "\u{200B}\u{FEFF}"] {
            assert_eq!(held("summary", json!(empty)), json!("bounty/7"), "{empty:?}");
        }
        assert_eq!(
            held("summary", json!("safe\u{202E}gpj\u{1b}[31m")),
            json!("safegpj[31m")
        );
        let long = held("summary", json!("😀".repeat(300)));
        assert_eq!(length(long.as_str().unwrap()), 255);
        assert_eq!(held("labels", json!(["a b", "a-b", " ", "c"])), json!(["a-b", "c"]));
    }

    #[test]
    fn a_document_that_jira_finds_too_long_is_cut_as_it_is_written() {
        let bold = json!({"type": "text", "text": "word", "marks": [{"type": "strong"}]});
        let marked: Vec<Value> = (0..900)
            .map(|_| json!({"type": "paragraph", "content": [bold]}))
            .collect();
        let long = paragraph(&"\"\n".repeat(20_000));
        let mut finding = Finding::new(
            FindingId {
                source: "bounty".into(),
                external: "7".into(),
            },
            FindingKind::Report,
            "title",
        );
        finding.body = "\"\n".repeat(20_000);
        for blocks in [marked, vec![long]] {
            let document = json!({"type": "doc", "version": 1, "content": blocks});
            let mut fields = Map::from_iter([("description".to_owned(), document.clone())]);
            let refused = |words: &str| vec![("description".to_owned(), words.to_owned())];
            assert!(!tighten(&mut fields, &refused("It is required."), &finding));
            assert!(tighten(&mut fields, &refused("CONTENT_LIMIT_EXCEEDED"), &finding));
            let held = fields["description"].to_string();
            assert!(length(&held) <= TEXT && length(&held) > TEXT / 4, "{}", length(&held));
            assert!(held.contains("at the source: bounty/7"));
            assert_eq!(tight(&document, &finding), fields["description"]);
            assert!(
                !tighten(&mut fields, &refused("CONTENT_LIMIT_EXCEEDED"), &finding),
                "once"
            );
        }
    }

    #[test]
    fn texts_that_are_too_long_end_with_where_the_rest_is() {
        let text = held("description", json!("é".repeat(40_000)));
        let text = text.as_str().unwrap();
        assert!(length(text) <= TEXT && text.ends_with("https://bounty.example/7"));
        let short = json!("short");
        assert_eq!(held("description", short.clone()), short);

        let one = paragraph(&"x".repeat(40_000));
        let many: Vec<Value> = (0..20).map(|_| paragraph(&"y".repeat(3_000))).collect();
        for blocks in [vec![one], many] {
            let document = held("description", json!({"type": "doc", "version": 1, "content": blocks}));
            assert!(text_of(&document) <= TEXT, "{}", text_of(&document));
            assert!(document.to_string().contains("https://bounty.example/7"));
            assert!(text_of(&document) > TEXT / 2, "what fits is kept");
        }
    }
}
