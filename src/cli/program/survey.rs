//! What a site allows a mapping to do, from the store or asked anew, for commands and for the screen.
//!
//! Must never be in here: what a mapping makes of it (`mapping`), or sending anything.

use jiff::tz::TimeZone;

use crate::{
    clock::SharedClock,
    config::{ConnectionConfig, MappingConfig},
    domain::{
        Alias, CreateField, CreateScreen, Finding, FindingId, IssueId, Link, Problem, Responsible, Status, Transition,
    },
    jira::{Client, Error},
    jql,
    mapping::Ground,
    push::{self, People, Stranger},
    store::{SignedIn, Store, StoreError},
    sync::Clients,
};

/// See the module. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    pub(super) store: Store,
    pub(super) clients: Clients,
    pub(super) clock: SharedClock,
}

impl Survey {
    /// The client of a connection, signed in: which Jira it is, and the account's zone, are known to the
    /// store from then on.
    pub(super) async fn client(&self, connection: &ConnectionConfig) -> Result<Client, Problem> {
        let client = self.clients.get(connection).await.map_err(|error| problem(&error))?;
        let alias = connection.alias.clone();
        let known = self.blocking(Store::connections).await?;
        let known = known.iter().find(|state| state.alias == alias);
        if known.is_none_or(|state| state.deployment.is_none()) {
            let info = client.server_info().await.map_err(|error| problem(&error))?;
            let profile = client.myself().await.map_err(|error| problem(&error))?;
            let signed_in = SignedIn {
                deployment: info.deployment,
                version: info.version,
                profile,
            };
            self.blocking(move |store| store.signed_in(&alias, &signed_in)).await?;
        }
        Ok(client)
    }

    /// The create screen as the site has it now; kept for when nobody can be asked.
    pub(super) async fn fresh_screen(
        &self,
        connection: &ConnectionConfig,
        project: &str,
        issue_type: &str,
    ) -> Result<CreateScreen, Problem> {
        let client = self.client(connection).await?;
        let screen = client.create_screen(project, issue_type).await;
        let screen = screen.map_err(|error| problem(&error))?;
        let (alias, project, kind) = (connection.alias.clone(), project.to_owned(), issue_type.to_owned());
        let (read, now) = (screen.clone(), self.clock.now());
        self.blocking(move |store| store.put_create_screen(&alias, &project, &kind, &read, now))
            .await?;
        Ok(screen)
    }

    /// The create screen as last read, or from the site if it never was.
    pub(super) async fn screen(
        &self,
        connection: &ConnectionConfig,
        project: &str,
        issue_type: &str,
    ) -> Result<CreateScreen, Problem> {
        let (alias, asked, kind) = (connection.alias.clone(), project.to_owned(), issue_type.to_owned());
        let kept = self
            .blocking(move |store| store.create_screen(&alias, &asked, &kind))
            .await?;
        match kept {
            Some((screen, _)) => Ok(screen),
            None => self.fresh_screen(connection, project, issue_type).await,
        }
    }

    /// The statuses that issues of that type can have in the project of a screen.
    pub(super) async fn statuses(
        &self,
        connection: &ConnectionConfig,
        screen: &CreateScreen,
    ) -> Result<Vec<Status>, Problem> {
        let client = self.client(connection).await?;
        let types = client.project_statuses(&screen.project.key).await;
        let types = types.map_err(|error| problem(&error))?;
        let own = types.into_iter().find(|one| one.issue_type.id == screen.issue_type.id);
        Ok(own.map(|one| one.statuses).unwrap_or_default())
    }

    /// The link to the issue that a finding's would be a sub-task of.
    pub(super) fn parent_of(&self, mapping: &MappingConfig, finding: &Finding) -> Result<Option<Link>, StoreError> {
        let Some(external) = finding.parent.clone().filter(|_| mapping.subtask_type.is_some()) else {
            return Ok(None);
        };
        let source = finding.id.source.clone();
        let Some((row, _)) = self.store.find_finding(&FindingId { source, external })? else {
            return Ok(None);
        };
        let link = self.store.finding_detail(row)?.and_then(|detail| detail.row.link);
        Ok(link.filter(|link| link.alias == mapping.connection))
    }

    /// Has something judged on the ground of a site. Reads the store; must not be called on an async
    /// thread.
    pub(super) fn judge<T>(
        &self,
        connection: &ConnectionConfig,
        screen: &CreateScreen,
        statuses: &[Status],
        work: impl FnOnce(&Ground<'_>) -> T,
    ) -> Result<T, StoreError> {
        Ok(self.judge_noting(connection, screen, statuses, work)?.0)
    }

    /// The same, with those whom the site was to be asked about.
    pub(super) fn judge_noting<T>(
        &self,
        connection: &ConnectionConfig,
        screen: &CreateScreen,
        statuses: &[Status],
        work: impl FnOnce(&Ground<'_>) -> T,
    ) -> Result<(T, Vec<Stranger>), StoreError> {
        let alias: &Alias = &connection.alias;
        let states = self.store.connections()?;
        let state = states.iter().find(|state| state.alias == *alias);
        let zone = state.and_then(|state| state.time_zone.as_deref());
        let zone = zone.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
        let deployment = state.and_then(|state| state.deployment).unwrap_or(connection.kind);
        let (people, now) = (People::new(&self.store, alias), self.clock.now());
        let find = |who: &Responsible, field: &CreateField| people.find(who, field);
        let ground = Ground::new(deployment, screen, &zone, now)
            .with_people(&find)
            .with_statuses(statuses);
        let worked = work(&ground);
        Ok((worked, people.to_ask(now)?))
    }

    /// Asks the site who these are; whether it knows somebody of them. Not being told is no failure.
    pub(super) async fn introduce(
        &self,
        connection: &ConnectionConfig,
        project: &str,
        strangers: Vec<Stranger>,
    ) -> Result<bool, Problem> {
        if strangers.is_empty() {
            return Ok(false);
        }
        let client = self.client(connection).await?;
        let mut found = false;
        for stranger in strangers {
            let Some(said) = push::ask(&client, &stranger, project).await else {
                continue;
            };
            found |= said.is_some();
            let (alias, now) = (connection.alias.clone(), self.clock.now());
            self.blocking(move |store| push::remember(store, &alias, &stranger.who, said.as_ref(), now))
                .await?;
        }
        Ok(found)
    }

    /// Runs `work` on the store off the async threads.
    pub(super) async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.store.clone();
        let worked = tokio::task::spawn_blocking(move || work(&store)).await;
        worked
            .unwrap_or(Err(StoreError::Busy))
            .map_err(|error| Problem::from(&error))
    }
}

/// A failure of Jira's side as people read it.
pub(super) fn problem(error: &Error) -> Problem {
    Problem::from(error)
}

/// The connection that a mapping leads to.
pub(super) fn connection_of<'c>(
    connections: &'c [ConnectionConfig],
    mapping: &MappingConfig,
) -> Result<&'c ConnectionConfig, Problem> {
    let found = connections
        .iter()
        .find(|connection| connection.alias == mapping.connection);
    found.ok_or_else(|| Problem {
        kind: "setup".to_owned(),
        message: format!("{}: there is no connection {}", mapping.name, mapping.connection),
        remedy: "add it, or name another one in the mapping".to_owned(),
    })
}

/// The transitions of an open and of a closed issue, where there are such; none is no failure, for only
/// their screens' fields are wanted.
pub(super) async fn transitions(client: &Client, project: &str, issue_type: &str) -> Vec<Transition> {
    let mut all: Vec<Transition> = Vec::new();
    for category in ["!=", "="] {
        let jql = format!(
            "project = {} AND issuetype = {} AND statusCategory {category} Done ORDER BY created DESC",
            jql::quote(project),
            jql::quote(issue_type)
        );
        let Ok(page) = client.search_stubs(&jql, 1, None).await else {
            continue;
        };
        let id: Option<IssueId> = page.items.into_iter().next().map(|stub| stub.id);
        let Some(id) = id else { continue };
        let open = client.open_transitions(&id).await.unwrap_or_default();
        for transition in open {
            if !all.iter().any(|known| known.to.id == transition.to.id) {
                all.push(transition);
            }
        }
    }
    all
}
