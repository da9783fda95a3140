//! crosstie: issues of every connected Jira in one terminal, kept in step.

pub mod app;
pub mod auth;
pub mod catalog;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod jira;
pub mod jql;
pub mod richtext;
pub mod runtime;
pub mod sandbox;
pub mod store;
pub mod sync;
pub mod text;
pub mod ui;
