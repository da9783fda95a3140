//! Findings as lists and details show them.
//!
//! A list first finds the rows by a narrow index, then reads those that are wanted. Must never be in
//! here: writing; see `readings`, `links`, `outbox`.

use rusqlite::{Connection, OptionalExtension, ToSql, params, params_from_iter, types::Value as Sql};

use super::{
    Store,
    connections::{connection_id, time},
    error::StoreError,
    links, outbox, readings,
    schema::fold,
};
use crate::domain::{
    Alias, Finding, FindingDetail, FindingId, FindingKind, FindingPage, FindingQuery, FindingRow, FindingSort,
    FindingState, IssueId, IssueKey, Resolution, Severity, Status, StatusCategory,
};

/// Related findings that a detail shows.
const RELATED: i64 = 50;

impl Store {
    /// Part of the list of findings that `query` asks for.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn findings(&self, query: &FindingQuery) -> Result<FindingPage, StoreError> {
        let conditions = Conditions::of(query);
        self.read(|connection| {
            let count = |sql: &str, values: &[Sql]| -> Result<usize, StoreError> {
                let count: i64 = connection
                    .prepare_cached(sql)?
                    .query_row(params_from_iter(values), |row| row.get(0))?;
                Ok(usize::try_from(count).unwrap_or(0))
            };
            let all = count("SELECT count(*) FROM finding", &[])?;
            let (rows, total) = if conditions.words {
                // No index answers words, so the one look that finds them counts them, too.
                let rows = conditions.rows(connection, query, -1, 0)?;
                let total = rows.len();
                let window = rows.into_iter().skip(query.offset).take(query.limit).collect();
                (window, total)
            } else {
                let rows = conditions.rows(connection, query, query.limit as i64, query.offset as i64)?;
                let total = if conditions.sql.is_empty() {
                    all
                } else {
                    count(
                        &format!("SELECT count(*) FROM finding f WHERE {}", conditions.sql),
                        &conditions.values,
                    )?
                };
                (rows, total)
            };
            let rows: Vec<i64> = rows;
            let rows = rows
                .into_iter()
                .filter_map(|row| finding_row(connection, row).transpose())
                .collect::<Result<_, _>>()?;
            Ok(FindingPage { rows, total, all })
        })
    }

    /// Where a finding stands in the whole list that `query` asks for, if it is in it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn finding_place(&self, query: &FindingQuery, row: i64) -> Result<Option<usize>, StoreError> {
        let conditions = Conditions::of(query);
        self.read(|connection| {
            let rows = conditions.rows(connection, query, -1, 0)?;
            Ok(rows.into_iter().position(|known| known == row))
        })
    }

    /// Findings that a person may mean by an id without its source, or by the beginning of a fingerprint:
    /// those of exactly this id, else those that it abbreviates.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn findings_called(&self, text: &str) -> Result<Vec<(i64, FindingId)>, StoreError> {
        let last = text.rsplit('/').next().unwrap_or(text);
        self.read(|connection| {
            let near: Vec<(i64, FindingId)> = connection
                .prepare_cached("SELECT row, source, external FROM finding WHERE instr(external, ?1) > 0 ORDER BY row")?
                .query_map([last], |row| {
                    let (source, external) = (row.get(1)?, row.get(2)?);
                    Ok((row.get(0)?, FindingId { source, external }))
                })?
                .collect::<Result<_, _>>()?;
            let (same, other): (Vec<_>, Vec<_>) = near.into_iter().partition(|(_, id)| id.external == text);
            let abbreviated = other.into_iter().filter(|(_, id)| id.is_abbreviated_by(text));
            Ok(if same.is_empty() { abbreviated.collect() } else { same })
        })
    }

    /// One row of the list.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn finding_row(&self, row: i64) -> Result<Option<FindingRow>, StoreError> {
        self.read(|connection| finding_row(connection, row))
    }

    /// Everything about one finding.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn finding_detail(&self, row: i64) -> Result<Option<FindingDetail>, StoreError> {
        self.read(|connection| {
            let (Some(shown), (Some(finding), _)) =
                (finding_row(connection, row)?, readings::read_document(connection, row)?)
            else {
                return Ok(None);
            };
            let history = connection
                .prepare_cached("SELECT at, text FROM finding_history WHERE finding = ?1 ORDER BY id DESC")?
                .query_map([row], |row| Ok((time(row, 0)?.unwrap_or_default(), row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            Ok(Some(FindingDetail {
                named: named(connection, &finding)?,
                related: related(connection, row, &finding)?,
                row: shown,
                finding,
                history,
            }))
        })
    }

    /// A finding by its id, with its store row.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_finding(&self, id: &FindingId) -> Result<Option<(i64, Finding)>, StoreError> {
        self.read(|connection| {
            let row: Option<i64> = connection
                .prepare_cached("SELECT row FROM finding WHERE source = ?1 AND external = ?2")?
                .query_row([&id.source, &id.external], |row| row.get(0))
                .optional()?;
            let Some(row) = row else { return Ok(None) };
            let (finding, _) = readings::read_document(connection, row)?;
            Ok(finding.map(|finding| (row, finding)))
        })
    }

    /// Findings that an issue stands for, in the order in which they were linked.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn findings_of_issue(&self, alias: &Alias, issue: &IssueId) -> Result<Vec<FindingRow>, StoreError> {
        self.read(|connection| {
            let owner = connection_id(connection, alias)?;
            let rows: Vec<i64> = connection
                .prepare_cached("SELECT finding FROM link WHERE connection = ?1 AND issue = ?2 ORDER BY id")?
                .query_map(params![owner, issue.as_str()], |row| row.get(0))?
                .collect::<Result<_, _>>()?;
            rows.into_iter()
                .filter_map(|row| finding_row(connection, row).transpose())
                .collect()
        })
    }

    /// All findings whole, oldest first, for exports and dry runs; `from` is the row to go on after.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn findings_after(&self, from: i64, limit: usize) -> Result<Vec<(i64, Finding)>, StoreError> {
        self.read(|connection| {
            let rows: Vec<(i64, String)> = connection
                .prepare_cached(
                    "SELECT finding, json FROM finding_document WHERE finding > ?1 ORDER BY finding LIMIT ?2",
                )?
                .query_map(params![from, limit as i64], |row| Ok((row.get(0)?, row.get(1)?)))?
                .collect::<Result<_, _>>()?;
            rows.into_iter()
                .map(|(row, json)| Ok((row, serde_json::from_str(&json)?)))
                .collect()
        })
    }
}

/// What restricts a list, as SQL.
#[derive(Default)]
struct Conditions {
    sql: String,
    values: Vec<Sql>,
    /// Words are among them.
    words: bool,
}

impl Conditions {
    fn of(query: &FindingQuery) -> Self {
        let mut made = Self::default();
        let words = |list: &[&str]| {
            list.iter()
                .map(|word| Sql::from((*word).to_owned()))
                .collect::<Vec<_>>()
        };
        let text = |list: &[String]| list.iter().cloned().map(Sql::from).collect::<Vec<_>>();
        if query.states.is_empty() {
            if !query.closed {
                made.and("f.state < ?", [Sql::from(FindingState::Closed as i64)]);
            }
        } else {
            made.any_of(
                "f.state",
                query.states.iter().map(|state| Sql::from(*state as i64)).collect(),
            );
        }
        if let Some(severity) = query.at_least {
            made.and("f.severity >= ?", [Sql::from(severity as i64)]);
        }
        let kinds: Vec<&str> = query.kinds.iter().map(|kind| kind.word()).collect();
        made.any_of("f.kind", words(&kinds));
        made.any_of("f.source", text(&query.sources));
        made.any_of("f.tag", text(&query.tags));
        if let Some(linked) = query.linked {
            made.and("f.linked = ?", [Sql::from(linked)]);
        }
        if query.trouble {
            made.and(
                "f.row IN (SELECT finding FROM outbox WHERE state IN ('failed', 'uncertain'))",
                [],
            );
        }
        for word in query.words.iter().filter(|word| !word.is_empty()) {
            made.words = true;
            let folded = Sql::from(fold(word));
            // Only keys have a dash early on, so that ordinary words ask the links nothing.
            if word.contains('-') {
                made.and(
                    "(instr(f.folded, ?) > 0
                      OR f.row IN (SELECT finding FROM link WHERE instr(lower(key), ?) = 1))",
                    [folded.clone(), folded],
                );
            } else {
                made.and("instr(f.folded, ?) > 0", [folded]);
            }
        }
        made
    }

    fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Sql>) {
        if !self.sql.is_empty() {
            self.sql.push_str(" AND ");
        }
        self.sql.push_str(condition);
        self.values.extend(values);
    }

    fn any_of(&mut self, column: &str, values: Vec<Sql>) {
        if !values.is_empty() {
            let marks = vec!["?"; values.len()].join(", ");
            self.and(&format!("{column} IN ({marks})"), values);
        }
    }

    /// Rows in order; the last two values are how many and after how many others.
    fn statement(&self, query: &FindingQuery) -> String {
        let filter = if self.sql.is_empty() {
            String::new()
        } else {
            format!("WHERE {}", self.sql)
        };
        let order = order(query.sort, query.reverse);
        format!("SELECT f.row FROM finding f {filter} ORDER BY {order} LIMIT ? OFFSET ?")
    }

    /// Rows in order: so many after so many others, or all of them for -1.
    fn rows(
        &self,
        connection: &Connection,
        query: &FindingQuery,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<i64>, StoreError> {
        let sql = self.statement(query);
        let window = [Sql::from(limit), Sql::from(offset)];
        let values: Vec<&dyn ToSql> = self.values.iter().chain(&window).map(|value| value as _).collect();
        connection
            .prepare_cached(&sql)?
            .query_map(values.as_slice(), |row| row.get(0))?
            .collect::<Result<_, _>>()
            .map_err(StoreError::from)
    }
}

fn order(sort: FindingSort, reverse: bool) -> String {
    let columns: &[(&str, bool)] = match sort {
        FindingSort::Severity => &[("f.severity", true), ("f.created", false)],
        FindingSort::Age => &[("f.created", true)],
        FindingSort::Updated => &[("f.updated", true)],
        FindingSort::State => &[("f.state", false), ("f.severity", true), ("f.created", false)],
        FindingSort::Source => &[("f.source", false), ("f.external", false)],
        FindingSort::Title => &[("f.folded", false)],
    };
    let directed = |(column, descending): &(&str, bool)| {
        let direction = if *descending == reverse { "ASC" } else { "DESC" };
        format!("{column} {direction}")
    };
    columns.iter().map(directed).collect::<Vec<_>>().join(", ")
}

/// The issues that a finding names, on whichever connection they are cached.
fn named(connection: &Connection, finding: &Finding) -> Result<Vec<(IssueKey, Option<Status>)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT s.jira_id, s.name, s.extra FROM connection c
         CROSS JOIN issue i ON i.connection = c.id AND i.key = ?1 AND i.gone IS NULL
         JOIN term s ON s.id = i.status ORDER BY c.position LIMIT 1",
    )?;
    let mut named = Vec::new();
    for key in &finding.keys {
        let status = statement.query_row([key], |row| {
            Ok(Status {
                id: row.get(0)?,
                name: row.get(1)?,
                category: StatusCategory::from_key(&row.get::<_, String>(2)?),
            })
        });
        named.push((IssueKey::from(key.as_str()), status.optional()?));
    }
    Ok(named)
}

/// Findings that belong to it, the one that it belongs to, and those of the same issue.
fn related(connection: &Connection, row: i64, finding: &Finding) -> Result<Vec<FindingRow>, StoreError> {
    let rows: Vec<i64> = connection
        .prepare_cached(
            "SELECT row FROM finding WHERE source = ?2 AND parent = ?3
             UNION SELECT row FROM finding WHERE source = ?2 AND external = ?4
             UNION SELECT o.finding FROM link l JOIN link o ON o.connection = l.connection AND o.issue = l.issue
                 WHERE l.finding = ?1 AND o.finding <> ?1
             ORDER BY 1 LIMIT ?5",
        )?
        .query_map(
            params![row, finding.id.source, finding.id.external, finding.parent, RELATED],
            |row| row.get(0),
        )?
        .collect::<Result<_, _>>()?;
    rows.into_iter()
        .filter(|other| *other != row)
        .filter_map(|other| finding_row(connection, other).transpose())
        .collect()
}

fn finding_row(connection: &Connection, row: i64) -> Result<Option<FindingRow>, StoreError> {
    let found = connection
        .prepare_cached(
            "SELECT source, external, kind, title, severity, state, native_state, resolution, tag, assignee, url,
                 created, updated FROM finding WHERE row = ?1",
        )?
        .query_row([row], |columns| {
            let place = |index: usize| -> rusqlite::Result<usize> {
                Ok(usize::try_from(columns.get::<_, i64>(index)?).unwrap_or(0))
            };
            let kind: String = columns.get(2)?;
            let resolution: Option<String> = columns.get(7)?;
            let assignee: Option<String> = columns.get(9)?;
            Ok(FindingRow {
                row,
                id: FindingId {
                    source: columns.get(0)?,
                    external: columns.get(1)?,
                },
                kind: FindingKind::from_word(&kind).unwrap_or(FindingKind::Vulnerability),
                title: columns.get(3)?,
                severity: Severity::ALL.get(place(4)?).copied().unwrap_or(Severity::None),
                state: FindingState::ALL.get(place(5)?).copied().unwrap_or(FindingState::Open),
                native_state: columns.get(6)?,
                resolution: resolution.as_deref().and_then(Resolution::from_word),
                tag: columns.get(8)?,
                assignee: assignee.and_then(|text| serde_json::from_str(&text).ok()),
                url: columns.get(10)?,
                created: time(columns, 11)?.unwrap_or_default(),
                updated: time(columns, 12)?.unwrap_or_default(),
                link: None,
                pending: None,
            })
        })
        .optional()?;
    let Some(mut found) = found else { return Ok(None) };
    found.link = links::shown(connection, row)?;
    found.pending = outbox::shown(connection, row)?;
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lists stay quick however long they are: what is shown and filtered by stands in the index of their order.
    #[test]
    fn every_order_is_that_of_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let (store, _) = Store::open(folder.path(), jiff::Timestamp::UNIX_EPOCH).unwrap();
        for sort in FindingSort::ALL {
            for closed in [true, false] {
                let query = FindingQuery {
                    sort,
                    closed,
                    limit: 60,
                    ..FindingQuery::default()
                };
                let conditions = Conditions::of(&query);
                let steps = store.read(|connection| plan(connection, &conditions, &query)).unwrap();
                let covered = |step: &String| step.contains("USING COVERING INDEX");
                assert!(steps.iter().all(covered) && steps.len() == 1, "{sort:?}: {steps:?}");
            }
        }
    }

    /// How SQLite means to find the rows.
    fn plan(connection: &Connection, conditions: &Conditions, query: &FindingQuery) -> Result<Vec<String>, StoreError> {
        let sql = format!("EXPLAIN QUERY PLAN {}", conditions.statement(query));
        let window = [Sql::from(60), Sql::from(0)];
        let mut statement = connection.prepare(&sql)?;
        let steps = statement.query_map(params_from_iter(conditions.values.iter().chain(&window)), |row| {
            row.get(3)
        })?;
        Ok(steps.collect::<Result<_, _>>()?)
    }
}
