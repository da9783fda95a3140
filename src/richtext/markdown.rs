//! Markdown, as findings bring it, written as ADF, as wiki markup, or as plain text.
//!
//! One reader makes a tree of the text (GitHub's Markdown; of HTML what people use in it), three
//! writers write it. The text is a stranger's: nothing in it becomes a mention, a card, a macro or
//! a picture of Jira, only `http`, `https` and `mailto` links stay links, and what would be markup
//! in the written form is escaped there.
//!
//! Must never be in here: what a finding is, or how long Jira's fields may be.

mod adf;
mod escape;
mod finish;
mod html;
mod language;
mod plain;
mod read;
#[cfg(test)]
mod tests;
mod tree;
mod wiki;

use std::borrow::Cow;

use serde_json::Value;

/// Longest text that is read; far more than any field of Jira takes.
const MAX_TEXT: usize = 1 << 20;

/// The text as a document in Jira's format, valid by its schema whatever the text is.
#[must_use]
pub fn to_adf(text: &str) -> Value {
    adf::write(&tree(text))
}

/// The text as wiki markup that shows what the Markdown shows, and nothing else.
#[must_use]
pub fn to_wiki(text: &str) -> String {
    wiki::write(&tree(text))
}

/// The text without its formatting; addresses of links follow their labels.
#[must_use]
pub fn to_plain(text: &str) -> String {
    plain::write(&tree(text))
}

fn tree(text: &str) -> Vec<tree::Block> {
    let text = storable(text);
    if text.len() <= MAX_TEXT {
        return read::read(&text);
    }
    let mut blocks = read::read(&text[..text.floor_char_boundary(MAX_TEXT)]);
    blocks.push(tree::Block::Paragraph(vec![tree::Inline::text("…")]));
    blocks
}

/// Without what databases and XML refuse: control characters, and code points that are none. What shows
/// text in another order than it stands in is told in the same way, since it may be there to deceive.
fn storable(text: &str) -> Cow<'_, str> {
    let refused = |c: char| match c {
        '\n' | '\t' | '\r' => false,
        '\u{FFFE}' | '\u{FFFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => true,
        c => c.is_control(),
    };
    if text.contains(refused) {
        Cow::Owned(text.replace(refused, "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}
