//! Names that were probably meant, for messages.

use crate::config;

/// Names listed before "and so many more".
const LISTED: usize = 6;

/// The name that was probably meant, in any case.
pub(super) fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let names: Vec<&str> = names.into_iter().collect();
    let lower: Vec<String> = names.iter().map(|name| name.to_lowercase()).collect();
    let known: Vec<&str> = lower.iter().map(String::as_str).collect();
    let near = config::nearest(word, &known)?;
    let at = known.iter().position(|name| *name == near)?;
    names.get(at).copied()
}

/// `; did you mean X?`, or else what there is: `; it takes A, B, C and 4 more`.
pub(super) fn hint<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    if let Some(near) = nearest(word, names.iter().copied()) {
        return format!("; did you mean {}?", shown(near));
    }
    listing(names)
}

/// What there is: `; it takes A, B, C and 4 more`.
pub(super) fn listing<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    if names.is_empty() {
        return String::new();
    }
    let listed: Vec<String> = names.iter().take(LISTED).map(|name| shown(name)).collect();
    match names.len() - listed.len() {
        0 => format!("; it takes {}", listed.join(", ")),
        more => format!("; it takes {} and {more} more", listed.join(", ")),
    }
}

/// Somebody's text inside a message: one harmless line of at most 60 characters, in quotation marks.
pub(super) fn shown(text: &str) -> String {
    format!("\"{}\"", cut(text, 60))
}

/// One harmless line of at most `most` characters, with single spaces.
pub(super) fn cut(text: &str, most: usize) -> String {
    // Some more than that, since cleaning may drop or join some.
    let end = text.char_indices().nth(most.saturating_mul(4));
    let end = end.map_or(text.len(), |(at, _)| at);
    let words: Vec<&str> = text[..end].split_whitespace().collect();
    let clean = crate::text::clean_line(&words.join(" ")).into_owned();
    let short: String = clean.chars().take(most).collect();
    if short.len() < clean.len() || end < text.len() {
        format!("{}…", short.trim_end())
    } else {
        short
    }
}
