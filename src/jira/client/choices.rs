//! Searching for values while somebody types: people, groups, labels and other values, sprints,
//! issues.

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Client, send::Call};
use crate::{
    domain::{Choice, Deployment, IssueRef, Sprint, User},
    jira::{
        Suggestions,
        error::{Error, ErrorKind},
        wire::choice,
    },
    jql,
};

/// Values told at once.
const MOST: usize = 50;

/// Boards of a project whose sprints are read.
const MOST_BOARDS: usize = 20;

/// Boards asked at once.
const AT_ONCE: usize = 4;

impl Client {
    /// People whose name or address fits `text`; with a project only those that can be assigned
    /// there.
    ///
    /// # Errors
    /// When the site cannot be reached or does not accept the sign-in.
    pub async fn find_people(&self, text: &str, project: Option<&str>) -> Result<Suggestions<User>, Error> {
        let cloud = self.deployment().await? == Deployment::Cloud;
        let path: &[&str] = match project {
            Some(_) => &["user", "assignable", "search"],
            None => &["user", "search"],
        };
        let mut call = Call::get(&self.api(path).await?).with("maxResults", MOST.to_string());
        if let Some(project) = project {
            call = call.with("project", project);
        }
        call = match (cloud, project) {
            (true, _) => call.with("query", text),
            // Data Center takes a dot for "any".
            (false, None) if text.trim().is_empty() => call.with("username", "."),
            (false, _) => call.with("username", text),
        };
        suggested(self.list(&call, &["users", "values"], choice::person).await)
    }

    /// Groups whose name fits `text`.
    ///
    /// # Errors
    /// When the site cannot be reached or does not accept the sign-in.
    pub async fn find_groups(&self, text: &str) -> Result<Suggestions<Choice>, Error> {
        let call = Call::get(&self.api(&["groups", "picker"]).await?)
            .with("query", text)
            .with("maxResults", MOST.to_string());
        suggested(self.list(&call, &["groups"], choice::group).await)
    }

    /// Labels that begin with `text`.
    ///
    /// # Errors
    /// When the site cannot be reached or does not accept the sign-in.
    pub async fn find_labels(&self, text: &str) -> Result<Suggestions<Choice>, Error> {
        self.find_values("labels", text).await
    }

    /// Values of a field, by its id, that fit `text`, where the site suggests any. The id of a
    /// choice is what a query takes.
    ///
    /// # Errors
    /// When the site cannot be reached or does not accept the sign-in.
    pub async fn find_values(&self, field: &str, text: &str) -> Result<Suggestions<Choice>, Error> {
        let name = match field.strip_prefix("customfield_") {
            Some(number) => format!("cf[{number}]"),
            None => field.to_owned(),
        };
        let call = Call::get(&self.api(&["jql", "autocompletedata", "suggestions"]).await?)
            .with("fieldName", name)
            .with("fieldValue", text);
        suggested(self.list(&call, &["results"], choice::suggestion).await)
    }

    /// Active and future sprints of a project's boards whose name holds `text`.
    ///
    /// # Errors
    /// When the site cannot be reached or does not accept the sign-in.
    pub async fn find_sprints(&self, text: &str, project: &str) -> Result<Suggestions<Sprint>, Error> {
        let call = Call::get(&["rest", "agile", "1.0", "board"])
            .with("projectKeyOrId", project)
            .with("maxResults", MOST.to_string());
        let boards = suggested(self.every(from(call), &["values"], choice::board).await)?;
        if boards.note.is_some() {
            return self.suggested_sprints(text, boards.note).await;
        }
        let lists: Vec<Vec<Sprint>> = stream::iter(boards.items.into_iter().take(MOST_BOARDS))
            .map(|board| self.sprints_of(board))
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        let wanted = text.trim().to_lowercase();
        let mut items: Vec<Sprint> = Vec::new();
        for sprint in lists.into_iter().flatten() {
            let fits = sprint.name.to_lowercase().contains(&wanted);
            if fits && items.len() < MOST && !items.iter().any(|known| known.id == sprint.id) {
                items.push(sprint);
            }
        }
        Ok(Suggestions { items, note: None })
    }

    /// Not every board has sprints, and one without answers as if the question were wrong.
    async fn sprints_of(&self, board: i64) -> Result<Vec<Sprint>, Error> {
        let board = board.to_string();
        let call = Call::get(&["rest", "agile", "1.0", "board", &board, "sprint"])
            .with("state", "active,future")
            .with("maxResults", MOST.to_string());
        Ok(suggested(self.every(from(call), &["values"], choice::sprint).await)?.items)
    }

    /// Where the boards may not be read, which some sign-ins do not allow; only what is told with
    /// its number is of use.
    async fn suggested_sprints(&self, text: &str, note: Option<String>) -> Result<Suggestions<Sprint>, Error> {
        let values = self.find_values("sprint", text).await?;
        let sprint = |choice: Choice| {
            Some(Sprint {
                id: choice.id.parse().ok()?,
                name: choice.name,
                state: String::new(),
            })
        };
        let items: Vec<Sprint> = values.items.into_iter().filter_map(sprint).collect();
        let note = note.filter(|_| items.is_empty());
        Ok(Suggestions { items, note })
    }

    /// Issues whose key or text fits `text`, without sub-tasks; with a project only its own.
    ///
    /// # Errors
    /// When the site cannot be reached or does not accept the sign-in.
    pub async fn find_issues(&self, text: &str, project: Option<&str>) -> Result<Suggestions<IssueRef>, Error> {
        let mut call = Call::get(&self.api(&["issue", "picker"]).await?)
            .with("query", text)
            .with("showSubTasks", "false");
        if let Some(project) = project {
            call = call.with("currentJQL", format!("project = {}", jql::quote(project)));
        }
        let sections = suggested(self.list(&call, &["sections"], choice::picked_issues).await)?;
        let own = |issue: &IssueRef| {
            let home = issue.key.rsplit_once('-').map(|(home, _)| home);
            project.is_none_or(|project| home.is_some_and(|home| home.eq_ignore_ascii_case(project)))
        };
        let mut items: Vec<IssueRef> = Vec::new();
        for issue in sections.items.into_iter().flatten().filter(own) {
            if items.len() < MOST && !items.iter().any(|known| known.key == issue.key) {
                items.push(issue);
            }
        }
        Ok(Suggestions {
            items,
            note: sections.note,
        })
    }
}

/// The call for each page.
fn from(call: Call) -> impl Fn(u64) -> Call {
    move |start| match start {
        0 => call.clone(),
        _ => call.clone().with("startAt", start.to_string()),
    }
}

/// The first of a list; none, and why, of a list that the site keeps from the account.
fn suggested<T>(result: Result<Vec<T>, Error>) -> Result<Suggestions<T>, Error> {
    match result {
        Ok(mut items) => {
            items.truncate(MOST);
            Ok(Suggestions { items, note: None })
        }
        Err(error) if error.is_of_this_call() || error.kind == ErrorKind::Scope => Ok(Suggestions {
            items: Vec::new(),
            note: Some(error.message),
        }),
        Err(error) => Err(error),
    }
}
