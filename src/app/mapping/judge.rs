//! The fields as rows: what each rule says, what it makes of the sample, what is wrong with it.
//!
//! The judgement is `crate::mapping`'s; here it is brought together with what is typed and unsaved.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::draft::RulePlace;
use super::editor::{Editor, Setting};
use super::typed;
use crate::config::{ProjectChoice, Rule};
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
        let people = |who: &Responsible| {
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
        let statuses = self.workflow.got().map_or(&[][..], |workflow| &workflow.statuses);
        let ground = Ground::new(read.deployment, &read.screen, &read.zone, now);
        Some(with(&ground.with_people(&people).with_statuses(statuses)))
    }

    /// Brings rows and flaws in line with the draft, the screen and the sample.
    pub(super) fn judge(&mut self, now: Timestamp) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        let mut flaws = self.setting_flaws();
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
        for flaw in checked {
            flaws.push(Flaw {
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
            });
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
        let fields = &read.screen.fields;
        let mut rows: Vec<FieldRow> = fields
            .iter()
            // Chosen on the first page.
            .filter(|field| !matches!(field.id.as_str(), "project" | "issuetype"))
            .map(|field| self.field_row(Some(field), (&field.id, &field.name), flaws, samples))
            .collect();
        let unknown = self.draft.mapping.fields.iter();
        let unknown = unknown.filter(|(key, _)| read.screen.field(key).is_none());
        rows.extend(unknown.map(|(key, _)| self.field_row(None, (key, key), flaws, samples)));
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

    /// What is wrong with the first page.
    fn setting_flaws(&self) -> Vec<Flaw> {
        let settings = self.scope_settings();
        let flaws = settings.filter_map(|setting| {
            let reason = self.setting_flaw(setting)?;
            Some(Flaw {
                about: About::Setting(setting),
                mark: Mark::Error,
                name: setting.label().to_owned(),
                reason,
            })
        });
        flaws.collect()
    }

    fn scope_settings(&self) -> impl Iterator<Item = Setting> + use<> {
        use Setting as S;
        [
            S::Name,
            S::Connection,
            S::Project,
            S::Model,
            S::IssueType,
            S::SubtaskType,
            S::Sources,
            S::Where,
        ]
        .into_iter()
    }

    /// Whether another mapping has that name.
    pub(super) fn name_flaw(&self, name: &str) -> Option<String> {
        let name = name.trim();
        let own = self.base.as_ref().map(|base| base.name.as_str());
        let names = self.opened.got().map_or(&[][..], |opened| &opened.names);
        let taken = |other: &String| other.eq_ignore_ascii_case(name) && Some(other.as_str()) != own;
        match () {
            () if name.is_empty() => Some("a mapping needs a name".to_owned()),
            () if name.chars().count() > 80 => Some("a name has 80 letters at most".to_owned()),
            () if names.iter().any(taken) => Some(format!("there is a mapping \"{}\" already", clean_line(name))),
            () => None,
        }
    }

    fn setting_flaw(&self, setting: Setting) -> Option<String> {
        let mapping = &self.draft.mapping;
        let opened = self.opened.got()?;
        match setting {
            Setting::Name => self.name_flaw(&mapping.name),
            Setting::Connection if mapping.connection.as_str().is_empty() => Some("none is chosen".to_owned()),
            Setting::Connection if !opened.connections.contains(&mapping.connection) => Some(format!(
                "{} is not configured, or switched off",
                clean_line(mapping.connection.as_str())
            )),
            Setting::Project => match &mapping.project {
                ProjectChoice::Key(key) if key.is_empty() => Some("none is chosen".to_owned()),
                ProjectChoice::Key(key) => {
                    let known = self.projects.got()?;
                    let gone = !known.iter().any(|project| project.key.eq_ignore_ascii_case(key));
                    gone.then(|| {
                        format!(
                            "{} is not among the projects that one can create issues in",
                            clean_line(key)
                        )
                    })
                }
                ProjectChoice::Ask => None,
            },
            Setting::Model if mapping.project == ProjectChoice::Ask && self.draft.model.is_none() => {
                Some("choose a project whose fields are shown here".to_owned())
            }
            Setting::IssueType if mapping.issue_type.is_empty() => Some("none is chosen".to_owned()),
            Setting::IssueType => self.type_flaw(&mapping.issue_type, false),
            Setting::SubtaskType => self.type_flaw(mapping.subtask_type.as_deref()?, true),
            Setting::Sources => {
                let known = |name: &&String| !opened.sources.iter().any(|(source, _)| source == *name);
                let gone = mapping.matching.sources.iter().find(known)?;
                Some(format!("there is no source {}", clean_line(gone)))
            }
            Setting::Where => {
                let text = mapping.matching.expression.as_deref()?;
                mapping::check_expression(text).err().map(|error| error.to_string())
            }
            _ => None,
        }
    }

    fn type_flaw(&self, wanted: &str, subtask: bool) -> Option<String> {
        let known = self.types.got()?;
        let mut all = known.iter();
        let there =
            all.any(|one| one.subtask == subtask && (one.name.eq_ignore_ascii_case(wanted) || one.id == wanted));
        (!there).then(|| format!("{} is not among the types of the project", clean_line(wanted)))
    }
}
