//! What must never be shown, stored or passed on, whoever wrote it down.
//!
//! Must never be in here: a way to read it but [`Hidden::authorization`].

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::form_urlencoded;

/// What is shorter may well be a word that people use; it is hidden in messages only.
const SHORTEST: usize = 8;
/// Stands where a secret stood.
const SIGN: &str = "…";

/// The secrets of one service, in every form in which they go out.
#[derive(Debug)]
pub(super) struct Hidden(Vec<SecretString>);

impl Hidden {
    /// `secrets` as they are; the first of them is what `Authorization` holds.
    pub(super) fn new(secrets: Vec<SecretString>) -> Self {
        // As it stands in an address that somebody put it into.
        let encoded = |secret: &SecretString| {
            let all: String = form_urlencoded::byte_serialize(secret.expose_secret().as_bytes()).collect();
            SecretString::from(all)
        };
        let in_addresses: Vec<SecretString> = secrets.iter().map(encoded).collect();
        Self(secrets.into_iter().chain(in_addresses).collect())
    }

    /// What signs requests, if anything does.
    pub(super) fn authorization(&self) -> Option<&SecretString> {
        self.0.first()
    }

    /// A text without them.
    pub(super) fn out_of(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.0.iter().map(ExposeSecret::expose_secret) {
            if !secret.is_empty() && text.contains(secret) {
                text = text.replace(secret, SIGN);
            }
        }
        text
    }

    /// Takes them out of what a service holds: somebody may have put one there, and from here it would go
    /// into the store, onto the screen and to Jira.
    pub(super) fn conceal(&self, json: &mut Value) {
        match json {
            Value::String(text) => {
                let secrets = self.0.iter().map(ExposeSecret::expose_secret);
                let mut telling = secrets.filter(|secret| secret.len() >= SHORTEST);
                if telling.any(|secret| text.contains(secret)) {
                    *text = self.out_of(text);
                }
            }
            Value::Array(all) => all.iter_mut().for_each(|one| self.conceal(one)),
            Value::Object(all) => all.values_mut().for_each(|one| self.conceal(one)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_found_in_every_form_and_nothing_else_is_touched() {
        let hidden = Hidden::new(["Bearer a+b/c=d e", "a+b/c=d e", ""].map(SecretString::from).to_vec());
        for (text, expected) in [
            ("it is a+b/c=d e.", "it is …."),
            ("Bearer a+b/c=d e", "…"),
            ("https://e.org/?t=a%2Bb%2Fc%3Dd+e&x", "https://e.org/?t=…&x"),
            ("a + b", "a + b"),
            ("", ""),
        ] {
            assert_eq!(hidden.out_of(text), expected);
        }
        let mut json = json!({"a": ["x a+b/c=d e", 1, null, {"b": "plain"}]});
        hidden.conceal(&mut json);
        assert_eq!(json, json!({"a": ["x …", 1, null, {"b": "plain"}]}));
        let short = Hidden::new(vec![SecretString::from("test")]);
        let mut json = json!("a test");
        short.conceal(&mut json);
        assert_eq!((json, short.out_of("a test")), (json!("a test"), "a …".to_owned()));
        assert!(!format!("{hidden:?}").contains("a+b"));
    }
}
