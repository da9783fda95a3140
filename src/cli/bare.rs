//! Services of a program without store, client, engine and screen: each says so.
//!
//! Must never be in here: anything that works; that belongs to [`Services`] of the whole program.

use super::{
    demo::DemoArgs,
    failure::{Exit, Failure},
    issues::{Answer, Request},
    output::Look,
    services::{Check, OnRun, Services, Tested},
    setup::Setup,
    sync::SyncRequest,
};
use crate::{
    config::ConnectionConfig,
    domain::{ConnectionState, Problem},
};

/// See the module.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bare;

const MESSAGE: &str = "this build of crosstie only has the config and the JQL parser";
const REMEDY: &str = "build the whole program";

fn absent() -> Failure {
    Failure::new(Exit::Failed, MESSAGE).hint(REMEDY)
}

impl Services for Bare {
    fn dashboard(&self, _: &Setup, _: &Look) -> Result<(), Failure> {
        Err(absent())
    }

    fn demo(&self, _: &DemoArgs, _: &Look) -> Result<(), Failure> {
        Err(absent())
    }

    fn issues(&self, _: &Setup, _: &Request) -> Result<Answer, Failure> {
        Err(absent())
    }

    fn connections(&self, _: &Setup) -> Result<Vec<ConnectionState>, Failure> {
        Ok(Vec::new())
    }

    fn test(&self, _: &Setup, _: &ConnectionConfig) -> Tested {
        Tested {
            checks: vec![Check::failed("client", MESSAGE, REMEDY)],
            problem: Some(Problem {
                kind: "setup".to_owned(),
                message: MESSAGE.to_owned(),
                remedy: REMEDY.to_owned(),
            }),
        }
    }

    fn sync(&self, _: &Setup, _: &SyncRequest, _: OnRun<'_>) -> Result<(), Failure> {
        Err(absent())
    }

    fn check_jql(&self, _: &Setup, _: &ConnectionConfig, _: &str) -> Result<Vec<String>, Failure> {
        Err(absent())
    }

    fn store(&self, _: &Setup) -> Check {
        Check::failed("store", MESSAGE, REMEDY)
    }
}
