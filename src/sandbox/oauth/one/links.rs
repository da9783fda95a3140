//! Application links: a consumer, and the public key that its signatures are checked with.
//!
//! Must never be in here: private keys.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rsa::{RsaPublicKey, pkcs8::DecodePublicKey as _};

/// A consumer as an administrator has entered it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) name: String,
    pub(crate) key: RsaPublicKey,
}

/// A public key as Jira's form takes it: PEM, or what is between its first and last line.
pub(crate) fn public_key(text: &str) -> Option<RsaPublicKey> {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with("-----"));
    let body: String = lines.flat_map(str::split_whitespace).collect();
    RsaPublicKey::from_public_key_der(&STANDARD.decode(body).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::oauth::one::keys::{PRIVATE_KEY, PUBLIC_KEY};

    #[test]
    fn a_public_key_may_be_stripped_but_must_be_one() {
        let body: Vec<&str> = PUBLIC_KEY.lines().filter(|line| !line.starts_with('-')).collect();
        let whole = public_key(PUBLIC_KEY).unwrap();
        for stripped in [body.concat(), body.join("\r\n"), format!("  {}\n\n", body.join(" "))] {
            assert_eq!(public_key(&stripped), Some(whole.clone()), "{stripped}");
        }
        for wrong in [PRIVATE_KEY, "", "AAAA", "no key"] {
            assert_eq!(public_key(wrong), None, "{wrong}");
        }
    }
}
