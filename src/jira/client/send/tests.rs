//! The order of events between several calls.

use std::{
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use secrecy::SecretString;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use super::*;
use crate::{
    clock::SystemClock,
    config::{ConnectionConfig, Method, SecretSource},
    domain::Deployment,
    jira::client::AT_ONCE,
};

/// Longer than any of it takes; a test that waits so long has failed.
const GUARD: Duration = Duration::from_secs(20);

/// Answers everything with an empty object.
async fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut heard = [0; 4096];
                while stream.read(&mut heard).await.is_ok_and(|length| length > 0) {
                    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn who_reads_an_answer_keeps_nobody_from_asking() {
    let secret = SecretSource::Env("CROSSTIE_UNUSED".to_owned());
    let config = ConnectionConfig::new("acme", Deployment::DataCenter, server().await, Method::Pat { secret });
    let client = Client::new(&config, SecretString::from("secret"), Arc::new(SystemClock)).unwrap();
    // One more than requests may be on their way: all are read at the same time, or none to its end.
    let readers = AT_ONCE as usize + 1;
    let reading = Arc::new((Mutex::new(0), Condvar::new()));
    let calls = (0..readers).map(|_| {
        let (client, reading) = (client.clone(), Arc::clone(&reading));
        tokio::spawn(async move {
            let read = |_: u16, _: &[u8]| {
                let (count, changed) = &*reading;
                let mut count = count.lock().unwrap();
                *count += 1;
                changed.notify_all();
                let waited = changed.wait_timeout_while(count, GUARD, |count| *count < readers);
                Ok(!waited.unwrap().1.timed_out())
            };
            client.send(&Call::get(&["x"]).unsigned(), read).await.unwrap().value
        })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(
            call.await.unwrap(),
            "a request waited for the reading of another's answer"
        );
    }
}
