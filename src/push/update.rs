//! Bringing an issue up to date: fields, status, the link back.
//!
//! Every step can be taken again without harm, so an update that was cut off is begun anew. Must never be
//! in here: which of two values holds (`merge`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    PushError, echo, limits, mark,
    merge::{self, Base},
    pusher::{Flight, Pusher, Turn},
    recipe,
    site::Site,
    words,
};
use crate::{
    config::MappingConfig,
    domain::CreateScreen,
    jira::{ErrorKind, IssueNow, Outcome, RemoteLink, WriteError},
    store::{Agreed, Linked, NewLine, Settlement, Synced, Work},
};

/// What was written down before fields were sent: what was to be sent, and what Jira had.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Begun {
    #[serde(default)]
    begun: BTreeMap<String, Agreed>,
}

/// An update under way.
pub(super) struct Update<'w> {
    pub(super) work: &'w Work,
    pub(super) link: &'w Linked,
    pub(super) mapping: Option<&'w MappingConfig>,
    pub(super) screen: Option<CreateScreen>,
    /// The issue as it was read.
    pub(super) now: IssueNow,
    /// What both sides agree on so far.
    pub(super) synced: Synced,
    pub(super) lines: Vec<NewLine>,
    pub(super) sent: u64,
    /// What Jira said of fields that it did not take, while it took the rest.
    refused: Option<Short>,
}

/// Why an update stopped short.
pub(super) enum Short {
    /// A look failed.
    Read(Box<crate::jira::Error>),
    /// A write failed; this is what people are told.
    Write(Box<(WriteError, crate::domain::Problem)>),
    /// Something has to be mended first.
    Problem(Box<crate::domain::Problem>),
    /// The engine itself.
    Push(PushError),
}

impl<E: Into<PushError>> From<E> for Short {
    fn from(error: E) -> Self {
        Self::Push(error.into())
    }
}

impl<S: Site> Pusher<S> {
    /// Brings the issue of a finding up to date.
    pub(super) async fn update(&self, flight: &Flight, work: Work) -> Result<Turn, PushError> {
        let Some(link) = &work.link else {
            return self.end(flight, &work, Settlement::Done, None, Vec::new()).await;
        };
        let mapping = link.mapping.as_deref().and_then(|name| self.planner.mapping(name));
        if link.mapping.is_some() && !mapping.is_some_and(|mapping| mapping.enabled) {
            // Links of a mapping that is paused or gone stay as they are.
            return self.end(flight, &work, Settlement::Done, None, Vec::new()).await;
        }
        let mut synced = self.begun(&work, link, mapping);
        let made = made(&mut synced, self.clock.now());
        let (screen, wanted) = match mapping {
            Some(mapping) => match self.wanted(flight, &work, link, mapping, made).await? {
                Ok(wanted) => wanted,
                Err(error) => return self.end_of_read(flight, &work, &error, None, Vec::new()).await,
            },
            None => (None, Map::new()),
        };
        let remote = words::remote_link(&work.finding);
        if quiet(&work, link, &wanted, remote.as_ref()) {
            return self
                .end(flight, &work, Settlement::Done, Some(synced), Vec::new())
                .await;
        }
        let fields: Vec<String> = wanted.keys().cloned().collect();
        let now = match self.site.read_fields(link.issue.as_str(), &fields).await {
            Ok(now) => now,
            Err(error) if error.kind == ErrorKind::NotFound => return self.gone(flight, &work, synced).await,
            Err(error) => return self.end_of_read(flight, &work, &error, None, Vec::new()).await,
        };
        let mut lines = Vec::new();
        if now.key != link.key {
            lines.push(words::renamed(&link.key, &now.key));
            synced.key = now.key.clone();
        }
        let mut update = Update {
            work: &work,
            link,
            mapping,
            screen,
            now,
            synced,
            lines,
            sent: 0,
            refused: None,
        };
        let short = self.steps(flight, &mut update, &wanted, remote.as_ref()).await.err();
        let short = short.or(update.refused.take());
        self.finish(flight, update, short).await
    }

    /// Reopening: status, then fields. Closing: fields, then status.
    async fn steps(
        &self,
        flight: &Flight,
        update: &mut Update<'_>,
        wanted: &Map<String, Value>,
        remote: Option<&RemoteLink>,
    ) -> Result<(), Short> {
        if update.work.finding.is_open() {
            self.status(flight, update).await?;
            self.fields(flight, update, wanted).await?;
        } else {
            self.fields(flight, update, wanted).await?;
            self.status(flight, update).await?;
        }
        self.remote(update, remote).await?;
        self.mark(update).await
    }

    async fn finish(&self, flight: &Flight, update: Update<'_>, short: Option<Short>) -> Result<Turn, PushError> {
        let Update {
            work,
            link,
            mapping,
            screen,
            mut synced,
            lines,
            sent,
            ..
        } = update;
        let turn = match short {
            None => {
                let turn = self.end(flight, work, Settlement::Done, Some(synced), lines).await?;
                return Ok(Turn {
                    sent,
                    updated: u64::from(sent > 0),
                    ..turn
                });
            }
            Some(short) => {
                synced.revision = link.revision;
                match short {
                    Short::Push(error) => return Err(error),
                    Short::Read(error) => self.end_of_read(flight, work, &error, Some(synced), lines).await?,
                    Short::Write(failed) => {
                        let (failed, problem) = *failed;
                        let written = (&failed, problem);
                        let turn = self.end_of_write(flight, work, written, Some(synced), lines).await?;
                        if let (Some(mapping), Some(screen), None) = (mapping, &screen, &work.parent) {
                            let project = link.key.parts().map_or("", |(project, _)| project);
                            self.look_anew(&failed, mapping, (project, &mapping.issue_type), screen)
                                .await?;
                        }
                        turn
                    }
                    Short::Problem(problem) => self.fail_after(flight, work, *problem, synced, lines).await?,
                }
            }
        };
        Ok(Turn { sent, ..turn })
    }

    fn begun(&self, work: &Work, link: &Linked, mapping: Option<&MappingConfig>) -> Synced {
        let digest = mapping.map(|mapping| mark::short_digest(format!("{mapping:?}").as_bytes()));
        Synced {
            link: link.id,
            key: link.key.clone(),
            snapshot: link.snapshot.clone(),
            revision: work.revision,
            digest: digest.unwrap_or_default(),
            broken: false,
            mark: None,
            echoes: Vec::new(),
        }
    }

    /// What the mapping wants of the fields now; of an issue that went where the mapping's type is
    /// unknown, nothing.
    async fn wanted(
        &self,
        flight: &Flight,
        work: &Work,
        link: &Linked,
        mapping: &MappingConfig,
        made: Timestamp,
    ) -> Result<Result<(Option<CreateScreen>, Map<String, Value>), crate::jira::Error>, PushError> {
        let project = link.key.parts().map_or("", |(project, _)| project);
        let kind = match &mapping.subtask_type {
            Some(kind) if work.parent.is_some() => kind,
            _ => &mapping.issue_type,
        };
        let screen = match self.screen(project, kind).await? {
            Ok(screen) => screen,
            Err(error) if matches!(error.kind, ErrorKind::NotFound | ErrorKind::Rejected) => {
                let as_agreed = |(id, agreed): (&String, &Agreed)| (id.clone(), agreed.ours.clone());
                return Ok(Ok((None, link.snapshot.fields.iter().map(as_agreed).collect())));
            }
            Err(error) => return Ok(Err(error)),
        };
        self.introduce(&work.finding, project).await?;
        let composed = self.composed(flight, mapping, work, &screen, made).await?;
        Ok(Ok((Some(screen), recipe::wanted(composed, link, &work.finding))))
    }

    async fn gone(&self, flight: &Flight, work: &Work, synced: Synced) -> Result<Turn, PushError> {
        let mut lines = Vec::new();
        if work.link.as_ref().is_some_and(|link| !link.broken) {
            lines.push(words::broken(&synced.key, &work.finding));
        }
        let synced = Synced { broken: true, ..synced };
        self.end(flight, work, Settlement::Done, Some(synced), lines).await
    }

    async fn fields(&self, flight: &Flight, update: &mut Update<'_>, wanted: &Map<String, Value>) -> Result<(), Short> {
        let item = &update.work.item;
        let begun: Option<Begun> = item.payload.clone().and_then(|text| serde_json::from_value(text).ok());
        let base = Base {
            snapshot: &update.link.snapshot,
            begun: &begun.unwrap_or_default().begun,
            others: &echo::changed_by_others(&update.now.history, flight.account.as_deref()),
            created: update.link.created,
            conflict: update.mapping.map(|mapping| mapping.conflict).unwrap_or_default(),
        };
        let merged = merge::fields(base, wanted, &update.now.fields);
        if !merged.kept.is_empty() {
            let names = update.names(&merged.kept);
            update.lines.push(words::kept(&update.synced.key, &names));
        }
        if !merged.send.is_empty() {
            let agreed = self.send_fields(flight, update, &merged).await?;
            update.synced.snapshot.fields = agreed;
            return Ok(());
        }
        update.synced.snapshot.fields = merged.agreed;
        Ok(())
    }

    /// Sends fields and reads back what Jira made of them.
    async fn send_fields(
        &self,
        flight: &Flight,
        update: &mut Update<'_>,
        merged: &merge::Fields,
    ) -> Result<BTreeMap<String, Agreed>, Short> {
        let is_sent = |id: &String| merged.send.contains_key(id);
        let begun = Begun {
            begun: merged
                .agreed
                .iter()
                .filter(|(id, _)| is_sent(id))
                .map(|(id, agreed)| (id.clone(), agreed.clone()))
                .collect(),
        };
        let id = update.work.item.pending.id;
        let payload = serde_json::to_value(&begun).map_err(crate::store::StoreError::from)?;
        self.stored(move |store, _, now| store.begin_update(id, &payload, now))
            .await?;
        let issue = &update.link.issue;
        let sent = self.edit(update, &merged.send).await?;
        let mut agreed = merged.agreed.clone();
        for id in merged.send.keys().filter(|id| !sent.contains_key(*id)) {
            match update.link.snapshot.fields.get(id) {
                Some(before) => agreed.insert(id.clone(), before.clone()),
                None => agreed.remove(id),
            };
        }
        // What Jira took only when it was shorter.
        for (id, value) in sent.iter().filter(|(id, value)| merged.send.get(*id) != Some(value)) {
            if let Some(entry) = agreed.get_mut(id) {
                entry.ours = value.clone();
            }
        }
        let sent: Vec<String> = sent.keys().cloned().collect();
        let names = update.names(&sent);
        let line = words::updated(&update.synced.key, &names, &update.work.finding);
        update.lines.push(line);
        let replaced: Vec<String> = merged.replaced.iter().filter(|id| sent.contains(id)).cloned().collect();
        if let (Some(mapping), false) = (update.mapping, replaced.is_empty()) {
            let names = update.names(&replaced);
            let line = words::replaced(&update.synced.key, &names, &mapping.name);
            update.lines.push(line);
        }
        // What cannot be read back now is read with the next update.
        let back = self.site.read_fields(issue.as_str(), &sent).await.ok();
        for id in &sent {
            if let Some(entry) = agreed.get_mut(id) {
                entry.theirs = back
                    .as_ref()
                    .map(|back| back.fields.get(id).cloned().unwrap_or_default());
            }
        }
        if let Some(back) = back {
            let account = flight.account.as_deref();
            let echoes = echo::of_edit(&update.now.history, &back.history, account, (&sent, &names));
            update.synced.echoes.extend(echoes);
            // What comes next is told from what there was by now.
            update.now.history = back.history;
        }
        Ok(agreed)
    }

    /// Sets fields. Those that Jira names as the reason to refuse all of them are left out and told of at
    /// the end; answers what it took.
    async fn edit(&self, update: &mut Update<'_>, fields: &Map<String, Value>) -> Result<Map<String, Value>, Short> {
        let issue = &update.link.issue;
        let mut sent = fields.clone();
        let mut answer = self.site.edit_issue(issue, &sent).await;
        if let Err(failed) = &answer
            && failed.outcome == Outcome::Refused
            && limits::tighten(&mut sent, &failed.fields, &update.work.finding)
        {
            answer = self.site.edit_issue(issue, &sent).await;
        }
        if let Err(failed) = answer {
            sent.retain(|id, _| failed.fields.iter().all(|(named, _)| named != id));
            let some = !sent.is_empty() && sent.len() < fields.len();
            let problem = words::refused(&failed, update.mapping, update.screen.as_ref());
            let refused = Short::Write(Box::new((failed, problem)));
            if !some {
                return Err(refused);
            }
            if let Err(failed) = self.site.edit_issue(issue, &sent).await {
                let problem = words::refused(&failed, update.mapping, update.screen.as_ref());
                return Err(Short::Write(Box::new((failed, problem))));
            }
            update.refused = Some(refused);
        }
        update.sent += 1;
        Ok(sent)
    }

    async fn remote(&self, update: &mut Update<'_>, remote: Option<&RemoteLink>) -> Result<(), Short> {
        let digest = remote.map(mark::digest_of_link);
        let (Some(remote), true) = (remote, digest != update.link.snapshot.remote) else {
            return Ok(());
        };
        if let Err(failed) = self.site.put_remote_link(&update.link.issue, remote).await {
            let problem = words::refused(&failed, None, None);
            return Err(Short::Write(Box::new((failed, problem))));
        }
        update.sent += 1;
        update.synced.snapshot.remote = digest;
        Ok(())
    }

    /// Puts the mark on an issue that has none, so that its link can be found again by it.
    async fn mark(&self, update: &mut Update<'_>) -> Result<(), Short> {
        if update.link.snapshot.marked {
            return Ok(());
        }
        let issue = &update.link.issue;
        let there = self.site.property(issue, mark::PROPERTY).await;
        let there = there.map_err(|error| Short::Read(Box::new(error)))?;
        if there.is_none() {
            let mark = update.link.mark.clone().unwrap_or_else(|| self.new_mark());
            let value = mark::value(&mark, &update.work.finding.id, update.link.mapping.as_deref());
            if let Err(failed) = self.site.put_property(issue, mark::PROPERTY, &value).await {
                let problem = words::refused(&failed, None, None);
                return Err(Short::Write(Box::new((failed, problem))));
            }
            update.sent += 1;
            update.synced.mark = Some(mark);
        }
        update.synced.snapshot.marked = true;
        Ok(())
    }
}

impl Update<'_> {
    /// Fields by their shown names.
    fn names(&self, ids: &[String]) -> Vec<String> {
        ids.iter()
            .map(|id| {
                let field = self.screen.as_ref().and_then(|screen| screen.field(id));
                field.map_or_else(|| id.clone(), |field| field.name.clone())
            })
            .collect()
    }
}

/// What counts as now for templates: when the fields of this issue were first made.
fn made(synced: &mut Synced, now: Timestamp) -> Timestamp {
    let made = *synced.snapshot.made.get_or_insert(now.as_millisecond());
    Timestamp::from_millisecond(made).unwrap_or(now)
}

/// Whether there is nothing to send, so that Jira need not be asked.
fn quiet(work: &Work, link: &Linked, wanted: &Map<String, Value>, remote: Option<&RemoteLink>) -> bool {
    let snapshot = &link.snapshot;
    let linked = remote.is_none() || remote.map(mark::digest_of_link) == snapshot.remote;
    linked
        && snapshot.marked
        && !link.broken
        && snapshot.state == Some(work.finding.state)
        && merge::in_step(snapshot, wanted)
}
