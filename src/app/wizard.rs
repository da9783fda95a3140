//! Connecting a Jira, step by step: Kind, Site, Credentials, Authorize, Test, Review.
//!
//! One goes back and forth freely: what was answered stays, also what is still wrong. Nothing is
//! written before the last step. Left early, the answers are kept for this session, without secrets.
//!
//! Must never be in here: IO, drawing, or a secret outside of its field and the draft that carries it.

mod answers;
mod check;
pub(crate) mod dialog;
mod go;
mod input;
mod mouse;
mod pages;
mod sheet;
mod values;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use ratatui::layout::{Rect, Size};

use super::event::{Authorizing, Check, Draft, Effect, KeyMade, Prepared, Probe, ProbeRequest, Ticket, Tone};
use super::model::Model;
use crate::config::{ConnectionConfig, SecretSource, TokenStore, typed};
use crate::domain::{Access, Alias, ConnectionState, Deployment, Problem};

pub(crate) use answers::take;
pub(crate) use go::settle;
pub(crate) use input::{hints, key, leave, paste};
pub(crate) use mouse::{click, wheel};
pub(crate) use sheet::Input;
pub(crate) use values::{Field, KeyFrom, Place, Values};

/// Something asked for.
#[derive(Debug, Clone, Default)]
pub(crate) enum Asked<T> {
    #[default]
    No,
    Waiting(Ticket),
    Got(T),
    Failed(Problem),
}

impl<T> Asked<T> {
    /// Takes the answer if it is the one waited for.
    pub(crate) fn take(&mut self, ticket: Ticket, answer: Result<T, Problem>) -> bool {
        let expected = matches!(self, Self::Waiting(waiting) if *waiting == ticket);
        if expected {
            *self = match answer {
                Ok(value) => Self::Got(value),
                Err(problem) => Self::Failed(problem),
            };
        }
        expected
    }

    pub(crate) fn got(&self) -> Option<&T> {
        match self {
            Self::Got(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting(_))
    }
}

/// One screen, with one decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Page {
    /// Whether to go on with what was left.
    Offer,
    Kind,
    Access,
    Site,
    /// What to create in the browser first.
    Guide,
    Credentials,
    /// What to type into Jira's application link.
    Link,
    Authorize,
    Test,
    Review,
}

impl Page {
    /// The step that a page belongs to, in the words of the line at the top.
    pub(crate) fn step(self) -> &'static str {
        match self {
            Self::Offer | Self::Kind | Self::Access => "Kind",
            Self::Site => "Site",
            Self::Guide | Self::Credentials | Self::Link => "Credentials",
            Self::Authorize => "Authorize",
            Self::Test => "Test",
            Self::Review => "Review",
        }
    }
}

/// What can have the focus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// Go on with what was left, or not.
    Resume(bool),
    Kind(Deployment),
    Access(Access),
    Place(Place),
    KeyFrom(KeyFrom),
    Tokens(TokenStore),
    /// Use the sign-in that is there, or sign in again.
    Keep(bool),
    Site(usize),
    Field(Field),
    Secret,
    /// A value to copy, with its address if it is one.
    Value(String),
    Toggle(Toggle),
    Button(Button),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Toggle {
    Network,
    OldScreens,
    HttpsCallback,
    Default,
    ReadOnly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Button {
    Back,
    GoOn,
    SwitchKind,
    SignInAgain,
    TestAgain,
    /// Back to the page that mends what failed.
    Mend(Page),
    Write,
}

/// What the site says of itself.
#[derive(Debug, Clone, Default)]
pub(crate) struct Probing {
    /// What was asked last.
    of: Option<ProbeRequest>,
    pub(crate) state: Asked<Box<Probe>>,
    /// The site was typed in after this.
    edited: Option<Timestamp>,
}

/// The authorization.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grant {
    /// The sign-in that is there is to be used.
    pub(crate) keep: bool,
    ticket: Option<Ticket>,
    pub(crate) state: Asked<Box<Authorizing>>,
    landing: Option<Ticket>,
    /// What was wrong with what was pasted.
    pub(crate) problem: Option<Problem>,
    pub(crate) sites: Vec<String>,
    /// The one of them that was chosen.
    chosen: Option<String>,
    pub(crate) account: Option<String>,
    /// The draft that it was for; another one needs another grant.
    of: Option<Box<Draft>>,
}

impl Grant {
    pub(crate) fn is_landing(&self) -> bool {
        self.landing.is_some()
    }
}

/// A test, as far as it has come.
#[derive(Debug, Clone, Default)]
pub(crate) struct Testing {
    ticket: Option<Ticket>,
    pub(crate) checks: Vec<Check>,
    pub(crate) done: bool,
}

impl Testing {
    pub(crate) fn is_valid(&self) -> bool {
        self.done && !self.checks.is_empty() && self.checks.iter().all(|check| check.ok)
    }

    fn add(&mut self, checks: Vec<Check>, done: bool) {
        self.checks.extend(checks);
        self.done |= done;
    }
}

/// The wizard while it is open.
#[derive(Debug, Clone)]
pub(crate) struct Wizard {
    /// The connection that is edited.
    pub(crate) editing: Option<Alias>,
    /// A better page to begin with, once the connection is known.
    then: Option<Page>,
    pub(crate) page: Page,
    pub(crate) values: Values,
    pub(crate) focus: Option<Item>,
    /// What was last scrolled into sight.
    revealed: Option<(Page, Option<Item>)>,
    /// The configured connection has been taken over.
    started: bool,
    pub(crate) scroll: usize,
    /// Pages that one tried to leave forwards: what is missing there is told.
    tried: BTreeSet<Page>,
    pub(crate) prepared: Asked<Box<Prepared>>,
    pub(crate) probing: Probing,
    pub(crate) key: Asked<Box<KeyMade>>,
    key_of: Option<go::KeyWish>,
    pub(crate) grant: Grant,
    pub(crate) test: Testing,
    pub(crate) preview: Asked<Vec<String>>,
    previewed: Option<Box<Draft>>,
    pub(crate) writing: Asked<()>,
    /// Go on as soon as the answer that is waited for has come.
    going: bool,
    /// The line at the bottom.
    pub(crate) said: Option<(Tone, String)>,
    /// What was left earlier.
    earlier: Option<Box<Wizard>>,
}

/// What the model keeps about connecting.
#[derive(Debug, Default)]
pub(crate) struct Connecting {
    pub(crate) wizard: Option<Wizard>,
    kept: Option<Box<Wizard>>,
    /// The latest test of each connection.
    pub(crate) tests: BTreeMap<Alias, Testing>,
    managing: Option<Ticket>,
    /// A connection that was just written; chosen when it appears.
    written: Option<Alias>,
}

impl Connecting {
    /// Whether something is being done to connections.
    pub(crate) fn is_managing(&self) -> bool {
        self.managing.is_some()
    }

    /// Notes that something is being done, and for whom tests begin.
    pub(crate) fn begin(&mut self, ticket: Ticket, tested: Vec<Alias>) {
        self.managing = Some(ticket);
        self.tests
            .extend(tested.into_iter().map(|alias| (alias, Testing::default())));
    }

    /// The connection that was just written, once it is among those known.
    pub(crate) fn arrived(&mut self, connections: &[ConnectionState]) -> Option<Alias> {
        let is_there = |alias: &mut Alias| connections.iter().any(|connection| connection.alias == *alias);
        self.written.take_if(is_there)
    }

    /// Whether something moves.
    pub(crate) fn spins(&self) -> bool {
        let testing = self.tests.values().any(|testing| !testing.done);
        testing || self.managing.is_some() || self.wizard.as_ref().is_some_and(Wizard::spins)
    }
}

/// Opens the wizard on a new connection.
pub(crate) fn open_new(model: &mut Model, out: &mut Vec<Effect>) {
    open(model, None, None, out);
}

/// Opens it on a connection that is configured, at `then` if that page exists for it.
pub(crate) fn open_edit(model: &mut Model, alias: Alias, then: Option<Page>, out: &mut Vec<Effect>) {
    open(model, Some(alias), then, out);
}

fn open(model: &mut Model, editing: Option<Alias>, then: Option<Page>, out: &mut Vec<Effect>) {
    let ticket = model.requests.ticket();
    out.push(Effect::Prepare(ticket, editing.clone()));
    let earlier = model.connecting.kept.take_if(|kept| kept.editing == editing);
    let mut wizard = Wizard::new(editing, then);
    wizard.prepared = Asked::Waiting(ticket);
    if earlier.is_some() {
        wizard.page = Page::Offer;
        wizard.earlier = earlier;
    }
    model.entry = None;
    model.connecting.wizard = Some(wizard);
}

impl Wizard {
    fn new(editing: Option<Alias>, then: Option<Page>) -> Self {
        Self {
            editing,
            then,
            page: Page::Kind,
            values: Values::default(),
            focus: None,
            revealed: None,
            started: false,
            scroll: 0,
            tried: BTreeSet::new(),
            prepared: Asked::No,
            probing: Probing::default(),
            key: Asked::No,
            key_of: None,
            grant: Grant::default(),
            test: Testing::default(),
            preview: Asked::No,
            previewed: None,
            writing: Asked::No,
            going: false,
            said: None,
            earlier: None,
        }
    }

    /// The pages from here to there, for the answers so far.
    pub(crate) fn pages(&self) -> Vec<Page> {
        let mut pages = vec![Page::Kind, Page::Access, Page::Site];
        let access = self.values.access;
        if matches!(access, Access::OAuth2Cloud | Access::OAuth2DataCenter) {
            pages.push(Page::Guide);
        }
        pages.push(Page::Credentials);
        if access == Access::OAuth1 {
            pages.push(Page::Link);
        }
        if access.is_granted() {
            pages.push(Page::Authorize);
        }
        pages.extend([Page::Test, Page::Review]);
        pages
    }

    /// The words of the line at the top, and which of them is now.
    pub(crate) fn steps(&self) -> (Vec<&'static str>, usize) {
        let mut steps: Vec<&'static str> = self.pages().into_iter().map(Page::step).collect();
        steps.dedup();
        let now = steps.iter().position(|step| *step == self.page.step()).unwrap_or(0);
        (steps, now)
    }

    /// The configured connection that is edited.
    pub(crate) fn base(&self) -> Option<&ConnectionConfig> {
        self.prepared.got()?.connection.as_ref()
    }

    /// Aliases of the other connections.
    fn taken(&self) -> Vec<Alias> {
        let all = self.prepared.got().map_or(&[][..], |prepared| &prepared.aliases);
        let others = all.iter().filter(|alias| Some(*alias) != self.editing.as_ref());
        others.cloned().collect()
    }

    /// Whether it is the only connection, which is the default without being asked.
    pub(crate) fn is_sole(&self) -> bool {
        self.prepared.got().is_some() && self.taken().is_empty()
    }

    /// Where secrets go that have a file of their own.
    fn folder(&self) -> PathBuf {
        self.prepared
            .got()
            .map_or_else(PathBuf::new, |prepared| prepared.folder.clone())
    }

    /// The address of the site, if what was typed is one.
    pub(crate) fn site(&self) -> Option<String> {
        typed::site(self.values.text(Field::Site), self.values.kind).ok()
    }

    /// Whether the secret that is stored can stay: the same way to sign in, kept in the same place.
    pub(crate) fn keeps_secret(&self) -> bool {
        self.base()
            .is_some_and(|base| base.access() == self.values.access && *base.method.secret() == self.source())
    }

    fn source(&self) -> SecretSource {
        let made = self.key.got().and_then(|key| key.file.as_deref());
        let made = made.filter(|_| matches!(self.key_of, Some(go::KeyWish::Made(..))));
        let kept = self.base().map(|base| base.method.secret());
        match self.values.source(&self.folder(), made, kept) {
            SecretSource::File(path) => SecretSource::File(self.beside_config(&path)),
            other => other,
        }
    }

    /// The connection as it would be written.
    pub(crate) fn draft(&self) -> Option<Draft> {
        let values = &self.values;
        let some = |field: Field| Some(values.text(field).to_owned()).filter(|text| !text.is_empty());
        let method = values.method(self.source());
        let (alias, url) = (Alias::from(values.text(Field::Alias)), self.site()?);
        let mut connection = match self.base() {
            Some(base) => base.clone(),
            None => ConnectionConfig::new(alias.clone(), values.kind, url.clone(), method.clone()),
        };
        connection.alias = alias;
        connection.kind = values.kind;
        connection.url = url;
        connection.method = method;
        connection.default = values.default || self.is_sole();
        connection.read_only = values.read_only;
        connection.tokens = values.tokens;
        values.text(Field::Scope).clone_into(&mut connection.scope);
        if let Ok(callback) = typed::callback(values.text(Field::Callback)) {
            connection.callback = callback;
        }
        connection.proxy = some(Field::Proxy);
        connection.ca = some(Field::Ca).map(|path| self.beside_config(Path::new(&path)));
        connection.frontend_url = some(Field::Frontend).and_then(|text| typed::address(&text).ok());
        Some(Draft {
            connection,
            secret: values.masked(),
            replaces: self.editing.clone(),
        })
    }

    /// A path as the config means it: from the config's own folder, or from one's home.
    fn beside_config(&self, path: &Path) -> PathBuf {
        if path.starts_with("~") {
            return path.to_owned();
        }
        let folder = self
            .prepared
            .got()
            .and_then(|prepared| Path::new(&prepared.config_path).parent());
        folder.map_or_else(|| path.to_owned(), |folder| folder.join(path))
    }

    /// What a probe would ask.
    fn probe_request(&self) -> Option<ProbeRequest> {
        let draft = self.draft()?.connection;
        Some(ProbeRequest {
            url: draft.url,
            proxy: draft.proxy,
            ca: draft.ca,
            client_cert: draft.client_cert,
            client_key: draft.client_key,
        })
    }

    /// What the site said, if that is about what is typed now.
    pub(crate) fn probe(&self) -> &Asked<Box<Probe>> {
        static NO: Asked<Box<Probe>> = Asked::No;
        let current = self.probing.of.is_some() && self.probing.of == self.probe_request();
        if current { &self.probing.state } else { &NO }
    }

    fn spins(&self) -> bool {
        self.probing.edited.is_some()
            || self.probing.state.is_waiting()
            || self.prepared.is_waiting()
            || self.key.is_waiting()
            || self.grant.state.is_waiting()
            || self.grant.is_landing()
            || self.test.ticket.is_some() && !self.test.done
            || self.writing.is_waiting()
    }

    /// The answers without secrets and without what depends on them.
    fn kept(self) -> Box<Self> {
        let page = match self.page {
            Page::Authorize | Page::Test | Page::Review | Page::Link => Page::Credentials,
            page => page,
        };
        let mut kept = Self::new(self.editing, None);
        kept.page = page;
        kept.started = true;
        kept.values = self.values.without_secrets();
        kept.key_of = self.key_of.filter(|wish| matches!(wish, go::KeyWish::Made(..)));
        kept.key = match kept.key_of {
            Some(_) => self.key,
            None => Asked::No,
        };
        Box::new(kept)
    }
}

/// The box of the wizard: all between header and status line, as wide as one reads well.
pub(crate) fn rect(size: Size) -> Rect {
    let width = size.width.min(104);
    let height = size.height.saturating_sub(3).min(40);
    Rect::new((size.width - width) / 2, 1.min(size.height), width, height)
}

/// The room for the page, inside the box: under the line of steps, above the line of words.
pub(crate) fn body(size: Size) -> Rect {
    let rect = rect(size);
    Rect::new(
        rect.x + 1,
        rect.y + 3,
        rect.width.saturating_sub(2),
        rect.height.saturating_sub(5),
    )
}
