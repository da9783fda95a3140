//! The real terminal: taken, given back however the program ends, and what else is done to it.
//!
//! Whoever takes the terminal holds a [`Guard`]; dropping it gives the terminal back. Panics and
//! suspends give it back too. Must never be in here: drawing.

use std::io::{self, BufWriter, Stdout, Write};
use std::panic;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, EventStream,
};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::Desk;

/// The terminal that the dashboard draws to.
pub type Tty = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// Whether the terminal is in our state; so that it is given back once, by whoever comes first.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is to be captured when the terminal is taken (again).
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Holds the terminal; dropping it gives it back.
#[derive(Debug)]
pub struct Guard(());

impl Drop for Guard {
    fn drop(&mut self) {
        // Nothing can be told any more if the terminal is gone.
        let _gone = give_back();
    }
}

/// Takes the terminal: raw mode, alternate screen, bracketed paste, and the mouse if wanted.
///
/// # Errors
/// Standard output is no terminal, or cannot be written to.
pub fn take(mouse: bool) -> io::Result<(Tty, Guard)> {
    MOUSE.store(mouse, Ordering::SeqCst);
    let guard = Guard(());
    enter()?;
    let terminal = Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, io::stdout())))?;
    Ok((terminal, guard))
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

/// Keys, mouse, pastes and sizes of the real terminal.
#[must_use]
pub fn input() -> EventStream {
    EventStream::new()
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
        tokio::select! {
            _ = term.recv() => {}
            _ = hup.recv() => {}
            _ = int.recv() => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// The real terminal's desk.
#[derive(Debug, Default)]
pub struct RealDesk;

impl Desk for RealDesk {
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
