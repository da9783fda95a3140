//! The fields as rows: what each rule says, what it makes of the sample, what is wrong with it.
//!
//! The judgement is `crate::mapping`'s; here it is brought together with what is typed and unsaved.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::draft::RulePlace;
use super::editor::{Editor, Setting};
use super::typed;
use crate::config::Rule;
use crate::domain::{CreateField, FindingState, Responsible, User};
use crate::mapping::{self, FlawLevel, Ground};
use crate::text::clean_line;

/// How a row or a flaw is to be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mark {
    /// Without a rule, which is fine.
    Off,
    Ok,
    Warn,
    Error,
}

/// Whether Jira wants a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Required,
    /// Required, and filled in by Jira when left out.
    Defaulted,
    Optional,
}

/// A field of the create screen, or a rule for one that is not on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FieldRow {
    pub(crate) at: RulePlace,
    /// Shown name, clean.
    pub(crate) name: String,
    /// Word of its type.
    pub(crate) kind: String,
    pub(crate) need: Need,
    pub(crate) mark: Mark,
    /// Has a rule.
    pub(crate) on: bool,
    pub(crate) unsaved: bool,
    /// Kind of the rule, in words.
    pub(crate) rule: String,
    /// What the rule says, clean.
    pub(crate) value: String,
    /// What it makes of the sample, clean; or why nothing.
    pub(crate) sample: Result<String, String>,
}

/// What something wrong is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum About {
    Setting(Setting),
    Field(RulePlace),
    /// What a state of the finding asks of its issue.
    State(FindingState),
    Closes,
}

/// What a flaw is about, by the name that `crate::mapping` gives it.
fn about_of(field: &str, name: &str) -> About {
    let setting = match field {
        "name" => Some(Setting::Name),
        "connection" => Some(Setting::Connection),
        "project" | "entity_project" => Some(Setting::Project),
        "issue_type" => Some(Setting::IssueType),
        "subtask_type" => Some(Setting::SubtaskType),
        "create" => Some(Setting::Create),
        "match" | "match.where" | "where" => Some(Setting::Where),
        _ => None,
    };
    if let Some(setting) = setting {
        return About::Setting(setting);
    }
    let parts: Vec<&str> = field.splitn(3, '.').collect();
    let state = |word: &str| FindingState::from_word(word);
    match parts.as_slice() {
        ["closes", ..] => About::Closes,
        ["states", word] => state(word).map_or(About::Closes, About::State),
        ["states", word, field] => About::Field(RulePlace {
            state: state(word),
            field: (*field).to_owned(),
            name: name.to_owned(),
        }),
        _ => About::Field(RulePlace {
            state: None,
            field: field.to_owned(),
            name: name.to_owned(),
        }),
    }
}

/// Something that cannot work, or should be looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    pub(crate) about: About,
    pub(crate) mark: Mark,
    /// Clean, as the reason.
    pub(crate) name: String,
    pub(crate) reason: String,
}

impl From<&mapping::FieldFlaw> for Flaw {
    fn from(flaw: &mapping::FieldFlaw) -> Self {
        Self {
            about: about_of(&flaw.field, &flaw.name),
            mark: match flaw.level {
                FlawLevel::Error => Mark::Error,
                FlawLevel::Warning => Mark::Warn,
            },
            name: clean_line(&flaw.name).into_owned(),
            reason: match &flaw.remedy {
                Some(remedy) => format!("{} · {}", clean_line(&flaw.reason), clean_line(remedy)),
                None => clean_line(&flaw.reason).into_owned(),
            },
        }
    }
}

/// The kind of a rule, in words.
pub(crate) fn rule_word(rule: &Rule, field: Option<&CreateField>) -> String {
    match rule {
        Rule::Value(_) if field.is_some_and(typed::is_picked) => "Jira value".to_owned(),
        Rule::Value(_) => "typed value".to_owned(),
        Rule::Finding(_) => "finding field".to_owned(),
        Rule::Map { values, .. } => format!("value map · {}", values.len()),
        Rule::Template(_) => "template".to_owned(),
        Rule::Json(_) => "raw JSON".to_owned(),
    }
}

/// What a rule says, as it came.
pub(crate) fn rule_text(rule: &Rule) -> String {
    match rule {
        Rule::Value(value) => typed::shown(value),
        Rule::Finding(name) => name.clone(),
        Rule::Map { from, values, other } => {
            let shown = values
                .iter()
                .map(|(word, value)| format!("{word} → {}", typed::shown(value)));
            let rest = other.iter().map(|value| format!("else {}", typed::shown(value)));
            format!("{from}: {}", shown.chain(rest).collect::<Vec<_>>().join(", "))
        }
        Rule::Template(text) | Rule::Json(text) => text.clone(),
    }
}

impl Editor {
    /// What rules stand on, for as long as `with` needs it; `None` before the screen is known.
    pub(crate) fn ground<T>(&self, now: Timestamp, with: impl FnOnce(&Ground<'_>) -> T) -> Option<T> {
        let read = self.screen.got()?;
        let known = self.samples.got().map_or(&[][..], |samples| &samples.people);
        let people = |who: &Responsible, _: &CreateField| {
            let found = known.iter().find(|(other, _)| other == who);
            let picked = || {
                let display = self.names.get(&who.name)?.clone();
                Some(User {
                    id: who.name.clone(),
                    name: who.name.clone(),
                    display,
                    active: true,
                    email: None,
                })
            };
            found.map(|(_, user)| user.clone()).or_else(picked)
        };
        let workflow = self.workflow.got();
        let ground = Ground::new(read.deployment, &read.screen, &read.zone, now)
            .with_below(read.below.as_ref())
            .with_people(&people)
            .with_statuses(workflow.map_or(&[][..], |workflow| &workflow.statuses))
            .with_transitions(workflow.map_or(&[][..], |workflow| &workflow.transitions));
        Some(with(&ground))
    }

    /// Brings rows and flaws in line with the draft, the screen and the sample.
    pub(super) fn judge(&mut self, now: Timestamp) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let mut flaws = self.setting_flaws();
        flaws.extend(self.taken_away());
        let found = self.ground(now, |ground| {
            let mapping = &self.draft.mapping;
            let flaws = mapping::check(mapping, ground);
            let composed = self.sample().map(|finding| mapping::compose(mapping, finding, ground));
            (flaws, composed)
        });
        let Some((checked, composed)) = found else {
            self.rows = Vec::new();
            self.flaws = flaws;
            return;
        };
        for (at, kept) in &self.draft.kept {
            flaws.push(Flaw {
                about: About::Field(at.clone()),
                mark: Mark::Error,
                name: clean_line(&at.name).into_owned(),
                reason: format!(
                    "{} · what was typed is kept, the rule is as before",
                    clean_line(&kept.flaw)
                ),
            });
        }
        let names = self.screen.got().map(|read| &read.names);
        for mut flaw in checked {
            // Of a field that has vanished only the id is left.
            if let Some(name) = names.and_then(|names| names.get(&flaw.name)) {
                flaw.name.clone_from(name);
            }
            let flaw = Flaw::from(&flaw);
            // The first page has said so already.
            let is_told = flaw.about == About::Setting(Setting::Where);
            if !is_told || flaws.iter().all(|known| known.about != flaw.about) {
                flaws.push(flaw);
            }
        }
        let mut samples: BTreeMap<String, Result<String, String>> = BTreeMap::new();
        for outcome in composed.into_iter().flat_map(|composed| composed.outcomes) {
            let clean = |text: &str| clean_line(text).into_owned();
            let told = match &outcome.problem {
                Some(problem) => Err(clean(problem)),
                None => Ok(clean(&outcome.sample)),
            };
            samples.insert(outcome.field, told);
        }
        self.rows = self.field_rows(&flaws, &samples);
        self.flaws = flaws;
    }

    fn field_rows(&self, flaws: &[Flaw], samples: &BTreeMap<String, Result<String, String>>) -> Vec<FieldRow> {
        let Some(read) = self.screen.got() else {
            return Vec::new();
        };
        let mut rows: Vec<FieldRow> = self
            .fields()
            // Chosen on the first page.
            .filter(|field| !matches!(field.id.as_str(), "project" | "issuetype"))
            .map(|field| self.field_row(Some(field), (&field.id, &field.name), flaws, samples))
            .collect();
        let unknown = self.draft.mapping.fields.iter();
        let is_known = |key: &str| {
            let below = read.below.as_ref().and_then(|below| below.field(key));
            read.screen.field(key).or(below).is_some()
        };
        let unknown = unknown.filter(|(key, _)| !is_known(key));
        rows.extend(unknown.map(|(key, _)| {
            let name = read.names.get(key).unwrap_or(key);
            self.field_row(None, (key, name), flaws, samples)
        }));
        rows
    }

    fn field_row(
        &self,
        field: Option<&CreateField>,
        (id, name): (&str, &str),
        flaws: &[Flaw],
        samples: &BTreeMap<String, Result<String, String>>,
    ) -> FieldRow {
        let at = RulePlace {
            state: None,
            field: id.to_owned(),
            name: name.to_owned(),
        };
        let rule = self.draft.rule(&at);
        let before = self.base.as_ref().and_then(|base| base.rule(id, name));
        let worst = flaws
            .iter()
            .filter(|flaw| matches!(&flaw.about, About::Field(place) if place.state.is_none() && place.field == id))
            .map(|flaw| flaw.mark)
            .max();
        let sample = samples.get(id).cloned().unwrap_or_else(|| Ok(String::new()));
        let from_rule = match (&sample, rule) {
            (_, None) => Mark::Off,
            (Err(_), Some(_)) => Mark::Warn,
            (Ok(_), Some(_)) => Mark::Ok,
        };
        FieldRow {
            name: clean_line(name).into_owned(),
            kind: field.map_or_else(|| "not there".to_owned(), typed::kind_word),
            need: match field {
                Some(field) if field.required && !field.has_default => Need::Required,
                Some(field) if field.required => Need::Defaulted,
                _ => Need::Optional,
            },
            mark: worst.map_or(from_rule, |worst| worst.max(from_rule)),
            on: rule.is_some(),
            unsaved: rule != before || self.draft.kept.contains_key(&at),
            rule: rule.map_or_else(String::new, |rule| rule_word(rule, field)),
            value: rule.map_or_else(String::new, |rule| self.value_text(rule, field)),
            sample,
            at,
        }
    }

    /// What a rule says, with names in place of ids as far as they are known. Clean.
    fn value_text(&self, rule: &Rule, field: Option<&CreateField>) -> String {
        let is_id = field.is_some_and(|field| typed::by_id(field.kind));
        let text = match rule {
            Rule::Value(serde_json::Value::String(id)) if is_id => self.name_of(id),
            Rule::Value(serde_json::Value::Array(ids)) if is_id => {
                let names = ids.iter().map(|id| self.name_of(&typed::shown(id)));
                names.collect::<Vec<_>>().join(", ")
            }
            rule => rule_text(rule),
        };
        clean_line(&text).into_owned()
    }

    /// The name that goes by an id, or the id.
    fn name_of(&self, id: &str) -> String {
        let known = self.samples.got().map_or(&[][..], |samples| &samples.people);
        let person = known.iter().find(|(who, _)| who.name == id);
        let picked = self.names.get(id).cloned();
        picked
            .or_else(|| person.map(|(_, user)| user.display.clone()))
            .unwrap_or_else(|| id.to_owned())
    }
}
