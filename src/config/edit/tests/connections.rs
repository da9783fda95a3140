//! Edits of connections.

use super::*;
use crate::{config::TokenStore, domain::Alias};

const TWO: &str = r#"# My Jiras.

# ---- the one at work ----
[[connection]]
alias = "acme"    # short
kind = "data-center"
url = 'https://acme.example.com'   # the real one
default = true

# only while migrating
read_only = true # for now
auth = { method = "pat", secret = { env = "TOKEN" } } # from the keyring some day
# proxy = "http://proxy:3128"

# ---- the lab ----
[[connection]]
alias = "Lab"
url = "https://lab.example.com"
ca = "lab.pem"

[connection.auth]
method = "basic"
username = "ana"  # me
secret.file = "~/secret"

[ui]
theme = "dark"
"#;

#[test]
fn a_value_changes_and_its_comment_stays() {
    let mut edit = open(TWO);
    let mut acme = read(TWO, "acme");
    acme.url = "https://jira.example.com".to_owned();
    acme.read_only = false;
    acme.scope = "project = 'PAY'".to_owned();
    edit.put_connection(&acme).unwrap();
    insta::assert_snapshot!(shown(&edit), @r#"
    …
      alias = "acme"    # short
      kind = "data-center"
    - url = 'https://acme.example.com'   # the real one
    + url = 'https://jira.example.com'   # the real one
      default = true
      
      # only while migrating
    - read_only = true # for now
    + read_only = false # for now
      auth = { method = "pat", secret = { env = "TOKEN" } } # from the keyring some day
    + scope = "project = 'PAY'"
      # proxy = "http://proxy:3128"
      
    …
    "#);
    assert_eq!(read(&edit.text(), "acme"), acme);
}

#[test]
fn what_is_the_same_stays_as_it_is_written() {
    for text in [
        TWO,
        "[[connection]]\nalias='a'\nsubdomain = 'Acme.atlassian.net/x'\nauth.method=\"api-token\"\nauth.email='a@b'\nauth.secret={file='t'}",
        "connection = [{alias=\"a\",url=\"https://x.example.com/browse/PAY-1\",timeout=\"60s\",auth={method=\"pat\",secret={env=\"A\"}}}]",
    ] {
        let mut edit = open(text);
        for connection in edit.read().connections {
            edit.put_connection(&connection).unwrap();
        }
        assert_eq!(edit.text(), text);
    }
}

#[test]
fn another_way_to_sign_in_is_written_where_the_old_one_was() {
    let api_token = |secret| Method::ApiToken {
        email: "ana@example.com".to_owned(),
        secret,
    };
    let command = || SecretSource::Command(vec!["pass".to_owned(), "show".to_owned()]);
    let file = || SecretSource::File(PathBuf::from("/x/token"));
    for (auth, method, expected) in [
        (
            "auth = { method = 'basic', username = \"me\", secret = { env = \"A\" } } # why\n",
            pat("A"),
            "auth = { method = 'pat', secret = { env = \"A\" } } # why\n",
        ),
        (
            "auth = { secret = { env = \"A\" }, method = \"pat\" }\n",
            api_token(command()),
            "auth = { secret = { command = [\"pass\", \"show\"] }, method = \"api-token\", email = \"ana@example.com\" }\n",
        ),
        (
            "auth = { method = \"pat\", secret.env = \"A\" }\n",
            pat("B"),
            "auth = { method = \"pat\", secret.env = \"B\" }\n",
        ),
        (
            "auth = { method = \"pat\", secret.env = \"A\" }\n",
            Method::Pat { secret: file() },
            "auth = { method = \"pat\", secret = { file = \"/x/token\" } }\n",
        ),
        (
            "auth.method = \"pat\" # m\nauth.secret.env = \"A\" # s\n",
            api_token(env("A")),
            "auth.method = \"api-token\" # m\nauth.secret.env = \"A\" # s\nauth.email = \"ana@example.com\"\n",
        ),
        (
            "auth.method = \"pat\"\nauth.secret.env = \"A\"\n",
            Method::Pat { secret: command() },
            "auth.method = \"pat\"\nauth.secret.command = [\"pass\", \"show\"]\n",
        ),
        (
            "[connection.auth]\n  method = \"basic\" # m\n  username = \"me\"\n  secret = { env = \"A\" }\n",
            pat("A"),
            "[connection.auth]\n  method = \"pat\" # m\n  secret = { env = \"A\" }\n",
        ),
        (
            "[connection.auth]\nmethod = \"pat\"\n# where\n[connection.auth.secret]\nenv = \"A\" # here\n\n[ui]\n",
            api_token(file()),
            "[connection.auth]\nmethod = \"api-token\"\nemail = \"ana@example.com\"\n# where\n[connection.auth.secret]\nfile = \"/x/token\"\n\n[ui]\n",
        ),
    ] {
        let head = "[[connection]]\nalias = \"a\"\nkind = \"data-center\"\nurl = \"https://a.example.com\"\n";
        let text = format!("{head}{auth}");
        let mut edit = open(&text);
        let wanted = ConnectionConfig {
            method,
            default: true,
            ..ConnectionConfig::new("a", Deployment::DataCenter, "https://a.example.com", pat(""))
        };
        edit.put_connection(&wanted).unwrap();
        assert_eq!(edit.text(), format!("{head}{expected}"));
        assert_eq!(read(&edit.text(), "a"), wanted);
        let windows = text.replace('\n', "\r\n");
        let mut edit = open(&windows);
        edit.put_connection(&wanted).unwrap();
        assert_eq!(edit.text(), format!("{head}{expected}").replace('\n', "\r\n"));
    }
}

#[test]
fn what_is_no_longer_wanted_goes_and_comments_on_lines_of_their_own_stay() {
    let text = "[[connection]]\nalias = \"a\"\n# through the office\nproxy = \"http://p:1\" # slow\nurl = \"https://a.example.com\"\nmine = 1\nauth = { method = \"pat\", secret = { env = \"A\" } }";
    let mut edit = open(text);
    let mut wanted = read(text, "a");
    wanted.proxy = None;
    edit.put_connection(&wanted).unwrap();
    assert_eq!(edit.text(), text.replace("proxy = \"http://p:1\" # slow\n", ""));
}

#[test]
fn a_subdomain_stays_one_if_it_can() {
    let text = "[[connection]]\nalias = \"a\"\nsubdomain = 'acme' # short\nauth = { method = \"api-token\", email = \"a@b\", secret = { env = \"A\" } }\n";
    let with = |url: &str| {
        let mut edit = open(text);
        let mut wanted = read(text, "a");
        wanted.url = url.to_owned();
        edit.put_connection(&wanted).unwrap();
        assert_eq!(read(&edit.text(), "a"), wanted);
        edit.text()
    };
    assert_eq!(with("https://acme.atlassian.net"), text);
    assert_eq!(with("https://other.atlassian.net"), text.replace("acme", "other"));
    let moved = with("https://jira.example.com");
    assert!(
        !moved.contains("subdomain") && moved.contains("url = \"https://jira.example.com\""),
        "{moved}"
    );
}

#[test]
fn a_new_connection_comes_after_the_others() {
    let mut lab = connection("new");
    lab.tokens = TokenStore::File;
    let block = "[[connection]]\nalias = \"new\"\nkind = \"data-center\"\nurl = \"https://new.example.com\"\ntokens = \"file\"\nauth = { method = \"pat\", secret = { env = \"TOKEN\" } }\n";
    let other = "[[connection]]\nalias = \"b\"\nurl = \"https://b\"\ndefault = false\n";
    for (before, after) in [
        (String::new(), block.to_owned()),
        ("# mine".to_owned(), format!("# mine\n\n{block}")),
        ("\u{feff}".to_owned(), format!("\u{feff}{block}")),
        ("[ui]\n\n".to_owned(), format!("[ui]\n\n{block}")),
        (format!("{other}[ui]\n"), format!("{other}\n{block}\n[ui]\n")),
        (
            format!("{other}# ca = \"x\"\n\n# look\n[ui]\n"),
            format!("{other}# ca = \"x\"\n\n{block}\n# look\n[ui]\n"),
        ),
        (other.trim_end().to_owned(), format!("{other}\n{block}")),
        (
            format!("{other}[connection.auth]\nmethod = \"pat\"\n\n\n[[view]]\nname = \"[[connection]]\"\n"),
            format!("{other}[connection.auth]\nmethod = \"pat\"\n\n{block}\n\n[[view]]\nname = \"[[connection]]\"\n"),
        ),
    ] {
        for newline in ["\n", "\r\n"] {
            let mut edit = open(&before.replace('\n', newline));
            edit.put_connection(&lab).unwrap();
            // A text without any line cannot tell how it breaks them.
            let newline = if before.contains('\n') { newline } else { "\n" };
            assert_eq!(edit.text(), after.replace('\n', newline), "{before}");
        }
    }
}

#[test]
fn connections_in_one_list_are_edited_there() {
    let item = "{ alias = \"new\", kind = \"data-center\", url = \"https://new.example.com\", auth = { method = \"pat\", secret = { env = \"TOKEN\" } } }";
    for (before, after) in [
        ("connection = []\n", format!("connection = [{item}]\n")),
        (
            "connection = [{ alias = 'a', default = false }]",
            format!("connection = [{{ alias = 'a', default = false }}, {item}]"),
        ),
        (
            "connection = [\n  { alias = 'a', default = false } # one\n]\n",
            format!("connection = [\n  {{ alias = 'a', default = false }}, # one\n  {item},\n]\n"),
        ),
        (
            "connection = [\n  { alias = 'a', default = false }, # one\n]\n",
            format!("connection = [\n  {{ alias = 'a', default = false }}, # one\n  {item},\n]\n"),
        ),
    ] {
        let mut edit = open(before);
        edit.put_connection(&connection("new")).unwrap();
        assert_eq!(edit.text(), after);
        edit.remove_connection("NEW").unwrap();
        assert!(!edit.text().contains("new"), "{}", edit.text());
        edit.put_connection(&connection("new")).unwrap();
        assert_eq!(edit.text(), after);
    }
    assert_eq!(
        open("connection = 'acme'").put_connection(&connection("new")),
        Err(EditError::NotTables { key: "connection" })
    );
}

#[test]
fn one_is_the_default() {
    let three = "[[connection]]\nalias = \"a\"\ndefault = true\n[[connection]]\nalias = \"b\"\n[[connection]]\nalias = \"c\"\ndefault = true # once\n";
    let mut edit = open(three);
    edit.set_default("B").unwrap();
    assert_eq!(
        edit.text(),
        "[[connection]]\nalias = \"a\"\n[[connection]]\nalias = \"b\"\ndefault = true\n[[connection]]\nalias = \"c\"\ndefault = false # once\n"
    );
    edit.set_default("c").unwrap();
    assert_eq!(
        edit.text(),
        "[[connection]]\nalias = \"a\"\n[[connection]]\nalias = \"b\"\n[[connection]]\nalias = \"c\"\ndefault = true # once\n"
    );
    assert_eq!(
        edit.set_default("x"),
        Err(EditError::NoConnection { alias: "x".to_owned() })
    );
}

#[test]
fn a_sole_connection_stays_the_default_when_it_gets_company() {
    let mut edit = open("");
    edit.put_connection(&connection("a")).unwrap();
    let alone = edit.text();
    assert!(!alone.contains("default"));
    edit.set_default("a").unwrap();
    assert_eq!(edit.text(), alone);
    edit.put_connection(&connection("b")).unwrap();
    assert_eq!(
        edit.checked()
            .unwrap()
            .config
            .default_connection()
            .unwrap()
            .alias
            .as_str(),
        "a"
    );
    let c = ConnectionConfig {
        default: true,
        ..connection("c")
    };
    edit.put_connection(&c).unwrap();
    assert_eq!(
        edit.checked()
            .unwrap()
            .config
            .default_connection()
            .unwrap()
            .alias
            .as_str(),
        "c"
    );
}

#[test]
fn flags_are_written_where_they_differ() {
    let mut edit = open(TWO);
    edit.set_flag("lab", ConnectionFlag::Enabled, true).unwrap();
    edit.set_flag("lab", ConnectionFlag::ReadOnly, false).unwrap();
    edit.set_flag("ACME", ConnectionFlag::ReadOnly, true).unwrap();
    assert_eq!(edit.text(), TWO);
    edit.set_flag("lab", ConnectionFlag::Enabled, false).unwrap();
    edit.set_flag("acme", ConnectionFlag::ReadOnly, false).unwrap();
    let expected = TWO
        .replace("ca = \"lab.pem\"\n", "ca = \"lab.pem\"\nenabled = false\n")
        .replace("read_only = true #", "read_only = false #");
    assert_eq!(edit.text(), expected);
}

#[test]
fn mappings_follow_a_new_name() {
    let text = "[[mapping]]\nname = 'one'\nconnection = 'ACME' # c\n[[mapping]]\nconnection = \"lab\"\n[[mapping]]\nconnection = \"acme\"\n[[connection]]\nalias = \"acme\" # a\n[[connection]]\nalias = \"lab\"\n";
    let mut edit = open(text);
    let renamed = edit.rename_connection("Acme", &Alias::from("work")).unwrap();
    assert_eq!(renamed.mappings, ["one", "mapping 2"]);
    let expected = text
        .replace("'ACME'", "'work'")
        .replace("\"acme\" # a", "\"work\" # a")
        .replace("\"acme\"\n", "\"work\"\n");
    assert_eq!(edit.text(), expected);
    assert_eq!(
        edit.rename_connection("work", &Alias::from("LAB")),
        Err(EditError::Taken {
            alias: Alias::from("lab")
        })
    );
    edit.rename_connection("work", &Alias::from("Work")).unwrap();
    assert!(edit.rename_connection("acme", &Alias::from("x")).is_err());
    let removed = edit.remove_connection("work").unwrap();
    assert_eq!(removed.mappings, ["one", "mapping 2"]);
}

#[test]
fn a_removed_connection_takes_its_comments_along_and_no_others() {
    let mut edit = open(TWO);
    edit.remove_connection("acme").unwrap();
    let (head, rest) = TWO.split_at(TWO.find("# ---- the one at work").unwrap());
    let lab = &rest[rest.find("# ---- the lab").unwrap()..];
    assert_eq!(edit.text(), format!("{head}{lab}"));
    edit.remove_connection("lab").unwrap();
    assert_eq!(edit.text(), "# My Jiras.\n\n[ui]\ntheme = \"dark\"\n");
    for (before, after) in [
        ("# mine\n[[connection]]\nalias = 'a'\n", "# mine\n"),
        ("[ui]\n\n[[connection]]\nalias = 'a'\n\n\n", "[ui]\n"),
        ("[ui]\n\n[[connection]]\nalias = 'a'", "[ui]\n"),
        (
            "[[connection]]\nalias = 'a'\n\n# stands apart\n\n# b's\n[[connection]]\nalias = 'b'\n",
            "# stands apart\n\n# b's\n[[connection]]\nalias = 'b'\n",
        ),
        (
            "[[connection]]\nalias = 'a'\n[ui]\n[connection.auth]\nmethod = 'pat'\n# v\n[[view]]\n",
            "[ui]\n# v\n[[view]]\n",
        ),
    ] {
        let mut edit = open(before);
        edit.remove_connection("a").unwrap();
        assert_eq!(edit.text(), after);
    }
}
