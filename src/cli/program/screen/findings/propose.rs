//! What issues would be made of findings, from mapping, finding and create screen.
//!
//! Must never be in here: making them.

use jiff::tz::TimeZone;

use super::{StoreFindings, blocking, setup, told};
use crate::{
    app::{MappingChoice, Planned, PlannedField, Proposal, ProposalRequest},
    config::{Config, Create, MappingConfig, ProjectChoice},
    domain::{
        Alias, CreateField, CreateScreen, Deployment, Finding, FindingDetail, IssueId, Link, Problem, Responsible,
    },
    mapping::{self, Calendars, Composed, DialogAt, Ground, Verdict},
    push::person,
};

/// Findings whose issues are worked out whole; of more only the mapping is told.
const WHOLE: usize = 20;

/// A finding and the mapping that its issue is made by.
struct Plan {
    detail: FindingDetail,
    mapping: MappingConfig,
    project: Option<String>,
}

/// What is known of the issues to be made.
enum Decided {
    /// This has to be asked first.
    Asks(Proposal),
    /// One for each finding; what cannot be made is told instead.
    Plans(Vec<Result<Plan, Planned>>),
}

impl StoreFindings {
    /// See [`crate::runtime::Findings::propose`].
    pub(super) async fn proposal(&self, request: ProposalRequest) -> Result<Proposal, Problem> {
        let (own, asked) = (self.clone(), request.clone());
        let (config, decided) = blocking(move || {
            let config = own.config()?;
            let decided = own.decide(&config, &asked)?;
            Ok::<_, Problem>((config, decided))
        })
        .await??;
        let plans = match decided {
            Decided::Plans(plans) => plans,
            Decided::Asks(question) => return Ok(question),
        };
        let mut planned = Vec::with_capacity(plans.len());
        let single = plans.len() == 1;
        for (place, plan) in plans.into_iter().enumerate() {
            let of_mapping = plan.as_ref().is_ok_and(|plan| plan.mapping.create == Create::Browser);
            let in_browser = request.in_browser || of_mapping;
            match plan {
                Err(refused) => planned.push(refused),
                Ok(plan) if single && in_browser => return self.in_browser(&config, plan).await,
                Ok(plan) if place < WHOLE => planned.push(self.planned(&config, plan).await),
                Ok(plan) => planned.push(plan.briefly()),
            }
        }
        Ok(Proposal::Ready(planned))
    }

    /// Mapping and project of each finding, or what has to be asked first.
    fn decide(&self, config: &Config, request: &ProposalRequest) -> Result<Decided, Problem> {
        let mut plans = Vec::with_capacity(request.rows.len());
        let single = request.rows.len() == 1;
        let calendars = self.calendars()?;
        for row in &request.rows {
            let detail = self.store.finding_detail(*row).map_err(|error| told(&error))?;
            let Some(detail) = detail else { continue };
            let mapping = match mapping_of(config, request, &detail.finding, &calendars) {
                Ok(mapping) => mapping,
                Err(choices) if single => return Ok(Decided::Asks(Proposal::Mapping(choices))),
                Err(_) => {
                    let reason = "no mapping covers it: n on it alone says why";
                    plans.push(Err(refused(&detail, None, reason.to_owned())));
                    continue;
                }
            };
            let project = match self.project_of(&mapping, request, &detail.finding) {
                Ok(project) => project,
                Err(()) if single => {
                    let projects = self.projects(&mapping.connection)?;
                    return Ok(Decided::Asks(Proposal::Project {
                        mapping: mapping.name,
                        projects,
                    }));
                }
                Err(()) => {
                    let reason = "its mapping asks for the project: create it alone";
                    plans.push(Err(refused(&detail, Some(&mapping), reason.to_owned())));
                    continue;
                }
            };
            plans.push(Ok(Plan {
                detail,
                mapping,
                project,
            }));
        }
        Ok(Decided::Plans(plans))
    }

    /// The project that a person chose or the entity has; nothing for the mapping's own.
    fn project_of(
        &self,
        mapping: &MappingConfig,
        request: &ProposalRequest,
        finding: &Finding,
    ) -> Result<Option<String>, ()> {
        if request.project.is_some() {
            return Ok(request.project.clone());
        }
        let of_entity = |tag: &str| self.shelf.project_of(tag, &mapping.connection);
        match mapping::project_for(mapping, finding, &of_entity) {
            ProjectChoice::Ask => Err(()),
            choice if choice == mapping.project => Ok(None),
            ProjectChoice::Key(key) => Ok(Some(key)),
        }
    }

    /// Projects of a connection, those with cached issues first.
    fn projects(&self, alias: &Alias) -> Result<Vec<(String, String)>, Problem> {
        let mut projects = self.store.projects(alias).map_err(|error| told(&error))?;
        let used = self.store.projects_in_use(alias).map_err(|error| told(&error))?;
        projects.sort_by_key(|(key, _)| (!used.contains(key), key.clone()));
        Ok(projects)
    }

    /// An issue as it would be sent.
    async fn planned(&self, config: &Config, plan: Plan) -> Planned {
        match self.composed(config, &plan).await {
            Ok((_, composed)) => plan.with(&composed),
            Err(problem) => Planned {
                problem: Some(format!("{} · {}", problem.message, problem.remedy)),
                ..plan.briefly()
            },
        }
    }

    async fn in_browser(&self, config: &Config, plan: Plan) -> Result<Proposal, Problem> {
        let (screen, composed) = self.composed(config, &plan).await?;
        let connection = connection(config, &plan.mapping.connection)?;
        let source = plan.detail.finding.url.as_deref();
        let parent = self.parent(&plan)?.map(|link| link.issue);
        let at = DialogAt {
            site: connection.site(),
            deployment: connection.kind,
            parent: parent.as_ref().map(IssueId::as_str),
        };
        Ok(Proposal::Browser(mapping::create_dialog(
            at, &screen, &composed, source,
        )))
    }

    /// The create screen and what the mapping fills it with.
    async fn composed(&self, config: &Config, plan: &Plan) -> Result<(CreateScreen, Composed), Problem> {
        let alias = &plan.mapping.connection;
        let project = match (&plan.project, &plan.mapping.project) {
            (Some(project), _) | (None, ProjectChoice::Key(project)) => project.clone(),
            (None, ProjectChoice::Ask) => {
                return Err(setup("the project is not known".to_owned(), "create it alone with n"));
            }
        };
        let parent = self.parent(plan)?.map(|link| link.key.to_string());
        let kind = plan.mapping.subtask_type.as_ref().filter(|_| parent.is_some());
        let kind = kind.unwrap_or(&plan.mapping.issue_type).clone();
        let screen = self.screen(config, alias, &project, &kind).await?;
        let (own, alias, shown) = (self.clone(), alias.clone(), screen.clone());
        let (mapping, finding) = (plan.mapping.clone(), plan.detail.finding.clone());
        let composed = blocking(move || {
            let site = own.site(&alias)?;
            let people = |who: &Responsible, _: &CreateField| person(&own.store, &alias, who);
            let ground = Ground::new(site.0, &shown, &site.1, own.clock.now())
                .with_people(&people)
                .with_parent(parent.as_deref());
            Ok::<_, Problem>(mapping::compose(&mapping, &finding, &ground))
        })
        .await??;
        Ok((screen, composed))
    }

    /// The link to the issue that a sub-task would belong to.
    fn parent(&self, plan: &Plan) -> Result<Option<Link>, Problem> {
        let finding = &plan.detail.finding;
        let Some(parent) = finding.parent.as_ref().filter(|_| plan.mapping.subtask_type.is_some()) else {
            return Ok(None);
        };
        let id = crate::domain::FindingId {
            source: finding.id.source.clone(),
            external: parent.clone(),
        };
        let found = self.store.find_finding(&id).map_err(|error| told(&error))?;
        let Some((row, _)) = found else { return Ok(None) };
        let link = self.row(row)?.link;
        Ok(link.filter(|link| link.alias == plan.mapping.connection))
    }

    /// The create screen as last read, else from the site.
    async fn screen(&self, config: &Config, alias: &Alias, project: &str, kind: &str) -> Result<CreateScreen, Problem> {
        let (store, asked, of, typed) = (self.store.clone(), alias.clone(), project.to_owned(), kind.to_owned());
        let kept = blocking(move || store.create_screen(&asked, &of, &typed)).await?;
        if let Some((screen, _)) = kept.map_err(|error| told(&error))? {
            return Ok(screen);
        }
        let connection = connection(config, alias)?;
        let client = self.engine.clients().get(connection).await;
        let client = client.map_err(|error| Problem::from(&error))?;
        let screen = client.create_screen(project, kind).await;
        let screen = screen.map_err(|error| Problem::from(&error))?;
        let (own, read) = (self.clone(), screen.clone());
        let (alias, project, kind) = (alias.clone(), project.to_owned(), kind.to_owned());
        let now = self.clock.now();
        let stored = blocking(move || own.store.put_create_screen(&alias, &project, &kind, &read, now)).await?;
        stored.map_err(|error| told(&error))?;
        Ok(screen)
    }

    /// Deployment, and the zone of the account.
    fn site(&self, alias: &Alias) -> Result<(Deployment, TimeZone), Problem> {
        let connections = self.store.connections().map_err(|error| told(&error))?;
        let state = connections.into_iter().find(|state| state.alias == *alias);
        let state = state.ok_or_else(|| unknown(alias))?;
        let zone = state.time_zone.and_then(|name| TimeZone::get(&name).ok());
        let deployment = state.deployment.ok_or_else(|| {
            setup(
                format!("{alias} was never reached"),
                "press r on 4 to sign in, then try again",
            )
        })?;
        Ok((deployment, zone.unwrap_or(TimeZone::UTC)))
    }
}

/// The mapping asked for, or the only one that covers the finding; else how each of them stands.
fn mapping_of(
    config: &Config,
    request: &ProposalRequest,
    finding: &Finding,
    calendars: &Calendars,
) -> Result<MappingConfig, Vec<MappingChoice>> {
    if let Some(chosen) = request.mapping.as_deref().and_then(|name| config.mapping(name)) {
        return Ok(chosen.clone());
    }
    if request.rows.len() > 1 {
        let chosen = mapping::choose(&config.mappings, finding, calendars);
        return chosen.cloned().ok_or_else(Vec::new);
    }
    let choices: Vec<MappingChoice> = config
        .mappings
        .iter()
        .map(|mapping| MappingChoice {
            name: mapping.name.clone(),
            target: target(mapping, None),
            refused: match mapping::covers(&mapping.matching, finding, &calendars.moment(&mapping.connection)) {
                _ if !mapping.enabled => Some("it is paused: space on 5 switches it on".to_owned()),
                Verdict::Yes => None,
                Verdict::No(reason) => Some(reason),
            },
        })
        .collect();
    let mut fitting = choices.iter().filter(|choice| choice.refused.is_none());
    match (fitting.next(), fitting.next()) {
        (Some(only), None) => config.mapping(&only.name).cloned().ok_or_else(Vec::new),
        _ => Err(choices),
    }
}

fn unknown(alias: &Alias) -> Problem {
    setup(
        format!("there is no connection {alias} any more"),
        "change the connection of the mapping on 5",
    )
}

fn connection<'c>(config: &'c Config, alias: &Alias) -> Result<&'c crate::config::ConnectionConfig, Problem> {
    let found = config.connections.iter().find(|connection| connection.alias == *alias);
    found.ok_or_else(|| unknown(alias))
}

/// `acme / PAY / Bug`
fn target(mapping: &MappingConfig, project: Option<&str>) -> String {
    let own = match &mapping.project {
        ProjectChoice::Key(key) => key,
        ProjectChoice::Ask => "any project",
    };
    format!(
        "{} / {} / {}",
        mapping.connection,
        project.unwrap_or(own),
        mapping.issue_type
    )
}

fn about(detail: &FindingDetail) -> String {
    format!("{} · {}", detail.row.id.short(), detail.row.title)
}

fn refused(detail: &FindingDetail, mapping: Option<&MappingConfig>, reason: String) -> Planned {
    Planned {
        row: detail.row.row,
        about: about(detail),
        mapping: mapping.map(|mapping| mapping.name.clone()).unwrap_or_default(),
        problem: Some(reason),
        ..Planned::default()
    }
}

impl Plan {
    fn briefly(&self) -> Planned {
        Planned {
            row: self.detail.row.row,
            about: about(&self.detail),
            mapping: self.mapping.name.clone(),
            project: self.project.clone(),
            target: target(&self.mapping, self.project.as_deref()),
            ..Planned::default()
        }
    }

    /// With what each field would hold; empty ones are left out.
    fn with(&self, composed: &Composed) -> Planned {
        let shown = composed
            .outcomes
            .iter()
            .filter(|outcome| outcome.value.is_some() || outcome.problem.is_some());
        let fields = shown.map(|outcome| PlannedField {
            name: outcome.name.clone(),
            sample: outcome.sample.clone(),
            problem: outcome.problem.clone(),
        });
        let in_the_way = composed.problems().count();
        Planned {
            fields: fields.collect(),
            problem: (in_the_way > 0).then(|| {
                let fields = if in_the_way == 1 {
                    "1 field"
                } else {
                    &format!("{in_the_way} fields")
                };
                format!("{fields} in the way: mend the mapping {} on 5", self.mapping.name)
            }),
            ..self.briefly()
        }
    }
}
