//! Reports in words: plain text as Markdown, long texts cut, names made of many parts.
//!
//! Must never be in here: what any one format means.

use sha1::{Digest, Sha1};

use crate::text::clean_line;

/// Digits of the longest number that a list of Markdown begins with.
const MAX_LIST_NUMBER: usize = 9;

/// Plain text so that Markdown shows it as it is.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut fresh = true;
    for c in text.chars() {
        let always = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '~' | '|' | '&');
        let at_start = fresh && matches!(c, '#' | '-' | '+' | '=' | ':');
        if always || at_start {
            out.push('\\');
        }
        // `1. x` would be a list.
        if matches!(c, '.' | ')') && ends_a_number(&out) {
            out.push('\\');
        }
        // Four spaces at the start of a line would be code.
        if !(fresh && c.is_whitespace() && c != '\n') {
            out.push(c);
        }
        fresh = c == '\n' || fresh && c.is_whitespace();
    }
    out
}

/// Whether the last line is a number that a list could begin with. Never looks further back than such a
/// number is long: a line may be a book.
fn ends_a_number(out: &str) -> bool {
    let end = &out.as_bytes()[out.len().saturating_sub(MAX_LIST_NUMBER + 1)..];
    let line = end.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    (1..=MAX_LIST_NUMBER).contains(&line.len()) && line.iter().all(u8::is_ascii_digit)
}

/// Text as a code block of Markdown; whatever it holds, it does not end the block.
pub(super) fn fenced(text: &str, language: &str) -> String {
    let mut longest = 0;
    let mut run = 0;
    for c in text.chars() {
        run = if c == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    let plain = language
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'#');
    let language = if plain { language } else { "" };
    format!("{fence}{language}\n{}\n{fence}", text.trim_end().replace('\r', ""))
}

/// Text as code within a line.
pub(super) fn coded(text: &str) -> String {
    let text = text.replace(['\n', '\r', '`'], " ");
    let text = text.trim();
    if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

/// At most `most` characters, with a sign that there were more.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

/// At most about `most` bytes of a long text: its beginning and its end, where the cause stands.
pub(super) fn middle_cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let head = text.floor_char_boundary(most * 2 / 3);
    let tail = text.ceil_char_boundary(text.len() - most / 3);
    format!("{}\n…\n{}", text[..head].trim_end(), text[tail..].trim_start())
}

/// The first line that says something.
pub(super) fn first_line(text: &str) -> &str {
    text.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
}

/// The first sentence of the first paragraph, which is where the standards want the summary.
pub(super) fn first_sentence(text: &str) -> String {
    let lines = text.lines().map(str::trim).skip_while(|line| line.is_empty());
    let mut paragraph = String::new();
    for line in lines {
        let item = line.starts_with(['-', '*', '•', '#', '|', '`']);
        if line.is_empty() || item && !paragraph.is_empty() {
            break;
        }
        paragraph.push_str(line);
        paragraph.push(' ');
    }
    let text = flat(&paragraph);
    let ends = text.match_indices(['.', '!', '?']).find(|(at, _)| {
        let mut after = text[at + 1..].chars();
        let begins = |c: char| !c.is_lowercase() && !c.is_numeric();
        let begins = after.next() == Some(' ') && after.next().is_some_and(begins);
        let word = text[..*at].rsplit([' ', '(', '[']).next().unwrap_or_default();
        begins && *at >= SHORTEST_SENTENCE && !SHORTENED.contains(&word) && word.chars().count() > 1
    });
    match ends {
        Some((at, _)) => text[..=at].to_owned(),
        None => text,
    }
}

/// What is shorter is an exclamation, and tells nothing.
const SHORTEST_SENTENCE: usize = 8;
/// What a full stop shortens rather than ends.
const SHORTENED: [&str; 9] = ["e.g", "i.e", "etc", "vs", "cf", "approx", "resp", "incl", "no"];

/// Runs of blanks as one space.
pub(super) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Twenty hexadecimal digits that stand for the parts.
pub(super) fn digest(parts: &[&str]) -> String {
    let mut hash = Sha1::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()
        .iter()
        .take(10)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A part of an id that people read: one line, not too long, and a digest behind what was cut. What is
/// shown of it is what it is, so that it can be copied into a command.
pub(super) fn id_part(text: &str, most: usize) -> String {
    let text = flat(&clean_line(text));
    if text.len() <= most {
        return text;
    }
    let digest = digest(&[&text]);
    let end = text.floor_char_boundary(most.saturating_sub(9));
    format!("{}~{}", &text[..end], &digest[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_not_read_as_markdown() {
        let rows = [
            ("a *b* _c_ `d`", r"a \*b\* \_c\_ \`d\`"),
            ("# x\n- y\n  + z", "\\# x\n\\- y\n\\+ z"),
            ("1. x\n10) y\nv1.2 3. z", "1\\. x\n10\\) y\nv1.2 3. z"),
            ("Vec<T> & |x|", r"Vec\<T\> \& \|x\|"),
            ("    four", "four"),
        ];
        for (plain, markdown) in rows {
            assert_eq!(escaped(plain), markdown);
        }
    }

    #[test]
    fn the_first_sentence_is_the_summary() {
        let rows = [
            ("Use of MD5. It is broken.", "Use of MD5."),
            (
                "\n  A malicious actor\ncould read it. Use\nGCM.",
                "A malicious actor could read it.",
            ),
            ("Use v1.2.3 e.g. X. Or none", "Use v1.2.3 e.g. X. Or none"),
            (
                "Deserialises data, e.g. Pickle. Stop it.",
                "Deserialises data, e.g. Pickle.",
            ),
            ("Oh no! That is bad. Really", "Oh no! That is bad."),
            (
                "Argument (no. One) of printf is wrong. Fix it",
                "Argument (no. One) of printf is wrong.",
            ),
            (
                "%ld in format string (no. 1) needs a long",
                "%ld in format string (no. 1) needs a long",
            ),
            ("See a.example.com. then more", "See a.example.com. then more"),
            ("One\n\nTwo", "One"),
            ("These are wrong:\n- a\n- b", "These are wrong:"),
            ("", ""),
        ];
        for (text, sentence) in rows {
            assert_eq!(first_sentence(text), sentence, "{text}");
        }
    }

    #[test]
    fn a_number_that_begins_no_list_stays() {
        for (plain, markdown) in [
            ("123456789. x", "123456789\\. x"),
            ("1234567890. x", "1234567890. x"),
            ("x1. y", "x1. y"),
            (".", "."),
        ] {
            assert_eq!(escaped(plain), markdown);
        }
        // Would take minutes if each full stop were looked at together with all that is before it.
        let book = "1.)".repeat(1 << 20);
        assert!(escaped(&book).len() > book.len());
    }

    #[test]
    fn a_code_block_holds_any_text() {
        assert_eq!(fenced("x", "rs"), "```rs\nx\n```");
        assert_eq!(fenced("```\nx", "a b"), "````\n```\nx\n````");
    }

    #[test]
    fn long_texts_keep_both_ends() {
        assert_eq!(middle_cut("aaaaaaaaabbbbbbbbbccc", 9), "aaaaaa\n…\nccc");
        assert_eq!(cut("abcdef", 3), "abc…");
        assert_eq!(
            id_part("a\u{1b}[1m  b\u{202e}c", 60),
            clean_line("a\u{1b}[1m b\u{202e}c")
        );
        let long = id_part(&"é".repeat(200), 60);
        assert!(long.len() <= 60 && long != id_part(&"é".repeat(201), 60), "{long}");
    }
}
