//! The outbox: what waits to be written to Jira, sent once and in order, whatever happens in between.
//!
//! Must never be in here: what an issue's fields are filled with (`mapping`), or reading sources.
