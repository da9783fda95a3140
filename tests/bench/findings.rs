//! Findings that become issues, and a run that has nothing to do about them.

use std::{
    fmt::Write as _,
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use crosstie::{
    clock::{Clock as _, SystemClock},
    config::{self, Paths},
    mapping::Calendars,
    store::Store,
    sync::planner,
};
use futures_util::{StreamExt as _, stream};
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    report::{Report, Samples, human},
    subject::{Home, Used, World, client, run, runtime, store},
};

/// Findings that become issues; more of them take as long each.
const SENT: usize = 500;
/// Links of the run that has nothing to do.
const LINKS: usize = 10_000;
/// Issues that crosstie makes at once.
const AT_ONCE: usize = 4;
/// Times that nothing is decided on.
const PLANS: usize = 20;

/// A home with an automatic mapping for one scan, pulled before anything was found.
struct Mapped {
    home: Home,
    scan: PathBuf,
}

impl Mapped {
    fn new(world: &World, name: &str) -> Self {
        let home = world.home(name, world.url());
        let scan = world.folder.path().join(format!("{name}.sarif"));
        let mut config = fs::read_to_string(&home.config).unwrap();
        write!(
            config,
            "[[source]]\nname = \"scans\"\ntype = \"sarif\"\npaths = [\"{}\"]\n\
             [[mapping]]\nname = \"scans to PAY\"\nconnection = \"acme\"\nproject = \"PAY\"\nissue_type = \"Bug\"\n\
             create = \"auto\"\n[mapping.fields]\nsummary = {{ template = \"{{{{title}}}}\" }}\n\
             description = {{ template = \"{{{{body}}}}\" }}\n\
             priority = {{ map = \"severity\", values = {{ high = \"High\" }}, other = \"Medium\" }}\n",
            scan.display()
        )
        .unwrap();
        fs::write(&home.config, config).unwrap();
        let mapped = Self { home, scan };
        mapped.find(0);
        mapped.sync();
        mapped
    }

    /// The scanner finds so much.
    fn find(&self, count: usize) {
        let result = |number: usize| {
            json!({
                "ruleId": "G1", "level": "error", "message": {"text": format!("Weakness {number} of the gateway")},
                "fingerprints": {"probe/v1": format!("weakness-{number:06}")},
                "hostedViewerUri": format!("https://scans.example/{number}"),
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/gate.rs"}}}],
            })
        };
        let results: Vec<Value> = (0..count).map(result).collect();
        let tool = json!({"driver": {"name": "probe", "rules": [{"id": "G1"}]}});
        let log = json!({"version": "2.1.0", "runs": [{"tool": tool, "results": results}]});
        fs::write(&self.scan, log.to_string()).unwrap();
    }

    fn sync(&self) -> Used {
        run(self.home.command(&["sync", "--json"]))
    }
}

/// Findings to issues, against a bare client that only sends the same requests to make them.
pub(crate) fn sending(world: &World, report: &mut Report) {
    let mapped = Mapped::new(world, "sending");
    mapped.find(SENT);
    world.control(Method::DELETE, "/requests", None);
    let used = mapped.sync();
    let issues = sent(world, "POST issue");
    let links = sent(world, "POST issue/{}/remotelink");
    assert_eq!((issues.len(), links.len()), (SENT, SENT));
    let requests = world.control(Method::GET, "/requests", None)["total"].as_u64().unwrap();
    let floor = bare(world, issues.clone(), None);
    let whole = bare(world, issues, links.first());
    let rate = |took: Duration| SENT as f64 / took.as_secs_f64();
    let percent = |took: Duration| 100.0 * took.as_secs_f64() / used.wall.as_secs_f64();
    let beside = format!(
        "{:.0} % of a bare client that only sends the same POSTs ({:.0}/s), {:.0} % of one that reads and links each, too \
         ({:.0}/s); {:.1} requests each",
        percent(floor),
        rate(floor),
        percent(whole),
        rate(whole),
        requests as f64 / SENT as f64
    );
    report.line(
        "findings to issues, no latency",
        &format!("{:.0}/s", rate(used.wall)),
        "",
        &beside,
    );
    let each = used.cpu.as_secs_f64() * 1e6 / SENT as f64;
    let beside = format!(
        "{} for {SENT}, start of the program and poll included",
        human(used.wall)
    );
    report.line("CPU per issue made", &format!("{each:.0} us"), "", &beside);
}

/// Bodies of the requests that were to change something, by endpoint.
fn sent(world: &World, endpoint: &str) -> Vec<String> {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("endpoint", endpoint)
        .finish();
    let writes = world.control(Method::GET, &format!("/writes?{query}"), None);
    let writes = writes.as_array().unwrap();
    writes.iter().map(|write| write["body"].to_string()).collect()
}

/// How long the same requests take when nothing is done but sending them: to make issues, and with
/// `link` to read each and link it back.
fn bare(world: &World, bodies: Vec<String>, link: Option<&String>) -> Duration {
    let (email, token) = world.credentials();
    let url = format!("{}/rest/api/3/issue", world.url());
    runtime().block_on(async {
        let client = client();
        let ask = async |method, url: &str, body: &str| -> Value {
            let request = client.request(method, url).basic_auth(email, Some(token));
            let request = request.header("content-type", "application/json").body(body.to_owned());
            let answer = request.send().await.unwrap();
            assert!(answer.status().is_success(), "{}", answer.status());
            serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
        };
        let one = async |body: String| {
            let made = ask(Method::POST, &url, &body).await;
            if let (Some(link), Some(id)) = (link, made["id"].as_str()) {
                let fields = "summary,description,priority,status,updated";
                ask(Method::GET, &format!("{url}/{id}?fields={fields}&expand=changelog"), "").await;
                ask(Method::POST, &format!("{url}/{id}/remotelink"), link).await;
            }
        };
        let begun = Instant::now();
        let under_way = stream::iter(bodies).map(one).buffer_unordered(AT_ONCE);
        under_way.for_each(|()| std::future::ready(())).await;
        begun.elapsed()
    })
}

/// A run over many links of which none has anything to send.
pub(crate) fn resting(world: &World, report: &mut Report) {
    let mapped = Mapped::new(world, "resting");
    let without = mapped.sync();
    mapped.find(LINKS);
    run(mapped.home.command(&["finding", "import", "--json"]));
    link_all(&mapped.home);
    mapped.sync();
    world.control(Method::DELETE, "/requests", None);
    let used = mapped.sync();
    let counts = world.control(Method::GET, "/requests", None);
    let of_push = |(name, _): &(&String, &Value)| name.contains("issue/{}") || name.as_str() == "POST issue";
    let pushed = counts["endpoints"].as_object().unwrap().iter().filter(of_push).count();
    let beside = format!(
        "{} with no findings; {} to read them from {:.1} MB of SARIF; {pushed} requests to send, {} in all",
        human(without.cpu),
        human(used.cpu.saturating_sub(without.cpu)),
        fs::metadata(&mapped.scan).unwrap().len() as f64 / 1e6,
        counts["total"]
    );
    report.line(
        &format!("run at rest, {LINKS} links, CPU"),
        &human(used.cpu),
        "0 to send",
        &beside,
    );
    plans(&mapped.home, report);
}

/// Gives every finding an issue that it agrees with, as a store has it that is in step.
fn link_all(home: &Home) {
    let mut connection = rusqlite::Connection::open(store(&home.data)).unwrap();
    let transaction = connection.transaction().unwrap();
    transaction
        .execute(
            "INSERT INTO link (finding, connection, issue, key, mapping, created, mark, snapshot, made)
             SELECT o.finding, o.connection, 9000000 + o.finding, 'PAY-' || (900000 + o.finding), o.mapping, 1,
                    'mark-' || o.finding, '{\"marked\":true}', o.queued
             FROM outbox o",
            [],
        )
        .unwrap();
    transaction.execute("DELETE FROM outbox", []).unwrap();
    let linked = transaction
        .execute("UPDATE finding SET planned = revision WHERE linked = 1", [])
        .unwrap();
    transaction.commit().unwrap();
    assert_eq!(linked, LINKS);
}

/// Deciding, when nothing changed.
fn plans(home: &Home, report: &mut Report) {
    let paths = Paths {
        config: home.config.clone(),
        data: home.data.clone(),
        home: None,
    };
    let planner = planner(&config::load(&paths).unwrap().config);
    let now = SystemClock.now();
    let store = Store::open(&home.data, now).unwrap().0;
    let mut samples = Samples::default();
    for _ in 0..PLANS {
        let begun = Instant::now();
        let calendars = Calendars::new(now, store.zones().unwrap());
        let queued = store
            .plan(&planner.versions(&calendars), now, &planner.decide(&calendars))
            .unwrap();
        samples.push(begun.elapsed());
        assert_eq!(queued, 0);
    }
    let beside = format!("at most {} in {PLANS} tries", human(samples.percentile(100)));
    report.line(
        "deciding that nothing is to send",
        &human(samples.median()),
        "",
        &beside,
    );
}
