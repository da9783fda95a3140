//! A site, a crosstie with folders of its own, and a browser that presses the buttons.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
};

use crosstie::{
    clock::SystemClock,
    sandbox::{Flavour, Sandbox, SandboxOptions},
};
use reqwest::{Method, redirect::Policy};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use url::Url;

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The last line of standard output, as JSON.
    pub(crate) fn last(&self) -> Value {
        let line = self.out.lines().last().unwrap_or_else(|| panic!("{self:?}"));
        serde_json::from_str(line).unwrap()
    }
}

pub(crate) struct World {
    pub(crate) runtime: Runtime,
    pub(crate) sandbox: Sandbox,
    folder: TempDir,
    pub(crate) callback: String,
}

impl World {
    pub(crate) fn new(flavour: Flavour) -> Self {
        Self::at(flavour, "")
    }

    /// A site below a context path.
    pub(crate) fn at(flavour: Flavour, context: &str) -> Self {
        let runtime = Runtime::new().unwrap();
        let options = SandboxOptions {
            issues: 60,
            colleagues: false,
            context: context.to_owned(),
            ..SandboxOptions::new(flavour, Arc::new(SystemClock))
        };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        let world = Self {
            runtime,
            sandbox,
            folder: tempfile::tempdir().unwrap(),
            callback: format!("http://localhost:{}/callback", free_port()),
        };
        let client = json!({
            "client_id": "sandbox-client", "client_secret": world.secret(), "callback": world.callback,
        });
        world.control(&Method::POST, "/oauth/clients", &client);
        world
    }

    /// The client's secret: long enough to be looked for.
    pub(crate) fn secret(&self) -> String {
        self.sandbox.credentials().client_secret.clone()
    }

    pub(crate) fn ready(&self) -> Value {
        serde_json::from_str(&self.sandbox.announcement().to_string()).unwrap()
    }

    pub(crate) fn control(&self, method: &Method, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.ready()["control_url"].as_str().unwrap());
        self.runtime.block_on(async {
            let request = browser().request(method.clone(), &url).body(body.to_string());
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{url}: {}", answer.text().await.unwrap());
            serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null)
        })
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A 0600 file.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path.display().to_string()
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crosstie"));
        command
            .args(words)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("CROSSTIE_CONFIG", self.path("config.toml"))
            .env("CROSSTIE_DATA_DIR", self.path("data"))
            .env("CROSSTIE_LOG", "trace")
            // No keyring, whoever runs this.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.run_with(words, "")
    }

    pub(crate) fn run_with(&self, words: &[&str], input: &str) -> Ran {
        let mut child = self.command(words).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        ended(child)
    }

    /// From now on something goes wrong.
    pub(crate) fn fault(&self, fault: &Value, method: &str, path: &str) {
        let rule = json!({"match": {"method": method, "path": path}, "fault": fault});
        self.control(&Method::POST, "/faults", &rule);
    }

    pub(crate) fn without_faults(&self) {
        self.control(&Method::DELETE, "/faults", &json!({}));
    }

    /// Changes the config file by hand.
    pub(crate) fn edit(&self, from: &str, to: &str) {
        let path = self.path("config.toml");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from} is not in {text}");
        fs::write(&path, text.replace(from, to)).unwrap();
    }

    /// What the vault keeps of the connection `a`.
    pub(crate) fn tokens(&self) -> Value {
        serde_json::from_slice(&fs::read(self.path("data/tokens/a.json")).unwrap()).unwrap()
    }

    /// Adds the connection `a` of the sandbox's site.
    pub(crate) fn add(&self, method: &str, more: &[&str], input: &str) -> Ran {
        let ready = self.ready();
        let text = |name: &str| ready[name].as_str().unwrap_or_default().to_owned();
        let (url, gateway, auth) = (text("url"), text("gateway_url"), text("auth_url"));
        let mut words = vec!["connection", "add", "a", "--json", "--method", method, "--url", &url];
        let cloud = !gateway.is_empty();
        words.extend(["--kind", if cloud { "cloud" } else { "data-center" }]);
        words.extend(["--tokens", "file", "--callback", &self.callback]);
        if cloud {
            words.extend(["--gateway-url", &gateway, "--auth-url", &auth]);
        }
        words.extend(more);
        self.run_with(&words, input)
    }

    /// Begins `connection authorize a`.
    pub(crate) fn authorize(&self, more: &[&str]) -> Authorizing {
        let mut words = vec!["connection", "authorize", "a", "--json"];
        words.extend(more);
        let mut child = self.command(&words).spawn().unwrap();
        let input = child.stdin.take();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        output.read_line(&mut first).unwrap();
        Authorizing {
            child,
            input,
            output,
            first,
        }
    }

    /// Presses a button of the page at `url`; answers where the browser is sent.
    pub(crate) fn press(&self, url: &str, button: &str) -> String {
        self.runtime.block_on(async {
            let mut page = browser().get(url).send().await.unwrap();
            let mut url = Url::parse(url).unwrap();
            while let Some(location) = page.headers().get("location") {
                url = url.join(location.to_str().unwrap()).unwrap();
                page = browser().get(url.clone()).send().await.unwrap();
            }
            assert!(page.status().is_success(), "{url}: {}", page.status());
            let page = page.text().await.unwrap();
            let marker = format!("<a id=\"{button}\" href=\"");
            let link = page
                .split(&marker)
                .nth(1)
                .unwrap_or_else(|| panic!("no {button} in {page}"));
            let link = link.split('"').next().unwrap().replace("&amp;", "&");
            let next = url.join(&link).unwrap();
            let mut here = next;
            loop {
                let answer = browser().get(here.clone()).send().await.unwrap();
                let Some(location) = answer.headers().get("location") else {
                    return answer.text().await.unwrap();
                };
                let location = location.to_str().unwrap().to_owned();
                if location.starts_with(&self.callback) {
                    return location;
                }
                here = here.join(&location).unwrap();
            }
        })
    }

    /// Goes where the browser was sent; answers the page.
    pub(crate) fn visit(&self, url: &str) -> String {
        self.runtime
            .block_on(async { browser().get(url).send().await.unwrap().text().await.unwrap() })
    }

    /// Looks for `secrets` in everything that was written, but for the places where they belong.
    pub(crate) fn assert_unspoken(&self, ran: &[&Ran], secrets: &[&str]) {
        for secret in secrets {
            for ran in ran {
                assert!(
                    !ran.out.contains(secret) && !ran.err.contains(secret),
                    "{secret} in {ran:?}"
                );
            }
            let mut files = vec![self.folder.path().to_owned()];
            while let Some(path) = files.pop() {
                if path.is_dir() {
                    files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
                } else if !is_safe(&path) {
                    let bytes = fs::read(&path).unwrap();
                    let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                    assert!(!found, "{secret} in {}", path.display());
                }
            }
        }
    }
}

/// Where secrets belong.
fn is_safe(path: &Path) -> bool {
    let parent = path.parent().and_then(Path::file_name).unwrap_or_default();
    parent == "secrets" || parent == "tokens" || path.extension().is_some_and(|extension| extension == "secret")
}

/// `connection authorize` while it waits.
pub(crate) struct Authorizing {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    first: String,
}

impl Authorizing {
    pub(crate) fn url(&self) -> String {
        let first: Value = serde_json::from_str(&self.first).unwrap_or_else(|_| panic!("{}", self.first));
        first["authorization_url"].as_str().unwrap().to_owned()
    }

    /// Types a line; what it says, and how it ends.
    pub(crate) fn paste(mut self, line: &str) -> Ran {
        let mut input = self.input.take().unwrap();
        writeln!(input, "{line}").unwrap();
        drop(input);
        self.end()
    }

    pub(crate) fn end(mut self) -> Ran {
        let input = self.input.take();
        let mut out = std::mem::take(&mut self.first);
        self.output.read_to_string(&mut out).unwrap();
        let mut ran = ended(self.child);
        drop(input);
        ran.out = out;
        ran
    }
}

fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// A browser that goes nowhere by itself.
fn browser() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .tls_certs_only([])
        .build()
        .unwrap()
}
