//! What a client must survive: a document with every node and mark, and texts that attack a terminal.
//!
//! Must never be in here: ordinary texts.

use jiff::Timestamp;

use super::super::{
    model::UserIdx,
    richtext::{
        Block, Cell, Inline, Mark, MediaKind, PanelKind, RichText, Task,
        doc::{marked, paragraph, text},
    },
};

/// Summaries that break naive clients. Jira refuses some of them today but has them from older times.
pub(super) fn summaries() -> Vec<String> {
    let family = "👩\u{200d}👩\u{200d}👧\u{200d}👦";
    vec![
        format!("Emoji: {family} pays 🏳\u{fe0f}\u{200d}🌈 with 🇩🇪 card 👍🏽 and 1\u{fe0f}\u{20e3} tap"),
        "Combining marks: Z\u{351}\u{36b}\u{343}a\u{30a}\u{363}l\u{34c}\u{312}g\u{35d}\u{313}o\u{306}\u{303} in the receipt footer".to_owned(),
        "Right to left: \u{202e}gnp.tpiecer\u{202c} is shown reversed \u{2066}isolate\u{2069}".to_owned(),
        "فاتورة رقم 4711 \u{202b}(EUR 12.50)\u{202c} لا تطابق المبلغ 12,50 €".to_owned(),
        format!("Very long word: {}", "Donaudampfschifffahrtsgesellschaftskapitän".repeat(5)),
        "Terminal escapes: \u{1b}[2J\u{1b}[31mred\u{1b}[0m \u{1b}]0;owned\u{7} end".to_owned(),
        "C1 controls: \u{9b}31mred \u{9d}8;;https://evil.example\u{9c}link\u{9d}8;;\u{9c} end".to_owned(),
        "Tabs\tin\tthe\tsummary and a newline\nand a carriage return\rhere".to_owned(),
        "NUL \u{0} bell \u{7} backspace \u{8}\u{8}\u{8} delete \u{7f} end".to_owned(),
        "Zero width: pay\u{200b}ment\u{feff} with soft\u{ad}hyphen and word\u{2060}joiner".to_owned(),
        "Full width: ＰＡＹＭＥＮＴ ｆａｉｌｓ 合計１２３４円 ｶﾀｶﾅ".to_owned(),
        "Line separators: one\u{2028}two\u{2029}three\u{85}four".to_owned(),
        "Markup: <b>bold</b> &amp; *bold* {code}x{code} [link|javascript:alert(1)] ${jndi:x} %s %n".to_owned(),
        "Quotes: \"double\" 'single' \\back\\slash `tick` and a trailing space ".to_owned(),
        "नमस्ते: क्षत्रिय ज्ञान स्त्री in a receipt, வணக்கம், བོད་ཡིག".to_owned(),
        "Private use \u{e000}\u{f8ff} and unassigned \u{10fffe} tags \u{e0001}\u{e0041}".to_owned(),
    ]
}

/// Texts of the same kind for descriptions and comments.
pub(super) fn bodies() -> Vec<RichText> {
    let word = "Supercalifragilistic".repeat(15);
    let lines: Vec<_> = (0..120)
        .map(|nth| format!("line {nth}: the quick brown fox pays in 27 currencies"))
        .collect();
    [
        "\u{1b}[2J\u{1b}[HThis text clears the screen.\u{1b}[?1049l\u{1b}]52;c;ZXZpbA==\u{7}".to_owned(),
        word,
        lines.join(" "),
        "\u{202e}This runs backwards\u{202c} and \u{2067}this is isolated\u{2069}.".to_owned(),
        "改行なしの長い日本語テキスト。".repeat(40),
        "الدفع بالبطاقة لا يعمل منذ الأمس. ".repeat(12),
        "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}".repeat(30),
    ]
    .iter()
    .map(|words| RichText::doc(vec![paragraph(words), code(words)]))
    .collect()
}

/// Every node and mark of the contract's two lists, and one node that no client knows.
pub(crate) fn kitchen_sink(day: Timestamp, person: UserIdx) -> RichText {
    let mut blocks = plain_blocks(day, person);
    blocks.extend(boxes());
    blocks.extend(embedded());
    RichText::doc(blocks)
}

fn plain_blocks(day: Timestamp, person: UserIdx) -> Vec<Block> {
    let mut blocks: Vec<_> = (1..=6)
        .map(|level| Block::Heading(level, vec![text(&format!("Heading {level}"))]))
        .collect();
    blocks.extend([
        Block::Paragraph(marks()),
        Block::Paragraph(inlines(day, person)),
        Block::Aligned("center", vec![text("in the middle")]),
        Block::Aligned("end", vec![text("at the end")]),
        Block::Indented(2, vec![text("moved in twice")]),
        Block::Small(vec![text("in small letters")]),
        Block::Bullets(vec![
            vec![paragraph("one")],
            vec![
                paragraph("two"),
                Block::Numbers(1, vec![vec![paragraph("two, first")], vec![paragraph("two, second")]]),
            ],
        ]),
        Block::Numbers(4, vec![vec![paragraph("four")], vec![paragraph("five")]]),
        code("fn main() {\n\tlet answer = 42;\n}"),
        Block::Code {
            language: Some("rust".to_owned()),
            text: "let wide = true;".to_owned(),
            breakout: true,
        },
        Block::Quote(vec![
            paragraph("quoted"),
            Block::Bullets(vec![vec![paragraph("list in a quotation")]]),
        ]),
        Block::Rule,
    ]);
    blocks
}

fn marks() -> Vec<Inline> {
    let list = [
        ("strong", Mark::Strong),
        ("em", Mark::Em),
        ("strike", Mark::Strike),
        ("underline", Mark::Underline),
        ("code", Mark::Code),
        ("link", Mark::Link("https://example.com/a?b=c&d=e#f".to_owned())),
        ("sub", Mark::Sub),
        ("sup", Mark::Sup),
        ("red", Mark::Colour("#de350b".to_owned())),
        ("highlighted", Mark::Background("#fedec8".to_owned())),
        ("commented", Mark::Annotation("3f2504e0-4f89".to_owned())),
    ];
    let mut line = Vec::new();
    for (words, mark) in list {
        line.extend([marked(words, mark), text(" ")]);
    }
    line.push(Inline::Text(
        "all at once".to_owned(),
        vec![Mark::Strong, Mark::Em, Mark::Underline, Mark::Strike],
    ));
    let link = Mark::Link("https://example.com/code".to_owned());
    line.push(Inline::Text("linked code".to_owned(), vec![Mark::Code, link]));
    line
}

fn inlines(day: Timestamp, person: UserIdx) -> Vec<Inline> {
    vec![
        Inline::Mention(person),
        text(" and "),
        Inline::Mention(UserIdx(u32::MAX)),
        Inline::Break,
        Inline::Emoji("rocket".to_owned(), "🚀".to_owned()),
        Inline::Emoji("custom_logo".to_owned(), String::new()),
        Inline::Status("in doubt".to_owned(), "yellow".to_owned()),
        Inline::Date(day),
        Inline::Card("https://example.com/page".to_owned()),
        Inline::Media("diagram.svg".to_owned()),
        Inline::Extension("jira-count".to_owned()),
        Inline::Placeholder("type something".to_owned()),
        Inline::Unknown("text of an unknown inline node".to_owned()),
    ]
}

fn boxes() -> Vec<Block> {
    use PanelKind::{Custom, Error, Info, Note, Success, Tip, Warning};
    let mut blocks: Vec<_> = [Info, Note, Tip, Warning, Success, Error, Custom]
        .into_iter()
        .map(|kind| {
            Block::Panel(
                kind,
                vec![
                    paragraph(&format!("a panel: {kind:?}")),
                    Block::Bullets(vec![vec![paragraph("point")]]),
                ],
            )
        })
        .collect();
    let fold = |title: &str| Block::Expand {
        title: title.to_owned(),
        blocks: vec![paragraph("folded away")],
    };
    let cell = |header: bool, span: u8, blocks: Vec<Block>| Cell { header, span, blocks };
    blocks.extend([
        Block::Table(vec![
            vec![
                cell(true, 1, vec![paragraph("left")]),
                cell(true, 1, vec![paragraph("right")]),
            ],
            vec![
                cell(false, 1, vec![paragraph("a | b")]),
                cell(false, 1, vec![fold("more")]),
            ],
            vec![cell(false, 2, vec![paragraph("across"), paragraph("two columns")])],
            vec![cell(false, 1, Vec::new()), cell(false, 1, vec![code("in a cell")])],
        ]),
        Block::Tasks(vec![
            Task {
                done: false,
                text: vec![text("to do")],
                blocks: Vec::new(),
            },
            Task {
                done: true,
                text: vec![text("done")],
                blocks: Vec::new(),
            },
            Task {
                done: false,
                text: vec![text("with more")],
                blocks: vec![paragraph("a second paragraph")],
            },
        ]),
        Block::Decisions(vec![vec![text("we keep the blue button")]]),
        Block::Expand {
            title: "Details".to_owned(),
            blocks: vec![paragraph("hidden at first"), fold("deeper")],
        },
        Block::Columns(vec![vec![paragraph("left column")], vec![paragraph("right column")]]),
    ]);
    blocks
}

fn embedded() -> Vec<Block> {
    let file = |name: &str| MediaKind::File {
        id: "6e7c7f2c-dd7a-499c-bceb-6f32bfbf30b5".to_owned(),
        name: name.to_owned(),
    };
    let url = || "https://example.com/board".to_owned();
    vec![
        Block::Media {
            media: file("screenshot.png"),
            caption: Some(vec![text("what the customer saw")]),
            border: true,
        },
        Block::Media {
            media: MediaKind::External("https://example.com/cat.gif".to_owned()),
            caption: None,
            border: false,
        },
        Block::MediaGroup(vec![file("trace.log"), MediaKind::Link("linked-media".to_owned())]),
        Block::Card(url()),
        Block::Embed(url()),
        Block::Extension("toc".to_owned()),
        Block::BodiedExtension("excerpt".to_owned(), vec![paragraph("body of a macro")]),
        Block::SyncBlock("synced-7".to_owned()),
        Block::BodiedSyncBlock("synced-8".to_owned(), vec![paragraph("kept in step")]),
        Block::Unknown(vec![paragraph("child of an unknown node")]),
        Block::Paragraph(Vec::new()),
    ]
}

fn code(text: &str) -> Block {
    Block::Code {
        language: None,
        text: text.to_owned(),
        breakout: false,
    }
}
