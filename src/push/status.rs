//! Moving an issue to the status that the state of its finding asks for.
//!
//! Must never be in here: whether it is moved at all (`merge`).

use super::{
    PushError, echo,
    merge::{self, Standing, Step},
    pusher::{Flight, Pusher, Turn},
    site::Site,
    update::{Short, Update},
    words,
};
use crate::{
    config::StateRule,
    domain::{Problem, Status, Transition},
    jira::{Outcome, WriteError},
    mapping::{self, Composed},
    store::{NewLine, Settlement, Synced, Work},
};

impl<S: Site> Pusher<S> {
    /// Takes the step of the workflow that leads where the rule says, if one is to be taken.
    pub(super) async fn status(&self, flight: &Flight, update: &mut Update<'_>) -> Result<(), Short> {
        let (work, link, mapping) = (update.work, update.link, update.mapping);
        let finding = &work.finding;
        let rule = mapping.and_then(|mapping| mapping::state_rule(mapping, finding));
        let before = update.now.status.clone();
        let standing = Standing {
            snapshot: &link.snapshot,
            state: finding.state,
            status: &before,
            created: link.created,
            conflict: mapping.map(|mapping| mapping.conflict).unwrap_or_default(),
        };
        let mut status = before.clone();
        match (merge::step(standing, rule), rule) {
            (Step::Go, Some(rule)) => {
                status = self.go(flight, update, rule).await?;
                let line = words::moved(&update.synced.key, &before, &status, finding);
                update.lines.push(line);
                update.sent += 1;
            }
            (Step::GiveWay, _) => update.lines.push(words::kept_status(&update.synced.key, &status)),
            _ if standing.snapshot.state == Some(finding.state) => return Ok(()),
            _ => {}
        }
        update.synced.snapshot.state = Some(finding.state);
        update.synced.snapshot.status = Some(status.id);
        Ok(())
    }

    async fn go(&self, flight: &Flight, update: &mut Update<'_>, rule: &StateRule) -> Result<Status, Short> {
        let link = update.link;
        let issue = &link.issue;
        let open = self.site.open_transitions(issue).await;
        let open = open.map_err(|error| Short::Read(Box::new(error)))?;
        let (chosen, composed) = self.choose(flight, update, rule, &open).await?;
        let taken = self.site.transition(issue, &chosen.id, &composed.fields).await;
        if let Err(failed) = &taken
            && failed.outcome == Outcome::NotSent
        {
            return Err(write(failed.clone(), update));
        }
        // A step that failed may have been taken after all, or somebody took it at the same moment. One
        // that was taken is known by its entry from now on.
        let now = self.site.read_fields(issue.as_str(), &[]).await;
        let status = match (&taken, &now) {
            (Ok(()), _) => chosen.to,
            (Err(_), Ok(now)) if merge::is_status(&now.status, &rule.status) => now.status.clone(),
            (Err(failed), _) => return Err(write(failed.clone(), update)),
        };
        if let Ok(now) = now {
            let echoes = echo::of_step(&update.now.history, &now.history, flight.account.as_deref());
            update.synced.echoes.extend(echoes);
            update.now.history = now.history;
        }
        Ok(status)
    }

    /// The transition to take, with the fields of its screen: the first that leads there and can be filled.
    async fn choose(
        &self,
        flight: &Flight,
        update: &Update<'_>,
        rule: &StateRule,
        open: &[Transition],
    ) -> Result<(Transition, Composed), Short> {
        let mapping = update.mapping.map_or("", |mapping| mapping.name.as_str());
        let mut problem = words::no_way(&rule.status, &update.now.status, open, mapping);
        let there = |transition: &&Transition| transition.available && merge::is_status(&transition.to, &rule.status);
        let screen = update.screen.clone().unwrap_or_default();
        for transition in open.iter().filter(there) {
            let composed = self
                .composed_step(flight, rule, &update.work.finding, &transition.fields, &screen)
                .await?;
            if composed.is_sendable() {
                return Ok((transition.clone(), composed));
            }
            problem = words::unfilled_screen(composed.problems(), &rule.status, mapping);
        }
        Err(Short::Problem(Box::new(problem)))
    }

    /// Ends an update that a person has to mend something for, keeping what went through.
    pub(super) async fn fail_after(
        &self,
        flight: &Flight,
        work: &Work,
        problem: Problem,
        synced: Synced,
        mut lines: Vec<NewLine>,
    ) -> Result<Turn, PushError> {
        lines.push(words::failed(&work.finding, Some(&synced.key), &problem));
        let fields = Vec::new();
        self.end(
            flight,
            work,
            Settlement::Failed { problem, fields },
            Some(synced),
            lines,
        )
        .await
    }
}

fn write(failed: WriteError, update: &Update<'_>) -> Short {
    let problem = words::refused(&failed, update.mapping, update.screen.as_ref());
    Short::Write(Box::new((failed, problem)))
}
