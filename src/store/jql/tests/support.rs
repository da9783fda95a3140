//! The table. A row's answer is the keys that match, or the sentence that says why there is none:
//! `The cache cannot answer …` for what only the server can, else what Jira says when it refuses.

/// Over `acme` alone, on 17 June 2026 at 14:20:45 in Berlin.
pub(super) const TABLE: &[(&str, &str)] = &[
    // Nothing asked.
    ("", "CHK-1 CHK-20 CHK-21 PAY-1 PAY-10 PAY-2 PAY-3"),
    // Names in any case, by name, key or id.
    ("project = pay AND type = bug", "PAY-1 PAY-3"),
    ("project = Payments", "PAY-1 PAY-10 PAY-2 PAY-3"),
    ("project = 101", "CHK-1 CHK-20 CHK-21"),
    ("project != PAY", "CHK-1 CHK-20 CHK-21"),
    (
        "project in (PAY, CHK) AND project not in (chk)",
        "PAY-1 PAY-10 PAY-2 PAY-3",
    ),
    ("project is EMPTY", ""),
    ("project is not EMPTY AND key = PAY-1", "PAY-1"),
    (
        "project = NOPE",
        "The value 'NOPE' does not exist for the field 'project'.",
    ),
    (
        "project > PAY",
        "The operator '>' is not supported by the 'project' field.",
    ),
    (
        "project ~ PAY",
        "The operator '~' is not supported by the 'project' field.",
    ),
    (
        "project was PAY",
        "The operator 'was' is not supported by the 'project' field.",
    ),
    (
        "project changed",
        "The operator 'changed' is not supported by the 'project' field.",
    ),
    ("issuetype = Story", "PAY-2"),
    ("type in (10, Story) AND project = PAY", "PAY-1 PAY-2 PAY-3"),
    ("type != Bug", "PAY-10 PAY-2"),
    ("type in standardIssueTypes() AND project = PAY", "PAY-1 PAY-2 PAY-3"),
    ("type in subTaskIssueTypes()", "PAY-10"),
    ("type not in subTaskIssueTypes() AND project = PAY", "PAY-1 PAY-2 PAY-3"),
    ("type in (subTaskWorkTypes(), Story)", "PAY-10 PAY-2"),
    ("type in standardWorkTypes() AND type in (Story, Sub-task)", "PAY-2"),
    (
        "type = standardIssueTypes()",
        "Operator '=' does not support the list value 'standardIssueTypes()' for field 'type'.",
    ),
    ("type < Bug", "The operator '<' is not supported by the 'type' field."),
    ("status = OPEN", "CHK-20 PAY-1 PAY-10"),
    ("status = готово", "PAY-3"),
    ("status in (\"In Progress\", 3)", "CHK-1 PAY-2"),
    ("status != Open AND project = PAY", "PAY-2 PAY-3"),
    ("NOT status = Open AND project = PAY", "PAY-2 PAY-3"),
    ("status not in (Open, Closed)", "CHK-21 PAY-2 PAY-3"),
    (
        "status = Bogus",
        "The value 'Bogus' does not exist for the field 'status'.",
    ),
    ("status = Limbo", "CHK-21"),
    (
        "status > Open",
        "The operator '>' is not supported by the 'status' field.",
    ),
    (
        "status was Open",
        "The cache cannot answer 'status WAS': it does not keep the whole history.",
    ),
    (
        "NOT status was not in (Open, Closed) before -1d",
        "The cache cannot answer 'status WAS NOT IN': it does not keep the whole history.",
    ),
    (
        "status changed from Open to Closed by currentUser()",
        "The cache cannot answer 'status CHANGED': it does not keep the whole history.",
    ),
    ("statusCategory = \"To Do\"", "CHK-20 PAY-1 PAY-10"),
    ("statusCategory in (Done, indeterminate)", "CHK-1 PAY-2 PAY-3"),
    ("statusCategory = 4", "PAY-2"),
    ("statusCategory != Done", "CHK-20 CHK-21 PAY-1 PAY-10 PAY-2"),
    ("statusCategory = \"No Category\"", "CHK-21"),
    (
        "statusCategory = Doing",
        "The value 'Doing' does not exist for the field 'statusCategory'.",
    ),
    // Empty fields match neither a condition nor its opposite.
    ("assignee = currentUser()", "PAY-1"),
    ("assignee != currentUser()", "PAY-2"),
    ("NOT assignee = currentUser()", "PAY-2"),
    (
        "NOT (assignee = currentUser() AND status = Open)",
        "CHK-1 CHK-21 PAY-2 PAY-3",
    ),
    ("NOT (assignee = currentUser() OR status = Open)", "PAY-2"),
    ("NOT (NOT assignee = currentUser())", "PAY-1"),
    (
        "assignee not in (currentUser()) OR assignee is EMPTY",
        "CHK-1 CHK-20 CHK-21 PAY-10 PAY-2 PAY-3",
    ),
    ("assignee = \"ana maria\"", "PAY-1"),
    ("assignee = 5b10:BOB", "PAY-2"),
    (
        "assignee = Carol",
        "The cache cannot answer 'assignee = Carol': no cached issue has it, and only the server knows if it exists.",
    ),
    ("assignee = \"5b10:bob\"", "PAY-2"),
    ("assignee in (EMPTY, Bob) AND project = PAY", "PAY-10 PAY-2 PAY-3"),
    ("assignee not in (EMPTY, Bob)", "PAY-1"),
    ("assignee = EMPTY AND project = PAY", "PAY-10 PAY-3"),
    ("assignee != null", "PAY-1 PAY-2"),
    ("assignee is not EMPTY", "PAY-1 PAY-2"),
    ("NOT assignee is EMPTY", "PAY-1 PAY-2"),
    (
        "assignee in membersOf(devs)",
        "The cache cannot answer 'membersOf(devs)': only the server knows.",
    ),
    (
        "assignee = membersOf(devs)",
        "Operator '=' does not support the list value 'membersOf(devs)' for field 'assignee'.",
    ),
    (
        "assignee in currentUser()",
        "Operator 'in' does not support the non-list value 'currentUser()' for field 'assignee'.",
    ),
    (
        "assignee = currentUser(1)",
        "Function 'currentUser' expected '0' arguments but received '1'.",
    ),
    ("assignee = bogus()", "Unable to find JQL function 'bogus()'."),
    (
        "assignee > Bob",
        "The operator '>' is not supported by the 'assignee' field.",
    ),
    (
        "assignee was currentUser()",
        "The cache cannot answer 'assignee WAS': it does not keep the whole history.",
    ),
    ("reporter = Bob", "PAY-1"),
    (
        "reporter was Bob",
        "The cache cannot answer 'reporter WAS': it does not keep the whole history.",
    ),
    ("creator = Bob", "PAY-1"),
    (
        "creator was Bob",
        "The operator 'was' is not supported by the 'creator' field.",
    ),
    (
        "voter = currentUser()",
        "The cache cannot answer 'voter': it does not keep this field.",
    ),
    (
        "watcher = currentUser()",
        "The cache cannot answer 'watcher': it does not keep this field.",
    ),
    // Priorities by the site's order.
    ("priority = medium", "CHK-1 PAY-2"),
    ("priority > Medium", "PAY-1"),
    ("priority >= Medium", "CHK-1 PAY-1 PAY-2"),
    ("priority < Medium", "PAY-3"),
    ("priority <= Medium", "CHK-1 PAY-2 PAY-3"),
    ("NOT priority > Medium", "CHK-1 PAY-2 PAY-3"),
    ("priority != Highest", "CHK-1 PAY-2 PAY-3"),
    ("priority is EMPTY AND project = PAY", "PAY-10"),
    ("priority in (1, Low)", "PAY-1 PAY-3"),
    (
        "priority = Urgent",
        "The value 'Urgent' does not exist for the field 'priority'.",
    ),
    (
        "priority ~ High",
        "The operator '~' is not supported by the 'priority' field.",
    ),
    (
        "priority was High",
        "The cache cannot answer 'priority WAS': it does not keep the whole history.",
    ),
    ("resolution = Fixed", "PAY-3"),
    ("resolution = Unresolved AND project = PAY", "PAY-1 PAY-10 PAY-2"),
    ("resolution != unresolved", "PAY-3"),
    (
        "resolution in (Unresolved, Fixed) AND project = PAY",
        "PAY-1 PAY-10 PAY-2 PAY-3",
    ),
    ("resolution is EMPTY AND status = \"In Progress\"", "PAY-2"),
    (
        "resolution > Fixed",
        "The cache cannot answer 'resolution >': it does not know their order.",
    ),
    (
        "resolution changed",
        "The cache cannot answer 'resolution CHANGED': it does not keep the whole history.",
    ),
    // Several values: any of them, or none of them and some.
    ("labels = API", "PAY-1 PAY-2"),
    ("labels = backend", "PAY-1"),
    ("labels != backend", "PAY-2"),
    ("labels not in (api)", ""),
    ("labels in (backend, nothing)", "PAY-1"),
    ("labels = unheard-of", ""),
    ("labels is EMPTY AND project = PAY", "PAY-10 PAY-3"),
    ("labels is not EMPTY", "PAY-1 PAY-2"),
    ("NOT labels in (backend)", "PAY-2"),
    (
        "labels > api",
        "The operator '>' is not supported by the 'labels' field.",
    ),
    ("component = WEB", "PAY-1"),
    ("component = 300", "PAY-1"),
    ("component != web", ""),
    ("component is EMPTY AND project = PAY", "PAY-10 PAY-2 PAY-3"),
    (
        "component = db",
        "The value 'db' does not exist for the field 'component'.",
    ),
    (
        "component in componentsLeadByUser()",
        "The cache cannot answer 'componentsLeadByUser()': only the server knows.",
    ),
    // Versions by their project's order, not by text.
    ("fixVersion = 10.0", "PAY-2 PAY-3"),
    ("fixVersion = \"9.0\"", "CHK-1 PAY-1 PAY-2"),
    ("fixVersion != \"9.0\"", "PAY-3"),
    ("fixVersion > 9.0", "PAY-2 PAY-3"),
    ("fixVersion >= 9.0", "CHK-1 PAY-1 PAY-2 PAY-3"),
    ("fixVersion < 10.0", "PAY-1 PAY-2"),
    ("fixVersion <= 10.0", "PAY-1 PAY-2 PAY-3"),
    ("fixVersion is EMPTY AND project = PAY", "PAY-10"),
    (
        "fixVersion = 11.0",
        "The value '11.0' does not exist for the field 'fixVersion'.",
    ),
    (
        "fixVersion ~ \"1*\"",
        "The operator '~' is not supported by the 'fixVersion' field.",
    ),
    (
        "fixVersion was 9.0",
        "The cache cannot answer 'fixVersion WAS': it does not keep the whole history.",
    ),
    (
        "fixVersion in releasedVersions(PAY)",
        "The cache cannot answer 'releasedVersions(PAY)': only the server knows.",
    ),
    (
        "fixVersion in unreleasedVersions()",
        "The cache cannot answer 'unreleasedVersions()': only the server knows.",
    ),
    (
        "fixVersion = latestReleasedVersion(PAY)",
        "The cache cannot answer 'latestReleasedVersion(PAY)': only the server knows.",
    ),
    (
        "fixVersion = earliestUnreleasedVersion(PAY)",
        "The cache cannot answer 'earliestUnreleasedVersion(PAY)': only the server knows.",
    ),
    ("affectedVersion = 9.0", "PAY-1"),
    ("affectedVersion > 9.0", ""),
    (
        "affectedVersion was 9.0",
        "The operator 'was' is not supported by the 'affectedVersion' field.",
    ),
    ("level = Internal", "PAY-1"),
    ("level is EMPTY AND project = PAY", "PAY-10 PAY-2 PAY-3"),
    (
        "level = Secret",
        "The cache cannot answer 'level = Secret': no cached issue has it, and only the server knows if it exists.",
    ),
    // Keys.
    ("key = pay-1", "PAY-1"),
    ("issue in (PAY-1, PAY-2)", "PAY-1 PAY-2"),
    ("issuekey = 10", "PAY-10"),
    ("id in (1, 2)", "PAY-1 PAY-2"),
    ("key != PAY-1 AND project = PAY", "PAY-10 PAY-2 PAY-3"),
    ("key not in (PAY-1, PAY-2) AND project = PAY", "PAY-10 PAY-3"),
    ("key > PAY-2", "PAY-10 PAY-3"),
    ("key <= PAY-3", "PAY-1 PAY-2 PAY-3"),
    ("NOT key > PAY-2", "PAY-1 PAY-2"),
    ("id >= 10", "PAY-10"),
    (
        "key = PAY-999",
        "The cache cannot answer 'PAY-999': it is not in the cache of acme.",
    ),
    (
        "key = PAY-9",
        "An issue with key 'PAY-9' does not exist for field 'key'.",
    ),
    (
        "key > NOPE-1",
        "An issue with key 'NOPE-1' does not exist for field 'key'.",
    ),
    ("key = nonsense", "The issue key 'nonsense' for field 'key' is invalid."),
    ("key is EMPTY", "The operator 'is' is not supported by the 'key' field."),
    (
        "key = EMPTY",
        "The field 'key' does not support searching for EMPTY values.",
    ),
    ("key ~ PAY", ""),
    ("key ~ \"pay-1\"", "PAY-1"),
    ("key ~ \"pay-1*\"", "PAY-1 PAY-10"),
    ("key !~ \"PAY-*\"", "CHK-1 CHK-20 CHK-21"),
    (
        "issue in linkedIssues(PAY-1, blocks)",
        "The cache cannot answer 'linkedIssues(PAY-1, blocks)': only the server knows.",
    ),
    (
        "issue in linkedWorkItems(PAY-1)",
        "The cache cannot answer 'linkedWorkItems(PAY-1)': only the server knows.",
    ),
    (
        "issue in issueHistory()",
        "The cache cannot answer 'issueHistory()': only the server knows.",
    ),
    (
        "issue in workItemHistory()",
        "The cache cannot answer 'workItemHistory()': only the server knows.",
    ),
    (
        "issue in votedIssues()",
        "The cache cannot answer 'votedIssues()': only the server knows.",
    ),
    (
        "issue in votedWorkItems()",
        "The cache cannot answer 'votedWorkItems()': only the server knows.",
    ),
    (
        "issue in watchedIssues()",
        "The cache cannot answer 'watchedIssues()': only the server knows.",
    ),
    (
        "issue in watchedWorkItems()",
        "The cache cannot answer 'watchedWorkItems()': only the server knows.",
    ),
    (
        "issue in updatedBy(bob, -1w)",
        "The cache cannot answer 'updatedBy(bob, -1w)': only the server knows.",
    ),
    (
        "issue in issuesWithRemoteLinksByGlobalId(a)",
        "The cache cannot answer 'issuesWithRemoteLinksByGlobalId(\"a\")': only the server knows.",
    ),
    (
        "issue in workItemsWithRemoteLinksByGlobalId(x)",
        "The cache cannot answer 'workItemsWithRemoteLinksByGlobalId(x)': only the server knows.",
    ),
    // Parents and epics need not be cached themselves.
    ("parent = pay-2", "PAY-10"),
    ("parent = 2", "PAY-10"),
    ("parent = CHK-50", "CHK-1"),
    ("parent != PAY-2", "CHK-1"),
    ("parent is EMPTY AND project = PAY", "PAY-1 PAY-2 PAY-3"),
    (
        "parent = PAY-77",
        "The cache cannot answer 'PAY-77': it is not in the cache of acme.",
    ),
    ("parent = x", "The issue key 'x' for field 'parent' is invalid."),
    ("\"Epic Link\" = PAY-1", "PAY-2"),
    ("\"epic link\" is not EMPTY", "PAY-2"),
    (
        "parentEpic = PAY-1",
        "The cache cannot answer 'parentEpic': it does not keep this field.",
    ),
    // Dates: minutes on the account's clock.
    ("created = \"2026-01-11 00:30\"", "PAY-1"),
    ("created = 2026-01-11", ""),
    (
        "created != \"2026-01-11 00:30\" AND project = PAY",
        "PAY-10 PAY-2 PAY-3",
    ),
    ("created > \"2026-01-11 00:30\" AND created < 2026-02-01", ""),
    ("created >= \"2026/01/11 00:30\" AND created < \"2026/02/01\"", "PAY-1"),
    ("created <= \"2026-01-11 00:30\"", "PAY-1"),
    ("created < \"2026-01-11 00:30\"", ""),
    (
        "created in (\"2026-01-11 00:30\", \"2026-03-01 01:00\")",
        "CHK-20 PAY-1",
    ),
    ("created > 1772323140000", "CHK-20"),
    ("created is EMPTY", ""),
    ("createdDate >= 2026-03-01", "CHK-20"),
    (
        "created > soon",
        "Date value 'soon' for field 'created' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
    ),
    (
        "created ~ 2026",
        "The operator '~' is not supported by the 'created' field.",
    ),
    (
        "created was 2026",
        "The operator 'was' is not supported by the 'created' field.",
    ),
    ("updated >= -1m", "PAY-1"),
    ("updated >= \"-180\"", "PAY-1 PAY-2"),
    ("updated > now()", ""),
    ("updated <= now() AND updated >= startOfDay()", "PAY-1 PAY-2"),
    ("updated >= \"-1w 2d\"", "PAY-1 PAY-2"),
    ("updatedDate = now()", "PAY-1"),
    ("updated > startOfWeek(-1w) AND updated < endOfWeek()", "PAY-1 PAY-2"),
    (
        "updated > startOfMonth() AND updated < endOfMonth(\"+1\")",
        "PAY-1 PAY-2",
    ),
    ("updated > startOfYear(-1y) AND updated < startOfYear()", ""),
    ("updated < endOfYear() AND key = PAY-1", "PAY-1"),
    (
        "updated > now(1)",
        "Function 'now' expected '0' arguments but received '1'.",
    ),
    (
        "updated > startOfDay(1, 2)",
        "Function 'startOfDay' expected between '0' and '1' arguments but received '2'.",
    ),
    (
        "updated > startOfDay(soon)",
        "Duration for function 'startOfDay' should have the format (+/-)n(yMwdhm), e.g -1M for 1 month earlier.",
    ),
    ("updated in (now())", "PAY-1"),
    (
        "updated in now()",
        "Operator 'in' does not support the non-list value 'now()' for field 'updated'.",
    ),
    (
        "updated > currentLogin()",
        "The cache cannot answer 'currentLogin()': only the server knows.",
    ),
    (
        "updated > lastLogin()",
        "The cache cannot answer 'lastLogin()': only the server knows.",
    ),
    ("resolved >= startOfDay(-1d)", "PAY-3"),
    ("resolved >= startOfDay()", "PAY-3"),
    ("resolutionDate is EMPTY AND project = PAY", "PAY-1 PAY-10 PAY-2"),
    ("due = 2026-06-20", "PAY-1"),
    ("due < now()", "PAY-2"),
    ("due <= endOfWeek()", "PAY-1 PAY-2"),
    ("due > \"3d\"", ""),
    ("due >= \"3d\"", "PAY-1"),
    ("due is EMPTY AND project = PAY", "PAY-10 PAY-3"),
    ("dueDate != 2026-06-15", "PAY-1"),
    (
        "due = never",
        "Date value 'never' for field 'due' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
    ),
    ("due <= endOfDay(\"+3d\")", "PAY-1 PAY-2"),
    (
        "lastViewed > -1d",
        "The cache cannot answer 'lastViewed': it does not keep this field.",
    ),
    (
        "statusCategoryChangedDate > -1d",
        "The cache cannot answer 'statusCategoryChangedDate': it does not keep this field.",
    ),
    // Numbers.
    ("votes > 2", "PAY-1"),
    ("votes = 3", "PAY-1"),
    ("watchers <= 1", "PAY-1"),
    (
        "votes is EMPTY",
        "The operator 'is' is not supported by the 'votes' field.",
    ),
    ("votes > many", "The value 'many' does not exist for the field 'votes'."),
    ("originalEstimate = 4h", "PAY-1"),
    ("originalEstimate > \"3h 30m\"", "PAY-1"),
    ("originalEstimate < 30", ""),
    ("originalEstimate is EMPTY AND project = PAY", "PAY-10 PAY-2 PAY-3"),
    (
        "originalEstimate > 1d",
        "The cache cannot answer '1d': only the server knows how long its working days are.",
    ),
    (
        "timeOriginalEstimate = much",
        "The value 'much' does not exist for the field 'timeOriginalEstimate'.",
    ),
    ("remainingEstimate = 90m", "PAY-10"),
    ("timeSpent >= 30", "PAY-10"),
    (
        "workRatio > 50",
        "The cache cannot answer 'workRatio': it does not keep this field.",
    ),
    // Words are found in any form, in any order; phrases in theirs.
    ("summary ~ about AND project = CHK", "CHK-1 CHK-20 CHK-21"),
    ("summary ~ crash", ""),
    ("summary ~ \"PAY abouts\"", "PAY-1 PAY-10 PAY-2 PAY-3"),
    ("summary ~ \"pay-1\"", "PAY-1"),
    ("summary ~ \"\\\"about pay 1\\\"\"", "PAY-1"),
    ("summary ~ \"\\\"pay about\\\"\"", ""),
    ("summary ~ \"1 OR 21\"", "CHK-1 CHK-21 PAY-1"),
    ("summary ~ \"about -pay\"", "CHK-1 CHK-20 CHK-21"),
    ("summary ~ \"about NOT pay NOT 1\"", "CHK-20 CHK-21"),
    ("summary ~ \"ab* 2*\"", "CHK-20 CHK-21 PAY-2"),
    ("summary ~ \"c?k\"", "CHK-1 CHK-20 CHK-21"),
    ("summary ~ \"a*t 10\"", "PAY-10"),
    (
        "summary ~ \"*bout\"",
        "The cache cannot answer 'summary ~': it does not look for words that begin with a wildcard.",
    ),
    (
        "summary ~ \"abuot~\"",
        "The cache cannot answer 'summary ~': only the server knows words that are merely similar.",
    ),
    (
        "summary ~ \"-pay\"",
        "The cache cannot answer 'summary ~': it only looks for words that occur.",
    ),
    ("summary !~ pay", "CHK-1 CHK-20 CHK-21"),
    ("NOT summary ~ pay", "CHK-1 CHK-20 CHK-21"),
    ("NOT summary !~ \"pay-1\"", "PAY-1"),
    (
        "summary ~ \"\"",
        "The field 'summary' does not support searching for an empty string.",
    ),
    (
        "summary ~ \"* ? -\"",
        "The field 'summary' does not support searching for an empty string.",
    ),
    (
        "summary ~ EMPTY",
        "The field 'summary' does not support searching for an empty string.",
    ),
    (
        "summary = crash",
        "The operator '=' is not supported by the 'summary' field.",
    ),
    (
        "summary in (a)",
        "The operator 'in' is not supported by the 'summary' field.",
    ),
    ("summary is EMPTY", ""),
    ("summary is not EMPTY AND key = PAY-1", "PAY-1"),
    ("description is EMPTY AND project = PAY", "PAY-10 PAY-2 PAY-3"),
    ("description is not EMPTY", "PAY-1"),
    ("description ~ \"LONG\"", "PAY-1"),
    ("description !~ x", "PAY-1"),
    ("description !~ \"long\"", ""),
    ("environment is not EMPTY", "PAY-10"),
    ("environment ~ prod", "PAY-10"),
    ("comment ~ failing", "PAY-2"),
    ("comment ~ \"\\\"card-vaults\\\"\"", "PAY-2"),
    ("comment ~ \"\\\"again the card\\\"\"", ""),
    ("comment !~ fail", ""),
    ("comment !~ \"long\"", "PAY-2"),
    (
        "comment ~ null",
        "The field 'comment' does not support searching for EMPTY values.",
    ),
    (
        "comment is EMPTY",
        "The operator 'is' is not supported by the 'comment' field.",
    ),
    ("text ~ \"long\"", "PAY-1"),
    ("text ~ \"card vault\"", "PAY-2"),
    ("text ~ \"card about\"", ""),
    ("text ~ note", "PAY-1"),
    ("NOT text ~ pay", "CHK-1 CHK-20 CHK-21"),
    ("text !~ x", "The operator '!~' is not supported by the 'text' field."),
    ("attachments is not EMPTY", "PAY-1"),
    (
        "attachments = a.png",
        "The operator '=' is not supported by the 'attachments' field.",
    ),
    // Custom fields by name and number.
    ("\"Story Points\" > 3", "PAY-1 PAY-2"),
    ("\"story points\" = 3.5", "PAY-2"),
    ("cf[10016] >= 5", "PAY-1"),
    ("cf[010016] != 5", "PAY-2"),
    ("\"Story Points\" is EMPTY AND project = PAY", "PAY-10 PAY-3"),
    (
        "\"Story Points\" = few",
        "The value 'few' does not exist for the field 'Story Points'.",
    ),
    (
        "\"Story Points\" ~ 5",
        "The operator '~' is not supported by the 'Story Points' field.",
    ),
    ("Sprint = \"Sprint 7\"", "PAY-1"),
    ("Sprint = 8", "PAY-1 PAY-3"),
    ("Sprint != \"Sprint 7\"", "PAY-3"),
    (
        "Sprint in openSprints()",
        "The cache cannot answer 'openSprints()': only the server knows.",
    ),
    (
        "Sprint in closedSprints()",
        "The cache cannot answer 'closedSprints()': only the server knows.",
    ),
    (
        "Sprint not in futureSprints()",
        "The cache cannot answer 'futureSprints()': only the server knows.",
    ),
    (
        "Sprint = openSprints()",
        "Operator '=' does not support the list value 'openSprints()' for field 'Sprint'.",
    ),
    (
        "Sprint = \"Sprint 9\"",
        "The cache cannot answer 'Sprint = Sprint 9': no cached issue has it, and only the server knows if it exists.",
    ),
    ("cf[10030] = red", "PAY-1"),
    ("Approver = currentUser()", "PAY-1"),
    ("\"Go live\" = 2026-07-01", "PAY-1"),
    ("\"Go live\" < startOfYear()", ""),
    ("Seen = \"2026-06-17 14:00\"", "PAY-1"),
    ("Seen > \"2026-06-17 14:00\"", ""),
    ("Notes is not EMPTY", "PAY-1"),
    ("Notes ~ notes", "PAY-1"),
    ("Notes ~ \"no*\"", "PAY-1"),
    ("Notes ~ \"n?te\"", ""),
    ("Notes ~ \"n?t\"", "PAY-1"),
    ("Notes ~ about", ""),
    ("Notes !~ about", "PAY-1"),
    ("Notes = x", "The operator '=' is not supported by the 'Notes' field."),
    ("\"Found in\" > 9.0", "PAY-1"),
    (
        "cf[10080] is EMPTY",
        "The cache cannot answer 'cf[10080]': it does not keep this field.",
    ),
    (
        "cf[99999] = 1",
        "Field 'cf[99999]' does not exist or you do not have permission to view it.",
    ),
    (
        "universe = 1",
        "Field 'universe' does not exist or you do not have permission to view it.",
    ),
    (
        "issue.property[app].state = x",
        "The cache cannot answer 'issue.property': entity properties are not kept.",
    ),
    (
        "cf[10030] in cascadeOption(Red, none)",
        "The cache cannot answer 'cascadeOption(Red, none)': only the server knows.",
    ),
    (
        "cf[10030] in choiceOption(Red)",
        "The cache cannot answer 'choiceOption(Red)': only the server knows.",
    ),
    // Two fields of one name: either may match, neither must.
    ("Colour = Red", "PAY-1"),
    ("Colour = blue", "PAY-2"),
    ("Colour is EMPTY AND project = PAY", "PAY-10 PAY-3"),
    ("Colour is not EMPTY", "PAY-1 PAY-2"),
    // What else only the server knows.
    (
        "category = Tools",
        "The cache cannot answer 'category': it does not keep this field.",
    ),
    (
        "projectType = software",
        "The cache cannot answer 'projectType': it does not keep this field.",
    ),
    (
        "hierarchyLevel = 0",
        "The cache cannot answer 'hierarchyLevel': it does not keep this field.",
    ),
    (
        "issueLinkType = blocks",
        "The cache cannot answer 'issueLinkType': it does not keep this field.",
    ),
    (
        "issueLink = PAY-1",
        "The cache cannot answer 'issueLink': it does not keep this field.",
    ),
    (
        "filter = 10000",
        "The cache cannot answer 'filter': it does not keep this field.",
    ),
    (
        "worklogAuthor = bob",
        "The cache cannot answer 'worklogAuthor': it does not keep this field.",
    ),
    (
        "worklogComment ~ x",
        "The cache cannot answer 'worklogComment ~': only the server searches text.",
    ),
    (
        "worklogDate > -1d",
        "The cache cannot answer 'worklogDate': it does not keep this field.",
    ),
    (
        "project in projectsLeadByUser()",
        "The cache cannot answer 'projectsLeadByUser()': only the server knows.",
    ),
    (
        "project in spacesLeadByUser()",
        "The cache cannot answer 'spacesLeadByUser()': only the server knows.",
    ),
    (
        "project in projectsWhereUserHasPermission(\"Edit Issues\")",
        "The cache cannot answer 'projectsWhereUserHasPermission(\"Edit Issues\")': only the server knows.",
    ),
    (
        "project in spacesWhereUserHasPermission(x)",
        "The cache cannot answer 'spacesWhereUserHasPermission(x)': only the server knows.",
    ),
    (
        "project in projectsWhereUserHasRole(Developers)",
        "The cache cannot answer 'projectsWhereUserHasRole(Developers)': only the server knows.",
    ),
    (
        "project in spacesWhereUserHasRole(x)",
        "The cache cannot answer 'spacesWhereUserHasRole(x)': only the server knows.",
    ),
    (
        "Approver in approved()",
        "The cache cannot answer 'approved()': only the server knows.",
    ),
    (
        "Approver in approver(x)",
        "The cache cannot answer 'approver(x)': only the server knows.",
    ),
    (
        "Approver in myApproval()",
        "The cache cannot answer 'myApproval()': only the server knows.",
    ),
    (
        "Approver in myPending()",
        "The cache cannot answer 'myPending()': only the server knows.",
    ),
    (
        "Approver in pending()",
        "The cache cannot answer 'pending()': only the server knows.",
    ),
    (
        "Approver in pendingBy(x)",
        "The cache cannot answer 'pendingBy(x)': only the server knows.",
    ),
    (
        "Seen = breached()",
        "The cache cannot answer 'breached()': only the server knows.",
    ),
    (
        "Seen = completed()",
        "The cache cannot answer 'completed()': only the server knows.",
    ),
    (
        "Seen = everbreached()",
        "The cache cannot answer 'everbreached()': only the server knows.",
    ),
    (
        "Seen = paused()",
        "The cache cannot answer 'paused()': only the server knows.",
    ),
    (
        "Seen = running()",
        "The cache cannot answer 'running()': only the server knows.",
    ),
    (
        "Seen = withinCalendarHours()",
        "The cache cannot answer 'withinCalendarHours()': only the server knows.",
    ),
    (
        "Seen > elapsed(1h)",
        "The cache cannot answer 'elapsed(1h)': only the server knows.",
    ),
    (
        "Seen < remaining()",
        "The cache cannot answer 'remaining()': only the server knows.",
    ),
    // Order: the field's own unless named; empty last going up, first going down.
    ("ORDER BY key", "CHK-1 CHK-20 CHK-21 PAY-1 PAY-2 PAY-3 PAY-10"),
    ("project = PAY ORDER BY key DESC", "PAY-10 PAY-3 PAY-2 PAY-1"),
    ("project = PAY ORDER BY priority", "PAY-10 PAY-1 PAY-2 PAY-3"),
    ("project = PAY ORDER BY priority ASC", "PAY-3 PAY-2 PAY-1 PAY-10"),
    ("project = PAY ORDER BY due, key", "PAY-3 PAY-10 PAY-1 PAY-2"),
    ("project = PAY ORDER BY due ASC, key DESC", "PAY-2 PAY-1 PAY-10 PAY-3"),
    ("project = PAY ORDER BY assignee, key", "PAY-1 PAY-2 PAY-3 PAY-10"),
    ("project = PAY ORDER BY assignee DESC, key", "PAY-3 PAY-10 PAY-2 PAY-1"),
    ("project = PAY ORDER BY updated", "PAY-1 PAY-2 PAY-10 PAY-3"),
    (
        "project = PAY ORDER BY statusCategory, key DESC",
        "PAY-10 PAY-1 PAY-2 PAY-3",
    ),
    (
        "project = PAY ORDER BY status ASC, type DESC",
        "PAY-2 PAY-10 PAY-1 PAY-3",
    ),
    (
        "project = PAY ORDER BY fixVersion DESC, key",
        "PAY-10 PAY-3 PAY-1 PAY-2",
    ),
    ("project = PAY ORDER BY labels, key", "PAY-1 PAY-2 PAY-3 PAY-10"),
    (
        "project = PAY ORDER BY \"Story Points\" DESC, key",
        "PAY-3 PAY-10 PAY-1 PAY-2",
    ),
    ("project = PAY ORDER BY cf[10016], key", "PAY-2 PAY-1 PAY-3 PAY-10"),
    ("project = PAY ORDER BY summary", "PAY-1 PAY-10 PAY-2 PAY-3"),
    ("project = PAY ORDER BY parent, votes, key", "PAY-10 PAY-1 PAY-2 PAY-3"),
    (
        "project in (PAY, CHK) AND type = Bug ORDER BY project DESC, created ASC",
        "PAY-1 PAY-3 CHK-21 CHK-1 CHK-20",
    ),
    ("project = PAY ORDER BY bogus", "Not able to sort using field 'bogus'."),
    (
        "project = PAY ORDER BY comment",
        "Not able to sort using field 'comment'.",
    ),
    (
        "project = PAY ORDER BY lastViewed",
        "The cache cannot answer ORDER BY 'lastViewed': it does not keep what that sorts by.",
    ),
    (
        "project = PAY ORDER BY cf[10080]",
        "The cache cannot answer ORDER BY 'cf[10080]': it does not keep what that sorts by.",
    ),
];

/// Over `dc` alone.
pub(super) const DATA_CENTER: &[(&str, &str)] = &[
    ("assignee = currentUser()", "OPS-1"),
    ("assignee = ADOE", "OPS-1"),
    ("assignee = JIRAUSER1", "OPS-1"),
    ("assignee = \"ana doe\"", "OPS-1"),
    ("key ~ OPS", "The operator '~' is not supported by the 'key' field."),
    ("summary ~ ops", "OPS-1"),
    (
        "fixVersion ~ \"1*\"",
        "The cache cannot answer 'fixVersion ~': only the server searches text.",
    ),
    ("created = \"2026-04-30 20:00\"", "OPS-1"),
    ("Team = core", "OPS-1"),
    ("priority >= Blocker", "OPS-1"),
];

/// Over both.
pub(super) const BOTH: &[(&str, &str)] = &[
    ("assignee = currentUser()", "OPS-1 PAY-1"),
    ("labels = api", "OPS-1 PAY-1 PAY-2"),
    ("status = Offen", "OPS-1"),
    ("status in (Open, Offen) AND labels is not EMPTY", "OPS-1 PAY-1"),
    ("status != Open AND labels is not EMPTY", "OPS-1 PAY-2"),
    (
        "status = Bogus",
        "The value 'Bogus' does not exist for the field 'status'.",
    ),
    (
        "status in (Open, Bogus)",
        "The value 'Bogus' does not exist for the field 'status'.",
    ),
    ("project = OPS", "OPS-1"),
    ("Team = Core", "OPS-1"),
    ("Team != Core", ""),
    ("NOT Team = Core", ""),
    ("NOT Team != Core", "OPS-1"),
    (
        "Team = Bogus",
        "The cache cannot answer 'Team = Bogus': no cached issue has it, and only the server knows if it exists.",
    ),
    (
        "universe = 1",
        "Field 'universe' does not exist or you do not have permission to view it.",
    ),
    ("key in (OPS-1, PAY-1)", "OPS-1 PAY-1"),
    (
        "key = OPS-2",
        "The cache cannot answer 'OPS-2': it is not in the cache of acme.",
    ),
    ("assignee = Bob OR assignee = adoe", "OPS-1 PAY-2"),
    ("key ~ \"ops-*\"", ""),
    ("key ~ \"pay-1\"", "PAY-1"),
    ("summary ~ \"about 1\"", "CHK-1 OPS-1 PAY-1"),
    ("text ~ \"long OR ops\"", "OPS-1 PAY-1"),
    ("Notes ~ note", "PAY-1"),
    ("labels is not EMPTY ORDER BY created", "OPS-1 PAY-2 PAY-1"),
    ("labels is not EMPTY ORDER BY key", "OPS-1 PAY-1 PAY-2"),
    ("labels is not EMPTY ORDER BY Team, key", "OPS-1 PAY-1 PAY-2"),
    (
        "labels is not EMPTY ORDER BY \"Story Points\" DESC, key",
        "OPS-1 PAY-1 PAY-2",
    ),
    (
        "labels is not EMPTY ORDER BY bogus",
        "Not able to sort using field 'bogus'.",
    ),
];
