//! Files on issues: what is known of them, and the way to their content.

use axum::http::{StatusCode, header};
use serde_json::json;

use super::{
    Call,
    list::{file_content, no_file},
};
use crate::sandbox::{
    model::{Attachment, World},
    server::{
        delivery::login_page,
        message::{Answer, Reply},
        side::media_address,
    },
};

/// Largest upload in bytes.
const UPLOAD_LIMIT: u64 = 10 * 1024 * 1024;

/// `GET attachment/meta`
pub(super) fn meta(_call: &Call<'_>) -> Answer {
    Ok(Reply::ok(&json!({"enabled": true, "uploadLimit": UPLOAD_LIMIT})))
}

/// `GET attachment/{}`
pub(super) fn get(call: &Call<'_>) -> Answer {
    let world = call.world();
    let file = find(call, &world)?;
    Ok(Reply::ok(&call.wire(&world).attachment(file)))
}

/// `GET attachment/content/{}` on Cloud: elsewhere, unless told not to redirect.
pub(super) fn content(call: &Call<'_>) -> Answer {
    let world = call.world();
    let file = find(call, &world)?;
    if call.request.param("redirect") == Some("false") {
        return Ok(ranged(call, file));
    }
    let address = media_address(call.site, file.id);
    Ok(Reply::empty(StatusCode::SEE_OTHER).with(header::LOCATION, &address))
}

/// `GET /secure/attachment/{}/{}` on Data Center: for browsers, so strangers get a page to sign in.
pub(super) fn secure(call: &Call<'_>) -> Answer {
    if call.user.is_none() {
        return Ok(login_page());
    }
    let world = call.world();
    let file = find(call, &world)?;
    Ok(ranged(call, file))
}

fn find<'w>(call: &Call<'_>, world: &'w World) -> Result<&'w Attachment, Reply> {
    let wanted = call.part(0);
    let found = wanted.parse().ok().and_then(|id| world.attachment(id));
    let seen = found.filter(|(issue, _)| world.can_see(&call.viewer(), *issue));
    seen.map(|(_, file)| file).ok_or_else(|| no_file(wanted))
}

/// The whole file, or the part that `Range` asks for.
fn ranged(call: &Call<'_>, file: &Attachment) -> Reply {
    let all = file_content(file.id, file.size);
    let Some(range) = call.request.header(&header::RANGE) else {
        return Reply::bytes(StatusCode::OK, &file.mime, all);
    };
    let Some((from, to)) = parse_range(range, all.len()) else {
        return Reply::empty(StatusCode::RANGE_NOT_SATISFIABLE)
            .with(header::CONTENT_RANGE, &format!("bytes */{}", all.len()));
    };
    Reply::bytes(StatusCode::PARTIAL_CONTENT, &file.mime, all[from..to].to_vec())
        .with(header::CONTENT_RANGE, &format!("bytes {from}-{}/{}", to - 1, all.len()))
}

/// `bytes=from-to`, `bytes=from-`, `bytes=-last`: start and end; `None` if nothing of it is there.
fn parse_range(range: &str, length: usize) -> Option<(usize, usize)> {
    let (from, to) = range.strip_prefix("bytes=")?.split_once('-')?;
    let (from, to) = if from.is_empty() {
        (length.saturating_sub(to.parse().ok()?), length)
    } else {
        let end = if to.is_empty() {
            length
        } else {
            to.parse::<usize>().ok()?.saturating_add(1)
        };
        (from.parse().ok()?, end.min(length))
    };
    (from < to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_or_refused() {
        for (range, expected) in [
            ("bytes=0-3", Some((0, 4))),
            ("bytes=4-", Some((4, 10))),
            ("bytes=-3", Some((7, 10))),
            ("bytes=8-99", Some((8, 10))),
            ("bytes=10-", None),
            ("bytes=5-4", None),
            ("bytes=5-18446744073709551615", Some((5, 10))),
            ("lines=1-2", None),
        ] {
            assert_eq!(parse_range(range, 10), expected, "{range}");
        }
    }
}
