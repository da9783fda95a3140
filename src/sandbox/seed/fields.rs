//! The fields of a site.
//!
//! Must never be in here: values.

mod custom;
mod system;

use super::super::model::{Field, Flavour};

/// All fields of a site: those of every Jira, then the custom ones.
pub(crate) fn all(flavour: Flavour) -> Vec<Field> {
    let mut fields = system::fields(flavour);
    fields.extend(custom::fields(flavour));
    fields
}
