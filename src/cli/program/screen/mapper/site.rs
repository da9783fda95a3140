//! What sites tell of projects, screens, workflows and values.

use std::{collections::BTreeMap, pin::pin, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::SiteMapper;
use crate::{
    app::{Lookup, ScreenRead, Suggested, Target, Workflow},
    cli::program::survey::transitions,
    domain::{
        Alias, Choice, CreateScreen, IssueRef, IssueType, Named, Problem, Project, Status, Transition, User, ValueKind,
    },
    jira::{Client, Error, Search, Suggestions},
    jql,
};

/// When a screen was read that could not be read just now, and why it could not.
type Cached = Option<(Timestamp, String)>;

/// How long a list stays without an answer before it is looked why.
const LOOKING_ON: Duration = Duration::from_secs(3);

/// Issues that are offered as what the new one belongs to.
const ISSUES: u32 = 50;

/// Resolutions that are offered.
const RESOLUTIONS: usize = 60;

impl SiteMapper {
    pub(super) async fn projects(&self, alias: &Alias) -> Result<Vec<Project>, Problem> {
        let client = self.client(alias).await?;
        client.projects().await.map_err(|error| Problem::from(&error))
    }

    pub(super) async fn types(&self, alias: &Alias, project: &str) -> Result<Vec<IssueType>, Problem> {
        let client = self.client(alias).await?;
        client
            .create_types(project)
            .await
            .map_err(|error| Problem::from(&error))
    }

    /// The create screen as the site has it, and kept; as it was kept while the site cannot be asked.
    pub(super) async fn screen(&self, target: &Target, below: Option<&str>) -> Result<ScreenRead, Problem> {
        let (screen, cached) = self.one_screen(target).await?;
        let below = match below {
            // A sub-task type that is gone is told by its setting; the rest can be worked on.
            Some(kind) => {
                let of = Target {
                    issue_type: kind.to_owned(),
                    ..target.clone()
                };
                self.one_screen(&of).await.ok().map(|(screen, _)| screen)
            }
            None => None,
        };
        Ok(ScreenRead {
            screen,
            below,
            names: self.field_names(&target.alias).await?,
            deployment: self.connection(&target.alias).await?.kind,
            zone: self.zone(&target.alias).await?,
            cached,
        })
    }

    /// Names of a site's custom fields, as far as it was asked; a connection that is new has none.
    pub(super) async fn field_names(&self, alias: &Alias) -> Result<BTreeMap<String, String>, Problem> {
        let alias = alias.clone();
        let known = self.stored(move |store| Ok(store.custom_field_names(&alias).unwrap_or_default()));
        known.await
    }

    async fn one_screen(&self, target: &Target) -> Result<(CreateScreen, Cached), Problem> {
        let read = self.fresh_screen(target).await;
        Ok(match read {
            Ok(screen) => (screen, None),
            Err(problem) => {
                let of = target.clone();
                let kept = self
                    .stored(move |store| store.create_screen(&of.alias, &of.project, &of.issue_type))
                    .await?;
                let Some((screen, at)) = kept else { return Err(problem) };
                (screen, Some((at, problem.message)))
            }
        })
    }

    async fn fresh_screen(&self, target: &Target) -> Result<CreateScreen, Problem> {
        let client = self.client(&target.alias).await?;
        let screen = client.create_screen(&target.project, &target.issue_type).await;
        let screen = screen.map_err(|error| Problem::from(&error))?;
        let (of, read, now) = (target.clone(), screen.clone(), self.clock.now());
        self.stored(move |store| store.put_create_screen(&of.alias, &of.project, &of.issue_type, &read, now))
            .await?;
        Ok(screen)
    }

    /// The zone of the connection's account; UTC as long as nobody has signed in.
    pub(super) async fn zone(&self, alias: &Alias) -> Result<TimeZone, Problem> {
        let alias = alias.clone();
        let name = self
            .stored(move |store| {
                let all = store.connections()?;
                Ok(all
                    .into_iter()
                    .find(|one| one.alias == alias)
                    .and_then(|one| one.time_zone))
            })
            .await?;
        Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
    }

    pub(super) async fn workflow(&self, target: &Target) -> Result<Workflow, Problem> {
        let client = self.client(&target.alias).await?;
        let of_types = client.project_statuses(&target.project).await;
        let of_types = of_types.map_err(|error| Problem::from(&error))?;
        let is_meant =
            |kind: &IssueType| kind.name.eq_ignore_ascii_case(&target.issue_type) || kind.id == target.issue_type;
        let own = of_types.iter().find(|one| is_meant(&one.issue_type));
        let statuses: Vec<Status> = own
            .or(of_types.first())
            .map_or_else(Vec::new, |one| one.statuses.clone());
        let transitions = transitions(&client, &target.project, &target.issue_type).await;
        let resolutions = self.resolutions(&transitions).await?;
        Ok(Workflow {
            statuses,
            resolutions,
            transitions,
        })
    }

    /// Those that screens offer, and those that issues have.
    async fn resolutions(&self, transitions: &[Transition]) -> Result<Vec<Named>, Problem> {
        let fields = transitions.iter().flat_map(|transition| &transition.fields);
        let offered = fields.filter(|field| field.kind == ValueKind::Resolution);
        let mut all: Vec<Named> = offered
            .flat_map(|field| &field.allowed)
            .map(|choice| Named {
                id: choice.id.clone(),
                name: choice.name.clone(),
            })
            .collect();
        let seen = self
            .stored(|store| store.values_of("resolution", "", RESOLUTIONS))
            .await?;
        all.extend(seen.into_iter().map(|(name, _)| Named {
            id: String::new(),
            name,
        }));
        let mut known: Vec<String> = Vec::new();
        all.retain(|one| {
            let fresh = !known.contains(&one.name) && !one.name.is_empty();
            known.push(one.name.clone());
            fresh
        });
        Ok(all)
    }

    /// Values that fit what is being typed. Somebody looks on: what a limit holds up is told, not waited for.
    pub(super) async fn choices(&self, lookup: &Lookup) -> Result<Suggested, Problem> {
        let client = self.client(&lookup.target.alias).await?;
        let held_up = || {
            let until = client.traffic().quota.paused_until?;
            Some(limited(&lookup.target.alias, until.duration_since(self.clock.now())))
        };
        watched(self.choices_of(&client, lookup), LOOKING_ON, held_up).await
    }

    async fn choices_of(&self, client: &Client, lookup: &Lookup) -> Result<Suggested, Problem> {
        let (part, project) = (lookup.part.as_str(), lookup.target.project.as_str());
        let found = match lookup.kind {
            ValueKind::User => told(people(client, lookup).await, |user| Choice {
                id: user.name,
                name: user.display,
                ..Choice::default()
            }),
            ValueKind::Group => told(client.find_groups(part).await, |choice| choice),
            ValueKind::Labels => told(client.find_labels(part).await, |choice| choice),
            ValueKind::Sprint => told(client.find_sprints(part, project).await, |sprint| Choice {
                id: sprint.id.to_string(),
                name: sprint.name,
                ..Choice::default()
            }),
            ValueKind::Parent | ValueKind::Epic => told(issues(client, lookup).await, |issue| Choice {
                name: format!("{} {}", issue.key, issue.summary),
                id: issue.key,
                ..Choice::default()
            }),
            _ => told(client.find_values(&lookup.field, part).await, |choice| choice),
        };
        found.map_err(|error| Problem::from(&error))
    }
}

/// What is asked, unless something holds it up that is better told.
pub(super) async fn watched<T>(
    asked: impl Future<Output = Result<T, Problem>>,
    look_every: Duration,
    held_up: impl Fn() -> Option<Problem>,
) -> Result<T, Problem> {
    let mut asked = pin!(asked);
    loop {
        match tokio::time::timeout(look_every, &mut asked).await {
            Ok(answer) => return answer,
            Err(_) => {
                if let Some(problem) = held_up() {
                    return Err(problem);
                }
            }
        }
    }
}

pub(super) fn limited(alias: &Alias, rest: SignedDuration) -> Problem {
    Problem {
        kind: "rate-limited".to_owned(),
        message: format!("{alias} limits requests for another {} s", rest.as_secs().max(1)),
        remedy: "ask again then, or type the value".to_owned(),
    }
}

fn told<T>(found: Result<Suggestions<T>, Error>, choice: impl Fn(T) -> Choice) -> Result<Suggested, Error> {
    found.map(|found| Suggested {
        choices: found.items.into_iter().map(choice).collect(),
        note: found.note,
    })
}

/// Whom the field can hold: an assignee must be one in the project, anybody else anybody. Who may not
/// look for people at all may still see those.
async fn people(client: &Client, lookup: &Lookup) -> Result<Suggestions<User>, Error> {
    let assignable = client.find_people(&lookup.part, Some(&lookup.target.project));
    if lookup.field == "assignee" {
        return assignable.await;
    }
    let found = client.find_people(&lookup.part, None).await?;
    if found.note.is_some() {
        return assignable.await;
    }
    Ok(found)
}

/// Issues that the new one can belong to: for a sub-task an issue that is neither sub-task nor epic, for
/// others an epic. Where the site has no such types, all are offered.
async fn issues(client: &Client, lookup: &Lookup) -> Result<Suggestions<IssueRef>, Error> {
    let part = lookup.part.trim();
    let types = if lookup.kind == ValueKind::Parent && lookup.subtask {
        "issuetype in standardIssueTypes() AND issuetype != Epic"
    } else {
        "issuetype = Epic"
    };
    let is_key = part.split_once('-').is_some_and(|(project, number)| {
        !project.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let named = match part {
        "" => String::new(),
        key if is_key => format!(" AND key = {}", jql::quote(&key.to_ascii_uppercase())),
        words => format!(" AND summary ~ {}", jql::quote(&format!("{words}*"))),
    };
    let project = jql::quote(&lookup.target.project);
    let search = Search {
        jql: format!("project = {project} AND {types}{named} ORDER BY created DESC"),
        max_results: ISSUES,
        changelog: false,
        page: None,
    };
    match client.search(&search).await {
        Ok(page) => Ok(Suggestions {
            items: page
                .items
                .into_iter()
                .map(|issue| IssueRef {
                    id: issue.id.to_string(),
                    key: issue.key.to_string(),
                    summary: issue.summary,
                    status: None,
                })
                .collect(),
            note: None,
        }),
        Err(error) if error.is_of_this_call() => client.find_issues(part, Some(&lookup.target.project)).await,
        Err(error) => Err(error),
    }
}
