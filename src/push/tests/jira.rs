//! A Jira in memory: its search index lags, its answers get lost, and it can end the process that talks
//! to it at any of its calls.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    clock::Clock,
    domain::{
        Change, Choice, CreateField, CreateScreen, History, IssueId, IssueType, Project, Status, StatusCategory,
        Transition, User, ValueKind,
    },
    jira::{Created, Error, ErrorKind, IssueNow, Marked, Marking, Outcome, RemoteLink, WriteError},
    push::Site,
};

/// The process ends here.
pub(super) struct Crash;

/// What happens at a chosen point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blow {
    /// The process ends.
    Crash,
    /// The answer does not arrive.
    Silence,
    /// Another process has its run here.
    Other,
}

/// Counts the points at which something can happen, and lets it happen at one.
#[derive(Debug, Default)]
pub(super) struct Points {
    passed: AtomicUsize,
    blows: Mutex<Vec<(usize, Blow)>>,
}

impl Points {
    pub(super) fn with(blows: &[(usize, Blow)]) -> Arc<Self> {
        let points = Self::default();
        *points.blows.lock().unwrap() = blows.to_vec();
        Arc::new(points)
    }

    pub(super) fn passed(&self) -> usize {
        self.passed.load(Ordering::SeqCst)
    }

    /// What happens at the point that is passed now; a crash happens here.
    fn pass(&self) -> Option<Blow> {
        let at = self.passed.fetch_add(1, Ordering::SeqCst);
        let blow = self
            .blows
            .lock()
            .unwrap()
            .iter()
            .find(|(point, _)| *point == at)
            .map(|(_, blow)| *blow);
        if blow == Some(Blow::Crash) {
            std::panic::resume_unwind(Box::new(Crash));
        }
        blow
    }
}

/// A clock that is moved by hand, and asked before each use of the store: a point to end the process at.
#[derive(Debug)]
pub(super) struct StoreClock {
    pub(super) now: Arc<Mutex<Timestamp>>,
    pub(super) points: Arc<Points>,
}

impl Clock for StoreClock {
    fn now(&self) -> Timestamp {
        self.points.pass();
        *self.now.lock().unwrap()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::pending())
    }
}

#[derive(Debug, Clone)]
pub(super) struct SimIssue {
    pub(super) id: String,
    pub(super) key: String,
    pub(super) fields: Map<String, Value>,
    pub(super) status: Status,
    pub(super) created: Timestamp,
    pub(super) property: Option<Value>,
    pub(super) links: BTreeMap<String, RemoteLink>,
    pub(super) history: Vec<History>,
    pub(super) edits: usize,
}

#[derive(Debug)]
pub(super) struct Site0 {
    pub(super) issues: Vec<SimIssue>,
    pub(super) lag: Duration,
    /// Issues cannot be found by trying keys, as where others are moved in between.
    pub(super) keys_hidden: bool,
    pub(super) screen: CreateScreen,
    /// What the screen becomes once it has been read.
    pub(super) next_screen: Option<CreateScreen>,
    pub(super) resolution_required: bool,
    /// Answers of calls by name, given once each, last first.
    pub(super) refusals: Vec<(&'static str, WriteError)>,
    pub(super) calls: Vec<&'static str>,
    /// Reads that fail, by name.
    pub(super) failing: Vec<(&'static str, Error)>,
    pub(super) statuses: Vec<Status>,
    pub(super) people: Vec<User>,
}

type Other = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// One process's view of the Jira.
#[derive(Clone)]
pub(super) struct Jira {
    pub(super) state: Arc<Mutex<Site0>>,
    pub(super) now: Arc<Mutex<Timestamp>>,
    pub(super) points: Arc<Points>,
    pub(super) other: Option<Other>,
}

fn status(id: &str, name: &str, category: StatusCategory) -> Status {
    Status {
        id: id.into(),
        name: name.into(),
        category,
    }
}

fn field(id: &str, name: &str, kind: ValueKind, required: bool) -> CreateField {
    CreateField {
        id: id.into(),
        name: name.into(),
        required,
        kind,
        multiple: kind == ValueKind::Labels,
        ..CreateField::default()
    }
}

pub(super) fn screen() -> CreateScreen {
    let mut priority = field("priority", "Priority", ValueKind::Priority, false);
    let named = |(id, name): (usize, &str)| Choice {
        id: id.to_string(),
        name: name.into(),
        ..Choice::default()
    };
    priority.allowed = ["Highest", "High", "Medium", "Low"]
        .into_iter()
        .enumerate()
        .map(named)
        .collect();
    CreateScreen {
        project: Project {
            id: "1".into(),
            key: "PAY".into(),
            name: "Payments".into(),
            ..Project::default()
        },
        issue_type: IssueType {
            id: "10".into(),
            name: "Bug".into(),
            subtask: false,
        },
        fields: vec![
            field("summary", "Summary", ValueKind::Text, true),
            field("description", "Description", ValueKind::Rich, false),
            priority,
            field("labels", "Labels", ValueKind::Labels, false),
            field("customfield_1", "Notes", ValueKind::Text, false),
        ],
    }
}

pub(super) fn write_error(kind: ErrorKind, outcome: Outcome) -> WriteError {
    WriteError::new(
        Error::new(kind, format!("the site said {}", kind.word()), "do something"),
        outcome,
    )
}

impl Jira {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            state: Arc::new(Mutex::new(Site0 {
                issues: Vec::new(),
                lag: Duration::ZERO,
                keys_hidden: false,
                screen: screen(),
                next_screen: None,
                resolution_required: false,
                refusals: Vec::new(),
                calls: Vec::new(),
                failing: Vec::new(),
                people: Vec::new(),
                statuses: vec![
                    status("1", "To Do", StatusCategory::New),
                    status("2", "In Progress", StatusCategory::Indeterminate),
                    status("3", "Done", StatusCategory::Done),
                ],
            })),
            now: Arc::new(Mutex::new(now)),
            points: Arc::default(),
            other: None,
        }
    }

    /// The same Jira as another process sees it.
    pub(super) fn for_process(&self, points: Arc<Points>, other: Option<Other>) -> Self {
        Self {
            points,
            other,
            ..self.clone()
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    pub(super) fn advance(&self, by: Duration) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }

    /// Runs `change` as people do it in the browser.
    pub(super) fn by_people<T>(&self, change: impl FnOnce(&mut Site0) -> T) -> T {
        change(&mut self.state.lock().unwrap())
    }

    async fn pass(&self) -> Option<Blow> {
        let blow = self.points.pass();
        if blow == Some(Blow::Other)
            && let Some(other) = &self.other
        {
            other().await;
        }
        blow
    }

    /// A call that writes: the request may get lost on its way there, the answer on its way back.
    async fn write<T>(
        &self,
        name: &'static str,
        effect: impl FnOnce(&mut Site0, Timestamp) -> Result<T, WriteError>,
    ) -> Result<T, WriteError> {
        let lost = || write_error(ErrorKind::Network, Outcome::Unknown);
        if self.pass().await == Some(Blow::Silence) {
            return Err(lost());
        }
        let done = {
            let now = self.now();
            let mut state = self.state.lock().unwrap();
            state.calls.push(name);
            match state.refusals.iter().rposition(|(call, _)| *call == name) {
                Some(at) => {
                    let (_, refusal) = state.refusals.remove(at);
                    if refusal.outcome == Outcome::Unknown {
                        effect(&mut state, now).ok();
                    }
                    Err(refusal)
                }
                None => effect(&mut state, now),
            }
        };
        if self.pass().await == Some(Blow::Silence) {
            return Err(lost());
        }
        done
    }

    async fn read<T>(
        &self,
        name: &'static str,
        look: impl FnOnce(&mut Site0, Timestamp) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.pass().await == Some(Blow::Silence) {
            return Err(Error::new(ErrorKind::Network, "no answer", "wait"));
        }
        let found = {
            let now = self.now();
            let mut state = self.state.lock().unwrap();
            state.calls.push(name);
            match state.failing.iter().rposition(|(call, _)| *call == name) {
                Some(at) => Err(state.failing.remove(at).1),
                None => look(&mut state, now),
            }
        };
        self.pass().await;
        found
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::NotFound, "the issue does not exist", "look")
}

impl Site0 {
    pub(super) fn issue(&mut self, id_or_key: &str) -> Result<&mut SimIssue, Error> {
        let found = self
            .issues
            .iter_mut()
            .find(|one| one.id == id_or_key || one.key == id_or_key);
        found.ok_or_else(gone)
    }

    fn written(&mut self, id: &IssueId) -> Result<&mut SimIssue, WriteError> {
        self.issue(id.as_str())
            .map_err(|error| WriteError::new(error, Outcome::Refused))
    }

    /// As somebody puts an issue there who knows nothing of findings.
    pub(super) fn add(&mut self, summary: &str, now: Timestamp) -> IssueId {
        let number = self.issues.len() + 1;
        let id = (1000 + number).to_string();
        self.issues.push(SimIssue {
            id: id.clone(),
            key: format!("PAY-{number}"),
            fields: Map::from_iter([("summary".to_owned(), json!(summary))]),
            status: self.statuses[0].clone(),
            created: now,
            property: None,
            links: BTreeMap::new(),
            history: Vec::new(),
            edits: 0,
        });
        IssueId(id)
    }
}

/// An account by its id.
pub(super) fn account(id: &str) -> User {
    User {
        id: id.to_owned(),
        name: id.to_owned(),
        display: id.to_owned(),
        active: true,
        email: None,
    }
}

impl SimIssue {
    fn marked(&self) -> Marked {
        Marked {
            id: self.id.clone().into(),
            key: self.key.clone().into(),
            created: self.created,
            value: self.property.clone(),
        }
    }

    /// As somebody sets a field in the browser.
    pub(super) fn set(&mut self, id: &str, value: &Value, now: Timestamp) {
        self.set_by(id, value, now, Some("ana"));
    }

    fn set_by(&mut self, id: &str, value: &Value, now: Timestamp, author: Option<&str>) {
        let value = as_jira_writes(value);
        self.remember(id, &value, now, author);
        self.fields.insert(id.to_owned(), value);
    }

    fn remember(&mut self, id: &str, value: &Value, now: Timestamp, author: Option<&str>) {
        let change = Change {
            field: id.to_owned(),
            field_id: Some(id.to_owned()),
            from: None,
            from_text: None,
            to: None,
            to_text: Some(value.to_string()),
        };
        self.history.push(History {
            id: format!("{}-{}", self.id, self.history.len()),
            author: author.map(account),
            created: now,
            items: vec![change],
        });
    }
}

/// Jira gives values back with more in them than it was given.
fn as_jira_writes(value: &Value) -> Value {
    match value {
        Value::Object(map) if map.get("type") == Some(&json!("doc")) => {
            let mut map = map.clone();
            map.insert("attrs".into(), json!({"localId": "7"}));
            Value::Object(map)
        }
        Value::Object(map) => {
            let mut map = map.clone();
            map.insert("self".into(), json!("https://x/1"));
            Value::Object(map)
        }
        Value::String(text) => json!(text.trim_end()),
        other => other.clone(),
    }
}

impl Site for Jira {
    async fn create_issue(&self, fields: &Map<String, Value>, property: (&str, &Value)) -> Result<Created, WriteError> {
        self.write("create", |state, now| {
            let required = state.screen.fields.iter().filter(|field| field.required);
            let missing: Vec<(String, String)> = required
                .filter(|field| !fields.contains_key(&field.id))
                .map(|field| (field.id.clone(), format!("{} is required.", field.name)))
                .collect();
            if !missing.is_empty() {
                return Err(write_error(ErrorKind::Rejected, Outcome::Refused).of_fields(missing));
            }
            let id = state.add("", now);
            let issue = state.written(&id)?;
            for (name, value) in fields {
                issue.fields.insert(name.clone(), as_jira_writes(value));
            }
            issue.property = Some(property.1.clone());
            Ok(Created {
                key: issue.key.clone().into(),
                id,
                marking: Marking::Together,
            })
        })
        .await
    }

    async fn edit_issue(&self, id: &IssueId, fields: &Map<String, Value>) -> Result<(), WriteError> {
        self.write("edit", |state, now| {
            let issue = state.written(id)?;
            issue.edits += 1;
            for (name, value) in fields {
                issue.set_by(name, value, now, Some("me"));
            }
            Ok(())
        })
        .await
    }

    async fn read_fields(&self, id_or_key: &str, fields: &[String]) -> Result<IssueNow, Error> {
        self.read("read", |state, now| {
            let issue = state.issue(id_or_key)?;
            let told = |id: &String| (id.clone(), issue.fields.get(id).cloned().unwrap_or(Value::Null));
            Ok(IssueNow {
                id: issue.id.clone().into(),
                key: issue.key.clone().into(),
                fields: fields.iter().map(told).collect(),
                status: issue.status.clone(),
                updated: now,
                history: issue.history.clone(),
                history_complete: true,
            })
        })
        .await
    }

    async fn open_transitions(&self, id: &IssueId) -> Result<Vec<Transition>, Error> {
        self.read("transitions", |state, _| {
            let (required, statuses) = (state.resolution_required, state.statuses.clone());
            let here = state.issue(id.as_str())?.status.id.clone();
            let open = statuses.into_iter().filter(|to| to.id != here);
            Ok(open
                .map(|to| {
                    let screen = required && to.category == StatusCategory::Done;
                    let mut resolution = field("resolution", "Resolution", ValueKind::Resolution, true);
                    resolution.allowed = vec![Choice {
                        id: "5".into(),
                        name: "Fixed".into(),
                        ..Choice::default()
                    }];
                    Transition {
                        id: format!("t{}", to.id),
                        name: format!("to {}", to.name),
                        to,
                        has_screen: screen,
                        available: true,
                        fields: if screen { vec![resolution] } else { Vec::new() },
                    }
                })
                .collect())
        })
        .await
    }

    async fn transition(&self, id: &IssueId, transition: &str, fields: &Map<String, Value>) -> Result<(), WriteError> {
        self.write("transition", |state, now| {
            let to = state
                .statuses
                .iter()
                .find(|status| format!("t{}", status.id) == transition)
                .cloned();
            let issue = state.written(id)?;
            match to.filter(|to| to.id != issue.status.id) {
                Some(to) => {
                    issue.remember("status", &json!(to.name), now, Some("me"));
                    issue.status = to;
                    issue.fields.extend(fields.clone());
                    Ok(())
                }
                None => Err(write_error(ErrorKind::Rejected, Outcome::Refused)),
            }
        })
        .await
    }

    async fn put_remote_link(&self, id: &IssueId, link: &RemoteLink) -> Result<(), WriteError> {
        self.write("link", |state, _| {
            state.written(id)?.links.insert(link.global_id.clone(), link.clone());
            Ok(())
        })
        .await
    }

    async fn remove_remote_link(&self, id: &IssueId, global_id: &str) -> Result<(), WriteError> {
        self.write("unlink", |state, _| {
            state.written(id)?.links.remove(global_id);
            Ok(())
        })
        .await
    }

    async fn property(&self, id: &IssueId, _: &str) -> Result<Option<Value>, Error> {
        self.read("property", |state, _| Ok(state.issue(id.as_str())?.property.clone()))
            .await
    }

    async fn put_property(&self, id: &IssueId, _: &str, value: &Value) -> Result<(), WriteError> {
        self.write("put property", |state, _| {
            state.written(id)?.property = Some(value.clone());
            Ok(())
        })
        .await
    }

    async fn remove_property(&self, id: &IssueId, _: &str) -> Result<(), WriteError> {
        self.write("remove property", |state, _| {
            state.written(id)?.property = None;
            Ok(())
        })
        .await
    }

    async fn recent_marks(&self, project: &str, since_minutes: u32, _: &str) -> Result<Vec<Marked>, Error> {
        self.read("marks", |state, now| {
            let lag = state.lag;
            let since = u64::from(since_minutes) * 60;
            let listed = state.issues.iter().filter(|issue| {
                let age = issue.created.duration_until(now).unsigned_abs();
                issue.key.starts_with(&format!("{project}-")) && age >= lag && age.as_secs() <= since
            });
            Ok(listed.rev().map(SimIssue::marked).collect())
        })
        .await
    }

    async fn unindexed_marks(&self, project: &str, lag_minutes: u32, _: &str) -> Result<Vec<Marked>, Error> {
        self.read("unindexed", |state, now| {
            let hidden = state.keys_hidden;
            let young = |issue: &&SimIssue| {
                let age = issue.created.duration_until(now).unsigned_abs().as_secs();
                issue.key.starts_with(&format!("{project}-")) && age < u64::from(lag_minutes) * 60 && !hidden
            };
            Ok(state.issues.iter().filter(young).map(SimIssue::marked).collect())
        })
        .await
    }

    async fn create_screen(&self, project: &str, issue_type: &str) -> Result<CreateScreen, Error> {
        self.read("screen", |state, _| {
            if project == state.screen.project.key && issue_type.eq_ignore_ascii_case(&state.screen.issue_type.name) {
                let shown = state.screen.clone();
                state.screen = state.next_screen.take().unwrap_or_else(|| shown.clone());
                Ok(shown)
            } else {
                Err(Error::new(ErrorKind::Rejected, "no such project or type", "look"))
            }
        })
        .await
    }

    async fn find_people(&self, text: &str, _: Option<&str>) -> Result<Vec<User>, Error> {
        self.read("people", |state, _| {
            let fits = |user: &&User| user.email.as_deref() == Some(text) || user.display == text;
            Ok(state.people.iter().filter(fits).cloned().collect())
        })
        .await
    }
}
