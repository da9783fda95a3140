//! Every construct of wiki markup.

use crosstie::richtext::{Line, RenderOptions, plain, render};
use insta::assert_snapshot;

use super::show::{lines, lines_at, styled, wiki};

#[test]
fn headings_rules_and_paragraphs() {
    assert_snapshot!(styled(&wiki("h1. Title\r\nfirst line\r\nsecond line\r\n\r\nh3.Tight\n----\nh2.example.org is a host")), @r#"
    ⟦bold,Heading(1):Title⟧

    first line
    second line

    ⟦bold,Heading(3):Tight⟧

    ⟦Muted:────────────────────────────────────────⟧

    h2.example.org is a host
    "#);
}

#[test]
fn phrase_marks() {
    assert_snapshot!(styled(&wiki("*bold* _em_ -gone- +new+ ??cited?? {{mono}} *_both_*")), @"⟦bold:bold⟧ ⟦italic:em⟧ ⟦strike:gone⟧ ⟦underline:new⟧ ⟦italic:cited⟧ ⟦code,Code:mono⟧ ⟦bold,italic:both⟧");
    assert_snapshot!(styled(&wiki("x^2^ H~2~O e^a b^")), @"x^2 H_2O e^(a b)");
}

#[test]
fn marks_within_words_and_loose_signs_stay_text() {
    for text in [
        "snake_case_name and 2 * 3 * 4",
        "well-known range 1-2 and -5",
        "C++ and a+b+c",
        "*not closed and _neither",
        "run --flag and -x",
        "not * a * list",
        "a_b *c_d",
        "~/.config and ~/.cache",
        "array[0] and [ERROR] and [a|b]",
        "Wow! Really! Yes!",
        "f(x) and {id} and ${name}",
        "AT&T & co",
    ] {
        assert_eq!(lines_at(&wiki(text), 100), text);
    }
}

#[test]
fn marks_do_not_cross_lines_or_each_other() {
    assert_snapshot!(styled(&wiki("*open\nclose* *a _b* c_")), @r#"
    *open
    close* ⟦bold:a _b⟧ c_
    "#);
}

#[test]
fn escapes_dashes_entities_and_breaks() {
    assert_snapshot!(lines(&wiki(r"\*star\* \{code} \[x] \\ next a -- b --- c &lt;tag&gt;&nbsp;&#233; C:\\dir \\server\share")), @r#"
    *star* {code} [x]
    next a – b — c <tag> é C:\\dir
    \\server\share
    "#);
}

#[test]
fn links_people_files_and_addresses() {
    let text = "[text|https://a.example/x] [https://a.example/y] [*bold*|http://b.example]\n\
        see https://c.example/z. (http://d.example/q)\n\
        [~ana] [~accountid:5b10:abc] [^log.txt] [mail|mailto:a@example.com] [#anchor] [PAY-1|/browse/PAY-1]\n\
        [trick|javascript:alert(1)]";
    assert_snapshot!(styled(&wiki(text)), @r#"
    ⟦Link,→https://a.example/x:text⟧⟦Muted,→https://a.example/x: (https://a.example/x)⟧
    ⟦Link,→https://a.example/y:https://a.example/y⟧ ⟦Link,→http://b.example:bold⟧
    ⟦Muted,→http://b.example:(http://b.example)⟧
    see ⟦Link,→https://c.example/z:https://c.example/z⟧.
    (⟦Link,→http://d.example/q:http://d.example/q⟧)
    ⟦Mention:@ana⟧ ⟦Mention:@5b10:abc⟧ ⟦Muted:[file: log.txt]⟧ ⟦Link,→mailto:a@example.com:mail⟧
    ⟦Muted,→mailto:a@example.com:(a@example.com)⟧ ⟦Link:anchor⟧ ⟦Link:PAY-1⟧
    [trick|javascript:alert(1)]
    "#);
}

#[test]
fn pictures_are_named() {
    assert_snapshot!(lines(&wiki("!shot.png! !a b.jpg|thumbnail! !https://a.example/p.gif|width=3! !clip.mp4! !no! !")), @r#"
    [image: shot.png] [image: a b.jpg]
    [image: p.gif] [file: clip.mp4] !no! !
    "#);
}

#[test]
fn signs() {
    assert_snapshot!(styled(&wiki("(/) done (x) not f(x) (!) mind")), @"⟦Ok:✓⟧ done ⟦Error:✗⟧ not f(x) ⟦Warn:▲⟧ mind");
}

#[test]
fn lists_nest_mix_and_go_on() {
    let text =
        "* one\n** two\n*** three\nwhich goes on\n* back\n\n# first\n## inner\n#* bullet\n# second\n- dash\n- dash";
    assert_snapshot!(lines(&wiki(text)), @r#"
    • one
      ◦ two
        ▪ three
          which goes on
    • back

    1. first
       1. inner
       ◦ bullet
    2. second

    • dash
    • dash
    "#);
}

#[test]
fn code_noformat_and_html() {
    let text = "{code:title=Main.java|borderStyle=solid}\nclass A {\n\tint *x*;\n}\n{code}\nthen {noformat}h1. *raw*{noformat} and\n\
        {code:rust}let a = 1;{code}\n{html}<div><p>One<br>two &amp; <b>three</b></p><ol><li>x</li><li>y</li></ol><pre>a\n  b</pre></div>{html}";
    assert_snapshot!(lines(&wiki(text)), @r#"
    Main.java
      class A {
          int *x*;
      }

    then

      h1. *raw*

    and

    rust
      let a = 1;

    One
    two & three

    1. x
    2. y

      a
        b
    "#);
    assert_snapshot!(lines(&wiki("* item {code}\nx = 1\n{code}\n* next")), @r#"
    • item
        x = 1
    • next
    "#);
    assert_snapshot!(lines(&wiki("{code}never closed\n*raw*")), @r#"
    never closed
    *raw*
    "#);
}

#[test]
fn quotes_and_panels() {
    let text = "bq. one line\n\n{quote}\nquoted *text*\n\n* item\n{quote}\n{panel:title=My title|borderStyle=dashed}\nin a panel\n{panel}\n{warning}careful{warning} after {info:title=Know}this{info}";
    assert_snapshot!(lines(&wiki(text)), @r#"
    │ one line

    │ quoted text
    │ 
    │ • item

    ■ My title
    │ in a panel

    ▲ careful

    after

    ● Know
    │ this
    "#);
    assert_snapshot!(lines(&wiki("{quote}outer {panel}inner{quote} out of both")), @r#"
    │ outer
    │ 
    │ ■ inner

    out of both
    "#);
}

#[test]
fn colours_and_anchors_leave_only_their_text() {
    assert_eq!(
        lines(&wiki("{color:red}*hot*{color} {anchor:top}{color:#00ff00}cold{color}")),
        "hot cold"
    );
}

#[test]
fn tables() {
    let text = "||Name||Value||\n|link [a|https://a.example]|!p.png|thumbnail!|\n|{{a|b}} \\| c|two\nlines|\n|short|";
    assert_snapshot!(lines_at(&wiki(text), 80), @r#"
    Name                       │ Value
    ───────────────────────────┼───────────────
    link a (https://a.example) │ [image: p.png]
    ───────────────────────────┼───────────────
    a|b | c                    │ two
                               │ lines
    ───────────────────────────┼───────────────
    short
    "#);
    assert_snapshot!(lines(&wiki("|a {code}x\ny{code}|b|\n|c|d|")), @r#"
    a   │ b
    x   │ 
    y   │ 
    ────┼──
    c   │ d
    "#);
}

#[test]
fn ascii_only() {
    let text = wiki(
        "h1. Größe\n* „Zitat“ – 50 €\n** 日本\n{quote}→ Ende…{quote}\n||A||B||\n|1|2|\n----\n{info}ok{info}\n{code}│{code}",
    );
    let lines = render(&text, 30, &RenderOptions { ascii: true });
    let text = lines.iter().map(Line::text).collect::<Vec<_>>().join("\n");
    assert!(text.is_ascii());
    assert_snapshot!(text, @r#"
    Grosse

    * "Zitat" - 50 EUR
      - ??

    | -> Ende...

    A | B
    --+--
    1 | 2

    ------------------------------

    i ok

      |
    "#);
}

#[test]
fn plain_text_is_for_search_and_excerpts() {
    let text =
        "h1. Title\n*bold* [text|https://a.example]\n* item\n# one\n||h||\n|c|\n{code}x = 1{code}\n{quote}said{quote}";
    assert_snapshot!(plain(&wiki(text)), @r#"
    Title
    bold text (https://a.example)
    - item
    1. one
    h
    c
    x = 1
    said
    "#);
    assert_eq!(plain(&wiki("esc \u{1b}[2J\u{202e}x")), "esc ␛[2J⟨RLO⟩x");
    assert_eq!(plain(&wiki("")), "");
}
