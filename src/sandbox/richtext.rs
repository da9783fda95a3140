//! Rich text of the sandbox: one neutral document, written once, served as ADF or as wiki markup.
//!
//! Must never be in here: the client's rendering of rich text (`crate::richtext`), or a network.

pub mod doc;

use std::sync::Arc;

use serde_json::Value;

pub use doc::{Block, Cell, Doc, Inline, Mark, MediaKind, PanelKind, Task};

use super::model::{Flavour, User};

/// The text of a rich field, in the form it was made in.
#[derive(Debug, Clone, PartialEq)]
pub enum RichText {
    /// Generated; shared between issues.
    Doc(Arc<Doc>),
    /// Posted as ADF.
    Adf(Arc<Value>),
    /// Recorded or posted as wiki markup.
    Wiki(Arc<str>),
}

impl RichText {
    /// The text as an ADF document, for v3.
    #[must_use]
    pub fn adf(&self, people: &[User]) -> Value {
        let _ = people;
        Value::Null
    }

    /// The text as wiki markup, for v2.
    #[must_use]
    pub fn wiki(&self, people: &[User], flavour: Flavour) -> String {
        let _ = (people, flavour);
        String::new()
    }

    /// The words alone, for searching.
    #[must_use]
    pub fn plain(&self, people: &[User]) -> String {
        let _ = people;
        String::new()
    }
}
