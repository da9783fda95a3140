//! Why a request got no whole answer, in words for people.
//!
//! Must never be in here: the address that was asked.

use crate::text;

/// Why there was no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    /// `connection refused`, `timed out`.
    pub(super) reason: String,
    /// Whether the same request may well succeed in a moment.
    pub(super) passing: bool,
}

/// Classifies a failed request.
pub(super) fn fault(error: &reqwest::Error) -> Fault {
    let fault = |reason: &str, passing| Fault {
        reason: reason.to_owned(),
        passing,
    };
    if let Some(tls) = tls_reason(error) {
        return fault(&tls, false);
    }
    if error.is_dns() {
        return fault("the host name does not resolve", false);
    }
    let connecting = error.is_connect();
    if error.is_timeout() {
        return fault(
            if connecting {
                "connecting timed out"
            } else {
                "timed out"
            },
            !connecting,
        );
    }
    fault(&innermost(error), !connecting && !error.is_builder())
}

/// The innermost cause; the outer ones only repeat where they are.
fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    let mut io = None;
    while let Some(inner) = cause.source() {
        cause = inner;
        io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind).or(io);
    }
    match io {
        Some(std::io::ErrorKind::ConnectionRefused) => "connection refused".to_owned(),
        Some(std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe) => "connection reset".to_owned(),
        Some(std::io::ErrorKind::UnexpectedEof) => "the answer was cut off".to_owned(),
        _ if error.is_body() || error.is_decode() => "the answer was cut off".to_owned(),
        _ => text::clean_line(&cause.to_string()).into_owned(),
    }
}

/// What rustls says, wherever it is wrapped.
fn tls_reason(error: &reqwest::Error) -> Option<String> {
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        if let Some(tls) = tls_inside(inner) {
            return Some(explain(tls));
        }
        cause = inner.source();
    }
    None
}

/// IO errors hide what they wrap from `source`.
fn tls_inside<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e rustls::Error> {
    if let Some(tls) = error.downcast_ref() {
        return Some(tls);
    }
    let wrapped = error.downcast_ref::<std::io::Error>()?.get_ref()?;
    tls_inside(wrapped)
}

fn explain(error: &rustls::Error) -> String {
    use rustls::CertificateError as Bad;
    match error {
        rustls::Error::InvalidCertificate(Bad::UnknownIssuer) => {
            "its certificate is from an authority that this machine does not trust".to_owned()
        }
        rustls::Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => {
            "its certificate has expired".to_owned()
        }
        rustls::Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            "its certificate is for another name".to_owned()
        }
        other => text::clean_line(&other.to_string()).into_owned(),
    }
}
