//! A proxy before the sandbox that remembers what a pull asks for, so that the same can be asked
//! again by a client that does nothing with the answers.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::Response,
};
use futures_util::{StreamExt, stream};

use crate::subject::client;

/// A request without its credentials.
#[derive(Clone)]
pub(crate) struct Asked {
    method: Method,
    target: String,
    body: Bytes,
}

#[derive(Clone)]
struct Shared {
    upstream: String,
    client: reqwest::Client,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// Serves at a loopback port until dropped with its runtime.
pub(crate) struct Recorder {
    pub(crate) url: String,
    shared: Shared,
}

impl Recorder {
    pub(crate) async fn start(upstream: &str) -> Self {
        let shared = Shared {
            upstream: upstream.to_owned(),
            client: client(),
            asked: Arc::default(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(forward).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    /// Everything asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }
}

async fn forward(State(shared): State<Shared>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let target = uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    shared.asked.lock().unwrap().push(Asked {
        method: method.clone(),
        target: target.clone(),
        body: body.clone(),
    });
    let mut request = shared
        .client
        .request(method, format!("{}{target}", shared.upstream))
        .body(body);
    for name in [header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT] {
        if let Some(value) = headers.get(&name) {
            request = request.header(name, value);
        }
    }
    let answer = request.send().await.unwrap();
    let (status, headers) = (answer.status(), answer.headers().clone());
    let mut response = Response::new(Body::from(answer.bytes().await.unwrap()));
    *response.status_mut() = StatusCode::from_u16(status.as_u16()).unwrap();
    for (name, value) in &headers {
        let framing = [
            header::CONTENT_LENGTH,
            header::TRANSFER_ENCODING,
            header::CONTENT_ENCODING,
        ];
        if !framing.contains(name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// What a bare download of the same cost, and the bodies.
pub(crate) struct Downloaded {
    pub(crate) wall: Duration,
    pub(crate) bodies: Vec<Bytes>,
}

/// Asks for all of it again over `at_once` connections, and only reads the answers.
pub(crate) async fn download(url: &str, asked: Vec<Asked>, login: (&str, &str), at_once: usize) -> Downloaded {
    let client = client();
    let begun = Instant::now();
    let bodies = stream::iter(asked)
        .map(|asked| {
            let request = client
                .request(asked.method, format!("{url}{}", asked.target))
                .basic_auth(login.0, Some(login.1))
                .header(header::CONTENT_TYPE, "application/json")
                .header(header::ACCEPT, "application/json")
                .body(asked.body);
            async move {
                let answer = request.send().await.unwrap();
                assert!(answer.status().is_success(), "{}", answer.status());
                answer.bytes().await.unwrap()
            }
        })
        .buffer_unordered(at_once)
        .collect()
        .await;
    Downloaded {
        wall: begun.elapsed(),
        bodies,
    }
}
