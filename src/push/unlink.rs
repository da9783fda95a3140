//! Taking back what a link left on an issue.
//!
//! Must never be in here: the link itself, which is gone already.

use serde::Deserialize;

use super::{
    PushError, mark,
    pusher::{Flight, Pusher, Turn},
    site::Site,
    words,
};
use crate::{
    domain::{IssueId, IssueKey},
    jira::{ErrorKind, WriteError},
    store::{Settlement, Work},
};

#[derive(Deserialize)]
struct Left {
    issue: IssueId,
    key: IssueKey,
}

impl<S: Site> Pusher<S> {
    /// Takes the link back and the mark, if it is this finding's, off an issue.
    pub(super) async fn unlink(&self, flight: &Flight, work: Work) -> Result<Turn, PushError> {
        let left: Option<Left> = work
            .item
            .payload
            .clone()
            .and_then(|payload| serde_json::from_value(payload).ok());
        let Some(left) = left else {
            return self.end(flight, &work, Settlement::Done, None, Vec::new()).await;
        };
        // Linked to the same issue again meanwhile: nothing is to be taken back.
        if work.link.as_ref().is_some_and(|link| link.issue == left.issue) {
            return self.end(flight, &work, Settlement::Done, None, Vec::new()).await;
        }
        let global_id = mark::global_id(&work.finding.id);
        if let Err(failed) = self.site.remove_remote_link(&left.issue, &global_id).await
            && !is_gone(&failed)
        {
            return self.not_taken_back(flight, &work, &failed).await;
        }
        match self.site.property(&left.issue, mark::PROPERTY).await {
            Ok(Some(value))
                if value.get("finding").and_then(|own| own.as_str()) == Some(&work.finding.id.to_string()) =>
            {
                if let Err(failed) = self.site.remove_property(&left.issue, mark::PROPERTY).await
                    && !is_gone(&failed)
                {
                    return self.not_taken_back(flight, &work, &failed).await;
                }
            }
            Err(error) if error.kind != ErrorKind::NotFound => {
                return self.end_of_read(flight, &work, &error, None, Vec::new()).await;
            }
            _ => {}
        }
        let lines = vec![words::unlinked(&left.key, &work.finding)];
        let turn = self.end(flight, &work, Settlement::Done, None, lines).await?;
        Ok(Turn { sent: 1, ..turn })
    }

    async fn not_taken_back(&self, flight: &Flight, work: &Work, failed: &WriteError) -> Result<Turn, PushError> {
        let problem = words::refused(failed, None, None);
        self.end_of_write(flight, work, (failed, problem), None, Vec::new())
            .await
    }
}

/// The issue itself is gone, and with it what was on it.
fn is_gone(failed: &WriteError) -> bool {
    failed.error.kind == ErrorKind::NotFound
}
