//! First frame, keys and memory, in a pseudo-terminal that answers nothing.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::{
    pull::FILLED,
    report::{Report, Samples, human},
    subject::{World, computing, memory, program, store},
};

/// Starts looked at.
const STARTS: usize = 20;
/// Keys pressed.
const KEYS: usize = 400;
/// Output that stops for as long is a whole frame.
const QUIET: Duration = Duration::from_millis(15);

struct Terminal {
    chunks: mpsc::Receiver<Vec<u8>>,
    input: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    begun: Instant,
}

impl Terminal {
    fn start(world: &World) -> Self {
        let home = world.home(FILLED, world.url());
        let pair = native_pty_system()
            .openpty(PtySize {
                rows: 36,
                cols: 120,
                pixel_width: 0,
                pixel_height: 0,
            })
            .unwrap();
        let mut command = CommandBuilder::new(program());
        for (name, value) in home.variables() {
            command.env(name, value);
        }
        command.env("TERM", "xterm-256color");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let input = pair.master.take_writer().unwrap();
        let begun = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        let (sender, chunks) = mpsc::channel();
        thread::spawn(move || {
            // The terminal must live as long as it is read.
            let _master = pair.master;
            let mut buffer = [0; 65536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            chunks,
            input,
            child,
            begun,
        }
    }

    /// Until an issue key has been written.
    fn first_key(&mut self) -> Duration {
        let mut seen = Vec::new();
        loop {
            seen.extend(self.chunks.recv_timeout(Duration::from_secs(20)).unwrap());
            if holds_key(&seen) {
                return self.begun.elapsed();
            }
        }
    }

    /// Until nothing has been written for a while.
    fn settle(&mut self) {
        while self.chunks.recv_timeout(QUIET).is_ok() {}
    }

    fn press(&mut self, key: &[u8]) -> Duration {
        let begun = Instant::now();
        self.input.write_all(key).unwrap();
        self.input.flush().unwrap();
        self.chunks.recv_timeout(Duration::from_secs(5)).unwrap();
        begun.elapsed()
    }

    fn end(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Capitals, a hyphen, a digit: `PAY-1`.
fn holds_key(bytes: &[u8]) -> bool {
    bytes
        .windows(4)
        .any(|w| w[0].is_ascii_uppercase() && w[1].is_ascii_uppercase() && w[2] == b'-' && w[3].is_ascii_digit())
}

/// From exec to the first issue key, against 50 rows by the SQLite shell.
pub(crate) fn first_frame(world: &World, report: &mut Report) {
    let (mut ours, mut busy, mut shell) = (Samples::default(), Samples::default(), Samples::default());
    let database = store(&world.folder.path().join(FILLED));
    let mut with_shell = true;
    for _ in 0..STARTS {
        let mut terminal = Terminal::start(world);
        ours.push(terminal.first_key());
        busy.extend(terminal.child.process_id().and_then(computing));
        terminal.settle();
        terminal.end();
        let begun = Instant::now();
        let printed = Command::new("sqlite3")
            .arg(&database)
            .arg("select key, summary from issue order by updated desc limit 50")
            .stdout(Stdio::piped())
            .output();
        with_shell &= printed.is_ok_and(|printed| printed.status.success());
        shell.push(begun.elapsed());
    }
    let shell = match with_shell {
        true => format!("50 rows by the SQLite shell {}", human(shell.median())),
        false => "there is no sqlite3 here to compare with".to_owned(),
    };
    let beside = format!(
        "fastest {}, p99 {}; {} of computing; {shell}",
        human(ours.percentile(0)),
        human(ours.percentile(99)),
        human(busy.median())
    );
    report.line("first issue key, from exec", &human(ours.median()), "12 ms", &beside);
}

/// From key to output, and memory after all of it.
pub(crate) fn keys(world: &World, report: &mut Report) {
    let mut terminal = Terminal::start(world);
    terminal.first_key();
    terminal.settle();
    let mut samples = Samples::default();
    let round: [&[u8]; 8] = [b"j", b"j", b"k", b"G", b"g", b"4", b"6", b"1"];
    for key in round.iter().cycle().take(KEYS) {
        samples.push(terminal.press(key));
        terminal.settle();
    }
    let beside = format!(
        "median {}; {KEYS} keys: rows, both ends, other screens",
        human(samples.median())
    );
    report.line("key to frame, p99", &human(samples.percentile(99)), "8 ms", &beside);
    let pid = terminal.child.process_id().unwrap();
    let (now, peak) = (memory(pid, "VmRSS:").unwrap_or(0), memory(pid, "VmHWM:").unwrap_or(0));
    let beside = format!("peak {:.0} MB, pages of the program itself included", peak as f64 / 1e6);
    report.line(
        "memory of the dashboard",
        &format!("{:.0} MB", now as f64 / 1e6),
        "30 MB",
        &beside,
    );
    terminal.end();
}
