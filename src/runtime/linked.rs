//! Writes cells out, those that lead somewhere as hyperlinks of the terminal (OSC 8).
//!
//! Every run of cells with one address is opened and closed on its own, so that a frame of which
//! only a part is drawn anew can neither leave a link open nor let one leak into other cells.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use ratatui::style::Color;

use crate::ui::Links;

/// The addresses of the frame being drawn, between who draws it and who writes it out.
pub(super) type Shared = Rc<RefCell<Links>>;

/// See the module.
#[derive(Debug)]
pub struct Linked<W: Write> {
    inner: CrosstermBackend<W>,
    links: Shared,
}

impl<W: Write> Linked<W> {
    pub(super) fn new(writer: W, links: Shared) -> Self {
        Self {
            inner: CrosstermBackend::new(writer),
            links,
        }
    }

    fn write_run(&mut self, address: Option<(u32, &str)>, cells: &[(u16, u16, Cell)]) -> io::Result<()> {
        let content = cells.iter().map(|(x, y, cell)| (*x, *y, cell));
        let Some((number, address)) = address else {
            return self.inner.draw(content);
        };
        write!(self.inner, "\u{1b}]8;id={number:x};{address}\u{1b}\\")?;
        self.inner.draw(content)?;
        write!(self.inner, "\u{1b}]8;;\u{1b}\\")
    }
}

impl<W: Write> Backend for Linked<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let links = Rc::clone(&self.links);
        let links = links.borrow();
        if links.is_empty() {
            return self.inner.draw(content);
        }
        let mut run: Vec<(u16, u16, Cell)> = Vec::new();
        let mut leads = None;
        for (x, y, cell) in content {
            let address = links.behind(cell.underline_color);
            if address != leads && !run.is_empty() {
                self.write_run(leads, &run)?;
                run.clear();
            }
            leads = address;
            let mut cell = cell.clone();
            cell.underline_color = Color::Reset;
            run.push((x, y, cell));
        }
        if run.is_empty() {
            return Ok(());
        }
        self.write_run(leads, &run)
    }

    fn append_lines(&mut self, lines: u16) -> io::Result<()> {
        self.inner.append_lines(lines)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> io::Result<Size> {
        self.inner.size()
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.inner)
    }
}

/// Whether the terminal with this environment is likely to follow links, or at least to swallow
/// them. Of those that print them as text none is on the list.
pub fn likely(environment: impl Fn(&str) -> Option<String>) -> bool {
    const FOLLOW: [&str; 9] = [
        "xterm",
        "tmux",
        "alacritty",
        "kitty",
        "foot",
        "wezterm",
        "ghostty",
        "contour",
        "konsole",
    ];
    let value = |name: &str| environment(name).unwrap_or_default();
    let term = value("TERM");
    // Versions of VTE before 0.50 crash on some links.
    if value("VTE_VERSION").parse().is_ok_and(|version: u32| version < 5_000) {
        return false;
    }
    if !value("TMUX").is_empty() {
        return tmux_passes_links(&value("TERM_PROGRAM"), &value("TERM_PROGRAM_VERSION"));
    }
    FOLLOW.iter().any(|name| term.starts_with(name))
}

/// tmux hands links on since 3.4.
fn tmux_passes_links(program: &str, version: &str) -> bool {
    let mut parts = version.split(|letter: char| !letter.is_ascii_digit());
    let mut number = || parts.next().and_then(|part| part.parse::<u32>().ok()).unwrap_or(0);
    program == "tmux" && (number(), number()) >= (3, 4)
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::*;

    #[test]
    fn links_are_for_terminals_that_know_them() {
        for (variables, expected) in [
            (&[("TERM", "xterm-256color")][..], true),
            (&[("TERM", "xterm-kitty")], true),
            (&[("TERM", "linux")], false),
            (&[("TERM", "dumb")], false),
            (&[("TERM", "screen-256color")], false),
            (&[("TERM", "vt100")], false),
            (&[], false),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "4602")], false),
            (&[("TERM", "xterm-256color"), ("VTE_VERSION", "7600")], true),
            (
                &[
                    ("TERM", "screen-256color"),
                    ("TMUX", "/tmp/t"),
                    ("TERM_PROGRAM", "tmux"),
                    ("TERM_PROGRAM_VERSION", "3.4"),
                ],
                true,
            ),
            (
                &[
                    ("TERM", "tmux-256color"),
                    ("TMUX", "/tmp/t"),
                    ("TERM_PROGRAM", "tmux"),
                    ("TERM_PROGRAM_VERSION", "3.3a"),
                ],
                false,
            ),
            (&[("TERM", "tmux-256color"), ("TMUX", "/tmp/t")], false),
        ] {
            let environment = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            };
            assert_eq!(likely(environment), expected, "{variables:?}");
        }
    }

    /// Paper that can be read while it is written on.
    #[derive(Clone, Default)]
    struct Paper(Rc<RefCell<Vec<u8>>>);

    impl Write for Paper {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is written for frames whose row 0 holds `texts`, each leading to `https://x/{text}`.
    fn written(texts: &[&str]) -> Vec<String> {
        let links = Shared::default();
        let paper = Paper::default();
        let backend = Linked::new(paper.clone(), Rc::clone(&links));
        let area = Rect::new(0, 0, 12, 1);
        let viewport = ratatui::Viewport::Fixed(area);
        let mut terminal = Terminal::with_options(backend, ratatui::TerminalOptions { viewport }).unwrap();
        let mut frames = Vec::new();
        for text in texts {
            let draw = |frame: &mut ratatui::Frame<'_>| {
                let mut named = Links::default();
                let buffer: &mut Buffer = frame.buffer_mut();
                buffer.set_string(1, 0, text, ratatui::style::Style::new());
                let mark = crate::ui::mark_for_tests(&mut named, &format!("https://x/{text}"));
                let wide = u16::try_from(text.len()).unwrap();
                buffer.set_style(
                    Rect::new(1, 0, wide, 1),
                    ratatui::style::Style::new().underline_color(mark),
                );
                links.replace(named);
            };
            terminal.draw(draw).unwrap();
            let bytes = paper.0.take();
            frames.push(String::from_utf8(bytes).unwrap());
        }
        frames
    }

    #[test]
    fn each_run_is_opened_and_closed_and_takes_no_room() {
        let frames = written(&["AB-1"]);
        let [frame] = frames.as_slice() else {
            panic!("{frames:?}")
        };
        let (before, link) = frame.split_once("\u{1b}]8;id=").unwrap();
        assert!(!before.contains("AB-1"));
        let (address, rest) = link.split_once("\u{1b}\\").unwrap();
        assert!(address.ends_with(";https://x/AB-1"), "{address}");
        let (text, after) = rest.split_once("\u{1b}]8;;\u{1b}\\").unwrap();
        assert!(text.contains("\u{1b}[1;2HAB-1"), "{text:?}");
        assert!(!text.contains("58;2"), "the number is nobody's colour: {text:?}");
        assert!(!after.contains("AB-1"));
    }

    #[test]
    fn a_cell_that_looks_alike_is_written_again_if_it_leads_elsewhere() {
        let frames = written(&["AB-1", "AB-2", "AB-2"]);
        assert!(frames[1].contains("AB-2"), "all four cells: {:?}", frames[1]);
        assert!(frames[1].contains("https://x/AB-2"));
        assert!(!frames[2].contains("AB-2"), "nothing changed: {:?}", frames[2]);
    }
}
