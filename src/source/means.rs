//! What looking at a source needs from outside.
//!
//! Must never be in here: anything of one service.

use secrecy::SecretString;

use super::{error::SourceError, http::Paces};
use crate::{
    auth::{self, Vault},
    clock::SharedClock,
    config::SecretSource,
    domain::Alias,
};

/// What looking at a source needs. Cheap to clone; clones share what they know of rate limits, so one
/// is kept for as long as the program runs.
#[derive(Debug, Clone)]
pub struct Means {
    /// Where secrets are kept.
    pub vault: Vault,
    /// The clock.
    pub clock: SharedClock,
    pub(super) paces: Paces,
}

impl Means {
    /// Nothing is touched yet.
    #[must_use]
    pub fn new(vault: Vault, clock: SharedClock) -> Self {
        Self {
            vault,
            clock,
            paces: Paces::default(),
        }
    }

    /// The secret of a source; the keyring has it under the source's name after `source-`.
    pub(super) async fn secret(&self, name: &str, source: &SecretSource) -> Result<SecretString, SourceError> {
        let account = Alias::from(format!("source-{name}"));
        let found = auth::resolve(source, &account, &self.vault).await;
        found.map_err(|error| {
            let mut error = SourceError::from(error);
            error.message = format!("{name}: {}", error.message);
            if *source == SecretSource::Keyring {
                // The keyring's own advice is for connections.
                error.remedy = format!(
                    "put the token into the keyring (service crosstie, user name \"secret of {account}\"), or set \
                     secret = {{ env = \"NAME\" }}, {{ command = [\"pass\", \"show\", \"{name}\"] }} or \
                     {{ file = \"path\" }} in the [[source]] {name}"
                );
            }
            error
        })
    }
}
