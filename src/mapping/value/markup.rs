//! Text put into Markdown so that it says nothing but the text.
//!
//! Must never be in here: what Markdown is turned into; that is `crate::richtext::markdown`.

/// Text as Markdown that says nothing but the text.
///
/// Indentation is dropped, since four spaces would make code of it; line breaks stay.
pub(in crate::mapping) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            // A backslash keeps the break; before or after an empty line there is nothing to keep.
            let bare = line.trim().is_empty() || out.is_empty() || out.ends_with('\n');
            out.push_str(if bare { "\n" } else { "\\\n" });
        }
        for c in line.trim().chars() {
            if c.is_ascii_punctuation() && !matches!(c, ',' | ':' | ';' | '/' | '?' | '%' | '\'') {
                out.push('\\');
            }
            out.push(c);
        }
    }
    out
}

/// An address that cannot end the link that it stands in.
pub(in crate::mapping) fn address(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.trim().chars() {
        match c {
            '(' | ')' | '<' | '>' | '[' | ']' | '*' | '`' | '\\' | '|' | '"' | '{' | '}' | '^' | '~' | ' ' => {
                out.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Markdown whose last code block is closed, so that what follows it is not swallowed.
pub(in crate::mapping) fn closed(text: &str) -> String {
    match open_fence(text) {
        Some(fence) => {
            let newline = if text.ends_with('\n') { "" } else { "\n" };
            format!("{text}{newline}{fence}\n")
        }
        None => text.to_owned(),
    }
}

/// The fence that would end the code block left open at the end.
fn open_fence(text: &str) -> Option<String> {
    let mut open: Option<(char, usize)> = None;
    for line in text.lines() {
        let indent = line.len() - line.trim_start_matches(' ').len();
        let line = line.trim_start_matches(' ');
        let Some(mark) = line.chars().next().filter(|c| matches!(c, '`' | '~')) else {
            continue;
        };
        let run = line.chars().take_while(|c| *c == mark).count();
        let rest = &line[run..];
        if indent > 3 || run < 3 {
            continue;
        }
        open = match open {
            None if mark == '`' && rest.contains('`') => None,
            None => Some((mark, run)),
            Some((fence, length)) if fence == mark && run >= length && rest.trim().is_empty() => None,
            still => still,
        };
    }
    open.map(|(mark, run)| std::iter::repeat_n(mark, run).collect())
}

/// Text as a code block whose fence is longer than any in it.
pub(in crate::mapping) fn code_block(text: &str, language: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    format!("\n{fence}{language}\n{text}{newline}{fence}\n")
}
