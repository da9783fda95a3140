//! What the Mappings screen and its editor ask for, found out from config, store and sites.
//!
//! Must never be in here: a decision about what is asked next.

use crate::{
    app::{MappingAnswer, MappingQuestion, MappingRow},
    config::{self, Config, Paths},
    domain::Problem,
    runtime::{Mapper, Work},
    store::Store,
};

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(super) struct SiteMapper {
    paths: Paths,
    store: Store,
}

impl SiteMapper {
    pub(super) fn new(paths: Paths, store: Store) -> Self {
        Self { paths, store }
    }

    /// The config as the file has it now.
    async fn config(&self) -> Result<Config, Problem> {
        let paths = self.paths.clone();
        let loaded = blocking(move || config::load(&paths)).await?;
        loaded
            .map(|loaded| loaded.config)
            .map_err(|invalid| setup(invalid.to_string(), "mend the config file first"))
    }
}

/// Files and the store are read on threads of their own.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let worked = tokio::task::spawn_blocking(work).await;
    worked.map_err(|_| setup("it was interrupted".to_owned(), "try again; the log may tell more"))
}

pub(super) fn setup(message: String, remedy: &str) -> Problem {
    Problem {
        kind: "setup".to_owned(),
        message,
        remedy: remedy.to_owned(),
    }
}

impl Mapper for SiteMapper {
    fn ask(&self, question: MappingQuestion) -> Work<Result<MappingAnswer, Problem>> {
        let own = self.clone();
        Box::pin(async move {
            match question {
                MappingQuestion::Overview => own.overview().await.map(MappingAnswer::Overview),
                _ => Err(setup("not yet".to_owned(), "")),
            }
        })
    }
}

impl SiteMapper {
    async fn overview(&self) -> Result<Vec<MappingRow>, Problem> {
        let config = self.config().await?;
        let rows = config.mappings.into_iter().map(|config| MappingRow {
            state: crate::domain::MappingState {
                name: config.name.clone(),
                ..Default::default()
            },
            config,
            findings: None,
            events: Vec::new(),
        });
        Ok(rows.collect())
    }
}
