//! What HackerOne answers to what it refuses.
//!
//! Must never be in here: deciding what is refused.

use axum::http::StatusCode;
use serde_json::json;

use crate::sandbox::server::message::Reply;

/// What isn't there, or may not be seen.
pub(super) fn forbidden() -> Reply {
    Reply::json(StatusCode::FORBIDDEN, &json!({"errors": [{"status": 403}]}))
}

/// A parameter that makes no sense.
pub(super) fn invalid(parameter: &str) -> Reply {
    let body = json!({"errors": [{
        "status": 400, "title": "Invalid Parameter", "detail": format!("The parameter '{parameter}' is invalid."),
        "source": {"parameter": parameter},
    }]});
    Reply::json(StatusCode::BAD_REQUEST, &body)
}
