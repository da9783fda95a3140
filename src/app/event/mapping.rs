//! What the Mappings screen and its editor ask for, and what comes back.
//!
//! Must never be in here: how anything is found out, or what the editor makes of it.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use super::ConfigChange;
use crate::config::{MappingConfig, Match};
use crate::domain::{
    Alias, Choice, CreateScreen, Deployment, Finding, IssueType, MappingState, Named, Project, Responsible, Status,
    Transition, User, ValueKind,
};
use crate::mapping::Overlap;

/// `Problem::kind` with which a change is refused because the mapping is another one in the file than
/// it was when it was opened.
pub const MAPPING_CHANGED: &str = "mapping-changed";

/// A project and an issue type of a connection: what has a create screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Alias of the connection.
    pub alias: Alias,
    /// Key of the project.
    pub project: String,
    /// Name or id of the issue type.
    pub issue_type: String,
}

/// What is asked. Every answer is the variant of [`MappingAnswer`] of the same name.
#[derive(Debug, Clone, PartialEq)]
pub enum MappingQuestion {
    /// The mappings of the config and how they do.
    Overview,
    /// What the editor must know before anything else, about a mapping or a new one.
    Opened(Option<String>),
    /// The projects that one can create issues in.
    Projects(Alias),
    /// The issue types of a project.
    Types(Alias, String),
    /// The create screen, and that of a sub-task type, from the site; from the store while the site cannot
    /// be reached.
    Screen(Target, Option<String>),
    /// Statuses, resolutions and transitions.
    Workflow(Target),
    /// Values of a field by a part of their name.
    Choices(Lookup),
    /// Findings to show what rules make of them: those that match, the latest first.
    Samples(Alias, Match),
    /// What a mapping would do with the findings that are there; where it asks for the project, in that
    /// one.
    DryRun(Box<MappingConfig>, Option<String>),
    /// What a change would make of the config.
    Plan(MappingChange),
    /// A change that can be taken back by the same key: it is made at once.
    Change(MappingChange),
}

/// What was found out.
#[derive(Debug, Clone, PartialEq)]
pub enum MappingAnswer {
    /// In the order of the config.
    Overview(Vec<MappingRow>),
    /// Before the first step.
    Opened(Box<Opened>),
    /// In the site's own order.
    Projects(Vec<Project>),
    /// In the site's own order, sub-task types among them.
    Types(Vec<IssueType>),
    /// With where it is from.
    Screen(Box<ScreenRead>),
    /// Of the project and type asked about.
    Workflow(Box<Workflow>),
    /// At most a few dozen.
    Choices(Suggested),
    /// At most a few dozen.
    Samples(Box<Samples>),
    /// Every finding that matches, and why others do not where that says something.
    DryRun(Box<DryRun>),
    /// `None` where there is no file to write.
    Plan(Option<ConfigChange>),
    /// What to say of it.
    Change(String),
}

/// A mapping on the Mappings screen.
#[derive(Debug, Clone, PartialEq)]
pub struct MappingRow {
    /// As the config has it.
    pub config: MappingConfig,
    /// How it does.
    pub state: MappingState,
    /// Findings that match and are not closed, once counted.
    pub findings: Option<u64>,
    /// What it did lately, newest first.
    pub events: Vec<(Timestamp, String)>,
    /// Names of the fields that have a rule, in the order of the config.
    pub fields: Vec<String>,
    /// Mappings that come first where both cover a finding.
    pub behind: Vec<(String, Overlap)>,
}

/// Values that a site suggests.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Suggested {
    /// As many as are worth showing.
    pub choices: Vec<Choice>,
    /// Why there are none, where that is not because nothing fits.
    pub note: Option<String>,
}

/// What the editor must know before anything else.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Opened {
    /// The mapping asked about; `None` for a new one, and for one that is gone.
    pub mapping: Option<MappingConfig>,
    /// Names of all mappings.
    pub names: Vec<String>,
    /// Connections that are switched on, the default one first.
    pub connections: Vec<Alias>,
    /// Names of the sources with what they are.
    pub sources: Vec<(String, String)>,
    /// Tags of the catalog's entities and of the findings.
    pub tags: Vec<String>,
    /// The project whose screens were read last for this mapping, where it asks for the project.
    pub model: Option<String>,
    /// All mappings, in the order of the config.
    pub mappings: Vec<MappingConfig>,
}

/// A create screen with what is needed to write values for it.
#[derive(Debug, Clone, PartialEq)]
pub struct ScreenRead {
    /// The screen.
    pub screen: CreateScreen,
    /// That of the sub-task type.
    pub below: Option<CreateScreen>,
    /// Names of the site's own fields by their ids, also of those that are on no screen.
    pub names: BTreeMap<String, String>,
    /// What kind of Jira it is.
    pub deployment: Deployment,
    /// The account's time zone.
    pub zone: TimeZone,
    /// When it was read, if it is not from just now; and why it could not be read anew.
    pub cached: Option<(Timestamp, String)>,
}

/// What issues of a project and type can go through.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Workflow {
    /// Statuses, in the site's own order.
    pub statuses: Vec<Status>,
    /// Resolutions.
    pub resolutions: Vec<Named>,
    /// Transitions whose screens are known, from some issue of the project.
    pub transitions: Vec<Transition>,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// Where.
    pub target: Target,
    /// Id of the field.
    pub field: String,
    /// What its values are.
    pub kind: ValueKind,
    /// Part of the name, as typed.
    pub part: String,
    /// Whether it is for a sub-task, which belongs to other issues than others do.
    pub subtask: bool,
}

/// Findings with what the store knows of people in them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Samples {
    /// The latest first.
    pub findings: Vec<Finding>,
    /// Who they are on the site.
    pub people: Vec<(Responsible, User)>,
    /// Findings that match, in all.
    pub total: usize,
}

/// What would become of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It cannot be sent as it would be now.
    Problem,
    /// An issue would be made.
    Create,
    /// Its issue would be changed.
    Update,
    /// Nothing.
    Skip,
}

impl Fate {
    /// Every one, in the order in which they are counted.
    pub const ALL: [Self; 4] = [Self::Create, Self::Update, Self::Skip, Self::Problem];

    /// The word on the screen.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Problem => "problem",
            Self::Create => "create",
            Self::Update => "update",
            Self::Skip => "skip",
        }
    }
}

/// A finding in a dry run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DryRow {
    /// `source/id`.
    pub finding: String,
    /// Its title, as it came.
    pub title: String,
    /// What would become of it.
    pub fate: Fate,
    /// Why, and where to.
    pub why: String,
    /// What would be sent, as JSON on lines.
    pub payload: String,
}

/// What a mapping would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DryRun {
    /// As many as are worth showing.
    pub rows: Vec<DryRow>,
    /// How many of each there are in all.
    pub counts: Vec<(Fate, usize)>,
}

/// A change of the mappings in the config.
#[derive(Debug, Clone, PartialEq)]
pub enum MappingChange {
    /// A new mapping, or another one in the place of one.
    Put {
        /// The mapping so far, as it was when it was opened. If the file has another one by now,
        /// the change is refused with [`MAPPING_CHANGED`].
        base: Option<Box<MappingConfig>>,
        /// What takes its place.
        mapping: Box<MappingConfig>,
    },
    /// Takes one out.
    Remove(String),
    /// Resumes it or has it pause.
    Enabled(String, bool),
}
