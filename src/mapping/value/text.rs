//! Texts: one line, several, formatted; words without spaces; addresses.

use serde_json::Value;

use super::{One, Written, markup, sendable};
use crate::{
    domain::Deployment,
    mapping::{
        facts::Fact,
        given::Given,
        ground::Ground,
        jira_length,
        near::{cut, shown},
    },
    richtext::markdown,
};

/// Characters of a summary and of other texts of one line.
pub(in crate::mapping) const LINE: usize = 255;
/// Characters of a long text.
pub(in crate::mapping) const LONG: usize = 32_767;
/// Characters of a formatted text as we write it. Cloud counts what it makes of the document itself, so
/// a little is left for what it writes differently.
const RICH: usize = 32_000;
/// Bytes looked at of a long text: more would not fit, whatever is cut.
const LOOKED_AT: usize = 4 * LONG;

/// A text of one line.
pub(super) fn line(given: &Given, ground: &Ground<'_>) -> Written {
    let text = one_line(&given.fact.plain(ground.zone));
    let (text, cut) = shortened(&text, LINE);
    let mut written = Written {
        sample: text.clone(),
        value: (!text.is_empty()).then_some(Value::String(text)),
        ..Written::default()
    };
    if cut {
        written.notes.push(format!("cut to {LINE} characters"));
    }
    written
}

/// A text of one line within a list.
pub(super) fn word(fact: &Fact, ground: &Ground<'_>) -> One {
    let (text, _) = shortened(&one_line(&fact.plain(ground.zone)), LINE);
    if text.is_empty() {
        return One::Left("an empty value is left out".to_owned());
    }
    One::Value(Value::String(text.clone()), text)
}

/// Plain text of several lines.
pub(super) fn plain(given: &Given, ground: &Ground<'_>, source: Option<&str>) -> Written {
    let whole = sendable(given.fact.plain(ground.zone).trim());
    let (text, cut) = if jira_length(&whole) <= LONG {
        (whole, false)
    } else {
        let tail = match source.filter(|url| is_address(url)) {
            Some(url) => format!("\n\n… the whole text is at {url}"),
            None => "\n\n… the text goes on at its source".to_owned(),
        };
        let (text, _) = shortened(&whole, LONG - jira_length(&tail));
        (text + &tail, true)
    };
    let mut written = Written {
        sample: text.clone(),
        value: (!text.is_empty()).then_some(Value::String(text)),
        ..Written::default()
    };
    if cut {
        written.notes.push(too_long());
    }
    written
}

/// Formatted text: ADF on Cloud, wiki markup on Data Center.
pub(super) fn rich(given: &Given, ground: &Ground<'_>, source: Option<&str>) -> Written {
    let whole = match &given.markdown {
        Some(markdown) => sendable(markdown),
        None => sendable(&given.fact.markdown(ground.zone)),
    };
    let (text, cut) = fitting(whole.trim_matches('\n'), source);
    let sample = markdown::to_plain(&text);
    if sample.trim().is_empty() {
        return Written::default();
    }
    let mut written = Written {
        value: Some(match ground.deployment {
            Deployment::Cloud => markdown::to_adf(&text),
            Deployment::DataCenter => Value::String(markdown::to_wiki(&text)),
        }),
        sample,
        markdown: Some(text),
        ..Written::default()
    };
    if cut {
        written.notes.push(too_long());
    }
    written
}

fn too_long() -> String {
    "cut to 32,767 characters, with a link to the source".to_owned()
}

/// Markdown that fits as wiki markup, which is how Jira counts; cut between lines where it can be.
fn fitting(text: &str, source: Option<&str>) -> (String, bool) {
    shorter(text, source, RICH, &|text| jira_length(&markdown::to_wiki(text)))
}

/// Markdown of which `length` is at most `most`, with a link to the source if something is left out.
pub(in crate::mapping) fn shorter(
    text: &str,
    source: Option<&str>,
    most: usize,
    length: &dyn Fn(&str) -> usize,
) -> (String, bool) {
    let looked_at = &text[..text.floor_char_boundary(LOOKED_AT)];
    if looked_at.len() == text.len() && length(text) <= most {
        return (text.to_owned(), false);
    }
    let tail = match source.filter(|url| is_address(url)) {
        Some(url) => format!("\n\n… [the whole text is at its source]({})\n", markup::address(url)),
        None => "\n\n… the text goes on at its source\n".to_owned(),
    };
    let with_tail = |end: usize| format!("{}{tail}", markup::closed(looked_at[..end].trim_end()));
    let fits = |end: usize| length(&with_tail(end)) <= most;
    let (mut low, mut high) = (0, looked_at.len());
    while low < high {
        let middle = looked_at.ceil_char_boundary(low + (high - low).div_ceil(2));
        if fits(middle) {
            low = middle;
        } else {
            high = looked_at.floor_char_boundary(middle - 1);
        }
    }
    // A cut between lines reads better, unless it costs much of the text.
    let line = looked_at[..low].rfind('\n').filter(|at| low - at < most / 8);
    let end = line.filter(|at| fits(*at)).unwrap_or(low);
    (with_tail(end), true)
}

/// A label: no spaces, no control characters, at most 255 characters.
pub(super) fn label(fact: &Fact, ground: &Ground<'_>) -> One {
    let text = sendable(&fact.plain(ground.zone));
    let words: Vec<&str> = text.split_whitespace().collect();
    let (label, _) = shortened_plainly(&words.join("-"), LINE);
    if label.is_empty() {
        return One::Left(format!("{} leaves nothing for a label", shown(&text)));
    }
    One::Value(Value::String(label.clone()), label)
}

/// An address that a browser may be sent to.
pub(super) fn url(fact: &Fact, ground: &Ground<'_>) -> One {
    let text = fact.plain(ground.zone);
    let text = text.trim();
    match url::Url::parse(text) {
        Ok(url) if is_address(text) && url.host_str().is_some() => {
            One::Value(Value::String(url.to_string()), url.to_string())
        }
        _ => One::Wrong(format!("{} is no http or https address", shown(text))),
    }
}

pub(super) fn is_address(text: &str) -> bool {
    let text = text.trim_start();
    ["https://", "http://"].iter().any(|scheme| {
        text.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

/// Text with single spaces and nothing else between its words.
pub(super) fn one_line(text: &str) -> String {
    // No more than could be used, so that a title of megabytes costs nothing.
    let head = &text[..text.floor_char_boundary(64 * LINE)];
    sendable(head).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters as Jira counts them, and whether some were cut.
fn shortened(text: &str, most: usize) -> (String, bool) {
    if jira_length(text) <= most {
        return (text.to_owned(), false);
    }
    let (kept, _) = shortened_plainly(text, most - 1);
    (format!("{}…", kept.trim_end()), true)
}

fn shortened_plainly(text: &str, most: usize) -> (String, bool) {
    let mut used = 0;
    let end = text.char_indices().find(|(_, c)| {
        used += c.len_utf16();
        used > most
    });
    match end {
        Some((at, _)) => (text[..at].to_owned(), true),
        None => (text.to_owned(), false),
    }
}

/// A value in a message.
pub(super) fn told(fact: &Fact, ground: &Ground<'_>) -> String {
    format!("\"{}\"", cut(&fact.plain(ground.zone), 60))
}
