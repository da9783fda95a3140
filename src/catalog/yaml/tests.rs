//! Lines, spellings, documents and limits.

use std::path::PathBuf;

use super::super::Catalog;
use super::*;

fn all(text: &str) -> Vec<Result<Node, Fault>> {
    documents(text).collect()
}

fn one(text: &str) -> Node {
    let mut all = all(text);
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0).unwrap()
}

#[test]
fn every_value_keeps_its_line_and_its_spelling() {
    let root = one(
        "# a comment\ninfo:\n  a: 1.10\n  b: [0755, true, yes, .inf, 99999999999999999999999]\n  c: \"quo\\ted\"\npaths: {}\n",
    );
    let info = root.get("info").unwrap();
    let a = info.get("a").unwrap();
    assert_eq!((a.text(), a.line), (Some("1.10"), 3));
    let b = info.get("b").unwrap();
    let texts: Vec<_> = b.list().unwrap().iter().filter_map(Node::text).collect();
    assert_eq!(texts, ["0755", "true", "yes", ".inf", "99999999999999999999999"]);
    assert_eq!(info.get("c").unwrap().text(), Some("quo\ted"));
    assert!(root.get("paths").is_none(), "what cannot matter is not kept");
}

#[test]
fn aliases_and_merges_are_written_out() {
    let root = one("kind: &k 1.0\ninfo:\n  <<: {x: *k}\n  y: *k\n");
    let info = root.get("info").unwrap();
    assert_eq!(info.get("x").unwrap().text(), Some("1.0"));
    assert_eq!(info.get("y").map(|y| (y.text(), y.line)), Some((Some("1.0"), 4)));
}

#[test]
fn json_is_read_as_well() {
    let root = one("{\n\t\"info\": {\"a\": \"\\ud83d\\ude00 \\/\",\n\t\"b\": [1e5, null, -0.10]}\n}\n");
    let info = root.get("info").unwrap();
    assert_eq!(info.get("a").unwrap().text(), Some("😀 /"));
    let b = info.get("b").unwrap().list().unwrap();
    assert_eq!((b[0].text(), b[2].text()), (Some("1e5"), Some("-0.10")));
    assert!(b[1].is_null());
    assert_eq!(b[0].line, 3);
}

#[test]
fn documents_are_told_apart() {
    let cases: [(&str, &[u32]); 11] = [
        ("", &[]),
        ("# nothing\n\n", &[]),
        ("---\n", &[]),
        ("kind: a", &[1]),
        ("---\nkind: a\n---\nkind: b\n", &[2, 4]),
        ("---\n---\nkind: a\n", &[3]),
        ("# about\n%YAML 1.2\n---\nkind: a\n", &[4]),
        ("kind: a\n...\n# between\n---\nkind: b\n---\n", &[1, 5]),
        ("--- {kind: a}\n--- {kind: b}\n", &[1, 2]),
        ("kind: |\n  ---\n  text\n---x: 1\n", &[1]),
        ("kind: a\r\n---\r\nkind: b\r\n", &[1, 3]),
    ];
    for (text, lines) in cases {
        let found: Vec<_> = all(text).into_iter().map(|root| root.unwrap().line).collect();
        assert_eq!(found, lines, "{text:?}");
    }
}

#[test]
fn a_broken_document_leaves_its_neighbours_alone() {
    let all = all("kind: a\n---\nkind: [b\n---\nkind: c\n");
    assert_eq!(all[0].as_ref().unwrap().get("kind").unwrap().text(), Some("a"));
    assert_eq!(all[1].as_ref().unwrap_err().line, 3);
    assert_eq!(all[2].as_ref().unwrap().get("kind").unwrap().text(), Some("c"));
}

#[test]
fn faults_name_line_and_reason() {
    let cases = [
        ("kind: a\nkind: b\n", 2, "the key \"kind\" stands twice in one mapping"),
        ("\nkind: a: b\n", 2, "mapping values are not allowed in this context"),
        ("kind: [1,\n 2", 1, "unclosed bracket '['"),
        ("kind: *nobody\n", 1, "alias references unknown anchor"),
        ("kind: @foo\n", 1, "unexpected character: `@'"),
    ];
    for (text, line, reason) in cases {
        let fault = documents(text).next().unwrap().unwrap_err();
        assert_eq!(
            (fault.line, fault.message.as_str()),
            (line, format!("not readable as YAML: {reason}").as_str())
        );
    }
}

fn nested(depth: usize, inner: &str) -> String {
    format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth))
}

#[test]
fn what_grows_without_end_is_refused() {
    let bomb: String = std::iter::once("a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned())
        .chain(('a'..'i').zip('b'..='i').map(|(inner, outer)| {
            let inner = format!("*{inner}");
            format!("{outer}: &{outer} [{}]\n", vec![inner; 9].join(","))
        }))
        .chain(std::iter::once("info: *i\n".to_owned()))
        .collect();
    let chain: String = std::iter::once(format!("k0: &k0 {}\n", nested(30, "x")))
        .chain((1..60).map(|link| format!("k{link}: &k{link} {}\n", nested(30, &format!("*k{}", link - 1)))))
        .chain(std::iter::once("info: *k59\n".to_owned()))
        .collect();
    let block: String = (0..1_000)
        .map(|depth| format!("{}info:\n", " ".repeat(depth)))
        .collect();
    let keys = format!("info:\n  {}x\n", "? ".repeat(500));
    let flow = format!("info: {}", "[".repeat(100_000));
    for text in [bomb, chain, block, keys, flow] {
        let catalog = Catalog::from_sources([(PathBuf::from("x.yaml"), text.into_bytes())]);
        let [flaw] = catalog.flaws() else {
            panic!("{:?}", catalog.flaws());
        };
        assert!(
            flaw.message.contains("nested too deeply") || flaw.message.contains("recursion limit"),
            "{flaw}"
        );
    }
}

#[test]
fn what_the_limits_allow_is_read() {
    for nested in [nested(62, "x"), format!("{{a: {}}}", nested(60, "{b: c}"))] {
        for text in [format!("info: {nested}\n"), format!("paths: {nested}\n")] {
            let catalog = Catalog::from_sources([(PathBuf::from("x.yaml"), text.into_bytes())]);
            assert_eq!(catalog.flaws(), []);
        }
    }
}
