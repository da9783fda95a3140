//! What is offered to choose from: groups, values, issues, boards and sprints; projects and their statuses.

use super::{
    flag_or,
    meta::{self, Read, object_of},
    parts, take_list, take_text, value, whole_of,
};
use crate::{
    domain::{Choice, IssueRef, Sprint, User, json::Json},
    jira::{ProjectNow, Standing, TypeStatuses},
};

/// `GET /groups/picker`.
pub(crate) fn group(value: Json<'_>) -> Read<Choice> {
    let mut object = object_of(value, "group")?;
    Ok(Choice {
        id: take_text(&mut object, "groupId").unwrap_or_default(),
        name: take_text(&mut object, "name").ok_or_else(|| "a group came without a name".to_owned())?,
        ..Choice::default()
    })
}

/// `GET /jql/autocompletedata/suggestions`: the value as a query takes it, and a text with markup.
pub(crate) fn suggestion(value: Json<'_>) -> Read<Choice> {
    let mut object = object_of(value, "suggestion")?;
    let told = take_text(&mut object, "value").ok_or_else(|| "a suggestion came without a value".to_owned())?;
    let id = unquoted(&told);
    let name = take_text(&mut object, "displayName").map(|name| without_markup(&name));
    Ok(Choice {
        name: name.filter(|name| !name.is_empty()).unwrap_or_else(|| id.clone()),
        id,
        ..Choice::default()
    })
}

fn unquoted(text: &str) -> String {
    let inside = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    inside.map_or_else(
        || text.to_owned(),
        |inside| inside.replace("\\\"", "\"").replace("\\\\", "\\"),
    )
}

/// Text of a fragment of HTML, as pickers highlight it.
fn without_markup(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' if inside => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text.trim().to_owned()
}

/// A section of `GET /issue/picker`.
pub(crate) fn picked_issues(value: Json<'_>) -> Read<Vec<IssueRef>> {
    let mut section = object_of(value, "section")?;
    let issues = take_list(&mut section, "issues");
    Ok(issues.into_iter().filter_map(picked_issue).collect())
}

fn picked_issue(value: Json<'_>) -> Option<IssueRef> {
    let mut object = object_of(value, "issue").ok()?;
    let summary = take_text(&mut object, "summaryText");
    let summary = summary.or_else(|| take_text(&mut object, "summary").map(|html| without_markup(&html)));
    Some(IssueRef {
        id: take_text(&mut object, "id").unwrap_or_default(),
        key: take_text(&mut object, "key")?,
        summary: summary.unwrap_or_default(),
        status: None,
    })
}

/// `GET /rest/agile/1.0/board`: only its number matters.
pub(crate) fn board(value: Json<'_>) -> Read<i64> {
    whole_of(&object_of(value, "board")?, "id").ok_or_else(|| "a board came without a number".to_owned())
}

/// `GET /rest/agile/1.0/board/{id}/sprint`.
pub(crate) fn sprint(value: Json<'_>) -> Read<Sprint> {
    value::sprint_object(object_of(value, "sprint")?).ok_or_else(|| "a sprint came without a number".to_owned())
}

/// `GET /project/{key}/statuses`.
pub(crate) fn type_statuses(value: Json<'_>) -> Read<TypeStatuses> {
    let mut object = object_of(value, "project")?;
    let statuses = take_list(&mut object, "statuses");
    Ok(TypeStatuses {
        statuses: statuses.into_iter().filter_map(parts::status).collect(),
        issue_type: meta::issue_type(Json::Object(object))?,
    })
}

/// `GET /project/{key}`.
pub(crate) fn project_now(value: Json<'_>) -> Read<ProjectNow> {
    let object = object_of(value, "project")?;
    let standing = if flag_or(&object, "deleted", false) {
        Standing::Deleted
    } else if flag_or(&object, "archived", false) {
        Standing::Archived
    } else {
        Standing::Live
    };
    Ok(ProjectNow {
        project: meta::project(Json::Object(object))?,
        standing,
    })
}

/// An entry of a list that is asked for because a project cannot be read by itself; `None` if the
/// entry says that it is a live one.
pub(crate) fn put_away(value: Json<'_>) -> Read<Option<ProjectNow>> {
    let live = value.get("archived").and_then(Json::as_bool) == Some(false);
    let mut found = project_now(value)?;
    if found.standing == Standing::Live {
        found.standing = Standing::Archived;
        return Ok((!live).then_some(found));
    }
    Ok(Some(found))
}

/// A person of `GET /user/search` and its like.
pub(crate) fn person(value: Json<'_>) -> Read<User> {
    super::person::user(value).ok_or_else(|| "a person came without id and name".to_owned())
}
