//! Pull requests, and what can happen to them.
//!
//! Must never be in here: JSON of answers, or chance.

use jiff::Timestamp;

/// What became of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// To be reviewed.
    Open,
    /// Open, but not ready.
    Draft,
    /// Merged.
    Merged,
    /// Closed without being merged.
    Closed,
}

/// What somebody said of a pull request as a whole.
#[derive(Debug, Clone)]
pub(crate) struct Review {
    pub(crate) id: u64,
    /// By position among the forge's people.
    pub(crate) by: usize,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`
    pub(crate) verdict: &'static str,
    pub(crate) body: String,
    pub(crate) at: Timestamp,
}

/// A pull request.
#[derive(Debug, Clone)]
pub(crate) struct Pull {
    pub(crate) id: u64,
    /// By position among the repositories.
    pub(crate) repository: usize,
    pub(crate) number: u32,
    pub(crate) title: String,
    /// None for a description that was never written.
    pub(crate) body: Option<String>,
    pub(crate) branch: String,
    /// By position among the forge's people.
    pub(crate) by: usize,
    pub(crate) assignee: Option<usize>,
    pub(crate) labels: Vec<&'static str>,
    pub(crate) state: State,
    pub(crate) created: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) ended: Option<Timestamp>,
    /// From a copy of the repository, which may be gone since.
    pub(crate) fork: Option<Option<&'static str>>,
    pub(crate) reviews: Vec<Review>,
}

/// Two repositories with their pull requests and people.
#[derive(Debug, Clone)]
pub(crate) struct Forge {
    pub(crate) people: Vec<&'static str>,
    pub(crate) pulls: Vec<Pull>,
    /// Issues that are named.
    pub(crate) keys: Vec<String>,
    pub(super) next_id: u64,
}

impl Forge {
    /// A number not used for anything else.
    pub(super) fn fresh_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// A pull request of a repository by its number.
    pub(crate) fn find(&self, repository: usize, number: &str) -> Option<usize> {
        let number: u32 = number.parse().ok()?;
        let is_it = |pull: &Pull| pull.repository == repository && pull.number == number;
        self.pulls.iter().position(is_it)
    }

    /// The number that the next pull request of a repository gets.
    pub(crate) fn next_number(&self, repository: usize) -> u32 {
        let own = self.pulls.iter().filter(|pull| pull.repository == repository);
        own.map(|pull| pull.number).max().unwrap_or(0) + 1
    }

    /// Opens one more pull request; its position.
    pub(crate) fn open(
        &mut self,
        repository: usize,
        title: &str,
        branch: &str,
        body: Option<&str>,
        by: usize,
        now: Timestamp,
    ) -> usize {
        let id = self.fresh_id();
        let number = self.next_number(repository);
        self.pulls.push(Pull {
            id,
            repository,
            number,
            title: title.to_owned(),
            body: body.map(str::to_owned),
            branch: branch.to_owned(),
            by,
            assignee: None,
            labels: Vec::new(),
            state: State::Open,
            created: now,
            updated: now,
            ended: None,
            fork: None,
            reviews: Vec::new(),
        });
        self.pulls.len() - 1
    }

    /// Gives a pull request another state.
    pub(crate) fn turn(&mut self, at: usize, state: State, now: Timestamp) {
        let pull = &mut self.pulls[at];
        pull.state = state;
        pull.updated = now;
        pull.ended = matches!(state, State::Merged | State::Closed).then_some(now);
    }
}
