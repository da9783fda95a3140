//! The pages people see on the way: may this client act for you? And the redirects that carry the answer.
//!
//! Must never be in here: what the answer leads to.

use axum::http::{StatusCode, header};
use url::Url;

use super::params::Params;
use crate::sandbox::{
    server::message::{Reply, Request},
    wire::escape_html,
};

/// What somebody in front of the page did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    Approve,
    Deny,
}

impl Decision {
    /// The decision that a request carries; without one the page is to be shown.
    pub(crate) fn of(params: &Params) -> Option<Self> {
        match params.get("decision") {
            Some("approve") => Some(Self::Approve),
            Some("deny") => Some(Self::Deny),
            _ => None,
        }
    }
}

/// A site to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// The page that asks. Its links and its form lead back to the address that it was asked for at, with the
/// decision added.
pub(crate) fn page(request: &Request, client: &str, wants: &[String], sites: &[Choice]) -> Reply {
    let client = escape_html(client);
    let wants: String = wants
        .iter()
        .map(|scope| format!("<li>{}</li>", escape_html(scope)))
        .collect();
    let here = escape_html(&request.target);
    let link = |id: &str, extra: &str, text: &str| format!("<p><a id=\"{id}\" href=\"{here}{extra}\">{text}</a></p>");
    let mut links = link("approve", "&amp;decision=approve", "Allow");
    let mut options = String::new();
    if sites.len() > 1 {
        options.push_str("<select name=\"site\"><option value=\"\">All sites</option>");
        for site in sites {
            let (id, name) = (escape_html(&site.id), escape_html(&site.name));
            let extra = format!("&amp;site={id}&amp;decision=approve");
            links.push_str(&link(&format!("approve-{id}"), &extra, &format!("Allow on {name}")));
            options.push_str(&format!("<option value=\"{id}\">{name}</option>"));
        }
        options.push_str("</select>");
    }
    links.push_str(&link("deny", "&amp;decision=deny", "Deny"));
    Reply::html(
        StatusCode::OK,
        &format!(
            "<!DOCTYPE html><html><head><title>{client} asks for access</title></head><body>\
             <h1>{client} asks for access</h1><ul>{wants}</ul><form method=\"post\" action=\"{here}\">{options}\
             <button name=\"decision\" value=\"approve\">Allow</button>\
             <button name=\"decision\" value=\"deny\">Deny</button></form>{links}</body></html>"
        ),
    )
}

/// A page that says something and leads nowhere.
pub(crate) fn dead_end(status: StatusCode, title: &str, text: &str) -> Reply {
    let (title, text) = (escape_html(title), escape_html(text));
    let page = format!(
        "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p></body></html>"
    );
    Reply::html(status, &page)
}

/// Sends the browser on, with these parameters behind those that the address has.
pub(crate) fn redirect(to: &str, params: &[(&str, &str)]) -> Reply {
    let Ok(mut address) = Url::parse(to) else {
        return dead_end(
            StatusCode::BAD_REQUEST,
            "Bad address",
            "The callback is not an address.",
        );
    };
    if !params.is_empty() {
        address.query_pairs_mut().extend_pairs(params);
    }
    Reply::empty(StatusCode::FOUND).with(header::LOCATION, address.as_str())
}
