//! One pull request as a finding, whichever shape it comes in.
//!
//! Must never be in here: requests.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Document;
use crate::{
    domain::{
        Finding, FindingEvent, FindingEventKind as Kind, FindingId, FindingKind, FindingState, Resolution, Responsible,
        SourceFlaw, time,
    },
    source::keys,
};

/// Which source is read, and for which repository it was asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground<'g> {
    pub(super) source: &'g str,
    pub(super) repository: Option<&'g str>,
}

/// Takes what an object holds: a pull request, an issue that is one, a review, a payload.
pub(super) fn take(object: &Value, ground: Ground<'_>, document: &mut Document) {
    if object["action"].is_string() {
        return payload(object, ground, document);
    }
    if object["pull_request_url"].is_string() && object["submitted_at"].is_string() {
        let review = pull_of(text(&object["pull_request_url"]).as_deref());
        let event = review.and_then(|of| Some((of, reviewed(object)?)));
        if event.is_none() {
            flaw(document, ground, "a review has no time or no pull request");
        }
        return document.reviews.extend(event);
    }
    if object["head"].is_object() || object["pull_request"].is_object() {
        return document.extend(pull(object, ground));
    }
    // Issues are listed together with pull requests.
    if !object["number"].is_u64() {
        flaw(document, ground, "what stands there is no pull request");
    }
}

/// A webhook's payload; those of other events hold no pull request and are no concern.
fn payload(payload: &Value, ground: Ground<'_>, document: &mut Document) {
    if !payload["pull_request"].is_object() {
        return;
    }
    let named = payload["repository"]["full_name"].as_str();
    let ground = Ground {
        repository: ground.repository.or(named),
        ..ground
    };
    let mut read = pull(&payload["pull_request"], ground);
    let event = reviewed(&payload["review"]);
    if let (Some(finding), Some(event)) = (&mut read.0, event) {
        finding.events.push(event);
        finding.events.sort_by_key(|event| event.at);
    }
    document.extend(read);
}

fn flaw(document: &mut Document, ground: Ground<'_>, reason: &str) {
    document.flaws.push(SourceFlaw {
        place: ground.repository.unwrap_or(ground.source).to_owned(),
        line: None,
        reason: reason.to_owned(),
    });
}

impl Document {
    fn extend(&mut self, (finding, flaws): (Option<Finding>, Vec<SourceFlaw>)) {
        self.findings.extend(finding);
        self.flaws.extend(flaws);
    }
}

/// Reads a pull request; what is missing but its number and repository is a flaw only.
fn pull(pull: &Value, ground: Ground<'_>) -> (Option<Finding>, Vec<SourceFlaw>) {
    let own = || text(&pull["base"]["repo"]["full_name"]);
    let repository = ground.repository.map(str::to_owned).or_else(own).or_else(|| {
        let address = text(&pull["url"]).or_else(|| text(&pull["html_url"]))?;
        Some(pull_of(Some(&address))?.rsplit_once('#')?.0.to_owned())
    });
    let place = repository.clone().unwrap_or_else(|| ground.source.to_owned());
    let mut flaws = Flaws { place, all: Vec::new() };
    let (Some(repository), Some(number)) = (repository, pull["number"].as_u64()) else {
        flaws.add("a pull request has no number or no repository");
        return (None, flaws.all);
    };
    flaws.place = format!("{repository}#{number}");
    let title = text(&pull["title"]).unwrap_or_else(|| {
        flaws.add("it has no title");
        String::new()
    });
    let id = FindingId {
        source: ground.source.to_owned(),
        external: external(&repository, number),
    };
    let mut finding = Finding::new(id, FindingKind::Remediation, title);
    finding.body = text(&pull["body"]).unwrap_or_default();
    finding.url = text(&pull["html_url"]);
    finding.reporter = login(&pull["user"]);
    finding.assignee = assignee(pull);
    finding.created = flaws.time(pull, "created_at");
    finding.updated = flaws.time(pull, "updated_at");
    let closed = flaws.time(pull, "closed_at");
    let merged = flaws.time(merge_of(pull), "merged_at");
    stand(&mut finding, pull, merged.is_some(), &mut flaws);
    finding.events = events(pull, &finding, merged, closed);
    finding.keys = named(pull, &finding);
    fields(&mut finding, pull, &repository, number);
    finding.origin = repository;
    (Some(finding), flaws.all)
}

/// The id that a pull request keeps; GitHub does not care about the case of repositories.
pub(super) fn external(repository: &str, number: u64) -> String {
    format!("{}#{number}", repository.to_lowercase())
}

/// Owner, name and number out of an id.
pub(super) fn parts_of(external: &str) -> Option<(&str, &str, u64)> {
    let (repository, number) = external.rsplit_once('#')?;
    let (owner, name) = repository.split_once('/')?;
    let plain = |text: &str| !text.is_empty() && text != "." && text != ".." && !text.contains('/');
    (plain(owner) && plain(name)).then_some(())?;
    Some((owner, name, number.parse().ok()?))
}

/// `https://api.github.com/repos/o/r/pulls/7` and `https://github.com/o/r/pull/7` as an id.
fn pull_of(address: Option<&str>) -> Option<String> {
    let mut parts = address?.rsplit('/');
    let number = parts.next()?.parse().ok()?;
    let kind = parts.next()?;
    let (name, owner) = (parts.next()?, parts.next()?);
    matches!(kind, "pulls" | "pull" | "issues").then(|| external(&format!("{owner}/{name}"), number))
}

/// Where it is told when it was merged: in itself, or where it is listed as an issue one level down.
fn merge_of(pull: &Value) -> &Value {
    if pull["pull_request"].is_object() {
        &pull["pull_request"]
    } else {
        pull
    }
}

fn stand(finding: &mut Finding, pull: &Value, merged: bool, flaws: &mut Flaws) {
    let state = text(&pull["state"]).unwrap_or_default();
    let merged = merged || pull["merged"] == true;
    let draft = pull["draft"] == true;
    let (native, state, resolution) = match state.to_ascii_lowercase().as_str() {
        _ if merged => ("merged", FindingState::Closed, Some(Resolution::Fixed)),
        "closed" => ("closed", FindingState::Closed, Some(Resolution::Withdrawn)),
        "open" if draft => ("draft", FindingState::InProgress, None),
        "open" => ("open", FindingState::Open, None),
        other => {
            flaws.add(format!("its state {other:?} is not known; it is taken as open"));
            ("open", FindingState::Open, None)
        }
    };
    native.clone_into(&mut finding.native_state);
    finding.state = state;
    finding.resolution = resolution;
}

fn assignee(pull: &Value) -> Option<Responsible> {
    let listed = pull["assignees"].as_array().into_iter().flatten();
    let name = login(&pull["assignee"]).or_else(|| listed.filter_map(login).next())?;
    Some(Responsible {
        name,
        email: None,
        group: false,
    })
}

fn events(pull: &Value, finding: &Finding, merged: Option<Timestamp>, closed: Option<Timestamp>) -> Vec<FindingEvent> {
    let event = |id: String, kind, native: &str, actor, at| FindingEvent {
        id,
        kind,
        native: native.to_owned(),
        actor,
        at,
        text: String::new(),
        internal: false,
    };
    let opened = finding.created.map(|at| {
        let actor = finding.reporter.clone();
        event("opened".to_owned(), Kind::PullRequestOpened, "opened", actor, at)
    });
    let ended = match (merged, closed) {
        (Some(at), _) => {
            let actor = login(&pull["merged_by"]);
            Some(event("merged".to_owned(), Kind::PullRequestMerged, "merged", actor, at))
        }
        // One that is opened again can be closed again.
        (None, Some(at)) => Some(event(
            format!("closed {at}"),
            Kind::PullRequestClosed,
            "closed",
            None,
            at,
        )),
        (None, None) => None,
    };
    opened.into_iter().chain(ended).collect()
}

/// A review as something that was written about it.
fn reviewed(review: &Value) -> Option<FindingEvent> {
    let id = review["id"].as_u64()?;
    let state = text(&review["state"]).unwrap_or_default().to_lowercase();
    Some(FindingEvent {
        id: format!("review {id}"),
        kind: Kind::Comment,
        native: format!("review-{}", state.replace('_', "-")),
        actor: login(&review["user"]),
        at: time::parse_timestamp(review["submitted_at"].as_str()?)?,
        text: text(&review["body"]).unwrap_or_default(),
        internal: false,
    })
}

/// Keys in title, branch and body.
fn named(pull: &Value, finding: &Finding) -> Vec<String> {
    let branch = text(&pull["head"]["ref"]).unwrap_or_default();
    keys::named_in([finding.title.as_str(), &branch, &finding.body])
}

fn fields(finding: &mut Finding, pull: &Value, repository: &str, number: u64) {
    let list = |name: &str, of: &dyn Fn(&Value) -> Option<String>| {
        let all = pull[name].as_array().into_iter().flatten();
        json!(all.filter_map(of).collect::<Vec<String>>())
    };
    let of_name = |value: &Value| text(&value["name"]);
    let merge = merge_of(pull);
    let findings = keys::findings_named_in(&finding.body);
    let mut put = |name: &str, value: Value| {
        let absent = value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty);
        if !absent {
            finding.fields.insert(name.to_owned(), value);
        }
    };
    put("repository", json!(repository));
    put("number", json!(number));
    put("branch", pull["head"]["ref"].clone());
    put("base", pull["base"]["ref"].clone());
    put("head_repository", pull["head"]["repo"]["full_name"].clone());
    put("labels", list("labels", &of_name));
    put("assignees", list("assignees", &login));
    put("requested_reviewers", list("requested_reviewers", &login));
    put("requested_teams", list("requested_teams", &of_name));
    put("milestone", pull["milestone"]["title"].clone());
    put("merged_by", json!(login(&pull["merged_by"])));
    put("merged_at", merge["merged_at"].clone());
    if merge["merged_at"].is_string() {
        // Of one that is open it is a trial that changes with its base.
        put("merge_commit_sha", pull["merge_commit_sha"].clone());
    }
    put("findings", json!(findings));
    for name in [
        "draft",
        "locked",
        "closed_at",
        "author_association",
        "commits",
        "additions",
        "deletions",
        "changed_files",
        "comments",
        "review_comments",
    ] {
        put(name, pull[name].clone());
    }
}

fn login(user: &Value) -> Option<String> {
    text(&user["login"])
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// What could not be read of one pull request.
struct Flaws {
    place: String,
    all: Vec<SourceFlaw>,
}

impl Flaws {
    fn add(&mut self, reason: impl Into<String>) {
        self.all.push(SourceFlaw {
            place: self.place.clone(),
            line: None,
            reason: reason.into(),
        });
    }

    fn time(&mut self, of: &Value, name: &str) -> Option<Timestamp> {
        let read = of[name].as_str().and_then(time::parse_timestamp);
        if read.is_none() && !of[name].is_null() {
            self.add(format!("its `{name}` is no time"));
        }
        read
    }
}
