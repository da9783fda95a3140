use secrecy::ExposeSecret;
use tokio::io::AsyncReadExt;

use super::*;
use crate::auth::landing::Attempt;

fn bound(callback: &str) -> (Listener, Expected) {
    let callback = Url::parse(callback).unwrap();
    let listener = Listener::bind(&callback).unwrap();
    let expected = Expected {
        attempt: Attempt::State("st4te".into()),
        callback: Some(callback),
    };
    (listener, expected)
}

async fn send(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn get(port: u16, target: &str) -> String {
    send(port, &format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")).await
}

#[tokio::test]
async fn only_the_right_browser_ends_the_wait() {
    let (listener, expected) = bound("http://127.0.0.1:0/callback");
    let port = listener.port();
    let waiting = tokio::spawn(async move { listener.wait(&expected).await });
    // A connection on which nothing is said must not keep others waiting.
    let silent = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
    for (target, status) in [
        ("/favicon.ico", "404"),
        ("/", "404"),
        ("/callback/x?code=evil&state=st4te", "404"),
        ("/callback", "400"),
        ("/callback?code=evil", "400"),
        ("/callback?code=evil&state=other", "400"),
        ("/callback?error=access_denied&state=other", "400"),
    ] {
        let answer = get(port, target).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target}: {answer}");
        assert!(!answer.contains("evil"), "{answer}");
    }
    let posted = send(port, "POST /callback?code=evil&state=st4te HTTP/1.1\r\n\r\n").await;
    assert!(posted.starts_with("HTTP/1.1 405 "), "{posted}");
    let answer = get(port, "/callback?code=g00d&state=st4te").await;
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("close this window"),
        "{answer}"
    );
    assert!(!answer.contains("g00d"), "{answer}");
    for header in [
        "Content-Security-Policy: default-src 'none'",
        "Referrer-Policy: no-referrer",
        "Cache-Control: no-store",
    ] {
        assert!(answer.contains(header), "{answer}");
    }
    let Landing::Code(code) = waiting.await.unwrap().unwrap();
    assert_eq!(code.expose_secret(), "g00d");
    drop(silent);
    assert!(
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err(),
        "it is closed afterwards"
    );
}

#[tokio::test]
async fn a_refusal_ends_the_wait_and_is_shown_safely() {
    let (listener, expected) = bound("http://127.0.0.1:0/callback");
    let port = listener.port();
    let waiting = tokio::spawn(async move { listener.wait(&expected).await });
    let target = "/callback?error=invalid_scope&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=st4te";
    let answer = get(port, target).await;
    assert!(
        answer.contains("&lt;script&gt;") && !answer.contains("<script"),
        "{answer}"
    );
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(error, LandingError::Refused { .. }), "{error:?}");
}

#[tokio::test]
async fn localhost_has_both_addresses_with_one_port_where_there_are_two() {
    let (listener, expected) = bound("http://localhost:0/callback");
    let port = listener.port();
    let addresses: Vec<_> = listener
        .sockets
        .iter()
        .map(|socket| socket.local_addr().unwrap())
        .collect();
    assert!(
        addresses
            .iter()
            .all(|address| address.port() == port && address.ip().is_loopback()),
        "{addresses:?}"
    );
    let last = *addresses.last().unwrap();
    let waiting = tokio::spawn(async move { listener.wait(&expected).await });
    let mut stream = TcpStream::connect(last).await.unwrap();
    stream
        .write_all(b"GET /callback?code=x&state=st4te HTTP/1.1\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(waiting.await.unwrap().is_ok());
}

#[test]
fn a_taken_port_says_what_to_do() {
    let other = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    for host in ["127.0.0.1", "localhost"] {
        let callback = Url::parse(&format!("http://{host}:{port}/callback")).unwrap();
        let error = Listener::bind(&callback).unwrap_err();
        assert_eq!(error, ListenError::Taken(port));
        assert!(error.remedy().contains("paste the address"), "{}", error.remedy());
    }
}

#[test]
fn only_plain_loopback_addresses_are_listened_on() {
    for (callback, listens) in [
        ("http://localhost/callback", true),
        ("http://[::1]:9000/callback", true),
        ("http://127.0.0.2:9000/callback", true),
        ("https://localhost:8976/callback", false),
        ("http://0.0.0.0:8976/callback", false),
        ("http://192.168.1.4:8976/callback", false),
        ("http://localhost.example.com/callback", false),
        ("http://127.0.0.1.example.com/callback", false),
        ("crosstie:callback", false),
    ] {
        let url = Url::parse(callback).unwrap();
        assert_eq!(addresses(&url).is_some(), listens, "{callback}");
    }
    let elsewhere = Listener::bind(&Url::parse("https://me:pw@example.com/cb?x=s3cret").unwrap()).unwrap_err();
    assert!(
        !elsewhere.to_string().contains("s3cret") && !elsewhere.to_string().contains("pw"),
        "{elsewhere}"
    );
}

#[tokio::test]
async fn dropping_the_wait_frees_the_port() {
    let (listener, expected) = bound("http://127.0.0.1:0/callback");
    let port = listener.port();
    {
        let waiting = listener.wait(&expected);
        tokio::pin!(waiting);
        tokio::select! {
            biased;
            _ = &mut waiting => panic!("nobody came"),
            () = std::future::ready(()) => {}
        }
    }
    assert!(std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok());
}
