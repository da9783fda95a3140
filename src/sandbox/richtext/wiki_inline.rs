//! Reads one line of wiki markup.
//!
//! Must never be in here: blocks.

use super::doc::{Inline, Mark, text};
use crate::sandbox::model::{User, UserIdx};

/// The inline nodes of a line. Unbalanced marks stay text.
pub(super) fn line(source: &str, people: &[User]) -> Vec<Inline> {
    let mut out = Vec::new();
    let mut plain = String::new();
    let mut rest = source;
    let mut before = ' ';
    while let Some(c) = rest.chars().next() {
        if let Some((inline, after)) = special(rest, before, people) {
            flush(&mut plain, &mut out);
            out.push(inline);
            before = 'x';
            rest = after;
            continue;
        }
        let mut step = c.len_utf8();
        let mut kept = c;
        if c == '\\'
            && let Some(next) = rest[1..].chars().next().filter(char::is_ascii_punctuation)
        {
            kept = next;
            step += next.len_utf8();
        }
        plain.push(kept);
        before = kept;
        rest = &rest[step..];
    }
    flush(&mut plain, &mut out);
    out
}

fn flush(plain: &mut String, out: &mut Vec<Inline>) {
    if !plain.is_empty() {
        out.push(text(&std::mem::take(plain)));
    }
}

/// The node that the text begins with, and what follows it.
fn special<'a>(rest: &'a str, before: char, people: &[User]) -> Option<(Inline, &'a str)> {
    if let Some(inner) = rest.strip_prefix("{{") {
        let (code, after) = inner.split_once("}}")?;
        return (!code.is_empty()).then(|| (Inline::Text(code.to_owned(), vec![Mark::Code]), after));
    }
    if let Some(inner) = rest.strip_prefix("{color:") {
        let (colour, inner) = inner.split_once('}')?;
        let (words, after) = inner.split_once("{color}")?;
        return Some((
            Inline::Text(words.to_owned(), vec![Mark::Colour(colour.to_owned())]),
            after,
        ));
    }
    if let Some(inner) = rest.strip_prefix('[') {
        let (inside, after) = inner.split_once(']')?;
        return bracket(inside, people).map(|inline| (inline, after));
    }
    if let Some(inner) = rest.strip_prefix('!') {
        let (inside, after) = inner.split_once('!')?;
        let name = inside.split('|').next().unwrap_or(inside);
        let picture = name.contains('.') && !name.contains(char::is_whitespace);
        return picture.then(|| (Inline::Media(name.to_owned()), after));
    }
    if before.is_alphanumeric() {
        return None;
    }
    let mark = rest.chars().next().and_then(mark)?;
    let inner = &rest[1..];
    let end = closing(inner, rest.as_bytes()[0])?;
    Some((Inline::Text(inner[..end].to_owned(), vec![mark]), &inner[end + 1..]))
}

fn mark(c: char) -> Option<Mark> {
    Some(match c {
        '*' => Mark::Strong,
        '_' => Mark::Em,
        '-' => Mark::Strike,
        '+' => Mark::Underline,
        '^' => Mark::Sup,
        '~' => Mark::Sub,
        _ => return None,
    })
}

/// Where the mark closes: before something that is no word, after something that is no space.
fn closing(inner: &str, mark: u8) -> Option<usize> {
    let bytes = inner.as_bytes();
    if bytes
        .first()
        .is_none_or(|byte| byte.is_ascii_whitespace() || *byte == mark)
    {
        return None;
    }
    (1..bytes.len()).find(|at| {
        bytes[*at] == mark
            && !bytes[at - 1].is_ascii_whitespace()
            && inner[at + 1..]
                .chars()
                .next()
                .is_none_or(|next| !next.is_alphanumeric())
    })
}

fn bracket(inside: &str, people: &[User]) -> Option<Inline> {
    if let Some(name) = inside.strip_prefix('~') {
        let id = name.strip_prefix("accountid:");
        let hit = |user: &User| id.map_or(user.name == name, |id| user.account_id == id);
        let known = people.iter().position(hit).map(|at| Inline::Mention(UserIdx::of(at)));
        return Some(known.unwrap_or_else(|| text(&format!("@{}", id.unwrap_or(name)))));
    }
    if let Some(file) = inside.strip_prefix('^') {
        return Some(Inline::Media(file.to_owned()));
    }
    let mut parts = inside.split('|');
    let first = parts.next()?;
    let Some(url) = parts.next() else {
        let link = first.contains("://") || first.starts_with("mailto:");
        return link.then(|| Inline::Text(first.to_owned(), vec![Mark::Link(first.to_owned())]));
    };
    if parts.next().is_some_and(|kind| kind.starts_with("smart")) {
        return Some(Inline::Card(url.to_owned()));
    }
    (!first.is_empty()).then(|| Inline::Text(first.to_owned(), vec![Mark::Link(url.to_owned())]))
}
