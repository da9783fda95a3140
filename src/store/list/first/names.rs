//! The first names of a field with several values: whoever has one of them comes before everybody else in an
//! order by that field, and an index leads from the name to its issues.
//!
//! Must never be in here: reading issues.

use rusqlite::{Connection, types::ValueRef};

use super::{Head, Key, Level};
use crate::store::{
    error::StoreError,
    jql::{Access, Names},
    list::Answer,
};

/// A name of one connection.
struct Name {
    key: Key,
    /// Which of the answer's parts knows it.
    part: usize,
    term: i64,
}

/// Conditions on the first names, as many as `wanted` issues or somewhat more have; `None` where that would
/// not save anything, or where issues without any name come first.
pub(super) fn head(
    db: &Connection,
    answer: &Answer<'_>,
    level: &Level,
    wanted: u64,
) -> Result<Option<Head>, StoreError> {
    let mut fields = Vec::with_capacity(answer.parts.len());
    let mut names = Vec::new();
    for (part, ((context, compiled), sorted)) in answer.parts.iter().zip(&level.parts).enumerate() {
        let scans = compiled.condition.access == Access::Scan;
        let Some(own) = sorted.names.filter(|_| scans) else {
            return Ok(None);
        };
        let known = known(db, context.id, own, part)?;
        let nameless =
            !compiled.condition.present.contains(&own.field) || known.iter().any(|name| name.key == Key::Empty);
        if level.descending && nameless {
            return Ok(None);
        }
        fields.push(own.field);
        names.extend(known.into_iter().filter(|name| name.key != Key::Empty));
    }
    names.sort_by(|a, b| {
        if level.descending {
            b.key.cmp(&a.key)
        } else {
            a.key.cmp(&b.key)
        }
    });
    let end = enough(db, &names, &fields, wanted)?;
    let (first, rest) = names.split_at(end);
    if rest.is_empty() {
        return Ok(None);
    }
    let conditions = fields.iter().enumerate().map(|(part, field)| {
        let own = first.iter().filter(|name| name.part == part);
        condition(*field, own, level.descending)
    });
    Ok(Some(Head {
        conditions: conditions.collect(),
        by_row: true,
    }))
}

/// The names that issues of a connection have in a field.
fn known(db: &Connection, connection: i64, names: Names, part: usize) -> Result<Vec<Name>, StoreError> {
    let Names { field, by } = names;
    let sql = format!(
        "SELECT t.id, t.{by} FROM term t WHERE t.connection = ?1 AND EXISTS (
             SELECT 1 FROM issue_value v INDEXED BY issue_value_term WHERE v.field = ?2 AND v.term = t.id)"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let known = statement.query_map((connection, field), |row| {
        let key = match row.get_ref(1)? {
            ValueRef::Integer(number) => Key::Number(number),
            ValueRef::Text(text) => Key::Text(String::from_utf8_lossy(text).into_owned()),
            _ => Key::Empty,
        };
        let term = row.get(0)?;
        Ok(Name { key, part, term })
    })?;
    Ok(known.collect::<Result<_, _>>()?)
}

/// How many of `names` it takes; names that sort alike are taken together.
fn enough(db: &Connection, names: &[Name], fields: &[i64], wanted: u64) -> Result<usize, StoreError> {
    let mut count = db.prepare_cached(
        "SELECT count(*) FROM issue_value INDEXED BY issue_value_term WHERE field = ?1 AND term = ?2",
    )?;
    let (mut end, mut issues) = (0, 0_u64);
    for alike in names.chunk_by(|a, b| a.key == b.key) {
        if issues >= wanted {
            break;
        }
        for name in alike {
            issues += count
                .query_row((fields[name.part], name.term), |row| row.get::<_, i64>(0))?
                .unsigned_abs();
        }
        end += alike.len();
    }
    Ok(end)
}

/// Has one of the names; turned around, no other, since the first of several counts.
fn condition<'n>(field: i64, names: impl Iterator<Item = &'n Name>, descending: bool) -> String {
    let terms: Vec<String> = names.map(|name| name.term.to_string()).collect();
    let terms = terms.join(", ");
    let only = if descending {
        format!(
            " AND NOT EXISTS (SELECT 1 FROM issue_value v INDEXED BY issue_value_issue
                 WHERE v.issue = i.row AND v.field = {field} AND v.term NOT IN ({terms}))"
        )
    } else {
        String::new()
    };
    format!(" AND i.row IN (SELECT issue FROM issue_value WHERE field = {field} AND term IN ({terms})){only}")
}
