//! Signing in: where secrets and issued tokens are kept, the flows that a person goes through in the
//! browser, and how each method proves who is calling.
//!
//! Must never be in here: a request to Jira's API, a secret in a message, screens. A [`Signer`] sees
//! the method and the whole address of each request and answers with the value of its
//! `Authorization` header, which is all that signatures over requests, refreshed bearer tokens and
//! plain passwords have in common.

mod grant;
pub mod keyring;
pub mod landing;
pub mod listener;
pub mod oauth1;
mod secret;
mod signer;
mod vault;

pub use grant::{Grant, OAuth1Grant, OAuth2Grant, Site, last_four};
pub use secret::{AuthError, AuthErrorKind, resolve};
pub use signer::{Basic, Bearer, Outgoing, Refusal, Signer, Signing, signer};
pub use vault::{TokenLock, Vault};
