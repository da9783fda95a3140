//! Where findings come from: scanner and test reports in files, HackerOne, GitHub.
//!
//! A source is read into a [`Reading`](crate::domain::Reading) of neutral findings. Must never be in here: the store, Jira, or
//! decisions about what becomes of a finding.
