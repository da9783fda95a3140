//! The last touch to a paragraph: bare addresses become links, short names of emoji their signs.

use std::borrow::Cow;

use super::tree::{Inline, Run};
use crate::richtext::{doc::safe_url, steps};

/// Short names as GitHub has them, the ones that pull requests and their bots use.
const EMOJI: [(&str, &str); 58] = [
    ("+1", "👍"),
    ("-1", "👎"),
    ("100", "💯"),
    ("arrow_down", "⬇️"),
    ("arrow_right", "➡️"),
    ("arrow_up", "⬆️"),
    ("art", "🎨"),
    ("beetle", "🐞"),
    ("bell", "🔔"),
    ("boom", "💥"),
    ("books", "📚"),
    ("bug", "🐛"),
    ("bulb", "💡"),
    ("chart_with_upwards_trend", "📈"),
    ("clap", "👏"),
    ("computer", "💻"),
    ("construction", "🚧"),
    ("eyes", "👀"),
    ("exclamation", "❗"),
    ("fire", "🔥"),
    ("gear", "⚙️"),
    ("ghost", "👻"),
    ("green_circle", "🟢"),
    ("hammer", "🔨"),
    ("heart", "❤️"),
    ("heavy_check_mark", "✔️"),
    ("information_source", "ℹ️"),
    ("key", "🔑"),
    ("large_blue_circle", "🔵"),
    ("link", "🔗"),
    ("lock", "🔒"),
    ("mag", "🔍"),
    ("memo", "📝"),
    ("no_entry", "⛔"),
    ("octocat", "🐙"),
    ("package", "📦"),
    ("pencil", "📝"),
    ("pushpin", "📌"),
    ("question", "❓"),
    ("red_circle", "🔴"),
    ("robot", "🤖"),
    ("rocket", "🚀"),
    ("rotating_light", "🚨"),
    ("shield", "🛡️"),
    ("smile", "😄"),
    ("sparkles", "✨"),
    ("star", "⭐"),
    ("tada", "🎉"),
    ("thinking", "🤔"),
    ("thumbsdown", "👎"),
    ("thumbsup", "👍"),
    ("warning", "⚠️"),
    ("wave", "👋"),
    ("white_check_mark", "✅"),
    ("wrench", "🔧"),
    ("x", "❌"),
    ("yellow_circle", "🟡"),
    ("zap", "⚡"),
];
/// Longest bare address that becomes a link.
const MAX_ADDRESS: usize = 2048;
/// Longest short name that is looked for.
const MAX_NAME: usize = 32;

/// The paragraph without blanks at its ends.
pub(super) fn finished(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::with_capacity(inlines.len());
    for inline in inlines {
        match inline {
            Inline::Text(run) if run.marks.code => out.push(Inline::Text(run)),
            Inline::Text(run) => {
                let text = with_emoji(&run.text).into_owned();
                push_linked(&Run { text, ..run }, &mut out);
            }
            Inline::Break => out.push(Inline::Break),
        }
    }
    trimmed(out)
}

fn trimmed(mut inlines: Vec<Inline>) -> Vec<Inline> {
    let blank = |inline: &Inline| match inline {
        Inline::Text(run) => run.text.trim().is_empty(),
        Inline::Break => true,
    };
    let Some(end) = inlines.iter().rposition(|inline| !blank(inline)) else {
        return Vec::new();
    };
    inlines.truncate(end + 1);
    let start = inlines.iter().position(|inline| !blank(inline)).unwrap_or(0);
    inlines.drain(..start);
    if let Some(Inline::Text(first)) = inlines.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(Inline::Text(last)) = inlines.last_mut() {
        last.text.truncate(last.text.trim_end().len());
    }
    inlines
}

/// The run, with its bare addresses as runs of their own.
fn push_linked(run: &Run, out: &mut Vec<Inline>) {
    let mut push = |text: &str, link: Option<String>| {
        if !text.is_empty() {
            out.push(Inline::Text(Run {
                text: text.to_owned(),
                marks: run.marks,
                link,
            }));
        }
    };
    let mut rest = run.text.as_str();
    let mut from = 0;
    while let Some(at) = rest[from..]
        .find("://")
        .map(|at| at + from)
        .filter(|_| run.link.is_none())
    {
        from = at + 3;
        let Some((start, end)) = address(rest, at) else {
            continue;
        };
        if end - start > MAX_ADDRESS {
            from = end;
            continue;
        }
        let Some(url) = safe_url(&rest[start..end]) else {
            continue;
        };
        push(&rest[..start], None);
        push(&rest[start..end], Some(url));
        rest = &rest[end..];
        from = 0;
    }
    push(rest, run.link.clone());
}

/// Start and end of the address around the `://` at `at`.
fn address(text: &str, at: usize) -> Option<(usize, usize)> {
    let before = &text[..at];
    let scheme = ["https", "http"].into_iter().find(|scheme| {
        before.len() >= scheme.len() && before.as_bytes()[at - scheme.len()..].eq_ignore_ascii_case(scheme.as_bytes())
    })?;
    let start = at - scheme.len();
    if text[..start].ends_with(char::is_alphanumeric) {
        return None;
    }
    let after = &text[at + 3..];
    let after = &after[..after.floor_char_boundary(MAX_ADDRESS + 1)];
    steps::count(after.len());
    let stops = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`' | '|' | '\\' | '^' | '{' | '}');
    let mut url = &after[..after.find(stops).unwrap_or(after.len())];
    let mut closing = url.matches(')').count();
    let opening = url.matches('(').count();
    loop {
        url = url.trim_end_matches(['?', '!', '.', ',', ':', ';', '*', '_', '~', '\'', ']', '[']);
        // A bracket that was opened before the address closes after it.
        match url.strip_suffix(')') {
            Some(shorter) if closing > opening => {
                closing -= 1;
                url = shorter;
            }
            _ => break,
        }
    }
    let host = url.starts_with(|c: char| c.is_alphanumeric() || c == '[' || c == '%');
    host.then(|| (start, at + 3 + url.len()))
}

fn with_emoji(text: &str) -> Cow<'_, str> {
    if !text.contains(':') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(':') {
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        steps::count(at + MAX_NAME);
        let name = after
            .bytes()
            .take(MAX_NAME)
            .position(|byte| byte == b':')
            .and_then(|end| after.get(..end));
        match name.and_then(|name| EMOJI.iter().find(|(short, _)| *short == name)) {
            Some((name, sign)) => {
                out.push_str(sign);
                rest = &after[name.len() + 1..];
            }
            None => {
                out.push(':');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}
