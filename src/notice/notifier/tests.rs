//! Runs that end, in one process and in two.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::{
    auth::keyring::MemoryKeyring,
    clock::{Clock, ManualClock},
    domain::{Access, Health, LogLine, Problem, Quota, RunKind, RunState},
    notice::{Tone, channel::Sending},
    store::ConnectionSeed,
};

/// Keeps what it is given, or refuses it.
#[derive(Debug, Default)]
struct Desk {
    taken: Mutex<Vec<String>>,
    refuses: Option<Unsent>,
}

impl Channel for Desk {
    fn name(&self) -> &'static str {
        if self.refuses.is_some() { "Slack" } else { "desktop" }
    }

    fn send<'a>(&'a self, notice: &'a Notice) -> Sending<'a> {
        Box::pin(async {
            match &self.refuses {
                Some(why) => Err(why.clone()),
                None => {
                    self.taken.lock().unwrap().push(notice.title.clone());
                    Ok(())
                }
            }
        })
    }
}

/// One crosstie on a store that it may share.
struct Process {
    store: Store,
    notifier: Arc<Notifier>,
    desk: Arc<Desk>,
    clock: Arc<ManualClock>,
}

fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn acme() -> Alias {
    Alias::from("acme")
}

impl Process {
    fn open(folder: &Path, clock: &Arc<ManualClock>) -> Self {
        let (store, _) = Store::open(folder, start()).unwrap();
        let seed = ConnectionSeed {
            alias: acme(),
            site: "https://acme.example".to_owned(),
            access: Access::ApiToken,
            scope: String::new(),
        };
        store.configure(&[seed], &[]).unwrap();
        let vault = Vault::new(folder.to_owned(), Arc::new(MemoryKeyring::default()));
        let settings = NoticeSettings {
            desktop: false,
            slack: None,
        };
        let shared = Arc::clone(clock) as SharedClock;
        let notifier = Notifier::new(&settings, store.clone(), vault, shared);
        let process = Self {
            store,
            notifier: Arc::new(notifier),
            desk: Arc::default(),
            clock: Arc::clone(clock),
        };
        process.use_channels(vec![Arc::clone(&process.desk) as Arc<dyn Channel>]);
        process
    }

    fn use_channels(&self, channels: Vec<Arc<dyn Channel>>) {
        *self.notifier.channels.lock().unwrap() = channels;
    }

    /// A run ends with this, as the engine writes it.
    fn ends(&self, health: Health, problem: Option<Problem>) -> Run {
        let now = self.clock.now();
        let run = self.store.begin_run(&acme(), RunKind::Delta, now).unwrap();
        self.store
            .report_health(&acme(), health, problem.as_ref(), &Quota::default(), now)
            .unwrap();
        Run {
            id: run,
            alias: acme(),
            kind: RunKind::Delta,
            state: RunState::Failed,
            started: now,
            ended: Some(now),
            expected: None,
            requests: 0,
            bytes: 0,
            received: 0,
            new: 0,
            changed: 0,
            gone: 0,
            sent: 0,
            problem,
        }
    }

    fn refused(&self) -> Run {
        let problem = Problem {
            kind: "auth".to_owned(),
            message: "acme: refused (GET /myself)".to_owned(),
            remedy: "sign in".to_owned(),
        };
        self.ends(Health::Auth, Some(problem))
    }

    fn taken(&self) -> Vec<String> {
        self.desk.taken.lock().unwrap().clone()
    }

    fn log(&self) -> Vec<LogLine> {
        self.store.log_lines(50).unwrap()
    }
}

#[tokio::test]
async fn a_restart_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(start());
    let first = Process::open(folder.path(), &clock);
    let run = first.refused();
    first.notifier.run_ended(&run).await;
    first.notifier.run_ended(&first.refused()).await;
    assert_eq!(first.taken(), ["acme needs you"]);
    let [line] = first.log().try_into().unwrap();
    assert_eq!(line.text, "notice sent to desktop: acme needs you");
    assert_eq!((line.level, line.run), (Level::Info, Some(run.id)));
    drop(first);
    let second = Process::open(folder.path(), &clock);
    second.notifier.run_ended(&second.refused()).await;
    assert_eq!(second.taken(), Vec::<String>::new());
    second.notifier.run_ended(&second.ends(Health::Ok, None)).await;
    second.notifier.run_ended(&second.ends(Health::Ok, None)).await;
    assert_eq!(second.taken(), ["acme works again"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_one_alone_tells() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(start());
    let (one, other) = (
        Process::open(folder.path(), &clock),
        Process::open(folder.path(), &clock),
    );
    for round in 1..=12 {
        let run = one.refused();
        tokio::join!(one.notifier.run_ended(&run), other.notifier.run_ended(&run));
        let run = other.ends(Health::Ok, None);
        tokio::join!(other.notifier.run_ended(&run), one.notifier.run_ended(&run));
        let mut told = [one.taken(), other.taken()].concat();
        told.sort();
        let expected = ["acme needs you", "acme works again"].map(|title| vec![title; round]);
        assert_eq!(told, expected.concat());
        clock.advance(std::time::Duration::from_secs(86_400));
    }
}

#[tokio::test]
async fn what_does_not_get_through_is_in_the_log_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(start());
    let process = Process::open(folder.path(), &clock);
    let refusing = Desk {
        refuses: Some(Unsent::new("hooks.example.com failed (500)", "wait")),
        ..Desk::default()
    };
    process.use_channels(vec![Arc::clone(&process.desk) as Arc<dyn Channel>, Arc::new(refusing)]);
    process.notifier.run_ended(&process.refused()).await;
    let line = process.log().pop().unwrap();
    assert_eq!(
        line.text,
        "notice sent to desktop: acme needs you · not to Slack: hooks.example.com failed (500)"
    );
    assert_eq!(line.level, Level::Warn);
    assert_eq!(
        line.detail.as_deref(),
        Some("acme: refused (GET /myself)\nsign in\nwait")
    );
    assert_eq!(process.taken(), ["acme needs you"], "the others go on");
}

#[test]
fn a_session_without_a_desktop_is_no_warning() {
    let notice = Notice {
        alias: acme(),
        tone: Tone::NeedsPerson,
        title: "acme needs you".to_owned(),
        message: "m".to_owned(),
        remedy: String::new(),
        site: String::new(),
    };
    let absent = || Err(Unsent::absent("this session has no desktop"));
    for (outcomes, level, text) in [
        (
            vec![("desktop", Ok(())), ("Slack", Ok(()))],
            Level::Info,
            "notice sent to desktop and Slack: acme needs you",
        ),
        (
            vec![("desktop", absent())],
            Level::Info,
            "notice not sent: acme needs you · not to desktop: this session has no desktop",
        ),
        (
            vec![("desktop", absent()), ("Slack", Ok(()))],
            Level::Info,
            "notice sent to Slack: acme needs you · not to desktop: this session has no desktop",
        ),
        (
            vec![("desktop", absent()), ("Slack", Err(Unsent::new("no", "do")))],
            Level::Warn,
            "notice not sent: acme needs you · not to desktop: this session has no desktop · not to Slack: no",
        ),
    ] {
        let line = outcome_line(&notice, &outcomes);
        assert_eq!((line.level, line.text.as_str()), (level, text));
    }
}

#[tokio::test]
async fn without_a_channel_nothing_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(start());
    let process = Process::open(folder.path(), &clock);
    process.use_channels(Vec::new());
    process.notifier.run_ended(&process.refused()).await;
    let condition = process.store.condition(&acme()).unwrap().unwrap();
    assert_eq!(condition.remembered, None);
    assert_eq!(process.log(), []);
}

#[tokio::test]
async fn runs_that_the_engine_tells_of_are_looked_into() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(start());
    let process = Process::open(folder.path(), &clock);
    let changed = process.store.changed();
    let ended = Arc::clone(&process.notifier).hear();
    ended.send(process.refused()).unwrap();
    drop(ended);
    // Each write of the store wakes; the line of the log is the last of them.
    while process.log().is_empty() {
        changed.notified().await;
    }
    assert_eq!(process.taken(), ["acme needs you"]);
}

#[test]
fn another_config_brings_other_channels() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(start());
    let process = Process::open(folder.path(), &clock);
    let names = |desktop, slack: Option<&str>| {
        process.notifier.follow(&NoticeSettings {
            desktop,
            slack: slack.map(|name| crate::config::SecretSource::Env(name.to_owned())),
        });
        let channels = process.notifier.channels.lock().unwrap();
        channels.iter().map(|channel| channel.name()).collect::<Vec<_>>()
    };
    assert_eq!(names(true, None), ["desktop"]);
    assert_eq!(names(false, Some("HOOK")), ["Slack"]);
    assert_eq!(names(true, Some("HOOK")), ["desktop", "Slack"]);
    assert_eq!(names(false, None), Vec::<&str>::new());
}

#[tokio::test]
async fn an_outage_is_told_with_its_length_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(start());
    let process = Process::open(folder.path(), &clock);
    let offline = Problem {
        kind: "network".to_owned(),
        message: "acme: connection refused".to_owned(),
        remedy: String::new(),
    };
    for _ in 0..6 {
        let run = process.ends(Health::Offline, Some(offline.clone()));
        process.notifier.run_ended(&run).await;
        clock.advance(std::time::Duration::from_secs(300));
    }
    assert_eq!(clock.now(), start() + SignedDuration::from_mins(30));
    process.notifier.run_ended(&process.ends(Health::Ok, None)).await;
    assert_eq!(process.taken(), ["acme cannot be reached", "acme works again"]);
    let line = process.log().pop().unwrap();
    assert_eq!(
        line.detail.as_deref(),
        Some("It had failed for 30m 00s: acme: connection refused")
    );
}
