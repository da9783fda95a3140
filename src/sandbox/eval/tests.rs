mod edges;

use super::*;
use crate::sandbox::{
    model::{CustomValue, Edit, Flavour, LinkTypeIdx, NewIssue, PriorityIdx, ProjectIdx, RemoteLink, TypeIdx, UserIdx},
    richtext::{RichText, doc::paragraph},
    seed,
};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Robin's clock: a Wednesday in Berlin.
fn now() -> Timestamp {
    at("2026-11-18T09:30:45Z")
}

const ROBIN: Option<UserIdx> = Some(UserIdx(0));
const ANA: Option<UserIdx> = Some(UserIdx(1));
const WEI: Option<UserIdx> = Some(UserIdx(2));

fn make(world: &mut World, project: u32, kind: u32, values: Vec<Edit>, created: &str) -> IssueIdx {
    let new = NewIssue {
        project: ProjectIdx(project),
        issue_type: TypeIdx(kind),
        values,
    };
    world.create(new, ANA, at(created)).unwrap()
}

fn words(text: &str) -> RichText {
    RichText::doc(vec![paragraph(text)])
}

/// The company without the generated issues, and seven that are known by heart:
///
/// | key | type | status | priority | assignee | of note |
/// |---|---|---|---|---|---|
/// | PAY-1 | Epic | To Do | Medium | | |
/// | PAY-2 | Bug | Done | Highest | Ana | in PAY-1; resolved, was Robin's |
/// | PAY-3 | Story | In Progress | High | Robin | in PAY-1; due, labels, sprint, points |
/// | PAY-4 | Sub-task | To Do | none | Li Wei | in PAY-3 |
/// | CHK-1 | Bug | To Do | Low | Robin | linked to PAY-2, versions, estimate |
/// | CHK-2 | Task | To Do | Lowest | | Japanese; hidden comment |
/// | WEB-1 | Task | To Do | Medium | | moved from CHK-3 |
fn site(flavour: Flavour) -> World {
    let mut world = seed::world(flavour, 1, 0, now());
    let priority = |at: u32| Edit::Priority(Some(PriorityIdx(at)));
    let summary = |text: &str| Edit::Summary(text.to_owned());
    let epic = make(
        &mut world,
        0,
        0,
        vec![summary("Instant payouts")],
        "2026-01-10T08:00:00Z",
    );
    let labels = |list: &[&str]| Edit::Labels(list.iter().map(|label| (*label).into()).collect());
    let mut values = vec![
        summary("Refund webhook times out"),
        priority(0),
        Edit::Parent(Some(epic)),
        Edit::Assignee(ROBIN),
    ];
    values.push(Edit::Description(Some(words(
        "Retrying the refunds charged cards twice",
    ))));
    let bug = make(&mut world, 0, 3, values, "2026-02-01T23:30:00Z");
    let fields = |name: &str| world.field_by_id(name).unwrap();
    let (points, region) = match flavour {
        Flavour::Cloud => (fields("customfield_10016"), fields("customfield_10031")),
        Flavour::DataCenter => (fields("customfield_10002"), fields("customfield_10102")),
    };
    let europe = world.field(region).options[0].clone();
    let values = vec![
        summary("As a merchant I want to see fees"),
        priority(1),
        Edit::Parent(Some(epic)),
        Edit::Assignee(ROBIN),
        Edit::Due(Some("2026-11-17".parse().unwrap())),
        labels(&["payments", "ledger"]),
        Edit::Sprints(vec![
            world
                .sprints
                .iter()
                .position(|s| s.state.word() == "active")
                .map(crate::sandbox::model::SprintIdx::of)
                .unwrap(),
        ]),
        Edit::Custom(points, Some(CustomValue::Number(5.0))),
        Edit::Custom(
            region,
            Some(CustomValue::Cascading(europe.id, Some(europe.children[0].id))),
        ),
    ];
    let story = make(&mut world, 0, 1, values, "2026-11-01T12:00:00Z");
    let values = vec![
        summary("Write tests"),
        Edit::Priority(None),
        Edit::Parent(Some(story)),
        Edit::Assignee(WEI),
    ];
    make(&mut world, 0, 4, values, "2026-11-02T12:00:00Z");
    let (versions, components) = (world.projects[1].versions.clone(), world.projects[1].components.clone());
    let values = vec![
        summary("Voucher field forgets \"SAVE-10\""),
        priority(3),
        Edit::Assignee(ROBIN),
        Edit::AffectsVersions(vec![versions[1]]),
        Edit::FixVersions(vec![versions[3]]),
        Edit::Components(vec![components[0]]),
        Edit::OriginalEstimate(Some(2 * 3600)),
        labels(&["checkout"]),
    ];
    let voucher = make(&mut world, 1, 3, values, "2026-11-17T22:59:30Z");
    let japanese = make(
        &mut world,
        1,
        2,
        vec![summary("返金処理がタイムアウトする"), priority(4)],
        "2026-11-17T23:00:10Z",
    );
    let moved = make(&mut world, 1, 2, vec![summary("Moved task")], "2026-11-18T09:00:00Z");
    live(&mut world, [epic, bug, story, voucher, japanese, moved]);
    world
}

fn live(world: &mut World, [_, bug, story, voucher, japanese, moved]: [IssueIdx; 6]) {
    let step = |world: &mut World, idx, name: &str, by, when: &str| {
        let id = world.transitions(idx).find(|way| way.name == name).unwrap().id;
        world.transition(idx, id, vec![], by, at(when)).unwrap();
    };
    let done = if world.flavour == Flavour::Cloud {
        "Done"
    } else {
        "Close"
    };
    step(world, bug, "Start progress", ROBIN, "2026-02-02T09:00:00Z");
    world.assign(bug, ANA, ROBIN, at("2026-02-03T09:00:00Z"));
    step(world, bug, done, ANA, "2026-02-04T09:00:00Z");
    step(world, story, "Start progress", WEI, "2026-11-10T09:00:00Z");
    let hidden = Some(crate::sandbox::model::Visibility::Role("Administrators".into()));
    world.comment(
        story,
        words("Deployed to staging"),
        None,
        WEI,
        at("2026-11-11T09:00:00Z"),
    );
    world.comment(japanese, words("secret plans"), hidden, WEI, at("2026-11-17T23:10:00Z"));
    world.link(bug, voucher, LinkTypeIdx(0), ANA, at("2026-11-17T23:00:00Z"));
    world.watch(story, UserIdx(0), true);
    world.vote(voucher, UserIdx(0), true);
    world.vote(voucher, UserIdx(1), true);
    let link = RemoteLink {
        id: 0,
        global_id: Some("git=1".to_owned()),
        url: "https://example.com".to_owned(),
        title: "One".to_owned(),
        ..RemoteLink::default()
    };
    world.set_remote_link(voucher, link);
    world.move_project(moved, ProjectIdx(2), ANA, at("2026-11-18T09:10:00Z"));
}

fn search(world: &World, jql: &str) -> String {
    match world.search(&world.viewer(now()), jql) {
        Ok(found) => found
            .iter()
            .map(|idx| &*world.issue(*idx).key)
            .collect::<Vec<_>>()
            .join(" "),
        Err(errors) => errors.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / "),
    }
}

/// Every query's answer in order of creation.
fn assert_answers(world: &World, table: &[(&str, &str)]) {
    let wrong: Vec<_> = table
        .iter()
        .map(|(jql, expected)| (jql, search(world, &format!("{jql} ORDER BY created ASC")), expected))
        .filter(|(_, got, expected)| got != *expected)
        .map(|(jql, got, expected)| format!("{jql}\n     got: {got}\nexpected: {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

const ALL: &str = "PAY-1 PAY-2 PAY-3 PAY-4 CHK-1 CHK-2 WEB-1";

#[test]
fn entities_match_by_name_key_and_id_in_any_case() {
    let world = site(Flavour::Cloud);
    assert_answers(
        &world,
        &[
            ("", ALL),
            ("project = PAY", "PAY-1 PAY-2 PAY-3 PAY-4"),
            ("project = payments", "PAY-1 PAY-2 PAY-3 PAY-4"),
            ("project = 10001", "CHK-1 CHK-2"),
            ("project in (pay, WEB)", "PAY-1 PAY-2 PAY-3 PAY-4 WEB-1"),
            ("project != PAY", "CHK-1 CHK-2 WEB-1"),
            ("category = Product AND type = Task", "WEB-1"),
            ("issuetype = bug", "PAY-2 CHK-1"),
            ("type in standardIssueTypes()", "PAY-1 PAY-2 PAY-3 CHK-1 CHK-2 WEB-1"),
            ("type in subTaskIssueTypes()", "PAY-4"),
            ("status = \"in progress\"", "PAY-3"),
            ("statusCategory = Done", "PAY-2"),
            ("statusCategory != Done", "PAY-1 PAY-3 PAY-4 CHK-1 CHK-2 WEB-1"),
            (
                "statusCategory in (new, indeterminate) and project = PAY",
                "PAY-1 PAY-3 PAY-4",
            ),
            ("component = Cart", "CHK-1"),
            ("component is empty and project = CHK", "CHK-2"),
            ("labels = PAYMENTS", "PAY-3"),
            ("labels in (checkout, nothing)", "CHK-1"),
            ("labels != payments", "CHK-1"),
            ("labels is not empty", "PAY-3 CHK-1"),
            ("key = pay-2", "PAY-2"),
            ("key = CHK-3", "WEB-1"),
            ("issue in (PAY-1, CHK-2)", "PAY-1 CHK-2"),
            ("key > PAY-2", "PAY-3 PAY-4"),
            ("key <= PAY-2", "PAY-1 PAY-2"),
            ("key ~ \"pay-*\"", "PAY-1 PAY-2 PAY-3 PAY-4"),
            ("parent = PAY-1", "PAY-2 PAY-3"),
            ("parent in (PAY-3)", "PAY-4"),
            ("parentEpic = PAY-1", "PAY-2 PAY-3 PAY-4"),
            ("\"Epic Link\" = PAY-1", "PAY-2 PAY-3"),
            ("sprint in openSprints()", "PAY-3"),
            ("sprint in closedSprints()", ""),
            ("sprint is empty and project = PAY", "PAY-1 PAY-2 PAY-4"),
            ("issueLinkType = \"is blocked by\"", "PAY-2 CHK-1"),
        ],
    );
}

#[test]
fn negation_leaves_out_empties() {
    let world = site(Flavour::Cloud);
    assert_answers(
        &world,
        &[
            ("assignee = currentUser()", "PAY-3 CHK-1"),
            ("assignee != currentUser()", "PAY-2 PAY-4"),
            ("NOT assignee = currentUser()", "PAY-2 PAY-4"),
            ("assignee not in (currentUser(), EMPTY)", "PAY-2 PAY-4"),
            ("assignee in (\"Li Wei\", EMPTY)", "PAY-1 PAY-4 CHK-2 WEB-1"),
            ("assignee = EMPTY", "PAY-1 CHK-2 WEB-1"),
            ("assignee is not null", "PAY-2 PAY-3 PAY-4 CHK-1"),
            ("not (assignee is empty or project = PAY)", "CHK-1"),
            ("!(project = PAY and type = Bug) and project = PAY", "PAY-1 PAY-3 PAY-4"),
            ("priority != Medium", "PAY-2 PAY-3 CHK-1 CHK-2"),
            ("resolution = Unresolved", "PAY-1 PAY-3 PAY-4 CHK-1 CHK-2 WEB-1"),
            ("resolution != Unresolved", "PAY-2"),
            ("resolution is not EMPTY", "PAY-2"),
            ("resolution = Done", "PAY-2"),
        ],
    );
}

#[test]
fn order_goes_by_rank_not_by_text() {
    let world = site(Flavour::Cloud);
    assert_answers(
        &world,
        &[
            ("priority > Medium", "PAY-2 PAY-3"),
            ("priority <= low", "CHK-1 CHK-2"),
            ("not priority > Medium", "PAY-1 CHK-1 CHK-2 WEB-1"),
            ("fixVersion = \"checkout 9.10\"", "CHK-1"),
            ("fixVersion > \"checkout 9.9\"", "CHK-1"),
            ("affectedVersion < \"checkout 9.10\"", "CHK-1"),
            ("fixVersion in releasedVersions()", "CHK-1"),
            ("fixVersion in unreleasedVersions(CHK)", ""),
            ("fixVersion = latestReleasedVersion(CHK)", ""),
            ("votes > 1", "CHK-1"),
            ("votes = 0 and project = CHK", "CHK-2"),
            ("watchers >= 1", "PAY-3"),
            ("watcher = currentUser()", "PAY-3"),
            ("issue in watchedIssues()", "PAY-3"),
            ("issue in votedIssues()", "CHK-1"),
            ("voter in (\"Ana Souza\")", "CHK-1"),
            ("originalEstimate >= 2h", "CHK-1"),
            ("originalEstimate < 2h", ""),
            ("originalEstimate is empty and project = CHK", "CHK-2"),
            ("\"Story point estimate\" >= 5", "PAY-3"),
            ("cf[10016] < 5", ""),
            ("cf[10016] is empty and project = PAY", "PAY-1 PAY-2 PAY-4"),
            ("Region in cascadeOption(Europe)", "PAY-3"),
            ("Region in cascadeOption(Europe, Nordics)", "PAY-3"),
            ("Region in cascadeOption(Europe, none)", ""),
            ("Region = Nordics", "PAY-3"),
            ("issue in linkedIssues(CHK-1)", "PAY-2"),
            ("issue in linkedIssues(CHK-1, blocks)", ""),
            ("issue in linkedIssues(PAY-2, blocks)", "CHK-1"),
            ("issue in issuesWithRemoteLinksByGlobalId('git=1')", "CHK-1"),
            ("issue in updatedBy(lwei)", "PAY-3 CHK-2"),
            ("issue in updatedBy(lwei, '2026-11-12')", "CHK-2"),
            ("assignee in membersOf(developers)", "PAY-3 PAY-4 CHK-1"),
        ],
    );
}

/// Robin sits in Berlin: 2026-11-17T23:00Z is midnight of the eighteenth.
#[test]
fn dates_are_minutes_in_the_viewers_zone() {
    let world = site(Flavour::Cloud);
    assert_answers(
        &world,
        &[
            ("created >= \"2026-11-18\"", "CHK-2 WEB-1"),
            ("created < \"2026/11/18\" and created >= \"2026-11-17 23:59\"", "CHK-1"),
            ("created = \"2026-11-18 00:00\"", "CHK-2"),
            ("created > \"2026-11-18 00:00\"", "WEB-1"),
            ("created >= startOfDay()", "CHK-2 WEB-1"),
            ("created >= startOfDay(-1d) and created <= endOfDay(\"-1\")", "CHK-1"),
            ("created >= startOfWeek()", "CHK-1 CHK-2 WEB-1"),
            (
                "created >= startOfMonth() and created < startOfMonth(2d)",
                "PAY-3 PAY-4",
            ),
            ("created <= endOfMonth(-9M)", "PAY-1 PAY-2"),
            ("created < startOfYear(1)", ALL),
            ("created >= -31m", "WEB-1"),
            ("created >= \"-31\"", "WEB-1"),
            ("created >= -2w", "CHK-1 CHK-2 WEB-1"),
            ("created >= 1794956400000", "CHK-2 WEB-1"),
            ("updated >= -1h", "WEB-1"),
            ("updated >= -1d and assignee is not empty", "PAY-2 CHK-1"),
            ("updated = \"2026-11-18 10:10\"", "WEB-1"),
            ("created <= now()", ALL),
            ("resolved >= 2026-02-04 and resolved < 2026-02-05", "PAY-2"),
            ("resolutiondate is empty and project = PAY", "PAY-1 PAY-3 PAY-4"),
            ("due = 2026-11-17", "PAY-3"),
            ("due < startOfDay()", "PAY-3"),
            ("due >= now()", ""),
            ("duedate is not empty", "PAY-3"),
            ("due <= \"-1d\"", "PAY-3"),
        ],
    );
}

#[test]
fn the_repeated_hour_of_autumn_is_read_as_the_earlier_one() {
    let mut world = seed::world(Flavour::Cloud, 1, 0, now());
    // In Berlin both are 02:30 on 2026-10-25.
    let summary = |text: &str| vec![Edit::Summary(text.to_owned())];
    make(&mut world, 0, 2, summary("summer time"), "2026-10-25T00:30:00Z");
    make(&mut world, 0, 2, summary("winter time"), "2026-10-25T01:30:00Z");
    assert_answers(
        &world,
        &[
            ("created >= \"2026-10-25 02:30\"", "PAY-1 PAY-2"),
            ("created = \"2026-10-25 02:30\"", "PAY-1"),
            ("created >= \"2026-10-25 03:00\"", ""),
        ],
    );
}

#[test]
fn words_are_found_in_any_form_and_order() {
    let world = site(Flavour::Cloud);
    assert_answers(
        &world,
        &[
            ("summary ~ refund", "PAY-2"),
            ("summary ~ \"webhooks refunding\"", "PAY-2"),
            ("summary ~ \"refund voucher\"", ""),
            ("summary ~ \"refund OR voucher\"", "PAY-2 CHK-1"),
            ("summary ~ \"webhook -refund\"", ""),
            ("summary ~ \"ref*\"", "PAY-2"),
            ("summary ~ \"webh??k\"", "PAY-2"),
            ("summary ~ \"\\\"times out\\\"\"", "PAY-2"),
            ("summary ~ \"\\\"out times\\\"\"", ""),
            ("summary ~ \"SAVE-10\"", "CHK-1"),
            ("summary ~ 返金", "CHK-2"),
            ("summary !~ refund and project = PAY", "PAY-1 PAY-3 PAY-4"),
            ("description ~ retry", "PAY-2"),
            ("description !~ retry", ""),
            ("description is empty and type = Bug", "CHK-1"),
            ("comment ~ deploying", "PAY-3"),
            ("comment ~ secret", ""),
            ("text ~ \"charge cards\"", "PAY-2"),
            ("text ~ staging", "PAY-3"),
        ],
    );
}

#[test]
fn history_is_read_from_the_changelog() {
    let world = site(Flavour::Cloud);
    assert_answers(
        &world,
        &[
            ("status WAS \"In Progress\"", "PAY-2 PAY-3"),
            ("status WAS NOT \"In Progress\" and project = PAY", "PAY-1 PAY-4"),
            (
                "status WAS IN (\"In Progress\", Done) and status != \"In Progress\"",
                "PAY-2",
            ),
            ("status WAS \"In Progress\" BEFORE \"2026-03-01\"", "PAY-2"),
            ("status WAS \"In Progress\" AFTER \"2026-03-01\"", "PAY-3"),
            ("status WAS \"In Progress\" ON \"2026-02-03\"", "PAY-2"),
            (
                "status WAS \"To Do\" DURING (\"2026-02-02\", \"2026-02-10\")",
                "PAY-1 PAY-2",
            ),
            ("status WAS Done BY asouza", "PAY-2"),
            ("status WAS Done BY currentUser()", ""),
            ("assignee WAS currentUser()", "PAY-2 PAY-3 CHK-1"),
            ("assignee WAS EMPTY and project = PAY", "PAY-1"),
            ("assignee CHANGED", "PAY-2"),
            ("assignee CHANGED FROM currentUser() TO \"Ana Souza\"", "PAY-2"),
            ("assignee CHANGED FROM \"Ana Souza\"", ""),
            ("status CHANGED BY lwei", "PAY-3"),
            ("status CHANGED AFTER -14d", "PAY-3"),
            ("status CHANGED TO Done BEFORE startOfYear(1)", "PAY-2"),
            ("not status CHANGED and project = PAY", "PAY-1 PAY-4"),
            ("resolution WAS EMPTY and project = PAY and status = Done", "PAY-2"),
            ("fixVersion WAS \"checkout 9.10\"", "CHK-1"),
            ("priority WAS Highest", "PAY-2"),
        ],
    );
}

#[test]
fn order_by_puts_empties_last_and_urgent_first() {
    let world = site(Flavour::Cloud);
    let table = [
        ("", "WEB-1 CHK-2 CHK-1 PAY-4 PAY-3 PAY-2 PAY-1"),
        ("ORDER BY key", "CHK-1 CHK-2 PAY-1 PAY-2 PAY-3 PAY-4 WEB-1"),
        ("ORDER BY key DESC", "WEB-1 PAY-4 PAY-3 PAY-2 PAY-1 CHK-2 CHK-1"),
        ("ORDER BY priority", "PAY-4 PAY-2 PAY-3 PAY-1 WEB-1 CHK-1 CHK-2"),
        ("ORDER BY priority ASC", "CHK-2 CHK-1 PAY-1 WEB-1 PAY-3 PAY-2 PAY-4"),
        ("ORDER BY assignee, key", "PAY-2 PAY-4 CHK-1 PAY-3 CHK-2 PAY-1 WEB-1"),
        ("ORDER BY created", "WEB-1 CHK-2 CHK-1 PAY-4 PAY-3 PAY-2 PAY-1"),
        (
            "ORDER BY due ASC, created ASC",
            "PAY-3 PAY-1 PAY-2 PAY-4 CHK-1 CHK-2 WEB-1",
        ),
        (
            "ORDER BY due DESC, created ASC",
            "PAY-1 PAY-2 PAY-4 CHK-1 CHK-2 WEB-1 PAY-3",
        ),
        ("project = PAY ORDER BY status DESC, created", "PAY-2 PAY-3 PAY-4 PAY-1"),
        (
            "project = PAY ORDER BY cf[10016] ASC, created ASC",
            "PAY-3 PAY-1 PAY-2 PAY-4",
        ),
        ("project = PAY ORDER BY summary", "PAY-3 PAY-1 PAY-2 PAY-4"),
        ("project = PAY ORDER BY updated", "PAY-2 PAY-3 PAY-4 PAY-1"),
    ];
    for (jql, expected) in table {
        assert_eq!(search(&world, jql), expected, "{jql}");
    }
}

#[test]
fn mistakes_are_told_in_jiras_words() {
    let world = site(Flavour::Cloud);
    let table = [
        (
            "universe = 42",
            "Field 'universe' does not exist or you do not have permission to view it.",
        ),
        (
            "project = INVALID",
            "The value 'INVALID' does not exist for the field 'project'.",
        ),
        (
            "assignee = nobody",
            "The value 'nobody' does not exist for the field 'assignee'.",
        ),
        (
            "status in (Done, Gone)",
            "The value 'Gone' does not exist for the field 'status'.",
        ),
        (
            "summary = x",
            "The operator '=' is not supported by the 'summary' field.",
        ),
        ("labels > x", "The operator '>' is not supported by the 'labels' field."),
        (
            "labels was x",
            "The operator 'was' is not supported by the 'labels' field.",
        ),
        ("text !~ x", "The operator '!~' is not supported by the 'text' field."),
        ("key is empty", "The operator 'is' is not supported by the 'key' field."),
        ("assignee = bogus()", "Unable to find JQL function 'bogus()'."),
        (
            "created > now(1)",
            "Function 'now' expected '0' arguments but received '1'.",
        ),
        (
            "created > startOfDay(1, 2)",
            "Function 'startOfDay' expected between '0' and '1' arguments but received '2'.",
        ),
        (
            "assignee = membersOf(support)",
            "Operator '=' does not support the list value 'membersOf(support)' for field 'assignee'.",
        ),
        (
            "assignee in currentUser()",
            "Operator 'in' does not support the non-list value 'currentUser()' for field 'assignee'.",
        ),
        (
            "text ~ \"\"",
            "The field 'text' does not support searching for an empty string.",
        ),
        (
            "created > yesterday",
            "Date value 'yesterday' for field 'created' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', \
             'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
        ),
        (
            "key = PAY-99",
            "An issue with key 'PAY-99' does not exist for field 'key'.",
        ),
        ("project = PAY ORDER BY bogus", "Not able to sort using field 'bogus'."),
        (
            "project = X AND foo = 1 ORDER BY text",
            "The value 'X' does not exist for the field 'project'. / Field 'foo' does not exist or you do not have \
             permission to view it. / Not able to sort using field 'text'.",
        ),
        (
            "a.property[x].y = 1",
            "Field 'a.property' does not exist or you do not have permission to view it.",
        ),
        (
            "project = PAY query",
            "Error in the JQL Query: Expecting 'AND', 'OR' or 'ORDER BY' but got 'query'. (line 1, character 15)",
        ),
    ];
    for (jql, expected) in table {
        assert_eq!(search(&world, jql), expected, "{jql}");
        assert!(!world.validate(&world.viewer(now()), jql).is_empty(), "{jql}");
    }
}

#[test]
fn data_center_keeps_epics_apart_and_names_people_by_user_name() {
    let world = site(Flavour::DataCenter);
    let table = [
        ("parent = LAB-1", ""),
        ("\"Epic Link\" = LAB-1", "LAB-2 LAB-3"),
        ("parent = LAB-3", "LAB-4"),
        ("assignee = robin", "LAB-3 HW-1"),
        ("assignee = ROBIN", "LAB-3 HW-1"),
        ("cf[10002] = 5", "LAB-3"),
        ("status = Closed", "LAB-2"),
        ("key ~ LAB", "The operator '~' is not supported by the 'key' field."),
        (
            "parentEpic = LAB-1",
            "Field 'parentEpic' does not exist or you do not have permission to view it.",
        ),
    ];
    assert_answers(&world, &table);
}
