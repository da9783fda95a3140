//! Lists of issues: what a query matches over all connections, in one order, and a window of rows.
//!
//! Must never be in here: what JQL means (see `jql` beside this module).

mod fields;
mod filter;
mod first;
mod matched;
mod rows;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension};

use super::{
    Store,
    connections::connection_id,
    error::CannotAnswer,
    error::StoreError,
    jql::{Compiled, Context, SortBy, column_parts, compile, settle},
};
use crate::{
    domain::{Alias, Column, Issue, IssueDetail, IssueRow, ListPage, ListQuery, Sort, Total},
    jql::{ParseError, Query, parse, quote},
};
use filter::Filter;
use matched::Listing;

impl Store {
    /// Answers `query` at `now`: the exact number of matches, their rows in order, and the window.
    ///
    /// The order is that of `query.sort`, then of the JQL's `ORDER BY`, then newest first; a filter
    /// leaves out rows and never reorders.
    ///
    /// # Errors
    /// [`StoreError::Query`] for JQL that is wrong, or that only the server can answer, or that only the
    /// server can answer exactly if `query` insists on it; anything else when the store cannot be read.
    pub fn list(&self, query: &ListQuery, now: Timestamp) -> Result<ListPage, StoreError> {
        let jql = parse(&query.jql).map_err(CannotAnswer::from)?;
        self.read(|db| page(db, &Answer::to(db, &jql, &query.aliases, query.sort, now)?, query))
    }

    /// The same with a JQL for each connection; those that are not in `asked` are left out, whatever
    /// `query` says of connections and JQL. All should sort alike.
    ///
    /// # Errors
    /// As [`Store::list`].
    pub fn list_each(
        &self,
        asked: &[(Alias, String)],
        query: &ListQuery,
        now: Timestamp,
    ) -> Result<ListPage, StoreError> {
        let queries = parsed(asked)?;
        let mut listed = self.read(|db| page(db, &Answer::each(db, &queries, query.sort, now)?, query))?;
        listed.asked = asked.to_vec();
        Ok(listed)
    }

    /// The rows that [`Store::list`] would show first, told without reading all that match; `None` where
    /// that is not possible: filtered, or somewhere within the list.
    ///
    /// # Errors
    /// As [`Store::list`].
    pub fn first(&self, query: &ListQuery, now: Timestamp) -> Result<Option<ListPage>, StoreError> {
        let jql = parse(&query.jql).map_err(CannotAnswer::from)?;
        self.read(|db| first_page(db, &Answer::to(db, &jql, &query.aliases, query.sort, now)?, query))
    }

    /// The rows that [`Store::list_each`] would show first, as [`Store::first`] tells them.
    ///
    /// # Errors
    /// As [`Store::list`].
    pub fn first_each(
        &self,
        asked: &[(Alias, String)],
        query: &ListQuery,
        now: Timestamp,
    ) -> Result<Option<ListPage>, StoreError> {
        let queries = parsed(asked)?;
        let first = self.read(|db| first_page(db, &Answer::each(db, &queries, query.sort, now)?, query))?;
        Ok(first.map(|page| ListPage {
            asked: asked.to_vec(),
            ..page
        }))
    }

    /// How many issues each of `queries` matches, or why that cannot be said.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn totals(
        &self,
        queries: &[&str],
        aliases: &[Alias],
        now: Timestamp,
    ) -> Result<Vec<Result<Total, CannotAnswer>>, StoreError> {
        let total = |db: &Connection, text: &str| -> Result<Total, StoreError> {
            let jql = parse(text).map_err(CannotAnswer::from)?;
            let answer = Answer::to(db, &jql, aliases, None, now)?;
            Ok(Total {
                issues: matched::count(db, &answer)?,
                approximate: answer.rough().is_some(),
            })
        };
        self.read(|db| {
            let counted = queries.iter().map(|text| match total(db, text) {
                Ok(total) => Ok(Ok(total)),
                Err(StoreError::Query(cannot)) => Ok(Err(cannot)),
                Err(error) => Err(error),
            });
            counted.collect()
        })
    }

    /// Whether the cache can answer `text`; what stands in the way otherwise.
    ///
    /// # Errors
    /// [`StoreError::Query`] with what stands in the way; anything else when the store cannot be read.
    pub fn check(&self, text: &str, aliases: &[Alias], now: Timestamp) -> Result<(), StoreError> {
        let jql = parse(text).map_err(CannotAnswer::from)?;
        self.read(|db| Answer::to(db, &jql, aliases, None, now).map(drop))
    }

    /// Rows by their store rows, in that order; rows that are no more are left out.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn rows(&self, ids: &[i64]) -> Result<Vec<IssueRow>, StoreError> {
        self.read(|db| rows::load(db, ids))
    }

    /// The issue at `row` with its list row; `None` if it is not cached (any more).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn detail(&self, row: i64) -> Result<Option<IssueDetail>, StoreError> {
        let Some(issue) = self.document(row)? else {
            return Ok(None);
        };
        let Some(row) = self.rows(&[row])?.into_iter().next() else {
            return Ok(None);
        };
        let field_names = self.field_names(&row.alias, &issue)?;
        Ok(Some(IssueDetail {
            row,
            issue,
            field_names,
        }))
    }

    /// What the site calls the fields that `issue` has beyond the system's.
    fn field_names(&self, alias: &Alias, issue: &Issue) -> Result<BTreeMap<String, String>, StoreError> {
        self.read(|db| {
            let owner = connection_id(db, alias)?;
            let mut name = db.prepare_cached("SELECT name FROM field WHERE connection = ?1 AND jira_id = ?2")?;
            let mut names = BTreeMap::new();
            for id in issue.custom.keys() {
                if let Some(name) = name.query_row((owner, id), |row| row.get(0)).optional()? {
                    names.insert(id.clone(), name);
                }
            }
            Ok(names)
        })
    }
}

/// The JQL of each connection.
fn parsed(asked: &[(Alias, String)]) -> Result<Vec<(&Alias, Query)>, StoreError> {
    let queries = asked.iter().map(|(alias, text)| Ok((alias, parse(text)?)));
    let queries: Result<Vec<_>, ParseError> = queries.collect();
    Ok(queries.map_err(CannotAnswer::from)?)
}

/// A query ready to run on each connection.
struct Answer<'a> {
    parts: Vec<(Context<'a>, Compiled)>,
}

impl<'a> Answer<'a> {
    fn to(
        db: &'a Connection,
        jql: &Query,
        aliases: &[Alias],
        sort: Option<Sort>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let contexts = Context::load(db, aliases, now)?;
        let compiled = contexts
            .iter()
            .map(|context| compile(jql, context))
            .collect::<Result<Vec<_>, _>>()?;
        Self::of(contexts, compiled, sort)
    }

    /// Nobody is asked if there are no `queries`.
    fn each(
        db: &'a Connection,
        queries: &[(&Alias, Query)],
        sort: Option<Sort>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let aliases: Vec<Alias> = queries.iter().map(|(alias, _)| (*alias).clone()).collect();
        let mut contexts = Context::load(db, &aliases, now)?;
        let query_of = |context: &Context<'_>| queries.iter().find(|(alias, _)| **alias == context.alias);
        contexts.retain(|context| query_of(context).is_some());
        let mut compiled = contexts
            .iter()
            .filter_map(|context| query_of(context).map(|(_, jql)| compile(jql, context)))
            .collect::<Result<Vec<_>, _>>()?;
        // Only what all sort by can put the rows of one among those of another.
        let common = compiled.iter().map(|one| one.order.len()).min().unwrap_or(0);
        compiled.iter_mut().for_each(|one| one.order.truncate(common));
        Self::of(contexts, compiled, sort)
    }

    fn of(contexts: Vec<Context<'a>>, mut compiled: Vec<Compiled>, sort: Option<Sort>) -> Result<Self, StoreError> {
        settle(&compiled)?;
        if let Some(Sort { column, descending }) = sort {
            for (context, one) in contexts.iter().zip(&mut compiled) {
                one.order.insert(0, sorted_by(context, column, descending)?);
            }
        }
        Ok(Self {
            parts: contexts.into_iter().zip(compiled).collect(),
        })
    }

    /// Which part is only answered roughly, if any is.
    fn rough(&self) -> Option<&CannotAnswer> {
        self.parts.iter().find_map(|(_, compiled)| compiled.rough.as_ref())
    }

    /// Refuses where the query wants what Jira would say and nothing less.
    fn must_suit(&self, query: &ListQuery) -> Result<(), StoreError> {
        match self.rough() {
            Some(why) if query.exact => Err(why.clone().into()),
            _ => Ok(()),
        }
    }

    fn notes(&self) -> Vec<String> {
        let incomplete = self
            .parts
            .iter()
            .filter(|(context, _)| !context.complete)
            .map(|(context, _)| {
                format!(
                    "{}: the first pull is not complete, so issues may be missing.",
                    context.alias
                )
            });
        incomplete
            .chain(
                self.parts
                    .iter()
                    .flat_map(|(_, compiled)| compiled.notes.iter().cloned()),
            )
            .collect()
    }
}

/// What the user's own sort reads. Where a connection does not know the field, or does not keep what
/// it sorts by, its issues sort as those that lack it.
fn sorted_by(context: &Context<'_>, column: Column, descending: bool) -> Result<SortBy, StoreError> {
    let by_nothing = column_parts(context, column, descending);
    let Column::Field(name) = column else {
        return by_nothing;
    };
    let field = match name.number() {
        Some(number) => format!("cf[{number}]"),
        None => quote(name.as_str()),
    };
    let direction = if descending { "DESC" } else { "ASC" };
    let Ok(query) = parse(&format!("ORDER BY {field} {direction}")) else {
        return by_nothing;
    };
    match compile(&query, context) {
        Ok(compiled) => compiled.order.into_iter().next().map_or(by_nothing, Ok),
        Err(StoreError::Query(_)) => by_nothing,
        Err(error) => Err(error),
    }
}

fn page(db: &Connection, answer: &Answer<'_>, query: &ListQuery) -> Result<ListPage, StoreError> {
    answer.must_suit(query)?;
    let filter = Filter::new(db, &query.filter)?;
    let listing = matched::list(db, answer, filter)?;
    let offset = window_start(&listing.ids, query);
    window(db, answer, query, listing, offset)
}

fn first_page(db: &Connection, answer: &Answer<'_>, query: &ListQuery) -> Result<Option<ListPage>, StoreError> {
    answer.must_suit(query)?;
    if !query.filter.trim().is_empty() || query.offset > 0 || query.around.is_some() {
        return Ok(None);
    }
    let Some(ids) = first::ids(db, answer, query.limit)? else {
        return Ok(None);
    };
    let listing = Listing { total: ids.len(), ids };
    let partial = listing.total == query.limit;
    let page = window(db, answer, query, listing, 0)?;
    Ok(Some(ListPage { partial, ..page }))
}

/// The rows of a listing from `offset` on, and what there is to say of it.
fn window(
    db: &Connection,
    answer: &Answer<'_>,
    query: &ListQuery,
    Listing { total, ids }: Listing,
    offset: usize,
) -> Result<ListPage, StoreError> {
    let end = offset.saturating_add(query.limit).min(ids.len());
    let mut rows = rows::load(db, &ids[offset..end])?;
    let unknown = fields::add(db, &query.fields, &mut rows)?;
    let mut notes = answer.notes();
    notes.extend(
        unknown
            .iter()
            .map(|name| format!("No connection has a field \"{}\".", name.as_str())),
    );
    Ok(ListPage {
        total,
        partial: false,
        ids: Arc::from(ids),
        offset,
        rows,
        approximate: answer.rough().is_some(),
        notes,
        asked: Vec::new(),
    })
}

/// Where the window starts: around the wanted row if it is in the list, else at the offset, and
/// never so late that the window is emptier than it must be.
fn window_start(ids: &[i64], query: &ListQuery) -> usize {
    let around = query.around.and_then(|row| ids.iter().position(|id| *id == row));
    let wanted = around.map_or(query.offset, |position| position.saturating_sub(query.limit / 2));
    wanted.min(ids.len().saturating_sub(query.limit))
}
