//! What hangs on an issue: comments, links, files, history, and mentions of other issues.

use jiff::Timestamp;

use super::{count_of, instant_of, person, take, take_list, take_object, take_text, text, value, whole_of};
use crate::domain::{
    Attachment, Change, Comment, History, IssueLink, IssueRef, IssueType, ProjectRef, RichText, Status, StatusCategory,
    json::{Json, Object},
};

/// A workflow status.
pub(crate) fn status(value: Json<'_>) -> Option<Status> {
    let Json::Object(mut object) = value else {
        return text(value).map(|name| Status {
            name,
            ..Status::default()
        });
    };
    let category = take(&mut object, "statusCategory").map(category).unwrap_or_default();
    let id = take_text(&mut object, "id").unwrap_or_default();
    let name = take_text(&mut object, "name").unwrap_or_default();
    (!id.is_empty() || !name.is_empty()).then_some(Status { id, name, category })
}

/// By its key; by its fixed id where the key was left out.
fn category(value: Json<'_>) -> StatusCategory {
    match value {
        Json::Object(mut object) => match take_text(&mut object, "key") {
            Some(key) => StatusCategory::from_key(&key),
            None => match whole_of(&object, "id") {
                Some(2) => StatusCategory::New,
                Some(3) => StatusCategory::Done,
                Some(4) => StatusCategory::Indeterminate,
                _ => StatusCategory::Undefined,
            },
        },
        Json::String(key) => StatusCategory::from_key(&key),
        _ => StatusCategory::Undefined,
    }
}

/// An issue type.
pub(crate) fn issue_type(value: Json<'_>) -> Option<IssueType> {
    let subtask = value.get("subtask").and_then(Json::as_bool).unwrap_or(false);
    super::named(value).map(|named| IssueType {
        id: named.id,
        name: named.name,
        subtask,
    })
}

/// The project of an issue.
pub(crate) fn project(value: Json<'_>) -> Option<ProjectRef> {
    let Json::Object(mut object) = value else { return None };
    let id = take_text(&mut object, "id").unwrap_or_default();
    let key = take_text(&mut object, "key").unwrap_or_default();
    let name = take_text(&mut object, "name").unwrap_or_default();
    (!id.is_empty() || !key.is_empty()).then_some(ProjectRef { id, key, name })
}

/// Another issue, as parents, sub-tasks and links name it.
pub(crate) fn issue_ref(value: Json<'_>) -> Option<IssueRef> {
    let Json::Object(mut object) = value else { return None };
    let mut fields = take_object(&mut object, "fields").unwrap_or_default();
    let id = take_text(&mut object, "id").unwrap_or_default();
    let key = take_text(&mut object, "key").unwrap_or_default();
    (!id.is_empty() || !key.is_empty()).then(|| IssueRef {
        id,
        key,
        summary: take_text(&mut fields, "summary").unwrap_or_default(),
        status: take(&mut fields, "status").and_then(status),
    })
}

/// A link, phrased from the issue that holds it; `None` if it does not name the other end.
pub(crate) fn link(value: Json<'_>) -> Option<IssueLink> {
    let Json::Object(mut object) = value else { return None };
    let mut kind = take_object(&mut object, "type").unwrap_or_default();
    let (direction, other) = match take(&mut object, "outwardIssue").and_then(issue_ref) {
        Some(other) => ("outward", other),
        None => ("inward", take(&mut object, "inwardIssue").and_then(issue_ref)?),
    };
    Some(IssueLink {
        relation: take_text(&mut kind, direction).unwrap_or_else(|| "relates to".to_owned()),
        kind: take_text(&mut kind, "name").unwrap_or_default(),
        other,
    })
}

/// A file; old servers tell its id only at the end of its address.
pub(crate) fn attachment(value: Json<'_>) -> Option<Attachment> {
    let Json::Object(mut object) = value else { return None };
    let id = take_text(&mut object, "id").or_else(|| {
        let address = take_text(&mut object, "self")?;
        address.rsplit('/').next().map(str::to_owned)
    })?;
    Some(Attachment {
        id,
        filename: take_text(&mut object, "filename").unwrap_or_default(),
        size: count_of(&object, "size").unwrap_or_default(),
        mime: take_text(&mut object, "mimeType").unwrap_or_default(),
        author: take(&mut object, "author").and_then(person::user),
        created: instant_of(&object, "created"),
    })
}

/// A comment; one without a date takes `fallback`, since its text must not be lost over that.
pub(crate) fn comment(value: Json<'_>, fallback: Timestamp) -> Option<Comment> {
    let Json::Object(mut object) = value else { return None };
    let created = instant_of(&object, "created").or_else(|| instant_of(&object, "updated"));
    let created = created.unwrap_or(fallback);
    let visibility = take_object(&mut object, "visibility").and_then(|mut limit| take_text(&mut limit, "value"));
    Some(Comment {
        id: take_text(&mut object, "id")?,
        author: take(&mut object, "author").and_then(person::user),
        body: take(&mut object, "body")
            .and_then(value::rich)
            .unwrap_or_else(|| RichText::Wiki(String::new())),
        created,
        updated: instant_of(&object, "updated").unwrap_or(created),
        visibility,
    })
}

/// The comments that an issue carried, oldest first, and how many there are in all.
pub(crate) fn comments(container: Option<Json<'_>>, fallback: Timestamp) -> (Vec<Comment>, u32) {
    let (list, total) = match container {
        Some(Json::Object(mut object)) => {
            let total = count_of(&object, "total");
            (take_list(&mut object, "comments"), total)
        }
        Some(Json::Array(list)) => (list, None),
        _ => (Vec::new(), None),
    };
    let mut comments: Vec<Comment> = list.into_iter().filter_map(|value| comment(value, fallback)).collect();
    comments.sort_by_key(|comment| comment.created);
    let total = total.unwrap_or_default().max(comments.len() as u64);
    (comments, u32::try_from(total).unwrap_or(u32::MAX))
}

/// One entry of a changelog; `None` without an id or a date.
pub(crate) fn history(value: Json<'_>) -> Option<History> {
    let Json::Object(mut object) = value else { return None };
    Some(History {
        id: take_text(&mut object, "id")?,
        author: take(&mut object, "author").and_then(person::user),
        created: instant_of(&object, "created")?,
        items: take_list(&mut object, "items").into_iter().filter_map(change).collect(),
    })
}

fn change(value: Json<'_>) -> Option<Change> {
    let Json::Object(mut object) = value else { return None };
    let field_id = take_text(&mut object, "fieldId");
    let mut kept = |key: &str| take(&mut object, key).and_then(text);
    Some(Change {
        field: kept("field").or_else(|| field_id.clone())?,
        from: kept("from"),
        from_text: kept("fromString"),
        to: kept("to"),
        to_text: kept("toString"),
        field_id,
    })
}

/// The changelog of an expanded issue, oldest first, and whether it reaches back to the beginning.
pub(crate) fn changelog(container: Option<Object<'_>>) -> (Vec<History>, bool) {
    let Some(mut object) = container else {
        return (Vec::new(), false);
    };
    let total = count_of(&object, "total");
    let list = take_list(&mut object, "histories");
    let told = list.len() as u64;
    let complete = total.is_none_or(|total| total <= told);
    (oldest_first(list.into_iter().filter_map(history).collect()), complete)
}

/// By date; entries of the same instant by number, as they were made.
pub(crate) fn oldest_first(mut entries: Vec<History>) -> Vec<History> {
    entries.sort_by_cached_key(|entry| (entry.created, entry.id.parse::<u64>().unwrap_or_default()));
    entries
}
