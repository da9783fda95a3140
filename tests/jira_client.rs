//! The client against small servers that check what real ones check.

#[cfg(test)]
#[path = "jira_client/believing.rs"]
mod believing;
#[cfg(test)]
#[path = "jira_client/calls.rs"]
mod calls;
#[cfg(test)]
#[path = "jira_client/checks.rs"]
mod checks;
#[cfg(test)]
#[path = "jira_client/choices.rs"]
mod choices;
#[cfg(test)]
#[path = "jira_client/limits.rs"]
mod limits;
#[cfg(test)]
#[path = "jira_client/marks.rs"]
mod marks;
#[cfg(test)]
#[path = "jira_client/network.rs"]
mod network;
#[cfg(test)]
#[path = "common/nobody.rs"]
mod nobody;
#[cfg(test)]
#[path = "jira_client/oauth.rs"]
mod oauth;
#[cfg(test)]
#[path = "jira_client/outcomes.rs"]
mod outcomes;
#[cfg(test)]
#[path = "jira_client/signing.rs"]
mod signing;
#[cfg(test)]
#[path = "jira_client/story.rs"]
mod story;
#[cfg(test)]
#[path = "jira_client/support.rs"]
mod support;
#[cfg(test)]
#[path = "jira_client/troubles.rs"]
mod troubles;
#[cfg(test)]
#[path = "jira_client/writes.rs"]
mod writes;
