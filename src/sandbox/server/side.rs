//! The sandbox's other origin: control for whoever runs it, and the place Cloud keeps files at.
//!
//! Must never be in here: Jira's endpoints. Nothing here can be struck by a fault.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    sync::Arc,
};

use axum::{
    extract::State,
    http::{Method, StatusCode, header},
    response::Response,
};

use super::{
    delivery,
    message::{Reply, Request, path_segments},
    take_apart,
};
use crate::{
    clock::SharedClock,
    sandbox::{control, routes::file_content, site::Site},
};

/// Where control lives.
pub(crate) const CONTROL: &str = "__control";

/// Answers a request to the other origin.
pub(super) async fn serve(State(site): State<Arc<Site>>, request: axum::extract::Request) -> Response {
    let clock: SharedClock = Arc::clone(&site.clock) as SharedClock;
    let Some(request) = take_apart(&site, request).await else {
        return delivery::send(Reply::empty(StatusCode::PAYLOAD_TOO_LARGE), None, clock);
    };
    let segments = path_segments(&request.path);
    let reply = match segments.split_first() {
        Some((first, rest)) if first == CONTROL => control::answer(&site, &request, rest).await,
        Some((first, rest)) if first == "media" => media(&site, &request, rest),
        _ => Reply::error(StatusCode::NOT_FOUND, "There is only control and media here."),
    };
    delivery::send(delivery::finish(reply, &request), None, clock)
}

/// The signed address of a file.
pub(crate) fn media_address(site: &Site, id: u64) -> String {
    format!("{}/media/{id}/{:016x}", site.side_origin, signature(id))
}

fn signature(id: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    ("media", id).hash(&mut hasher);
    hasher.finish()
}

/// A file, for whoever has its signed address. Credentials that came along are refused, as storage
/// services do: they must not have been sent here.
fn media(site: &Site, request: &Request, rest: &[String]) -> Reply {
    let [id, signed] = rest else {
        return Reply::empty(StatusCode::NOT_FOUND);
    };
    if request.header(&header::AUTHORIZATION).is_some() {
        let text = "Only one auth mechanism allowed; the address is signed already.";
        return Reply::text(StatusCode::BAD_REQUEST, text);
    }
    let id: Option<u64> = id
        .parse()
        .ok()
        .filter(|id| format!("{:016x}", signature(*id)) == *signed);
    let world = site.world();
    let file = id.and_then(|id| world.attachment(id)).map(|(_, file)| file);
    match file {
        Some(file) if request.method == Method::GET => {
            Reply::bytes(StatusCode::OK, &file.mime, file_content(file.id, file.size))
        }
        _ => Reply::empty(StatusCode::FORBIDDEN),
    }
}
