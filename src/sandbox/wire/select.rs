//! Which fields of an issue are asked for: `fields`, `expand`, `properties`.
//!
//! Must never be in here: the values of fields.

use std::collections::BTreeSet;

use crate::sandbox::model::{Field, FieldIdx, FieldKind, SystemField, World};

/// What a caller gets who names no fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unasked {
    /// Cloud's search: nothing but the id.
    IdOnly,
    /// Data Center's search.
    Navigable,
    /// A single issue.
    All,
}

/// The fields to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Selection {
    pub(crate) fields: Vec<FieldIdx>,
    /// Key and address are written; else the id alone.
    pub(crate) key: bool,
    /// All recorded fields the model has no place for.
    pub(crate) all_extra: bool,
    /// Names asked for, which recorded fields may have.
    pub(crate) named: BTreeSet<String>,
    excluded: BTreeSet<String>,
}

impl Selection {
    /// Reads a list such as `*navigable,comment,-description`. What isn't known is ignored, as Jira does.
    pub(crate) fn parse(world: &World, asked: &[String], unasked: Unasked) -> Self {
        let (excluded, wanted): (Vec<&String>, Vec<&String>) = asked.iter().partition(|name| name.starts_with('-'));
        let mut named: BTreeSet<String> = wanted.into_iter().cloned().collect();
        if named.is_empty() {
            named.extend(match unasked {
                Unasked::IdOnly if excluded.is_empty() => Some("id".to_owned()),
                Unasked::Navigable => Some("*navigable".to_owned()),
                Unasked::IdOnly | Unasked::All => Some("*all".to_owned()),
            });
        }
        let excluded: BTreeSet<String> = excluded.into_iter().map(|name| name[1..].to_owned()).collect();
        let (all, navigable) = (named.contains("*all"), named.contains("*navigable"));
        let wanted = |field: &Field| {
            let asked = all || (navigable && field.navigable) || named.contains(&field.id);
            asked && !excluded.contains(&field.id) && field.kind != FieldKind::System(SystemField::Key)
        };
        let fields = world.fields.iter().enumerate().filter(|(_, field)| wanted(field));
        Self {
            fields: fields.map(|(at, _)| FieldIdx::of(at)).collect(),
            key: named.iter().any(|name| name != "id"),
            all_extra: all || navigable,
            named,
            excluded,
        }
    }

    /// A recorded field without a place in the model.
    pub(crate) fn wants_extra(&self, name: &str) -> bool {
        (self.all_extra || self.named.contains(name)) && !self.excluded.contains(name)
    }

    /// There is a `fields` object at all.
    pub(crate) fn has_fields(&self) -> bool {
        self.named
            .iter()
            .any(|name| name != "id" && name != "key" && name != "issuekey")
    }

    /// How costly a page is, as Cloud counts: fields asked for, with everything counting as many.
    pub(crate) fn weight(&self) -> usize {
        if self.has_fields() { self.fields.len().max(1) } else { 0 }
    }
}

/// Additions asked for with `expand`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Expand {
    pub(crate) changelog: bool,
    pub(crate) names: bool,
    pub(crate) schema: bool,
    pub(crate) rendered_fields: bool,
    pub(crate) transitions: bool,
    pub(crate) editmeta: bool,
    pub(crate) operations: bool,
}

impl Expand {
    /// Reads the words; unknown ones are ignored.
    pub(crate) fn parse(words: &[String]) -> Self {
        let mut expand = Self::default();
        for word in words {
            match word.as_str() {
                "changelog" => expand.changelog = true,
                "names" => expand.names = true,
                "schema" => expand.schema = true,
                "renderedFields" => expand.rendered_fields = true,
                "transitions" => expand.transitions = true,
                "editmeta" => expand.editmeta = true,
                "operations" => expand.operations = true,
                _ => {}
            }
        }
        expand
    }
}
