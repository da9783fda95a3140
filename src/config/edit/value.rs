//! Values of the file as they are compared and written.
//!
//! Must never be in here: where in the file they stand.

use toml_edit::{Document, Item};

use super::EditError;
use crate::config::{ConnectionConfig, MappingConfig, SourceConfig, ViewConfig, print};

/// Keys with their values, in the order in which they are written.
pub(super) type Table = Vec<(String, Value)>;

/// A value apart from how it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    List(Vec<Value>),
    Table(Table),
    /// A number, a date, true or false, as it is written.
    Bare(String),
}

impl Value {
    pub(super) fn flag(on: bool) -> Self {
        Self::Bare(on.to_string())
    }

    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How it is written, in the quotes of what stood there before.
    pub(super) fn written_like(&self, old: Option<&str>) -> String {
        match self {
            Self::Text(text) => match old {
                Some(old) if old.starts_with('\'') && !old.starts_with("'''") && fits_literal(text) => {
                    format!("'{text}'")
                }
                _ => toml_edit::Value::from(text.as_str()).to_string(),
            },
            Self::List(items) => list(items, old),
            Self::Table(table) => inline(table),
            Self::Bare(text) => text.clone(),
        }
    }
}

/// Only what a literal string can hold.
fn fits_literal(text: &str) -> bool {
    !text.contains(|c: char| c == '\'' || (c.is_control() && c != '\t'))
}

/// Over several lines where the old one was.
fn list(items: &[Value], old: Option<&str>) -> String {
    let old = old.unwrap_or_default();
    let style = old
        .find(['"', '\''])
        .filter(|at| !old[..*at].contains('#'))
        .map(|at| &old[at..=at]);
    let items: Vec<String> = items.iter().map(|item| item.written_like(style)).collect();
    let Some((first, rest)) = old.split_once('\n').filter(|_| !items.is_empty()) else {
        return format!("[{}]", items.join(", "));
    };
    let line = if first.ends_with('\r') { "\r\n" } else { "\n" };
    let indent: String = rest.chars().take_while(|c| *c == ' ' || *c == '\t').collect();
    let closing: String = old
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .take_while(|c| *c == ' ' || *c == '\t')
        .collect();
    let lines: String = items.iter().map(|item| format!("{indent}{item},{line}")).collect();
    format!("[{line}{lines}{closing}]")
}

fn inline(table: &[(String, Value)]) -> String {
    if table.is_empty() {
        return "{}".to_owned();
    }
    let members: Vec<String> = table.iter().map(|(key, value)| member(key, value)).collect();
    format!("{{ {} }}", members.join(", "))
}

/// `key = value`.
pub(super) fn member(key: &str, value: &Value) -> String {
    format!("{} = {}", key_text(key), value.written_like(None))
}

/// A key, in quotes where it needs them.
pub(super) fn key_text(key: &str) -> String {
    toml_edit::Key::new(key).to_string()
}

impl From<&toml_edit::Value> for Value {
    fn from(value: &toml_edit::Value) -> Self {
        match value {
            toml_edit::Value::String(text) => Self::Text(text.value().clone()),
            toml_edit::Value::Integer(number) => Self::Bare(number.value().to_string()),
            // `2.0` stays what it is: it may be the name of a version.
            toml_edit::Value::Float(number) => Self::Bare(format!("{:?}", number.value())),
            toml_edit::Value::Boolean(flag) => Self::flag(*flag.value()),
            toml_edit::Value::Datetime(time) => Self::Bare(time.value().to_string()),
            toml_edit::Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            toml_edit::Value::InlineTable(table) => Self::Table(
                table
                    .iter()
                    .map(|(key, value)| (key.to_owned(), Self::from(value)))
                    .collect(),
            ),
        }
    }
}

impl From<&Item> for Value {
    fn from(item: &Item) -> Self {
        match item {
            Item::None => Self::Table(Table::new()),
            Item::Value(value) => Self::from(value),
            Item::Table(table) => Self::from(table),
            Item::ArrayOfTables(tables) => Self::List(tables.iter().map(Self::from).collect()),
        }
    }
}

impl From<&toml_edit::Table> for Value {
    fn from(table: &toml_edit::Table) -> Self {
        Self::Table(
            table
                .iter()
                .map(|(key, item)| (key.to_owned(), Self::from(item)))
                .collect(),
        )
    }
}

/// A connection with every default filled in.
pub(super) fn connection(config: &ConnectionConfig) -> Result<Table, EditError> {
    table(&print::print_connection(config)?)
}

/// A view.
pub(super) fn view(config: &ViewConfig) -> Result<Table, EditError> {
    table(&print::print_view(config)?)
}

/// A source.
pub(super) fn source(config: &SourceConfig) -> Result<Table, EditError> {
    table(&print::print_source(config)?)
}

/// A mapping.
pub(super) fn mapping(config: &MappingConfig) -> Result<Table, EditError> {
    table(&print::print_mapping(config)?)
}

fn table(text: &str) -> Result<Table, EditError> {
    let document = Document::parse(text).map_err(|error| EditError::Unwritable {
        reason: error.message().to_owned(),
    })?;
    match Value::from(document.as_table()) {
        Value::Table(table) => Ok(table),
        _ => Ok(Table::new()),
    }
}

/// The value of a key.
pub(super) fn get<'t>(table: &'t [(String, Value)], key: &str) -> Option<&'t Value> {
    table.iter().find(|(name, _)| name == key).map(|(_, value)| value)
}
