//! What a site says of itself before anybody signs in, and the few pages people would see.

use axum::http::StatusCode;
use jiff::tz::TimeZone;
use serde_json::json;

use super::Call;
use crate::sandbox::{
    server::{
        delivery::login_page,
        message::{Answer, Reply},
    },
    wire::{escape_html, jira_time},
};

/// `GET serverInfo`
pub(super) fn server_info(call: &Call<'_>) -> Answer {
    let world = call.world();
    let zone = TimeZone::get(&world.time_zone).unwrap_or(TimeZone::UTC);
    let address = format!("{}{}", call.site.origin, call.site.context);
    let mut info = json!({
        "baseUrl": address,
        "serverTime": jira_time(call.request.shown, &zone),
        "serverTitle": world.title,
    });
    let rest = if call.cloud() {
        json!({
            "displayUrl": address, "version": "1001.0.0-SNAPSHOT", "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud", "buildNumber": 100_287, "buildDate": "2026-10-02T06:12:48.000+0000",
            "scmInfo": "500abd49", "serverTimeZone": world.time_zone,
            "defaultLocale": {"locale": "en_US"},
        })
    } else {
        json!({
            "version": "10.3.24", "versionNumbers": [10, 3, 24],
            "deploymentType": "Server", "buildNumber": 10_030_024, "buildDate": "2026-07-14T00:00:00.000+0000",
            "databaseBuildNumber": 10_030_024, "scmInfo": "5b1f6ae3c1",
            "serverTimeZone": {"locale": "en_US", "timeZoneId": world.time_zone},
        })
    };
    if let (Some(info), serde_json::Value::Object(rest)) = (info.as_object_mut(), rest) {
        info.extend(rest);
    }
    Ok(Reply::ok(&info))
}

/// `GET /_edge/tenant_info`
pub(super) fn tenant_info(call: &Call<'_>) -> Answer {
    Ok(Reply::ok(&json!({"cloudId": call.world().cloud_id})))
}

/// `GET /login.jsp`
pub(super) fn login(_call: &Call<'_>) -> Answer {
    Ok(login_page())
}

/// `GET /browse/PAY-1`: what a browser gets; people without a sign-in are asked for one.
pub(super) fn browse(call: &Call<'_>) -> Answer {
    let world = call.world();
    let Some(idx) = world.find(&call.viewer(), call.part(0)) else {
        return Ok(login_page());
    };
    let issue = world.issue(idx);
    let title = escape_html(&format!("[{}] {} - Jira", issue.key, issue.summary));
    Ok(Reply::html(
        StatusCode::OK,
        &format!("<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"),
    ))
}
