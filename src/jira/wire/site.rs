//! Server info, and what Cloud's gateway needs.

use super::{instant_of, take_text};
use crate::{
    domain::{Deployment, json::Object},
    jira::ServerInfo,
};

/// `GET /serverInfo`; `None` if this is some other program's JSON.
pub(crate) fn server_info(mut object: Object<'_>, host: &str) -> Option<ServerInfo> {
    let is_jiras = ["baseUrl", "buildNumber", "deploymentType"]
        .iter()
        .any(|member| object.contains_key(member));
    let version = take_text(&mut object, "version").filter(|_| is_jiras)?;
    let base_url = take_text(&mut object, "baseUrl");
    Some(ServerInfo {
        deployment: deployment(take_text(&mut object, "deploymentType"), &version, host),
        base_url: base_url.unwrap_or_default().trim_end_matches('/').to_owned(),
        server_time: instant_of(&object, "serverTime"),
        title: take_text(&mut object, "serverTitle").unwrap_or_default(),
        version,
    })
}

/// Servers from before 2017 do not tell their kind.
fn deployment(told: Option<String>, version: &str, host: &str) -> Deployment {
    let cloud = match told {
        Some(kind) => kind.eq_ignore_ascii_case("cloud"),
        None => version.starts_with("1001.") || host.ends_with(".atlassian.net") || host.ends_with(".jira.com"),
    };
    if cloud {
        Deployment::Cloud
    } else {
        Deployment::DataCenter
    }
}

/// `GET /_edge/tenant_info`.
pub(crate) fn cloud_id(mut object: Object<'_>) -> Option<String> {
    let id = take_text(&mut object, "cloudId")?;
    let plain = id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    plain.then_some(id)
}
