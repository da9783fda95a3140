//! Signing in: where secrets and issued tokens are kept, the flows that a person goes through in the
//! browser, and how each method proves who is calling.
//!
//! Must never be in here: a request to Jira's API, a secret in a message, screens. A [`Signer`] sees
//! the method and the whole address of each request and answers with the value of its
//! `Authorization` header, which is all that signatures over requests, refreshed bearer tokens and
//! plain passwords have in common.

pub mod flow;
mod grant;
mod keeper;
pub mod keyring;
pub mod landing;
pub mod listener;
pub mod oauth1;
mod oauth2;
mod secret;
mod signer;
mod vault;

#[cfg(test)]
mod tests;

pub use flow::{Attempt, Granted, Means, Return, begin, begin_by};
pub use grant::{Grant, OAuth1Grant, OAuth2Grant, Site, last_four};
pub use oauth2::missing_scopes;
pub use secret::{AuthError, AuthErrorKind, resolve};
pub use signer::{Basic, Bearer, Outgoing, Refusal, Signer, Signing, plain, signer};
pub use vault::{TokenLock, Vault};
