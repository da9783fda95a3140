//! What the dashboard starts from: views, keys and looks, by the config and the terminal.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};
use ratatui::layout::Size;

use super::event::Shade;
use super::views;
use crate::config::{Config, ViewConfig};
use crate::domain::ListQuery;

/// A set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeName {
    /// For dark terminals.
    #[default]
    Dark,
    /// For light terminals.
    Light,
    /// Strong contrast on dark terminals.
    Contrast,
    /// The terminal's own sixteen colours.
    Ansi,
    /// No colour at all.
    Mono,
}

impl ThemeName {
    /// Every theme, in the order in which one key walks through them.
    pub const ALL: [Self; 5] = [Self::Dark, Self::Light, Self::Contrast, Self::Ansi, Self::Mono];

    /// The word in the config.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "high-contrast",
            Self::Ansi => "16",
            Self::Mono => "none",
        }
    }

    /// The theme for `[ui] theme` in a terminal with that environment. `auto` is dark unless the
    /// terminal says otherwise (`COLORFGBG`), and the sixteen colours where there are no more.
    #[must_use]
    pub fn pick(name: &str, environment: impl Fn(&str) -> Option<String>) -> Self {
        if let Some(theme) = Self::from_name(name) {
            return theme;
        }
        let has = |variable: &str, part: &str| environment(variable).is_some_and(|value| value.contains(part));
        let background = environment("COLORFGBG").and_then(|colors| colors.rsplit(';').next()?.parse::<u8>().ok());
        let many = environment("COLORTERM").is_some_and(|value| !value.is_empty())
            || has("TERM", "256color")
            || has("TERM", "direct")
            || has("TERM", "kitty");
        match background {
            _ if !many => Self::Ansi,
            Some(7 | 15) => Self::Light,
            _ => Self::Dark,
        }
    }

    /// Whether the terminal's background decides between this theme, picked for `[ui] theme`, and
    /// another: not where a theme is named, and not where the terminal's own colours are used.
    #[must_use]
    pub fn follows(self, setting: &str) -> bool {
        Self::from_name(setting).is_none() && matches!(self, Self::Dark | Self::Light)
    }

    /// The theme of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|theme| theme.name().eq_ignore_ascii_case(name))
    }
}

/// How the dashboard looks and behaves apart from its contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Colours.
    pub theme: ThemeName,
    /// Whether the terminal's background decides between the dark and the light theme.
    pub follows: bool,
    /// `NO_COLOR`: nothing but bold and reverse, whatever the theme.
    pub no_color: bool,
    /// Nothing but ASCII.
    pub ascii: bool,
    /// Whether the mouse is captured.
    pub mouse: bool,
    /// Whether the terminal is likely to follow links.
    pub links: bool,
}

impl Look {
    /// Whether it is worth asking the terminal for its background.
    #[must_use]
    pub fn asks(self) -> bool {
        self.follows && !self.no_color
    }

    /// Takes the theme for the terminal's background.
    pub(crate) fn follow(&mut self, shade: Shade) {
        if self.follows {
            self.theme = match shade {
                Shade::Dark => ThemeName::Dark,
                Shade::Light => ThemeName::Light,
            };
        }
    }
}

/// What the dashboard starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct Setup {
    /// Size of the terminal.
    pub size: Size,
    /// The time.
    pub now: Timestamp,
    /// The zone that times are shown in.
    pub zone: TimeZone,
    /// Views in order; the default one is shown, or the first.
    pub views: Vec<ViewConfig>,
    /// Whether the last view stands for the default JQL and is not in the config file.
    pub implied: bool,
    /// `[keys]`.
    pub keys: BTreeMap<String, String>,
    /// Colours and mouse.
    pub look: Look,
    /// Where the config is, or would be; shown when there is none.
    pub config_path: String,
}

impl Setup {
    /// What the config says; time, zone and size are for the caller to set.
    #[must_use]
    pub fn of(config: &Config, config_path: String) -> Self {
        let (views, implied) = views::of_config(config);
        Self {
            size: Size::new(80, 24),
            now: Timestamp::UNIX_EPOCH,
            zone: TimeZone::UTC,
            views,
            implied,
            keys: config.keys.clone(),
            look: Look {
                theme: ThemeName::from_name(&config.ui.theme).unwrap_or_default(),
                follows: false,
                no_color: false,
                ascii: config.ui.ascii,
                mouse: config.ui.mouse,
                links: false,
            },
            config_path,
        }
    }

    /// The list to read before the first frame.
    #[must_use]
    pub fn first_query(&self) -> ListQuery {
        let view = self.views.iter().find(|view| view.default).or(self.views.first());
        let columns = view.map(|view| view.columns.as_slice()).unwrap_or_default();
        ListQuery {
            jql: view.map(|view| view.jql.clone()).unwrap_or_default(),
            fields: columns.iter().filter_map(|column| column.field()).collect(),
            limit: 100,
            ..ListQuery::default()
        }
    }
}
