//! Columns that are fields of the sites: which there are, which one a name means on each connection,
//! and what an issue has in it.
//!
//! Must never be in here: how a value is drawn. A name that a connection does not know is no error;
//! its issues have nothing there.

use std::collections::HashMap;

use rusqlite::Connection;

use crate::{
    domain::{
        Alias, Column, FieldCell, FieldKind, FieldName, FieldValue, Issue, IssueRow, Named, SiteField, User, time,
    },
    richtext,
    store::{Store, connections::connection_id, error::StoreError, schema::fold, words},
    text,
};

/// System fields that an issue keeps and that are no column of their own.
const SYSTEM: [&str; 11] = [
    "fixVersions",
    "versions",
    "creator",
    "resolutiondate",
    "security",
    "votes",
    "watches",
    "timeoriginalestimate",
    "timeestimate",
    "timespent",
    "environment",
];

/// A field of one connection.
struct Known {
    alias: Alias,
    jira_id: String,
    name: String,
    kind: FieldKind,
}

impl Store {
    /// The fields that can be columns beside those that every list has, by name. Fields of one name
    /// are one column; where a connection has several of that name, each is there by its number, too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn site_fields(&self) -> Result<Vec<SiteField>, StoreError> {
        self.read(|db| {
            let system = SYSTEM.map(|id| format!("'{id}'")).join(", ");
            let sql = format!(
                "SELECT c.alias, f.jira_id, f.name, f.kind FROM field f JOIN connection c ON c.id = f.connection
                 WHERE f.custom = 1 OR f.jira_id IN ({system}) ORDER BY f.folded, c.position, f.id"
            );
            let known = db
                .prepare_cached(&sql)?
                .query_map([], |row| {
                    Ok(Known {
                        alias: Alias(row.get(0)?),
                        jira_id: row.get(1)?,
                        name: row.get(2)?,
                        kind: words::field_kind_from(&row.get::<_, String>(3)?),
                    })
                })?
                .collect::<Result<Vec<_>, _>>()?;
            Ok(known
                .chunk_by(|a, b| fold(&a.name) == fold(&b.name))
                .flat_map(columns_of)
                .collect())
        })
    }

    /// What `issues` of a connection have in `fields`, issue by issue.
    ///
    /// # Errors
    /// When the store cannot be read, or does not know the connection.
    pub fn field_cells(
        &self,
        alias: &Alias,
        fields: &[FieldName],
        issues: &[Issue],
    ) -> Result<Vec<Vec<(FieldName, FieldCell)>>, StoreError> {
        if fields.is_empty() {
            return Ok(vec![Vec::new(); issues.len()]);
        }
        self.read(|db| {
            let meant = Meant::of(db, connection_id(db, alias)?, fields)?;
            Ok(issues.iter().map(|issue| meant.cells(issue)).collect())
        })
    }
}

/// The columns that fields of one name make.
fn columns_of(fields: &[Known]) -> Vec<SiteField> {
    let column = |name: FieldName, fields: &[&Known]| SiteField {
        label: fields.first().map_or_else(String::new, |field| field.name.clone()),
        kind: fields.first().map_or(FieldKind::Other, |field| field.kind),
        aliases: fields.iter().map(|field| field.alias.clone()).collect(),
        name,
    };
    let mut columns = Vec::new();
    let named = fields.first().and_then(|first| Column::named(&first.name)?.field());
    // A name that a column of its own has leads there.
    if let Some(name) = named {
        let mut all: Vec<&Known> = fields.iter().collect();
        all.dedup_by(|a, b| a.alias == b.alias);
        columns.push(column(name, &all));
    }
    for field in fields {
        let several = fields.iter().filter(|other| other.alias == field.alias).count() > 1;
        let number = field.jira_id.strip_prefix("customfield_");
        if (several || named.is_none())
            && let Some(name) = number.and_then(FieldName::of_number)
        {
            columns.push(column(name, &[field]));
        }
    }
    columns
}

/// What names mean on one connection: any of these fields, the first with a value.
struct Meant {
    fields: Vec<(FieldName, Vec<(String, FieldKind)>)>,
}

impl Meant {
    fn of(db: &Connection, connection: i64, names: &[FieldName]) -> Result<Self, StoreError> {
        let mut find = db.prepare_cached(
            "SELECT jira_id, kind FROM field
             WHERE connection = ?1 AND (folded = ?2 OR lower(jira_id) = ?2) ORDER BY id",
        )?;
        let mut fields = Vec::with_capacity(names.len());
        for name in names {
            let text = match name.number() {
                Some(number) => format!("customfield_{}", number.trim_start_matches('0')),
                None => fold(name.as_str()),
            };
            let found = find
                .query_map((connection, text), |row| {
                    Ok((row.get(0)?, words::field_kind_from(&row.get::<_, String>(1)?)))
                })?
                .collect::<Result<Vec<_>, _>>()?;
            fields.push((*name, found));
        }
        Ok(Self { fields })
    }

    fn cells(&self, issue: &Issue) -> Vec<(FieldName, FieldCell)> {
        let first = |ids: &[(String, FieldKind)]| ids.iter().find_map(|(id, kind)| cell(issue, id, *kind));
        self.fields
            .iter()
            .filter_map(|(name, ids)| Some((*name, first(ids)?)))
            .collect()
    }
}

/// Puts into cached rows what their issues have in `fields`. Returns the names that no connection
/// knows of those that have told their fields.
pub(super) fn add(db: &Connection, fields: &[FieldName], rows: &mut [IssueRow]) -> Result<Vec<FieldName>, StoreError> {
    if fields.is_empty() {
        return Ok(Vec::new());
    }
    let connections = db
        .prepare_cached("SELECT id, alias, metadata_at IS NOT NULL FROM connection")?
        .query_map([], |row| Ok((row.get(0)?, Alias(row.get(1)?), row.get(2)?)))?
        .collect::<Result<Vec<(i64, Alias, bool)>, _>>()?;
    let mut unknown = if connections.iter().all(|(.., told)| *told) {
        fields.to_vec()
    } else {
        Vec::new()
    };
    let mut meant = HashMap::new();
    for (id, alias, _) in connections {
        let of_site = Meant::of(db, id, fields)?;
        unknown.retain(|name| {
            of_site
                .fields
                .iter()
                .any(|(known, ids)| known == name && ids.is_empty())
        });
        meant.insert(alias, of_site);
    }
    let mut document = db.prepare_cached("SELECT json FROM document WHERE issue = ?1")?;
    for row in rows {
        let Some(meant) = meant.get(&row.alias) else { continue };
        let mut found = document.query([row.row])?;
        if let Some(found) = found.next()? {
            let issue: Issue = serde_json::from_str(&found.get::<_, String>(0)?)?;
            row.fields = meant.cells(&issue);
        }
    }
    Ok(unknown)
}

/// What an issue has in a field; `None` if that is nothing to show.
fn cell(issue: &Issue, jira_id: &str, kind: FieldKind) -> Option<FieldCell> {
    let names = |list: &[Named]| joined(list.iter().map(|named| named.name.clone()));
    let spent = |seconds: Option<i64>| {
        let seconds = seconds
            .and_then(|seconds| u64::try_from(seconds).ok())
            .filter(|seconds| *seconds > 0)?;
        Some(FieldCell::Number(text::duration(seconds.saturating_mul(1000))))
    };
    let count = |count: Option<u64>| count.map(|count| FieldCell::Number(count.to_string()));
    let person = |user: &Option<User>| joined(user.iter().map(|user| user.display.clone()));
    match jira_id {
        "fixVersions" => names(&issue.fix_versions),
        "versions" => names(&issue.affected_versions),
        "creator" => person(&issue.creator),
        "resolutiondate" => issue.resolved.map(FieldCell::Instant),
        "security" => joined(issue.security.iter().map(|level| level.name.clone())),
        "votes" => count(issue.votes),
        "watches" => count(issue.watchers),
        "timeoriginalestimate" => spent(issue.original_estimate),
        "timeestimate" => spent(issue.remaining_estimate),
        "timespent" => spent(issue.time_spent),
        "environment" => joined(issue.environment.iter().map(first_line)),
        id => of_value(issue.custom.get(id)?, kind),
    }
}

fn of_value(value: &FieldValue, kind: FieldKind) -> Option<FieldCell> {
    match value {
        FieldValue::Number(number) => Some(FieldCell::Number(number.to_string())),
        FieldValue::Text(text) if kind == FieldKind::Date => time::parse_date(text).map(FieldCell::Day),
        FieldValue::Text(text) if kind == FieldKind::DateTime => time::parse_timestamp(text).map(FieldCell::Instant),
        value => joined(std::iter::once(in_words(value))),
    }
}

fn in_words(value: &FieldValue) -> String {
    match value {
        // Jira keeps the order of boards in a text field that means nothing to people.
        FieldValue::Text(text) if text.starts_with("0|") => String::new(),
        FieldValue::Text(text) => text.clone(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Named(named) => named.name.clone(),
        FieldValue::Cascade(parent, child) => format!("{} / {}", parent.name, in_words(child)),
        FieldValue::User(user) => user.display.clone(),
        FieldValue::Sprint(sprint) => sprint.name.clone(),
        FieldValue::Rich(rich) => first_line(rich),
        FieldValue::List(values) => {
            let words: Vec<String> = values.iter().map(in_words).filter(|word| !word.is_empty()).collect();
            words.join(", ")
        }
        FieldValue::Other(_) => String::new(),
    }
}

fn first_line(rich: &crate::domain::RichText) -> String {
    richtext::plain(rich)
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default()
        .to_owned()
}

fn joined(words: impl Iterator<Item = String>) -> Option<FieldCell> {
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| FieldCell::Text(words.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Sprint;

    #[test]
    fn values_become_numbers_days_instants_or_words() {
        let named = |name: &str| Named {
            id: "1".to_owned(),
            name: name.to_owned(),
        };
        let text = |text: &str| FieldValue::Text(text.to_owned());
        let words = |words: &str| Some(FieldCell::Text(words.to_owned()));
        for (value, kind, expected) in [
            (
                FieldValue::Number(5.0),
                FieldKind::Number,
                Some(FieldCell::Number("5".to_owned())),
            ),
            (
                FieldValue::Number(0.5),
                FieldKind::Number,
                Some(FieldCell::Number("0.5".to_owned())),
            ),
            (
                text("2026-09-12"),
                FieldKind::Date,
                Some(FieldCell::Day(jiff::civil::date(2026, 9, 12))),
            ),
            (text("soon"), FieldKind::Date, None),
            (
                text("2026-09-12T10:00:00.000+0200"),
                FieldKind::DateTime,
                Some(FieldCell::Instant("2026-09-12T08:00:00Z".parse().unwrap())),
            ),
            (text("plain"), FieldKind::Text, words("plain")),
            (text("0|i0001:"), FieldKind::Other, None),
            (
                FieldValue::List(vec![
                    FieldValue::Named(named("Gold")),
                    FieldValue::Named(named("Silver")),
                ]),
                FieldKind::Option,
                words("Gold, Silver"),
            ),
            (
                FieldValue::Cascade(named("Europe"), Box::new(FieldValue::Named(named("Spain")))),
                FieldKind::Option,
                words("Europe / Spain"),
            ),
            (
                FieldValue::List(vec![FieldValue::Sprint(Sprint {
                    id: 1,
                    name: "Sprint 42".to_owned(),
                    state: "active".to_owned(),
                })]),
                FieldKind::Sprint,
                words("Sprint 42"),
            ),
            (FieldValue::Other(serde_json::json!({"odd": 1})), FieldKind::Other, None),
            (FieldValue::List(Vec::new()), FieldKind::Labels, None),
        ] {
            assert_eq!(of_value(&value, kind), expected, "{value:?}");
        }
    }

    #[test]
    fn one_name_is_one_column_and_numbers_tell_namesakes_apart() {
        let field = |alias: &str, jira_id: &str, name: &str| Known {
            alias: Alias::from(alias),
            jira_id: jira_id.to_owned(),
            name: name.to_owned(),
            kind: FieldKind::Number,
        };
        let told = |fields: &[Known]| {
            let columns = columns_of(fields);
            let lines: Vec<String> = columns
                .iter()
                .map(|one| format!("{} = {} on {}", one.name.as_str(), one.label, one.aliases.len()))
                .collect();
            lines.join("; ")
        };
        let across = [
            field("acme", "customfield_1", "Points"),
            field("lab", "customfield_9", "points"),
        ];
        assert_eq!(told(&across), "Points = Points on 2");
        let twins = [
            field("acme", "customfield_1", "Points"),
            field("acme", "customfield_2", "Points"),
        ];
        assert_eq!(
            told(&twins),
            "Points = Points on 1; cf[1] = Points on 1; cf[2] = Points on 1"
        );
        assert_eq!(
            told(&[field("acme", "customfield_3", "Due")]),
            "cf[3] = Due on 1",
            "a column of its own has the name"
        );
    }
}
