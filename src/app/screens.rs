//! The state of each screen, and what its keys mean where screens differ.

pub(crate) mod connections;
pub(crate) mod issues;
pub(crate) mod mappings;
pub(crate) mod sync;
