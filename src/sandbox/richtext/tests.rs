use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::{
    doc::{marked, paragraph, text},
    *,
};
use crate::sandbox::{
    model::{AccountKind, UserIdx},
    seed,
};

fn people() -> Vec<User> {
    let now = "2026-11-22T06:30:00Z".parse().unwrap();
    seed::world(Flavour::Cloud, 1, 0, now).users
}

fn kitchen_sink() -> RichText {
    seed::kitchen_sink("2026-11-22T00:00:00Z".parse().unwrap(), UserIdx(1))
}

/// Every `type` in a document, nodes and marks apart.
fn kinds(value: &Value, nodes: &mut BTreeSet<String>, marks: &mut BTreeSet<String>) {
    nodes.extend(value["type"].as_str().map(str::to_owned));
    for mark in value["marks"].as_array().into_iter().flatten() {
        marks.insert(mark["type"].as_str().unwrap().to_owned());
    }
    for child in value["content"].as_array().into_iter().flatten() {
        kinds(child, nodes, marks);
    }
}

#[test]
fn the_kitchen_sink_holds_every_node_and_mark() {
    let (mut nodes, mut marks) = (BTreeSet::new(), BTreeSet::new());
    kinds(&kitchen_sink().adf(&people()), &mut nodes, &mut marks);
    let all_nodes = "doc paragraph heading bulletList orderedList listItem codeBlock text blockquote rule hardBreak mention \
                     inlineCard table tableRow tableHeader tableCell panel mediaSingle mediaGroup media mediaInline caption \
                     emoji status date taskList taskItem blockTaskItem decisionList decisionItem expand nestedExpand \
                     layoutSection layoutColumn blockCard embedCard extension inlineExtension bodiedExtension syncBlock \
                     bodiedSyncBlock placeholder holographicBoard holographicNote";
    let all_marks = "strong em strike underline code link subsup textColor annotation alignment indentation breakout border \
                     backgroundColor fontSize fragment dataConsumer";
    let missing = |all: &str, have: &BTreeSet<String>| {
        all.split_whitespace()
            .filter(|kind| !have.contains(*kind))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(missing(all_nodes, &nodes), Vec::<String>::new());
    assert_eq!(missing(all_marks, &marks), Vec::<String>::new());
    let panels = kitchen_sink().adf(&people()).to_string();
    for panel in ["info", "note", "tip", "warning", "success", "error", "custom"] {
        assert!(panels.contains(&format!("\"panelType\":\"{panel}\"")), "{panel}");
    }
}

#[test]
fn the_kitchen_sink_in_wiki_markup() {
    let wiki = kitchen_sink().wiki(&people(), Flavour::DataCenter);
    for part in [
        "h1. Heading 1",
        "*strong* _em_ -strike- +underline+ {{code}} [link|https://example.com/a?b=c&d=e#f] ~sub~ ^sup^ {color:#de350b}red{color}",
        "[~asouza] and @unknown\n🚀:custom_logo:{color:yellow}*[in doubt]*{color}2026-11-22",
        "* one\n* two\n*# two, first\n*# two, second",
        "{noformat}\nfn main() {\n\tlet answer = 42;\n}\n{noformat}",
        "{code:rust}\nlet wide = true;\n{code}",
        "{quote}\nquoted\n\n* list in a quotation\n{quote}",
        "||left||right||\n|a \\| b|*more* \\\\ folded away|\n|across \\\\ two columns|",
        "* (x) to do\n* (/) done\n* (x) with more a second paragraph",
        "!screenshot.png|width=640,height=360!\nwhat the customer saw",
        "[^trace.log] [^linked-media]",
        "[https://example.com/board|https://example.com/board|smart-card]",
        "{panel:bgColor=#ffebe6}",
    ] {
        assert!(wiki.contains(part), "{part:?} is missing in\n{wiki}");
    }
    assert!(kitchen_sink().wiki(&people(), Flavour::Cloud).contains("[~accountid:"));
}

#[test]
fn recorded_wiki_markup_becomes_adf() {
    let source = "h2. Steps\nfirst line\nsecond *bold* and {{mono}}\n\n# one\n## deep\n# two\n{code:java}\nint x;\n\n  y();\n{code}\n\
                  |a|[b|http://c.d]|\n----\nbq. said\n{quote}in\n{quote}\n[~asouza] [^f.txt] !p.png! snake_case_name 1-2-3 \\*no\\*";
    let adf = RichText::Wiki(source.into()).adf(&people());
    let text = |words: &str| json!({"type": "text", "text": words});
    let paragraph = |content: Value| json!({"type": "paragraph", "content": content});
    let marked = |words: &str, mark: &str| json!({"type": "text", "text": words, "marks": [{"type": mark}]});
    let item = |content: Value| json!({"type": "listItem", "content": content});
    let numbers = |content: Value| json!({"type": "orderedList", "attrs": {"order": 1}, "content": content});
    let blocks = adf["content"].as_array().unwrap();
    assert_eq!(
        blocks[0],
        json!({"type": "heading", "attrs": {"level": 2}, "content": [text("Steps")]})
    );
    let lines = json!([text("first line"), {"type": "hardBreak"}, text("second "), marked("bold", "strong"), text(" and "), marked("mono", "code")]);
    assert_eq!(blocks[1], paragraph(lines));
    let deep = numbers(json!([item(json!([paragraph(json!([text("deep")]))]))]));
    let list = numbers(json!([
        item(json!([paragraph(json!([text("one")])), deep])),
        item(json!([paragraph(json!([text("two")]))]))
    ]));
    assert_eq!(blocks[2], list);
    assert_eq!(
        blocks[3],
        json!({"type": "codeBlock", "attrs": {"language": "java"}, "content": [text("int x;\n\n  y();")]})
    );
    assert_eq!(
        blocks[4]["content"][0]["content"][1]["content"][0]["content"][0]["marks"][0]["attrs"]["href"],
        "http://c.d"
    );
    assert_eq!(blocks[5]["type"], "rule");
    assert_eq!(
        blocks[6],
        json!({"type": "blockquote", "content": [paragraph(json!([text("said")]))]})
    );
    assert_eq!(
        blocks[7],
        json!({"type": "blockquote", "content": [paragraph(json!([text("in")]))]})
    );
    let last = blocks[8]["content"].as_array().unwrap();
    let types: Vec<_> = last.iter().map(|node| node["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["mention", "text", "mediaInline", "text", "mediaInline", "text"]);
    assert_eq!(last[5], text(" snake_case_name 1-2-3 *no*"));
}

#[test]
fn posted_adf_comes_back_unchanged_and_reads_as_wiki_markup() {
    let adf = json!({"version": 1, "type": "doc", "content": [
        {"type": "paragraph", "content": [
            {"type": "text", "text": "see ", "marks": [{"type": "strong"}]},
            {"type": "mention", "attrs": {"id": people()[1].account_id, "text": "@x"}},
            {"type": "future", "attrs": {"text": "later"}},
        ]},
        {"type": "taskList", "attrs": {"localId": "a"}, "content": [
            {"type": "taskItem", "attrs": {"localId": "b", "state": "DONE"}, "content": [{"type": "text", "text": "ok"}]},
        ]},
        {"type": "futureBlock", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "child"}]}]},
    ]});
    let posted = RichText::Adf(Arc::new(adf.clone()));
    assert_eq!(posted.adf(&people()), adf);
    assert_eq!(
        posted.wiki(&people(), Flavour::DataCenter),
        "*see *[~asouza]later\n\n* (/) ok\n\nchild"
    );
    assert!(posted.plain(&people()).contains("@Ana Souza"));
    assert!(!posted.is_empty() && RichText::Adf(Arc::new(json!({}))).is_empty());
}

fn word() -> impl Strategy<Value = String> {
    "[a-z]{1,6}( [a-z0-9*_{\\[|!~^+-]{1,5}){0,3}"
}

fn block() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        word().prop_map(|words| paragraph(&words)),
        (1..=6_u8, word()).prop_map(|(level, words)| Block::Heading(level, vec![text(&words)])),
        Just(Block::Rule),
        word().prop_map(|words| Block::Paragraph(vec![text("so "), marked(words.trim(), Mark::Code)])),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        let items = || prop::collection::vec(word().prop_map(|words| vec![paragraph(&words)]), 1..3);
        prop_oneof![
            items().prop_map(Block::Bullets),
            items().prop_map(|items| Block::Numbers(1, items)),
            inner.prop_map(|b| Block::Quote(vec![b]))
        ]
    })
}

proptest! {
    /// What is written as wiki markup reads as the same words again.
    #[test]
    fn words_survive_wiki_markup(blocks in prop::collection::vec(block(), 1..5)) {
        let people = Vec::new();
        let doc = RichText::doc(blocks);
        let back = RichText::Wiki(doc.wiki(&people, Flavour::Cloud).into());
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let adf = RichText::Adf(Arc::new(back.adf(&people)));
        prop_assert_eq!(words(&adf.plain(&people)), words(&doc.plain(&people)), "{}", doc.wiki(&people, Flavour::Cloud));
    }

    #[test]
    fn nothing_recorded_brings_the_reader_down(text in "([*#|{}\\[\\]!_~h1. \n-]|\\{code\\}|\\{quote\\}|\\PC){0,80}") {
        let adf = RichText::Wiki(text.into()).adf(&[]);
        prop_assert_eq!(&adf["type"], "doc");
        let _ = RichText::Adf(Arc::new(adf)).wiki(&[], Flavour::Cloud);
    }
}

#[test]
fn empty_text_nodes_are_never_written() {
    let mut robin = people().remove(0);
    robin.kind = AccountKind::Customer;
    let doc = RichText::doc(vec![Block::Paragraph(vec![
        text(""),
        Inline::Break,
        marked("", Mark::Strong),
    ])]);
    assert_eq!(
        doc.adf(&[robin])["content"][0]["content"],
        json!([{"type": "hardBreak"}])
    );
}
