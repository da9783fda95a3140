//! Pull requests as GitHub's JSON.
//!
//! Must never be in here: which of them are asked for.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    OWNER, REPOSITORIES,
    model::{Forge, Pull, Review, State},
};

/// `2026-11-20T09:30:00Z`
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn maybe(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| time(at).into())
}

/// Writes for a caller who reached the API at `base`.
pub(super) struct Wire<'w> {
    pub(super) forge: &'w Forge,
    /// `http://127.0.0.1:4711/github`
    pub(super) base: &'w str,
}

impl Wire<'_> {
    /// A pull request; one that is asked for by itself tells more.
    pub(super) fn pull(&self, pull: &Pull, whole: bool) -> Value {
        let api = format!("{}/repos/{}", self.base, full_name(pull.repository));
        let page = format!("{}/{}/pull/{}", self.base, full_name(pull.repository), pull.number);
        let ended = matches!(pull.state, State::Merged | State::Closed);
        let merged_at = maybe(pull.ended.filter(|_| pull.state == State::Merged));
        let sha = sha(pull.id);
        let assignee = pull.assignee.map_or(Value::Null, |who| self.user(who));
        let labels: Vec<Value> = pull.labels.iter().map(|name| label(name, &api)).collect();
        let mut json = json!({
            "url": format!("{api}/pulls/{}", pull.number),
            "id": pull.id, "node_id": format!("PR_{}", pull.id),
            "html_url": page, "diff_url": format!("{page}.diff"), "patch_url": format!("{page}.patch"),
            "issue_url": format!("{api}/issues/{}", pull.number),
            "number": pull.number, "state": if ended { "closed" } else { "open" }, "locked": false,
            "title": pull.title, "user": self.user(pull.by), "body": pull.body,
            "created_at": time(pull.created), "updated_at": time(pull.updated),
            "closed_at": maybe(pull.ended), "merged_at": merged_at,
            "merge_commit_sha": sha, "assignee": assignee,
            "assignees": pull.assignee.map(|who| self.user(who)).into_iter().collect::<Vec<_>>(),
            "requested_reviewers": [], "requested_teams": [], "labels": labels,
            "milestone": null, "draft": pull.state == State::Draft,
            "comments_url": format!("{api}/issues/{}/comments", pull.number),
            "commits_url": format!("{api}/pulls/{}/commits", pull.number),
            "head": self.head(pull, &sha), "base": self.branch(pull.repository, OWNER, "main", &sha),
            "author_association": if pull.fork.is_some() { "CONTRIBUTOR" } else { "MEMBER" },
            "auto_merge": null, "active_lock_reason": null,
        });
        if whole {
            let merged = pull.state == State::Merged;
            json["merged"] = merged.into();
            json["mergeable"] = if ended { Value::Null } else { true.into() };
            json["merged_by"] = if merged { self.user(0) } else { Value::Null };
            for (name, value) in [
                ("comments", 2),
                ("commits", 3),
                ("additions", 41),
                ("deletions", 7),
                ("changed_files", 4),
            ] {
                json[name] = value.into();
            }
        }
        json
    }

    /// Where the changes come from: a branch, one of a copy, or one of a copy that is gone.
    fn head(&self, pull: &Pull, sha: &str) -> Value {
        match pull.fork {
            None => self.branch(pull.repository, OWNER, &pull.branch, sha),
            Some(Some(owner)) => self.branch(pull.repository, owner, &pull.branch, sha),
            Some(None) => json!({
                "label": format!("unknown:{}", pull.branch), "ref": pull.branch, "sha": sha, "user": null, "repo": null,
            }),
        }
    }

    fn branch(&self, repository: usize, owner: &str, branch: &str, sha: &str) -> Value {
        json!({
            "label": format!("{owner}:{branch}"), "ref": branch, "sha": sha,
            "user": self.account(owner, "Organization"), "repo": self.repository(repository, owner),
        })
    }

    /// The number that a repository keeps when it is renamed.
    pub(super) fn number(&self, repository: usize) -> usize {
        100_403_908 + repository
    }

    /// A repository, or a copy of it.
    pub(super) fn repository(&self, repository: usize, owner: &str) -> Value {
        let name = REPOSITORIES.get(repository).copied().unwrap_or_default();
        json!({
            "id": self.number(repository), "node_id": format!("R_{repository}"), "name": name,
            "full_name": format!("{owner}/{name}"), "owner": self.account(owner, "Organization"),
            "private": false, "html_url": format!("{}/{owner}/{name}", self.base), "description": null,
            "fork": owner != OWNER, "url": format!("{}/repos/{owner}/{name}", self.base),
            "default_branch": "main", "archived": false,
        })
    }

    /// Somebody of the forge's people.
    pub(super) fn user(&self, who: usize) -> Value {
        let login = self.forge.people.get(who).copied().unwrap_or("ghost");
        self.account(login, if login.ends_with("[bot]") { "Bot" } else { "User" })
    }

    fn account(&self, login: &str, kind: &str) -> Value {
        let id = login
            .bytes()
            .fold(173_u32, |sum, byte| sum.wrapping_mul(33).wrapping_add(u32::from(byte)))
            % 9_000_000;
        json!({
            "login": login, "id": id, "node_id": format!("U_{id}"), "avatar_url": format!("{}/avatars/{id}", self.base),
            "url": format!("{}/users/{login}", self.base), "html_url": format!("{}/{login}", self.base),
            "type": kind, "site_admin": false,
        })
    }

    /// A review.
    pub(super) fn review(&self, pull: &Pull, review: &Review) -> Value {
        let api = format!(
            "{}/repos/{}/pulls/{}",
            self.base,
            full_name(pull.repository),
            pull.number
        );
        json!({
            "id": review.id, "node_id": format!("PRR_{}", review.id), "user": self.user(review.by),
            "body": review.body, "state": review.verdict, "pull_request_url": api,
            "html_url": format!("{}/{}/pull/{}#review-{}", self.base, full_name(pull.repository), pull.number, review.id),
            "author_association": "MEMBER", "submitted_at": time(review.at), "commit_id": sha(pull.id),
        })
    }
}

/// `example-pay/payments`
pub(super) fn full_name(repository: usize) -> String {
    format!("{OWNER}/{}", REPOSITORIES.get(repository).copied().unwrap_or_default())
}

fn label(name: &str, api: &str) -> Value {
    json!({
        "id": name.len(), "name": name, "color": "d73a4a", "default": false, "description": null,
        "url": format!("{api}/labels/{name}"),
    })
}

/// Forty hexadecimal digits, the same for the same number.
fn sha(id: u64) -> String {
    let part = |salt: u64| (id ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{:016x}{:016x}{:08x}", part(1), part(2), part(3) >> 32)
}
