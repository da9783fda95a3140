//! What holds for every edit of every file.

use std::{collections::BTreeSet, time::Duration};

use proptest::prelude::*;

use super::*;
use crate::{
    config::{TokenStore, ViewConfig, print},
    domain::Column,
};

fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9äß漢'\"\\\\ #=,\\[\\]{}-]{0,20}"
}

fn secrets() -> impl Strategy<Value = SecretSource> {
    prop_oneof![
        "[A-Z_]{1,12}".prop_map(SecretSource::Env),
        "[a-z'][a-z ']{0,8}x".prop_map(|name| SecretSource::File(PathBuf::from(format!("/x/{name}")))),
        (words()).prop_map(|word| SecretSource::Command(vec!["pass".to_owned(), word])),
    ]
}

fn methods() -> impl Strategy<Value = Method> {
    prop_oneof![
        ("[a-z]{1,8}@[a-z]{1,8}", secrets()).prop_map(|(email, secret)| Method::ApiToken { email, secret }),
        secrets().prop_map(|secret| Method::Pat { secret }),
        ("[a-zA-Z'][a-zA-Z' ]{0,7}x", secrets()).prop_map(|(username, secret)| Method::Basic { username, secret }),
    ]
}

fn connections(alias: &'static str) -> impl Strategy<Value = ConnectionConfig> {
    let flags = (
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let texts = (
        prop::option::of(Just("http://proxy.example.com:3128".to_owned())),
        prop::option::of("[a-z/]{1,8}".prop_map(|path| PathBuf::from(format!("/ca/{path}")))),
        prop::option::of(Just("https://front.example.com".to_owned())),
        prop::sample::select(vec![
            "",
            "project = 'A B'",
            "summary ~ \"x\"",
            "labels = a OR labels = b",
        ]),
        1u64..100_000,
    );
    let url = prop_oneof![
        "[a-z]{1,9}".prop_map(|name| format!("https://{name}.example.com")),
        "[a-z]{1,9}".prop_map(|name| format!("https://{name}.atlassian.net")),
    ];
    (flags, texts, url, methods()).prop_map(move |(flags, texts, url, method)| {
        let kind = if flags.0 {
            Deployment::Cloud
        } else {
            Deployment::DataCenter
        };
        ConnectionConfig {
            default: flags.1,
            read_only: flags.2,
            enabled: flags.3,
            tokens: if flags.4 { TokenStore::File } else { TokenStore::Keyring },
            proxy: texts.0,
            ca: texts.1,
            frontend_url: texts.2,
            scope: texts.3.to_owned(),
            timeout: Duration::from_secs(texts.4),
            ..ConnectionConfig::new(alias, kind, url, method)
        }
    })
}

fn views() -> impl Strategy<Value = Vec<ViewConfig>> {
    let columns = prop::sample::subsequence(Column::ALL.to_vec(), 0..=4);
    let jql = prop::sample::select(vec!["", "labels = 'a b'", "summary ~ \"x\" ORDER BY key"]);
    let one = ("[a-e#'][a-e#' ]{0,2}x", jql, columns).prop_map(|(name, jql, columns)| {
        let mut view = Config::default().views.remove(0);
        view.name = name;
        view.jql = jql.to_owned();
        view.columns = columns;
        view
    });
    prop::collection::vec(one, 1..6).prop_map(|views| {
        let mut seen = BTreeSet::new();
        views
            .into_iter()
            .filter(|view| seen.insert(view.name.clone()))
            .collect()
    })
}

/// Files in many hands: each piece is a table or a comment, with odd ways of writing.
fn files() -> impl Strategy<Value = String> {
    let pieces = prop::sample::subsequence(
        vec![
            "# ünï ☃\n",
            "[ui] # look\n\n theme=  'dark'\n",
            "[keys]\n\"quit\" = \"Q\"   # äh\n",
            "[sync]\ninterval = \"5m\"\ncensus='6h'",
            "# b\n[[connection]]\n  alias = 'b' # it\n  url = \"https://b.example.com\"\n  auth.method = 'pat' # m\n  auth.secret.env = \"B\"",
            "[[connection]]\nalias = \"target\"\nsubdomain=\"acme\"\n# note\n[connection.auth]\nmethod = 'basic'\n\nusername = \"\"\"u\n# no comment\"\"\"\n[connection.auth.secret]\nfile='x'",
            "[[view]]\nname = 'ax' # a\njql = '''\nlabels = \"# no comment\"\n'''\n# tail\n\n# apart\n",
            "# bx\n[[view]]\njql = \"\"\nname = \"bx\"\ncolumns = [ \"key\", # k\n 'summary' ]\n",
            "[[mapping]]\nname = 'm'\nproject = 'PAY'\nissue_type = 'Bug'\nconnection = 'TARGET'\n",
        ],
        0..=9,
    );
    (
        pieces,
        prop::collection::vec(0usize..3, 9),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(pieces, blanks, windows, ended)| {
            let mut text = String::new();
            for (piece, blank) in pieces.iter().zip(blanks) {
                text.push_str(piece);
                text.push_str(&"\n".repeat(blank + usize::from(!piece.ends_with('\n'))));
            }
            if !ended {
                text.truncate(text.trim_end().len());
            }
            if windows { text.replace('\n', "\r\n") } else { text }
        })
}

/// Lines of `old` that are missing in `new` or do not stand there in the same order.
fn missing<'t>(old: &'t str, new: &str) -> Vec<&'t str> {
    let mut rest = new.split_inclusive('\n');
    let mut missing = Vec::new();
    for line in old.split_inclusive('\n') {
        let mut ahead = rest.clone();
        let same = |other: &str| other == line || other.trim_end_matches(['\r', '\n']) == line;
        if ahead.any(same) {
            rest = ahead;
        } else {
            missing.push(line);
        }
    }
    missing
}

proptest! {
    #[test]
    fn a_connection_is_read_as_it_was_put(
        file in files(),
        first in connections("target"),
        second in connections("TARGET"),
        third in connections("another"),
    ) {
        let mut edit = open(&file);
        for connection in [&first, &third, &second, &first] {
            edit.put_connection(connection).unwrap();
            let config = edit.checked().unwrap().config;
            let read = config.connection(connection.alias.as_str()).unwrap().clone();
            let mut wanted = connection.clone();
            wanted.default |= config.connections.len() == 1;
            prop_assert_eq!(read, wanted, "{}", edit.text());
            let defaults = config.connections.iter().filter(|connection| connection.default).count();
            prop_assert!(defaults <= 1);
            let text = edit.text();
            edit.put_connection(connection).unwrap();
            prop_assert_eq!(edit.text(), text, "a second time changes nothing");
        }
    }

    #[test]
    fn a_new_connection_touches_no_line(file in files(), connection in connections("another")) {
        let mut edit = open(&file);
        let sole = edit.read().connections.len() == 1;
        edit.put_connection(&connection).unwrap();
        prop_assert_eq!(missing(&file, &edit.text()), Vec::<&str>::new());
        if !sole {
            edit.remove_connection("another").unwrap();
            let rest = edit.text();
            let lines = |text: &str| -> Vec<String> { text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect() };
            prop_assert_eq!(lines(&rest), lines(&file));
        }
    }

    #[test]
    fn a_changed_flag_touches_no_other_line(file in files()) {
        prop_assume!(file.contains("target"));
        let mut edit = open(&file);
        edit.set_flag("target", ConnectionFlag::Enabled, false).unwrap();
        prop_assert_eq!(missing(&file, &edit.text()), Vec::<&str>::new());
        prop_assert!(!edit.read().connection("target").unwrap().enabled);
        edit.set_flag("target", ConnectionFlag::Enabled, true).unwrap();
        edit.rename_connection("target", &"other".into()).unwrap();
        let renamed = edit.text();
        prop_assert!(missing(&file, &renamed).iter().all(|line| line.to_lowercase().contains("target")));
        prop_assert!(!renamed.to_lowercase().contains("target"));
    }

    #[test]
    fn views_are_read_as_they_were_put(file in files(), first in views(), second in views()) {
        let mut edit = open(&file);
        for views in [&first, &second, &first] {
            edit.set_views(views).unwrap();
            prop_assert_eq!(&edit.checked().unwrap().config.views, views, "{}", edit.text());
        }
        let foreign = |line: &&str| !line.trim().is_empty();
        let kept: Vec<&str> = file.split("[[view]]").next().unwrap_or_default().lines().filter(foreign).collect();
        let kept = kept.join("\n");
        let kept = kept.trim_end_matches("# bx").trim_end();
        prop_assert_eq!(missing(kept, &edit.text().replace('\r', "")), Vec::<&str>::new());
    }

    #[test]
    fn every_printed_config_can_be_edited(connection in connections("target"), views in views()) {
        let config = Config { connections: vec![connection.clone()], views, ..Config::default() };
        let text = print(&config).unwrap();
        let mut edit = open(&text);
        edit.remove_connection("target").unwrap();
        edit.put_connection(&connection).unwrap();
        let read = edit.checked().unwrap().config;
        prop_assert_eq!(read.connections[0].method.clone(), connection.method);
        prop_assert_eq!(read.views, config.views);
    }

    #[test]
    fn no_text_panics(text in ".{0,80}", alias in ".{0,8}") {
        if let Ok(mut edit) = Edit::open(&text) {
            let _ = edit.put_connection(&connection("a"));
            let _ = edit.set_default(&alias);
            let _ = edit.set_views(&Config::default().views);
            prop_assert_eq!(edit.diff().is_empty(), edit.text() == text);
        }
    }
}
