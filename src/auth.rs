//! Signing in: where a secret is found, and how each method proves who is calling.
//!
//! Must never be in here: a request being sent, a secret being written or shown, screens. A
//! [`Signer`] sees the method and the whole address of each request and answers with the value of
//! its `Authorization` header, which is all that signatures over requests, refreshed bearer tokens
//! and plain passwords have in common.

pub mod landing;
pub mod listener;
pub mod oauth1;
mod secret;
mod signer;

pub use secret::{AuthError, AuthErrorKind, resolve};
pub use signer::{Basic, Bearer, Outgoing, Refusal, Signer, Signing, signer};
