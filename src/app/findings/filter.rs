//! The filter of the findings: words and `name:value` terms, what is wrong with them, and what could
//! stand at the cursor.
//!
//! Must never be in here: the findings themselves.

use crate::domain::{FindingKind, FindingQuery, FindingState, Severity};
use crate::text::clean_line;

/// What may stand before a colon.
pub(crate) const NAMES: [&str; 6] = ["tag", "source", "kind", "sev", "state", "is"];
/// What `is:` takes.
const IS: [&str; 6] = ["open", "linked", "unlinked", "trouble", "closed", "any"];

/// A filter that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// What it asks for; terms that cannot be read ask for nothing.
    pub(crate) query: FindingQuery,
    /// What cannot be read, each with what could have stood there.
    pub(crate) complaints: Vec<String>,
}

/// A word of the filter: where it begins, and its text without quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    at: usize,
    text: String,
}

/// Cuts a filter at blanks outside of quotes.
fn terms(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut open: Option<Term> = None;
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        if letter.is_whitespace() && !quoted {
            terms.extend(open.take());
            continue;
        }
        let term = open.get_or_insert_with(|| Term {
            at,
            text: String::new(),
        });
        if letter == '"' {
            quoted = !quoted;
        } else {
            term.text.push(letter);
        }
    }
    terms.extend(open);
    terms
}

/// Reads a filter.
pub(crate) fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    for term in terms(text) {
        let Some((name, values)) = term.text.split_once(':') else {
            parsed.query.words.push(term.text);
            continue;
        };
        let known = NAMES.iter().find(|known| known.eq_ignore_ascii_case(name));
        let Some(known) = known else {
            // A word may hold a colon, as an address does.
            if name.chars().all(char::is_alphabetic) && !values.starts_with("//") {
                let all = NAMES.map(|name| format!("{name}:")).join(" ");
                parsed
                    .complaints
                    .push(format!("no filter is called {}: use {all}", clean_line(name)));
            } else {
                parsed.query.words.push(term.text);
            }
            continue;
        };
        for value in values.split(',').filter(|value| !value.is_empty()) {
            if let Err(complaint) = take(&mut parsed.query, known, value) {
                parsed.complaints.push(complaint);
            }
        }
    }
    parsed
}

fn take(query: &mut FindingQuery, name: &str, value: &str) -> Result<(), String> {
    let unknown =
        |what: &str, words: &[&str]| format!("no {what} is called {}: {}", clean_line(value), words.join(", "));
    match name {
        "tag" => query.tags.push(value.trim_start_matches('#').to_owned()),
        "source" => query.sources.push(value.to_owned()),
        "kind" => query
            .kinds
            .push(FindingKind::from_word(value).ok_or_else(|| unknown("kind", FindingKind::WORDS))?),
        "sev" => {
            let least = Severity::from_word(value).ok_or_else(|| unknown("severity", Severity::WORDS))?;
            // Of several any will do, whichever comes last.
            query.at_least = Some(query.at_least.map_or(least, |known| known.min(least)));
        }
        "state" => query
            .states
            .push(FindingState::from_word(value).ok_or_else(|| unknown("state", FindingState::WORDS))?),
        _ => match value.to_ascii_lowercase().as_str() {
            "linked" => query.linked = Some(true),
            "unlinked" => query.linked = Some(false),
            "trouble" => query.trouble = true,
            "closed" => query.states.push(FindingState::Closed),
            "any" => query.closed = true,
            "open" => query.closed = false,
            _ => return Err(unknown("condition", &IS)),
        },
    }
    Ok(())
}

/// What could stand at the cursor of a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Candidates {
    /// Where the text that they take the place of begins.
    from: usize,
    /// The likeliest first.
    pub(crate) items: Vec<String>,
}

/// What could stand before the end of `before`, which is the filter up to its cursor. Nothing is offered
/// for an ordinary word that no name begins with.
pub(crate) fn candidates(before: &str, tags: &[String], sources: &[String]) -> Candidates {
    let last = terms(before).pop();
    let ends_in_blank = before.ends_with(char::is_whitespace) && before.matches('"').count().is_multiple_of(2);
    let Some(term) = last.filter(|_| !ends_in_blank) else {
        return Candidates {
            from: before.len(),
            items: NAMES.map(|name| format!("{name}:")).to_vec(),
        };
    };
    let Some((name, values)) = term.text.split_once(':') else {
        let fitting = NAMES.iter().filter(|name| begins(name, &term.text));
        return Candidates {
            from: term.at,
            items: fitting.map(|name| format!("{name}:")).collect(),
        };
    };
    let (done, part) = values
        .rsplit_once(',')
        .map_or(("", values), |(done, part)| (done, part));
    let words: Vec<&str> = match name.to_ascii_lowercase().as_str() {
        "tag" => tags.iter().map(String::as_str).collect(),
        "source" => sources.iter().map(String::as_str).collect(),
        "kind" => FindingKind::WORDS.to_vec(),
        "sev" => Severity::WORDS.iter().rev().copied().collect(),
        "state" => FindingState::WORDS.to_vec(),
        "is" => IS.to_vec(),
        _ => Vec::new(),
    };
    let head = if done.is_empty() {
        format!("{name}:")
    } else {
        format!("{name}:{done},")
    };
    Candidates {
        from: term.at,
        items: words
            .into_iter()
            .filter(|word| begins(word, part) && !word.eq_ignore_ascii_case(part))
            .map(|word| quoted(&format!("{head}{word}")))
            .collect(),
    }
}

impl Candidates {
    /// The text before the cursor with the first candidate in it; a value is followed by a blank.
    pub(crate) fn insert(&self, before: &str) -> Option<String> {
        let first = self.items.first()?;
        let blank = if first.ends_with(':') { "" } else { " " };
        Some(format!("{}{first}{blank}", before.get(..self.from)?))
    }
}

fn begins(word: &str, part: &str) -> bool {
    word.to_lowercase().starts_with(&part.to_lowercase())
}

/// A term with a blank in it stands in quotes.
fn quoted(term: &str) -> String {
    if term.contains(char::is_whitespace) {
        format!("\"{term}\"")
    } else {
        term.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_term_asks_for_what_it_says() {
        type Expected = fn(&mut FindingQuery);
        let table: [(&str, Expected); 14] = [
            ("", |_| {}),
            ("sql  injection", |query| {
                query.words = vec!["sql".to_owned(), "injection".to_owned()];
            }),
            ("tag:#payments,web", |query| {
                query.tags = vec!["payments".to_owned(), "web".to_owned()];
            }),
            ("source:\"my scans\"", |query| {
                query.sources = vec!["my scans".to_owned()];
            }),
            ("\"two words\"", |query| query.words = vec!["two words".to_owned()]),
            ("KIND:report,defect", |query| {
                query.kinds = vec![FindingKind::Report, FindingKind::Defect];
            }),
            ("sev:HIGH", |query| query.at_least = Some(Severity::High)),
            ("sev:high,critical", |query| query.at_least = Some(Severity::High)),
            ("state:in-progress", |query| {
                query.states = vec![FindingState::InProgress];
            }),
            ("is:linked", |query| query.linked = Some(true)),
            ("is:unlinked is:trouble", |query| {
                query.linked = Some(false);
                query.trouble = true;
            }),
            ("is:closed", |query| query.states = vec![FindingState::Closed]),
            ("is:any", |query| query.closed = true),
            ("https://example.com/a", |query| {
                query.words = vec!["https://example.com/a".to_owned()];
            }),
        ];
        for (text, expect) in table {
            let mut expected = FindingQuery::default();
            expect(&mut expected);
            let parsed = parse(text);
            assert_eq!(parsed.query, expected, "{text}");
            assert_eq!(parsed.complaints, Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_what_could_stand_there() {
        let told = |text: &str| parse(text).complaints.join(" / ");
        insta::assert_snapshot!(told("sev:hihg"), @"no severity is called hihg: none, info, low, medium, high, critical");
        insta::assert_snapshot!(told("kind:bug state:x"), @"no kind is called bug: report, vulnerability, remediation, defect, requirement, rule-failure / no state is called x: open, triaged, in-progress, blocked, fixed-pending-verify, closed");
        insta::assert_snapshot!(told("is:gone"), @"no condition is called gone: open, linked, unlinked, trouble, closed, any");
        insta::assert_snapshot!(told("assignee:ana"), @"no filter is called assignee: use tag: source: kind: sev: state: is:");
        assert_eq!(told("tag: sev:"), "", "what is not finished is no mistake");
    }

    #[test]
    fn names_and_values_are_completed() {
        let tags = ["payments".to_owned(), "pay later".to_owned()];
        let sources = ["scans".to_owned(), "bounty".to_owned()];
        for (before, expected) in [
            ("s", "sev: "),
            ("so", "source:"),
            ("web tag:pay", "web tag:payments "),
            ("tag:pay ", "tag:pay tag:"),
            ("tag:payments,pay", "tag:payments,payments "),
            ("source:b", "source:bounty "),
            ("sev:", "sev:critical "),
            ("is:un", "is:unlinked "),
            ("\"tag:pay l", "\"tag:pay later\" "),
            ("zebra", "zebra"),
        ] {
            let found = candidates(before, &tags, &sources);
            let inserted = found.insert(before).unwrap_or_else(|| before.to_owned());
            let expected = if before == "s" { "source:" } else { expected };
            assert_eq!(inserted, expected, "{before}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in r#"(tag:|is:|sev:|["a-zé ,:])*.{0,12}"#) {
            let parsed = parse(&text);
            prop_assert!(parsed.query.words.iter().all(|word| !word.contains('"')));
            let found = candidates(&text, &["x".to_owned()], &[]);
            if let Some(inserted) = found.insert(&text) {
                prop_assert!(inserted.len() >= found.from);
            }
        }
    }
}
