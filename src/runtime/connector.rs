//! What connects: the wizard's and the Connections screen's way to sites, secrets and the config.
//!
//! Must never be in here: how any of it is done. The futures run on the loop's own runtime, so what
//! blocks (files, the keyring) belongs on threads of its own.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::mpsc;

use crate::app::{
    Authorizing, Draft, Event, KeyMade, KeyRequest, Landed, Manage, Masked, Prepared, Probe, ProbeRequest, Report,
    Ticket,
};
use crate::domain::{Alias, Problem};

/// Something under way; dropping it cancels it.
pub type Work<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Carries out what the wizard and the Connections screen ask for.
pub trait Connector: Send + Sync + 'static {
    /// What the wizard must know before its first question; `alias` is the connection to be edited.
    fn prepare(&self, alias: Option<Alias>) -> Work<Result<Prepared, Problem>>;

    /// Looks at a site without signing in.
    fn probe(&self, request: ProbeRequest) -> Work<Result<Probe, Problem>>;

    /// Makes a key pair; the private key goes to a 0600 file.
    fn make_key(&self, request: KeyRequest) -> Work<Result<KeyMade, Problem>>;

    /// Reads the private key of an OAuth 1.0a draft, wherever that is.
    fn read_key(&self, draft: Draft) -> Work<Result<KeyMade, Problem>>;

    /// Begins an authorization, tells its address through `attempt`, and ends when the browser has
    /// landed on the callback, or at once if that is not listened on. Tokens are kept aside until the
    /// draft is written, so that giving up leaves a working connection as it was.
    fn authorize(&self, draft: Draft, attempt: Attempt) -> Work<()>;

    /// Takes what a person brought from the browser, for the authorization under way.
    fn land(&self, pasted: Masked) -> Work<Result<Landed, Problem>>;

    /// Uses the grant for one of its sites.
    fn choose_site(&self, site: String) -> Work<Result<Landed, Problem>>;

    /// Forgets about the authorization under way and what it granted. [`Connector::authorize`]'s
    /// future has been dropped before.
    fn cancel_authorize(&self);

    /// Tests a draft, with the tokens of the authorization under way.
    fn test(&self, draft: Draft, reports: Reports) -> Work<()>;

    /// What the draft would change in the config: its lines, each after `+`, `-` or a blank.
    fn preview(&self, draft: Draft) -> Work<Result<Vec<String>, Problem>>;

    /// Writes a draft: its secret and tokens where they belong, then the config; all or nothing.
    fn write(&self, draft: Draft) -> Work<Result<(), Problem>>;

    /// What removing a connection would change in the config, as [`Connector::preview`].
    fn preview_remove(&self, alias: Alias) -> Work<Result<Vec<String>, Problem>>;

    /// Does something to a connection and tells what to say of it.
    fn manage(&self, job: Manage, reports: Reports) -> Work<Result<String, Problem>>;
}

/// Where an authorization tells how far it is.
#[derive(Debug, Clone)]
pub struct Attempt {
    ticket: Ticket,
    events: mpsc::Sender<Event>,
}

impl Attempt {
    pub(super) fn new(ticket: Ticket, events: mpsc::Sender<Event>) -> Self {
        Self { ticket, events }
    }

    /// It waits for a person, or could not begin.
    pub async fn started(&self, begun: Result<Authorizing, Problem>) {
        self.send(Event::Authorizing(self.ticket, begun.map(Box::new))).await;
    }

    /// The browser has landed.
    pub async fn landed(&self, landed: Result<Landed, Problem>) {
        self.send(Event::Landed(self.ticket, landed)).await;
    }

    async fn send(&self, event: Event) {
        // A closed channel means that the dashboard has ended, and this task is about to.
        let _ended = self.events.send(event).await;
    }
}

/// Where a test puts its checks.
#[derive(Debug, Clone)]
pub struct Reports {
    ticket: Ticket,
    events: mpsc::Sender<Event>,
}

impl Reports {
    pub(super) fn new(ticket: Ticket, events: mpsc::Sender<Event>) -> Self {
        Self { ticket, events }
    }

    /// Hands over some checks.
    pub async fn send(&self, report: Report) {
        // As above: nobody listens once the dashboard has ended.
        let _ended = self.events.send(Event::Tested(self.ticket, report)).await;
    }
}

/// A dashboard whose connections are not in a config that it could write.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unmanaged;

fn refused() -> Problem {
    Problem {
        kind: "unmanaged".to_owned(),
        message: "the connections of this dashboard are not kept in a config".to_owned(),
        remedy: "Start `crosstie` without `demo` to connect a Jira.".to_owned(),
    }
}

fn refuse<T: Send + 'static>() -> Work<Result<T, Problem>> {
    Box::pin(std::future::ready(Err(refused())))
}

impl Connector for Unmanaged {
    fn prepare(&self, _: Option<Alias>) -> Work<Result<Prepared, Problem>> {
        refuse()
    }

    fn probe(&self, _: ProbeRequest) -> Work<Result<Probe, Problem>> {
        refuse()
    }

    fn make_key(&self, _: KeyRequest) -> Work<Result<KeyMade, Problem>> {
        refuse()
    }

    fn read_key(&self, _: Draft) -> Work<Result<KeyMade, Problem>> {
        refuse()
    }

    fn authorize(&self, _: Draft, attempt: Attempt) -> Work<()> {
        Box::pin(async move { attempt.started(Err(refused())).await })
    }

    fn land(&self, _: Masked) -> Work<Result<Landed, Problem>> {
        refuse()
    }

    fn choose_site(&self, _: String) -> Work<Result<Landed, Problem>> {
        refuse()
    }

    fn cancel_authorize(&self) {}

    fn test(&self, draft: Draft, reports: Reports) -> Work<()> {
        Box::pin(async move {
            let refused = refused();
            let report = Report {
                alias: draft.connection.alias,
                checks: vec![crate::app::Check {
                    name: "settings".to_owned(),
                    ok: false,
                    detail: refused.message,
                    remedy: Some(refused.remedy),
                }],
                done: true,
            };
            reports.send(report).await;
        })
    }

    fn preview(&self, _: Draft) -> Work<Result<Vec<String>, Problem>> {
        refuse()
    }

    fn write(&self, _: Draft) -> Work<Result<(), Problem>> {
        refuse()
    }

    fn preview_remove(&self, _: Alias) -> Work<Result<Vec<String>, Problem>> {
        refuse()
    }

    fn manage(&self, _: Manage, _: Reports) -> Work<Result<String, Problem>> {
        refuse()
    }
}
