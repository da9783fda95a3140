//! Which issues match and in what order. Issues are read as a few integers each; names are replaced
//! by their place in the alphabet first, so that sorting compares integers only.

use std::{cmp::Reverse, collections::HashMap, rc::Rc};

use rusqlite::{
    Connection, Row, params_from_iter,
    types::{Value, ValueRef},
};

use super::{Answer, filter::Filter};
use crate::{
    domain::{IssueKey, StatusCategory},
    store::{
        error::StoreError,
        jql::{Compiled, Context, Convert, Part, Sql},
        schema::fold,
    },
};

/// All that match.
pub(super) struct Listing {
    /// Matches of the JQL.
    pub(super) total: usize,
    /// Store rows of those that pass the filter.
    pub(super) ids: Vec<i64>,
}

/// Sorts behind everything; descending, it is turned around with the rest.
const EMPTY: i64 = i64::MAX;
/// Less urgent than every priority that the site lists.
pub(super) const UNRANKED: i64 = i64::MIN / 2;

pub(super) fn count(db: &Connection, answer: &Answer<'_>) -> Result<usize, StoreError> {
    let mut total = 0;
    for (context, compiled) in &answer.parts {
        let (sql, params) = counting(context, &compiled.condition);
        let count: i64 = db
            .prepare_cached(&sql)?
            .query_row(params_from_iter(params), |row| row.get(0))?;
        total += usize::try_from(count).unwrap_or(0);
    }
    Ok(total)
}

pub(super) fn list(db: &Connection, answer: &Answer<'_>, filter: Option<Filter>) -> Result<Listing, StoreError> {
    let levels = levels(answer);
    let mut reading = Reading {
        columns: levels.iter().map(|level| Column::new(level.descending)).collect(),
        names: Names::new(db),
        created: Vec::new(),
        rows: Vec::new(),
        total: 0,
        filter,
    };
    for (index, (context, compiled)) in answer.parts.iter().enumerate() {
        let parts: Vec<&Part> = levels.iter().map(|level| &level.parts[index]).collect();
        reading.read(db, context, compiled, &parts)?;
    }
    let total = reading.total;
    Ok(Listing {
        total,
        ids: reading.sorted(),
    })
}

/// One column to sort by, as each connection reads it.
pub(super) struct Level {
    pub(super) parts: Vec<Part>,
    pub(super) descending: bool,
}

/// Lines up the sort keys of all connections; where one has fewer columns, it reads nothing.
pub(super) fn levels(answer: &Answer<'_>) -> Vec<Level> {
    let nothing = Part {
        sql: "NULL".to_owned(),
        convert: Convert::Integer,
        names: None,
    };
    let keys = answer.parts.first().map_or(0, |(_, first)| first.order.len());
    let mut levels = Vec::new();
    for key in 0..keys {
        let all: Vec<_> = answer.parts.iter().map(|(_, compiled)| &compiled.order[key]).collect();
        // A connection that lacks the field does not know which way it goes by itself.
        let descending = all.iter().any(|by| by.descending);
        for column in 0..all.iter().map(|by| by.parts.len()).max().unwrap_or(0) {
            let parts = all
                .iter()
                .map(|by| by.parts.get(column).unwrap_or(&nothing).clone())
                .collect();
            levels.push(Level { parts, descending });
        }
    }
    levels
}

/// How many there are of everything is known.
fn counting(context: &Context<'_>, condition: &Sql) -> (String, Vec<Value>) {
    match condition.text.as_str() {
        "1" => {
            let sql = "SELECT cached FROM connection WHERE id = ?".to_owned();
            (sql, vec![Value::from(context.id)])
        }
        _ => statement("count(*)", context, condition),
    }
}

pub(super) fn statement(columns: &str, context: &Context<'_>, condition: &Sql) -> (String, Vec<Value>) {
    let hint = condition.access.hint(&[columns, &condition.text]);
    let sql = format!(
        "SELECT {columns} FROM issue i {hint} WHERE i.connection = ? AND i.gone IS NULL AND {}",
        condition.text
    );
    let mut params = vec![Value::from(context.id)];
    params.extend(condition.params.iter().cloned());
    (sql, params)
}

/// A list while it is read.
struct Reading<'a> {
    columns: Vec<Column>,
    names: Names<'a>,
    created: Vec<i64>,
    rows: Vec<i64>,
    total: usize,
    filter: Option<Filter>,
}

impl Reading<'_> {
    fn read(
        &mut self,
        db: &Connection,
        context: &Context<'_>,
        compiled: &Compiled,
        parts: &[&Part],
    ) -> Result<(), StoreError> {
        let mut columns = vec!["i.row", "i.created"];
        columns.extend(parts.iter().map(|part| part.sql.as_str()));
        let own = columns.len();
        if self.filter.is_some() {
            columns.extend(Filter::COLUMNS);
        }
        let converters = parts
            .iter()
            .map(|part| self.names.converter(part.convert))
            .collect::<Result<Vec<_>, _>>()?;
        let (sql, params) = statement(&columns.join(", "), context, &compiled.condition);
        let mut statement = db.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(params))?;
        while let Some(row) = rows.next()? {
            self.total += 1;
            if let Some(filter) = &mut self.filter
                && !filter.passes(row, own)?
            {
                continue;
            }
            self.rows.push(row.get(0)?);
            self.created.push(row.get(1)?);
            for (index, (column, converter)) in self.columns.iter_mut().zip(&converters).enumerate() {
                column.read(row, index + 2, converter)?;
            }
        }
        Ok(())
    }

    /// Newest first where nothing else decides, and always the same way.
    fn sorted(mut self) -> Vec<i64> {
        self.columns.iter_mut().for_each(Column::finish);
        let newest_first = |at: usize| (Reverse(self.created[at]), Reverse(self.rows[at]));
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        match self.columns.as_slice() {
            [] => order.sort_unstable_by_key(|&at| newest_first(at)),
            [only] => order.sort_unstable_by_key(|&at| (only.values[at], newest_first(at))),
            columns => order.sort_unstable_by(|&a, &b| {
                let mut differences = columns.iter().map(|column| column.values[a].cmp(&column.values[b]));
                differences
                    .find(|difference| difference.is_ne())
                    .unwrap_or_else(|| newest_first(a).cmp(&newest_first(b)))
            }),
        }
        order.into_iter().map(|at| self.rows[at]).collect()
    }
}

/// The values of one sort column, made comparable.
struct Column {
    values: Vec<i64>,
    /// Texts seen so far, numbered as they come; replaced by their places in the end.
    texts: HashMap<String, i64>,
    descending: bool,
}

impl Column {
    fn new(descending: bool) -> Self {
        Self {
            values: Vec::new(),
            texts: HashMap::new(),
            descending,
        }
    }

    fn read(&mut self, row: &Row<'_>, index: usize, converter: &Converter) -> Result<(), StoreError> {
        let value = match (row.get_ref(index)?, converter) {
            (ValueRef::Integer(row), Converter::Places(places)) => places.get(&row).copied().unwrap_or(UNRANKED),
            (ValueRef::Integer(number), Converter::Real) => ordered(number as f64),
            (ValueRef::Integer(number), _) => number,
            (ValueRef::Real(number), _) => ordered(number),
            (ValueRef::Text(text), Converter::Category) => {
                StatusCategory::from_key(&String::from_utf8_lossy(text)) as i64
            }
            (ValueRef::Text(text), _) => {
                let text = String::from_utf8_lossy(text);
                let text = match converter {
                    Converter::Key => natural(&text),
                    _ => fold(&text),
                };
                let next = self.texts.len() as i64;
                *self.texts.entry(text).or_insert(next)
            }
            (ValueRef::Null | ValueRef::Blob(_), _) => EMPTY,
        };
        self.values.push(value);
        Ok(())
    }

    fn finish(&mut self) {
        let mut texts: Vec<(&String, i64)> = self.texts.iter().map(|(text, number)| (text, *number)).collect();
        texts.sort_unstable();
        let places: HashMap<i64, i64> = texts
            .into_iter()
            .zip(0..)
            .map(|((_, number), place)| (number, place))
            .collect();
        for value in &mut self.values {
            *value = places.get(value).copied().unwrap_or(*value);
            if self.descending {
                *value = !*value;
            }
        }
    }
}

/// A key as a text that sorts by project and number.
fn natural(key: &str) -> String {
    match IssueKey::from(key).parts() {
        Some((project, number)) => format!("{} {number:020}", fold(project)),
        None => fold(key),
    }
}

/// A fraction as an integer that sorts alike.
pub(super) fn ordered(number: f64) -> i64 {
    let bits = number.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

/// How the values of one connection's column become comparable.
pub(super) enum Converter {
    Plain,
    Key,
    Real,
    Category,
    Places(Rc<HashMap<i64, i64>>),
}

/// Places of names in the alphabet, over all connections.
pub(super) struct Names<'a> {
    db: &'a Connection,
    places: HashMap<Convert, Rc<HashMap<i64, i64>>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(db: &'a Connection) -> Self {
        Self {
            db,
            places: HashMap::new(),
        }
    }

    pub(super) fn converter(&mut self, convert: Convert) -> Result<Converter, StoreError> {
        let (sql, kind) = match convert {
            Convert::Integer | Convert::Text | Convert::Plain => return Ok(Converter::Plain),
            Convert::Key => return Ok(Converter::Key),
            Convert::Real => return Ok(Converter::Real),
            Convert::Category => return Ok(Converter::Category),
            Convert::Name(kind) => (
                "SELECT id, dense_rank() OVER (ORDER BY folded) FROM term WHERE kind = ?1",
                kind,
            ),
            Convert::Extra(kind) => (
                "SELECT id, dense_rank() OVER (ORDER BY lower(extra)) FROM term WHERE kind = ?1",
                kind,
            ),
            Convert::Urgency => (
                "SELECT id, -rank FROM term WHERE kind = ?1 AND rank IS NOT NULL",
                "priority",
            ),
            Convert::Connection => (
                "SELECT id, dense_rank() OVER (ORDER BY alias) FROM connection WHERE ?1 = ''",
                "",
            ),
        };
        if let Some(places) = self.places.get(&convert) {
            return Ok(Converter::Places(Rc::clone(places)));
        }
        let mut statement = self.db.prepare_cached(sql)?;
        let places = statement
            .query_map([kind], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<HashMap<i64, i64>, _>>()?;
        let places = Rc::new(places);
        self.places.insert(convert, Rc::clone(&places));
        Ok(Converter::Places(places))
    }
}

/// How SQLite means to read the rows of `answer`.
#[cfg(test)]
pub(super) fn plan(db: &Connection, answer: &Answer<'_>) -> Result<Vec<String>, StoreError> {
    let mut steps = Vec::new();
    for (context, compiled) in &answer.parts {
        let parts: Vec<&str> = compiled
            .order
            .iter()
            .flat_map(|by| by.parts.iter().map(|part| part.sql.as_str()))
            .collect();
        let columns = [vec!["i.row", "i.created"], parts].concat().join(", ");
        let (sql, params) = statement(&columns, context, &compiled.condition);
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        for step in statement.query_map(params_from_iter(params), |row| row.get(3))? {
            steps.push(step?);
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_by_number() {
        let keys = ["PAY-2", "PAY-10", "PAY2-1", "PAZ-1"];
        assert!(keys.windows(2).all(|pair| natural(pair[0]) < natural(pair[1])));
    }

    #[test]
    fn fractions_sort_as_integers() {
        let numbers = [f64::MIN, -2.5, -1.0, -0.25, 0.0, 0.25, 1.0, 3.0, 1e300];
        assert!(numbers.windows(2).all(|pair| ordered(pair[0]) < ordered(pair[1])));
        assert!(ordered(f64::MAX) < EMPTY);
    }
}
