//! What signing in needs of the outside.
//!
//! Must never be in here: what is done with it.

use super::vault::Vault;
use crate::clock::SharedClock;

/// What signing in needs. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Means {
    /// The connection's HTTP client, with its proxy and certificates.
    pub http: reqwest::Client,
    /// The clock.
    pub clock: SharedClock,
    /// Where secrets and tokens are kept.
    pub vault: Vault,
}
