//! The Jira inside: an in-memory Jira Cloud or Data Center for `crosstie demo`, `crosstie sandbox` and tests.
//!
//! Must never be in here: code shared with the client (`jira`, `auth`, `store`). A mistake made on both
//! sides of the wire would hide itself.

pub mod colleagues;
mod dice;
pub mod eval;
pub mod load;
pub mod model;
pub mod richtext;
pub mod seed;
