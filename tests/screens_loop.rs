//! The whole loop: keys in, frames out, a library and an engine that only pretend.
//!
//! Nothing sleeps: each step waits for a frame that shows what it is waiting for.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up fails its test")]

#[path = "screens/office.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of single screens, which use the rest of it"
)]
mod office;
#[path = "screens/shop.rs"]
#[expect(
    dead_code,
    reason = "shared with the tests of single screens, which use the rest of it"
)]
mod shop;
#[path = "screens/world.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "shared with the tests of single screens, which use the rest of it"
)]
mod world;

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crossterm::event::{Event as TermEvent, KeyEvent};
use crosstie::app::chord::Chord;
use crosstie::app::{Event, LivePage, LiveRequest, Model, Scope};
use crosstie::clock::Clock;
use crosstie::domain::{Alias, Problem};
use crosstie::runtime::{Desk, Engine, Host, Library, LivePages, LiveSearch, Settings, run};
use futures_util::Stream;
use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, TestBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};
use tokio::sync::{Notify, watch};
use world::{Fake, now, row, setup, snapshot, syncing, text};

/// Longer than any step takes; reached only when a test fails.
const PATIENCE: Duration = Duration::from_secs(180);

/// A terminal whose frames can be watched.
struct Spy {
    inner: TestBackend,
    frames: watch::Sender<String>,
}

impl Backend for Spy {
    type Error = std::convert::Infallible;

    fn draw<'a, I: Iterator<Item = (u16, u16, &'a Cell)>>(&mut self, content: I) -> Result<(), Self::Error> {
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> Result<(), Self::Error> {
        self.inner.hide_cursor()
    }

    fn show_cursor(&mut self) -> Result<(), Self::Error> {
        self.inner.show_cursor()
    }

    fn get_cursor_position(&mut self) -> Result<Position, Self::Error> {
        self.inner.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> Result<(), Self::Error> {
        self.inner.set_cursor_position(position)
    }

    fn clear(&mut self) -> Result<(), Self::Error> {
        self.inner.clear()
    }

    fn clear_region(&mut self, clear_type: ClearType) -> Result<(), Self::Error> {
        self.inner.clear_region(clear_type)
    }

    fn size(&self) -> Result<Size, Self::Error> {
        self.inner.size()
    }

    fn window_size(&mut self) -> Result<WindowSize, Self::Error> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        self.inner.flush()?;
        self.frames.send_replace(text(self.inner.buffer()));
        Ok(())
    }
}

/// A clock that stands still: no ticks, no polling, only what the test does.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        now()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

/// A config file that nobody touches.
struct Unchanged;

impl Settings for Unchanged {
    fn look(&self) -> Vec<Event> {
        Vec::new()
    }
}

/// Remembers what it was asked; answers live searches with two rows.
#[derive(Default)]
struct Pretender {
    asked: Mutex<Vec<Scope>>,
    refuses: bool,
}

impl Engine for Pretender {
    fn sync(&self, scope: Scope) {
        self.asked.lock().unwrap().push(scope);
    }

    fn live_search(&self, request: LiveRequest, pages: LivePages) -> LiveSearch {
        let refuses = self.refuses;
        Box::pin(async move {
            if refuses {
                return Err(Problem {
                    kind: "network".to_owned(),
                    message: "no connection answers".to_owned(),
                    remedy: "Press r once the network is back.".to_owned(),
                });
            }
            for (row_id, done) in [(-1, false), (-2, true)] {
                let mut found = row(0);
                found.row = row_id;
                found.summary = format!("live row {row_id} for {}", request.jql);
                pages
                    .send(LivePage {
                        rows: vec![found],
                        total: Some(2),
                        sent: vec![(Alias::from("acme"), request.jql.clone())],
                        problems: Vec::new(),
                        done,
                    })
                    .await;
            }
            Ok(())
        })
    }
}

#[derive(Clone, Default)]
struct Copies(Arc<Mutex<Vec<String>>>);

impl Desk for Copies {
    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.0.lock().unwrap().push(text.to_owned());
        Ok(())
    }

    fn capture_mouse(&mut self, _: bool) -> io::Result<()> {
        Err(io::Error::other("no mouse here"))
    }

    fn suspend(&mut self) -> io::Result<()> {
        self.0.lock().unwrap().push("suspended".to_owned());
        Ok(())
    }
}

/// What a walk has in its hands while the dashboard runs.
struct Walk {
    input: Keyboard,
    frames: watch::Receiver<String>,
    library: Arc<Fake>,
    engine: Arc<Pretender>,
    copies: Copies,
    changed: Arc<Notify>,
    stop: Arc<Notify>,
}

impl Walk {
    fn keys(&self, keys: &str) {
        for key in keys.split(' ') {
            let (code, mods) = Chord::parse(key).unwrap().parts();
            self.event(TermEvent::Key(KeyEvent::new(code, mods)));
        }
    }

    fn text(&self, text: &str) {
        for letter in text.chars() {
            self.keys(&if letter == ' ' {
                "space".to_owned()
            } else {
                letter.to_string()
            });
        }
    }

    fn event(&self, event: TermEvent) {
        self.input.change(|typed| typed.waiting.push_back(event));
    }

    /// Waits for a frame that contains `wanted`.
    async fn sees(&mut self, wanted: &str) -> String {
        let wait = self.frames.wait_for(|frame| frame.contains(wanted));
        let found = tokio::time::timeout(PATIENCE, wait)
            .await
            .map(|frame| frame.unwrap().clone());
        found.unwrap_or_else(|_| panic!("never saw {wanted:?}; last frame:\n{}", *self.frames.borrow()))
    }
}

/// Keys as crossterm delivers them: it wakes the first waker that it was polled with, and takes
/// another one only after that.
#[derive(Clone, Default)]
struct Keyboard(Arc<Mutex<Typed>>);

#[derive(Default)]
struct Typed {
    waiting: VecDeque<TermEvent>,
    waker: Option<Waker>,
    closed: bool,
}

impl Keyboard {
    fn change(&self, change: impl FnOnce(&mut Typed)) {
        let mut typed = self.0.lock().unwrap();
        change(&mut typed);
        if let Some(waker) = typed.waker.take() {
            waker.wake();
        }
    }
}

impl Stream for Keyboard {
    type Item = io::Result<TermEvent>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut typed = self.0.lock().unwrap();
        match typed.waiting.pop_front() {
            Some(event) => Poll::Ready(Some(Ok(event))),
            None if typed.closed => Poll::Ready(None),
            None => {
                typed.waker.get_or_insert_with(|| context.waker().clone());
                Poll::Pending
            }
        }
    }
}

/// Runs a dashboard over `library` while `walk` uses it; returns its last state.
async fn dashboard<F>(library: Arc<Fake>, engine: Pretender, walk: impl FnOnce(Walk) -> F) -> Model
where
    F: Future<Output = ()>,
{
    let (frames, seen) = watch::channel(String::new());
    let mut terminal = Terminal::new(Spy {
        inner: TestBackend::new(140, 40),
        frames,
    })
    .unwrap();
    let input = Keyboard::default();
    let stop = Arc::new(Notify::new());
    let setup = setup(140, 40);
    let page = library.first(&setup.first_query()).ok().flatten();
    let model = Model::new(setup, page, library.snapshot().unwrap());
    let walk_state = Walk {
        input: input.clone(),
        frames: seen,
        library: Arc::clone(&library),
        engine: Arc::new(engine),
        copies: Copies::default(),
        changed: Arc::new(Notify::new()),
        stop: Arc::clone(&stop),
    };
    let host = Host {
        library,
        mapper: Arc::new(crosstie::runtime::Unmapped),
        connector: Arc::new(crosstie::runtime::Unmanaged),
        findings: Arc::new(crosstie::runtime::NoFindings),
        engine: Arc::clone(&walk_state.engine) as Arc<dyn Engine>,
        settings: Arc::new(Unchanged),
        desk: Box::new(walk_state.copies.clone()),
        opener: Arc::new(|url| match url.contains("PAY") {
            true => Ok(()),
            false => Err(io::Error::other("no display")),
        }),
        config: Arc::new(crosstie::runtime::NoFile),
        clock: Arc::new(Still),
        changed: Arc::clone(&walk_state.changed),
    };
    let stopped = async move { stop.notified().await };
    let running = run(&mut terminal, input, model, host, stopped);
    let both = async { tokio::join!(running, walk(walk_state)) };
    let (model, ()) = tokio::time::timeout(PATIENCE * 2, both).await.unwrap();
    model.unwrap()
}

#[tokio::test]
async fn a_walk_through_the_house() {
    let model = dashboard(
        Fake::new(9, snapshot()),
        Pretender::default(),
        async |mut walk: Walk| {
            walk.sees("▌ PAY-1412").await;
            walk.sees("Webhook deliveries that receive 502").await;
            walk.keys("j");
            walk.sees("─ PAY-1398 · Webhook secret rotation").await;
            walk.keys("/");
            walk.text("web");
            walk.sees("5 of 9").await;
            walk.keys("enter r");
            walk.sees("refreshing acme, dc-eu, lab").await;
            walk.keys("y");
            walk.sees("copied PAY-1398").await;
            walk.keys("o");
            walk.sees("opened https://acme.example.com/browse/PAY-1398").await;
            walk.keys("4 o");
            walk.sees("no browser could be opened (no display)").await;
            walk.keys("M");
            walk.sees("the mouse stays as it is").await;
            walk.keys("6");
            walk.sees("[6 Sync]").await;
            walk.keys("ctrl-z");
            walk.keys("1 enter");
            walk.sees("2 of 5").await;
            walk.keys("q q");
            assert_eq!(*walk.engine.asked.lock().unwrap(), [Scope::All]);
        },
    )
    .await;
    assert_eq!(model.selected_key().as_deref(), Some("PAY-1398"));
}

#[tokio::test]
async fn what_another_process_writes_shows_by_itself() {
    dashboard(
        Fake::new(3, snapshot()),
        Pretender::default(),
        async |mut walk: Walk| {
            walk.sees("My open work · 3").await;
            // The first look at the counter must be over, else the change would be its beginning.
            walk.keys("j");
            walk.sees("▌ PAY-1398").await;
            tokio::task::yield_now().await;
            loop {
                walk.library.rows.lock().unwrap().insert(0, row(4));
                *walk.library.snapshot.lock().unwrap() = syncing();
                walk.library.changes.fetch_add(1, Ordering::SeqCst);
                walk.changed.notify_one();
                let seen = walk.frames.wait_for(|frame| frame.contains("acme 312/480"));
                if tokio::time::timeout(Duration::from_millis(200), seen).await.is_ok() {
                    break;
                }
            }
            let frame = walk.sees("INF-210").await;
            assert!(frame.contains("▌ PAY-1398"), "the chosen issue stays chosen\n{frame}");
            walk.keys("ctrl-c");
        },
    )
    .await;
}

#[tokio::test]
async fn a_query_the_cache_cannot_answer_is_asked_of_the_servers() {
    let engine = Pretender::default();
    dashboard(Fake::new(9, snapshot()), engine, async |mut walk: Walk| {
        walk.keys("J ctrl-u");
        walk.text("status WAS Done");
        walk.sees("reads well").await;
        walk.keys("enter");
        let frame = walk.sees("live row -2").await;
        assert!(frame.contains("My open work ● · live · 2"), "{frame}");
        walk.keys("K");
        walk.sees("the servers, just now").await;
        walk.keys("y");
        walk.sees("copied status WAS Done").await;
        walk.keys("esc esc");
        walk.sees("My open work · 9").await;
        assert_eq!(*walk.copies.0.lock().unwrap(), ["status WAS Done"]);
        walk.keys("q");
    })
    .await;
}

#[tokio::test]
async fn servers_that_cannot_be_asked_get_a_face_with_a_remedy() {
    let engine = Pretender {
        refuses: true,
        ..Pretender::default()
    };
    dashboard(Fake::new(9, snapshot()), engine, async |mut walk: Walk| {
        walk.keys("J ctrl-u");
        walk.text("a WAS b");
        walk.keys("enter");
        let frame = walk.sees("The servers could not be asked.").await;
        assert!(frame.contains("Press r once the network is back."), "{frame}");
        walk.keys("ctrl-c");
    })
    .await;
}

#[tokio::test]
async fn while_one_list_is_read_only_the_latest_wish_waits() {
    dashboard(
        Fake::new(9, snapshot()),
        Pretender::default(),
        async |mut walk: Walk| {
            walk.sees("▌ PAY-1412").await;
            let before = walk.library.lists.load(Ordering::SeqCst);
            walk.library.hold(true);
            walk.keys("/");
            for _ in 0..200 {
                walk.text("secret");
                walk.keys("ctrl-u");
            }
            walk.text("502");
            walk.sees("/ 502").await;
            walk.library.hold(false);
            walk.sees("1 of 9").await;
            let reads = walk.library.lists.load(Ordering::SeqCst) - before;
            assert!((1..=3).contains(&reads), "1,403 keys led to {reads} reads");
            walk.keys("ctrl-c");
        },
    )
    .await;
}

#[tokio::test]
async fn the_first_rows_are_shown_before_anything_is_counted() {
    let library = Fake::new(9, snapshot());
    library.head.store(3, Ordering::SeqCst);
    library.hold(true);
    dashboard(library, Pretender::default(), async |mut walk: Walk| {
        let frame = walk.sees("▌ PAY-1412").await;
        assert!(frame.contains("My open work · …"), "{frame}");
        assert!(frame.contains("PAY-1401") && !frame.contains("PAY-1388"), "{frame}");
        walk.keys("j");
        walk.sees("▌ PAY-1398").await;
        walk.library.hold(false);
        let frame = walk.sees("My open work · 9").await;
        assert!(frame.contains("▌ PAY-1398"), "{frame}");
        walk.keys("q");
    })
    .await;
}

#[tokio::test]
async fn another_question_shows_its_first_rows_and_then_its_count() {
    let library = Fake::new(9, snapshot());
    library.head.store(3, Ordering::SeqCst);
    let model = dashboard(library, Pretender::default(), async |mut walk: Walk| {
        walk.sees("My open work · 9").await;
        walk.keys("G");
        walk.library.hold(true);
        walk.keys("J ctrl-u");
        walk.text("ORDER BY key");
        walk.keys("enter");
        let frame = walk.sees("cache · …").await;
        assert!(frame.contains("▌ PAY-1412"), "another list starts at its top\n{frame}");
        walk.keys("j");
        walk.sees("▌ PAY-1398").await;
        walk.library.hold(false);
        walk.sees("cache · 9").await;
        walk.keys("q");
    })
    .await;
    assert_eq!(model.selected_key().as_deref(), Some("PAY-1398"));
}

#[tokio::test]
async fn resizing_is_an_event_like_any_other() {
    let model = dashboard(
        Fake::new(9, snapshot()),
        Pretender::default(),
        async |mut walk: Walk| {
            walk.sees("▌ PAY-1412").await;
            walk.keys("j j");
            walk.event(TermEvent::Resize(59, 19));
            walk.event(TermEvent::Resize(140, 40));
            walk.sees("▌ PAY-1401").await;
            walk.keys("q");
        },
    )
    .await;
    assert_eq!(model.selected_key().as_deref(), Some("PAY-1401"));
}

#[tokio::test]
async fn the_end_of_input_and_a_signal_both_end_it() {
    dashboard(
        Fake::new(9, snapshot()),
        Pretender::default(),
        async |mut walk: Walk| {
            walk.sees("▌ PAY-1412").await;
            walk.input.change(|typed| typed.closed = true);
        },
    )
    .await;
    dashboard(
        Fake::new(9, snapshot()),
        Pretender::default(),
        async |mut walk: Walk| {
            walk.sees("▌ PAY-1412").await;
            walk.stop.notify_one();
        },
    )
    .await;
}

#[tokio::test]
async fn a_tag_of_the_catalog_narrows_the_list() {
    let library = Fake::new(9, snapshot());
    *library.tags.lock().unwrap() = Some(Arc::new(world::tags()));
    dashboard(library, Pretender::default(), async |mut walk: Walk| {
        walk.sees("│ Tags  ").await;
        walk.keys("#");
        walk.text("pay");
        walk.sees("1 of 5").await;
        walk.keys("enter");
        let frame = walk.sees("My open work · 4").await;
        assert!(frame.contains("tag  payments") && frame.contains("TAG"), "{frame}");
        walk.keys("K");
        walk.sees("not asked: the tag leads nowhere there").await;
        walk.keys("esc esc");
        walk.sees("My open work · 9").await;
        walk.keys("q");
    })
    .await;
}
