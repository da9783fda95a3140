//! The demo's connections: one of each kind, and one that needs a person.
//!
//! Several lead to the same Jira and keep different projects of it, so that no issue is there twice.

use super::{Folder, Sites};
use crate::{
    auth::{self, Vault, landing::Landing},
    cli::failure::{Exit, Failure},
    clock::SharedClock,
    config::{ConnectionConfig, Method, TokenStore},
    domain::Deployment,
    jira,
};

/// Redirects on the way through a consent page.
const MOST_REDIRECTS: usize = 4;

/// Each connection with a way to sign in that Jira has.
pub(super) fn all(folder: &Folder, sites: &Sites) -> Result<Vec<ConnectionConfig>, Failure> {
    let (on_cloud, on_center) = (sites.cloud.credentials(), sites.center.credentials());
    let cloud = |alias: &str, projects: &str, method| ConnectionConfig {
        gateway_url: sites.cloud.gateway_url(),
        auth_url: sites.cloud.auth_url(),
        ..of(alias, Deployment::Cloud, &sites.cloud.url(), projects, method)
    };
    let center =
        |alias: &str, projects: &str, method| of(alias, Deployment::DataCenter, &sites.center.url(), projects, method);
    let app_secret = folder.secret("acme-app-secret", &on_cloud.client_secret)?;
    Ok(vec![
        ConnectionConfig {
            default: true,
            ..cloud(
                "acme",
                "project not in (SEC, OPS)",
                Method::ApiToken {
                    email: on_cloud.email,
                    secret: folder.secret("acme-token", &on_cloud.api_token)?,
                },
            )
        },
        cloud(
            "acme-app",
            "project in (SEC, OPS)",
            Method::OAuth2Cloud {
                client_id: on_cloud.client_id,
                secret: app_secret,
            },
        ),
        center(
            "lab",
            "project not in (FLD, SUP, CAL)",
            Method::Pat {
                secret: folder.secret("lab-token", &on_center.pat)?,
            },
        ),
        center(
            "lab-link",
            "project in (FLD, SUP)",
            Method::OAuth1 {
                consumer_key: on_center.consumer_key,
                private_key: folder.secret("lab-link.pem", &on_center.private_key)?,
            },
        ),
        center(
            "lab-app",
            "project = CAL",
            Method::OAuth2DataCenter {
                client_id: on_center.client_id,
                secret: folder.secret("lab-app-secret", &on_center.client_secret)?,
            },
        ),
        center(
            "lab-old",
            "project = OLD",
            Method::Basic {
                username: on_center.username,
                secret: folder.secret("lab-old-password", "changed last week")?,
            },
        ),
    ])
}

fn of(alias: &str, kind: Deployment, url: &str, projects: &str, method: Method) -> ConnectionConfig {
    let mut connection = ConnectionConfig::new(alias, kind, url, method);
    connection.scope = format!("{projects} AND ({})", connection.scope);
    connection.tokens = TokenStore::File;
    connection
}

/// Signs in where a person would have to, by the same steps, pressing the button itself.
pub(super) async fn grant(connections: &[ConnectionConfig], vault: &Vault, clock: &SharedClock) -> Result<(), Failure> {
    for connection in connections.iter().filter(|connection| connection.access().is_granted()) {
        let means = jira::means(connection, vault, SharedClock::clone(clock))?;
        let mut attempt = auth::begin(connection, &means).await?;
        let mut url = attempt.authorization_url().clone();
        url.query_pairs_mut().append_pair("decision", "approve");
        let landed = press(&means.http, url, &connection.callback).await?;
        let landing = Landing::read(&landed, attempt.expected())?;
        attempt.finish(landing, None, &means).await?;
    }
    Ok(())
}

/// Follows the redirects to the callback, which nobody listens on.
async fn press(http: &reqwest::Client, mut url: url::Url, callback: &str) -> Result<String, Failure> {
    let lost = || Failure::new(Exit::Failed, "the demo's Jira did not let the demo in");
    for _ in 0..MOST_REDIRECTS {
        let answer = http.get(url.clone()).send().await.map_err(|_| lost())?;
        let location = answer.headers().get("location").and_then(|to| to.to_str().ok());
        let next = url.join(location.ok_or_else(lost)?).map_err(|_| lost())?;
        if next.as_str().starts_with(callback) {
            return Ok(next.into());
        }
        url = next;
    }
    Err(lost())
}
