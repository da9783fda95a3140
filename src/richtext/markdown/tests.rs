//! Tables and properties of the writers.

use proptest::prelude::*;

use super::super::{RenderOptions, Role, plain as shown, render, steps};
use super::tree::{Block, Inline};
use super::*;
use crate::domain::RichText;

/// A document in brief: `kind(attributes)[content]`, and texts with their marks before them.
fn short(node: &Value) -> String {
    let kind = node["type"].as_str().unwrap_or_default();
    if kind == "text" {
        let mark = |mark: &Value| {
            let attributes = [&mark["attrs"]["href"], &mark["attrs"]["type"], &mark["type"]];
            let word = attributes
                .into_iter()
                .find_map(Value::as_str)
                .unwrap_or_default()
                .to_owned();
            word + ":"
        };
        let marks: String = node["marks"].as_array().into_iter().flatten().map(mark).collect();
        return format!("{marks}{:?}", node["text"].as_str().unwrap_or_default()).replace('"', "'");
    }
    let content: Vec<String> = node["content"].as_array().into_iter().flatten().map(short).collect();
    let attributes = node["attrs"].as_object().into_iter().flatten();
    let attributes: Vec<String> = attributes
        .filter(|(name, _)| *name != "localId")
        .map(|(_, value)| value.to_string().replace('"', ""))
        .collect();
    let inner = content.join(" ");
    match (kind, attributes.is_empty(), node["content"].is_array()) {
        ("doc", ..) => inner,
        ("hardBreak", ..) => "br".to_owned(),
        (kind, true, true) => format!("{kind}[{inner}]"),
        (kind, true, false) => kind.to_owned(),
        (kind, false, _) => format!("{kind}({})[{inner}]", attributes.join(",")),
    }
}

/// Markdown, the same in wiki markup, and as a document in brief.
const ROWS: &[(&str, &str, &str)] = &[
    ("Hello", "Hello", "paragraph['Hello']"),
    (
        "**b** *i* ~~s~~ `c`",
        "*b* _i_ -s- {{c}}",
        "paragraph[strong:'b' ' ' em:'i' ' ' strike:'s' ' ' code:'c']",
    ),
    (
        "***both*** and **b *bi* b**",
        "*_both_* and *b* *_bi_* *b*",
        "paragraph[strong:em:'both' ' and ' strong:'b ' strong:em:'bi' strong:' b']",
    ),
    (
        "foo**bar**baz",
        "foo{*}bar{*}baz",
        "paragraph['foo' strong:'bar' 'baz']",
    ),
    ("**a** **b**", "*a* *b*", "paragraph[strong:'a' ' ' strong:'b']"),
    ("# One", "h1. One", "heading(1)['One']"),
    ("###### Six", "h6. Six", "heading(6)['Six']"),
    ("Setext\n===", "h1. Setext", "heading(1)['Setext']"),
    ("a\nb", "a\nb", "paragraph['a' br 'b']"),
    ("a  \nb<br>c", "a\nb\nc", "paragraph['a' br 'b' br 'c']"),
    (
        "- a\n- b",
        "* a\n* b",
        "bulletList[listItem[paragraph['a']] listItem[paragraph['b']]]",
    ),
    (
        "* a\n\n  second paragraph",
        "* a\nsecond paragraph",
        "bulletList[listItem[paragraph['a'] paragraph['second paragraph']]]",
    ),
    (
        "1. a\n2. b",
        "# a\n# b",
        "orderedList(1)[listItem[paragraph['a']] listItem[paragraph['b']]]",
    ),
    (
        "3. c\n4. d",
        "3. c\n4. d",
        "orderedList(3)[listItem[paragraph['c']] listItem[paragraph['d']]]",
    ),
    (
        "- a\n  - b\n    - c\n      1. d",
        "* a\n** b\n*** c\n***# d",
        "bulletList[listItem[paragraph['a'] bulletList[listItem[paragraph['b'] bulletList[listItem[paragraph['c'] orderedList(1)[listItem[paragraph['d']]]]]]]]]",
    ),
    (
        "- [ ] open\n- [x] done",
        "* ☐ open\n* ☑ done",
        concat!("taskList[taskItem(TO", "DO)['open'] taskItem(DONE)['done']]"),
    ),
    (
        "- [x] done\n\n  more",
        "* ☑ done\nmore",
        "bulletList[listItem[paragraph['☑ ' 'done'] paragraph['more']]]",
    ),
    (
        "```rust\nfn main() {}\n```",
        "{code}\nfn main() {}\n{code}",
        "codeBlock(rust)['fn main() {}']",
    ),
    (
        "```py\nx = 1\n```",
        "{code:python}\nx = 1\n{code}",
        "codeBlock(python)['x = 1']",
    ),
    ("    indented", "{code}\nindented\n{code}", "codeBlock['indented']"),
    (
        "```\n{code} and {noformat}\n```",
        "{code}\n{ code} and {noformat}\n{code}",
        "codeBlock['{code} and {noformat}']",
    ),
    (
        "> quoted",
        "{quote}\nquoted\n{quote}",
        "blockquote[paragraph['quoted']]",
    ),
    (
        "> a\n>> b",
        "{quote}\na\n\nb\n{quote}",
        "blockquote[paragraph['a'] paragraph['b']]",
    ),
    (
        "> ```\n> x {quote}\n> ```",
        "{quote}\n{code}\nx { quote}\n{code}\n{quote}",
        "blockquote[codeBlock['x {quote}']]",
    ),
    ("---", "----", "rule"),
    (
        "| a | b |\n|---|---|\n| `x|y` | c |",
        "|| a || b ||\n| `x | y` |",
        "table[tableRow[tableHeader[paragraph['a']] tableHeader[paragraph['b']]] tableRow[tableCell[paragraph['`x']] tableCell[paragraph['y`']]]]",
    ),
    (
        "| a | b |\n|---|---|\n| `x\\|y` | [l](https://e.org) |",
        "|| a || b ||\n| {{x\\|y}} | [l|https://e.org] |",
        "table[tableRow[tableHeader[paragraph['a']] tableHeader[paragraph['b']]] tableRow[tableCell[paragraph[code:'x|y']] tableCell[paragraph[https://e.org:'l']]]]",
    ),
    (
        "| a |\n|---|\n| x<br>y |",
        "|| a ||\n| x\\\\ y |",
        "table[tableRow[tableHeader[paragraph['a']]] tableRow[tableCell[paragraph['x' br 'y']]]]",
    ),
    (
        "[label](https://e.org/a?b=c&d=e)",
        "[label|https://e.org/a?b=c&d=e]",
        "paragraph[https://e.org/a?b=c&d=e:'label']",
    ),
    (
        "[**bold** label](https://e.org)",
        "[bold label|https://e.org]",
        "paragraph[strong:https://e.org:'bold' https://e.org:' label']",
    ),
    (
        "<https://e.org>",
        "[https://e.org]",
        "paragraph[https://e.org:'https://e.org']",
    ),
    (
        "https://e.org/a_(b)_c.",
        "[https://e.org/a_(b)_c].",
        "paragraph[https://e.org/a_(b)_c:'https://e.org/a_(b)_c' '.']",
    ),
    (
        "(see http://e.org/x)",
        "(see [http://e.org/x])",
        "paragraph['(see ' http://e.org/x:'http://e.org/x' ')']",
    ),
    (
        "<me@e.org>",
        "[me@e.org|mailto:me@e.org]",
        "paragraph[mailto:me@e.org:'me@e.org']",
    ),
    (
        "[x](javascript:alert(1))",
        "x (javascript:alert(1))",
        "paragraph['x (javascript:alert(1))']",
    ),
    ("[x](data:text/html;base64,AAAA)", "x", "paragraph['x']"),
    ("[x](/docs/a.md)", "x (/docs/a.md)", "paragraph['x (/docs/a.md)']"),
    ("[x](#part)", "x", "paragraph['x']"),
    (
        "[a|b]c](https://e.org)",
        "\\[a\\|b\\]c\\]([https://e.org])",
        "paragraph['[a|b]c](' https://e.org:'https://e.org' ')']",
    ),
    (
        "[x](https://e.org/[~admin]|y)",
        "[x|https://e.org/%5B~admin%5D%7Cy]",
        "paragraph[https://e.org/[~admin]|y:'x']",
    ),
    (
        "file:///etc/passwd and ftp://e.org",
        "file&#58;///etc/passwd and ftp&#58;//e.org",
        "paragraph['file:///etc/passwd and ftp://e.org']",
    ),
    (
        "![shot](https://e.org/s.png)",
        "[shot|https://e.org/s.png]",
        "paragraph[https://e.org/s.png:'shot']",
    ),
    (
        "![](https://e.org/dir/s.png?x=1)",
        "[s.png|https://e.org/dir/s.png?x=1]",
        "paragraph[https://e.org/dir/s.png?x=1:'s.png']",
    ),
    ("![shot](data:image/png;base64,AAAA)", "shot", "paragraph['shot']"),
    (
        "[![build](https://e.org/b.svg)](https://ci.e.org)",
        "[build|https://ci.e.org]",
        "paragraph[https://ci.e.org:'build']",
    ),
    ("{F123}", "\\{F123\\}", "paragraph['{F123}']"),
    (
        "@user and [~admin] and [~accountid:5b10]",
        "@user and \\[\\~admin\\] and \\[\\~accountid:5b10\\]",
        "paragraph['@user and [~admin] and [~accountid:5b10]']",
    ),
    (
        "{code}x{code} {html}y{html} {panel:title=x}",
        "\\{code\\}x\\{code\\} \\{html\\}y\\{html\\} \\{panel:title=x\\}",
        "paragraph['{code}x{code} {html}y{html} {panel:title=x}']",
    ),
    (
        "!img.png! wow! a !b!",
        "\\!img.png! wow! a \\!b!",
        "paragraph['!img.png! wow! a !b!']",
    ),
    (
        "*not bold\\* \\*x\\* _y\\_ ",
        "\\*not bold\\* \\*x\\* \\_y\\_",
        "paragraph['*not bold* *x* _y_']",
    ),
    ("h1. x\nbq. y", "h1&#46; x\nbq&#46; y", "paragraph['h1. x' br 'bq. y']"),
    ("\\---- ", "\\-\\-\\-\\-", "paragraph['----']"),
    (
        "\\- a\n\\* b\n\\# c\n\\|\\|d\\|\\|",
        "\\- a\n\\* b\n\\# c\n\\|\\|d\\|\\|",
        "paragraph['- a' br '* b' br '# c' br '||d||']",
    ),
    (
        ":) ;-) :D (/) (x) (on) 1:Done \\:)",
        ":&#41; ;\\-&#41; :&#68; &#40;/) &#40;x) &#40;on) 1:Done :&#41;",
        "paragraph[':) ;-) :D (/) (x) (on) 1:Done :)']",
    ),
    (
        "C:\\dir\\\\share \\\\\\\\server",
        "C:&#92;dir&#92;share &#92;&#92;server",
        "paragraph['C:\\\\dir\\\\share \\\\\\\\server']",
    ),
    (
        "&amp;lt; &lt; &copy; AT&T &#42;",
        "&amp;lt; < © AT&T \\*",
        "paragraph['&lt; < © AT&T *']",
    ),
    (
        "snake_case a-b 1*2 a+b a -- b - c",
        "snake_case a-b 1*2 a+b a \\-\\- b - c",
        "paragraph['snake_case a-b 1*2 a+b a -- b - c']",
    ),
    (
        "x^2^ ~y~ ??cite??",
        "x\\^2\\^ -y- \\?\\?cite\\?\\?",
        "paragraph['x^2^ ' strike:'y' ' ??cite??']",
    ),
    (
        "`{{x}} *y* \\`",
        "{{&#123;&#123;x&#125;&#125; \\*y\\* &#92;}}",
        "paragraph[code:'{{x}} *y* \\\\']",
    ),
    ("` `` `", "{{``}}", "paragraph[code:'``']"),
    (
        "<b>b</b> <i>i</i> <code>c</code> <u>u</u> <del>d</del>",
        "*b* _i_ {{c}} +u+ -d-",
        "paragraph[strong:'b' ' ' em:'i' ' ' code:'c' ' ' underline:'u' ' ' strike:'d']",
    ),
    (
        "H<sub>2</sub>O x<sup>2</sup>",
        "H~2~O x^2^",
        "paragraph['H' sub:'2' 'O x' sup:'2']",
    ),
    (
        "<details><summary>More</summary>\n\ninner\n\n</details>",
        "*More*\n\ninner",
        "expand(More)[paragraph['inner']]",
    ),
    (
        "- a\n  <details><summary>More</summary>\n\n  inner\n\n  </details>",
        "* a\n*More*\ninner",
        "bulletList[listItem[paragraph['a'] paragraph[strong:'More'] paragraph['inner']]]",
    ),
    (
        "<a href=\"https://e.org\">x</a> <a href=\"javascript:x\">y</a>",
        "[x|https://e.org] y (javascript:x)",
        "paragraph[https://e.org:'x' ' y (javascript:x)']",
    ),
    (
        "<img src=\"https://e.org/i.png\" alt=\"I\" width=3>",
        "[I|https://e.org/i.png]",
        "paragraph[https://e.org/i.png:'I']",
    ),
    ("a <!-- no --> b", "a  b", "paragraph['a  b']"),
    ("<!-- no\nno -->\nb", "b", "paragraph['b']"),
    ("a <script>alert(1)</script> b", "a  b", "paragraph['a  b']"),
    ("<script>\nalert(\"<div>\")\n</script>\nb", "b", "paragraph['b']"),
    (
        "a <script>never ends",
        "a \nnever ends",
        "paragraph['a ' br 'never ends']",
    ),
    (
        "Vec<String> and <your-token>",
        "Vec<String> and <your-token>",
        "paragraph['Vec<String> and <your-token>']",
    ),
    (
        "<div align=\"center\"><h1>T</h1><p>x &lt;y&gt;</p></div>",
        "h1. T\n\nx <y>",
        "heading(1)['T'] paragraph['x <y>']",
    ),
    (
        "<ul><li>a<li>b<ol><li>c</ol></ul>",
        "* a\n* b\n*# c",
        "bulletList[listItem[paragraph['a']] listItem[paragraph['b'] orderedList(1)[listItem[paragraph['c']]]]]",
    ),
    (
        "<table><tr><th>h</th></tr><tr><td>d</td><td>e</td></tr></table>",
        "|| h ||\n| d | e |",
        "table[tableRow[tableHeader[paragraph['h']] tableCell[paragraph[]]] tableRow[tableCell[paragraph['d']] tableCell[paragraph['e']]]]",
    ),
    (
        "<pre lang=\"json\">{\"a\": 1}</pre>",
        "{code:json}\n{\"a\": 1}\n{code}",
        "codeBlock(json)['{\\'a\\': 1}']",
    ),
    (
        "<kbd>Ctrl</kbd>+<kbd>C</kbd>",
        "{{Ctrl}}\\+{{C}}",
        "paragraph[code:'Ctrl' '+' code:'C']",
    ),
    (
        ":tada: :unknown: a:b:c",
        "🎉 :unknown: a:b:c",
        "paragraph['🎉 :unknown: a:b:c']",
    ),
    (
        "x[^1]\n\n[^1]: note",
        "x\\[1\\]\n\n\\[1\\] note",
        "paragraph['x[1]'] paragraph['[1] ' 'note']",
    ),
    (
        "> [!WARNING]\n> careful",
        "{quote}\n*Warning*\n\ncareful\n{quote}",
        "blockquote[paragraph[strong:'Warning'] paragraph['careful']]",
    ),
    (
        "- # h\n- > q\n- | a |\n  |---|\n  | b |",
        "* *h*\n* q\n* a\nb",
        "bulletList[listItem[paragraph[strong:'h']] listItem[paragraph['q']] listItem[paragraph['a'] paragraph['b']]]",
    ),
    (
        "- a\n  ```\n  code\n  ```",
        "* a\n{code}\ncode\n{code}",
        "bulletList[listItem[paragraph['a'] codeBlock['code']]]",
    ),
    (
        "<blockquote>q</blockquote>",
        "{quote}\nq\n{quote}",
        "blockquote[paragraph['q']]",
    ),
    ("*a\nb*", "_a_\n_b_", "paragraph[em:'a' br em:'b']"),
    ("-", "* &nbsp;", "bulletList[listItem[paragraph[]]]"),
    ("www.e.org PAY-12", "www.e.org PAY-12", "paragraph['www.e.org PAY-12']"),
    (
        "\\{quote\\} ${jndi:ldap://x}",
        "\\{quote\\} $\\{jndi:ldap&#58;//x\\}",
        "paragraph['{quote} ${jndi:ldap://x}']",
    ),
    (
        "**[link](https://e.org)** *`code`*",
        "*[link|https://e.org]* _{{code}}_",
        "paragraph[strong:https://e.org:'link' ' ' code:'code']",
    ),
    (
        "~one~ ~~two~~",
        "-one- -two-",
        "paragraph[strike:'one' ' ' strike:'two']",
    ),
    ("<b> spaced </b>x", "*spaced* x", "paragraph[strong:'spaced ' 'x']"),
];

#[test]
fn markdown_is_written_in_both_forms() {
    for (markdown, wiki, adf) in ROWS {
        assert_eq!(to_wiki(markdown), *wiki, "{markdown}");
        assert_eq!(short(&to_adf(markdown)), *adf, "{markdown}");
        valid(&to_adf(markdown)).unwrap_or_else(|flaw| panic!("{markdown}: {flaw}"));
    }
}

/// What the schema of documents allows within a kind of block.
fn allowed(kind: &str) -> &'static [&'static str] {
    const INLINE: &[&str] = &["text", "hardBreak"];
    match kind {
        "doc" | "expand" => &[
            "paragraph",
            "heading",
            "bulletList",
            "orderedList",
            "taskList",
            "codeBlock",
            "blockquote",
            "rule",
            "table",
            "expand",
        ],
        "paragraph" | "heading" | "taskItem" => INLINE,
        "codeBlock" => &["text"],
        "bulletList" | "orderedList" => &["listItem"],
        "listItem" => &["paragraph", "bulletList", "orderedList", "codeBlock"],
        "taskList" => &["taskItem", "taskList"],
        "blockquote" => &["paragraph", "bulletList", "orderedList", "codeBlock"],
        "table" => &["tableRow"],
        "tableRow" => &["tableCell", "tableHeader"],
        "tableCell" | "tableHeader" => &[
            "paragraph",
            "heading",
            "bulletList",
            "orderedList",
            "codeBlock",
            "blockquote",
            "rule",
        ],
        _ => &[],
    }
}

fn valid(document: &Value) -> Result<(), String> {
    if document["version"] != 1 || document["type"] != "doc" {
        return Err("not a document".to_owned());
    }
    let mut ids = std::collections::BTreeSet::new();
    valid_node(document, "doc", 0, &mut ids)
}

fn valid_node(
    node: &Value,
    kind: &str,
    depth: usize,
    ids: &mut std::collections::BTreeSet<String>,
) -> Result<(), String> {
    let flaw = |what: &str| Err(format!("{what} in {node}"));
    if depth > 40 {
        return flaw("too deep");
    }
    let content = node["content"].as_array().map(Vec::as_slice).unwrap_or_default();
    let filled = matches!(
        kind,
        "expand"
            | "bulletList"
            | "orderedList"
            | "listItem"
            | "taskList"
            | "blockquote"
            | "table"
            | "tableRow"
            | "tableCell"
            | "tableHeader"
    );
    if filled && content.is_empty() {
        return flaw("nothing");
    }
    if kind == "listItem" && !matches!(content[0]["type"].as_str(), Some("paragraph" | "codeBlock")) {
        return flaw("no text first");
    }
    if kind == "taskList" && content[0]["type"] != "taskItem" {
        return flaw("no task first");
    }
    match kind {
        "text" => valid_text(node)?,
        "heading" if !(1..=6).contains(&node["attrs"]["level"].as_u64().unwrap_or(0)) => return flaw("level"),
        "orderedList" if !node["attrs"]["order"].is_u64() => return flaw("order"),
        "expand" if !node["attrs"]["title"].is_string() => return flaw("title"),
        "taskList" | "taskItem" if !ids.insert(node["attrs"]["localId"].to_string()) => return flaw("same id twice"),
        _ => {}
    }
    for child in content {
        let inner = child["type"].as_str().unwrap_or_default();
        if !allowed(kind).contains(&inner) || (kind, inner) == ("expand", "expand") {
            return flaw(&format!("{inner} within {kind}"));
        }
        if kind == "codeBlock" && child.get("marks").is_some() {
            return flaw("marks");
        }
        valid_node(child, inner, depth + 1, ids)?;
    }
    Ok(())
}

fn valid_text(node: &Value) -> Result<(), String> {
    if node["text"].as_str().is_none_or(str::is_empty) {
        return Err("empty text".to_owned());
    }
    let marks: Vec<&str> = node["marks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|mark| mark["type"].as_str())
        .collect();
    let known = ["code", "strong", "em", "strike", "underline", "subsup", "link"];
    if !marks.iter().all(|mark| known.contains(mark)) {
        return Err(format!("unknown mark in {node}"));
    }
    if marks.contains(&"code") && marks.iter().any(|mark| !matches!(*mark, "code" | "link")) {
        return Err(format!("code with {marks:?}"));
    }
    for mark in node["marks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|mark| mark["type"] == "link")
    {
        let href = mark["attrs"]["href"].as_str().unwrap_or_default().to_ascii_lowercase();
        if !["http:", "https:", "mailto:"]
            .iter()
            .any(|scheme| href.starts_with(scheme))
        {
            return Err(format!("link to {href}"));
        }
    }
    Ok(())
}

/// Pieces that mean something in Markdown, HTML or wiki markup.
const PIECES: [&str; 88] = [
    "a",
    "b1",
    "Ünï",
    "日本",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\n    ",
    "*",
    "**",
    "_",
    "__",
    "~~",
    "~",
    "`",
    "``",
    "\n```\n",
    "# ",
    "\n# ",
    "\n- ",
    "\n  - ",
    "\n1. ",
    "\n7. ",
    "\n> ",
    "> ",
    "\n---\n",
    "|",
    "\n| a | b |\n|---|---|\n| ",
    "[",
    "]",
    "(",
    ")",
    "](http://e.org)",
    "![",
    "[^1]",
    "\n[^1]: ",
    "- [ ] ",
    "[x] ",
    "http://e.org/x",
    "https://",
    "javascript:",
    "<b>",
    "</b>",
    "<br>",
    "<details>",
    "</details>",
    "<summary>",
    "</summary>",
    "<a href=\"http://e.org\">",
    "</a>",
    "<img src=x>",
    "<script>",
    "</script>",
    "<pre>",
    "</pre>",
    "<ul>",
    "<li>",
    "</ul>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<T>",
    "<!--",
    "-->",
    "<sup>",
    "{",
    "}",
    "{code}",
    "{noformat}",
    "{quote}",
    "{{",
    "}}",
    "[~admin]",
    "!i.png!",
    ":)",
    "(/)",
    "\\",
    "&",
    "&lt;",
    "&#42;",
    "h1. ",
    "\nbq. ",
    "----",
    "??",
    "^",
    "+",
];

fn pieces() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40).prop_map(|pieces| pieces.concat())
}

/// Text without blanks, and without the signs that stand for a list, a cell or a number.
fn bones(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphabetic() && *c != 'E' || "*_~`{}[]!^?\\/<&:".contains(*c))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_markup_takes_work_as_its_length_asks_for(pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 1..5)) {
        assert_grows_as_its_text(&pieces.concat());
    }
}

proptest! {
    #[test]
    fn any_text_is_written(text in any::<String>()) {
        valid(&to_adf(&text)).map_err(TestCaseError::fail)?;
        assert!(to_wiki(&text).len() + to_plain(&text).len() < 40 * text.len() + 40);
    }

    #[test]
    fn any_markup_becomes_a_valid_document(text in pieces()) {
        valid(&to_adf(&text)).map_err(TestCaseError::fail)?;
    }

    #[test]
    fn wiki_markup_shows_what_the_markdown_shows(text in pieces()) {
        // Raised and lowered text has signs of its own on a screen, and addresses are encoded.
        let text = text.replace("<sup>", "").replace("http", "x");
        let wiki = to_wiki(&text);
        prop_assert_eq!(bones(&shown(&RichText::Wiki(wiki.clone()))), bones(&to_plain(&text)), "{}", wiki);
    }

    #[test]
    fn text_is_never_markup(lines in proptest::collection::vec("[ -~äß]{0,30}", 1..4)) {
        let inlines: Vec<Vec<Inline>> = lines.iter().map(|line| vec![Inline::text(line)]).collect();
        let wiki = wiki::write(&[Block::Paragraph(inlines.join(&Inline::Break))]);
        let read = RichText::Wiki(wiki.clone());
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(words(&shown(&read)), words(&lines.join(" ")), "{}", wiki);
        for line in render(&read, 100, &RenderOptions::default()) {
            for span in line.spans {
                let plain = span.style == super::super::Style { link: span.style.link.clone(), role: span.style.role, ..super::super::Style::default() };
                prop_assert!(plain && matches!(span.style.role, Role::Text), "{:?} of {}", span, wiki);
            }
        }
    }
}

#[test]
fn nothing_takes_more_time_than_its_length_asks_for() {
    let patterns = [
        "[",
        "![",
        "<a ",
        "<a href='",
        "<!--",
        "<pre>",
        "<script>",
        "<details>",
        "> ",
        "- ",
        "*a ",
        "`",
        "http://",
        "http://a)))",
        ":a",
        "<td>",
        "[a](",
        "**a_",
        "|",
        "[^1]: ",
        "<ul><li>",
        "&",
        "<style>x",
        "\n1. ",
        "{{",
        "[*a*b](http://e.org/x)",
    ];
    for pattern in patterns {
        let text = pattern.repeat(60_000 / pattern.len());
        valid(&to_adf(&text)).unwrap_or_else(|flaw| panic!("{pattern}: {}", &flaw[..200.min(flaw.len())]));
        assert!(to_wiki(&text).len() + to_plain(&text).len() < 40 * text.len() + 40);
        assert_grows_as_its_text(pattern);
    }
}

/// Twice the text takes about twice the work; blanks take none.
fn assert_grows_as_its_text(pattern: &str) {
    let work = |bytes: usize| {
        let text = pattern.repeat(bytes / pattern.len());
        steps::of(|| {
            let _ = (to_wiki(&text), to_adf(&text), to_plain(&text));
        })
    };
    let (once, twice) = (work(10_000), work(20_000));
    assert!(twice <= 3 * once + 1_000, "{pattern:?}: {once} steps, then {twice}");
}

#[test]
fn what_is_too_long_is_cut_and_says_so() {
    let text = "ä".repeat(MAX_TEXT);
    let wiki = to_wiki(&text);
    assert!(wiki.len() <= MAX_TEXT + 16 && wiki.ends_with("\n\n…"));
}

#[test]
fn control_characters_do_not_reach_jira() {
    assert_eq!(to_wiki("a\u{1b}[2Jb\u{0}c"), "a\u{FFFD}\\[2Jb\u{FFFD}c");
    for text in [
        "a&#27;b",
        "a&#x1b;b `&#27;`",
        "<div>a&#27;b</div>",
        "<pre>a&#7;b</pre>",
        "[a&#8;b](http://e.org)",
        "![a&#27;b](http://e.org/i.png)",
        "<img alt='a&#27;b' src='&#27;'>",
        "[a](&#27;x)",
        "<details><summary>a&#27;b</summary></details>",
    ] {
        let written = format!("{} {} {}", to_wiki(text), to_plain(text), to_adf(text));
        assert!(
            !written.chars().any(|c| c.is_control() && c != '\n'),
            "{text}: {written:?}"
        );
        assert!(!written.contains("\\u00"), "{text}: {written:?}");
    }
}
