//! Which JQL the cache answers, which only the server can, and which Jira refuses: one table, with
//! the answers over a small store made by hand.

pub(in crate::store) mod fixture;
mod support;

use fixture::{ANA, Fixture};

use super::*;
use crate::domain::{Alias, ListQuery};

#[test]
fn support_is_as_the_table_says() {
    let fixture = Fixture::new();
    let mut wrong = Vec::new();
    for (jql, expected) in support::TABLE {
        let answer = fixture.answer(jql, &["acme"]);
        if answer != *expected {
            wrong.push(format!("{jql}\n  answers  {answer:?}\n  expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} rows differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn data_center_differs_where_it_does() {
    let fixture = Fixture::new();
    for (jql, expected) in support::DATA_CENTER {
        assert_eq!(fixture.answer(jql, &["dc"]), *expected, "{jql}");
    }
}

#[test]
fn what_one_connection_does_not_know_another_may() {
    let fixture = Fixture::new();
    for (jql, expected) in support::BOTH {
        assert_eq!(fixture.answer(jql, &[]), *expected, "{jql}");
    }
}

#[test]
fn every_system_field_operator_and_function_stands_in_the_table() {
    use crate::jql::{self, fields::SystemField, functions};
    let queries: Vec<Query> = support::TABLE
        .iter()
        .filter_map(|(jql, _)| jql::parse(jql).ok())
        .collect();
    for field in SystemField::ALL {
        let named = |query: &Query| {
            query
                .fields()
                .any(|used| SystemField::from_name(&used.name) == Some(*field))
        };
        assert!(queries.iter().any(named), "no row for the field {}", field.names()[0]);
    }
    for function in functions::ALL {
        let called = |query: &Query| {
            query
                .functions()
                .any(|used| used.name.value.eq_ignore_ascii_case(function.name))
        };
        assert!(queries.iter().any(called), "no row for the function {}", function.name);
    }
}

#[test]
fn a_scope_that_leaves_a_project_out_is_named() {
    let fixture = Fixture::new();
    fixture.configure("project = PAY AND updated >= -180d");
    let outside = "The cache cannot answer 'CHK': that project is outside the scope of acme.";
    assert_eq!(fixture.answer("project = chk", &["acme"]), outside);
    assert_eq!(fixture.answer("project in (PAY, Checkout)", &["acme"]), outside);
    assert_eq!(fixture.answer("project != CHK AND key = PAY-3", &["acme"]), "PAY-3");
}

#[test]
fn a_connection_that_never_signed_in_does_not_guess() {
    let fixture = Fixture::empty();
    assert_eq!(
        fixture.answer("assignee = currentUser()", &["acme"]),
        "The cache cannot answer 'currentUser()': acme has never been signed in."
    );
    assert_eq!(
        fixture.answer("universe = 1", &["acme"]),
        "The cache cannot answer 'universe': the fields of acme have not been read yet."
    );
    assert_eq!(
        fixture.answer("status = Open", &["acme"]),
        "The cache cannot answer 'status = Open': no cached issue has it, and only the server knows if it exists."
    );
    assert_eq!(fixture.answer("statusCategory != Done ORDER BY updated", &["acme"]), "");
}

#[test]
fn errors_say_where() {
    let fixture = Fixture::new();
    let cases = [
        ("status = Open AND universe = 1", "universe"),
        ("status in (Open, Bogus)", "Bogus"),
        ("assignee = me(1)", "me(1)"),
        ("created > soon", "soon"),
        ("summary = x", "="),
        ("status was Open by jdoe", "status was Open by jdoe"),
        ("status = Open ORDER BY bogus", "bogus"),
        ("key = NOPE", "NOPE"),
    ];
    for (jql, place) in cases {
        let Err(StoreError::Query(cannot)) = fixture.store.check(jql, &[Alias::from("acme")], fixture.now) else {
            panic!("{jql} is answered");
        };
        assert_eq!(&jql[cannot.span().range()], place, "{jql}: {cannot}");
    }
    let Err(StoreError::Query(CannotAnswer::Syntax(error))) = fixture.store.check("status =", &[], fixture.now) else {
        panic!("that is no JQL");
    };
    assert_eq!((error.line, error.column), (1, 8));
}

#[test]
fn long_queries_are_answered() {
    let fixture = Fixture::new();
    let any = vec!["labels = api"; 6_000].join(" OR ");
    assert!(any.len() > 90_000);
    assert_eq!(fixture.answer(&any, &["acme"]), "PAY-1 PAY-2");
    let list = format!("key in ({})", vec!["PAY-1"; 14_000].join(","));
    assert_eq!(fixture.answer(&list, &["acme"]), "PAY-1");
    let keys: Vec<String> = (1..=6_000).map(|n| format!("key=PAY-{}", n % 3 + 1)).collect();
    assert_eq!(fixture.answer(&keys.join(" OR "), &["acme"]), "PAY-1 PAY-2 PAY-3");
    let deep = format!("{}labels = api{}", "NOT (".repeat(128), ")".repeat(128));
    assert_eq!(fixture.answer(&deep, &["acme"]), "PAY-1 PAY-2");
}

#[test]
fn hostile_searches_are_answered_or_refused_at_once() {
    let fixture = Fixture::new();
    let cannot = |part: &str| format!("The cache cannot answer {part}.");
    let long = "crash ".repeat(16_000);
    let many = vec!["summary ~ about"; 6_000].join(" OR ");
    let cases = [
        (
            format!("summary ~ {}", crate::jql::quote(&long)),
            cannot("'summary ~': it looks for 128 words at most"),
        ),
        (
            format!("text ~ {}", crate::jql::quote(&"a".repeat(100_000))),
            String::new(),
        ),
        (many, cannot("'summary ~': it takes 100 conditions on words at most")),
        (
            r#"summary ~ ".*foo[""#.to_owned(),
            cannot("'summary ~': it does not look for words that begin with a wildcard"),
        ),
        (r#"summary ~ "a[bo](ut)+|$ PAY""#.to_owned(), String::new()),
        (r#"summary ~ "\"about" AND project = CHK"#.to_owned(), "CHK-1 CHK-20 CHK-21".to_owned()),
        (r#"summary ~ "\\about\\ \"pay 3\"""#.to_owned(), "PAY-3".to_owned()),
        (r#"summary ~ "about' OR 1=1 --" AND project = CHK"#.to_owned(), "CHK-1 CHK-20 CHK-21".to_owned()),
        (r#"summary ~ "summary : about""#.to_owned(), String::new()),
        (r#"summary ~ "NEAR(about pay) AND" AND key = PAY-1"#.to_owned(), String::new()),
        (r#"text ~ "select OR about" AND key = PAY-1"#.to_owned(), "PAY-1".to_owned()),
        ("summary ~ \"\u{e000} \u{e001}about\" AND key = PAY-1".to_owned(), "PAY-1".to_owned()),
        // Two custom fields of one name, neither of them text.
        (
            "Colour ~ red".to_owned(),
            "The operator '~' is not supported by the 'Colour' field.".to_owned(),
        ),
        (
            "summary ~ select".to_owned(),
            "Error in the JQL Query: 'select' is a reserved JQL word. You must surround it in quotation marks to use it in \
             a query. (line 1, character 11)"
                .to_owned(),
        ),
    ];
    for (jql, expected) in cases {
        let shown: String = jql.chars().take(60).collect();
        assert_eq!(fixture.answer(&jql, &["acme"]), expected, "{shown}");
    }
}

#[test]
fn whoever_insists_gets_no_rough_answer() {
    let fixture = Fixture::new();
    let ask = |jql: &str| {
        let query = ListQuery {
            jql: jql.to_owned(),
            exact: true,
            ..ListQuery::default()
        };
        fixture.store.list(&query, fixture.now)
    };
    assert!(!ask("project = PAY").unwrap().approximate);
    let refused = ask("project = PAY AND text ~ about").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "The cache cannot answer 'text ~': it only finds words roughly as Jira does."
    );
    assert!(matches!(refused, StoreError::Query(cannot) if cannot.is_server_only()));
}

#[test]
fn words_follow_their_issues() {
    let fixture = Fixture::new();
    let acme = Alias::from("acme");
    let row = |key: &str| {
        let query = ListQuery {
            jql: format!("key = {key}"),
            limit: 1,
            ..ListQuery::default()
        };
        fixture.store.list(&query, fixture.now).unwrap().ids[0]
    };
    let mut issue = fixture.store.document(row("PAY-3")).unwrap().unwrap();
    issue.summary = "Entirely otherwise".to_owned();
    issue.updated = fixture.now;
    fixture.store.apply(&acme, &[issue.clone()]).unwrap();
    assert_eq!(fixture.answer("summary ~ otherwise", &["acme"]), "PAY-3");
    assert_eq!(fixture.answer("summary ~ \"about 3\"", &["acme"]), "");
    fixture.store.drop_issues(&acme, &[issue.id.clone()]).unwrap();
    let last = fixture.store.rows_of(&acme, ["10".into()].iter()).unwrap();
    assert!(last[0].is_some());
    assert_eq!(fixture.answer("text ~ otherwise", &["acme"]), "");
}

#[test]
fn a_store_from_before_words_were_kept_finds_them() {
    let fixture = Fixture::new();
    let folder = fixture.store.folder().to_owned();
    rusqlite::Connection::open(folder.join("crosstie.db"))
        .unwrap()
        .execute_batch(
            "DROP TRIGGER issue_text_gone; DROP TABLE issue_word; DROP TABLE issue_text; DROP INDEX issue_recent;
             CREATE INDEX issue_updated ON issue(connection, updated);
             DELETE FROM issue_value WHERE field IN (SELECT id FROM field WHERE jira_id = 'comment');
             DROP TRIGGER issue_counted; DROP TRIGGER issue_uncounted; DROP TRIGGER issue_recounted;
             DROP TABLE edition; ALTER TABLE connection DROP COLUMN cached;
             CREATE INDEX issue_present ON issue(connection) WHERE gone IS NULL;
             ALTER TABLE connection DROP COLUMN notice; ALTER TABLE connection DROP COLUMN paused;
             DROP TABLE mark; DROP TABLE mapping_state; DROP TABLE person; DROP TABLE marks_read; DROP TABLE create_screen;
             DROP TABLE outbox; DROP TABLE echo; DROP TABLE link; DROP TABLE finding_history; DROP TABLE finding_key;
             DROP TABLE finding_document; DROP TABLE finding; DROP TABLE source_state;
             PRAGMA user_version = 1",
        )
        .unwrap();
    let (store, aside) = crate::store::Store::open(&folder, fixture.now).unwrap();
    assert_eq!(aside, None);
    let total = |jql: &str| {
        store
            .totals(&[jql], &[], fixture.now)
            .unwrap()
            .remove(0)
            .unwrap()
            .issues
    };
    assert_eq!(total("text ~ \"card vault\""), 1);
    assert_eq!(total("comment !~ nothing"), 1);
    assert_eq!((total("labels = api"), total("Notes ~ note")), (3, 1));
}

#[test]
fn days_and_minutes_are_the_accounts() {
    let fixture = Fixture::new();
    // PAY-1 was created at 23:30:30 UTC on 10 January, which is the eleventh in Berlin.
    assert_eq!(
        fixture.answer("created >= 2026-01-11 AND created < 2026-01-12", &["acme"]),
        "PAY-1"
    );
    fixture.sign_in("acme", ANA, "America/New_York");
    assert_eq!(
        fixture.answer("created >= 2026-01-11 AND created < 2026-01-12", &["acme"]),
        ""
    );
    assert_eq!(fixture.answer("created = '2026-01-10 18:30'", &["acme"]), "PAY-1");
}

#[test]
fn nothing_that_a_query_says_becomes_sql() {
    let fixture = Fixture::new();
    for value in ["'); DROP TABLE issue; --", "\" OR 1=1", "%", "_", "\\", "😀\u{0}"] {
        let value = crate::jql::quote(value);
        for jql in [
            format!("labels = {value}"),
            format!("labels != {value} AND labels = api AND key = PAY-2"),
        ] {
            let expected = if jql.contains("!=") { "PAY-2" } else { "" };
            assert_eq!(fixture.answer(&jql, &["acme"]), expected, "{jql}");
        }
        assert!(
            fixture
                .answer(&format!("{value} = 1"), &["acme"])
                .contains("does not exist")
        );
    }
    assert_eq!(
        fixture
            .list(&ListQuery {
                limit: 100,
                ..ListQuery::default()
            })
            .len(),
        8
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        cases: 192,
        failure_persistence: None,
        ..Default::default()
    })]

    /// Whatever way SQLite takes to the issues, conditions combine as sets do.
    #[test]
    fn conditions_combine_as_sets_do(a in 0..support::TABLE.len(), b in 0..support::TABLE.len()) {
        use std::collections::BTreeSet;
        thread_local!(static FIXTURE: Fixture = Fixture::new());
        let is_condition = |row: &(&str, &str)| {
            !row.0.is_empty() && !row.0.contains("ORDER BY") && !row.1.contains(['\'', '.'])
        };
        let (a, b) = (&support::TABLE[a], &support::TABLE[b]);
        if is_condition(a) && is_condition(b) {
            let set = |keys: &str| keys.split_whitespace().map(str::to_owned).collect::<BTreeSet<_>>();
            FIXTURE.with(|fixture| {
                let answer = |jql: String| set(&fixture.answer(&jql, &["acme"]));
                let (left, right) = (set(a.1), set(b.1));
                assert_eq!(answer(format!("({}) AND ({})", a.0, b.0)), &left & &right);
                assert_eq!(answer(format!("({}) OR ({})", a.0, b.0)), &left | &right);
                let (not_left, not_right) = (answer(format!("NOT ({})", a.0)), answer(format!("NOT ({})", b.0)));
                assert_eq!(answer(format!("NOT (({}) AND ({}))", a.0, b.0)), &not_left | &not_right);
                assert_eq!(answer(format!("NOT (({}) OR ({}))", a.0, b.0)), &not_left & &not_right);
                assert_eq!(answer(format!("NOT (NOT ({}))", a.0)), left);
                // An issue never meets both a condition and its opposite, unless it has two versions, one
                // before and one after another.
                let versions = a.0.starts_with("fixVersion") && a.0.contains(['<', '>']);
                if !versions && !a.0.contains(" OR ") && !a.0.contains(" AND ") {
                    assert!(left.is_disjoint(&not_left), "{}", a.0);
                }
            });
        }
    }
}
