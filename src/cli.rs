//! One file per verb.

pub mod sandbox;
