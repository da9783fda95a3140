//! Asking the server instead of the cache: for JQL that the cache cannot answer truthfully.
//!
//! What comes is shown, not stored: it may lie outside the connection's scope.

use crate::{
    config::ConnectionConfig,
    domain::{Alias, FieldName, Issue, IssueRow},
    jira::{Client, Error, PageToken, Search},
    jql,
    store::{Store, StoreError},
};

use super::{Clients, round::SyncError};

/// Page size of a live search: what fits on most screens comes with the first answer.
const PAGE: u32 = 100;

/// Room between the made-up rows of two connections.
const ROWS_APART: i64 = 1 << 32;

/// A live search on one connection, page by page.
#[derive(Debug)]
pub struct LiveSearch {
    config: ConnectionConfig,
    client: Client,
    store: Store,
    jql: String,
    next: Option<PageToken>,
    started: bool,
    unknown: i64,
    fields: Vec<FieldName>,
}

impl LiveSearch {
    /// A search for `jql` on `config`'s connection, the `place`-th of a search over several. An empty
    /// `jql` asks for everything in a way that Cloud accepts.
    ///
    /// # Errors
    /// When the connection's client cannot be made.
    pub async fn new(
        clients: &Clients,
        store: &Store,
        config: &ConnectionConfig,
        jql: &str,
        place: usize,
    ) -> Result<Self, Error> {
        let client = clients.get(config).await?;
        let unknown = -1 - i64::try_from(place).unwrap_or(0) * ROWS_APART;
        Ok(Self {
            config: config.clone(),
            client,
            store: store.clone(),
            jql: bounded(jql),
            next: None,
            started: false,
            unknown,
            fields: Vec::new(),
        })
    }

    /// The same search, whose rows hold these fields of the site.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldName>) -> Self {
        self.fields = fields;
        self
    }

    /// The connection.
    #[must_use]
    pub fn alias(&self) -> &Alias {
        &self.config.alias
    }

    /// The JQL that is really sent.
    #[must_use]
    pub fn sent(&self) -> &str {
        &self.jql
    }

    /// How many issues match in all; Cloud's figure is approximate while its index is behind.
    ///
    /// # Errors
    /// When the site refuses or cannot be reached.
    pub async fn total(&self) -> Result<u64, Error> {
        self.client.count(&self.jql).await
    }

    /// The next page of rows; `None` after the last.
    ///
    /// # Errors
    /// When the site refuses or cannot be reached, or the store cannot be read.
    pub async fn page(&mut self) -> Result<Option<Vec<IssueRow>>, SyncError> {
        if self.started && self.next.is_none() {
            return Ok(None);
        }
        let search = Search {
            jql: self.jql.clone(),
            max_results: PAGE,
            changelog: false,
            page: self.next.take(),
        };
        let page = self.client.search(&search).await?;
        self.started = true;
        self.next = page.next;
        Ok(Some(self.rows(page.items).await?))
    }

    async fn rows(&mut self, issues: Vec<Issue>) -> Result<Vec<IssueRow>, SyncError> {
        let (store, alias, site) = (
            self.store.clone(),
            self.config.alias.clone(),
            self.config.site().to_owned(),
        );
        let first_unknown = self.unknown;
        self.unknown -= i64::try_from(issues.len()).unwrap_or(0);
        let fields = self.fields.clone();
        let named = tokio::task::spawn_blocking(move || {
            let cells = store.field_cells(&alias, &fields, &issues)?;
            let mut rows = name_rows(&store, &alias, &site, issues, first_unknown)?;
            for (row, cells) in rows.iter_mut().zip(cells) {
                row.fields = cells;
            }
            Ok::<_, StoreError>(rows)
        });
        Ok(named.await.map_err(|_| SyncError::Stopped)??)
    }
}

/// List rows of issues that did not come from the cache; unknown ones get falling negative numbers.
fn name_rows(
    store: &Store,
    alias: &Alias,
    site: &str,
    issues: Vec<Issue>,
    first_unknown: i64,
) -> Result<Vec<IssueRow>, StoreError> {
    let known = store.rows_of(alias, issues.iter().map(|issue| &issue.id))?;
    let priorities = store.priorities(alias)?;
    let rows = issues.into_iter().zip(known).enumerate().map(|(index, (issue, row))| {
        let row = row.unwrap_or(first_unknown - i64::try_from(index).unwrap_or(0));
        let rank = issue
            .priority
            .as_ref()
            .and_then(|priority| priorities.get(&priority.id).copied());
        IssueRow::from_issue(row, alias.clone(), site, issue, rank)
    });
    Ok(rows.collect())
}

/// Cloud refuses a query without a condition.
fn bounded(text: &str) -> String {
    match jql::parse(text) {
        Ok(query) if !query.is_bounded() => {
            jql::combine(text, "project IS NOT EMPTY").unwrap_or_else(|_| text.to_owned())
        }
        _ => text.to_owned(),
    }
}
