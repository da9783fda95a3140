//! What a sign-in asks to be allowed, and what it was not allowed.

use crate::domain::Access;

/// Scopes of Cloud: to read, and to write besides.
const CLOUD: ([&str; 2], &str) = (["read:jira-work", "read:jira-user"], "write:jira-work");

/// Scopes of Data Center; each holds those before it.
const DATA_CENTER: [&str; 4] = ["READ", "WRITE", "ADMIN", "SYSTEM_ADMIN"];

/// The scopes that a connection needs and `granted` lacks; none if the server did not tell what it
/// granted. `offline_access` is left out, since not every server repeats it.
#[must_use]
pub fn missing_scopes(access: Access, read_only: bool, granted: &str) -> Vec<&'static str> {
    let has = |scope: &str| granted.split_whitespace().any(|word| word.eq_ignore_ascii_case(scope));
    if granted.trim().is_empty() {
        return Vec::new();
    }
    match access {
        Access::OAuth2Cloud => {
            let (read, write) = CLOUD;
            let wanted = read.into_iter().chain((!read_only).then_some(write));
            wanted.filter(|scope| !has(scope)).collect()
        }
        Access::OAuth2DataCenter => {
            let least = usize::from(!read_only);
            match DATA_CENTER[least..].iter().any(|scope| has(scope)) {
                true => Vec::new(),
                false => vec![DATA_CENTER[least]],
            }
        }
        Access::ApiToken | Access::OAuth1 | Access::Pat | Access::Basic => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_depends_on_what_is_wanted() {
        use Access::{OAuth2Cloud, OAuth2DataCenter, Pat};
        for (access, read_only, granted, missing) in [
            (
                OAuth2Cloud,
                false,
                "read:jira-work read:jira-user write:jira-work",
                &[][..],
            ),
            (
                OAuth2Cloud,
                false,
                "read:jira-work offline_access",
                &["read:jira-user", "write:jira-work"],
            ),
            (OAuth2Cloud, true, "read:jira-work read:jira-user", &[]),
            (OAuth2Cloud, false, " ", &[]),
            (OAuth2DataCenter, false, "READ", &["WRITE"]),
            (OAuth2DataCenter, false, "ADMIN", &[]),
            (OAuth2DataCenter, true, "read", &[]),
            (OAuth2DataCenter, true, "other", &["READ"]),
            (Pat, false, "anything", &[]),
        ] {
            assert_eq!(
                missing_scopes(access, read_only, granted),
                missing,
                "{access:?} {granted}"
            );
        }
    }
}
