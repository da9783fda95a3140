//! What is done to one finding: its issue made, linked, unlinked, tried again, and sent at once.
//!
//! Must never be in here: how anything is sent (`push`).

use crate::{
    cli::{
        failure::{Exit, Failure},
        program::{
            findings::find,
            survey::{Survey, connection_of},
        },
        services::{Act, Acted},
    },
    config::{Config, ConnectionConfig, MappingConfig, ProjectChoice, nearest},
    domain::{
        Alias, Finding, FindingDetail, FindingId, IssueId, IssueKey, IssueReference, ListQuery, Problem, PushKind,
        PushState,
    },
    jira::ErrorKind,
    jql,
    mapping::{self, Calendars, DialogAt},
    push::{PushError, Pusher},
    sync::{lock, planner},
};

/// Does it, and tells what became of it.
pub(super) async fn act(survey: &Survey, config: &Config, id: &FindingId, act: &Act) -> Result<Acted, Failure> {
    let detail = find(&survey.store, &id.to_string())?;
    match act {
        Act::Create {
            mapping,
            project,
            browser,
        } => {
            let mapping = chosen(survey, config, &detail.finding, mapping.as_deref())?;
            let project = project_of(config, mapping, &detail.finding, project.as_deref())?;
            let connection = connection_of(&config.connections, mapping)?;
            if *browser {
                dialog(survey, connection, mapping, &project, &detail).await
            } else {
                create(survey, config, connection, mapping, &project, &detail).await
            }
        }
        Act::Link {
            issue,
            connection,
            mapping,
        } => {
            let connection = connection_for(survey, config, issue, connection.as_ref().map(Alias::as_str))?;
            // Only a mapping of that connection can keep the issue in step.
            let mut there = config.clone();
            there.mappings.retain(|mapping| mapping.connection == connection.alias);
            let mapping = match mapping {
                Some(name) => Some(chosen(survey, &there, &detail.finding, Some(name))?),
                None => chosen(survey, &there, &detail.finding, None).ok(),
            };
            link(survey, config, connection, mapping, issue, &detail).await
        }
        Act::Unlink => unlink(survey, config, &detail).await,
        Act::Retry => retry(survey, config, &detail).await,
        Act::Forget => forget(survey, &detail).await,
    }
}

/// The mapping of a name, or the first that covers the finding.
fn chosen<'c>(
    survey: &Survey,
    config: &'c Config,
    finding: &Finding,
    name: Option<&str>,
) -> Result<&'c MappingConfig, Failure> {
    let known: Vec<&str> = config.mappings.iter().map(|mapping| mapping.name.as_str()).collect();
    if let Some(name) = name {
        return config.mapping(name).ok_or_else(|| {
            let failure = Failure::new(Exit::Usage, format!("there is no mapping {name:?}"));
            match nearest(name, &known) {
                Some(near) => failure.hint(format!("did you mean {near:?}?")),
                None => failure.hint(format!("there are: {}", known.join(", "))),
            }
        });
    }
    let calendars = Calendars::new(survey.clock.now(), survey.store.zones()?);
    mapping::choose(&config.mappings, finding, &calendars).ok_or_else(|| {
        let mut failure = Failure::new(Exit::Config, format!("no mapping covers {}", finding.id));
        for mapping in &config.mappings {
            match mapping::covers(&mapping.matching, finding, &calendars.moment(&mapping.connection)) {
                mapping::Verdict::No(reason) => failure = failure.hint(format!("{}: {reason}", mapping.name)),
                mapping::Verdict::Yes if !mapping.enabled => {
                    let name = &mapping.name;
                    let way = format!("{name}: it is paused; `crosstie mapping resume {name:?}` lets it go on");
                    failure = failure.hint(way);
                }
                mapping::Verdict::Yes => {}
            }
        }
        failure.hint("name one with --mapping, or write one with `crosstie mapping add`")
    })
}

fn project_of(
    config: &Config,
    mapping: &MappingConfig,
    finding: &Finding,
    asked: Option<&str>,
) -> Result<String, Failure> {
    if let Some(key) = asked {
        return Ok(key.to_ascii_uppercase());
    }
    match planner(config).project(mapping, finding) {
        ProjectChoice::Key(key) => Ok(key),
        ProjectChoice::Ask => {
            let message = format!("the mapping {:?} asks for the project every time", mapping.name);
            Err(Failure::new(Exit::Usage, message).hint("name it with --project"))
        }
    }
}

async fn create(
    survey: &Survey,
    config: &Config,
    connection: &ConnectionConfig,
    mapping: &MappingConfig,
    project: &str,
    detail: &FindingDetail,
) -> Result<Acted, Failure> {
    let (row, name, alias) = (detail.row.row, mapping.name.clone(), connection.alias.clone());
    let (project, now) = (project.to_owned(), survey.clock.now());
    let queued = survey.blocking(move |store| store.enqueue_create(row, &name, &alias, Some(&project), now));
    if queued.await?.is_none() {
        let has = match (&detail.row.link, &detail.row.pending) {
            (Some(link), _) => format!("{} has an issue already: {}", detail.row.id, link.key),
            _ => format!("{} is about to get an issue that may exist already", detail.row.id),
        };
        let hint = match uncertain(detail) {
            Some(_) => {
                "look in Jira; then `crosstie finding link` says which issue it is, `retry` creates it again, \
                 `forget` gives it up"
            }
            None => "`crosstie finding show` tells more",
        };
        return Err(Failure::new(Exit::Failed, has).hint(hint));
    }
    send(survey, config, connection, &detail.row.id, "created").await
}

/// Jira's own dialog, filled in as far as its address can say.
async fn dialog(
    survey: &Survey,
    connection: &ConnectionConfig,
    mapping: &MappingConfig,
    project: &str,
    detail: &FindingDetail,
) -> Result<Acted, Failure> {
    let parent = survey.parent_of(mapping, &detail.finding)?;
    let kind = mapping.subtask_type.as_ref().filter(|_| parent.is_some());
    let kind = kind.unwrap_or(&mapping.issue_type);
    let screen = survey.screen(connection, project, kind).await?;
    let (own, connection, mapping, detail) = (survey.clone(), connection.clone(), mapping.clone(), detail.clone());
    let worked = tokio::task::spawn_blocking(move || {
        let key = parent.as_ref().map(|link| link.key.to_string());
        let dialog = own.judge(&connection, &screen, &[], |ground| {
            let ground = ground.with_parent(key.as_deref());
            let composed = mapping::compose(&mapping, &detail.finding, &ground);
            let at = DialogAt {
                site: connection.site(),
                deployment: ground.deployment,
                parent: parent.as_ref().map(|link| link.issue.as_str()),
            };
            mapping::create_dialog(at, &screen, &composed, detail.finding.url.as_deref())
        })?;
        Ok(Acted {
            finding: detail.row.id.to_string(),
            state: "browser".to_owned(),
            connection: Some(connection.alias.clone()),
            url: Some(dialog.url),
            left: dialog.left,
            ..Acted::default()
        })
    });
    Ok(worked.await.unwrap_or(Err(crate::store::StoreError::Busy))?)
}

/// The connection that an issue is on: named, or told by its address, or by where its key is known.
fn connection_for<'c>(
    survey: &Survey,
    config: &'c Config,
    issue: &str,
    alias: Option<&str>,
) -> Result<&'c ConnectionConfig, Failure> {
    let enabled: Vec<&ConnectionConfig> = config.connections.iter().filter(|one| one.enabled).collect();
    if let Some(connection) = alias.and_then(|alias| config.connection(alias)) {
        return Ok(connection);
    }
    let issue = read(issue)?;
    if let Some(address) = &issue.address {
        let of = |one: &&&ConnectionConfig| issue.may_be_on(one.site()) || issue.may_be_on(&one.url);
        return enabled.iter().find(of).copied().ok_or_else(|| {
            Failure::new(Exit::Usage, format!("no connection leads to {address}")).hint("name one with --connection")
        });
    }
    if let [only] = enabled.as_slice() {
        return Ok(only);
    }
    let project = issue
        .key
        .parts()
        .map(|(project, _)| project.to_owned())
        .unwrap_or_default();
    let knows = |one: &&ConnectionConfig| {
        let names = survey.store.site_names(&one.alias).ok();
        let projects = names.and_then(|names| names.projects).unwrap_or_default();
        projects.iter().any(|known| known.eq_ignore_ascii_case(&project))
    };
    let known: Vec<&ConnectionConfig> = enabled.iter().copied().filter(knows).collect();
    match known.as_slice() {
        [only] => Ok(only),
        [] => config.default_connection().ok_or_else(|| {
            Failure::new(
                Exit::Usage,
                format!("no connection is known to have the project {project}"),
            )
            .hint("name one with --connection")
        }),
        several => {
            let names: Vec<&str> = several.iter().map(|one| one.alias.as_str()).collect();
            let message = format!("{} connections have a project {project}", several.len());
            Err(Failure::new(Exit::Usage, message).hint(format!("name one with --connection: {}", names.join(", "))))
        }
    }
}

/// The issue that a text names.
fn read(text: &str) -> Result<IssueReference, Failure> {
    IssueReference::read(text).ok_or_else(|| {
        let message = format!("{text:?} is neither the key nor the address of an issue");
        Failure::new(Exit::Usage, message).hint("write it like PAY-1412 or https://acme.atlassian.net/browse/PAY-1412")
    })
}

/// Why nobody could say whether an issue is there.
const UNANSWERED: [ErrorKind; 5] = [
    ErrorKind::Dns,
    ErrorKind::Network,
    ErrorKind::NotJira,
    ErrorKind::Server,
    ErrorKind::RateLimited,
];

/// Id and present key of an issue, as its site has them; where the site cannot be asked, as the cache does.
async fn there(survey: &Survey, connection: &ConnectionConfig, key: IssueKey) -> Result<(IssueId, IssueKey), Failure> {
    let client = survey.client(connection).await?;
    let error = match client.read_fields(key.as_str(), &["summary".to_owned()]).await {
        Ok(there) => return Ok((there.id, there.key)),
        Err(error) => error,
    };
    if UNANSWERED.contains(&error.kind) {
        let query = ListQuery {
            jql: format!("key = {}", jql::quote(key.as_str())),
            aliases: vec![connection.alias.clone()],
            limit: 1,
            ..ListQuery::default()
        };
        let now = survey.clock.now();
        let found = survey.blocking(move |store| Ok(store.list(&query, now).ok())).await?;
        if let Some(row) = found.and_then(|page| page.rows.into_iter().next()) {
            return Ok((row.id, row.key));
        }
    }
    Err(error.into())
}

async fn link(
    survey: &Survey,
    config: &Config,
    connection: &ConnectionConfig,
    mapping: Option<&MappingConfig>,
    issue: &str,
    detail: &FindingDetail,
) -> Result<Acted, Failure> {
    let (id, key) = there(survey, connection, read(issue)?.key).await?;
    let (row, alias, now) = (detail.row.row, connection.alias.clone(), survey.clock.now());
    let mapping = mapping.map(|mapping| mapping.name.clone());
    let settles = uncertain(detail);
    let linked = survey.blocking(move |store| match settles {
        Some(item) => store.settle_with(item, &alias, &id, &key, now),
        None => store.link(row, mapping.as_deref(), &alias, &id, &key, now),
    });
    if !linked.await? {
        return Err(taken(detail));
    }
    send(survey, config, connection, &detail.row.id, "linked").await
}

/// The create of which nobody knows whether it took effect: a person who links the finding settles it.
fn uncertain(detail: &FindingDetail) -> Option<i64> {
    let pending = detail.row.pending.as_ref()?;
    let settled =
        pending.kind == PushKind::Create && matches!(pending.state, PushState::Unknown | PushState::Uncertain);
    settled.then_some(pending.id)
}

/// Why a finding could not be linked.
fn taken(detail: &FindingDetail) -> Failure {
    let id = &detail.row.id;
    match &detail.row.link {
        Some(link) => Failure::new(Exit::Failed, format!("{id} is linked to {} already", link.key))
            .hint("`crosstie finding unlink` takes that link away"),
        None => Failure::new(Exit::Failed, format!("an issue of {id} is on its way already"))
            .hint("`crosstie finding show` tells how far it is"),
    }
}

async fn unlink(survey: &Survey, config: &Config, detail: &FindingDetail) -> Result<Acted, Failure> {
    let Some(link) = &detail.row.link else {
        return Err(Failure::new(
            Exit::Failed,
            format!("{} is not linked to an issue", detail.row.id),
        ));
    };
    let (row, now) = (detail.row.row, survey.clock.now());
    survey.blocking(move |store| store.unlink(row, now)).await?;
    match config.connection(link.alias.as_str()) {
        Some(connection) => send(survey, config, connection, &detail.row.id, "unlinked").await,
        None => Ok(told(&find(&survey.store, &detail.row.id.to_string())?, "unlinked")),
    }
}

async fn retry(survey: &Survey, config: &Config, detail: &FindingDetail) -> Result<Acted, Failure> {
    let Some(pending) = &detail.row.pending else {
        return Err(Failure::new(
            Exit::Failed,
            format!("nothing of {} waits to be sent", detail.row.id),
        ));
    };
    let id = pending.id;
    survey.blocking(move |store| store.retry(id)).await?;
    let connection = config.connection(pending.alias.as_str()).ok_or_else(|| {
        Failure::new(
            Exit::Config,
            format!("the connection {} is not in the config any more", pending.alias),
        )
    })?;
    send(survey, config, connection, &detail.row.id, "sent").await
}

async fn forget(survey: &Survey, detail: &FindingDetail) -> Result<Acted, Failure> {
    let id = &detail.row.id;
    let Some(pending) = &detail.row.pending else {
        return Err(Failure::new(Exit::Failed, format!("nothing of {id} waits to be sent")));
    };
    let (item, now) = (pending.id, survey.clock.now());
    if !survey.blocking(move |store| store.forget(item, now)).await? {
        return Err(
            Failure::new(Exit::Failed, format!("what {id} has in the outbox is on its way"))
                .hint("`crosstie finding show` tells what came of it"),
        );
    }
    Ok(told(&find(&survey.store, &id.to_string())?, "forgotten"))
}

/// Sends what waits on a connection, and tells what became of the finding. What cannot be sent now
/// stays in the outbox.
async fn send(
    survey: &Survey,
    config: &Config,
    connection: &ConnectionConfig,
    id: &FindingId,
    done: &str,
) -> Result<Acted, Failure> {
    let failed = push(survey, config, connection).await?;
    let mut acted = told(&find(&survey.store, &id.to_string())?, done);
    if acted.error.is_none() {
        acted.error = failed;
    }
    Ok(acted)
}

/// One run over the outbox of a connection; why it ended early, if it did.
async fn push(survey: &Survey, config: &Config, connection: &ConnectionConfig) -> Result<Option<Problem>, Failure> {
    let client = match survey.client(connection).await {
        Ok(client) => client,
        Err(problem) => return Ok(Some(problem)),
    };
    let (folder, alias) = (survey.store.folder().to_owned(), connection.alias.clone());
    let held = tokio::task::spawn_blocking(move || lock::acquire(&folder, &alias)).await;
    let _held = held.unwrap_or(Err(crate::store::StoreError::Busy))?;
    let clock = survey.clock.clone();
    let pusher = Pusher::new(
        connection.alias.clone(),
        client,
        survey.store.clone(),
        clock,
        planner(config),
    );
    let pusher = pusher
        .read_only(connection.read_only)
        .describing(survey.clients.means().clone());
    match pusher.run(None).await {
        Ok(_) => Ok(None),
        Err(PushError::Jira(error)) => Ok(Some(Problem::from(&error))),
        Err(PushError::Store(error)) => Err(error.into()),
    }
}

/// The state of a finding after something was done to it.
fn told(detail: &FindingDetail, done: &str) -> Acted {
    let row = &detail.row;
    let mut acted = Acted {
        finding: row.id.to_string(),
        state: done.to_owned(),
        ..Acted::default()
    };
    if let Some(link) = &row.link {
        acted.connection = Some(link.alias.clone());
        acted.id = Some(link.issue.to_string());
        acted.key = Some(link.key.to_string());
        acted.url = Some(link.url.clone());
    }
    if let Some(pending) = &row.pending {
        let stays = row.link.is_some() && pending.problem.is_none();
        if !stays {
            pending.state.word().clone_into(&mut acted.state);
        }
        acted.connection = Some(pending.alias.clone());
        acted.error.clone_from(&pending.problem);
        acted.fields.clone_from(&pending.fields);
    }
    acted
}
