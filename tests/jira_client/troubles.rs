//! What people see of a connection that does not work, by what is really wrong: each leads to one
//! check, and from there to the right next step.

use crosstie::{
    config::{ConnectionConfig, Method, SecretSource},
    domain::Deployment,
};
use serde_json::json;

use crate::{
    checks::{checks_of, healthy, lines},
    support::{Reply, Server, World, config, data_center, error, myself, ok, refusal, reply},
};

/// What is wrong.
struct Trouble {
    what: &'static str,
    /// The answer to everything, or to all but the server info.
    answer: Reply,
    knows_jira: bool,
    change: fn(&mut ConnectionConfig),
    check: &'static str,
    detail: &'static str,
    remedy: &'static [&'static str],
}

fn cloud(what: &'static str, answer: Reply, knows_jira: bool) -> Trouble {
    Trouble {
        what,
        answer,
        knows_jira,
        change: |_| (),
        check: "signed in",
        detail: "",
        remedy: &[],
    }
}

fn lab(config: &mut ConnectionConfig) {
    config.kind = Deployment::DataCenter;
    let Method::ApiToken { secret, .. } = &config.method else {
        return;
    };
    config.method = Method::Pat { secret: secret.clone() };
}

fn redirect(to: &str) -> Reply {
    reply(302, "text/plain", "").with("location", to)
}

fn troubles() -> Vec<Trouble> {
    let html = |status, text: &str| reply(status, "text/html", text);
    let nobody = || refusal(401, "Client must be authenticated to access this resource.");
    let sign_on = "<html><title>Single sign-on</title><form action=/saml></form></html>";
    vec![
        Trouble {
            detail: "refused the sign-in (401)",
            remedy: &["`email` is the token owner's", "at most a year"],
            ..cloud("the e-mail is not the token's, or the token has ended", nobody(), true)
        },
        Trouble {
            detail: "takes no passwords",
            remedy: &["API token"],
            ..cloud(
                "a password instead of a token",
                reply(401, "text/plain", "Basic authentication with passwords is deprecated."),
                true,
            )
        },
        Trouble {
            detail: "does not let the account in (403): Forbidden",
            remedy: &["`url` is the site", "secret is valid", "access to Jira"],
            ..cloud("403 to everything", refusal(403, "Forbidden"), true)
        },
        Trouble {
            check: "is Jira",
            detail: "there is no Jira site",
            remedy: &["sub-domain"],
            ..cloud(
                "a wrong sub-domain",
                html(
                    404,
                    "<html><title>Your Atlassian Cloud site is currently unavailable</title></html>",
                )
                .with("atl-missing-tcs", "true"),
                false,
            )
        },
        Trouble {
            check: "is Jira",
            detail: "web page (404)",
            remedy: &["under a path", "https://example.com/jira"],
            ..cloud("a wrong path", html(404, "<html><h1>Not Found</h1></html>"), false)
        },
        Trouble {
            detail: "single sign-on",
            remedy: &["access token", "without single sign-on"],
            change: lab,
            ..cloud("a page for signing on", html(200, sign_on), false)
        },
        Trouble {
            detail: "single sign-on",
            remedy: &["access token", "without single sign-on"],
            change: lab,
            ..cloud(
                "a gate before Jira",
                redirect("https://sso.example.com/saml?x=1"),
                false,
            )
        },
        Trouble {
            detail: "login page (302)",
            remedy: &["personal access token", "ended"],
            change: lab,
            ..cloud("Jira's own login page", redirect("/login.jsp?os_destination=x"), true)
        },
        Trouble {
            detail: "password switched off",
            remedy: &["personal access token"],
            change: lab,
            ..cloud(
                "passwords are switched off",
                error(
                    403,
                    &json!({"message": "Basic Authentication has been disabled on this instance."}),
                ),
                true,
            )
        },
        Trouble {
            detail: "CAPTCHA",
            remedy: &["https://jira.example.com/login.jsp"],
            change: lab,
            ..cloud(
                "too many wrong passwords",
                html(403, "<html>no</html>").with(
                    "X-Authentication-Denied-Reason",
                    "CAPTCHA_CHALLENGE; login-url=https://jira.example.com/login.jsp",
                ),
                true,
            )
        },
        Trouble {
            check: "is Jira",
            detail: "redirects to https://jira.example.com",
            remedy: &["set the connection's `url` to it"],
            ..cloud("the site has moved", redirect("https://jira.example.com/rest/x"), false)
        },
        Trouble {
            check: "name resolves",
            detail: "does not resolve",
            remedy: &["`url`", "VPN"],
            change: |config| config.url = "https://jira.crosstie-test.invalid".to_owned(),
            ..cloud("no answer at all: the name", nobody(), true)
        },
        Trouble {
            check: "reachable",
            detail: "no TCP connection",
            remedy: &["port", "firewall"],
            change: |config| config.url = "http://127.0.0.1:1".to_owned(),
            ..cloud("no answer at all: the port", nobody(), true)
        },
        Trouble {
            check: "secret found",
            detail: "CROSSTIE_NOT_SET is not set",
            remedy: &["set CROSSTIE_NOT_SET"],
            change: |config| {
                config.method = Method::Pat {
                    secret: SecretSource::Env("CROSSTIE_NOT_SET".to_owned()),
                };
            },
            ..cloud("no secret", nobody(), true)
        },
    ]
}

#[tokio::test]
async fn each_trouble_leads_to_its_check_and_its_remedy() {
    for trouble in troubles() {
        let (answer, knows_jira) = (trouble.answer.clone(), trouble.knows_jira);
        let server = if knows_jira {
            Server::cloud(move |_, _| answer.clone()).await
        } else {
            Server::start(move |_, _| answer.clone()).await
        };
        let checks = checks_of(&server, trouble.change).await;
        let (what, all) = (trouble.what, lines(&checks));
        let failed: Vec<_> = checks.iter().filter(|check| !check.ok).collect();
        let [failed] = failed[..] else {
            panic!("{what}: {all}");
        };
        assert_eq!(failed.name, trouble.check, "{what}: {all}");
        assert!(failed.detail.contains(trouble.detail), "{what}: {all}");
        let remedy = failed.remedy.as_deref().unwrap_or_default();
        for word in trouble.remedy {
            assert!(remedy.contains(word), "{what}: {word} is not in {remedy}");
        }
    }
}

#[tokio::test]
async fn a_token_that_worked_before_has_ended() {
    let answer = |before: usize| match before {
        0 | 1 => ok(&myself()),
        _ => refusal(401, "Client must be authenticated to access this resource."),
    };
    let pat = Method::Pat {
        secret: SecretSource::Env("NOT_READ".to_owned()),
    };
    let of_lab = ConnectionConfig {
        method: pat,
        ..data_center("")
    };
    for (config, words) in [
        (
            config(""),
            &["it worked before", "API tokens end after at most a year"][..],
        ),
        (of_lab, &["it worked before", "personal access token has ended"]),
    ] {
        let server = Server::cloud(move |_, before| answer(before)).await;
        let world = World::new(&ConnectionConfig {
            url: server.url.clone(),
            ..config
        });
        world.client.myself().await.unwrap();
        let error = loop {
            if let Err(error) = world.client.myself().await {
                break error;
            }
        };
        for word in words {
            assert!(error.remedy.contains(word), "{word} is not in {}", error.remedy);
        }
    }
}

#[tokio::test]
async fn a_site_that_is_down_has_refused_nobody() {
    let server = Server::cloud(|seen, _| match seen.path.as_str() {
        "/rest/api/3/myself" => refusal(500, "Internal server error"),
        _ => healthy(seen),
    })
    .await;
    let checks = checks_of(&server, |_| ()).await;
    let last = checks.last().unwrap();
    assert_eq!(
        (last.name.as_str(), last.ok),
        ("sign-in answered", false),
        "{}",
        lines(&checks)
    );
    assert!(last.remedy.as_deref().unwrap().contains("try again later"), "{last:?}");
}
