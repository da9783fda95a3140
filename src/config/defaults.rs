//! What holds where the file says nothing.
//!
//! Must never be in here: reading of files, checking of values.

use std::time::Duration;

/// Between polls of a connection.
pub(crate) const INTERVAL: Duration = Duration::from_secs(5 * 60);
/// Between censuses.
pub(crate) const CENSUS: Duration = Duration::from_secs(6 * 60 * 60);
/// Per request.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);
/// What lists show when nothing else is asked for.
pub(crate) const JQL: &str = r#"statusCategory in ("To Do", "In Progress")"#;
/// Which issues are kept locally: what is open, and half a year of what was closed.
pub(crate) const SCOPE: &str = "statusCategory != Done OR updated >= -180d";
/// Where scoped tokens and OAuth calls go.
pub(crate) const GATEWAY_URL: &str = "https://api.atlassian.com";
/// Where OAuth on Cloud starts.
pub(crate) const AUTH_URL: &str = "https://auth.atlassian.com";
/// Where flows that redirect come back to.
pub(crate) const CALLBACK: &str = "http://localhost:8976/callback";

/// Themes that `[ui] theme` may name.
pub const THEMES: [&str; 5] = ["auto", "dark", "light", "high-contrast", "16"];
