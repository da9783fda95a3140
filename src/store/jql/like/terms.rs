//! What stands behind `~`, read: words that must occur, words that must not, phrases, wildcards.
//!
//! Must never be in here: SQL.

use crate::store::fulltext::{stems, words};

/// More words than this nobody types.
const MOST_WORDS: usize = 128;

/// What a word must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Term {
    /// Words next to each other, in any form; often just one.
    Phrase(Vec<String>),
    /// `pay*`: how a word begins.
    Start(String),
    /// `re?und`: how a word looks; begins with a letter.
    Pattern(String),
}

/// All of these, each being any of some; and none of those.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) all: Vec<Vec<Term>>,
    pub(super) not: Vec<Term>,
}

impl Wanted {
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty() && self.not.is_empty()
    }

    /// Reads the text behind `~`.
    ///
    /// # Errors
    /// Why the cache does not look for that.
    pub(super) fn read(text: &str) -> Result<Self, &'static str> {
        let mut wanted = Self::default();
        let (mut or, mut not) = (false, false);
        let mut count = 0;
        for (part, quoted) in parts(text) {
            let mut part = part;
            if !quoted {
                match part {
                    "OR" | "||" => or = true,
                    "NOT" => not = true,
                    "AND" | "&&" => {}
                    _ => {}
                }
                if matches!(part, "OR" | "||" | "NOT" | "AND" | "&&") {
                    continue;
                }
                if let Some(rest) = part.strip_prefix(['-', '!']) {
                    (part, not) = (rest, true);
                }
            }
            let Some(term) = term(part, quoted)? else {
                (or, not) = (false, false);
                continue;
            };
            count += 1;
            if count > MOST_WORDS {
                return Err("it looks for 128 words at most");
            }
            match wanted.all.last_mut() {
                _ if not => wanted.not.push(term),
                Some(last) if or => last.push(term),
                _ => wanted.all.push(vec![term]),
            }
            (or, not) = (false, false);
        }
        Ok(wanted)
    }
}

/// Pieces between blanks, and `"phrases"` whole.
fn parts(text: &str) -> impl Iterator<Item = (&str, bool)> {
    text.split('"').enumerate().flat_map(|(nth, piece)| {
        let quoted = nth % 2 == 1;
        let whole = quoted.then_some(piece);
        let pieces = (!quoted).then(|| piece.split_whitespace());
        whole
            .into_iter()
            .chain(pieces.into_iter().flatten())
            .map(move |part| (part, quoted))
    })
}

/// One piece; `None` if there is no word in it. `card-vault` stays together.
fn term(part: &str, quoted: bool) -> Result<Option<Term>, &'static str> {
    if !quoted && part.contains(['~', '^']) {
        return Err("only the server knows words that are merely similar");
    }
    if !quoted && part.contains(['*', '?']) {
        return wildcard(part);
    }
    let stems = stems(part);
    let phrase: Vec<String> = stems.split_whitespace().map(str::to_owned).collect();
    if phrase.len() > MOST_WORDS {
        return Err("it looks for 128 words at most");
    }
    Ok((!phrase.is_empty()).then_some(Term::Phrase(phrase)))
}

fn wildcard(part: &str) -> Result<Option<Term>, &'static str> {
    let mut pattern = String::new();
    // Whatever is no letter falls away, here as in the texts.
    for piece in part.split_inclusive(['*', '?']) {
        let (piece, sign) = match piece.strip_suffix(['*', '?']) {
            Some(before) => (before, &piece[before.len()..]),
            None => (piece, ""),
        };
        words(piece, |word| pattern.push_str(word));
        pattern.push_str(sign);
    }
    let start = pattern.trim_end_matches('*');
    if start.is_empty() || start.starts_with(['*', '?']) {
        let none = pattern.chars().all(|c| matches!(c, '*' | '?'));
        return if none {
            Ok(None)
        } else {
            Err("it does not look for words that begin with a wildcard")
        };
    }
    Ok(Some(if start.contains(['*', '?']) {
        Term::Pattern(pattern)
    } else {
        Term::Start(start.to_owned())
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrase(words: &str) -> Term {
        Term::Phrase(words.split(' ').map(str::to_owned).collect())
    }

    fn wanted(all: Vec<Vec<Term>>, not: Vec<Term>) -> Wanted {
        Wanted { all, not }
    }

    #[test]
    fn words_are_read() {
        let cases = [
            (
                "Payments failed",
                wanted(vec![vec![phrase("payment")], vec![phrase("fail")]], vec![]),
            ),
            (
                "\"card vaults\" x",
                wanted(vec![vec![phrase("card vault")], vec![phrase("x")]], vec![]),
            ),
            ("card-vault", wanted(vec![vec![phrase("card vault")]], vec![])),
            (
                "a OR b AND c",
                wanted(vec![vec![phrase("a"), phrase("b")], vec![phrase("c")]], vec![]),
            ),
            (
                "a -b NOT c",
                wanted(vec![vec![phrase("a")]], vec![phrase("b"), phrase("c")]),
            ),
            ("-b", wanted(vec![], vec![phrase("b")])),
            (
                "Pay* re?und",
                wanted(
                    vec![vec![Term::Start("pay".into())], vec![Term::Pattern("re?und".into())]],
                    vec![],
                ),
            ),
            ("foo[bar*", wanted(vec![vec![Term::Start("foobar".into())]], vec![])),
            ("\"open phrase", wanted(vec![vec![phrase("open phras")]], vec![])),
            ("*", Wanted::default()),
            ("\\ \" ' \"", Wanted::default()),
            ("", Wanted::default()),
        ];
        for (text, expected) in cases {
            assert_eq!(Wanted::read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_look_for_is_said() {
        for text in ["*ment", "?ay", ".*foo[", "roam~", "a^4"] {
            assert!(Wanted::read(text).is_err(), "{text}");
        }
        let long = "word ".repeat(20_000);
        assert!(Wanted::read(&long).is_err());
        assert!(Wanted::read(&format!("\"{long}\"")).is_err());
    }
}
