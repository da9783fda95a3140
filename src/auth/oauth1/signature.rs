//! The text that a signature covers and the header that carries it (RFC 5849, 3.4 and 3.5.1).
//!
//! Must never be in here: keys, clocks, randomness. Everything is a function of its arguments.

use std::fmt::Write as _;

use http::Method;
use percent_encoding::percent_decode_str;
use url::Url;

/// The only signature method that application links know.
pub(super) const METHOD: &str = "RSA-SHA1";

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // A `String` takes everything.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The parameters that a signature covers, each name and value percent-encoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Adds a parameter in plain text.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        self.0.push((encode(name.as_bytes()), encode(value.as_bytes())));
    }

    /// Adds the parameters of a query or of a form body, byte by byte as they go over the wire.
    pub(super) fn add_form(&mut self, form: &str) {
        for pair in form.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            self.0.push((recoded(name), recoded(value)));
        }
    }

    /// Sorted and joined, as the base string holds them.
    fn normalized(&self) -> String {
        let mut sorted: Vec<&(String, String)> = self.0.iter().collect();
        sorted.sort();
        let pairs: Vec<String> = sorted.iter().map(|(name, value)| format!("{name}={value}")).collect();
        pairs.join("&")
    }
}

/// From the encoding of forms to that of signatures. Going by bytes keeps what is not UTF-8.
fn recoded(text: &str) -> String {
    let spaced = text.replace('+', " ");
    let bytes: Vec<u8> = percent_decode_str(&spaced).collect();
    encode(&bytes)
}

/// The address without query and fragment, its port only if it is not the scheme's own.
fn base_uri(url: &Url) -> String {
    let (scheme, host) = (url.scheme(), url.host_str().unwrap_or_default().to_ascii_lowercase());
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{scheme}://{host}{port}{}", url.path())
}

/// The text that is signed. `parameters` are those of the header and of a form body; those of the
/// address are added here.
pub(super) fn base_string(method: &Method, url: &Url, parameters: &Parameters) -> String {
    let mut all = parameters.clone();
    all.add_form(url.query().unwrap_or_default());
    let method = method.as_str().to_ascii_uppercase();
    let (uri, parameters) = (encode(base_uri(url).as_bytes()), encode(all.normalized().as_bytes()));
    format!("{method}&{uri}&{parameters}")
}

/// The value of the `Authorization` header.
pub(super) fn header(parameters: &[(&str, &str)], signature: &str) -> String {
    let mut header = String::from("OAuth realm=\"\"");
    for (name, value) in parameters.iter().chain([&("oauth_signature", signature)]) {
        let (name, value) = (encode(name.as_bytes()), encode(value.as_bytes()));
        let _ = write!(header, ", {name}=\"{value}\"");
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(method: &Method, url: &str, add: &[(&str, &str)], form: &str) -> String {
        let mut parameters = Parameters::default();
        for (name, value) in add {
            parameters.add(name, value);
        }
        parameters.add_form(form);
        base_string(method, &Url::parse(url).unwrap(), &parameters)
    }

    #[test]
    fn the_example_of_the_rfc() {
        let header = [
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
        ];
        let url = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b";
        assert_eq!(
            base(&Method::POST, url, &header, "c2&a3=2+q"),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D\
             %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
             %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    #[test]
    fn addresses_are_as_the_server_sees_them() {
        for (url, expected) in [
            ("http://EXAMPLE.COM:80/r%20v/X?id=123", "http://example.com/r%20v/X"),
            ("https://www.example.net:8080/?q=1", "https://www.example.net:8080/"),
            (
                "https://jira.example.com:443/jira/rest",
                "https://jira.example.com/jira/rest",
            ),
            ("http://jira.example.com:443", "http://jira.example.com:443/"),
            ("https://bücher.example/x#part", "https://xn--bcher-kva.example/x"),
            ("http://[::1]:2990/jira/a;b=c", "http://[::1]:2990/jira/a;b=c"),
        ] {
            assert_eq!(base_uri(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }

    #[test]
    fn parameters_are_sorted_after_they_are_encoded() {
        for (query, expected) in [
            ("b=1&a=2", "a=2&b=1"),
            ("a=b&a=&a", "a=&a=&a=b"),
            ("multi=FOO&multi=BAR&multi=%C2%AE", "multi=%C2%AE&multi=BAR&multi=FOO"),
            ("q=a+b&r=a%20b&s=a%2Bb", "q=a%20b&r=a%20b&s=a%2Bb"),
            ("q=\u{fc}", "q=%C3%BC"),
            ("jql=a~b-c.d_e*!'()", "jql=a~b-c.d_e%2A%21%27%28%29"),
            ("bad=%FF%zz", "bad=%FF%25zz"),
            ("a=1&&=x&b==", "=x&a=1&b=%3D"),
            ("", ""),
        ] {
            let mut parameters = Parameters::default();
            parameters.add_form(query);
            assert_eq!(parameters.normalized(), expected, "{query}");
        }
    }

    #[test]
    fn what_the_url_crate_escapes_is_signed_as_it_is_sent() {
        let url = "https://jira.example.com/rest/api/2/search?jql=project = \"Ä\"";
        assert!(base(&Method::GET, url, &[], "").ends_with("&jql%3Dproject%2520%253D%2520%2522%25C3%2584%2522"));
    }

    #[test]
    fn header_values_are_encoded() {
        let text = header(&[("oauth_consumer_key", "a key\"&"), ("oauth_token", "x")], "a+/=");
        insta::assert_snapshot!(text, @r#"OAuth realm="", oauth_consumer_key="a%20key%22%26", oauth_token="x", oauth_signature="a%2B%2F%3D""#);
    }

    proptest::proptest! {
        #[test]
        fn encoding_round_trips_and_leaves_nothing_reserved(text in ".*") {
            let encoded = encode(text.as_bytes());
            proptest::prop_assert!(encoded.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%".contains(&b)));
            let bytes: Vec<u8> = percent_decode_str(&encoded).collect();
            proptest::prop_assert_eq!(bytes, text.as_bytes());
        }
    }
}
