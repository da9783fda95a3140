//! Words and phrases of a site's texts, to search for: those on which two searches that know nothing of each other must
//! agree. What is approximate by nature stays out: wildcards within words, several words over several comments.

use std::collections::BTreeSet;

use crosstie::sandbox::model::{Issue, World};

/// Texts of this many issues are enough.
const SOURCES: usize = 40;

/// Operands of `~`, quoted.
pub(crate) fn searches(world: &World, issues: &[&Issue]) -> Vec<String> {
    let mut all = BTreeSet::new();
    for issue in issues.iter().take(SOURCES) {
        let comments = issue.comments.iter().map(|comment| &comment.body);
        let rich = issue.description.iter().chain(&issue.environment).chain(comments);
        let texts = rich.map(|text| text.plain(&world.users));
        for text in std::iter::once(issue.summary.to_string()).chain(texts) {
            for line in text.lines() {
                let words = plain_words(line);
                let word = words.iter().max_by_key(|word| word.len());
                all.extend(word.into_iter().flat_map(|word| forms(word)));
                all.extend(words.windows(2).take(2).map(phrase));
                all.extend(words.windows(3).last().map(phrase));
            }
        }
    }
    all.insert("nobodywritesthis".to_owned());
    all.into_iter().map(|text| format!("\"{text}\"")).collect()
}

/// A word as it stands, shouting, and in another form.
fn forms(word: &str) -> [String; 3] {
    let other = match word.strip_suffix('s') {
        Some(one) => one.to_owned(),
        None => format!("{word}s"),
    };
    [word.to_owned(), word.to_uppercase(), other]
}

fn phrase(words: &[&str]) -> String {
    format!("\\\"{}\\\"", words.join(" "))
}

/// Words at the beginning of a line, as far as nothing stands between them that markup might need.
fn plain_words(line: &str) -> Vec<&str> {
    let plain = |word: &&str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    line.split(' ').take_while(plain).collect()
}
