//! The key in the description of the pull request that a finding is.
//!
//! Must never be in here: what a description looks like (`source::github`).

use super::{
    PushError, ending,
    pusher::{Flight, Pusher, Turn},
    site::Site,
    words,
};
use crate::{
    domain::{Problem, browse_url},
    source::{SourceErrorKind, github::describe_pull_request},
    store::{Settlement, Work},
};

impl<S: Site> Pusher<S> {
    /// Writes the key into the description, once however often it runs.
    pub(super) async fn describe(&self, flight: &Flight, work: Work) -> Result<Turn, PushError> {
        let source = &work.finding.id.source;
        let config = self.planner.described(source).cloned();
        let (Some(link), Some(means), Some(config)) = (&work.link, &self.means, config) else {
            return self.end(flight, &work, Settlement::Done, None, Vec::new()).await;
        };
        let url = browse_url(&flight.site, &link.key);
        let described = describe_pull_request(means, &config, &work.finding, link.key.as_str(), &url).await;
        match described {
            Ok(described) => {
                let lines = described.changed.then(|| words::described(&link.key, &work.finding));
                let turn = self
                    .end(flight, &work, Settlement::Done, None, lines.into_iter().collect())
                    .await?;
                Ok(Turn {
                    sent: u64::from(described.changed),
                    ..turn
                })
            }
            Err(error) => {
                let problem = Problem::from(&error);
                if matches!(error.kind, SourceErrorKind::Network | SourceErrorKind::Limited) {
                    let next = error.retry_at.unwrap_or_else(|| {
                        ending::later(self.clock.now(), ending::growing(work.item.pending.attempts))
                    });
                    let lines = vec![words::waits(&work.finding, &problem)];
                    let problem = Some(problem);
                    return self
                        .end(flight, &work, Settlement::Later { next, problem }, None, lines)
                        .await;
                }
                self.fail(flight, &work, problem).await
            }
        }
    }
}
