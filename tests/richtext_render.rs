//! Jira's formatted text as the dashboard draws it: every node and mark, real documents, hostile ones.

mod richtext {
    mod adf;
    mod hostile;
    mod real;
    mod show;
    mod wiki;
}
