//! `crosstie connection add`: a connection from nothing but arguments.
//!
//! Must never be in here: a secret among the arguments, where every process could read it.

use std::path::PathBuf;

use clap::ValueEnum;
use serde::Serialize;

use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Json,
        output::Output,
        services::{Change, Services},
        setup::Setup,
    },
    config::{self, ConnectionConfig, Method, SecretSource, TokenStore},
    domain::{Alias, Deployment},
};

/// `--kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum KindArg {
    Cloud,
    DataCenter,
}

/// `--method`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum MethodArg {
    ApiToken,
    #[value(name = "oauth2-cloud")]
    OAuth2Cloud,
    #[value(name = "oauth1")]
    OAuth1,
    #[value(name = "oauth2-data-center")]
    OAuth2DataCenter,
    Pat,
    Basic,
}

/// `--tokens`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TokensArg {
    Keyring,
    File,
}

/// Arguments of `connection add`.
#[derive(Debug, clap::Args)]
pub struct AddArgs {
    /// Its short name
    alias: String,
    /// Which Jira it is
    #[arg(long, value_enum, value_name = "K")]
    kind: KindArg,
    /// How to sign in
    #[arg(long, value_enum, value_name = "M")]
    method: MethodArg,
    /// Address of the site, or of any page of it
    #[arg(
        long,
        value_name = "U",
        required_unless_present = "subdomain",
        conflicts_with = "subdomain"
    )]
    url: Option<String>,
    /// The `acme` of `https://acme.atlassian.net`
    #[arg(long, value_name = "S")]
    subdomain: Option<String>,
    /// The API token's owner
    #[arg(long, value_name = "E", required_if_eq("method", "api-token"))]
    email: Option<String>,
    /// The user of `basic`
    #[arg(long, value_name = "N", required_if_eq("method", "basic"))]
    username: Option<String>,
    /// Id of the OAuth 2.0 app or incoming link
    #[arg(long, value_name = "I", required_if_eq_any([("method", "oauth2-cloud"), ("method", "oauth2-data-center")]))]
    client_id: Option<String>,
    /// Consumer key of the application link
    #[arg(long, value_name = "C", required_if_eq("method", "oauth1"))]
    consumer_key: Option<String>,
    /// File with the private key of `oauth1`; `crosstie keygen` makes one
    #[arg(long, value_name = "FILE", group = "secret")]
    private_key: Option<PathBuf>,
    /// The secret is in this environment variable
    #[arg(long, value_name = "NAME", group = "secret")]
    secret_env: Option<String>,
    /// The secret is in this file, which only its owner may read
    #[arg(long, value_name = "PATH", group = "secret")]
    secret_file: Option<PathBuf>,
    /// Read the secret from standard input and keep it where --tokens says
    #[arg(long, group = "secret")]
    secret_stdin: bool,
    /// Use it where no connection is named
    #[arg(long)]
    default: bool,
    /// Where issued tokens, and a secret from standard input, are kept
    #[arg(long, value_enum, value_name = "T", default_value = "keyring")]
    tokens: TokensArg,
    /// Loopback address that the browser comes back to
    #[arg(long, value_name = "U")]
    callback: Option<String>,
    /// Atlassian's API gateway
    #[arg(long, value_name = "U")]
    gateway_url: Option<String>,
    /// Atlassian's authorization server
    #[arg(long, value_name = "U")]
    auth_url: Option<String>,
    /// Proxy to the site
    #[arg(long, value_name = "U")]
    proxy: Option<String>,
    /// Certificate authorities of the site, PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Address that people use in the browser, if it is another one
    #[arg(long, value_name = "U")]
    frontend_url: Option<String>,
    #[command(flatten)]
    json: Json,
}

/// What was written, as scripts see it.
#[derive(Debug, Serialize)]
struct Added<'a> {
    alias: &'a Alias,
    kind: Deployment,
    url: &'a str,
    method: &'static str,
    config: String,
    /// `crosstie connection authorize` must follow.
    needs_authorization: bool,
}

/// Writes the connection.
///
/// # Errors
/// If the arguments do not make a connection, the alias is taken, or something cannot be written.
pub(super) fn run(
    args: &AddArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let connection = args.connection(setup)?;
    let secret = args.secret_stdin.then(|| services.read_secret()).transpose()?;
    let change = Change::Add {
        connection: Box::new(connection.clone()),
        secret,
    };
    services.change(setup, change)?;
    let granted = connection.access().is_granted();
    if args.json.json {
        output.json(&Added {
            alias: &connection.alias,
            kind: connection.kind,
            url: &connection.url,
            method: connection.access().word(),
            config: setup.paths.config.display().to_string(),
            needs_authorization: granted,
        })?;
        return Ok(Exit::Done);
    }
    let (alias, file) = (&connection.alias, setup.paths.config.display());
    output.line(&format!("{alias}: written to {file}"))?;
    let next = if granted { "authorize" } else { "test" };
    output.note("next", &format!("crosstie connection {next} {alias}"));
    Ok(Exit::Done)
}

impl AddArgs {
    fn connection(&self, setup: &Setup) -> Result<ConnectionConfig, Failure> {
        let kind = match self.kind {
            KindArg::Cloud => Deployment::Cloud,
            KindArg::DataCenter => Deployment::DataCenter,
        };
        let url = match (&self.url, &self.subdomain) {
            (Some(url), _) => config::site_of(url, Some(kind)).map_err(|flaw| wrong("--url", &flaw))?,
            (None, Some(name)) => config::site_of_subdomain(name).map_err(|flaw| wrong("--subdomain", &flaw))?,
            (None, None) => return Err(usage("--url or --subdomain is needed")),
        };
        let mut connection = ConnectionConfig::new(self.alias.as_str(), kind, url, self.method(setup)?);
        connection.default = self.default;
        connection.tokens = match self.tokens {
            TokensArg::Keyring => TokenStore::Keyring,
            TokensArg::File => TokenStore::File,
        };
        for (given, place) in [
            (&self.callback, &mut connection.callback),
            (&self.gateway_url, &mut connection.gateway_url),
            (&self.auth_url, &mut connection.auth_url),
        ] {
            if let Some(given) = given {
                place.clone_from(given);
            }
        }
        connection.proxy.clone_from(&self.proxy);
        connection.ca = self.ca.as_deref().map(absolute);
        connection.frontend_url.clone_from(&self.frontend_url);
        Ok(connection)
    }

    fn method(&self, setup: &Setup) -> Result<Method, Failure> {
        let secret = self.source(setup)?;
        let given = |value: &Option<String>| value.clone().unwrap_or_default();
        Ok(match self.method {
            MethodArg::ApiToken => Method::ApiToken {
                email: given(&self.email),
                secret,
            },
            MethodArg::OAuth2Cloud => Method::OAuth2Cloud {
                client_id: given(&self.client_id),
                secret,
            },
            MethodArg::OAuth1 => Method::OAuth1 {
                consumer_key: given(&self.consumer_key),
                private_key: secret,
            },
            MethodArg::OAuth2DataCenter => Method::OAuth2DataCenter {
                client_id: given(&self.client_id),
                secret,
            },
            MethodArg::Pat => Method::Pat { secret },
            MethodArg::Basic => Method::Basic {
                username: given(&self.username),
                secret,
            },
        })
    }

    /// Where the secret will be found. One that comes from standard input is put there later, and its
    /// place then written instead of this one.
    fn source(&self, setup: &Setup) -> Result<SecretSource, Failure> {
        if self.private_key.is_some() && self.method != MethodArg::OAuth1 {
            return Err(usage("--private-key belongs to --method oauth1"));
        }
        match (
            &self.private_key,
            &self.secret_env,
            &self.secret_file,
            self.secret_stdin,
        ) {
            (Some(path), ..) | (None, None, Some(path), _) => Ok(SecretSource::File(absolute(path))),
            (None, Some(name), ..) => Ok(SecretSource::Env(name.clone())),
            (None, None, None, true) => Ok(match self.tokens {
                TokensArg::Keyring => SecretSource::Keyring,
                TokensArg::File => SecretSource::File(setup.paths.data.clone()),
            }),
            (None, None, None, false) => {
                let way = match self.method {
                    MethodArg::OAuth1 => "--private-key FILE",
                    _ => "--secret-env NAME, --secret-file PATH or --secret-stdin",
                };
                Err(usage(&format!("the secret is missing: give {way}")))
            }
        }
    }
}

fn absolute(path: impl AsRef<std::path::Path>) -> PathBuf {
    let path = path.as_ref();
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn usage(message: &str) -> Failure {
    Failure::new(Exit::Usage, message.to_owned())
}

fn wrong(flag: &str, flaw: &config::Flaw) -> Failure {
    Failure::new(Exit::Usage, format!("{flag}: {flaw}")).hint(flaw.remedy())
}
