//! Rules of the house that no compiler checks: layers point one way, modules say what they are for.
#![expect(clippy::unwrap_used, reason = "what cannot be set up fails its test")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Each module of the top level, with those that it may use beside itself.
const LAYERS: [(&str, &[&str]); 22] = [
    ("domain", &[]),
    ("clock", &[]),
    ("text", &["domain"]),
    ("net", &["text"]),
    ("jql", &["domain"]),
    ("richtext", &["domain", "text"]),
    ("config", &["domain", "jql", "text"]),
    ("catalog", &["domain", "config", "text", "jql"]),
    ("auth", &["domain", "clock", "config", "text", "net"]),
    (
        "jira",
        &["domain", "clock", "config", "text", "net", "richtext", "jql", "auth"],
    ),
    ("source", &["domain", "clock", "config", "text", "net", "auth"]),
    ("mapping", &["domain", "config", "text", "richtext", "jql", "catalog"]),
    ("store", &["domain", "clock", "config", "text", "richtext", "jql"]),
    (
        "push",
        &[
            "domain", "clock", "config", "text", "richtext", "jql", "catalog", "auth", "jira", "source", "mapping",
            "store",
        ],
    ),
    (
        "sync",
        &[
            "domain", "clock", "config", "text", "richtext", "jql", "catalog", "auth", "jira", "source", "mapping",
            "store", "push",
        ],
    ),
    (
        "connect",
        &["domain", "clock", "config", "auth", "jira", "store", "sync"],
    ),
    (
        "notice",
        &[
            "domain", "clock", "config", "text", "net", "auth", "jira", "store", "sync",
        ],
    ),
    (
        "app",
        &["domain", "config", "text", "richtext", "jql", "catalog", "mapping"],
    ),
    ("ui", &["domain", "config", "text", "richtext", "jql", "mapping", "app"]),
    (
        "runtime",
        &[
            "domain", "clock", "config", "text", "richtext", "jql", "auth", "jira", "mapping", "store", "sync",
            "connect", "app", "ui",
        ],
    ),
    (
        "cli",
        &[
            "domain", "clock", "config", "text", "richtext", "jql", "auth", "jira", "source", "mapping", "store",
            "push", "sync", "connect", "notice", "app", "runtime", "sandbox", "catalog",
        ],
    ),
    ("sandbox", &["domain", "jql", "clock", "text"]),
];

/// What the pure middle of the program must not know.
const NOT_IN_APP: [&str; 9] = [
    "tokio",
    "rusqlite",
    "reqwest",
    "axum",
    "rand::",
    "std::fs",
    "std::thread",
    "SystemTime",
    "Instant::now",
];

/// Lines of a file that is built into the program.
const LONGEST: usize = 520;
/// Lines of a file of tests, which may be one long table.
const LONGEST_OF_TESTS: usize = 900;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, as a path from the root.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(folder)];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

fn rust_files(folder: &str) -> impl Iterator<Item = (PathBuf, String)> {
    files(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let text = fs::read_to_string(root().join(&path)).unwrap();
            (path, text)
        })
}

/// The module of the top level that a file of `src` belongs to.
fn layer(path: &Path) -> Option<String> {
    let first = path.components().nth(1)?.as_os_str().to_str()?;
    let name = first.trim_end_matches(".rs");
    (!matches!(name, "lib" | "main")).then(|| name.to_owned())
}

fn is_test(path: &Path) -> bool {
    path.components().any(|part| {
        let name = part.as_os_str();
        name == "tests" || name == "tests.rs"
    })
}

/// The part of a file that is built into the program. Tests may use what they like.
fn without_tests(path: &Path, text: &str) -> String {
    if is_test(path) {
        return String::new();
    }
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(|line| format!("{line}\n"))
        .collect()
}

/// Modules of the top level that the code names: `crate::x`, also in `use crate::{x, y::z}`.
fn used(code: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for (at, _) in code.match_indices("crate::") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(group) => used.extend(heads(group)),
            None => used.extend(head(rest)),
        }
    }
    used
}

fn head(path: &str) -> Option<String> {
    let name: String = path.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

/// The first names within a group of imports.
fn heads(group: &str) -> Vec<String> {
    let mut depth = 0usize;
    let mut starts = vec![0];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => starts.push(at + 1),
            _ => {}
        }
    }
    starts
        .into_iter()
        .filter_map(|start| head(group[start..].trim_start()))
        .collect()
}

#[test]
fn imports_are_recognised() {
    let code = "use crate::{domain::{Alias, Run}, jql};\nlet x = crate::text::width(y); $crate::no; mycrate::no;";
    assert_eq!(used(code), ["domain", "jql", "text"].map(str::to_owned).into());
}

#[test]
fn layers_point_one_way() {
    let known: BTreeSet<&str> = LAYERS.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    for (path, text) in rust_files("src") {
        let Some(own) = layer(&path) else { continue };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == own) else {
            wrong.push(format!("{}: the layer {own} is not in the table", path.display()));
            continue;
        };
        for other in used(&without_tests(&path, &text)) {
            if other != own && known.contains(other.as_str()) && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{}: {own} must not use {other}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_layers_has_no_circle() {
    for (name, allowed) in LAYERS {
        for other in allowed {
            let (_, back) = LAYERS.iter().find(|(layer, _)| layer == other).unwrap();
            assert!(!back.contains(&name), "{name} and {other} use each other");
        }
    }
}

#[test]
fn the_model_is_pure() {
    let mut wrong = Vec::new();
    for (path, text) in rust_files("src") {
        if layer(&path).as_deref() == Some("app") {
            let code = without_tests(&path, &text);
            wrong.extend(
                NOT_IN_APP
                    .iter()
                    .filter(|word| code.contains(*word))
                    .map(|word| format!("{}: app must not know {word}", path.display())),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = ["src", "tests"]
        .iter()
        .flat_map(|folder| rust_files(folder))
        // Tests in a file of their own belong to the module that says it.
        .filter(|(path, text)| !path.ends_with("tests.rs") && !text.starts_with("//! "))
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert!(silent.is_empty(), "no `//!` at the start of: {}", silent.join(", "));
}

#[test]
fn no_file_is_too_long_and_none_is_called_mod() {
    let mut wrong = Vec::new();
    for (path, text) in rust_files("src").chain(rust_files("tests")) {
        let lines = text.lines().count();
        let longest = if is_test(&path) { LONGEST_OF_TESTS } else { LONGEST };
        if lines > longest {
            wrong.push(format!("{} has {lines} lines", path.display()));
        }
        if path.ends_with("mod.rs") {
            wrong.push(format!("{}: foo.rs beside foo/, not foo/mod.rs", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_is_left_for_later() {
    // In pieces, so that this file does not hold them.
    let words = [
        ["TO", "DO"],
        ["FIX", "ME"],
        ["XX", "X"],
        ["unimplemented", "!"],
        ["to", "do!"],
        ["db", "g!"],
    ]
    .map(|parts| parts.concat());
    let mut wrong = Vec::new();
    for (path, text) in rust_files("src").chain(rust_files("tests")) {
        for (index, line) in text.lines().enumerate() {
            if words.iter().any(|word| holds_word(line, word)) {
                wrong.push(format!("{}:{}: {}", path.display(), index + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a line holds the word, and not as a part of another one.
fn holds_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        // In quotes it is data: the state of a task in an Atlassian document, say.
        let quoted = before == Some('"') && after == Some('"');
        !quoted && !before.is_some_and(part_of_name) && !after.is_some_and(part_of_name)
    })
}

#[test]
fn test_data_says_where_it_is_from() {
    let data = root().join("tests/data");
    let mut silent = Vec::new();
    for path in files("tests/data") {
        let told = root()
            .join(&path)
            .ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(&data) && *folder != data)
            .any(|folder| folder.join("ORIGIN.md").is_file());
        if !told {
            silent.push(path.display().to_string());
        }
    }
    assert!(silent.is_empty(), "no ORIGIN.md beside: {}", silent.join(", "));
}
