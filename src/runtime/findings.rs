//! What the Findings screen reads and has done: the store and the outbox, from its side.
//!
//! Must never be in here: how any of it is done.

use super::connector::Work;
use crate::app::{FindingAct, FindingSeen, IssueTarget, Proposal, ProposalRequest};
use crate::domain::{Alias, FindingPage, FindingQuery, FindingRow, IssueId, IssueKey, Problem, SourceState};

/// Findings, and what is to become of them. What returns a value may block and is not called on the
/// drawing thread; the futures run on the loop's own runtime.
pub trait Findings: Send + Sync + 'static {
    /// Part of the list, and the position of its first row; the part around the store row, if that is
    /// in the list.
    ///
    /// # Errors
    /// The store cannot be read.
    fn page(&self, query: &FindingQuery, around: Option<i64>) -> Result<(FindingPage, usize), Problem>;

    /// One finding by its store row; `None` when it is gone.
    ///
    /// # Errors
    /// The store cannot be read.
    fn detail(&self, row: i64) -> Result<Option<FindingSeen>, Problem>;

    /// The findings that an issue stands for.
    ///
    /// # Errors
    /// The store cannot be read.
    fn of_issue(&self, alias: &Alias, issue: &IssueId) -> Result<Vec<FindingRow>, Problem>;

    /// How each source of the config does, in its order.
    ///
    /// # Errors
    /// The store cannot be read.
    fn sources(&self) -> Result<Vec<SourceState>, Problem>;

    /// The store row of an issue; `None` if it is not cached.
    ///
    /// # Errors
    /// The store cannot be read.
    fn issue_row(&self, alias: &Alias, issue: &IssueId) -> Result<Option<i64>, Problem>;

    /// Cached issues that a text could mean: a key or words; the likeliest first, and the latest of all
    /// for no text.
    ///
    /// # Errors
    /// The store cannot be read.
    fn search(&self, text: &str) -> Result<Vec<IssueTarget>, Problem>;

    /// Asks every site for issues with these words, the latest first.
    fn search_sites(&self, text: String) -> Work<Result<Vec<IssueTarget>, Problem>>;

    /// Asks a connection for an issue that is not cached; without a connection all of them.
    fn verify(&self, alias: Option<Alias>, key: IssueKey) -> Work<Result<IssueTarget, Problem>>;

    /// What issues would be made of findings.
    fn propose(&self, request: ProposalRequest) -> Work<Result<Proposal, Problem>>;

    /// Does something about findings, or puts it into the outbox; tells what to say of it.
    fn act(&self, act: FindingAct) -> Work<Result<String, Problem>>;
}

/// No findings at all.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFindings;

impl NoFindings {
    fn none<T: Send + 'static>() -> Work<Result<T, Problem>> {
        Box::pin(async {
            Err(Problem {
                kind: "setup".to_owned(),
                message: "there are no findings here".to_owned(),
                remedy: "Start crosstie with a config that names a [[source]].".to_owned(),
            })
        })
    }
}

impl Findings for NoFindings {
    fn page(&self, _: &FindingQuery, _: Option<i64>) -> Result<(FindingPage, usize), Problem> {
        Ok((FindingPage::default(), 0))
    }

    fn detail(&self, _: i64) -> Result<Option<FindingSeen>, Problem> {
        Ok(None)
    }

    fn of_issue(&self, _: &Alias, _: &IssueId) -> Result<Vec<FindingRow>, Problem> {
        Ok(Vec::new())
    }

    fn sources(&self) -> Result<Vec<SourceState>, Problem> {
        Ok(Vec::new())
    }

    fn issue_row(&self, _: &Alias, _: &IssueId) -> Result<Option<i64>, Problem> {
        Ok(None)
    }

    fn search(&self, _: &str) -> Result<Vec<IssueTarget>, Problem> {
        Ok(Vec::new())
    }

    fn search_sites(&self, _: String) -> Work<Result<Vec<IssueTarget>, Problem>> {
        Self::none()
    }

    fn verify(&self, _: Option<Alias>, _: IssueKey) -> Work<Result<IssueTarget, Problem>> {
        Self::none()
    }

    fn propose(&self, _: ProposalRequest) -> Work<Result<Proposal, Problem>> {
        Self::none()
    }

    fn act(&self, _: FindingAct) -> Work<Result<String, Problem>> {
        Self::none()
    }
}
