//! For tests: a small service on this machine that answers as told, and a source that asks it.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

use crate::{
    auth::{Vault, keyring::MemoryKeyring},
    clock::{ManualClock, SharedClock},
    config::SecretSource,
    source::Means,
};

/// The token that must never be seen anywhere.
pub(in crate::source) const HIDDEN: &str = "T0KEN-x7Qz-planted";

/// A request as it came.
#[derive(Debug, Clone)]
pub(in crate::source) struct Request {
    pub(in crate::source) method: String,
    pub(in crate::source) path: String,
    pub(in crate::source) query: Vec<(String, String)>,
    /// Lower case, one a line.
    pub(in crate::source) head: String,
    pub(in crate::source) body: String,
}

impl Request {
    /// What the query says of a name.
    pub(in crate::source) fn asks(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The service; it ends when this is dropped.
pub(in crate::source) struct Script {
    pub(in crate::source) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl Drop for Script {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Script {
    /// `answer` is asked with each request and with the service's own address.
    pub(in crate::source) async fn serve(answer: impl Fn(&Request, &str) -> String + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, own) = (Arc::clone(&requests), url.clone());
        let task = tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                let reply = answer(&request, &own);
                kept.lock().unwrap().push(request);
                stream.write_all(reply.as_bytes()).await.unwrap();
                stream.shutdown().await.unwrap();
            }
        });
        Self { url, requests, task }
    }

    /// One answer after the other; the last one for good.
    pub(in crate::source) async fn play(answers: Vec<String>) -> Self {
        let next = Mutex::new(0);
        Self::serve(move |_, _| {
            let mut next = next.lock().unwrap();
            *next += 1;
            answers[(*next - 1).min(answers.len() - 1)].clone()
        })
        .await
    }

    /// What was asked so far.
    pub(in crate::source) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

async fn read(stream: &mut TcpStream) -> Request {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return request(&text, body);
            }
        }
        assert!(
            stream.read_buf(&mut bytes).await.unwrap() > 0,
            "the request was cut off"
        );
    }
}

fn request(text: &str, body: &str) -> Request {
    let mut words = text.lines().next().unwrap().split(' ');
    let method = words.next().unwrap().to_owned();
    let target = Url::parse("http://x").unwrap().join(words.next().unwrap()).unwrap();
    Request {
        method,
        path: target.path().to_owned(),
        query: target.query_pairs().into_owned().collect(),
        head: text.split("\r\n\r\n").next().unwrap().to_lowercase(),
        body: body.to_owned(),
    }
}

/// An answer; each of `headers` ends in CRLF.
pub(in crate::source) fn reply(status: u16, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}")
}

/// An answer that ends before it is whole.
pub(in crate::source) fn cut_off() -> String {
    "HTTP/1.1 200 OK\r\ncontent-length: 5000\r\nconnection: close\r\n\r\n{\"data\": [".to_owned()
}

/// What a source needs, with the token in a file and a clock that stands still.
pub(in crate::source) struct Stage {
    pub(in crate::source) means: Means,
    pub(in crate::source) clock: Arc<ManualClock>,
    pub(in crate::source) secret: SecretSource,
    pub(in crate::source) file: PathBuf,
    _folder: tempfile::TempDir,
}

impl Stage {
    pub(in crate::source) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, format!("{HIDDEN}\n")).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        let clock = ManualClock::at(start());
        let vault = Vault::new(folder.path().to_owned(), Arc::new(MemoryKeyring::default()));
        Self {
            means: Means::new(vault, Arc::clone(&clock) as SharedClock),
            clock,
            secret: SecretSource::File(file.clone()),
            file,
            _folder: folder,
        }
    }
}

/// When tests begin.
pub(in crate::source) fn start() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}
