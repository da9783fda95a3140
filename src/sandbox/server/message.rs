//! One request and one answer as plain values, so that routes are functions between them.
//!
//! Must never be in here: what an endpoint does, or anything asynchronous.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

/// What a caller sent, taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path as sent, without the context path.
    pub(crate) path: String,
    /// Path and query as sent, for error texts that repeat it.
    pub(crate) target: String,
    /// Decoded query parameters in their order.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The instant at which it arrived, by the sandbox's clock.
    pub(crate) at: Timestamp,
    /// The instant that the sandbox claims it is (differs under the wrong-clock fault).
    pub(crate) shown: Timestamp,
}

impl Request {
    /// The first value of a query parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a query parameter, repeated or separated by commas.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let values = self.query.iter().filter(|(key, _)| key == name);
        split_commas(values.map(|(_, value)| value.as_str()))
    }

    /// A whole number from the query; `None` if it isn't there, an error answer if it isn't a number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, Reply> {
        self.param(name)
            .map(|text| {
                text.parse().map_err(|_| {
                    Reply::error(
                        StatusCode::BAD_REQUEST,
                        &format!("Failed to parse '{text}' as a number for '{name}'."),
                    )
                })
            })
            .transpose()
    }

    /// `true` for a flag that is there and says so.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.param(name) == Some("true")
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON, or the answer that Jira gives to a broken one.
    pub(crate) fn json(&self) -> Result<Value, Reply> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Reply::json(
                StatusCode::BAD_REQUEST,
                &json!({"errorMessages": [format!("There was an error parsing JSON. Check that your request body is valid. ({error})")]}),
            )
        })
    }
}

/// Splits every value at its commas; blanks around a part don't belong to it.
pub(crate) fn split_commas<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    values
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Takes a query string apart.
pub(crate) fn parse_query(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The decoded parts of a path, between its slashes.
pub(crate) fn path_segments(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|part| !part.is_empty())
        .map(|part| percent_decode_str(part).decode_utf8_lossy().into_owned())
        .collect()
}

/// What goes back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Vec<u8>,
}

/// What a route comes to: both sides are answers, so that `?` ends a call with a refusal.
pub(crate) type Answer = Result<Reply, Reply>;

impl Reply {
    fn new(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Self {
        let kind = (header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        Self {
            status,
            headers: if content_type.is_empty() {
                Vec::new()
            } else {
                vec![kind]
            },
            body,
        }
    }

    /// A JSON answer.
    pub(crate) fn json(status: StatusCode, body: &Value) -> Self {
        Self::new(status, "application/json;charset=UTF-8", body.to_string().into_bytes())
    }

    /// `200` with JSON.
    pub(crate) fn ok(body: &Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// An answer without a body.
    pub(crate) fn empty(status: StatusCode) -> Self {
        Self::new(status, "", Vec::new())
    }

    /// A plain text answer.
    pub(crate) fn text(status: StatusCode, body: &str) -> Self {
        Self::new(status, "text/plain;charset=UTF-8", body.as_bytes().to_vec())
    }

    /// An HTML answer.
    pub(crate) fn html(status: StatusCode, body: &str) -> Self {
        Self::new(status, "text/html;charset=UTF-8", body.as_bytes().to_vec())
    }

    /// A file.
    pub(crate) fn bytes(status: StatusCode, content_type: &str, body: Vec<u8>) -> Self {
        Self::new(status, "", body).with(header::CONTENT_TYPE, content_type)
    }

    /// The error that Jira gives most often: one message, no field.
    pub(crate) fn error(status: StatusCode, message: &str) -> Self {
        Self::errors(status, &[message.to_owned()])
    }

    /// Several messages, no field.
    pub(crate) fn errors(status: StatusCode, messages: &[String]) -> Self {
        Self::json(status, &json!({"errorMessages": messages, "errors": {}}))
    }

    /// One field is wrong.
    pub(crate) fn field_error(status: StatusCode, field: &str, message: &str) -> Self {
        Self::json(status, &json!({"errorMessages": [], "errors": {field: message}}))
    }

    /// Cloud's answer to a path or method that doesn't exist.
    pub(crate) fn problem(status: StatusCode, detail: &str, instance: &str) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        let body = json!({
            "type": "about:blank", "title": title, "status": status.as_u16(),
            "detail": detail, "instance": instance,
        });
        Self::new(status, "application/problem+json", body.to_string().into_bytes())
    }

    /// A header of this answer.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(own, _)| own.as_str() == name);
        found.and_then(|(_, value)| value.to_str().ok())
    }

    /// The same with this header set; a value that cannot be one is left out.
    #[must_use]
    pub(crate) fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.retain(|(own, _)| *own != name);
            self.headers.push((name, value));
        }
        self
    }

    /// The same with another header that isn't among the standard ones.
    #[must_use]
    pub(crate) fn with_custom(self, name: &'static str, value: &str) -> Self {
        match HeaderName::from_bytes(name.as_bytes()) {
            Ok(name) => self.with(name, value),
            Err(_) => self,
        }
    }

    /// `true` if the body is JSON, so that it may be compressed or spoilt.
    pub(crate) fn is_json(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.contains("json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_and_paths_are_decoded_once() {
        assert_eq!(
            parse_query("jql=a+%3D%20%22b%26c%22&fields=x,y&fields=z"),
            [("jql", "a = \"b&c\""), ("fields", "x,y"), ("fields", "z")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        assert_eq!(
            path_segments("/rest//api/3/issue/A%2FB-1/"),
            ["rest", "api", "3", "issue", "A/B-1"]
        );
        assert_eq!(split_commas(["a, b,,", "c"].into_iter()), ["a", "b", "c"]);
    }

    #[test]
    fn a_header_that_would_split_the_answer_is_left_out() {
        let reply = Reply::empty(StatusCode::OK).with_custom("x-test", "a\r\nset-cookie: b");
        assert!(reply.headers.is_empty());
    }
}
