//! A person at the wizard: reads what the screen says, goes to what it names, types and chooses.
//!
//! Every step waits until the screen shows what it did.

use std::path::Path;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crosstie::sandbox::Flavour;
use vt100::Screen;

use super::{
    harness::{Size, Start, Terminal},
    site::{self, Ran, Site, assert_unwritten},
};

/// As wide as the wizard's box gets, and as high.
const SIZE: Size = Size(104, 43);

pub(super) struct Desk {
    pub(super) site: Site,
    pub(super) terminal: Terminal,
}

impl Desk {
    /// The dashboard before anything is configured.
    pub(super) fn new(flavour: Flavour) -> Self {
        Self::at(flavour, "")
    }

    /// The same, with the site below a context path.
    pub(super) fn at(flavour: Flavour, context: &str) -> Self {
        let site = Site::at(flavour, context);
        // No keyring, whoever runs this.
        let nobody = "unix:path=/nonexistent/bus";
        let log = [("CROSSTIE_LOG", "trace"), ("DBUS_SESSION_BUS_ADDRESS", nobody)];
        let terminal = Start::crosstie(&[]).size(SIZE).environment(&log).run();
        terminal.wait_for_text("crosstie demo");
        Self { site, terminal }
    }

    /// The dashboard with the connection `a`, which the command line added meanwhile.
    pub(super) fn with(flavour: Flavour, add: impl FnOnce(&Site, &Path) -> Ran) -> Self {
        let mut desk = Self::new(flavour);
        let added = add(&desk.site, desk.terminal.home());
        assert_eq!(added.code, 0, "{added:?}");
        desk.terminal.wait_for_text("connection a added");
        desk.keys("4");
        // The table is read from the store, which may take longer than the message about the config.
        desk.see("▌ a ");
        desk
    }

    /// The dashboard with the connection `a` that a person has granted access to.
    pub(super) fn granted(flavour: Flavour, method: &str) -> Self {
        let mut desk = Self::with(flavour, |site, home| site.add_granted(home, method));
        desk.menu("re-authorize");
        let landing = desk.site.press(&desk.address(), "approve");
        desk.site.visit(&landing);
        desk.write(&[]);
        desk
    }

    /// Runs the command line beside the dashboard.
    pub(super) fn run(&self, words: &[&str]) -> Ran {
        site::run(self.terminal.home(), words, "")
    }

    pub(super) fn config(&self) -> String {
        std::fs::read_to_string(self.terminal.home().join("config.toml")).unwrap()
    }

    #[track_caller]
    pub(super) fn see(&self, text: &str) -> Screen {
        self.terminal.wait_for_text(text)
    }

    pub(super) fn keys(&mut self, keys: &str) {
        self.terminal.send(keys);
    }

    /// Pastes as a terminal does, which tells pasted from typed.
    pub(super) fn paste(&mut self, text: &str) {
        self.terminal.send(&format!("\u{1b}[200~{text}\u{1b}[201~"));
    }

    /// Goes to the item that begins with `label`.
    #[track_caller]
    pub(super) fn go_to(&mut self, label: &str) {
        let screen = self
            .terminal
            .wait_for("something in focus", |screen| focused(screen).is_some());
        let mut here = focused(&screen);
        for _ in 0..40 {
            if here.as_deref().is_some_and(|text| text.starts_with(label)) {
                return;
            }
            self.keys("\t");
            let screen = self.terminal.wait_for(&format!("{label:?}, from {here:?}"), |screen| {
                focused(screen).is_some_and(|next| Some(next) != here)
            });
            here = focused(&screen);
        }
        panic!("there is no {label:?} in\n{}", self.terminal.screen().contents());
    }

    /// Replaces the text of a field.
    #[track_caller]
    pub(super) fn fill(&mut self, label: &str, text: &str) {
        self.go_to(label);
        self.keys("\u{15}");
        self.keys(text);
        let end: String = text.chars().skip(text.chars().count().saturating_sub(40)).collect();
        self.terminal.wait_for(&format!("{end:?} in {label}"), |screen| {
            focused(screen).is_some_and(|row| row.starts_with(label) && row.contains(&end))
        });
    }

    /// Types a secret, of which only dots appear.
    #[track_caller]
    pub(super) fn fill_secret(&mut self, label: &str, secret: &str) {
        self.go_to(label);
        self.keys(secret);
        let letters = secret.chars().count();
        self.terminal
            .wait_for("a dot for each letter, or their number", |screen| {
                focused(screen).is_some_and(|row| {
                    row.matches('•').count() == letters || row.contains(&format!("{letters} characters"))
                })
            });
    }

    /// Makes a choice of several, and stays on the page.
    #[track_caller]
    pub(super) fn choose(&mut self, label: &str) {
        self.go_to(label);
        self.keys(" ");
        self.see(&format!("(•) {label}"));
    }

    /// Chooses what leads to the next page.
    #[track_caller]
    pub(super) fn enter(&mut self, label: &str) {
        self.go_to(label);
        self.keys("\r");
    }

    /// Opens the wizard and comes to the site.
    #[track_caller]
    pub(super) fn begin(&mut self, kind: &str, way: &str) {
        self.keys("n");
        self.see("Which Jira is it?");
        self.enter(kind);
        self.see("How will crosstie sign in");
        self.enter(way);
        self.see("Where is it?");
    }

    /// Tells where the site is, by the address of one of its pages, and leaves the page.
    #[track_caller]
    pub(super) fn name_site(&mut self, alias: &str) {
        let url = self.site.address("url");
        self.go_to("Site");
        self.paste(&format!("{url}/browse/PAY-1?focusedId=1\n"));
        self.terminal.wait_for("what was understood", |screen| {
            let row = row_of(screen, "Understood");
            row.is_some_and(|row| row.ends_with(&url)) && screen.contents().contains("✓ Jira ")
        });
        self.fill("Alias", alias);
        self.keys("\r");
    }

    /// A thing of the menu of the chosen connection.
    #[track_caller]
    pub(super) fn menu(&mut self, thing: &str) {
        self.keys("m");
        self.see("━ Connection ━");
        self.keys(thing);
        self.terminal
            .wait_for(&format!("{thing:?} alone in the menu"), |screen| {
                let rows = screen.contents();
                rows.contains(&format!("> {thing}")) && rows.contains(&format!("▌ {thing}"))
            });
        self.keys("\r");
    }

    /// The address to open, as the page shows it.
    #[track_caller]
    pub(super) fn address(&self) -> String {
        let screen = self.see("F3 opens it, F2 copies it.");
        value(&screen, "Open", "F3 opens it")
    }

    /// Goes on from a test that passed, and writes what Review shows; `lines` are among its changes.
    #[track_caller]
    pub(super) fn write(&mut self, lines: &[&str]) {
        self.see("Configuration is valid");
        self.enter("[ Go on ]");
        self.see("This is what will be written.");
        self.terminal.wait_for("what changes", |screen| {
            let text = screen.contents();
            let told = text.contains("Changes in ") || text.contains("No line of the config changes");
            told && lines.iter().all(|line| text.contains(&format!("+{line}")))
        });
        self.go_to("[ ] read-only");
        self.keys("w");
        self.terminal.wait_for("the table with the connection live", |screen| {
            let text = screen.contents();
            text.contains("[4 Connections]") && text.contains("● live") && !text.contains("step ")
        });
    }

    /// The connection works beside the dashboard too, and its issues are on the screen.
    #[track_caller]
    pub(super) fn assert_works(&mut self, alias: &str) {
        let tested = self.run(&["connection", "test", alias, "--json"]);
        assert_eq!(tested.last()["valid"], true, "{tested:?}");
        self.keys("1");
        self.terminal.wait_for("issues", |screen| {
            screen.contents().contains("[1 Issues]") && super::harness::shows_a_key(screen)
        });
        self.keys("4");
        self.see("[4 Connections]");
    }

    /// No frame, log, file or print of the config holds what was typed.
    #[track_caller]
    pub(super) fn assert_unspoken(&self, secrets: &[&str]) {
        let printed = self.run(&["config", "print"]);
        for secret in secrets {
            assert!(!self.terminal.output().contains(secret), "{secret} was on the screen");
            assert!(
                !printed.out.contains(secret) && !printed.err.contains(secret),
                "{printed:?}"
            );
            assert_unwritten(self.terminal.home(), secret);
        }
    }

    /// What the clipboard was given last.
    #[track_caller]
    pub(super) fn copied(&self) -> String {
        self.see("copied ");
        let output = self.terminal.output();
        let (_, after) = output.rsplit_once("\u{1b}]52;c;").unwrap();
        let end = after.find(|letter: char| !letter.is_ascii_alphanumeric() && !"+/=".contains(letter));
        let copied = STANDARD.decode(&after[..end.unwrap_or(after.len())]).unwrap();
        String::from_utf8(copied).unwrap()
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

fn rows(screen: &Screen) -> impl Iterator<Item = String> + '_ {
    let inside = |row: String| row.trim_matches(|edge: char| edge == '┃' || edge == ' ').to_owned();
    screen.rows(0, screen.size().1.get()).map(inside)
}

/// The row that begins with a label.
fn row_of(screen: &Screen, label: &str) -> Option<String> {
    rows(screen).find(|row| row.trim_start_matches(['▌', ' ']).starts_with(label))
}

/// What has the focus, from its mark on; without the sign of a choice or a switch.
pub(super) fn focused(screen: &Screen) -> Option<String> {
    let row = rows(screen).find(|row| row.contains('▌'))?;
    let (_, after) = row.split_once('▌')?;
    let signs = ["(•) ", "( ) ", "[x] "];
    let text = after.trim_start();
    Some(
        signs
            .iter()
            .find_map(|sign| text.strip_prefix(sign))
            .unwrap_or(text)
            .to_owned(),
    )
}

/// A value that runs over several rows, from its label to the row that begins with `end`.
fn value(screen: &Screen, label: &str, end: &str) -> String {
    let bare = |row: String| row.trim_start_matches(['▌', ' ']).to_owned();
    let from = rows(screen).map(bare).skip_while(|row| !row.starts_with(label));
    let rows = from.take_while(|row| !row.starts_with(end));
    rows.map(|row| row.strip_prefix(label).unwrap_or(&row).trim().to_owned())
        .collect()
}
