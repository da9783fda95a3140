use super::*;
use crate::sandbox::{
    richtext::{RichText, doc::paragraph},
    seed,
};

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_795_300_000 + minute * 60).unwrap()
}

const ANA: Option<UserIdx> = Some(UserIdx(1));

/// A site with one issue, PAY-1, or LAB-1 on Data Center.
fn site(flavour: Flavour) -> (World, IssueIdx) {
    let mut world = seed::world(flavour, 1, 0, at(0));
    let idx = make(&mut world, 0, 2, vec![Edit::Summary("One".to_owned())]).unwrap();
    (world, idx)
}

fn make(world: &mut World, project: u32, kind: u32, values: Vec<Edit>) -> Result<IssueIdx, ChangeError> {
    world.create(
        NewIssue {
            project: ProjectIdx(project),
            issue_type: TypeIdx(kind),
            values,
        },
        ANA,
        at(0),
    )
}

/// The changelog, one line per item.
fn log(world: &World, idx: IssueIdx) -> String {
    let side = |id: &Option<std::sync::Arc<str>>, text: &Option<std::sync::Arc<str>>| match (id, text) {
        (None, None) => "-".to_owned(),
        (id, text) => format!(
            "{}:{}",
            id.as_deref().unwrap_or_default(),
            text.as_deref().unwrap_or_default()
        ),
    };
    let line = |item: &ChangeItem| {
        let (from, to) = (side(&item.from, &item.from_text), side(&item.to, &item.to_text));
        format!("{}{} {from} > {to}", item.field, if item.custom { "*" } else { "" })
    };
    let entries = world.issue(idx).history.iter().flat_map(|entry| &entry.items).map(line);
    entries.collect::<Vec<_>>().join("\n")
}

#[test]
fn every_edit_is_worded_as_jira_words_it() {
    let (mut world, idx) = site(Flavour::Cloud);
    let parent = make(&mut world, 0, 0, vec![Edit::Summary("Epic".to_owned())]).unwrap();
    let (components, versions) = (world.projects[0].components.clone(), world.projects[0].versions.clone());
    let field = |id: &str| world.field_by_id(id).unwrap();
    let (points, region, reviewers, platforms) = (
        field("customfield_10016"),
        field("customfield_10031"),
        field("customfield_10038"),
        field("customfield_10030"),
    );
    let option = |field: FieldIdx, nth: usize| world.field(field).options[nth].clone();
    let (europe, ios, web) = (option(region, 0), option(platforms, 0), option(platforms, 2));
    let edits = vec![
        Edit::Summary("Two".to_owned()),
        Edit::Description(Some(RichText::doc(vec![paragraph("words")]))),
        Edit::Priority(Some(PriorityIdx(0))),
        Edit::Assignee(Some(UserIdx(0))),
        Edit::Reporter(None),
        Edit::Due(Some("2026-12-24".parse().unwrap())),
        Edit::Labels(vec!["a".into(), "b".into()]),
        Edit::Components(vec![components[0], components[1]]),
        Edit::FixVersions(vec![versions[5]]),
        Edit::Parent(Some(parent)),
        Edit::Sprints(vec![SprintIdx(0), SprintIdx(1)]),
        Edit::Custom(points, Some(CustomValue::Number(2.5))),
        Edit::Custom(
            region,
            Some(CustomValue::Cascading(europe.id, Some(europe.children[1].id))),
        ),
        Edit::Custom(reviewers, Some(CustomValue::Users(vec![UserIdx(0)]))),
        Edit::Custom(platforms, Some(CustomValue::Options(vec![ios.id, web.id]))),
        Edit::Type(TypeIdx(3)),
    ];
    world.edit(idx, edits, ANA, at(5)).unwrap();
    let text = log(&world, idx)
        .replace(&world.user(UserIdx(0)).account_id, "ROBIN")
        .replace(&world.user(UserIdx(1)).account_id, "ANA");
    insta::assert_snapshot!(text, @r"
    summary :One > :Two
    description - > :words
    priority 3:Medium > 1:Highest
    assignee - > ROBIN:Robin Example
    reporter ANA:Ana Souza > -
    duedate - > 2026-12-24:2026-12-24 00:00:00.0
    labels - > :a b
    Component - > 10001:Authorisation
    Component - > 10002:Ledger
    Fix Version - > 10012:pay 10.1
    IssueParentAssociation - > 10192:PAY-2
    Sprint* - > 10015, 10016:PAY Sprint 41, PAY Sprint 42
    Story point estimate* - > :2.5
    Region* - > 13100:Level values: Europe(13100), Level values: DACH(13102)
    Reviewers* - > ROBIN:Robin Example
    Platforms* - > [13000, 13002]:iOS,Web
    issuetype 10002:Task > 10004:Bug
    ");
    assert_eq!(world.issue(idx).updated, at(5));
    assert_eq!(world.issue(idx).history.len(), 1);
    world
        .edit(
            idx,
            vec![Edit::Components(vec![components[1]]), Edit::Summary("Two".to_owned())],
            ANA,
            at(6),
        )
        .unwrap();
    assert!(
        log(&world, idx).ends_with("Component 10001:Authorisation > -"),
        "{}",
        log(&world, idx)
    );
    world
        .edit(idx, vec![Edit::Summary("Two".to_owned())], ANA, at(7))
        .unwrap();
    assert_eq!(world.issue(idx).updated, at(6), "an edit that changes nothing is none");
}

#[test]
fn data_center_names_people_by_key_and_epics_by_a_field() {
    let (mut world, idx) = site(Flavour::DataCenter);
    let epic = make(&mut world, 0, 0, vec![Edit::Summary("Epic".to_owned())]).unwrap();
    world
        .edit(idx, vec![Edit::Parent(Some(epic)), Edit::Assignee(ANA)], ANA, at(1))
        .unwrap();
    let id = world.issue(epic).id;
    assert_eq!(
        log(&world, idx),
        format!("Epic Link* - > {id}:LAB-2\nassignee - > JIRAUSER10101:Katharina Vogel")
    );
    assert_eq!(world.children(epic), [idx]);
}

#[test]
fn a_done_status_resolves_and_leaving_it_reopens() {
    let (mut world, idx) = site(Flavour::Cloud);
    assert_eq!(
        world.transition(idx, 31, vec![], ANA, at(1)),
        Err(ChangeError::NoSuchTransition)
    );
    world.transition(idx, 11, vec![], ANA, at(2)).unwrap();
    world
        .transition(idx, 31, vec![Edit::Resolution(Some(ResolutionIdx(2)))], ANA, at(3))
        .unwrap();
    assert_eq!(
        (world.issue(idx).resolution, world.issue(idx).resolved),
        (Some(ResolutionIdx(2)), Some(at(3)))
    );
    assert_eq!(world.issue(idx).category_changed, at(3));
    world.transition(idx, 71, vec![], ANA, at(4)).unwrap();
    assert_eq!((world.issue(idx).resolution, world.issue(idx).resolved), (None, None));
    insta::assert_snapshot!(log(&world, idx), @r"
    status 10000:To Do > 3:In Progress
    status 3:In Progress > 10004:Done
    resolution - > 10002:Duplicate
    status 10004:Done > 10000:To Do
    resolution 10002:Duplicate > -
    ");
}

#[test]
fn a_moved_issue_keeps_its_id_and_answers_to_both_keys() {
    let (mut world, idx) = site(Flavour::Cloud);
    let child = make(
        &mut world,
        0,
        4,
        vec![Edit::Summary("Part".to_owned()), Edit::Parent(Some(idx))],
    )
    .unwrap();
    let component = world.projects[0].components[0];
    world
        .edit(idx, vec![Edit::Components(vec![component])], ANA, at(1))
        .unwrap();
    let id = world.issue(idx).id;
    // The desk's workflow is another one.
    world.transition(idx, 11, vec![], ANA, at(2)).unwrap();
    world.transition(idx, 21, vec![], ANA, at(3)).unwrap();
    world.move_project(idx, ProjectIdx(7), ANA, at(4));
    let viewer = world.viewer(at(5));
    for name in ["OPS-1", "ops-1", "PAY-1", &id.to_string()] {
        assert_eq!(world.find(&viewer, name), Some(idx), "{name}");
    }
    assert_eq!((world.issue(idx).id, &*world.issue(child).key), (id, "OPS-2"));
    assert!(world.issue(idx).components.is_empty());
    assert_eq!(&*world.status(world.issue(idx).status).name, "In Progress");
    insta::assert_snapshot!(log(&world, idx), @r"
    Component - > 10001:Authorisation
    status 10000:To Do > 3:In Progress
    status 3:In Progress > 10002:In Review
    Component 10001:Authorisation > -
    project 10000:Payments > 10007:Operations
    Key :PAY-1 > :OPS-1
    status 10002:In Review > 3:In Progress
    ");
}

#[test]
fn deleting_takes_sub_tasks_only_when_told_and_unlinks_others() {
    let (mut world, idx) = site(Flavour::Cloud);
    let child = make(
        &mut world,
        0,
        4,
        vec![Edit::Summary("Part".to_owned()), Edit::Parent(Some(idx))],
    )
    .unwrap();
    let other = make(&mut world, 1, 2, vec![Edit::Summary("Other".to_owned())]).unwrap();
    world.link(idx, other, LinkTypeIdx(0), ANA, at(1));
    assert_eq!(log(&world, idx), "Link - > CHK-1:This issue blocks CHK-1");
    assert_eq!(log(&world, other), "Link - > PAY-1:This issue is blocked by PAY-1");
    assert_eq!(world.delete(idx, false, at(2)), Err(ChangeError::HasSubtasks));
    world.delete(idx, true, at(2)).unwrap();
    assert!(world.issue(other).links.is_empty());
    assert_eq!(
        (world.issue_by_key("PAY-1"), world.issue_by_id(world.issue(child).id)),
        (None, None)
    );
    assert_eq!(world.deleted().len(), 2);
    assert_eq!(world.updated_since(at(0)).collect::<Vec<_>>(), [other]);
}

#[test]
fn what_jira_refuses_is_refused() {
    let (mut world, idx) = site(Flavour::Cloud);
    let refused = |result: Result<IssueIdx, ChangeError>| result.unwrap_err().to_string();
    let summary = |text: &str| Edit::Summary(text.to_owned());
    assert_eq!(
        refused(make(&mut world, 0, 2, vec![])),
        "summary: You must specify a summary of the issue."
    );
    assert_eq!(
        refused(make(&mut world, 0, 4, vec![summary("x")])),
        "parent: Issue type is a sub-task but parent issue key or id not specified."
    );
    let long = refused(make(&mut world, 0, 2, vec![summary(&"x".repeat(256))]));
    assert_eq!(long, "summary: Summary must be less than 255 characters.");
    let line = world
        .edit(idx, vec![summary("a\nb"), Edit::Priority(None)], ANA, at(1))
        .unwrap_err();
    assert_eq!(
        line.to_string(),
        "summary: The summary is invalid because it contains newline characters."
    );
    let label = world
        .edit(idx, vec![Edit::Labels(vec!["a b".into()])], ANA, at(1))
        .unwrap_err();
    assert_eq!(label.to_string(), "labels: The label contains spaces which is invalid.");
    assert!(world.issue(idx).priority.is_some() && world.issue(idx).updated == at(0));
    assert_eq!(
        world.delete_comment(idx, 1, ANA, at(1)),
        Err(ChangeError::NoSuchComment(1))
    );
}

#[test]
fn comments_bump_updated_and_properties_do_not() {
    let (mut world, idx) = site(Flavour::Cloud);
    let words = |text: &str| RichText::doc(vec![paragraph(text)]);
    let id = world.comment(
        idx,
        words("first"),
        Some(Visibility::Group("support".into())),
        ANA,
        at(1),
    );
    assert_eq!((world.issue(idx).updated, world.issue(idx).history.len()), (at(1), 0));
    world.edit_comment(idx, id, words("second"), ANA, at(2)).unwrap();
    let comment = world.issue(idx).comments[0].clone();
    assert_eq!((comment.created, comment.updated), (at(1), at(2)));
    let sees = |user: u32| {
        world.can_read(
            &Viewer {
                user: Some(UserIdx(user)),
                now: at(3),
            },
            &comment,
        )
    };
    assert!(sees(1) && !sees(0));
    world.set_property(idx, "k", Some(serde_json::json!(1)));
    world.watch(idx, UserIdx(0), true);
    let link = RemoteLink {
        id: 0,
        global_id: Some("g".to_owned()),
        url: "u".to_owned(),
        title: "t".to_owned(),
        ..RemoteLink::default()
    };
    let (first, new) = world.set_remote_link(idx, link.clone());
    assert_eq!((new, world.set_remote_link(idx, link)), (true, (first, false)));
    assert_eq!(world.issue(idx).updated, at(2));
    world.log_work(idx, 1800, at(3), ANA, at(4));
    world.attach(idx, "a.png", "image/png", 9, ANA, at(5));
    world.delete_comment(idx, id, ANA, at(6)).unwrap();
    assert_eq!(world.issue(idx).updated, at(6));
    assert_eq!(world.issue(idx).time.spent, Some(1800));
}

#[test]
fn an_answer_is_remembered_only_until_something_changes() {
    let (mut world, idx) = site(Flavour::Cloud);
    let viewer = world.viewer(at(1));
    let count = |world: &World| {
        world
            .search(&viewer, "project = PAY AND priority = Medium")
            .unwrap()
            .len()
    };
    assert_eq!((count(&world), count(&world)), (1, 1));
    world.edit(idx, vec![Edit::Priority(None)], ANA, at(1)).unwrap();
    assert_eq!(count(&world), 0);
    world
        .edit(idx, vec![Edit::Priority(Some(PriorityIdx(2)))], ANA, at(1))
        .unwrap();
    world.hide(idx);
    assert_eq!(count(&world), 0);
    world.unhide(idx);
    assert_eq!(count(&world), 1);
}
