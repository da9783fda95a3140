//! A site and a crosstie with folders of its own, from the command line.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    ops::Deref,
    path::PathBuf,
    process::{Child, ChildStdin, ChildStdout, Command},
};

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

pub(crate) use crate::site::Ran;
use crate::site::{self, Site, assert_unwritten, crosstie, ended, private_file};

pub(crate) struct World {
    site: Site,
    folder: TempDir,
}

impl Deref for World {
    type Target = Site;

    fn deref(&self) -> &Site {
        &self.site
    }
}

impl World {
    pub(crate) fn new(flavour: Flavour) -> Self {
        Self::at(flavour, "")
    }

    /// A site below a context path.
    pub(crate) fn at(flavour: Flavour, context: &str) -> Self {
        Self {
            site: Site::at(flavour, context),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn ready(&self) -> Value {
        self.sandbox.announcement()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A 0600 file.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        private_file(self.folder.path(), name, text)
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        crosstie(self.folder.path(), words)
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.run_with(words, "")
    }

    pub(crate) fn run_with(&self, words: &[&str], input: &str) -> Ran {
        site::run(self.folder.path(), words, input)
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
        self.site.add(self.folder.path(), method, more, input)
    }

    /// Adds it with the sandbox's own client or consumer.
    pub(crate) fn add_granted(&self, method: &str) -> Ran {
        self.site.add_granted(self.folder.path(), method)
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

    /// Looks for `secrets` in everything that was written, but for the places where they belong.
    pub(crate) fn assert_unspoken(&self, ran: &[&Ran], secrets: &[&str]) {
        for secret in secrets {
            for ran in ran {
                assert!(
                    !ran.out.contains(secret) && !ran.err.contains(secret),
                    "{secret} in {ran:?}"
                );
            }
            assert_unwritten(self.folder.path(), secret);
        }
    }
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
        // The browser may have answered first, which ends it.
        let _not_read = writeln!(input, "{line}");
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
