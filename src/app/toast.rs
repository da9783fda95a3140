//! Short messages over the screen: what came of an action. News go by themselves, errors stay until
//! they are looked at, and all of them can be read again.
//!
//! Must never be in here: where they are drawn, or what runs are doing (that is the status line's).

use std::collections::VecDeque;

use jiff::Timestamp;

use super::event::Tone;
use super::model::Model;
use super::overlay::{Layer, TextBox};
use crate::text::clean_line;

/// Messages in sight at once.
const SHOWN: usize = 3;
/// How long news stay.
const SECONDS: i64 = 6;
/// Messages that can be read again.
const KEPT: usize = 100;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Toast {
    pub(crate) tone: Tone,
    pub(crate) text: String,
    /// Stays until it is looked at.
    pub(crate) stays: bool,
    at: Timestamp,
}

/// What is in sight, what waits for room, and what has been said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Toasts {
    /// Oldest first.
    shown: Vec<Toast>,
    waiting: VecDeque<Toast>,
    /// Oldest first.
    past: VecDeque<Toast>,
}

impl Toasts {
    /// Shows a message. One that says the same makes way for it, and old news do if there is no
    /// room; behind errors it waits.
    pub(crate) fn show(&mut self, tone: Tone, text: String, stays: bool, now: Timestamp) {
        let toast = Toast {
            tone,
            text,
            stays,
            at: now,
        };
        self.remember(toast.clone());
        self.shown.retain(|other| other.text != toast.text);
        self.waiting.retain(|other| other.text != toast.text);
        if self.shown.len() >= SHOWN
            && let Some(oldest) = self.shown.iter().position(|other| !other.stays)
        {
            self.shown.remove(oldest);
        }
        self.waiting.push_back(toast);
        self.fill(now);
    }

    fn remember(&mut self, toast: Toast) {
        // What fails every few seconds must not push everything else out.
        self.past.pop_back_if(|last| last.text == toast.text);
        self.past.push_back(toast);
        let excess = self.past.len().saturating_sub(KEPT);
        self.past.drain(..excess);
    }

    /// What waited is news from the moment it is seen.
    fn fill(&mut self, now: Timestamp) {
        while self.shown.len() < SHOWN
            && let Some(next) = self.waiting.pop_front()
        {
            self.shown.push(Toast { at: now, ..next });
        }
    }

    pub(crate) fn tick(&mut self, now: Timestamp) {
        self.shown
            .retain(|toast| toast.stays || now.as_second() - toast.at.as_second() < SECONDS);
        self.fill(now);
    }

    /// Takes away what is in sight; `true` if an error was among it.
    pub(crate) fn dismiss(&mut self, now: Timestamp) -> bool {
        let seen = std::mem::take(&mut self.shown);
        self.fill(now);
        seen.iter().any(|toast| toast.stays)
    }

    /// Messages in sight, oldest first.
    pub(crate) fn shown(&self) -> &[Toast] {
        &self.shown
    }

    /// Messages that have no room yet.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub(crate) fn is_silent(&self) -> bool {
        self.past.is_empty()
    }
}

/// Everything that was said, latest first. What is in sight counts as looked at.
pub(super) fn open(model: &mut Model) {
    let toasts = &mut model.toasts;
    toasts.shown.clear();
    toasts.waiting.clear();
    let past: Vec<Toast> = toasts.past.iter().rev().cloned().collect();
    let parts: Vec<(String, String)> = past
        .iter()
        .map(|toast| {
            let word = match toast.tone {
                Tone::Good => "done",
                Tone::Plain => "note",
                Tone::Bad => "problem",
            };
            (
                format!("{} {word}", model.clock(toast.at)),
                clean_line(&toast.text).into_owned(),
            )
        })
        .collect();
    let copy = parts
        .iter()
        .map(|(label, text)| format!("{label}: {text}"))
        .collect::<Vec<_>>()
        .join("\n");
    model.layers.push(Layer::Text(TextBox {
        title: format!("Messages · {}", parts.len()),
        parts,
        copy,
        scroll: 0,
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn texts(toasts: &Toasts) -> Vec<&str> {
        toasts.shown().iter().map(|toast| toast.text.as_str()).collect()
    }

    fn show(toasts: &mut Toasts, text: &str, stays: bool, second: i64) {
        let tone = if stays { Tone::Bad } else { Tone::Good };
        toasts.show(tone, text.to_owned(), stays, at(second));
    }

    #[test]
    fn news_go_by_themselves_and_errors_do_not() {
        let mut toasts = Toasts::default();
        show(&mut toasts, "copied", false, 0);
        show(&mut toasts, "no browser", true, 1);
        toasts.tick(at(5));
        assert_eq!(texts(&toasts), ["copied", "no browser"]);
        toasts.tick(at(6));
        assert_eq!(texts(&toasts), ["no browser"]);
        toasts.tick(at(6_000));
        assert!(toasts.dismiss(at(6_000)), "an error was in sight");
        assert_eq!(texts(&toasts), [""; 0]);
        show(&mut toasts, "copied", false, 6_001);
        assert!(!toasts.dismiss(at(6_001)), "news alone keep no key");
    }

    #[test]
    fn what_is_said_again_stands_last_and_once() {
        let mut toasts = Toasts::default();
        show(&mut toasts, "one", false, 0);
        show(&mut toasts, "two", false, 1);
        show(&mut toasts, "one", false, 5);
        assert_eq!(texts(&toasts), ["two", "one"]);
        toasts.tick(at(8));
        assert_eq!(texts(&toasts), ["one"], "its time began anew");
    }

    #[test]
    fn old_news_make_way_and_errors_are_waited_for() {
        let mut toasts = Toasts::default();
        for (text, stays) in [("a", true), ("b", false), ("c", false), ("d", false)] {
            show(&mut toasts, text, stays, 0);
        }
        assert_eq!(texts(&toasts), ["a", "c", "d"]);
        show(&mut toasts, "e", true, 0);
        show(&mut toasts, "f", true, 0);
        show(&mut toasts, "g", false, 0);
        assert_eq!((texts(&toasts), toasts.waiting()), (vec!["a", "e", "f"], 1));
        toasts.dismiss(at(90));
        assert_eq!(texts(&toasts), ["g"]);
        toasts.tick(at(95));
        assert_eq!(texts(&toasts), ["g"], "its time began when it was seen");
    }

    #[test]
    fn the_history_is_bounded_and_folds_what_repeats() {
        let mut toasts = Toasts::default();
        for number in 0..300 {
            show(&mut toasts, &number.to_string(), false, number);
            show(&mut toasts, &number.to_string(), false, number);
        }
        assert_eq!(toasts.past.len(), KEPT);
        assert_eq!(toasts.past.front().map(|toast| toast.text.as_str()), Some("200"));
    }
}
