//! Suggestions while somebody types: groups, people, labels, issues.

use serde_json::{Value, json};

use super::{Call, completion::highlight, user};
use crate::sandbox::{
    model::{CustomValue, Field, FieldIdx, FieldKind, Issue, IssueIdx, UserIdx, World},
    server::message::{Answer, Reply},
    wire::{escape_html, people::group_id},
};

/// How many suggestions come unless told otherwise.
const SUGGESTED: usize = 20;
/// How many issues each section suggests.
const ISSUES: usize = 20;

/// `GET groups/picker`
pub(super) fn groups(call: &Call<'_>) -> Answer {
    let world = call.world();
    let typed = call.request.param("query").unwrap_or_default().to_lowercase();
    let excluded = call.request.list("exclude");
    let fits = |name: &str| name.to_lowercase().contains(&typed) && !excluded.iter().any(|other| other == name);
    let mut names: Vec<&str> = world.groups.iter().map(|group| group.name.as_str()).collect();
    names.retain(|name| call.user.is_some() && fits(name));
    names.sort_unstable();
    let page = call.page(SUGGESTED, 1000)?;
    let shown = page.of(&names);
    let group = |name: &&str| {
        let mut json = json!({"name": name, "html": bold(name, &typed), "labels": []});
        if call.cloud() {
            json["groupId"] = group_id(name).into();
        }
        json
    };
    Ok(Reply::ok(&json!({
        "header": format!("Showing {} of {} matching groups", shown.len(), names.len()),
        "total": names.len(), "groups": shown.iter().map(group).collect::<Vec<_>>(),
    })))
}

/// `GET user/picker`, and the address that fields for people name.
pub(super) fn users(call: &Call<'_>) -> Answer {
    let world = call.world();
    let typed = call.request.param("query").unwrap_or_default();
    let found = if call.user.is_some() {
        user::matching(&world, typed, user::Find::Prefix)
    } else {
        Vec::new()
    };
    let page = call.page(50, 1000)?;
    let shown = page.of(&found);
    let one = |idx: &UserIdx| {
        let account = world.user(*idx);
        let mut json = json!({
            "displayName": &*account.display, "html": bold(&account.display, typed),
            "avatarUrl": call.wire(&world).avatars("useravatar", "ownerId", &account.key)["16x16"],
        });
        if call.cloud() {
            json["accountId"] = account.account_id.as_str().into();
            json["accountType"] = account.kind.word().into();
        } else {
            json["name"] = account.name.as_str().into();
            json["key"] = account.key.as_str().into();
        }
        json
    };
    Ok(Reply::ok(&json!({
        "users": shown.iter().map(one).collect::<Vec<_>>(), "total": found.len(),
        "header": format!("Showing {} of {} matching users", shown.len(), found.len()),
    })))
}

/// `GET /rest/api/1.0/labels/suggest`
pub(super) fn labels(call: &Call<'_>) -> Answer {
    suggest_labels(call, |issue| issue.labels.iter().map(|label| &**label).collect())
}

/// `GET /rest/api/1.0/labels/{}/suggest`: of a field that holds labels.
pub(super) fn field_labels(call: &Call<'_>) -> Answer {
    let wanted = call.part(0).trim_start_matches("customfield_").to_owned();
    let field = call.world().fields.iter().position(|field: &Field| {
        field.kind == FieldKind::Labels && field.custom.is_some_and(|number| number.to_string() == wanted)
    });
    suggest_labels(call, |issue| {
        let value = field.and_then(|at| issue.custom_value(FieldIdx::of(at)));
        match value {
            Some(CustomValue::Labels(labels)) => labels.iter().map(|label| &**label).collect(),
            _ => Vec::new(),
        }
    })
}

fn suggest_labels(call: &Call<'_>, of: impl Fn(&Issue) -> Vec<&str>) -> Answer {
    let world = call.world();
    let typed = call.request.param("query").unwrap_or_default();
    let viewer = call.viewer();
    let lower = typed.to_lowercase();
    let mut labels: Vec<&str> = world.visible(&viewer).flat_map(|idx| of(world.issue(idx))).collect();
    labels.retain(|label| label.to_lowercase().starts_with(&lower));
    labels.sort_unstable();
    labels.dedup();
    let one = |label: &&str| json!({"label": label, "html": bold(label, typed)});
    let suggestions: Vec<Value> = labels.iter().take(SUGGESTED).map(one).collect();
    Ok(Reply::ok(&json!({"token": typed, "suggestions": suggestions})))
}

/// `GET issue/picker`: recent issues whose key or summary has the words, and those of the current search.
pub(super) fn issues(call: &Call<'_>) -> Answer {
    let world = call.world();
    let request = call.request;
    let typed = request.param("query").unwrap_or_default().trim().to_owned();
    let subtasks = request.param("showSubTasks") != Some("false");
    let project = request.param("currentProjectId");
    let wanted = |idx: &IssueIdx| {
        let issue = world.issue(*idx);
        let own = world.project(issue.project);
        let in_project = project.is_none_or(|wanted| own.id.to_string() == wanted || own.key == wanted);
        let is_current = request.param("currentIssueKey").is_some_and(|key| *key == *issue.key);
        let has_level = subtasks || !world.issue_type(issue.issue_type).subtask;
        in_project && !is_current && has_level && has_words(&world, *idx, &typed)
    };
    let viewer = call.viewer();
    let mut recent: Vec<IssueIdx> = world.visible(&viewer).filter(wanted).collect();
    recent.sort_by_key(|idx| std::cmp::Reverse((world.issue(*idx).updated, *idx)));
    let mut sections = vec![section(call, &world, ("hs", "History Search"), &recent, &typed)];
    if let Some(jql) = request.param("currentJQL") {
        let found = world.search(&viewer, jql).unwrap_or_default();
        let found: Vec<IssueIdx> = found.into_iter().filter(wanted).collect();
        sections.push(section(call, &world, ("cs", "Current Search"), &found, &typed));
    }
    Ok(Reply::ok(&json!({"sections": sections})))
}

/// Every typed word begins a word of the summary, or is in the key.
fn has_words(world: &World, idx: IssueIdx, typed: &str) -> bool {
    let issue = world.issue(idx);
    let summary = issue.summary.to_lowercase();
    let key = issue.key.to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| {
        key.contains(word)
            || summary
                .split(|c: char| !c.is_alphanumeric())
                .any(|own| own.starts_with(word))
    })
}

fn section(call: &Call<'_>, world: &World, (id, label): (&str, &str), found: &[IssueIdx], typed: &str) -> Value {
    let shown = &found[..found.len().min(ISSUES)];
    let one = |idx: &IssueIdx| {
        let issue = world.issue(*idx);
        let kind = world.issue_type(issue.issue_type);
        let mut json = json!({
            "key": &*issue.key, "keyHtml": bold(&issue.key, typed),
            "img": format!("/secure/viewavatar?size=xsmall&avatarId={}&avatarType=issuetype", kind.id),
            "summary": bold(&issue.summary, typed), "summaryText": &*issue.summary,
        });
        if call.cloud() {
            json["id"] = issue.id.into();
        }
        json
    };
    json!({
        "label": label, "id": id, "issues": shown.iter().map(one).collect::<Vec<_>>(),
        "sub": format!("Showing {} of {} matching issues", shown.len(), found.len()),
    })
}

/// HTML with what was typed in bold, as far as a word begins with it.
fn bold(text: &str, typed: &str) -> String {
    highlight(text, typed).unwrap_or_else(|| escape_html(text))
}
