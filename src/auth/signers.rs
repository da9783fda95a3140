//! Which signer a connection has: a secret alone signs at once; what a flow issued is kept, and renewed
//! when it has to be.
//!
//! Must never be in here: how a request is signed.

mod issued;

use std::sync::Arc;

use secrecy::SecretString;

use super::{
    error::{AuthError, AuthErrorKind},
    means::Means,
    secret::resolve,
    signer::{Basic, Bearer, Signer},
};
use crate::{
    config::{ConnectionConfig, Method},
    domain::Access,
};

/// The signer of a connection: finds its secret, and its tokens where a flow issued some.
///
/// # Errors
/// When the secret is not found or cannot be sent in a header, or nobody has signed in yet.
pub async fn signer(config: &ConnectionConfig, means: &Means) -> Result<Arc<dyn Signer>, AuthError> {
    let secret = resolve(config.method.secret(), &config.alias, &means.vault).await?;
    if config.access().is_granted() {
        return issued::open(config, &secret, means).await;
    }
    plain(&config.method, secret)
}

/// The signer of a method that needs no more than its secret.
///
/// # Errors
/// When the secret cannot be sent in a header, or the method needs issued tokens.
pub fn plain(method: &Method, secret: SecretString) -> Result<Arc<dyn Signer>, AuthError> {
    Ok(match method {
        Method::ApiToken { email, .. } => Arc::new(Basic::new(Access::ApiToken, email, secret)?),
        Method::Basic { username, .. } => Arc::new(Basic::new(Access::Basic, username, secret)?),
        Method::Pat { .. } => Arc::new(Bearer::new(secret)?),
        Method::OAuth2Cloud { .. } | Method::OAuth1 { .. } | Method::OAuth2DataCenter { .. } => {
            return Err(AuthError::new(
                AuthErrorKind::SignIn,
                "this sign-in method needs issued tokens",
                "run `crosstie connection authorize` with the connection's alias",
            ));
        }
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use url::Url;

    use super::*;
    use crate::{auth::signer::Outgoing, config::SecretSource};

    fn secret(text: &str) -> SecretString {
        SecretString::from(text.to_owned())
    }

    async fn signed(method: &Method, text: &str) -> HeaderValue {
        let signer = plain(method, secret(text)).unwrap();
        let url = Url::parse("https://jira.example.com/rest").unwrap();
        let request = Outgoing {
            method: &http::Method::GET,
            url: &url,
        };
        signer.authorize(request).await.unwrap()
    }

    #[tokio::test]
    async fn each_method_has_its_header() {
        let source = SecretSource::Env("X".into());
        let token = Method::ApiToken {
            email: "me@example.com".into(),
            secret: source.clone(),
        };
        let value = signed(&token, "t0ken").await;
        assert_eq!(value.to_str().unwrap(), "Basic bWVAZXhhbXBsZS5jb206dDBrZW4=");
        assert!(value.is_sensitive());
        let basic = Method::Basic {
            username: "jörg".into(),
            secret: source.clone(),
        };
        assert_eq!(signed(&basic, "ä:b").await.to_str().unwrap(), "Basic asO2cmc6w6Q6Yg==");
        let pat = Method::Pat { secret: source };
        assert_eq!(signed(&pat, "t0ken ").await.to_str().unwrap(), "Bearer t0ken");
    }
}
