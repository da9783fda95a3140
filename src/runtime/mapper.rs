//! What mappings are made with: sites, findings, the config.
//!
//! Must never be in here: how any of it is found out.

use super::connector::Work;
use crate::app::{MappingAnswer, MappingQuestion};
use crate::domain::Problem;

/// Answers what the Mappings screen and its editor ask. The futures run on the loop's own runtime, so
/// what blocks belongs on threads of its own.
pub trait Mapper: Send + Sync + 'static {
    /// The answer is the variant of the question's name.
    fn ask(&self, question: MappingQuestion) -> Work<Result<MappingAnswer, Problem>>;
}

/// No mappings, and nobody to make them with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unmapped;

impl Mapper for Unmapped {
    fn ask(&self, question: MappingQuestion) -> Work<Result<MappingAnswer, Problem>> {
        Box::pin(async move {
            match question {
                MappingQuestion::Overview => Ok(MappingAnswer::Overview(Vec::new())),
                _ => Err(Problem {
                    kind: "setup".to_owned(),
                    message: "no mapping can be made here".to_owned(),
                    remedy: "start crosstie with a config file".to_owned(),
                }),
            }
        })
    }
}
