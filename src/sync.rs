//! The engine that keeps the store in step with Jira.
