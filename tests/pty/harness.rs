//! A terminal for the built program: a pseudo-terminal, a parser for what it writes, and waiting
//! for what should appear.
//!
//! A thread collects output and wakes who waits; nothing sleeps or polls. Who waits looks at every
//! whole frame in its order, however late it comes to looking: half a frame is never seen, and what
//! shows for a moment is not missed. Every wait shares one deadline per terminal and fails with the
//! screen as it stood. Questions that a program asks its terminal stay unanswered, as they do on the
//! dumbest one.

use std::cell::{RefCell, RefMut};
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{ChildKiller, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use vt100::{MouseProtocolMode, Screen};

/// For all waits on one terminal together; a debug build on a busy machine needs a fraction.
const DEADLINE: Duration = Duration::from_secs(180);
/// On the screen before the program starts, and again after it.
const PROMPT: &str = "prompt before the program";
/// Hides the cursor: the last thing that ratatui writes of a frame without one.
const HIDDEN: &[u8] = b"\x1b[?25l";
/// Shows the cursor and begins to say where: the last thing but the place of a frame with one.
const SHOWN: &[u8] = b"\x1b[?25h\x1b[";
/// The most bytes that the end of a frame can have.
const LONGEST_END: usize = SHOWN.len() + "65535;65535H".len();

/// Columns and rows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size(pub(super) u16, pub(super) u16);

impl Size {
    fn pty(self) -> PtySize {
        PtySize {
            rows: self.1,
            cols: self.0,
            pixel_width: 0,
            pixel_height: 0,
        }
    }

    fn cells(self) -> (NonZeroU16, NonZeroU16) {
        (
            NonZeroU16::new(self.1).expect("rows"),
            NonZeroU16::new(self.0).expect("columns"),
        )
    }
}

/// What the program has written so far, and how it ended.
#[derive(Default)]
struct State {
    output: Vec<u8>,
    /// Nothing more will come.
    closed: bool,
    exit: Option<ExitStatus>,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn update(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// What has been looked at.
struct View {
    parser: vt100::Parser,
    /// How much of the output the parser has been given.
    read: usize,
    /// The latest whole frame, while a program has the alternate screen.
    frame: Option<Screen>,
}

impl View {
    /// Looks at the output as far as the next frame is whole; `false` if that shows nothing new.
    fn step(&mut self, output: &[u8]) -> bool {
        let Some(fresh) = output.get(self.read..).filter(|fresh| !fresh.is_empty()) else {
            return false;
        };
        let end = frame_end(output, self.read);
        let fresh = end.map_or(fresh, |end| &output[self.read..end]);
        self.parser.process(fresh);
        self.read += fresh.len();
        let draws = self.parser.screen().alternate_screen();
        if !draws {
            self.frame = None;
        } else if end.is_some() {
            self.frame = Some(self.parser.screen().clone());
        }
        !draws || end.is_some()
    }

    /// The latest whole frame; of a program that draws none, the screen as it is.
    fn screen(&self) -> Option<&Screen> {
        let now = self.parser.screen();
        if now.alternate_screen() {
            self.frame.as_ref()
        } else {
            Some(now)
        }
    }
}

/// Where the first frame ends that is not whole after `read` bytes.
fn frame_end(output: &[u8], read: usize) -> Option<usize> {
    let from = read.saturating_sub(LONGEST_END);
    let mut ends = (from..output.len()).filter_map(|at| end_at(output, at));
    ends.find(|end| *end > read)
}

/// Where the end of a frame stops that begins here.
fn end_at(output: &[u8], at: usize) -> Option<usize> {
    let rest = &output[at..];
    if rest.starts_with(HIDDEN) {
        return Some(at + HIDDEN.len());
    }
    let place = rest.strip_prefix(SHOWN)?;
    let end = place.iter().position(|byte| !byte.is_ascii_digit() && *byte != b';')?;
    (place[end] == b'H').then_some(at + SHOWN.len() + end + 1)
}

/// A program that runs in a terminal of its own; it is killed when this is dropped.
pub(super) struct Terminal {
    shared: Arc<Shared>,
    view: RefCell<View>,
    master: Box<dyn MasterPty + Send>,
    input: Box<dyn Write + Send>,
    killer: Box<dyn ChildKiller + Send + Sync>,
    pid: Pid,
    deadline: Instant,
    settings_before: String,
    home: TempDir,
}

/// What a program is started with.
pub(super) struct Start<'a> {
    program: &'a str,
    arguments: &'a [&'a str],
    size: Size,
    config: Option<&'a str>,
    environment: &'a [(&'a str, &'a str)],
}

impl<'a> Start<'a> {
    /// The built `crosstie`, in a terminal of 100 × 30, with no config.
    pub(super) fn crosstie(arguments: &'a [&'a str]) -> Self {
        Self::program(env!("CARGO_BIN_EXE_crosstie"), arguments)
    }

    pub(super) fn program(program: &'a str, arguments: &'a [&'a str]) -> Self {
        Self {
            program,
            arguments,
            size: Size(100, 30),
            config: None,
            environment: &[],
        }
    }

    pub(super) fn size(self, size: Size) -> Self {
        Self { size, ..self }
    }

    /// The text of `config.toml`.
    pub(super) fn config(self, config: &'a str) -> Self {
        Self {
            config: Some(config),
            ..self
        }
    }

    pub(super) fn environment(self, environment: &'a [(&'a str, &'a str)]) -> Self {
        Self { environment, ..self }
    }

    pub(super) fn run(self) -> Terminal {
        let home = tempfile::tempdir().expect("scratch folder");
        let pair = native_pty_system().openpty(self.size.pty()).expect("pseudo-terminal");
        let command = self.command(home.path());
        let (rows, columns) = self.size.cells();
        let mut parser = vt100::Parser::new(rows, columns, 0);
        parser.process(format!("{PROMPT}\r\n").as_bytes());
        let shared = Arc::new(Shared::default());
        let settings_before = settings(pair.master.as_ref());
        let reader = pair.master.try_clone_reader().expect("reader");
        let mut child = pair.slave.spawn_command(command).expect("program starts");
        // The program holds the only other end, so that its end is the end of the output.
        drop(pair.slave);
        let pid = child
            .process_id()
            .and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?))
            .expect("process id");
        let killer = child.clone_killer();
        let for_reader = Arc::clone(&shared);
        thread::spawn(move || read(reader, &for_reader));
        let for_waiter = Arc::clone(&shared);
        thread::spawn(move || {
            let exit = child.wait().ok();
            for_waiter.update(|state| state.exit = exit);
        });
        Terminal {
            shared,
            view: RefCell::new(View {
                parser,
                read: 0,
                frame: None,
            }),
            input: pair.master.take_writer().expect("writer"),
            master: pair.master,
            killer,
            pid,
            deadline: Instant::now() + DEADLINE,
            settings_before,
            home,
        }
    }

    /// An environment of nothing but scratch folders and what every shell sets.
    fn command(&self, home: &Path) -> CommandBuilder {
        let mut command = CommandBuilder::new(self.program);
        command.args(self.arguments);
        command.cwd(home);
        command.env_clear();
        let config = home.join("config.toml");
        if let Some(text) = self.config {
            std::fs::write(&config, text).expect("config written");
        }
        command.env("HOME", home);
        command.env("XDG_CONFIG_HOME", home.join("xdg-config"));
        command.env("XDG_DATA_HOME", home.join("xdg-data"));
        command.env("XDG_CACHE_HOME", home.join("xdg-cache"));
        command.env("TMPDIR", home);
        command.env("CROSSTIE_CONFIG", config);
        command.env("CROSSTIE_DATA_DIR", home.join("data"));
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in self.environment {
            command.env(name, value);
        }
        command
    }
}

fn read(mut reader: Box<dyn Read + Send>, shared: &Shared) {
    let mut buffer = [0; 8192];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => shared.update(|state| state.output.extend_from_slice(&buffer[..count])),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            // Linux reports the end of a pseudo-terminal as an error.
            Err(_) => break,
        }
    }
    shared.update(|state| state.closed = true);
}

/// The line settings (echo, line editing, signals), as text to compare.
fn settings(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios().expect("terminal settings"))
}

impl Terminal {
    /// Waits until the screen is as `expected`, which `what` names in the failure. It is asked once
    /// for each frame.
    #[track_caller]
    pub(super) fn wait_for(&self, what: &str, expected: impl Fn(&Screen) -> bool) -> Screen {
        self.wait(what, |view, _| view.screen().filter(|screen| expected(screen)).cloned())
    }

    /// Waits until the screen holds `text`.
    #[track_caller]
    pub(super) fn wait_for_text(&self, text: &str) -> Screen {
        self.wait_for(&format!("{text:?}"), |screen| screen.contents().contains(text))
    }

    /// Waits until the program has written `text`, which need not show.
    #[track_caller]
    pub(super) fn wait_for_output(&self, text: &str) {
        self.wait(&format!("{text:?} in the output"), |_, state| {
            String::from_utf8_lossy(&state.output).contains(text).then_some(())
        });
    }

    /// Waits for the program to end and all of its output to be drawn.
    #[track_caller]
    pub(super) fn exit_status(&self) -> ExitStatus {
        self.wait("the end of the program", |view, state| {
            let drawn = state.closed && view.read == state.output.len();
            state.exit.clone().filter(|_| drawn)
        })
    }

    /// The latest whole frame, or the screen as it is.
    pub(super) fn screen(&self) -> Screen {
        let view = self.look();
        view.screen().unwrap_or_else(|| view.parser.screen()).clone()
    }

    /// Looks at everything that has come.
    fn look(&self) -> RefMut<'_, View> {
        let mut view = self.view.borrow_mut();
        let state = self.shared.lock();
        while view.step(&state.output) {}
        view
    }

    /// The program's scratch folder, with its `config.toml`.
    pub(super) fn home(&self) -> &Path {
        self.home.path()
    }

    /// Everything that the program wrote, as it wrote it.
    pub(super) fn output(&self) -> String {
        String::from_utf8_lossy(&self.shared.lock().output).into_owned()
    }

    /// What it wrote up to the end of a frame.
    pub(super) fn frames(&self) -> String {
        let state = self.shared.lock();
        let mut ends = (0..state.output.len()).rev();
        let end = ends.find_map(|at| end_at(&state.output, at)).unwrap_or_default();
        String::from_utf8_lossy(&state.output[..end]).into_owned()
    }

    #[track_caller]
    fn wait<T>(&self, what: &str, reached: impl Fn(&View, &State) -> Option<T>) -> T {
        let mut view = self.view.borrow_mut();
        let mut state = self.shared.lock();
        loop {
            if let Some(value) = reached(&view, &state) {
                return value;
            }
            let before = view.read;
            if view.step(&state.output) || (state.closed && view.read > before) {
                continue;
            }
            let ended = state.closed && state.exit.is_some();
            let left = self.deadline.saturating_duration_since(Instant::now());
            if ended || left.is_zero() {
                let why = if ended { "the program ended" } else { "the time is over" };
                let report = report(&view, &state);
                drop(state);
                panic!("{why} before {what} appeared\n{report}");
            }
            state = self
                .shared
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .0;
        }
    }

    /// Presses keys, given as the bytes that a terminal sends for them. What was drawn before is no
    /// answer to them.
    pub(super) fn send(&mut self, keys: &str) {
        self.look();
        self.input.write_all(keys.as_bytes()).expect("keys sent");
        self.input.flush().expect("keys sent");
    }

    /// Changes the size, which tells the program with a signal. Until it draws, nothing shows: the
    /// frame that is there was drawn for the old size.
    pub(super) fn resize(&self, size: Size) {
        let (rows, columns) = size.cells();
        let mut view = self.look();
        view.parser.screen_mut().set_size(rows, columns);
        view.frame = None;
        self.master.resize(size.pty()).expect("resized");
    }

    pub(super) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).expect("signal sent");
    }

    /// After the program ended: the terminal is as it was, with nothing left switched on.
    #[track_caller]
    pub(super) fn assert_restored(&self) {
        let screen = self.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(
            screen.mouse_protocol_mode(),
            MouseProtocolMode::None,
            "the mouse is still captured"
        );
        assert!(
            screen.contents().contains(PROMPT),
            "what was on the screen is gone:\n{}",
            screen.contents()
        );
        assert_eq!(
            settings(self.master.as_ref()),
            self.settings_before,
            "line settings are not restored"
        );
    }

    /// After a program that does nothing to the terminal but write lines.
    #[track_caller]
    pub(super) fn assert_untouched(&self) {
        assert!(!self.output().contains('\u{1b}'), "an escape sequence was written");
        assert_eq!(
            settings(self.master.as_ref()),
            self.settings_before,
            "line settings were changed"
        );
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Has ended already in most tests, which is what this then reports.
        let _ = self.killer.kill();
    }
}

/// No line was longer than the screen is wide.
#[track_caller]
pub(super) fn assert_unbroken(screen: &Screen) {
    let rows = screen.size().0.get();
    let broken: Vec<u16> = (0..rows).filter(|&row| screen.row_wrapped(row)).collect();
    assert!(
        broken.is_empty(),
        "rows {broken:?} run over the edge:\n{}",
        screen.contents()
    );
}

/// The key of the selected row: the one that follows a `▌`, right away or after the site.
pub(super) fn selected_key(screen: &Screen) -> Option<String> {
    let columns = screen.size().1.get();
    screen.rows(0, columns).find_map(|row| {
        row.split('▌').skip(1).find_map(|after| {
            let mut words = after.split_whitespace().take(2);
            words.find(|word| is_key(word)).map(ToOwned::to_owned)
        })
    })
}

/// Whether any word on the screen looks like an issue key.
pub(super) fn shows_a_key(screen: &Screen) -> bool {
    screen.contents().split_whitespace().any(is_key)
}

fn is_key(word: &str) -> bool {
    word.split_once('-').is_some_and(|(project, number)| {
        project.len() > 1
            && project
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn report(view: &View, state: &State) -> String {
    let screen = view.parser.screen();
    let (rows, columns) = screen.size();
    let mut report = format!(
        "{columns} × {rows}, exit {:?}, {} bytes written\n",
        state.exit,
        state.output.len()
    );
    for row in screen.rows(0, columns.get()) {
        // Writing to a string cannot fail.
        let _ = writeln!(report, "|{row}");
    }
    report
}
