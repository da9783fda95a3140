//! What a mapping makes of a finding, with what the store and the site say of the project.
//!
//! Must never be in here: what values mean (`mapping`), or sending them.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    PushError, limits, merge,
    pusher::{Flight, Pusher},
    site::Site,
};
use crate::{
    config::{MappingConfig, StateRule},
    domain::{Alias, CreateField, CreateScreen, Finding, Responsible, User},
    jira::Error,
    mapping::{Composed, Ground, NamedPerson, compose, compose_screen, people_named},
    store::{Linked, Store, Work},
};

/// A create screen is read anew after this time.
const SCREEN_HOLDS: Duration = Duration::from_secs(12 * 60 * 60);

impl<S: Site> Pusher<S> {
    /// The create screen of a project and type: as kept, or from the site when that is old.
    pub(super) async fn screen(&self, project: &str, kind: &str) -> Result<Result<CreateScreen, Error>, PushError> {
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
    /// counts as now.
    pub(super) async fn composed(
        &self,
        flight: &Flight,
        mapping: &MappingConfig,
        work: &Work,
        screen: &CreateScreen,
        at: Timestamp,
    ) -> Result<Composed, PushError> {
        let (mapping, finding, screen) = (mapping.clone(), titled(&work.finding), screen.clone());
        let parent = work.parent.as_ref().map(|(_, key)| key.to_string());
        let (deployment, zone) = (flight.deployment, flight.zone.clone());
        let composed = self
            .stored(move |store, alias, _| {
                let people = |responsible: &Responsible| person(store, alias, responsible);
                let ground = Ground::new(deployment, &screen, &zone, at)
                    .with_people(&people)
                    .with_parent(parent.as_deref());
                let mut composed = compose(&mapping, &finding, &ground);
                limits::hold(&mut composed.fields, &finding);
                Ok(composed)
            })
            .await?;
        Ok(composed)
    }

    /// Finds out who on the site is responsible for the finding, and whom the mapping names, unless that is
    /// known. Not being told is no reason to send nothing: the field stays out.
    pub(super) async fn acquaint(
        &self,
        flight: &Flight,
        finding: &Finding,
        mapping: &MappingConfig,
        screen: &CreateScreen,
    ) -> Result<(), PushError> {
        let responsible = finding.assignee.iter().filter(|responsible| !responsible.group);
        let responsible = responsible.map(|who| NamedPerson {
            who: who.clone(),
            assigned: true,
        });
        for person in responsible.chain(people_named(mapping, screen, flight.deployment)) {
            self.acquaint_with(person, &screen.project.key).await?;
        }
        Ok(())
    }

    async fn acquaint_with(&self, NamedPerson { who, assigned }: NamedPerson, project: &str) -> Result<(), PushError> {
        let asked = asked(&who).to_owned();
        let known = {
            let (asked, who) = (asked.clone(), who.clone());
            self.stored(move |store, alias, now| {
                let told = store.person_asked(alias, &asked)?;
                let fresh = told.is_some_and(|(_, at)| at.duration_until(now).unsigned_abs() < SCREEN_HOLDS);
                Ok(fresh || (who.email.is_none() && person(store, alias, &who).is_some()))
            })
            .await?
        };
        if known {
            return Ok(());
        }
        let Ok(found) = self.site.find_people(&asked, assigned.then_some(project)).await else {
            return Ok(());
        };
        let person = the_one(&who, &found).cloned();
        self.stored(move |store, alias, now| store.put_person(alias, &asked, person.as_ref(), now))
            .await?;
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
                let people = |responsible: &Responsible| person(store, alias, responsible);
                let ground = Ground::new(deployment, &screen, &zone, now).with_people(&people);
                let mut composed = compose_screen(&rules, &fields, &finding, &ground);
                limits::hold(&mut composed.fields, &finding);
                Ok(composed)
            })
            .await?;
        Ok(composed)
    }
}

/// A finding without a title goes by the first line of its text, else by its id: no issue is without one.
fn titled(finding: &Finding) -> Finding {
    let mut finding = finding.clone();
    if finding.title.trim().is_empty() {
        let line = finding.body.lines().map(str::trim).find(|line| !line.is_empty());
        finding.title = line.map_or_else(|| finding.id.to_string(), |line| line.chars().take(200).collect());
    }
    finding
}

/// What the site is asked for: addresses are told apart better than names.
#[must_use]
pub fn asked(responsible: &Responsible) -> &str {
    responsible.email.as_deref().unwrap_or(&responsible.name)
}

/// Who of those found is meant: the one with that address or name, or the only one, since a site that
/// hides addresses still finds people by them.
#[must_use]
pub fn the_one<'u>(responsible: &Responsible, found: &'u [User]) -> Option<&'u User> {
    let same = |own: Option<&str>, text: &str| own.is_some_and(|own| own.to_lowercase() == text.to_lowercase());
    let by_address = |user: &&User| same(responsible.email.as_deref(), user.email.as_deref().unwrap_or_default());
    let by_name = |user: &&User| same(Some(&responsible.name), &user.display);
    let mut active = found.iter().filter(|user| user.active);
    let only = match (active.next(), active.next()) {
        (Some(one), None) if responsible.email.is_some() => Some(one),
        _ => None,
    };
    found.iter().find(by_address).or_else(|| {
        let mut named = found.iter().filter(by_name);
        match (named.next(), named.next()) {
            (Some(one), None) => Some(one),
            _ => only,
        }
    })
}

/// The one account that somebody responsible can be; two of the same name are nobody. Reads the store.
#[must_use]
pub fn person(store: &Store, alias: &Alias, responsible: &Responsible) -> Option<User> {
    if let Ok(Some((Some(user), _))) = store.person_asked(alias, asked(responsible)) {
        return Some(user);
    }
    match store.people_named(alias, &responsible.name).as_deref() {
        Ok([one]) => Some(one.clone()),
        _ => None,
    }
}

/// What is wanted of the fields of an issue that is there. A field that cannot be filled now stays as it
/// was agreed on; one that the finding no longer fills is emptied.
pub(super) fn wanted(composed: Composed, link: &Linked) -> Map<String, Value> {
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
        }
    }
    merge::lasting(fields)
}
