//! Edits of views.

use super::*;
use crate::{config::ViewConfig, domain::Column};

const THREE: &str = r#"[jira]
default_jql = "" # all

# ---- mine ----
[[view]]
name = "Mine"            # first
jql = 'assignee = currentUser()'   # me
columns = [
  'key',     # always
  'summary',
]

# late ones
[[view]]
name = "Überfällig"
jql = "due < now()"
# columns = ["key"]

# apart

[[view]]
name = "All"
jql = ""

[ui]
"#;

fn views(text: &str) -> Vec<ViewConfig> {
    open(text).checked().unwrap().config.views
}

fn view(name: &str, jql: &str, columns: &[Column]) -> ViewConfig {
    let mut view = Config::default().views.remove(0);
    view.name = name.to_owned();
    view.jql = jql.to_owned();
    view.columns = columns.to_owned();
    view
}

fn put(text: &str, views: &[ViewConfig]) -> String {
    let mut edit = open(text);
    edit.set_views(views).unwrap();
    assert_eq!(edit.checked().unwrap().config.views, views, "{}", edit.text());
    edit.text()
}

#[test]
fn a_view_that_stays_keeps_its_comments() {
    let mut wanted = views(THREE);
    assert_eq!(put(THREE, &wanted), THREE);
    wanted[0].jql = "reporter = currentUser()".to_owned();
    wanted[1].name = "Zu spät 'dran".to_owned();
    let expected = THREE
        .replace("'assignee =", "'reporter =")
        .replace("\"Überfällig\"", "\"Zu spät 'dran\"");
    assert_eq!(put(THREE, &wanted), expected);
}

#[test]
fn a_list_over_several_lines_stays_one() {
    let mut wanted = views(THREE);
    wanted[0].columns = vec![Column::Key, Column::Status, Column::Summary];
    let text = put(THREE, &wanted);
    assert!(
        text.contains("columns = [\n  'key',\n  'status',\n  'summary',\n]\n"),
        "{text}"
    );
    wanted[0].columns.clear();
    let text = put(THREE, &wanted);
    assert!(!text.contains("summary"), "{text}");
}

#[test]
fn views_change_places_with_their_comments() {
    let [mine, late, all] = <[ViewConfig; 3]>::try_from(views(THREE)).unwrap();
    let text = put(THREE, &[all, mine, late]);
    insta::assert_snapshot!(text, @r#"
    [jira]
    default_jql = "" # all

    [[view]]
    name = "All"
    jql = ""

    # ---- mine ----
    [[view]]
    name = "Mine"            # first
    jql = 'assignee = currentUser()'   # me
    columns = [
      'key',     # always
      'summary',
    ]

    # apart

    # late ones
    [[view]]
    name = "Überfällig"
    jql = "due < now()"
    # columns = ["key"]

    [ui]
    "#);
    let text = put(&THREE.replace('\n', "\r\n"), &views(&text));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn views_come_and_go() {
    let mut wanted = views(THREE);
    wanted.remove(1);
    wanted.insert(0, view("New", "project = \"PAY\"", &[Column::Key]));
    insta::assert_snapshot!(put(THREE, &wanted), @r#"
    [jira]
    default_jql = "" # all

    [[view]]
    name = "New"
    jql = 'project = "PAY"'
    columns = ["key"]

    # apart

    # ---- mine ----
    [[view]]
    name = "Mine"            # first
    jql = 'assignee = currentUser()'   # me
    columns = [
      'key',     # always
      'summary',
    ]

    [[view]]
    name = "All"
    jql = ""

    [ui]
    "#);
    let mut edit = open(THREE);
    edit.set_views(&[]).unwrap();
    assert_eq!(edit.text(), "[jira]\ndefault_jql = \"\" # all\n\n# apart\n\n[ui]\n");
    assert_eq!(edit.checked().unwrap().config.views.len(), 4);
}

#[test]
fn the_built_in_views_are_written_once_one_of_them_changes() {
    let mut wanted = views("");
    wanted[0].name = "Mine".to_owned();
    let text = put("store = \"sqlite\"", &wanted);
    assert!(
        text.starts_with("store = \"sqlite\"\n\n[[view]]\nname = \"Mine\"\njql = "),
        "{text}"
    );
    assert!(!text.contains("columns") && !text.contains("default"), "{text}");
}

#[test]
fn a_file_without_a_last_newline_stays_without() {
    let text = "[[view]]\nname = 'a'\njql = ''\n[[view]]\nname = 'b'\njql = ''";
    let mut wanted = views(text);
    wanted.reverse();
    assert_eq!(
        put(text, &wanted),
        "[[view]]\nname = 'b'\njql = ''\n[[view]]\nname = 'a'\njql = ''"
    );
}

#[test]
fn views_in_one_list_are_edited_there() {
    let text = "view = [\n  { name = 'a', jql = '' }, # one\n  { name = 'b', jql = 'x = 1' }, # two\n]\n";
    let mut wanted = views(text);
    wanted.reverse();
    wanted.push(view("c", "", &[]));
    insta::assert_snapshot!(put(text, &wanted), @r#"
    view = [
      { name = 'b', jql = 'x = 1' }, # one
      { name = 'a', jql = '' }, # two
      { name = "c", jql = "" },
    ]
    "#);
    let mut edit = open(text);
    edit.set_views(&[]).unwrap();
    assert_eq!(edit.text(), "view = [\n]\n");
}
