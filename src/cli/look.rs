//! What results and dashboard are shown on, and how.
//!
//! Must never be in here: writing.

use std::io::{self, IsTerminal};

use jiff::tz::TimeZone;

use super::terminal::Abilities;

/// How results for people look.
#[derive(Debug, Clone)]
pub struct Look {
    /// Cells of a line, if a terminal shows it.
    pub width: Option<usize>,
    /// Whether standard error may be coloured.
    pub color: bool,
    /// Only ASCII.
    pub ascii: bool,
    /// Whether the dashboard is a dialogue of lines.
    pub accessible: bool,
    /// The zone that people read times in.
    pub zone: TimeZone,
    /// Lines of the terminal on standard output.
    pub height: Option<usize>,
    /// What the terminal can do.
    pub abilities: Abilities,
    /// Whether both ends are a terminal, so that the dashboard can start.
    pub interactive: bool,
}

impl Look {
    /// As the surroundings of this process are.
    #[must_use]
    pub fn of_process(ascii: bool, accessible: bool) -> Self {
        let on_terminal = io::stdout().is_terminal();
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb");
        let size = on_terminal.then(crossterm::terminal::size).and_then(Result::ok);
        Self {
            width: size.map(|(columns, _)| usize::from(columns)),
            height: size.map(|(_, lines)| usize::from(lines)),
            abilities: Abilities::of(|name| std::env::var(name).ok()),
            color: io::stderr().is_terminal() && !plain,
            ascii,
            accessible,
            zone: TimeZone::system(),
            interactive: on_terminal && io::stdin().is_terminal(),
        }
    }
}
