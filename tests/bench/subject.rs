//! The program under measurement, the sandbox it talks to, and what the system tells of both.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

/// The program as this profile builds it, or another build that is to be measured instead.
pub(crate) fn program() -> String {
    std::env::var("CROSSTIE_BENCH_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_crosstie").to_owned())
}

const TOKEN: &str = "CROSSTIE_BENCH_TOKEN";

/// A sandbox with its issues, and folders for configs and stores.
pub(crate) struct World {
    sandbox: Child,
    pub(crate) ready: Value,
    pub(crate) folder: TempDir,
}

impl World {
    /// Starts the sandbox and waits until it answers.
    pub(crate) fn start(issues: usize) -> Self {
        let mut sandbox = Command::new(program())
            .args(["sandbox", "--quiet", "--issues", &issues.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(sandbox.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        Self {
            sandbox,
            ready: serde_json::from_str(&line).unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn url(&self) -> &str {
        self.ready["url"].as_str().unwrap()
    }

    pub(crate) fn credentials(&self) -> (&str, &str) {
        let credentials = &self.ready["credentials"]["api-token"];
        (
            credentials["email"].as_str().unwrap(),
            credentials["token"].as_str().unwrap(),
        )
    }

    /// A config for the site at `url`, and the path of its data folder, both named `name`.
    pub(crate) fn home(&self, name: &str, url: &str) -> Home {
        let (email, token) = self.credentials();
        let config = self.folder.path().join(format!("{name}.toml"));
        let text = format!(
            "[sync]\ninterval = \"10s\"\n[[connection]]\nalias = \"acme\"\nkind = \"cloud\"\nurl = \"{url}\"\nscope = \"\"\n\
             auth = {{ method = \"api-token\", email = \"{email}\", secret = {{ env = \"{TOKEN}\" }} }}\n"
        );
        fs::write(&config, text).unwrap();
        Home {
            config,
            data: self.folder.path().join(name),
            token: token.to_owned(),
        }
    }

    /// Calls the sandbox's control address.
    pub(crate) fn control(&self, method: reqwest::Method, path: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.ready["control_url"].as_str().unwrap());
        let request = async {
            let client = client();
            let mut request = client.request(method, url);
            if let Some(body) = body {
                request = request.body(body.to_string());
            }
            request.send().await.unwrap().text().await.unwrap()
        };
        serde_json::from_str(&runtime().block_on(request)).unwrap_or(Value::Null)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}

/// A config and a data folder.
pub(crate) struct Home {
    pub(crate) config: PathBuf,
    pub(crate) data: PathBuf,
    token: String,
}

impl Home {
    /// The variables that lead the program there.
    pub(crate) fn variables(&self) -> [(&'static str, &std::ffi::OsStr); 3] {
        [
            ("CROSSTIE_CONFIG", self.config.as_os_str()),
            ("CROSSTIE_DATA_DIR", self.data.as_os_str()),
            (TOKEN, self.token.as_ref()),
        ]
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).envs(self.variables()).stderr(Stdio::inherit());
        command
    }
}

/// What a finished program used.
pub(crate) struct Used {
    pub(crate) wall: Duration,
    pub(crate) cpu: Duration,
    /// Largest resident memory, bytes.
    pub(crate) peak: u64,
    pub(crate) output: Vec<u8>,
}

/// Runs a program to its end, watching its memory and processor time from outside.
pub(crate) fn run(mut command: Command) -> Used {
    let begun = Instant::now();
    let child = command.stdout(Stdio::piped()).spawn().unwrap();
    let pid = child.id();
    let (peak, cpu, over) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let watcher = {
        let (peak, cpu, over) = (Arc::clone(&peak), Arc::clone(&cpu), Arc::clone(&over));
        thread::spawn(move || {
            while !over.load(Ordering::Relaxed) {
                peak.fetch_max(memory(pid, "VmHWM:").unwrap_or(0), Ordering::Relaxed);
                cpu.fetch_max(processor(pid).as_nanos() as u64, Ordering::Relaxed);
                // Another process tells nobody when it takes more; only looking again does.
                thread::sleep(Duration::from_millis(5));
            }
        })
    };
    let output = child.wait_with_output().unwrap();
    let wall = begun.elapsed();
    over.store(true, Ordering::Relaxed);
    watcher.join().unwrap();
    check(output.status);
    Used {
        wall,
        cpu: Duration::from_nanos(cpu.load(Ordering::Relaxed)),
        peak: peak.load(Ordering::Relaxed),
        output: output.stdout,
    }
}

fn check(status: ExitStatus) {
    assert!(status.success(), "{status}");
}

/// A line of `/proc/PID/status` in bytes: `VmHWM:`, `VmRSS:`.
pub(crate) fn memory(pid: u32, what: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Processor time that a process has used, threads that have ended included; in steps of 10 ms,
/// which Linux calls a tick.
pub(crate) fn processor(pid: u32) -> Duration {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name, in parentheses, may hold anything; user and system time are fields 14 and 15.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = |field: &str| field.parse::<u64>().ok();
    let used: u64 = rest.split_whitespace().skip(11).take(2).filter_map(ticks).sum();
    Duration::from_millis(used * 10)
}

/// How long a program's first thread has computed; unlike the clock it does not count what others take.
pub(crate) fn computing(pid: u32) -> Option<Duration> {
    let told = fs::read_to_string(format!("/proc/{pid}/schedstat")).ok()?;
    told.split_whitespace().next()?.parse().ok().map(Duration::from_nanos)
}

/// An HTTP client that does nothing of its own accord.
pub(crate) fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([])
        .gzip(true)
        .build()
        .unwrap()
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

/// Where the store of a data folder is.
pub(crate) fn store(data: &Path) -> PathBuf {
    data.join("crosstie.db")
}
