//! Stories on a Jira that is simulated.
