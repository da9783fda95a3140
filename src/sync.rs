//! The engine that keeps the store in step with Jira.
//!
//! ```text
//! Engine (one task a connection: when)       engine.rs, schedule.rs
//!   └─ Round (one run: what)                 round.rs
//!        ├─ first pull   slices by `created`, in parallel, resumable     first.rs
//!        ├─ delta        `updated >= watermark - overlap`                delta.rs
//!        ├─ push         the outbox                                      push
//!        └─ census       ids and dates compared, vanished confirmed      census.rs
//! Watch (one task a source: when)            watch.rs
//!   └─ Intake (one look: what)               intake.rs
//! ```
//!
//! Decisions are pure ([`plan`], [`schedule`], [`describe`]); what they decide is applied by the
//! files above through `jira::Client` and `store::Store`. The watermark is always the *server's*
//! clock at the start of a poll that was received to its last page, so nothing rests on this
//! machine's clock being right.
//!
//! Must never be in here: drawing, or the assumption that an answer is complete because it is short.

mod census;
mod clients;
mod delta;
pub mod describe;
mod due;
pub mod engine;
mod first;
pub mod intake;
mod journal;
pub mod live;
pub mod lock;
pub mod plan;
mod repeats;
pub mod round;
pub mod schedule;
pub mod watch;

pub use clients::Clients;
pub use engine::{Command, Engine, Lane, Pace};
pub use intake::{Intake, Looked, of_files, planner};
pub use round::{Round, SyncError, Want};
pub use watch::{Poke, Watch};
