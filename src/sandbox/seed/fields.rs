//! The fields of a site.
//!
//! Must never be in here: values.

mod custom;
mod late;
mod system;

use super::super::model::{Field, Flavour};

/// The fields that an administrator added when the issues were there already: none of them has a value.
pub(crate) fn late(flavour: Flavour) -> impl Iterator<Item = Field> {
    late::fields(flavour)
}

/// All fields of a site: those of every Jira, then the custom ones.
pub(crate) fn all(flavour: Flavour) -> Vec<Field> {
    let mut fields = system::fields(flavour);
    fields.extend(custom::fields(flavour));
    fields
}
