//! The neutral document that both readers make and the layout draws.
//!
//! Text in it is clean; a `\n` within a span is a forced line break.

use super::{Role, Span, Style};
use crate::text::{clean_block, clean_line};

/// How deep readers nest; more would leave no room on a screen, and recursion needs an end.
pub(super) const MAX_DEPTH: usize = 24;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Block {
    Paragraph(Vec<Span>),
    Heading(u8, Vec<Span>),
    List(Vec<Item>),
    Code {
        title: String,
        text: String,
    },
    Quote(Vec<Block>),
    Rule,
    Table(Table),
    Panel {
        tone: Tone,
        title: String,
        blocks: Vec<Block>,
    },
    Expand {
        title: String,
        blocks: Vec<Block>,
    },
    Indented(u8, Vec<Block>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) marker: Marker,
    pub(super) blocks: Vec<Block>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marker {
    Bullet,
    Number(u64),
    Task {
        done: bool,
    },
    Decision,
    /// A list within a list that belongs to no item.
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Info,
    Note,
    Ok,
    Warn,
    Error,
}

impl Tone {
    pub(super) fn from_name(name: &str) -> Self {
        match name {
            "info" => Self::Info,
            "note" => Self::Note,
            "tip" | "success" => Self::Ok,
            "warning" => Self::Warn,
            "error" => Self::Error,
            _ => Self::Plain,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Cell {
    pub(super) header: bool,
    /// Columns that it covers, at least 1.
    pub(super) columns: usize,
    /// Rows that it covers, at least 1.
    pub(super) rows: usize,
    pub(super) blocks: Vec<Block>,
}

/// Outside text as a span; line breaks in it stay.
pub(super) fn span(text: &str, style: Style) -> Span {
    Span {
        text: clean_block(text).into_owned(),
        style,
    }
}

/// Outside text as a span on one line.
pub(super) fn word(text: &str, role: Role) -> Span {
    Span {
        text: clean_line(text.trim()).into_owned(),
        style: Style {
            role,
            ..Style::default()
        },
    }
}

/// Longest address that can be followed; every piece of a broken link carries it.
const MAX_URL: usize = 2048;

/// The address if a link may lead there, written so that nothing in it is invisible.
pub(super) fn safe_url(url: &str) -> Option<String> {
    let url = url.trim();
    let scheme = url.split_once(':')?.0.to_ascii_lowercase();
    let known = matches!(scheme.as_str(), "http" | "https" | "mailto");
    (known && url.len() <= MAX_URL && !url.contains(char::is_whitespace) && clean_line(url) == url)
        .then(|| url.to_owned())
}

/// What follows the text of a link, so that nobody is led elsewhere than the text says: its
/// address, unless the text already is that.
pub(super) fn address_after(label: &str, url: &str) -> Option<Span> {
    let (label, address) = (label.trim(), url.trim());
    let bare = address
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_start_matches("mailto:");
    let same = [address, bare, bare.trim_end_matches('/')].contains(&label);
    // `PAY-12` of `https://site/browse/PAY-12`.
    let key = address.rsplit_once("/browse/").is_some_and(|(_, key)| key == label);
    (!same && !key && !address.is_empty()).then(|| {
        let style = Style {
            role: Role::Muted,
            link: safe_url(address),
            ..Style::default()
        };
        Span {
            text: format!(" ({})", clean_line(address.trim_start_matches("mailto:"))),
            style,
        }
    })
}

/// A link with its address.
pub(super) fn link(label: &str, url: &str) -> Vec<Span> {
    let label = if label.trim().is_empty() { url } else { label };
    let style = Style {
        role: Role::Link,
        link: safe_url(url),
        ..Style::default()
    };
    let mut spans = vec![span(label, style)];
    spans.extend(address_after(label, url));
    spans
}

/// A file or picture, which a terminal can only name: `[image: shot.png]`.
pub(super) fn file(kind: &str, name: &str, url: Option<&str>) -> Span {
    let link = url.and_then(safe_url);
    let role = if link.is_some() { Role::Link } else { Role::Muted };
    let name = clean_line(name.trim());
    let text = if name.is_empty() {
        format!("[{kind}]")
    } else {
        format!("[{kind}: {name}]")
    };
    Span {
        text,
        style: Style {
            role,
            link,
            ..Style::default()
        },
    }
}

/// `image` or `file`, by the ending of the name.
pub(super) fn kind_of_file(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .unwrap_or_default();
    match ending.as_str() {
        "png" | "jpg" | "jpeg" | "gif" | "svg" | "bmp" | "webp" | "tif" | "tiff" | "heic" => "image",
        _ => "file",
    }
}

/// Raised or lowered text, which terminals do not have: `^2`, `_i`, `^(a b)`.
pub(super) fn shifted(text: &str, sign: char) -> String {
    if text.chars().all(char::is_alphanumeric) {
        format!("{sign}{text}")
    } else {
        format!("{sign}({text})")
    }
}

/// Drops spaces and breaks at both ends; `None` if nothing is left.
pub(super) fn trimmed(mut spans: Vec<Span>) -> Option<Vec<Span>> {
    let blank = |span: &Span| span.text.trim().is_empty();
    let end = spans.iter().rposition(|span| !blank(span))? + 1;
    spans.truncate(end);
    spans.drain(..spans.iter().position(|span| !blank(span))?);
    if let Some(first) = spans.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = spans.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    Some(spans)
}
