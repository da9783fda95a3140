//! Findings and mappings for the command line, on store, sources, sites and config.
//!
//! Must never be in here: printing, and what the dashboard asks for.

mod act;
mod trial;

use std::sync::Arc;

use super::{Program, runtime, survey::Survey};
use crate::{
    cli::{
        failure::{Exit, Failure},
        services::{
            Act, Acted, DryLine, DryRequest, FindingServices, Flaw, Flawed, MappingChange, OnSource, SourceReport,
        },
        setup::Setup,
    },
    config::{
        MappingConfig, SourceConfig,
        edit::{self, Edit},
    },
    domain::{FindingDetail, FindingId, FindingPage, FindingQuery, MappingState, Problem},
    source::Means,
    store::Store,
    sync::{Intake, Looked, planner},
};

impl FindingServices for Program {
    fn list(&self, setup: &Setup, query: &FindingQuery) -> Result<FindingPage, Failure> {
        Ok(Self::store(self, setup)?.findings(query)?)
    }

    fn find(&self, setup: &Setup, id: &str) -> Result<FindingDetail, Failure> {
        find(&Self::store(self, setup)?, id)
    }

    fn import(&self, setup: &Setup, sources: &[SourceConfig], tell: OnSource<'_>) -> Result<(), Failure> {
        let store = Self::store(self, setup)?;
        runtime()?.block_on(async {
            let intake = self.intake(setup, &store);
            for source in sources {
                let looked = intake.look(source).await?;
                intake.tell(&looked).await?;
                tell(&report(looked))?;
            }
            intake.plan().await?;
            Ok(())
        })
    }

    fn act(&self, setup: &Setup, finding: &FindingId, act: &Act) -> Result<Acted, Failure> {
        let survey = self.survey(setup)?;
        runtime()?.block_on(act::act(&survey, &setup.config, finding, act))
    }

    fn mapping_states(&self, setup: &Setup) -> Result<Vec<MappingState>, Failure> {
        Ok(Self::store(self, setup)?.mapping_states()?)
    }

    fn change_mapping(&self, setup: &Setup, change: &MappingChange) -> Result<(), Failure> {
        let text = match std::fs::read_to_string(&setup.paths.config) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                let message = format!("{} cannot be read: {error}", setup.paths.config.display());
                return Err(Failure::new(Exit::Failed, message));
            }
        };
        let before = text.as_deref();
        let mut changed = Edit::open(before.unwrap_or_default())
            .map_err(|error| unwritten(&error))?
            .at(&setup.paths);
        match change {
            MappingChange::Put { old, mapping } => changed.put_mapping(old.as_deref(), mapping),
            MappingChange::Enable(name, on) => changed.set_mapping_enabled(name, *on),
            MappingChange::Remove(name) => changed.remove_mapping(name),
        }
        .and_then(|()| changed.checked().map(drop))
        .and_then(|()| edit::write(&setup.paths.config, before, &changed.text()))
        .map_err(|error| unwritten(&error))
    }

    fn check(&self, setup: &Setup, mapping: &MappingConfig) -> Result<Vec<Flawed>, Failure> {
        let survey = self.survey(setup)?;
        runtime()?.block_on(trial::check(&survey, &setup.config, mapping))
    }

    fn dry_run(&self, setup: &Setup, mapping: &MappingConfig, request: &DryRequest) -> Result<Vec<DryLine>, Failure> {
        let survey = self.survey(setup)?;
        runtime()?.block_on(trial::dry_run(&survey, &setup.config, mapping, request))
    }

    fn propose(&self, setup: &Setup, draft: &MappingConfig) -> Result<MappingConfig, Failure> {
        let survey = self.survey(setup)?;
        runtime()?.block_on(trial::propose(&survey, &setup.config, draft))
    }
}

impl Program {
    /// What looks at sources for this config.
    pub(super) fn intake(&self, setup: &Setup, store: &Store) -> Intake {
        Intake::new(
            store.clone(),
            Means::new(self.vault(setup), Arc::clone(&self.clock)),
            Arc::clone(&self.clock),
            &setup.config,
            planner(&setup.config),
        )
    }

    /// What asks sites on behalf of mappings.
    fn survey(&self, setup: &Setup) -> Result<Survey, Failure> {
        Ok(Survey {
            store: Self::store(self, setup)?,
            clients: self.clients(setup),
            clock: Arc::clone(&self.clock),
        })
    }
}

fn unwritten(error: &edit::EditError) -> Failure {
    Failure::new(Exit::Config, error.to_string()).hint(error.remedy())
}

/// Findings that an ambiguous id is told with.
const NAMED: usize = 10;

/// The finding of `SOURCE/ID`, or of an ID or the beginning of a fingerprint that only one has.
pub(super) fn find(store: &Store, id: &str) -> Result<FindingDetail, Failure> {
    let row = match id
        .parse::<FindingId>()
        .ok()
        .map(|id| store.find_finding(&id))
        .transpose()?
    {
        Some(Some((row, _))) => Some(row),
        _ => only(store, id)?,
    };
    let detail = row.map(|row| store.finding_detail(row)).transpose()?.flatten();
    detail.ok_or_else(|| {
        Failure::new(Exit::Failed, format!("there is no finding {id:?}"))
            .hint("`crosstie finding list --all` shows every one; `crosstie finding import` reads the sources")
    })
}

fn only(store: &Store, id: &str) -> Result<Option<i64>, Failure> {
    match store.findings_called(id)?.as_slice() {
        [] => Ok(None),
        [(row, _)] => Ok(Some(*row)),
        several => {
            let mut names: Vec<String> = several.iter().take(NAMED).map(|(_, id)| id.to_string()).collect();
            if several.len() > NAMED {
                names.push("…".to_owned());
            }
            let message = format!("{} findings could be meant by {id:?}", several.len());
            Err(Failure::new(Exit::Usage, message).hint(format!("name one of: {}", names.join(", "))))
        }
    }
}

/// How a look went, for people and scripts.
pub(super) fn report(looked: Looked) -> SourceReport {
    let flaws = looked.flaws.into_iter().map(|flaw| Flaw {
        place: flaw.place,
        line: flaw.line,
        reason: flaw.reason,
    });
    SourceReport {
        source: looked.source,
        result: if looked.problem.is_none() { "ok" } else { "failed" },
        received: looked.received,
        new: looked.taken.new,
        changed: looked.taken.changed,
        gone: looked.taken.gone,
        queued: looked.taken.queued,
        requests: looked.requests,
        flaws: flaws.collect(),
        error: looked.problem,
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        let exit = match Exit::of_problems([problem.kind.as_str()]) {
            Exit::Failed if problem.kind == "setup" => Exit::Config,
            exit => exit,
        };
        Self::new(exit, problem.message).hint(problem.remedy)
    }
}
