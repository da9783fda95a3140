//! Why a request got no whole answer, in words for people.
//!
//! Must never be in here: the address that was asked, which may hold a secret.

use std::{error::Error, io};

use crate::text;

/// Longest part of a reason that somebody else worded.
const LONGEST: usize = 300;

/// What sort of thing went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The certificate, or the agreement on a cipher.
    Tls,
    /// The name of the host.
    Name,
    /// The proxy wants somebody to sign in.
    Proxy,
    /// The request or the client could not even be put together.
    Setup,
    /// The way there or back.
    Connection,
}

/// Why there was no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) cause: Cause,
    /// `connection refused`, `timed out`.
    pub(crate) reason: String,
    /// Whether the same request may well succeed in a moment.
    pub(crate) passing: bool,
    /// Whether the request certainly did not get to the server.
    pub(crate) unsent: bool,
}

/// Classifies a failed request.
pub(crate) fn fault(error: &reqwest::Error) -> Fault {
    let connecting = error.is_connect();
    let unsent = connecting || error.is_dns() || error.is_builder();
    let fault = |cause, reason: &str, passing| Fault {
        cause,
        reason: reason.to_owned(),
        passing,
        unsent,
    };
    if let Some(tls) = tls_reason(error) {
        return fault(Cause::Tls, &tls, false);
    }
    if error.is_dns() {
        return fault(Cause::Name, "the host name does not resolve", false);
    }
    if error.is_timeout() {
        let reason = if connecting {
            "connecting timed out"
        } else {
            "timed out"
        };
        return fault(Cause::Connection, reason, !connecting);
    }
    let reason = innermost(error);
    if error.is_builder() {
        return fault(Cause::Setup, &reason, false);
    }
    if reason.contains("proxy") && reason.contains("auth") {
        return fault(Cause::Proxy, "the proxy asks for a user name and password", false);
    }
    fault(Cause::Connection, &reason, !connecting)
}

/// The innermost cause; the outer ones only repeat where they are.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn Error = error;
    let mut io = None;
    while let Some(inner) = cause.source() {
        cause = inner;
        io = cause.downcast_ref::<io::Error>().map(io::Error::kind).or(io);
    }
    match io {
        Some(io::ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
        Some(io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) => "connection reset".to_owned(),
        Some(io::ErrorKind::UnexpectedEof) => "the answer was cut off".to_owned(),
        _ if error.is_body() || error.is_decode() => "the answer was cut off".to_owned(),
        _ => clean(&cause.to_string()),
    }
}

/// What rustls says, wherever it is wrapped.
fn tls_reason(error: &reqwest::Error) -> Option<String> {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(tls) = tls_inside(inner) {
            return Some(explain(tls));
        }
        cause = inner.source();
    }
    None
}

/// IO errors hide what they wrap from `source`.
fn tls_inside<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    let wrapped = error.downcast_ref::<io::Error>()?.get_ref()?;
    tls_inside(wrapped)
}

fn explain(error: &rustls::Error) -> String {
    use rustls::CertificateError as Bad;
    let certificate = match error {
        rustls::Error::InvalidCertificate(certificate) => certificate,
        rustls::Error::AlertReceived(alert) => {
            return format!("the server refused the handshake ({alert:?}); it may ask for a client certificate");
        }
        other => return clean(&other.to_string()),
    };
    match certificate {
        Bad::UnknownIssuer => "its certificate is from an authority that this machine does not trust".to_owned(),
        Bad::Expired | Bad::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        Bad::NotValidYet | Bad::NotValidYetContext { .. } => "its certificate is not valid yet".to_owned(),
        Bad::NotValidForNameContext { presented, .. } => {
            let names = clean(&presented.join(", "));
            format!("its certificate is for another name ({names})")
        }
        Bad::NotValidForName => "its certificate is for another name".to_owned(),
        Bad::Revoked => "its certificate was revoked".to_owned(),
        other => clean(&format!("its certificate is not valid ({other:?})")),
    }
}

/// Words of others, on one line and of a fair length.
fn clean(words: &str) -> String {
    text::truncate(&text::clean_line(words), LONGEST)
}

#[cfg(test)]
mod tests {
    use rustls::{AlertDescription, CertificateError as Bad, Error as Tls};

    use super::*;

    #[test]
    fn what_is_wrong_with_a_certificate_is_told_in_words() {
        let names = |presented: &[&str]| Bad::NotValidForNameContext {
            expected: rustls::pki_types::ServerName::try_from("jira.example.com").unwrap(),
            presented: presented.iter().map(|&name| name.to_owned()).collect(),
        };
        for (error, words) in [
            (
                Tls::InvalidCertificate(Bad::UnknownIssuer),
                "its certificate is from an authority that this machine does not trust",
            ),
            (Tls::InvalidCertificate(Bad::Expired), "its certificate has expired"),
            (
                Tls::InvalidCertificate(Bad::NotValidYet),
                "its certificate is not valid yet",
            ),
            (Tls::InvalidCertificate(Bad::Revoked), "its certificate was revoked"),
            (
                Tls::InvalidCertificate(names(&["a.example.com", "b\u{1b}[31m.example.com"])),
                "its certificate is for another name (a.example.com, b␛[31m.example.com)",
            ),
            (
                Tls::InvalidCertificate(Bad::BadSignature),
                "its certificate is not valid (BadSignature)",
            ),
            (
                Tls::AlertReceived(AlertDescription::HandshakeFailure),
                "the server refused the handshake (HandshakeFailure); it may ask for a client certificate",
            ),
        ] {
            let wrapped = io::Error::other(error.clone());
            assert_eq!(explain(&error), words);
            assert_eq!(tls_inside(&wrapped), Some(&error), "also within an error of IO");
        }
        assert!(explain(&Tls::General("x".repeat(5_000))).len() < 400);
    }

    #[tokio::test]
    async fn a_request_that_cannot_be_built_or_sent_says_so() {
        // Fails only if there is one already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let built = reqwest::Client::new().get("nowhere").build().unwrap_err();
        let told = fault(&built);
        assert_eq!((told.cause, told.passing, told.unsent), (Cause::Setup, false, true));
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        drop(listener);
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        let told = fault(&client.get(address).send().await.unwrap_err());
        assert_eq!(
            told,
            Fault {
                cause: Cause::Connection,
                reason: "connection refused".to_owned(),
                passing: false,
                unsent: true,
            }
        );
    }
}
