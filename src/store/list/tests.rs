//! Stories over lists of a small store with two connections.

use super::{matched, *};
use crate::{
    domain::{Column, FieldCell, FieldName, IssueKey, StatusCategory},
    store::jql::tests::fixture::Fixture,
};

fn query(jql: &str) -> ListQuery {
    ListQuery {
        jql: jql.to_owned(),
        limit: 100,
        ..ListQuery::default()
    }
}

fn keys(rows: &[IssueRow]) -> String {
    let keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
    keys.join(" ")
}

#[test]
fn connections_are_merged_newest_first_without_what_is_gone() {
    let fixture = Fixture::new();
    let page = fixture.store.list(&query(""), fixture.now).unwrap();
    assert_eq!(keys(&page.rows), "OPS-1 CHK-20 CHK-21 CHK-1 PAY-10 PAY-3 PAY-2 PAY-1");
    assert_eq!((page.total, page.ids.len(), page.offset), (8, 8, 0));
    assert_eq!(page.notes, [""; 0]);
    let only = ListQuery {
        aliases: vec!["dc".into()],
        ..query("")
    };
    assert_eq!(keys(&fixture.store.list(&only, fixture.now).unwrap().rows), "OPS-1");
    let unknown = ListQuery {
        aliases: vec!["nowhere".into()],
        ..query("")
    };
    assert!(
        matches!(fixture.store.list(&unknown, fixture.now), Err(StoreError::NoConnection(alias)) if alias == "nowhere")
    );
}

#[test]
fn a_first_pull_under_way_is_said() {
    let fixture = Fixture::new();
    fixture.configure("project = PAY");
    let page = fixture.store.list(&query("key = OPS-1"), fixture.now).unwrap();
    assert_eq!(
        page.notes,
        ["acme: the first pull is not complete, so issues may be missing."]
    );
}

#[test]
fn windows_stay_within_the_list() {
    let fixture = Fixture::new();
    let all = fixture.store.list(&query("ORDER BY key"), fixture.now).unwrap().ids;
    let window = |offset, limit, around| {
        let query = ListQuery {
            offset,
            limit,
            around,
            ..query("ORDER BY key")
        };
        let page = fixture.store.list(&query, fixture.now).unwrap();
        assert_eq!(page.ids, all);
        let shown: Vec<i64> = page.rows.iter().map(|row| row.row).collect();
        assert_eq!(shown, all[page.offset..page.offset + shown.len()]);
        (page.offset, page.rows.len())
    };
    assert_eq!(window(0, 3, None), (0, 3));
    assert_eq!(window(4, 3, None), (4, 3));
    assert_eq!(window(7, 3, None), (5, 3));
    assert_eq!(window(usize::MAX, 3, None), (5, 3));
    assert_eq!(window(0, usize::MAX, None), (0, 8));
    assert_eq!(window(0, 0, None), (0, 0));
    assert_eq!(window(0, 3, Some(all[4])), (3, 3));
    assert_eq!(window(2, 3, Some(all[0])), (0, 3));
    assert_eq!(window(2, 3, Some(all[7])), (5, 3));
    assert_eq!(window(2, 3, Some(-1)), (2, 3));
}

#[test]
fn a_column_sorts_over_the_querys_own_order() {
    let fixture = Fixture::new();
    let sorted = |jql: &str, column, descending| {
        let query = ListQuery {
            sort: Some(Sort { column, descending }),
            ..query(jql)
        };
        keys(&fixture.store.list(&query, fixture.now).unwrap().rows)
    };
    let pay = "project = PAY ORDER BY key";
    assert_eq!(sorted(pay, Column::Priority, true), "PAY-10 PAY-1 PAY-2 PAY-3");
    assert_eq!(sorted(pay, Column::Priority, false), "PAY-3 PAY-2 PAY-1 PAY-10");
    assert_eq!(sorted(pay, Column::Status, false), "PAY-2 PAY-1 PAY-10 PAY-3");
    assert_eq!(sorted(pay, Column::Assignee, false), "PAY-1 PAY-2 PAY-3 PAY-10");
    assert_eq!(sorted(pay, Column::Due, false), "PAY-2 PAY-1 PAY-3 PAY-10");
    assert_eq!(
        sorted("labels is not EMPTY", Column::Connection, true),
        "OPS-1 PAY-2 PAY-1"
    );
    assert_eq!(
        sorted("labels is not EMPTY", Column::Connection, false),
        "PAY-2 PAY-1 OPS-1"
    );
    let mut all: Vec<IssueKey> = fixture.list(&query("")).into_iter().map(IssueKey).collect();
    all.sort();
    for column in Column::ALL {
        for descending in [false, true] {
            let query = ListQuery {
                sort: Some(Sort { column, descending }),
                ..query("")
            };
            let mut found: Vec<IssueKey> = fixture.list(&query).into_iter().map(IssueKey).collect();
            found.sort();
            assert_eq!(found, all, "{column:?}");
        }
    }
}

#[test]
fn the_first_rows_are_those_of_the_list() {
    let fixture = Fixture::new();
    let (mut untold, mut told) = (Vec::new(), 0);
    let measured = include_str!("../../../tests/bench/queries.txt").lines();
    let measured = measured.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let own = [
        "",
        "labels = api",
        "ORDER BY created",
        "ORDER BY created ASC",
        "status = Open ORDER BY updated",
        "ORDER BY updated ASC",
        "assignee = currentUser() ORDER BY updated DESC",
        "key in (PAY-1, PAY-2)",
        "summary ~ pay ORDER BY updated",
        "ORDER BY priority",
        "ORDER BY priority ASC, key",
        "ORDER BY updated, key",
        "ORDER BY updated DESC, key DESC",
        "ORDER BY status DESC, type ASC, created ASC",
        "ORDER BY statusCategory, assignee DESC",
        "ORDER BY statusCategory DESC, reporter",
        "ORDER BY resolution, project DESC",
        "ORDER BY due, votes DESC",
        "ORDER BY due ASC, watchers",
        "ORDER BY labels",
        "ORDER BY labels DESC, component",
        "ORDER BY fixVersion DESC",
        "ORDER BY \"Story Points\"",
        "ORDER BY \"Story Points\" DESC, Team",
        "ORDER BY Team DESC",
        "ORDER BY timeSpent, \"Go live\", Seen DESC",
        "ORDER BY Approver, Sprint, level DESC",
        "ORDER BY summary",
        "ORDER BY priority, parent",
    ];
    for jql in own.into_iter().chain(measured) {
        for limit in [0, 1, 3, 100] {
            let query = ListQuery { limit, ..query(jql) };
            let all = fixture.store.list(&query, fixture.now);
            let (first, all) = match (fixture.store.first(&query, fixture.now), all) {
                (Ok(first), Ok(all)) => (first, all),
                (first, all) => {
                    assert!(first.is_err() && all.is_err(), "{jql}");
                    continue;
                }
            };
            match first {
                Some(first) => {
                    told += 1;
                    assert_eq!(keys(&first.rows), keys(&all.rows), "{jql}, {limit}");
                    assert!(first.partial || first == all, "{jql}, {limit}");
                }
                None => untold.push(jql),
            }
        }
    }
    untold.dedup();
    let by_texts = [
        "ORDER BY summary",
        "ORDER BY priority, parent",
        "ORDER BY summary",
        "parent is not EMPTY ORDER BY parent, key",
    ];
    assert_eq!(untold, by_texts);
    assert!(told > 200, "{told} of 276 were answered at all");
    let filtered = ListQuery {
        filter: "pay".into(),
        ..query("")
    };
    assert_eq!(fixture.store.first(&filtered, fixture.now).unwrap(), None);
}

#[test]
fn first_rows_are_sorted_by_many_names() {
    let fixture = Fixture::new();
    let alias = Alias::from("acme");
    let issues: Vec<Issue> = (0..400_i64)
        .map(|number| {
            let at = fixture.now - jiff::SignedDuration::from_secs(number % 50);
            let mut issue = Issue::bare(
                format!("b{number}").into(),
                format!("PAY-{}", 1_000 + number).into(),
                at,
            );
            let person = (number * 7) % 97;
            issue.assignee = (person > 3).then(|| crate::domain::User {
                id: format!("many:{person}"),
                display: format!("Person {}", (person * 31) % 97),
                ..crate::domain::User::default()
            });
            issue.labels = (0..number % 3)
                .map(|nth| format!("label {}", (number * 11 + nth * 5) % 23))
                .collect();
            issue
        })
        .collect();
    fixture.store.apply(&alias, &issues).unwrap();
    for jql in [
        "ORDER BY assignee",
        "ORDER BY assignee DESC, updated",
        "ORDER BY updated DESC, assignee",
        "ORDER BY labels",
        "ORDER BY labels ASC, assignee DESC",
        "ORDER BY labels DESC, key",
        "labels is not EMPTY ORDER BY labels DESC, key",
        "labels is not EMPTY AND created >= -1d ORDER BY labels DESC",
        "labels is not EMPTY OR assignee is EMPTY ORDER BY labels DESC, updated",
        "labels != \"label 3\" ORDER BY labels DESC",
        "NOT labels is EMPTY AND assignee is not EMPTY ORDER BY labels",
    ] {
        let query = ListQuery {
            limit: 60,
            ..query(jql)
        };
        let first = fixture.store.first(&query, fixture.now).unwrap().unwrap();
        assert_eq!(
            first.rows,
            fixture.store.list(&query, fixture.now).unwrap().rows,
            "{jql}"
        );
    }
}

#[test]
fn a_filter_leaves_out_and_never_reorders() {
    let fixture = Fixture::new();
    let filtered = |filter: &str| {
        let query = ListQuery {
            filter: filter.into(),
            ..query("ORDER BY key")
        };
        let page = fixture.store.list(&query, fixture.now).unwrap();
        assert_eq!((page.total, page.ids.len()), (8, page.rows.len()));
        keys(&page.rows)
    };
    assert_eq!(filtered("  "), "CHK-1 CHK-20 CHK-21 OPS-1 PAY-1 PAY-2 PAY-3 PAY-10");
    assert_eq!(filtered("pay-1"), "PAY-1 PAY-10");
    assert_eq!(
        filtered("ABT CHK"),
        "CHK-1 CHK-20 CHK-21",
        "letters may be scattered, in any case"
    );
    assert_eq!(filtered("prgrss"), "PAY-2", "a status");
    assert_eq!(filtered("'story"), "PAY-2", "a type");
    assert_eq!(filtered("maria"), "PAY-1 PAY-10", "assignee or reporter");
    assert_eq!(filtered("backend"), "PAY-1", "a label");
    assert_eq!(filtered("'api !bob"), "OPS-1", "one word wanted, one not");
    assert_eq!(filtered("'ГОТОВО"), "PAY-3");
    assert_eq!(filtered("zzz"), "");
    assert_eq!(filtered(&"a ".repeat(100)), filtered("a"));
}

#[test]
fn a_row_has_what_lists_show() {
    let fixture = Fixture::new();
    let page = fixture.store.list(&query("key = PAY-1"), fixture.now).unwrap();
    let row = page.rows[0].row;
    let expected = IssueRow {
        row,
        alias: "acme".into(),
        id: "1".into(),
        key: "PAY-1".into(),
        summary: "About PAY-1".to_owned(),
        issue_type: "Bug".to_owned(),
        subtask: false,
        status: "Open".to_owned(),
        category: StatusCategory::New,
        priority: Some("Highest".to_owned()),
        priority_rank: Some((0, 3)),
        resolution: None,
        assignee: Some("Ana Maria".to_owned()),
        reporter: Some("Bob".to_owned()),
        project: "PAY".to_owned(),
        labels: vec!["api".to_owned(), "Backend".to_owned()],
        components: vec!["web".to_owned()],
        parent: None,
        created: "2026-01-10T23:30:30Z".parse().unwrap(),
        updated: "2026-06-17T12:20:10Z".parse().unwrap(),
        due: Some("2026-06-20".parse().unwrap()),
        url: "https://acme.example/browse/PAY-1".to_owned(),
        fields: Vec::new(),
    };
    assert_eq!(page.rows, [expected]);
    let child = &fixture.store.list(&query("key = PAY-10"), fixture.now).unwrap().rows[0];
    assert_eq!((child.subtask, child.parent.as_deref()), (true, Some("PAY-2")));
    assert_eq!(fixture.store.rows(&[-1, row]).unwrap(), page.rows);
    let detail = fixture.store.detail(row).unwrap().unwrap();
    assert_eq!((detail.row, detail.issue.id.as_str()), (page.rows[0].clone(), "1"));
    assert_eq!(fixture.store.detail(-1).unwrap(), None);
    let bare = fixture.store.list(&query("key = CHK-21"), fixture.now).unwrap();
    assert_eq!(bare.rows[0].priority_rank, None);
}

#[test]
fn totals_of_views_stand_beside_what_cannot_be_counted() {
    let fixture = Fixture::new();
    let queries = ["", "statusCategory = Done", "status =", "summary ~ x", "status = Bogus"];
    let totals = fixture.store.totals(&queries, &[], fixture.now).unwrap();
    let shown: Vec<String> = totals
        .iter()
        .map(|total| {
            total
                .as_ref()
                .map_or_else(ToString::to_string, |total| total.issues.to_string())
        })
        .collect();
    assert_eq!(shown[..2], ["8", "2"]);
    assert!(
        shown[2].starts_with("Error in the JQL Query: Expecting a value or function"),
        "{}",
        shown[2]
    );
    assert!(totals[3].as_ref().unwrap().approximate && !totals[0].as_ref().unwrap().approximate);
    assert!(!totals[4].as_ref().unwrap_err().is_server_only());
}

#[test]
fn no_list_goes_through_an_index_row_by_row() {
    let fixture = Fixture::new();
    let cases = [
        ("", "SEARCH i USING COVERING INDEX issue_scan"),
        (
            "statusCategory != Done AND updated >= -7d ORDER BY key",
            "SEARCH i USING COVERING INDEX issue_scan",
        ),
        (
            "created >= -7d",
            "SEARCH i USING COVERING INDEX issue_scan (connection=? AND created>?)",
        ),
        ("parent = PAY-2", "SCAN i"),
        ("votes > 1", "SEARCH i USING COVERING INDEX issue_scan"),
        (
            "assignee = currentUser() AND status = Open",
            "SEARCH i USING INDEX issue_assignee (assignee=?)",
        ),
        ("key = PAY-1 OR parent = PAY-2", "SCAN i"),
        (
            "key = PAY-1 OR key = PAY-2",
            "SEARCH i USING INDEX issue_key (connection=? AND key=?)",
        ),
        (
            "key in (PAY-1, PAY-2)",
            "SEARCH i USING INDEX issue_key (connection=? AND key=?)",
        ),
        (
            "labels = api AND votes > 1",
            "SEARCH i USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            "labels = api",
            "SEARCH issue_value USING COVERING INDEX issue_value_term (field=? AND term=?)",
        ),
        (
            "labels != api",
            "USING COVERING INDEX issue_value_issue (issue=? AND field=?)",
        ),
    ];
    for (jql, expected) in cases {
        let plan = fixture
            .store
            .read(|db| {
                let answer = Answer::to(db, &parse(jql).unwrap(), &["acme".into()], None, fixture.now)?;
                matched::plan(db, &answer)
            })
            .unwrap();
        assert!(plan.iter().any(|step| step.contains(expected)), "{jql}: {plan:#?}");
    }
}

#[test]
fn each_connection_can_be_asked_its_own() {
    let fixture = Fixture::new();
    let listed = |asked: &[(&str, &str)]| {
        let asked: Vec<(Alias, String)> = asked
            .iter()
            .map(|(alias, jql)| ((*alias).into(), (*jql).to_owned()))
            .collect();
        let page = fixture.store.list_each(&asked, &query(""), fixture.now).unwrap();
        assert_eq!(page.asked, asked);
        assert_eq!(page.total, page.ids.len());
        keys(&page.rows)
    };
    assert_eq!(
        listed(&[("acme", "project = PAY ORDER BY key"), ("dc", "ORDER BY key")]),
        "OPS-1 PAY-1 PAY-2 PAY-3 PAY-10"
    );
    assert_eq!(listed(&[("dc", "")]), "OPS-1");
    assert_eq!(
        listed(&[("acme", "key = PAY-1 ORDER BY key"), ("dc", "")]),
        "OPS-1 PAY-1"
    );
    assert_eq!(listed(&[]), "");
}

#[test]
fn a_site_tells_its_components_and_projects() {
    let fixture = Fixture::new();
    let names = fixture.store.site_names(&"acme".into()).unwrap();
    let has = |names: &Option<Vec<String>>, name: &str| names.iter().flatten().any(|known| known == name);
    assert!(has(&names.projects, "PAY"), "{names:?}");
    assert!(fixture.store.site_names(&"nowhere".into()).is_err());
}

#[test]
fn names_are_found_by_a_part_of_them() {
    let fixture = Fixture::new();
    let values = |field: &str, part: &str| {
        let found = fixture.store.values_of(field, part, 5).unwrap();
        found.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert!(
        values("project", "pa").contains(&"PAY".to_owned()),
        "{:?}",
        values("project", "pa")
    );
    assert_eq!(values("labels", "Api"), ["API"], "case does not count");
    assert_eq!(values("status", "%nothing%"), [""; 0]);
    assert_eq!(values("created", ""), [""; 0]);
    assert_eq!(values("no such field", ""), [""; 0]);
    let fields = fixture.store.custom_fields("", 3).unwrap();
    assert!(!fields.is_empty() && fields.len() <= 3, "{fields:?}");
}

#[test]
fn fields_of_the_sites_come_with_the_rows_and_sort_them() {
    let fixture = Fixture::new();
    let field = |name: &str| FieldName::new(name).unwrap();
    let (points, sprint, seen, team) = (field("story points"), field("cf[10020]"), field("Seen"), field("Team"));
    let asked = ListQuery {
        fields: vec![points, sprint, seen, team, field("Nobody's")],
        ..query("ORDER BY key")
    };
    let page = fixture.store.list(&asked, fixture.now).unwrap();
    let of = |key: &str| page.rows.iter().find(|row| row.key.as_str() == key).unwrap();
    assert_eq!(of("PAY-1").field(points), Some(&FieldCell::Number("5".to_owned())));
    assert!(matches!(of("PAY-1").field(sprint), Some(FieldCell::Text(_))));
    assert!(matches!(of("PAY-1").field(seen), Some(FieldCell::Instant(_))));
    assert_eq!(of("PAY-1").field(team), None);
    assert_eq!(
        of("OPS-1").field(team),
        Some(&FieldCell::Text("Core".to_owned())),
        "another site, another field"
    );
    assert_eq!(page.notes, ["No connection has a field \"Nobody's\"."]);
    for (name, descending, first) in [("Story Points", true, "PAY-1"), ("Team", false, "OPS-1")] {
        let sort = Sort {
            column: Column::named(name).unwrap(),
            descending,
        };
        let sorted = ListQuery {
            sort: Some(sort),
            ..query("key in (PAY-1, PAY-2, OPS-1) OR \"Story Points\" is not EMPTY OR Team is not EMPTY")
        };
        let keys: Vec<String> = fixture
            .store
            .list(&sorted, fixture.now)
            .unwrap()
            .rows
            .iter()
            .filter(|row| name != "Story Points" || row.alias.as_str() == "acme")
            .map(|row| row.key.to_string())
            .collect();
        assert_eq!(keys.first().map(String::as_str), Some(first), "{name}: {keys:?}");
    }
    let unknown = ListQuery {
        sort: Some(Sort {
            column: Column::named("Nobody's").unwrap(),
            descending: false,
        }),
        ..query("")
    };
    let page = fixture.store.list(&unknown, fixture.now).unwrap();
    assert_eq!(page.total, 8, "an unknown field sorts by nothing");
}

#[test]
fn the_fields_of_all_sites_can_be_columns() {
    let fixture = Fixture::new();
    let fields = fixture.store.site_fields().unwrap();
    let told: Vec<String> = fields
        .iter()
        .map(|field| {
            let aliases: Vec<&str> = field.aliases.iter().map(Alias::as_str).collect();
            format!("{} {}", field.name.as_str(), aliases.join("+"))
        })
        .collect();
    assert!(told.contains(&"Story Points acme".to_owned()), "{told:?}");
    assert!(told.contains(&"Team dc".to_owned()), "{told:?}");
    for namesake in ["Colour acme", "cf[10030] acme", "cf[10031] acme"] {
        assert!(told.contains(&namesake.to_owned()), "{namesake}: {told:?}");
    }
}
