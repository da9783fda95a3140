//! Every screen as text and as styles, at every size, in every colour scheme.
//!
//! A frame's text alone would let a colour regression pass, so the main screens are also kept as a
//! grid with one letter per style.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up fails its test")]

#[path = "screens/shop.rs"]
mod shop;
#[path = "screens/world.rs"]
mod world;

#[path = "screens/bad_input.rs"]
mod bad_input;
#[path = "screens/findings.rs"]
mod findings;
#[path = "screens/wizard.rs"]
mod wizard;

use std::sync::Arc;

use crosstie::app::{Effect, Event, LivePage, Look, Scope, Setup, ThemeName, Tone};
use crosstie::domain::{Alias, Health, Problem, RunKind, Snapshot};
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};
use world::{Desk, Fake, now, row, setup, snapshot, styles, syncing, text};

const SIZES: [(u16, u16); 5] = [(60, 20), (80, 24), (100, 30), (140, 40), (300, 80)];

/// A way to come to a screen.
type Scene = (&'static str, fn(Setup) -> Desk);

fn home(setup: Setup) -> Desk {
    Desk::with(setup, Fake::new(9, snapshot()))
}

fn after(setup: Setup, keys: &str) -> Desk {
    let mut desk = home(setup);
    desk.keys(keys);
    desk
}

fn offline(setup: Setup) -> Desk {
    let mut snapshot = snapshot();
    for connection in &mut snapshot.connections {
        connection.health = Health::Offline;
        connection.attempts = 4;
        connection.problem = Some(Problem {
            kind: "network".to_owned(),
            message: format!("{} cannot be reached: no route to host", connection.alias),
            remedy: "crosstie tries again by itself.".to_owned(),
        });
    }
    Desk::with(setup, Fake::new(9, snapshot))
}

/// Nothing is cached yet and the first pull is under way.
fn first_pull(setup: Setup) -> Desk {
    let mut snapshot = syncing();
    snapshot.runs[0].kind = RunKind::First;
    for connection in &mut snapshot.connections {
        connection.complete = false;
        connection.issues = Some(0);
        connection.last_success = None;
        connection.health = Health::Unknown;
        connection.problem = None;
    }
    snapshot.runs.truncate(1);
    Desk::with(setup, Fake::new(0, snapshot))
}

fn live(setup: Setup) -> Desk {
    let mut desk = home(setup);
    desk.keys("J ctrl-u");
    desk.text("status WAS Done");
    desk.keys("enter");
    let Some(Effect::LiveSearch(ticket, _)) = desk.effects.last().cloned() else {
        panic!("{:?}", desk.effects)
    };
    let mut unknown = row(1);
    unknown.row = -1;
    unknown.summary = "Only the server knows me".to_owned();
    desk.event(Event::Live(
        ticket,
        LivePage {
            rows: vec![unknown, row(2)],
            total: Some(812),
            sent: vec![(Alias::from("acme"), "status WAS Done ORDER BY updated DESC".to_owned())],
            problems: Vec::new(),
            done: true,
        },
    ));
    desk
}

/// With the fields of the sites as columns, still in the chooser.
fn with_fields(setup: Setup, keys: &str) -> Desk {
    let mut desk = after(setup, "S");
    for field in ["story", "cf", "見積"] {
        desk.text(field);
        desk.keys("space ctrl-u");
    }
    desk.keys(keys);
    desk
}

/// With a catalog.
fn tagged(setup: Setup, keys: &str) -> Desk {
    let mut desk = home(setup);
    desk.event(Event::Catalog(Arc::new(world::tags())));
    desk.keys(keys);
    desk
}

/// Every scene of every screen.
fn scenes() -> impl Iterator<Item = &'static Scene> {
    SCENES.iter().chain(findings::SCENES)
}

const SCENES: &[Scene] = &[
    ("tags", |setup| tagged(setup, "")),
    ("tag-picker", |setup| tagged(setup, "#")),
    ("tag", |setup| {
        let mut desk = tagged(setup, "#");
        desk.text("pay");
        desk.keys("enter /");
        desk.text("web");
        desk
    }),
    ("tag-empty", |setup| {
        let mut desk = tagged(setup, "#");
        desk.text("search");
        desk.keys("enter");
        desk
    }),
    ("tag-jql-used", |setup| tagged(setup, "# down enter K")),
    ("catalog-problems", |setup| {
        let mut desk = tagged(setup, ":");
        desk.text("catalog: problems");
        desk.keys("enter");
        desk
    }),
    ("home", home),
    ("page", |setup| after(setup, "enter")),
    ("connections", |setup| after(setup, "4 j j")),
    ("sync", |setup| after(setup, "6 j j")),
    ("log", |setup| after(setup, "6 tab +")),
    ("help", |setup| after(setup, "?")),
    ("palette", |setup| {
        let mut desk = after(setup, ":");
        desk.text("sync ac");
        desk
    }),
    ("disabled", |setup| {
        let mut desk = after(setup, ":");
        desk.text("follow");
        desk
    }),
    ("views", |setup| after(setup, "v")),
    ("sort", |setup| after(setup, "s")),
    ("words", |setup| {
        let mut desk = after(setup, "J ctrl-u");
        desk.text("summary ~ refund");
        desk.keys("enter");
        desk
    }),
    ("columns", |setup| after(setup, "S down space")),
    ("columns-filter", |setup| {
        let mut desk = after(setup, "S");
        desk.text("po");
        desk.keys("space");
        desk
    }),
    ("field-columns", |setup| with_fields(setup, "enter z")),
    ("changed", |setup| {
        let mut desk = with_fields(setup, "enter");
        desk.keys("J ctrl-u");
        desk.text("project = PAY");
        desk.keys("enter");
        desk
    }),
    ("view-name", |setup| {
        let mut desk = with_fields(setup, "enter W");
        desk.text("BLOCKED");
        desk.keys("enter");
        desk
    }),
    ("view-write", |setup| {
        let mut desk = with_fields(setup, "enter W");
        desk.text("見積もり 👩‍👩‍👧 of the sprint");
        desk.keys("enter");
        desk
    }),
    ("view-remove", |setup| {
        let mut desk = after(setup, "v");
        desk.text("remove");
        desk.keys("enter tab");
        desk
    }),
    ("quit", |setup| after(setup, "s down enter S space enter ctrl-c")),
    ("filter", |setup| {
        let mut desk = after(setup, "/");
        desk.text("web");
        desk
    }),
    ("no-match", |setup| {
        let mut desk = after(setup, "/");
        desk.text("zebra");
        desk.keys("enter");
        desk
    }),
    ("jql", |setup| {
        let mut desk = after(setup, "J ctrl-u");
        desk.text("status = Open AND AND");
        desk
    }),
    ("complete-field", |setup| {
        let mut desk = after(setup, "J ctrl-u");
        desk.text("status = Open AND st");
        desk.keys("down");
        desk
    }),
    ("complete-value", |setup| {
        let mut desk = after(setup, "J ctrl-u");
        desk.text("status in (in");
        desk
    }),
    ("jql-used", |setup| after(setup, "K")),
    ("live", live),
    ("empty", |setup| after(setup, "tab tab tab tab j j j")),
    ("offline", offline),
    ("first-pull", first_pull),
    ("syncing", |setup| Desk::with(setup, Fake::new(9, syncing()))),
    ("welcome", |setup| Desk::with(setup, Fake::new(0, Snapshot::default()))),
    ("zoom", |setup| after(setup, "z")),
    ("failed", |setup| {
        let mut desk = Desk::with(setup, Fake::failing());
        desk.event(Event::StoreChanged);
        desk
    }),
];

fn keep(name: &str, contents: &str) {
    insta::with_settings!({
        snapshot_path => "screens/snapshots",
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, contents);
    });
}

#[test]
fn every_screen_looks_as_it_did() {
    for (name, scene) in SCENES {
        for (width, height) in [(80, 24), (140, 40)] {
            let desk = scene(setup(width, height));
            keep(&format!("{name}-{width}x{height}"), &desk.screen(width, height));
        }
    }
}

#[test]
fn the_main_screens_have_the_colours_they_had() {
    for (name, scene) in SCENES.iter().filter(|(name, _)| {
        let questions = ["columns-filter", "view-name", "view-write"];
        ["home", "connections", "sync"].contains(name) || questions.contains(name)
    }) {
        for (scheme, theme, no_color) in [
            ("dark", ThemeName::Dark, false),
            ("light", ThemeName::Light, false),
            ("no-color", ThemeName::Dark, true),
        ] {
            for (width, height) in [(80, 24), (140, 40)] {
                let mut setup = setup(width, height);
                setup.look.theme = theme;
                setup.look.no_color = no_color;
                let desk = scene(setup);
                let grid = styles(&desk.buffer(Size::new(width, height)));
                keep(&format!("style-{name}-{scheme}-{width}x{height}"), &grid);
            }
        }
    }
}

#[test]
fn no_line_is_too_long_and_help_is_always_in_sight() {
    for (name, scene) in scenes() {
        for (width, height) in SIZES {
            let desk = scene(setup(width, height));
            let screen = desk.screen(width, height);
            let lines: Vec<&str> = screen.lines().collect();
            assert_eq!(lines.len(), usize::from(height), "{name} {width}x{height}");
            for line in &lines {
                assert!(
                    crosstie::text::width(line) <= width.into(),
                    "{name} {width}x{height}: {line}"
                );
            }
            let last = lines.last().unwrap();
            let helped = last.ends_with("? help") || last.ends_with("F1 help") || last.ends_with("esc or ? close");
            assert!(helped, "{name} {width}x{height}: {last}");
        }
    }
}

#[test]
fn a_terminal_that_is_too_small_hears_both_sizes() {
    let desk = Desk::new(59, 19);
    let screen = desk.screen(59, 19);
    assert!(screen.contains("60 × 20") && screen.contains("59 × 19"), "{screen}");
    for (width, height) in [(1, 1), (2, 3), (59, 80), (300, 19)] {
        Desk::new(width, height).screen(width, height);
    }
}

#[test]
fn without_colour_nothing_is_coloured_and_the_selection_still_shows() {
    for (name, scene) in scenes() {
        for theme in ThemeName::ALL {
            let mut setup = setup(100, 30);
            setup.look = Look {
                theme,
                no_color: true,
                ..Look::default()
            };
            let desk = scene(setup);
            let buffer = desk.buffer(Size::new(100, 30));
            for cell in &buffer.content {
                assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{name}");
                let plain = Modifier::BOLD
                    | Modifier::REVERSED
                    | Modifier::ITALIC
                    | Modifier::UNDERLINED
                    | Modifier::CROSSED_OUT;
                assert!(plain.contains(cell.modifier), "{name} {:?}", cell.modifier);
            }
            if *name == "home" {
                assert!(text(&buffer).contains("▌ acme  PAY-1412"));
            }
        }
    }
}

#[test]
fn ascii_means_ascii() {
    for (name, scene) in scenes() {
        for (width, height) in SIZES {
            let mut setup = setup(width, height);
            setup.look.ascii = true;
            let desk = scene(setup);
            let screen = desk.screen(width, height);
            let foreign = screen
                .chars()
                .find(|letter| *letter != '\n' && !(' '..='~').contains(letter));
            assert_eq!(foreign, None, "{name} {width}x{height}\n{screen}");
        }
    }
}

#[test]
fn no_theme_paints_the_background_of_the_screen() {
    for theme in ThemeName::ALL {
        let mut setup = setup(140, 40);
        setup.look.theme = theme;
        let buffer = home(setup).buffer(Size::new(140, 40));
        let painted = buffer.content.iter().filter(|cell| cell.bg != Color::Reset).count();
        assert!(painted <= 140, "{theme:?}: more than the chosen row is painted");
    }
}

#[test]
fn hostile_summaries_leave_the_next_column_where_it_is() {
    for (width, height) in [(80, 24), (100, 30), (140, 40), (300, 80)] {
        let desk = Desk::new(width, height);
        let screen = desk.screen(width, height);
        let people = ["Ana Ruiz", "Li Wei", "Sam Okafor", "陳 美玲", "Zoë Müller", "Dvořák"];
        let column = |line: &str| {
            let list = line.rfind('┃')?;
            let cells = |name: &&str| line[..list].find(*name).map(|at| crosstie::text::width(&line[..at]));
            people.iter().filter_map(cells).min()
        };
        let heading = screen.lines().find(|line| line.contains("ASSIGNEE")).unwrap();
        let expected = crosstie::text::width(&heading[..heading.find("ASSIGNEE").unwrap()]);
        let rows: Vec<&str> = screen
            .lines()
            .filter(|line| line.contains('┃') && column(line).is_some())
            .collect();
        assert!(rows.len() >= 7, "{screen}");
        for line in rows {
            assert_eq!(column(line), Some(expected), "{width}: {line}");
        }
    }
}

#[test]
fn nothing_from_outside_reaches_the_terminal_raw() {
    for (name, scene) in scenes() {
        for (width, height) in SIZES {
            let buffer = scene(setup(width, height)).buffer(Size::new(width, height));
            for cell in &buffer.content {
                let hostile = cell
                    .symbol()
                    .chars()
                    .find(|letter| letter.is_control() || ('\u{202a}'..='\u{202e}').contains(letter));
                assert_eq!(hostile, None, "{name} {width}x{height}");
            }
        }
    }
}

#[test]
fn resizing_keeps_the_issue_the_filter_and_the_screen() {
    let mut desk = Desk::new(140, 40);
    desk.keys("j j /");
    desk.text("web");
    desk.keys("enter");
    let key = desk.model.selected_key();
    for (width, height) in [(60, 20), (40, 10), (100, 30), (140, 40)] {
        desk.resize(width, height);
    }
    assert_eq!(desk.model.selected_key(), key);
    assert!(desk.screen(140, 40).contains("/ web"));
}

#[test]
fn a_filter_shows_its_count_survives_a_refresh_and_goes_with_esc() {
    let mut desk = Desk::new(100, 30);
    desk.keys("/");
    desk.text("web");
    assert!(desk.screen(100, 30).contains("5 of 9"), "{}", desk.screen(100, 30));
    desk.keys("enter r");
    assert_eq!(desk.effects, [Effect::Sync(Scope::All)]);
    desk.event(Event::StoreChanged);
    assert!(desk.screen(100, 30).contains("5 of 9"));
    desk.keys("esc");
    let screen = desk.screen(100, 30);
    assert!(!screen.contains("5 of 9") && screen.contains("[1 Issues]"), "{screen}");
}

#[test]
fn help_filters_and_gives_the_frame_back() {
    let mut desk = Desk::new(100, 30);
    let before = desk.screen(100, 30);
    desk.keys("?");
    desk.text("refr");
    let screen = desk.screen(100, 30);
    assert!(
        screen
            .lines()
            .any(|line| line.contains("r F5 ctrl-r") && line.contains("refresh this")),
        "{screen}"
    );
    desk.keys("esc");
    assert_eq!(desk.screen(100, 30), before);
}

#[test]
fn an_unreachable_jira_shows_everywhere_it_should() {
    let mut desk = offline(setup(140, 40));
    let screen = desk.screen(140, 40);
    assert!(
        screen.contains("◌ 3 offline") && screen.contains("cached 07:15"),
        "{screen}"
    );
    desk.keys("6");
    assert!(
        desk.screen(140, 40).contains("attempt 4 · next run in 3m"),
        "{}",
        desk.screen(140, 40)
    );
    desk.keys("4");
    assert!(desk.screen(140, 40).contains("crosstie tries again by itself."));
}

#[test]
fn what_was_done_is_said_and_what_is_under_way_stands_in_the_status_line() {
    let mut desk = Desk::new(100, 30);
    desk.event(Event::Said(Tone::Good, "copied PAY-1412\u{1b}[2J".to_owned()));
    assert!(desk.screen(100, 30).contains("✓ copied PAY-1412␛[2J"));
    desk.keys("R");
    assert!(desk.screen(100, 30).contains("● refreshing acme, dc-eu, lab"));
}

#[test]
fn a_long_list_is_drawn_from_its_window() {
    let library = Fake::new(20_000, snapshot());
    let mut desk = Desk::with(setup(140, 40), library);
    desk.keys("G");
    assert!(desk.screen(140, 40).contains("▌ PAY-21999"), "{}", desk.screen(140, 40));
    desk.keys("ctrl-u k g");
    assert!(desk.screen(140, 40).contains("▌ PAY-1412"));
}

#[test]
fn the_clock_moves_ages_and_countdowns() {
    let mut desk = Desk::new(140, 40);
    assert!(desk.screen(140, 40).contains("in 3m"));
    desk.event(Event::Tick(now() + jiff::SignedDuration::from_secs(150)));
    let screen = desk.screen(140, 40);
    assert!(
        screen.contains("in 25s") && screen.contains("Ana Ruiz · 4m"),
        "{screen}"
    );
}
