//! Mappings tried out: what cannot work, what would be sent, what a new one begins with.
//!
//! Must never be in here: writing anything.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    cli::{
        failure::Failure,
        program::{
            findings::find,
            survey::{Survey, connection_of, transitions},
        },
        services::{DryLine, DryRequest, Flawed},
    },
    config::{Config, ConnectionConfig, Create, MappingConfig, ProjectChoice, Rule},
    domain::{CreateScreen, Finding, FindingQuery, Link, Problem, Status, Transition},
    mapping::{self, Action, Calendars, FlawLevel, Ground},
    store::StoreError,
    sync::planner,
};

/// What cannot work by what the site says now.
pub(super) async fn check(survey: &Survey, config: &Config, mapping: &MappingConfig) -> Result<Vec<Flawed>, Failure> {
    let connection = connection_of(&config.connections, mapping)?;
    let mut flaws = Vec::new();
    let project = match &mapping.project {
        ProjectChoice::Key(project) => project.clone(),
        ProjectChoice::Ask => {
            let model = latest(survey, mapping).await?;
            // With a model the check itself says that nothing can be created automatically.
            if model.is_none() || !is_automatic(mapping) {
                flaws.push(unasked(mapping, model.as_deref()));
            }
            let Some(model) = model else { return Ok(flaws) };
            model
        }
    };
    let (screen, below) = match screens(survey, connection, mapping, &project).await {
        Ok(screens) => screens,
        Err(problem) if ["not-found", "rejected"].contains(&problem.kind.as_str()) => {
            let drift = vec![("Project".to_owned(), problem.message.clone())];
            note(survey, config, mapping, drift).await?;
            flaws.push(gone(&problem));
            return Ok(flaws);
        }
        Err(problem) => return Err(problem.into()),
    };
    let alias = mapping.connection.clone();
    let names = survey.blocking(move |store| store.custom_field_names(&alias)).await?;
    let named = |id: &str| names.get(id).cloned();
    let drift = mapping::drift(mapping, &screen, below.as_ref());
    let drift = drift
        .into_iter()
        .map(|(field, wrong)| (named(&field).unwrap_or(field), wrong));
    note(survey, config, mapping, drift.collect()).await?;
    let statuses = survey.statuses(connection, &screen).await?;
    let steps = steps(survey, connection, mapping, &project).await?;
    let judged = judged(survey, connection, screen, statuses, {
        let mapping = mapping.clone();
        move |ground| {
            let ground = ground.with_below(below.as_ref()).with_transitions(&steps);
            mapping::check(&mapping, &ground)
        }
    });
    let found = judged.await?.into_iter().map(|flaw| mapping::FieldFlaw {
        name: named(&flaw.name).unwrap_or(flaw.name),
        ..flaw
    });
    flaws.extend(found.map(flawed));
    flaws.extend(taken_away(config, mapping));
    Ok(flaws)
}

/// Mappings that come first.
fn taken_away(config: &Config, mapping: &MappingConfig) -> Vec<Flawed> {
    let behind = mapping::behind(&config.mappings, &mapping.name, &mapping.matching).into_iter();
    let told = behind.filter(|_| mapping.enabled).map(|(first, overlap)| Flawed {
        field: "match".to_owned(),
        name: "Findings".to_owned(),
        level: "warning",
        reason: overlap.told(&first),
    });
    told.collect()
}

/// The project whose screens were read last for a mapping that asks for the project.
async fn latest(survey: &Survey, mapping: &MappingConfig) -> Result<Option<String>, Failure> {
    let (alias, kind) = (mapping.connection.clone(), mapping.issue_type.clone());
    Ok(survey.blocking(move |store| store.latest_screen(&alias, &kind)).await?)
}

/// The screens of issue type and sub-task type as the site has them now.
async fn screens(
    survey: &Survey,
    connection: &ConnectionConfig,
    mapping: &MappingConfig,
    project: &str,
) -> Result<(CreateScreen, Option<CreateScreen>), Problem> {
    let screen = survey.fresh_screen(connection, project, &mapping.issue_type).await?;
    let below = match &mapping.subtask_type {
        Some(kind) => Some(survey.fresh_screen(connection, project, kind).await?),
        None => None,
    };
    Ok((screen, below))
}

/// The steps of the workflow, where a state asks for one.
async fn steps(
    survey: &Survey,
    connection: &ConnectionConfig,
    mapping: &MappingConfig,
    project: &str,
) -> Result<Vec<Transition>, Failure> {
    if mapping.states.is_empty() {
        return Ok(Vec::new());
    }
    let client = survey.client(connection).await?;
    Ok(transitions(&client, project, &mapping.issue_type).await)
}

/// What a check finds counts everywhere, if the mapping is that of the config.
async fn note(
    survey: &Survey,
    config: &Config,
    mapping: &MappingConfig,
    drift: Vec<(String, String)>,
) -> Result<(), Failure> {
    if config.mapping(&mapping.name) == Some(mapping) {
        let name = mapping.name.clone();
        survey.blocking(move |store| store.put_drift(&name, &drift)).await?;
    }
    Ok(())
}

/// Project or issue type are not there any more, or hidden.
fn gone(problem: &Problem) -> Flawed {
    Flawed {
        field: "project".to_owned(),
        name: "Project".to_owned(),
        level: "error",
        reason: format!("{}; {}", problem.message, problem.remedy),
    }
}

fn is_automatic(mapping: &MappingConfig) -> bool {
    mapping.create == Create::Auto && !mapping.entity_project
}

/// Where the project is asked for, only the fields of some project can be looked at beforehand.
fn unasked(mapping: &MappingConfig, model: Option<&str>) -> Flawed {
    let automatic = is_automatic(mapping);
    let reason = match (automatic, model) {
        (true, _) => {
            "nothing can be created by itself in a project that is asked for; write create = \"ask\", or name the \
             project"
                .to_owned()
        }
        (false, Some(model)) => {
            format!("the project is asked for every time; checked by the fields of {model}, --project names another")
        }
        (false, None) => {
            "the project is asked for every time, so its fields are not known; --project names one to check by"
                .to_owned()
        }
    };
    Flawed {
        field: "project".to_owned(),
        name: "project".to_owned(),
        level: if automatic { "error" } else { "warning" },
        reason,
    }
}

fn flawed(flaw: mapping::FieldFlaw) -> Flawed {
    let remedy = flaw.remedy.map(|remedy| format!("; {remedy}"));
    Flawed {
        field: flaw.field,
        name: flaw.name,
        level: match flaw.level {
            FlawLevel::Error => "error",
            FlawLevel::Warning => "warning",
        },
        reason: format!("{}{}", flaw.reason, remedy.unwrap_or_default()),
    }
}

/// Has something judged where blocking is fine; once more, if the site then knows somebody whom the
/// store did not.
async fn judged<T: Send + 'static>(
    survey: &Survey,
    connection: &ConnectionConfig,
    screen: CreateScreen,
    statuses: Vec<Status>,
    work: impl Fn(&Ground<'_>) -> T + Clone + Send + 'static,
) -> Result<T, Failure> {
    let project = screen.project.key.clone();
    let once = || {
        let (own, connection, work) = (survey.clone(), connection.clone(), work.clone());
        let (screen, statuses) = (screen.clone(), statuses.clone());
        tokio::task::spawn_blocking(move || own.judge_noting(&connection, &screen, &statuses, work))
    };
    let (first, strangers) = once().await.unwrap_or(Err(StoreError::Busy))?;
    if !survey.introduce(connection, &project, strangers).await? {
        return Ok(first);
    }
    Ok(once().await.unwrap_or(Err(StoreError::Busy))?.0)
}

/// The rules of a new mapping: its own, and those that the create screen suggests for the rest.
pub(super) async fn propose(survey: &Survey, config: &Config, draft: &MappingConfig) -> Result<MappingConfig, Failure> {
    let connection = connection_of(&config.connections, draft)?;
    let mut mapping = draft.clone();
    let project = match &draft.project {
        ProjectChoice::Key(project) => Some(project.clone()),
        ProjectChoice::Ask => latest(survey, draft).await?,
    };
    let Some(project) = project else {
        if mapping.rule("summary", "Summary").is_none() {
            let title = Rule::Template("{{title | one_line | truncate: 250}}".to_owned());
            mapping.fields.push(("summary".to_owned(), title));
        }
        return Ok(mapping);
    };
    let screen = survey.fresh_screen(connection, &project, &mapping.issue_type).await?;
    for (field, rule) in mapping::defaults(&screen) {
        let name = screen.field(&field).map_or("", |known| known.name.as_str());
        if mapping.rule(&field, name).is_none() {
            mapping.fields.push((field, rule));
        }
    }
    Ok(mapping)
}

/// What would happen to findings that are there.
pub(super) async fn dry_run(
    survey: &Survey,
    config: &Config,
    mapping: &MappingConfig,
    request: &DryRequest,
) -> Result<Vec<DryLine>, Failure> {
    let connection = connection_of(&config.connections, mapping)?;
    let planner = planner(config);
    let mut lines = Vec::new();
    let earlier = config.mappings.iter().take_while(|other| other.name != mapping.name);
    let before: Arc<[MappingConfig]> = earlier.cloned().collect();
    let calendars = Arc::new(Calendars::new(survey.clock.now(), survey.store.zones()?));
    let model = latest(survey, mapping).await?;
    for (finding, link) in candidates(survey, request)? {
        let own = link.as_ref().filter(|link| link.alias == mapping.connection);
        let of_link = own
            .and_then(|link| link.key.parts())
            .map(|(project, _)| project.to_owned());
        let project = match planner.project(mapping, &finding) {
            ProjectChoice::Key(project) => Some(project),
            ProjectChoice::Ask => of_link.or_else(|| model.clone()),
        };
        let Some(project) = project else {
            lines.push(unplaced(&finding));
            continue;
        };
        let parent = survey.parent_of(mapping, &finding)?.map(|link| link.key.to_string());
        let kind = mapping.subtask_type.as_ref().filter(|_| parent.is_some());
        let screen = survey
            .screen(connection, &project, kind.unwrap_or(&mapping.issue_type))
            .await?;
        let (mapping, before, calendars) = (mapping.clone(), Arc::clone(&before), Arc::clone(&calendars));
        let line = judged(survey, connection, screen, Vec::new(), move |ground| {
            let ground = ground.with_parent(parent.as_deref());
            match mapping::choose(&before, &finding, &calendars).filter(|_| link.is_none()) {
                Some(first) => skipped(&finding, format!("the mapping {} comes first", first.name)),
                None => dry_line(&mapping, &finding, link.as_ref(), &ground),
            }
        });
        lines.push(line.await?);
    }
    Ok(lines)
}

/// Nobody knows yet whose fields are to be filled.
fn unplaced(finding: &Finding) -> DryLine {
    let reason = "the project is asked for every time; --project names one to try";
    skipped(finding, reason.to_owned())
}

fn skipped(finding: &Finding, reason: String) -> DryLine {
    DryLine {
        finding: finding.id.to_string(),
        action: Action::Skip.word(),
        reason,
        issue: None,
        payload: Value::Null,
        problems: Vec::new(),
    }
}

/// The findings to try, with their links: one, or the open ones, worst first.
fn candidates(survey: &Survey, request: &DryRequest) -> Result<Vec<(Finding, Option<Link>)>, Failure> {
    if let Some(id) = &request.finding {
        let detail = find(&survey.store, id)?;
        return Ok(vec![(detail.finding, detail.row.link)]);
    }
    let query = FindingQuery {
        limit: request.limit,
        ..FindingQuery::default()
    };
    let page = survey.store.findings(&query)?;
    let mut found = Vec::new();
    for row in page.rows {
        if let Some((_, finding)) = survey.store.find_finding(&row.id)? {
            found.push((finding, row.link));
        }
    }
    Ok(found)
}

fn dry_line(mapping: &MappingConfig, finding: &Finding, link: Option<&Link>, ground: &Ground<'_>) -> DryLine {
    let run = mapping::dry_run(mapping, finding, ground, link);
    let problems = run.composed.problems();
    let named = |outcome: &mapping::Outcome| (outcome.name.clone(), outcome.problem.clone().unwrap_or_default());
    let problems = if run.action == Action::Problem {
        problems.map(named).collect()
    } else {
        Vec::new()
    };
    DryLine {
        finding: finding.id.to_string(),
        action: run.action.word(),
        reason: run.reason,
        issue: link.map(|link| link.key.to_string()),
        payload: match run.action {
            Action::Skip => Value::Null,
            Action::Create | Action::Update | Action::Problem => json!({ "fields": run.composed.fields }),
        },
        problems,
    }
}
