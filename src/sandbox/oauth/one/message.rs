//! A signed request taken apart, and the text that its signature is over (RFC 5849, sections 3.4.1 and 3.5).
//!
//! Must never be in here: whether the signature holds.

use axum::http::header;
use percent_encoding::percent_decode_str;

use super::{percent::encode, problem::Problem};
use crate::sandbox::{oauth::params::form, server::message::Request};

/// The parameters of a signed request, from header, query and form, decoded.
#[derive(Debug, Clone)]
pub(super) struct Message {
    params: Vec<(String, String)>,
}

impl Message {
    /// Takes a request apart. No OAuth parameter may be there twice.
    pub(super) fn read(request: &Request) -> Result<Self, Problem> {
        let authorization = request.header(&header::AUTHORIZATION).unwrap_or_default();
        let mut params = after_scheme(authorization).map_or(Ok(Vec::new()), header_params)?;
        params.extend(request.query.iter().cloned());
        params.extend(form(request).unwrap_or_default());
        let mut names: Vec<&str> = params.iter().map(|(name, _)| name.as_str()).collect();
        names.retain(|name| name.starts_with("oauth_"));
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(Problem::rejected(pair[0], "it is there more than once")),
            None => Ok(Self { params }),
        }
    }

    /// The value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.params.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The value of a parameter that must be there.
    pub(super) fn need(&self, name: &str) -> Result<&str, Problem> {
        self.get(name).ok_or_else(|| Problem::absent(&[name]))
    }

    /// Who signs.
    pub(super) fn consumer(&self) -> &str {
        self.get("oauth_consumer_key").unwrap_or_default()
    }

    /// The text that the signature is over.
    pub(super) fn base_string(&self, method: &str, uri: &str) -> String {
        let signed = self.params.iter().filter(|(name, _)| name != "oauth_signature");
        let mut pairs: Vec<(String, String)> = signed.map(|(name, value)| (encode(name), encode(value))).collect();
        pairs.sort_unstable();
        let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!(
            "{}&{}&{}",
            encode(&method.to_uppercase()),
            encode(uri),
            encode(&pairs.join("&"))
        )
    }
}

/// The address that a signature is over: where the caller went, or where the site believes to be.
pub(super) fn base_uri(request: &Request, believed_origin: Option<&str>) -> String {
    let path = request.target.split('?').next().unwrap_or_default();
    if let Some(origin) = believed_origin {
        return format!("{}{path}", origin.trim_end_matches('/'));
    }
    let host = request.header(&header::HOST).unwrap_or_default().to_lowercase();
    format!("http://{}{path}", host.strip_suffix(":80").unwrap_or(&host))
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text)
        .decode_utf8()
        .ok()
        .map(std::borrow::Cow::into_owned)
}

/// What follows the scheme in an `Authorization` header of this kind.
pub(super) fn after_scheme(authorization: &str) -> Option<&str> {
    let (scheme, rest) = authorization.split_at_checked(5)?;
    let is_alone = rest.is_empty() || rest.starts_with(char::is_whitespace);
    (scheme.eq_ignore_ascii_case("oauth") && is_alone).then(|| rest.trim())
}

/// `name="value"` separated by commas; `realm` is not part of the message.
fn header_params(text: &str) -> Result<Vec<(String, String)>, Problem> {
    let mut params = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let pair = part.split_once('=').and_then(|(name, value)| {
            let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
            Some((decode(name.trim())?, decode(value)?))
        });
        let (name, value) = pair.ok_or_else(|| Problem::rejected("Authorization", "the header cannot be read"))?;
        if name != "realm" {
            params.push((name, value));
        }
    }
    Ok(params)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::sandbox::server::message::parse_query;

    fn request(method: Method, target: &str, headers: &[(HeaderName, &'static str)], body: &str) -> Request {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        Request {
            method,
            path: path.to_owned(),
            target: target.to_owned(),
            query: parse_query(query),
            headers,
            body: body.as_bytes().to_vec(),
            at: Timestamp::UNIX_EPOCH,
            shown: Timestamp::UNIX_EPOCH,
        }
    }

    fn base_string(request: &Request) -> String {
        let message = Message::read(request).unwrap();
        message.base_string(request.method.as_str(), &base_uri(request, None))
    }

    #[test]
    fn the_example_of_the_rfc_comes_out_as_printed_there() {
        let example = request(
            Method::POST,
            "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            &[
                (header::HOST, "example.com"),
                (header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
                (
                    header::AUTHORIZATION,
                    "OAuth realm=\"Example\", oauth_consumer_key=\"9djdj82h48djs9d2\", \
                     oauth_token=\"kkk9d7dh3k39sjv7\", oauth_signature_method=\"HMAC-SHA1\", \
                     oauth_timestamp=\"137131201\", oauth_nonce=\"7d8f3e4a\", \
                     oauth_signature=\"bYT5CMsGcbgUdFHObYMEfcx6bsw%3D\"",
                ),
            ],
            "c2&a3=2+q",
        );
        assert_eq!(
            base_string(&example),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D\
             %26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a\
             %26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    #[test]
    fn host_port_and_path_are_written_one_way() {
        for (host, target, expected) in [
            ("EXAMPLE.com:80", "/r%20v/X?id=123", "http://example.com/r%20v/X"),
            ("127.0.0.1:8080", "/jira/rest", "http://127.0.0.1:8080/jira/rest"),
            ("example.com:8080", "/", "http://example.com:8080/"),
        ] {
            let asked = request(Method::GET, target, &[(header::HOST, host)], "");
            assert_eq!(base_uri(&asked, None), expected, "{host}{target}");
        }
        let asked = request(Method::GET, "/jira/rest?a=b", &[(header::HOST, "127.0.0.1:1")], "");
        assert_eq!(
            base_uri(&asked, Some("https://jira.example")),
            "https://jira.example/jira/rest"
        );
    }

    #[test]
    fn only_forms_belong_to_the_message() {
        let with = |kind| {
            let headers = [(header::HOST, "h"), (header::CONTENT_TYPE, kind)];
            base_string(&request(Method::PUT, "/p?q=%C3%A9", &headers, "a=1"))
        };
        assert_eq!(with("application/json"), "PUT&http%3A%2F%2Fh%2Fp&q%3D%25C3%25A9");
        assert_eq!(
            with("application/x-www-form-urlencoded; charset=utf-8"),
            "PUT&http%3A%2F%2Fh%2Fp&a%3D1%26q%3D%25C3%25A9"
        );
    }

    #[test]
    fn headers_are_read_strictly() {
        for (authorization, signed) in [
            ("OAuth a=\"1\"", true),
            ("oauth a=\"1\"", true),
            ("OAuth", true),
            ("OAuth2 a=\"1\"", false),
            ("Bearer x", false),
            ("", false),
        ] {
            assert_eq!(after_scheme(authorization).is_some(), signed, "{authorization}");
        }
        assert_eq!(
            header_params("realm=\"x\", a=\"1%2C\" ,b=\"\"").unwrap(),
            [("a", "1,"), ("b", "")].map(|(k, v)| (k.to_owned(), v.to_owned()))
        );
        for broken in ["a=1", "a", "a=\"%FF\"", "a=\"1\" b=\"2\" c"] {
            assert!(header_params(broken).is_err(), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_sent_breaks_it(
            authorization in "(?i:oauth)? ?[ -~é]{0,60}",
            query in "[ -~]{0,40}",
            body in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let kind = "application/x-www-form-urlencoded";
            let headers = [(header::HOST, "h"), (header::CONTENT_TYPE, kind)];
            let mut sent = request(Method::POST, "/p", &headers, "");
            sent.query = parse_query(&query);
            sent.body = body;
            if let Ok(value) = HeaderValue::from_bytes(authorization.as_bytes()) {
                sent.headers.insert(header::AUTHORIZATION, value);
            }
            if let Ok(message) = Message::read(&sent) {
                let signed = message.base_string("post", &base_uri(&sent, None));
                prop_assert!(signed.starts_with("POST&http%3A%2F%2Fh%2Fp&"));
                prop_assert_eq!(signed.matches('&').count(), 2);
            }
        }
    }
}
