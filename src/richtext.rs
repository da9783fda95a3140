//! Formatted text of Jira (ADF, wiki markup) as lines with styles, for any screen.
//!
//! Two readers make one neutral document of what Jira sent, one layout breaks it into lines of a
//! given width. Styles name what a piece of text *is*; the theme says what that looks like.
//!
//! Both readers take any input: what they do not know they show as text, what is nested deeper than
//! a screen can show they flatten, and they need time in proportion to its length. All text passes
//! [`crate::text::clean_block`], so nothing in the lines can reach the terminal as a command.
//!
//! Must never be in here: screen or terminal types, colours, IO. ADF and wiki markup are written by
//! [`markdown`] alone.

mod adf;
mod doc;
mod layout;
pub mod markdown;
mod plain;
mod steps;
mod wiki;

use crate::domain::RichText;
use crate::text;

/// No line is wider than this on any screen: longer ones are hard to read.
const MAX_WIDTH: u16 = 100;

/// One line of rendered text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// Cells to leave empty before the first span.
    pub indent: u16,
    /// The text, harmless and without line breaks.
    pub spans: Vec<Span>,
    /// What the line is part of.
    pub kind: LineKind,
}

impl Line {
    /// Cells that the line takes, indent included.
    #[must_use]
    pub fn width(&self) -> usize {
        usize::from(self.indent) + self.spans.iter().map(|span| text::width(&span.text)).sum::<usize>()
    }

    /// The line without its styles.
    #[must_use]
    pub fn text(&self) -> String {
        let mut line = " ".repeat(usize::from(self.indent));
        line.extend(self.spans.iter().map(|span| span.text.as_str()));
        line
    }
}

/// What a line is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LineKind {
    /// Running text, lists, quotes.
    #[default]
    Text,
    /// A heading.
    Heading,
    /// A code block; long lines are cut, not re-wrapped.
    Code,
    /// A row or rule of a table.
    Table,
    /// A horizontal rule.
    Rule,
    /// Space between blocks.
    Blank,
}

/// A piece of text in one style.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Span {
    /// The text.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// How a piece of text looks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Style {
    /// `*strong*`.
    pub bold: bool,
    /// `_emphasis_`.
    pub italic: bool,
    /// `-deleted-`.
    pub strike: bool,
    /// `+inserted+`.
    pub underline: bool,
    /// `{{monospaced}}`.
    pub code: bool,
    /// Where it leads: `http`, `https` or `mailto`, nothing else.
    pub link: Option<String>,
    /// What it is.
    pub role: Role,
}

/// What a piece of text is; the theme gives each a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Role {
    /// Running text.
    #[default]
    Text,
    /// Markers, borders, addresses, placeholders.
    Muted,
    /// Heading of level 1 to 6.
    Heading(u8),
    /// Code.
    Code,
    /// Quoted text.
    Quote,
    /// Text of a link.
    Link,
    /// A person.
    Mention,
    /// Success, done.
    Ok,
    /// Warning, in progress.
    Warn,
    /// Error, removed.
    Error,
    /// Information, dates.
    Info,
    /// Neutral status words.
    Tag,
}

/// What rendering depends on besides the text and the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RenderOptions {
    /// Nothing but ASCII.
    pub ascii: bool,
}

/// The text as lines of at most `width` cells, and never more than 100.
///
/// Below two cells there is no room for a wide character, and no line.
#[must_use]
pub fn render(text: &RichText, width: u16, options: &RenderOptions) -> Vec<Line> {
    let width = usize::from(width.min(MAX_WIDTH));
    if width < 2 {
        return Vec::new();
    }
    layout::Layout::new(*options).document(&read(text), width)
}

/// The text without its formatting, for search, export and excerpts. Harmless; lines end in `\n`.
#[must_use]
pub fn plain(text: &RichText) -> String {
    plain::text_of(&read(text))
}

fn read(text: &RichText) -> Vec<doc::Block> {
    match text {
        RichText::Adf(document) => adf::read(document),
        RichText::Wiki(markup) => wiki::read(markup),
    }
}
