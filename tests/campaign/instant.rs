//! Processes ended at a chosen instant of a chosen request: before it left, between question and answer,
//! while the answer is on its way, and on either side of the store's commit.
//!
//! The sandbox holds the request, so that no instant is a matter of luck: what arrives is stopped by a
//! fault, and a commit is kept from happening by holding the store's own lock.

use std::{
    io::Read,
    process::Child,
    thread,
    time::{Duration, Instant as Clock},
};

use crosstie::sandbox::{Fault, FaultRule};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use rusqlite::Connection;
use rustix::process::{Pid, Signal, kill_process};

use crate::desk::Desk;

/// Between two looks at how far a process is; it tells nobody.
const GLANCE: Duration = Duration::from_micros(500);
/// How long an answer takes that something is prepared behind its back for, in milliseconds.
const LATE: u64 = 60;
/// What the bytes of an answer take on the loopback, or anything that is not waited for.
const MOMENT: Duration = Duration::from_millis(10);
/// Nothing on a slow machine takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// When a process ends, as seen from one of its requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Instant {
    /// It did nothing: for Jira the same as if it had never left.
    Asked,
    /// It took effect, and not a byte of the answer is out.
    Done,
    /// Half of the answer is out.
    Answering,
    /// The whole answer is there, and not in the store yet.
    Unwritten,
    /// It has just been written down.
    Written,
}

impl Instant {
    pub(crate) const ALL: [Self; 5] = [Self::Asked, Self::Done, Self::Answering, Self::Unwritten, Self::Written];
}

/// A process that is about to be killed.
pub(crate) enum Prey {
    Plain(Child),
    /// On a terminal of its own.
    Screen(Box<dyn portable_pty::Child + Send + Sync>),
}

impl Prey {
    fn has_ended(&mut self) -> bool {
        match self {
            Self::Plain(child) => child.try_wait().unwrap().is_some(),
            Self::Screen(child) => child.try_wait().unwrap().is_some(),
        }
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        let id = match &self {
            Self::Plain(child) => child.id(),
            Self::Screen(child) => child.process_id().unwrap(),
        };
        kill_process(Pid::from_raw(i32::try_from(id).unwrap()).unwrap(), Signal::KILL).unwrap();
        match &mut self {
            Self::Plain(child) => {
                child.wait().unwrap();
            }
            Self::Screen(child) => {
                child.wait().unwrap();
            }
        }
    }
}

/// An instant that is waited for.
pub(crate) struct Aim<'d> {
    desk: &'d Desk,
    endpoint: &'static str,
    instant: Instant,
    fault: u64,
    /// Requests for the endpoint before.
    asked: u64,
    /// What keeps the store from taking the answer.
    held: Option<Connection>,
}

impl Desk {
    /// The dashboard, on a terminal.
    pub(crate) fn dashboard(&self) -> Prey {
        let size = PtySize {
            rows: 36,
            cols: 120,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let plain = self.command(&[]);
        let mut command = CommandBuilder::new(plain.get_program());
        command.env_clear();
        for (name, value) in plain.get_envs() {
            command.env(name, value.unwrap());
        }
        command.env("TERM", "xterm-256color");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut output = pair.master.try_clone_reader().unwrap();
        let terminal = pair.master;
        // Somebody has to look, or it would wait for that.
        thread::spawn(move || {
            while output.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}
            drop(terminal);
        });
        Prey::Screen(child)
    }

    /// Waits from now on for an instant of the next request for an endpoint.
    pub(crate) fn aim(&self, endpoint: &'static str, instant: Instant) -> Aim<'_> {
        let fault = match instant {
            Instant::Asked => Fault::Silence { done: false },
            Instant::Done => Fault::Silence { done: true },
            Instant::Answering => Fault::StallBody {
                after: None,
                seconds: None,
            },
            Instant::Unwritten | Instant::Written => Fault::Delay { milliseconds: LATE },
        };
        Aim {
            desk: self,
            endpoint,
            instant,
            asked: self.site.sandbox.requests().of(endpoint),
            fault: self.fault(FaultRule::always(fault).at(endpoint).times(1)),
            held: None,
        }
    }

    /// Starts a process and ends it at an instant.
    pub(crate) fn strike(&self, endpoint: &'static str, instant: Instant, prey: impl FnOnce(&Self) -> Prey) {
        let mut aim = self.aim(endpoint, instant);
        let mut prey = prey(self);
        aim.meet(&mut prey);
        prey.kill();
    }
}

impl Aim<'_> {
    /// Comes back when the process is at the instant; it is to be killed then.
    pub(crate) fn meet(&mut self, prey: &mut Prey) {
        self.wait_until(prey, "asked", Self::struck);
        match self.instant {
            Instant::Asked => {}
            Instant::Done => self.wait_until(prey, "done", Self::answered),
            Instant::Answering => {
                self.wait_until(prey, "answered", Self::answered);
                thread::sleep(MOMENT);
            }
            Instant::Unwritten => {
                let store = self.desk.store();
                store.execute_batch("BEGIN IMMEDIATE").unwrap();
                self.held = Some(store);
                self.wait_until(prey, "answered", Self::answered);
                thread::sleep(MOMENT);
            }
            Instant::Written => {
                let store = self.desk.store();
                let version = || -> i64 { store.query_row("PRAGMA data_version", [], |row| row.get(0)).unwrap() };
                let before = version();
                self.wait_until(prey, "written", |_| version() != before);
            }
        }
    }

    fn struck(&self) -> bool {
        let faults = self.desk.site.sandbox.faults().list();
        faults.iter().any(|one| one.id == self.fault && one.struck > 0)
    }

    fn answered(&self) -> bool {
        self.desk.site.sandbox.requests().of(self.endpoint) > self.asked
    }

    fn wait_until(&self, prey: &mut Prey, what: &str, reached: impl Fn(&Self) -> bool) {
        let since = Clock::now();
        while !reached(self) {
            let Self { endpoint, instant, .. } = self;
            assert!(
                !prey.has_ended(),
                "{endpoint} at {instant:?}: ended before it was {what}"
            );
            assert!(since.elapsed() < PATIENCE, "{endpoint} at {instant:?}: not {what}");
            thread::sleep(GLANCE);
        }
    }
}

impl Drop for Aim<'_> {
    fn drop(&mut self) {
        self.desk.without(self.fault);
    }
}
