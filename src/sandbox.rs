//! The Jira inside.
