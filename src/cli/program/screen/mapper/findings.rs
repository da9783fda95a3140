//! Findings as mappings see them: how many match, samples, what a mapping would do with each.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{SiteMapper, blocking, setup};
use crate::{
    app::{DryRow, DryRun, Fate, MappingRow, Samples, Target},
    config::{MappingConfig, Match, ProjectChoice, Rule},
    domain::{
        Alias, CreateField, Finding, FindingId, FindingQuery, FindingSort, Link, LogLine, MappingState, Problem,
        Responsible,
    },
    jql::dates::Moment,
    mapping::{self, Calendars, Ground},
    push::person,
    store::{Store, StoreError},
    sync::planner,
};

/// Samples at most.
const SAMPLES: usize = 20;
/// Rows of a dry run at most; the rest is counted.
const ROWS: usize = 300;
/// Findings read at once.
const PAGE: usize = 500;
/// Log lines that are searched for what a mapping did.
const LINES: usize = 500;
/// Of them shown.
const EVENTS: usize = 8;

impl SiteMapper {
    pub(super) async fn overview(&self) -> Result<Vec<MappingRow>, Problem> {
        let config = self.config().await?;
        let mut rows = Vec::new();
        let all = config.mappings.clone();
        let (states, log) = self
            .stored(|store| Ok((store.mapping_states()?, store.log_lines(LINES)?)))
            .await?;
        for config in config.mappings {
            let moment = self.moment(&config.connection).await?;
            let matching = config.matching.clone();
            let findings = self.stored(move |store| count(store, &matching, &moment)).await?;
            let state = states.iter().find(|state| state.name == config.name).cloned();
            let names = self.field_names(&config.connection).await?;
            let fields = config
                .fields
                .iter()
                .map(|(key, _)| names.get(key).unwrap_or(key).clone());
            let mut behind = mapping::behind(&all, &config.name, &config.matching);
            behind.retain(|_| config.enabled);
            rows.push(MappingRow {
                fields: fields.collect(),
                behind,
                state: state.unwrap_or_else(|| MappingState {
                    name: config.name.clone(),
                    ..MappingState::default()
                }),
                findings: Some(findings),
                events: events(&log, &config.name),
                config,
            });
        }
        Ok(rows)
    }

    async fn moment(&self, alias: &Alias) -> Result<Moment, Problem> {
        Ok(Moment {
            now: self.clock.now(),
            zone: self.zone(alias).await?,
        })
    }

    pub(super) async fn samples(&self, alias: &Alias, matching: Match) -> Result<Samples, Problem> {
        let (moment, alias) = (self.moment(alias).await?, alias.clone());
        let mut named: Vec<String> = Vec::new();
        for mapping in self
            .config()
            .await?
            .mappings
            .iter()
            .filter(|one| one.connection == alias)
        {
            mapping.fields.iter().for_each(|(_, rule)| texts(rule, &mut named));
        }
        self.stored(move |store| {
            let mut samples = Samples {
                total: usize::try_from(count(store, &matching, &moment)?).unwrap_or(usize::MAX),
                ..Samples::default()
            };
            for finding in matched(store, &matching, &moment)? {
                if let Some(responsible) = &finding.assignee
                    && let Some(user) = person(store, &alias, responsible)
                {
                    samples.people.push((responsible.clone(), user));
                }
                samples.findings.push(finding);
            }
            for name in named {
                let (email, group) = (name.contains('@').then(|| name.clone()), false);
                let who = Responsible { name, email, group };
                if let Some(user) = person(store, &alias, &who) {
                    samples.people.push((who, user));
                }
            }
            samples.total = samples.total.max(samples.findings.len());
            Ok(samples)
        })
        .await
    }

    pub(super) async fn dry_run(&self, mapping: MappingConfig, model: Option<String>) -> Result<DryRun, Problem> {
        let target = self.target(&mapping, model).await?;
        let read = self.screen(&target, mapping.subtask_type.as_deref()).await?;
        let config = self.config().await?;
        let catalog = config.clone();
        let planner = blocking(move || planner(&catalog)).await?;
        let before: Vec<MappingConfig> = config
            .mappings
            .into_iter()
            .take_while(|other| other.name != mapping.name)
            .collect();
        let now = self.clock.now();
        self.stored(move |store| {
            let alias = mapping.connection.clone();
            let links = store.links(None)?;
            let links: BTreeMap<FindingId, Link> = links.into_iter().map(|link| (link.finding.clone(), link)).collect();
            let people = |who: &Responsible, _: &CreateField| person(store, &alias, who);
            let ground = Ground::new(read.deployment, &read.screen, &read.zone, now).with_people(&people);
            let calendars = Calendars::new(now, store.zones()?);
            let mut run = Tally::default();
            let mut from = 0;
            loop {
                let page = store.findings_after(from, PAGE)?;
                let Some((last, _)) = page.last() else { break };
                from = *last;
                for (_, finding) in &page {
                    let link = links.get(&finding.id);
                    let parent = parent(&mapping, finding, &links);
                    let own = match (&read.below, &parent) {
                        (Some(below), Some(_)) => ground.with_screen(below),
                        _ => ground,
                    };
                    let project = planner.project(&mapping, finding);
                    let ground = own.with_parent(parent.as_deref());
                    let first = mapping::choose(&before, finding, &calendars).filter(|_| link.is_none());
                    run.add(judged(&mapping, (first, &project), finding, link, &ground));
                }
            }
            Ok(run.done())
        })
        .await
    }

    /// The screen that a dry run is made for: of the mapping's own project, else of the first that one
    /// can create such issues in.
    async fn target(&self, mapping: &MappingConfig, model: Option<String>) -> Result<Target, Problem> {
        let project = match (&mapping.project, model) {
            (ProjectChoice::Key(key), _) => key.clone(),
            (ProjectChoice::Ask, Some(model)) => model,
            (ProjectChoice::Ask, None) => {
                let projects = self.projects(&mapping.connection).await?;
                let first = projects.into_iter().next().map(|project| project.key);
                first.ok_or_else(|| {
                    setup(
                        "there is no project to create issues in".to_owned(),
                        "ask for permission",
                    )
                })?
            }
        };
        Ok(Target {
            alias: mapping.connection.clone(),
            project,
            issue_type: mapping.issue_type.clone(),
        })
    }
}

/// Key of the issue that the finding's would be a sub-task of.
fn parent(mapping: &MappingConfig, finding: &Finding, links: &BTreeMap<FindingId, Link>) -> Option<String> {
    mapping.subtask_type.as_ref()?;
    let id = FindingId {
        source: finding.id.source.clone(),
        external: finding.parent.clone()?,
    };
    let link = links.get(&id).filter(|link| link.alias == mapping.connection)?;
    Some(link.key.to_string())
}

/// Where the issue would be made, in words; the fields are those of the project that is shown.
fn place(project: &ProjectChoice, ground: &Ground<'_>) -> String {
    let (shown, kind) = (&ground.screen.project.key, &ground.screen.issue_type.name);
    match project {
        ProjectChoice::Ask => format!("in a project that is asked for, as {kind}; fields as in {shown}"),
        ProjectChoice::Key(key) if key.eq_ignore_ascii_case(shown) => format!("in {key} as {kind}"),
        ProjectChoice::Key(key) => format!("in {key}, its entity's project, as {kind}; fields as in {shown}"),
    }
}

/// What would become of one finding in its project, where another mapping may come first.
fn judged(
    mapping: &MappingConfig,
    (first, project): (Option<&MappingConfig>, &ProjectChoice),
    finding: &Finding,
    link: Option<&Link>,
    ground: &Ground<'_>,
) -> DryRow {
    let dry = mapping::dry_run(mapping, finding, ground, link);
    let (fate, why) = match (dry.action, first) {
        (mapping::Action::Create | mapping::Action::Problem, Some(first)) => {
            (Fate::Skip, format!("the mapping {} comes first", first.name))
        }
        (mapping::Action::Create, None) => (Fate::Create, format!("{} · {}", dry.reason, place(project, ground))),
        (mapping::Action::Update, _) => (Fate::Update, dry.reason.clone()),
        (mapping::Action::Skip, _) => (Fate::Skip, dry.reason.clone()),
        (mapping::Action::Problem, None) => (Fate::Problem, dry.reason.clone()),
    };
    let payload = match fate {
        Fate::Skip => String::new(),
        _ => mapping::payload(&dry.composed),
    };
    DryRow {
        finding: finding.id.to_string(),
        title: finding.title.clone(),
        fate,
        why,
        payload,
    }
}

/// Rows as they come, the worst kept first.
#[derive(Default)]
struct Tally {
    rows: BTreeMap<Fate, Vec<DryRow>>,
    counts: BTreeMap<Fate, usize>,
}

impl Tally {
    fn add(&mut self, row: DryRow) {
        *self.counts.entry(row.fate).or_default() += 1;
        let rows = self.rows.entry(row.fate).or_default();
        if rows.len() < ROWS {
            rows.push(row);
        }
    }

    fn done(self) -> DryRun {
        let counts = Fate::ALL.map(|fate| (fate, self.counts.get(&fate).copied().unwrap_or(0)));
        DryRun {
            rows: self.rows.into_values().flatten().take(ROWS).collect(),
            counts: counts.to_vec(),
        }
    }
}

/// The part of a match that the store can tell; what it says `where` is looked at finding by finding.
fn query(matching: &Match) -> FindingQuery {
    FindingQuery {
        sources: matching.sources.clone(),
        kinds: matching.kinds.clone(),
        at_least: matching.severity,
        tags: matching.tags.clone(),
        limit: 1,
        ..FindingQuery::default()
    }
}

/// The latest findings that match and are not closed.
fn matched(store: &Store, matching: &Match, moment: &Moment) -> Result<Vec<Finding>, StoreError> {
    let mut found = Vec::new();
    let mut offset = 0;
    while found.len() < SAMPLES {
        let page = store.findings(&FindingQuery {
            sort: FindingSort::Updated,
            limit: PAGE,
            offset,
            ..query(matching)
        })?;
        offset += page.rows.len();
        if page.rows.is_empty() {
            break;
        }
        for row in page.rows {
            if found.len() == SAMPLES {
                break;
            }
            if let Some((_, finding)) = store.find_finding(&row.id)?
                && mapping::covers(matching, &finding, moment).is_yes()
            {
                found.push(finding);
            }
        }
    }
    Ok(found)
}

/// Findings that match and are not closed.
fn count(store: &Store, matching: &Match, moment: &Moment) -> Result<u64, StoreError> {
    if matching.expression.is_none() {
        let total = store.findings(&query(matching))?.total;
        return Ok(u64::try_from(total).unwrap_or(u64::MAX));
    }
    let mut count = 0;
    let mut from = 0;
    loop {
        let page = store.findings_after(from, PAGE)?;
        let Some((last, _)) = page.last() else { return Ok(count) };
        from = *last;
        let matched = page
            .iter()
            .filter(|(_, finding)| finding.is_open() && mapping::covers(matching, finding, moment).is_yes());
        count += u64::try_from(matched.count()).unwrap_or(u64::MAX);
    }
}

/// The texts that a rule writes: some may be accounts.
fn texts(rule: &Rule, into: &mut Vec<String>) {
    let mut take = |value: &Value| match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(all) => into.extend(all.iter().filter_map(Value::as_str).map(str::to_owned)),
        _ => {}
    };
    match rule {
        Rule::Value(value) => take(value),
        Rule::Map { values, other, .. } => values.iter().map(|(_, value)| value).chain(other).for_each(take),
        Rule::Finding(_) | Rule::Template(_) | Rule::Json(_) => {}
    }
}

/// What the log says of a mapping, newest first.
fn events(log: &[LogLine], name: &str) -> Vec<(jiff::Timestamp, String)> {
    let mut told: Vec<&LogLine> = log.iter().filter(|line| line.text.contains(name)).collect();
    told.sort_by_key(|line| std::cmp::Reverse(line.id));
    told.into_iter()
        .take(EVENTS)
        .map(|line| (line.at, line.text.clone()))
        .collect()
}
