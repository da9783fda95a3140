//! Makes believable sites out of a seed.
//!
//! Must never be in here: the wall clock or the system's randomness; the same seed gives the same site.

use jiff::Timestamp;

use super::model::{Flavour, World};

/// Makes a site with this many issues. Cloud and Data Center are different departments with different projects.
/// The account to sign in with is `World::me`, Robin Example.
#[must_use]
pub fn world(flavour: Flavour, seed: u64, issues: usize, now: Timestamp) -> World {
    let _ = (seed, issues, now);
    World::new(flavour, "Example")
}
