//! The three steps to a token (RFC 5849, section 2), and its renewal by session handle.
//!
//! Must never be in here: keeping tokens, opening browsers, asking people.

mod answer;
mod failure;

#[cfg(test)]
mod tests;

use std::{fmt, time::Duration};

use http::{
    HeaderMap, Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_LENGTH},
};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use self::failure::FlowError;
use self::{answer::Grant, failure::unreachable};
use super::{consumer::Consumer, problem::Problem};
use crate::net::host;

/// Where tokens are asked for, below the site.
const REQUEST_TOKEN: &str = "/plugins/servlet/oauth/request-token";
/// Where a person decides, below the site.
const AUTHORIZE: &str = "/plugins/servlet/oauth/authorize";
/// Where tokens are issued and renewed, below the site.
const ACCESS_TOKEN: &str = "/plugins/servlet/oauth/access-token";

/// A step that takes longer has failed.
const LIMIT: Duration = Duration::from_secs(30);

/// Answers are a line of text; more than this is not read.
const LARGEST: usize = 64 * 1024;

/// Where Jira sends the person afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Callback {
    /// Nowhere: Jira shows a code, which the person types in.
    Oob,
    /// To this address, with the code in it.
    Url(Url),
}

/// A token that a person may now approve.
#[derive(Debug, Clone)]
pub struct RequestToken {
    /// The token; comes back with the code.
    pub token: SecretString,
    /// Its secret, which RSA-SHA1 does not use.
    pub secret: SecretString,
    /// Where the person approves it.
    pub authorization_url: Url,
}

/// A token that was issued, and how long it lasts.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Signs requests for the person.
    pub token: SecretString,
    /// Its secret, which RSA-SHA1 does not use.
    pub secret: SecretString,
    /// Renews the token.
    pub session_handle: Option<SecretString>,
    /// When the token ends.
    pub expires_at: Option<Timestamp>,
    /// When it can no longer be renewed.
    pub authorization_expires_at: Option<Timestamp>,
}

/// A step, by what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Asking for a request token.
    RequestToken,
    /// Exchanging the code for a token.
    AccessToken,
    /// Renewing a token.
    Renewal,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RequestToken => "starting the sign-in",
            Self::AccessToken => "completing the sign-in",
            Self::Renewal => "renewing the token",
        })
    }
}

/// What a server answered, as much of it as was read.
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Consumer {
    /// First step: a token for a person to approve.
    ///
    /// # Errors
    /// If Jira cannot be reached, refuses, or has no OAuth 1.0a (any more).
    pub async fn request_token(&self, http: &reqwest::Client, callback: &Callback) -> Result<RequestToken, FlowError> {
        let callback = match callback {
            Callback::Oob => "oob",
            Callback::Url(url) => url.as_str(),
        };
        let step = Step::RequestToken;
        let grant = self.step(http, step, None, &[("oauth_callback", callback)]).await?;
        if !grant.callback_confirmed {
            return Err(FlowError::Unconfirmed {
                host: host(&self.site_url),
            });
        }
        let frontend = self.frontend_url.as_ref().unwrap_or(&self.site_url);
        let mut authorization_url = Self::below(frontend, AUTHORIZE);
        authorization_url
            .query_pairs_mut()
            .append_pair("oauth_token", grant.token.expose_secret());
        Ok(RequestToken {
            token: grant.token,
            secret: grant.secret,
            authorization_url,
        })
    }

    /// Third step: the approved token and the code for one that signs requests.
    ///
    /// # Errors
    /// If Jira cannot be reached, or does not take the code.
    pub async fn access_token(
        &self,
        http: &reqwest::Client,
        request: &RequestToken,
        verifier: &SecretString,
    ) -> Result<Issued, FlowError> {
        let extra = [("oauth_verifier", verifier.expose_secret())];
        let grant = self.step(http, Step::AccessToken, Some(&request.token), &extra).await?;
        Ok(self.issued(grant, None))
    }

    /// A new token in place of one that ends soon, or has ended.
    ///
    /// # Errors
    /// If there is nothing to renew it with, or Jira cannot be reached or refuses.
    pub async fn renew(&self, http: &reqwest::Client, issued: &Issued) -> Result<Issued, FlowError> {
        let Some(handle) = &issued.session_handle else {
            return Err(FlowError::NotRenewable {
                host: host(&self.site_url),
            });
        };
        let extra = [("oauth_session_handle", handle.expose_secret())];
        let grant = self.step(http, Step::Renewal, Some(&issued.token), &extra).await?;
        Ok(self.issued(grant, Some(issued)))
    }

    /// What a grant comes to on this machine's clock. A renewal may leave out what has not changed.
    fn issued(&self, grant: Grant, before: Option<&Issued>) -> Issued {
        let now = self.stamper.now();
        let after = |seconds: Option<i64>| {
            let end = now.checked_add(SignedDuration::from_secs(seconds?));
            Some(end.unwrap_or(Timestamp::MAX))
        };
        Issued {
            token: grant.token,
            secret: grant.secret,
            session_handle: grant
                .session_handle
                .or_else(|| before.and_then(|issued| issued.session_handle.clone())),
            expires_at: after(grant.expires_in),
            authorization_expires_at: after(grant.authorization_expires_in)
                .or_else(|| before.and_then(|issued| issued.authorization_expires_at)),
        }
    }

    /// Sends a step; once more if only the clocks differed.
    async fn step(
        &self,
        http: &reqwest::Client,
        step: Step,
        token: Option<&SecretString>,
        extra: &[(&str, &str)],
    ) -> Result<Grant, FlowError> {
        let path = match step {
            Step::RequestToken => REQUEST_TOKEN,
            Step::AccessToken | Step::Renewal => ACCESS_TOKEN,
        };
        let url = Self::below(&self.site_url, path);
        let mut answer = self.send(http, &url, token, extra).await?;
        let late = !answer.status.is_success()
            && Problem::read(&answer.headers, &answer.body) == Some(Problem::TimestampRefused);
        if late && self.stamper.learn(&answer.headers) {
            answer = self.send(http, &url, token, extra).await?;
        }
        answer::grant(&url, step, &answer)
    }

    async fn send(
        &self,
        http: &reqwest::Client,
        url: &Url,
        token: Option<&SecretString>,
        extra: &[(&str, &str)],
    ) -> Result<Answer, FlowError> {
        let token = token.map(ExposeSecret::expose_secret);
        let authorization = self.authorization(&Method::POST, url, token, extra)?;
        let request = http
            .post(url.clone())
            .header(AUTHORIZATION, authorization)
            // Proxies refuse a POST that does not say how long it is.
            .header(CONTENT_LENGTH, 0);
        let exchange = async {
            let response = request.send().await.map_err(|error| unreachable(url, &error))?;
            read(url, response).await
        };
        let timed_out = |_| FlowError::Unreachable {
            host: host(url),
            reason: "no complete answer within 30 seconds".to_owned(),
        };
        tokio::time::timeout(LIMIT, exchange).await.map_err(timed_out)?
    }
}

/// Reads an answer, up to a size.
async fn read(url: &Url, mut response: reqwest::Response) -> Result<Answer, FlowError> {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(url, &error))? {
        let room = LARGEST.saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() >= room {
            break;
        }
    }
    Ok(Answer { status, headers, body })
}
