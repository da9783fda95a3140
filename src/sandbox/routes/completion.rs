//! What a query editor needs: fields, operators, functions, and values that begin with something.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Call;
use crate::sandbox::{
    eval::functions,
    model::{Field, FieldKind, SystemField, World},
    server::message::{Answer, Reply},
    wire::escape_html,
};

/// How many suggestions come at a time.
const SUGGESTIONS: usize = 15;

/// Words that must be quoted.
const RESERVED: &str = "abort access add after alias all alter and any as asc audit avg before begin between boolean \
    break by byte catch cf changed char character check checkpoint collate collation column commit connect continue \
    count create current date decimal declare decrement default defaults define delete delimiter desc difference \
    distinct divide do double drop during else empty encoding end equals escape exclusive exec execute exists explain \
    false fetch field file first float for from function go goto grant greater group having identified if immediate \
    in increment index initial inner inout input insert int integer intersect intersection into is isempty isnull \
    join last left less like limit lock long max min minus mode modify modulo more multiply next noaudit not notin \
    nowait null number object of on option or order outer output power previous prior privileges public raise raw \
    remainder rename resource return returns revoke right row rowid rownum rows select session set share size sqrt \
    start strict string subtract sum synonym table then to trans transaction trigger true uid union unique update \
    user validate values view was when whenever where while with";

/// The Java type of what a function gives.
fn function_type(name: &str) -> &'static str {
    match name {
        "currentUser" | "membersOf" => "com.atlassian.jira.user.ApplicationUser",
        "openSprints" | "closedSprints" | "futureSprints" => "com.atlassian.greenhopper.service.sprint.Sprint",
        "standardIssueTypes" | "subTaskIssueTypes" => "com.atlassian.jira.issue.issuetype.IssueType",
        "componentsLeadByUser" => "com.atlassian.jira.bc.project.component.ProjectComponent",
        "cascadeOption" => "com.atlassian.jira.issue.customfields.option.Option",
        name if name.contains("Version") => "com.atlassian.jira.project.version.Version",
        name if name.starts_with("projects") => "com.atlassian.jira.project.Project",
        name if name.contains("ssue") || name == "updatedBy" => "com.atlassian.jira.issue.Issue",
        _ => "java.util.Date",
    }
}

/// `GET jql/autocompletedata`
pub(super) fn data(call: &Call<'_>) -> Answer {
    let world = call.world();
    let fields: Vec<Value> = world
        .fields
        .iter()
        .filter(|field| !field.clause_names.is_empty())
        .map(|field| describe(&world, field))
        .collect();
    let functions: Vec<Value> = functions::names()
        .map(|(name, list)| {
            let call = format!("{name}()");
            let mut json = json!({"value": call, "displayName": call, "types": [function_type(name)]});
            if list {
                json["isList"] = "true".into();
            }
            json
        })
        .collect();
    Ok(Reply::ok(&json!({
        "visibleFieldNames": fields,
        "visibleFunctionNames": functions,
        "jqlReservedWords": RESERVED.split_whitespace().collect::<Vec<_>>(),
    })))
}

/// A field for the editor. Its truth values are texts.
fn describe(world: &World, field: &Field) -> Value {
    let (operators, kind) = shape(field);
    let name = field.clause_names.last().map_or(field.name.as_str(), String::as_str);
    let display = match field.custom {
        Some(number) => format!("{} - cf[{number}]", field.name),
        None => name.to_owned(),
    };
    let mut json = json!({
        "value": if field.custom.is_some() { quoted(&field.name) } else { name.to_owned() },
        "displayName": display,
        "orderable": can_sort(field).to_string(),
        "searchable": field.searchable.to_string(),
        "operators": operators,
        "types": [kind],
    });
    if let Some(number) = field.custom {
        json["cfid"] = format!("cf[{number}]").into();
    }
    if !candidates(world, field).is_empty() {
        json["auto"] = "true".into();
    }
    json
}

/// Queries can be ordered by most fields; being on a screen, which `GET field` calls orderable, is another matter.
fn can_sort(field: &Field) -> bool {
    use SystemField as S;
    let never = [S::Comment, S::Attachment, S::Links, S::Subtasks, S::Worklog];
    field.searchable && !matches!(field.kind, FieldKind::System(system) if never.contains(&system))
}

fn quoted(name: &str) -> String {
    if name.chars().all(char::is_alphanumeric) {
        name.to_owned()
    } else {
        format!("\"{name}\"")
    }
}

const CHOICE: &[&str] = &["=", "!=", "in", "not in", "is", "is not"];
const HISTORY: &[&str] = &[
    "=",
    "!=",
    "in",
    "not in",
    "is",
    "is not",
    "was",
    "was in",
    "was not",
    "was not in",
    "changed",
];
const RANGE: &[&str] = &["=", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not"];
const TEXT: &[&str] = &["~", "!~", "is", "is not"];

/// The operators a field takes, and the Java type of its values.
fn shape(field: &Field) -> (&'static [&'static str], &'static str) {
    use SystemField as S;
    match field.kind {
        FieldKind::System(system) => match system {
            S::Status => (HISTORY, "com.atlassian.jira.issue.status.Status"),
            S::Priority => (HISTORY, "com.atlassian.jira.issue.priority.Priority"),
            S::Resolution => (HISTORY, "com.atlassian.jira.issue.resolution.Resolution"),
            S::Assignee | S::Reporter => (HISTORY, "com.atlassian.jira.user.ApplicationUser"),
            S::FixVersions => (HISTORY, "com.atlassian.jira.project.version.Version"),
            S::Creator => (CHOICE, "com.atlassian.jira.user.ApplicationUser"),
            S::Project => (CHOICE, "com.atlassian.jira.project.Project"),
            S::Type => (CHOICE, "com.atlassian.jira.issue.issuetype.IssueType"),
            S::Components => (CHOICE, "com.atlassian.jira.bc.project.component.ProjectComponent"),
            S::AffectsVersions => (RANGE, "com.atlassian.jira.project.version.Version"),
            S::Created | S::Updated | S::Due | S::Resolved | S::LastViewed | S::StatusCategoryChanged => {
                (RANGE, "java.util.Date")
            }
            S::Summary | S::Description | S::Environment | S::Comment => (TEXT, "java.lang.String"),
            S::Key => (RANGE, "com.atlassian.jira.issue.Issue"),
            S::Votes | S::Watches | S::WorkRatio | S::OriginalEstimate | S::RemainingEstimate | S::TimeSpent => {
                (RANGE, "java.lang.Number")
            }
            _ => (CHOICE, "java.lang.String"),
        },
        FieldKind::Number => (RANGE, "java.lang.Number"),
        FieldKind::Date | FieldKind::DateTime => (RANGE, "java.util.Date"),
        FieldKind::Text | FieldKind::RichText | FieldKind::EpicName => (TEXT, "java.lang.String"),
        FieldKind::User | FieldKind::Users => (CHOICE, "com.atlassian.jira.user.ApplicationUser"),
        FieldKind::Sprint => (CHOICE, "com.atlassian.greenhopper.service.sprint.Sprint"),
        _ => (CHOICE, "java.lang.String"),
    }
}

/// `GET jql/autocompletedata/suggestions`
pub(super) fn suggestions(call: &Call<'_>) -> Answer {
    let request = call.request;
    let Some(name) = request.param("fieldName") else {
        return Err(Reply::error(
            StatusCode::BAD_REQUEST,
            "The 'fieldName' query parameter is required.",
        ));
    };
    let world = call.world();
    let found = if call.user.is_some() {
        candidates_by_name(&world, name)
    } else {
        Vec::new()
    };
    let typed = request
        .param("fieldValue")
        .or_else(|| request.param("predicateValue"))
        .unwrap_or_default();
    let results: Vec<Value> = found
        .iter()
        .filter_map(|(value, display)| Some(json!({"value": value, "displayName": highlight(display, typed)?})))
        .take(SUGGESTIONS)
        .collect();
    Ok(Reply::ok(&json!({"results": results})))
}

fn candidates_by_name(world: &World, name: &str) -> Vec<(String, String)> {
    let name = name.trim_matches('"');
    let is_it = |field: &&Field| {
        let number = field.custom.map(|number| format!("cf[{number}]"));
        field
            .clause_names
            .iter()
            .chain([&field.name, &field.id])
            .chain(&number)
            .any(|own| own.eq_ignore_ascii_case(name))
    };
    world
        .fields
        .iter()
        .find(is_it)
        .map(|field| candidates(world, field))
        .unwrap_or_default()
}

/// Values of a field with what people see of them.
fn candidates(world: &World, field: &Field) -> Vec<(String, String)> {
    use SystemField as S;
    fn same<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
        let mut names: Vec<_> = names.map(|name| (name.to_owned(), name.to_owned())).collect();
        names.sort_unstable();
        names.dedup();
        names
    }
    match field.kind {
        FieldKind::System(S::Status) => same(world.statuses.iter().map(|status| &*status.name)),
        FieldKind::System(S::StatusCategory) => same(["To Do", "In Progress", "Done"].into_iter()),
        FieldKind::System(S::Priority) => same(world.priorities.iter().map(|priority| &*priority.name)),
        FieldKind::System(S::Resolution) => same(world.resolutions.iter().map(|resolution| &*resolution.name)),
        FieldKind::System(S::Type) => same(world.issue_types.iter().map(|kind| &*kind.name)),
        FieldKind::System(S::Components) => same(world.components.iter().map(|component| &*component.name)),
        FieldKind::System(S::FixVersions | S::AffectsVersions) => {
            same(world.versions.iter().map(|version| &*version.name))
        }
        FieldKind::System(S::Project) => world
            .projects
            .iter()
            .filter(|project| !project.archived)
            .map(|project| (project.key.clone(), format!("{} ({})", project.name, project.key)))
            .collect(),
        FieldKind::System(S::Assignee | S::Reporter | S::Creator) | FieldKind::User | FieldKind::Users => people(world),
        FieldKind::System(S::Labels) => same(all_labels(world).into_iter()),
        FieldKind::Sprint => same(world.sprints.iter().map(|sprint| &*sprint.name)),
        FieldKind::Select | FieldKind::MultiSelect | FieldKind::Cascading | FieldKind::Team => {
            same(field.options.iter().map(|option| option.value.as_str()))
        }
        _ => Vec::new(),
    }
}

fn people(world: &World) -> Vec<(String, String)> {
    let active = world.users.iter().filter(|user| user.active && !user.deleted);
    active
        .map(|user| {
            let value = match world.flavour {
                crate::sandbox::model::Flavour::Cloud => user.account_id.clone(),
                crate::sandbox::model::Flavour::DataCenter => user.name.clone(),
            };
            (value, user.display.to_string())
        })
        .collect()
}

fn all_labels(world: &World) -> Vec<&str> {
    let issues = (0..world.issue_count()).map(crate::sandbox::model::IssueIdx::of);
    let mut labels: Vec<&str> = issues
        .flat_map(|idx| world.issue(idx).labels.iter().map(|label| &**label))
        .collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

/// The text as HTML with the typed beginning of a word in bold; `None` if no word begins so.
pub(super) fn highlight(text: &str, typed: &str) -> Option<String> {
    let typed = typed.trim().trim_matches('"');
    if typed.is_empty() {
        return Some(escape_html(text));
    }
    let starts = text.char_indices().map(|(at, _)| at).filter(|at| {
        text[..*at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric())
    });
    let end_of = |at: usize| {
        let mut left = typed.chars().flat_map(char::to_lowercase).peekable();
        for (offset, character) in text[at..].char_indices() {
            for lower in character.to_lowercase() {
                left.next_if_eq(&lower)?;
            }
            if left.peek().is_none() {
                return Some(at + offset + character.len_utf8());
            }
        }
        None
    };
    let (start, end) = starts.filter_map(|at| Some((at, end_of(at)?))).next()?;
    let [before, hit, after] = [&text[..start], &text[start..end], &text[end..]].map(escape_html);
    Some(format!("{before}<b>{hit}</b>{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_typed_beginning_of_a_word_is_bold_and_the_rest_is_harmless() {
        for (text, typed, html) in [
            ("ActiveObjects (AO)", "ac", Some("<b>Ac</b>tiveObjects (AO)")),
            ("Atlassian Connect (AC)", "con", Some("Atlassian <b>Con</b>nect (AC)")),
            ("<script> & co", "scr", Some("&lt;<b>scr</b>ipt&gt; &amp; co")),
            ("Überfällig", "ÜBER", Some("<b>Über</b>fällig")),
            ("Done", "", Some("Done")),
            ("Undone", "done", None),
            ("İstanbul", "i", None),
        ] {
            assert_eq!(highlight(text, typed).as_deref(), html, "{text} / {typed}");
        }
    }
}
