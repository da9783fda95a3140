//! Values of the `Authorization` header.
//!
//! Must never be in here: where a secret comes from.

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::error::AuthError;

/// The header of a bearer token.
///
/// # Errors
/// When the token holds characters that a header cannot carry.
pub(super) fn bearer(token: &SecretString) -> Result<HeaderValue, AuthError> {
    header("Bearer", token.expose_secret().trim())
}

/// `scheme` with its credentials, never shown by `Debug`.
///
/// # Errors
/// When they hold characters that a header cannot carry.
pub(super) fn header(scheme: &str, credentials: &str) -> Result<HeaderValue, AuthError> {
    let mut value = HeaderValue::try_from(format!("{scheme} {credentials}")).map_err(|_| {
        AuthError::secret(
            "the secret holds characters that cannot be sent, such as a line break in the middle",
            "store the token alone, on one line",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}
