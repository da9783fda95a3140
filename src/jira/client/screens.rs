//! What can be created in a project: its issue types, their create screens, and the statuses that
//! issues go through.

use std::collections::BTreeSet;

use super::{Client, send::Call, write::mandatory_first};
use crate::{
    domain::{CreateField, CreateScreen, Deployment, IssueType},
    jira::{
        ProjectNow, Standing, TypeStatuses,
        error::{Error, ErrorKind},
        wire::{choice, meta, page, screen},
    },
};

/// What helps who may not create issues.
const NO_CREATE: &str = "ask the project's administrators for the permission to create issues";

/// Entries asked for in one page; Cloud refuses more than 200.
const PAGE: u64 = 100;

impl Client {
    /// The issue types that can be created in a project.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] or [`ErrorKind::NotFound`] where the account may not create issues.
    pub async fn create_types(&self, project: &str) -> Result<Vec<IssueType>, Error> {
        let path = self.api(&["issue", "createmeta", project, "issuetypes"]).await?;
        let names = ["issueTypes", "values", "createMetaIssueType"];
        let mut types = match self.every(paged(&path), &names, meta::issue_type).await {
            Ok(types) => types,
            Err(error) => self.of_old_screens(error, project, None, screen::old_types).await?,
        };
        let mut seen = BTreeSet::new();
        types.retain(|kind| seen.insert(kind.id.clone()));
        Ok(types)
    }

    /// The fields of the create screen of a project and issue type (by id), mandatory ones first.
    ///
    /// # Errors
    /// [`ErrorKind::Rejected`] or [`ErrorKind::NotFound`] where the account may not create issues.
    pub async fn create_meta(&self, project: &str, issue_type: &str) -> Result<Vec<CreateField>, Error> {
        let path = ["issue", "createmeta", project, "issuetypes", issue_type];
        let path = self.api(&path).await?;
        let names = ["fields", "values", "results"];
        let mut fields = match self.every(paged(&path), &names, screen::field).await {
            Ok(fields) => fields,
            Err(error) => {
                let kind = Some(issue_type);
                self.of_old_screens(error, project, kind, screen::old_fields).await?
            }
        };
        let mut seen = BTreeSet::new();
        fields.retain(|field| seen.insert(field.id.clone()));
        mandatory_first(&mut fields);
        Ok(fields)
    }

    /// The create screen of a project (by key or id) and an issue type (by id or name).
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if the project has no such type that the account may create, or takes
    /// no issues any more.
    pub async fn create_screen(&self, project: &str, issue_type: &str) -> Result<CreateScreen, Error> {
        let found = self.project(project).await?;
        if found.standing != Standing::Live {
            return Err(self.not_live(&found));
        }
        let types = self.create_types(project).await;
        let types = types.map_err(|error| self.not_creatable(project, error))?;
        let chosen = chosen(&types, issue_type).ok_or_else(|| self.no_type(project, issue_type, &types))?;
        Ok(CreateScreen {
            fields: self.create_meta(project, &chosen.id).await?,
            issue_type: chosen.clone(),
            project: found.project,
        })
    }

    /// Data Center before 8.4 tells of all create screens in one answer, and newer ones do not have that
    /// any more. `error` is what became of the way that is common by now.
    async fn of_old_screens<T>(
        &self,
        error: Error,
        project: &str,
        issue_type: Option<&str>,
        element: page::Element<Vec<T>>,
    ) -> Result<Vec<T>, Error> {
        let absent = matches!(error.status, Some(404 | 405 | 410)) && error.is_of_this_call();
        if !absent || self.deployment().await? != Deployment::DataCenter {
            return Err(error);
        }
        let by_id = project.bytes().all(|byte| byte.is_ascii_digit());
        let named = if by_id { "projectIds" } else { "projectKeys" };
        let mut call = Call::get(&self.api(&["issue", "createmeta"]).await?).with(named, project);
        if let Some(kind) = issue_type {
            call = call
                .with("issuetypeIds", kind)
                .with("expand", "projects.issuetypes.fields");
        }
        match self.list(&call, &["projects"], element).await {
            Ok(projects) => Ok(projects.into_iter().flatten().collect()),
            Err(old) if old.is_of_this_call() => Err(error),
            Err(old) => Err(old),
        }
    }

    /// The project is there and does not let the account create issues, which Data Center says with 400.
    fn not_creatable(&self, project: &str, error: Error) -> Error {
        if !matches!(
            error.kind,
            ErrorKind::Rejected | ErrorKind::NotFound | ErrorKind::Forbidden
        ) {
            return error;
        }
        let alias = &self.inner.alias;
        let said = error
            .message
            .strip_prefix(&format!("{alias}: "))
            .unwrap_or(&error.message);
        Error {
            kind: ErrorKind::NotFound,
            message: format!("{alias}: the account may not create issues in {project}: {said}"),
            remedy: NO_CREATE.to_owned(),
            ..error
        }
    }

    fn not_live(&self, found: &ProjectNow) -> Error {
        let (alias, key) = (&self.inner.alias, &found.project.key);
        let what = match found.standing {
            Standing::Deleted => "is in the trash",
            Standing::Archived | Standing::Live => "is archived",
        };
        Error::new(
            ErrorKind::NotFound,
            format!("{alias}: the project {key} {what} and takes no issues"),
            "choose another project, or have a Jira administrator restore this one",
        )
    }

    fn no_type(&self, project: &str, issue_type: &str, types: &[IssueType]) -> Error {
        let alias = &self.inner.alias;
        if types.is_empty() {
            return Error::new(
                ErrorKind::NotFound,
                format!("{alias}: the account may not create issues in {project}"),
                NO_CREATE,
            );
        }
        let names: Vec<&str> = types.iter().map(|kind| kind.name.as_str()).collect();
        Error::new(
            ErrorKind::NotFound,
            format!("{alias}: {project} has no issue type \"{issue_type}\" to create"),
            format!("choose one of: {}", names.join(", ")),
        )
    }

    /// A project by key or id, also an archived one, which Data Center hides from direct questions.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none that the account may see.
    pub async fn project(&self, key_or_id: &str) -> Result<ProjectNow, Error> {
        let call = Call::get(&self.api(&["project", key_or_id]).await?);
        let path = call.path();
        if let Some(found) = self.one_or_absent(call, choice::project_now).await? {
            return Ok(found);
        }
        if let Some(found) = self.put_away(key_or_id).await? {
            return Ok(found);
        }
        let alias = &self.inner.alias;
        let message =
            format!("{alias}: there is no project {key_or_id}, or it is hidden from the account (GET {path})");
        let mut error = Error::new(
            ErrorKind::NotFound,
            message,
            "check the key, which is spelled in capitals; if it is right, ask for permission to see it",
        );
        error.status = Some(404);
        Err(error)
    }

    /// A project among those that are archived or in the trash, as far as the account may list them.
    async fn put_away(&self, key_or_id: &str) -> Result<Option<ProjectNow>, Error> {
        let call = match self.deployment().await? {
            Deployment::Cloud => Call::get(&self.api(&["project", "search"]).await?)
                .with("keys", key_or_id)
                .with("status", "archived")
                .with("status", "deleted"),
            Deployment::DataCenter => Call::get(&self.api(&["project"]).await?).with("includeArchived", "true"),
        };
        let same = |found: &ProjectNow| found.project.key == key_or_id || found.project.id == key_or_id;
        match self.list(&call, &["values"], choice::put_away).await {
            Ok(listed) => Ok(listed.into_iter().flatten().find(same)),
            Err(error) if error.is_of_this_call() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The statuses of each issue type of a project.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] if there is none that the account may see.
    pub async fn project_statuses(&self, project: &str) -> Result<Vec<TypeStatuses>, Error> {
        let call = Call::get(&self.api(&["project", project, "statuses"]).await?);
        self.list(&call, &["values"], choice::type_statuses).await
    }
}

/// Calls of one page each.
fn paged(path: &[&str]) -> impl Fn(u64) -> Call {
    let call = Call::get(path).with("maxResults", PAGE.to_string());
    move |start| call.clone().with("startAt", start.to_string())
}

/// An id goes before a name, a name in its own spelling before one in another.
fn chosen<'t>(types: &'t [IssueType], wanted: &str) -> Option<&'t IssueType> {
    let exact = |kind: &&IssueType| kind.name == wanted;
    let alike = |kind: &&IssueType| kind.name.to_lowercase() == wanted.to_lowercase();
    let by_id = types.iter().find(|kind| kind.id == wanted);
    by_id
        .or_else(|| types.iter().find(exact))
        .or_else(|| types.iter().find(alike))
}
