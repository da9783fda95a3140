//! What is wrong with the first page: name, place, which findings.
//!
//! Must never be in here: what the site's fields allow (`crate::mapping`).

use super::editor::{Editor, Setting};
use super::judge::{About, Flaw, Mark};
use crate::config::ProjectChoice;
use crate::mapping;
use crate::text::clean_line;

impl Editor {
    /// What is wrong with the first page.
    pub(super) fn setting_flaws(&self) -> Vec<Flaw> {
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

    /// Mappings that take findings from this one by coming first.
    pub(super) fn taken_away(&self) -> Vec<Flaw> {
        let mapping = &self.draft.mapping;
        let name = self.base.as_ref().map_or("", |base| base.name.as_str());
        let all = self.opened.got().map_or(&[][..], |opened| &opened.mappings);
        let behind = mapping::behind(all, name, &mapping.matching).into_iter();
        behind
            .filter(|_| mapping.enabled)
            .map(|(first, overlap)| Flaw {
                about: About::Setting(Setting::Sources),
                mark: Mark::Warn,
                name: "Findings".to_owned(),
                reason: overlap.told(&first),
            })
            .collect()
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
                let error = mapping::check_expression(text).err()?;
                Some(format!("character {}: {error}", error.character(text)))
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
