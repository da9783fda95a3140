//! The company site: a payments company and its product teams.

mod foundation;
mod product;

use foundation::{DATA, INF, OPS, SEC};
use product::{CHK, MOB, PAY, WEB};

use super::Vocabulary;

/// Eight projects.
pub(super) const PROJECTS: [Vocabulary; 8] = [PAY, CHK, WEB, MOB, INF, SEC, DATA, OPS];
