//! `~`: words in a text, in any order and any form, phrases, and words with a wildcard.
//!
//! Must never be in here: an index; texts are read as they are.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use super::{
    Compiler, Test, refusal,
    relation::{Atom, Relation},
    subject::Subject,
};
use crate::sandbox::{
    model::{CustomValue, FieldIdx, FieldKind, Issue, IssueIdx, SystemField, Viewer, World},
    richtext::RichText,
};

/// What a word must be like.
#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// A word in any of its forms.
    Stem(String),
    /// Words in this order.
    Phrase(Vec<String>),
    /// `pay*`, `re?und`.
    Pattern(Vec<char>),
}

/// All of these, each being any of some; and none of those.
#[derive(Debug, Clone, Default)]
struct Wanted {
    all: Vec<Vec<Term>>,
    not: Vec<Term>,
}

impl<'w> Compiler<'w> {
    pub(super) fn texts(&mut self, subject: Subject, relation: Relation, atoms: &[Atom<'_>], name: &str) -> Test<'w> {
        let (world, viewer) = (self.world, self.viewer);
        match relation {
            Relation::Empty => return Box::new(move |issue: &Issue, _: IssueIdx| !has_text(subject, issue)),
            Relation::NotEmpty => return Box::new(move |issue: &Issue, _: IssueIdx| has_text(subject, issue)),
            _ => {}
        }
        let word = match atoms.first() {
            Some(Atom::Word(word)) => word,
            Some(Atom::Call(function)) => return self.wrong(refusal::unfit(function)),
            _ => return self.wrong(empty(name)),
        };
        let wanted = wanted(&word.value);
        if wanted.all.is_empty() && wanted.not.is_empty() {
            return self.wrong(empty(name));
        }
        let search = Search {
            world,
            viewer,
            wanted,
            seen: RefCell::default(),
        };
        let like = relation == Relation::Like;
        Box::new(move |issue: &Issue, _: IssueIdx| {
            if like {
                search.occurs(subject, issue)
            } else {
                has_text(subject, issue) && !search.occurs(subject, issue)
            }
        })
    }
}

fn empty(name: &str) -> String {
    format!("The field '{name}' does not support searching for an empty string.")
}

/// Whether the field holds any text.
fn has_text(subject: Subject, issue: &Issue) -> bool {
    match subject {
        Subject::Text(SystemField::Summary) => true,
        Subject::Text(SystemField::Description) => issue.description.as_ref().is_some_and(|text| !text.is_empty()),
        Subject::Text(SystemField::Environment) => issue.environment.as_ref().is_some_and(|text| !text.is_empty()),
        Subject::Text(_) => !issue.comments.is_empty(),
        Subject::CustomText(field) => issue.custom_value(field).is_some(),
        _ => true,
    }
}

struct Search<'w> {
    world: &'w World,
    viewer: Viewer,
    wanted: Wanted,
    /// Generated documents are shared by many issues; each is read once.
    seen: RefCell<HashMap<usize, bool>>,
}

impl Search<'_> {
    fn occurs(&self, subject: Subject, issue: &Issue) -> bool {
        match subject {
            Subject::Text(SystemField::Summary) => self.in_text(&issue.summary),
            Subject::Text(SystemField::Description) => self.in_rich(issue.description.as_ref()),
            Subject::Text(SystemField::Environment) => self.in_rich(issue.environment.as_ref()),
            Subject::Text(_) => {
                let readable = issue
                    .comments
                    .iter()
                    .filter(|comment| self.world.can_read(&self.viewer, comment));
                readable.into_iter().any(|comment| self.in_rich(Some(&comment.body)))
            }
            Subject::CustomText(field) => self.in_custom(issue.custom_value(field)),
            _ => {
                use SystemField::{Comment, Description, Environment, Summary};
                let own = [Summary, Description, Environment, Comment];
                own.into_iter().any(|field| self.occurs(Subject::Text(field), issue))
                    || issue
                        .custom
                        .iter()
                        .any(|(field, value)| self.is_prose(*field) && self.in_custom(Some(value)))
            }
        }
    }

    /// `text` looks through the fields that are searched by words; an address is compared whole.
    fn is_prose(&self, field: FieldIdx) -> bool {
        let kind = self.world.field(field).kind;
        matches!(kind, FieldKind::Text | FieldKind::RichText | FieldKind::EpicName)
    }

    fn in_custom(&self, value: Option<&CustomValue>) -> bool {
        match value {
            Some(CustomValue::Text(text)) => self.in_text(text),
            Some(CustomValue::Rich(text)) => self.in_rich(Some(text)),
            _ => false,
        }
    }

    fn in_rich(&self, text: Option<&RichText>) -> bool {
        let Some(text) = text else { return false };
        let RichText::Doc(doc) = text else {
            return self.in_text(&text.plain(&self.world.users));
        };
        let at = Arc::as_ptr(doc) as usize;
        if let Some(hit) = self.seen.borrow().get(&at) {
            return *hit;
        }
        let hit = self.in_text(&doc.plain(&self.world.users));
        self.seen.borrow_mut().insert(at, hit);
        hit
    }

    fn in_text(&self, text: &str) -> bool {
        let words = words(text);
        let stems: Vec<_> = words.iter().map(|word| stem(word)).collect();
        let hit = |term: &Term| match term {
            Term::Stem(wanted) => stems.iter().any(|word| word == wanted),
            Term::Phrase(wanted) => stems.windows(wanted.len()).any(|window| window == wanted),
            Term::Pattern(pattern) => words
                .iter()
                .any(|word| like(pattern, &word.chars().collect::<Vec<_>>())),
        };
        self.wanted.all.iter().all(|any| any.iter().any(hit)) && !self.wanted.not.iter().any(hit)
    }
}

/// Words in lower case; characters of scripts without spaces are words of their own.
fn words(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        let alone = is_ideograph(c);
        if !c.is_alphanumeric() || alone {
            if !word.is_empty() {
                all.push(std::mem::take(&mut word));
            }
            if alone {
                all.push(c.to_string());
            }
            continue;
        }
        word.extend(c.to_lowercase());
    }
    if !word.is_empty() {
        all.push(word);
    }
    all
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{2fa1f}')
}

/// The form that words of one family share, for English endings.
fn stem(word: &str) -> String {
    if !word.is_ascii() || word.len() < 4 {
        return word.to_owned();
    }
    let cut = |word: &str, ending: &str| {
        word.strip_suffix(ending)
            .filter(|rest| rest.len() >= 3)
            .map(str::to_owned)
    };
    let mut stem = word.to_owned();
    if let Some(rest) = cut(&stem, "ies") {
        stem = rest + "y";
    } else if let Some(rest) = ["sses", "xes", "ches", "shes"]
        .iter()
        .find_map(|end| cut(&stem, end).map(|r| r + &end[..end.len() - 2]))
    {
        stem = rest;
    } else if !stem.ends_with("ss") && !stem.ends_with("us") {
        stem = cut(&stem, "s").unwrap_or(stem);
    }
    let shortened = ["ing", "ed", "ly"]
        .iter()
        .find_map(|end| cut(&stem, end).filter(|rest| rest.contains(['a', 'e', 'i', 'o', 'u', 'y'])));
    if let Some(rest) = shortened {
        stem = rest;
        let mut last = stem.bytes().rev();
        if let (Some(one), Some(two)) = (last.next(), last.next())
            && one == two
            && !matches!(one, b'l' | b's' | b'z')
        {
            stem.pop();
        }
    }
    cut(&stem, "e").unwrap_or(stem)
}

/// Reads what stands behind `~`.
fn wanted(text: &str) -> Wanted {
    let mut wanted = Wanted::default();
    let mut or = false;
    let mut not = false;
    for part in parts(text) {
        let (mut bare, quoted) = part;
        if !quoted {
            match bare.as_str() {
                "OR" | "||" => {
                    or = true;
                    continue;
                }
                "AND" | "&&" => continue,
                "NOT" => {
                    not = true;
                    continue;
                }
                _ => {}
            }
            if let Some(rest) = bare.strip_prefix(['-', '!']) {
                (bare, not) = (rest.to_owned(), true);
            }
        }
        let terms = terms(&bare, quoted);
        if not {
            wanted.not.extend(terms);
        } else if or && !wanted.all.is_empty() {
            if let Some(any) = wanted.all.last_mut() {
                any.extend(terms);
            }
        } else {
            wanted.all.extend(terms.into_iter().map(|term| vec![term]));
        }
        (or, not) = (false, false);
    }
    wanted
}

/// Splits at white space, keeping `"quoted phrases"` together.
fn parts(text: &str) -> Vec<(String, bool)> {
    let mut parts = Vec::new();
    for (nth, piece) in text.split('"').enumerate() {
        if nth % 2 == 1 {
            parts.push((piece.to_owned(), true));
        } else {
            parts.extend(piece.split_whitespace().map(|word| (word.to_owned(), false)));
        }
    }
    parts.retain(|(part, _)| !part.trim().is_empty());
    parts
}

fn terms(part: &str, quoted: bool) -> Vec<Term> {
    if !quoted && part.contains(['*', '?']) {
        let pattern: Vec<_> = part
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, '*' | '?'))
            .collect();
        let open = pattern.iter().all(|c| matches!(c, '*' | '?'));
        return if open { Vec::new() } else { vec![Term::Pattern(pattern)] };
    }
    let stems: Vec<_> = words(part).iter().map(|word| stem(word)).collect();
    match stems.len() {
        0 => Vec::new(),
        1 => stems.into_iter().map(Term::Stem).collect(),
        // `card-vault` and words of scripts without spaces stay together.
        _ => vec![Term::Phrase(stems)],
    }
}

/// Whether the word fits the pattern; `*` is any number of characters, `?` is one.
fn like(pattern: &[char], word: &[char]) -> bool {
    let (mut p, mut w) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, w));
                p += 1;
            }
            Some(c) if *c == '?' || *c == word[w] => {
                p += 1;
                w += 1;
            }
            _ => {
                let Some((star, from)) = retry else { return false };
                retry = Some((star, from + 1));
                p = star + 1;
                w = from + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}
