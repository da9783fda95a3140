//! JQL: text to tokens to a tree with spans, and errors in Jira's wording.
