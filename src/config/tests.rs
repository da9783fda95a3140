//! Whole files: what they come to, and what is said about them.

mod findings;
mod mistakes;

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::domain::Deployment;

fn around() -> Surroundings<'static> {
    Surroundings {
        file: Path::new("/etc/crosstie/config.toml"),
        home: None,
    }
}

fn clean(text: &str) -> Config {
    let (config, remarks) = parse(text, &around());
    assert_eq!(remarks, [], "{text}");
    config
}

#[test]
fn an_empty_file_is_the_built_in_config() {
    let built_in = Config {
        path: Some(around().file.to_owned()),
        ..Config::default()
    };
    assert_eq!(clean(""), built_in);
    assert_eq!(clean("\u{feff}# nothing\r\n"), built_in);
    let names: Vec<&str> = built_in.views.iter().map(|view| view.name.as_str()).collect();
    assert_eq!(
        names,
        ["My open work", "Reported by me", "Recently updated", "All open"]
    );
    assert_eq!(built_in.views[3].jql, built_in.jira.default_jql);
    for view in &built_in.views {
        crate::jql::parse(&view.jql).unwrap();
    }
}

#[test]
fn a_connection_needs_four_lines() {
    let config = clean(
        r#"
        [[connection]]
        alias = "acme"
        url = "https://acme.atlassian.net/jira/your-work"
        auth = { method = "api-token", email = "me@acme.com", secret = { env = "ACME_TOKEN" } }
        "#,
    );
    let mut expected = ConnectionConfig::new(
        "acme",
        Deployment::Cloud,
        "https://acme.atlassian.net",
        Method::ApiToken {
            email: "me@acme.com".to_owned(),
            secret: SecretSource::Env("ACME_TOKEN".to_owned()),
        },
    );
    expected.default = true;
    assert_eq!(config.connections, [expected.clone()]);
    assert_eq!(config.connection("ACME"), Some(&expected));
    assert_eq!(config.default_connection(), Some(&expected));
}

#[test]
fn the_kind_follows_from_host_and_method() {
    for (url, method, kind) in [
        ("https://acme.atlassian.net", "pat", Deployment::Cloud),
        ("https://jira.acme.com", "pat", Deployment::DataCenter),
        ("https://work.acme.com", "api-token", Deployment::Cloud),
    ] {
        let text = format!(
            "[[connection]]\nalias = 'a'\nurl = '{url}'\n[connection.auth]\nmethod = '{method}'\nsecret = {{ env = 'A' }}\n{}",
            if method == "api-token" { "email = 'a@b'" } else { "" }
        );
        assert_eq!(parse(&text, &around()).0.connections[0].kind, kind, "{url} {method}");
    }
}

#[test]
fn every_setting_arrives() {
    let config = clean(
        r#"
        store = "cache"
        [sync]
        interval = "1m30s"
        census = "1d"
        [jira]
        default_jql = ""
        [notices]
        desktop = false
        slack = { file = "webhook" }
        [[connection]]
        alias = "acme"
        kind = "data-center"
        url = "https://acme.com/jira"
        default = true
        scope = ""
        read_only = true
        enabled = false
        timeout = "5s"
        proxy = "socks5h://127.0.0.1:1080"
        ca = "ca.pem"
        client_cert = "/client.pem"
        client_key = "client.key"
        frontend_url = "https://tickets.acme.com/"
        gateway_url = "http://127.0.0.1:1/gateway/"
        auth_url = "http://[::1]:2"
        callback = "http://127.0.0.1:9000/cb"
        tokens = "file"
        auth = { method = "basic", username = "ana", secret = { command = ["pass", "show", "jira"] } }
        [[connection]]
        alias = "b.2"
        subdomain = "b"
        auth = { method = "api-token", email = "a@b", secret = { file = "token" } }
        [[view]]
        name = "All"
        jql = "ORDER BY key"
        columns = ["Key", "summary", "key", " Story Points ", "cf[10020]"]
        default = true
        [ui]
        theme = "light"
        ascii = true
        accessible = true
        mouse = false
        [keys]
        quit = "Q"
        "#,
    );
    assert_eq!(config.store, "/etc/crosstie/cache");
    assert_eq!(config.sync.interval.as_secs(), 90);
    assert_eq!(config.jira.default_jql, "");
    assert!(!config.notices.desktop);
    assert_eq!(
        config.notices.slack,
        Some(SecretSource::File("/etc/crosstie/webhook".into()))
    );
    let [acme, other] = config.connections.as_slice() else {
        panic!("{config:?}")
    };
    assert_eq!(acme.kind, Deployment::DataCenter);
    assert_eq!(acme.site(), "https://tickets.acme.com");
    assert_eq!(acme.ca.as_deref(), Some(Path::new("/etc/crosstie/ca.pem")));
    assert_eq!(acme.client_cert.as_deref(), Some(Path::new("/client.pem")));
    assert_eq!(acme.gateway_url, "http://127.0.0.1:1/gateway");
    assert_eq!(acme.auth_url, "http://[::1]:2");
    assert_eq!((acme.default, other.default), (true, false));
    assert_eq!((acme.enabled, acme.read_only, acme.scope.as_str()), (false, true, ""));
    assert_eq!(acme.timeout.as_secs(), 5);
    assert_eq!(acme.tokens, TokenStore::File);
    assert_eq!(other.url, "https://b.atlassian.net");
    let columns: Vec<&str> = config.views[0].columns.iter().map(|column| column.name()).collect();
    assert_eq!(columns, ["key", "summary", "Story Points", "cf[10020]"]);
    assert!(config.views[0].default);
    assert_eq!(config.keys["quit"], "Q");
    assert_eq!(
        (config.ui.theme.as_str(), config.ui.ascii, config.ui.mouse),
        ("light", true, false)
    );
    assert_eq!(clean(&print(&config).unwrap()), config);
}

#[test]
fn every_way_to_sign_in_is_read_and_printed() {
    let config = clean(
        r#"
        [[connection]]
        alias = "cloud"
        subdomain = "acme"
        auth = { method = "oauth2-cloud", client_id = "x", secret = "keyring" }
        [[connection]]
        alias = "link"
        url = "https://jira.acme.com/jira"
        auth = { method = "oauth1", consumer_key = "crosstie", private_key = { file = "jira.pem" } }
        [[connection]]
        alias = "provider"
        url = "https://tickets.acme.com"
        auth = { method = "oauth2-data-center", client_id = "y", secret = { env = "APP" } }
        "#,
    );
    let kinds: Vec<_> = config
        .connections
        .iter()
        .map(|one| (one.kind, one.access().word()))
        .collect();
    assert_eq!(
        kinds,
        [
            (Deployment::Cloud, "oauth2-cloud"),
            (Deployment::DataCenter, "oauth1"),
            (Deployment::DataCenter, "oauth2-data-center"),
        ]
    );
    let key = SecretSource::File("/etc/crosstie/jira.pem".into());
    assert_eq!(config.connections[1].method.secret(), &key);
    assert_eq!(config.connections[0].method.secret(), &SecretSource::Keyring);
    assert_eq!(clean(&print(&config).unwrap()), config);
}

#[test]
fn the_webhook_is_found_like_any_secret() {
    assert_eq!(clean("").notices, NoticeSettings::default());
    assert!(NoticeSettings::default().desktop);
    let command = ["pass", "show", "slack"].map(str::to_owned).to_vec();
    for (text, source) in [
        ("\"keyring\"", SecretSource::Keyring),
        ("{ env = \"SLACK\" }", SecretSource::Env("SLACK".to_owned())),
        ("{ file = \"/etc/slack\" }", SecretSource::File("/etc/slack".into())),
        (
            "{ command = [\"pass\", \"show\", \"slack\"] }",
            SecretSource::Command(command),
        ),
    ] {
        let config = clean(&format!("[notices]\nslack = {text}"));
        assert_eq!(config.notices.slack, Some(source), "{text}");
        assert_eq!(clean(&print(&config).unwrap()), config);
    }
}

/// Both must go along when a key is added.
#[test]
fn the_example_uses_only_what_works_and_the_schema_knows_every_key() {
    let example = include_str!("../../config.example.toml");
    let parsed = clean(example);
    assert_eq!(parsed.connections.len(), 3);
    assert_eq!(clean(&print(&parsed).unwrap()), parsed);
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).unwrap();
    let printed: toml::Value = print(&parsed).unwrap().parse::<toml::Table>().unwrap().into();
    check_schema(&schema, &schema, &printed, "");
    let settled: toml::Value = SETTLED.parse::<toml::Table>().unwrap().into();
    check_schema(&schema, &schema, &settled, "");
    let (_, remarks) = parse(SETTLED, &around());
    for remark in remarks {
        assert_eq!(remark.severity(), Severity::Warning, "{remark}");
    }
}

/// Every key that is settled, those of later versions included.
const SETTLED: &str = r#"
store = "sqlite"
[sync]
interval = "5m"
census = "6h"
[jira]
default_jql = 'statusCategory in ("To Do", "In Progress")'
[catalog]
paths = ["catalog/"]
[notices]
desktop = true
slack = { env = "SLACK" }
[[connection]]
alias = "acme"
kind = "cloud"
url = "https://acme.atlassian.net"
default = true
scope = 'project in (PAY, CHK)'
read_only = false
timeout = "30s"
proxy = "http://proxy.acme.com:3128"
ca = "ca.pem"
client_cert = "client.pem"
client_key = "client.key"
frontend_url = "https://acme.atlassian.net"
gateway_url = "https://api.atlassian.com"
auth_url = "https://auth.atlassian.com"
callback = "http://localhost:8976/callback"
tokens = "keyring"
auth = { method = "api-token", email = "me@example.com", secret = { env = "ACME_TOKEN" } }
[[connection]]
alias = "three"
subdomain = "acme"
auth = { method = "oauth2-cloud", client_id = "x", secret = "keyring" }
[[connection]]
alias = "one"
url = "https://jira.acme.com"
auth = { method = "oauth1", consumer_key = "x", private_key = { file = "path" } }
[[connection]]
alias = "two"
url = "https://jira.acme.com"
auth = { method = "oauth2-data-center", client_id = "x", secret = { command = ["pass", "show", "jira"] } }
[[source]]
name = "scans"
type = "sarif"
paths = ["scans/*.sarif"]
[[mapping]]
name = "scans to PAY"
connection = "acme"
project = "PAY"
issue_type = "Bug"
match = { source = "scans", severity = "medium" }
create = "auto"
[mapping.fields]
summary = { template = "{{title | truncate: 200}}" }
priority = { map = "severity", values = { critical = "Highest", high = "High" }, other = "Medium" }
labels = { value = ["security"] }
assignee = { finding = "assignee" }
[[view]]
name = "My open work"
jql = 'assignee = currentUser() AND statusCategory != Done ORDER BY updated DESC'
columns = ["key", "type", "priority", "status", "summary", "tag", "updated"]
[ui]
theme = "auto"
ascii = false
accessible = false
[keys]
quit = "q"
"#;

/// As much of JSON Schema as ours uses for names: objects, lists, references.
fn check_schema(root: &serde_json::Value, schema: &serde_json::Value, value: &toml::Value, path: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(reference) => root.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    };
    let is_list = value.is_array();
    let schema = match schema["oneOf"].as_array() {
        Some(ways) => {
            let fits = |way: &&serde_json::Value| (way["type"] == "array") == is_list;
            ways.iter().find(fits).unwrap_or(schema)
        }
        None => schema,
    };
    match value {
        toml::Value::Table(table) if schema["properties"].is_object() => {
            for (key, child) in table {
                let known = &schema["properties"][key];
                assert!(known.is_object(), "the schema does not know {path}.{key}");
                check_schema(root, known, child, &format!("{path}.{key}"));
            }
        }
        toml::Value::Array(items) => {
            assert_eq!(schema["type"], "array", "{path}");
            for item in items {
                check_schema(root, &schema["items"], item, path);
            }
        }
        toml::Value::String(text) if schema["enum"].is_array() => {
            let words = schema["enum"].as_array().unwrap();
            assert!(
                words.iter().any(|word| word == text),
                "the schema does not know {text} at {path}"
            );
        }
        _ => {}
    }
}

#[test]
fn a_file_is_read_or_told_why_not() {
    let folder = tempfile::tempdir().unwrap();
    let paths = |name: &str| Paths {
        config: folder.path().join(name),
        data: folder.path().join("data"),
        home: None,
    };
    let absent = load(&paths("absent.toml")).unwrap();
    assert_eq!(absent.config, Config::default());
    std::fs::write(folder.path().join("latin.toml"), b"store = \"\xe9\"").unwrap();
    for (name, reason) in [("latin.toml", "it is not UTF-8 text"), (".", "directory")] {
        let invalid = load(&paths(name)).unwrap_err().to_string();
        assert!(invalid.contains(reason), "{invalid}");
        assert!(invalid.contains("the file cannot be read"), "{invalid}");
    }
    std::fs::write(folder.path().join("good.toml"), "store = 'postgres://a'").unwrap();
    assert_eq!(load(&paths("good.toml")).unwrap().remarks.len(), 1);
    std::fs::write(folder.path().join("bad.toml"), "store = 'postgres://a'\n[sink]").unwrap();
    assert_eq!(load(&paths("bad.toml")).unwrap_err().remarks.len(), 2);
}

proptest! {
    #[test]
    fn no_text_panics(text in ".{0,200}") {
        let _ = parse(&text, &around());
    }

    #[test]
    fn no_value_panics_or_reaches_a_terminal_raw(
        key in prop::sample::select(vec!["alias", "url", "subdomain", "scope", "proxy", "callback", "timeout", "kind"]),
        value in ".{0,60}",
    ) {
        let text = format!("[[connection]]\n{key} = {}", toml::Value::from(value));
        for remark in parse(&text, &around()).1 {
            prop_assert!(!remark.to_string().contains(|c: char| c.is_control() && c != '\n'), "{}", remark);
        }
    }
}
