//! Exactly once, seen from outside: the built program against a sandbox, killed, doubled, cut off and
//! contradicted. Whatever happened, each finding that the mapping covers has one issue in the end, in
//! step, nothing waits, and a further run sends nothing.
//!
//! Every single point of the engine is enumerated beside it (`push::tests::campaign`); here it is the
//! program with its store on disk, its locks and its real requests.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up fails its test")]

mod beside;
mod desk;
mod drafted;
mod hundreds;
mod instant;
mod killed;
mod ledger;
mod network;
mod people;
mod pulls;
mod refused;
#[path = "../common/site.rs"]
#[expect(
    dead_code,
    reason = "shared with the stories of signing in, which use the rest of it"
)]
mod site;
mod sources;
mod together;
