//! Screen 5, its editor and its boxes: how they look, at every size, with everything that may come.

use crosstie::app::{Look, Setup, ThemeName};
use crosstie::domain::ValueKind;
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};

use super::office::{Office, field};
use super::world::{Desk, Fake, now, setup, snapshot, styles};
use super::{Scene, keep};

/// Sizes at which every scene is kept as text.
const KEPT: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

fn of(setup: Setup, office: Office, keys: &str) -> Desk {
    let mut desk = Desk::with(setup, Fake::new(9, snapshot()));
    desk.mappings = office;
    desk.event(crosstie::app::Event::StoreChanged);
    let later = now() + jiff::SignedDuration::from_secs(4);
    desk.event(crosstie::app::Event::Tick(later));
    desk.keys("5");
    desk.keys(keys);
    desk
}

fn full(setup: Setup, keys: &str) -> Desk {
    of(setup, Office::full(), keys)
}

fn typed(setup: Setup, keys: &str, text: &str) -> Desk {
    let mut desk = full(setup, keys);
    desk.text(text);
    desk
}

pub(crate) const SCENES: &[Scene] = &[
    ("mappings", |setup| full(setup, "")),
    ("mappings-attention", |setup| full(setup, "j")),
    ("mappings-none", |setup| of(setup, Office::default(), "")),
    ("mappings-menu", |setup| full(setup, "m")),
    ("mappings-remove", |setup| full(setup, "x")),
    ("mappings-home", |setup| full(setup, "1")),
    ("mapping-step-name", |setup| typed(setup, "n", "bounty")),
    ("mapping-step-project", |setup| {
        let mut desk = typed(setup, "n", "reports");
        desk.keys("enter enter");
        desk
    }),
    ("mapping-fields", |setup| full(setup, "e")),
    ("mapping-changed", |setup| full(setup, "e j space j j j j right")),
    ("mapping-scope", |setup| full(setup, "e shift-tab")),
    ("mapping-states", |setup| full(setup, "e tab G")),
    ("mapping-kind", |setup| full(setup, "e j j j j j enter")),
    ("mapping-people", |setup| full(setup, "e j j j j j j right")),
    ("mapping-template", |setup| typed(setup, "e enter ctrl-u", "{{se")),
    ("mapping-mistake", |setup| {
        let mut desk = typed(setup, "e enter ctrl-u", "{{nonsense}}");
        desk.keys("enter");
        desk
    }),
    ("mapping-words", |setup| full(setup, "e j j enter")),
    ("mapping-refused", |setup| full(setup, "e j space w")),
    ("mapping-run", |setup| full(setup, "e w j")),
    ("mapping-write", |setup| full(setup, "e j space space w w")),
    ("mapping-leave", |setup| full(setup, "e j space q")),
    ("mapping-filter", |setup| typed(setup, "e /", "du")),
    ("mapping-waiting", |setup| {
        let silent = true;
        of(
            setup,
            Office {
                silent,
                ..Office::full()
            },
            "e",
        )
    }),
    ("mapping-offline", |setup| {
        let offline = true;
        of(
            setup,
            Office {
                offline,
                ..Office::full()
            },
            "e",
        )
    }),
    ("mapping-many", |setup| {
        let name = |number: usize| format!("Field \u{1b}[31m{number} {}", "很长".repeat(number % 40));
        let fields = (0..200).map(|number| field(&format!("cf{number}"), &name(number), ValueKind::Text, &[]));
        let more = fields.collect();
        of(setup, Office { more, ..Office::full() }, "e G")
    }),
    ("mapping-help", |setup| full(setup, "e ?")),
];

#[test]
fn mappings_look_as_they_did() {
    for (name, scene) in SCENES {
        for (width, height) in KEPT {
            let desk = scene(setup(width, height));
            keep(&format!("{name}-{width}x{height}"), &desk.screen(width, height));
        }
    }
}

#[test]
fn mappings_have_the_colours_they_had() {
    for (name, scene) in SCENES {
        if !["mappings", "mapping-fields", "mapping-mistake", "mapping-run"].contains(name) {
            continue;
        }
        let buffer = scene(setup(120, 36)).buffer(Size::new(120, 36));
        keep(&format!("{name}-style"), &styles(&buffer));
    }
}

#[test]
fn no_line_is_too_wide_and_every_box_is_whole() {
    for (name, scene) in SCENES {
        for (width, height) in [(60, 20), (80, 24), (100, 30), (140, 40), (300, 80)] {
            let screen = scene(setup(width, height)).screen(width, height);
            for line in screen.lines() {
                let cells = crosstie::text::width(line);
                assert!(cells <= width.into(), "{name} {width}x{height}: {line}");
            }
            let last = screen.lines().last().unwrap_or_default().trim_end();
            let help = last.ends_with("help") || last.ends_with("close");
            assert!(help, "{name} {width}x{height}: {last}");
        }
    }
}

#[test]
fn without_colour_the_state_of_every_row_is_still_told() {
    let mut setup = setup(120, 36);
    setup.look = Look {
        theme: ThemeName::Mono,
        no_color: true,
        ..setup.look
    };
    let desk = full(setup, "e j space");
    let buffer = desk.buffer(Size::new(120, 36));
    for cell in &buffer.content {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
    }
    let screen = desk.screen(120, 36);
    assert!(screen.contains("▌ ✗ ●   Tier"), "{screen}");
    let plain = Modifier::empty();
    assert!(buffer.content.iter().any(|cell| cell.modifier != plain));
}
