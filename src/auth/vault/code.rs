//! A grant as text: the one place where tokens are written down.

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::auth::grant::{Grant, OAuth1Grant, OAuth2Grant, Site};

/// Number of this form; a newer one is refused instead of misread.
const FORM: u32 = 1;

#[derive(Serialize)]
struct Written<'a> {
    form: u32,
    #[serde(flatten)]
    tokens: Tokens<&'a str>,
}

#[derive(Deserialize)]
struct Form {
    form: u32,
}

/// The tokens in readable form; lives only while text is made or read, and has no `Debug`.
#[derive(Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "lowercase")]
enum Tokens<S> {
    OAuth2 {
        access: S,
        refresh: Option<S>,
        expires_at: Option<Timestamp>,
        scope: S,
        issued_at: Timestamp,
        cloud_id: Option<S>,
        site_url: Option<S>,
        site_name: Option<S>,
        redirect_uri: S,
    },
    OAuth1 {
        token: S,
        token_secret: S,
        session_handle: Option<S>,
        expires_at: Option<Timestamp>,
        authorization_expires_at: Option<Timestamp>,
    },
}

/// Writes a grant.
pub(super) fn encode(grant: &Grant) -> SecretString {
    let tokens = match grant {
        Grant::OAuth2(grant) => Tokens::OAuth2 {
            access: grant.access.expose_secret(),
            refresh: grant.refresh.as_ref().map(ExposeSecret::expose_secret),
            expires_at: grant.expires_at,
            scope: grant.scope.as_str(),
            issued_at: grant.issued_at,
            cloud_id: grant.site.as_ref().map(|site| site.cloud_id.as_str()),
            site_url: grant.site.as_ref().map(|site| site.url.as_str()),
            site_name: grant.site.as_ref().map(|site| site.name.as_str()),
            redirect_uri: grant.redirect_uri.as_str(),
        },
        Grant::OAuth1(grant) => Tokens::OAuth1 {
            token: grant.token.expose_secret(),
            token_secret: grant.token_secret.expose_secret(),
            session_handle: grant.session_handle.as_ref().map(ExposeSecret::expose_secret),
            expires_at: grant.expires_at,
            authorization_expires_at: grant.authorization_expires_at,
        },
    };
    // Strings and times always become JSON.
    SecretString::from(serde_json::to_string(&Written { form: FORM, tokens }).unwrap_or_default())
}

/// Reads a grant; the error tells what is wrong and nothing of what is there.
pub(super) fn decode(text: &SecretString) -> Result<Grant, &'static str> {
    let text = text.expose_secret();
    let form: Form = serde_json::from_str(text).map_err(|_| "they are not in crosstie's form")?;
    if form.form > FORM {
        return Err("they were written by a newer crosstie");
    }
    let tokens: Tokens<String> = serde_json::from_str(text).map_err(|_| "something is missing in them")?;
    Ok(match tokens {
        Tokens::OAuth2 {
            access,
            refresh,
            expires_at,
            scope,
            issued_at,
            cloud_id,
            site_url,
            site_name,
            redirect_uri,
        } => Grant::OAuth2(OAuth2Grant {
            access: SecretString::from(access),
            refresh: refresh.map(SecretString::from),
            expires_at,
            scope,
            issued_at,
            site: cloud_id.map(|cloud_id| Site {
                cloud_id,
                url: site_url.unwrap_or_default(),
                name: site_name.unwrap_or_default(),
            }),
            redirect_uri,
        }),
        Tokens::OAuth1 {
            token,
            token_secret,
            session_handle,
            expires_at,
            authorization_expires_at,
        } => Grant::OAuth1(OAuth1Grant {
            token: SecretString::from(token),
            token_secret: SecretString::from(token_secret),
            session_handle: session_handle.map(SecretString::from),
            expires_at,
            authorization_expires_at,
        }),
    })
}
