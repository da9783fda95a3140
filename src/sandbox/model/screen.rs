//! What screens ask for and what is forbidden, by project: the part of a site that an administrator changes
//! under the feet of whoever writes to it.
//!
//! Must never be in here: values of issues, or Jira's wording.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::{CustomValue, FieldIdx, FieldKind, Flavour, IssueIdx, ProjectIdx, SystemField, Transition, TypeIdx, World};

/// A field as a screen has it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenField {
    /// The field.
    pub field: FieldIdx,
    /// Must hold something.
    pub required: bool,
    /// Filled in when left out.
    pub default: Option<CustomValue>,
}

/// The screens and permissions that differ from what every project has.
#[derive(Debug, Clone, Default)]
pub struct Screens {
    hidden: BTreeSet<(ProjectIdx, FieldIdx)>,
    required: BTreeMap<(ProjectIdx, FieldIdx), Option<CustomValue>>,
    transitions: BTreeMap<(u32, u32), Vec<ScreenField>>,
    denied: BTreeMap<ProjectIdx, BTreeSet<String>>,
}

impl Screens {
    /// Takes a field off the screens of a project, or puts it back.
    pub fn show(&mut self, project: ProjectIdx, field: FieldIdx, shown: bool) {
        if shown {
            self.hidden.remove(&(project, field));
        } else {
            self.hidden.insert((project, field));
        }
    }

    /// Makes a field mandatory on the screens of a project, with a default or without.
    pub fn require(&mut self, project: ProjectIdx, field: FieldIdx, default: Option<CustomValue>) {
        self.required.insert((project, field), default);
    }

    /// Makes a field optional again.
    pub fn release(&mut self, project: ProjectIdx, field: FieldIdx) {
        self.required.remove(&(project, field));
    }

    /// Gives a transition of a workflow a screen of its own.
    pub fn ask(&mut self, workflow: super::WorkflowIdx, transition: u32, fields: Vec<ScreenField>) {
        self.transitions.insert((workflow.0, transition), fields);
    }

    /// Withdraws a permission such as `EDIT_ISSUES` from everybody, or gives it back.
    pub fn permit(&mut self, project: ProjectIdx, permission: &str, permitted: bool) {
        let denied = self.denied.entry(project).or_default();
        if permitted {
            denied.remove(permission);
        } else {
            denied.insert(permission.to_owned());
        }
        self.denied.retain(|_, denied| !denied.is_empty());
    }

    /// Whether a permission has been withdrawn.
    #[must_use]
    pub fn denies(&self, project: ProjectIdx, permission: &str) -> bool {
        self.denied
            .get(&project)
            .is_some_and(|denied| denied.contains(permission))
    }

    /// A field of a project's screens, unless it is hidden there.
    fn field(&self, project: ProjectIdx, field: FieldIdx, may_demand: bool) -> Option<ScreenField> {
        let demanded = self.required.get(&(project, field)).filter(|_| may_demand);
        (!self.hidden.contains(&(project, field))).then(|| ScreenField {
            field,
            required: demanded.is_some(),
            default: demanded.cloned().flatten(),
        })
    }
}

/// An issue with a property.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Marked {
    /// Numeric id.
    pub id: u64,
    /// Present key.
    pub key: String,
    /// The property's value.
    pub value: Value,
    /// It has been deleted since.
    pub deleted: bool,
}

impl World {
    /// The issues that have a property, oldest first.
    #[must_use]
    pub fn marked(&self, property: &str) -> Vec<Marked> {
        let issues = (0..self.issue_count()).map(|at| self.issue(IssueIdx::of(at)));
        issues
            .filter_map(|issue| {
                let value = issue.properties.get(property)?.clone();
                Some(Marked {
                    id: issue.id,
                    key: issue.key.to_string(),
                    value,
                    deleted: issue.deleted,
                })
            })
            .collect()
    }

    /// Deletes an option, named by id or text, and with it the values that chose it. False if there is none.
    pub fn remove_option(&mut self, field: FieldIdx, option: &str) -> bool {
        let Some(options) = self.fields.get_mut(field.at()).map(|field| &mut field.options) else {
            return false;
        };
        let is_it = |other: &super::FieldOption| other.id.to_string() == option || other.value == option;
        let Some(at) = options.iter().position(is_it) else {
            return false;
        };
        let gone = options.remove(at).id;
        for issue in (0..self.issue_count()).map(IssueIdx::of) {
            self.forget_option(issue, field, gone);
        }
        for default in self.screens.required.values_mut() {
            if *default == Some(CustomValue::Option(gone)) {
                *default = None;
            }
        }
        self.changed();
        true
    }

    fn forget_option(&mut self, issue: IssueIdx, field: FieldIdx, gone: u64) {
        let custom = &mut self.issue_mut(issue).custom;
        for (_, value) in custom.iter_mut().filter(|(own, _)| *own == field) {
            if let CustomValue::Options(ids) = value {
                ids.retain(|id| *id != gone);
            }
        }
        custom.retain(|(own, value)| {
            let emptied = match value {
                CustomValue::Options(ids) => ids.is_empty(),
                CustomValue::Option(id) | CustomValue::Cascading(id, _) => *id == gone,
                _ => false,
            };
            *own != field || !emptied
        });
    }

    /// Archives a project, or brings it back.
    pub fn archive(&mut self, project: ProjectIdx, archived: bool) {
        if let Some(project) = self.projects.get_mut(project.at()) {
            project.archived = archived;
        }
        self.changed();
    }

    /// The fields of the screen on which issues of this type are created and edited, in the order of the site.
    #[must_use]
    pub fn screen(&self, project: ProjectIdx, kind: TypeIdx) -> Vec<ScreenField> {
        let subtask = self.issue_type(kind).subtask;
        let fields = (0..self.fields.len()).map(FieldIdx::of);
        fields
            .filter(|idx| self.suits(self.field(*idx).kind, kind))
            .filter_map(|idx| self.screens.field(project, idx, !subtask))
            .map(|mut shown| {
                shown.required |= self.demands(self.field(shown.field).kind, kind);
                shown
            })
            .collect()
    }

    /// The fields that a transition of this issue asks for, besides a comment; none if it has no screen.
    #[must_use]
    pub fn transition_screen(&self, idx: IssueIdx, transition: &Transition) -> Option<Vec<ScreenField>> {
        let issue = self.issue(idx);
        let types = &self.project(issue.project).types;
        let flow = types
            .iter()
            .find(|(kind, _)| *kind == issue.issue_type)
            .map(|(_, flow)| flow.0);
        let own = flow.and_then(|flow| self.screens.transitions.get(&(flow, transition.id)));
        let plain = || {
            let field = self.fields.iter().position(is_resolution)?;
            let resolution = ScreenField {
                field: FieldIdx::of(field),
                required: true,
                default: None,
            };
            transition.has_screen.then(|| vec![resolution])
        };
        own.cloned().or_else(plain)
    }

    /// Whether screens of this type have fields of this kind at all.
    fn suits(&self, field: FieldKind, kind: TypeIdx) -> bool {
        use SystemField as S;
        let kind = self.issue_type(kind);
        let cloud = self.flavour == Flavour::Cloud;
        match field {
            FieldKind::System(S::Parent) => kind.subtask || cloud,
            FieldKind::System(system) => matches!(
                system,
                S::Summary
                    | S::Description
                    | S::Environment
                    | S::Project
                    | S::Type
                    | S::Priority
                    | S::Assignee
                    | S::Reporter
                    | S::Due
                    | S::Labels
                    | S::Components
                    | S::FixVersions
                    | S::AffectsVersions
                    | S::Security
                    | S::TimeTracking
                    | S::Attachment
                    | S::Links
            ),
            FieldKind::EpicName => !cloud && kind.level > 0,
            FieldKind::EpicLink => !cloud && kind.level == 0,
            FieldKind::Sprint => kind.level == 0,
            FieldKind::Rank => false,
            _ => true,
        }
    }

    /// Whether Jira itself demands a field of this kind.
    fn demands(&self, field: FieldKind, kind: TypeIdx) -> bool {
        use SystemField as S;
        match field {
            FieldKind::System(S::Summary | S::Project | S::Type | S::Reporter) => true,
            FieldKind::System(S::Parent) => self.issue_type(kind).subtask,
            FieldKind::EpicName => true,
            _ => false,
        }
    }
}

fn is_resolution(field: &super::Field) -> bool {
    field.kind == FieldKind::System(SystemField::Resolution)
}
