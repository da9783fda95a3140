use super::*;

fn state() -> Expected {
    Expected {
        attempt: Attempt::State("st4te-of-this".into()),
        callback: Some(Url::parse("http://localhost:8976/callback").unwrap()),
    }
}

fn token() -> Expected {
    Expected {
        attempt: Attempt::RequestToken("t0ken".into()),
        callback: None,
    }
}

fn read(text: &str, expected: &Expected) -> Result<String, LandingError> {
    Landing::read(text, expected).map(|Landing::Code(code)| code.expose_secret().to_owned())
}

fn query(text: &str, expected: &Expected) -> Result<String, LandingError> {
    Landing::of_query(text, expected).map(|Landing::Code(code)| code.expose_secret().to_owned())
}

#[test]
fn whatever_holds_the_code_is_taken() {
    for (text, expected) in [
        ("abc123", "abc123"),
        ("  'abc123'\r\n", "abc123"),
        ("\u{201c}abc123\u{201d}", "abc123"),
        ("<abc123>", "abc123"),
        ("eyJ.abc-_=", "eyJ.abc-_="),
        ("eyJabc\n  def", "eyJabcdef"),
        ("http://localhost:8976/callback?code=a%2Fb&state=st4te-of-this", "a/b"),
        ("http://localhost:8976/callback?state=st4te-of-this&code=ab#_=_", "ab"),
        ("http://localhost:8976/callback#code=ab&state=st4te-of-this", "ab"),
        ("localhost:8976/callback?code=ab&state=st4te-of-this", "ab"),
        ("/callback?code=ab&state=st4te-of-this", "ab"),
        ("?code=ab&state=st4te-of-this", "ab"),
        ("code=ab", "ab"),
        (
            "\"http://localhost:8976/call\n   back?code=ab&st\r\nate=st4te-of-this\"",
            "ab",
        ),
        ("https://elsewhere.example/x?code=ab&state=st4te-of-this", "ab"),
    ] {
        assert_eq!(read(text, &state()).as_deref(), Ok(expected), "{text}");
    }
    for (text, expected) in [
        ("LfdUEo", "LfdUEo"),
        (
            "You have successfully authorized 'crosstie'. Your verification code is 'LfdUEo'. You will need to enter it.",
            "LfdUEo",
        ),
        ("Your verification code is LfdUEo.", "LfdUEo"),
        ("oauth_token=t0ken&oauth_verifier=LfdUEo", "LfdUEo"),
        (
            "http://localhost:8976/callback?oauth_token=t0ken&oauth_verifier=LfdUEo",
            "LfdUEo",
        ),
    ] {
        assert_eq!(read(text, &token()).as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_is_no_code_is_named() {
    let refused = |error: &str, description: Option<&str>| LandingError::Refused {
        error: error.into(),
        description: description.map(Into::into),
    };
    for (text, expected) in [
        ("", LandingError::Empty),
        (" \n''", LandingError::Empty),
        ("two words", LandingError::NoCode),
        ("a\u{1b}[2J", LandingError::NoCode),
        ("http://localhost:8976/callback", LandingError::NoCode),
        ("https://example.com/", LandingError::NoCode),
        ("localhost:8976/callback", LandingError::NoCode),
        (
            "http://localhost:8976/callback?state=st4te-of-this",
            LandingError::NoCode,
        ),
        (
            "http://localhost:8976/callback?code=&state=st4te-of-this",
            LandingError::NoCode,
        ),
        ("?code=ab&state=st4te-of-thaT", LandingError::OtherAttempt),
        ("?code=ab&state=", LandingError::OtherAttempt),
        ("?code=ab&state=st4te-of-this&state=x", LandingError::OtherAttempt),
        ("?error=access_denied&state=other", LandingError::OtherAttempt),
        ("?error=access_denied&state=st4te-of-this", LandingError::Denied),
        ("?error=access_denied", LandingError::Denied),
        (
            "?error=invalid_scope&error_description=No+such%20scope%1b%5b2J",
            refused("invalid_scope", Some("No such scope\u{241b}[2J")),
        ),
        ("?error=server_error", refused("server_error", None)),
        (
            "https://auth.atlassian.com/authorize?client_id=x&state=st4te-of-this",
            LandingError::NotYet,
        ),
        ("https://id.atlassian.com/login?continue=x", LandingError::NotYet),
        ("https://auth.atlassian.com/error", LandingError::ErrorPage(None)),
    ] {
        assert_eq!(read(text, &state()), Err(expected), "{text}");
    }
    for (text, expected) in [
        ("denied", LandingError::Denied),
        ("oauth_token=t0ken&oauth_verifier=denied", LandingError::Denied),
        ("oauth_token=other&oauth_verifier=denied", LandingError::OtherAttempt),
        (
            "https://jira.example.com/plugins/servlet/oauth/authorize?oauth_token=t0ken",
            LandingError::NotYet,
        ),
        ("?code=ab", LandingError::NoCode),
    ] {
        assert_eq!(read(text, &token()), Err(expected), "{text}");
    }
    assert_eq!(read(&"x".repeat(LONGEST + 1), &token()), Err(LandingError::TooLong));
}

#[test]
fn a_browser_must_say_which_attempt_it_belongs_to() {
    assert_eq!(query("code=ab&state=st4te-of-this", &state()).as_deref(), Ok("ab"));
    assert_eq!(query("code=ab", &state()), Err(LandingError::Unbound));
    assert_eq!(query("error=access_denied", &state()), Err(LandingError::Unbound));
    assert_eq!(query("code=ab&state=x", &state()), Err(LandingError::OtherAttempt));
    assert_eq!(
        query("oauth_verifier=ab&oauth_token=t0ken", &token()).as_deref(),
        Ok("ab")
    );
    assert_eq!(query("oauth_verifier=ab", &token()), Err(LandingError::Unbound));
    assert_eq!(
        query("oauth_verifier=denied&oauth_token=t0ken", &token()),
        Err(LandingError::Denied)
    );
    let nothing = Expected {
        attempt: Attempt::State(SecretString::default()),
        callback: None,
    };
    assert_eq!(
        query("code=ab&state=", &nothing),
        Err(LandingError::OtherAttempt),
        "an empty state binds nothing"
    );
}

#[test]
fn every_error_has_a_next_step_and_no_code() {
    let errors = [
        LandingError::Empty,
        LandingError::Denied,
        LandingError::Unbound,
        LandingError::NotYet,
        LandingError::ErrorPage(Some("x".into())),
        LandingError::Stopped("x".into()),
    ];
    for error in errors {
        assert!(error.remedy().len() > 20 && !error.to_string().is_empty(), "{error}");
    }
    let debug = format!("{:?}", Landing::read("s3cretcode", &token()).unwrap());
    assert!(!debug.contains("s3cretcode"), "{debug}");
}

proptest::proptest! {
    #[test]
    fn nothing_panics_and_nothing_raw_comes_out(text in ".{0,300}", tail in "[?#&=a-z%0-9]{0,80}") {
        for text in [&text, &format!("{text}?{tail}"), &format!("http://x/{tail}?error={text}&{tail}")] {
            for expected in [state(), token()] {
                match Landing::read(text, &expected) {
                    Ok(Landing::Code(code)) => proptest::prop_assert!(!code.expose_secret().contains(char::is_control)),
                    Err(error) => proptest::prop_assert!(!error.to_string().contains(char::is_control)),
                }
            }
        }
    }
}
