//! Changing issues: create, edit, take a transition; and reading them back as they are.

use serde_json::{Map, Value, json};

use super::{Client, exchange::Verb, send::Call};
use crate::{
    domain::{CreateField, Deployment, IssueId, IssueKey, Transition},
    jira::{
        error::{Error, ErrorKind},
        wire::{self, ReadError, issue, screen},
        write::{Created, IssueNow, Marking, Outcome, WriteError},
    },
};

impl Client {
    /// Creates an issue together with a property that marks it.
    ///
    /// # Errors
    /// After [`Outcome::Unknown`] the issue may exist; [`Client::recent_marks`] finds it.
    pub async fn create_issue(
        &self,
        fields: &Map<String, Value>,
        property: (&str, &Value),
    ) -> Result<Created, WriteError> {
        let path = self.writable(&["issue"]).await?;
        let cloud = self.deployment_now() == Deployment::Cloud;
        if cloud || self.state().marks_together != Some(false) {
            let (key, value) = property;
            let mut body = body(fields);
            body["properties"] = json!([{"key": key, "value": value}]);
            match self.created(&path, body).await {
                Ok((id, key)) if cloud => {
                    let marking = Marking::Together;
                    return Ok(Created { id, key, marking });
                }
                Ok((id, key)) => return Ok(self.marked_at_once(id, key, property).await),
                Err(failed) if !cloud && is_about_properties(&failed) => self.state().marks_together = Some(false),
                Err(failed) => return Err(failed),
            }
        }
        let (id, key) = self.created(&path, body(fields)).await?;
        let marking = self.mark(&id, property).await;
        Ok(Created { id, key, marking })
    }

    async fn created(&self, path: &[&str], body: Value) -> Result<(IssueId, IssueKey), WriteError> {
        let call = Call::write(path, Verb::Create(body));
        let read = |_: u16, body: &[u8]| issue::created(wire::object(body)?).map_err(ReadError::Shape);
        Ok(self.write(&call, read).await?.value)
    }

    /// Not every Data Center is known to keep the properties that come with an issue, so the first
    /// one is looked at.
    async fn marked_at_once(&self, id: IssueId, key: IssueKey, property: (&str, &Value)) -> Created {
        let known = self.state().marks_together;
        let together = match known {
            Some(together) => Some(together),
            None => self.property(&id, property.0).await.ok().map(|value| value.is_some()),
        };
        self.state().marks_together = together;
        if together == Some(true) {
            let marking = Marking::Together;
            return Created { id, key, marking };
        }
        let marking = self.mark(&id, property).await;
        Created { id, key, marking }
    }

    async fn mark(&self, id: &IssueId, (key, value): (&str, &Value)) -> Marking {
        match self.put_property(id, key, value).await {
            Ok(()) => Marking::After,
            Err(failed) => Marking::Missing(failed),
        }
    }

    /// Sets fields of an issue; those not named stay as they are.
    ///
    /// # Errors
    /// As [`WriteError`] says; setting the same again does no harm.
    pub async fn edit_issue(&self, id: &IssueId, fields: &Map<String, Value>) -> Result<(), WriteError> {
        let path = self.writable(&["issue", id.as_str()]).await?;
        let call = Call::write(&path, Verb::Put(json!({"fields": fields})));
        self.write(&call, nothing).await.map(|_| ())
    }

    /// An issue as it is now, by id or by any key that it ever had.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] only if Jira says so to an account that it knows: the issue is gone,
    /// or hidden from the account.
    pub async fn read_fields(&self, id_or_key: &str, fields: &[String]) -> Result<IssueNow, Error> {
        let mut wanted: Vec<&str> = fields.iter().map(String::as_str).collect();
        wanted.extend(
            ["status", "updated"]
                .iter()
                .filter(|name| !fields.iter().any(|field| field == *name)),
        );
        let call = Call::get(&self.api(&["issue", id_or_key]).await?)
            .with("fields", wanted.join(","))
            .with("expand", "changelog");
        let path = call.path();
        let found = self.one_or_absent(call, issue::now).await?;
        found.ok_or_else(|| self.gone(&path))
    }

    /// The error of an issue that Jira says not to exist.
    pub(super) fn gone(&self, path: &str) -> Error {
        let alias = &self.inner.alias;
        let mut error = Error::new(
            ErrorKind::NotFound,
            format!("{alias}: the issue does not exist any more, or is hidden from the account (GET {path})"),
            "check in the browser whether it was deleted; if it was not, ask for permission to see it",
        );
        error.status = Some(404);
        error
    }

    /// The steps that the workflow allows now, with the fields that each asks for, mandatory first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] also when the account may not see the issue.
    pub async fn open_transitions(&self, id: &IssueId) -> Result<Vec<Transition>, Error> {
        let path = self.api(&["issue", id.as_str(), "transitions"]).await?;
        let call = Call::get(&path).with("expand", "transitions.fields");
        let mut transitions = self.list(&call, &["transitions"], screen::transition).await?;
        for transition in &mut transitions {
            mandatory_first(&mut transition.fields);
        }
        Ok(transitions)
    }

    /// Takes a step of the workflow, by the id that [`Client::open_transitions`] just told. A value of
    /// `comment` becomes a new comment.
    ///
    /// # Errors
    /// After [`Outcome::Unknown`] the step may have been taken: read the status.
    pub async fn transition(
        &self,
        id: &IssueId,
        transition: &str,
        fields: &Map<String, Value>,
    ) -> Result<(), WriteError> {
        let path = self.writable(&["issue", id.as_str(), "transitions"]).await?;
        let mut body = body(fields);
        body["transition"] = json!({"id": transition});
        let call = Call::write(&path, Verb::Create(body));
        self.write(&call, nothing).await.map(|_| ())
    }

    /// The path of a write; an error where the connection may not write.
    pub(super) async fn writable<'a>(&self, rest: &[&'a str]) -> Result<Vec<&'a str>, WriteError> {
        if self.inner.read_only {
            let alias = &self.inner.alias;
            let error = Error::new(
                ErrorKind::Setup,
                format!(
                    "{alias}: the connection is read-only, so nothing was sent (/{})",
                    rest.join("/")
                ),
                "remove `read_only` from the connection in the config, or set it to false",
            );
            return Err(WriteError::not_sent(error));
        }
        self.api(rest).await.map_err(WriteError::not_sent)
    }
}

/// The fields as a request takes them; a comment is not set but added.
fn body(fields: &Map<String, Value>) -> Value {
    let mut fields = fields.clone();
    let comment = fields.remove("comment").filter(|comment| !comment.is_null());
    let mut body = json!({});
    if !fields.is_empty() {
        body["fields"] = Value::Object(fields);
    }
    if let Some(comment) = comment {
        body["update"] = json!({"comment": [{"add": {"body": comment}}]});
    }
    body
}

/// Reads nothing: what matters is that Jira said yes.
#[expect(clippy::unnecessary_wraps, reason = "it is one of the ways to read an answer")]
pub(super) fn nothing(_: u16, _: &[u8]) -> Result<(), ReadError> {
    Ok(())
}

/// Whether Jira could not take the properties, and not the issue.
fn is_about_properties(failed: &WriteError) -> bool {
    let named = failed.fields.iter().any(|(field, _)| field == "properties");
    let said = failed.error.message.to_lowercase();
    let unread = said.contains("\"properties\"") || said.contains("entityproperty");
    failed.outcome == Outcome::Refused && failed.error.status == Some(400) && (named || unread)
}

/// Mandatory fields first, otherwise in the order that they came.
pub(super) fn mandatory_first(fields: &mut [CreateField]) {
    fields.sort_by_key(|field| !field.required);
}
