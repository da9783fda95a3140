//! What is said about files with mistakes, word by word.

use super::around;
use crate::config::{Invalid, parse};

/// What is said about a file; a value that stands for a secret must not be in it.
pub(super) fn remarks(text: &str) -> String {
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
          help: known here: store, sync, jira, catalog, notices, connection, source, mapping, view, ui, keys
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
        config.toml:9:19: warning: view[1].columns[1]: "sumary" is taken for a field of a site, did you mean `summary`?
          help: write `summary`, or the field's number as `cf[10020]`
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
        config.toml:20:9: error: connection[0].scope: an ORDER BY has no meaning here
          help: remove it; this only says which
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
[[connection]]
alias = "e"
url = "https://acme.atlassian.net"
auth = { method = "pat", secret = { env = "X" } }
"#
        ),
        @r#"
    config.toml:1:9: warning: store: a store shared through PostgreSQL is not supported by this version
      help: the store is kept in the data folder; write store = "sqlite"
    config.toml:7:19: warning: connection[0].auth.method: pat is a sign-in for Data Center, and this connection is cloud
      help: if signing in fails, use "api-token"
    "#
    );
}

#[test]
fn a_webhook_is_told_apart_from_where_it_is_found() {
    insta::assert_snapshot!(
        remarks(
            r#"[notices]
desktop = "yes"
slack = "https://hooks.slack.com/services/hunter2"
webhook = "https://hooks.slack.com/services/hunter2"
"#
        ),
        @r#"
        config.toml:2:11: error: notices.desktop: this must be true or false, not text
          help: write true or false
        config.toml:3:9: error: notices.slack: the address of a webhook is a secret, and must not stand in this file
          help: remove it here, and name where it is found: slack = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "slack"] }
        config.toml:4:1: error: notices.webhook: there is no such key
          help: known here: desktop, slack
        "#
    );
    insta::assert_snapshot!(
        remarks(
            r#"[notices.slack]
env = "A"
file = "b"
"#
        ),
        @r#"
        config.toml:1:1: error: notices.slack: more than one place is given for the secret
          help: name where it is found: secret = { env = "NAME" }, { file = "path" } or { command = ["pass", "show", "jira"] }
        "#
    );
    insta::assert_snapshot!(remarks("notices = true\n"), @r#"
        config.toml:1:11: error: notices: this must be a table, [notices], not true or false
          help: write a table, [notices]
        "#);
    insta::assert_snapshot!(remarks("[notices]\nslack = true\n"), @r#"
        config.toml:2:9: error: notices.slack: this must be a table, [slack], not true or false
          help: write a table, [slack]
        "#);
    insta::assert_snapshot!(remarks("[notices]\nslack = { url = \"https://hooks.slack.com/hunter2\" }\n"), @r#"
        config.toml:2:9: error: notices.slack: env, command or file is missing
          help: add env = "ACME_TOKEN"
        config.toml:2:11: error: notices.slack.url: there is no such key
          help: known here: env, command, file
        "#);
}
