//! Third pass: what is within a paragraph.
//!
//! One walk over the text yields tokens. A mark that opens waits in the one slot of its kind until
//! the mark that closes it comes on the same line; marks that cross it stay text. So the walk never
//! looks for a partner, and any input takes time in proportion to its length.

mod atom;

use super::super::doc::{self, shifted};
use super::super::{Role, Span, Style};
use super::html::entity;
use super::scan::Finder;
pub(super) use atom::{link_end, picture_end};

/// Kinds of marks, with their signs.
const MARKS: [(&str, Mark); 7] = [
    ("??", Mark::Cite),
    ("*", Mark::Strong),
    ("_", Mark::Emphasis),
    ("-", Mark::Deleted),
    ("+", Mark::Inserted),
    ("^", Mark::Raised),
    ("~", Mark::Lowered),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Cite,
    Strong,
    Emphasis,
    Deleted,
    Inserted,
    Raised,
    Lowered,
}

impl Mark {
    fn slot(self) -> usize {
        MARKS.iter().position(|&(_, mark)| mark == self).unwrap_or(0)
    }

    /// `x^2^` and `H~2~O` are marked within words.
    fn within_words(self) -> bool {
        matches!(self, Self::Raised | Self::Lowered)
    }
}

enum Token {
    Text(String),
    Spans(Vec<Span>),
    Mark { sign: &'static str, mark: Mark, pair: Pair },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pair {
    /// Text.
    None,
    Opens,
    Closes,
}

/// Reads the inside of a paragraph, heading, item or cell.
pub(super) fn read(text: &str) -> Vec<Span> {
    let mut walk = Walk {
        text,
        at: 0,
        tokens: Vec::new(),
        open: [None; MARKS.len()],
        mono_end: Finder::new("}}"),
        line_end: Finder::new("\n"),
    };
    while walk.at < text.len() {
        walk.step();
    }
    spans(walk.tokens)
}

struct Walk<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token>,
    /// Token that opened each kind of mark.
    open: [Option<usize>; MARKS.len()],
    mono_end: Finder,
    line_end: Finder,
}

impl<'a> Walk<'a> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        let Some(c) = rest.chars().next() else { return };
        let before = self.text[..self.at].chars().next_back();
        match c {
            '\n' => {
                self.open = [None; MARKS.len()];
                self.push_text("\n", 1);
            }
            '\\' => self.backslash(before),
            '{' if rest.starts_with("{{") => self.monospaced(),
            '{' if self.braced_mark() => {}
            '*' | '_' | '-' | '+' | '^' | '~' | '?' if self.mark(before) => {}
            _ => match atom::read(self.text, self.at, before) {
                Some((spans, end)) => {
                    self.tokens.push(Token::Spans(spans));
                    self.at = end;
                }
                None => self.plain_run(c),
            },
        }
    }

    /// A character that starts nothing; a word goes whole, for nothing starts within one.
    fn plain_run(&mut self, first: char) {
        let rest: &'a str = &self.text[self.at..];
        let len = match first.is_alphanumeric() {
            true => rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        self.push_text(&rest[..len], len);
    }

    fn push_text(&mut self, text: &str, len: usize) {
        self.at += len;
        match self.tokens.last_mut() {
            Some(Token::Text(last)) => last.push_str(text),
            _ => self.tokens.push(Token::Text(text.to_owned())),
        }
    }

    /// `\*` is a star, `\\` a line break unless it looks like a path.
    fn backslash(&mut self, before: Option<char>) {
        let mut after = self.text[self.at + 1..].chars();
        match after.next() {
            Some('\\') => {
                let next = after.next();
                let path = before == Some(':')
                    || (before.is_none_or(char::is_whitespace) && next.is_some_and(char::is_alphanumeric));
                if path {
                    self.push_text("\\\\", 2);
                } else {
                    // Spaces and a break right after it are part of the same break.
                    let rest = &self.text[self.at + 2..];
                    let spaces = rest.len() - rest.trim_start_matches([' ', '\n']).len();
                    self.push_text("\n", 2 + spaces);
                }
            }
            Some(c) if c.is_ascii_punctuation() => self.push_text(&c.to_string(), 2),
            _ => self.push_text("\\", 1),
        }
    }

    fn monospaced(&mut self) {
        let from = self.at + 2;
        let end = self.mono_end.find(self.text, from).filter(|&end| end > from);
        let Some(end) = end.filter(|&end| self.line_end.find(self.text, from).is_none_or(|line| end < line)) else {
            return self.push_text("{{", 2);
        };
        // `{{{x}}}` holds `{x}`.
        let end = if self.text[end..].starts_with("}}}") {
            end + 1
        } else {
            end
        };
        let text = unescaped(&self.text[from..end]);
        let style = Style {
            code: true,
            role: Role::Code,
            ..Style::default()
        };
        self.tokens.push(Token::Spans(vec![doc::span(&text, style)]));
        self.at = end + 2;
    }

    /// `{*}` opens and closes within words too.
    fn braced_mark(&mut self) -> bool {
        let rest = &self.text[self.at + 1..];
        let found = MARKS
            .iter()
            .find(|(sign, _)| rest.strip_prefix(sign).is_some_and(|rest| rest.starts_with('}')));
        let Some(&(sign, mark)) = found else { return false };
        let len = sign.len() + 2;
        let opens = !rest[len - 1..].starts_with(char::is_whitespace);
        self.pair(sign, mark, opens, true, len)
    }

    /// Reads a mark; `false` if there is none here that could open or close.
    fn mark(&mut self, before: Option<char>) -> bool {
        let rest = &self.text[self.at..];
        let Some(&(sign, mark)) = MARKS.iter().find(|(sign, _)| rest.starts_with(sign)) else {
            return false;
        };
        if let Some(dash) = atom::dash(rest, before) {
            self.push_text(dash.0, dash.1);
            return true;
        }
        let after = rest[sign.len()..].chars().next();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || sign.starts_with(c));
        let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let opens =
            !space(after) && !after.is_some_and(|c| sign.starts_with(c)) && (mark.within_words() || !word(before));
        let closes = !space(before) && (mark.within_words() || !word(after));
        self.pair(sign, mark, opens, closes, sign.len())
    }

    /// Takes a mark that may open or close; `false` if it does neither.
    fn pair(&mut self, sign: &'static str, mark: Mark, opens: bool, closes: bool, len: usize) -> bool {
        let index = self.tokens.len();
        let opened = self.open[mark.slot()];
        let pair = match opened {
            Some(open) if closes && open + 1 < index => {
                if let Some(Token::Mark { pair, .. }) = self.tokens.get_mut(open) {
                    *pair = Pair::Opens;
                }
                self.open
                    .iter_mut()
                    .filter(|slot| slot.is_some_and(|at| at >= open))
                    .for_each(|slot| *slot = None);
                Pair::Closes
            }
            _ if opens => {
                self.open[mark.slot()].get_or_insert(index);
                Pair::None
            }
            _ => return false,
        };
        self.tokens.push(Token::Mark { sign, mark, pair });
        self.at += len;
        true
    }
}

/// Drops backslashes that keep the next character from being markup, and reads entities.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let next = rest[c.len_utf8()..].chars().next();
        let escaped = next.filter(|next| c == '\\' && "{}[]*_-+^~!|?#".contains(*next));
        let (c, len) = match (escaped, entity(rest).filter(|_| c == '&')) {
            (Some(next), _) => (next, 1 + next.len_utf8()),
            (None, Some(entity)) => entity,
            (None, None) => (c, c.len_utf8()),
        };
        out.push(c);
        rest = &rest[len..];
    }
    out
}

/// Applies the pairs of marks.
fn spans(tokens: Vec<Token>) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut style = Style::default();
    // Where raised or lowered text started.
    let mut shift: Option<usize> = None;
    for token in tokens {
        match token {
            Token::Text(text) => push(doc::span(&text, style.clone()), &mut out),
            Token::Spans(spans) => out.extend(spans.into_iter().map(|span| combined(span, &style))),
            Token::Mark {
                sign, pair: Pair::None, ..
            } => push(doc::span(sign, style.clone()), &mut out),
            Token::Mark {
                mark: Mark::Strong,
                pair,
                ..
            } => style.bold = pair == Pair::Opens,
            Token::Mark {
                mark: Mark::Emphasis | Mark::Cite,
                pair,
                ..
            } => style.italic = pair == Pair::Opens,
            Token::Mark {
                mark: Mark::Deleted,
                pair,
                ..
            } => style.strike = pair == Pair::Opens,
            Token::Mark {
                mark: Mark::Inserted,
                pair,
                ..
            } => style.underline = pair == Pair::Opens,
            Token::Mark { pair: Pair::Opens, .. } => {
                shift = Some(out.len());
                // Keeps the text apart from what came before.
                out.push(doc::span("", style.clone()));
            }
            Token::Mark { mark, .. } => {
                let sign = if mark == Mark::Lowered { '_' } else { '^' };
                let text: String = out
                    .drain(shift.take().unwrap_or(out.len())..)
                    .map(|span| span.text)
                    .collect();
                push(doc::span(&shifted(&text, sign), style.clone()), &mut out);
            }
        }
    }
    out
}

fn push(span: Span, out: &mut Vec<Span>) {
    match out.last_mut() {
        Some(last) if last.style == span.style && !last.text.is_empty() => last.text.push_str(&span.text),
        _ => out.push(span),
    }
}

fn combined(span: Span, around: &Style) -> Span {
    let style = Style {
        bold: span.style.bold || around.bold,
        italic: span.style.italic || around.italic,
        strike: span.style.strike || around.strike,
        underline: span.style.underline || around.underline,
        ..span.style
    };
    Span { text: span.text, style }
}
