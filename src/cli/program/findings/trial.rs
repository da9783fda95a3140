//! Mappings tried out: what cannot work, what would be sent, what a new one begins with.
//!
//! Must never be in here: writing anything.

use serde_json::{Value, json};

use crate::{
    cli::{
        failure::Failure,
        program::{
            findings::find,
            survey::{Survey, connection_of},
        },
        services::{DryLine, DryRequest, Flawed},
    },
    config::{Config, ConnectionConfig, MappingConfig, ProjectChoice},
    domain::{CreateScreen, Finding, FindingQuery, Link, Status},
    mapping::{self, Action, FlawLevel, Ground},
    store::StoreError,
    sync::planner,
};

/// What cannot work by what the site says now.
pub(super) async fn check(survey: &Survey, config: &Config, mapping: &MappingConfig) -> Result<Vec<Flawed>, Failure> {
    let connection = connection_of(&config.connections, mapping)?;
    let ProjectChoice::Key(project) = &mapping.project else {
        return Ok(unasked(mapping));
    };
    let screen = survey.fresh_screen(connection, project, &mapping.issue_type).await?;
    let statuses = survey.statuses(connection, &screen).await?;
    let judged = judged(survey, connection, screen, statuses, {
        let mapping = mapping.clone();
        move |ground| mapping::check(&mapping, ground)
    });
    Ok(judged.await?.into_iter().map(flawed).collect())
}

/// Where the project is asked for, the fields cannot be looked at beforehand.
fn unasked(mapping: &MappingConfig) -> Vec<Flawed> {
    let automatic = mapping.create == crate::config::Create::Auto;
    let reason = if automatic {
        "nothing can be created by itself in a project that is asked for; write create = \"ask\", or name the project"
    } else {
        "the project is asked for every time, so its fields cannot be checked beforehand"
    };
    vec![Flawed {
        field: "project".to_owned(),
        name: "project".to_owned(),
        level: if automatic { "error" } else { "warning" },
        reason: reason.to_owned(),
    }]
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

/// Has something judged where blocking is fine.
async fn judged<T: Send + 'static>(
    survey: &Survey,
    connection: &ConnectionConfig,
    screen: CreateScreen,
    statuses: Vec<Status>,
    work: impl FnOnce(&Ground<'_>) -> T + Send + 'static,
) -> Result<T, Failure> {
    let (own, connection) = (survey.clone(), connection.clone());
    let worked = tokio::task::spawn_blocking(move || own.judge(&connection, &screen, &statuses, work));
    Ok(worked.await.unwrap_or(Err(StoreError::Busy))?)
}

/// The rules of a new mapping: its own, and those that the create screen suggests for the rest.
pub(super) async fn propose(survey: &Survey, config: &Config, draft: &MappingConfig) -> Result<MappingConfig, Failure> {
    let connection = connection_of(&config.connections, draft)?;
    let mut mapping = draft.clone();
    let ProjectChoice::Key(project) = &mapping.project else {
        return Ok(mapping);
    };
    let screen = survey.fresh_screen(connection, project, &mapping.issue_type).await?;
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
    for (finding, link) in candidates(survey, request)? {
        let ProjectChoice::Key(project) = planner.project(mapping, &finding) else {
            lines.push(DryLine {
                finding: finding.id.to_string(),
                action: Action::Skip.word(),
                reason: "the project is asked for every time".to_owned(),
                issue: link.map(|link| link.key.to_string()),
                payload: Value::Null,
                problems: Vec::new(),
            });
            continue;
        };
        let screen = survey.screen(connection, &project, &mapping.issue_type).await?;
        let mapping = mapping.clone();
        let line = judged(survey, connection, screen, Vec::new(), move |ground| {
            dry_line(&mapping, &finding, link.as_ref(), ground)
        });
        lines.push(line.await?);
    }
    Ok(lines)
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
