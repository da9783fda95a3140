//! First pass: macros. Verbatim ones leave the text, so that nothing in them is read as markup.

use super::super::doc::{self, Block};
use super::super::{Role, steps};
use super::html;
use crate::text::clean_block;

/// First of the private characters that stand for verbatim blocks in the text; input has them
/// replaced before.
const FIRST_STAND_IN: u32 = 0xF_0000;
const LAST_STAND_IN: u32 = 0xF_FFFD;

/// A piece of markup between container tags.
pub(super) enum Piece {
    Text(String),
    Container { kind: Container, title: String, bare: bool },
}

/// Macros around other markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    Quote,
    Panel,
    Info,
    Note,
    Tip,
    Warning,
    Expand,
}

/// The text in pieces, and the verbatim blocks that their stand-ins refer to.
pub(super) struct Scanned {
    pub(super) pieces: Vec<Piece>,
    pub(super) verbatim: Verbatim,
}

/// Blocks taken out of the text.
#[derive(Default)]
pub(super) struct Verbatim(Vec<Vec<Block>>);

impl Verbatim {
    /// The blocks that `c` stands for.
    pub(super) fn get(&self, c: char) -> Option<&[Block]> {
        let index = u32::from(c).checked_sub(FIRST_STAND_IN)?;
        self.0.get(usize::try_from(index).ok()?).map(Vec::as_slice)
    }

    fn add(&mut self, blocks: Vec<Block>) -> Option<char> {
        let code = FIRST_STAND_IN.checked_add(u32::try_from(self.0.len()).ok()?)?;
        let stand_in = char::from_u32(code).filter(|_| code <= LAST_STAND_IN)?;
        self.0.push(blocks);
        Some(stand_in)
    }
}

/// Whether `c` may stand for a verbatim block.
pub(super) fn is_stand_in(c: char) -> bool {
    (FIRST_STAND_IN..=LAST_STAND_IN).contains(&u32::from(c))
}

/// Cuts `markup` at its macros.
pub(super) fn scan(markup: &str) -> Scanned {
    let text = markup.replace("\r\n", "\n").replace(is_stand_in, "\u{FFFD}");
    Scanner {
        text: &text,
        at: 0,
        start: 0,
        out: String::new(),
        pieces: Vec::new(),
        verbatim: Verbatim::default(),
    }
    .run()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Where the text that is not yet in `out` starts.
    start: usize,
    out: String,
    pieces: Vec<Piece>,
    verbatim: Verbatim,
}

impl Scanner<'_> {
    fn run(mut self) -> Scanned {
        let mut mono_end = Finder::new("}}");
        let mut line_end = Finder::new("\n");
        while let Some(found) = self.text[self.at..].find(['\\', '{']) {
            self.at += found;
            let rest = &self.text[self.at..];
            if let Some(escaped) = rest.strip_prefix('\\') {
                self.at += 1 + escaped.chars().next().map_or(0, char::len_utf8);
            } else if rest.starts_with("{{") {
                let end = mono_end.find(self.text, self.at + 2);
                let on_line = end.filter(|&end| line_end.find(self.text, self.at).is_none_or(|line| end < line));
                self.at = on_line.map_or(self.at + 2, |end| end + 2);
            } else if let Some(tag) = Tag::read(rest) {
                self.tag(&tag);
            } else {
                self.at += 1;
            }
        }
        self.at = self.text.len();
        self.take_text();
        self.end_piece();
        Scanned {
            pieces: self.pieces,
            verbatim: self.verbatim,
        }
    }

    fn take_text(&mut self) {
        self.out.push_str(&self.text[self.start..self.at]);
    }

    fn end_piece(&mut self) {
        let text = std::mem::take(&mut self.out);
        if !text.trim().is_empty() {
            self.pieces.push(Piece::Text(text));
        }
    }

    fn tag(&mut self, tag: &Tag<'_>) {
        let after = self.at + tag.len;
        let name = tag.name.to_ascii_lowercase();
        if let Some(kind) = container(&name) {
            self.take_text();
            self.end_piece();
            let bare = tag.parameters.is_empty();
            self.pieces.push(Piece::Container {
                kind,
                title: tag.title(),
                bare,
            });
        } else if matches!(name.as_str(), "code" | "noformat" | "html") {
            self.take_text();
            self.at = after;
            return self.verbatim(tag, &name);
        } else if matches!(
            name.as_str(),
            "color" | "anchor" | "toc" | "section" | "column" | "center" | "div" | "span"
        ) {
            self.take_text();
        } else {
            self.at += 1;
            return;
        }
        self.at = after;
        self.start = after;
    }

    /// Takes everything up to the closing tag, or to the end where there is none.
    fn verbatim(&mut self, tag: &Tag<'_>, name: &str) {
        let rest = &self.text[self.at..];
        let close = format!("{{{}}}", tag.name);
        let (body, len) = match rest.find(&close) {
            Some(end) => (&rest[..end], end + close.len()),
            None => (rest, rest.len()),
        };
        self.at += len;
        self.start = self.at;
        let blocks = if name == "html" {
            html::read(body)
        } else {
            code(tag, body)
        };
        if blocks.is_empty() {
            return self.out.push(' ');
        }
        match self.verbatim.add(blocks) {
            Some(stand_in) => self.out.push(stand_in),
            None => self.out.push_str(body),
        }
    }
}

fn code(tag: &Tag<'_>, body: &str) -> Vec<Block> {
    let text = clean_block(body.strip_prefix('\n').unwrap_or(body).trim_end()).into_owned();
    if text.is_empty() {
        return Vec::new();
    }
    vec![Block::Code {
        title: tag.code_title(),
        text,
    }]
}

fn container(name: &str) -> Option<Container> {
    Some(match name {
        "quote" => Container::Quote,
        "panel" => Container::Panel,
        "info" => Container::Info,
        "note" => Container::Note,
        "tip" => Container::Tip,
        "warning" => Container::Warning,
        "expand" => Container::Expand,
        _ => return None,
    })
}

/// `{name}` or `{name:parameters}`.
struct Tag<'a> {
    name: &'a str,
    parameters: &'a str,
    len: usize,
}

impl<'a> Tag<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let inner = text.strip_prefix('{')?;
        let end = inner
            .find(['}', '{', '\n'])
            .filter(|&end| inner[end..].starts_with('}'))?;
        let (name, parameters) = inner[..end].split_once(':').unwrap_or((&inner[..end], ""));
        let known = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        known.then_some(Self {
            name,
            parameters,
            len: end + 2,
        })
    }

    fn named(&self, name: &str) -> Option<&'a str> {
        self.parameters
            .split('|')
            .find_map(|part| part.trim().strip_prefix(name)?.trim_start().strip_prefix('='))
    }

    /// `title=x`, or for `{expand:x}` the parameter itself.
    fn title(&self) -> String {
        let unnamed = self.parameters.split('|').next().filter(|part| !part.contains('='));
        doc::word(self.named("title").or(unnamed).unwrap_or_default(), Role::Text).text
    }

    /// Language and title of a code block.
    fn code_title(&self) -> String {
        let language = self
            .parameters
            .split('|')
            .next()
            .filter(|part| !part.contains('=') && *part != "none");
        let parts = [self.named("title"), language.or_else(|| self.named("language"))];
        let parts: Vec<&str> = parts
            .into_iter()
            .flatten()
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        doc::word(&parts.join(" · "), Role::Muted).text
    }
}

/// Finds the next occurrence from ever later places, reading the text once.
pub(in crate::richtext) struct Finder {
    needle: &'static str,
    found: Option<Option<usize>>,
}

impl Finder {
    pub(in crate::richtext) fn new(needle: &'static str) -> Self {
        Self { needle, found: None }
    }

    pub(in crate::richtext) fn find(&mut self, text: &str, from: usize) -> Option<usize> {
        match self.found {
            Some(None) => None,
            Some(Some(at)) if at >= from => Some(at),
            _ => {
                let at = text
                    .get(from..)
                    .and_then(|rest| rest.find(self.needle))
                    .map(|at| at + from);
                steps::count(at.unwrap_or(text.len()).saturating_sub(from));
                self.found = Some(at);
                at
            }
        }
    }
}
