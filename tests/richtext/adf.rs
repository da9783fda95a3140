//! Every node and mark of ADF.

use insta::assert_snapshot;
use serde_json::{Value, json};

use super::show::{doc, lines, lines_at, p, para, styled};

fn list(kind: &str, items: &[Value]) -> Value {
    let items: Vec<Value> = items
        .iter()
        .map(|item| json!({ "type": "listItem", "content": item }))
        .collect();
    json!({ "type": kind, "content": items })
}

fn table(rows: &[&[&str]]) -> Value {
    let row = |(index, row): (usize, &&[&str])| {
        let kind = if index == 0 { "tableHeader" } else { "tableCell" };
        let cells: Vec<Value> = row
            .iter()
            .map(|text| json!({ "type": kind, "content": [p(text)] }))
            .collect();
        json!({ "type": "tableRow", "content": cells })
    };
    json!({ "type": "table", "content": rows.iter().enumerate().map(row).collect::<Vec<_>>() })
}

#[test]
fn paragraphs_breaks_and_rules() {
    let text = doc(json!([
        p("A paragraph that is long enough to need a second line."),
        para(json!([{ "type": "text", "text": "one" }, { "type": "hardBreak" }, { "type": "text", "text": "two" }])),
        para(json!([])),
        { "type": "rule" },
        p("end")
    ]));
    assert_snapshot!(lines(&text), @r#"
    A paragraph that is long enough to need
    a second line.

    one
    two

    ────────────────────────────────────────

    end
    "#);
}

#[test]
fn headings_have_their_level() {
    let headings: Vec<Value> = [1, 3, 6, 9]
        .iter()
        .map(|level| json!({ "type": "heading", "attrs": { "level": level }, "content": [{ "type": "text", "text": format!("level {level}") }] }))
        .collect();
    assert_snapshot!(styled(&doc(json!(headings))), @r#"
    ⟦bold,Heading(1):level 1⟧

    ⟦bold,Heading(3):level 3⟧

    ⟦bold,Heading(6):level 6⟧

    ⟦bold,Heading(6):level 9⟧
    "#);
}

#[test]
fn marks() {
    let text = |text: &str, marks: Value| json!({ "type": "text", "text": text, "marks": marks });
    let content = json!([para(json!([
        text("strong", json!([{ "type": "strong" }])),
        text(" em", json!([{ "type": "em" }])),
        text(" strike", json!([{ "type": "strike" }])),
        text(" under", json!([{ "type": "underline" }])),
        text(" code", json!([{ "type": "code" }])),
        text(" both", json!([{ "type": "strong" }, { "type": "em" }])),
        { "type": "hardBreak" },
        text("x", json!([])),
        text("2", json!([{ "type": "subsup", "attrs": { "type": "sup" } }])),
        text(" H", json!([])),
        text("2", json!([{ "type": "subsup", "attrs": { "type": "sub" } }])),
        text("O", json!([])),
        { "type": "hardBreak" },
        text("red", json!([{ "type": "textColor", "attrs": { "color": "#ff0000" } }])),
        text(" marked", json!([{ "type": "backgroundColor", "attrs": { "color": "#ffff00" } }])),
        text(" noted", json!([{ "type": "annotation", "attrs": { "id": "1", "annotationType": "inlineComment" } }])),
        text(" small", json!([{ "type": "fontSize", "attrs": { "fontSize": "small" } }])),
    ]))]);
    assert_snapshot!(styled(&doc(content)), @r#"
    ⟦bold:strong⟧⟦italic: em⟧⟦strike: strike⟧⟦underline: under⟧⟦code,Code: code⟧⟦bold,italic: both⟧
    x^2 H_2O
    red marked noted small
    "#);
}

#[test]
fn links_show_where_they_lead() {
    let link = |text: &str, href: &str, strong: bool| {
        let mut marks = vec![json!({ "type": "link", "attrs": { "href": href } })];
        if strong {
            marks.push(json!({ "type": "strong" }));
        }
        json!({ "type": "text", "text": text, "marks": marks })
    };
    let content = json!([
        para(json!([
            link("my ", "https://a.example/x", false),
            link("bank", "https://a.example/x", true)
        ])),
        para(json!([link("https://a.example/y", "https://a.example/y", false)])),
        para(json!([link("PAY-12", "https://a.example/browse/PAY-12", false)])),
        para(json!([link("run me", "javascript:alert(1)", false)])),
        para(json!([link("hidden", "https://a.example/\u{202e}gpj.exe", false)])),
    ]);
    assert_snapshot!(styled(&doc(content)), @r#"
    ⟦Link,→https://a.example/x:my ⟧⟦bold,Link,→https://a.example/x:bank⟧⟦Muted,→https://a.example/x: (https://a.example/x)⟧

    ⟦Link,→https://a.example/y:https://a.example/y⟧

    ⟦Link,→https://a.example/browse/PAY-12:PAY-12⟧

    ⟦Link:run me⟧⟦Muted: (javascript:alert(1))⟧

    ⟦Link:hidden⟧⟦Muted: (https://a.example/⟨RLO⟩gpj.exe)⟧
    "#);
}

#[test]
fn lists_nest_and_count_from_their_order() {
    let nested = list(
        "bulletList",
        &[json!([p("inner"), list("bulletList", &[json!([p("innermost")])])])],
    );
    let mut ordered = list(
        "orderedList",
        &[
            json!([p("ninth")]),
            json!([p("tenth, with text that goes on below itself")]),
        ],
    );
    ordered["attrs"] = json!({ "order": 9 });
    let content = json!([
        list(
            "bulletList",
            &[json!([p("outer"), nested]), json!([p("next"), p("second paragraph")])]
        ),
        ordered
    ]);
    assert_snapshot!(lines(&doc(content)), @r#"
    • outer
      ◦ inner
        ▪ innermost
    • next
      second paragraph

    9. ninth
    10. tenth, with text that goes on below
        itself
    "#);
}

#[test]
fn tasks_and_decisions() {
    let text = |text: &str| json!([{ "type": "text", "text": text }]);
    let content = json!([
        { "type": "taskList", "content": [
            { "type": "taskItem", "attrs": { "state": "DONE" }, "content": text("written") },
            { "type": "taskItem", "attrs": { "state": "TODO" }, "content": text("reviewed") },
            { "type": "taskList", "content": [
                { "type": "blockTaskItem", "attrs": { "state": "TODO" }, "content": [p("by two")] }
            ] }
        ] },
        { "type": "decisionList", "content": [
            { "type": "decisionItem", "attrs": { "state": "DECIDED" }, "content": text("ship it") }
        ] }
    ]);
    assert_snapshot!(lines(&doc(content)), @r#"
    ☑ written
    ☐ reviewed
      ☐ by two

    ◆ ship it
    "#);
}

#[test]
fn code_keeps_its_spaces_and_shows_its_language() {
    let code = "fn main() {\n    let long = \"a line that is longer than the screen is\";\n\n}\x1b[0m";
    let content = json!([
        { "type": "codeBlock", "attrs": { "language": "rust" }, "content": [{ "type": "text", "text": code }] },
        { "type": "codeBlock", "content": [{ "type": "text", "text": "plain *not bold*" }] }
    ]);
    assert_snapshot!(lines(&doc(content)), @r#"
    rust
      fn main() {
          let long = "a line that is longer 
      than the screen is";

      }␛[0m

      plain *not bold*
    "#);
}

#[test]
fn quotes_panels_and_expands() {
    let panel =
        |kind: &str| json!({ "type": "panel", "attrs": { "panelType": kind }, "content": [p(kind), p("second")] });
    let mut content = vec![
        json!({ "type": "blockquote", "content": [p("quoted text that is long enough for two lines"), p("end")] }),
    ];
    content.extend(["info", "note", "tip", "success", "warning", "error", "custom"].map(panel));
    content.push(json!({ "type": "expand", "attrs": { "title": "More" }, "content": [
        p("inside"), { "type": "nestedExpand", "attrs": { "title": "" }, "content": [p("deep")] }
    ] }));
    assert_snapshot!(lines(&doc(json!(content))), @r#"
    │ quoted text that is long enough for
    │ two lines
    │ 
    │ end

    ● info
    │ 
    │ second

    ● note
    │ 
    │ second

    ✓ tip
    │ 
    │ second

    ✓ success
    │ 
    │ second

    ▲ warning
    │ 
    │ second

    ✗ error
    │ 
    │ second

    ■ custom
    │ 
    │ second

    ▾ More
      inside

      ▾ Details
        deep
    "#);
    assert_snapshot!(styled(&doc(json!([content[0], content[5]]))), @r#"
    ⟦Muted:│ ⟧⟦Quote:quoted text that is long enough for⟧
    ⟦Muted:│ ⟧⟦Quote:two lines⟧
    ⟦Muted:│ ⟧
    ⟦Muted:│ ⟧⟦Quote:end⟧

    ⟦Warn:▲ ⟧warning
    ⟦Warn:│ ⟧
    ⟦Warn:│ ⟧second
    "#);
}

#[test]
fn people_dates_status_emoji_and_cards() {
    let content = json!([para(json!([
        { "type": "mention", "attrs": { "id": "5b10", "text": "@Ana Ruiz" } }, { "type": "text", "text": " " },
        { "type": "mention", "attrs": { "id": "5b11" } }, { "type": "text", "text": " " },
        { "type": "emoji", "attrs": { "shortName": ":tada:", "text": "🎉" } },
        { "type": "emoji", "attrs": { "shortName": ":custom:", "id": "x" } },
        { "type": "hardBreak" },
        { "type": "status", "attrs": { "text": "In progress", "color": "blue" } }, { "type": "text", "text": " " },
        { "type": "status", "attrs": { "text": "Done", "color": "green" } }, { "type": "text", "text": " " },
        { "type": "date", "attrs": { "timestamp": "1770076800000" } },
        { "type": "hardBreak" },
        { "type": "inlineCard", "attrs": { "url": "https://a.example/1" } },
        { "type": "inlineCard", "attrs": { "data": { "name": "Card", "url": "https://a.example/2" } } },
        { "type": "placeholder", "attrs": { "text": "type here" } }
    ])), { "type": "blockCard", "attrs": { "url": "https://a.example/3" } }, { "type": "embedCard", "attrs": { "url": "https://a.example/4" } }]);
    assert_snapshot!(styled(&doc(content)), @r#"
    ⟦Mention:@Ana Ruiz⟧ ⟦Mention:@5b11⟧ 🎉:custom:
    ⟦Info:[In progress]⟧ ⟦Ok:[Done]⟧ ⟦Info:2026-02-03⟧
    ⟦Link,→https://a.example/1:https://a.example/1⟧⟦Link,→https://a.example/2:Card⟧⟦Muted,→https://a.example/2: (https://⟧
    ⟦Muted,→https://a.example/2:a.example/2)⟧⟦Muted:type here⟧

    ⟦Link,→https://a.example/3:https://a.example/3⟧

    ⟦Link,→https://a.example/4:https://a.example/4⟧
    "#);
}

#[test]
fn media_are_named() {
    let content = json!([
        { "type": "mediaSingle", "content": [
            { "type": "media", "attrs": { "type": "file", "id": "6e7c", "collection": "", "alt": "shot.png" } },
            { "type": "caption", "content": [{ "type": "text", "text": "The caption" }] }
        ] },
        { "type": "mediaSingle", "content": [{ "type": "media", "attrs": { "type": "external", "url": "https://a.example/pic.jpg" } }] },
        { "type": "mediaGroup", "content": [
            { "type": "media", "attrs": { "type": "file", "id": "6e7d", "alt": "trace.log" } },
            { "type": "media", "attrs": { "type": "file", "id": "6e7e", "width": 20, "height": 20 } }
        ] },
        para(json!([{ "type": "mediaInline", "attrs": { "id": "6e7f", "alt": "notes.pdf" } }]))
    ]);
    assert_snapshot!(styled(&doc(content)), @r#"
    ⟦Muted:[image: shot.png]⟧

    The caption

    ⟦Link,→https://a.example/pic.jpg:[image: pic.jpg]⟧

    ⟦Muted:[file: trace.log]⟧⟦Muted:[image: 6e7e]⟧

    ⟦Muted:[file: notes.pdf]⟧
    "#);
}

#[test]
fn extensions_layouts_and_unknown_nodes_show_what_they_hold() {
    let content = json!([
        { "type": "layoutSection", "content": [
            { "type": "layoutColumn", "attrs": { "width": 50 }, "content": [p("left")] },
            { "type": "layoutColumn", "attrs": { "width": 50 }, "content": [p("right")] }
        ] },
        { "type": "extension", "attrs": { "extensionKey": "chart", "extensionType": "x" } },
        { "type": "bodiedExtension", "attrs": { "extensionKey": "box" }, "content": [p("boxed")] },
        { "type": "syncBlock", "attrs": { "resourceId": "r" } },
        { "type": "bodiedSyncBlock", "attrs": { "resourceId": "r" }, "content": [p("synced")] },
        { "type": "futureBlock", "content": [p("from the future"), { "type": "futureInline", "attrs": { "text": "its text" } }] },
        para(json!([{ "type": "inlineExtension", "attrs": { "extensionKey": "k", "parameters": { "macroMetadata": { "title": "Jira chart" } } } }])),
        { "type": "paragraph", "content": [{ "type": "text", "text": "set in" }],
          "marks": [{ "type": "indentation", "attrs": { "level": 2 } }, { "type": "alignment", "attrs": { "align": "end" } }] }
    ]);
    assert_snapshot!(lines(&doc(content)), @r#"
    left

    right

    [extension: chart]

    [extension: box]

    boxed

    [synced block]

    [synced block]

    synced

    from the future

    its text

    [extension: Jira chart]

        set in
    "#);
}

#[test]
fn tables_align_shrink_and_turn_into_records() {
    let rows: &[&[&str]] = &[
        &["Key", "Summary", "Owner"],
        &["PAY-1", "Retry webhook on 502 with backoff", "Ana"],
        &["PAY-2", "価格を丸める", "Li Wei"],
    ];
    let text = doc(json!([table(rows)]));
    assert_snapshot!(lines_at(&text, 80), @r#"
    Key   │ Summary                           │ Owner
    ──────┼───────────────────────────────────┼───────
    PAY-1 │ Retry webhook on 502 with backoff │ Ana
    PAY-2 │ 価格を丸める                      │ Li Wei
    "#);
    assert_snapshot!(lines_at(&text, 36), @r#"
    Key   │ Summary             │ Owner
    ──────┼─────────────────────┼───────
    PAY-1 │ Retry webhook on    │ Ana
          │ 502 with backoff    │ 
    ──────┼─────────────────────┼───────
    PAY-2 │ 価格を丸める        │ Li Wei
    "#);
    assert_snapshot!(lines_at(&text, 20), @r#"
    Key: PAY-1
    Summary: Retry
    webhook on 502 with
    backoff
    Owner: Ana
    ────────────
    Key: PAY-2
    Summary: 価格を丸め
    る
    Owner: Li Wei
    "#);
    assert_snapshot!(styled(&doc(json!([table(&[&["A", "B"], &["1", "2"]])]))), @r#"
    ⟦bold:A⟧⟦Muted: │ ⟧⟦bold:B⟧
    ⟦Muted:──┼──⟧
    1⟦Muted: │ ⟧2
    "#);
}

#[test]
fn cells_span_and_hold_blocks() {
    let cell = |attrs: Value, content: Value| json!({ "type": "tableCell", "attrs": attrs, "content": content });
    let content = json!([{ "type": "table", "attrs": { "isNumberColumnEnabled": true }, "content": [
        { "type": "tableRow", "content": [
            cell(json!({ "rowspan": 2 }), json!([p("tall")])),
            cell(json!({ "colspan": 2 }), json!([p("wide cell")]))
        ] },
        { "type": "tableRow", "content": [
            cell(json!({}), json!([list("bulletList", &[json!([p("one")]), json!([p("two")])])])),
            cell(json!({}), json!([table(&[&["in"], &["side"]])]))
        ] }
    ] }]);
    assert_snapshot!(lines(&doc(content)), @r#"
    1 │ tall │ wide cell
    ──┼──────┼───────┼─────────
    2 │      │ • one │ in: side
      │      │ • two │
    "#);
}

#[test]
fn bare_values_are_read() {
    for (value, text) in [
        (json!(null), ""),
        (json!("just text"), "just text"),
        (json!({ "type": "doc", "content": [] }), ""),
        (json!({ "type": "text", "text": "loose" }), "loose"),
        (json!([p("a"), p("b")]), "a\n\nb"),
        (json!({ "type": 3, "content": "x", "marks": {} }), ""),
    ] {
        assert_eq!(
            lines(&crosstie::domain::RichText::Adf(value.clone().into())),
            text,
            "{value}"
        );
    }
}
