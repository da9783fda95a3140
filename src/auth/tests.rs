//! Stories of signing in and of what is issued, against a small server on this machine.

mod flows;
mod hidden;
mod renewal;
mod stage;
