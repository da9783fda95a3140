//! What a mapping makes of a finding: the fields of its issue, and whether that can work.
//!
//! A rule of the config asks the finding for [`facts`], perhaps through a [`template`]; the value
//! that comes of it is written as the field takes it. [`compose()`] does that for a whole create screen,
//! [`check()`] tells beforehand what cannot work, [`drift`] what no longer can.
//!
//! Everything is a pure function of the mapping, the finding and what the site allows. Must never be in
//! here: IO, or when anything is sent.

mod calendars;
mod check;
mod compose;
mod cover;
mod defaults;
mod dialog;
mod expression;
pub mod facts;
mod given;
mod ground;
mod near;
mod plan;
mod state;
pub mod template;
mod value;

#[cfg(test)]
mod tests;

pub use calendars::Calendars;
pub use check::{FieldFlaw, FlawKind, FlawLevel, check, drift, misspelt};
pub use compose::{Composed, Outcome, compose, compose_screen};
pub use cover::{Overlap, Verdict, behind, choose, covers, is_relative, overlap, project_for};
pub use defaults::defaults;
pub use dialog::{Dialog, DialogAt, create_dialog};
pub use expression::{ExpressionError, ExpressionErrorKind, check_expression};
pub use ground::Ground;
pub use plan::{Action, DryRun, dry_run, payload};
pub use state::{Closing, closes, resolution_of, state_rule};
pub(crate) use value::is_account_id;

/// Characters of a long text as Jira counts them, which is as Java does: those beyond the first 65,536
/// count twice.
#[must_use]
pub fn jira_length(text: &str) -> usize {
    text.encode_utf16().count()
}
