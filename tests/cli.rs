//! The built program's commands: exit codes, streams, and what they leave behind.
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails its test")]

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
};

use tempfile::TempDir;

/// A folder with a config file; nothing of the machine's own config is seen.
struct World(TempDir);

impl World {
    fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.toml"), config).unwrap();
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn command(&self, line: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin!("crosstie"));
        command
            .args(line)
            .env("CROSSTIE_CONFIG", self.path().join("config.toml"))
            .env("CROSSTIE_DATA_DIR", self.path().join("data"))
            .env_remove("CROSSTIE_LOG")
            .env_remove("NO_COLOR")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, line: &[&str]) -> (i32, String, String) {
        shown(&self.command(line).output().unwrap())
    }
}

fn shown(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (
        output.status.code().unwrap(),
        text(&output.stdout),
        text(&output.stderr),
    )
}

const CONFIG: &str = r#"
[[connection]]
alias = "acme"
url = "https://acme.atlassian.net"
auth = { method = "api-token", email = "me@acme.com", secret = { env = "ACME_TOKEN" } }
"#;

#[test]
fn exit_codes_and_streams() {
    let good = World::new(CONFIG);
    let bad = World::new("[sync]\ninterval = 5\n");
    for (world, line, code, stream) in [
        (&good, &["--help"][..], 0, 1),
        (&good, &["--version"], 0, 1),
        (&good, &["no-such-verb"], 2, 2),
        (&good, &["issues", "--json", "--csv"], 2, 2),
        (&good, &["issues", "--columns", "nonsense"], 2, 2),
        (&good, &["demo", "--issues", "0"], 2, 2),
        (&good, &[], 2, 2),
        (&good, &["config", "check"], 0, 1),
        (&good, &["config", "print"], 0, 1),
        (&good, &["config", "schema"], 0, 1),
        (&good, &["config", "path"], 0, 1),
        (&good, &["jql", "check", "a = 1"], 0, 1),
        (&good, &["jql", "check", "a ="], 1, 1),
        (&good, &["jql", "check", "--connection", "x", "a = 1"], 2, 2),
        (&good, &["connection", "test", "x"], 2, 2),
        (&good, &["config", "check", "--config", "/nowhere/x.toml"], 4, 1),
        (&good, &["issues", "--config", "/nowhere/x.toml"], 4, 2),
        (&bad, &["config", "check"], 4, 1),
        (&bad, &["config", "print"], 4, 2),
        (&bad, &["issues"], 4, 2),
        (&bad, &["connection", "list"], 4, 2),
        (&bad, &["sync"], 4, 2),
        (&bad, &[], 4, 2),
    ] {
        let (exit, out, err) = world.run(line);
        assert_eq!(exit, code, "{line:?}: {out}{err}");
        let (said, silent) = if stream == 1 { (&out, &err) } else { (&err, &out) };
        assert!(!said.is_empty(), "{line:?} says nothing");
        assert_eq!(silent, "", "{line:?}");
        assert!(!said.contains('\u{1b}'), "{line:?} colours a pipe");
    }
}

#[test]
fn commands_that_need_no_store_leave_nothing_behind() {
    let world = World::new(CONFIG);
    for line in [
        &["config", "path"][..],
        &["config", "check"],
        &["config", "print"],
        &["completions", "zsh"],
        &["jql", "check", "a = 1"],
    ] {
        world.run(line);
    }
    assert!(!world.path().join("data").exists());
}

#[test]
fn paths_follow_the_environment() {
    let world = World::new(CONFIG);
    let (_, out, _) = world.run(&["config", "path", "--json"]);
    let paths: serde_json::Value = serde_json::from_str(&out).unwrap();
    for (name, file) in [
        ("config", "config.toml"),
        ("data", "data"),
        ("log", "data/crosstie.log"),
    ] {
        assert_eq!(paths[name], world.path().join(file).to_str().unwrap(), "{name}");
    }
}

#[test]
fn config_check_as_json_has_places() {
    let world = World::new("[sync]\ninterval = 5\nx = 1\n");
    let (exit, out, err) = world.run(&["config", "check", "--json"]);
    assert_eq!((exit, err.as_str()), (4, ""));
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["ok"], false);
    let places: Vec<_> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| {
            (
                problem["line"].as_u64(),
                problem["column"].as_u64(),
                problem["key"].as_str(),
            )
        })
        .collect();
    assert_eq!(
        places,
        [
            (Some(2), Some(12), Some("sync.interval")),
            (Some(3), Some(1), Some("sync.x"))
        ]
    );
}

#[test]
fn a_printed_config_is_a_config_without_secrets() {
    let world = World::new(CONFIG);
    let output = world
        .command(&["config", "print"])
        .env("ACME_TOKEN", "hunter2")
        .output()
        .unwrap();
    let (_, printed, _) = shown(&output);
    assert!(!printed.contains("hunter2"));
    let again = World::new(&printed);
    assert_eq!(again.run(&["config", "print"]).1, printed);
}

#[test]
fn completions_for_every_shell_name_the_verbs() {
    let world = World::new("");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let (exit, out, err) = world.run(&["completions", shell]);
        assert_eq!((exit, err.as_str()), (0, ""), "{shell}");
        for verb in ["demo", "issues", "sync", "jql", "connection", "config", "doctor"] {
            assert!(out.contains(verb), "{shell} lacks {verb}");
        }
    }
    assert_eq!(world.run(&["completions", "tcsh"]).0, 2);
}

#[test]
fn jql_parse_answers_line_by_line() {
    let world = World::new("");
    let mut child = world
        .command(&["jql", "parse"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"\"a = 1\"\n\"a = for\"\n")
        .unwrap();
    let (exit, out, err) = shown(&child.wait_with_output().unwrap());
    assert_eq!((exit, err.as_str()), (0, ""));
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].contains(r#""ok":true"#), "{}", lines[0]);
    assert!(lines[1].contains("reserved JQL word"), "{}", lines[1]);
}

/// The reader is gone before the first byte.
#[cfg(unix)]
#[test]
fn closed_pipes_are_no_failure() {
    let world = World::new(CONFIG);
    for line in [
        &["config", "schema"][..],
        &["config", "print"],
        &["completions", "bash"],
        &["--help"],
    ] {
        let mut child = world
            .command(line)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let (exit, _, err) = shown(&child.wait_with_output().unwrap());
        assert_eq!((exit, err.as_str()), (0, ""), "{line:?}");
    }
}

/// Files that are named are there to be read, those of the config may be yet to come.
#[test]
fn files_that_cannot_be_read_fail_an_import_of_them() {
    let world = World::new(
        "[[source]]\nname = \"scans\"\ntype = \"sarif\"\npaths = [\"scans/*.sarif\"]\n\
         [[source]]\nname = \"all\"\ntype = \"sarif\"\npaths = [\"scans\"]\n",
    );
    let (code, out, err) = world.run(&["finding", "import", "nowhere.sarif", "--source", "x", "--json"]);
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("this file or folder does not exist"), "{out}");
    assert_eq!(world.run(&["finding", "import", "scans"]).0, 0, "not there yet");
    let found = r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "t"}},
        "results": [{"ruleId": "r", "message": {"text": "found"}}]}]}"#;
    fs::create_dir(world.path().join("scans")).unwrap();
    fs::write(world.path().join("scans/a.sarif"), found).unwrap();
    fs::write(world.path().join("b.sarif"), found.replace("\"r\"", "\"s\"")).unwrap();
    world.run(&["finding", "import", "scans"]);
    let more = world.path().join("b.sarif").display().to_string();
    let (code, out, err) = world.run(&["finding", "import", &more, "--source", "scans"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("scans: 1 new, 0 changed, 0 gone"), "{out}");
    // Two sources have one file: told by the import of the second, and by the doctor.
    let (code, _, err) = world.run(&["finding", "import", "all"]);
    assert!(code == 0 && err.contains("the source \"scans\" reads it, too"), "{err}");
    let (code, out, _) = world.run(&["doctor", "--json"]);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    let files = |name: &str| {
        let checks = told["checks"].as_array().unwrap();
        checks.iter().find(|check| check["name"] == name).unwrap()["ok"].clone()
    };
    assert_eq!(
        (code, files("scans files"), files("all files")),
        (1, true.into(), false.into())
    );
}

/// What no site could mend is a mistake of the file.
#[test]
fn templates_that_cannot_be_read_are_found_by_the_check_of_the_config() {
    let mapping = |template: &str| {
        format!(
            "{CONFIG}\n[[mapping]]\nname = \"m\"\nconnection = \"acme\"\nproject = \"PAY\"\n\
             issue_type = \"Bug\"\n[mapping.fields]\nsummary = {{ template = \"{template}\" }}\n"
        )
    };
    assert_eq!(World::new(&mapping("{{title}}")).run(&["config", "check"]).0, 0);
    let (code, out, _) = World::new(&mapping("{{titel}}")).run(&["config", "check"]);
    assert_eq!(code, 4, "{out}");
    let expected = "error: mapping[0].fields.summary: character 3: there is no variable titel; did you mean title?";
    assert!(out.contains(expected), "{out}");
}
