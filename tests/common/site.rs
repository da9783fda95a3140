//! A site, a crosstie with folders of its own, and a browser that presses the buttons.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use crosstie::{
    clock::SystemClock,
    sandbox::{Flavour, Sandbox, SandboxOptions},
};
use reqwest::{Method, redirect::Policy};
use serde_json::{Value, json};
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

/// The built `crosstie` with its folders in `home`.
pub(crate) fn crosstie(home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosstie"));
    command
        .args(words)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("CROSSTIE_CONFIG", home.join("config.toml"))
        .env("CROSSTIE_DATA_DIR", home.join("data"))
        .env("CROSSTIE_LOG", "trace")
        // No keyring, whoever runs this.
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it to its end, with `input` on its standard input.
pub(crate) fn run(home: &Path, words: &[&str], input: &str) -> Ran {
    let mut child = crosstie(home, words).spawn().unwrap();
    // One that refuses before it reads anything may have ended by now.
    let _not_read = child.stdin.take().unwrap().write_all(input.as_bytes());
    ended(child)
}

pub(crate) fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A sandbox, with a client that is registered for a callback nobody else uses.
pub(crate) struct Site {
    pub(crate) runtime: Runtime,
    pub(crate) sandbox: Sandbox,
    pub(crate) callback: String,
}

impl Site {
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
        let site = Self {
            runtime,
            sandbox,
            callback: format!("http://localhost:{}/callback", free_port()),
        };
        let client = json!({
            "client_id": "sandbox-client", "client_secret": site.secret(), "callback": site.callback,
        });
        site.control(&Method::POST, "/oauth/clients", &client);
        site
    }

    /// The client's secret: long enough to be looked for.
    pub(crate) fn secret(&self) -> String {
        self.sandbox.credentials().client_secret.clone()
    }

    /// An address of the sandbox, as it announces it; empty if this flavour has none of that name.
    pub(crate) fn address(&self, name: &str) -> String {
        self.sandbox.announcement()[name]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn control(&self, method: &Method, path: &str, body: &Value) -> Value {
        let url = format!("{}{path}", self.address("control_url"));
        self.runtime.block_on(async {
            let request = browser().request(method.clone(), &url).body(body.to_string());
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{url}: {}", answer.text().await.unwrap());
            serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null)
        })
    }

    /// Adds the connection `a` of this site, by the command line.
    pub(crate) fn add(&self, home: &Path, method: &str, more: &[&str], input: &str) -> Ran {
        let [url, gateway, auth] = ["url", "gateway_url", "auth_url"].map(|name| self.address(name));
        let mut words = vec!["connection", "add", "a", "--json", "--method", method, "--url", &url];
        let cloud = !gateway.is_empty();
        words.extend(["--kind", if cloud { "cloud" } else { "data-center" }]);
        words.extend(["--tokens", "file", "--callback", &self.callback]);
        if cloud {
            words.extend(["--gateway-url", &gateway, "--auth-url", &auth]);
        }
        words.extend(more);
        run(home, &words, input)
    }

    /// Adds it with the sandbox's own client or consumer.
    pub(crate) fn add_granted(&self, home: &Path, method: &str) -> Ran {
        if method == "oauth1" {
            let own = self.sandbox.credentials();
            let key = private_file(home, "jira.secret", &own.private_key);
            let more = ["--consumer-key", &own.consumer_key, "--private-key", &key];
            return self.add(home, method, &more, "");
        }
        let more = ["--client-id", "sandbox-client", "--secret-stdin"];
        self.add(home, method, &more, &self.secret())
    }

    /// Presses a button of the page at `url`; answers where the browser is sent.
    pub(crate) fn press(&self, url: &str, button: &str) -> String {
        self.runtime.block_on(async {
            let mut page = browser().get(url).send().await.unwrap();
            let mut here = Url::parse(url).unwrap();
            while let Some(location) = page.headers().get("location") {
                here = here.join(location.to_str().unwrap()).unwrap();
                page = browser().get(here.clone()).send().await.unwrap();
            }
            assert!(page.status().is_success(), "{here}: {}", page.status());
            let page = page.text().await.unwrap();
            let marker = format!("<a id=\"{button}\" href=\"");
            let link = page.split(&marker).nth(1);
            let link = link.unwrap_or_else(|| panic!("no {button} in {page}"));
            let link = link.split('"').next().unwrap().replace("&amp;", "&");
            let origin = here.origin();
            here = here.join(&link).unwrap();
            loop {
                let answer = browser().get(here.clone()).send().await.unwrap();
                let Some(location) = answer.headers().get("location") else {
                    return answer.text().await.unwrap();
                };
                let location = location.to_str().unwrap().to_owned();
                here = here.join(&location).unwrap();
                if here.origin() != origin {
                    return location;
                }
            }
        })
    }

    /// Goes where the browser was sent; answers the page.
    pub(crate) fn visit(&self, url: &str) -> String {
        self.runtime
            .block_on(async { browser().get(url).send().await.unwrap().text().await.unwrap() })
    }
}

/// The code or verifier in a landing address.
pub(crate) fn code_of(landing: &str) -> String {
    let url = Url::parse(landing).unwrap();
    let mut pairs = url.query_pairs();
    pairs
        .find(|(name, _)| name == "code" || name == "oauth_verifier")
        .unwrap_or_else(|| panic!("{landing}"))
        .1
        .into_owned()
}

/// Writes a 0600 file.
pub(crate) fn private_file(home: &Path, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = home.join(name);
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    path.display().to_string()
}

/// Looks for a secret in everything that was written below `home`, but for the places where it belongs.
pub(crate) fn assert_unwritten(home: &Path, secret: &str) {
    let mut files = vec![home.to_owned()];
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

/// Where secrets belong.
fn is_safe(path: &Path) -> bool {
    let parent = path.parent().and_then(Path::file_name).unwrap_or_default();
    ["secrets", "tokens", "keys"].iter().any(|folder| parent == *folder)
        || path.extension().is_some_and(|extension| extension == "secret")
}

/// A port that is free and stays so until the program takes it: below those that systems hand out by
/// themselves, and given to one story alone.
fn free_port() -> u16 {
    const FIRST: u32 = 10_000;
    const COUNT: u32 = 5_900;
    static GIVEN: AtomicU32 = AtomicU32::new(0);
    // Processes with neighbouring numbers begin far from each other.
    let start = std::process::id().wrapping_mul(61);
    let next = || start.wrapping_add(GIVEN.fetch_add(1, Ordering::Relaxed));
    let mut ports = std::iter::repeat_with(|| FIRST + next() % COUNT).take(1_000);
    let is_free = |port: &u16| {
        ["127.0.0.1", "0.0.0.0"]
            .iter()
            .all(|host| TcpListener::bind((*host, *port)).is_ok())
    };
    let free = ports.find_map(|port| u16::try_from(port).ok().filter(is_free));
    free.unwrap()
}

/// A browser that goes nowhere by itself.
pub(crate) fn browser() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .tls_certs_only([])
        .build()
        .unwrap()
}
