//! crosstie: issues of every connected Jira in one terminal, kept in step.
//!
//! # The shape
//!
//! ```text
//!   keys ─► app::update ─► effects ─► runtime ─────────────► store ◄── sync ◄── jira ◄── Jira
//!             │  pure                  │  the only place        ▲        │
//!             ▼                        │  that waits            └────────┘
//!           ui::view ◄──── model ◄─────┘  (rows read from the store)
//! ```
//!
//! Findings come in beside: sources → engine → store → outbox → Jira.
//!
//! Data flows one way: Jira → engine → store → model → screen. The screen never asks Jira and never
//! touches the store: `app` answers an event with effects as data, `runtime` carries them out and
//! posts the results back as events. What another process writes to the store reaches this screen
//! the same way as what this process writes.
//!
//! # The layers
//!
//! Each may use those to its left; `tests/tidy.rs` holds it to that.
//!
//! `domain`, `clock` → `jql`, `text`, `net`, `richtext`, `config` → `catalog`, `auth` → `source`, `mapping` → `jira` → `store`
//! → `push` → `sync` → `connect`, `notice` → `app` → `ui` → `runtime` → `cli`
//!
//! | module | what | never in it |
//! |---|---|---|
//! | [`domain`] | issue, person, connection, run as values | IO |
//! | [`clock`] | the one source of time | – |
//! | [`jql`] | text → tree with spans → text | what a site knows |
//! | [`text`], [`richtext`] | outside text made safe and measured; ADF and wiki markup as lines | terminal types |
//! | `net` | why a request got no answer | requests |
//! | [`config`] | the file, checked | secrets |
//! | [`catalog`] | entities from descriptor files; a tag as JQL | network |
//! | [`auth`] | secrets found, requests signed | storage of issues |
//! | [`source`] | findings read from files, HackerOne, GitHub | the store, Jira |
//! | [`mapping`] | finding → fields of its issue; whether that can work | IO |
//! | [`jira`] | Cloud v3 and Data Center v2 behind one client | decisions when to ask |
//! | [`store`] | SQLite: issues, runs, log; JQL to SQL | HTTP |
//! | [`push`] | the outbox: each finding's issue created once, kept current | what fields hold |
//! | [`sync`] | first pull, delta, census; when to run | drawing |
//! | [`connect`] | connections added, changed, authorised, removed | printing, screens |
//! | [`notice`] | desktop and Slack told of failures, once per cause | when a run is due |
//! | [`app`] | model, update, actions, layout | tokio, SQL, HTTP, clock |
//! | [`ui`] | model → cells | state |
//! | [`runtime`] | terminal, loop, effects | decisions |
//! | [`cli`] | one file a verb | screens |
//! | [`sandbox`] | a Jira inside, for `demo` and tests | anything of `jira`, `auth`, `store` |
//!
//! # Invariants
//!
//! - The first frame is drawn from the store before any network is touched.
//! - Nothing but `update` and drawing happens on the drawing thread.
//! - Only `sync` writes what Jira says, and only while it holds the connection's lock.
//! - Text from outside reaches the terminal through `text::clean_line` or `text::clean_block` alone.
//! - A secret is a `SecretString` from where it is found to where it is sent; it has no `Display`.
//! - A failed look-up is an error, never "does not exist"; an empty answer to a caller who may not be
//!   signed in is never "no issues".
//! - The sandbox shares no wire code with the client, so that a client's mistake cannot hide.

pub mod app;
pub mod auth;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod connect;
pub mod domain;
pub mod jira;
pub mod jql;
pub mod mapping;
mod net;
pub mod notice;
pub mod push;
pub mod richtext;
pub mod runtime;
pub mod sandbox;
pub mod source;
pub mod store;
pub mod sync;
pub mod text;
pub mod ui;
