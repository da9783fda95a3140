//! Outside text made harmless: one pass over characters, one over what they combine to.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::width::grapheme_width;

/// Marks that one character may carry. Written languages need fewer; stacks that climb over the
/// lines above need many.
const MAX_MARKS: usize = 5;
/// Stands for a character that has no picture. The standard U+FFFD is dropped by some terminals,
/// which take it for their own decoding errors.
const REPLACEMENT: char = '□';
const BLACK_FLAG: char = '\u{1F3F4}';

/// What becomes of line breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Space,
    Keep,
}

/// Outside text as one harmless line: line breaks and tabs become spaces.
#[must_use]
pub fn clean_line(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Space)
}

/// Outside text as harmless lines, separated by `\n`.
#[must_use]
pub fn clean_block(text: &str) -> Cow<'_, str> {
    clean(text, Breaks::Keep)
}

fn clean(text: &str, breaks: Breaks) -> Cow<'_, str> {
    if text
        .chars()
        .all(|c| is_plain(c) || (c == '\n' && breaks == Breaks::Keep))
    {
        return Cow::Borrowed(text);
    }
    let visible = replace_characters(text, breaks);
    if visible.chars().all(|c| is_plain(c) || c == '\n') {
        return Cow::Owned(visible);
    }
    Cow::Owned(settle_graphemes(&visible))
}

/// Characters that need no thought: printable, no part of any sequence, same width everywhere.
fn is_plain(c: char) -> bool {
    matches!(c,
        ' '..='~'
        | '\u{A1}'..='\u{AC}' | '\u{AE}'..='\u{2FF}'
        | '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}'
        | '\u{2010}'..='\u{2027}'
        | '\u{2500}'..='\u{259F}'
        | '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// First pass: every character by itself, with an eye on the one before.
fn replace_characters(text: &str, breaks: Breaks) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut last = None;
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.as_str().starts_with('\n') => continue,
            '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                out.push(if breaks == Breaks::Keep { '\n' } else { ' ' });
            }
            '\t' => out.push_str(if breaks == Breaks::Keep { "    " } else { " " }),
            // A sequence of joined pictures is drawn as one, two or five of them, by terminal.
            '\u{200D}' => {
                let mut ahead = rest.clone();
                if last.is_some_and(is_pictograph) && ahead.next().is_some_and(is_pictograph) {
                    rest = ahead;
                }
                continue;
            }
            // A skin tone belongs to the picture before it; terminals draw one or both.
            '\u{1F3FB}'..='\u{1F3FF}' if last.is_some_and(is_pictograph) => continue,
            '\u{1F3FB}'..='\u{1F3FF}' => out.push(REPLACEMENT),
            '\u{20E3}' if last.is_some_and(|c| matches!(c, '0'..='9' | '#' | '*')) => continue,
            '\u{E0000}'..='\u{E007F}' => {
                let text = rest.as_str();
                let run = text.find(|c| !is_tag(c)).unwrap_or(text.len());
                let tags: String = std::iter::once(c).chain(text[..run].chars()).map(tag_letter).collect();
                rest = text[run..].chars();
                if last != Some(BLACK_FLAG) || !matches!(tags.as_str(), "gbeng." | "gbsct." | "gbwls.") {
                    out.push_str("⟨tag:");
                    out.push_str(&tags);
                    out.push('⟩');
                }
            }
            _ => push_visible(c, last, &mut out),
        }
        last = out.chars().next_back();
    }
    out
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

/// Tag characters mirror ASCII invisibly, which is how text is smuggled past readers.
fn tag_letter(c: char) -> char {
    match u8::try_from(u32::from(c) - 0xE_0000) {
        Ok(letter @ 0x20..=0x7E) => char::from(letter),
        _ => '.',
    }
}

fn push_visible(c: char, last: Option<char>, out: &mut String) {
    if is_plain(c) {
        return out.push(c);
    }
    if let Some(name) = direction_name(c) {
        out.push('⟨');
        out.push_str(name);
        return out.push('⟩');
    }
    match c {
        '\0'..='\u{1F}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or(REPLACEMENT)),
        '\u{7F}' => out.push('␡'),
        '\u{80}'..='\u{9F}' => out.push_str(&format!("⟨{:02X}⟩", u32::from(c))),
        '\u{3000}' => out.push_str("  "),
        // Half-width voicing marks are one cell by the book and two in ratatui; the combining ones
        // are none in either.
        '\u{FF9E}' => out.push('\u{3099}'),
        '\u{FF9F}' => out.push('\u{309A}'),
        '\u{FFFD}' => out.push(REPLACEMENT),
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{2800}' => out.push(' '),
        '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' => out.push_str("⟨HF⟩"),
        '\u{1F1E6}'..='\u{1F1FF}' => {
            // One or two cells per half, and a flag only in pairs: letters say the same.
            let letter = u32::from('A') + u32::from(c) - 0x1_F1E6;
            out.push(char::from_u32(letter).unwrap_or(REPLACEMENT));
        }
        _ if only_shapes(c) => {}
        _ if is_jamo_tail(c) && !last.is_some_and(is_hangul) => out.push(REPLACEMENT),
        // What one table calls three cells wide is one in many terminals.
        _ if is_printable(c) && char_width(c) <= 2 => out.push(c),
        _ => out.push(REPLACEMENT),
    }
}

/// Characters that reorder what surrounds them.
fn direction_name(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{61C}' => "ALM",
        '\u{200E}' => "LRM",
        '\u{200F}' => "RLM",
        '\u{202A}' => "LRE",
        '\u{202B}' => "RLE",
        '\u{202C}' => "PDF",
        '\u{202D}' => "LRO",
        '\u{202E}' => "RLO",
        '\u{2066}' => "LRI",
        '\u{2067}' => "RLI",
        '\u{2068}' => "FSI",
        '\u{2069}' => "PDI",
        _ => return None,
    })
}

/// Characters without a picture of their own that are part of honest text: soft hyphens,
/// joiners, selectors. The text reads the same without them.
fn only_shapes(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}' | '\u{200C}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Vowel and final parts of a Korean syllable, which have no width of their own.
fn is_jamo_tail(c: char) -> bool {
    matches!(c, '\u{1161}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FF}')
}

fn is_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115E}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7A3}') || is_jamo_tail(c)
}

/// Blocks whose characters take part in emoji sequences.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2190}'..='\u{21FF}'
        | '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{27BF}' | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}' | '\u{1F000}'..='\u{1F1E5}' | '\u{1F200}'..='\u{1FAFF}')
}

/// Whether Unicode knows the character as one with a picture.
///
/// The standard library keeps that table for `{:?}`: it escapes what is unassigned, private, a
/// format or control character, and (only at the start of a string) combining marks.
fn is_printable(c: char) -> bool {
    let mut buffer = [b'a'; 5];
    let len = c.encode_utf8(&mut buffer[1..]).len();
    let pair = str::from_utf8(&buffer[..=len]).unwrap_or_default();
    c == '\\' || pair.escape_debug().nth(1) != Some('\\')
}

/// Second pass: whatever still combines must be as wide together as its parts are alone, or
/// terminals that count the one and those that count the other part ways.
fn settle_graphemes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for grapheme in text.graphemes(true) {
        if grapheme == "\n" || grapheme.len() == 1 {
            out.push_str(grapheme);
        } else {
            settle(grapheme, &mut out);
        }
    }
    out
}

fn settle(grapheme: &str, out: &mut String) {
    let mut kept = String::with_capacity(grapheme.len());
    let mut marks = 0;
    for c in grapheme.chars() {
        if char_width(c) == 0 {
            marks += 1;
            if marks > MAX_MARKS {
                continue;
            }
        }
        kept.push(c);
    }
    if grapheme_width(&kept) == 0 {
        kept.insert(0, '◌');
    }
    let parts: usize = kept.chars().map(char_width).sum();
    let one_grapheme = kept.graphemes(true).count() == 1;
    if one_grapheme && grapheme_width(&kept) == parts {
        out.push_str(&kept);
    } else {
        let first = kept.chars().next().filter(|&c| char_width(c) > 0);
        out.push(first.unwrap_or(REPLACEMENT));
    }
}

fn char_width(c: char) -> usize {
    c.width().unwrap_or(0)
}
