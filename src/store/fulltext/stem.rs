//! The form that the words of one family share, by English endings. Rough on purpose: it must bring together
//! what Jira's own analysis brings together for everyday words, and leave other languages alone.
//!
//! Must never be in here: dictionaries.

use std::borrow::Cow;

/// So much is left of a word at least.
const SHORTEST: usize = 3;

/// Cuts the endings of a word in lower case.
pub(in crate::store) fn stem(word: &str) -> Cow<'_, str> {
    if word.len() <= SHORTEST || !word.is_ascii() {
        return Cow::Borrowed(word);
    }
    let singular = singular(word);
    let bare = match verb(&singular) {
        Some(bare) => Cow::Owned(bare),
        None => singular,
    };
    match without(&bare, "e") {
        Some(rest) => Cow::Owned(rest.to_owned()),
        None => bare,
    }
}

/// The word without an ending, if enough remains.
fn without<'w>(word: &'w str, ending: &str) -> Option<&'w str> {
    word.strip_suffix(ending).filter(|rest| rest.len() >= SHORTEST)
}

/// `queries` → `query`, `boxes` → `box`, `payments` → `payment`; `address` and `status` stay.
fn singular(word: &str) -> Cow<'_, str> {
    if let Some(rest) = without(word, "ies") {
        return Cow::Owned(format!("{rest}y"));
    }
    for ending in ["sses", "xes", "ches", "shes"] {
        if without(word, ending).is_some() {
            return Cow::Borrowed(&word[..word.len() - 2]);
        }
    }
    if word.ends_with("ss") || word.ends_with("us") {
        return Cow::Borrowed(word);
    }
    Cow::Borrowed(without(word, "s").unwrap_or(word))
}

/// `failing`, `failed` → `fail`; `stopped` → `stop`; `quickly` → `quick`. Without a vowel it is no such ending:
/// `string` stays.
fn verb(word: &str) -> Option<String> {
    let rest = ["ing", "ed", "ly"]
        .into_iter()
        .filter_map(|ending| without(word, ending))
        .find(|rest| rest.contains(['a', 'e', 'i', 'o', 'u', 'y']))?;
    let twice = match rest.as_bytes() {
        [.., before, last] => before == last && !b"lsz".contains(last),
        _ => false,
    };
    Some(rest[..rest.len() - usize::from(twice)].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_share_a_form() {
        let families = [
            "payment payments",
            "fail fails failed failing",
            "query queries",
            "box boxes",
            "crash crashes crashed crashing",
            "cache caches cached caching",
            "stop stops stopped stopping",
            "quick quickly",
            "address addresses",
            "retry retries",
        ];
        for family in families {
            let mut forms: Vec<_> = family.split(' ').map(stem).collect();
            forms.dedup();
            assert_eq!(forms.len(), 1, "{family}: {forms:?}");
        }
    }

    #[test]
    fn what_is_no_ending_stays() {
        for word in [
            "string", "thing", "bus", "status", "pass", "red", "fly", "is", "1990s5", "größen", "支",
        ] {
            assert_eq!(stem(word), word);
        }
        assert_ne!(stem("bed"), stem("b"));
    }
}
