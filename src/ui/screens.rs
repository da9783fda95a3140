//! Each screen's drawing, mirroring `app::screens`.

pub(crate) mod connections;
pub(crate) mod findings;
pub(crate) mod issues;
pub(crate) mod list;
pub(crate) mod mappings;
pub(crate) mod sync;

use crate::text::thousands;

/// A number that may not be known yet.
fn counted(number: Option<u64>) -> String {
    number.map_or_else(|| "…".to_owned(), thousands)
}
