//! Connecting by the command line, each method from nothing to issues, against sites that check what
//! real ones check; and everything that can go wrong on the way. The planted secrets are looked for in
//! everything that was printed or written.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up fails its test")]

#[path = "connections/killed.rs"]
mod killed;
#[path = "connections/methods.rs"]
mod methods;
#[path = "connections/mishaps.rs"]
mod mishaps;
#[path = "common/nobody.rs"]
mod nobody;
#[path = "connections/planted.rs"]
mod planted;
#[path = "common/site.rs"]
mod site;
#[path = "connections/world.rs"]
mod world;
