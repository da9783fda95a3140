//! What a site offers to choose from while a mapping is made: people, groups, values, sprints,
//! parents; the statuses of a project, and whether it still takes issues.
//!
//! Must never be in here: requests.

use crate::domain::{IssueType, Project, Status};

/// The first values that fit what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestions<T> {
    /// In the site's order; some dozens at most.
    pub items: Vec<T>,
    /// Why there are none, where the site does not let the account look.
    pub note: Option<String>,
}

impl<T> Default for Suggestions<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            note: None,
        }
    }
}

/// The statuses that issues of one type go through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypeStatuses {
    /// The type.
    pub issue_type: IssueType,
    /// Its statuses, in the workflow's order.
    pub statuses: Vec<Status>,
}

/// Whether a project takes issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// It does, as far as the account may create any.
    Live,
    /// Archived: read-only, and out of every search.
    Archived,
    /// In the site's trash.
    Deleted,
}

/// A project as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectNow {
    /// The project.
    pub project: Project,
    /// Whether it takes issues.
    pub standing: Standing,
}
