//! What everybody needs who tests a dashboard without a loop: connections, keys as events, and what is
//! on the screen.

use crossterm::event::{Event as TermEvent, KeyCode, KeyEvent, KeyModifiers};
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Cell;

use crate::app::chord::Chord;
use crate::app::{Event, Model};
use crate::domain::{Access, Alias, ConnectionState, Deployment, Health, Problem, Quota};

pub(in crate::app) fn now() -> Timestamp {
    "2026-09-10T10:45:00Z".parse().unwrap()
}

pub(in crate::app) fn problem(message: &str) -> Problem {
    Problem {
        kind: "test".to_owned(),
        message: message.to_owned(),
        remedy: "do something about it".to_owned(),
    }
}

/// A connection that works.
pub(in crate::app) fn connection(alias: &str, access: Access) -> ConnectionState {
    ConnectionState {
        alias: Alias::from(alias),
        site: format!("https://{alias}.atlassian.net"),
        deployment: Some(Deployment::Cloud),
        version: None,
        access,
        account: None,
        time_zone: None,
        health: Health::Ok,
        problem: None,
        complete: true,
        issues: Some(1234),
        last_success: None,
        next_run: None,
        attempts: 0,
        quota: Quota::default(),
        ending: None,
        expires: None,
        default: false,
        enabled: true,
        read_only: false,
    }
}

fn key(code: KeyCode, mods: KeyModifiers) -> Event {
    Event::Term(TermEvent::Key(KeyEvent::new(code, mods)))
}

/// Keys, separated by spaces.
pub(in crate::app) fn keys(keys: &str) -> impl Iterator<Item = Event> {
    keys.split(' ').filter(|name| !name.is_empty()).map(|name| {
        let (code, mods) = Chord::parse(name).unwrap().parts();
        key(code, mods)
    })
}

/// Text, letter by letter.
pub(in crate::app) fn typed(text: &str) -> impl Iterator<Item = Event> {
    text.chars()
        .map(|letter| key(KeyCode::Char(letter), KeyModifiers::NONE))
}

/// What a person sees.
pub(in crate::app) fn screen(model: &Model) -> String {
    let size = model.size;
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    let theme = crate::ui::Theme::of(model.look());
    terminal.draw(|frame| crate::ui::view(model, &theme, frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let lines = buffer.content.chunks(size.width.into());
    let text = |line: &[Cell]| line.iter().map(Cell::symbol).collect::<String>();
    lines.map(text).collect::<Vec<_>>().join("\n")
}
