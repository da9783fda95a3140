//! Whether a signed request may be believed: consumer, version, time, nonce, signature, in this order.
//!
//! Must never be in here: what its token is worth.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rsa::{Pkcs1v15Sign, RsaPublicKey};
use sha1::{Digest as _, Sha1};

use super::{
    One,
    message::{Message, base_uri},
    problem::Problem,
};
use crate::sandbox::server::message::Request;

/// Seconds that a timestamp may be off, in either direction.
const WINDOW: i64 = 300;

const REQUIRED: [&str; 5] = [
    "oauth_consumer_key",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_timestamp",
    "oauth_nonce",
];

/// Checks everything but the token.
pub(super) fn message(one: &mut One, message: &Message, request: &Request) -> Result<(), Problem> {
    let absent: Vec<&str> = REQUIRED
        .into_iter()
        .filter(|name| message.get(name).is_none())
        .collect();
    if !absent.is_empty() {
        return Err(Problem::absent(&absent));
    }
    let unknown = || Problem::new("consumer_key_unknown", "no application link has this consumer key");
    let key = one.links.get(message.consumer()).ok_or_else(unknown)?.key.clone();
    if message.get("oauth_version").is_some_and(|version| version != "1.0") {
        let problem = Problem::new("version_rejected", "only version 1.0 is spoken here");
        return Err(problem.with("oauth_acceptable_versions", "1.0-1.0"));
    }
    if message.get("oauth_signature_method") != Some("RSA-SHA1") {
        return Err(Problem::new(
            "signature_method_rejected",
            "signatures must be made with RSA-SHA1",
        ));
    }
    in_time(one, message, request.shown.as_second())?;
    let uri = base_uri(request, one.believed_origin.as_deref());
    let signed = message.base_string(request.method.as_str(), &uri);
    let signature = message.get("oauth_signature").unwrap_or_default();
    if holds(&key, &signed, signature) {
        Ok(())
    } else {
        let advice = "the signature was not made over this request with the key of this consumer";
        Err(Problem::new("signature_invalid", advice))
    }
}

/// The timestamp is near, and with this nonce it is there for the first time. The time is the one that the site
/// tells in its answers, so that whoever corrects for it is understood.
fn in_time(one: &mut One, message: &Message, now: i64) -> Result<(), Problem> {
    let text = message.get("oauth_timestamp").unwrap_or_default();
    let not_a_number = |_| Problem::rejected("oauth_timestamp", "the timestamp must be a number of seconds");
    let at: i64 = text.parse().map_err(not_a_number)?;
    let (first, last) = (now.saturating_sub(WINDOW), now.saturating_add(WINDOW));
    if at < first || at > last {
        let problem = Problem::new("timestamp_refused", "the clocks differ too much");
        return Err(problem.with("oauth_acceptable_timestamps", &format!("{first}-{last}")));
    }
    one.nonces.retain(|(kept, ..)| *kept >= first);
    let nonce = message.get("oauth_nonce").unwrap_or_default();
    let used = (at, message.consumer().to_owned(), nonce.to_owned());
    if one.nonces.insert(used) {
        Ok(())
    } else {
        Err(Problem::new(
            "nonce_used",
            "a request with this nonce has been here before",
        ))
    }
}

/// RSASSA-PKCS1-v1_5 over SHA-1.
fn holds(key: &RsaPublicKey, signed: &str, signature: &str) -> bool {
    let Ok(signature) = STANDARD.decode(signature) else {
        return false;
    };
    let scheme = Pkcs1v15Sign::new::<Sha1>();
    key.verify(scheme, &Sha1::digest(signed), &signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::oauth::one::links::public_key;

    /// The key, the request and the signature of the test case that OAuth's own wiki had for RSA-SHA1, which the
    /// tests of many implementations repeat (Ruby's `oauth` and `signet` among them).
    const KEY: &str = "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC0YjCwIfYoprq/FQO6lb3asXrx\
        LlJFuCvtinTF5p0GxvQGu5O3gYytUvtC2JlYzypSRjVxwxrsuRcP3e641SdASwfrmzyvIgP08N4S0IFzEURkV1wp/IpH7k\
        H41EtbmUmrXSwfNZsnQRE5SYSOhh+LcK2wyQkdgcMv11l4KoBkcwIDAQAB";
    const SIGNATURE: &str = "jvTp/wX1TYtByB1m+Pbyo0lnCOLIsyGCH7wke8AUs3BpnwZJtAuEJkvQL2/9n4s5wUmUl4aCI4BwpraN\
        x4RtEXMe5qg5T1LVTGliMRpKasKsW//e+RinhejgCuzoH26dyF8iY2ZZ/5D1ilgeijhV/vBka5twt399mXwaYdCwFYE=";
    const BASE: &str = "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacaction.jpg%26oauth_consumer_key%3D\
        dpf43f3p2l4k3l03%26oauth_nonce%3D13917289812797014437%26oauth_signature_method%3DRSA-SHA1%26\
        oauth_timestamp%3D1196666512%26oauth_version%3D1.0%26size%3Doriginal";

    #[test]
    fn a_signature_made_elsewhere_holds() {
        let key = public_key(KEY).unwrap();
        assert!(holds(&key, BASE, SIGNATURE));
        let other = public_key(crate::sandbox::oauth::one::keys::PUBLIC_KEY).unwrap();
        for (key, base, signature) in [
            (&other, BASE, SIGNATURE),
            (&key, "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&", SIGNATURE),
            (&key, BASE, "jvTp"),
            (&key, BASE, "not base64"),
            (&key, BASE, ""),
        ] {
            assert!(!holds(key, base, signature), "{base} {signature}");
        }
    }
}
