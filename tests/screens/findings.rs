//! Screen 3 over findings in memory: how it looks, at every size, with everything that may come.

use crosstie::app::{
    Effect, Event, FindingAnswer, FindingAsk, MappingChoice, Planned, PlannedField, Proposal, Setup, ThemeName,
};
use crosstie::domain::Problem;
use ratatui::layout::Size;

use super::shop::Shop;
use super::world::{Desk, Fake, setup, snapshot, styles};
use super::{Scene, keep};

/// Sizes at which every scene is kept as text.
const KEPT: [(u16, u16); 3] = [(80, 24), (120, 36), (200, 50)];

fn of(setup: Setup, shop: Shop, keys: &str) -> Desk {
    let mut desk = Desk::with(setup, Fake::new(9, snapshot()));
    desk.findings = shop;
    desk.event(Event::StoreChanged);
    desk.keys("3");
    desk.keys(keys);
    desk
}

fn full(setup: Setup, keys: &str) -> Desk {
    of(setup, Shop::full(), keys)
}

fn proposed(setup: Setup, proposal: Proposal) -> Desk {
    let mut desk = full(setup, "n");
    let asked = desk.effects.iter().find_map(|effect| match effect {
        Effect::Finding(ticket, FindingAsk::Propose(_)) => Some(*ticket),
        _ => None,
    });
    let answer = Box::new(FindingAnswer::Proposed(proposal));
    desk.event(Event::Finding(asked.unwrap(), Ok(answer)));
    desk
}

fn planned(about: &str, problem: Option<&str>) -> Planned {
    let field = |name: &str, sample: &str, problem: Option<&str>| PlannedField {
        name: name.to_owned(),
        sample: sample.to_owned(),
        problem: problem.map(str::to_owned),
    };
    Planned {
        row: 1,
        about: about.to_owned(),
        mapping: "bounty to PAY".to_owned(),
        project: None,
        target: "acme / PAY / Bug".to_owned(),
        fields: vec![
            field("Project", "PAY Payments", None),
            field("Summary", "SQL injection in the search of the merchant dashboard", None),
            field("Priority", "Highest", None),
            field("Due date", "", Some("Jira wants a value here, and no rule gives one")),
            field("見積もり\u{202e}", "3", None),
        ],
        problem: problem.map(str::to_owned),
    }
}

fn failing(setup: Setup) -> Desk {
    let mut shop = Shop::full();
    shop.sources[0].problem = Some(Problem {
        kind: "auth".to_owned(),
        message: "bounty: HackerOne refused the token".to_owned(),
        remedy: "Make a new one and put it where secret of [[source]] bounty says.".to_owned(),
    });
    of(setup, shop, "")
}

pub(crate) const SCENES: &[Scene] = &[
    ("findings", |setup| full(setup, "j j")),
    ("findings-select", |setup| full(setup, "space space j space")),
    ("findings-page", |setup| full(setup, "j j enter")),
    ("findings-failed", |setup| full(setup, "j enter")),
    ("findings-typing", |setup| {
        let mut desk = full(setup, "/");
        desk.text("sev:high tag:p");
        desk
    }),
    ("findings-wrong", |setup| {
        let mut desk = full(setup, "/");
        desk.text("sev:hihg");
        desk.keys("enter");
        desk
    }),
    ("findings-none", |setup| {
        let mut desk = full(setup, "/");
        desk.text("zebra");
        desk.keys("enter");
        desk
    }),
    ("findings-tag", |setup| full(setup, "# down enter")),
    ("findings-sort", |setup| full(setup, "s")),
    ("findings-menu", |setup| full(setup, "j m")),
    ("findings-help", |setup| full(setup, "?")),
    ("findings-trouble", failing),
    ("findings-flaws", |setup| {
        let mut shop = Shop::full();
        shop.sources[1].flaws = vec!["scans/a.sarif:3: no runs".to_owned(), "scans/b.sarif: empty".to_owned()];
        of(setup, shop, "")
    }),
    ("findings-teach", |setup| of(setup, Shop::default(), "")),
    ("findings-create", |setup| {
        let plan = planned(
            "bounty/2345 · SQL injection",
            Some("1 field in the way: mend the mapping bounty to PAY on 5"),
        );
        proposed(setup, Proposal::Ready(vec![plan]))
    }),
    ("findings-create-many", |setup| {
        let plan = vec![
            planned("bounty/2345 · SQL injection", None),
            planned(
                "scans/1 · \u{1b}[2J",
                Some("no mapping covers it: n on it alone says why"),
            ),
        ];
        proposed(setup, Proposal::Ready(plan))
    }),
    ("findings-mapping", |setup| {
        let choice = |name: &str, refused: Option<&str>| MappingChoice {
            name: name.to_owned(),
            target: "acme / PAY / Bug".to_owned(),
            refused: refused.map(str::to_owned),
        };
        let choices = vec![
            choice("scans to PAY", Some("source bounty is not scans")),
            choice("all", None),
        ];
        proposed(setup, Proposal::Mapping(choices))
    }),
    ("findings-link", |setup| {
        let mut desk = full(setup, "L ctrl-u");
        desk.text("web");
        desk.keys("down");
        desk
    }),
    ("findings-link-unknown", |setup| {
        let mut desk = full(setup, "L ctrl-u");
        desk.text("OPS-12");
        desk
    }),
    ("findings-unlink", |setup| full(setup, "j j x")),
    ("findings-of-issue", |setup| full(setup, "1 enter")),
];

#[test]
fn the_findings_look_as_they_did() {
    for (name, scene) in SCENES {
        for (width, height) in KEPT {
            let desk = scene(setup(width, height));
            keep(&format!("{name}-{width}x{height}"), &desk.screen(width, height));
        }
    }
}

#[test]
fn the_findings_have_the_colours_they_had() {
    let shown = ["findings", "findings-page", "findings-failed", "findings-create"];
    for (name, scene) in SCENES.iter().filter(|(name, _)| shown.contains(name)) {
        for (scheme, theme, no_color) in [
            ("dark", ThemeName::Dark, false),
            ("light", ThemeName::Light, false),
            ("no-color", ThemeName::Dark, true),
        ] {
            for (width, height) in KEPT {
                let mut setup = setup(width, height);
                setup.look.theme = theme;
                setup.look.no_color = no_color;
                let grid = styles(&scene(setup).buffer(Size::new(width, height)));
                keep(&format!("style-{name}-{scheme}-{width}x{height}"), &grid);
            }
        }
    }
}

#[test]
fn hostile_titles_leave_the_next_column_where_it_is() {
    for (width, height) in KEPT {
        let screen = full(setup(width, height), "").screen(width, height);
        let heading = screen.lines().find(|line| line.contains("ISSUE")).unwrap();
        let cells = |line: &str, at: usize| crosstie::text::width(&line[..at]);
        let expected = cells(heading, heading.find("ISSUE").unwrap());
        for word in ["uncertain", "waiting ", "failed ", "PAY-1401"] {
            // The list alone: the panes beside it may hold the same words.
            let mut rows = screen.lines().filter_map(|line| line.get(..line.rfind('┃')?));
            let line = rows.find(|line| line.contains(word) && !line.contains("ISSUE"));
            let line = line.unwrap_or_else(|| panic!("{word} {width}\n{screen}"));
            assert_eq!(cells(line, line.find(word).unwrap()), expected, "{width} {line}");
        }
    }
}

#[test]
fn resizing_keeps_the_finding_the_filter_and_the_screen() {
    let mut desk = full(setup(140, 40), "/");
    desk.text("e");
    desk.keys("enter j j");
    let before = desk.screen(140, 40);
    for (width, height) in [(60, 20), (40, 10), (100, 30), (140, 40)] {
        desk.resize(width, height);
    }
    assert_eq!(desk.screen(140, 40), before);
}

#[test]
fn a_refresh_shows_in_the_status_row_at_once() {
    for key in ["r", "F5"] {
        let mut desk = full(setup(100, 30), "j");
        desk.keys(key);
        let screen = desk.screen(100, 30);
        assert!(
            screen.contains("refreshing bounty, scans, tests, pulls"),
            "{key}\n{screen}"
        );
    }
}
