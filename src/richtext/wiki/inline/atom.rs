//! Inline pieces that are not marks: links, people, pictures, addresses, entities, signs.

use super::super::super::doc::{self, kind_of_file};
use super::super::super::{Role, Span, Style};
use super::super::html::entity;

/// Reads what starts at `at`; the spans, and where the text goes on.
pub(super) fn read(text: &str, at: usize, before: Option<char>) -> Option<(Vec<Span>, usize)> {
    match text[at..].chars().next()? {
        '[' => bracketed(text, at),
        '!' => picture(text, at),
        'h' | 'H' if !before.is_some_and(char::is_alphanumeric) => address(text, at),
        '&' => entity(&text[at..]).map(|(c, len)| (vec![doc::span(&c.to_string(), Style::default())], at + len)),
        '(' if !before.is_some_and(char::is_alphanumeric) => sign(text, at),
        _ => None,
    }
}

/// ` -- ` and ` --- ` as dashes, with their length.
pub(super) fn dash(rest: &str, before: Option<char>) -> Option<(&'static str, usize)> {
    let dashes = [("---", "—"), ("--", "–")];
    let (sign, dash) = dashes.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
    let apart = before.is_none_or(char::is_whitespace) && rest[sign.len()..].starts_with(' ');
    apart.then_some((dash, sign.len()))
}

/// Where the brackets that open at `at` end, if they hold one line without brackets.
pub(in super::super) fn link_end(text: &str, at: usize) -> Option<usize> {
    let inner = text.get(at + 1..)?;
    let end = inner.find(['[', ']', '\n'])?;
    (end > 0 && inner[end..].starts_with(']')).then_some(at + 1 + end + 1)
}

/// Where the picture that starts at `at` ends: `!name.png!`, `!name.png|thumbnail!`, `!http://…!`.
pub(in super::super) fn picture_end(text: &str, at: usize) -> Option<usize> {
    let inner = text.get(at + 1..)?;
    let end = inner.find(['!', '\n']).filter(|&end| inner[end..].starts_with('!'))?;
    let name = inner[..end].split('|').next()?;
    let ending = name.rsplit_once('.').map(|(_, ending)| ending)?;
    let file = (1..=5).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let plausible = name.trim() == name && (file || name.starts_with("http"));
    plausible.then_some(at + 1 + end + 1)
}

fn picture(text: &str, at: usize) -> Option<(Vec<Span>, usize)> {
    let end = picture_end(text, at)?;
    let source = text[at + 1..end - 1].split('|').next()?;
    let name = source.rsplit('/').next().unwrap_or(source).split(['?', '#']).next()?;
    Some((vec![doc::file(kind_of_file(name), name, Some(source))], end))
}

fn bracketed(text: &str, at: usize) -> Option<(Vec<Span>, usize)> {
    let end = link_end(text, at)?;
    let inner = &text[at + 1..end - 1];
    let mut parts = inner.split('|').map(str::trim);
    let first = parts.next()?;
    let spans = if let Some(person) = inner.strip_prefix('~') {
        let name = person.strip_prefix("accountid:").unwrap_or(person);
        vec![doc::word(&format!("@{}", name.trim()), Role::Mention)]
    } else if let Some(name) = inner.strip_prefix('^') {
        vec![doc::file(kind_of_file(name), name, None)]
    } else {
        match parts.next() {
            Some(target) if leads_somewhere(target) => labelled(first, target),
            None if leads_somewhere(first) => labelled("", first),
            _ => return None,
        }
    };
    Some((spans, end))
}

fn leads_somewhere(target: &str) -> bool {
    let scheme = |(scheme, rest): (&str, &str)| {
        !rest.is_empty() && scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let spaced = target.contains(' ');
    target.starts_with(['#', '^', '~']) && target.len() > 1 && !spaced
        || target.starts_with("www.")
        || target.starts_with('/') && target.len() > 1 && !spaced
        || target.split_once("://").is_some_and(scheme)
        || target.strip_prefix("mailto:").is_some_and(|to| !to.is_empty())
}

fn labelled(label: &str, target: &str) -> Vec<Span> {
    let label = plain_label(label);
    let visible = target.strip_prefix("mailto:").unwrap_or(target);
    if let Some(name) = target.strip_prefix('^') {
        return vec![doc::file(
            kind_of_file(name),
            if label.is_empty() { name } else { &label },
            None,
        )];
    }
    if target.starts_with(['#', '~']) {
        let label = if label.is_empty() { &target[1..] } else { &label };
        return vec![doc::word(label, Role::Link)];
    }
    doc::link(if label.is_empty() { visible } else { &label }, target)
}

/// A label is short: its marks are dropped rather than drawn.
fn plain_label(label: &str) -> String {
    let inner = label.trim();
    let bare = ['*', '_', '+', '-'].iter().fold(inner, |text, &mark| {
        text.strip_prefix(mark)
            .and_then(|text| text.strip_suffix(mark))
            .filter(|text| !text.is_empty())
            .unwrap_or(text)
    });
    super::unescaped(bare)
}

/// `https://…` in running text, up to what cannot belong to it.
fn address(text: &str, at: usize) -> Option<(Vec<Span>, usize)> {
    let rest = &text[at..];
    let scheme = ["http://", "https://"].into_iter().find(|scheme| {
        rest.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '|' | '[' | ']' | '{' | '}' | '<' | '>' | '"'));
    let url = rest[..end.unwrap_or(rest.len())].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '\'', '*', '_']);
    (url.len() > scheme.len()).then(|| (doc::link(url, url), at + url.len()))
}

/// `(/)`, `(x)` and the like, where they stand by themselves.
fn sign(text: &str, at: usize) -> Option<(Vec<Span>, usize)> {
    let signs = [
        ("(/)", "✓", Role::Ok),
        ("(x)", "✗", Role::Error),
        ("(!)", "▲", Role::Warn),
        ("(i)", "ℹ", Role::Info),
        ("(?)", "?", Role::Info),
        ("(+)", "+", Role::Ok),
        ("(-)", "-", Role::Error),
        ("(*)", "★", Role::Warn),
        ("(on)", "●", Role::Ok),
        ("(off)", "○", Role::Muted),
    ];
    let (sign, glyph, role) = signs.into_iter().find(|(sign, ..)| text[at..].starts_with(sign))?;
    let end = at + sign.len();
    let apart = text[end..].chars().next().is_none_or(|c| c.is_whitespace() || c == '|');
    apart.then(|| (vec![doc::word(glyph, role)], end))
}
