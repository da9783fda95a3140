//! The functions of JQL: names, how many arguments, one value or several, and whether a cache can
//! know the answer.

use super::dates::Period;

/// What a function yields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The signed-in account.
    CurrentUser,
    /// The present minute.
    Now,
    /// The first minute of a day, week, month or year.
    StartOf(Period),
    /// The last minute of one.
    EndOf(Period),
    /// Issue types that are no sub-tasks.
    StandardIssueTypes,
    /// Issue types that are.
    SubTaskIssueTypes,
    /// Something that only the server knows.
    ServerOnly,
}

/// One function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// Its usual spelling.
    pub name: &'static str,
    /// Fewest arguments.
    pub least: usize,
    /// Most arguments.
    pub most: usize,
    /// Whether it yields a list, which only `IN` takes.
    pub list: bool,
    /// What it yields.
    pub meaning: Meaning,
}

const fn one(name: &'static str, least: usize, most: usize, meaning: Meaning) -> Signature {
    Signature {
        name,
        least,
        most,
        list: false,
        meaning,
    }
}

const fn many(name: &'static str, least: usize, most: usize) -> Signature {
    Signature {
        name,
        least,
        most,
        list: true,
        meaning: Meaning::ServerOnly,
    }
}

const fn types(name: &'static str, meaning: Meaning) -> Signature {
    Signature {
        name,
        least: 0,
        most: 0,
        list: true,
        meaning,
    }
}

/// All that Jira itself brings.
pub const ALL: &[Signature] = &[
    one("currentUser", 0, 0, Meaning::CurrentUser),
    one("now", 0, 0, Meaning::Now),
    one("startOfDay", 0, 1, Meaning::StartOf(Period::Day)),
    one("startOfWeek", 0, 1, Meaning::StartOf(Period::Week)),
    one("startOfMonth", 0, 1, Meaning::StartOf(Period::Month)),
    one("startOfYear", 0, 1, Meaning::StartOf(Period::Year)),
    one("endOfDay", 0, 1, Meaning::EndOf(Period::Day)),
    one("endOfWeek", 0, 1, Meaning::EndOf(Period::Week)),
    one("endOfMonth", 0, 1, Meaning::EndOf(Period::Month)),
    one("endOfYear", 0, 1, Meaning::EndOf(Period::Year)),
    types("standardIssueTypes", Meaning::StandardIssueTypes),
    types("subTaskIssueTypes", Meaning::SubTaskIssueTypes),
    types("standardWorkTypes", Meaning::StandardIssueTypes),
    types("subTaskWorkTypes", Meaning::SubTaskIssueTypes),
    one("currentLogin", 0, 0, Meaning::ServerOnly),
    one("lastLogin", 0, 0, Meaning::ServerOnly),
    one("latestReleasedVersion", 1, 1, Meaning::ServerOnly),
    one("earliestUnreleasedVersion", 1, 1, Meaning::ServerOnly),
    many("membersOf", 1, 1),
    many("issueHistory", 0, 0),
    many("workItemHistory", 0, 0),
    many("linkedIssues", 1, MANY),
    many("linkedWorkItems", 1, MANY),
    many("votedIssues", 0, 0),
    many("votedWorkItems", 0, 0),
    many("watchedIssues", 0, 0),
    many("watchedWorkItems", 0, 0),
    many("updatedBy", 1, 3),
    many("issuesWithRemoteLinksByGlobalId", 1, 100),
    many("workItemsWithRemoteLinksByGlobalId", 1, 100),
    many("openSprints", 0, 0),
    many("closedSprints", 0, 0),
    many("futureSprints", 0, 0),
    many("releasedVersions", 0, MANY),
    many("unreleasedVersions", 0, MANY),
    many("componentsLeadByUser", 0, 1),
    many("projectsLeadByUser", 0, 1),
    many("spacesLeadByUser", 0, 1),
    many("projectsWhereUserHasPermission", 1, 1),
    many("spacesWhereUserHasPermission", 1, 1),
    many("projectsWhereUserHasRole", 1, 1),
    many("spacesWhereUserHasRole", 1, 1),
    many("cascadeOption", 1, 2),
    many("choiceOption", 1, MANY),
    many("approved", 0, 0),
    many("approver", 1, MANY),
    many("myApproval", 0, 0),
    many("myPending", 0, 0),
    many("pending", 0, 0),
    many("pendingBy", 1, MANY),
    one("breached", 0, 0, Meaning::ServerOnly),
    one("completed", 0, 0, Meaning::ServerOnly),
    one("elapsed", 1, 1, Meaning::ServerOnly),
    one("everbreached", 0, 0, Meaning::ServerOnly),
    one("paused", 0, 0, Meaning::ServerOnly),
    one("remaining", 0, 1, Meaning::ServerOnly),
    one("running", 0, 0, Meaning::ServerOnly),
    one("withinCalendarHours", 0, 0, Meaning::ServerOnly),
];

/// No bound that Jira documents.
const MANY: usize = usize::MAX;

impl Signature {
    /// The function called `name`, in any case.
    #[must_use]
    pub fn of(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|signature| signature.name.eq_ignore_ascii_case(name))
    }

    /// What Jira says when `name` is called with `received` arguments, if that is wrong.
    #[must_use]
    pub fn arity_error(&self, name: &str, received: usize) -> Option<String> {
        let Self { least, most, .. } = *self;
        if (least..=most).contains(&received) {
            return None;
        }
        let expected = match (least, most) {
            (least, most) if least == most => format!("'{least}'"),
            (least, MANY) => format!("at least '{least}'"),
            (least, most) => format!("between '{least}' and '{most}'"),
        };
        Some(format!(
            "Function '{name}' expected {expected} arguments but received '{received}'."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_found_in_any_case_and_count_their_arguments() {
        let now = Signature::of("NOW").unwrap();
        assert_eq!(now.arity_error("NOW", 0), None);
        assert_eq!(
            now.arity_error("now", 1).as_deref(),
            Some("Function 'now' expected '0' arguments but received '1'.")
        );
        let start = Signature::of("startofday").unwrap();
        assert_eq!(start.arity_error("startOfDay", 1), None);
        assert_eq!(
            start.arity_error("startOfDay", 2).as_deref(),
            Some("Function 'startOfDay' expected between '0' and '1' arguments but received '2'.")
        );
        let linked = Signature::of("linkedIssues").unwrap();
        assert_eq!(
            linked.arity_error("linkedIssues", 0).as_deref(),
            Some("Function 'linkedIssues' expected at least '1' arguments but received '0'.")
        );
        assert_eq!(Signature::of("bogus"), None);
    }
}
