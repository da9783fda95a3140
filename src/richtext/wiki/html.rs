//! The contents of `{html}`, which imported issues are full of: tags that mean something become
//! blocks and styles, all others vanish.

use super::super::doc::{self, Block, Item, Marker, trimmed};
use super::super::{Role, Span, Style, steps};

/// Longest entity that is looked for, `&` and `;` included.
const MAX_ENTITY: usize = 10;

/// Reads HTML, well formed or not.
pub(super) fn read(html: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        reader.text(&rest[..at]);
        rest = &rest[at..];
        match tag(rest) {
            Some((name, attributes, len)) => {
                reader.tag(name, attributes);
                rest = &rest[len..];
            }
            None => {
                reader.text("<");
                rest = &rest[1..];
            }
        }
    }
    reader.text(rest);
    reader.finish()
}

/// Name (with its `/`), attributes and length of the tag at the start of `text`.
pub(in crate::richtext) fn tag(text: &str) -> Option<(&str, &str, usize)> {
    let inner = &text[1..];
    let end = inner.find(['<', '>']);
    steps::count(end.unwrap_or(inner.len()));
    let end = end.filter(|&end| inner[end..].starts_with('>'))?;
    let body = &inner[..end];
    let split = body.find(char::is_whitespace).unwrap_or(body.len());
    let (name, attributes) = body.split_at(split);
    let word = name.strip_prefix(['/', '!']).unwrap_or(name);
    word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
        .then_some((name, attributes, end + 2))
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    spans: Vec<Span>,
    style: Style,
    /// Markers of open lists; numbers are the next one.
    lists: Vec<Marker>,
    items: Vec<Item>,
    in_item: bool,
    heading: Option<u8>,
    code: Option<String>,
    link: Option<(String, String)>,
}

impl Reader {
    fn text(&mut self, raw: &str) {
        let text = decoded(raw);
        if let Some(code) = &mut self.code {
            return code.push_str(&text);
        }
        let mut flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if flat.is_empty() && text.is_empty() {
            return;
        }
        let starts_line = self.spans.last().is_none_or(|span| span.text.ends_with(['\n', ' ']));
        if text.starts_with(char::is_whitespace) && !starts_line {
            flat.insert(0, ' ');
        }
        if text.ends_with(char::is_whitespace) && !flat.ends_with(' ') && !flat.is_empty() {
            flat.push(' ');
        }
        if let Some((_, label)) = &mut self.link {
            label.push_str(&flat);
        }
        if !flat.is_empty() {
            self.spans.push(doc::span(&flat, self.style.clone()));
        }
    }

    fn tag(&mut self, name: &str, attributes: &str) {
        let name = name.to_ascii_lowercase();
        match name.trim_end_matches('/') {
            "br" if self.code.is_some() => self.text("\n"),
            "br" => self.spans.push(doc::span("\n", Style::default())),
            "p" | "/p" | "div" | "/div" | "tr" | "/tr" | "/ul" | "/ol" | "blockquote" | "/blockquote" | "ul" | "ol"
            | "table" | "/table"
                if self.code.is_none() =>
            {
                self.block_tag(&name);
            }
            "hr" => {
                self.end_list();
                self.blocks.push(Block::Rule);
            }
            "td" | "th" => self.text(" "),
            "li" => {
                self.end_text();
                self.start_item();
            }
            "pre" => {
                self.end_text();
                self.code = Some(String::new());
            }
            "/pre" => self.end_code(),
            "strong" | "b" => self.style.bold = true,
            "/strong" | "/b" => self.style.bold = false,
            "em" | "i" => self.style.italic = true,
            "/em" | "/i" => self.style.italic = false,
            "strike" | "del" | "s" => self.style.strike = true,
            "/strike" | "/del" | "/s" => self.style.strike = false,
            "u" | "ins" => self.style.underline = true,
            "/u" | "/ins" => self.style.underline = false,
            "code" | "tt" => self.inline_code(true),
            "/code" | "/tt" => self.inline_code(false),
            "a" if self.code.is_none() => self.start_link(attributes),
            "/a" => self.end_link(),
            "img" => self.picture(attributes),
            other => self.heading_tag(other),
        }
    }

    fn block_tag(&mut self, name: &str) {
        self.end_text();
        match name {
            "ul" => self.lists.push(Marker::Bullet),
            "ol" => self.lists.push(Marker::Number(1)),
            "/ul" | "/ol" => {
                self.lists.pop();
                self.in_item = !self.lists.is_empty();
                if self.lists.is_empty() {
                    self.end_list();
                }
            }
            _ => {}
        }
    }

    fn heading_tag(&mut self, name: &str) {
        let (closes, word) = name.strip_prefix('/').map_or((false, name), |word| (true, word));
        let level = word
            .strip_prefix('h')
            .and_then(|level| level.parse().ok())
            .filter(|level| (1..=6).contains(level));
        if level.is_some() {
            self.end_text();
            self.heading = level.filter(|_| !closes);
        }
    }

    fn inline_code(&mut self, on: bool) {
        self.style.code = on;
        self.style.role = if on { Role::Code } else { Role::Text };
    }

    fn start_link(&mut self, attributes: &str) {
        self.end_link();
        if let Some(url) = attribute(attributes, "href") {
            self.style.link = doc::safe_url(&url);
            self.style.role = Role::Link;
            self.link = Some((url, String::new()));
        }
    }

    fn end_link(&mut self) {
        if let Some((url, label)) = self.link.take() {
            self.style.link = None;
            self.style.role = Role::Text;
            // Long addresses are often cut in their own label.
            let cut = label.trim().trim_end_matches(['.', '…']);
            let absolute = url.contains("://") || url.starts_with("mailto:");
            if absolute && (cut.is_empty() || !url.starts_with(cut)) {
                self.spans.extend(doc::address_after(&label, &url));
            }
        }
    }

    fn picture(&mut self, attributes: &str) {
        let source = attribute(attributes, "src").unwrap_or_default();
        let name = attribute(attributes, "alt").filter(|alt| !alt.is_empty());
        let name = name.unwrap_or_else(|| source.rsplit('/').next().unwrap_or_default().to_owned());
        self.spans.push(doc::file("image", &name, Some(&source)));
    }

    fn start_item(&mut self) {
        let marker = self.lists.last().copied().unwrap_or(Marker::Bullet);
        if let Some(Marker::Number(next)) = self.lists.last_mut() {
            *next += 1;
        }
        self.in_item = true;
        self.items.push(Item {
            marker,
            blocks: Vec::new(),
        });
    }

    fn end_code(&mut self) {
        if let Some(code) = self.code.take() {
            let text = crate::text::clean_block(code.trim_matches('\n').trim_end()).into_owned();
            self.style = Style::default();
            if !text.is_empty() {
                self.put(Block::Code {
                    title: String::new(),
                    text,
                });
            }
        }
    }

    fn end_text(&mut self) {
        self.end_link();
        if let Some(spans) = trimmed(std::mem::take(&mut self.spans)) {
            let block = match self.heading {
                Some(level) => Block::Heading(level, spans),
                None => Block::Paragraph(spans),
            };
            self.put(block);
        }
    }

    fn put(&mut self, block: Block) {
        match self.items.last_mut().filter(|_| self.in_item) {
            Some(item) => item.blocks.push(block),
            None => {
                self.end_list();
                self.blocks.push(block);
            }
        }
    }

    fn end_list(&mut self) {
        self.in_item = false;
        if !self.items.is_empty() {
            self.blocks.push(Block::List(std::mem::take(&mut self.items)));
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.end_code();
        self.end_text();
        self.end_list();
        self.blocks
    }
}

/// The value of an attribute, quoted in any way.
fn attribute(attributes: &str, name: &str) -> Option<String> {
    let at = attributes.find(name)?;
    let value = attributes[at + name.len()..]
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let value = match value.chars().next()? {
        quote @ ('"' | '\'') => value[1..].split(quote).next()?,
        _ => value.split_whitespace().next()?,
    };
    Some(decoded(value))
}

pub(in crate::richtext) fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let (c, len) = entity(rest).unwrap_or(('&', 1));
        out.push(c);
        rest = &rest[len..];
    }
    out.push_str(rest);
    out
}

/// The character and length of the entity at the start of `text`.
pub(in crate::richtext) fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(MAX_ENTITY).position(|byte| byte == b';')?;
    let c = match text.get(1..end)? {
        "nbsp" => ' ',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "bull" => '•',
        "copy" => '©',
        name => numeric(name.strip_prefix('#')?)?,
    };
    Some((c, end + 1))
}

fn numeric(digits: &str) -> Option<char> {
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code)
}
