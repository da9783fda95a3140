//! One request to a token endpoint, as the `oauth2` crate wants it carried.
//!
//! The crate's own carrier is for another version of the HTTP client, and it writes forms. That is
//! right for Data Center. Atlassian documents JSON for Cloud, so there the form is rewritten.

use std::pin::Pin;

use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError, basic::BasicErrorResponse};
use serde_json::{Map, Value};

use crate::{net, text};

/// Tokens of Atlassian have some thousand letters; more than this is not an answer with tokens.
const LARGEST: usize = 1024 * 1024;

/// Letters of a server's words that are repeated.
const LONGEST_WORDS: usize = 200;

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How a token endpoint wants to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// `application/x-www-form-urlencoded`, as the standard says.
    Form,
    /// `application/json`, as Atlassian documents.
    Json,
}

/// Carries requests to a token endpoint.
pub(super) struct Exchange<'h> {
    http: &'h reqwest::Client,
    encoding: Encoding,
}

/// Why an exchange brought no tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum ExchangeError {
    /// No complete answer.
    #[error("no answer")]
    Lost(Lost),
    /// An answer other than 200.
    #[error("refused")]
    Refused(Refused),
    /// 200, but without tokens in it.
    #[error("unreadable")]
    Unreadable,
}

/// Why there was no complete answer, in words for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::auth) struct Lost(pub(in crate::auth) String);

/// What a token endpoint said instead of tokens, cleaned.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Refused {
    pub(super) status: u16,
    /// The word of the standard; empty if there was none.
    pub(super) error: String,
    pub(super) description: String,
}

/// What the crate makes of it.
pub(super) type Failed = RequestTokenError<ExchangeError, BasicErrorResponse>;

type Answering<'c> = Pin<Box<dyn Future<Output = Result<HttpResponse, ExchangeError>> + Send + 'c>>;

impl<'h> Exchange<'h> {
    pub(super) fn new(http: &'h reqwest::Client, encoding: Encoding) -> Self {
        Self { http, encoding }
    }

    async fn carry(&self, request: HttpRequest) -> Result<HttpResponse, ExchangeError> {
        let request = match self.encoding {
            Encoding::Form => request,
            Encoding::Json => as_json(request),
        };
        let request = reqwest::Request::try_from(request).map_err(|error| ExchangeError::Lost(Lost::of(&error)))?;
        let sent = self.http.execute(request).await;
        let response = sent.map_err(|error| ExchangeError::Lost(Lost::of(&error)))?;
        let status = response.status();
        let body = read(response).await.map_err(ExchangeError::Lost)?;
        let body: Option<Map<String, Value>> = serde_json::from_slice(&body).ok();
        if status != StatusCode::OK {
            return Err(ExchangeError::Refused(Refused::read(status, &body.unwrap_or_default())));
        }
        let tokens = body.and_then(|body| tokens(&body)).ok_or(ExchangeError::Unreadable)?;
        let mut response = HttpResponse::new(tokens.to_string().into_bytes());
        response.headers_mut().insert(CONTENT_TYPE, JSON);
        Ok(response)
    }
}

impl<'c> AsyncHttpClient<'c> for Exchange<'_> {
    type Error = ExchangeError;
    type Future = Answering<'c>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.carry(request))
    }
}

/// The same parameters as JSON.
fn as_json(request: HttpRequest) -> HttpRequest {
    let (mut parts, form) = request.into_parts();
    let pairs = url::form_urlencoded::parse(&form);
    let body: Map<String, Value> = pairs
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    parts.headers.insert(CONTENT_TYPE, JSON);
    HttpRequest::from_parts(parts, Value::Object(body).to_string().into_bytes())
}

/// An answer in the form that the standard demands and not every server keeps to: numbers as
/// text, no type, scopes as a list.
fn tokens(body: &Map<String, Value>) -> Option<Value> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let mut told = Map::new();
    told.insert("access_token".to_owned(), text("access_token")?.into());
    told.insert("token_type".to_owned(), "bearer".into());
    if let Some(refresh) = text("refresh_token") {
        told.insert("refresh_token".to_owned(), refresh.into());
    }
    let seconds = match body.get("expires_in") {
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(Value::Number(number)) => number
            .as_u64()
            .or_else(|| number.as_f64().filter(|seconds| *seconds >= 0.0).map(whole)),
        _ => None,
    };
    if let Some(seconds) = seconds {
        told.insert("expires_in".to_owned(), seconds.into());
    }
    match body.get("scope") {
        Some(Value::String(scope)) => {
            told.insert("scope".to_owned(), scope.as_str().into());
        }
        Some(Value::Array(scopes)) => {
            let words: Vec<&str> = scopes.iter().filter_map(Value::as_str).collect();
            told.insert("scope".to_owned(), words.join(" ").into());
        }
        _ => {}
    }
    Some(Value::Object(told))
}

fn whole(seconds: f64) -> u64 {
    std::time::Duration::try_from_secs_f64(seconds).map_or(u64::MAX, |lasts| lasts.as_secs())
}

/// Reads an answer, up to a size.
pub(super) async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, Lost> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Lost::of(&error))? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Lost("the answer is far too large".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

impl Lost {
    pub(super) fn of(error: &reqwest::Error) -> Self {
        Self(net::fault(error).reason)
    }
}

impl Refused {
    /// Atlassian uses the words of the standard, its gateway `code` and `message`.
    fn read(status: StatusCode, body: &Map<String, Value>) -> Self {
        let text = |names: [&str; 2]| {
            let found = names.iter().find_map(|name| body.get(*name).and_then(Value::as_str));
            cleaned(found.unwrap_or_default())
        };
        Self {
            status: status.as_u16(),
            error: text(["error", "code"]),
            description: text(["error_description", "message"]),
        }
    }
}

fn cleaned(words: &str) -> String {
    text::truncate(&text::clean_line(words.trim()), LONGEST_WORDS)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tokens_are_read_in_every_spelling() {
        for (body, expected) in [
            (
                json!({"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "scope": "x y", "refresh_token": "r"}),
                Some(
                    json!({"access_token": "a", "token_type": "bearer", "expires_in": 3600, "scope": "x y", "refresh_token": "r"}),
                ),
            ),
            (
                json!({"access_token": "a", "expires_in": " 60 ", "scope": ["x", 7, "y"], "refresh_token": null}),
                Some(json!({"access_token": "a", "token_type": "bearer", "expires_in": 60, "scope": "x y"})),
            ),
            (
                json!({"access_token": "a", "expires_in": 59.9, "token_type": 7, "refresh_token": ""}),
                Some(json!({"access_token": "a", "token_type": "bearer", "expires_in": 59})),
            ),
            (
                json!({"access_token": "a", "expires_in": -5}),
                Some(json!({"access_token": "a", "token_type": "bearer"})),
            ),
            (json!({"access_token": ""}), None),
            (json!({"token": "a"}), None),
        ] {
            assert_eq!(tokens(body.as_object().unwrap()), expected, "{body}");
        }
    }

    #[test]
    fn what_a_server_says_is_cleaned_and_cut() {
        let long = "x".repeat(1000);
        let body = json!({"code": 401, "message": format!("Unauthorized\u{1b}[2J {long}")});
        let refused = Refused::read(StatusCode::UNAUTHORIZED, body.as_object().unwrap());
        assert_eq!((refused.status, refused.error.as_str()), (401, ""));
        assert!(refused.description.starts_with("Unauthorized␛[2J x"), "{refused:?}");
        assert!(refused.description.chars().count() <= LONGEST_WORDS);
    }
}
