//! Signing in: where secrets and issued tokens are kept, the flows that a person goes through in the
//! browser, and how each method proves who is calling.
//!
//! Must never be in here: a request to Jira's API, a secret in a message, screens. A [`Signer`] sees
//! the method and the whole address of each request and answers with the value of its
//! `Authorization` header, which is all that signatures over requests, refreshed bearer tokens and
//! plain passwords have in common.

mod error;
pub mod flow;
mod grant;
mod header;
mod hide;
mod keeper;
pub mod keyring;
pub mod landing;
pub mod listener;
mod means;
mod mode;
pub mod oauth1;
mod oauth2;
mod secret;
mod signer;
mod signers;
mod vault;

#[cfg(test)]
mod tests;

pub use error::{AuthError, AuthErrorKind};
pub use flow::{Attempt, Granted, Return, begin, begin_by};
pub use grant::{Grant, OAuth1Grant, OAuth2Grant, Site, last_four};
pub use means::Means;
pub use oauth2::missing_scopes;
pub use secret::resolve;
pub use signer::{Basic, Bearer, Outgoing, Refusal, Signer, Signing};
pub use signers::{plain, signer};
pub use vault::{TokenLock, Vault};
