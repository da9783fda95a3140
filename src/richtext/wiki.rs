//! Jira's wiki markup as a neutral document.
//!
//! Three passes, each linear: [`scan`] cuts the text at macros and takes verbatim ones out of it,
//! [`blocks`] reads lines (headings, lists, tables, paragraphs), [`inline`] reads what is within
//! them. [`html`] reads the contents of `{html}`.

mod blocks;
pub(super) mod html;
mod inline;
pub(super) mod scan;
mod table;

use super::doc::{Block, MAX_DEPTH, Tone};
use scan::{Container, Piece};

/// Reads a document.
pub(super) fn read(markup: &str) -> Vec<Block> {
    let scanned = scan::scan(markup);
    let mut stack = Stack {
        open: Vec::new(),
        blocks: Vec::new(),
    };
    for piece in scanned.pieces {
        match piece {
            Piece::Text(text) => stack.blocks.extend(blocks::read(&text, &scanned.verbatim)),
            Piece::Container { kind, title, bare } => stack.toggle(kind, title, bare),
        }
    }
    stack.finish()
}

/// Containers under way, outermost first, each with the blocks around it.
struct Stack {
    open: Vec<(Container, String, Vec<Block>)>,
    blocks: Vec<Block>,
}

impl Stack {
    /// The same tag opens and closes; one with parameters can only open.
    fn toggle(&mut self, kind: Container, title: String, bare: bool) {
        let opened = self.open.iter().rposition(|(open, ..)| *open == kind).filter(|_| bare);
        match opened {
            Some(level) => self.close_to(level),
            None if self.open.len() < MAX_DEPTH => {
                self.open.push((kind, title, std::mem::take(&mut self.blocks)));
            }
            None => {}
        }
    }

    fn close_to(&mut self, level: usize) {
        while self.open.len() > level {
            let Some((kind, title, around)) = self.open.pop() else {
                return;
            };
            let blocks = std::mem::replace(&mut self.blocks, around);
            if blocks.is_empty() && title.is_empty() {
                continue;
            }
            self.blocks.push(match kind {
                Container::Quote => Block::Quote(blocks),
                Container::Panel => Block::Panel {
                    tone: Tone::Plain,
                    title,
                    blocks,
                },
                Container::Info => Block::Panel {
                    tone: Tone::Info,
                    title,
                    blocks,
                },
                Container::Note => Block::Panel {
                    tone: Tone::Note,
                    title,
                    blocks,
                },
                Container::Tip => Block::Panel {
                    tone: Tone::Ok,
                    title,
                    blocks,
                },
                Container::Warning => Block::Panel {
                    tone: Tone::Warn,
                    title,
                    blocks,
                },
                Container::Expand => Block::Expand { title, blocks },
            });
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.close_to(0);
        self.blocks
    }
}
