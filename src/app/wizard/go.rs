//! Going from page to page, and what has to be asked on the way.
//!
//! Must never be in here: keys (`input`), answers as they come (`answers`).

use jiff::Timestamp;

use super::{Asked, Button, Field, Grant, Item, KeyFrom, Page, Testing, Wizard};
use crate::app::event::{Draft, Effect, KeyRequest, Tone};
use crate::app::model::{Model, Requests};
use crate::config::ConnectionConfig;
use crate::domain::{Access, Alias};

/// Milliseconds without a key after which a site is looked at.
const PAUSE: i64 = 700;

/// A key pair that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyWish {
    Made(KeyRequest),
    Read(Box<Draft>),
}

/// Forwards, if the page allows it.
pub(super) fn forward(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    wizard.said = None;
    wizard.going = false;
    if wizard.page == Page::Offer {
        resume(wizard);
        return begin(wizard, &mut model.requests, out);
    }
    wizard.tried.insert(wizard.page);
    let items = wizard.sheet(80, false, now).items();
    if let Some(item) = items.into_iter().find(|item| wizard.flaw(item).is_some()) {
        wizard.focus = Some(item);
        return;
    }
    let requests = &mut model.requests;
    let passes = match wizard.page {
        Page::Site => site_known(wizard, requests, out),
        Page::Credentials if wizard.values.access == Access::OAuth1 => key_known(wizard, requests, out),
        Page::Authorize => granted(wizard, requests, out),
        Page::Test if !wizard.test.done => {
            wizard.said = Some((Tone::Plain, "the test is still running".to_owned()));
            false
        }
        Page::Review => {
            wizard.focus = Some(Item::Button(Button::Write));
            false
        }
        _ => true,
    };
    if passes && let Some(next) = neighbour(wizard, 1) {
        enter(wizard, next, now, requests, out);
    }
}

/// Backwards, whatever is wrong here; out of the wizard from its first page.
pub(super) fn back(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    wizard.said = None;
    wizard.going = false;
    let Some(previous) = neighbour(wizard, -1) else {
        return super::leave(model, out);
    };
    stop(wizard, out);
    enter(wizard, previous, now, &mut model.requests, out);
}

/// Back to the page that mends what failed.
pub(super) fn mend(model: &mut Model, page: Page, out: &mut Vec<Effect>) {
    let now = model.now;
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    stop(wizard, out);
    enter(wizard, page, now, &mut model.requests, out);
}

/// Ends what is under way on the page that is left backwards.
fn stop(wizard: &mut Wizard, out: &mut Vec<Effect>) {
    match wizard.page {
        Page::Authorize if wizard.grant.account.is_none() => {
            if wizard.grant.ticket.is_some() {
                out.push(Effect::CancelAuthorize);
            }
            wizard.grant = Grant::default();
        }
        Page::Test => {
            if !wizard.test.done {
                out.push(Effect::CancelTest);
            }
            wizard.test = Testing::default();
        }
        _ => {}
    }
}

fn neighbour(wizard: &Wizard, step: isize) -> Option<Page> {
    let pages = wizard.pages();
    let here = pages.iter().position(|page| *page == wizard.page)?;
    pages.get(here.checked_add_signed(step)?).copied()
}

/// Chooses whether to go on with what was left.
fn resume(wizard: &mut Wizard) {
    let anew = wizard.focus == Some(Item::Resume(false));
    let earlier = wizard.earlier.take().filter(|_| !anew);
    let prepared = std::mem::take(&mut wizard.prepared);
    *wizard = match earlier {
        Some(earlier) => *earlier,
        None => Wizard::new(wizard.editing.clone(), wizard.then),
    };
    wizard.prepared = prepared;
    wizard.probing.edited = Some(Timestamp::UNIX_EPOCH);
}

/// Takes over what is configured, unless that was done, and goes where one most likely wants to be.
pub(super) fn begin(wizard: &mut Wizard, requests: &mut Requests, out: &mut Vec<Effect>) {
    if wizard.started {
        return;
    }
    let Some(base) = wizard.base().cloned() else { return };
    wizard.started = true;
    wizard.values = super::Values::of(&base);
    wizard.page = match wizard.then {
        Some(then) if wizard.pages().contains(&then) => then,
        Some(_) => Page::Credentials,
        None => Page::Site,
    };
    wizard.focus = None;
    wizard.probing.edited = Some(Timestamp::UNIX_EPOCH);
    if wizard.page == Page::Authorize {
        authorize(wizard, requests, out);
    }
}

impl Wizard {
    /// The site, or what leads to it, was edited.
    pub(super) fn site_edited(&mut self, now: Timestamp) {
        self.probing.edited = Some(now);
        if self.values.alias_typed {
            return;
        }
        let proposed = self
            .site()
            .map(|site| crate::config::typed::propose_alias(&site, &self.taken()));
        self.values.set(Field::Alias, &proposed.unwrap_or_default());
    }

    /// What a grant depends on.
    pub(super) fn grant_of(&self) -> Option<Box<Draft>> {
        let mut draft = self.draft()?;
        draft.connection.alias = Alias::default();
        draft.connection.default = false;
        draft.connection.read_only = false;
        draft.connection.scope.clear();
        Some(Box::new(draft))
    }

    /// Whether the sign-in that is there goes with the answers.
    fn can_keep_grant(&self) -> bool {
        let same = |base: &ConnectionConfig, draft: &Draft| {
            let wanted = &draft.connection;
            let same_site = base.url == wanted.url && base.method == wanted.method;
            same_site && base.tokens == wanted.tokens && draft.secret.is_none()
        };
        let draft = self.draft();
        let granted = self.prepared.got().is_some_and(|prepared| prepared.granted);
        granted
            && self
                .base()
                .zip(draft.as_ref())
                .is_some_and(|(base, draft)| same(base, draft))
    }
}

/// Comes to a page.
fn enter(wizard: &mut Wizard, page: Page, now: Timestamp, requests: &mut Requests, out: &mut Vec<Effect>) {
    wizard.page = page;
    wizard.focus = None;
    wizard.scroll = 0;
    match page {
        Page::Site => wizard.probing.edited = Some(now),
        Page::Authorize => come_to_authorize(wizard, requests, out),
        Page::Test => start_test(wizard, requests, out),
        Page::Review => wizard.previewed = None,
        _ => {}
    }
}

fn come_to_authorize(wizard: &mut Wizard, requests: &mut Requests, out: &mut Vec<Effect>) {
    let under_way = wizard.grant.ticket.is_some() && wizard.grant.of == wizard.grant_of();
    if under_way {
        return;
    }
    if wizard.can_keep_grant() {
        wizard.grant = Grant {
            keep: true,
            ..Grant::default()
        };
    } else {
        authorize(wizard, requests, out);
    }
}

/// Begins an authorization.
pub(super) fn authorize(wizard: &mut Wizard, requests: &mut Requests, out: &mut Vec<Effect>) {
    let Some(draft) = wizard.draft() else { return };
    let ticket = requests.ticket();
    wizard.grant = Grant {
        ticket: Some(ticket),
        state: Asked::Waiting(ticket),
        of: wizard.grant_of(),
        ..Grant::default()
    };
    wizard.focus = None;
    wizard.values.set(Field::Landing, "");
    out.push(Effect::Authorize(ticket, Box::new(draft)));
}

/// Begins a test.
pub(super) fn start_test(wizard: &mut Wizard, requests: &mut Requests, out: &mut Vec<Effect>) {
    let Some(draft) = wizard.draft() else { return };
    let ticket = requests.ticket();
    wizard.test = Testing {
        ticket: Some(ticket),
        ..Testing::default()
    };
    wizard.focus = None;
    out.push(Effect::TestDraft(ticket, Box::new(draft)));
}

fn probe(wizard: &mut Wizard, requests: &mut Requests, out: &mut Vec<Effect>) {
    wizard.probing.edited = None;
    if let Some(request) = wizard.probe_request() {
        let ticket = requests.ticket();
        wizard.probing.of = Some(request.clone());
        wizard.probing.state = Asked::Waiting(ticket);
        out.push(Effect::Probe(ticket, request));
    }
}

/// Whether the site was looked at and is what was said. One that does not answer can be passed, for
/// one may be preparing a connection off the network.
fn site_known(wizard: &mut Wizard, requests: &mut Requests, out: &mut Vec<Effect>) -> bool {
    match wizard.probe() {
        Asked::No => {
            wizard.going = true;
            probe(wizard, requests, out);
            false
        }
        Asked::Waiting(_) => {
            wizard.going = true;
            false
        }
        Asked::Failed(_) => true,
        Asked::Got(probe) if probe.kind != wizard.values.kind => {
            wizard.focus = Some(Item::Button(Button::SwitchKind));
            wizard.said = Some((
                Tone::Bad,
                "the kind does not match: switch it, or correct the address".to_owned(),
            ));
            false
        }
        Asked::Got(_) => true,
    }
}

/// Whether the public half of the key is known.
fn key_known(wizard: &mut Wizard, requests: &mut Requests, out: &mut Vec<Effect>) -> bool {
    let wish = match wizard.values.key_from {
        KeyFrom::Made(bits) => KeyWish::Made(KeyRequest {
            alias: Alias::from(wizard.values.text(Field::Alias)),
            bits,
        }),
        _ => match wizard.draft() {
            Some(draft) => KeyWish::Read(Box::new(draft)),
            None => return false,
        },
    };
    let same = wizard.key_of.as_ref() == Some(&wish);
    match &wizard.key {
        Asked::Got(_) if same => return true,
        Asked::Waiting(_) if same => {}
        _ => {
            let ticket = requests.ticket();
            wizard.key = Asked::Waiting(ticket);
            out.push(match &wish {
                KeyWish::Made(request) => Effect::MakeKey(ticket, request.clone()),
                KeyWish::Read(draft) => Effect::ReadKey(ticket, draft.clone()),
            });
            wizard.key_of = Some(wish);
        }
    }
    wizard.going = true;
    false
}

/// Whether access is granted; if not, what is there to bring it about is sent.
fn granted(wizard: &mut Wizard, requests: &mut Requests, out: &mut Vec<Effect>) -> bool {
    if wizard.grant.account.is_some() {
        return true;
    }
    if let Some(Item::Site(at)) = wizard.focus.clone().filter(|_| !wizard.grant.sites.is_empty()) {
        if let Some(site) = wizard
            .grant
            .sites
            .get(at)
            .cloned()
            .filter(|_| !wizard.grant.is_landing())
        {
            let ticket = requests.ticket();
            wizard.grant.landing = Some(ticket);
            wizard.grant.chosen = Some(site.clone());
            out.push(Effect::ChooseSite(ticket, site));
        }
        return false;
    }
    match &wizard.grant.state {
        Asked::No if wizard.grant.keep => return true,
        Asked::No | Asked::Failed(_) => authorize(wizard, requests, out),
        Asked::Waiting(_) => {}
        Asked::Got(_) if wizard.grant.is_landing() => {}
        Asked::Got(_) => {
            let pasted = wizard.values.text(Field::Landing);
            if pasted.is_empty() {
                let text = "paste what the browser landed on, or wait for it";
                wizard.said = Some((Tone::Plain, text.to_owned()));
                wizard.focus = Some(Item::Field(Field::Landing));
                return false;
            }
            let ticket = requests.ticket();
            out.push(Effect::Land(ticket, crate::app::Masked::new(pasted)));
            wizard.grant.landing = Some(ticket);
            wizard.grant.problem = None;
        }
    }
    false
}

/// Writes what Review shows.
pub(super) fn write(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    if wizard.writing.is_waiting() {
        return;
    }
    wizard.tried.insert(Page::Review);
    if wizard.flaw(&Item::Field(Field::Scope)).is_some() {
        wizard.focus = Some(Item::Field(Field::Scope));
        return;
    }
    let Some(draft) = wizard.draft() else { return };
    let ticket = model.requests.ticket();
    wizard.writing = Asked::Waiting(ticket);
    wizard.said = Some((Tone::Plain, "writing …".to_owned()));
    out.push(Effect::WriteDraft(ticket, Box::new(draft)));
}

/// After every event: what the answers so far make necessary.
pub(crate) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let (size, ascii) = (model.size, model.look.ascii);
    let requests = &mut model.requests;
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    let rested = |at: Timestamp| now.as_millisecond() - at.as_millisecond() >= PAUSE;
    if wizard.page != Page::Site {
        wizard.probing.edited = None;
    } else if wizard.probing.edited.is_some_and(rested) {
        wizard.probing.edited = None;
        if matches!(wizard.probe(), Asked::No) && wizard.flaw(&Item::Field(Field::Site)).is_none() {
            probe(wizard, requests, out);
        }
    }
    if wizard.page == Page::Review
        && wizard.flaw(&Item::Field(Field::Scope)).is_none()
        && let Some(draft) = wizard.draft()
        && wizard.previewed.as_deref() != Some(&draft)
    {
        let ticket = requests.ticket();
        wizard.preview = Asked::Waiting(ticket);
        wizard.previewed = Some(Box::new(draft.clone()));
        out.push(Effect::PreviewDraft(ticket, Box::new(draft)));
    }
    wizard.reveal(super::body(size), ascii, now);
}
