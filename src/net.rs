//! What every HTTP client here shares: why a request got no answer, and which addresses never leave
//! this machine.
//!
//! Must never be in here: a request, or what any one service means by its answers.

mod fault;

use std::net::IpAddr;

use url::{Host, Url};

pub(crate) use fault::{Cause, Fault, fault};

/// Whether the address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        None => false,
    }
}

/// Host and port as people know them.
pub(crate) fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_told_from_what_only_sounds_like_it() {
        for (address, expected) in [
            ("http://localhost:8080/x", true),
            ("http://jira.localhost", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:9", true),
            ("http://localhost.example.com", false),
            ("http://127.0.0.1.example.com", false),
            ("http://10.0.0.1", false),
            ("http://[::ffff:10.0.0.1]", false),
            ("mailto:localhost", false),
        ] {
            assert_eq!(is_loopback(&Url::parse(address).unwrap()), expected, "{address}");
        }
        assert_eq!(host(&Url::parse("https://e.org:443/x").unwrap()), "e.org");
        assert_eq!(host(&Url::parse("http://e.org:81/x").unwrap()), "e.org:81");
    }
}
