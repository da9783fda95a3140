//! First pull and idle poll.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
    time::Instant,
};

use serde_json::{Value, json};

use crate::{
    recorder::{Asked, Downloaded, Recorder, download},
    report::{Report, human},
    subject::{Home, Used, World, processor, run, runtime},
};

/// Connections that the client uses at once.
const AT_ONCE: usize = 4;
/// Polls looked at.
const POLLS: u32 = 10;

/// A store that was filled, and what that took.
pub(crate) struct Pulled {
    used: Used,
    received: u64,
}

/// Where the other parts find the filled store.
pub(crate) const FILLED: &str = "filled";

/// The first pull with no latency.
pub(crate) fn measure(world: &World, report: &mut Report) -> Pulled {
    let home = world.home(FILLED, world.url());
    let used = run(home.command(&["sync", "--json"]));
    let run: Value = serde_json::from_slice(&used.output).unwrap();
    let received = run["received"].as_u64().unwrap();
    let rate = format!("{:.0}/s", received as f64 / used.wall.as_secs_f64());
    let beside = format!("{} in {}, {} requests", received, human(used.wall), run["requests"]);
    report.line("first pull, no latency", &rate, "", &beside);
    Pulled { used, received }
}

/// Processor time against parsing the same JSON, and peak memory.
pub(crate) fn compare(world: &World, pulled: &Pulled, asked: &[Asked], report: &mut Report) {
    let bodies = bare(world, asked).bodies;
    // Processor time beside processor time: what else runs on the machine counts for neither.
    let before = processor(std::process::id());
    let parsed = bodies
        .iter()
        .filter(|body| serde_json::from_slice::<Value>(body).is_ok())
        .count();
    let parsing = processor(std::process::id()) - before;
    let each = pulled.used.cpu.as_secs_f64() * 1e6 / pulled.received as f64;
    let ratio = pulled.used.cpu.as_secs_f64() / parsing.as_secs_f64();
    let beside = format!(
        "{ratio:.1} x of parsing the same {parsed} answers into trees ({})",
        human(parsing)
    );
    report.line(
        "CPU per issue of the first pull",
        &format!("{each:.0} us"),
        "3 x parsing",
        &beside,
    );
    let peak = format!("{:.0} MB", pulled.used.peak as f64 / 1e6);
    report.line(
        "peak memory of the first pull",
        &peak,
        "",
        "pages in flight; not more with more issues",
    );
}

/// What a first pull asks for.
pub(crate) fn record(world: &World) -> Vec<Asked> {
    runtime().block_on(async {
        let recorder = Recorder::start(world.url()).await;
        let home = world.home("recorded", &recorder.url);
        let data = home.data.clone();
        tokio::task::spawn_blocking(move || run(home.command(&["sync", "--json"])))
            .await
            .unwrap();
        std::fs::remove_dir_all(data).unwrap();
        recorder.asked()
    })
}

/// The same asked again by a client that only reads the answers.
fn bare(world: &World, asked: &[Asked]) -> Downloaded {
    runtime().block_on(download(world.url(), asked.to_vec(), world.credentials(), AT_ONCE))
}

/// The first pull when every page takes its time, against a bare download with as many connections.
pub(crate) fn from_afar(world: &World, pulled: &Pulled, asked: &[Asked], delay: u64, report: &mut Report) {
    let slow = |milliseconds| {
        world.control(
            reqwest::Method::PUT,
            "/delay",
            Some(json!({"milliseconds": milliseconds})),
        )
    };
    slow(delay);
    let bare = bare(world, asked).wall;
    let home = world.home("afar", world.url());
    let ours = run(home.command(&["sync", "--json"])).wall;
    slow(0);
    std::fs::remove_dir_all(home.data).unwrap();
    let percent = format!("{:.0} %", 100.0 * bare.as_secs_f64() / ours.as_secs_f64());
    let beside = format!(
        "{} for {} issues; a bare client needs {} for the same answers",
        human(ours),
        pulled.received,
        human(bare)
    );
    report.line(
        &format!("first pull, {delay} ms a page"),
        &percent,
        "90 % of bare",
        &beside,
    );
}

/// A poll that finds nothing new, in a running process.
pub(crate) fn idle(world: &World, report: &mut Report) {
    let home: Home = world.home(FILLED, world.url());
    let mut child = home
        .command(&["sync", "--watch", "--json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    // The first polls learn what the later ones know.
    next();
    next();
    let (mut requests, before, begun) = (0, processor(child.id()), Instant::now());
    for _ in 0..POLLS {
        requests += next()["requests"].as_u64().unwrap();
    }
    let each = (processor(child.id()) - before) / POLLS;
    child.kill().unwrap();
    child.wait().unwrap();
    let beside = format!(
        "{requests} requests in {POLLS} polls over {}, the waiting between them included",
        human(begun.elapsed())
    );
    report.line("poll that finds nothing, CPU", &human(each), "5 ms, 1 request", &beside);
}
