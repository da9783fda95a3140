//! The first rows of a list, told by SQLite without handing over all that match: it sorts by places of names
//! that stand in the statement itself, and keeps no more rows than are wanted.
//!
//! Must never be in here: an order that differs from the whole list's (`matched`).

use std::{cmp::Reverse, collections::HashMap};

use rusqlite::{
    Connection, Row, params_from_iter,
    types::{Value, ValueRef},
};

use super::{
    Answer,
    matched::{Converter, Level, Names, UNRANKED, levels, ordered, statement},
};
use crate::{
    domain::StatusCategory,
    store::{
        error::StoreError,
        jql::{Compiled, Context, Convert, Part},
    },
};

/// More names than these are not put into a statement.
const MOST_NAMES: usize = 3_000;
/// So few are looked through one by one.
const FEW_NAMES: usize = 4;

/// The first `limit` issues of the whole list; `None` where SQLite cannot sort as the list does.
pub(super) fn ids(db: &Connection, answer: &Answer<'_>, limit: usize) -> Result<Option<Vec<i64>>, StoreError> {
    let levels = levels(answer);
    let mut names = Names::new(db);
    let mut found = Vec::new();
    for (index, (context, compiled)) in answer.parts.iter().enumerate() {
        let mut keys = Vec::new();
        for level in &levels {
            match sorting(&mut names, &level.parts[index])? {
                Some(key) => keys.push(key),
                None => return Ok(None),
            }
        }
        read(db, (context, compiled), &levels, &keys, limit, &mut found)?;
    }
    found.sort_unstable();
    found.truncate(limit);
    Ok(Some(found.into_iter().map(|(_, _, Reverse(row))| row).collect()))
}

/// Where an issue stands: by what the query sorts by, then newest first.
type Place = (Vec<Cell>, Reverse<i64>, Reverse<i64>);

/// One sort key of one issue.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Cell {
    Rising(Key),
    Falling(Reverse<Key>),
}

/// Empty values come behind all others, or turned around before them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(i64),
    Text(String),
    Empty,
}

fn read(
    db: &Connection,
    (context, compiled): (&Context<'_>, &Compiled),
    levels: &[Level],
    keys: &[String],
    limit: usize,
    found: &mut Vec<Place>,
) -> Result<(), StoreError> {
    let columns: String = keys.iter().map(|key| format!(", {key}")).collect();
    let (sql, mut params) = statement(&format!("i.row, i.created{columns}"), context, &compiled.condition);
    params.push(Value::from(i64::try_from(limit).unwrap_or(i64::MAX)));
    let mut order = String::new();
    for (position, (level, key)) in (3..).zip(levels.iter().zip(keys)) {
        order.push_str(&direction(position, key, level.descending));
    }
    let sql = by_time(&sql, levels, keys);
    let sql = format!("{sql} ORDER BY {order}i.created DESC, i.row DESC LIMIT ?");
    let mut statement = db.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(params))?;
    while let Some(row) = rows.next()? {
        let cells = levels.iter().enumerate().map(|(at, level)| cell(row, at + 2, level));
        let cells = cells.collect::<Result<_, _>>()?;
        found.push((cells, Reverse(row.get(1)?), Reverse(row.get(0)?)));
    }
    Ok(())
}

/// A sort term. Times that every issue has are left as the index has them.
fn direction(position: usize, key: &str, descending: bool) -> String {
    let always = matches!(key, "i.created" | "i.updated");
    match (descending, always) {
        (true, true) => format!("{key} DESC, "),
        (false, true) => format!("{key} ASC, "),
        (true, false) => format!("{position} DESC NULLS FIRST, "),
        (false, false) => format!("{position} ASC NULLS LAST, "),
    }
}

/// Sorted by the last change, the issues are walked in that order until there are enough.
fn by_time(sql: &str, levels: &[Level], keys: &[String]) -> String {
    let leads = levels.first().is_some() && keys.first().is_some_and(|key| key == "i.updated");
    if leads {
        sql.replacen("INDEXED BY issue_scan", "INDEXED BY issue_recent", 1)
    } else {
        sql.to_owned()
    }
}

fn cell(row: &Row<'_>, index: usize, level: &Level) -> Result<Cell, StoreError> {
    let key = match row.get_ref(index)? {
        ValueRef::Integer(number) => Key::Number(number),
        ValueRef::Real(number) => Key::Number(ordered(number)),
        ValueRef::Text(text) => Key::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Null | ValueRef::Blob(_) => Key::Empty,
    };
    Ok(if level.descending {
        Cell::Falling(Reverse(key))
    } else {
        Cell::Rising(key)
    })
}

/// What SQLite can sort by instead of a column's values.
fn sorting(names: &mut Names<'_>, part: &Part) -> Result<Option<String>, StoreError> {
    Ok(match part.convert {
        Convert::Integer | Convert::Plain => Some(part.sql.clone()),
        Convert::Real => Some(format!("CAST({} AS REAL)", part.sql)),
        Convert::Text | Convert::Key => None,
        Convert::Category => Some(category(&part.sql)),
        Convert::Name(_) | Convert::Extra(_) | Convert::Urgency | Convert::Connection => {
            match names.converter(part.convert)? {
                Converter::Places(places) if places.len() <= MOST_NAMES => Some(placed(&part.sql, &places)),
                _ => None,
            }
        }
    })
}

fn category(column: &str) -> String {
    use StatusCategory::{Done, Indeterminate, New, Undefined};
    let cases: String = [New, Indeterminate, Done]
        .into_iter()
        .map(|category| format!(" WHEN '{}' THEN {}", category.key(), category as i64))
        .collect();
    format!("CASE {column}{cases} ELSE {} END", Undefined as i64)
}

/// The place of the name that a column refers to.
fn placed(column: &str, places: &HashMap<i64, i64>) -> String {
    let mut places: Vec<(i64, i64)> = places.iter().map(|(name, place)| (*name, *place)).collect();
    places.sort_unstable();
    format!("iif({column} IS NULL, NULL, {})", branch(column, &places))
}

/// Halves the names until few are left; there may be thousands, and a comparison of each for every issue is slow.
fn branch(column: &str, places: &[(i64, i64)]) -> String {
    if places.len() <= FEW_NAMES {
        if places.is_empty() {
            return UNRANKED.to_string();
        }
        let cases: String = places
            .iter()
            .map(|(name, place)| format!(" WHEN {name} THEN {place}"))
            .collect();
        return format!("CASE {column}{cases} ELSE {UNRANKED} END");
    }
    let (low, high) = places.split_at(places.len() / 2);
    let middle = high.first().map_or(0, |(name, _)| *name);
    let (low, high) = (branch(column, low), branch(column, high));
    format!("iif({column} < {middle}, {low}, {high})")
}
