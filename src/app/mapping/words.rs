//! A value map as a table: a word of the finding, the value for it, and that for any other.
//!
//! Must never be in here: values of its own; the draft has them.

use crossterm::event::KeyCode;

use super::choose;
use super::draft::RulePlace;
use super::editor::Editor;
use super::pick::ValueFor;
use super::typed;
use crate::app::chord::Chord;
use crate::app::list::{Motion, scroll_to};
use crate::config::Rule;
use crate::domain::Severity;
use crate::mapping::facts::{self, About};

/// Rows in sight.
pub(crate) const ROWS: usize = 12;

/// The box.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    pub(crate) at: RulePlace,
    pub(crate) cursor: usize,
    pub(crate) top: usize,
}

/// A row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WordRow {
    /// What is looked up.
    From(String),
    /// A word, and its value in words.
    Word(String, Option<String>),
    Other(Option<String>),
}

/// The words that a finding can have there; empty where they are not known beforehand.
pub(crate) fn known(from: &str) -> Vec<String> {
    let words: Vec<&str> = match facts::named(from).map(|variable| variable.about) {
        // The worst first, as people fill them in.
        Some(About::Severity) => Severity::WORDS.iter().rev().copied().collect(),
        Some(About::Words(words)) => words.to_vec(),
        _ => Vec::new(),
    };
    words.into_iter().map(str::to_owned).collect()
}

impl Words {
    /// Its rows: all known words, also those without a value.
    pub(crate) fn rows(&self, editor: &Editor) -> Vec<WordRow> {
        let Some(Rule::Map { from, values, other }) = editor.draft.rule(&self.at) else {
            return Vec::new();
        };
        let value = |word: &str| {
            let found = values.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
            found.map(|(_, value)| typed::shown(value))
        };
        let known = known(from);
        let is_known = |word: &str| known.iter().any(|other| other.eq_ignore_ascii_case(word));
        let own = values.iter().map(|(word, _)| word).filter(|word| !is_known(word));
        let mut rows = vec![WordRow::From(from.clone())];
        rows.extend(
            known
                .iter()
                .chain(own)
                .map(|word| WordRow::Word(word.clone(), value(word))),
        );
        rows.push(WordRow::Other(other.as_ref().map(typed::shown)));
        rows
    }
}

/// Gives a key to the box.
pub(super) fn key(editor: &mut Editor, chord: Chord) {
    let Some(super::boxes::Ask::Words(words)) = editor.boxes.last().cloned() else {
        return;
    };
    let rows = words.rows(editor);
    let current = rows.get(words.cursor);
    let (code, _) = chord.parts();
    match (code, current) {
        (KeyCode::Esc | KeyCode::Char('q'), _) => drop(editor.boxes.pop()),
        (KeyCode::Up | KeyCode::BackTab | KeyCode::Char('k'), _) => go(editor, Motion::Rows(-1), rows.len()),
        (KeyCode::Down | KeyCode::Tab | KeyCode::Char('j'), _) => go(editor, Motion::Rows(1), rows.len()),
        (KeyCode::Char('g') | KeyCode::Home, _) => go(editor, Motion::First, rows.len()),
        (KeyCode::Char('G') | KeyCode::End, _) => go(editor, Motion::Last, rows.len()),
        (KeyCode::Char('n'), _) => choose::another_word(editor, words.at),
        (KeyCode::Char('u'), _) => drop(editor.undo()),
        (KeyCode::Char('U'), _) => drop(editor.redo()),
        (KeyCode::Enter | KeyCode::Right | KeyCode::Char('e' | 'l'), Some(_)) => open(editor),
        (KeyCode::Char('x') | KeyCode::Delete, Some(row)) => match row {
            WordRow::From(_) => {}
            WordRow::Word(word, _) => choose::put_value(editor, &ValueFor::Word(words.at, word.clone()), None),
            WordRow::Other(_) => choose::put_value(editor, &ValueFor::Other(words.at), None),
        },
        _ => {}
    }
}

/// Opens what asks for the value of the chosen row.
pub(super) fn open(editor: &mut Editor) {
    let Some(super::boxes::Ask::Words(words)) = editor.boxes.last().cloned() else {
        return;
    };
    match words.rows(editor).get(words.cursor) {
        Some(WordRow::From(_)) => choose::from(editor, words.at),
        Some(WordRow::Word(word, _)) => choose::value(editor, ValueFor::Word(words.at, word.clone())),
        Some(WordRow::Other(_)) => choose::value(editor, ValueFor::Other(words.at)),
        None => {}
    }
}

pub(super) fn go(editor: &mut Editor, motion: Motion, len: usize) {
    if let Some(super::boxes::Ask::Words(words)) = editor.boxes.last_mut() {
        words.cursor = motion.target(words.cursor, len, ROWS);
        words.top = scroll_to(words.cursor, words.top, len, ROWS);
    }
}
