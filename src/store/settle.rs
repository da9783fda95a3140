//! How carrying out an item ended: item, link, history and log are written in one transaction.
//!
//! Must never be in here: what an ending means; that was decided by `push`.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Transaction, params};

use super::{
    Store,
    error::StoreError,
    links::{NewLink, Synced},
    plan,
    runs::{self, NewLine},
};
use crate::domain::{Level, Problem, PushKind};

/// What an item came to.
#[derive(Debug, Clone, PartialEq)]
pub enum Settlement {
    /// A create took effect: the finding has its issue.
    Linked(NewLink),
    /// It is done.
    Done,
    /// It waits.
    Later {
        /// Until then.
        next: Timestamp,
        /// For this.
        problem: Option<Problem>,
    },
    /// Nobody knows whether it took effect; that is looked up then.
    Unknown {
        /// The next look.
        next: Timestamp,
    },
    /// It could not be found out; a person decides.
    Uncertain {
        /// It is still looked up now and then.
        next: Timestamp,
        /// What a person is told.
        problem: Problem,
    },
    /// It was refused.
    Failed {
        /// Why, and what to do.
        problem: Problem,
        /// Jira's words per field id.
        fields: Vec<(String, String)>,
    },
}

/// History lines kept per finding.
const HISTORY_KEPT: i64 = 100;
/// Changelog entries of our own that are remembered per link: a pull tells of the latest few only.
const ECHOES_KEPT: i64 = 100;

/// An item as it is when it is settled.
struct Settling {
    id: i64,
    finding: i64,
    connection: i64,
    mapping: Option<String>,
    mark: Option<String>,
    problem: Option<String>,
}

impl Store {
    /// Writes down how carrying out an item ended, what `synced` says that both sides agree on now, and
    /// the lines that tell of it. What failed before in the same way is not told again. False if the item is gone, since another process settled it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn settle(
        &self,
        item: i64,
        settlement: &Settlement,
        synced: Option<&Synced>,
        lines: &[NewLine],
        run: Option<i64>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        self.write(|transaction| {
            let Some(settling) = settling(transaction, item)? else {
                return Ok(false);
            };
            if let Some(synced) = synced {
                write_synced(transaction, synced)?;
            }
            let news = match settlement {
                Settlement::Linked(link) => {
                    remove(transaction, item)?;
                    make_link(transaction, &settling, link, run, now)?
                }
                Settlement::Done => {
                    remove(transaction, item)?;
                    true
                }
                Settlement::Later { next, problem } => {
                    park(transaction, &settling, "waiting", Some(*next), problem.as_ref(), &[])?
                }
                Settlement::Unknown { next } => {
                    park(transaction, &settling, "unknown", Some(*next), None, &[])?;
                    true
                }
                Settlement::Uncertain { next, problem } => {
                    park(transaction, &settling, "uncertain", Some(*next), Some(problem), &[])?
                }
                Settlement::Failed { problem, fields } => {
                    park(transaction, &settling, "failed", None, Some(problem), fields)?
                }
            };
            let told = lines.iter().filter(|line| news || line.level == Level::Info);
            tell(transaction, &settling, told, run, now)?;
            Ok(true)
        })
    }
}

fn settling(transaction: &Transaction<'_>, item: i64) -> Result<Option<Settling>, StoreError> {
    Ok(transaction
        .prepare_cached("SELECT finding, connection, mapping, mark, problem FROM outbox WHERE id = ?1")?
        .query_row([item], |row| {
            Ok(Settling {
                id: item,
                finding: row.get(0)?,
                connection: row.get(1)?,
                mapping: row.get(2)?,
                mark: row.get(3)?,
                problem: row.get(4)?,
            })
        })
        .optional()?)
}

fn remove(transaction: &Transaction<'_>, item: i64) -> Result<(), StoreError> {
    transaction
        .prepare_cached("DELETE FROM outbox WHERE id = ?1")?
        .execute([item])?;
    Ok(())
}

/// Puts an item into a state; whether its problem is news.
fn park(
    transaction: &Transaction<'_>,
    settling: &Settling,
    state: &str,
    next: Option<Timestamp>,
    problem: Option<&Problem>,
    fields: &[(String, String)],
) -> Result<bool, StoreError> {
    let problem = problem.map(serde_json::to_string).transpose()?;
    transaction
        .prepare_cached(
            "UPDATE outbox SET state = ?2, next_at = ?3, problem = ?4, fields = ?5, attempts = attempts + 1
             WHERE id = ?1",
        )?
        .execute(params![
            settling.id,
            state,
            next.map(Timestamp::as_millisecond),
            problem,
            serde_json::to_string(fields)?
        ])?;
    Ok(problem != settling.problem)
}

/// Makes the link of a create with the update that carries over what a create cannot. Whether it is
/// news: a finding that has this issue already got it from another process.
fn make_link(
    transaction: &Transaction<'_>,
    settling: &Settling,
    link: &NewLink,
    run: Option<i64>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let made = transaction
        .prepare_cached(
            "INSERT INTO link (finding, connection, issue, key, mapping, created, mark, snapshot, look_at, made)
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, ?8, ?9) ON CONFLICT (finding) DO NOTHING",
        )?
        .execute(params![
            settling.finding,
            settling.connection,
            link.issue.as_str(),
            link.key.as_str(),
            settling.mapping,
            settling.mark,
            serde_json::to_string(&link.snapshot)?,
            link.look_at.map(Timestamp::as_millisecond),
            now.as_millisecond()
        ])?;
    if made == 1 {
        let id = transaction.last_insert_rowid();
        plan::enqueue(transaction, settling.finding, id, PushKind::Update, now)?;
        // What the finding became meanwhile, and who waits for its issue, is decided on anew.
        transaction
            .prepare_cached(
                "UPDATE finding SET planned = 0 WHERE row = ?1 OR (source, parent) =
                     (SELECT source, external FROM finding WHERE row = ?1)",
            )?
            .execute([settling.finding])?;
        return Ok(true);
    }
    let (issue, key): (String, String) = transaction.query_row(
        "SELECT issue, key FROM link WHERE finding = ?1",
        [settling.finding],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    if issue != link.issue.as_str() {
        let line = NewLine::new(
            Level::Warn,
            format!(
                "{key} and {} were both made of one finding; close one of them",
                link.key
            ),
        );
        tell(transaction, settling, [&line].into_iter(), run, now)?;
    }
    Ok(false)
}

fn write_synced(transaction: &Transaction<'_>, synced: &Synced) -> Result<(), StoreError> {
    transaction
        .prepare_cached(
            "UPDATE link SET key = ?2, snapshot = ?3, revision = ?4, digest = ?5, state = ?6, mark = coalesce(?7, mark)
             WHERE id = ?1",
        )?
        .execute(params![
            synced.link,
            synced.key.as_str(),
            serde_json::to_string(&synced.snapshot)?,
            synced.revision,
            synced.digest,
            if synced.broken { "broken" } else { "ok" },
            synced.mark
        ])?;
    for (kind, remote) in &synced.echoes {
        transaction
            .prepare_cached("INSERT INTO echo (link, kind, remote) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![synced.link, kind, remote])?;
    }
    if !synced.echoes.is_empty() {
        transaction
            .prepare_cached(
                "DELETE FROM echo WHERE link = ?1 AND kind = 'changelog' AND rowid <= (
                     SELECT rowid FROM echo WHERE link = ?1 AND kind = 'changelog'
                     ORDER BY rowid DESC LIMIT 1 OFFSET ?2)",
            )?
            .execute(params![synced.link, ECHOES_KEPT])?;
    }
    Ok(())
}

/// Writes lines into the log and into the history of the finding.
fn tell<'l>(
    transaction: &Transaction<'_>,
    settling: &Settling,
    lines: impl Iterator<Item = &'l NewLine>,
    run: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for line in lines {
        runs::write_lines(transaction, settling.connection, run, std::slice::from_ref(line), now)?;
        if line.level > Level::Debug {
            note(transaction, settling.finding, &line.text, now)?;
        }
    }
    Ok(())
}

/// Adds a line to what was done between a finding and its issue.
pub(super) fn note(transaction: &Transaction<'_>, finding: i64, text: &str, now: Timestamp) -> Result<(), StoreError> {
    transaction
        .prepare_cached("INSERT INTO finding_history (finding, at, text) VALUES (?1, ?2, ?3)")?
        .execute(params![finding, now.as_millisecond(), text])?;
    transaction
        .prepare_cached(
            "DELETE FROM finding_history WHERE finding = ?1 AND id <= (
                 SELECT id FROM finding_history WHERE finding = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?
        .execute(params![finding, HISTORY_KEPT])?;
    Ok(())
}
