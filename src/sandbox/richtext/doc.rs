//! The neutral document: every node and mark that Jira's editors can make, without a wire form.
//!
//! Must never be in here: JSON, wiki markup.

use jiff::Timestamp;

use crate::sandbox::model::{User, UserIdx};

/// A document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Doc {
    /// Blocks in order.
    pub blocks: Vec<Block>,
}

/// A block node.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Text.
    Paragraph(Vec<Inline>),
    /// Text with alignment (`center`, `end`).
    Aligned(&'static str, Vec<Inline>),
    /// Text moved in by 1 to 6 steps.
    Indented(u8, Vec<Inline>),
    /// Text in small letters.
    Small(Vec<Inline>),
    /// Heading of level 1 to 6.
    Heading(u8, Vec<Inline>),
    /// Bullets; each item is a list of blocks.
    Bullets(Vec<Vec<Block>>),
    /// Numbers from the first one on.
    Numbers(u32, Vec<Vec<Block>>),
    /// Code in a language; `breakout` widens it beyond the column.
    Code {
        /// Language, if known.
        language: Option<String>,
        /// The code.
        text: String,
        /// Wider than the text column.
        breakout: bool,
    },
    /// Quotation.
    Quote(Vec<Block>),
    /// Horizontal line.
    Rule,
    /// Coloured box.
    Panel(PanelKind, Vec<Block>),
    /// Rows of cells.
    Table(Vec<Vec<Cell>>),
    /// Check list.
    Tasks(Vec<Task>),
    /// Decisions taken.
    Decisions(Vec<Vec<Inline>>),
    /// Fold with a title; inside tables and folds it is a `nestedExpand`.
    Expand {
        /// Title.
        title: String,
        /// What it hides.
        blocks: Vec<Block>,
    },
    /// Columns side by side.
    Columns(Vec<Vec<Block>>),
    /// One picture or file with an optional caption.
    Media {
        /// What.
        media: MediaKind,
        /// Caption.
        caption: Option<Vec<Inline>>,
        /// Frame around it.
        border: bool,
    },
    /// Several files.
    MediaGroup(Vec<MediaKind>),
    /// Link shown as a card.
    Card(String),
    /// Link shown embedded.
    Embed(String),
    /// Macro without body.
    Extension(String),
    /// Macro with body.
    BodiedExtension(String, Vec<Block>),
    /// Content kept in step with another page.
    SyncBlock(String),
    /// The same with a local copy.
    BodiedSyncBlock(String, Vec<Block>),
    /// A node newer than any client.
    Unknown(Vec<Block>),
}

/// Colour of a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PanelKind {
    /// Blue.
    #[default]
    Info,
    /// Purple.
    Note,
    /// Green, with a bulb.
    Tip,
    /// Yellow.
    Warning,
    /// Green.
    Success,
    /// Red.
    Error,
    /// Any colour, with an emoji.
    Custom,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Heads a column or row.
    pub header: bool,
    /// Columns it spans.
    pub span: u8,
    /// Content.
    pub blocks: Vec<Block>,
}

/// A line of a check list.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Ticked.
    pub done: bool,
    /// Text; blocks make it a `blockTaskItem`.
    pub text: Vec<Inline>,
    /// Further blocks.
    pub blocks: Vec<Block>,
}

/// A picture or file.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaKind {
    /// Attached to the issue; the media id is not the attachment's.
    File {
        /// Id in the media store.
        id: String,
        /// File name, the alternative text.
        name: String,
    },
    /// Elsewhere on the web.
    External(String),
    /// Linked media.
    Link(String),
}

/// An inline node.
#[derive(Debug, Clone, PartialEq)]
pub enum Inline {
    /// Text with marks.
    Text(String, Vec<Mark>),
    /// Line break.
    Break,
    /// A person.
    Mention(UserIdx),
    /// Short name and character.
    Emoji(String, String),
    /// Lozenge with a colour.
    Status(String, String),
    /// A day.
    Date(Timestamp),
    /// Link shown with its title.
    Card(String),
    /// File within the line.
    Media(String),
    /// Macro within the line.
    Extension(String),
    /// Text to be replaced.
    Placeholder(String),
    /// A node newer than any client; its `attrs.text`.
    Unknown(String),
}

/// A mark on text.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// Bold.
    Strong,
    /// Italic.
    Em,
    /// Struck out.
    Strike,
    /// Underlined.
    Underline,
    /// Code.
    Code,
    /// Link.
    Link(String),
    /// Lowered.
    Sub,
    /// Raised.
    Sup,
    /// Colour of the letters.
    Colour(String),
    /// Colour behind the letters.
    Background(String),
    /// Commented on in the page.
    Annotation(String),
}

/// Plain text.
#[must_use]
pub fn text(words: &str) -> Inline {
    Inline::Text(words.to_owned(), Vec::new())
}

/// Text with one mark.
#[must_use]
pub fn marked(words: &str, mark: Mark) -> Inline {
    Inline::Text(words.to_owned(), vec![mark])
}

/// A paragraph of plain text.
#[must_use]
pub fn paragraph(words: &str) -> Block {
    Block::Paragraph(vec![text(words)])
}

impl Doc {
    /// The words alone, one block per line.
    #[must_use]
    pub fn plain(&self, people: &[User]) -> String {
        let mut out = String::new();
        self.blocks.iter().for_each(|block| block.plain(people, &mut out));
        out
    }
}

impl Block {
    fn plain(&self, people: &[User], out: &mut String) {
        let mut all = |blocks: &[Self]| blocks.iter().for_each(|block| block.plain(people, out));
        match self {
            Self::Paragraph(line) | Self::Aligned(_, line) | Self::Indented(_, line) | Self::Small(line) => {
                plain_line(line, people, out);
            }
            Self::Heading(_, line) => plain_line(line, people, out),
            Self::Bullets(items) | Self::Numbers(_, items) | Self::Columns(items) => {
                items.iter().for_each(|item| all(item));
            }
            Self::Code { text, .. } => plain_words(text, out),
            Self::Quote(blocks) | Self::Panel(_, blocks) | Self::Unknown(blocks) => all(blocks),
            Self::BodiedExtension(_, blocks) | Self::BodiedSyncBlock(_, blocks) => all(blocks),
            Self::Table(rows) => rows.iter().flatten().for_each(|cell| all(&cell.blocks)),
            Self::Tasks(tasks) => {
                for task in tasks {
                    plain_line(&task.text, people, out);
                    task.blocks.iter().for_each(|block| block.plain(people, out));
                }
            }
            Self::Decisions(lines) => lines.iter().for_each(|line| plain_line(line, people, out)),
            Self::Expand { title, blocks } => {
                plain_words(title, out);
                blocks.iter().for_each(|block| block.plain(people, out));
            }
            Self::Media { caption, .. } => caption.iter().for_each(|line| plain_line(line, people, out)),
            Self::Card(url) | Self::Embed(url) => plain_words(url, out),
            Self::Rule | Self::MediaGroup(_) | Self::Extension(_) | Self::SyncBlock(_) => {}
        }
    }
}

fn plain_words(words: &str, out: &mut String) {
    out.push_str(words);
    out.push('\n');
}

fn plain_line(line: &[Inline], people: &[User], out: &mut String) {
    for inline in line {
        match inline {
            Inline::Text(words, _) | Inline::Card(words) | Inline::Placeholder(words) | Inline::Unknown(words) => {
                out.push_str(words);
            }
            Inline::Emoji(_, words) | Inline::Status(words, _) | Inline::Media(words) => out.push_str(words),
            Inline::Break => out.push('\n'),
            Inline::Mention(user) => {
                out.push('@');
                out.push_str(people.get(user.at()).map_or("unknown", |user| &user.display));
            }
            Inline::Date(day) => out.push_str(&day.strftime("%Y-%m-%d").to_string()),
            Inline::Extension(_) => {}
        }
    }
    out.push('\n');
}
