//! What is chosen at present in a list that is opened, so that enter on it changes nothing; and the names
//! of what was picked by id.
//!
//! Must never be in here: what a choice changes (`choose`).

use super::boxes::Ask;
use super::choose;
use super::editor::Editor;
use super::pick::{PickRow, What, conflict_word};
use super::typed;
use crate::app::list::Motion;
use crate::config::{ProjectChoice, Rule};

/// Puts the chosen line on what is chosen at present, as soon as the list is there.
pub(super) fn place(editor: &mut Editor) {
    let Some(Ask::Pick(pick)) = editor.boxes.last() else {
        return;
    };
    if pick.placed || pick.chosen.is_some() {
        return;
    }
    let listing = pick.listing(editor);
    if listing.waiting {
        return;
    }
    let key = key(editor, &pick.what);
    let at = key.and_then(|key| listing.rows.iter().position(|row| row.key == key));
    if let Some(Ask::Pick(pick)) = editor.boxes.last_mut() {
        pick.placed = true;
        pick.cursor = at.unwrap_or(0);
        pick.go(Motion::Rows(0), listing.rows.len());
    }
}

/// The key of what is chosen at present; none where nothing is.
fn key(editor: &Editor, what: &What) -> Option<String> {
    let mapping = &editor.draft.mapping;
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match what {
        What::Connection => filled(mapping.connection.as_str()),
        What::Project => match &mapping.project {
            ProjectChoice::Key(key) => filled(key),
            ProjectChoice::Ask => Some(String::new()),
        },
        What::Model => editor.draft.model.clone(),
        What::IssueType => filled(&mapping.issue_type),
        What::SubtaskType => Some(mapping.subtask_type.clone().unwrap_or_default()),
        What::Severity => Some(
            mapping
                .matching
                .severity
                .map_or_else(String::new, |one| one.word().to_owned()),
        ),
        What::Create => Some(mapping.create.word().to_owned()),
        What::Conflict => Some(conflict_word(mapping.conflict).to_owned()),
        What::Status(state) => editor.draft.state(*state).map(|rule| rule.status.clone()),
        What::Resolution(name) => mapping.resolutions.get(name).map(|one| one.word().to_owned()),
        What::Value(value) => choose::present(editor, value).map(|value| typed::shown(&value)),
        What::Fact(at) => match editor.draft.rule(at)? {
            Rule::Finding(name) => Some(name.clone()),
            _ => None,
        },
        What::From(at) => match editor.draft.rule(at)? {
            Rule::Map { from, .. } => Some(from.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// Keeps the name of what is picked by its id, for the table.
pub(super) fn remember(editor: &mut Editor, row: Option<&PickRow>) {
    if let Some(row) = row.filter(|row| row.note == row.key && row.label != row.key) {
        editor.names.insert(row.key.clone(), row.label.clone());
    }
}
