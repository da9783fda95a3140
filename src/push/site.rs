//! What pushing asks of a Jira, so that tests can give it one that crashes where they like.
//!
//! Must never be in here: decisions. Every call is one that [`Client`] has.

use std::future::Future;

use serde_json::{Map, Value};

use crate::{
    domain::{CreateScreen, IssueId, Transition, User},
    jira::{Client, Created, Error, IssueNow, Marked, RemoteLink, WriteError},
};

/// A Jira that is written to. See the methods of the same names of [`Client`].
pub trait Site: Send + Sync {
    /// Makes an issue together with a property that marks it.
    fn create_issue(
        &self,
        fields: &Map<String, Value>,
        property: (&str, &Value),
    ) -> impl Future<Output = Result<Created, WriteError>> + Send;

    /// Sets fields.
    fn edit_issue(
        &self,
        id: &IssueId,
        fields: &Map<String, Value>,
    ) -> impl Future<Output = Result<(), WriteError>> + Send;

    /// An issue as it is now.
    fn read_fields(&self, id_or_key: &str, fields: &[String]) -> impl Future<Output = Result<IssueNow, Error>> + Send;

    /// Where an issue can go from where it is.
    fn open_transitions(&self, id: &IssueId) -> impl Future<Output = Result<Vec<Transition>, Error>> + Send;

    /// Takes one of these steps.
    fn transition(
        &self,
        id: &IssueId,
        transition: &str,
        fields: &Map<String, Value>,
    ) -> impl Future<Output = Result<(), WriteError>> + Send;

    /// Links the issue to its finding.
    fn put_remote_link(&self, id: &IssueId, link: &RemoteLink) -> impl Future<Output = Result<(), WriteError>> + Send;

    /// Takes that link away.
    fn remove_remote_link(&self, id: &IssueId, global_id: &str) -> impl Future<Output = Result<(), WriteError>> + Send;

    /// A property of an issue.
    fn property(&self, id: &IssueId, key: &str) -> impl Future<Output = Result<Option<Value>, Error>> + Send;

    /// Sets a property of an issue.
    fn put_property(
        &self,
        id: &IssueId,
        key: &str,
        value: &Value,
    ) -> impl Future<Output = Result<(), WriteError>> + Send;

    /// Takes a property away.
    fn remove_property(&self, id: &IssueId, key: &str) -> impl Future<Output = Result<(), WriteError>> + Send;

    /// The account's own recent issues of a project, with their marks.
    fn recent_marks(
        &self,
        project: &str,
        since_minutes: u32,
        property: &str,
    ) -> impl Future<Output = Result<Vec<Marked>, Error>> + Send;

    /// Issues of a project that the index may not hold yet, with their marks.
    fn unindexed_marks(
        &self,
        project: &str,
        lag_minutes: u32,
        property: &str,
    ) -> impl Future<Output = Result<Vec<Marked>, Error>> + Send;

    /// The fields that making an issue of a type takes.
    fn create_screen(
        &self,
        project: &str,
        issue_type: &str,
    ) -> impl Future<Output = Result<CreateScreen, Error>> + Send;

    /// People whose name or address fits a text; with a project those only who can be assigned there.
    fn find_people(&self, text: &str, project: Option<&str>) -> impl Future<Output = Result<Vec<User>, Error>> + Send;
}

impl Site for Client {
    async fn create_issue(&self, fields: &Map<String, Value>, property: (&str, &Value)) -> Result<Created, WriteError> {
        Self::create_issue(self, fields, property).await
    }

    async fn edit_issue(&self, id: &IssueId, fields: &Map<String, Value>) -> Result<(), WriteError> {
        Self::edit_issue(self, id, fields).await
    }

    async fn read_fields(&self, id_or_key: &str, fields: &[String]) -> Result<IssueNow, Error> {
        Self::read_fields(self, id_or_key, fields).await
    }

    async fn open_transitions(&self, id: &IssueId) -> Result<Vec<Transition>, Error> {
        Self::open_transitions(self, id).await
    }

    async fn transition(&self, id: &IssueId, transition: &str, fields: &Map<String, Value>) -> Result<(), WriteError> {
        Self::transition(self, id, transition, fields).await
    }

    async fn put_remote_link(&self, id: &IssueId, link: &RemoteLink) -> Result<(), WriteError> {
        Self::put_remote_link(self, id, link).await
    }

    async fn remove_remote_link(&self, id: &IssueId, global_id: &str) -> Result<(), WriteError> {
        Self::remove_remote_link(self, id, global_id).await
    }

    async fn property(&self, id: &IssueId, key: &str) -> Result<Option<Value>, Error> {
        Self::property(self, id, key).await
    }

    async fn put_property(&self, id: &IssueId, key: &str, value: &Value) -> Result<(), WriteError> {
        Self::put_property(self, id, key, value).await
    }

    async fn remove_property(&self, id: &IssueId, key: &str) -> Result<(), WriteError> {
        Self::remove_property(self, id, key).await
    }

    async fn recent_marks(&self, project: &str, since_minutes: u32, property: &str) -> Result<Vec<Marked>, Error> {
        Self::recent_marks(self, project, since_minutes, property).await
    }

    async fn unindexed_marks(&self, project: &str, lag_minutes: u32, property: &str) -> Result<Vec<Marked>, Error> {
        Self::unindexed_marks(self, project, lag_minutes, property).await
    }

    async fn create_screen(&self, project: &str, issue_type: &str) -> Result<CreateScreen, Error> {
        Self::create_screen(self, project, issue_type).await
    }

    async fn find_people(&self, text: &str, project: Option<&str>) -> Result<Vec<User>, Error> {
        Ok(Self::find_people(self, text, project).await?.items)
    }
}
