//! Styled text broken into lines.

use std::ops::Range;

use super::super::Span;
use crate::text::{break_lines, pieces, width};

/// Lines of at most `cells` cells, broken between words; `\n` ends a line.
pub(super) fn wrapped(spans: &[Span], cells: usize) -> Vec<Vec<Span>> {
    broken(spans, |paragraph| break_lines(positions(paragraph), cells))
}

/// Lines of at most `cells` cells, cut anywhere: code keeps its spaces.
pub(super) fn cut(spans: &[Span], cells: usize) -> Vec<Vec<Span>> {
    broken(spans, |paragraph| {
        let mut lines = Vec::from([Range::default()]);
        let mut used = 0;
        for (at, piece) in positions(paragraph) {
            used += width(piece);
            let end = at + piece.len();
            match lines.last_mut() {
                Some(line) if used <= cells => line.end = end,
                _ => {
                    used = width(piece);
                    lines.push(at..end);
                }
            }
        }
        lines
    })
}

fn broken(spans: &[Span], ranges: impl Fn(&[Span]) -> Vec<Range<usize>>) -> Vec<Vec<Span>> {
    let mut lines = Vec::new();
    for paragraph in paragraphs(spans) {
        slice(&paragraph, &ranges(&paragraph), &mut lines);
    }
    lines
}

fn paragraphs(spans: &[Span]) -> Vec<Vec<Span>> {
    let mut paragraphs = vec![Vec::new()];
    for span in spans {
        for (index, text) in span.text.split('\n').enumerate() {
            if index > 0 {
                paragraphs.push(Vec::new());
            }
            if let Some(last) = paragraphs.last_mut().filter(|_| !text.is_empty()) {
                last.push(Span {
                    text: text.to_owned(),
                    style: span.style.clone(),
                });
            }
        }
    }
    paragraphs
}

/// Pieces of all spans with their positions in the paragraph.
fn positions(spans: &[Span]) -> impl Iterator<Item = (usize, &str)> {
    let starts = spans.iter().scan(0, |end, span| {
        let start = *end;
        *end += span.text.len();
        Some((start, span))
    });
    starts.flat_map(|(start, span)| pieces(&span.text).map(move |(at, piece)| (start + at, piece)))
}

/// The parts of `spans` that lie in each of the ascending `ranges`.
fn slice(spans: &[Span], ranges: &[Range<usize>], lines: &mut Vec<Vec<Span>>) {
    let mut rest = spans.iter();
    let mut start = 0;
    let mut current = rest.next();
    for range in ranges {
        let mut line = Vec::new();
        while let Some(span) = current {
            let end = start + span.text.len();
            let from = range.start.max(start);
            let to = range.end.min(end);
            if from < to {
                line.push(Span {
                    text: span.text[from - start..to - start].to_owned(),
                    style: span.style.clone(),
                });
            }
            if end > range.end {
                break;
            }
            start = end;
            current = rest.next();
        }
        lines.push(line);
    }
}
