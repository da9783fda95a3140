//! Texts before and after each edit, and what holds for all of them.

mod connections;
mod properties;
mod views;
mod writing;

use super::*;
use crate::{
    config::{ConnectionConfig, Method, SecretSource},
    domain::Deployment,
};

fn paths() -> Paths {
    Paths {
        config: PathBuf::from("/etc/crosstie/config.toml"),
        data: PathBuf::from("/var/crosstie"),
        home: Some(PathBuf::from("/home/ana")),
    }
}

fn open(text: &str) -> Edit {
    Edit::open(text).unwrap().at(&paths())
}

fn env(name: &str) -> SecretSource {
    SecretSource::Env(name.to_owned())
}

fn pat(name: &str) -> Method {
    Method::Pat { secret: env(name) }
}

fn connection(alias: &str) -> ConnectionConfig {
    let url = format!("https://{alias}.example.com");
    ConnectionConfig::new(alias, Deployment::DataCenter, url, pat("TOKEN"))
}

/// The connection as the text has it.
fn read(text: &str, alias: &str) -> ConnectionConfig {
    open(text).read().connection(alias).unwrap().clone()
}

/// A difference as people see it.
fn shown(edit: &Edit) -> String {
    edit.diff()
        .iter()
        .map(|line| {
            let sign = match line.kind {
                DiffKind::Kept => "  ",
                DiffKind::Added => "+ ",
                DiffKind::Removed => "- ",
                DiffKind::Gap => "…",
            };
            format!("{sign}{}\n", line.line)
        })
        .collect()
}

#[test]
fn what_is_not_toml_is_refused_with_its_place() {
    let error = Edit::open("a = 1\nb = = 2").unwrap_err();
    assert!(
        matches!(&error, EditError::Syntax { at, .. } if at.line == 2 && at.column == 5),
        "{error:?}"
    );
    insta::assert_snapshot!(error.remedy(), @"Mend that line in an editor first; `crosstie config check` shows it.");
}

#[test]
fn opening_changes_nothing() {
    for text in ["", "\u{feff}# only this", "a.b = 1\r\nc = 2\na.d = 3", "[ui]\n\n\n"] {
        let edit = open(text);
        assert_eq!(edit.text(), text);
        assert_eq!(edit.diff(), []);
    }
}

#[test]
fn a_difference_shows_two_lines_around_each_change() {
    let old: String = (0..20).map(|n| format!("{n}\n")).collect();
    let new = old.replace("5\n6\n", "5\nfive and a half\n6\n").replace("15\n", "");
    let edit = Edit {
        text: Text(new.replace("1five", "15\nfive")),
        before: old,
        file: PathBuf::new(),
        home: None,
    };
    insta::assert_snapshot!(shown(&edit), @r"
    …
      4
      5
    + five and a half
      6
      7
    …
      13
      14
    - 15
      16
      17
    …
    ");
}

#[test]
fn what_would_not_be_read_is_not_good_enough() {
    let mut edit = open("");
    edit.put_connection(&connection("acme")).unwrap();
    assert_eq!(edit.checked().unwrap().config.connections.len(), 1);
    edit.put_connection(&ConnectionConfig {
        proxy: Some("ftp://proxy".to_owned()),
        ..connection("acme")
    })
    .unwrap();
    let error = edit.checked().unwrap_err();
    assert!(matches!(error, EditError::Invalid(_)));
    assert!(
        error
            .to_string()
            .contains("config.toml:6:9: error: connection[0].proxy"),
        "{error}"
    );
    assert!(
        error.remedy().starts_with("Nothing was written. Write it like"),
        "{}",
        error.remedy()
    );
}
