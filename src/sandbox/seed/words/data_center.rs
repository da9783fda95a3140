//! The hardware department's own Jira: the people who build and test the card terminals.

mod bench;
mod terminal;

use bench::{CAL, FLD, LAB, SUP};
use terminal::{FAB, FW, HW};

use super::Vocabulary;

/// Seven projects.
pub(super) const PROJECTS: [Vocabulary; 7] = [LAB, HW, FAB, FW, CAL, FLD, SUP];
