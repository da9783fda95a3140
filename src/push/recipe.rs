//! What a mapping makes of a finding, with what the store and the site say of the project.
//!
//! Must never be in here: what values mean (`mapping`), or sending them.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    PushError, limits, merge,
    people::{self, People, Stranger},
    pusher::{Flight, Pusher},
    site::Site,
};
use crate::{
    config::{MappingConfig, StateRule},
    domain::{CreateField, CreateScreen, Finding, Responsible},
    jira::Error,
    mapping::{Composed, Ground, compose, compose_screen},
    store::{Linked, Work},
};

/// A create screen is read anew after this time.
const SCREEN_HOLDS: Duration = Duration::from_secs(12 * 60 * 60);

impl<S: Site> Pusher<S> {
    /// The create screen of a project and type: as kept, or from the site when that is old.
    pub(super) async fn screen(&self, project: &str, kind: &str) -> Result<Result<CreateScreen, Error>, PushError> {
        // Of several items that need it at once only the first asks the site.
        let _turn = self.screens.lock().await;
        let (asked, of) = (project.to_owned(), kind.to_owned());
        let kept = self
            .stored(move |store, alias, _| store.create_screen(alias, &asked, &of))
            .await?;
        if let Some((screen, read)) = kept {
            let age = read.duration_until(self.clock.now());
            if !age.is_negative() && age.unsigned_abs() < SCREEN_HOLDS {
                return Ok(Ok(screen));
            }
        }
        self.fresh_screen(project, kind).await
    }

    /// The create screen that an issue is about to be made by, read once a run: what changed in Jira since
    /// is to be told before Jira refuses anything because of it.
    pub(super) async fn screen_to_create(
        &self,
        flight: &Flight,
        project: &str,
        kind: &str,
    ) -> Result<Result<CreateScreen, Error>, PushError> {
        let asked = (project.to_owned(), kind.to_owned());
        let mut read = flight.screens.lock().await;
        if read.contains(&asked) {
            drop(read);
            return self.screen(project, kind).await;
        }
        let screen = self.fresh_screen(project, kind).await?;
        if screen.is_ok() {
            read.insert(asked);
        }
        Ok(screen)
    }

    /// The create screen as the site has it now.
    pub(super) async fn fresh_screen(
        &self,
        project: &str,
        kind: &str,
    ) -> Result<Result<CreateScreen, Error>, PushError> {
        let screen = match self.site.create_screen(project, kind).await {
            Ok(screen) => screen,
            Err(error) => return Ok(Err(error)),
        };
        let (asked, of, read) = (project.to_owned(), kind.to_owned(), screen.clone());
        self.stored(move |store, alias, now| store.put_create_screen(alias, &asked, &of, &read, now))
            .await?;
        Ok(Ok(screen))
    }

    /// The fields of the issue that a mapping makes of a finding, held to Jira's limits. `at` is what
    /// counts as now. The site is asked for people whom nobody knows yet; not being told is no reason to
    /// send nothing: the field stays out.
    pub(super) async fn composed(
        &self,
        flight: &Flight,
        mapping: &MappingConfig,
        work: &Work,
        screen: &CreateScreen,
        at: Timestamp,
    ) -> Result<Composed, PushError> {
        let (composed, strangers) = self.composed_once(flight, mapping, work, screen, at).await?;
        if !self.acquaint(strangers, &screen.project.key).await? {
            return Ok(composed);
        }
        Ok(self.composed_once(flight, mapping, work, screen, at).await?.0)
    }

    async fn composed_once(
        &self,
        flight: &Flight,
        mapping: &MappingConfig,
        work: &Work,
        screen: &CreateScreen,
        at: Timestamp,
    ) -> Result<(Composed, Vec<Stranger>), PushError> {
        let (mapping, finding, screen) = (mapping.clone(), work.finding.clone(), screen.clone());
        let parent = work.parent.as_ref().map(|(_, key)| key.to_string());
        let (deployment, zone) = (flight.deployment, flight.zone.clone());
        let composed = self.stored(move |store, alias, now| {
            let people = People::new(store, alias);
            let find = |who: &Responsible, field: &CreateField| people.find(who, field);
            let ground = Ground::new(deployment, &screen, &zone, at)
                .with_people(&find)
                .with_parent(parent.as_deref());
            let mut composed = compose(&mapping, &finding, &ground);
            limits::hold(&mut composed.fields, &finding);
            Ok((composed, people.to_ask(now)?))
        });
        Ok(composed.await?)
    }

    /// Asks the site who these are; whether it knows somebody of them.
    async fn acquaint(&self, strangers: Vec<Stranger>, project: &str) -> Result<bool, PushError> {
        let mut found = false;
        for stranger in strangers {
            let Some(said) = people::ask(&self.site, &stranger, project).await else {
                continue;
            };
            found |= said.is_some();
            self.stored(move |store, alias, now| people::remember(store, alias, &stranger.who, said.as_ref(), now))
                .await?;
        }
        Ok(found)
    }

    /// Finds out who on the site is responsible for the finding by the address, where there is one: a
    /// name alone may be somebody else's.
    pub(super) async fn introduce(&self, finding: &Finding, project: &str) -> Result<(), PushError> {
        let Some(who) = finding.assignee.clone().filter(|who| !who.group && who.email.is_some()) else {
            return Ok(());
        };
        let asked = who.clone();
        let fresh = self.stored(move |store, alias, now| people::is_fresh(store, alias, &asked, now));
        if !fresh.await? {
            self.acquaint(vec![Stranger { who, assigned: true }], project).await?;
        }
        Ok(())
    }

    /// What the screen of a transition is filled with.
    pub(super) async fn composed_step(
        &self,
        flight: &Flight,
        rule: &StateRule,
        finding: &Finding,
        fields: &[CreateField],
        screen: &CreateScreen,
    ) -> Result<Composed, PushError> {
        let (rules, finding, fields, screen) = (rule.fields.clone(), finding.clone(), fields.to_vec(), screen.clone());
        let (deployment, zone) = (flight.deployment, flight.zone.clone());
        let composed = self
            .stored(move |store, alias, now| {
                let people = |who: &Responsible, _: &CreateField| people::person(store, alias, who);
                let ground = Ground::new(deployment, &screen, &zone, now).with_people(&people);
                let mut composed = compose_screen(&rules, &fields, &finding, &ground);
                limits::hold(&mut composed.fields, &finding);
                Ok(composed)
            })
            .await?;
        Ok(composed)
    }
}

/// What is wanted of the fields of an issue that is there. A field that cannot be filled now stays as it
/// was agreed on; one that the finding no longer fills is emptied.
pub(super) fn wanted(composed: Composed, link: &Linked, finding: &Finding) -> Map<String, Value> {
    let mut fields = composed.fields;
    let agreed = &link.snapshot.fields;
    for outcome in &composed.outcomes {
        let Some(before) = agreed.get(&outcome.field) else {
            continue;
        };
        if outcome.problem.is_some() {
            fields.insert(outcome.field.clone(), before.ours.clone());
        } else if outcome.value.is_none() {
            fields.insert(outcome.field.clone(), Value::Null);
        } else if let Some(value) = fields.get_mut(&outcome.field)
            && limits::tight(value, finding) == before.ours
        {
            // Jira took it shorter than that, and would again.
            value.clone_from(&before.ours);
        }
    }
    merge::lasting(fields)
}
