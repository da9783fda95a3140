//! Where in a document something stands.

use toml_edit::{ArrayOfTables, Document, Item, Table};

/// One step into a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    At(usize),
}

/// Steps from the root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Place(pub(super) Vec<Step>);

impl Place {
    /// The element of a list of tables at the root.
    pub(super) fn element(list: &str, index: usize) -> Self {
        Self::default().key(list).at(index)
    }

    pub(super) fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.to_owned()))
    }

    pub(super) fn at(&self, index: usize) -> Self {
        self.with(Step::At(index))
    }

    fn with(&self, step: Step) -> Self {
        Self(self.0.iter().cloned().chain([step]).collect())
    }

    /// The place around this one, and the key in it.
    pub(super) fn parent(&self) -> Option<(Self, &str)> {
        match self.0.split_last()? {
            (Step::Key(key), rest) => Some((Self(rest.to_vec()), key)),
            (Step::At(_), _) => None,
        }
    }

    pub(super) fn is_within(&self, outer: &Self) -> bool {
        self.0.starts_with(&outer.0)
    }
}

/// What stands at a place.
#[derive(Clone, Copy)]
pub(super) enum Found<'d> {
    Table(&'d Table),
    Tables(&'d ArrayOfTables),
    Value(&'d toml_edit::Value),
}

impl<'d> Found<'d> {
    fn of(item: &'d Item) -> Option<Self> {
        match item {
            Item::None => None,
            Item::Value(value) => Some(Self::Value(value)),
            Item::Table(table) => Some(Self::Table(table)),
            Item::ArrayOfTables(tables) => Some(Self::Tables(tables)),
        }
    }

    fn step(self, step: &Step) -> Option<Self> {
        match (self, step) {
            (Self::Table(table), Step::Key(key)) => Self::of(table.get(key)?),
            (Self::Tables(tables), Step::At(index)) => Some(Self::Table(tables.get(*index)?)),
            (Self::Value(toml_edit::Value::Array(items)), Step::At(index)) => Some(Self::Value(items.get(*index)?)),
            (Self::Value(toml_edit::Value::InlineTable(table)), Step::Key(key)) => Some(Self::Value(table.get(key)?)),
            _ => None,
        }
    }

    /// How many elements it has.
    pub(super) fn len(self) -> Option<usize> {
        match self {
            Self::Tables(tables) => Some(tables.len()),
            Self::Value(toml_edit::Value::Array(items)) => Some(items.len()),
            _ => None,
        }
    }

    /// The keys of a table.
    pub(super) fn keys(self) -> Vec<String> {
        match self {
            Self::Table(table) => table.iter().map(|(key, _)| key.to_owned()).collect(),
            Self::Value(toml_edit::Value::InlineTable(table)) => table.iter().map(|(key, _)| key.to_owned()).collect(),
            _ => Vec::new(),
        }
    }
}

/// What stands at a place of a document.
pub(super) fn find<'d>(document: &'d Document<&str>, place: &Place) -> Option<Found<'d>> {
    place.0.iter().try_fold(Found::Table(document.as_table()), Found::step)
}
