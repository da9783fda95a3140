use super::*;

/// No test can serve below Atlassian's own name, so this is asked of the function alone.
#[test]
fn a_wrong_sub_domain_is_told_from_a_wrong_path() {
    let alias = Alias::from("acme");
    let both = |host: &'static str| {
        let scene = Scene {
            alias: &alias,
            access: Access::ApiToken,
            worked: false,
            host,
            method: "GET",
            path: "/rest/api/2/serverInfo",
        };
        let mut headers = HeaderMap::new();
        headers.insert("content-type", http::HeaderValue::from_static("text/html"));
        let body = b"<html><title>Page unavailable</title></html>";
        let answer = Refused {
            status: 404,
            headers: &headers,
            body,
        };
        (refused(scene, answer), page(scene, 404, &headers, body))
    };
    for (host, message, remedy) in [
        (
            "acne.atlassian.net",
            "there is no Jira site at acne.atlassian.net",
            "sub-domain",
        ),
        (
            "jira.example.com",
            "jira.example.com answered with a web page (404)",
            "under a path",
        ),
    ] {
        let (refused, page) = both(host);
        for error in [refused, page] {
            assert_eq!(error.kind, ErrorKind::NotJira);
            assert!(error.message.contains(message), "{error}");
            assert!(error.remedy.contains(remedy), "{}", error.remedy);
        }
    }
}

#[test]
fn a_login_of_jira_itself_is_told_from_a_gate_before_it() {
    let alias = Alias::from("acme");
    for (host, target, gate) in [
        (
            "jira.example.com:8080",
            "https://jira.example.com:8080/jira/login.jsp?x=1",
            false,
        ),
        (
            "jira.example.com",
            "https://jira.example.com/plugins/servlet/samlsso",
            true,
        ),
        ("jira.example.com", "https://login.example.com/", true),
        ("acme.atlassian.net", "https://id.atlassian.com/login", false),
    ] {
        let scene = Scene {
            alias: &alias,
            access: Access::Pat,
            worked: false,
            host,
            method: "GET",
            path: "/rest",
        };
        let error = redirected(scene, 302, Url::parse(target).ok().as_ref());
        assert_eq!(
            (error.kind, error.remedy == BEFORE_SIGN_ON),
            (ErrorKind::Auth, gate),
            "{target}"
        );
    }
}
