//! Whole files: what they come to, and what is said about them.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::domain::{Column, Deployment};

fn around() -> Surroundings<'static> {
    Surroundings {
        file: Path::new("/etc/crosstie/config.toml"),
        home: None,
    }
}

/// What is said about a file; a value that stands for a secret must not be in it.
fn remarks(text: &str) -> String {
    let (_, remarks) = parse(text, &around());
    let remarks = Invalid { remarks }.to_string().replace("/etc/crosstie/", "");
    assert!(!remarks.contains("hunter2"), "{remarks}");
    remarks
}

#[test]
fn a_key_that_does_not_exist_is_named_with_the_nearest_one() {
    insta::assert_snapshot!(
        remarks(
            r#"intervall = "5m"
[sync]
intervall = "5m"
[synk]
[[connections]]
alias = "acme"
[ui]
"strange\u001b[31m key" = 1
"#
        ),
        @r#"
        config.toml:1:1: error: intervall: there is no such key
          help: known here: store, sync, jira, catalog, connection, source, mapping, view, ui, keys
        config.toml:3:1: error: sync.intervall: there is no such key, did you mean `interval`?
          help: write `interval`, or remove it
        config.toml:4:2: error: synk: there is no such key, did you mean `sync`?
          help: write `sync`, or remove it
        config.toml:5:3: error: connections: there is no such key, did you mean `connection`?
          help: write `connection`, or remove it
        config.toml:8:1: error: ui."strange\u{1b}[31m key": there is no such key
          help: known here: theme, ascii, accessible, mouse
        "#
    );
}

#[test]
fn broken_toml_is_placed_and_never_quoted() {
    insta::assert_snapshot!(
        remarks(
            r#"[jira
default_jql = "a = 1"
"#
        ),
        @r#"
        config.toml:1:6: error: this is not valid TOML: unclosed table, expected `]`
          help: text stands in quotes, a table starts with [name]; see config.example.toml
        "#
    );
    insta::assert_snapshot!(
        remarks(
            r#"[[connection]]
alias = "acme"
auth = { method = "pat", secret = hunter2 }
url = "https://x.example.com
"#
        ),
        @r#"
        config.toml:3:35: error: this is not valid TOML: string values must be quoted, expected literal string
          help: text stands in quotes, a table starts with [name]; see config.example.toml
        config.toml:4:29: error: this is not valid TOML: invalid basic string, expected `"`
          help: text stands in quotes, a table starts with [name]; see config.example.toml
        "#
    );
    insta::assert_snapshot!(
        remarks(
            r#"store = "sqlite"
store = "sqlite"
"#
        ),
        @r#"
        config.toml:2:1: error: this is not valid TOML: duplicate key
          help: text stands in quotes, a table starts with [name]; see config.example.toml
        "#
    );
}

#[test]
fn types_are_told_with_what_was_found() {
    insta::assert_snapshot!(
        remarks(
            r#"store = 1
view = "x"
connection = { alias = "acme" }
[sync]
interval = 300
census = ["6h"]
[ui]
ascii = "yes"
mouse = 2026-01-31
[keys]
quit = true
[jira]
default_jql = { a = 1 }
[catalog]
paths = ["a", 1]
"#
        ),
        @r#"
        config.toml:1:9: error: store: this must be text in quotes, not a number
          help: write text in quotes
        config.toml:2:8: error: view: this must be tables that each start with [[view]], not text
          help: write tables that each start with [[view]]
        config.toml:3:14: error: connection: this must be tables that each start with [[connection]], not a table
          help: write tables that each start with [[connection]]
        config.toml:5:12: error: sync.interval: this must be a duration in quotes, like "5m", not a number
          help: write a duration in quotes, like "5m"
        config.toml:6:10: error: sync.census: this must be a duration in quotes, like "5m", not a list
          help: write a duration in quotes, like "5m"
        config.toml:8:9: error: ui.ascii: this must be true or false, not text
          help: write true or false
        config.toml:9:9: error: ui.mouse: this must be true or false, not a date
          help: write true or false
        config.toml:11:8: error: keys.quit: this must be text in quotes, not true or false
          help: write text in quotes
        config.toml:13:15: error: jira.default_jql: this must be text in quotes, not a table
          help: write text in quotes
        config.toml:14:1: warning: catalog: the catalog of services is not supported by this version
          help: it may stay; nothing is read from it yet
        config.toml:15:15: error: catalog.paths[1]: this must be text in quotes, not a number
          help: write text in quotes
        "#
    );
    insta::assert_snapshot!(
        remarks(
            r#"[connection]
alias = "acme"
"#
        ),
        @r#"
        config.toml:1:1: error: connection: this must be tables that each start with [[connection]], not a table
          help: write tables that each start with [[connection]]
        "#
    );
}

#[test]
fn durations_have_units_and_limits() {
    insta::assert_snapshot!(
        remarks(
            r#"[sync]
interval = "5"
census = "9s"
[[connection]]
alias = "acme"
url = "https://acme.atlassian.net"
timeout = "500d"
auth = { method = "pat", secret = { env = "X" } }
"#
        ),
        @r#"
        config.toml:2:12: error: sync.interval: "5" is not a duration
          help: write it like "90s", "5m" or "6h"
        config.toml:3:10: error: sync.census: this must be at least 10s
          help: choose at least 10s
        config.toml:7:11: error: connection[0].timeout: this must be at most 365d
          help: choose at most 365d
        config.toml:8:19: warning: connection[0].auth.method: pat is a sign-in for Data Center, and this connection is cloud
          help: if signing in fails, use "api-token"
        "#
    );
}

#[test]
fn everything_that_a_connection_lacks_is_told_at_once() {
    insta::assert_snapshot!(
        remarks(
            r#"[[connection]]

[[connection]]
alias = "two words"
kind = "clout"
url = "https://acme.atlassian.net"
subdomain = "acme"
auth = {}

[[connection]]
alias = "ok"
subdomain = "a b"
auth = { method = "api-token" }

[[connection]]
alias = "OK"
url = "http://jira.acme.com/browse/PAY-1"
auth = { method = "basic", username = "", secret = {} }

[[connection]]
alias = "other"
url = "https://me:hunter2@jira.acme.com"
auth = { method = "magic" }
"#
        ),
        @r#"
        config.toml:1:1: error: connection[0]: alias is missing
          help: add alias = "acme"
        config.toml:1:1: error: connection[0]: url or subdomain is missing
          help: add url = "https://acme.atlassian.net"
        config.toml:1:1: error: connection[0]: auth is missing
          help: add auth = { method = "api-token", email = "me@example.com", secret = { env = "ACME_TOKEN" } }
        config.toml:4:9: error: connection[1].alias: "two words" cannot be an alias
          help: use up to 32 letters, digits, `-`, `_` and `.`, starting with a letter or digit
        config.toml:5:8: error: connection[1].kind: there is no kind "clout", did you mean `cloud`?
          help: write `cloud`, or remove it
        config.toml:7:13: error: connection[1].subdomain: both url and subdomain are given
          help: keep one of them; `subdomain = "acme"` means https://acme.atlassian.net
        config.toml:8:8: error: connection[1].auth: method is missing
          help: add method = "api-token"
        config.toml:12:13: error: connection[2].subdomain: this address cannot be used: "a b" is no subdomain of atlassian.net
          help: write it like subdomain = "acme", which means https://acme.atlassian.net
        config.toml:13:8: error: connection[2].auth: email is missing
          help: add email = "me@example.com"
        config.toml:13:8: error: connection[2].auth: secret is missing
          help: add secret = { env = "ACME_TOKEN" }
        config.toml:16:9: error: connection[3].alias: "OK" is already the alias of line 11
          help: give each its own alias
        config.toml:17:7: error: connection[3].url: plain http is only for this machine's own loopback addresses, not for jira.acme.com
          help: use https://jira.acme.com/browse/PAY-1
        config.toml:18:39: error: connection[3].auth.username: this is empty
          help: fill it in, or remove the key
        config.toml:18:52: error: connection[3].auth.secret: env, command or file is missing
          help: add env = "ACME_TOKEN"
        config.toml:22:7: error: connection[4].url: a user name or password must not stand in an address
          help: remove it from the address; `auth` says how to sign in
        config.toml:23:19: error: connection[4].auth.method: there is no method "magic"
          help: known here: api-token, oauth2-cloud, oauth1, oauth2-data-center, pat, basic
        "#
    );
}

#[test]
fn there_is_one_default() {
    insta::assert_snapshot!(
        remarks(
            r#"[[connection]]
alias = "a"
url = "https://a.example.com"
default = true
auth = { method = "pat", secret = { env = "A" } }
[[connection]]
alias = "b"
url = "https://b.example.com"
default = true
auth = { method = "pat", secret = { env = "B" } }
"#
        ),
        @r#"
        config.toml:9:11: error: connection[1].default: the connection of line 4 is already the default
          help: keep `default = true` on one of them
        "#
    );
}

#[test]
fn secrets_in_the_file_are_refused_and_not_repeated() {
    insta::assert_snapshot!(
        remarks(
            r#"token = "hunter2"
[[connection]]
alias = "a"
url = "https://a.example.com"
api_token = "hunter2"
auth = { method = "pat", secret = "hunter2" }
[[connection]]
alias = "b"
url = "https://b.example.com"
auth = { method = "basic", username = "me", password = "hunter2", secret = { value = "hunter2" } }
[[connection]]
alias = "c"
url = "https://c.example.com"
auth = { method = "pat", secret = { env = "hunter2-hunter2=" } }
[[connection]]
alias = "d"
url = "https://d.example.com"
proxy = "http://me:hunter2@proxy:3128"
auth = { method = "pat", secret = { command = ["echo", "hunter2"] } }
[[connection]]
alias = "e"
url = "https://e.example.com"
auth = { method = "pat", secret = { env = "A", file = "b" } }
[[connection]]
alias = "f"
url = "https://f.example.com"
auth = { method = "pat", secret = { command = [] } }
"#
        ),
        @r#"
        config.toml:1:1: error: token: a secret must not stand in this file
          help: remove it here, and name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:5:1: error: connection[0].api_token: a secret must not stand in this file
          help: remove it here, and name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:6:35: error: connection[0].auth.secret: a secret must not stand in this file
          help: remove it here, and name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:10:45: error: connection[1].auth.password: a secret must not stand in this file
          help: remove it here, and name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:10:76: error: connection[1].auth.secret: env, command or file is missing
          help: add env = "ACME_TOKEN"
        config.toml:10:78: error: connection[1].auth.secret.value: there is no such key
          help: known here: env, command, file
        config.toml:14:43: error: connection[2].auth.secret.env: this is not the name of an environment variable
          help: name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:18:9: error: connection[3].proxy: a user name or password must not stand in an address
          help: remove `proxy` here and set HTTPS_PROXY in the environment, where it may hold a password
        config.toml:19:47: error: connection[3].auth.secret.command: a secret must not stand in this file
          help: remove it here, and name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:23:35: error: connection[4].auth.secret: more than one place is given for the secret
          help: name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:27:47: error: connection[5].auth.secret.command: the command names no program
          help: name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        "#
    );
}

#[test]
fn addresses_beside_the_site_are_checked_too() {
    insta::assert_snapshot!(
        remarks(
            r#"[[connection]]
alias = "a"
url = "https://api.atlassian.com/ex/jira/1"
frontend_url = "http://jira.acme.com"
gateway_url = "ftp://x"
auth_url = "::"
callback = "https://acme.com/callback"
proxy = "proxy:3128"
client_key = "client.key"
auth = { method = "api-token", email = "me", secret = { env = "A" } }
"#
        ),
        @r#"
        config.toml:1:1: error: connection[0]: client_cert is missing
          help: add client_cert = "client.pem" beside client_key
        config.toml:3:7: error: connection[0].url: this address cannot be used: it is Atlassian's gateway, not a site
          help: write it like "https://acme.atlassian.net" or "https://jira.example.com"
        config.toml:4:16: error: connection[0].frontend_url: plain http is only for this machine's own loopback addresses, not for jira.acme.com
          help: use https://jira.acme.com
        config.toml:5:15: error: connection[0].gateway_url: this address cannot be used: it starts with "ftp"
          help: write it like "https://acme.atlassian.net" or "https://jira.example.com"
        config.toml:6:12: error: connection[0].auth_url: this address cannot be used: empty host
          help: write it like "https://acme.atlassian.net" or "https://jira.example.com"
        config.toml:7:12: error: connection[0].callback: this address cannot be used: the browser must come back to this machine
          help: write it like "http://localhost:8976/callback"
        config.toml:8:9: error: connection[0].proxy: this address cannot be used: a proxy cannot start with "proxy"
          help: write it like "http://proxy.example.com:3128" or "socks5h://127.0.0.1:1080"
        config.toml:10:40: error: connection[0].auth.email: "me" is not an e-mail address
          help: give the address that the token's owner signs in with
        "#
    );
}

#[test]
fn jql_is_pointed_at_where_it_breaks() {
    insta::assert_snapshot!(
        remarks(
            r#"[jira]
default_jql = "project = PAY AND"
[[view]]
name = "Mine"
jql = 'assignee currentUser()'
[[view]]
name = "mine"
jql = "status = \"a\" nd"
columns = ["key", "sumary", "tag", "key", 1]
[[view]]
name = "Lines"
jql = """
project = PAY
and status ~ for
"""
[[view]]
[[connection]]
alias = "a"
url = "https://a.example.com"
scope = "project = PAY ORDER BY key"
auth = { method = "pat", secret = { env = "A" } }
"#
        ),
        @r#"
        config.toml:2:33: error: jira.default_jql: Expecting a field name before the end of the query.
            project = PAY AND
                             ^
          help: mend the query; `crosstie jql check` tries one out
        config.toml:5:17: error: view[0].jql: Expecting an operator but got 'currentUser'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.
            assignee currentUser()
                     ^^^^^^^^^^^
          help: mend the query; `crosstie jql check` tries one out
        config.toml:7:8: error: view[1].name: "mine" is already the view name of line 4
          help: give each its own view name
        config.toml:8:7: error: view[1].jql: Expecting 'AND', 'OR' or 'ORDER BY' but got 'nd'.
            status = "a" nd
                         ^^
          help: mend the query; `crosstie jql check` tries one out
        config.toml:9:19: error: view[1].columns[1]: there is no column "sumary", did you mean `summary`?
          help: write `summary`, or remove it
        config.toml:9:29: warning: view[1].columns[2]: the column "tag" is not supported by this version
          help: the list is shown without it
        config.toml:9:43: error: view[1].columns[4]: this must be text in quotes, not a number
          help: write text in quotes
        config.toml:14:14: error: view[2].jql: 'for' is a reserved JQL word. You must surround it in quotation marks to use it in a query.
            and status ~ for
                         ^^^
          help: mend the query; `crosstie jql check` tries one out
        config.toml:16:1: error: view[3]: name is missing
          help: add name = "My open work"
        config.toml:16:1: error: view[3]: jql is missing
          help: add jql = 'assignee = currentUser()'
        config.toml:20:9: error: connection[0].scope: a scope takes no ORDER BY
          help: remove it; lists are sorted by their views
        "#
    );
}

#[test]
fn words_of_the_look_are_known() {
    insta::assert_snapshot!(
        remarks(
            r#"[ui]
theme = "drak"
[[connection]]
alias = "a"
url = "https://a.example.com"
tokens = "memory"
auth = { method = "oauth", secret = { env = "A" } }
"#
        ),
        @r#"
        config.toml:2:9: error: ui.theme: there is no theme "drak", did you mean `dark`?
          help: write `dark`, or remove it
        config.toml:6:10: error: connection[0].tokens: there is no place for tokens "memory"
          help: known here: keyring, file
        config.toml:7:19: error: connection[0].auth.method: there is no method "oauth", did you mean `oauth1`?
          help: write `oauth1`, or remove it
        "#
    );
}

#[test]
fn what_comes_later_is_a_warning() {
    insta::assert_snapshot!(
        remarks(
            r#"store = "postgres://db/crosstie"
[catalog]
paths = ["catalog/"]
[[source]]
name = "scans"
type = "sarif"
paths = ["scans/*.sarif"]
[[mapping]]
name = "scans to PAY"
match = { source = "scans" }
[mapping.fields]
summary = { template = "x" }
[[connection]]
alias = "a"
subdomain = "acme"
auth = { method = "oauth2-cloud", client_id = "x", secret = "keyring" }
[[connection]]
alias = "b"
url = "https://jira.acme.com/jira/browse/PAY-1"
auth = { method = "oauth1", consumer_key = "x", private_key = { file = "jira.pem" } }
[[connection]]
alias = "c"
url = "https://jira.acme.com"
auth = { method = "oauth2-data-center", client_id = "x", secret = { env = "X" } }
[[connection]]
alias = "d"
url = "https://jira.acme.com"
auth = { method = "pat", secret = "keyring" }
[[connection]]
alias = "e"
url = "https://acme.atlassian.net"
auth = { method = "pat", secret = { env = "X" } }
"#
        ),
        @r#"
        config.toml:1:9: warning: store: a store shared through PostgreSQL is not supported by this version
          help: the store is kept in the data folder; write store = "sqlite"
        config.toml:2:1: warning: catalog: the catalog of services is not supported by this version
          help: it may stay; nothing is read from it yet
        config.toml:4:1: warning: source[0]: sources of findings are not supported by this version
          help: they may stay; nothing is read from them yet
        config.toml:8:1: warning: mapping[0]: mappings are not supported by this version
          help: they may stay; nothing is read from them yet
        config.toml:16:19: warning: connection[0].auth.method: the method oauth2-cloud is not supported by this version
          help: sign in with "api-token" until then
        config.toml:16:61: warning: connection[0].auth.secret: a secret in the keyring is not supported by this version
          help: use { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:20:19: warning: connection[1].auth.method: the method oauth1 is not supported by this version
          help: sign in with "pat" or "basic" until then
        config.toml:24:19: warning: connection[2].auth.method: the method oauth2-data-center is not supported by this version
          help: sign in with "pat" or "basic" until then
        config.toml:28:35: warning: connection[3].auth.secret: a secret in the keyring is not supported by this version
          help: use { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        config.toml:32:19: warning: connection[4].auth.method: pat is a sign-in for Data Center, and this connection is cloud
          help: if signing in fails, use "api-token"
        "#
    );
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
    assert_eq!(
        built_in.views[3].jql,
        r#"statusCategory in ("To Do", "In Progress") ORDER BY updated DESC"#
    );
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
        columns = ["Key", "summary", "key"]
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
    assert_eq!(config.views[0].columns, [Column::Key, Column::Summary]);
    assert_eq!(config.keys["quit"], "Q");
    assert_eq!(
        (config.ui.theme.as_str(), config.ui.ascii, config.ui.mouse),
        ("light", true, false)
    );
    assert_eq!(clean(&print(&config).unwrap()), config);
}

#[test]
fn one_connection_that_must_wait_leaves_the_others_alone() {
    let (config, _) = parse(
        r#"
        [[connection]]
        alias = "later"
        subdomain = "acme"
        auth = { method = "oauth2-cloud", client_id = "x", secret = "keyring" }
        [[connection]]
        alias = "now"
        url = "https://jira.acme.com"
        auth = { method = "pat", secret = { env = "TOKEN" } }
        "#,
        &around(),
    );
    assert_eq!(config.connections.len(), 1);
    assert_eq!(config.connections[0].alias.as_str(), "now");
    let later = &config.unusable[0];
    assert_eq!(
        (later.alias.as_str(), later.url.as_str()),
        ("later", "https://acme.atlassian.net")
    );
    insta::assert_snapshot!(later.problem.message, @r#"/etc/crosstie/config.toml:5:27: connection[0].auth.method: the method oauth2-cloud is not supported by this version"#);
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
    std::fs::write(folder.path().join("good.toml"), "[[source]]").unwrap();
    assert_eq!(load(&paths("good.toml")).unwrap().remarks.len(), 1);
    std::fs::write(folder.path().join("bad.toml"), "[[source]]\n[sink]").unwrap();
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
