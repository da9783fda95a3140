//! What sites tell of projects, screens, workflows and values.

use jiff::tz::TimeZone;

use super::SiteMapper;
use crate::{
    app::{Lookup, ScreenRead, Target, Workflow},
    domain::{Alias, Choice, CreateScreen, IssueId, IssueType, Named, Problem, Project, Status, Transition, ValueKind},
    jira::{Client, Suggestions},
    jql,
};

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
    pub(super) async fn screen(&self, target: &Target) -> Result<ScreenRead, Problem> {
        let read = self.fresh_screen(target).await;
        let (screen, cached) = match read {
            Ok(screen) => (screen, None),
            Err(problem) => {
                let of = target.clone();
                let kept = self
                    .stored(move |store| store.create_screen(&of.alias, &of.project, &of.issue_type))
                    .await?;
                let Some((screen, at)) = kept else { return Err(problem) };
                (screen, Some((at, problem.message)))
            }
        };
        Ok(ScreenRead {
            screen,
            deployment: self.connection(&target.alias).await?.kind,
            zone: self.zone(&target.alias).await?,
            cached,
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
                let all = store.connections_uncounted()?;
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
        let transitions = transitions(&client, target).await;
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

    pub(super) async fn choices(&self, lookup: &Lookup) -> Result<Vec<Choice>, Problem> {
        let client = self.client(&lookup.target.alias).await?;
        let (part, project) = (lookup.part.as_str(), lookup.target.project.as_str());
        let found = match lookup.kind {
            ValueKind::User => told(client.find_people(part, Some(project)).await, |user| Choice {
                id: user.name,
                name: user.display,
                children: Vec::new(),
            }),
            ValueKind::Group => told(client.find_groups(part).await, |choice| choice),
            ValueKind::Labels => told(client.find_labels(part).await, |choice| choice),
            ValueKind::Sprint => told(client.find_sprints(part, project).await, |sprint| Choice {
                id: sprint.id.to_string(),
                name: sprint.name,
                children: Vec::new(),
            }),
            ValueKind::Parent | ValueKind::Epic => {
                told(client.find_issues(part, Some(project)).await, |issue| Choice {
                    name: format!("{} {}", issue.key, issue.summary),
                    id: issue.key,
                    children: Vec::new(),
                })
            }
            _ => told(client.find_values(&lookup.field, part).await, |choice| choice),
        };
        found.map_err(|error| Problem::from(&error))
    }
}

fn told<T>(
    found: Result<Suggestions<T>, crate::jira::Error>,
    choice: impl Fn(T) -> Choice,
) -> Result<Vec<Choice>, crate::jira::Error> {
    found.map(|found| found.items.into_iter().map(choice).collect())
}

/// The transitions of an open and of a closed issue, where there are such; none is no failure, for only
/// their screens' fields are wanted.
async fn transitions(client: &Client, target: &Target) -> Vec<Transition> {
    let mut all: Vec<Transition> = Vec::new();
    for category in ["!=", "="] {
        let jql = format!(
            "project = {} AND issuetype = {} AND statusCategory {category} Done ORDER BY created DESC",
            jql::quote(&target.project),
            jql::quote(&target.issue_type)
        );
        let Ok(page) = client.search_stubs(&jql, 1, None).await else {
            continue;
        };
        let id: Option<IssueId> = page.items.into_iter().next().map(|stub| stub.id);
        let Some(id) = id else { continue };
        let open = client.open_transitions(&id).await.unwrap_or_default();
        for transition in open {
            if !all.iter().any(|known| known.to.id == transition.to.id) {
                all.push(transition);
            }
        }
    }
    all
}
