//! Two small sites: `acme` on Cloud with an account in Berlin, `dc` on Data Center with one in New York.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    domain::{
        Access, Alias, Comment, Component, Deployment, Field, FieldKind, FieldValue, Issue, IssueId, IssueRef,
        IssueType, ListQuery, Metadata, Named, Priority, Profile, Project, ProjectRef, RichText, Sprint, Status,
        StatusCategory, Total, User, Version,
    },
    store::{ConnectionSeed, SignedIn, Store, StoreError},
};

pub(in crate::store) const ANA: &str = "5b10:ana";
const ALL: &str = "statusCategory != Done OR updated >= -180d";

pub(in crate::store) struct Fixture {
    pub(in crate::store) store: Store,
    pub(in crate::store) now: Timestamp,
    _folder: tempfile::TempDir,
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn named(id: &str, name: &str) -> Named {
    Named {
        id: id.into(),
        name: name.into(),
    }
}

fn user(id: &str, name: &str, display: &str) -> User {
    User {
        id: id.into(),
        name: name.into(),
        display: display.into(),
        active: true,
        email: None,
    }
}

fn status(id: &str, name: &str, category: StatusCategory) -> Status {
    Status {
        id: id.into(),
        name: name.into(),
        category,
    }
}

fn issue_type(id: &str, name: &str, subtask: bool) -> IssueType {
    IssueType {
        id: id.into(),
        name: name.into(),
        subtask,
    }
}

impl Fixture {
    /// Both connections, nothing read from either.
    pub(in crate::store) fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // A Wednesday, 14:20:45 in Berlin.
        let now = at("2026-06-17T12:20:45Z");
        let (store, _) = Store::open(folder.path(), now).unwrap();
        let fixture = Self {
            store,
            now,
            _folder: folder,
        };
        fixture.configure(ALL);
        fixture
    }

    pub(in crate::store) fn new() -> Self {
        let fixture = Self::empty();
        fixture.sign_in("acme", ANA, "Europe/Berlin");
        fixture.sign_in("dc", "adoe", "America/New_York");
        for (alias, metadata, issues) in [("acme", cloud(), cloud_issues()), ("dc", data_center(), vec![ops()])] {
            let alias = Alias::from(alias);
            fixture.store.write_metadata(&alias, &metadata, fixture.now).unwrap();
            fixture.store.apply(&alias, &issues).unwrap();
            fixture.store.finish_first_pull(&alias).unwrap();
        }
        fixture
            .store
            .mark_gone(&"acme".into(), &[IssueId::from("9")], fixture.now)
            .unwrap();
        fixture
    }

    /// Gives `acme` another scope.
    pub(in crate::store) fn configure(&self, scope: &str) {
        let seed = |alias: &str, scope: &str| ConnectionSeed {
            alias: alias.into(),
            site: format!("https://{alias}.example"),
            access: Access::ApiToken,
            scope: scope.to_owned(),
        };
        self.store
            .configure(&[seed("acme", scope), seed("dc", ALL)], &[])
            .unwrap();
    }

    pub(in crate::store) fn sign_in(&self, alias: &str, account: &str, zone: &str) {
        let deployment = if alias == "dc" {
            Deployment::DataCenter
        } else {
            Deployment::Cloud
        };
        let user = if alias == "dc" {
            user("JIRAUSER1", account, "Ana Doe")
        } else {
            user(account, account, "Ana Maria")
        };
        let profile = Profile {
            user,
            time_zone: zone.to_owned(),
            ..Profile::default()
        };
        let signed_in = SignedIn {
            deployment,
            version: "1".to_owned(),
            profile,
        };
        self.store.signed_in(&alias.into(), &signed_in).unwrap();
    }

    pub(in crate::store) fn list(&self, query: &ListQuery) -> Vec<String> {
        let page = self.store.list(query, self.now).unwrap();
        page.rows.into_iter().map(|row| row.key.0).collect()
    }

    /// Keys of what `jql` matches: in its order if it names one, else in the order of keys. Or what
    /// stands in the way.
    pub(in crate::store) fn answer(&self, jql: &str, aliases: &[&str]) -> String {
        let query = ListQuery {
            jql: jql.to_owned(),
            aliases: aliases.iter().map(|alias| Alias::from(*alias)).collect(),
            limit: 100,
            ..ListQuery::default()
        };
        let page = match self.store.list(&query, self.now) {
            Ok(page) => page,
            Err(StoreError::Query(cannot)) => return cannot.to_string(),
            Err(error) => panic!("{jql}: {error}"),
        };
        let totals = self.store.totals(&[jql], &query.aliases, self.now).unwrap();
        let total = Total {
            issues: page.total,
            approximate: page.approximate,
        };
        assert_eq!(totals, [Ok(total)], "{jql}");
        assert_eq!(page.ids.len(), page.total);
        let mut keys: Vec<String> = page.rows.into_iter().map(|row| row.key.0).collect();
        if !jql.to_ascii_uppercase().contains("ORDER BY") {
            keys.sort();
        }
        keys.join(" ")
    }
}

fn field(id: &str, name: &str, kind: FieldKind) -> Field {
    let digits = id.trim_start_matches("customfield_");
    let clause_names = vec![format!("cf[{digits}]"), name.to_owned()];
    Field {
        id: id.into(),
        name: name.into(),
        custom: true,
        kind,
        clause_names,
        ..Field::default()
    }
}

fn cloud() -> Metadata {
    let version = |id: &str, name: &str, project: &str, rank| Version {
        named: named(id, name),
        project: project.into(),
        rank,
        ..Version::default()
    };
    let priority = |id: &str, name: &str, rank| Priority {
        named: named(id, name),
        rank,
    };
    Metadata {
        fields: vec![
            field("customfield_10016", "Story Points", FieldKind::Number),
            field("customfield_10020", "Sprint", FieldKind::Sprint),
            field("customfield_10030", "Colour", FieldKind::Option),
            field("customfield_10031", "Colour", FieldKind::Labels),
            field("customfield_10040", "Approver", FieldKind::User),
            field("customfield_10050", "Go live", FieldKind::Date),
            field("customfield_10051", "Seen", FieldKind::DateTime),
            field("customfield_10060", "Notes", FieldKind::Rich),
            field("customfield_10070", "Found in", FieldKind::Version),
            field("customfield_10080", "Rank", FieldKind::Other),
            field("customfield_10014", "Epic Link", FieldKind::Other),
        ],
        priorities: vec![
            priority("1", "Highest", 0),
            priority("3", "Medium", 1),
            priority("5", "Low", 2),
        ],
        statuses: vec![
            status("1", "Open", StatusCategory::New),
            status("2", "In Progress", StatusCategory::Indeterminate),
            status("3", "Closed", StatusCategory::Done),
            status("4", "Готово", StatusCategory::Done),
        ],
        issue_types: vec![
            issue_type("10", "Bug", false),
            issue_type("11", "Story", false),
            issue_type("12", "Sub-task", true),
        ],
        resolutions: vec![named("1", "Fixed"), named("2", "Won't Do")],
        projects: vec![
            Project {
                id: "100".into(),
                key: "PAY".into(),
                name: "Payments".into(),
                ..Project::default()
            },
            Project {
                id: "101".into(),
                key: "CHK".into(),
                name: "Checkout".into(),
                ..Project::default()
            },
        ],
        // By name 10.0 comes before 9.0; by the project's order it comes after.
        versions: vec![
            version("200", "9.0", "PAY", 0),
            version("201", "10.0", "PAY", 1),
            version("202", "9.0", "CHK", 5),
        ],
        components: vec![Component {
            named: named("300", "web"),
            project: "PAY".into(),
            lead: None,
        }],
        missing: vec![],
    }
}

fn data_center() -> Metadata {
    Metadata {
        fields: vec![field("customfield_77", "Team", FieldKind::Option)],
        priorities: vec![Priority {
            named: named("1", "Blocker"),
            rank: 0,
        }],
        statuses: vec![status("1", "Offen", StatusCategory::New)],
        issue_types: vec![issue_type("1", "Bug", false)],
        projects: vec![Project {
            id: "1".into(),
            key: "OPS".into(),
            name: "Operations".into(),
            ..Project::default()
        }],
        ..Metadata::default()
    }
}

fn issue(id: &str, key: &str, kind: IssueType, status: Status) -> Issue {
    let mut issue = Issue::bare(id.into(), key.into(), at("2026-02-01T09:00:00Z"));
    let (id, name) = match key.split_once('-') {
        Some(("PAY", _)) => ("100", "Payments"),
        Some(("CHK", _)) => ("101", "Checkout"),
        _ => ("1", "Operations"),
    };
    issue.project = ProjectRef {
        id: id.into(),
        key: key.split('-').next().unwrap().into(),
        name: name.into(),
    };
    issue.issue_type = kind;
    issue.status = status;
    issue.summary = format!("About {key}");
    issue
}

fn cloud_issues() -> Vec<Issue> {
    let (bug, story, subtask) = (
        issue_type("10", "Bug", false),
        issue_type("11", "Story", false),
        issue_type("12", "Sub-task", true),
    );
    let open = status("1", "Open", StatusCategory::New);
    let ana = user(ANA, ANA, "Ana Maria");
    let bob = user("5b10:bob", "5b10:bob", "Bob");

    let mut one = issue("1", "PAY-1", bug.clone(), open.clone());
    one.created = at("2026-01-10T23:30:30Z");
    one.updated = at("2026-06-17T12:20:10Z");
    one.priority = Some(named("1", "Highest"));
    one.assignee = Some(ana.clone());
    one.reporter = Some(bob.clone());
    one.creator = Some(bob.clone());
    one.labels = vec!["api".into(), "Backend".into()];
    one.components = vec![named("300", "web")];
    one.fix_versions = vec![named("200", "9.0")];
    one.affected_versions = vec![named("200", "9.0")];
    one.due = Some("2026-06-20".parse().unwrap());
    one.votes = Some(3);
    one.watchers = Some(1);
    one.original_estimate = Some(14_400);
    one.description = Some(RichText::Wiki("Long".into()));
    one.security = Some(named("70", "Internal"));
    one.attachments = vec![crate::domain::Attachment {
        id: "1".into(),
        filename: "a.png".into(),
        size: 1,
        mime: "image/png".into(),
        author: None,
        created: None,
    }];
    one.custom = BTreeMap::from([
        ("customfield_10016".to_owned(), FieldValue::Number(5.0)),
        (
            "customfield_10020".to_owned(),
            sprints(&[(7, "Sprint 7"), (8, "Sprint 8")]),
        ),
        ("customfield_10030".to_owned(), FieldValue::Named(named("1", "Red"))),
        (
            "customfield_10040".to_owned(),
            FieldValue::List(vec![FieldValue::User(ana.clone())]),
        ),
        ("customfield_10050".to_owned(), FieldValue::Text("2026-07-01".into())),
        (
            "customfield_10051".to_owned(),
            FieldValue::Text("2026-06-17T12:00:20.000+0000".into()),
        ),
        (
            "customfield_10060".to_owned(),
            FieldValue::Rich(RichText::Wiki("Note".into())),
        ),
        (
            "customfield_10070".to_owned(),
            FieldValue::List(vec![FieldValue::Named(named("201", "10.0"))]),
        ),
        ("customfield_10080".to_owned(), FieldValue::Text("0|i000".into())),
    ]);

    let mut two = issue(
        "2",
        "PAY-2",
        story,
        status("2", "In Progress", StatusCategory::Indeterminate),
    );
    two.updated = at("2026-06-17T10:00:00Z");
    two.priority = Some(named("3", "Medium"));
    two.assignee = Some(bob);
    two.labels = vec!["api".into()];
    two.fix_versions = vec![named("200", "9.0"), named("201", "10.0")];
    two.comments = ["Payments failed again", "The card vault is down"].map(comment).into();
    two.due = Some("2026-06-15".parse().unwrap());
    two.custom = BTreeMap::from([
        ("customfield_10016".to_owned(), FieldValue::Number(3.5)),
        (
            "customfield_10031".to_owned(),
            FieldValue::List(vec![FieldValue::Text("Blue".into())]),
        ),
        ("customfield_10014".to_owned(), FieldValue::Text("PAY-1".into())),
    ]);

    let mut three = issue("3", "PAY-3", bug.clone(), status("4", "Готово", StatusCategory::Done));
    three.priority = Some(named("5", "Low"));
    three.resolution = Some(named("1", "Fixed"));
    three.resolved = Some(at("2026-06-16T22:30:00Z"));
    three.fix_versions = vec![named("201", "10.0")];
    three.custom = BTreeMap::from([("customfield_10020".to_owned(), sprints(&[(8, "Sprint 8")]))]);

    let mut ten = issue("10", "PAY-10", subtask, open.clone());
    ten.parent = Some(IssueRef {
        id: "2".into(),
        key: "PAY-2".into(),
        ..IssueRef::default()
    });
    ten.reporter = Some(ana);
    ten.time_spent = Some(1_800);
    ten.remaining_estimate = Some(5_400);
    ten.environment = Some(RichText::Wiki("Prod".into()));

    let mut checkout = issue("4", "CHK-1", bug.clone(), status("3", "Closed", StatusCategory::Done));
    checkout.priority = Some(named("3", "Medium"));
    checkout.fix_versions = vec![named("202", "9.0")];
    checkout.parent = Some(IssueRef {
        id: "50".into(),
        key: "CHK-50".into(),
        ..IssueRef::default()
    });

    let ghost = issue("9", "PAY-9", bug.clone(), open.clone());
    let mut plain = issue("20", "CHK-20", bug.clone(), open);
    plain.created = at("2026-03-01T00:00:00Z");
    let undecided = issue("21", "CHK-21", bug, status("5", "Limbo", StatusCategory::Undefined));
    vec![one, two, three, ten, checkout, ghost, plain, undecided]
}

fn comment(text: &str) -> Comment {
    Comment {
        id: text.into(),
        author: None,
        body: RichText::Wiki(text.into()),
        created: at("2026-02-01T09:00:00Z"),
        updated: at("2026-02-01T09:00:00Z"),
        visibility: None,
    }
}

fn sprints(all: &[(i64, &str)]) -> FieldValue {
    let sprint = |&(id, name): &(i64, &str)| Sprint {
        id,
        name: name.into(),
        state: "active".into(),
    };
    FieldValue::List(all.iter().map(|one| FieldValue::Sprint(sprint(one))).collect())
}

fn ops() -> Issue {
    let mut issue = issue(
        "1",
        "OPS-1",
        issue_type("1", "Bug", false),
        status("1", "Offen", StatusCategory::New),
    );
    issue.created = at("2026-05-01T00:00:00Z");
    issue.assignee = Some(user("JIRAUSER1", "adoe", "Ana Doe"));
    issue.labels = vec!["API".into()];
    issue.priority = Some(named("1", "Blocker"));
    issue.custom = BTreeMap::from([("customfield_77".to_owned(), FieldValue::Named(named("1", "Core")))]);
    issue
}
