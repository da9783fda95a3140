//! Formatted text of Jira (ADF, wiki markup) as lines with styles, for any screen.
