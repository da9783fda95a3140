//! Reads `auth = { method = …, … }` and where its secret is found.
//!
//! Must never be in here: reading of secrets, and any text of the file that may be one.

use super::{
    flaw::Flaw,
    model::Method,
    paths::Surroundings,
    reader::{Located, Reader, Section, Text},
    secret::SecretSource,
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

/// How a connection signs in, and the word that says so.
pub(super) struct SignIn<'t> {
    pub(super) method: Method,
    pub(super) word: Text<'t>,
}

impl SignIn<'_> {
    /// The kind of Jira that has this sign-in, or has it most.
    pub(super) fn usual_kind(&self) -> Deployment {
        match self.method {
            Method::ApiToken { .. } | Method::OAuth2Cloud { .. } => Deployment::Cloud,
            Method::OAuth1 { .. } | Method::OAuth2DataCenter { .. } | Method::Pat { .. } | Method::Basic { .. } => {
                Deployment::DataCenter
            }
        }
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
    let word = reader.text(&auth, "method")?;
    let method = match word.value {
        "api-token" => api_token(reader, &auth, around),
        "oauth1" => oauth1(reader, &auth, around),
        "oauth2-cloud" => {
            client(reader, &auth, around).map(|(client_id, secret)| Method::OAuth2Cloud { client_id, secret })
        }
        "oauth2-data-center" => {
            client(reader, &auth, around).map(|(client_id, secret)| Method::OAuth2DataCenter { client_id, secret })
        }
        "pat" => {
            reader.known_keys(&auth, &["method", "secret"]);
            secret(reader, &auth, around).map(|secret| Method::Pat { secret })
        }
        "basic" => basic(reader, &auth, around),
        _ => {
            reader.unknown_word(&word, "method", &METHODS);
            None
        }
    };
    Some(SignIn { method: method?, word })
}

fn api_token<'t>(reader: &mut Reader<'t>, auth: &Section<'t>, around: &Surroundings<'_>) -> Option<Method> {
    reader.known_keys(auth, &["method", "email", "secret"]);
    let email = email(reader, auth);
    let secret = secret(reader, auth, around);
    Some(Method::ApiToken {
        email: email?,
        secret: secret?,
    })
}

fn basic<'t>(reader: &mut Reader<'t>, auth: &Section<'t>, around: &Surroundings<'_>) -> Option<Method> {
    reader.known_keys(auth, &["method", "username", "secret"]);
    let username = required(reader, auth, "username", "username = \"me\"");
    let secret = secret(reader, auth, around);
    Some(Method::Basic {
        username: username?.value.to_owned(),
        secret: secret?,
    })
}

fn oauth1<'t>(reader: &mut Reader<'t>, auth: &Section<'t>, around: &Surroundings<'_>) -> Option<Method> {
    const EXAMPLE: &str = "private_key = { file = \"jira.pem\" }";
    reader.known_keys(auth, &["method", "consumer_key", "private_key"]);
    let consumer_key = required(reader, auth, "consumer_key", "consumer_key = \"crosstie\"");
    let private_key = located_secret(reader, auth, "private_key", EXAMPLE, around);
    Some(Method::OAuth1 {
        consumer_key: consumer_key?.value.to_owned(),
        private_key: private_key?,
    })
}

/// The id and the secret of an app.
fn client<'t>(
    reader: &mut Reader<'t>,
    auth: &Section<'t>,
    around: &Surroundings<'_>,
) -> Option<(String, SecretSource)> {
    reader.known_keys(auth, &["method", "client_id", "secret"]);
    let client_id = required(reader, auth, "client_id", "client_id = \"…\"");
    let secret = secret(reader, auth, around);
    Some((client_id?.value.to_owned(), secret?))
}

/// A warning if the method belongs to the other kind of Jira.
pub(super) fn remark_on_kind(reader: &mut Reader<'_>, word: &Text<'_>, kind: Deployment) {
    let meant = match word.value {
        "oauth1" => return,
        "api-token" | "oauth2-cloud" => Deployment::Cloud,
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

fn secret<'t>(reader: &mut Reader<'t>, auth: &Section<'t>, around: &Surroundings<'_>) -> Option<SecretSource> {
    located_secret(reader, auth, "secret", "secret = { env = \"ACME_TOKEN\" }", around)
}

/// `"keyring"`, or where else the secret is found.
pub(super) fn located_secret<'t>(
    reader: &mut Reader<'t>,
    auth: &Section<'t>,
    key: &str,
    example: &str,
    around: &Surroundings<'_>,
) -> Option<SecretSource> {
    let Some(entry) = auth.entry(key) else {
        reader.missing(auth, &[key], example);
        return None;
    };
    match entry.value {
        DeValue::String(text) if text == "keyring" => Some(SecretSource::Keyring),
        DeValue::String(_) => {
            reader.complain(&entry, Flaw::InlineSecret);
            None
        }
        _ => source(reader, auth, key, around),
    }
}

/// `{ env = … }`, `{ command = … }` or `{ file = … }`.
pub(super) fn source<'t>(
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
