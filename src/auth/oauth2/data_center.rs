//! OAuth 2.0 of Data Center: an incoming application link, PKCE, and a rule about https.

use super::{
    dialect::{Dialect, below},
    exchange::Encoding,
};
use crate::{auth::error::AuthError, config::ConnectionConfig};

/// The scopes are a ladder; the link's own scope is the highest that is granted.
const TO_WRITE: [&str; 1] = ["WRITE"];
const TO_READ: [&str; 1] = ["READ"];

/// Where people's browsers find Jira may be another address than where crosstie does.
pub(super) fn dialect(config: &ConnectionConfig) -> Result<Dialect, AuthError> {
    let endpoint = |base, setting, name| below(base, setting, &["rest", "oauth2", "latest", name]);
    let (people, setting) = match &config.frontend_url {
        Some(frontend) => (frontend, "frontend_url"),
        None => (&config.url, "url"),
    };
    Ok(Dialect {
        authorize: endpoint(people, setting, "authorize")?,
        token: endpoint(&config.url, "url", "token")?,
        scopes: if config.read_only { &TO_READ } else { &TO_WRITE },
        extra: &[],
        encoding: Encoding::Form,
        pkce: true,
        redirect_on_refresh: true,
        note: config
            .callback
            .starts_with("http:")
            .then(|| https_rule(&config.callback)),
    })
}

/// Data Center takes redirects to https alone, this machine included, unless told otherwise.
pub(super) fn https_rule(callback: &str) -> String {
    let secure = callback.replacen("http:", "https:", 1);
    format!(
        "Jira Data Center refuses a callback over plain http, unless it was started with \
         -Datlassian.oauth2.provider.skip.redirect.url.https.requirement=true. The way round it: set callback = \
         \"{secure}\" here and in the application link; the browser will not find that page, and its address, \
         pasted here, completes the sign-in"
    )
}
