//! Which pictures there are, and how each of them comes about.
//!
//! The same program must give the same files: clock and data of the demo stand still, and what is
//! left to chance (the ports, who of two is first, when the next poll is due) is evened out here.

use std::path::Path;

use vt100::{Color, Screen};

use super::harness::{Size, Start, Terminal};
use super::svg::{Glyph, Grid, Paper};

/// Another build than the one that tests use.
const PROGRAM: &str = "PICTURES_OF";
const FULL: Size = Size(140, 40);
/// The scheduler decides who is first, with about even chances.
const ATTEMPTS: usize = 30;

/// Keys, and what shows that they have been answered.
struct Step(&'static str, &'static str);

struct Shot {
    file: &'static str,
    title: &'static str,
    size: Size,
    light: bool,
    steps: &'static [Step],
}

const PICK: Step = Step("gjjjjjjjj", "╭─ SUP-24 ·");

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
            Step(":sync connection acme\r", " 3       acme"),
            Step(":sync connection lab\r", " 4       lab"),
            Step("", "✓ done       0 in"),
        ],
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
    let mut terminal = start();
    if shot.light {
        terminal.send(":theme light\r");
        terminal.wait_for("the light theme", |screen| {
            let name = screen.cell(0, 1);
            name.is_some_and(|cell| cell.fgcolor() == Color::Idx(25) && cell.contents() == "c")
                && !screen.contents().contains("━ Command ━")
        });
    }
    for Step(keys, shown) in shot.steps {
        terminal.send(keys);
        terminal.wait_for_text(shown);
    }
    if shot.size.0 != FULL.0 {
        terminal.resize_and_wait(shot.size);
    }
    terminal.wait_for("the last row in its new place", |screen| {
        let rows: Vec<String> = screen.rows(0, shot.size.0).collect();
        rows.last().is_some_and(|row| row.trim_end().ends_with(" help"))
    })
}

/// The demo after both first pulls, told in the order in which they were asked for.
fn start() -> Terminal {
    let program = std::env::var(PROGRAM).unwrap_or_else(|_| env!("CARGO_BIN_EXE_crosstie").to_owned());
    for _ in 0..ATTEMPTS {
        let terminal = Start::program(&program, &["demo", "--frozen"])
            .size(FULL)
            .environment(&[("TZ", "UTC")])
            .run();
        let screen = terminal.wait_for("both first pulls and the views' counts", |screen| {
            let text = screen.contents();
            text.matches("received").count() == 2 && text.matches("● live").count() == 2 && !text.contains(" 0│")
        });
        let text = screen.contents();
        let told = [
            "acme        first",
            "lab         first",
            "lab         received",
            "acme        received",
        ];
        let places: Option<Vec<usize>> = told.iter().map(|line| text.find(line)).collect();
        if places.is_some_and(|places| places.is_sorted()) && text.contains("✓ lab: +") {
            return terminal;
        }
    }
    panic!("{ATTEMPTS} times in a row the other connection was first");
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
