//! The tables, as a list of migrations; `PRAGMA user_version` counts those applied.
//!
//! Names that Jira repeats on every issue (statuses, people, labels, options…) are rows of `term`;
//! issues refer to them by number. That keeps 100,000 issues small, makes "does this value exist" a
//! look-up, and turns JQL comparisons into comparisons of integers.
//!
//! | term kind | `jira_id` | `extra` | `rank` |
//! |---|---|---|---|
//! | `project` | project id | key | – |
//! | `type` | type id | `subtask` or empty | – |
//! | `status` | status id | category key (`new`, …) | – |
//! | `priority` | priority id | – | 0 = most urgent |
//! | `resolution`, `security` | id | – | – |
//! | `user` | account id / key | user name (Data Center) | – |
//! | `component` | id | project key | – |
//! | `version` | id | project key | place in the project's order |
//! | `label` | the label | – | – |
//! | `sprint` | sprint id | state (`active`, …) | – |
//! | `option` | option id or value | – | – |
//!
//! `issue_scan` holds what conditions and sort keys mostly need, so that a list reads a narrow index
//! from end to end instead of whole rows; `issue_recent` the same in the order of the last change.
//!
//! `issue_text` finds issues by words (see `fulltext`), `issue_word` lists the words that there are.
//!
//! Times are milliseconds since 1970 in UTC, dates are `YYYY-MM-DD`. `folded` is Unicode lower case,
//! made in Rust ([`fold`]), because SQLite folds ASCII only.

use rusqlite::Connection;

use super::{error::StoreError, issues};

/// Marks the file as ours (`crst`).
pub(super) const APPLICATION_ID: i64 = 0x6372_7374;

/// How names are compared everywhere: Unicode lower case.
#[must_use]
pub(crate) fn fold(text: &str) -> String {
    text.to_lowercase()
}

const MIGRATIONS: &[&str] = &[
    "
CREATE TABLE connection (
    id            INTEGER PRIMARY KEY,
    alias         TEXT    NOT NULL UNIQUE,
    position      INTEGER NOT NULL,
    site          TEXT    NOT NULL,
    access        TEXT    NOT NULL,
    scope         TEXT    NOT NULL,
    deployment    TEXT,
    version       TEXT,
    account_id    TEXT,
    account_name  TEXT,
    account       TEXT,
    time_zone     TEXT,
    health        TEXT    NOT NULL DEFAULT 'unknown',
    problem       TEXT,
    complete      INTEGER NOT NULL DEFAULT 0,
    watermark     INTEGER,
    census_at     INTEGER,
    metadata_at   INTEGER,
    last_success  INTEGER,
    next_run      INTEGER,
    attempts      INTEGER NOT NULL DEFAULT 0,
    quota         TEXT
) STRICT;

CREATE TABLE slice (
    id          INTEGER PRIMARY KEY,
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    low         INTEGER,
    high        INTEGER,
    done        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX slice_connection ON slice(connection);

CREATE TABLE term (
    id          INTEGER PRIMARY KEY,
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL,
    jira_id     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    folded      TEXT    NOT NULL,
    extra       TEXT    NOT NULL DEFAULT '',
    rank        INTEGER,
    UNIQUE (connection, kind, jira_id)
) STRICT;
CREATE INDEX term_folded ON term(connection, kind, folded);

CREATE TABLE field (
    id            INTEGER PRIMARY KEY,
    connection    INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    jira_id       TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    folded        TEXT    NOT NULL,
    clause_names  TEXT    NOT NULL DEFAULT '[]',
    kind          TEXT    NOT NULL DEFAULT 'other',
    multiple      INTEGER NOT NULL DEFAULT 0,
    custom        INTEGER NOT NULL DEFAULT 0,
    searchable    INTEGER NOT NULL DEFAULT 0,
    orderable     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (connection, jira_id)
) STRICT;

CREATE TABLE issue (
    row                 INTEGER PRIMARY KEY,
    connection          INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    id                  TEXT    NOT NULL,
    key                 TEXT    NOT NULL,
    number              INTEGER NOT NULL,
    summary             TEXT    NOT NULL,
    project             INTEGER NOT NULL,
    type                INTEGER NOT NULL,
    status              INTEGER NOT NULL,
    category            TEXT    NOT NULL,
    priority            INTEGER,
    resolution          INTEGER,
    security            INTEGER,
    assignee            INTEGER,
    reporter            INTEGER,
    creator             INTEGER,
    parent              TEXT,
    created             INTEGER NOT NULL,
    updated             INTEGER NOT NULL,
    resolved            INTEGER,
    due                 TEXT,
    votes               INTEGER,
    watchers            INTEGER,
    original_estimate   INTEGER,
    remaining_estimate  INTEGER,
    time_spent          INTEGER,
    gone                INTEGER,
    UNIQUE (connection, id)
) STRICT;
CREATE INDEX issue_key ON issue(connection, key);
CREATE INDEX issue_updated ON issue(connection, updated);
CREATE INDEX issue_scan ON issue(connection, created, gone, category, status, project, number, type, priority,
    resolution, assignee, reporter, creator, updated, resolved, due);
CREATE INDEX issue_assignee ON issue(assignee, updated);
CREATE INDEX issue_present ON issue(connection) WHERE gone IS NULL;

CREATE TABLE issue_value (
    issue   INTEGER NOT NULL REFERENCES issue(row) ON DELETE CASCADE,
    field   INTEGER NOT NULL,
    term    INTEGER,
    number  REAL,
    text    TEXT
) STRICT;
CREATE INDEX issue_value_issue ON issue_value(issue, field);
CREATE INDEX issue_value_term ON issue_value(field, term, issue, number);

CREATE TABLE document (
    issue  INTEGER PRIMARY KEY REFERENCES issue(row) ON DELETE CASCADE,
    json   TEXT NOT NULL
) STRICT;

CREATE TABLE run (
    id          INTEGER PRIMARY KEY,
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    kind        TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    started     INTEGER NOT NULL,
    ended       INTEGER,
    expected    INTEGER,
    requests    INTEGER NOT NULL DEFAULT 0,
    bytes       INTEGER NOT NULL DEFAULT 0,
    received    INTEGER NOT NULL DEFAULT 0,
    new         INTEGER NOT NULL DEFAULT 0,
    changed     INTEGER NOT NULL DEFAULT 0,
    gone        INTEGER NOT NULL DEFAULT 0,
    sent        INTEGER NOT NULL DEFAULT 0,
    problem     TEXT
) STRICT;
CREATE INDEX run_connection ON run(connection, id);

CREATE TABLE log (
    id          INTEGER PRIMARY KEY,
    run         INTEGER,
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    at          INTEGER NOT NULL,
    level       INTEGER NOT NULL,
    key         TEXT,
    text        TEXT    NOT NULL,
    detail      TEXT
) STRICT;
",
    "
CREATE VIRTUAL TABLE issue_text USING fts5(summary, description, environment, comment, custom, by_field,
    content='', contentless_delete=1, tokenize='ascii');
CREATE VIRTUAL TABLE issue_word USING fts5vocab(issue_text, row);
DROP INDEX issue_updated;
DROP INDEX issue_scan;
CREATE INDEX issue_scan ON issue(connection, created, gone, category, status, project, number, type, priority,
    resolution, assignee, reporter, creator, updated, resolved, due, votes, watchers, original_estimate,
    remaining_estimate, time_spent, security);
CREATE INDEX issue_recent ON issue(connection, updated, gone, category, status, project, number, type, priority,
    resolution, assignee, reporter, creator, created, resolved, due, votes, watchers, original_estimate,
    remaining_estimate, time_spent, security);
CREATE TRIGGER issue_text_gone AFTER DELETE ON issue BEGIN
    DELETE FROM issue_text WHERE rowid = old.row;
END;
",
];

/// The migration after which the words of what is there have to be gathered.
const WORDS: usize = 1;

/// The version this crosstie writes.
pub(super) fn current() -> i64 {
    MIGRATIONS.len() as i64
}

/// Version of the file: 0 for an empty one.
pub(super) fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the file to [`current`], one transaction a step, so that a kill leaves a whole version.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let from = usize::try_from(version(connection)?).unwrap_or(0);
    for (done, script) in MIGRATIONS.iter().enumerate().skip(from) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(script)?;
        if done == WORDS {
            issues::rewrite_values(&transaction)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", done as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}
