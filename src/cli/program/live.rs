//! `issues --live`: Jira itself is asked, page by page, over all chosen connections.

use crate::{
    cli::{
        failure::{Exit, Failure},
        services::{Answer, Request, Source},
        setup::Setup,
    },
    store::Store,
    sync::{Clients, SyncError, live::LiveSearch},
};

/// What the sites answer; any site that does not answer fails the whole, since the total would lie.
pub(super) async fn issues(
    setup: &Setup,
    store: &Store,
    clients: &Clients,
    request: &Request,
) -> Result<Answer, Failure> {
    let limit = request.limit.unwrap_or(usize::MAX);
    let mut answer = Answer::none(Source::Live);
    let query = |alias| request.asked.iter().find(|asked| asked.aliases.contains(alias));
    let chosen = setup
        .config
        .connections
        .iter()
        .filter_map(|one| Some((one, query(&one.alias)?)));
    for (place, (connection, asked)) in chosen.enumerate() {
        let mut search = LiveSearch::new(clients, store, connection, &asked.jql, place).await?;
        let mut brought = 0;
        let mut whole = false;
        while answer.rows.len() < limit {
            let Some(rows) = search.page().await? else {
                whole = true;
                break;
            };
            brought += rows.len();
            answer.rows.extend(rows);
        }
        answer.total += if whole {
            brought
        } else {
            brought.max(usize::try_from(search.total().await?).unwrap_or(usize::MAX))
        };
    }
    answer.rows.truncate(limit);
    Ok(answer)
}

impl From<SyncError> for Failure {
    fn from(error: SyncError) -> Self {
        match error {
            SyncError::Jira(error) => error.into(),
            SyncError::Store(error) => error.into(),
            SyncError::Stopped => Self::new(Exit::Failed, error.to_string()),
        }
    }
}
