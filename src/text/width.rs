//! Width in terminal cells, counted as ratatui's buffer counts when it writes: by grapheme.
//!
//! The two agree on cleaned text, not on any text.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Cells that `text` takes on one line.
#[must_use]
pub fn width(text: &str) -> usize {
    if is_plain_ascii(text) {
        return text.len();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// `text` cut to at most `cells`, with `…` where something is missing.
#[must_use]
pub fn truncate(text: &str, cells: usize) -> String {
    truncate_with(text, cells, '…')
}

/// As [`truncate`], marked with `~`.
#[must_use]
pub fn truncate_ascii(text: &str, cells: usize) -> String {
    truncate_with(text, cells, '~')
}

fn truncate_with(text: &str, cells: usize, mark: char) -> String {
    if cells == 0 {
        return String::new();
    }
    let mut used = 0;
    let mut fits = 0;
    for (start, piece) in pieces(text) {
        used += grapheme_width(piece);
        if used > cells {
            let mut cut = text[..fits].trim_end().to_owned();
            cut.push(mark);
            return cut;
        }
        if used < cells {
            fits = start + piece.len();
        }
    }
    text.to_owned()
}

/// `text` as exactly `cells` cells, cut or filled with spaces on the right.
#[must_use]
pub fn pad(text: &str, cells: usize) -> String {
    let mut padded = truncate(text, cells);
    padded.extend(std::iter::repeat_n(' ', cells.saturating_sub(width(&padded))));
    padded
}

/// `text` as exactly `cells` cells, cut or filled with spaces on the left: for numbers.
#[must_use]
pub fn pad_start(text: &str, cells: usize) -> String {
    let cut = truncate(text, cells);
    let mut padded = " ".repeat(cells.saturating_sub(width(&cut)));
    padded.push_str(&cut);
    padded
}

/// `text` in pieces of at most two cells, with their positions: graphemes, but for the conjuncts of
/// Indic scripts, which grow without limit and are taken apart.
pub(crate) fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.grapheme_indices(true).flat_map(|(start, grapheme)| {
        let cuts = if grapheme_width(grapheme) > 2 {
            parts_of(grapheme)
        } else {
            vec![grapheme]
        };
        cuts.into_iter().scan(start, |at, part| {
            let here = *at;
            *at += part.len();
            Some((here, part))
        })
    })
}

/// Each character that has a width, with those after it that have none.
fn parts_of(grapheme: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in grapheme.char_indices().skip(1) {
        if c.width().unwrap_or(0) > 0 {
            parts.push(&grapheme[start..at]);
            start = at;
        }
    }
    parts.push(&grapheme[start..]);
    parts
}

/// Cells of one grapheme; the buffer skips those with control characters.
pub(crate) fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.len() == 1 {
        return usize::from(is_plain_ascii(grapheme));
    }
    if grapheme.contains(char::is_control) {
        return 0;
    }
    grapheme.width()
}

fn is_plain_ascii(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}
