//! Asks before the config is written or something is removed, and shows what would change; asks before
//! changes are lost by quitting.
//!
//! The box starts on Cancel: enter and the key that led here do nothing. `y` or the other button does.

use crossterm::event::KeyCode;

use super::Layer;
use crate::app::action::Action;
use crate::app::chord::Chord;
use crate::app::event::{ChangeKind, ChangeLine, ConfigChange, Effect, FindingAct};
use crate::app::findings;
use crate::app::model::Model;
use crate::app::{mapping, views};

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
    about: About,
}

/// What yes leads to.
#[derive(Debug, Clone)]
enum About {
    /// The planned views, by this change of the config if there is one.
    Views(Option<ConfigChange>),
    /// The planned change of a mapping.
    Mapping(ConfigChange),
    /// The end.
    Quit,
    /// Something about findings.
    Findings(FindingAct),
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
            about: About::Views(change),
        }
    }

    /// A box about a change of the mappings.
    pub(crate) fn about_mapping(question: Option<String>, change: ConfigChange) -> Self {
        let mut confirm = Self::new(question, Some(change.clone()));
        confirm.about = About::Mapping(change);
        confirm
    }

    /// A box before changes of views are lost.
    fn before_quitting(unsaved: &[String], key: Option<String>) -> Self {
        let what = match unsaved {
            [] | [_] | [_, _] => unsaved.join(" and "),
            [first, more @ ..] => format!("{first} and {} more", more.len()),
        };
        let way = key.map_or_else(String::new, |key| format!(" {key} saves the chosen view."));
        Self {
            title: "Quit".to_owned(),
            text: format!("Not saved: {what}.{way}"),
            lines: Vec::new(),
            yes: "Quit",
            on_yes: false,
            scroll: 0,
            about: About::Quit,
        }
    }
}

/// Asks before something is done about findings.
pub(crate) fn ask(model: &mut Model, title: &str, text: String, yes: &'static str, act: FindingAct) {
    model.layers.push(Layer::Confirm(Confirm {
        title: title.to_owned(),
        text,
        lines: Vec::new(),
        yes,
        on_yes: false,
        scroll: 0,
        about: About::Findings(act),
    }));
}

/// Quits, unless views would lose what was changed about them: then it asks. Asked for again while
/// the question stands, it quits.
pub(crate) fn quit(model: &mut Model, out: &mut Vec<Effect>) {
    let asking = |layer: &Layer| matches!(layer, Layer::Confirm(confirm) if matches!(confirm.about, About::Quit));
    let mut unsaved = model.home.unsaved();
    unsaved.extend(mapping::unsaved(model));
    if unsaved.is_empty() || model.layers.iter().any(asking) {
        out.push(Effect::Quit);
        return;
    }
    let key = model.keymap.hint(Action::Save);
    let confirm = Confirm::before_quitting(&unsaved, key);
    model.layers.push(Layer::Confirm(confirm));
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
    match (confirm.about, yes) {
        (About::Views(change), true) => views::confirmed(model, change, out),
        (About::Views(_), false) => views::refused(model),
        (About::Mapping(change), true) => mapping::confirmed(model, change, out),
        (About::Mapping(_), false) => mapping::refused(model),
        (About::Quit, true) => out.push(Effect::Quit),
        (About::Findings(act), true) => findings::begin(model, act, out),
        (About::Quit | About::Findings(_), false) => {}
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
    use crate::app::tests::{model, press};

    fn asks(model: &Model) -> Option<&str> {
        match model.layers.last() {
            Some(Layer::Confirm(confirm)) => Some(&confirm.text),
            _ => None,
        }
    }

    #[test]
    fn quitting_asks_only_if_views_would_lose_something() {
        for quit in ["q", "ctrl-c"] {
            assert_eq!(press(&mut model(), quit), [Effect::Quit], "{quit}");
            for (keys, lost) in [
                ("s down enter", "the order of \"Mine\""),
                ("S space enter", "the columns of \"Mine\""),
                ("S space enter s down enter j", "the columns and order of \"Mine\""),
                ("}", "the order of the views"),
            ] {
                let mut model = model();
                if keys == "}" {
                    model.panes.focus = crate::app::layout::Pane::Views;
                }
                press(&mut model, keys);
                assert_eq!(press(&mut model, quit), [], "{keys}");
                let text = asks(&model).unwrap_or_default();
                assert!(text.contains(lost), "{keys}: {text}");
                for (answer, expected) in [
                    ("enter", vec![]),
                    ("esc", vec![]),
                    ("q", vec![]),
                    ("ctrl-c", vec![Effect::Quit]),
                    ("y", vec![Effect::Quit]),
                    ("tab enter", vec![Effect::Quit]),
                ] {
                    assert_eq!(press(&mut model, answer), expected, "{keys} {answer}");
                    model.layers.clear();
                    press(&mut model, quit);
                }
            }
        }
    }

    #[test]
    fn what_was_typed_is_no_change_of_a_view_and_no_signal_asks() {
        let mut model = model();
        press(&mut model, "J ctrl-u x = 1 enter");
        assert_eq!(press(&mut model, "ctrl-c"), [Effect::Quit]);
        press(&mut model, "s down enter");
        let stopped = crate::app::update(&mut model, crate::app::Event::Stop);
        assert!(stopped.contains(&Effect::Quit), "a signal is no question");
        press(&mut model, "ctrl-c");
        assert!(asks(&model).is_some());
        model.size = ratatui::layout::Size::new(40, 10);
        assert_eq!(
            press(&mut model, "q"),
            [Effect::Quit],
            "there is no room for a question"
        );
    }

    #[test]
    fn the_question_names_a_few_and_counts_the_rest() {
        let unsaved: Vec<String> = (1..=4).map(|number| format!("the order of \"{number}\"")).collect();
        let text = |count: usize| Confirm::before_quitting(&unsaved[..count], Some("w".to_owned())).text;
        insta::assert_snapshot!(text(1), @r#"Not saved: the order of "1". w saves the chosen view."#);
        insta::assert_snapshot!(text(2), @r#"Not saved: the order of "1" and the order of "2". w saves the chosen view."#);
        insta::assert_snapshot!(text(4), @r#"Not saved: the order of "1" and 3 more. w saves the chosen view."#);
    }
}
