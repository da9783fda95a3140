//! One test as what became of it, and as a finding if it failed.

use std::{borrow::Cow, collections::BTreeMap};

use jiff::Timestamp;
use roxmltree::Node;
use serde_json::{Value, json};

use super::{Case, Outcome, is, output, requirements, time};
use crate::{
    domain::{Finding, FindingId, FindingKind},
    source::prose::{coded, cut, digest, escaped, fenced, first_line, flat, id_part, middle_cut},
};

const MAX_MESSAGE: usize = 1_500;
const MAX_STACK: usize = 8_000;
const MAX_OUTPUT: usize = 2_000;
const MAX_PROPERTY: usize = 2_000;
const MAX_PROPERTIES: usize = 60;
/// Suites above a test whose names are told.
const MAX_SUITES: usize = 8;

/// Where a test stands.
struct Name<'a> {
    suite: String,
    class: &'a str,
    name: &'a str,
    file: &'a str,
}

/// Reads a test; `None` if it has no name at all.
pub(super) fn read(source: &str, origin: &str, node: Node<'_, '_>) -> Option<Case> {
    let attribute = |name: &str| node.attribute(name).map(str::trim).unwrap_or_default();
    let class = [attribute("classname"), attribute("class")]
        .into_iter()
        .find(|class| !class.is_empty());
    let name = Name {
        suite: suite(node),
        class: class.unwrap_or_default(),
        name: attribute("name"),
        file: attribute("file"),
    };
    if name.name.is_empty() && name.class.is_empty() && name.suite.is_empty() {
        return None;
    }
    let external = name.id();
    let at = inherited(node, "timestamp").and_then(time::read);
    let outcome = match failure(node) {
        Some(failure) => {
            let id = FindingId {
                source: source.to_owned(),
                external: external.clone(),
            };
            let mut finding = finding(id, node, &name, &failure, at);
            origin.clone_into(&mut finding.origin);
            Outcome::Failed(Box::new(finding))
        }
        None if is_skipped(node) => Outcome::Skipped,
        None => Outcome::Passed,
    };
    Some(Case { external, at, outcome })
}

impl Name<'_> {
    /// The words are for people, the digest tells tests apart whose words are cut or the same. Where a
    /// file lies on one machine is no part of it.
    fn id(&self) -> String {
        let file = if self.file.starts_with('/') || self.file.contains(':') {
            self.file.rsplit(['/', '\\']).next().unwrap_or_default()
        } else {
            self.file
        };
        let name = lasting(self.name);
        let digest = digest(&[&self.suite, self.class, &name, file]);
        let place = if self.class.is_empty() { &self.suite } else { self.class };
        format!("{}/{}~{}", id_part(place, 150), id_part(&name, 250), &digest[..12])
    }

    fn shown(&self) -> String {
        let name = flat(self.name);
        let place = flat(if self.class.is_empty() { &self.suite } else { self.class });
        match (name.is_empty(), place.is_empty() || place == name) {
            (true, _) => place,
            (_, true) => name,
            (false, false) => format!("{name} ({place})"),
        }
    }
}

/// A name without the addresses in memory that parameters leave in it (`[1] Order@1b6d3586`,
/// `<Order object at 0x7f2a10>`): they are others at every run, and the test is the same.
fn lasting(name: &str) -> Cow<'_, str> {
    if !name.contains('@') && !name.contains("0x") {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find(['@', 'x']) {
        let sign = at + 1;
        let (before, after) = rest.split_at(sign);
        let digits = after.bytes().take_while(u8::is_ascii_hexdigit).count();
        let ends = !after[digits..].starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@'));
        let of_object =
            before.ends_with('@') && before[..at].ends_with(char::is_alphanumeric) && (4..=8).contains(&digits);
        let pointer = before.ends_with("0x") && (6..=16).contains(&digits);
        out.push_str(before);
        rest = if ends && (of_object || pointer) {
            out.push('…');
            &after[digits..]
        } else {
            after
        };
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Names of the suites around, outermost first.
fn suite(node: Node<'_, '_>) -> String {
    let suites = node.ancestors().filter(|node| is(*node, "testsuite")).take(MAX_SUITES);
    let mut names: Vec<&str> = suites
        .filter_map(|suite| suite.attribute("name"))
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .collect();
    names.reverse();
    names.join("/")
}

/// An attribute of the test, or of the nearest suite that has it.
fn inherited<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.ancestors()
        .take(16)
        .find_map(|node| node.attribute(name))
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

/// Why a test failed.
#[derive(Debug, Default)]
struct Failure<'a> {
    /// `failure` or `error`.
    word: &'static str,
    kind: &'a str,
    message: &'a str,
    text: String,
}

/// The failure of a test, if it has one. A test that failed and then passed is flaky, and has passed.
fn failure<'a>(node: Node<'a, '_>) -> Option<Failure<'a>> {
    let of = |names: [&str; 2]| node.children().find(|child| names.iter().any(|name| is(*child, name)));
    let found = of(["failure", "error"]);
    let Some(element) = found.or_else(|| of(["rerunFailure", "rerunError"]).filter(|_| !is_flaky(node))) else {
        let word = ["status", "result"]
            .into_iter()
            .find_map(|name| node.attribute(name))?
            .to_ascii_lowercase();
        let failed = matches!(word.as_str(), "failed" | "failure" | "fail" | "error" | "errored");
        return failed.then(|| Failure {
            word: "failure",
            ..Failure::default()
        });
    };
    let attribute = |name: &str| element.attribute(name).map(str::trim).unwrap_or_default();
    Some(Failure {
        word: if element.tag_name().name().ends_with("rror") {
            "error"
        } else {
            "failure"
        },
        kind: attribute("type"),
        message: attribute("message"),
        text: text_of(element),
    })
}

fn is_flaky(node: Node<'_, '_>) -> bool {
    node.children()
        .any(|child| is(child, "flakyFailure") || is(child, "flakyError"))
}

fn is_skipped(node: Node<'_, '_>) -> bool {
    let element = node
        .children()
        .any(|child| is(child, "skipped") || is(child, "disabled") || is(child, "ignored"));
    let word = |name: &str| node.attribute(name).map(str::to_ascii_lowercase).unwrap_or_default();
    let skipped = |word: String| {
        matches!(
            word.as_str(),
            "skipped" | "disabled" | "notrun" | "ignored" | "pending" | "suppressed"
        )
    };
    element || skipped(word("status")) || skipped(word("result"))
}

/// All text within, in pieces where comments or `CDATA` part it; Surefire has elements in between.
fn text_of(element: Node<'_, '_>) -> String {
    let pieces = element
        .descendants()
        .filter(Node::is_text)
        .filter_map(|node| node.text());
    pieces.collect::<String>().trim_matches('\n').trim_end().to_owned()
}

fn finding(
    id: FindingId,
    node: Node<'_, '_>,
    name: &Name<'_>,
    failure: &Failure<'_>,
    at: Option<Timestamp>,
) -> Finding {
    let requirements = requirements::named_by(node);
    let mut finding = Finding::new(
        id,
        FindingKind::Defect,
        cut(&format!("Test fails: {}", name.shown()), 200),
    );
    finding.body = body(node, name, failure, &requirements);
    finding.fields = fields(node, name, failure, &requirements);
    finding.native_state = failure.word.to_owned();
    finding.keys = requirements;
    finding.updated = at;
    finding
}

fn body(node: Node<'_, '_>, name: &Name<'_>, failure: &Failure<'_>, requirements: &[String]) -> String {
    let message = if failure.message.is_empty() {
        first_line(&failure.text)
    } else {
        failure.message
    };
    let mut parts = vec![
        escaped(&middle_cut(message, MAX_MESSAGE)),
        facts(node, name, failure, requirements),
    ];
    // Some tools repeat the message as the text.
    if !failure.text.trim().is_empty() && failure.text.trim() != message {
        parts.push(fenced(&middle_cut(&failure.text, MAX_STACK), ""));
    }
    for (element, heading) in OUTPUTS {
        let output = output::without_attachments(&output(node, element));
        if !output.trim().is_empty() {
            parts.push(format!(
                "**{heading}:**\n\n{}",
                fenced(&last(output.trim(), MAX_OUTPUT), "")
            ));
        }
    }
    let attached = attachments(node);
    if !attached.is_empty() {
        let all: Vec<String> = attached.iter().map(|path| format!("- {}", coded(path))).collect();
        parts.push(format!("**Attachments:**\n\n{}", all.join("\n")));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

/// What a test printed.
const OUTPUTS: [(&str, &str); 2] = [("system-out", "Output"), ("system-err", "Error output")];

fn output(node: Node<'_, '_>, element: &str) -> String {
    let all = node.children().filter(|child| is(*child, element)).map(text_of);
    all.collect::<Vec<_>>().join("\n")
}

fn attachments(node: Node<'_, '_>) -> Vec<String> {
    let printed = OUTPUTS.map(|(element, _)| output(node, element)).join("\n");
    output::attachments(&printed)
}

/// The end of an output, where it says why.
fn last(text: &str, most: usize) -> String {
    let from = text.ceil_char_boundary(text.len().saturating_sub(most));
    if from == 0 {
        text.to_owned()
    } else {
        format!("…\n{}", text[from..].trim_start())
    }
}

fn facts(node: Node<'_, '_>, name: &Name<'_>, failure: &Failure<'_>, requirements: &[String]) -> String {
    let line = node
        .attribute("line")
        .map(|line| format!(":{}", line.trim()))
        .unwrap_or_default();
    let file = if name.file.is_empty() {
        String::new()
    } else {
        format!("{}{line}", name.file)
    };
    let rows = [
        ("Test", name.name),
        ("Class", name.class),
        ("Suite", &name.suite),
        ("File", &file),
        ("Type", failure.kind),
    ];
    let mut lines: Vec<String> = rows
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(word, value)| format!("**{word}:** {}", coded(&cut(value, 400))))
        .collect();
    if !requirements.is_empty() {
        lines.push(format!("**Requirements:** {}", requirements.join(", ")));
    }
    lines.join("  \n")
}

fn fields(
    node: Node<'_, '_>,
    name: &Name<'_>,
    failure: &Failure<'_>,
    requirements: &[String],
) -> BTreeMap<String, Value> {
    let mut fields = BTreeMap::new();
    let mut put = |name: &str, value: Value| {
        if value != json!("") && !value.is_null() {
            fields.insert(name.to_owned(), value);
        }
    };
    put("name", json!(name.name));
    put("classname", json!(name.class));
    put("suite", json!(name.suite));
    put("file", json!(name.file));
    put(
        "line",
        json!(node.attribute("line").and_then(|line| line.trim().parse::<u64>().ok())),
    );
    let seconds = node
        .attribute("time")
        .and_then(|time| time.trim().replace(',', "").parse::<f64>().ok());
    put("time", json!(seconds.filter(|seconds| seconds.is_finite())));
    put("hostname", json!(inherited(node, "hostname")));
    put("timestamp", json!(inherited(node, "timestamp")));
    put("result", json!(failure.word));
    put("type", json!(failure.kind));
    put("message", json!(cut(failure.message, MAX_MESSAGE)));
    if !requirements.is_empty() {
        put("requirements", json!(requirements));
    }
    let attached = attachments(node);
    if !attached.is_empty() {
        put("attachments", json!(attached));
    }
    for (name, value) in requirements::properties(node)
        .take(MAX_PROPERTIES)
        .filter(|(_, value)| value.len() <= MAX_PROPERTY)
    {
        put(&format!("properties.{name}"), json!(value));
    }
    fields
}
