//! The terminal's answer to the question for its background colour, kept out of the keys.
//!
//! The terminal types its answer (`ESC ] 11 ; rgb:1e1e/1e1e/1e1e` and a bell or `ESC \`), and
//! crossterm, which does not know it, hands it on as keys: `alt-]`, `1`, `1`, `;` and so on. It may
//! come in pieces, late, or never. A piece that ends with its escape reads like the escape key. Must
//! never be in here: what becomes of the colours.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use crossterm::event::{Event as TermEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures_util::{Stream, StreamExt};

use crate::app::{Event, Shade};
use crate::clock::SharedClock;

/// What no key but an answer begins with.
const SURE: &str = "\u{1b}]11;";
/// The longest answer there is has 32 characters.
const LONGEST: usize = 64;
/// How long a key is kept back that may begin an answer; too short to be felt.
const DOUBT: Duration = Duration::from_millis(50);
/// How long the rest of an answer is waited for.
const REST: Duration = Duration::from_secs(2);
/// How long the end of the program waits for an answer, which would be typed into the shell otherwise.
const LAST: Duration = Duration::from_millis(100);
/// For how long after the question the escape key may be the beginning of the answer. An answer that
/// comes later is recognised if its beginning comes in one piece.
const EXPECTED: Duration = Duration::from_secs(10);

/// Tells an answer from keys.
#[derive(Debug, Default)]
struct Ear {
    /// Whether the terminal was ever asked.
    asked: bool,
    /// Whether the escape key may begin an answer.
    expects: bool,
    /// The answer so far.
    heard: String,
    /// Keys that it was made of, as long as they may turn out to be just keys.
    held: Vec<TermEvent>,
}

impl Ear {
    fn hear(&mut self, event: TermEvent, out: &mut VecDeque<Event>) {
        let typed = match &event {
            TermEvent::Key(key) if self.asked => typed(*key),
            _ => None,
        };
        let Some(typed) = typed else {
            // Sizes and the mouse come at any time; a key ends what was no answer.
            if matches!(event, TermEvent::Key(_)) && !self.is_sure() {
                self.release(out);
            }
            out.push_back(Event::Term(event));
            return;
        };
        let longer = format!("{}{typed}", self.heard);
        if longer.starts_with(SURE) {
            self.held.clear();
            self.heard = longer;
            self.end(out);
        } else if SURE.starts_with(&longer) && (longer.len() > 1 || self.expects) {
            self.held.push(event);
            self.heard = longer;
        } else if self.heard.is_empty() {
            out.push_back(Event::Term(event));
        } else {
            self.release(out);
            self.hear(event, out);
        }
    }

    fn is_sure(&self) -> bool {
        self.heard.starts_with(SURE)
    }

    /// Takes the answer if it is whole.
    fn end(&mut self, out: &mut VecDeque<Event>) {
        let body = self.heard.strip_prefix(SURE).unwrap_or_default();
        let whole = body.strip_suffix('\u{7}').or_else(|| body.strip_suffix("\u{1b}\\"));
        if let Some(color) = whole {
            out.extend(shade(color).map(Event::Background));
            self.expects = false;
            self.heard.clear();
        } else if body.len() > LONGEST {
            self.heard.clear();
        }
    }

    /// What was kept back was keys after all.
    fn release(&mut self, out: &mut VecDeque<Event>) {
        self.heard.clear();
        out.extend(self.held.drain(..).map(Event::Term));
    }

    /// How long more is to be waited for.
    fn patience(&self) -> Option<Duration> {
        match self.heard.as_str() {
            "" => None,
            _ if self.is_sure() => Some(REST),
            _ => Some(DOUBT),
        }
    }
}

/// What a key types, as far as an answer can hold it.
fn typed(key: KeyEvent) -> Option<String> {
    if key.kind == KeyEventKind::Release {
        return None;
    }
    let plain = key.modifiers.difference(KeyModifiers::SHIFT);
    match key.code {
        KeyCode::Esc if plain.is_empty() => Some("\u{1b}".to_owned()),
        KeyCode::Char('g') if plain == KeyModifiers::CONTROL => Some("\u{7}".to_owned()),
        KeyCode::Char(letter) if plain.is_empty() && letter.is_ascii() => Some(letter.to_string()),
        KeyCode::Char(letter) if plain == KeyModifiers::ALT && letter.is_ascii() => Some(format!("\u{1b}{letter}")),
        _ => None,
    }
}

/// The shade of a colour as X11 writes it, with one to four digits a part: `rgb:1e1e/1e1e/1e1e`, or
/// `rgba:` with a fourth part.
fn shade(color: &str) -> Option<Shade> {
    let parts = color.strip_prefix("rgb:").or_else(|| color.strip_prefix("rgba:"))?;
    let part = |digits: &str| {
        let most = 16_u32.checked_pow(u32::try_from(digits.len()).ok()?)?.checked_sub(1)?;
        let value = u32::from_str_radix(digits, 16).ok()?;
        (1..=4)
            .contains(&digits.len())
            .then(|| f64::from(value) / f64::from(most))
    };
    let parts: Vec<f64> = parts.split('/').map(part).collect::<Option<_>>()?;
    let [red, green, blue] = parts.get(..3)?.try_into().ok()?;
    let brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
    (parts.len() <= 4).then_some(if brightness > 0.5 { Shade::Light } else { Shade::Dark })
}

type Sleep = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Terminal input with the answer to the question for the background taken out of the keys.
pub(super) struct Listener<S> {
    input: S,
    clock: SharedClock,
    ear: Ear,
    ready: VecDeque<Event>,
    /// Ends the wait for more of an answer.
    patience: Option<Sleep>,
    /// Ends the time in which an answer is expected.
    expected: Option<Sleep>,
}

impl<S> Listener<S> {
    pub(super) fn new(input: S, clock: SharedClock) -> Self {
        Self {
            input,
            clock,
            ear: Ear::default(),
            ready: VecDeque::new(),
            patience: None,
            expected: None,
        }
    }

    /// The terminal was asked.
    pub(super) fn expect_background(&mut self) {
        self.ear.asked = true;
        self.ear.expects = true;
        self.expected = Some(self.sleep(EXPECTED));
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let clock = Arc::clone(&self.clock);
        Box::pin(async move { clock.sleep(duration).await })
    }
}

/// Whether a wait has just ended.
fn is_over(sleep: &mut Option<Sleep>, context: &mut Context<'_>) -> bool {
    let over = sleep
        .as_mut()
        .is_some_and(|sleep| sleep.as_mut().poll(context).is_ready());
    if over {
        *sleep = None;
    }
    over
}

impl<S: Stream<Item = io::Result<TermEvent>> + Unpin> Listener<S> {
    /// Takes an answer that is still on its way; keys are nobody's any more.
    pub(super) async fn finish(&mut self) {
        let mut end = self.sleep(LAST);
        poll_fn(move |context| {
            while self.ear.expects {
                match self.poll_next_unpin(context) {
                    Poll::Ready(Some(_)) => {}
                    Poll::Ready(None) => return Poll::Ready(()),
                    Poll::Pending => return end.as_mut().poll(context),
                }
            }
            Poll::Ready(())
        })
        .await;
    }
}

impl<S: Stream<Item = io::Result<TermEvent>> + Unpin> Stream for Listener<S> {
    type Item = Event;

    /// The end of input is the end of the terminal.
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let this = self.get_mut();
        loop {
            if let Some(event) = this.ready.pop_front() {
                return Poll::Ready(Some(event));
            }
            match this.input.poll_next_unpin(context) {
                Poll::Ready(Some(Ok(event))) => {
                    this.ear.hear(event, &mut this.ready);
                    this.patience = this.ear.patience().map(|time| this.sleep(time));
                    continue;
                }
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(None),
                Poll::Pending => {}
            }
            if is_over(&mut this.expected, context) {
                this.ear.expects = false;
            }
            if !is_over(&mut this.patience, context) {
                return Poll::Pending;
            }
            this.ear.release(&mut this.ready);
        }
    }
}

#[cfg(test)]
mod tests;
