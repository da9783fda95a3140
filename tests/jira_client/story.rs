//! The life of an issue that crosstie makes, against the sandbox: created with its mark, found by it,
//! edited, closed through a screen, linked, and let go.

use crosstie::{
    clock::ManualClock,
    config::{ConnectionConfig, Method, SecretSource},
    domain::{CreateScreen, Deployment, IssueId, StatusCategory, ValueKind},
    jira::{Client, ErrorKind, Marking, Outcome, RemoteLink, Standing},
    sandbox::{Fault, FaultRule, Flavour, Sandbox, SandboxOptions},
};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use crate::support::NOW;

const MARK: &str = "crosstie";

struct Site {
    sandbox: Sandbox,
    client: Client,
    project: &'static str,
}

impl Site {
    async fn start(flavour: Flavour) -> Self {
        let clock = ManualClock::at(NOW.parse().unwrap());
        let sandbox = Sandbox::start(SandboxOptions::new(flavour, clock.clone()))
            .await
            .unwrap();
        let own = sandbox.credentials();
        let secret = SecretSource::Env("NOT_READ".to_owned());
        let (kind, method, secret, project) = match flavour {
            Flavour::Cloud => {
                let method = Method::ApiToken {
                    email: own.email,
                    secret,
                };
                (Deployment::Cloud, method, own.api_token, "SEC")
            }
            Flavour::DataCenter => (Deployment::DataCenter, Method::Pat { secret }, own.pat, "FW"),
        };
        let mut config = ConnectionConfig::new("acme", kind, sandbox.url(), method);
        config.gateway_url = sandbox.gateway_url();
        let client = Client::new(&config, SecretString::from(secret), clock).unwrap();
        Self {
            sandbox,
            client,
            project,
        }
    }

    async fn screen(&self) -> CreateScreen {
        self.client.create_screen(self.project, "Bug").await.unwrap()
    }

    /// Formatted text as the site takes it.
    fn rich(&self, text: &str) -> Value {
        if self.project == "FW" {
            return json!(text);
        }
        let paragraph = json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
        json!({"type": "doc", "version": 1, "content": [paragraph]})
    }

    /// What a new issue must hold.
    async fn fields(&self, summary: &str) -> Map<String, Value> {
        let screen = self.screen().await;
        let tier = screen.field("Tier").unwrap();
        let mut fields = Map::new();
        fields.insert("project".to_owned(), json!({"id": screen.project.id}));
        fields.insert("issuetype".to_owned(), json!({"id": screen.issue_type.id}));
        fields.insert("summary".to_owned(), json!(summary));
        fields.insert(tier.id.clone(), json!({"id": tier.allowed[0].id}));
        fields
    }

    async fn fault(&self, fault: Fault, endpoint: &str) {
        let rule = FaultRule::always(fault).at(endpoint).times(1);
        self.sandbox.faults().add(rule).await;
    }

    /// The marks that a search tells of, by issue.
    async fn marks(&self) -> Vec<(IssueId, Value)> {
        let recent = self.client.recent_marks(self.project, 120, MARK).await.unwrap();
        recent
            .into_iter()
            .filter_map(|mark| Some((mark.id, mark.value?)))
            .collect()
    }
}

async fn both() -> [Site; 2] {
    [
        Site::start(Flavour::Cloud).await,
        Site::start(Flavour::DataCenter).await,
    ]
}

#[tokio::test]
async fn a_screen_tells_how_each_value_is_written() {
    for site in both().await {
        let screen = site.screen().await;
        assert_eq!(
            (screen.project.key.as_str(), screen.issue_type.name.as_str()),
            (site.project, "Bug")
        );
        let required: Vec<bool> = screen.fields.iter().map(|field| field.required).collect();
        assert!(required.is_sorted_by(|one, next| one >= next), "mandatory first");
        for (name, kind, multiple) in [
            ("Summary", ValueKind::Text, false),
            ("Description", ValueKind::Rich, false),
            ("Priority", ValueKind::Priority, false),
            ("Labels", ValueKind::Labels, true),
            ("Components", ValueKind::Component, true),
            ("Fix versions", ValueKind::Version, true),
            ("Time tracking", ValueKind::TimeTracking, false),
            ("Due date", ValueKind::Date, false),
            ("Attachment", ValueKind::Other, true),
            ("Linked Issues", ValueKind::Other, true),
            ("Sprint", ValueKind::Sprint, false),
            ("Tier", ValueKind::Option, false),
            ("Exposure", ValueKind::Option, false),
            ("Affected systems", ValueKind::Option, true),
            ("Platforms", ValueKind::Option, true),
            ("Region", ValueKind::Cascading, false),
            ("Approver", ValueKind::User, false),
            ("Reviewers", ValueKind::User, true),
            ("Responsible group", ValueKind::Group, false),
            ("Informed groups", ValueKind::Group, true),
            ("Found in version", ValueKind::Version, false),
            ("Present in versions", ValueKind::Version, true),
            ("Origin project", ValueKind::Project, false),
            ("CVSS score", ValueKind::Number, false),
            ("Finding URL", ValueKind::Url, false),
            ("Finding id", ValueKind::Text, false),
            ("Remediation", ValueKind::Rich, false),
            ("Detected at", ValueKind::DateTime, false),
            ("Visible from", ValueKind::Date, false),
            ("Topics", ValueKind::Labels, true),
            ("Risk matrix", ValueKind::Other, false),
        ] {
            let field = screen.field(name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!((field.kind, field.multiple), (kind, multiple), "{name}");
        }
        let up = if site.project == "SEC" {
            ("Parent", ValueKind::Parent)
        } else {
            ("Epic Link", ValueKind::Epic)
        };
        assert_eq!(screen.field(up.0).unwrap().kind, up.1);
        let regions = &screen.field("Region").unwrap().allowed;
        assert!(regions.iter().all(|region| !region.children.is_empty()));
    }
}

#[tokio::test]
async fn an_issue_is_made_found_changed_closed_linked_and_let_go() {
    for site in both().await {
        let client = &site.client;
        let screen = site.screen().await;
        let tier = screen.field("Tier").unwrap().id.clone();
        let value = json!({"finding": "h1:7"});
        let mut fields = site.fields("One").await;
        let some = fields.remove(&tier).unwrap();
        let failed = client.create_issue(&fields, (MARK, &value)).await.unwrap_err();
        assert_eq!(failed.outcome, Outcome::Refused);
        assert_eq!(failed.fields, [(tier.clone(), "Tier is required.".to_owned())]);
        fields.insert(tier, some);

        site.sandbox
            .faults()
            .add(FaultRule::always(Fault::IndexLag { seconds: 600 }))
            .await;
        let issue = client.create_issue(&fields, (MARK, &value)).await.unwrap();
        assert_eq!(issue.marking, Marking::Together);
        assert_eq!(site.marks().await, [], "the index does not know it yet");
        assert_eq!(client.property(&issue.id, MARK).await, Ok(Some(value.clone())));
        site.sandbox.advance(SignedDuration::from_secs(601));
        assert_eq!(site.marks().await, [(issue.id.clone(), value)]);

        let mut change = Map::new();
        change.insert("summary".to_owned(), json!("Two"));
        change.insert("labels".to_owned(), json!(["a", "b"]));
        client.edit_issue(&issue.id, &change).await.unwrap();
        let wanted = ["summary".to_owned(), "labels".to_owned()];
        let now = client.read_fields(issue.key.as_str(), &wanted).await.unwrap();
        assert_eq!((&now.id, &now.key), (&issue.id, &issue.key));
        assert_eq!(
            (&now.fields["summary"], &now.fields["labels"]),
            (&json!("Two"), &json!(["a", "b"]))
        );
        let changed = now.history.iter().flat_map(|entry| &entry.items);
        assert!(changed.map(|item| item.field.as_str()).any(|field| field == "summary"));

        close(&site, &issue.id).await;
        link(&site, &issue.id).await;
        site.sandbox.faults().clear().await;
        client.remove_property(&issue.id, MARK).await.unwrap();
        assert_eq!(client.property(&issue.id, MARK).await, Ok(None));
        assert_eq!(site.marks().await, []);
        assert_eq!(site.sandbox.marked(MARK).len(), 0);
    }
}

/// Takes steps until the issue is done; the last one asks for fields.
#[tokio::test]
async fn issues_that_the_index_does_not_hold_yet_are_read_by_key() {
    for site in both().await {
        let client = &site.client;
        let lag = FaultRule::always(Fault::IndexLag { seconds: 600 });
        site.sandbox.faults().add(lag).await;
        let mut made = Vec::new();
        for number in 1..=3 {
            let fields = site.fields(&format!("Finding {number}")).await;
            let value = json!({"mark": number.to_string()});
            made.push((client.create_issue(&fields, (MARK, &value)).await.unwrap().id, value));
        }
        assert_eq!(site.marks().await, [], "the index lags");
        let unindexed = client.unindexed_marks(site.project, 15, MARK).await.unwrap();
        let marked: Vec<_> = unindexed
            .into_iter()
            .filter_map(|mark| Some((mark.id, mark.value?)))
            .collect();
        assert_eq!(marked, made);
    }
}

async fn close(site: &Site, id: &IssueId) {
    let client = &site.client;
    for _ in 0..6 {
        let steps = client.open_transitions(id).await.unwrap();
        let last = steps
            .iter()
            .find(|step| step.to.category == StatusCategory::Done && step.has_screen);
        let Some(step) = last else {
            let next = steps
                .iter()
                .find(|step| step.to.category == StatusCategory::Indeterminate)
                .unwrap();
            client.transition(id, &next.id, &Map::new()).await.unwrap();
            continue;
        };
        let mut fields = Map::new();
        for field in step.fields.iter().filter(|field| field.required) {
            let value = match field.kind {
                ValueKind::Rich => site.rich("patched"),
                _ => json!({"id": field.allowed[0].id}),
            };
            fields.insert(field.id.clone(), value);
        }
        if !fields.is_empty() {
            let failed = client.transition(id, &step.id, &Map::new()).await.unwrap_err();
            assert_eq!(failed.outcome, Outcome::Refused, "{failed}");
            let named: Vec<&str> = failed.fields.iter().map(|(field, _)| field.as_str()).collect();
            assert!(named.iter().all(|field| fields.contains_key(*field)) && !named.is_empty());
        }
        fields.insert("comment".to_owned(), site.rich("bye"));
        client.transition(id, &step.id, &fields).await.unwrap();
        assert_eq!(client.comments(id.as_str()).await.unwrap().len(), 1);
        let now = client.read_fields(id.as_str(), &[]).await.unwrap();
        assert_eq!(
            (&now.status.id, now.status.category),
            (&step.to.id, StatusCategory::Done)
        );
        return;
    }
    panic!("no step leads to the end");
}

async fn link(site: &Site, id: &IssueId) {
    let link = |title: &str| RemoteLink {
        global_id: "crosstie:h1:7".to_owned(),
        url: "https://hackerone.com/reports/7".to_owned(),
        title: title.to_owned(),
        resolved: Some(false),
        ..RemoteLink::default()
    };
    let count = || {
        let world = site.sandbox.world();
        let world = world.read().unwrap();
        let idx = world.issue_by_id(id.as_str().parse().unwrap()).unwrap();
        world.issue(idx).remote_links.len()
    };
    let before = count();
    site.client.put_remote_link(id, &link("One")).await.unwrap();
    site.client.put_remote_link(id, &link("Two")).await.unwrap();
    assert_eq!(count(), before + 1, "the same link");
    site.client.remove_remote_link(id, "crosstie:h1:7").await.unwrap();
    site.client.remove_remote_link(id, "crosstie:h1:7").await.unwrap();
    assert_eq!(count(), before);
}

#[tokio::test]
async fn a_lost_answer_leaves_a_mark_or_nothing() {
    for site in both().await {
        let fields = site.fields("Lost").await;
        for (fault, outcome, made) in [
            (Fault::FailedAfter { status: None }, Outcome::Unknown, true),
            (Fault::CutBody { after: None }, Outcome::Unknown, true),
            (Fault::Reset { done: true }, Outcome::Unknown, true),
            (Fault::Reset { done: false }, Outcome::Unknown, false),
            (Fault::ServerError, Outcome::Unknown, false),
            (Fault::Conflict, Outcome::Refused, false),
            (Fault::TooLarge, Outcome::Refused, false),
        ] {
            let before = site.marks().await.len();
            site.fault(fault.clone(), "POST issue").await;
            site.sandbox.forget_requests();
            let result = site.client.create_issue(&fields, (MARK, &json!(before))).await;
            assert_eq!(result.unwrap_err().outcome, outcome, "{fault:?}");
            assert_eq!(site.sandbox.writes().len(), 1, "{fault:?}: sent once");
            assert_eq!(site.marks().await.len(), before + usize::from(made), "{fault:?}");
        }
        let (id, _) = site.marks().await.remove(0);
        let mut change = Map::new();
        change.insert("summary".to_owned(), json!("Found"));
        site.fault(Fault::FailedAfter { status: None }, "PUT issue/{}").await;
        site.client.edit_issue(&id, &change).await.unwrap();
    }
}

#[tokio::test]
async fn there_is_something_to_choose_from() {
    for site in both().await {
        let client = &site.client;
        let people = client.find_people("rob", Some(site.project)).await.unwrap();
        assert_eq!(people.items[0].display, "Robin Example");
        assert_eq!(client.find_people("rob", None).await.unwrap().items, people.items);
        assert_eq!(client.find_groups("dev").await.unwrap().items[0].name, "developers");
        let labels = client.find_labels("").await.unwrap();
        assert!(!labels.items.is_empty() && labels.note.is_none(), "{labels:?}");
        let sprints = client.find_sprints("", site.project).await.unwrap();
        assert_eq!(sprints.items.len(), 3);
        let fields = site.fields("Parent of all").await;
        let issue = client.create_issue(&fields, (MARK, &json!(1))).await.unwrap();
        let found = client
            .find_issues(issue.key.as_str(), Some(site.project))
            .await
            .unwrap();
        assert!(
            found.items.iter().any(|found| found.key == issue.key.as_str()),
            "{found:?}"
        );
        let statuses = client.project_statuses(site.project).await.unwrap();
        let bug = statuses.iter().find(|kind| kind.issue_type.name == "Bug").unwrap();
        assert!(
            bug.statuses
                .iter()
                .any(|status| status.category == StatusCategory::Done)
        );
        assert_eq!(client.project(site.project).await.unwrap().standing, Standing::Live);
        let error = client.project("NOSUCH").await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NotFound);
        let world = site.sandbox.world();
        let idx = world.read().unwrap().project_by_ref(site.project).unwrap();
        world.write().unwrap().archive(idx, true);
        assert_eq!(client.project(site.project).await.unwrap().standing, Standing::Archived);
        let error = client.create_screen(site.project, "Bug").await.unwrap_err();
        assert!(error.message.contains("is archived"), "{error}");
    }
}
