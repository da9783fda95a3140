//! A person at screen 5, and at the findings that become issues by what was mapped there.
//!
//! Every step waits until the screen shows what it did.

use std::{fs, sync::Arc};

use crosstie::{
    clock::SystemClock,
    sandbox::{Flavour, Sandbox, SandboxOptions},
};
use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use vt100::Screen;

use super::harness::{Size, Start, Terminal};

pub(super) struct Desk {
    sandbox: Sandbox,
    terminal: Terminal,
    /// Runs the site.
    _runtime: Runtime,
    /// Where the scanner writes.
    _scans: TempDir,
}

impl Desk {
    /// The dashboard with one connection and one scanner's file, its findings read and nothing mapped.
    pub(super) fn new(flavour: Flavour) -> Self {
        let runtime = Runtime::new().unwrap();
        let options = SandboxOptions {
            issues: 60,
            ..SandboxOptions::new(flavour, Arc::new(SystemClock))
        };
        let sandbox = runtime.block_on(Sandbox::start(options)).unwrap();
        let scans = tempfile::tempdir().unwrap();
        fs::write(scans.path().join("payments.sarif"), log().to_string()).unwrap();
        let config = config(&sandbox, flavour, scans.path());
        let own = sandbox.credentials();
        let token = if flavour == Flavour::Cloud {
            own.api_token
        } else {
            own.pat
        };
        let nobody = "unix:path=/nonexistent/bus";
        let environment = [("TOKEN", token.as_str()), ("DBUS_SESSION_BUS_ADDRESS", nobody)];
        let terminal = Start::crosstie(&[])
            .size(Size(120, 40))
            .config(&config)
            .environment(&environment)
            .run();
        terminal.wait_for("issues of the site", super::harness::shows_a_key);
        let mut desk = Self {
            sandbox,
            terminal,
            _runtime: runtime,
            _scans: scans,
        };
        desk.keys("3");
        desk.see("━ Findings · 2 open of 2 ━");
        desk
    }

    pub(super) fn keys(&mut self, keys: &str) {
        self.terminal.send(keys);
    }

    #[track_caller]
    pub(super) fn see(&self, text: &str) -> Screen {
        self.terminal.wait_for_text(text)
    }

    pub(super) fn config(&self) -> String {
        fs::read_to_string(self.terminal.home().join("config.toml")).unwrap()
    }

    /// Types into a list until the row is the chosen one, and takes it.
    #[track_caller]
    pub(super) fn pick(&mut self, part: &str, label: &str) {
        self.keys(part);
        self.terminal
            .wait_for(&format!("{label:?} chosen for {part:?}"), |screen| {
                let text = screen.contents();
                text.contains(&format!("> {part}")) && text.contains(&format!("┃▌ {label}")) && !text.contains("asking")
            });
        self.keys("\r");
    }

    /// A new mapping as far as its project.
    #[track_caller]
    pub(super) fn start_mapping(&mut self, name: &str, project: &str) {
        self.keys("5");
        self.see("No mapping yet");
        self.keys("n");
        self.see("━ Name of the mapping ━");
        self.keys(name);
        self.see(&format!("> {name}"));
        self.keys("\r");
        self.see("━ Connection ━");
        self.see("┃▌ a ");
        self.keys("\r");
        self.see("━ Project ━");
        self.pick(project, project);
    }

    /// A new mapping, through all its questions, to its fields.
    #[track_caller]
    pub(super) fn begin(&mut self, name: &str, project: &str, issue_type: &str) {
        self.start_mapping(name, project);
        self.see("━ Issue type ━");
        self.pick(issue_type, issue_type);
        self.see("━ Sources: none chosen is all ━");
        self.keys(" ");
        self.see("[x] scans");
        self.keys("\r");
        self.see("━ Who creates the issue ━");
        // What is so by default is the chosen line: enter leaves it.
        self.see("┃▌ ask ");
        self.keys("\r");
        self.see("Scope [Fields] States");
        self.see(" fields · ");
    }

    /// Goes to a field by filtering for its name, and shows all fields again with it chosen.
    #[track_caller]
    pub(super) fn choose_field(&mut self, name: &str) {
        self.keys("/\u{15}");
        self.keys(name);
        self.see(&format!("━ / {name} "));
        self.keys("\r");
        self.terminal.wait_for(&format!("{name} alone"), |screen| {
            chosen(screen).is_some_and(|row| row.contains(name))
        });
    }

    /// The chosen row is of that field, and holds these.
    #[track_caller]
    pub(super) fn see_row(&self, name: &str, parts: &[&str]) {
        self.terminal.wait_for(&format!("{name} with {parts:?}"), |screen| {
            chosen(screen).is_some_and(|row| {
                let fine = row.starts_with("✓ ●") && row.contains(name);
                fine && parts.iter().all(|part| row.contains(part))
            })
        });
    }

    /// Gives a field one of the site's own values.
    #[track_caller]
    pub(super) fn give(&mut self, field: &str, part: &str, value: &str) {
        self.choose_field(field);
        self.keys("\r");
        self.see(&format!("━ Rule for {field} ━"));
        self.pick("jira value", "Jira value");
        self.see(&format!("━ Value of {field} ━"));
        self.pick(part, value);
        self.see_row(field, &["Jira value", value]);
    }

    /// The first step of saving: what would become of the findings.
    #[track_caller]
    pub(super) fn try_out(&mut self, told: &[&str]) {
        self.keys("w");
        self.terminal.wait_for("the dry run", |screen| {
            let text = screen.contents();
            text.contains("· Dry run ━") && told.iter().all(|part| text.contains(part))
        });
    }

    /// Has it written, and sees it at work.
    #[track_caller]
    pub(super) fn write(&mut self, name: &str, project: &str) {
        self.keys("w");
        self.see("━ Write the config ━");
        self.see(&format!("+ name = \"{name}\""));
        self.keys("y");
        self.see("━ Mappings · 1 ━");
        self.see(&format!("{name} is written; n on a finding makes its issue"));
        self.terminal.wait_for("its row", |screen| {
            chosen(screen).is_some_and(|row| row.starts_with(name) && row.contains("✓ ok"))
        });
        let config = self.config();
        assert!(config.contains(&format!("name = \"{name}\"")), "{config}");
        assert!(config.contains(&format!("project = \"{project}\"")), "{config}");
        assert!(config.contains("match = { source = [\"scans\"] }"), "{config}");
    }

    /// Makes the issue of a finding: the site has one that is marked, and the list shows its key.
    #[track_caller]
    pub(super) fn make_issue(&mut self, title: &str, project: &str) {
        self.keys("3");
        self.see("━ Findings · 2 open of 2 ━");
        self.keys("/");
        self.keys(title);
        self.see("1 of 2");
        self.keys("\r");
        self.terminal.wait_for("the finding", |screen| {
            chosen(screen).is_some_and(|row| row.contains(&title[..12]))
        });
        self.keys("n");
        self.see("━ Create an issue ━");
        self.see("[ Create ]");
        self.terminal.wait_for("what is to be sent", |screen| {
            let columns = screen.size().1.get();
            let fits = |row: String| row.contains(" Summary ") && row.contains(title);
            screen.rows(0, columns).any(fits)
        });
        self.keys("y");
        let screen = self.terminal.wait_for("the issue's key", |screen| {
            chosen(screen).is_some_and(|row| row.contains(project))
        });
        let marks = self.sandbox.marked("crosstie");
        assert_eq!(marks.len(), 1, "{marks:?}");
        let row = chosen(&screen).unwrap();
        assert!(
            row.split_whitespace().any(|word| word == marks[0].key),
            "{} in {row}",
            marks[0].key
        );
    }

    #[track_caller]
    pub(super) fn quit(mut self) {
        self.keys("q");
        assert!(
            self.terminal.exit_status().success(),
            "{}",
            self.terminal.screen().contents()
        );
        self.terminal.assert_restored();
    }
}

/// The chosen row of the table, from its mark on.
fn chosen(screen: &Screen) -> Option<String> {
    let columns = screen.size().1.get();
    let row = screen.rows(0, columns).find(|row| row.starts_with("┃▌"))?;
    let row = row.trim_start_matches(['┃', '▌']).trim_end_matches(['┃', ' ']);
    Some(row.trim_start().to_owned())
}

fn config(sandbox: &Sandbox, flavour: Flavour, scans: &std::path::Path) -> String {
    let (kind, auth) = match flavour {
        Flavour::Cloud => (
            "cloud",
            format!("method = \"api-token\", email = \"{}\"", sandbox.credentials().email),
        ),
        Flavour::DataCenter => ("data-center", "method = \"pat\"".to_owned()),
    };
    format!(
        "# the team's own\n[[connection]]\nalias = \"a\"\nkind = \"{kind}\"\nurl = \"{}\"\n\
         auth = {{ {auth}, secret = {{ env = \"TOKEN\" }} }}\n\n\
         [[source]]\nname = \"scans\"\ntype = \"sarif\"\npaths = [\"{}\"]\ntag = \"payments\"\n",
        sandbox.url(),
        scans.display()
    )
}

/// What a scanner found: two things.
fn log() -> serde_json::Value {
    let result = |rule: &str, level: &str, text: &str, file: &str| {
        json!({
            "ruleId": rule, "level": level, "message": {"text": text},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": file}, "region": {"startLine": 7}}}],
        })
    };
    json!({
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "CodeScan", "rules": [
                {"id": "sqli", "properties": {"security-severity": "9.1"}},
                {"id": "log", "properties": {"security-severity": "3.1"}},
            ]}},
            "results": [
                result("sqli", "error", super::story::TITLE, "src/refund.py"),
                result("log", "note", "Password in the log", "src/login.py"),
            ],
        }],
    })
}
