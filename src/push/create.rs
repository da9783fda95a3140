//! Making an issue of a finding.
//!
//! Must never be in here: finding out whether one was made (`look`).

use jiff::Timestamp;

use super::{
    PushError,
    ending::{self, Ending},
    limits, look, mark,
    payload::Payload,
    pusher::{Flight, Pusher, Turn},
    site::Site,
    words,
};
use crate::{
    config::{MappingConfig, ProjectChoice},
    domain::{CreateScreen, Problem},
    jira::{Created, ErrorKind, Marking, Outcome as Effect, WriteError},
    mapping::{self, Outcome},
    store::{NewLink, Settlement, Work},
};

/// What an issue is made by.
struct Order<'m> {
    mapping: &'m MappingConfig,
    project: String,
    kind: &'m str,
}

impl<S: Site> Pusher<S> {
    /// Makes the issue of a finding, unless something stands in the way.
    pub(super) async fn create(&self, flight: &Flight, work: Work) -> Result<Turn, PushError> {
        if work.link.is_some() {
            return self.end(flight, &work, Settlement::Done, None, Vec::new()).await;
        }
        let order = match self.order(&work) {
            Ok(order) => order,
            Err(problem) => return self.fail(flight, &work, problem).await,
        };
        if work.parent_waits && order.mapping.subtask_type.is_some() {
            return Ok(Turn::default());
        }
        if let Some(turn) = self.made_before(flight, &work, &order.project).await? {
            return Ok(turn);
        }
        let screen = match self.screen_to_create(flight, &order.project, order.kind).await? {
            Ok(screen) => screen,
            Err(error) => {
                if error.is_of_this_call() && order.mapping.project == ProjectChoice::Key(order.project.clone()) {
                    let found = vec![("Project".to_owned(), error.message.clone())];
                    let name = order.mapping.name.clone();
                    self.stored(move |store, _, _| store.put_drift(&name, &found)).await?;
                }
                return self.end_of_read(flight, &work, &error, None, Vec::new()).await;
            }
        };
        if order.kind == order.mapping.issue_type
            && let Some((problem, fields)) = self.drifted(order.mapping, &screen).await?
        {
            let (problem, fields) = jiras_own(&work.item.pending.fields, order.mapping, &screen, (problem, fields));
            return self.fail_at(flight, &work, problem, fields).await;
        }
        self.introduce(&work.finding, &order.project).await?;
        let now = self.clock.now();
        let composed = self.composed(flight, order.mapping, &work, &screen, now).await?;
        if !composed.is_sendable() {
            let problem = words::unfilled(composed.problems(), order.mapping);
            let said = |outcome: &Outcome| (outcome.field.clone(), outcome.problem.clone().unwrap_or_default());
            let fields = composed.problems().map(said).collect();
            return self.fail_at(flight, &work, problem, fields).await;
        }
        let payload = Payload {
            project: order.project.clone(),
            fields: composed.fields,
            made: now.as_millisecond(),
        };
        self.send_create(flight, work, &order, &screen, payload).await
    }

    /// Whether the finding may have its issue already, of a store that was lost or of a try that was not
    /// answered; `None` if it has not.
    async fn made_before(&self, flight: &Flight, work: &Work, project: &str) -> Result<Option<Turn>, PushError> {
        match self.restored(flight, project).await? {
            Ok(false) => self.look_before_sending(flight, work).await,
            // The store is new and the project is not: this finding may have its issue back.
            Ok(true) => Ok(Some(Turn {
                moved: true,
                ..Turn::default()
            })),
            Err(error) => Ok(Some(self.end_of_read(flight, work, &error, None, Vec::new()).await?)),
        }
    }

    /// By which mapping, where and as what.
    fn order(&self, work: &Work) -> Result<Order<'_>, Problem> {
        let name = work.item.pending.mapping.as_deref().unwrap_or_default();
        let Some(mapping) = self.planner.mapping(name) else {
            return Err(words::no_mapping(name, false));
        };
        if !mapping.enabled {
            return Err(words::no_mapping(name, true));
        }
        let project = match (&work.item.project, self.planner.project(mapping, &work.finding)) {
            (Some(chosen), _) => chosen.clone(),
            (None, ProjectChoice::Key(key)) => key,
            (None, ProjectChoice::Ask) => return Err(words::no_project(name)),
        };
        let kind = match &mapping.subtask_type {
            Some(kind) if work.parent.is_some() => kind,
            _ => &mapping.issue_type,
        };
        Ok(Order { mapping, project, kind })
    }

    /// What the project no longer allows of the mapping, if anything, and the same by field id.
    pub(super) async fn drifted(
        &self,
        mapping: &MappingConfig,
        screen: &CreateScreen,
    ) -> Result<Option<(Problem, Vec<(String, String)>)>, PushError> {
        let below = match &mapping.subtask_type {
            Some(kind) => self.screen(&screen.project.key, kind).await?.ok(),
            None => None,
        };
        let drift = self.by_name(mapping::drift(mapping, screen, below.as_ref())).await?;
        let (name, found) = (mapping.name.clone(), drift.clone());
        self.stored(move |store, _, _| store.put_drift(&name, &found)).await?;
        if drift.is_empty() {
            return Ok(None);
        }
        let problem = words::drifted(&mapping.name, &drift);
        let id = |name: &String| {
            let field = screen.fields.iter().find(|field| field.name == *name);
            field.map_or_else(|| name.clone(), |field| field.id.clone())
        };
        let fields = drift.iter().map(|(name, reason)| (id(name), reason.clone())).collect();
        Ok(Some((problem, fields)))
    }

    async fn send_create(
        &self,
        flight: &Flight,
        mut work: Work,
        order: &Order<'_>,
        screen: &CreateScreen,
        mut payload: Payload,
    ) -> Result<Turn, PushError> {
        let mark = work.item.mark.clone().unwrap_or_else(|| self.new_mark());
        let id = work.item.pending.id;
        let written = serde_json::to_value(&payload).map_err(crate::store::StoreError::from)?;
        let (with, kept) = (mark.clone(), written.clone());
        let ours = self
            .stored(move |store, _, now| store.begin_create(id, &with, &kept, now))
            .await?;
        if !ours {
            return Ok(Turn::default());
        }
        let sent_at = self.clock.now();
        let property = mark::value(&mark, &work.finding.id, Some(&order.mapping.name));
        let property = (mark::PROPERTY, &property);
        let mut sent = self.site.create_issue(&payload.fields, property).await;
        if let Err(failed) = &sent
            && failed.outcome == Effect::Refused
            && limits::tighten(&mut payload.fields, &failed.fields, &work.finding)
        {
            sent = self.site.create_issue(&payload.fields, property).await;
        }
        match sent {
            Ok(created) => {
                let look_at = work.item.retried.then(|| look::second_look(sent_at, flight.deployment));
                self.created(flight, &work, &payload, &created, look_at).await
            }
            Err(failed) => {
                let (ending, halt) = ending::of_write(&failed, work.item.pending.attempts, self.clock.now());
                flight.stop_for(&ending, halt);
                if ending != Ending::Unknown {
                    return self.not_created(flight, &work, order, screen, &failed).await;
                }
                let next = self.clock.now();
                let parked = self
                    .end(flight, &work, Settlement::Unknown { next }, None, Vec::new())
                    .await?;
                work.item.payload = Some(written);
                work.item.mark = Some(mark);
                work.item.sent_at = Some(sent_at);
                let looked = self.look(flight, work).await?;
                Ok(Turn {
                    moved: parked.moved,
                    ..looked
                })
            }
        }
    }

    async fn created(
        &self,
        flight: &Flight,
        work: &Work,
        payload: &Payload,
        created: &Created,
        look_at: Option<Timestamp>,
    ) -> Result<Turn, PushError> {
        let marked = !matches!(created.marking, Marking::Missing(_));
        let link = NewLink {
            issue: created.id.clone(),
            key: created.key.clone(),
            snapshot: payload.snapshot(marked),
            look_at,
        };
        let mapping = work.item.pending.mapping.as_deref().unwrap_or_default();
        let lines = vec![words::created(&created.key, &work.finding, mapping)];
        let turn = self.end(flight, work, Settlement::Linked(link), None, lines).await?;
        Ok(Turn {
            sent: 1,
            created: 1,
            ..turn
        })
    }

    /// Jira said no, or was not reached. What it says of fields may mean that the screen is another by now.
    async fn not_created(
        &self,
        flight: &Flight,
        work: &Work,
        order: &Order<'_>,
        screen: &CreateScreen,
        failed: &WriteError,
    ) -> Result<Turn, PushError> {
        let problem = words::refused(failed, Some(order.mapping), Some(screen));
        let turn = self
            .end_of_write(flight, work, (failed, problem), None, Vec::new())
            .await?;
        self.look_anew(failed, order.mapping, (&order.project, order.kind), screen)
            .await?;
        Ok(turn)
    }

    /// Reads the create screen again after Jira refused fields, and notes what of the mapping no longer fits.
    pub(super) async fn look_anew(
        &self,
        failed: &WriteError,
        mapping: &MappingConfig,
        (project, kind): (&str, &str),
        screen: &CreateScreen,
    ) -> Result<(), PushError> {
        if !failed.fields.is_empty()
            && let Ok(fresh) = self.fresh_screen(project, kind).await?
            && fresh != *screen
        {
            self.drifted(mapping, &fresh).await?;
        }
        Ok(())
    }
}

/// What is told of a mapping that no longer fits: Jira's own words, where it refused the same fields before.
fn jiras_own(
    said: &[(String, String)],
    mapping: &MappingConfig,
    screen: &CreateScreen,
    (problem, drifted): (Problem, Vec<(String, String)>),
) -> (Problem, Vec<(String, String)>) {
    let is_said = |(id, _): &(String, String)| said.iter().any(|(own, _)| own == id);
    if said.is_empty() || !drifted.iter().all(is_said) {
        return (problem, drifted);
    }
    let problem = words::said_of_fields(ErrorKind::Rejected, said, Some(mapping), Some(screen));
    (problem, said.to_vec())
}
