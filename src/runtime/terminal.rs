//! The real terminal: taken, given back however the program ends, and what else is done to it.
//!
//! Whoever takes the terminal holds a [`Guard`]; dropping it gives the terminal back. Panics and
//! suspends give it back too. Must never be in here: drawing.

use std::cell::RefCell;
use std::io::{self, BufWriter, Stdout, Write};
use std::panic;
use std::path::PathBuf;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event, EventStream,
};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use futures_util::{Stream, StreamExt};
use ratatui::Terminal;

use super::editor::{self, EditError};
use super::host::Desk;
use super::linked::{Linked, Shared};
use crate::app::EditKind;
use crate::ui::Links;

/// The terminal that the dashboard draws to.
pub type Tty = Terminal<Linked<BufWriter<Stdout>>>;

/// Whether the terminal is in our state; so that it is given back once, by whoever comes first.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is to be captured when the terminal is taken (again).
static MOUSE: AtomicBool = AtomicBool::new(false);
/// Whether an interrupt can be one that was meant for the editor: the terminal sends it to both.
static EDITED: AtomicBool = AtomicBool::new(false);

/// Holds the terminal; dropping it gives it back.
#[derive(Debug)]
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        // Nothing can be told any more if the terminal is gone.
        let _gone = give_back();
    }
}

/// The terminal, with everything that belongs to it.
#[derive(Debug)]
pub struct Taken {
    /// To draw to.
    pub tty: Tty,
    /// What else is done to it.
    pub desk: RealDesk,
    /// Keys, mouse, pastes and sizes.
    pub input: Input,
    /// Gives it back when dropped.
    pub guard: Guard,
}

/// Takes the terminal: raw mode, alternate screen, bracketed paste, and the mouse if wanted.
///
/// # Errors
/// Standard output is no terminal, or cannot be written to.
pub fn take(mouse: bool) -> io::Result<Taken> {
    MOUSE.store(mouse, Ordering::SeqCst);
    let guard = Guard(());
    enter()?;
    let links = Shared::default();
    let writer = BufWriter::with_capacity(64 * 1024, io::stdout());
    let tty = Terminal::new(Linked::new(writer, Shared::clone(&links)))?;
    let input = Input::default();
    let desk = RealDesk {
        links,
        input: input.clone(),
    };
    Ok(Taken {
        tty,
        desk,
        input,
        guard,
    })
}

fn enter() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    execute!(out, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
    if MOUSE.load(Ordering::SeqCst) {
        execute!(out, EnableMouseCapture)?;
    }
    Ok(())
}

/// Gives the terminal back, if it is taken.
///
/// # Errors
/// The terminal cannot be written to.
pub fn give_back() -> io::Result<()> {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let mut out = io::stdout();
    let written = execute!(
        out,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    );
    // Raw mode ends even if the rest could not be written.
    disable_raw_mode().and(written)
}

/// Makes a panic give the terminal back before it is reported; the report names the log file.
///
/// A panic on any thread ends the program: half a dashboard would only look like one.
pub fn install_panic_hook(log_file: PathBuf) {
    panic::set_hook(Box::new(move |info| {
        let _gone = give_back();
        tracing::error!(panic = %info, backtrace = %std::backtrace::Backtrace::force_capture(), "panic");
        let place = info
            .location()
            .map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        let reason = info.payload_as_str().unwrap_or("no reason given");
        let report = format!(
            "crosstie stopped because of a mistake of its own{place}: {}\n\
             Nothing that was stored is lost. The log says more: {}\n",
            crate::text::clean_line(reason),
            log_file.display()
        );
        let _gone = io::stderr().write_all(report.as_bytes());
        std::process::exit(1);
    }));
}

/// Keys, mouse, pastes and sizes of the real terminal; begins to read when first asked.
///
/// While another program has the terminal there must be no reader: it would take that program's keys.
#[derive(Debug, Clone, Default)]
pub struct Input(Rc<RefCell<Option<EventStream>>>);

impl Input {
    fn pause(&self) {
        self.0.take();
    }
}

impl Stream for Input {
    type Item = io::Result<Event>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut stream = self.0.borrow_mut();
        let polled = stream.get_or_insert_default().poll_next_unpin(context);
        if polled.is_ready() {
            EDITED.store(false, Ordering::SeqCst);
        }
        polled
    }
}

/// Completes when the system asks the program to end.
pub async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut term), Ok(mut hup), Ok(mut int)) = (
            signal(SignalKind::terminate()),
            signal(SignalKind::hangup()),
            signal(SignalKind::interrupt()),
        ) else {
            return std::future::pending().await;
        };
        loop {
            tokio::select! {
                _ = term.recv() => return,
                _ = hup.recv() => return,
                _ = int.recv() => if !EDITED.swap(false, Ordering::SeqCst) {
                    return;
                }
            }
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// The real terminal's desk.
#[derive(Debug)]
pub struct RealDesk {
    links: Shared,
    input: Input,
}

impl Desk for RealDesk {
    fn edit(&mut self, text: &str, kind: EditKind) -> Result<String, EditError> {
        self.input.pause();
        give_back().map_err(EditError::Terminal)?;
        EDITED.store(true, Ordering::SeqCst);
        let edited = editor::edit(text, kind.suffix(), |name| std::env::var(name).ok());
        enter().map_err(EditError::Terminal)?;
        edited
    }

    fn name_links(&mut self, links: Links) {
        self.links.replace(links);
    }

    /// OSC 52, which also works over SSH.
    fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(io::stdout(), CopyToClipboard::to_clipboard_from(text))
    }

    fn capture_mouse(&mut self, on: bool) -> io::Result<()> {
        MOUSE.store(on, Ordering::SeqCst);
        if on {
            execute!(io::stdout(), EnableMouseCapture)
        } else {
            execute!(io::stdout(), DisableMouseCapture)
        }
    }

    /// OSC 11; the answer comes among the keys.
    fn ask_background(&mut self) -> io::Result<bool> {
        let mut out = io::stdout();
        out.write_all(b"\x1b]11;?\x07")?;
        out.flush().map(|()| true)
    }

    #[cfg(unix)]
    fn suspend(&mut self) -> io::Result<()> {
        use rustix::process::{Signal, kill_current_process_group};
        give_back()?;
        // The whole group, so that `cargo run` and wrappers stop too and the shell gets its prompt.
        let stopped = kill_current_process_group(Signal::TSTP);
        enter()?;
        stopped.map_err(io::Error::from)
    }

    #[cfg(not(unix))]
    fn suspend(&mut self) -> io::Result<()> {
        Err(io::Error::new(
            io::ErrorKind::Unsupported,
            "this system cannot suspend a program",
        ))
    }
}
