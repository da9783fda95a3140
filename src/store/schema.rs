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
    "
ALTER TABLE connection ADD COLUMN notice TEXT;
",
    FINDINGS,
    // Marks of issues whose findings are yet to come; what a renamed mapping is known by; until when a
    // site wants to be left alone.
    "
CREATE TABLE mark (
    source      TEXT    NOT NULL,
    external    TEXT    NOT NULL,
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    issue       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    mark        TEXT    NOT NULL,
    mapping     TEXT,
    PRIMARY KEY (source, external, connection)
) STRICT;
ALTER TABLE mapping_state ADD COLUMN seat TEXT NOT NULL DEFAULT '';
ALTER TABLE connection ADD COLUMN paused INTEGER;
",
    COUNTED,
];

/// Findings, their links and the outbox.
///
/// `severity` and `state` are places in the order of their words, so that they sort. `planned` is the
/// revision that the outbox was last planned for: where it differs, something is to be decided. `linked`
/// is kept by triggers, so that lists need not look. `told_state` is what the source says, `state` what
/// holds: a link whose issue closes the finding has in `closed` the resolution, empty for none that is
/// known. An item that is done leaves the outbox.
const FINDINGS: &str = "
CREATE TABLE source_state (
    name     TEXT PRIMARY KEY,
    read_at  INTEGER,
    problem  TEXT,
    flaws    TEXT NOT NULL DEFAULT '[]',
    cursor   TEXT
) STRICT;

CREATE TABLE finding (
    row           INTEGER PRIMARY KEY,
    source        TEXT    NOT NULL,
    external      TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    title         TEXT    NOT NULL,
    folded        TEXT    NOT NULL,
    severity      INTEGER NOT NULL,
    state         INTEGER NOT NULL,
    native_state  TEXT    NOT NULL,
    resolution    TEXT,
    told_state    INTEGER NOT NULL DEFAULT 0,
    told_resolution TEXT,
    tag           TEXT,
    assignee      TEXT,
    url           TEXT,
    parent        TEXT,
    origin        TEXT    NOT NULL,
    created       INTEGER NOT NULL,
    updated       INTEGER NOT NULL,
    gone          INTEGER,
    revision      INTEGER NOT NULL,
    planned       INTEGER NOT NULL DEFAULT 0,
    digest        TEXT    NOT NULL,
    linked        INTEGER NOT NULL DEFAULT 0,
    declined      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, external)
) STRICT;
CREATE INDEX finding_severity ON finding(severity DESC, created, state, kind, source, tag, linked);
CREATE INDEX finding_created ON finding(created, state, severity, kind, source, tag, linked);
CREATE INDEX finding_updated ON finding(updated, state, severity, kind, source, tag, linked);
CREATE INDEX finding_state ON finding(state, severity DESC, created, kind, source, tag, linked);
CREATE INDEX finding_source ON finding(source, external, state, severity, kind, tag, linked);
CREATE INDEX finding_words ON finding(folded, state, severity, kind, source, tag, linked);
CREATE INDEX finding_parent ON finding(source, parent) WHERE parent IS NOT NULL;
CREATE INDEX finding_unplanned ON finding(row) WHERE planned <> revision;

CREATE TABLE finding_document (
    finding   INTEGER PRIMARY KEY REFERENCES finding(row) ON DELETE CASCADE,
    json      TEXT NOT NULL,
    versions  TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE finding_key (
    finding  INTEGER NOT NULL REFERENCES finding(row) ON DELETE CASCADE,
    key      TEXT    NOT NULL,
    PRIMARY KEY (finding, key)
) STRICT;

CREATE TABLE finding_history (
    id       INTEGER PRIMARY KEY,
    finding  INTEGER NOT NULL REFERENCES finding(row) ON DELETE CASCADE,
    at       INTEGER NOT NULL,
    text     TEXT    NOT NULL
) STRICT;
CREATE INDEX finding_history_finding ON finding_history(finding, id);

CREATE TABLE link (
    id          INTEGER PRIMARY KEY,
    finding     INTEGER NOT NULL UNIQUE REFERENCES finding(row) ON DELETE CASCADE,
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    issue       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    mapping     TEXT,
    created     INTEGER NOT NULL,
    state       TEXT    NOT NULL DEFAULT 'ok',
    mark        TEXT,
    snapshot    TEXT    NOT NULL DEFAULT '{}',
    revision    INTEGER NOT NULL DEFAULT 0,
    digest      TEXT    NOT NULL DEFAULT '',
    look_at     INTEGER,
    made        INTEGER NOT NULL,
    closed      TEXT
) STRICT;
CREATE INDEX link_issue ON link(connection, issue);
CREATE INDEX link_mark ON link(mark) WHERE mark IS NOT NULL;
CREATE INDEX link_look ON link(connection, look_at) WHERE look_at IS NOT NULL;
CREATE INDEX link_mapping ON link(mapping);
CREATE TRIGGER link_made AFTER INSERT ON link BEGIN
    UPDATE finding SET linked = 1 WHERE row = new.finding;
END;
CREATE TRIGGER link_gone AFTER DELETE ON link BEGIN
    UPDATE finding SET linked = 0, state = told_state, resolution = told_resolution WHERE row = old.finding;
END;

CREATE TABLE echo (
    link     INTEGER NOT NULL REFERENCES link(id) ON DELETE CASCADE,
    kind     TEXT    NOT NULL,
    remote   TEXT    NOT NULL,
    PRIMARY KEY (link, kind, remote)
) STRICT;

CREATE TABLE outbox (
    id          INTEGER PRIMARY KEY,
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    finding     INTEGER NOT NULL REFERENCES finding(row) ON DELETE CASCADE,
    kind        TEXT    NOT NULL,
    state       TEXT    NOT NULL DEFAULT 'waiting',
    by_hand     INTEGER NOT NULL DEFAULT 0,
    retried     INTEGER NOT NULL DEFAULT 0,
    mapping     TEXT,
    project     TEXT,
    mark        TEXT,
    payload     TEXT,
    attempts    INTEGER NOT NULL DEFAULT 0,
    next_at     INTEGER,
    problem     TEXT,
    fields      TEXT    NOT NULL DEFAULT '[]',
    queued      INTEGER NOT NULL,
    sent_at     INTEGER
) STRICT;
CREATE UNIQUE INDEX outbox_create ON outbox(finding) WHERE kind = 'create';
CREATE INDEX outbox_finding ON outbox(finding, id);
CREATE INDEX outbox_connection ON outbox(connection, state, next_at);
CREATE INDEX outbox_mapping ON outbox(mapping, state);

CREATE TABLE create_screen (
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    project     TEXT    NOT NULL,
    type        TEXT    NOT NULL,
    json        TEXT    NOT NULL,
    read_at     INTEGER NOT NULL,
    PRIMARY KEY (connection, project, type)
) STRICT;

CREATE TABLE marks_read (
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    project     TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (connection, project)
) STRICT;

CREATE TABLE person (
    connection  INTEGER NOT NULL REFERENCES connection(id) ON DELETE CASCADE,
    asked       TEXT    NOT NULL,
    json        TEXT,
    read_at     INTEGER NOT NULL,
    PRIMARY KEY (connection, asked)
) STRICT;

CREATE TABLE mapping_state (
    name    TEXT PRIMARY KEY,
    digest  TEXT NOT NULL DEFAULT '',
    drift   TEXT NOT NULL DEFAULT '[]'
) STRICT;
";

/// What every poll and every look of the dashboard asks is kept, not counted: how many issues of each
/// connection are there, gone ones left out, and how often anything changed that lists show.
const COUNTED: &str = "
ALTER TABLE connection ADD COLUMN cached INTEGER NOT NULL DEFAULT 0;
UPDATE connection SET cached = (SELECT count(*) FROM issue i WHERE i.connection = connection.id AND i.gone IS NULL);
DROP INDEX issue_present;
CREATE TRIGGER issue_counted AFTER INSERT ON issue WHEN new.gone IS NULL BEGIN
    UPDATE connection SET cached = cached + 1 WHERE id = new.connection;
END;
CREATE TRIGGER issue_uncounted AFTER DELETE ON issue WHEN old.gone IS NULL BEGIN
    UPDATE connection SET cached = cached - 1 WHERE id = old.connection;
END;
CREATE TRIGGER issue_recounted AFTER UPDATE OF gone ON issue WHEN (old.gone IS NULL) <> (new.gone IS NULL) BEGIN
    UPDATE connection SET cached = cached + iif(new.gone IS NULL, 1, -1) WHERE id = new.connection;
END;
CREATE TABLE edition (number INTEGER NOT NULL) STRICT;
INSERT INTO edition VALUES (0);
";

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
