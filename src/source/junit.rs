//! JUnit XML, the form in which test tools report.
//!
//! There is no standard, only what tools write: suites within suites or none, results as elements or
//! as attributes, requirements as properties of tests or of suites.
//!
//! Must never be in here: files, or which of several reports holds.

mod case;
mod output;
mod requirements;
#[cfg(test)]
mod tests;
mod time;

use std::borrow::Cow;

use jiff::Timestamp;
use roxmltree::{Document, Error, Node, ParsingOptions};

use super::files::Refusal;
use crate::domain::Finding;

/// Elements, texts and attributes of one report that are read.
const MAX_NODES: u32 = 8_000_000;
/// Most failed tests taken from one file.
pub(super) const MAX_FINDINGS: usize = 50_000;
/// Reports of other tools, which people mistake for this one.
const OTHERS: [(&str, &str); 6] = [
    ("test-run", "NUnit 3"),
    ("test-results", "NUnit 2"),
    ("assemblies", "xUnit.net"),
    ("TestRun", "Visual Studio (TRX)"),
    ("testng-results", "TestNG"),
    ("suites", "no known tool"),
];

/// What became of a test.
#[derive(Debug)]
pub(super) enum Outcome {
    Failed(Box<Finding>),
    Passed,
    Skipped,
}

/// One test of a report.
#[derive(Debug)]
pub(super) struct Case {
    /// Its id within the source.
    pub(super) external: String,
    /// When it ran, as far as the report tells.
    pub(super) at: Option<Timestamp>,
    pub(super) outcome: Outcome,
}

/// What a report holds.
#[derive(Debug, Default)]
pub(super) struct Cases {
    pub(super) cases: Vec<Case>,
    /// Lines and reasons.
    pub(super) flaws: Vec<(Option<u64>, String)>,
    /// Whether something was left out.
    pub(super) partial: bool,
}

/// Reads a report.
///
/// # Errors
/// When it is none, or broken.
pub(super) fn read(source: &str, origin: &str, text: &str) -> Result<Cases, Refusal> {
    let options = || ParsingOptions {
        nodes_limit: MAX_NODES,
        ..ParsingOptions::default()
    };
    match Document::parse_with_options(text, options()) {
        Ok(document) => cases(source, origin, &document),
        Err(first) => {
            // Output of terminals in a report is common; XML has no way to hold it.
            let Cow::Owned(mended) = mended(text) else {
                return Err(refusal(&first));
            };
            let document = Document::parse_with_options(&mended, options()).map_err(|error| refusal(&error))?;
            cases(source, origin, &document)
        }
    }
}

fn cases(source: &str, origin: &str, document: &Document<'_>) -> Result<Cases, Refusal> {
    let root = document.root_element();
    let name = root.tag_name().name();
    if !matches!(name, "testsuites" | "testsuite") {
        let line = u64::from(document.text_pos_at(root.range().start).row);
        let known = OTHERS.iter().find(|(other, _)| *other == name);
        let of = known.map(|(_, tool)| format!(" (of {tool})")).unwrap_or_default();
        return Err(Refusal {
            line: Some(line),
            reason: format!("this is not JUnit: the root element is <{name}>{of}, not <testsuites>"),
            foreign: known.is_none(),
        });
    }
    let mut out = Cases::default();
    let mut failed = 0;
    for node in document.descendants().filter(|node| is(*node, "testcase")) {
        let Some(read) = case::read(source, origin, node) else {
            out.partial = true;
            if out.flaws.len() < 20 {
                let line = u64::from(document.text_pos_at(node.range().start).row);
                out.flaws
                    .push((Some(line), "a test has no name, nor has its suite".to_owned()));
            }
            continue;
        };
        if matches!(read.outcome, Outcome::Failed(_)) {
            failed += 1;
            if failed > MAX_FINDINGS {
                out.partial = true;
                out.flaws.push((
                    None,
                    format!("more than {MAX_FINDINGS} failed tests; the rest is left out"),
                ));
                break;
            }
        }
        out.cases.push(read);
    }
    if let Some(flaw) = counted_but_not_told(document, &out.cases) {
        out.partial = true;
        out.flaws.push(flaw);
    }
    Ok(out)
}

/// Some tools count tests in a suite that they then do not list.
fn counted_but_not_told(document: &Document<'_>, cases: &[Case]) -> Option<(Option<u64>, String)> {
    let suite = document.descendants().filter(|node| is(*node, "testsuite"));
    let counted = suite.into_iter().find(|suite| {
        ["failures", "errors"].into_iter().any(|name| {
            suite
                .attribute(name)
                .is_some_and(|count| count.trim().parse::<u64>().is_ok_and(|count| count > 0))
        })
    })?;
    let line = u64::from(document.text_pos_at(counted.range().start).row);
    cases
        .is_empty()
        .then(|| (Some(line), "the suite counts failures but lists no tests".to_owned()))
}

fn is(node: Node<'_, '_>, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name
}

fn refusal(error: &Error) -> Refusal {
    let position = error.pos();
    let reason = match error {
        Error::DtdDetected => {
            "the report holds a document type, which could make it read other files; remove it".to_owned()
        }
        Error::NodesLimitReached => format!("more than {MAX_NODES} elements"),
        error => {
            let told = error.to_string();
            let told = told.split(" at ").next().unwrap_or(&told).to_owned();
            format!("this is not valid XML: {told}, column {}", position.col)
        }
    };
    let line = (!matches!(error, Error::NodesLimitReached)).then_some(u64::from(position.row));
    Refusal {
        line,
        reason,
        foreign: false,
    }
}

/// Characters that XML cannot hold, and references to such, replaced.
fn mended(text: &str) -> Cow<'_, str> {
    let allowed = |c: char| {
        !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}')
            || matches!(c, '\t' | '\n' | '\r' | '\u{80}'..='\u{9F}')
    };
    let mut out = String::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let len = if c == '&' {
            bad_reference(&text[at..], allowed)
        } else {
            (!allowed(c)).then_some(c.len_utf8())
        };
        if let Some(len) = len {
            out.push_str(&text[from..at]);
            out.push('\u{FFFD}');
            from = at + len;
        }
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[from..]);
    Cow::Owned(out)
}

/// Length of the reference at the start of `text`, if it is to a character that cannot be.
fn bad_reference(text: &str, allowed: impl Fn(char) -> bool) -> Option<usize> {
    let inner = text.strip_prefix("&#")?;
    let end = inner.bytes().take(8).position(|byte| byte == b';')?;
    let digits = &inner[..end];
    let number = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    let fine = char::from_u32(number).is_some_and(allowed);
    (!fine).then_some(2 + end + 1)
}
