//! Whom an answer was given to, and what is not an answer at all.

use crosstie::jira::{ErrorKind, Search};
use serde_json::json;

use crate::support::{NOW, Reply, Server, TOKEN, World, config, data_center, error, myself, ok, page, refusal, reply};

fn search() -> Search {
    Search {
        jql: "project = PAY".to_owned(),
        max_results: 50,
        changelog: false,
        page: None,
    }
}

fn named(reply: Reply) -> Reply {
    reply.with("X-AACCOUNTID", "712020%3Aana")
}

#[tokio::test]
async fn an_empty_answer_to_nobody_is_not_believed() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/myself" => refusal(401, "Client must be authenticated to access this resource."),
        _ => ok(&page(&[])),
    })
    .await;
    let world = World::new(&config(&server.url));
    let error = world.client.search(&search()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Auth);
    assert_eq!(
        world.client.count("project = PAY").await.unwrap_err().kind,
        ErrorKind::Malformed
    );
    let stubs = world.client.search_stubs("project = PAY", 10, None).await;
    assert_eq!(stubs.unwrap_err().kind, ErrorKind::Auth);
}

#[tokio::test]
async fn an_empty_answer_is_believed_after_one_confirmed_sign_in() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/myself" => ok(&myself()),
        "/rest/api/3/search/approximate-count" => ok(&json!({"count": 0})),
        _ => ok(&page(&[])),
    })
    .await;
    let world = World::new(&config(&server.url));
    assert!(world.client.search(&search()).await.unwrap().items.is_empty());
    assert_eq!(
        server.asked(),
        ["POST /rest/api/3/search/jql", "GET /rest/api/3/myself"]
    );
    assert_eq!(world.client.count("project = PAY").await, Ok(0));
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn an_answer_that_names_its_account_needs_no_confirmation() {
    let server = Server::cloud(|_, _| named(ok(&page(&[])))).await;
    let world = World::new(&config(&server.url));
    assert!(world.client.search(&search()).await.unwrap().items.is_empty());
    assert_eq!(server.asked(), ["POST /rest/api/3/search/jql"]);
}

#[tokio::test]
async fn a_server_that_names_the_account_once_must_go_on_doing_so() {
    let server = Server::cloud(|_, before| match before {
        0 | 1 => named(ok(&page(&["PAY-1"]))),
        _ => ok(&page(&["PAY-1"])),
    })
    .await;
    let world = World::new(&config(&server.url));
    assert_eq!(world.client.search(&search()).await.unwrap().items.len(), 1);
    let error = world.client.search(&search()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Auth);
    assert!(error.message.contains("as to an anonymous caller"), "{error}");
}

#[tokio::test]
async fn an_answer_that_says_it_is_for_nobody_is_refused() {
    for (header, value) in [
        ("X-AUSERNAME", "anonymous"),
        ("X-Seraph-LoginReason", "OUT, AUTHENTICATED_FAILED"),
    ] {
        let server = Server::data_center(move |_, _| ok(&page(&["PAY-1"])).with(header, value)).await;
        let world = World::new(&data_center(&server.url));
        let error = world.client.search(&search()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Auth, "{header}");
        assert_eq!(server.asked().len(), 1, "{header}");
    }
    let server = Server::data_center(|_, _| {
        let page = ok(&page(&["PAY-1"])).with("X-AUSERNAME", "ana");
        page.with("X-Seraph-LoginReason", "AUTHENTICATED_FAILED, OK")
    })
    .await;
    let world = World::new(&data_center(&server.url));
    assert_eq!(world.client.search(&search()).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn pages_for_browsers_are_told_from_jira() {
    let login = "<!DOCTYPE html><form><input type=\"password\"></form>";
    for (kind, body, expected) in [
        ("text/html", login, ErrorKind::Auth),
        (
            "application/json",
            "  <html><title>Log in</title>SAMLRequest</html>",
            ErrorKind::Auth,
        ),
        ("text/html;charset=UTF-8", "<html>Welcome</html>", ErrorKind::NotJira),
    ] {
        let server = Server::cloud(move |_, _| reply(200, kind, body)).await;
        let world = World::new(&config(&server.url));
        let error = world.client.search(&search()).await.unwrap_err();
        assert_eq!((error.kind, error.status), (expected, Some(200)), "{body}");
        assert!(!error.remedy.is_empty());
        assert!(
            !server.asked().contains(&"GET /rest/api/3/myself".to_owned()),
            "no gateway, no retry: {body}"
        );
    }
}

#[tokio::test]
async fn a_captcha_stops_all_tries() {
    let server = Server::data_center(|_, before| match before {
        0..=2 => refusal(401, "Wrong user name or password").with("X-Seraph-LoginReason", "AUTHENTICATED_FAILED"),
        _ => reply(403, "text/html", "<html>login form</html>")
            .with("X-Seraph-LoginReason", "AUTHENTICATION_DENIED")
            .with(
                "X-Authentication-Denied-Reason",
                "CAPTCHA_CHALLENGE; login-url=https://jira.example.com/login.jsp",
            ),
    })
    .await;
    let world = World::new(&data_center(&server.url));
    for expected in [ErrorKind::Auth, ErrorKind::Auth, ErrorKind::Captcha] {
        assert_eq!(world.client.myself().await.unwrap_err().kind, expected);
    }
    assert_eq!(server.asked().len(), 3);
    let error = world.client.search(&search()).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Captcha);
    assert!(
        error.remedy.contains("https://jira.example.com/login.jsp"),
        "{}",
        error.remedy
    );
    assert_eq!(
        world.client.clone().server_info().await.unwrap_err().kind,
        ErrorKind::Captcha
    );
    assert_eq!(server.asked().len(), 3, "nothing arrives any more");
    world.client.sign_in_again();
    assert_eq!(world.client.myself().await.unwrap_err().kind, ErrorKind::Captcha);
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn refusals_have_kinds_and_are_not_repeated() {
    let scope = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    let tenant = reply(404, "text/html", "<html></html>").with("Atl-Missing-Tcs", "true");
    let basic = error(
        403,
        &json!({"message": "Basic Authentication has been disabled on this instance."}),
    );
    for (answer, expected) in [
        (error(401, &scope), ErrorKind::Scope),
        (
            reply(401, "text/plain", "Basic authentication with passwords is deprecated."),
            ErrorKind::Auth,
        ),
        (basic, ErrorKind::Auth),
        (refusal(403, "No"), ErrorKind::Forbidden),
        (reply(403, "text/plain", "XSRF check failed"), ErrorKind::Forbidden),
        (
            refusal(404, "Issue does not exist or you do not have permission to see it."),
            ErrorKind::NotFound,
        ),
        (reply(404, "text/html", "<html>404</html>"), ErrorKind::NotJira),
        (tenant, ErrorKind::NotJira),
        (refusal(410, "The requested API has been removed."), ErrorKind::Removed),
        (refusal(400, "Error in JQL Query"), ErrorKind::Rejected),
        (refusal(409, "Conflict"), ErrorKind::Rejected),
    ] {
        let given = answer.clone();
        let server = Server::data_center(move |_, _| given.clone()).await;
        let world = World::new(&data_center(&server.url));
        let error = world.client.issue("PAY-1").await.unwrap_err();
        assert_eq!(
            (error.kind, error.status),
            (expected, Some(answer.status)),
            "{answer:?}"
        );
        assert_eq!(server.asked().len(), 1, "{answer:?}");
        assert!(
            error.message.starts_with("acme: ") && !error.remedy.is_empty(),
            "{error:?}"
        );
        assert!(error.message.contains("/rest/api/2/issue/PAY-1"), "{error}");
    }
}

#[tokio::test]
async fn what_a_server_echoes_is_not_repeated() {
    let server = Server::data_center(|seen, _| {
        let echo = format!("you sent {} for {TOKEN}\u{1b}[2J\r\n", seen.header("authorization"));
        refusal(400, &echo)
    })
    .await;
    let world = World::new(&data_center(&server.url));
    let error = world.client.issue("PAY-1").await.unwrap_err();
    let printed = format!("{error:?} {:?} {:?}", world.client, world.events());
    assert!(!printed.contains(TOKEN) && !printed.contains("bWVAZX"), "{printed}");
    assert!(
        error.message.contains("you sent Basic [hidden] for [hidden] [2J"),
        "{error}"
    );
}

#[tokio::test]
async fn redirects_carry_no_credentials_elsewhere() {
    let elsewhere = Server::start(|_, _| ok(&myself())).await;
    let target = format!("{}/rest/api/3/myself", elsewhere.url);
    for (location, status, expected) in [
        (target.as_str(), 302, ErrorKind::NotJira),
        (target.as_str(), 307, ErrorKind::NotJira),
        ("https://id.atlassian.com/login?continue=x", 302, ErrorKind::Auth),
        ("/login.jsp?os_destination=x", 302, ErrorKind::Auth),
        ("/plugins/servlet/samlsso", 302, ErrorKind::Auth),
    ] {
        let to = location.to_owned();
        let server = Server::cloud(move |_, _| reply(status, "text/html", "").with("location", to.clone())).await;
        let mut config = config(&server.url);
        config.method = data_center("").method;
        let world = World::new(&config);
        let error = world.client.myself().await.unwrap_err();
        assert_eq!((error.kind, error.status), (expected, Some(status)), "{location}");
        assert_eq!(server.asked().len(), 1, "{location}");
    }
    assert!(elsewhere.seen().is_empty());
}

#[tokio::test]
async fn redirects_within_the_site_are_followed_and_end() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/new/myself" => ok(&myself()),
        "/rest/api/3/myself" => reply(301, "text/html", "").with("location", "/new/myself"),
        path => reply(302, "text/html", "").with("location", path.to_owned()),
    })
    .await;
    let world = World::new(&config(&server.url));
    assert_eq!(world.client.myself().await.unwrap().user.display, "Ana Lima");
    assert!(
        server
            .seen()
            .iter()
            .filter(|seen| seen.path == "/new/myself")
            .all(crate::support::Seen::is_signed)
    );
    let before = server.asked().len();
    assert_eq!(world.client.issue("PAY-1").await.unwrap_err().kind, ErrorKind::NotJira);
    assert_eq!(server.asked().len() - before, 4, "one request and three hops");
    let posted = world.client.search(&search()).await.unwrap_err();
    assert_eq!(posted.kind, ErrorKind::NotJira, "a POST is not sent to another address");
}

/// A site that knows no scoped tokens, and the gateway that does.
fn site_and_gateway(path: &str, gateway: Reply) -> Reply {
    match path {
        "/_edge/tenant_info" => ok(&json!({"cloudId": "11111111-2222-3333-4444-555555555555"})),
        "/ex/jira/11111111-2222-3333-4444-555555555555/rest/api/3/search/jql" => named(ok(&page(&["PAY-1"]))),
        path if path.starts_with("/ex/jira/") => gateway,
        _ => refusal(401, "Client must be authenticated to access this resource."),
    }
}

#[tokio::test]
async fn a_scoped_token_goes_through_the_gateway() {
    let server = Server::cloud(|seen, _| site_and_gateway(&seen.path, ok(&myself()))).await;
    let mut config = config(&server.url);
    config.gateway_url = server.url.clone();
    let world = World::new(&config);
    assert_eq!(world.client.search(&search()).await.unwrap().items.len(), 1);
    assert!(world.client.uses_gateway());
    assert_eq!(world.client.search(&search()).await.unwrap().items.len(), 1);
    let gateway = "/ex/jira/11111111-2222-3333-4444-555555555555";
    assert_eq!(
        server.asked(),
        [
            "POST /rest/api/3/search/jql".to_owned(),
            "GET /_edge/tenant_info".to_owned(),
            format!("GET {gateway}/rest/api/3/myself"),
            format!("POST {gateway}/rest/api/3/search/jql"),
            format!("POST {gateway}/rest/api/3/search/jql"),
        ]
    );
    let unsigned: Vec<String> = server
        .seen()
        .iter()
        .filter(|seen| !seen.is_signed())
        .map(|seen| seen.path.clone())
        .collect();
    assert_eq!(unsigned, ["/rest/api/2/serverInfo", "/_edge/tenant_info"]);
    assert!(
        world.log()[0].contains("using the gateway 127.0.0.1"),
        "{:?}",
        world.log()
    );
}

#[tokio::test]
async fn an_empty_answer_to_a_scoped_token_is_asked_again_at_the_gateway() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/search/jql" => ok(&page(&[])),
        path => site_and_gateway(path, ok(&myself())),
    })
    .await;
    let mut config = config(&server.url);
    config.gateway_url = server.url.clone();
    let world = World::new(&config);
    assert_eq!(world.client.search(&search()).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_wrong_token_is_tried_at_the_gateway_once() {
    let refused = error(401, &json!({"code": 401, "message": "Unauthorized"}));
    let server = Server::cloud(move |seen, _| site_and_gateway(&seen.path, refused.clone())).await;
    let mut config = config(&server.url);
    config.gateway_url = server.url.clone();
    let world = World::new(&config);
    for requests in [3, 4] {
        let error = world.client.myself().await.unwrap_err();
        assert_eq!((error.kind, error.status), (ErrorKind::Auth, Some(401)));
        assert_eq!(server.asked().len(), requests);
    }
}

#[tokio::test]
async fn a_token_without_the_scope_says_so() {
    let refused = error(
        401,
        &json!({"code": 401, "message": "Unauthorized; scope does not match"}),
    );
    let server = Server::cloud(move |seen, _| site_and_gateway(&seen.path, refused.clone())).await;
    let mut config = config(&server.url);
    config.gateway_url = server.url.clone();
    let world = World::new(&config);
    assert_eq!(world.client.myself().await.unwrap_err().kind, ErrorKind::Scope);
    assert_eq!(world.client.search(&search()).await.unwrap().items.len(), 1);
    assert_eq!(world.client.myself().await.unwrap_err().kind, ErrorKind::Scope);
    assert_eq!(server.asked().len(), 6);
}

#[tokio::test]
async fn a_private_site_is_what_the_config_says() {
    let server = Server::start(|seen, _| match (seen.path.as_str(), seen.is_signed()) {
        ("/jira/rest/api/2/serverInfo", false) => refusal(401, "You must log in"),
        ("/jira/rest/api/2/serverInfo", true) => {
            ok(&json!({"version": "9.12", "baseUrl": "x", "deploymentType": "Server"}))
        }
        _ => ok(&json!({"name": "ana", "key": "JIRAUSER1"})),
    })
    .await;
    let world = World::new(&data_center(&format!("{}/jira", server.url)));
    assert_eq!(world.client.myself().await.unwrap().user.id, "JIRAUSER1");
    assert_eq!(server.asked(), ["GET /jira/rest/api/2/myself"]);
    let info = world.client.server_info().await.unwrap();
    assert_eq!(info.version, "9.12");
}

#[tokio::test]
async fn what_is_not_jira_is_found_out_before_credentials_are_shown() {
    for answer in [
        ok(&json!({"hello": "world"})),
        reply(404, "application/json", "{}"),
        reply(404, "text/plain", "not here"),
        reply(200, "text/html", "<html>shop</html>"),
        reply(200, "text/plain", "pong"),
    ] {
        let given = answer.clone();
        let server = Server::start(move |_, _| given.clone()).await;
        let world = World::new(&config(&server.url));
        let error = world.client.myself().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotJira, "{answer:?}: {error}");
        assert!(server.seen().iter().all(|seen| seen.header("authorization").is_empty()));
    }
}

#[tokio::test]
async fn the_servers_clock_is_known_from_its_answers() {
    let server = Server::cloud(|_, _| ok(&myself()).with("date", "Sun, 22 Nov 2026 13:30:00 GMT")).await;
    let world = World::new(&config(&server.url));
    assert_eq!(world.client.server_now(), NOW.parse().unwrap());
    world.client.myself().await.unwrap();
    assert_eq!(world.client.server_now(), "2026-11-22T13:30:00Z".parse().unwrap());
    assert_eq!(world.client.server_offset().unwrap().as_mins(), 210);
}
