//! Asks before the config is written or something is removed, and shows what would change.
//!
//! The box starts on Cancel: enter and the key that led here do nothing. `y` or the other button does.

use crossterm::event::KeyCode;

use super::Layer;
use crate::app::chord::Chord;
use crate::app::event::{ChangeKind, ChangeLine, ConfigChange, Effect};
use crate::app::model::Model;
use crate::app::views;

/// Unchanged lines shown around a change.
const CONTEXT: usize = 2;

/// The overlay.
#[derive(Debug, Clone)]
pub(crate) struct Confirm {
    pub(crate) title: String,
    /// What is asked, over the difference.
    pub(crate) text: String,
    /// The difference; `None` stands for unchanged lines left out.
    pub(crate) lines: Vec<Option<ChangeLine>>,
    /// The word on the button that does it.
    pub(crate) yes: &'static str,
    /// Whether that button is chosen.
    pub(crate) on_yes: bool,
    pub(crate) scroll: usize,
    change: Option<ConfigChange>,
}

impl Confirm {
    /// A box about a change of the config, or about something that lasts for the session only.
    pub(crate) fn new(question: Option<String>, change: Option<ConfigChange>) -> Self {
        let removes = question.is_some();
        let text = match (question, &change) {
            (Some(question), Some(change)) => format!("{question} This is what changes in {}:", change.path),
            (Some(question), None) => format!("{question} For this session only: nothing is written."),
            (None, Some(change)) => format!("This is what changes in {}:", change.path),
            (None, None) => "For this session only: nothing is written.".to_owned(),
        };
        Self {
            title: if removes { "Remove" } else { "Write the config" }.to_owned(),
            text,
            lines: change
                .as_ref()
                .map(|change| shortened(&change.lines))
                .unwrap_or_default(),
            yes: if removes { "Remove" } else { "Write" },
            on_yes: false,
            scroll: 0,
            change,
        }
    }
}

/// The changed lines with a little of what is around them.
fn shortened(lines: &[ChangeLine]) -> Vec<Option<ChangeLine>> {
    let near = |at: usize| {
        let around = at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(lines.len());
        lines
            .get(around)
            .is_some_and(|lines| lines.iter().any(|line| line.kind != ChangeKind::Kept))
    };
    let mut shown = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        if near(at) {
            shown.push(Some(line.clone()));
        } else if shown.last().is_some_and(Option::is_some) {
            shown.push(None);
        }
    }
    if shown.last().is_some_and(Option::is_none) {
        shown.pop();
    }
    shown
}

pub(super) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let Some(Layer::Confirm(confirm)) = model.layers.last_mut() else {
        return;
    };
    let most = confirm.lines.len().saturating_sub(1);
    match chord.parts().0 {
        KeyCode::Char('y') => answer(model, true, out),
        KeyCode::Enter => {
            let yes = confirm.on_yes;
            answer(model, yes, out);
        }
        KeyCode::Esc | KeyCode::Char('n' | 'q') => answer(model, false, out),
        KeyCode::Tab | KeyCode::BackTab => confirm.on_yes = !confirm.on_yes,
        KeyCode::Left | KeyCode::Char('h') => confirm.on_yes = false,
        KeyCode::Right | KeyCode::Char('l') => confirm.on_yes = true,
        KeyCode::Down | KeyCode::Char('j') => confirm.scroll = (confirm.scroll + 1).min(most),
        KeyCode::Up | KeyCode::Char('k') => confirm.scroll = confirm.scroll.saturating_sub(1),
        _ => {}
    }
}

/// Closes the box.
pub(crate) fn answer(model: &mut Model, yes: bool, out: &mut Vec<Effect>) {
    let Some(Layer::Confirm(confirm)) = model.layers.pop() else {
        return;
    };
    if yes {
        views::confirmed(model, confirm.change, out);
    } else {
        views::refused(model);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_lines_around_a_change_are_shown() {
        let lines: Vec<ChangeLine> = "....+.........-..+"
            .chars()
            .enumerate()
            .map(|(at, kind)| ChangeLine {
                kind: match kind {
                    '+' => ChangeKind::Added,
                    '-' => ChangeKind::Removed,
                    _ => ChangeKind::Kept,
                },
                text: at.to_string(),
            })
            .collect();
        let shown: Vec<String> = shortened(&lines)
            .iter()
            .map(|line| line.as_ref().map_or("…".to_owned(), |line| line.text.clone()))
            .collect();
        assert_eq!(shown.join(" "), "2 3 4 5 6 … 12 13 14 15 16 17");
        assert_eq!(shortened(&lines[..4]), []);
    }
}
