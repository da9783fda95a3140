//! What the Findings screen asks for, on store, config and sites.
//!
//! Nothing is sent to Jira here: what is to be done goes into the outbox, and the engine is woken.
//! Must never be in here: what a finding becomes (`mapping`), or sending (`push`).

mod propose;

use std::sync::Arc;

use futures_util::future::join_all;
use jiff::Timestamp;

use super::{
    engine::LocalEngine,
    mapper::{blocking, setup},
    shelf::Shelf,
};
use crate::{
    app::{FindingAct, FindingSeen, IssueTarget, Proposal, ProposalRequest, Scope},
    clock::SharedClock,
    config::{self, Config, ConnectionConfig, Paths},
    domain::{
        Alias, FindingPage, FindingQuery, FindingRow, Issue, IssueId, IssueKey, IssueRow, ListQuery, Problem,
        SourceState,
    },
    jira::{Error, ErrorKind, Search},
    mapping::{self, Calendars},
    runtime::{Engine as _, Findings, Work},
    store::{Store, StoreError},
};

/// Issues that a search brings.
const ISSUES: usize = 30;
/// Issues that a search brings from each site.
const OF_A_SITE: u32 = 10;

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(super) struct StoreFindings {
    pub(super) store: Store,
    pub(super) paths: Paths,
    pub(super) clock: SharedClock,
    pub(super) shelf: Arc<Shelf>,
    pub(super) engine: Arc<LocalEngine>,
}

fn told(error: &StoreError) -> Problem {
    Problem::from(error)
}

impl StoreFindings {
    /// The config as the file has it now.
    fn config(&self) -> Result<Config, Problem> {
        config::load(&self.paths)
            .map(|loaded| loaded.config)
            .map_err(|invalid| setup(invalid.to_string(), "mend the config file first"))
    }

    /// Now, and whose calendar counts on each connection.
    fn calendars(&self) -> Result<Calendars, Problem> {
        let zones = self.store.zones().map_err(|error| told(&error))?;
        Ok(Calendars::new(self.clock.now(), zones))
    }

    /// Does something on a thread that may block.
    fn work<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Self) -> Result<T, Problem> + Send + 'static,
    ) -> Work<Result<T, Problem>> {
        let own = self.clone();
        Box::pin(async move { blocking(move || job(&own)).await? })
    }

    fn row(&self, row: i64) -> Result<FindingRow, Problem> {
        let found = self.store.finding_row(row).map_err(|error| told(&error))?;
        found.ok_or_else(|| setup("the finding is no longer there".to_owned(), "press esc for the list"))
    }
}

impl Findings for StoreFindings {
    fn page(&self, query: &FindingQuery, around: Option<i64>) -> Result<(FindingPage, usize), Problem> {
        let read = |query: &FindingQuery| self.store.findings(query).map_err(|error| told(&error));
        let page = read(query)?;
        let Some(row) = around.filter(|row| page.rows.iter().all(|known| known.row != *row)) else {
            return Ok((page, query.offset));
        };
        let Some(at) = self.store.finding_place(query, row).map_err(|error| told(&error))? else {
            return Ok((page, query.offset));
        };
        let offset = at.saturating_sub(query.limit / 2);
        let page = read(&FindingQuery {
            offset,
            ..query.clone()
        })?;
        Ok((page, offset))
    }

    fn detail(&self, row: i64) -> Result<Option<FindingSeen>, Problem> {
        let Some(detail) = self.store.finding_detail(row).map_err(|error| told(&error))? else {
            return Ok(None);
        };
        let issue = match &detail.row.link {
            Some(link) => self.issue(&link.alias, &link.issue)?,
            None => None,
        };
        Ok(Some(FindingSeen { detail, issue }))
    }

    fn of_issue(&self, alias: &Alias, issue: &IssueId) -> Result<Vec<FindingRow>, Problem> {
        self.store.findings_of_issue(alias, issue).map_err(|error| told(&error))
    }

    fn sources(&self) -> Result<Vec<SourceState>, Problem> {
        let mut known = self.store.sources().map_err(|error| told(&error))?;
        let sources = self.config()?.sources;
        let enabled = sources.into_iter().filter(|source| source.enabled);
        Ok(enabled
            .map(|source| {
                let place = known.iter().position(|state| state.name == source.name);
                place.map(|place| known.swap_remove(place)).unwrap_or(SourceState {
                    name: source.name,
                    open: 0,
                    all: 0,
                    read: None,
                    problem: None,
                    flaws: Vec::new(),
                })
            })
            .collect())
    }

    fn issue_row(&self, alias: &Alias, issue: &IssueId) -> Result<Option<i64>, Problem> {
        let rows = self.store.rows_of(alias, std::iter::once(issue));
        Ok(rows.map_err(|error| told(&error))?.into_iter().next().flatten())
    }

    fn search(&self, text: &str) -> Result<Vec<IssueTarget>, Problem> {
        let aliases = self.store.signed_in_aliases().map_err(|error| told(&error))?;
        if aliases.is_empty() {
            return Ok(Vec::new());
        }
        let query = ListQuery {
            jql: "ORDER BY updated DESC".to_owned(),
            aliases,
            filter: text.to_owned(),
            limit: ISSUES,
            ..ListQuery::default()
        };
        let page = self
            .store
            .list(&query, self.clock.now())
            .map_err(|error| told(&error))?;
        let mut found: Vec<IssueTarget> = page.rows.into_iter().map(IssueTarget::from).collect();
        found.sort_by_key(|target| !target.key.as_str().eq_ignore_ascii_case(text));
        Ok(found)
    }

    fn search_sites(&self, text: String) -> Work<Result<Vec<IssueTarget>, Problem>> {
        let own = self.clone();
        Box::pin(async move {
            let asked = own.clone();
            let config = blocking(move || asked.config()).await??;
            let Some(search) = with_words(&text) else {
                return Ok(Vec::new());
            };
            let mut looks = Vec::new();
            for connection in config.connections.iter().filter(|connection| connection.enabled) {
                looks.push(own.look(connection, &search));
            }
            let mut found: Vec<(Timestamp, IssueTarget)> = Vec::new();
            let mut problem = None;
            for looked in join_all(looks).await {
                match looked {
                    Ok(issues) => found.extend(issues),
                    Err(error) => problem = Some(Problem::from(&error)),
                }
            }
            // Nothing found means nothing only if every site answered.
            if let Some(problem) = problem.filter(|_| found.is_empty()) {
                return Err(problem);
            }
            found.sort_by_key(|(updated, _)| std::cmp::Reverse(*updated));
            Ok(found.into_iter().map(|(_, target)| target).collect())
        })
    }

    fn verify(&self, alias: Option<Alias>, key: IssueKey) -> Work<Result<IssueTarget, Problem>> {
        let own = self.clone();
        Box::pin(async move {
            let asked = own.clone();
            let config = blocking(move || asked.config()).await??;
            let connections = config.connections.iter().filter(|connection| {
                connection.enabled && alias.as_ref().is_none_or(|alias| *alias == connection.alias)
            });
            let mut problem = None;
            for connection in connections {
                let found = match own.engine.clients().get(connection).await {
                    Ok(client) => client.issue(key.as_str()).await,
                    Err(error) => Err(error),
                };
                match found {
                    Ok(issue) => return Ok(asked_for(&connection.alias, issue)),
                    Err(error) if error.kind == ErrorKind::NotFound => {}
                    // Who could not be asked may have it: that must not pass for "does not exist".
                    Err(error) => problem = Some(Problem::from(&error)),
                }
            }
            Err(problem.unwrap_or_else(|| {
                setup(
                    format!("{key} does not exist, or the account may not see it"),
                    "check the key, or ask for access",
                )
            }))
        })
    }

    fn propose(&self, request: ProposalRequest) -> Work<Result<Proposal, Problem>> {
        let own = self.clone();
        Box::pin(async move { own.proposal(request).await })
    }

    fn act(&self, act: FindingAct) -> Work<Result<String, Problem>> {
        self.work(move |own| match act {
            FindingAct::Create(wanted) => own.create(&wanted),
            FindingAct::Link(rows, target) => own.link(&rows, &target),
            FindingAct::Unlink(rows) => own.unlink(&rows),
            FindingAct::Retry(items) => {
                let sent = own.each(&items, Store::retry)?;
                own.wake_all()?;
                Ok(match sent {
                    0 => "nothing waits for another try any more".to_owned(),
                    1 => "tried again at once".to_owned(),
                    several => format!("{several} are tried again at once"),
                })
            }
            FindingAct::Settle(item, target) => own.settle(item, &target),
            FindingAct::Forget(items) => {
                let now = own.clock.now();
                Ok(match own.each(&items, |store, item| store.forget(item, now))? {
                    0 => "nothing was forgotten: it is on its way".to_owned(),
                    _ => "forgotten; nothing is sent".to_owned(),
                })
            }
            FindingAct::Refresh(_) => {
                own.engine.read_sources();
                Ok("the sources are being read".to_owned())
            }
        })
    }
}

/// The search for issues whose summary has all words of a text; nothing if it has none.
fn with_words(text: &str) -> Option<Search> {
    // Signs would be operators of the site's text search.
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    (!words.is_empty()).then(|| Search {
        jql: format!("summary ~ \"{}\" ORDER BY updated DESC", words.join(" ")),
        max_results: OF_A_SITE,
        changelog: false,
        page: None,
    })
}

/// An issue that its site told.
fn asked_for(alias: &Alias, issue: Issue) -> IssueTarget {
    IssueTarget {
        alias: alias.clone(),
        id: issue.id,
        key: issue.key,
        summary: issue.summary,
        status: Some(issue.status),
    }
}

impl StoreFindings {
    /// Issues of one site, each with its last change.
    async fn look(
        &self,
        connection: &ConnectionConfig,
        search: &Search,
    ) -> Result<Vec<(Timestamp, IssueTarget)>, Error> {
        let client = self.engine.clients().get(connection).await?;
        let issues = client.search(search).await?.items.into_iter();
        let found = issues.map(|issue| (issue.updated, asked_for(&connection.alias, issue)));
        Ok(found.collect())
    }

    /// The cached row of an issue.
    fn issue(&self, alias: &Alias, issue: &IssueId) -> Result<Option<IssueRow>, Problem> {
        let Some(row) = self.issue_row(alias, issue)? else {
            return Ok(None);
        };
        let rows = self.store.rows(&[row]).map_err(|error| told(&error))?;
        Ok(rows.into_iter().next())
    }

    /// Wakes the engine of a connection: something waits to be sent.
    fn wake(&self, alias: &Alias) {
        self.engine.sync(Scope::One(alias.clone()));
    }

    /// Wakes every connection for which something waits.
    fn wake_all(&self) -> Result<(), Problem> {
        let pending = self.store.pending(None).map_err(|error| told(&error))?;
        let mut aliases: Vec<Alias> = pending.into_iter().map(|item| item.alias).collect();
        aliases.sort();
        aliases.dedup();
        aliases.iter().for_each(|alias| self.wake(alias));
        Ok(())
    }

    /// How many of these it did something to.
    fn each(&self, items: &[i64], act: impl Fn(&Store, i64) -> Result<bool, StoreError>) -> Result<usize, Problem> {
        let mut done = 0;
        for item in items {
            done += usize::from(act(&self.store, *item).map_err(|error| told(&error))?);
        }
        Ok(done)
    }

    fn create(&self, wanted: &[(i64, String, Option<String>)]) -> Result<String, Problem> {
        let config = self.config()?;
        self.engine.know_mappings(&config);
        let (mut queued, mut last) = (0, String::new());
        for (row, name, project) in wanted {
            let mapping = config.mapping(name).ok_or_else(|| {
                setup(
                    format!("the mapping {name} is no longer in the config"),
                    "choose another with n",
                )
            })?;
            let item = self
                .store
                .enqueue_create(*row, name, &mapping.connection, project.as_deref(), self.clock.now());
            if item.map_err(|error| told(&error))?.is_some() {
                queued += 1;
                last = format!("{} by {name}", self.row(*row)?.id.short());
                self.wake(&mapping.connection);
            }
        }
        let left = match wanted.len() - queued {
            0 => String::new(),
            left => format!(" · {left} left as they were: an issue is there or on its way"),
        };
        Ok(match queued {
            0 => "nothing to create: an issue is there or on its way".to_owned(),
            1 => format!("in the outbox: an issue of {last}{left}"),
            several => format!("in the outbox: {several} issues{left}"),
        })
    }

    fn link(&self, rows: &[i64], target: &IssueTarget) -> Result<String, Problem> {
        let (config, calendars) = (self.config()?, self.calendars()?);
        let mut linked = 0;
        for row in rows {
            let detail = self.store.finding_detail(*row).map_err(|error| told(&error))?;
            let Some(detail) = detail else { continue };
            let mut own = config.mappings.clone();
            own.retain(|mapping| mapping.connection == target.alias);
            let mapping = mapping::choose(&own, &detail.finding, &calendars).map(|mapping| mapping.name.as_str());
            let done = self
                .store
                .link(*row, mapping, &target.alias, &target.id, &target.key, self.clock.now());
            linked += usize::from(done.map_err(|error| told(&error))?);
        }
        self.wake(&target.alias);
        let left = match rows.len() - linked {
            0 => String::new(),
            left => format!(" · {left} left as they were: an issue is there or on its way"),
        };
        match linked {
            0 => Err(setup(
                "it was not linked: it has an issue, or one is on its way".to_owned(),
                "look at it with enter, or settle what is on its way first",
            )),
            1 => Ok(format!("linked to {}{left}", target.key)),
            several => Ok(format!("{several} findings linked to {}{left}", target.key)),
        }
    }

    fn unlink(&self, rows: &[i64]) -> Result<String, Problem> {
        let now = self.clock.now();
        let mut unlinked = Vec::new();
        for row in rows {
            let link = self.row(*row)?.link;
            if let Some(link) = link
                && self.store.unlink(*row, now).map_err(|error| told(&error))?
            {
                self.wake(&link.alias);
                unlinked.push(link.key);
            }
        }
        Ok(match unlinked.as_slice() {
            [] => "there was nothing to unlink".to_owned(),
            [one] => format!("no longer linked to {one}; the issue stays"),
            several => format!("{} findings are no longer linked; the issues stay", several.len()),
        })
    }

    fn settle(&self, item: i64, target: &IssueTarget) -> Result<String, Problem> {
        let settled = self
            .store
            .settle_with(item, &target.alias, &target.id, &target.key, self.clock.now())
            .map_err(|error| told(&error))?;
        if !settled {
            return Err(setup(
                "it was settled meanwhile, or is being sent".to_owned(),
                "look at the finding again",
            ));
        }
        self.wake(&target.alias);
        Ok(format!("linked to {}", target.key))
    }
}
