//! Notices through an incoming webhook of Slack, or of what takes the same: Mattermost, Rocket.Chat.
//!
//! Must never be in here: the address in a message or a log (who knows it can write to the channel),
//! and text that could call people or pose as a link of ours.

mod answer;
#[cfg(test)]
mod tests;

use std::time::Duration;

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use super::{
    Notice,
    channel::{Channel, Sending, Unsent},
    markup::without_mentions,
};
use crate::{
    auth::{self, Vault},
    clock::SharedClock,
    config::SecretSource,
    domain::Alias,
    net::{fault, is_loopback},
};

/// For one request, from the first byte to the last.
const LIMIT: Duration = Duration::from_secs(10);
/// Under which name the keyring has the address. No connection can be called so.
const ACCOUNT: &str = "[notices]";

/// An incoming webhook; its address is read anew for each notice and not kept.
#[derive(Debug)]
pub(super) struct Slack {
    source: SecretSource,
    vault: Vault,
    clock: SharedClock,
}

impl Slack {
    pub(super) fn new(source: SecretSource, vault: Vault, clock: SharedClock) -> Self {
        Self { source, vault, clock }
    }

    async fn post(&self, notice: &Notice) -> Result<(), Unsent> {
        let account = Alias::from(ACCOUNT);
        let found = auth::resolve(&self.source, &account, &self.vault).await;
        let secret = found.map_err(|error| self.not_found(error.into()))?;
        let address = address(&secret)?;
        let client = client(&address)?;
        let body = payload(notice).to_string();
        let mut asked_to_wait = false;
        loop {
            let response = deliver(&client, &address, body.clone()).await?;
            let status = response.status().as_u16();
            let after = response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok());
            match answer::step(status, after, asked_to_wait) {
                answer::Step::Done => return Ok(()),
                answer::Step::Again(wait) => self.clock.sleep(wait).await,
                answer::Step::Refused => {
                    let word = answer::word(response, address.as_str()).await;
                    return Err(answer::refusal(status, word.as_deref(), host(&address)));
                }
            }
            asked_to_wait = true;
        }
    }

    /// The keyring's own advice is for connections.
    fn not_found(&self, why: Unsent) -> Unsent {
        match self.source {
            SecretSource::Keyring => Unsent::new(
                why.message,
                format!(
                    "put the address into the keyring (service crosstie, user name \"secret of {ACCOUNT}\"), or set \
                     slack = {{ env = \"NAME\" }} or {{ file = \"path\" }} in {ACCOUNT}"
                ),
            ),
            _ => why,
        }
    }
}

impl Channel for Slack {
    fn name(&self) -> &'static str {
        "Slack"
    }

    fn send<'a>(&'a self, notice: &'a Notice) -> Sending<'a> {
        Box::pin(self.post(notice))
    }
}

/// The address, if a secret may be sent there.
fn address(secret: &SecretString) -> Result<Url, Unsent> {
    const REMEDY: &str = "copy the address of the incoming webhook anew; it is like https://hooks.slack.com/services/…";
    // What stands there is not repeated: it is the secret.
    let wrong = |what: &str| Unsent::new(format!("the address of the webhook {what}"), REMEDY);
    let url = Url::parse(secret.expose_secret().trim()).map_err(|_| wrong("cannot be read"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user name or password"));
    }
    match url.scheme() {
        "https" if url.host().is_some() => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(wrong("is plain http, which would send it unprotected")),
        _ => Err(wrong("is no https address")),
    }
}

fn host(address: &Url) -> &str {
    address.host_str().unwrap_or_default()
}

fn client(address: &Url) -> Result<reqwest::Client, Unsent> {
    // Fails only if a provider is installed already, and then there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("crosstie/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .timeout(LIMIT)
        .pool_max_idle_per_host(0);
    if is_loopback(address) {
        builder = builder.no_proxy();
    }
    if address.scheme() == "http" {
        // Nothing is encrypted, so no root certificates are needed.
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| {
        let why = fault(&error.without_url()).reason;
        Unsent::new(
            format!("the HTTP client could not be set up ({why})"),
            "check that this machine has root certificates",
        )
    })
}

async fn deliver(client: &reqwest::Client, address: &Url, body: String) -> Result<Response, Unsent> {
    let request = client
        .post(address.clone())
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .body(body);
    request.send().await.map_err(|error| {
        // Errors of HTTP carry the address along.
        let why = fault(&error.without_url()).reason;
        let host = host(address);
        Unsent::new(
            format!("{host} gave no answer: {why}"),
            "check the network and the proxy; the next notice is sent anew",
        )
    })
}

/// `text` for previews and for those who know no blocks; `blocks` for Slack. Both say the same.
fn payload(notice: &Notice) -> serde_json::Value {
    let inert = |text: &str| without_mentions(text);
    let title = inert(&format!("crosstie: {}", notice.title));
    let message = inert(&notice.message);
    let footer = [&notice.remedy, &notice.site].map(|text| inert(text));
    let footer: Vec<&str> = footer
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .collect();
    let lines: Vec<&str> = [title.as_str(), message.as_str()]
        .into_iter()
        .chain(footer.iter().copied())
        .collect();
    let mut blocks = vec![json!({
        "type": "section",
        "text": { "type": "mrkdwn", "verbatim": true, "text": format!("*{title}*\n{message}") },
    })];
    if !footer.is_empty() {
        blocks.push(json!({
            "type": "context",
            "elements": [{ "type": "mrkdwn", "verbatim": true, "text": footer.join("\n") }],
        }));
    }
    json!({ "text": lines.join("\n"), "blocks": blocks })
}
