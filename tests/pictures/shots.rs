//! Which pictures there are, and how each of them comes about.
//!
//! The same program must give the same files: clock and data of the demo stand still, and what is
//! left to chance (the ports, who of two is first, when the next poll is due) is evened out here.

use std::path::Path;

use vt100::{Color, Screen};

use super::harness::{Size, Start, Terminal};
use super::svg::{Glyph, Grid, Paper, walk};

/// Another build than the one that tests use.
const PROGRAM: &str = "PICTURES_OF";
const FULL: Size = Size(140, 40);

/// Keys, and what shows that they have been answered; after `!`, what is gone then.
struct Step(&'static str, &'static str);

impl Step {
    fn take(&self, terminal: &mut Terminal) {
        terminal.send(self.0);
        match self.1.strip_prefix('!') {
            Some(gone) => terminal.wait_for("what is gone then", |screen| !screen.contents().contains(gone)),
            None => terminal.wait_for_text(self.1),
        };
    }
}

struct Shot {
    file: &'static str,
    title: &'static str,
    size: Size,
    light: bool,
    steps: &'static [Step],
}

const PICK: Step = Step("gjjjjjjjj", "SUP-24 ·");

const SHOTS: &[Shot] = &[
    Shot {
        file: "home.svg",
        title: "Views, issues, preview, connections and the sync log on one screen",
        size: FULL,
        light: false,
        steps: &[PICK],
    },
    Shot {
        file: "home-light.svg",
        title: "The same on a light terminal",
        size: FULL,
        light: true,
        steps: &[PICK],
    },
    Shot {
        file: "issue.svg",
        title: "One issue with its fields and comments",
        size: Size(110, 26),
        light: false,
        steps: &[Step("gj", "╭─ OPS-88 ·"), Step("\r", "┏━ OPS-88 ·")],
    },
    Shot {
        file: "sync.svg",
        title: "Runs and what they report",
        size: Size(110, 26),
        light: false,
        steps: &[
            Step("6", "[6 Sync]"),
            Step(":sync connection acme\r", "acme: nothing new"),
        ],
    },
    Shot {
        file: "findings.svg",
        title: "Findings, their issues, and what was done between them",
        size: FULL,
        light: false,
        steps: &[
            Step("3", "open of"),
            Step("/is:linked\r", "pulls"),
            Step("gj", "Timeline"),
        ],
    },
    Shot {
        file: "mappings.svg",
        title: "Mappings of findings to issues",
        size: Size(120, 34),
        light: false,
        steps: &[Step("5", "bounty to SEC"), Step("gj", "payments scans to PAY")],
    },
    Shot {
        file: "commands.svg",
        title: "The command palette",
        size: Size(120, 34),
        light: false,
        steps: &[PICK, Step(":sync", "> sync")],
    },
    Shot {
        file: "small.svg",
        title: "The same dashboard in 80 by 24 cells",
        size: Size(80, 24),
        light: false,
        steps: &[PICK],
    },
];

#[test]
#[ignore = "writes the pictures of the README; assets/screenshots.sh runs it"]
fn take_pictures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screenshots");
    std::fs::create_dir_all(&folder).expect("folder of pictures");
    for shot in SHOTS {
        let screen = take(shot);
        let paper = if shot.light { Paper::LIGHT } else { Paper::DARK };
        let mut grid = Grid::of(&screen, paper);
        even_out(&mut grid);
        std::fs::write(folder.join(shot.file), grid.draw(shot.title)).expect("picture written");
    }
}

fn take(shot: &Shot) -> Screen {
    let mut terminal = start(FULL);
    if shot.light {
        terminal.send(":theme light\r");
        terminal.wait_for("the light theme", |screen| {
            let name = screen.cell(0, 1);
            name.is_some_and(|cell| cell.fgcolor() == Color::Idx(25) && cell.contents() == "c")
                && !screen.contents().contains("━ Command ━")
        });
    }
    for step in shot.steps {
        step.take(&mut terminal);
    }
    if shot.size.0 != FULL.0 {
        terminal.resize(shot.size);
    }
    terminal.wait_for("the last row in its new place", |screen| {
        let rows: Vec<String> = screen.rows(0, shot.size.0).collect();
        rows.last().is_some_and(|row| row.trim_end().ends_with(" help"))
    })
}

/// The demo after all first pulls.
fn start(size: Size) -> Terminal {
    let program = std::env::var(PROGRAM).unwrap_or_else(|_| env!("CARGO_BIN_EXE_crosstie").to_owned());
    let terminal = Start::program(&program, &["demo", "--frozen"])
        .size(size)
        .environment(&[("TZ", "UTC")])
        .run();
    terminal.wait_for("all first pulls", |screen| screen.contents().contains("● 5 ok"));
    terminal.wait_for("the list as it stays", |screen| {
        let text = screen.contents();
        !text.contains("pulling") && !text.contains("not complete")
    });
    terminal
}

/// A short walk through the dashboard, for the README.
const WALK: &[(&[Step], u32)] = &[
    (&[], 3),
    (&[Step("/refund", " of 50")], 3),
    (
        &[
            Step("\u{1b}", "s sort"),
            Step("\u{1b}", "!/ refund"),
            Step("#", "━ Tag ━"),
        ],
        3,
    ),
    (&[Step("pay\r", "tag  payments")], 3),
    (
        &[
            Step("\u{1b}", "!tag  payments"),
            Step("J\u{15}", "!jql  assignee"),
            Step("project = PAY AND pri", "Expecting"),
        ],
        3,
    ),
    (
        &[Step("\u{1b}", "!Expecting"), Step("gj", "▌"), Step("\r", "2 of 50")],
        4,
    ),
    (&[Step("q", "updated ↓"), Step("4", "[4 Connections]")], 3),
    (&[Step("6", "[6 Sync]")], 3),
];

/// The walk's screen; a README shows it about as wide as its text.
const WALKED: Size = Size(110, 32);

#[test]
#[ignore = "writes the walk of the README; assets/screenshots.sh runs it"]
fn take_the_walk() {
    let mut terminal = start(WALKED);
    let mut frames = Vec::new();
    for (steps, seconds) in WALK {
        for step in *steps {
            step.take(&mut terminal);
        }
        let screen = terminal.wait_for("a whole frame", |screen| !screen.contents().trim().is_empty());
        let mut grid = Grid::of(&screen, Paper::DARK);
        even_out(&mut grid);
        frames.push((grid, *seconds));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/screenshots");
    let title = "A walk: the list, a filter, a tag, JQL with completion, an issue, connections, the sync log";
    std::fs::write(folder.join("walk.svg"), walk(&frames, title)).expect("walk written");
}

/// Puts the same port and the same waiting time into every picture.
fn even_out(grid: &mut Grid) {
    for row in 0..grid.rows.len() {
        even_out_ports(grid, row);
        even_out_waits(&mut grid.rows[row]);
    }
}

/// Ports of loopback addresses have five digits; in a narrow column they go on in the next row.
fn even_out_ports(grid: &mut Grid, row: usize) {
    const HOST: &str = "127.0.0.1:";
    const PORT: [&str; 5] = ["4", "4", "3", "0", "0"];
    let Some(host) = position(&grid.rows[row], HOST) else {
        return;
    };
    let http = position(&grid.rows[row], "http://").unwrap_or(host);
    let mut digits = PORT.iter();
    for (at, from) in [(row, host + HOST.len()), (row + 1, http)] {
        let cells = grid.rows.get_mut(at).map_or(&mut [][..], |row| &mut row[from..]);
        for cell in cells.iter_mut().take_while(|cell| is_digit(cell)) {
            let Some(digit) = digits.next() else { return };
            (*digit).clone_into(&mut cell.text);
        }
        if digits.len() == 0 {
            return;
        }
    }
}

/// Polls are spread by a second or two.
fn even_out_waits(row: &mut [Glyph]) {
    let mut from = 0;
    while let Some(at) = position(&row[from..], " in ") {
        from += at + 4;
        let digits = row[from..].iter().take_while(|cell| is_digit(cell)).count();
        if digits > 0 && row.get(from + digits).is_some_and(|cell| cell.text == "s") {
            for (cell, text) in row[from..=from + digits].iter_mut().zip(["9", "s", " ", " "]) {
                text.clone_into(&mut cell.text);
            }
        }
    }
}

fn is_digit(cell: &Glyph) -> bool {
    cell.text.len() == 1 && cell.text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where an ASCII text begins.
fn position(row: &[Glyph], text: &str) -> Option<usize> {
    row.windows(text.len()).position(|cells| {
        cells
            .iter()
            .zip(text.bytes())
            .all(|(cell, byte)| cell.text.as_bytes() == [byte])
    })
}

#[test]
fn the_readme_shows_pictures_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README");
    let shown: Vec<&str> = readme
        .split(['"', '(', ')'])
        .filter(|word| word.starts_with("assets/") && word.ends_with(".svg"))
        .collect();
    assert!(!shown.is_empty(), "no picture in the README");
    for path in shown {
        assert!(
            root.join(path).is_file(),
            "{path} is missing: assets/screenshots.sh makes it"
        );
    }
}
