//! Breaking text into lines.

use std::ops::Range;

use super::width::{grapheme_width, pieces, width};

/// Characters that no line starts with where words are not separated by spaces.
const NOT_AT_START: &str = "、。，．・：；？！）〕］｝〉》」』】〙〗ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々";

/// `text` as lines of at most `cells` cells. `\n` ends a line; words that are too long are cut.
///
/// A character that is wider than a line becomes `?`.
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for line in text.split('\n') {
        for range in break_lines(pieces(line), cells) {
            lines.push(fit(&line[range], cells));
        }
    }
    lines
}

/// Only a wide character alone on a line of one cell is ever wider than asked.
fn fit(line: &str, cells: usize) -> String {
    if cells > 1 || width(line) <= cells {
        line.to_owned()
    } else {
        "?".to_owned()
    }
}

/// Byte ranges of the lines that one paragraph breaks into; at least one, empty for no text.
/// Spaces at a break belong to no line. A line is wider than `cells` only if it is one piece.
pub(crate) fn break_lines<'a>(pieces: impl Iterator<Item = (usize, &'a str)>, cells: usize) -> Vec<Range<usize>> {
    let mut breaker = Breaker::new(cells.max(1));
    for (at, piece) in pieces {
        breaker.push(at, piece);
    }
    breaker.finish()
}

/// A line under way. `end` and `width` are of the text up to the last place where it may break;
/// `word` is what came after.
struct Breaker {
    cells: usize,
    lines: Vec<Range<usize>>,
    start: usize,
    end: usize,
    width: usize,
    /// Spaces between `end` and the word.
    gap: usize,
    word: Range<usize>,
    word_width: usize,
    last_wide: bool,
    /// After `-` or `/`, where a long word may break.
    after_sign: bool,
}

impl Breaker {
    fn new(cells: usize) -> Self {
        Self {
            cells,
            lines: Vec::new(),
            start: 0,
            end: 0,
            width: 0,
            gap: 0,
            word: 0..0,
            word_width: 0,
            last_wide: false,
            after_sign: false,
        }
    }

    fn push(&mut self, at: usize, piece: &str) {
        let next = at + piece.len();
        if piece == " " {
            self.take_word();
            self.gap += 1;
            self.word = next..next;
            self.last_wide = false;
            self.after_sign = false;
            return;
        }
        if std::mem::take(&mut self.after_sign) && piece.starts_with(char::is_alphanumeric) {
            self.take_word();
        }
        let cells = grapheme_width(piece);
        let wide = cells > 1;
        if (wide || self.last_wide) && !NOT_AT_START.contains(piece) {
            self.take_word();
        }
        self.last_wide = wide;
        if self.word.is_empty() {
            self.word.start = at;
        }
        if self.word_width > 0 && self.word_width + cells > self.cells {
            // Longer than a line: what came so far is a line of its own.
            self.take_word();
            self.word.start = at;
        }
        self.word.end = next;
        self.word_width += cells;
        // Not right after `https://`.
        self.after_sign = (piece == "-" && self.word_width > 3) || (piece == "/" && self.word_width > 8);
    }

    /// Puts the word onto the line, or onto the next one where it does not fit.
    fn take_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        if self.width + self.gap + self.word_width > self.cells && (self.width > 0 || self.gap > 0) {
            if self.width > 0 {
                self.lines.push(self.start..self.end);
            }
            self.start = self.word.start;
            self.width = self.word_width;
        } else {
            self.width += self.gap + self.word_width;
        }
        self.gap = 0;
        self.end = self.word.end;
        self.word = self.end..self.end;
        self.word_width = 0;
    }

    fn finish(mut self) -> Vec<Range<usize>> {
        self.take_word();
        if self.width > 0 || self.lines.is_empty() {
            self.lines.push(self.start..self.end);
        }
        self.lines
    }
}
