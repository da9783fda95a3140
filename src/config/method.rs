//! Reads `auth = { method = …, … }` and where its secret is found.
//!
//! Must never be in here: reading of secrets, and any text of the file that may be one.

use super::{
    flaw::Flaw,
    model::{Method, SecretSource},
    paths::Surroundings,
    reader::{Located, Reader, Section, Text},
    remark::Remark,
};
use crate::domain::Deployment;
use toml::de::DeValue;

const METHODS: [&str; 6] = [
    "api-token",
    "oauth2-cloud",
    "oauth1",
    "oauth2-data-center",
    "pat",
    "basic",
];

/// How a connection signs in.
pub(super) enum SignIn<'t> {
    /// In a way that works.
    Method { method: Method, word: Text<'t> },
    /// In a way that this version does not know.
    Unsupported(Remark),
}

impl SignIn<'_> {
    /// The kind of Jira that has this sign-in, where there is only one.
    pub(super) fn usual_kind(&self) -> Option<Deployment> {
        match self {
            Self::Method { method, .. } => Some(usual_kind(method)),
            Self::Unsupported(_) => None,
        }
    }
}

fn usual_kind(method: &Method) -> Deployment {
    match method {
        Method::ApiToken { .. } => Deployment::Cloud,
        Method::Pat { .. } | Method::Basic { .. } => Deployment::DataCenter,
    }
}

/// Reads the `auth` table of a connection.
pub(super) fn read<'t>(
    reader: &mut Reader<'t>,
    connection: &Section<'t>,
    around: &Surroundings<'_>,
) -> Option<SignIn<'t>> {
    const EXAMPLE: &str =
        "auth = { method = \"api-token\", email = \"me@example.com\", secret = { env = \"ACME_TOKEN\" } }";
    if connection.entry("auth").is_none() {
        reader.missing(connection, &["auth"], EXAMPLE);
    }
    let auth = reader.section(connection, "auth")?;
    if auth.entry("method").is_none() {
        reader.missing(&auth, &["method"], "method = \"api-token\"");
    }
    let text = reader.text(&auth, "method")?;
    match text.value {
        "api-token" => {
            reader.known_keys(&auth, &["method", "email", "secret"]);
            let email = email(reader, &auth);
            let secret = secret(reader, &auth, around);
            let (email, secret) = (email?, secret?);
            Some(usable(text, secret, |secret| Method::ApiToken { email, secret }))
        }
        "pat" => {
            reader.known_keys(&auth, &["method", "secret"]);
            let secret = secret(reader, &auth, around)?;
            Some(usable(text, secret, |secret| Method::Pat { secret }))
        }
        "basic" => {
            reader.known_keys(&auth, &["method", "username", "secret"]);
            let username = required(reader, &auth, "username", "username = \"me\"");
            let secret = secret(reader, &auth, around);
            let (username, secret) = (username?.value.to_owned(), secret?);
            Some(usable(text, secret, |secret| Method::Basic { username, secret }))
        }
        "oauth1" | "oauth2-cloud" | "oauth2-data-center" => oauth(reader, &auth, &text, around),
        _ => {
            reader.unknown_word(&text, "method", &METHODS);
            None
        }
    }
}

/// A warning if the method belongs to the other kind of Jira.
pub(super) fn remark_on_kind(reader: &mut Reader<'_>, word: &Text<'_>, kind: Deployment) {
    let meant = match word.value {
        "api-token" => Deployment::Cloud,
        _ => Deployment::DataCenter,
    };
    if meant == kind {
        return;
    }
    let (meant, kind, usual) = match kind {
        Deployment::Cloud => ("Data Center", "cloud", "\"api-token\""),
        Deployment::DataCenter => ("Cloud", "data-center", "\"pat\" or \"basic\""),
    };
    reader.complain(
        word,
        Flaw::OddMethod {
            method: word.value.to_owned(),
            meant,
            kind,
            usual,
        },
    );
}

/// A secret that can be found, or a remark that this version cannot look there.
type Secret = Result<SecretSource, Remark>;

fn usable<'t>(word: Text<'t>, secret: Secret, method: impl FnOnce(SecretSource) -> Method) -> SignIn<'t> {
    match secret {
        Ok(secret) => SignIn::Method {
            method: method(secret),
            word,
        },
        Err(remark) => SignIn::Unsupported(remark),
    }
}

/// Checks an OAuth table for what it must hold, then says that it has to wait.
fn oauth<'t>(
    reader: &mut Reader<'t>,
    auth: &Section<'t>,
    method: &Text<'t>,
    around: &Surroundings<'_>,
) -> Option<SignIn<'t>> {
    let complete = if method.value == "oauth1" {
        reader.known_keys(auth, &["method", "consumer_key", "private_key"]);
        let consumer = required(reader, auth, "consumer_key", "consumer_key = \"crosstie\"");
        let key = located_secret(
            reader,
            auth,
            "private_key",
            "private_key = { file = \"jira.pem\" }",
            around,
        );
        consumer.is_some() && key.is_some()
    } else {
        reader.known_keys(auth, &["method", "client_id", "secret"]);
        let client = required(reader, auth, "client_id", "client_id = \"…\"");
        let secret = secret(reader, auth, around);
        client.is_some() && secret.is_some()
    };
    if !complete {
        return None;
    }
    let instead = match method.value {
        "oauth2-cloud" => "sign in with \"api-token\" until then",
        _ => "sign in with \"pat\" or \"basic\" until then",
    };
    Some(SignIn::Unsupported(reader.complain(
        method,
        Flaw::Unsupported {
            what: format!("the method {} is", method.value),
            remedy: instead.to_owned(),
        },
    )))
}

fn required<'t>(reader: &mut Reader<'t>, section: &Section<'t>, key: &str, example: &str) -> Option<Text<'t>> {
    if section.entry(key).is_none() {
        reader.missing(section, &[key], example);
    }
    reader.text(section, key)
}

fn email<'t>(reader: &mut Reader<'t>, auth: &Section<'t>) -> Option<String> {
    let text = required(reader, auth, "email", "email = \"me@example.com\"")?;
    let fits = text
        .value
        .split_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        && !text
            .value
            .contains(|c: char| c.is_whitespace() || c.is_control() || c == ':');
    if !fits {
        let value = super::flaw::quoted(text.value);
        reader.complain(&text, Flaw::BadEmail { value });
        return None;
    }
    Some(text.value.to_owned())
}

fn secret<'t>(reader: &mut Reader<'t>, auth: &Section<'t>, around: &Surroundings<'_>) -> Option<Secret> {
    located_secret(reader, auth, "secret", "secret = { env = \"ACME_TOKEN\" }", around)
}

fn located_secret<'t>(
    reader: &mut Reader<'t>,
    auth: &Section<'t>,
    key: &str,
    example: &str,
    around: &Surroundings<'_>,
) -> Option<Secret> {
    let Some(entry) = auth.entry(key) else {
        reader.missing(auth, &[key], example);
        return None;
    };
    match entry.value {
        DeValue::String(text) if text == "keyring" => {
            let what = "a secret in the keyring is".to_owned();
            let remedy = "use { env = \"NAME\" }, { file = \"path\" } or { command = [\"pass\", \"show\", \"jira\"] }";
            let remedy = remedy.to_owned();
            Some(Err(reader.complain(&entry, Flaw::Unsupported { what, remedy })))
        }
        DeValue::String(_) => {
            reader.complain(&entry, Flaw::InlineSecret);
            None
        }
        _ => source(reader, auth, key, around).map(Ok),
    }
}

/// `{ env = … }`, `{ command = … }` or `{ file = … }`.
fn source<'t>(
    reader: &mut Reader<'t>,
    auth: &Section<'t>,
    key: &str,
    around: &Surroundings<'_>,
) -> Option<SecretSource> {
    const KEYS: [&str; 3] = ["env", "command", "file"];
    let place = reader.section(auth, key)?;
    reader.known_keys(&place, &KEYS);
    let given: Vec<&str> = KEYS.into_iter().filter(|key| place.entry(key).is_some()).collect();
    match given.as_slice() {
        ["env"] => env(reader, &place),
        ["command"] => command(reader, &place),
        ["file"] => {
            let text = reader.text(&place, "file")?;
            Some(SecretSource::File(around.absolute(text.value)))
        }
        [] => {
            reader.missing(&place, &KEYS, "env = \"ACME_TOKEN\"");
            None
        }
        _ => secret_place(reader, &place, "more than one place is given for the secret"),
    }
}

fn env<'t>(reader: &mut Reader<'t>, place: &Section<'t>) -> Option<SecretSource> {
    let name = reader.text(place, "env")?;
    let fits = name.value.len() <= 100
        && !name.value.starts_with(|c: char| c.is_ascii_digit())
        && name
            .value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !fits {
        // Somebody may have put the token itself here, so it is not quoted.
        return secret_place(reader, &name, "this is not the name of an environment variable");
    }
    Some(SecretSource::Env(name.value.to_owned()))
}

fn command<'t>(reader: &mut Reader<'t>, place: &Section<'t>) -> Option<SecretSource> {
    let words = reader.texts(place, "command")?;
    let list: Vec<String> = words.value.iter().map(|word| word.value.to_owned()).collect();
    match list.first().map(String::as_str) {
        None | Some("") => secret_place(reader, &words, "the command names no program"),
        Some("echo" | "printf") => {
            reader.complain(&words, Flaw::InlineSecret);
            None
        }
        Some(_) => Some(SecretSource::Command(list)),
    }
}

fn secret_place<T, R>(reader: &mut Reader<'_>, at: &Located<T>, what: &str) -> Option<R> {
    reader.complain(at, Flaw::SecretPlace { what: what.to_owned() });
    None
}
