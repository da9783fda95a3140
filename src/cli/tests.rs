//! Verbs with made-up services: what is asked of them, what is printed, which code comes out.

mod connection;
mod findings;
mod keygen;
mod tag;

use std::{cell::RefCell, ffi::OsString, fs, io};

use jiff::tz::TimeZone;
use secrecy::SecretString;
use tempfile::TempDir;

use super::{
    demo::args::DemoArgs,
    sandbox::SandboxArgs,
    services::{
        Answer, Asked, Change, Changed, FindingServices, OnRun, Outcome, Request, RunReport, Source, Started,
        SyncRequest, Tested, Told,
    },
    *,
};
use crate::{
    catalog::KnownValues,
    config::ConnectionConfig,
    domain::{Alias, ConnectionState, Health, IssueRow, Problem, StatusCategory},
};

const CONFIG: &str = r#"
[[connection]]
alias = "acme"
url = "https://acme.atlassian.net"
auth = { method = "api-token", email = "me@acme.com", secret = { env = "ACME_TOKEN" } }
[[connection]]
alias = "old"
url = "https://jira.acme.com"
enabled = false
auth = { method = "pat", secret = { env = "OLD_TOKEN" } }
"#;

const GRANTED: &str = r#"
[[connection]]
alias = "app"
url = "https://acme.atlassian.net"
auth = { method = "oauth2-cloud", client_id = "x", secret = { env = "X" } }
"#;

/// Answers what it is told to, and remembers what it was asked.
#[derive(Default)]
struct Fake {
    rows: Vec<IssueRow>,
    total: usize,
    runs: Vec<RunReport>,
    tested: Option<Problem>,
    asked: RefCell<Vec<String>>,
    /// The config that `connection add` made last.
    written: RefCell<String>,
    /// Components and projects of each connection that has been read.
    known: Vec<(&'static str, [&'static str; 2])>,
    without_browser: bool,
    without_keyring: bool,
}

impl Fake {
    fn ask(&self, what: impl std::fmt::Debug) {
        self.asked.borrow_mut().push(format!("{what:?}"));
    }
}

impl Services for Fake {
    fn dashboard(&self, _: &Setup, _: &Look) -> Result<(), Failure> {
        self.ask("dashboard");
        Ok(())
    }

    fn sandbox(&self, _: &SandboxArgs) -> Result<(), Failure> {
        self.ask("sandbox");
        Ok(())
    }

    fn demo(&self, args: &DemoArgs, _: &Look) -> Result<(), Failure> {
        self.ask(args);
        Ok(())
    }

    fn issues(&self, _: &Setup, request: &Request) -> Result<Answer, Failure> {
        self.ask(request);
        Ok(Answer {
            source: Source::Cache,
            total: self.total,
            rows: self.rows.clone(),
            notes: vec!["acme: the first pull is not complete".to_owned()],
        })
    }

    fn known_values(&self, _: &Setup, aliases: &[Alias]) -> Result<Vec<KnownValues>, Failure> {
        let words = |list: &str| Some(list.split_whitespace().map(str::to_owned).collect());
        let known = |alias: &Alias| {
            let found = self.known.iter().find(|(name, _)| *name == alias.as_str());
            found.map_or_else(KnownValues::default, |(_, [components, projects])| {
                KnownValues::new(words(components), words(projects))
            })
        };
        Ok(aliases.iter().map(known).collect())
    }

    fn connections(&self, _: &Setup) -> Result<Vec<ConnectionState>, Failure> {
        Ok(vec![ConnectionState {
            alias: Alias::from("acme"),
            site: "https://acme.atlassian.net".to_owned(),
            deployment: None,
            version: Some("1001.0.0".to_owned()),
            access: crate::domain::Access::ApiToken,
            account: Some("Ana \u{202e}Lopez".to_owned()),
            time_zone: None,
            health: Health::Auth,
            problem: Some(problem("auth")),
            complete: true,
            issues: Some(1412),
            last_success: Some("2026-01-31T12:00:00Z".parse().unwrap()),
            next_run: None,
            attempts: 0,
            quota: Default::default(),
            ending: Some("a1b2".to_owned()),
            expires: Some("2027-02-20T10:00:00Z".parse().unwrap()),
            default: false,
            enabled: true,
            read_only: false,
        }])
    }

    fn findings(&self) -> &dyn FindingServices {
        self
    }

    fn test(&self, _: &Setup, connection: &ConnectionConfig) -> Tested {
        self.ask(&connection.alias);
        let mut checks = vec![Check::passed("server", "Jira Cloud")];
        checks.extend(
            self.tested
                .as_ref()
                .map(|problem| Check::failed("sign-in", &problem.message, &problem.remedy)),
        );
        Tested {
            checks,
            problem: self.tested.clone(),
        }
    }

    fn change(&self, setup: &Setup, change: Change) -> Result<Changed, Failure> {
        let mut said = vec![format!("{change:?}")];
        self.ask(&said);
        if let Change::Add { connection, .. } = change {
            let mut edit = crate::config::edit::Edit::open("").unwrap().at(&setup.paths);
            edit.put_connection(&connection).unwrap();
            said = edit.text().lines().map(str::to_owned).collect();
            self.written.replace(edit.text());
        }
        Ok(Changed {
            alias: "acme".to_owned(),
            said,
            ..Changed::default()
        })
    }

    fn authorize(
        &self,
        _: &Setup,
        connection: &ConnectionConfig,
        site: Option<&str>,
        tell: &mut dyn FnMut(&Started) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        self.ask((&connection.alias, site));
        tell(&Started {
            authorization_url: "https://auth.example.com/authorize?x=1".to_owned(),
            listening: Ok(connection.callback.clone()),
            note: Some("the key is small".to_owned()),
            expires_at: "2026-01-31T12:10:00Z".parse().unwrap(),
        })
    }

    fn open(&self, url: &str) -> Result<(), String> {
        self.ask(("open", url));
        match self.without_browser {
            true => Err("no program for it".to_owned()),
            false => Ok(()),
        }
    }

    fn read_secret(&self) -> Result<SecretString, Failure> {
        Ok(SecretString::from("pl4nted-s3cret"))
    }

    fn sync(&self, _: &Setup, request: &SyncRequest, on_run: OnRun<'_>) -> Result<(), Failure> {
        self.ask(request);
        self.runs.iter().try_for_each(|run| on_run(Told::Run(run)))
    }

    fn check_jql(&self, _: &Setup, _: &ConnectionConfig, jql: &str) -> Result<Vec<String>, Failure> {
        Ok(if jql.contains("universe") {
            vec!["Field 'universe' does not exist or you do not have permission to view it.".to_owned()]
        } else {
            Vec::new()
        })
    }

    fn store(&self, _: &Setup) -> Check {
        Check::passed("store", "sqlite")
    }

    fn keyring(&self, _: &Setup) -> Result<(), Failure> {
        match self.without_keyring {
            true => Err(Failure::new(Exit::SignIn, "the keyring is locked (x)").hint("unlock it")),
            false => Ok(()),
        }
    }
}

fn problem(kind: &str) -> Problem {
    Problem {
        kind: kind.to_owned(),
        message: "acme refused the API token".to_owned(),
        remedy: "make a new one".to_owned(),
    }
}

fn row(key: &str, summary: &str) -> IssueRow {
    IssueRow {
        row: 1,
        alias: Alias::from("acme"),
        id: "10001".into(),
        key: key.into(),
        summary: summary.to_owned(),
        issue_type: "Bug".to_owned(),
        subtask: false,
        status: "In Review".to_owned(),
        category: StatusCategory::Indeterminate,
        priority: None,
        priority_rank: None,
        resolution: None,
        assignee: Some("Ana".to_owned()),
        reporter: None,
        project: "PAY".to_owned(),
        labels: vec!["payments".to_owned(), "api".to_owned()],
        components: Vec::new(),
        parent: None,
        created: "2026-01-30T08:00:00Z".parse().unwrap(),
        updated: "2026-01-31T12:34:56.5Z".parse().unwrap(),
        due: Some("2026-02-28".parse().unwrap()),
        url: "https://acme.atlassian.net/browse/PAY-1".to_owned(),
        fields: Vec::new(),
    }
}

/// A crosstie in its own folder.
struct World {
    folder: TempDir,
    look: Look,
}

struct Ran {
    exit: Exit,
    out: String,
    err: String,
}

impl World {
    fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.toml"), config).unwrap();
        let look = Look {
            width: None,
            color: false,
            ascii: false,
            accessible: false,
            zone: TimeZone::UTC,
            height: None,
            abilities: Default::default(),
            interactive: false,
        };
        Self { folder, look }
    }

    fn run(&self, services: &dyn Services, line: &[&str]) -> Ran {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let exit = self.run_into(services, line, &mut out, &mut err);
        let shown = |bytes| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(self.folder.path().to_str().unwrap(), "~")
        };
        Ran {
            exit,
            out: shown(out),
            err: shown(err),
        }
    }

    fn run_into(
        &self,
        services: &dyn Services,
        line: &[&str],
        out: &mut dyn io::Write,
        err: &mut dyn io::Write,
    ) -> Exit {
        let words = std::iter::once("crosstie").chain(line.iter().copied());
        let arguments = Arguments::read(words.map(OsString::from)).unwrap();
        let paths = Paths {
            config: self.folder.path().join("config.toml"),
            data: self.folder.path().join("data"),
            home: None,
        };
        let mut look = self.look.clone();
        look.ascii |= arguments.ascii;
        run(&arguments, &paths, services, &mut Output::new(look, out, err))
    }
}

fn two_rows() -> Fake {
    Fake {
        rows: vec![
            row("PAY-1", "Refund \u{1b}[31mfails"),
            row("PAY-22", "退款失败, \"always\""),
        ],
        total: 30,
        ..Fake::default()
    }
}

#[test]
fn issues_as_json_are_as_settled() {
    let ran = World::new(CONFIG).run(&two_rows(), &["issues", "--json", "--limit", "2"]);
    assert_eq!(ran.exit, Exit::Done);
    insta::assert_snapshot!(ran.out, @r#"{"total":30,"source":"cache","issues":[{"connection":"acme","id":"10001","key":"PAY-1","summary":"Refund \u001b[31mfails","type":"Bug","status":"In Review","status_category":"indeterminate","assignee":"Ana","reporter":null,"priority":null,"labels":["payments","api"],"components":[],"project":"PAY","created":"2026-01-30T08:00:00Z","updated":"2026-01-31T12:34:56.5Z","due":"2026-02-28","url":"https://acme.atlassian.net/browse/PAY-1","resolution":null,"parent":null},{"connection":"acme","id":"10001","key":"PAY-22","summary":"退款失败, \"always\"","type":"Bug","status":"In Review","status_category":"indeterminate","assignee":"Ana","reporter":null,"priority":null,"labels":["payments","api"],"components":[],"project":"PAY","created":"2026-01-30T08:00:00Z","updated":"2026-01-31T12:34:56.5Z","due":"2026-02-28","url":"https://acme.atlassian.net/browse/PAY-1","resolution":null,"parent":null}]}"#);
    assert_eq!(ran.err, "note: acme: the first pull is not complete\n");
}

#[test]
fn issues_as_csv_are_faithful() {
    let world = World::new(CONFIG);
    let ran = world.run(&two_rows(), &["issues", "--csv"]);
    insta::assert_snapshot!(ran.out.replace("\r\n", "\n").replace('\u{1b}', "ESC"), @r#"
    connection,id,key,summary,type,status,status_category,assignee,reporter,priority,labels,components,project,created,updated,due,url,resolution,parent
    acme,10001,PAY-1,Refund ESC[31mfails,Bug,In Review,indeterminate,Ana,,,payments;api,,PAY,2026-01-30T08:00:00Z,2026-01-31T12:34:56.5Z,2026-02-28,https://acme.atlassian.net/browse/PAY-1,,
    acme,10001,PAY-22,"退款失败, ""always""",Bug,In Review,indeterminate,Ana,,,payments;api,,PAY,2026-01-30T08:00:00Z,2026-01-31T12:34:56.5Z,2026-02-28,https://acme.atlassian.net/browse/PAY-1,,
    "#);
    let ran = world.run(&two_rows(), &["issues", "--csv", "--columns", "key,Summary,labels"]);
    insta::assert_snapshot!(ran.out.replace("\r\n", "\n").replace('\u{1b}', "ESC"), @r#"
    key,summary,labels
    PAY-1,Refund ESC[31mfails,payments;api
    PAY-22,"退款失败, ""always""",payments;api
    "#);
}

#[test]
fn issues_for_people_are_safe_and_aligned() {
    let mut world = World::new(CONFIG);
    let ran = world.run(&two_rows(), &["issues"]);
    insta::assert_snapshot!(ran.out, @r#"
    KEY     TYPE  PRIORITY  STATUS     SUMMARY             ASSIGNEE  UPDATED
    PAY-1   Bug   -         In Review  Refund ␛[31mfails   Ana       2026-01-31 12:34
    PAY-22  Bug   -         In Review  退款失败, "always"  Ana       2026-01-31 12:34
    "#);
    assert_eq!(
        ran.err,
        "note: acme: the first pull is not complete\nnote: 2 of 30 issues\n"
    );
    world.look.width = Some(70);
    let ran = world.run(&two_rows(), &["issues", "--ascii"]);
    assert!(
        ran.out.is_ascii() && ran.out.lines().all(|line| line.len() <= 70),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains('\u{1b}'));
}

#[test]
fn issues_ask_for_what_the_arguments_say() {
    let world = World::new(CONFIG);
    for (line, jql) in [
        (vec!["issues"], r#"statusCategory in ("To Do", "In Progress")"#),
        (vec!["issues", "--jql", ""], ""),
        (vec!["issues", "--jql", "", "--mine"], "assignee = currentUser()"),
        (
            vec!["issues", "--jql", "a = 1 OR b = 2 ORDER BY c", "--mine"],
            "(a = 1 OR b = 2) AND (assignee = currentUser()) ORDER BY c",
        ),
    ] {
        let fake = Fake::default();
        assert_eq!(world.run(&fake, &line).exit, Exit::Done, "{line:?}");
        let expected = Request {
            asked: vec![Asked {
                aliases: vec![Alias::from("acme")],
                jql: jql.to_owned(),
            }],
            limit: None,
            live: false,
        };
        assert_eq!(*fake.asked.borrow(), [format!("{expected:?}")], "{line:?}");
    }
}

#[test]
fn what_cannot_be_asked_is_told_with_the_next_step() {
    let world = World::new(CONFIG);
    let fake = Fake::default();
    let ran = world.run(&fake, &["issues", "--jql", "status = for"]);
    assert_eq!(ran.exit, Exit::Usage);
    insta::assert_snapshot!(ran.err, @r#"
    error: Error in the JQL Query: 'for' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 1, character 10)
      status = for
               ^^^
    "#);
    let ran = world.run(&fake, &["issues", "--connection", "acne"]);
    assert_eq!(
        (ran.exit, ran.err.as_str()),
        (
            Exit::Usage,
            "error: there is no connection \"acne\"\n  hint: did you mean acme?\n"
        )
    );
    let ran = world.run(&fake, &["sync", "--connection", "old"]);
    assert_eq!(ran.exit, Exit::Config);
    assert!(ran.err.contains("the connection old is switched off"), "{}", ran.err);
    let ran = World::new("").run(&fake, &["issues"]);
    assert_eq!(ran.exit, Exit::Config);
    insta::assert_snapshot!(ran.err, @r#"
    error: no connection is configured in ~/config.toml
      hint: `crosstie` asks for what is needed, `crosstie connection add` takes it as arguments
      hint: `crosstie demo` shows the dashboard without a Jira account
    "#);
    let ran = World::new("sink = 1").run(&fake, &["issues"]);
    assert_eq!(ran.exit, Exit::Config);
    insta::assert_snapshot!(ran.err, @r#"
    ~/config.toml:1:1: error: sink: there is no such key
      help: known here: store, sync, jira, catalog, notices, connection, source, mapping, view, ui, keys
    error: ~/config.toml cannot be used as it is
    "#);
    assert_eq!(fake.asked.borrow().len(), 0);
}

#[test]
fn the_dashboard_needs_a_terminal() {
    let mut world = World::new(CONFIG);
    let fake = Fake::default();
    for line in [&[][..], &["demo"]] {
        let ran = world.run(&fake, line);
        assert_eq!((ran.exit, ran.out.as_str()), (Exit::Usage, ""));
        assert!(ran.err.contains("needs a terminal"), "{}", ran.err);
    }
    world.look.interactive = true;
    assert_eq!(world.run(&fake, &[]).exit, Exit::Done);
    assert_eq!(
        world.run(&fake, &["demo", "--issues", "7", "--frozen"]).exit,
        Exit::Done
    );
    assert_eq!(
        *fake.asked.borrow(),
        [r#""dashboard""#, "DemoArgs { issues: 7, frozen: true }"]
    );
}

fn report(alias: &str, problem: Option<Problem>) -> RunReport {
    RunReport {
        connection: Alias::from(alias),
        result: if problem.is_some() {
            Outcome::Failed
        } else {
            Outcome::Ok
        },
        requests: 3,
        received: 40,
        new: 2,
        changed: 5,
        gone: 1,
        sent: 0,
        duration_ms: 1234,
        error: problem,
    }
}

#[test]
fn sync_tells_each_run_as_settled() {
    let fake = Fake {
        runs: vec![report("acme", None), report("acme", Some(problem("auth")))],
        ..Fake::default()
    };
    let ran = World::new(CONFIG).run(&fake, &["sync", "--json", "--census"]);
    assert_eq!(ran.exit, Exit::SignIn);
    insta::assert_snapshot!(ran.out, @r#"
    {"connection":"acme","result":"ok","requests":3,"received":40,"new":2,"changed":5,"gone":1,"sent":0,"duration_ms":1234,"error":null}
    {"connection":"acme","result":"failed","requests":3,"received":40,"new":2,"changed":5,"gone":1,"sent":0,"duration_ms":1234,"error":{"kind":"auth","message":"acme refused the API token","remedy":"make a new one"}}
    "#);
    let asked = SyncRequest {
        aliases: vec![Alias::from("acme")],
        census: true,
        watch: false,
    };
    assert_eq!(*fake.asked.borrow(), [format!("{asked:?}")]);
    let ran = World::new(CONFIG).run(&fake, &["sync"]);
    insta::assert_snapshot!(ran.out, @r#"
    acme: 2 new, 5 changed, 1 gone · 40 received in 3 requests, 1.2s
    acme: failed after 1.2s: acme refused the API token
      make a new one
    "#);
}

#[test]
fn the_exit_code_of_sync_is_that_of_its_worst_run() {
    for (kinds, exit) in [
        (vec![], Exit::Done),
        (vec![None], Exit::Done),
        (vec![None, Some("network")], Exit::Failed),
        (vec![Some("captcha"), Some("network")], Exit::SignIn),
    ] {
        let runs = kinds.iter().map(|kind| report("acme", kind.map(problem))).collect();
        let fake = Fake {
            runs,
            ..Fake::default()
        };
        assert_eq!(World::new(CONFIG).run(&fake, &["sync"]).exit, exit, "{kinds:?}");
    }
}

#[test]
fn connections_are_listed_with_their_state() {
    let world = World::new(&format!("{CONFIG}{GRANTED}"));
    let ran = world.run(&Fake::default(), &["connection", "list"]);
    insta::assert_snapshot!(ran.out, @r#"
    ALIAS  KIND         URL                         METHOD                               ACCOUNT         STATE    ISSUES  LAST
    acme   cloud        https://acme.atlassian.net  API token …a1b2, expires 2027-02-20  Ana ⟨RLO⟩Lopez  sign-in  1412    2026-01-31 12:00
    old    data-center  https://jira.acme.com       access token                                         off      0
    app    cloud        https://acme.atlassian.net  OAuth 2.0                                            unknown  0
    "#);
    let ran = world.run(&Fake::default(), &["connection", "list", "--csv"]);
    assert_eq!(ran.out.lines().count(), 4);
    let first: Vec<&str> = ran.out.lines().take(2).collect();
    assert!(first[0].ends_with(",secret_ending,expires"), "{first:?}");
    assert!(first[1].ends_with(",a1b2,2027-02-20T10:00:00Z"), "{first:?}");
    let ran = world.run(&Fake::default(), &["connection", "list", "--json"]);
    let list: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(list[0]["alias"], "acme");
    assert_eq!(list[0]["health"], "auth");
    assert_eq!(list[1]["enabled"], false);
    assert_eq!(list[1]["account"], serde_json::Value::Null);
    assert_eq!(list[2]["method"], "oauth2-cloud");
    let ran = World::new("").run(&Fake::default(), &["connection", "list", "--json"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, "[]\n"));
}

#[test]
fn connections_are_tested_step_by_step() {
    let both = World::new(&format!("{CONFIG}{GRANTED}"));
    let fine = Fake::default();
    let refused = Fake {
        tested: Some(problem("auth")),
        ..Fake::default()
    };
    let offline = Fake {
        tested: Some(problem("network")),
        ..Fake::default()
    };
    let ran = both.run(&fine, &["connection", "test", "acme", "--json"]);
    assert_eq!(ran.exit, Exit::Done);
    insta::assert_snapshot!(ran.out, @r#"{"alias":"acme","valid":true,"checks":[{"name":"server","ok":true,"detail":"Jira Cloud","remedy":null}]}"#);
    let ran = both.run(&refused, &["connection", "test"]);
    assert_eq!(ran.exit, Exit::SignIn);
    insta::assert_snapshot!(ran.out.replace("~/config.toml", "FILE"), @r#"
    acme: Configuration is not valid
      ✓  server   Jira Cloud
      ✗  sign-in  acme refused the API token
                  make a new one
    app: Configuration is not valid
      ✓  server   Jira Cloud
      ✗  sign-in  acme refused the API token
                  make a new one
    "#);
    assert_eq!(both.run(&fine, &["connection", "test"]).exit, Exit::Done);
    let set_up = Fake {
        tested: Some(problem("setup")),
        ..Fake::default()
    };
    assert_eq!(both.run(&set_up, &["connection", "test"]).exit, Exit::Config);
    assert_eq!(both.run(&offline, &["connection", "test"]).exit, Exit::Failed);
    assert_eq!(both.run(&fine, &["connection", "test", "x"]).exit, Exit::Usage);
    assert_eq!(
        *fine.asked.borrow(),
        [r#"Alias("acme")"#, r#"Alias("acme")"#, r#"Alias("app")"#]
    );
}

#[test]
fn the_first_failed_check_decides_what_is_needed() {
    for (name, exit) in [
        ("secret found", Exit::SignIn),
        ("signed in", Exit::SignIn),
        ("reachable", Exit::Failed),
        ("search works", Exit::Failed),
    ] {
        let checks = vec![
            Check::passed("is Jira", "yes"),
            Check::failed(name, "no", "mend it"),
            Check::failed("signed in", "no", "mend it"),
        ];
        let problem = Tested::from(checks).problem.unwrap();
        assert_eq!(Exit::of_problems([problem.kind.as_str()]), exit, "{name}");
    }
    assert_eq!(Tested::from(vec![Check::passed("is Jira", "yes")]).problem, None);
}

#[test]
fn the_doctor_names_what_fails() {
    let refused = Fake {
        tested: Some(problem("auth")),
        ..Fake::default()
    };
    let ran = World::new(CONFIG).run(&refused, &["doctor"]);
    assert_eq!(ran.exit, Exit::SignIn);
    insta::assert_snapshot!(ran.out, @r#"
    ✓  terminal      none here, so only commands work, not the dashboard
    ✓  data folder   ~/data will be made when it is needed
    ✓  config        ~/config.toml: 2 usable connections, 0 warnings
    ✓  store         sqlite
    ✓  keyring       keeps what it is given
    ✓  acme server   Jira Cloud
    ✗  acme sign-in  acme refused the API token
                     make a new one
    "#);
    assert_eq!(ran.err, "failed: acme sign-in\n");
    let ran = World::new(CONFIG).run(&Fake::default(), &["doctor", "--json"]);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done, ""));
    assert!(ran.out.starts_with(r#"{"checks":["#), "{}", ran.out);
    assert_eq!(World::new("x = 1").run(&refused, &["doctor"]).exit, Exit::Config);
    assert_eq!(World::new("").run(&refused, &["doctor"]).exit, Exit::Failed);
    let world = World::new(CONFIG);
    fs::write(world.folder.path().join("data"), "in the way").unwrap();
    let ran = world.run(&Fake::default(), &["doctor"]);
    assert_eq!(ran.exit, Exit::Failed);
    assert!(ran.out.contains("~/data is not a folder"), "{}", ran.out);
    let setup = Fake {
        tested: Some(problem("setup")),
        ..Fake::default()
    };
    assert_eq!(World::new(CONFIG).run(&setup, &["doctor"]).exit, Exit::Config);
}

#[test]
fn a_keyring_that_nobody_needs_is_no_failure() {
    let fake = Fake {
        without_keyring: true,
        ..Fake::default()
    };
    let told = |config: &str| {
        let ran = World::new(config).run(&fake, &["doctor"]);
        let mut lines = ran.out.lines().skip_while(|line| !line.contains("keyring"));
        let told = format!("{}\n{}", lines.next().unwrap().trim(), lines.next().unwrap().trim());
        (ran.exit, told)
    };
    let (exit, line) = told(CONFIG);
    assert_eq!(exit, Exit::Done, "{line}");
    assert!(line.starts_with("✓") && line.contains("locked"), "{line}");
    let (exit, line) = told(&format!("{CONFIG}{GRANTED}"));
    assert_eq!(exit, Exit::Failed);
    assert!(
        line.starts_with("✗") && line.contains("which app need") && line.ends_with("unlock it"),
        "{line}"
    );
    let in_files = GRANTED.replace("url =", "tokens = \"file\"\nurl =");
    assert_eq!(told(&format!("{CONFIG}{in_files}")).0, Exit::Done);
    let off = GRANTED.replace("url =", "enabled = false\nurl =");
    assert_eq!(told(&format!("{CONFIG}{off}")).0, Exit::Done);
}

#[test]
fn the_doctor_looks_at_the_terminal() {
    let mut world = World::new(CONFIG);
    world.look.interactive = true;
    (world.look.width, world.look.height) = (Some(100), Some(30));
    let told = |world: &World| {
        let ran = world.run(&Fake::default(), &["doctor"]);
        let of_terminal = ran.out.lines().take_while(|line| !line.contains("data folder"));
        (ran.exit, of_terminal.collect::<Vec<_>>().join("\n"))
    };
    let (exit, out) = told(&world);
    assert_eq!(exit, Exit::Done);
    insta::assert_snapshot!(out, @r#"
    ✓  terminal          100 columns, 30 lines
    ✓  terminal colours  none, by NO_COLOR or TERM
    ✓  terminal links    not known to be followed, so none are written
    ✓  terminal unicode  the locale is not UTF-8; where frames look broken, use --ascii
    "#);
    world.look.abilities = terminal::Abilities {
        colors: terminal::Colors::Many,
        links: true,
        unicode: true,
    };
    world.look.height = Some(19);
    let (exit, out) = told(&world);
    assert_eq!(exit, Exit::Failed);
    insta::assert_snapshot!(out, @r#"
    ✗  terminal          100 columns, 19 lines
                         the dashboard needs 60 columns and 20 lines; enlarge the window
    ✓  terminal colours  256 or more
    ✓  terminal links    followed
    ✓  terminal unicode  yes
    "#);
}

#[test]
fn jql_is_checked_here_and_there() {
    let world = World::new(CONFIG);
    let fake = Fake::default();
    let ran = world.run(&fake, &["jql", "check", "project = PAY"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Done, "ok\n"));
    let ran = world.run(&fake, &["jql", "check", "project == PAY"]);
    assert_eq!(ran.exit, Exit::Failed);
    insta::assert_snapshot!(ran.out, @r#"
    Error in the JQL Query: Expecting a value or function but got '='. You must surround '=' in quotation marks to use it as a value. (line 1, character 10)
      project == PAY
               ^
    "#);
    let ran = world.run(
        &fake,
        &["jql", "check", "--connection", "acme", "--json", "universe = 1"],
    );
    assert_eq!(ran.exit, Exit::Failed);
    insta::assert_snapshot!(ran.out, @r#"{"errors":["Field 'universe' does not exist or you do not have permission to view it."],"ok":false}"#);
    let ran = world.run(&fake, &["jql", "check", "--connection", "acme", "project = PAY"]);
    assert_eq!(ran.exit, Exit::Done);
}

#[test]
fn jql_lines_are_answered_until_one_is_no_json_string() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let look = World::new("").look;
    let input = "\"a = 1\"\n\n\"a =\"\n{}\n\"b = 2\"\n";
    let failure = jql::parse_lines(input.as_bytes(), &mut Output::new(look, &mut out, &mut err)).unwrap_err();
    assert_eq!(failure.exit, Exit::Usage);
    assert_eq!(failure.message, "line 4 of the input is not a JSON string");
    let out = String::from_utf8(out).unwrap();
    let verdicts: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(verdicts.len(), 2);
    assert_eq!((&verdicts[0]["ok"], &verdicts[1]["ok"]), (&true.into(), &false.into()));
}

/// Takes a few bytes, then is gone.
struct Closing(usize);

impl io::Write for Closing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_success_for_every_verb_that_lists() {
    let world = World::new(CONFIG);
    let fake = Fake {
        runs: vec![report("acme", None), report("acme", None)],
        ..two_rows()
    };
    for line in [
        &["issues"][..],
        &["issues", "--json"],
        &["issues", "--csv"],
        &["sync", "--json"],
        &["connection", "list"],
        &["connection", "test"],
        &["config", "print"],
        &["config", "schema"],
        &["config", "check"],
        &["doctor"],
        &["completions", "bash"],
    ] {
        for after in [0, 10] {
            let mut err = Vec::new();
            let exit = world.run_into(&fake, line, &mut Closing(after), &mut err);
            let err = String::from_utf8(err).unwrap();
            assert_eq!(exit, Exit::Done, "{line:?}: {err}");
            assert!(!err.contains("error"), "{line:?}: {err}");
        }
    }
}
