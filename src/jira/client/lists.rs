//! What a site tells of itself: fields, priorities, statuses, projects and the like.

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Client, patiently, send::Call};
use crate::{
    domain::{Component, Deployment, Metadata, Named, Priority, Project, Version},
    jira::{
        Autocomplete,
        error::{Error, ErrorKind},
        wire::{self, meta, page},
    },
};

/// Projects asked for in one page.
const PAGE: u64 = 100;

/// Pages of one list; a list that goes on is not one.
const MOST_PAGES: u32 = 500;

/// Projects whose versions and components are read in one go.
const MOST_PROJECTS: usize = 100;

/// Projects asked for at once; each takes two requests.
const PROJECTS_AT_ONCE: usize = 2;

impl Client {
    /// All that a site tells of itself, but for versions and components, which are read by
    /// [`Client::project_lists`]. A list that the site refuses or that cannot be read is named in
    /// `missing`.
    ///
    /// # Errors
    /// When the site cannot be reached or does not accept the sign-in.
    pub async fn metadata(&self) -> Result<Metadata, Error> {
        let mut missing = vec!["versions".to_owned(), "components".to_owned()];
        let (fields, priorities, statuses, issue_types, resolutions, projects) = futures_util::try_join!(
            self.optional("field", meta::field),
            self.searchable("priority", meta::name),
            self.optional("status", meta::status),
            self.optional("issuetype", meta::issue_type),
            self.searchable("resolution", meta::name),
            async { tolerate(self.projects().await) },
        )?;
        let priorities = priorities.map(ranked);
        Ok(Metadata {
            fields: or_missing(fields, "fields", &mut missing),
            priorities: or_missing(priorities, "priorities", &mut missing),
            statuses: or_missing(statuses, "statuses", &mut missing),
            issue_types: or_missing(issue_types, "issue types", &mut missing),
            resolutions: or_missing(resolutions, "resolutions", &mut missing),
            projects: or_missing(projects, "projects", &mut missing),
            versions: Vec::new(),
            components: Vec::new(),
            missing,
        })
    }

    async fn optional<T>(&self, name: &str, element: page::Element<T>) -> Result<Option<Vec<T>>, Error> {
        let call = Call::get(&self.api(&[name]).await?);
        tolerate(self.list(&call, &["values"], element).await)
    }

    /// A list that Cloud gives in pages under another name, too: the old name is to go.
    async fn searchable<T>(&self, name: &str, element: page::Element<T>) -> Result<Option<Vec<T>>, Error> {
        let whole = self.optional(name, element).await?;
        if whole.is_some() || self.deployment().await? == Deployment::DataCenter {
            return Ok(whole);
        }
        let path = self.api(&[name, "search"]).await?;
        let call = |start: u64| {
            Call::get(&path)
                .with("startAt", start.to_string())
                .with("maxResults", PAGE.to_string())
        };
        tolerate(self.every(call, &["values"], element).await)
    }

    /// All projects that the account can see.
    ///
    /// # Errors
    /// When a page could not be read.
    pub async fn projects(&self) -> Result<Vec<Project>, Error> {
        if self.deployment().await? == Deployment::DataCenter {
            let call = Call::get(&self.api(&["project"]).await?).with("expand", "lead");
            return self.list(&call, &["values"], meta::project).await;
        }
        let path = self.api(&["project", "search"]).await?;
        let call = |start: u64| {
            Call::get(&path)
                .with("startAt", start.to_string())
                .with("maxResults", PAGE.to_string())
                .with("expand", "lead")
        };
        self.every(call, &["values"], meta::project).await
    }

    /// Reads versions and components of these projects into `metadata`, instead of what it held of
    /// them. Of more than a hundred projects the first hundred are read. The lists stay named in
    /// `missing` until they cover every project.
    ///
    /// # Errors
    /// When the site cannot be reached or does not accept the sign-in.
    pub async fn project_lists(&self, metadata: &mut Metadata, projects: &[String]) -> Result<(), Error> {
        let mut complete = projects.len() <= MOST_PROJECTS && covers(projects, metadata);
        let lists = projects.iter().take(MOST_PROJECTS).map(|project| async move {
            let (versions, components) = futures_util::try_join!(
                self.of_project(project, "versions", meta::version),
                self.of_project(project, "components", meta::component),
            )?;
            Ok::<_, Error>((project, versions, components))
        });
        let mut lists = stream::iter(lists.collect::<Vec<_>>()).buffered(PROJECTS_AT_ONCE);
        while let Some((project, versions, components)) = lists.try_next().await? {
            complete &= versions.is_some() && components.is_some();
            if let Some(versions) = versions {
                metadata.versions.retain(|version| version.project != *project);
                metadata.versions.extend(placed(versions, project));
            }
            if let Some(components) = components {
                metadata.components.retain(|component| component.project != *project);
                metadata
                    .components
                    .extend(components.into_iter().map(|component| Component {
                        project: project.clone(),
                        ..component
                    }));
            }
        }
        if complete {
            metadata
                .missing
                .retain(|name| name != "versions" && name != "components");
        }
        Ok(())
    }

    async fn of_project<T>(
        &self,
        project: &str,
        list: &str,
        element: page::Element<T>,
    ) -> Result<Option<Vec<T>>, Error> {
        let call = Call::get(&self.api(&["project", project, list]).await?);
        tolerate(patiently(|| self.list(&call, &["values"], element)).await)
    }

    /// What JQL knows on this site.
    ///
    /// # Errors
    /// When the answer could not be had.
    pub async fn autocomplete(&self) -> Result<Autocomplete, Error> {
        let call = Call::get(&self.api(&["jql", "autocompletedata"]).await?);
        let read = |_: u16, body: &[u8]| Ok(meta::autocomplete(wire::object(body)?));
        Ok(self.send(&call, read).await?.value)
    }

    /// A list that comes in one piece.
    pub(super) async fn list<T>(
        &self,
        call: &Call,
        names: &[&str],
        element: page::Element<T>,
    ) -> Result<Vec<T>, Error> {
        let listing = self
            .send(call, |_, body: &[u8]| page::listing(body, names, element))
            .await?
            .value;
        self.skipped(&call.path(), &listing.skipped);
        Ok(listing.items)
    }

    /// A list that comes in pages, to its end.
    pub(super) async fn every<T>(
        &self,
        call: impl Fn(u64) -> Call,
        names: &[&str],
        element: page::Element<T>,
    ) -> Result<Vec<T>, Error> {
        let mut all = Vec::new();
        let mut start = 0;
        for _ in 0..MOST_PAGES {
            let call = call(start);
            let listing = self
                .send(&call, |_, body: &[u8]| page::listing(body, names, element))
                .await?
                .value;
            self.skipped(&call.path(), &listing.skipped);
            let next = listing.next_offset(start);
            all.extend(listing.items);
            match next {
                Some(next) => start = next,
                None => return Ok(all),
            }
        }
        let (alias, path) = (&self.inner.alias, call(0).path());
        let message = format!("{alias}: the list {path} does not end");
        Err(Error::new(ErrorKind::Malformed, message, "report it with the log"))
    }
}

/// `None` for a list that the site refuses or that cannot be read.
fn tolerate<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.is_of_this_call() => Ok(None),
        Err(error) => Err(error),
    }
}

fn or_missing<T>(list: Option<Vec<T>>, name: &str, missing: &mut Vec<String>) -> Vec<T> {
    list.unwrap_or_else(|| {
        missing.push(name.to_owned());
        Vec::new()
    })
}

fn ranked(names: Vec<Named>) -> Vec<Priority> {
    let rank = |(named, rank)| Priority { named, rank };
    names.into_iter().zip(0..).map(rank).collect()
}

fn placed(versions: Vec<Version>, project: &str) -> impl Iterator<Item = Version> {
    versions.into_iter().zip(0..).map(move |(version, rank)| Version {
        project: project.to_owned(),
        rank,
        ..version
    })
}

fn covers(projects: &[String], metadata: &Metadata) -> bool {
    let known = !metadata.missing.iter().any(|name| name == "projects");
    known && metadata.projects.iter().all(|project| projects.contains(&project.key))
}
