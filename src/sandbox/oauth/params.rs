//! The parameters of a request to an OAuth endpoint, wherever they are carried.
//!
//! Must never be in here: which parameters an endpoint wants.

use axum::http::header;
use serde_json::Value;

use crate::sandbox::server::message::{Request, parse_query};

/// Decoded names and values in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Params(Vec<(String, String)>);

impl Params {
    /// The query and, if the body is a form, the form behind it.
    pub(crate) fn query_and_form(request: &Request) -> Self {
        let mut all = request.query.clone();
        all.extend(form(request).unwrap_or_default());
        Self(all)
    }

    /// The body as a JSON object of texts, or as a form; `None` if it is neither.
    pub(crate) fn body(request: &Request) -> Option<Self> {
        if !is_of_type(request, "application/json") {
            return form(request).map(Self);
        }
        let Ok(Value::Object(object)) = serde_json::from_slice(&request.body) else {
            return None;
        };
        let text = |(name, value): (String, Value)| match value {
            Value::String(value) => Some((name, value)),
            _ => None,
        };
        object.into_iter().map(text).collect::<Option<Vec<_>>>().map(Self)
    }

    /// The value of a parameter. One without a value counts as left out, as RFC 6749 has it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A parameter that is there more than once, which no OAuth 2.0 request may have.
    pub(crate) fn repeated(&self) -> Option<&str> {
        let mut rest = self.0.iter();
        while let Some((name, _)) = rest.next() {
            if rest.clone().any(|(other, _)| other == name) {
                return Some(name);
            }
        }
        None
    }
}

/// The body's parameters if it is a form.
pub(crate) fn form(request: &Request) -> Option<Vec<(String, String)>> {
    is_of_type(request, "application/x-www-form-urlencoded")
        .then(|| parse_query(&String::from_utf8_lossy(&request.body)))
}

fn is_of_type(request: &Request, wanted: &str) -> bool {
    let kind = request.header(&header::CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(wanted)
}
