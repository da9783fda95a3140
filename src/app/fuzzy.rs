//! Fuzzy choice among a few hundred names: views, commands, help rows. Issues are filtered by the
//! library, not here.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Positions of the names that match, best first; all of them, in order, for an empty pattern.
pub(crate) fn choose<'a>(pattern: &str, names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    if pattern.trim().is_empty() {
        return (0..names.count()).collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::new(pattern, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let mut buffer = Vec::new();
    let mut scored: Vec<(u32, usize)> = names
        .enumerate()
        .filter_map(|(index, name)| {
            let score = pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher)?;
            Some((score, index))
        })
        .collect();
    scored.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    scored.into_iter().map(|(_, index)| index).collect()
}

/// Whether every word of the pattern occurs in one of the texts, ignoring case.
pub(crate) fn contains_words(pattern: &str, texts: &[&str]) -> bool {
    pattern.split_whitespace().all(|word| {
        let word = word.to_lowercase();
        texts.iter().any(|text| text.to_lowercase().contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn best_first_and_all_when_empty() {
        let names = ["Sync: all connections", "Sync: connection acme now", "Theme"];
        assert_eq!(choose("", names.into_iter()), [0, 1, 2]);
        assert_eq!(choose("sync ac", names.into_iter()).first(), Some(&1));
        assert_eq!(choose("zzz", names.into_iter()), [0usize; 0]);
        assert_eq!(choose("THEME", names.into_iter()), [2]);
    }

    #[test]
    fn words_may_stand_in_different_fields() {
        assert!(contains_words("acme 429", &["acme", "429 rate limited"]));
        assert!(!contains_words("acme 500", &["acme", "429 rate limited"]));
        assert!(contains_words("", &[]));
    }
}
