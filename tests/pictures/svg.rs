//! A terminal's screen as an SVG file.
//!
//! Text stays text, laid out cell by cell, so that columns hold in every font and with characters
//! of two cells. Lines and blocks are drawn as shapes, because fonts leave gaps between them.

use std::fmt::{self, Write as _};

use vt100::{Cell, Color, Screen};

/// A cell of a monospaced font of this size is 0.6 of it wide.
const FONT: usize = 15;
const WIDE: usize = 9;
const HIGH: usize = 18;
/// From the top of a cell to the line that its letters stand on.
const BASELINE: usize = 13;
/// Around the cells.
const MARGIN: usize = 12;
const FAMILY: &str = "ui-monospace, 'SF Mono', Menlo, 'DejaVu Sans Mono', Consolas, monospace";
/// Letters up to here are in every monospaced font.
const LATIN: char = '\u{24f}';

/// What a terminal shows where the program says nothing, and around the cells.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paper {
    ink: Rgb,
    ground: Rgb,
    edge: Rgb,
}

impl Paper {
    pub(super) const DARK: Self = Self {
        ink: Rgb(0xd8dee9),
        ground: Rgb(0x15_181e),
        edge: Rgb(0x30_363d),
    };
    pub(super) const LIGHT: Self = Self {
        ink: Rgb(0x1f_2328),
        ground: Rgb(0xff_ffff),
        edge: Rgb(0xd0_d7de),
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Rgb(u32);

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

/// How a cell's contents look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Style {
    ink: Rgb,
    /// Unless it is the paper's.
    ground: Option<Rgb>,
    bold: bool,
    dim: bool,
    italic: bool,
    underline: bool,
}

impl Style {
    fn of(cell: &Cell, paper: Paper) -> Self {
        let ink = rgb(cell.fgcolor()).unwrap_or(paper.ink);
        let ground = rgb(cell.bgcolor());
        let (ink, ground) = if cell.inverse() {
            (ground.unwrap_or(paper.ground), Some(ink))
        } else {
            (ink, ground)
        };
        Self {
            ink,
            ground,
            bold: cell.bold(),
            dim: cell.dim(),
            italic: cell.italic(),
            underline: cell.underline(),
        }
    }

    fn attributes(&self) -> String {
        let mut text = format!("fill=\"{}\"", self.ink);
        for (on, attribute) in [
            (self.bold, " font-weight=\"bold\""),
            (self.dim, " opacity=\"0.7\""),
            (self.italic, " font-style=\"italic\""),
            (self.underline, " text-decoration=\"underline\""),
        ] {
            text.push_str(if on { attribute } else { "" });
        }
        text
    }
}

/// The 256 colours of xterm; none is the terminal's own.
fn rgb(color: Color) -> Option<Rgb> {
    const BASIC: [u32; 16] = [
        0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f, 0xff_0000,
        0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
    ];
    let join = |red: u32, green: u32, blue: u32| Rgb(red << 16 | green << 8 | blue);
    match color {
        Color::Default => None,
        Color::Rgb(red, green, blue) => Some(join(red.into(), green.into(), blue.into())),
        Color::Idx(index) => Some(match u32::from(index) {
            basic @ 0..=15 => Rgb(BASIC[basic as usize]),
            grey @ 232.. => {
                let level = 8 + 10 * (grey - 232);
                join(level, level, level)
            }
            cube => {
                let level = |step: u32| if step == 0 { 0 } else { 55 + 40 * step };
                let cube = cube - 16;
                join(level(cube / 36), level(cube / 6 % 6), level(cube % 6))
            }
        }),
    }
}

/// One cell of the screen.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    pub(super) text: String,
    wide: bool,
    style: Style,
}

/// A screen, cell by cell, before it is drawn.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) rows: Vec<Vec<Glyph>>,
    paper: Paper,
}

impl Grid {
    pub(super) fn of(screen: &Screen, paper: Paper) -> Self {
        let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
        let glyph = |cell: &Cell| Glyph {
            // Whether a blank was ever written depends on the frames before.
            text: match cell.contents() {
                "" if !cell.is_wide_continuation() => " ".to_owned(),
                text => text.to_owned(),
            },
            wide: cell.is_wide(),
            style: Style::of(cell, paper),
        };
        let row = |row| (0..columns).filter_map(move |column| screen.cell(row, column).map(glyph));
        Self {
            rows: (0..rows).map(|at| row(at).collect()).collect(),
            paper,
        }
    }

    /// The whole file. `title` is what a screen reader says.
    pub(super) fn draw(&self, title: &str) -> String {
        let mut file = self.head(title);
        self.cells(&mut file);
        file.push_str("</g>\n</svg>\n");
        file
    }

    /// The beginning of a file for screens of this size: paper, and the group that the cells are in.
    fn head(&self, title: &str) -> String {
        let columns = self.rows.first().map_or(0, Vec::len);
        let (wide, high) = (columns * WIDE + 2 * MARGIN, self.rows.len() * HIGH + 2 * MARGIN);
        let mut file = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" width=\"{wide}\" \
             height=\"{high}\" role=\"img\">\n<title>{}</title>\n",
            escape(title)
        );
        let Paper { ground, edge, .. } = self.paper;
        put(
            &mut file,
            format_args!(
                "<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{ground}\" stroke=\"{edge}\"/>\n\
                 <g transform=\"translate({MARGIN} {MARGIN})\" font-family=\"{FAMILY}\" font-size=\"{FONT}\">\n",
                wide - 1,
                high - 1
            ),
        );
        file
    }

    fn cells(&self, file: &mut String) {
        for (y, row) in self.rows.iter().enumerate() {
            grounds(file, y * HIGH, row);
            shapes(file, y * HIGH, row);
            texts(file, y * HIGH, &pieces(row));
        }
    }
}

/// Screens one after the other, each for so many seconds, over and over. Who prefers reduced motion
/// sees the first.
pub(super) fn walk(frames: &[(Grid, u32)], title: &str) -> String {
    let Some((first, _)) = frames.first() else {
        return String::new();
    };
    let whole: u32 = frames.iter().map(|(_, seconds)| seconds).sum();
    let mut file = first.head(title);
    let mut style = String::from("<style>\n.f{visibility:hidden}\n.f0{visibility:visible}\n");
    style.push_str("@media (prefers-reduced-motion:no-preference){\n");
    let mut begun = 0;
    for (index, (_, seconds)) in frames.iter().enumerate() {
        let percent = |at: u32| f64::from(at) * 100.0 / f64::from(whole);
        let (from, to) = (percent(begun), percent(begun + seconds));
        put(
            &mut style,
            format_args!(
                "@keyframes k{index}{{0%{{visibility:hidden}}{from:.2}%{{visibility:visible}}{to:.2}%{{visibility:hidden}}}}\n\
                 .f{index}{{animation:k{index} {whole}s step-end infinite}}\n"
            ),
        );
        begun += seconds;
    }
    style.push_str("}\n</style>\n");
    file.push_str(&style);
    for (index, (grid, _)) in frames.iter().enumerate() {
        put(&mut file, format_args!("<g class=\"f f{index}\">\n"));
        grid.cells(&mut file);
        file.push_str("</g>\n");
    }
    file.push_str("</g>\n</svg>\n");
    file
}

fn put(file: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = file.write_fmt(text);
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Neighbours that are alike in some way, and where they begin.
fn groups<T: PartialEq>(row: &[Glyph], of: impl Fn(&Glyph) -> Option<T>) -> Vec<(usize, &[Glyph], T)> {
    let mut x = 0;
    row.chunk_by(|left, right| of(left) == of(right))
        .filter_map(|group| {
            let start = x;
            x += group.len();
            Some((start, group, of(group.first()?)?))
        })
        .collect()
}

/// Rectangles behind neighbours of the same colour.
fn grounds(file: &mut String, y: usize, row: &[Glyph]) {
    for (start, group, color) in groups(row, |glyph| glyph.style.ground) {
        let (x, wide) = (start * WIDE, group.len() * WIDE);
        put(
            file,
            format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{HIGH}\" fill=\"{color}\"/>\n"),
        );
    }
}

/// Lines and blocks: one path for neighbours of the same kind and colour.
fn shapes(file: &mut String, y: usize, row: &[Glyph]) {
    let look = |glyph: &Glyph| Kind::of(&glyph.text).map(|kind| (kind, glyph.style.ink));
    for (start, group, (kind, ink)) in groups(row, look) {
        let mut path = String::new();
        let mut x = start;
        for alike in group.chunk_by(|left, right| left.text == right.text && matches!(&*left.text, "─" | "━")) {
            path.push_str(&outline(&alike[0].text, x * WIDE, y, alike.len()));
            x += alike.len();
        }
        let paint = match kind {
            Kind::Thin => format!("fill=\"none\" stroke=\"{ink}\""),
            Kind::Thick => format!("fill=\"none\" stroke=\"{ink}\" stroke-width=\"2\""),
            Kind::Block => format!("fill=\"{ink}\""),
            Kind::Shade => format!("fill=\"{ink}\" opacity=\"0.3\""),
        };
        put(file, format_args!("<path d=\"{path}\" {paint}/>\n"));
    }
}

/// How a character that is drawn is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Thin,
    Thick,
    Block,
    Shade,
}

impl Kind {
    fn of(text: &str) -> Option<Self> {
        match text {
            "─" | "│" | "╭" | "╮" | "╰" | "╯" | "┌" | "┐" | "└" | "┘" | "├" | "┤" | "┬" | "┴" | "┼" => {
                Some(Self::Thin)
            }
            "━" | "┃" | "┏" | "┓" | "┗" | "┛" => Some(Self::Thick),
            "█" | "▌" | "▏" => Some(Self::Block),
            "░" => Some(Self::Shade),
            _ => None,
        }
    }
}

/// The path of a character whose cell begins at `x`, `y`; a level line runs through `cells` of them.
fn outline(text: &str, x: usize, y: usize, cells: usize) -> String {
    let (right, down) = (x + WIDE, y + HIGH);
    // Lines one wide are sharp between pixels.
    let (middle, level) = (format!("{}.5", x + WIDE / 2), format!("{}.5", y + HIGH / 2));
    let upper = format!("M{middle} {y}V{level}");
    let lower = format!("M{middle} {down}V{level}");
    let whole = format!("M{middle} {y}V{down}");
    let across = format!("M{x} {level}H{right}");
    match text {
        "─" | "━" => format!("M{x} {level}h{}", WIDE * cells),
        "│" | "┃" => whole,
        "╭" => format!("M{middle} {down}v-4q0 -4.5 4.5 -4.5"),
        "╮" => format!("M{x} {level}q4.5 0 4.5 4.5V{down}"),
        "╰" => format!("M{middle} {y}v5q0 4.5 4.5 4.5"),
        "╯" => format!("M{x} {level}q4.5 0 4.5 -4.5V{y}"),
        "┌" | "┏" => format!("{lower}H{right}"),
        "┐" | "┓" => format!("{lower}H{x}"),
        "└" | "┗" => format!("{upper}H{right}"),
        "┘" | "┛" => format!("{upper}H{x}"),
        "├" => format!("{whole}M{middle} {level}H{right}"),
        "┤" => format!("{whole}M{middle} {level}H{x}"),
        "┬" => format!("{across}{lower}"),
        "┴" => format!("{across}{upper}"),
        "┼" => format!("{across}{whole}"),
        "▌" => format!("M{x} {y}h4v{HIGH}h-4z"),
        "▏" => format!("M{x} {y}h1v{HIGH}h-1z"),
        _ => format!("M{x} {y}h{WIDE}v{HIGH}h-{WIDE}z"),
    }
}

/// Text that begins in a cell of its own.
struct Piece {
    column: usize,
    cells: usize,
    style: Style,
    text: String,
}

/// The row's text in pieces of one style. What a font may borrow from another one, with a width of
/// its own, is a piece for itself, so that nothing after it moves; gaps end a piece for the same
/// reason.
fn pieces(row: &[Glyph]) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut open = false;
    for (column, glyph) in row.iter().enumerate() {
        let style = Style {
            ground: None,
            ..glyph.style
        };
        let last = pieces.last_mut().filter(|piece| open && piece.style == style);
        if glyph.text.trim().is_empty() || Kind::of(&glyph.text).is_some() {
            open = match last {
                Some(piece) if glyph.text == " " && !piece.text.ends_with(' ') => {
                    piece.text.push(' ');
                    true
                }
                _ => false,
            };
            continue;
        }
        let borrowed = glyph.wide || glyph.text.chars().any(|c| c > LATIN);
        match last.filter(|_| !borrowed) {
            Some(piece) => piece.text.push_str(&glyph.text),
            None => pieces.push(Piece {
                column,
                cells: if glyph.wide { 2 } else { 1 },
                style,
                text: glyph.text.clone(),
            }),
        }
        open = !borrowed;
    }
    pieces
}

fn texts(file: &mut String, y: usize, pieces: &[Piece]) {
    if pieces.is_empty() {
        return;
    }
    put(file, format_args!("<text y=\"{}\">", y + BASELINE));
    for piece in pieces {
        let text = piece.text.trim_end();
        let x = piece.column * WIDE;
        let place = match (piece.cells, text.chars().count()) {
            (2, _) => format!("x=\"{}\" text-anchor=\"middle\"", x + WIDE),
            (_, 1) => format!("x=\"{x}\""),
            (_, letters) => format!("x=\"{x}\" textLength=\"{}\"", letters * WIDE),
        };
        let attributes = piece.style.attributes();
        put(
            file,
            format_args!("<tspan {place} {attributes}>{}</tspan>", escape(text)),
        );
    }
    file.push_str("</text>\n");
}

#[test]
fn columns_hold_whatever_the_characters() {
    let mut parser = vt100::Parser::new(
        std::num::NonZeroU16::new(2).expect("rows"),
        std::num::NonZeroU16::new(14).expect("columns"),
        0,
    );
    parser.process("╭──\x1b[1;38;5;80m a<b\x1b[0m 返● x\r\n▌\x1b[7m&\x1b[0m".as_bytes());
    let file = Grid::of(parser.screen(), Paper::DARK).draw("a & b");
    let body: Vec<&str> = file.lines().skip(4).collect();
    assert_eq!(
        body,
        [
            "<path d=\"M4.5 18v-4q0 -4.5 4.5 -4.5M9 9.5h18\" fill=\"none\" stroke=\"#d8dee9\"/>",
            "<text y=\"13\">\
             <tspan x=\"36\" textLength=\"27\" fill=\"#5fd7d7\" font-weight=\"bold\">a&lt;b</tspan>\
             <tspan x=\"81\" text-anchor=\"middle\" fill=\"#d8dee9\">返</tspan>\
             <tspan x=\"90\" fill=\"#d8dee9\">●</tspan>\
             <tspan x=\"108\" fill=\"#d8dee9\">x</tspan></text>",
            "<rect x=\"9\" y=\"18\" width=\"9\" height=\"18\" fill=\"#d8dee9\"/>",
            "<path d=\"M0 18h4v18h-4z\" fill=\"#d8dee9\"/>",
            "<text y=\"31\"><tspan x=\"9\" fill=\"#15181e\">&amp;</tspan></text>",
            "</g>",
            "</svg>",
        ],
        "{file}"
    );
}
