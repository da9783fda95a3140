//! What is known of a write that failed, by how it failed; and which writes are sent again.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crosstie::{
    domain::IssueId,
    jira::{Client, ErrorKind, Outcome, RemoteLink, WriteError},
};
use futures_util::future::join_all;
use serde_json::{Map, Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::support::{
    Reply, SHORT, Server, World, behind_a_proxy, config, data_center, error, myself, ok, refusal, reply,
};

/// A write of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Create,
    Transition,
    Edit,
    Property,
    Link,
    Unlink,
}

const ALL: [Kind; 6] = [
    Kind::Create,
    Kind::Transition,
    Kind::Edit,
    Kind::Property,
    Kind::Link,
    Kind::Unlink,
];

impl Kind {
    fn is_repeatable(self) -> bool {
        !matches!(self, Self::Create | Self::Transition)
    }

    async fn send(self, client: &Client) -> Result<(), WriteError> {
        let id = IssueId::from("10001");
        let fields = fields();
        match self {
            Self::Create => client.create_issue(&fields, ("crosstie", &json!(1))).await.map(|_| ()),
            Self::Transition => client.transition(&id, "5", &fields).await,
            Self::Edit => client.edit_issue(&id, &fields).await,
            Self::Property => client.put_property(&id, "crosstie", &json!(1)).await,
            Self::Link => client.put_remote_link(&id, &RemoteLink::default()).await,
            Self::Unlink => client.remove_remote_link(&id, "x").await,
        }
    }

    fn done(self) -> Reply {
        match self {
            Self::Create => error(201, &json!({"id": "10001", "key": "PAY-1"})),
            Self::Link => ok(&json!({"id": 1})),
            _ => reply(204, "application/json", ""),
        }
    }
}

fn fields() -> Map<String, Value> {
    let Value::Object(fields) = json!({"summary": "One"}) else {
        unreachable!()
    };
    fields
}

/// Answers all writes of one kind alike; what becomes of it, and how often it was sent.
async fn answered(kind: Kind, answer: Reply) -> (Result<(), WriteError>, usize) {
    let server = Server::cloud(move |_, _| answer.clone()).await;
    let world = World::new(&config(&server.url));
    let result = kind.send(&world.client).await;
    let writes = server.asked().into_iter().filter(|call| !call.starts_with("GET"));
    (result, writes.count())
}

fn limited(status: u16, seconds: u32) -> Reply {
    refusal(status, "slow down").with("Retry-After", seconds.to_string())
}

#[tokio::test]
async fn each_answer_says_what_became_of_a_write() {
    use ErrorKind::{Auth, Forbidden, Malformed, NotFound, NotJira, RateLimited, Rejected, Server, Setup};
    use Outcome::{NotSent, Refused, Unknown};
    let html = "<html><title>Log in</title><input type=\"password\"></html>";
    let to = |status, place: &str| reply(status, "text/plain", "").with("location", place);
    // Answer, outcome, kind, times sent if repeatable.
    let table = [
        (refusal(400, "no"), Refused, Rejected, 1),
        (refusal(403, "no"), Refused, Forbidden, 1),
        (refusal(409, "no"), Refused, Rejected, 1),
        (refusal(413, "no"), Refused, Rejected, 1),
        (refusal(422, "no"), Refused, Rejected, 1),
        (limited(429, 61), Refused, RateLimited, 1),
        (limited(503, 61), Refused, RateLimited, 1),
        (refusal(407, "no"), NotSent, Setup, 1),
        (refusal(408, "no"), Unknown, Rejected, 1),
        (refusal(500, "no"), Unknown, Server, 3),
        (refusal(502, "no"), Unknown, Server, 3),
        (refusal(503, "no"), Unknown, Server, 4),
        (limited(504, 1), Unknown, RateLimited, 3),
        (reply(200, "text/html", html), Unknown, Auth, 1),
        (reply(200, "text/html", "<html>hello</html>"), Unknown, NotJira, 1),
        (ok(&myself()).with("X-AUSERNAME", "anonymous"), Unknown, Auth, 1),
        (to(302, "/login.jsp"), Refused, Auth, 1),
        (to(302, "/elsewhere"), Unknown, NotJira, 1),
        (to(303, "/elsewhere"), Unknown, NotJira, 1),
        (to(308, "https://jira.example.com/"), Refused, NotJira, 1),
    ];
    for (answer, outcome, error, times) in table {
        for kind in ALL {
            let what = format!("{kind:?} answered by {}", answer.status);
            let (result, sent) = answered(kind, answer.clone()).await;
            let failed = result.expect_err(&what);
            assert_eq!(
                (failed.outcome, failed.error.kind),
                (outcome, error),
                "{what}: {failed}"
            );
            assert_eq!(sent, if kind.is_repeatable() { times } else { 1 }, "{what}");
        }
    }
    for kind in ALL.into_iter().filter(|kind| *kind != Kind::Unlink) {
        let (result, sent) = answered(kind, refusal(404, "no")).await;
        let failed = result.unwrap_err();
        assert_eq!(
            (failed.outcome, failed.error.kind, sent),
            (Refused, NotFound, 1),
            "{kind:?}"
        );
    }
    for body in ["{\"id\": \"10001\", \"ke", "{\"key\": \"PAY-1\"}", "[]", ""] {
        let (result, sent) = answered(Kind::Create, reply(201, "application/json", body)).await;
        let failed = result.unwrap_err();
        assert_eq!(
            (failed.outcome, failed.error.kind, sent),
            (Unknown, Malformed, 1),
            "{body}"
        );
    }
    for kind in ALL {
        let (result, sent) = answered(kind, kind.done()).await;
        assert_eq!((result, sent), (Ok(()), 1), "{kind:?}");
    }
}

#[tokio::test]
async fn a_write_that_was_put_off_is_sent_again_as_told() {
    for kind in ALL {
        for status in [429, 503] {
            let server = Server::cloud(move |_, before| match before {
                1 => limited(status, 8),
                _ => kind.done(),
            })
            .await;
            let world = World::new(&config(&server.url));
            assert_eq!(kind.send(&world.client).await, Ok(()), "{kind:?} after {status}");
            assert_eq!(server.asked().len(), 2, "{kind:?} after {status}");
        }
        let (result, sent) = answered(kind, refusal(429, "slow down")).await;
        let failed = result.unwrap_err();
        assert_eq!((failed.outcome, sent), (Outcome::Refused, 4), "{kind:?}");
        assert!(failed.is_passing() && failed.error.retry_at.is_some(), "{kind:?}");
    }
}

#[tokio::test]
async fn what_stands_in_the_way_keeps_a_write_from_being_sent() {
    let server = Server::cloud(|_, _| limited(429, 300)).await;
    let world = World::new(&config(&server.url));
    Kind::Create.send(&world.client).await.unwrap_err();
    let failed = Kind::Create.send(&world.client).await.unwrap_err();
    assert_eq!(
        (failed.outcome, failed.error.kind),
        (Outcome::NotSent, ErrorKind::RateLimited)
    );
    assert_eq!(failed.error.retry_at, Some("2026-11-22T10:05:00Z".parse().unwrap()));
    assert!(failed.is_passing());
    assert_eq!(server.asked().len(), 1);

    let server = Server::data_center(|_, _| {
        refusal(403, "no").with("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=x")
    })
    .await;
    let world = World::new(&data_center(&server.url));
    for outcome in [Outcome::Refused, Outcome::NotSent] {
        let failed = Kind::Create.send(&world.client).await.unwrap_err();
        assert_eq!((failed.outcome, failed.error.kind), (outcome, ErrorKind::Captcha));
        assert!(!failed.is_passing());
    }
    assert_eq!(server.asked().len(), 1);

    let server = Server::cloud(|_, _| Kind::Create.done()).await;
    let mut config = config(&server.url);
    config.read_only = true;
    let world = World::new(&config);
    for kind in ALL {
        let failed = kind.send(&world.client).await.unwrap_err();
        assert_eq!(
            (failed.outcome, failed.error.kind),
            (Outcome::NotSent, ErrorKind::Setup)
        );
        assert!(
            failed.error.message.contains("acme: the connection is read-only"),
            "{failed}"
        );
        assert!(failed.error.remedy.contains("`read_only`") && !failed.is_passing());
    }
    assert!(server.seen().is_empty(), "not even asked which Jira this is");
}

#[tokio::test]
async fn fields_are_named_as_jira_names_them() {
    let body = json!({
        "errorMessages": ["Field 'priority' is required\u{1b}[2J"],
        "errors": {
            "customfield_10020": "Severity is\n required.",
            "summary": ["too long", "and hostile \u{202e}"],
            "worklog": {"message": "no"},
            "empty": "",
            "odd": 7,
        },
    });
    let (result, _) = answered(Kind::Create, error(400, &body)).await;
    let failed = result.unwrap_err();
    let told = |field: &str, words: &str| (field.to_owned(), words.to_owned());
    assert_eq!(
        failed.fields,
        [
            told("customfield_10020", "Severity is required."),
            told("summary", "too long; and hostile"),
            told("worklog", "no"),
        ]
    );
    assert!(
        failed.error.message.contains("Field 'priority' is required [2J"),
        "{failed}"
    );
    assert!(!failed.is_passing() && !failed.is_conflict());
    let (result, _) = answered(Kind::Edit, refusal(409, "somebody else was faster")).await;
    let failed = result.unwrap_err();
    assert!(failed.is_conflict() && failed.is_passing() && failed.fields.is_empty());
    for odd in [json!([]), json!({"errors": ["no"]}), json!("no")] {
        let (result, _) = answered(Kind::Create, error(400, &odd)).await;
        assert!(result.unwrap_err().fields.is_empty(), "{odd}");
    }
}

#[tokio::test]
async fn doubt_is_not_lifted_by_a_later_answer() {
    let after = |second: Reply| async move {
        let server = Server::cloud(move |_, before| match before {
            1 => refusal(500, "oops"),
            _ => second.clone(),
        })
        .await;
        let world = World::new(&config(&server.url));
        Kind::Edit.send(&world.client).await
    };
    let failed = after(refusal(400, "no")).await.unwrap_err();
    assert_eq!(
        (failed.outcome, failed.error.status),
        (Outcome::Unknown, Some(400)),
        "the first try may have set some of it"
    );
    let failed = after(limited(429, 61)).await.unwrap_err();
    assert_eq!(failed.outcome, Outcome::Unknown);
    assert_eq!(after(Kind::Edit.done()).await, Ok(()));
}

/// How a connection breaks once a write was read from it.
#[derive(Debug, Clone, Copy)]
enum Break {
    Close,
    Silence,
    Cut,
    /// Nobody listens any more.
    Gone,
}

/// A server that tells which Jira it is, and breaks on everything else; counts what it got.
async fn broken(how: Break) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let got = count.clone();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 16 * 1024];
            let length = stream.read(&mut request).await.unwrap_or(0);
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            if text.starts_with("GET /rest/api/2/serverInfo") {
                let info = r#"{"version":"1001.0.0","deploymentType":"Cloud","baseUrl":"x"}"#;
                let answer = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{info}",
                    info.len()
                );
                stream.write_all(answer.as_bytes()).await.unwrap();
                if matches!(how, Break::Gone) {
                    return;
                }
                continue;
            }
            got.fetch_add(1, Ordering::SeqCst);
            match how {
                Break::Close | Break::Gone => drop(stream),
                Break::Silence => held.push(stream),
                Break::Cut => {
                    let answer =
                        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
                    let _ = stream.write_all(answer.as_bytes()).await;
                }
            }
        }
    });
    (url, count)
}

#[tokio::test]
async fn a_broken_connection_leaves_doubt_unless_there_never_was_one() {
    for (how, outcome, words) in [
        (Break::Close, Outcome::Unknown, "no answer from"),
        (Break::Silence, Outcome::Unknown, "timed out"),
        (Break::Cut, Outcome::Unknown, "the answer was cut off"),
        (Break::Gone, Outcome::NotSent, "connection refused"),
    ] {
        let kinds = [Kind::Create, Kind::Transition, Kind::Edit, Kind::Link];
        // Side by side, for it is waited for the end of each.
        let tried = kinds.map(|kind| async move {
            let (url, count) = broken(how).await;
            let mut config = config(&url);
            if matches!(how, Break::Silence) {
                config.timeout = SHORT;
            }
            let world = World::new(&config);
            let failed = kind.send(&world.client).await.unwrap_err();
            let what = format!("{kind:?}, {how:?}: {failed}");
            assert_eq!(
                (failed.outcome, failed.error.kind),
                (outcome, ErrorKind::Network),
                "{what}"
            );
            assert!(failed.error.message.contains(words), "{what}");
            assert_eq!(failed.is_passing(), outcome == Outcome::NotSent, "{what}");
            let times = match outcome {
                Outcome::NotSent => 0,
                _ if kind.is_repeatable() => 3,
                _ => 1,
            };
            assert_eq!(count.load(Ordering::SeqCst), times, "{what}");
        });
        join_all(tried).await;
    }
}

#[tokio::test]
async fn a_site_that_is_not_there_was_sent_nothing() {
    for (url, kind) in [
        ("http://127.0.0.1:1", ErrorKind::Network),
        ("https://jira.crosstie-test.invalid", ErrorKind::Dns),
    ] {
        if kind == ErrorKind::Dns && behind_a_proxy() {
            continue;
        }
        let world = World::new(&config(url));
        let failed = Kind::Create.send(&world.client).await.unwrap_err();
        assert_eq!(
            (failed.outcome, failed.error.kind),
            (Outcome::NotSent, kind),
            "{failed}"
        );
        assert!(failed.is_passing());
    }
}

/// A login page came from something that may have passed the write on: it is no reason to send the
/// write again through the gateway, as a 401 is.
#[tokio::test]
async fn only_a_401_sends_a_write_through_the_gateway() {
    let login = "<html><title>Log in</title></html>";
    for (at_the_site, created, outcome) in [
        (refusal(401, "Client must be authenticated"), 1, None),
        (reply(200, "text/html", login), 0, Some(Outcome::Unknown)),
    ] {
        let server = Server::cloud(move |seen, _| match seen.path.as_str() {
            "/_edge/tenant_info" => ok(&json!({"cloudId": "c1"})),
            "/ex/jira/c1/rest/api/3/myself" => ok(&myself()),
            "/ex/jira/c1/rest/api/3/issue" => Kind::Create.done(),
            _ => at_the_site.clone(),
        })
        .await;
        let mut config = config(&server.url);
        config.gateway_url.clone_from(&server.url);
        let world = World::new(&config);
        let result = Kind::Create.send(&world.client).await;
        assert_eq!(result.err().map(|failed| failed.outcome), outcome);
        let sent = server
            .asked()
            .into_iter()
            .filter(|call| call.starts_with("POST /ex/jira"));
        assert_eq!(sent.count(), created);
    }
}
