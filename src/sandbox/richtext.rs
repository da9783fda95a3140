//! Rich text of the sandbox: one neutral document, written once, served as ADF or as wiki markup.
//!
//! Must never be in here: the client's rendering of rich text (`crate::richtext`), or a network.

mod adf;
mod adf_read;
pub mod doc;
#[cfg(test)]
mod tests;
mod wiki;
mod wiki_inline;
mod wiki_read;

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
    /// A text made here.
    #[must_use]
    pub fn doc(blocks: Vec<Block>) -> Self {
        Self::Doc(Arc::new(Doc { blocks }))
    }

    /// The text as an ADF document, for v3. What was posted as ADF comes back unchanged.
    #[must_use]
    pub fn adf(&self, people: &[User]) -> Value {
        match self {
            Self::Doc(doc) => adf::document(doc, people),
            Self::Adf(value) => (**value).clone(),
            Self::Wiki(text) => adf::document(&wiki_read::document(text, people), people),
        }
    }

    /// The text as wiki markup, for v2. What was written as wiki markup comes back unchanged.
    #[must_use]
    pub fn wiki(&self, people: &[User], flavour: Flavour) -> String {
        match self {
            Self::Doc(doc) => wiki::document(doc, people, flavour),
            Self::Adf(value) => wiki::document(&adf_read::document(value, people), people, flavour),
            Self::Wiki(text) => text.to_string(),
        }
    }

    /// The words alone, for searching.
    #[must_use]
    pub fn plain(&self, people: &[User]) -> String {
        match self {
            Self::Doc(doc) => doc.plain(people),
            Self::Adf(value) => adf_read::document(value, people).plain(people),
            Self::Wiki(text) => text.to_string(),
        }
    }

    /// Whether there is nothing to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Doc(doc) => doc.blocks.is_empty(),
            Self::Adf(value) => value.get("content").and_then(Value::as_array).is_none_or(Vec::is_empty),
            Self::Wiki(text) => text.is_empty(),
        }
    }
}
