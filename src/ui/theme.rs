//! Which colour and which character stands for what: the only place that knows colours.
//!
//! No role paints the background of the screen, so a terminal's own background always shows.

use ratatui::style::{Color, Modifier, Style};

use crate::app::role::Role;
use crate::app::{Look, ThemeName};

/// Colours and glyphs in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Theme {
    name: ThemeName,
    ascii: bool,
    links: bool,
    pub(crate) glyphs: &'static Glyphs,
}

/// Characters that carry a state, so that nothing depends on colour.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Glyphs {
    pub(crate) ok: &'static str,
    pub(crate) warn: &'static str,
    pub(crate) error: &'static str,
    pub(crate) live: &'static str,
    pub(crate) cut_off: &'static str,
    pub(crate) new: &'static str,
    pub(crate) mark: &'static str,
    /// A row that was selected with others.
    pub(crate) marked: &'static str,
    /// Where there is nothing to show, and that is worth knowing.
    pub(crate) nothing: &'static str,
    pub(crate) more: &'static str,
    /// Before a number that may be somewhat off.
    pub(crate) about: &'static str,
    pub(crate) spinner: [&'static str; 4],
    /// Most urgent first; the middle one is for priorities without a place in an order.
    pub(crate) priorities: [&'static str; 5],
    pub(crate) bar: (&'static str, &'static str),
    pub(crate) rising: &'static str,
    pub(crate) falling: &'static str,
}

static UNICODE: Glyphs = Glyphs {
    ok: "✓",
    warn: "▲",
    error: "✗",
    live: "●",
    cut_off: "◌",
    new: "○",
    mark: "▌",
    marked: "✓",
    nothing: "—",
    more: "…",
    about: "≈",
    spinner: ["◐", "◓", "◑", "◒"],
    priorities: ["▲", "△", "■", "▽", "▼"],
    bar: ("█", "░"),
    rising: "↑",
    falling: "↓",
};

static ASCII: Glyphs = Glyphs {
    ok: "ok",
    warn: "!",
    error: "x",
    live: "*",
    cut_off: "~",
    new: "o",
    mark: ">",
    marked: "+",
    nothing: "-",
    more: "~",
    about: "~",
    spinner: ["|", "/", "-", "\\"],
    priorities: ["A", "^", "=", "v", "V"],
    bar: ("#", "."),
    rising: "^",
    falling: "v",
};

/// Colours of one theme; `None` is the terminal's own.
struct Palette {
    muted: Color,
    focus: Color,
    key: Color,
    ok: Color,
    warn: Color,
    error: Color,
    info: Color,
    link: Color,
    tag: Color,
    stale: Color,
    hit: Color,
    code: Color,
    heading: Color,
    /// Behind the chosen row of the pane that has the focus.
    chosen: Option<Color>,
}

const DARK: Palette = Palette {
    muted: Color::Indexed(247),
    focus: Color::Indexed(80),
    key: Color::Indexed(117),
    ok: Color::Indexed(114),
    warn: Color::Indexed(221),
    error: Color::Indexed(210),
    info: Color::Indexed(111),
    link: Color::Indexed(117),
    tag: Color::Indexed(176),
    stale: Color::Indexed(180),
    hit: Color::Indexed(220),
    code: Color::Indexed(151),
    heading: Color::Indexed(250),
    chosen: Some(Color::Indexed(236)),
};

const LIGHT: Palette = Palette {
    muted: Color::Indexed(241),
    focus: Color::Indexed(25),
    key: Color::Indexed(25),
    ok: Color::Indexed(22),
    warn: Color::Indexed(94),
    error: Color::Indexed(124),
    info: Color::Indexed(26),
    link: Color::Indexed(25),
    tag: Color::Indexed(90),
    stale: Color::Indexed(58),
    hit: Color::Indexed(94),
    code: Color::Indexed(23),
    heading: Color::Indexed(238),
    chosen: Some(Color::Indexed(254)),
};

const CONTRAST: Palette = Palette {
    muted: Color::Indexed(252),
    focus: Color::Indexed(226),
    key: Color::Indexed(51),
    ok: Color::Indexed(46),
    warn: Color::Indexed(226),
    error: Color::Indexed(203),
    info: Color::Indexed(159),
    link: Color::Indexed(51),
    tag: Color::Indexed(213),
    stale: Color::Indexed(215),
    hit: Color::Indexed(229),
    code: Color::Indexed(120),
    heading: Color::Indexed(231),
    chosen: None,
};

const ANSI: Palette = Palette {
    muted: Color::Reset,
    focus: Color::Cyan,
    key: Color::Cyan,
    ok: Color::Green,
    warn: Color::Yellow,
    error: Color::Red,
    info: Color::Blue,
    link: Color::Cyan,
    tag: Color::Magenta,
    stale: Color::Yellow,
    hit: Color::Yellow,
    code: Color::Green,
    heading: Color::Reset,
    chosen: None,
};

impl Theme {
    /// The theme for a look; `NO_COLOR` beats every name.
    #[must_use]
    pub fn of(look: Look) -> Self {
        Self {
            name: if look.no_color { ThemeName::Mono } else { look.theme },
            ascii: look.ascii,
            links: look.links && !look.ascii,
            glyphs: if look.ascii { &ASCII } else { &UNICODE },
        }
    }

    pub(crate) fn is_ascii(&self) -> bool {
        self.ascii
    }

    pub(crate) fn links(&self) -> bool {
        self.links
    }

    fn palette(&self) -> Option<&'static Palette> {
        match self.name {
            ThemeName::Dark => Some(&DARK),
            ThemeName::Light => Some(&LIGHT),
            ThemeName::Contrast => Some(&CONTRAST),
            ThemeName::Ansi => Some(&ANSI),
            ThemeName::Mono => None,
        }
    }

    /// The style of a role.
    pub(crate) fn style(&self, role: Role) -> Style {
        let emphasis = match role {
            Role::Focus | Role::Key | Role::Error | Role::Match | Role::Heading => Modifier::BOLD,
            _ => Modifier::empty(),
        };
        let Some(palette) = self.palette() else {
            return Style::new().add_modifier(emphasis);
        };
        let color = match role {
            Role::Text if self.name == ThemeName::Contrast => Color::Indexed(231),
            Role::Text => Color::Reset,
            Role::Muted => palette.muted,
            Role::Focus => palette.focus,
            Role::Key => palette.key,
            Role::Ok => palette.ok,
            Role::Warn => palette.warn,
            Role::Error => palette.error,
            Role::Info => palette.info,
            Role::Link => palette.link,
            Role::Tag => palette.tag,
            Role::Stale => palette.stale,
            Role::Match => palette.hit,
            Role::Code => palette.code,
            Role::Heading => palette.heading,
        };
        let emphasis = match role {
            Role::Match | Role::Heading => Modifier::BOLD,
            Role::Muted if self.name == ThemeName::Ansi => Modifier::DIM,
            _ => Modifier::empty(),
        };
        Style::new().fg(color).add_modifier(emphasis)
    }

    /// What the chosen row adds to its styles, in a pane with or without the focus.
    pub(crate) fn chosen(&self, focused: bool) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        match (focused, self.palette().and_then(|palette| palette.chosen)) {
            (false, _) => style,
            (true, Some(color)) => style.bg(color),
            (true, None) => style.add_modifier(Modifier::REVERSED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 14] = [
        Role::Text,
        Role::Muted,
        Role::Focus,
        Role::Key,
        Role::Ok,
        Role::Warn,
        Role::Error,
        Role::Info,
        Role::Link,
        Role::Tag,
        Role::Stale,
        Role::Match,
        Role::Code,
        Role::Heading,
    ];

    #[test]
    fn no_color_means_none_whatever_the_theme() {
        for theme in ThemeName::ALL {
            let look = Look {
                theme,
                no_color: true,
                ..Look::default()
            };
            let theme = Theme::of(look);
            for role in ROLES {
                let style = theme.style(role).patch(theme.chosen(true));
                assert_eq!((style.fg, style.bg), (None, None), "{role:?}");
                assert!((Modifier::BOLD | Modifier::REVERSED).contains(style.add_modifier));
            }
        }
    }

    /// Red, green and blue of a colour as terminals agree on it; `None` for the terminal's own.
    fn rgb(color: Color) -> Option<[u8; 3]> {
        let Color::Indexed(index) = color else { return None };
        let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
        Some(match index {
            16..=231 => {
                let cube = index - 16;
                [level(cube / 36), level(cube / 6 % 6), level(cube % 6)]
            }
            _ => [8 + 10 * (index - 232); 3],
        })
    }

    /// As WCAG 2 computes it.
    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let luminance = |color: [u8; 3]| {
            let [red, green, blue] = color.map(|part| {
                let part = f64::from(part) / 255.0;
                if part <= 0.040_45 {
                    part / 12.92
                } else {
                    ((part + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn every_role_can_be_read_on_its_background() {
        for (theme, background, least) in [
            (ThemeName::Dark, [0; 3], 4.5),
            (ThemeName::Light, [255; 3], 4.5),
            (ThemeName::Contrast, [0; 3], 7.0),
        ] {
            let look = Look {
                theme,
                ..Look::default()
            };
            let painted = Theme::of(look);
            for role in ROLES {
                let Some(color) = painted.style(role).fg.and_then(rgb) else {
                    continue;
                };
                let found = contrast(color, background);
                assert!(found >= least, "{theme:?} {role:?}: {found:.2}");
                // Reversed, it is what stands on the color.
                let behind = painted.chosen(true).bg.and_then(rgb).unwrap_or(background);
                let found = contrast(color, behind);
                assert!(found >= least, "{theme:?} {role:?} on the chosen row: {found:.2}");
            }
            // Ordinary text has the terminal's own color, which is at the other end.
            let behind = painted.chosen(true).bg.and_then(rgb).unwrap_or(background);
            let found = contrast(background.map(|part| 255 - part), behind);
            assert!(found >= least, "{theme:?} text on the chosen row: {found:.2}");
        }
    }

    #[test]
    fn in_high_contrast_no_three_roles_look_alike() {
        let theme = Theme::of(Look {
            theme: ThemeName::Contrast,
            ..Look::default()
        });
        for role in ROLES {
            let alike = ROLES.iter().filter(|other| theme.style(**other) == theme.style(role));
            assert!(alike.count() < 3, "{role:?}");
        }
    }

    #[test]
    fn no_role_paints_a_background() {
        for theme in ThemeName::ALL {
            let theme = Theme::of(Look {
                theme,
                ..Look::default()
            });
            assert!(ROLES.iter().all(|role| theme.style(*role).bg.is_none()));
        }
    }

    #[test]
    fn ascii_glyphs_are_ascii() {
        let glyphs = &ASCII;
        let single = [
            glyphs.ok,
            glyphs.warn,
            glyphs.error,
            glyphs.live,
            glyphs.cut_off,
            glyphs.new,
            glyphs.mark,
            glyphs.more,
            glyphs.bar.0,
            glyphs.bar.1,
            glyphs.rising,
            glyphs.falling,
        ];
        assert!(
            single
                .iter()
                .chain(&glyphs.spinner)
                .chain(&glyphs.priorities)
                .all(|glyph| glyph.is_ascii())
        );
    }
}
