//! The JSON the sandbox answers with, in each flavour's and version's own shape.
//!
//! Must never be in here: which caller may see what, or anything read from a request. Nothing is
//! shared with the client's own shapes, so that a mistake on one side shows on the other.

pub(crate) mod entity;
pub(crate) mod fields;
pub(crate) mod history;
pub(crate) mod issue;
pub(crate) mod paging;
pub(crate) mod people;
pub(crate) mod select;

use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;

use super::{
    model::{Flavour, Viewer, World},
    richtext::RichText,
};

/// Version of the REST API, which decides the form of rich text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Version {
    /// Wiki markup.
    V2,
    /// ADF; Cloud only.
    V3,
}

impl Version {
    /// As in a path.
    pub(crate) fn digit(self) -> char {
        match self {
            Self::V2 => '2',
            Self::V3 => '3',
        }
    }
}

/// Writes values of the world for one caller.
#[derive(Debug, Clone)]
pub(crate) struct Wire<'a> {
    pub(crate) world: &'a World,
    pub(crate) viewer: Viewer,
    pub(crate) version: Version,
    /// Address of the site, as the caller reached it.
    pub(crate) base: &'a str,
    zone: TimeZone,
}

impl<'a> Wire<'a> {
    /// A writer for this caller.
    pub(crate) fn new(world: &'a World, viewer: Viewer, version: Version, base: &'a str) -> Self {
        Self {
            zone: world.zone_of(&viewer),
            world,
            viewer,
            version,
            base,
        }
    }

    /// True for Cloud.
    pub(crate) fn cloud(&self) -> bool {
        self.world.flavour == Flavour::Cloud
    }

    /// An address below this version of the API.
    pub(crate) fn api(&self, path: &str) -> String {
        format!("{}/rest/api/{}/{path}", self.base, self.version.digit())
    }

    /// A time in the caller's zone, with an offset that RFC 3339 does not allow.
    pub(crate) fn time(&self, at: Timestamp) -> String {
        jira_time(at, &self.zone)
    }

    /// Rich text in the form of this version.
    pub(crate) fn rich(&self, text: &RichText) -> Value {
        match self.version {
            Version::V2 => text.wiki(&self.world.users, self.world.flavour).into(),
            Version::V3 => text.adf(&self.world.users),
        }
    }

    /// Rich text as Jira's renderer would show it, as far as the sandbox renders: escaped paragraphs.
    pub(crate) fn rendered(&self, text: &RichText) -> String {
        let plain = text.plain(&self.world.users);
        let paragraphs = plain.split('\n').filter(|line| !line.trim().is_empty());
        paragraphs.map(|line| format!("<p>{}</p>", escape_html(line))).collect()
    }
}

/// `2026-01-31T12:34:56.000+0100`
pub(crate) fn jira_time(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone())
        .strftime("%Y-%m-%dT%H:%M:%S.%3f%z")
        .to_string()
}

/// Text that is safe within HTML.
pub(crate) fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_an_offset_without_colon_and_always_milliseconds() {
        let at: Timestamp = "2026-07-31T12:34:56.07Z".parse().unwrap();
        let zone = TimeZone::get("Europe/Prague").unwrap();
        assert_eq!(jira_time(at, &zone), "2026-07-31T14:34:56.070+0200");
        assert_eq!(jira_time(at, &TimeZone::UTC), "2026-07-31T12:34:56.070+0000");
    }
}
