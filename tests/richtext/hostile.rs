//! Documents made to break things.

use std::time::{Duration, Instant};

use crosstie::domain::RichText;
use crosstie::richtext::{RenderOptions, plain, render};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::show::wiki;

fn check(text: &RichText, width: u16, ascii: bool) {
    for line in render(text, width, &RenderOptions { ascii }) {
        assert!(line.width() <= usize::from(width.min(100)), "{width}: {line:?}");
        assert!(!line.text().contains(char::is_control), "{line:?}");
        assert!(!ascii || line.text().is_ascii(), "{line:?}");
    }
    assert!(!plain(text).contains(|c: char| c.is_control() && c != '\n'));
}

/// Pieces of markup, and of trouble, in any order.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "*",
        "_",
        "-",
        "+",
        "^",
        "~",
        "??",
        "{{",
        "}}",
        "[",
        "]",
        "|",
        "||",
        "!",
        "{",
        "}",
        "\\",
        "\\\\",
        "\n",
        "\r\n",
        "\n\n",
        "* ",
        "\n# ",
        "\n** ",
        "\n|",
        "\n||",
        "|\n",
        "h1. ",
        "bq. ",
        "\n----\n",
        "{code}",
        "{code:java}",
        "{noformat}",
        "{quote}",
        "{panel}",
        "{panel:title=x}",
        "{html}",
        "{color:red}",
        "{color}",
        "{info}",
        "<p>",
        "</p>",
        "<li>",
        "<ol>",
        "</ol>",
        "<pre>",
        "</pre>",
        "<a href=\"http://x\">",
        "</a>",
        "<h2>",
        "&amp;",
        "&#x1b;",
        "&#27;",
        "http://",
        "https://a.b/c",
        "[a|http://b]",
        "[~u]",
        "!a.png!",
        "(/)",
        "word",
        " ",
        "  ",
        "日本",
        "👩‍💻",
        "\u{1b}[31m",
        "\u{202e}",
        "\u{f0000}",
        "\u{f0001}",
        "\u{301}",
        "a",
        "1",
        ".",
        "x.png",
    ]);
    let piece = prop_oneof![8 => piece.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Nodes of all kinds, nested as no editor would.
fn node() -> impl Strategy<Value = Value> {
    let kinds = vec![
        "doc",
        "paragraph",
        "heading",
        "bulletList",
        "orderedList",
        "listItem",
        "codeBlock",
        "blockquote",
        "rule",
        "hardBreak",
        "text",
        "mention",
        "inlineCard",
        "table",
        "tableRow",
        "tableHeader",
        "tableCell",
        "panel",
        "mediaSingle",
        "media",
        "caption",
        "emoji",
        "status",
        "date",
        "taskList",
        "taskItem",
        "decisionList",
        "decisionItem",
        "expand",
        "layoutSection",
        "layoutColumn",
        "blockCard",
        "extension",
        "bodiedExtension",
        "syncBlock",
        "placeholder",
        "unknown",
    ];
    let kind = prop::sample::select(kinds);
    let attrs = (any::<String>(), any::<i64>()).prop_map(|(text, number)| {
        json!({ "text": text, "level": number, "order": number, "colspan": number, "rowspan": number, "url": text, "timestamp": number,
            "title": text, "language": text, "alt": text, "isNumberColumnEnabled": number % 2 == 0 })
    });
    let marks = prop::sample::subsequence(
        vec!["strong", "em", "code", "link", "subsup", "indentation", "other"],
        0..4,
    )
    .prop_map(|marks| {
        marks
            .into_iter()
            .map(|kind| json!({ "type": kind, "attrs": { "href": "http://x", "level": 9 } }))
            .collect::<Vec<_>>()
    });
    let leaf = (kind.clone(), any::<String>(), attrs.clone(), marks)
        .prop_map(|(kind, text, attrs, marks)| json!({ "type": kind, "text": text, "attrs": attrs, "marks": marks }));
    leaf.prop_recursive(6, 40, 6, move |inner| {
        (kind.clone(), attrs.clone(), prop::collection::vec(inner, 0..6))
            .prop_map(|(kind, attrs, content)| json!({ "type": kind, "attrs": attrs, "content": content }))
    })
}

proptest! {
    #[test]
    fn any_markup_fits(text in markup(), width in 0_u16..130, ascii: bool) {
        check(&wiki(&text), width, ascii);
    }

    #[test]
    fn any_text_fits(text in any::<String>(), width in 0_u16..130) {
        check(&wiki(&text), width, false);
        check(&RichText::Adf(json!(text).into()), width, false);
    }

    #[test]
    fn any_document_fits(document in node(), width in 0_u16..130, ascii: bool) {
        check(&RichText::Adf(document.into()), width, ascii);
    }
}

#[test]
fn deep_documents_end() {
    for kind in [
        "blockquote",
        "bulletList",
        "table",
        "panel",
        "expand",
        "paragraph",
        "unknown",
    ] {
        let mut node = json!({ "type": "text", "text": "bottom" });
        // As deep as a parser lets a document be.
        let (levels, shown) = match kind {
            "table" => (20, "bottom"),
            "bulletList" => (30, "…"),
            _ => (60, "…"),
        };
        for _ in 0..levels {
            let inner = match kind {
                "table" => json!({ "type": "tableRow", "content": [{ "type": "tableCell", "content": [node] }] }),
                "bulletList" => json!({ "type": "listItem", "content": [node] }),
                _ => node,
            };
            node = json!({ "type": kind, "content": [inner] });
        }
        let text = RichText::Adf(node.into());
        check(&text, 60, false);
        assert!(plain(&text).contains(shown), "{kind}: {}", plain(&text));
    }
}

/// Quadratic reading of these would take minutes; linear takes a fraction of the bound even
/// unoptimised on a busy machine.
#[test]
fn hostile_markup_takes_linear_time() {
    let seeds = [
        "[",
        "{",
        "{{",
        "*",
        "*a ",
        " a*",
        "_*-+^~a",
        "!",
        "!a.",
        "!a.png",
        "|",
        "|a\n",
        "||a\n",
        "***** a\n",
        "\\",
        "\\\\\n",
        "&",
        "&amp",
        "{quote}",
        "{quote}* a\n",
        "{panel:title=a}",
        "{code}",
        "{code}a{code}",
        "{html}",
        "{html}<",
        "{html}<ul><li>a",
        "<a href=x>",
        "http://",
        "h1. ",
        "bq. ",
        "(",
        "(/)",
        "\u{301}",
        "क्",
        "word ",
        "x",
        "\n",
        "- ",
        "??",
        "|[a|{{!",
    ];
    for seed in seeds {
        let text = wiki(&seed.repeat(100_000 / seed.len()));
        let start = Instant::now();
        let before = computed(start);
        check(&text, 80, false);
        let taken = computed(start) - before;
        assert!(taken < Duration::from_secs(20), "{seed:?} took {taken:?}");
    }
}

/// What this thread has had of a processor since `start`, whatever else the machine was busy with; the
/// time that has passed where the system does not tell.
fn computed(start: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

#[test]
fn markup_cannot_be_smuggled_through_what_stands_in_for_code() {
    let text = wiki("\u{f0000} {code}secret{code} \u{f0000}");
    assert_eq!(plain(&text).matches("secret").count(), 1);
    assert_eq!(plain(&wiki("&#27;[2J &#x202e;")), "␛[2J ⟨RLO⟩");
}
