//! Setting one field, and how the changelog words it.
//!
//! Must never be in here: `updated` or the changelog entry itself; the caller gathers items into one.

use super::{
    super::{
        ChangeItem, CustomValue, FieldIdx, FieldKind, FieldOption, IssueIdx, IssueRef, PriorityIdx, ResolutionIdx,
        UserIdx, VersionIdx, World,
    },
    Edit, item, push_tight,
};
use crate::sandbox::{model::Flavour, richtext::RichText};

/// Id and text of a value as the changelog has it.
type Side = Option<(String, String)>;

impl World {
    /// Sets one field and says what changed: nothing, one item, or one per element for components and versions.
    pub(super) fn apply(&mut self, idx: IssueIdx, edit: Edit) -> Vec<ChangeItem> {
        match edit {
            Edit::Components(to) => {
                let from = std::mem::replace(&mut self.issues[idx.at()].components, to.clone());
                let name = |c: &_| (self.component(*c).id.to_string(), self.component(*c).name.to_string());
                elements("Component", "components", &from, &to, name)
            }
            Edit::FixVersions(to) => {
                let from = std::mem::replace(&mut self.issues[idx.at()].fix_versions, to.clone());
                let name = |v: &_| (self.version(*v).id.to_string(), self.version(*v).name.to_string());
                elements("Fix Version", "fixVersions", &from, &to, name)
            }
            Edit::AffectsVersions(to) => {
                let from = std::mem::replace(&mut self.issues[idx.at()].affects_versions, to.clone());
                let name = |v: &_| (self.version(*v).id.to_string(), self.version(*v).name.to_string());
                elements("Version", "versions", &from, &to, name)
            }
            Edit::Custom(field, to) => self.set_custom(idx, field, to),
            Edit::Parent(to) => self.set_parent(idx, to),
            single => self.apply_single(idx, single).into_iter().collect(),
        }
    }

    fn apply_single(&mut self, idx: IssueIdx, edit: Edit) -> Option<ChangeItem> {
        let (field, id) = names(&edit);
        let before = self.side(idx, &edit);
        let after = self.set(idx, edit);
        let mut change = (before != after).then(|| item(field, id, before, after))?;
        if field == "Sprint" {
            change.custom = true;
            let sprint = self.fields.iter().find(|field| field.kind == FieldKind::Sprint);
            change.field_id = sprint.map_or("", |field| field.id.as_str()).into();
        }
        Some(change)
    }

    /// Writes the value and returns how it reads now.
    fn set(&mut self, idx: IssueIdx, edit: Edit) -> Side {
        let probe = edit.clone();
        let issue = &mut self.issues[idx.at()];
        match edit {
            Edit::Summary(to) => issue.summary = to.into(),
            Edit::Description(to) => issue.description = to,
            Edit::Environment(to) => issue.environment = to,
            Edit::Type(to) => issue.issue_type = to,
            Edit::Priority(to) => issue.priority = to,
            Edit::Resolution(to) => issue.resolution = to,
            Edit::Assignee(to) => issue.assignee = to,
            Edit::Reporter(to) => issue.reporter = to,
            Edit::Due(to) => issue.due = to,
            Edit::Labels(to) => issue.labels = to,
            Edit::Sprints(to) => issue.sprints = to,
            Edit::Security(to) => issue.security = to,
            Edit::OriginalEstimate(to) => issue.time.original = to,
            Edit::RemainingEstimate(to) => issue.time.remaining = to,
            Edit::Components(_)
            | Edit::FixVersions(_)
            | Edit::AffectsVersions(_)
            | Edit::Parent(_)
            | Edit::Custom(..) => {}
        }
        self.side(idx, &probe)
    }

    /// How the field that `edit` is about reads at present.
    fn side(&self, idx: IssueIdx, edit: &Edit) -> Side {
        let issue = self.issue(idx);
        let plain = |text: String| Some((String::new(), text)).filter(|(_, text)| !text.is_empty());
        let rich = |text: &Option<RichText>| {
            plain(
                text.as_ref()
                    .map(|t| t.wiki(&self.users, self.flavour))
                    .unwrap_or_default(),
            )
        };
        let seconds = |value: Option<u32>| value.map(|s| (s.to_string(), s.to_string()));
        match edit {
            Edit::Summary(_) => plain(issue.summary.to_string()),
            Edit::Description(_) => rich(&issue.description),
            Edit::Environment(_) => rich(&issue.environment),
            Edit::Type(_) => {
                let kind = self.issue_type(issue.issue_type);
                Some((kind.id.to_string(), kind.name.to_string()))
            }
            Edit::Priority(_) => issue.priority.map(|p| self.priority_side(p)),
            Edit::Resolution(_) => issue.resolution.map(|r| self.resolution_side(r)),
            Edit::Assignee(_) => issue.assignee.map(|u| self.user_side(u)),
            Edit::Reporter(_) => issue.reporter.map(|u| self.user_side(u)),
            Edit::Due(_) => issue.due.map(|d| (d.to_string(), format!("{d} 00:00:00.0"))),
            Edit::Labels(_) => plain(issue.labels.join(" ")),
            Edit::Sprints(_) => {
                let ids: Vec<_> = issue.sprints.iter().map(|s| self.sprint(*s).id.to_string()).collect();
                let names: Vec<_> = issue.sprints.iter().map(|s| &*self.sprint(*s).name).collect();
                Some((ids.join(", "), names.join(", "))).filter(|_| !ids.is_empty())
            }
            Edit::Security(_) => issue.security.map(|level| {
                let level = self.security_level(level);
                (level.id.to_string(), level.name.to_string())
            }),
            Edit::OriginalEstimate(_) => seconds(issue.time.original),
            Edit::RemainingEstimate(_) => seconds(issue.time.remaining),
            Edit::Components(_)
            | Edit::FixVersions(_)
            | Edit::AffectsVersions(_)
            | Edit::Parent(_)
            | Edit::Custom(..) => None,
        }
    }

    fn priority_side(&self, idx: PriorityIdx) -> (String, String) {
        (self.priority(idx).id.to_string(), self.priority(idx).name.to_string())
    }

    fn resolution_side(&self, idx: ResolutionIdx) -> (String, String) {
        (
            self.resolution(idx).id.to_string(),
            self.resolution(idx).name.to_string(),
        )
    }

    fn user_side(&self, idx: UserIdx) -> (String, String) {
        let user = self.user(idx);
        let id = match self.flavour {
            Flavour::Cloud => &user.account_id,
            Flavour::DataCenter => &user.key,
        };
        (id.clone(), user.display.to_string())
    }

    /// Puts the issue under another parent, or under none.
    fn set_parent(&mut self, idx: IssueIdx, to: Option<IssueIdx>) -> Vec<ChangeItem> {
        let old = self.issue(idx).parent.clone();
        let new = to.filter(|parent| *parent != idx).map(IssueRef::Local);
        if old == new {
            return Vec::new();
        }
        if let Some(parent) = old.as_ref().and_then(IssueRef::local) {
            self.issues[parent.at()].children.retain(|child| *child != idx);
        }
        if let Some(parent) = new.as_ref().and_then(IssueRef::local) {
            self.issues[parent.at()].children.push(idx);
        }
        self.issues[idx.at()].parent = new.clone();
        let side = |parent: Option<IssueRef>| match parent? {
            IssueRef::Local(idx) => Some((self.issue(idx).id.to_string(), self.issue(idx).key.to_string())),
            IssueRef::Foreign(issue) => Some((issue.id.to_string(), issue.key.clone())),
        };
        let subtask = self.issue_type(self.issue(idx).issue_type).subtask;
        let epic = self.fields.iter().find(|field| field.kind == FieldKind::EpicLink);
        let mut change = match (self.flavour, subtask, epic) {
            (Flavour::DataCenter, false, Some(epic)) => {
                let mut change = item(&epic.name, &epic.id, side(old), side(new));
                change.custom = true;
                return vec![change];
            }
            (Flavour::Cloud, false, _) => item("IssueParentAssociation", "", side(old), side(new)),
            _ => item("Parent", "parent", side(old), side(new)),
        };
        change.custom = false;
        vec![change]
    }

    fn set_custom(&mut self, idx: IssueIdx, field: FieldIdx, to: Option<CustomValue>) -> Vec<ChangeItem> {
        let old = self.issue(idx).custom_value(field).cloned();
        if old == to {
            return Vec::new();
        }
        let custom = &mut self.issues[idx.at()].custom;
        custom.retain(|(other, _)| *other != field);
        if let Some(value) = to.clone() {
            push_tight(custom, (field, value));
        }
        let side = |value: Option<CustomValue>| value.map(|value| self.custom_side(field, &value));
        let (name, id) = (self.field(field).name.clone(), self.field(field).id.clone());
        let mut change = item(&name, &id, side(old), side(to));
        change.custom = true;
        vec![change]
    }

    fn custom_side(&self, field: FieldIdx, value: &CustomValue) -> (String, String) {
        let options = &self.field(field).options;
        let name = |id: &u64| option_value(options, *id).unwrap_or_default();
        match value {
            CustomValue::Number(number) => (String::new(), number.to_string()),
            CustomValue::Text(text) => (String::new(), text.to_string()),
            CustomValue::Rich(text) => (String::new(), text.wiki(&self.users, self.flavour)),
            CustomValue::Option(id) => (id.to_string(), name(id)),
            CustomValue::Options(ids) => {
                let list: Vec<_> = ids.iter().map(u64::to_string).collect();
                (
                    format!("[{}]", list.join(", ")),
                    ids.iter().map(name).collect::<Vec<_>>().join(","),
                )
            }
            CustomValue::Cascading(parent, child) => {
                let level = |id: &u64| format!("Level values: {}({id})", name(id));
                let words: Vec<_> = [Some(parent), child.as_ref()]
                    .into_iter()
                    .flatten()
                    .map(level)
                    .collect();
                (parent.to_string(), words.join(", "))
            }
            CustomValue::Users(users) => {
                let (ids, names): (Vec<_>, Vec<_>) = users.iter().map(|u| self.user_side(*u)).unzip();
                (ids.join(", "), names.join(", "))
            }
            CustomValue::Date(date) => (date.to_string(), date.to_string()),
            CustomValue::DateTime(instant) => (instant.to_string(), instant.to_string()),
            CustomValue::Labels(labels) => (String::new(), labels.join(" ")),
            CustomValue::Groups(groups) => (groups.join(", "), groups.join(", ")),
            CustomValue::Versions(versions) => {
                let side = |idx: &VersionIdx| (self.version(*idx).id.to_string(), self.version(*idx).name.to_string());
                let (ids, names): (Vec<_>, Vec<_>) = versions.iter().map(side).unzip();
                (ids.join(", "), names.join(", "))
            }
            CustomValue::Project(idx) => (self.project(*idx).id.to_string(), self.project(*idx).name.to_string()),
            CustomValue::Json(value) => (String::new(), value.to_string()),
        }
    }
}

/// The text of an option, wherever in the tree it is.
pub(crate) fn option_value(options: &[FieldOption], id: u64) -> Option<String> {
    options.iter().find_map(|option| {
        if option.id == id {
            Some(option.value.clone())
        } else {
            option_value(&option.children, id)
        }
    })
}

/// `field` and `fieldId` of the single-valued edits.
fn names(edit: &Edit) -> (&'static str, &'static str) {
    match edit {
        Edit::Summary(_) => ("summary", "summary"),
        Edit::Description(_) => ("description", "description"),
        Edit::Environment(_) => ("environment", "environment"),
        Edit::Type(_) => ("issuetype", "issuetype"),
        Edit::Priority(_) => ("priority", "priority"),
        Edit::Resolution(_) => ("resolution", "resolution"),
        Edit::Assignee(_) => ("assignee", "assignee"),
        Edit::Reporter(_) => ("reporter", "reporter"),
        Edit::Due(_) => ("duedate", "duedate"),
        Edit::Labels(_) => ("labels", "labels"),
        Edit::Sprints(_) => ("Sprint", ""),
        Edit::Security(_) => ("security", "security"),
        Edit::OriginalEstimate(_) => ("timeoriginalestimate", "timeoriginalestimate"),
        Edit::RemainingEstimate(_) => ("timeestimate", "timeestimate"),
        Edit::Components(_) => ("Component", "components"),
        Edit::FixVersions(_) => ("Fix Version", "fixVersions"),
        Edit::AffectsVersions(_) => ("Version", "versions"),
        Edit::Parent(_) => ("Parent", "parent"),
        Edit::Custom(..) => ("", ""),
    }
}

/// One item per element that came or went, as Jira writes components and versions.
fn elements<T: PartialEq>(
    field: &str,
    id: &str,
    from: &[T],
    to: &[T],
    name: impl Fn(&T) -> (String, String),
) -> Vec<ChangeItem> {
    let gone = from
        .iter()
        .filter(|element| !to.contains(element))
        .map(|e| item(field, id, Some(name(e)), None));
    let come = to
        .iter()
        .filter(|element| !from.contains(element))
        .map(|e| item(field, id, None, Some(name(e))));
    gone.chain(come).collect()
}
