//! The first rows of a list, told by SQLite without handing over all that match: it sorts by places of names
//! that stand in the statement itself, and keeps no more rows than are wanted.
//!
//! Must never be in here: an order that differs from the whole list's (`matched`).

mod names;

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
        jql::{Access, Compiled, Context, Convert, Part},
    },
};

/// More names than these are not put into a statement.
const MOST_NAMES: usize = 3_000;
/// One in so many names is looked for first.
const HEAD: usize = 8;
/// Issues whose names of a field with several values are looked at, times the rows wanted.
const NAMED: [u64; 2] = [4, 64];
/// So few are looked through one by one.
const FEW_NAMES: usize = 4;

/// The first `limit` issues of the whole list; `None` where SQLite cannot sort as the list does.
pub(super) fn ids(db: &Connection, answer: &Answer<'_>, limit: usize) -> Result<Option<Vec<i64>>, StoreError> {
    let levels = levels(answer);
    let mut names = Names::new(db);
    let mut parts = Vec::new();
    for (index, (context, compiled)) in answer.parts.iter().enumerate() {
        let keys = levels.iter().map(|level| sorting(&mut names, &level.parts[index]));
        match keys.collect::<Result<Option<Vec<String>>, _>>()? {
            Some(keys) => parts.push((context, compiled, keys)),
            None => return Ok(None),
        }
    }
    let search = Search {
        db,
        levels: &levels,
        parts: &parts,
        limit,
    };
    if let Some(head) = head(&mut names, answer, &levels)? {
        let found = search.ids(Some(&head))?;
        if found.len() == limit {
            return Ok(Some(found));
        }
    }
    for times in NAMED {
        let wanted = (limit as u64).saturating_mul(times);
        let head = levels.first().map(|level| names::head(db, answer, level, wanted));
        let Some(head) = head.transpose()?.flatten() else { break };
        let found = search.ids(Some(&head))?;
        if found.len() == limit {
            return Ok(Some(found));
        }
    }
    search.ids(None).map(Some)
}

/// Conditions that let through who comes before everybody else.
struct Head {
    /// One for each part of the answer.
    conditions: Vec<String>,
    /// Whether they lead to the rows of issues, so that nothing else need be looked at.
    by_row: bool,
}

/// A condition on the first names in the order: whoever has one of them comes before everybody else, and often they
/// are enough. `None` where that would not save anything.
fn head(names: &mut Names<'_>, answer: &Answer<'_>, levels: &[Level]) -> Result<Option<Head>, StoreError> {
    let scans = answer.parts.iter().all(|(_, one)| one.condition.access == Access::Scan);
    let Some(Level { parts, descending }) = levels.first().filter(|_| scans) else {
        return Ok(None);
    };
    let Some(part) = parts.first().filter(|part| parts.iter().all(|other| other == *part)) else {
        return Ok(None);
    };
    // Priorities without a place would come first where the least urgent do.
    let whole = match part.convert {
        Convert::Name(_) | Convert::Extra(_) => true,
        Convert::Urgency => *descending,
        _ => false,
    };
    let Converter::Places(places) = names.converter(part.convert)? else {
        return Ok(None);
    };
    let mut order: Vec<i64> = places.values().copied().collect();
    order.sort_unstable();
    order.dedup();
    if *descending {
        order.reverse();
    }
    let Some(last) = order.get(order.len() / HEAD).copied().filter(|_| whole) else {
        return Ok(None);
    };
    let first = |place: i64| if *descending { place >= last } else { place <= last };
    let mut rows: Vec<i64> = places
        .iter()
        .filter(|(_, place)| first(**place))
        .map(|(row, _)| *row)
        .collect();
    rows.sort_unstable();
    let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let (column, rows) = (&part.sql, rows.join(", "));
    let empty = if *descending {
        format!(" OR {column} IS NULL")
    } else {
        String::new()
    };
    let condition = format!(" AND ({column} IN ({rows}){empty})");
    Ok(Some(Head {
        conditions: vec![condition; parts.len()],
        by_row: false,
    }))
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

/// The same question to each connection.
struct Search<'s> {
    db: &'s Connection,
    levels: &'s [Level],
    parts: &'s [(&'s Context<'s>, &'s Compiled, Vec<String>)],
    limit: usize,
}

impl Search<'_> {
    /// The first issues of all, or of those that a head lets through.
    fn ids(&self, head: Option<&Head>) -> Result<Vec<i64>, StoreError> {
        let mut found = Vec::new();
        for (index, part) in self.parts.iter().enumerate() {
            let also = head.map(|head| (head.conditions[index].as_str(), head.by_row));
            self.read(part, also.unwrap_or_default(), &mut found)?;
        }
        found.sort_unstable();
        found.truncate(self.limit);
        Ok(found.into_iter().map(|(_, _, Reverse(row))| row).collect())
    }

    fn read(
        &self,
        (context, compiled, keys): &(&Context<'_>, &Compiled, Vec<String>),
        (also, by_row): (&str, bool),
        found: &mut Vec<Place>,
    ) -> Result<(), StoreError> {
        let levels = self.levels;
        let columns: String = keys.iter().map(|key| format!(", {key}")).collect();
        let (sql, mut params) = statement(&format!("i.row, i.created{columns}"), context, &compiled.condition);
        params.push(Value::from(i64::try_from(self.limit).unwrap_or(i64::MAX)));
        let mut order = String::new();
        for (position, (level, key)) in (3..).zip(levels.iter().zip(keys)) {
            order.push_str(&direction(position, key, level.descending));
        }
        order.push_str("i.created DESC");
        if compiled.condition.access != Access::Scan {
            // Else SQLite might rather walk through all in that order than take the short way to a few.
            order = order
                .replace("i.created", "+i.created")
                .replace("i.updated", "+i.updated");
        }
        let sql = if by_row {
            sql.replacen("INDEXED BY issue_scan", "NOT INDEXED", 1)
        } else {
            by_time(&sql, keys)
        };
        let sql = format!("{sql}{also} ORDER BY {order}, i.row DESC LIMIT ?");
        let mut statement = self.db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(params))?;
        while let Some(row) = rows.next()? {
            let cells = levels.iter().enumerate().map(|(at, level)| cell(row, at + 2, level));
            let cells = cells.collect::<Result<_, _>>()?;
            found.push((cells, Reverse(row.get(1)?), Reverse(row.get(0)?)));
        }
        Ok(())
    }
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
fn by_time(sql: &str, keys: &[String]) -> String {
    if keys.first().is_some_and(|key| key == "i.updated") {
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
