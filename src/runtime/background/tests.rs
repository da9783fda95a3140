use std::sync::Mutex;

use futures_util::FutureExt;
use futures_util::stream;

use super::*;
use crate::clock::Clock;

const ANSWER: &str = "\u{1b}]11;rgb:fdfd/f6f6/e3E3\u{1b}\\";

/// Keys as crossterm makes them of bytes that arrive together.
fn keys(piece: &str) -> Vec<TermEvent> {
    let mut keys = Vec::new();
    let mut letters = piece.chars();
    while let Some(letter) = letters.next() {
        let (code, mods) = match letter {
            '\u{1b}' => match letters.next() {
                Some(next) => (KeyCode::Char(next), KeyModifiers::ALT),
                None => (KeyCode::Esc, KeyModifiers::NONE),
            },
            '\u{7}' => (KeyCode::Char('g'), KeyModifiers::CONTROL),
            letter if letter.is_uppercase() => (KeyCode::Char(letter), KeyModifiers::SHIFT),
            letter => (KeyCode::Char(letter), KeyModifiers::NONE),
        };
        keys.push(TermEvent::Key(KeyEvent::new(code, mods)));
    }
    keys
}

fn asked() -> Ear {
    Ear {
        asked: true,
        expects: true,
        ..Ear::default()
    }
}

fn hear(ear: &mut Ear, pieces: &[&str]) -> Vec<Event> {
    let mut out = VecDeque::new();
    for event in pieces.iter().flat_map(|piece| keys(piece)) {
        ear.hear(event, &mut out);
    }
    out.into()
}

fn just(pieces: &[&str]) -> Vec<Event> {
    pieces.iter().flat_map(|piece| keys(piece)).map(Event::Term).collect()
}

#[test]
fn an_answer_is_understood_in_every_form() {
    for (answer, expected) in [
        (ANSWER, Some(Shade::Light)),
        ("\u{1b}]11;rgb:fdfd/f6f6/e3e3\u{7}", Some(Shade::Light)),
        ("\u{1b}]11;rgb:1e/1e/1e\u{7}", Some(Shade::Dark)),
        ("\u{1b}]11;rgb:0/0/0\u{7}", Some(Shade::Dark)),
        ("\u{1b}]11;rgba:ffff/ffff/ffff/cccc\u{1b}\\", Some(Shade::Light)),
        ("\u{1b}]11;rgb:0000/0000/ffff\u{7}", Some(Shade::Dark)),
        // No colour that we know: dropped all the same.
        ("\u{1b}]11;#102030\u{7}", None),
        ("\u{1b}]11;rgb:1e1e\u{7}", None),
        ("\u{1b}]11;rgb:1e1e1/0/0\u{7}", None),
        ("\u{1b}]11;rgb:0/0/0/0/0\u{7}", None),
        ("\u{1b}]11;rgb://\u{7}", None),
        ("\u{1b}]11;\u{7}", None),
    ] {
        let heard = hear(&mut asked(), &[answer]);
        assert_eq!(heard, Vec::from_iter(expected.map(Event::Background)), "{answer:?}");
    }
}

#[test]
fn cut_anywhere_and_between_keys_it_is_still_no_key() {
    for first in 0..=ANSWER.len() {
        for second in first..=ANSWER.len() {
            let pieces = [&ANSWER[..first], &ANSWER[first..second], &ANSWER[second..]];
            let mut ear = asked();
            let mut heard = hear(&mut ear, &["j"]);
            heard.extend(hear(&mut ear, &pieces));
            heard.extend(hear(&mut ear, &["k", "\u{1b}", "]"]));
            let mut expected = just(&["j"]);
            expected.push(Event::Background(Shade::Light));
            expected.extend(just(&["k", "\u{1b}", "]"]));
            assert_eq!(heard, expected, "{first} {second}");
        }
    }
}

#[test]
fn what_only_looks_like_one_is_keys() {
    for typed in [
        ["", "\u{1b}", "j"],
        ["\u{1b}", "\u{1b}", "q"],
        ["\u{1b}]", "1", "2"],
        ["\u{1b}]", "11", ":"],
        ["]", "11;", "rgb:"],
        ["Q", "\u{7}", "\\"],
        ["\u{1b}]1", "é", "x"],
    ] {
        assert_eq!(hear(&mut asked(), &typed), just(&typed), "{typed:?}");
    }
    let unasked = &mut Ear::default();
    assert_eq!(hear(unasked, &[ANSWER]), just(&[ANSWER]), "nobody asked");
}

#[test]
fn keys_that_are_no_letters_pass_an_unfinished_answer() {
    let mut ear = asked();
    assert_eq!(hear(&mut ear, &["\u{1b}]11;rgb:fd"]), []);
    let mut out = VecDeque::new();
    let stop = TermEvent::Key(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL));
    for event in [TermEvent::Resize(80, 24), stop] {
        ear.hear(event.clone(), &mut out);
        assert_eq!(out.pop_front(), Some(Event::Term(event)));
    }
    assert_eq!(hear(&mut ear, &["/f/f\u{7}"]), [Event::Background(Shade::Light)]);
}

#[test]
fn an_answer_without_end_is_given_up() {
    let mut ear = asked();
    let endless = "f".repeat(LONGEST + 1);
    assert_eq!(hear(&mut ear, &["\u{1b}]11;", &endless]), []);
    assert_eq!((ear.patience(), ear.heard.len(), ear.held.len()), (None, 0, 0));
    assert_eq!(hear(&mut ear, &["j"]), just(&["j"]));
}

/// Time that passes when it is told to; nobody is woken by it.
#[derive(Debug, Default)]
struct Stopwatch(Mutex<Duration>);

impl Stopwatch {
    fn passed(&self) -> Duration {
        *self.0.lock().unwrap()
    }
}

impl Clock for Stopwatch {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let end = self.passed() + duration;
        Box::pin(poll_fn(move |_| {
            if self.passed() >= end {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        }))
    }
}

type Arrived = Arc<Mutex<VecDeque<TermEvent>>>;

/// A listener that has asked.
fn listener(watch: &Arc<Stopwatch>, arrived: &Arrived) -> Listener<impl Stream<Item = io::Result<TermEvent>> + Unpin> {
    let taken = Arc::clone(arrived);
    let input = stream::poll_fn(move |_| match taken.lock().unwrap().pop_front() {
        Some(key) => Poll::Ready(Some(Ok(key))),
        None => Poll::Pending,
    });
    let clock: SharedClock = Arc::<Stopwatch>::clone(watch);
    let mut listener = Listener::new(input, clock);
    listener.expect_background();
    listener
}

/// What a listener tells of pieces that arrive so many milliseconds after the one before.
fn listen(pieces: &[(u64, &str)]) -> Vec<Event> {
    let watch = Arc::new(Stopwatch::default());
    let arrived = Arc::new(Mutex::new(VecDeque::new()));
    let mut listener = listener(&watch, &arrived);
    assert_eq!(listener.next().now_or_never(), None);
    let mut heard = Vec::new();
    for (after, piece) in pieces {
        *watch.0.lock().unwrap() += Duration::from_millis(*after);
        // Whoever waits is polled when time is up, as a real clock would have it.
        heard.extend(std::iter::from_fn(|| listener.next().now_or_never().flatten()));
        arrived.lock().unwrap().extend(keys(piece));
        heard.extend(std::iter::from_fn(|| listener.next().now_or_never().flatten()));
    }
    heard
}

/// Pieces with the milliseconds at which they come, and what is heard of them.
type Told<'a> = (&'a [(u64, &'a str)], Vec<Event>);

#[test]
fn pieces_are_waited_for_a_while_and_keys_hardly() {
    let light = || Event::Background(Shade::Light);
    let table: [Told<'_>; 7] = [
        (
            &[
                (9, "\u{1b}"),
                (40, "]11;rgb:f"),
                (1_900, "f/ff/ff\u{1b}"),
                (1_900, "\\"),
            ],
            vec![light()],
        ),
        (&[(9, "\u{1b}")], vec![]),
        (&[(9, "\u{1b}"), (50, "")], just(&["\u{1b}"])),
        (&[(9, "\u{1b}"), (60, "]"), (0, "j")], just(&["\u{1b}", "]", "j"])),
        (&[(9, "\u{1b}]11;rgb:f"), (2_100, "1")], just(&["1"])),
        (&[(10_100, "\u{1b}"), (0, "")], just(&["\u{1b}"])),
        (&[(60_000, ANSWER), (0, "j")], [vec![light()], just(&["j"])].concat()),
    ];
    for (pieces, expected) in table {
        assert_eq!(listen(pieces), expected, "{pieces:?}");
    }
}

#[test]
fn the_end_of_input_is_the_end() {
    let mut listener = Listener::new(stream::empty(), Arc::new(Stopwatch::default()));
    assert_eq!(listener.next().now_or_never(), Some(None));
}

#[test]
fn the_end_takes_an_answer_along_but_does_not_wait_for_long() {
    let watch = Arc::new(Stopwatch::default());
    let arrived = Arc::new(Mutex::new(VecDeque::new()));
    let mut listener = listener(&watch, &arrived);
    arrived.lock().unwrap().extend(keys("\u{1b}]11;rgb:f"));
    let mut finish = Box::pin(listener.finish());
    assert_eq!(finish.as_mut().now_or_never(), None);
    arrived.lock().unwrap().extend(keys("/f/f\u{7}j"));
    assert_eq!(finish.as_mut().now_or_never(), Some(()), "it came");
    drop(finish);
    assert_eq!(
        listener.finish().now_or_never(),
        Some(()),
        "nothing is expected any more"
    );
    listener.expect_background();
    let mut finish = Box::pin(listener.finish());
    assert_eq!(finish.as_mut().now_or_never(), None);
    *watch.0.lock().unwrap() += LAST;
    assert_eq!(finish.as_mut().now_or_never(), Some(()), "it does not come");
}
