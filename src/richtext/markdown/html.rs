//! HTML within Markdown: what people use to fold, format and lay out becomes what it means, other
//! tags of that sort vanish, and what is no such tag is text (`Vec<String>`, `<your-token>`).

use super::finish;
use super::read::{Kind, Reader};
use super::tree::{Block, emboldened};
use crate::richtext::wiki::html::{decoded, tag};
use crate::richtext::{steps, wiki::scan::Finder};

/// Elements that only lay out or decorate; their tags are dropped.
const DULL: [&str; 34] = [
    "a",
    "abbr",
    "body",
    "center",
    "cite",
    "col",
    "colgroup",
    "dd",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "font",
    "g-emoji",
    "head",
    "html",
    "label",
    "mark",
    "nobr",
    "picture",
    "q",
    "small",
    "source",
    "span",
    "tbody",
    "tfoot",
    "thead",
    "time",
    "var",
    "wbr",
    "big",
    "bdi",
    "caption",
    "address",
];
/// Elements that begin and end a paragraph.
const APART: [&str; 12] = [
    "p", "div", "section", "article", "header", "footer", "main", "aside", "dd", "dt", "figure", "center",
];

impl Reader {
    /// A whole block: tags, and text that is not Markdown.
    pub(super) fn html_block(&mut self, html: &str) {
        let mut pieces = Pieces::new(html);
        let mut at = 0;
        while let Some(next) = html[at..].find('<').map(|next| at + next) {
            self.html_text(&html[at..next]);
            at = self.html_piece(&mut pieces, next);
        }
        self.html_text(&html[at..]);
        self.flush();
    }

    /// Reads what the `<` at `at` starts; where the text goes on.
    fn html_piece(&mut self, pieces: &mut Pieces<'_>, at: usize) -> usize {
        let rest = &pieces.html[at..];
        if rest.starts_with("<!--")
            && let Some(end) = pieces.comment.find(pieces.html, at + 4)
        {
            return end + 3;
        }
        let Some((name, attributes, len)) = tag(rest) else {
            self.text("<");
            return at + 1;
        };
        let inner = at + len;
        match pieces.verbatim(name, inner) {
            Some((end, after)) => {
                if name.eq_ignore_ascii_case("pre") {
                    self.flush();
                    let (language, text) = preformatted(attributes, &pieces.html[inner..end]);
                    self.put_code(language, &text);
                }
                return after;
            }
            None => self.tag(name, attributes, &rest[..len]),
        }
        inner
    }

    /// One tag or comment within a paragraph.
    pub(super) fn html_inline(&mut self, html: &str) {
        if html.starts_with("<!--") {
            return;
        }
        let inner = html.trim_start_matches('<').trim_end_matches('>');
        let split = inner.find(char::is_whitespace).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at(split);
        self.tag(name, attributes, html);
    }

    fn html_text(&mut self, text: &str) {
        let text = decoded(text);
        let starts = text.starts_with(char::is_whitespace);
        let ends = text.ends_with(char::is_whitespace);
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let space = |on: bool| if on { " " } else { "" };
        if words.is_empty() {
            self.text(space(starts));
        } else {
            self.text(&format!("{}{words}{}", space(starts), space(ends)));
        }
    }

    fn tag(&mut self, name: &str, attributes: &str, raw: &str) {
        let name = name.trim_end_matches('/').to_ascii_lowercase();
        let (closes, word) = name
            .strip_prefix('/')
            .map_or((false, name.as_str()), |word| (true, word));
        match word {
            "b" | "strong" => self.marks.strong = !closes,
            "i" | "em" => self.marks.em = !closes,
            "s" | "del" | "strike" => self.marks.strike = !closes,
            "u" | "ins" => self.marks.underline = !closes,
            "code" | "kbd" | "tt" | "samp" => self.marks.code = !closes,
            "sub" => self.marks.sub = !closes,
            "sup" => self.marks.sup = !closes,
            "br" => self.line_break(),
            "hr" => {
                self.flush();
                self.put(Block::Rule);
            }
            "img" => {
                let alt = attribute(attributes, "alt").unwrap_or_default();
                self.put_picture(&alt, &attribute(attributes, "src").unwrap_or_default());
            }
            "a" => self.anchor(closes, attributes),
            "script" | "style" => self.hide(closes, word),
            "summary" => self.summary(closes),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                let level = word.as_bytes().get(1).map(|digit| digit - b'0');
                self.heading = level.filter(|_| !closes);
            }
            _ if APART.contains(&word) => self.flush(),
            _ => match frame(word, attributes) {
                Some(kind) if closes => self.close_html(&kind),
                Some(kind) => self.start_frame(kind),
                None if DULL.contains(&word) || name.starts_with('!') => {}
                None => self.text(&raw.replace('\n', " ")),
            },
        }
    }

    /// A link within a link is none: the new one takes its place.
    fn anchor(&mut self, closes: bool, attributes: &str) {
        if self.in_html_link() {
            self.end_link();
        }
        if !closes {
            let href = attribute(attributes, "href").unwrap_or_default();
            self.start_link(&href, true);
        }
    }

    /// What lies between the tags of a script is dropped, but not what follows one that never ends.
    fn hide(&mut self, closes: bool, word: &str) {
        if !closes {
            self.hidden = Some((word.to_owned(), self.inlines.len()));
            // Keeps the text apart from what came before.
            self.line_break();
            return;
        }
        if let Some((_, from)) = self.hidden.take().filter(|(open, _)| open == word) {
            self.inlines.truncate(from);
        }
    }

    fn summary(&mut self, closes: bool) {
        if !closes {
            return self.flush();
        }
        let text = finish::finished(std::mem::take(&mut self.inlines));
        self.flush();
        match self.stack.last_mut().map(|frame| &mut frame.kind) {
            Some(Kind::Details(summary)) if summary.is_empty() => *summary = text,
            _ if text.is_empty() => {}
            _ => self.put(Block::Paragraph(emboldened(&text))),
        }
    }

    /// Items, rows and cells are ended by the next one of their kind.
    fn start_frame(&mut self, kind: Kind) {
        if matches!(kind, Kind::Item(_) | Kind::Row | Kind::Cell(_)) {
            let list = |kind: &Kind| matches!(kind, Kind::List(_) | Kind::Table);
            let inner = self
                .stack
                .iter()
                .rev()
                .take_while(|frame| frame.html && !list(&frame.kind));
            if inner.into_iter().any(|frame| same(&frame.kind, &kind)) {
                self.close_html(&kind);
            }
        }
        self.open_html(kind);
    }

    /// Closes the innermost block of HTML of that kind, if none of Markdown is within.
    fn close_html(&mut self, kind: &Kind) {
        self.flush();
        let open = self.stack.iter().rev().take_while(|frame| frame.html);
        let Some(above) = open.into_iter().position(|frame| same(&frame.kind, kind)) else {
            return;
        };
        if self.skipped > 0 {
            return;
        }
        for _ in 0..=above {
            if let Some(frame) = self.stack.pop() {
                self.settle(frame);
            }
        }
    }
}

/// A block of HTML, with what ends its verbatim parts; each end is looked for once.
struct Pieces<'a> {
    html: &'a str,
    lower: String,
    comment: Finder,
    ends: [(&'static str, Finder); 3],
}

impl<'a> Pieces<'a> {
    fn new(html: &'a str) -> Self {
        Self {
            html,
            lower: html.to_ascii_lowercase(),
            comment: Finder::new("-->"),
            ends: [
                ("pre", Finder::new("</pre")),
                ("script", Finder::new("</script")),
                ("style", Finder::new("</style")),
            ],
        }
    }

    /// Where the content of a verbatim element ends, and where the text goes on after it.
    fn verbatim(&mut self, name: &str, from: usize) -> Option<(usize, usize)> {
        let (_, finder) = self.ends.iter_mut().find(|(word, _)| name.eq_ignore_ascii_case(word))?;
        let end = finder.find(&self.lower, from)?;
        let after = self.html[end..].find('>').map_or(self.html.len(), |tag| end + tag + 1);
        Some((end, after))
    }
}

fn frame(word: &str, attributes: &str) -> Option<Kind> {
    Some(match word {
        "details" => Kind::Details(Vec::new()),
        "blockquote" => Kind::Quote,
        "ul" | "menu" => Kind::List(None),
        "ol" => Kind::List(Some(
            attribute(attributes, "start")
                .and_then(|start| start.parse().ok())
                .unwrap_or(1),
        )),
        "li" => Kind::Item(None),
        "table" => Kind::Table,
        "tr" => Kind::Row,
        "th" => Kind::Cell(true),
        "td" => Kind::Cell(false),
        _ => return None,
    })
}

fn same(one: &Kind, other: &Kind) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

/// Language and text of a `<pre>`.
fn preformatted(attributes: &str, inner: &str) -> (String, String) {
    let mut text = String::new();
    let mut language = attribute(attributes, "lang");
    let mut rest = inner.strip_prefix('\n').unwrap_or(inner);
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        match tag(rest) {
            Some((_, attributes, len)) => {
                let class = attribute(attributes, "class");
                language = language.or_else(|| Some(class?.split_once("language-")?.1.to_owned()));
                rest = &rest[len..];
            }
            None => {
                text.push('<');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    (language.unwrap_or_default(), decoded(&text))
}

/// The value of an attribute, quoted in any way.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    steps::count(attributes.len());
    let mut from = 0;
    while let Some(at) = find_ignoring_case(&attributes[from..], name).map(|at| at + from) {
        from = at + name.len();
        let apart = attributes[..at].ends_with(|c: char| c.is_whitespace() || c == '"' || c == '\'');
        let Some(value) = attributes[from..].trim_start().strip_prefix('=').filter(|_| apart) else {
            continue;
        };
        let value = value.trim_start();
        let value = match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next()?,
            _ => value.split_whitespace().next()?.trim_end_matches('/'),
        };
        return Some(decoded(value));
    }
    None
}

fn find_ignoring_case(text: &str, ascii: &str) -> Option<usize> {
    text.as_bytes()
        .windows(ascii.len())
        .position(|window| window.eq_ignore_ascii_case(ascii.as_bytes()))
}
