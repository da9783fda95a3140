//! The words of crosstie as plain values: what a Jira issue, a person, a connection and a run *are*.
//!
//! Must never be in here: IO, async, SQL, HTTP, terminal types, or the JSON shapes of Jira (those
//! live in `jira::wire`). Everything is `Clone` and comparable, so decisions elsewhere can be pure
//! functions over it.

pub mod column;
pub mod connection;
pub mod finding;
pub mod ids;
pub mod issue;
pub mod link;
pub mod list;
pub mod log;
pub mod meta;
pub mod reference;
pub mod time;

pub use column::{Column, FieldCell, FieldName, SiteField};
pub use connection::{Access, ConnectionState, Deployment, Health, Problem, Quota};
pub use finding::{
    Finding, FindingEvent, FindingEventKind, FindingFile, FindingId, FindingKind, FindingState, Reading, Resolution,
    Responsible, Severity, SourceFlaw,
};
pub use ids::{Alias, IssueId, IssueKey};
pub use issue::{
    Attachment, Change, Comment, FieldValue, History, Issue, IssueLink, IssueRef, IssueType, Named, ProjectRef,
    RichText, Sprint, Status, StatusCategory, User,
};
pub use link::{
    FindingDetail, FindingPage, FindingQuery, FindingRow, FindingSort, Link, MappingState, Pending, PushKind,
    PushState, SourceState,
};
pub use list::{IssueDetail, IssueRow, ListPage, ListQuery, Snapshot, Sort, Total, browse_url};
pub use log::{Level, LogLine, Run, RunKind, RunState};
pub use meta::{
    Choice, Component, CreateField, CreateScreen, Field, FieldKind, Metadata, Priority, Profile, Project, Transition,
    ValueKind, Version,
};
pub use reference::IssueReference;
