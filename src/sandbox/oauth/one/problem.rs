//! What is wrong with a signed request, in the words of OAuth's problem reporting extension.
//!
//! Must never be in here: finding out what is wrong.

use axum::http::{StatusCode, header};
use url::form_urlencoded::Serializer;

use super::percent::encode;
use crate::sandbox::server::message::Reply;

/// A problem with its advice and what else is told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem(Vec<(&'static str, String)>);

impl Problem {
    /// A problem by its name.
    pub(super) fn new(name: &str, advice: &str) -> Self {
        Self(vec![
            ("oauth_problem", name.to_owned()),
            ("oauth_problem_advice", advice.to_owned()),
        ])
    }

    /// The same, telling more.
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, value.to_owned()));
        self
    }

    /// Parameters are missing.
    pub(super) fn absent(names: &[&str]) -> Self {
        let names = names.join("&");
        Self::new("parameter_absent", "a parameter is missing").with("oauth_parameters_absent", &names)
    }

    /// A parameter makes no sense.
    pub(super) fn rejected(name: &str, advice: &str) -> Self {
        Self::new("parameter_rejected", advice).with("oauth_parameters_rejected", name)
    }

    /// `401` that tells the problem twice: in the header and as a form.
    pub(super) fn reply(&self, realm: &str) -> Reply {
        let mut challenge = format!("OAuth realm=\"{}\"", encode(realm));
        for (name, value) in &self.0 {
            challenge.push_str(&format!(", {name}=\"{}\"", encode(value)));
        }
        let form = Serializer::new(String::new()).extend_pairs(&self.0).finish();
        Reply::bytes(
            StatusCode::UNAUTHORIZED,
            "application/x-www-form-urlencoded;charset=UTF-8",
            form.into_bytes(),
        )
        .with(header::WWW_AUTHENTICATE, &challenge)
    }
}
