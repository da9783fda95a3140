//! What Jira says when it refuses a signed request, and what a person can do about it.
//!
//! Must never be in here: requests, or text of a server that has not been cleaned.

use http::{HeaderMap, header::WWW_AUTHENTICATE};
use percent_encoding::percent_decode_str;

use crate::text;

/// A problem report is short; what comes after this much is something else.
const LONGEST_BODY: usize = 16 * 1024;

/// Longer values are not what a problem report holds.
const LONGEST_VALUE: usize = 200;

/// Where administrators find what is to be looked at.
const SCREEN: &str = "Administration > Applications > Application links > (the link) > Edit > Incoming authentication";

/// Why a signed request was refused (the problem reporting extension of OAuth 1.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Jira knows no such consumer key.
    ConsumerKeyUnknown,
    /// The consumer key is known and not accepted.
    ConsumerKeyRejected,
    /// The consumer key is not served for now.
    ConsumerKeyRefused,
    /// The signature does not fit the public key.
    SignatureInvalid,
    /// Only another signature method is taken.
    SignatureMethodRejected,
    /// The clocks differ too much.
    TimestampRefused,
    /// The same nonce was seen before.
    NonceUsed,
    /// The token is unknown or was withdrawn.
    TokenRejected,
    /// The token is too old.
    TokenExpired,
    /// The request token was exchanged already.
    TokenUsed,
    /// The token was withdrawn by its person.
    TokenRevoked,
    /// The session handle cannot renew this token.
    SessionHandleInvalid,
    /// The verification code is wrong.
    VerifierInvalid,
    /// The person, or an administrator, said no.
    PermissionDenied,
    /// The person has not decided yet.
    PermissionUnknown,
    /// The person said no.
    UserRefused,
    /// The person must approve once more.
    AdditionalAuthorizationRequired,
    /// Parameters did not arrive.
    ParameterAbsent(Vec<String>),
    /// Parameters arrived that are not taken.
    ParameterRejected(Vec<String>),
    /// Another version of OAuth is asked for.
    VersionRejected,
    /// Something else, with the server's advice.
    Other {
        /// The server's word.
        word: String,
        /// What the server advises, cleaned.
        advice: Option<String>,
    },
}

impl Problem {
    /// Reads the report from the headers or from the body, in whatever shape it comes.
    #[must_use]
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let body = String::from_utf8_lossy(&body[..body.len().min(LONGEST_BODY)]);
        let challenges = headers.get_all(WWW_AUTHENTICATE).iter();
        let mut texts: Vec<_> = challenges
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        texts.push(body);
        texts.iter().find_map(|text| Self::in_text(text))
    }

    fn in_text(text: &str) -> Option<Self> {
        let word = value(text, "oauth_problem")?.to_ascii_lowercase();
        Some(match word.as_str() {
            "consumer_key_unknown" => Self::ConsumerKeyUnknown,
            "consumer_key_rejected" => Self::ConsumerKeyRejected,
            "consumer_key_refused" => Self::ConsumerKeyRefused,
            "signature_invalid" => Self::SignatureInvalid,
            "signature_method_rejected" => Self::SignatureMethodRejected,
            "timestamp_refused" => Self::TimestampRefused,
            "nonce_used" => Self::NonceUsed,
            "token_rejected" => Self::TokenRejected,
            "token_expired" => Self::TokenExpired,
            "token_used" => Self::TokenUsed,
            "token_revoked" => Self::TokenRevoked,
            "session_handle_invalid" => Self::SessionHandleInvalid,
            "verifier_invalid" => Self::VerifierInvalid,
            "permission_denied" => Self::PermissionDenied,
            "permission_unknown" => Self::PermissionUnknown,
            "user_refused" => Self::UserRefused,
            "additional_authorization_required" => Self::AdditionalAuthorizationRequired,
            "parameter_absent" => Self::ParameterAbsent(names(text, "oauth_parameters_absent")),
            "parameter_rejected" => Self::ParameterRejected(names(text, "oauth_parameters_rejected")),
            "version_rejected" => Self::VersionRejected,
            _ => Self::Other {
                word,
                advice: value(text, "oauth_problem_advice").filter(|advice| !advice.is_empty()),
            },
        })
    }

    /// Whether signing in again is what mends it.
    #[must_use]
    pub fn needs_sign_in(&self) -> bool {
        matches!(
            self,
            Self::TokenRejected
                | Self::TokenExpired
                | Self::TokenUsed
                | Self::TokenRevoked
                | Self::SessionHandleInvalid
                | Self::VerifierInvalid
                | Self::PermissionUnknown
                | Self::UserRefused
                | Self::AdditionalAuthorizationRequired
        )
    }

    /// What it means, as the rest of a sentence that starts with "Jira".
    #[must_use]
    pub fn explanation(&self) -> String {
        match self {
            Self::ConsumerKeyUnknown => "knows no application link with this consumer key".to_owned(),
            Self::ConsumerKeyRejected => "does not accept this consumer key".to_owned(),
            Self::ConsumerKeyRefused => "does not serve this consumer key at present".to_owned(),
            Self::SignatureInvalid => {
                "says that the signature does not fit the public key of the application link".to_owned()
            }
            Self::SignatureMethodRejected => "does not take RSA-SHA1 signatures for this consumer key".to_owned(),
            Self::TimestampRefused => "says that this machine's clock differs too much from its own".to_owned(),
            Self::NonceUsed => "has seen this very request before".to_owned(),
            Self::TokenRejected => "does not accept the token: it is unknown, or was withdrawn".to_owned(),
            Self::TokenExpired => "says that the token has expired".to_owned(),
            Self::TokenUsed => "says that this sign-in was completed already".to_owned(),
            Self::TokenRevoked => "says that the token was withdrawn".to_owned(),
            Self::SessionHandleInvalid => "does not renew this token any more".to_owned(),
            Self::VerifierInvalid => "does not accept the verification code".to_owned(),
            Self::PermissionDenied => "does not let this application act for this person".to_owned(),
            Self::PermissionUnknown => "has no answer yet from the person who was asked".to_owned(),
            Self::UserRefused => "was told by the person to refuse access".to_owned(),
            Self::AdditionalAuthorizationRequired => "wants the person to approve once more".to_owned(),
            Self::ParameterAbsent(names) => format!("did not receive {}", listed(names)),
            Self::ParameterRejected(names) => format!("does not accept {}", listed(names)),
            Self::VersionRejected => "does not take OAuth 1.0".to_owned(),
            Self::Other { word, advice: None } => format!("reports the OAuth problem {word}"),
            Self::Other {
                word,
                advice: Some(advice),
            } => format!("reports the OAuth problem {word}: {advice}"),
        }
    }

    /// The next step for a person.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::ConsumerKeyUnknown | Self::ConsumerKeyRejected => format!(
                "compare `consumer_key` in the connection's auth, letter by letter, with Consumer Key in Jira: {SCREEN}; without such a link, create one (crosstie keygen tells what to enter)"
            ),
            Self::ConsumerKeyRefused => format!("ask the administrator whether the link is still in use: {SCREEN}"),
            Self::SignatureInvalid => format!(
                "enter the public key of this very private key in Jira: {SCREEN}; if it is there, `url` must be Jira's own base URL (Administration > System > General configuration), and a proxy in front must pass on scheme, host and port"
            ),
            Self::SignatureMethodRejected => format!("enter an RSA public key in Jira: {SCREEN}"),
            Self::TimestampRefused => "set the clock of this machine (and of the server), best by NTP".to_owned(),
            Self::NonceUsed => "try again; if it comes back, a proxy in front of Jira repeats requests".to_owned(),
            Self::TokenUsed | Self::VerifierInvalid => {
                "start again with `crosstie connection authorize`, and take the code of that attempt within ten minutes"
                    .to_owned()
            }
            Self::PermissionDenied => format!(
                "check that the account may use Jira, and that the link allows it to act for people (three-legged OAuth): {SCREEN}"
            ),
            Self::PermissionUnknown => {
                "open the address of the sign-in in a browser, press Allow, then give the code".to_owned()
            }
            Self::UserRefused => "sign in again with `crosstie connection authorize`, and press Allow".to_owned(),
            Self::TokenRejected
            | Self::TokenExpired
            | Self::TokenRevoked
            | Self::SessionHandleInvalid
            | Self::AdditionalAuthorizationRequired => {
                "sign in again: `crosstie connection authorize` with the connection's alias".to_owned()
            }
            Self::ParameterAbsent(_) => {
                "a proxy in front of Jira may take the Authorization header away; ask its administrator to pass it on"
                    .to_owned()
            }
            Self::ParameterRejected(_) | Self::VersionRejected | Self::Other { .. } => format!(
                "look at the link in Jira ({SCREEN}) and at Jira's log; on Jira 8.22 and later, oauth2-data-center or pat work as well"
            ),
        }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        return "some OAuth parameters".to_owned();
    }
    names.join(", ")
}

/// Names joined by `&`, which is itself encoded.
fn names(text: &str, key: &str) -> Vec<String> {
    let joined = value(text, key).unwrap_or_default();
    let names = joined.split(['&', ' ', ',']).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The value of `key` in a challenge (`key="value", …`) or a form (`key=value&…`), decoded and
/// cleaned.
fn value(text: &str, key: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let rest = lower.match_indices(key).find_map(|(at, _)| {
        let rest = text[at + key.len()..].trim_start();
        rest.strip_prefix('=')
    })?;
    let rest = rest.trim_start();
    let raw = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => rest
            .split(|c: char| c.is_whitespace() || matches!(c, '&' | ',' | ';' | '"' | '<' | '}'))
            .next(),
    }?;
    let decoded = percent_decode_str(&raw.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned();
    let short: String = decoded.chars().take(LONGEST_VALUE).collect();
    Some(text::clean_line(short.trim()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: [(&str, Problem); 18] = [
        ("consumer_key_unknown", Problem::ConsumerKeyUnknown),
        ("consumer_key_rejected", Problem::ConsumerKeyRejected),
        ("consumer_key_refused", Problem::ConsumerKeyRefused),
        ("signature_invalid", Problem::SignatureInvalid),
        ("signature_method_rejected", Problem::SignatureMethodRejected),
        ("timestamp_refused", Problem::TimestampRefused),
        ("nonce_used", Problem::NonceUsed),
        ("token_rejected", Problem::TokenRejected),
        ("token_expired", Problem::TokenExpired),
        ("token_used", Problem::TokenUsed),
        ("token_revoked", Problem::TokenRevoked),
        ("session_handle_invalid", Problem::SessionHandleInvalid),
        ("verifier_invalid", Problem::VerifierInvalid),
        ("permission_denied", Problem::PermissionDenied),
        ("permission_unknown", Problem::PermissionUnknown),
        ("user_refused", Problem::UserRefused),
        (
            "additional_authorization_required",
            Problem::AdditionalAuthorizationRequired,
        ),
        ("version_rejected", Problem::VersionRejected),
    ];

    fn challenge(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(WWW_AUTHENTICATE, value.parse().unwrap())])
    }

    #[test]
    fn each_word_is_read_from_header_and_body_and_explained() {
        for (word, problem) in WORDS {
            let header = challenge(&format!(r#"OAuth realm="https%3A%2F%2Fjira", oauth_problem="{word}""#));
            assert_eq!(Problem::read(&header, b""), Some(problem.clone()), "{word}");
            let body = format!("oauth_problem={word}&oauth_problem_advice=x");
            assert_eq!(
                Problem::read(&HeaderMap::new(), body.as_bytes()),
                Some(problem.clone()),
                "{word}"
            );
            assert!(
                !problem.explanation().is_empty() && !problem.remedy().is_empty(),
                "{word}"
            );
        }
    }

    #[test]
    fn odd_shapes_are_read_too() {
        let absent = |names: &[&str]| Problem::ParameterAbsent(names.iter().map(|&name| name.to_owned()).collect());
        for (text, expected) in [
            ("OAUTH OAuth_Problem=Token_Rejected", Problem::TokenRejected),
            (
                "OAuth oauth_problem = \"token_expired\" , realm=\"x\"",
                Problem::TokenExpired,
            ),
            ("oauth_problem_advice=a&oauth_problem=nonce_used", Problem::NonceUsed),
            ("{\"message\":\"oauth_problem=token_revoked\"}", Problem::TokenRevoked),
            ("<p>oauth_problem=token_used</p>", Problem::TokenUsed),
            (
                "oauth_problem=parameter_absent&oauth_parameters_absent=oauth_token%26oauth_nonce",
                absent(&["oauth_token", "oauth_nonce"]),
            ),
            ("oauth_problem=parameter_absent", absent(&[])),
            (
                "oauth_problem=new_one&oauth_problem_advice=Ask%20us+again",
                Problem::Other {
                    word: "new_one".into(),
                    advice: Some("Ask us again".into()),
                },
            ),
        ] {
            assert_eq!(
                Problem::read(&HeaderMap::new(), text.as_bytes()),
                Some(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn other_refusals_are_no_problem_report() {
        for text in [
            "",
            "Unauthorized",
            "oauth_problem",
            "see oauth_problem_advice=x",
            "<html>login</html>",
        ] {
            assert_eq!(Problem::read(&HeaderMap::new(), text.as_bytes()), None, "{text}");
        }
        assert_eq!(Problem::read(&challenge("Basic realm=\"proxy\""), b"\xff\xfe"), None);
    }

    #[test]
    fn a_servers_words_are_cleaned_and_short() {
        let text = format!("oauth_problem=%1b[2Jodd&oauth_problem_advice={}", "x".repeat(5000));
        let problem = Problem::read(&HeaderMap::new(), text.as_bytes()).unwrap();
        let said = problem.explanation();
        assert!(!said.contains('\u{1b}') && said.len() < 400, "{said}");
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200), tail in ".*") {
            let mut text = b"oauth_problem=".to_vec();
            text.extend(&body);
            let _ = Problem::read(&HeaderMap::new(), &text);
            let _ = Problem::read(&HeaderMap::new(), format!("{tail}oauth_problem={tail}").as_bytes());
        }
    }
}
