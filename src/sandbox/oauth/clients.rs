//! OAuth 2.0 clients as they are registered: apps of Cloud's developer console, incoming links of Data Center.
//!
//! Must never be in here: what was issued to them.

use serde::Deserialize;
use url::{Host, Url};

/// A registered client.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Client {
    #[serde(rename = "client_id")]
    pub(crate) id: String,
    #[serde(rename = "client_secret")]
    pub(crate) secret: String,
    #[serde(default = "unnamed")]
    pub(crate) name: String,
    /// The one address that answers go to.
    pub(crate) callback: String,
    /// What it may ask for; everything that the flavour has, if left out.
    #[serde(default)]
    pub(crate) scopes: Vec<String>,
}

fn unnamed() -> String {
    "crosstie".to_owned()
}

/// What is wrong with a callback, if anything: it must be absolute, without a fragment, and https unless it leads
/// to this machine.
pub(crate) fn callback_fault(callback: &str) -> Option<&'static str> {
    let Ok(address) = Url::parse(callback) else {
        return Some("The callback must be an absolute address.");
    };
    if address.fragment().is_some() {
        return Some("The callback must not have a fragment.");
    }
    let plain_here = address.scheme() == "http" && is_loopback(&address);
    (address.scheme() != "https" && !plain_here).then_some("The callback must use https, or http to localhost.")
}

fn is_loopback(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callbacks_use_https_unless_they_stay_on_this_machine() {
        for (callback, fine) in [
            ("https://crosstie.example/callback", true),
            ("http://localhost:8976/callback", true),
            ("http://127.0.0.1:1/callback", true),
            ("http://[::1]:1/callback", true),
            ("http://localhost.example/callback", false),
            ("http://192.168.1.4/callback", false),
            ("crosstie://callback", false),
            ("/callback", false),
            ("https://crosstie.example/#callback", false),
        ] {
            assert_eq!(callback_fault(callback).is_none(), fine, "{callback}");
        }
    }
}
