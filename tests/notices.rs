//! The built program while it watches: who is told when a connection fails, and how often.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails its test")]

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        mpsc::{Receiver, channel},
    },
    thread,
    time::Duration,
};

use crosstie::{
    clock::SystemClock,
    sandbox::{Flavour, Sandbox, SandboxOptions},
};
use serde_json::Value;

/// Nothing that is waited for takes this long.
const LIMIT: Duration = Duration::from_secs(180);
/// The part of the webhook's address that must stay where it is found.
const HIDDEN: &str = "T0KEN-x7Qz";

/// The texts that a webhook on this machine was posted, as they come.
fn webhook() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/services/{HIDDEN}", listener.local_addr().unwrap());
    let (sender, posts) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let body: Value = serde_json::from_slice(&body(stream.unwrap())).unwrap();
            if sender.send(body["text"].as_str().unwrap().to_owned()).is_err() {
                return;
            }
        }
    });
    (address, posts)
}

/// Takes a request and answers it.
fn body(stream: TcpStream) -> Vec<u8> {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok";
    stream.get_mut().write_all(ok).unwrap();
    body
}

fn secret(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// `crosstie sync --watch` with the lines that it prints; ended with the test.
struct Watch {
    child: Child,
    runs: Receiver<Value>,
}

impl Watch {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_crosstie"))
            .args(["sync", "--watch", "--json"])
            .env_clear()
            .env("HOME", folder)
            .env("CROSSTIE_CONFIG", folder.join("config.toml"))
            .env("CROSSTIE_DATA_DIR", folder.join("data"))
            .env("CROSSTIE_LOG", "trace")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, runs) = channel();
        thread::spawn(move || {
            for line in output.lines() {
                let run = serde_json::from_str(&line.unwrap()).unwrap();
                if sender.send(run).is_err() {
                    return;
                }
            }
        });
        Self { child, runs }
    }

    /// How the first run of each of the two connections ended. One that fails may be tried again
    /// before the other is through.
    fn results(&self) -> Vec<String> {
        let mut results = BTreeMap::new();
        while results.len() < 2 {
            let run = self.runs.recv_timeout(LIMIT).unwrap();
            let text = |name: &str| run[name].as_str().unwrap().to_owned();
            results.entry(text("connection")).or_insert_with(|| text("result"));
        }
        let told = results.into_iter().map(|(alias, result)| format!("{alias} {result}"));
        told.collect()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

fn assert_unspoken(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_unspoken(&path);
        } else if path.file_name().unwrap() != "webhook" {
            let bytes = fs::read(&path).unwrap();
            let found = bytes.windows(HIDDEN.len()).any(|window| window == HIDDEN.as_bytes());
            assert!(!found, "the webhook's address is in {}", path.display());
        }
    }
}

#[test]
fn a_refused_sign_in_is_told_once_while_the_other_connection_goes_on() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let site = runtime
        .block_on(Sandbox::start(SandboxOptions {
            issues: 20,
            colleagues: false,
            ..SandboxOptions::new(Flavour::DataCenter, Arc::new(SystemClock))
        }))
        .unwrap();
    let (address, posts) = webhook();
    let folder = tempfile::tempdir().unwrap();
    let connection = |alias: &str| {
        format!(
            "[[connection]]\nalias = \"{alias}\"\nkind = \"data-center\"\nurl = \"{}\"\n\
             auth = {{ method = \"pat\", secret = {{ file = \"{alias}.token\" }} }}\n",
            site.url()
        )
    };
    let notices = "[notices]\ndesktop = false\nslack = { file = \"webhook\" }\n";
    let config = [notices, &connection("good"), &connection("lab")].concat();
    fs::write(folder.path().join("config.toml"), config).unwrap();
    secret(folder.path(), "webhook", &address);
    secret(folder.path(), "good.token", &site.credentials().pat);
    secret(folder.path(), "lab.token", "revoked");

    let watch = Watch::start(folder.path());
    let told = posts.recv_timeout(LIMIT).unwrap();
    assert!(told.starts_with("crosstie: lab needs you\nlab: "), "{told}");
    assert!(told.ends_with(&site.url()), "{told}");
    assert_eq!(watch.results(), ["good ok", "lab failed"]);
    drop(watch);

    let again = Watch::start(folder.path());
    assert_eq!(again.results(), ["good ok", "lab failed"]);
    drop(again);

    secret(folder.path(), "lab.token", &site.credentials().pat);
    let mended = Watch::start(folder.path());
    let told = posts.recv_timeout(LIMIT).unwrap();
    assert!(
        told.starts_with("crosstie: lab works again\nIt had failed for "),
        "{told}"
    );
    assert_eq!(mended.results(), ["good ok", "lab ok"]);
    drop(mended);
    assert_unspoken(folder.path());
}
