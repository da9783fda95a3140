//! Proof keys of RFC 7636: a code is worth nothing without the verifier that its challenge was made from.
//!
//! Must never be in here: whether a provider asks for them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use rustls::{SupportedCipherSuite, crypto::ring::cipher_suite::TLS13_AES_128_GCM_SHA256};

use super::params::Params;

/// What came with the request for a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// The verifier itself.
    Plain(String),
    /// Its hash.
    S256(String),
}

/// The challenge of a request for a code, if it has one.
pub(crate) fn challenge(params: &Params) -> Result<Option<Challenge>, &'static str> {
    let method = params.get("code_challenge_method");
    let Some(text) = params.get("code_challenge") else {
        return match method {
            None => Ok(None),
            Some(_) => Err("code_challenge_method without code_challenge"),
        };
    };
    match method {
        None | Some("plain") if is_verifier(text) => Ok(Some(Challenge::Plain(text.to_owned()))),
        Some("S256") if is_verifier(text) => Ok(Some(Challenge::S256(text.to_owned()))),
        None | Some("plain" | "S256") => Err("code_challenge must be 43 to 127 unreserved characters"),
        Some(_) => Err("code_challenge_method must be one of [plain, S256]"),
    }
}

/// Whether the verifier that came with a code belongs to its challenge.
pub(crate) fn verify(challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), &'static str> {
    let (challenge, verifier) = match (challenge, verifier) {
        (None, None) => return Ok(()),
        (None, Some(_)) => return Err("code_verifier without a code_challenge before"),
        (Some(_), None) => return Err("code_verifier is missing"),
        (Some(challenge), Some(verifier)) => (challenge, verifier),
    };
    if !is_verifier(verifier) {
        return Err("code_verifier must be 43 to 127 unreserved characters");
    }
    let fits = match challenge {
        Challenge::Plain(text) => text == verifier,
        Challenge::S256(text) => *text == URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes())),
    };
    if fits {
        Ok(())
    } else {
        Err("code_verifier does not match")
    }
}

fn is_verifier(text: &str) -> bool {
    let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
    (43..=127).contains(&text.len()) && text.chars().all(unreserved)
}

/// The hash of the TLS library: that of the OAuth library would be the client's own.
fn sha256(data: &[u8]) -> Vec<u8> {
    match TLS13_AES_128_GCM_SHA256 {
        SupportedCipherSuite::Tls13(suite) => suite.common.hash_provider.hash(data).as_ref().to_vec(),
        SupportedCipherSuite::Tls12(suite) => suite.common.hash_provider.hash(data).as_ref().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_verifier_belongs_to_its_challenge_alone() {
        let hashed = Challenge::S256(CHALLENGE.to_owned());
        let plain = Challenge::Plain(VERIFIER.to_owned());
        let (short, long, odd) = ("a".repeat(42), "a".repeat(128), format!("{VERIFIER}="));
        for (challenge, verifier, fits) in [
            (Some(&hashed), Some(VERIFIER), true),
            (Some(&plain), Some(VERIFIER), true),
            (None, None, true),
            (Some(&hashed), Some(CHALLENGE), false),
            (Some(&plain), Some(CHALLENGE), false),
            (Some(&hashed), None, false),
            (Some(&plain), None, false),
            (None, Some(VERIFIER), false),
            (Some(&Challenge::Plain(short.clone())), Some(short.as_str()), false),
            (Some(&Challenge::Plain(long.clone())), Some(long.as_str()), false),
            (Some(&Challenge::Plain(odd.clone())), Some(odd.as_str()), false),
        ] {
            assert_eq!(verify(challenge, verifier).is_ok(), fits, "{challenge:?} {verifier:?}");
        }
    }
}
