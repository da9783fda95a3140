//! What has been answered so far, and what becomes of it in the config.
//!
//! Must never be in here: whether an answer will do (`check`), or the secret anywhere but in its
//! field and in the draft.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::app::event::Masked;
use crate::app::form::{PrivateEdit, SecretEdit, words};
use crate::app::line_edit::LineEdit;
use crate::config::{ConnectionConfig, Method, SecretSource, TokenStore};
use crate::domain::{Access, Deployment};

/// A field of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    Site,
    Alias,
    Proxy,
    Ca,
    Frontend,
    Email,
    Username,
    ClientId,
    ConsumerKey,
    Env,
    Command,
    File,
    Callback,
    Scope,
    Landing,
}

/// Where the secret is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Keyring,
    File,
    Env,
    Command,
}

/// Where the private key of OAuth 1.0a comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyFrom {
    /// The one that is configured.
    Kept,
    /// Made here, with so many bits.
    Made(u32),
    Pasted,
    File,
    Env,
    Command,
}

/// The ways to sign in to a kind of Jira, the one for most people first.
pub(crate) fn ways(kind: Deployment) -> &'static [Access] {
    match kind {
        Deployment::Cloud => &[Access::ApiToken, Access::OAuth2Cloud, Access::OAuth1],
        Deployment::DataCenter => &[Access::Pat, Access::OAuth1, Access::OAuth2DataCenter, Access::Basic],
    }
}

/// The answers.
#[derive(Debug, Clone)]
pub(crate) struct Values {
    pub(crate) kind: Deployment,
    pub(crate) access: Access,
    texts: BTreeMap<Field, LineEdit>,
    landing: PrivateEdit,
    pub(crate) secret: SecretEdit,
    pub(crate) place: Place,
    pub(crate) key_from: KeyFrom,
    pub(crate) tokens: TokenStore,
    /// The alias was typed, not proposed.
    pub(crate) alias_typed: bool,
    pub(crate) default: bool,
    pub(crate) read_only: bool,
    /// Proxy, authority and the browser's address are asked for too.
    pub(crate) network: bool,
    /// Whether Jira shows its older screens for application links, if that was said.
    pub(crate) old_screens: Option<bool>,
}

impl Default for Values {
    fn default() -> Self {
        Self::of(&blank())
    }
}

/// A connection about which nothing is known yet.
fn blank() -> ConnectionConfig {
    let method = Method::ApiToken {
        email: String::new(),
        secret: SecretSource::Keyring,
    };
    ConnectionConfig::new("", Deployment::Cloud, "", method)
}

impl Values {
    /// The answers that lead to a connection.
    pub(crate) fn of(connection: &ConnectionConfig) -> Self {
        let optional = |path: &Option<PathBuf>| path.as_deref().map_or_else(String::new, shown);
        let mut values = Self {
            kind: connection.kind,
            access: connection.access(),
            texts: BTreeMap::new(),
            landing: PrivateEdit::default(),
            secret: SecretEdit::default(),
            place: Place::Keyring,
            key_from: KeyFrom::Made(2048),
            tokens: connection.tokens,
            alias_typed: !connection.alias.as_str().is_empty(),
            default: connection.default,
            read_only: connection.read_only,
            network: connection.proxy.is_some() || connection.ca.is_some() || connection.frontend_url.is_some(),
            old_screens: None,
        };
        for (field, text) in [
            (Field::Site, connection.url.clone()),
            (Field::Alias, connection.alias.as_str().to_owned()),
            (Field::Proxy, connection.proxy.clone().unwrap_or_default()),
            (Field::Ca, optional(&connection.ca)),
            (Field::Frontend, connection.frontend_url.clone().unwrap_or_default()),
            (Field::Callback, connection.callback.clone()),
            (Field::Scope, connection.scope.clone()),
            (Field::ConsumerKey, "crosstie".to_owned()),
        ] {
            values.set(field, &text);
        }
        values.take_method(&connection.method);
        values
    }

    fn take_method(&mut self, method: &Method) {
        match method {
            Method::ApiToken { email, .. } => self.set(Field::Email, email),
            Method::OAuth2Cloud { client_id, .. } | Method::OAuth2DataCenter { client_id, .. } => {
                self.set(Field::ClientId, client_id);
            }
            Method::OAuth1 { consumer_key, .. } => {
                self.set(Field::ConsumerKey, consumer_key);
                self.key_from = KeyFrom::Kept;
            }
            Method::Pat { .. } => {}
            Method::Basic { username, .. } => self.set(Field::Username, username),
        }
        match method.secret() {
            SecretSource::Keyring => self.place = Place::Keyring,
            SecretSource::Env(name) => {
                self.place = Place::Env;
                self.set(Field::Env, name);
            }
            SecretSource::Command(words) => {
                self.place = Place::Command;
                self.set(Field::Command, &joined(words));
            }
            SecretSource::File(path) => {
                self.place = Place::File;
                self.set(Field::File, &shown(path));
            }
        }
    }

    /// The same without anything that is secret or was granted.
    pub(crate) fn without_secrets(mut self) -> Self {
        self.secret = SecretEdit::default();
        self.landing = PrivateEdit::default();
        self
    }

    /// Another kind of Jira, with the way to sign in that most people use there.
    pub(crate) fn choose_kind(&mut self, kind: Deployment) {
        self.kind = kind;
        if !ways(kind).contains(&self.access) {
            self.choose_access(ways(kind).first().copied().unwrap_or(Access::ApiToken));
        }
    }

    /// Another way to sign in; a secret of the one before is of no use.
    pub(crate) fn choose_access(&mut self, access: Access) {
        if access != self.access {
            self.secret = SecretEdit::default();
        }
        self.access = access;
    }

    pub(crate) fn set(&mut self, field: Field, text: &str) {
        *self.edit_mut(field) = LineEdit::new(text);
    }

    pub(crate) fn edit_mut(&mut self, field: Field) -> &mut LineEdit {
        match field {
            Field::Landing => &mut self.landing.0,
            other => self.texts.entry(other).or_default(),
        }
    }

    pub(crate) fn edit(&self, field: Field) -> Option<&LineEdit> {
        match field {
            Field::Landing => Some(&self.landing.0),
            other => self.texts.get(&other),
        }
    }

    /// What a field holds, without blanks around it.
    pub(crate) fn text(&self, field: Field) -> &str {
        self.edit(field).map_or("", |edit| edit.text().trim())
    }

    /// Whether a secret is typed into the wizard, as far as the answers so far tell.
    pub(crate) fn asks_secret(&self) -> bool {
        match self.access {
            Access::OAuth1 => self.key_from == KeyFrom::Pasted,
            _ => matches!(self.place, Place::Keyring | Place::File),
        }
    }

    /// The secret on its way to where it is kept.
    pub(crate) fn masked(&self) -> Option<Masked> {
        self.secret.masked().filter(|_| self.asks_secret())
    }

    /// The variable that is read when none is named.
    pub(crate) fn usual_env(&self) -> String {
        let alias = self.text(Field::Alias);
        let letters = alias.chars().map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter.to_ascii_uppercase()
            } else {
                '_'
            }
        });
        let name: String = letters.collect();
        let digit = name.starts_with(|letter: char| letter.is_ascii_digit());
        format!("{}{name}_{}", if digit { "JIRA_" } else { "" }, self.noun())
    }

    /// The file that a typed secret goes to.
    pub(crate) fn usual_file(&self, folder: &Path) -> PathBuf {
        folder.join(self.text(Field::Alias))
    }

    fn noun(&self) -> &'static str {
        match self.access {
            Access::ApiToken | Access::Pat => "TOKEN",
            Access::OAuth2Cloud | Access::OAuth2DataCenter => "SECRET",
            Access::OAuth1 => "KEY",
            Access::Basic => "PASSWORD",
        }
    }

    /// Where the secret is found, as the config says it. `made` is the file of a key made here, `kept`
    /// what is configured.
    pub(crate) fn source(&self, folder: &Path, made: Option<&Path>, kept: Option<&SecretSource>) -> SecretSource {
        let place = match (self.access, self.key_from) {
            (Access::OAuth1, KeyFrom::Kept) => return kept.cloned().unwrap_or(SecretSource::Keyring),
            (Access::OAuth1, KeyFrom::Made(_)) => {
                let made = made.map_or_else(|| self.usual_file(folder), Path::to_owned);
                return SecretSource::File(made);
            }
            (Access::OAuth1, KeyFrom::Pasted) if self.tokens == TokenStore::Keyring => Place::Keyring,
            (Access::OAuth1, KeyFrom::Pasted) => return SecretSource::File(self.usual_file(folder)),
            (Access::OAuth1, KeyFrom::File) => Place::File,
            (Access::OAuth1, KeyFrom::Env) => Place::Env,
            (Access::OAuth1, KeyFrom::Command) => Place::Command,
            _ => self.place,
        };
        match place {
            Place::Keyring => SecretSource::Keyring,
            Place::File if self.masked().is_some() || self.text(Field::File).is_empty() => {
                SecretSource::File(self.usual_file(folder))
            }
            Place::File => SecretSource::File(PathBuf::from(self.text(Field::File))),
            Place::Env if self.text(Field::Env).is_empty() => SecretSource::Env(self.usual_env()),
            Place::Env => SecretSource::Env(self.text(Field::Env).to_owned()),
            Place::Command => SecretSource::Command(words(self.text(Field::Command)).unwrap_or_default()),
        }
    }

    /// The way to sign in, as the config says it.
    pub(crate) fn method(&self, secret: SecretSource) -> Method {
        let text = |field: Field| self.text(field).to_owned();
        match self.access {
            Access::ApiToken => Method::ApiToken {
                email: text(Field::Email),
                secret,
            },
            Access::OAuth2Cloud => Method::OAuth2Cloud {
                client_id: text(Field::ClientId),
                secret,
            },
            Access::OAuth1 => Method::OAuth1 {
                consumer_key: text(Field::ConsumerKey),
                private_key: secret,
            },
            Access::OAuth2DataCenter => Method::OAuth2DataCenter {
                client_id: text(Field::ClientId),
                secret,
            },
            Access::Pat => Method::Pat { secret },
            Access::Basic => Method::Basic {
                username: text(Field::Username),
                secret,
            },
        }
    }
}

fn shown(path: impl AsRef<Path>) -> String {
    path.as_ref().display().to_string()
}

/// Words as they are typed.
fn joined(words: &[String]) -> String {
    let quoted = words.iter().map(|word| {
        let plain = !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || "'\"\\".contains(c));
        if plain {
            word.clone()
        } else {
            format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""))
        }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configured_connection_comes_back_as_it_was() {
        let secrets = [
            SecretSource::Keyring,
            SecretSource::Env("ACME_TOKEN".to_owned()),
            SecretSource::File(PathBuf::from("/keys/acme.pem")),
            SecretSource::Command(["pass", "show", "a b\"c\\"].map(str::to_owned).to_vec()),
        ];
        for secret in secrets {
            let one = || secret.clone();
            let text = || "x@example.com".to_owned();
            for method in [
                Method::ApiToken {
                    email: text(),
                    secret: one(),
                },
                Method::OAuth2Cloud {
                    client_id: text(),
                    secret: one(),
                },
                Method::OAuth1 {
                    consumer_key: text(),
                    private_key: one(),
                },
                Method::OAuth2DataCenter {
                    client_id: text(),
                    secret: one(),
                },
                Method::Pat { secret: one() },
                Method::Basic {
                    username: text(),
                    secret: one(),
                },
            ] {
                let connection =
                    ConnectionConfig::new("acme", Deployment::Cloud, "https://acme.atlassian.net", method.clone());
                let values = Values::of(&connection);
                let source = values.source(Path::new("/keys"), None, Some(&secret));
                assert_eq!(values.method(source), method);
            }
        }
    }

    #[test]
    fn places_have_names_that_follow_from_the_alias() {
        let mut values = Values::default();
        values.set(Field::Alias, "dc-eu");
        assert_eq!(values.usual_env(), "DC_EU_TOKEN");
        values.set(Field::Alias, "1st");
        assert_eq!(values.usual_env(), "JIRA_1ST_TOKEN");
        values.choose_access(Access::OAuth1);
        assert_eq!(values.usual_file(Path::new("/keys")), Path::new("/keys/1st"));
    }
}
