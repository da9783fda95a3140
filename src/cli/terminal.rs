//! What this terminal can do, as far as its environment tells; for `doctor`.
//!
//! Must never be in here: reading the environment, or asking the terminal itself.

use crate::{app::ThemeName, runtime::follows_links};

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Abilities {
    /// Its colours.
    pub colors: Colors,
    /// Whether it is likely to follow links.
    pub links: bool,
    /// Whether the locale says that text is UTF-8.
    pub unicode: bool,
}

/// How many colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colors {
    /// None wanted, or none there.
    #[default]
    None,
    /// The sixteen that every terminal has.
    Sixteen,
    /// 256 or more.
    Many,
}

impl Abilities {
    /// Those of a terminal with this environment.
    #[must_use]
    pub fn of(environment: impl Fn(&str) -> Option<String>) -> Self {
        let value = |name: &str| environment(name).filter(|value| !value.is_empty());
        let is_plain = value("NO_COLOR").is_some() || value("TERM").is_some_and(|term| term == "dumb");
        let colors = match ThemeName::pick("auto", &environment) {
            _ if is_plain => Colors::None,
            ThemeName::Ansi => Colors::Sixteen,
            _ => Colors::Many,
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(value);
        let locale = locale.unwrap_or_default().to_ascii_lowercase();
        Self {
            colors,
            links: follows_links(&environment),
            unicode: cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_tells_what_a_terminal_can_do() {
        type Given = &'static [(&'static str, &'static str)];
        let table: [(Given, Colors, bool, bool); 5] = [
            (
                &[("TERM", "xterm-256color"), ("LANG", "de_DE.UTF-8")],
                Colors::Many,
                true,
                true,
            ),
            (&[("TERM", "linux"), ("LANG", "C")], Colors::Sixteen, false, false),
            (&[("TERM", "dumb"), ("LC_ALL", "C.utf8")], Colors::None, false, true),
            (
                &[("TERM", "kitty"), ("NO_COLOR", "1"), ("LC_ALL", ""), ("LC_CTYPE", "C")],
                Colors::None,
                true,
                false,
            ),
            (&[], Colors::Sixteen, false, false),
        ];
        for (given, colors, links, unicode) in table {
            let look = |name: &str| {
                let found = given.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            let expected = Abilities {
                colors,
                links,
                unicode: unicode || cfg!(windows),
            };
            assert_eq!(Abilities::of(look), expected, "{given:?}");
        }
    }
}
