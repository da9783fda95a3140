//! Whether an answer will do, and if not, why: the sentence under its field.
//!
//! Must never be in here: a sentence that quotes what could be a secret.

use super::values::{Field, KeyFrom, Place};
use super::{Item, Wizard};
use crate::app::form::words;
use crate::config::{TokenStore, typed};
use crate::domain::Access;

impl Wizard {
    /// What is wrong with the answer that stands at an item.
    pub(crate) fn flaw(&self, item: &Item) -> Option<String> {
        match item {
            Item::Field(field) => self.field_flaw(*field),
            Item::Secret => self.secret_flaw(),
            Item::Place(Place::Keyring) if self.values.place == Place::Keyring => self.keyring_flaw(),
            Item::Tokens(TokenStore::Keyring) if self.values.tokens == TokenStore::Keyring => self.keyring_flaw(),
            _ => None,
        }
    }

    /// The same, as long as it is not too early to say so.
    pub(crate) fn told_flaw(&self, item: &Item) -> Option<String> {
        let begun = match item {
            Item::Field(field) => !self.values.text(*field).is_empty(),
            Item::Secret => !self.values.secret.is_empty(),
            _ => true,
        };
        self.flaw(item).filter(|_| begun || self.tried.contains(&self.page))
    }

    fn keyring_flaw(&self) -> Option<String> {
        let keyring = &self.prepared.got()?.keyring;
        let said = keyring.as_ref().err()?;
        Some(format!("the keyring cannot be used here: {said}; choose another place"))
    }

    fn field_flaw(&self, field: Field) -> Option<String> {
        let text = self.values.text(field);
        let optional = |check: fn(&str) -> Result<String, String>| (!text.is_empty()).then(|| check(text).err())?;
        match field {
            Field::Site if text.is_empty() => Some("a sub-domain, or any address of the site".to_owned()),
            Field::Site => typed::site(text, self.values.kind).err(),
            Field::Alias => typed::alias(text, &self.taken()).err(),
            Field::Proxy => optional(typed::proxy),
            Field::Frontend => optional(typed::address),
            Field::Callback => typed::callback(text).err(),
            Field::Email if !typed::is_email(text) => Some("the e-mail address of the token's owner".to_owned()),
            Field::Username if text.is_empty() => Some("the name that you sign in to Jira with".to_owned()),
            Field::ClientId if text.is_empty() || text.contains(char::is_whitespace) => {
                Some("the id that Jira shows beside the secret; it has no blanks".to_owned())
            }
            Field::ConsumerKey if text.is_empty() || text.contains(char::is_control) => {
                Some("any name; the same is typed into Jira".to_owned())
            }
            Field::Env if !text.is_empty() && !is_variable(text) => {
                Some("the variable's name, not its value: letters, digits and underscores".to_owned())
            }
            Field::Command => match words(text) {
                Err(reason) => Some(reason),
                Ok(words) => words.is_empty().then(|| "a command that prints the secret".to_owned()),
            },
            Field::File if text.is_empty() && self.needs_file() => Some("the file that holds it".to_owned()),
            Field::Scope => scope_flaw(text),
            _ => None,
        }
    }

    /// A private key that is said to lie in a file must be named.
    fn needs_file(&self) -> bool {
        self.values.access == Access::OAuth1 && self.values.key_from == KeyFrom::File
    }

    fn secret_flaw(&self) -> Option<String> {
        let values = &self.values;
        let text = values.secret.masked();
        let in_file = values.place == Place::File && values.access != Access::OAuth1;
        if text.is_some() || self.keeps_secret() || in_file && !values.text(Field::File).is_empty() {
            return None;
        }
        Some(
            match values.access {
                Access::ApiToken => "the token; it is shown only once, when it is created",
                Access::OAuth2Cloud => "the app's secret, from its Settings page",
                Access::OAuth2DataCenter => "the client secret that Jira showed",
                Access::Pat => "the token; it is shown only once, when it is created",
                Access::OAuth1 => "the private key, with or without its first and last line",
                Access::Basic => "the password",
            }
            .to_owned(),
        )
    }
}

fn is_variable(text: &str) -> bool {
    !text.starts_with(|letter: char| letter.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// A scope stands between parentheses, so it is a bare condition.
fn scope_flaw(text: &str) -> Option<String> {
    match crate::jql::parse(text) {
        Err(error) => Some(crate::text::clean_line(&error.to_string()).into_owned()),
        Ok(query) => query
            .order_by
            .is_some()
            .then(|| "a scope has no ORDER BY: it says which issues, not in which order".to_owned()),
    }
}
