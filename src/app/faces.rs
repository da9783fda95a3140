//! What the issue list shows instead of issues: loading, empty, no match, failed, nothing configured.
//!
//! Each face says what is the matter and what to do next.

use super::action::Action;
use super::event::NEEDS_SERVER;
use super::model::Model;
use super::role::{Line, Role};
use super::screens::sync::time_left;
use crate::domain::{ConnectionState, Problem, Run, RunState};
use crate::text::{clean_line, duration, thousands};

/// A face is lines in the middle of the list.
pub(crate) type Face = Vec<Line>;

/// What goes into a config to connect a first site; `y` copies it.
pub(crate) fn sample_config() -> &'static str {
    "[[connection]]\n\
     alias = \"acme\"\n\
     kind = \"cloud\"                 # or \"data-center\"\n\
     url = \"https://acme.atlassian.net\"\n\
     auth = { method = \"api-token\", email = \"me@example.com\", secret = { env = \"ACME_TOKEN\" } }\n"
}

/// The face in force, if the list has nothing to show.
pub(crate) fn face(model: &Model) -> Option<Face> {
    if !model.has_connections() && model.list().len() == 0 {
        return Some(welcome(model));
    }
    if model.list().len() > 0 {
        return None;
    }
    if let Some(live) = &model.home.live {
        return Some(match (&live.failed, live.problems.first(), live.done) {
            (Some(problem), ..) => failed("The servers could not be asked.", problem),
            (None, Some((alias, problem)), true) => {
                failed(&format!("{} could not answer.", clean_line(alias.as_str())), problem)
            }
            (None, _, true) => centred(
                "No issue matches on any server.",
                &["J edits the query · esc returns to the view"],
            ),
            (None, _, false) => centred("Asking the servers …", &["esc returns to the view"]),
        });
    }
    if let Some(problem) = model.list().problem() {
        return Some(match starting(model) {
            Some(face) if problem.kind == NEEDS_SERVER => face,
            _ => failed("This list could not be read.", problem),
        });
    }
    if !model.list().is_answered() {
        return Some(centred("Reading the cache …", &[]));
    }
    Some(empty(model))
}

/// Until every connection has been reached once, some questions have no answer yet, and that is no
/// failure.
fn starting(model: &Model) -> Option<Face> {
    if let Some(run) = first_pull(model) {
        return Some(loading(model, run));
    }
    let untried = |connection: &&ConnectionState| connection.last_success.is_none() && connection.problem.is_none();
    let connection = model.snapshot.connections.iter().find(untried)?;
    let alias = clean_line(connection.alias.as_str());
    Some(centred(
        &format!("Signing in to {alias} …"),
        &["4 shows how far each connection is"],
    ))
}

fn empty(model: &Model) -> Face {
    let all = model.list().total().unwrap_or_default();
    if !model.home.filter.is_empty() && all > 0 {
        let text = format!("Nothing matches \"{}\".", clean_line(&model.home.filter));
        let more = format!("{} issues without it · esc clears the filter", thousands(all as u64));
        return centred(&text, &[&more]);
    }
    if let Some(run) = first_pull(model) {
        return loading(model, run);
    }
    if let Some(tag) = &model.home.tag {
        let jql = clean_line(model.home.jql()).into_owned();
        return centred(
            &format!("No issue of this view has the tag {}.", clean_line(tag)),
            &[
                &format!("The view asks for: {jql}"),
                "esc clears the tag · # picks another · K shows what was asked",
            ],
        );
    }
    let never = model
        .snapshot
        .connections
        .iter()
        .find(|connection| connection.last_success.is_none());
    if let Some((connection, problem)) = never.and_then(|one| Some((one, one.problem.as_ref()?))) {
        let text = format!("{} has never been reached.", clean_line(connection.alias.as_str()));
        return failed(&text, problem);
    }
    if never.is_some() {
        return centred(
            "Nothing has been pulled yet.",
            &["r pulls now · 4 shows the connections"],
        );
    }
    let jql = clean_line(model.home.jql()).into_owned();
    centred(
        "No issue matches this view.",
        &[
            &format!("It asks for: {jql}"),
            "v picks another view · J edits the JQL · r asks Jira for news",
        ],
    )
}

/// The first pull that is under way, if any.
pub(crate) fn first_pull(model: &Model) -> Option<&Run> {
    let incomplete = |run: &&Run| {
        run.state == RunState::Running
            && model
                .connection(&run.alias)
                .is_some_and(|connection| !connection.complete)
    };
    model.snapshot.runs.iter().find(incomplete)
}

fn loading(model: &Model, run: &Run) -> Face {
    let alias = clean_line(run.alias.as_str());
    let mut facts = match run.expected {
        Some(expected) => format!("{} of {} issues", thousands(run.received), thousands(expected)),
        None => format!("{} issues so far", thousands(run.received)),
    };
    if let Some(left) = time_left(run, model.now) {
        facts.push_str(&format!(" · about {} left", duration(left)));
    }
    centred(
        &format!("Pulling {alias} for the first time …"),
        &[&facts, "issues appear as they arrive · 6 shows the log"],
    )
}

pub(crate) fn centred(headline: &str, more: &[&str]) -> Face {
    let mut lines = vec![Line::default().bold(headline, Role::Text)];
    lines.extend(more.iter().map(|text| Line::of(*text, Role::Muted)));
    lines
}

pub(crate) fn failed(headline: &str, problem: &Problem) -> Face {
    vec![
        Line::default().bold(headline, Role::Error),
        Line::of(clean_line(&problem.message).into_owned(), Role::Text),
        Line::of(clean_line(&problem.remedy).into_owned(), Role::Info),
    ]
}

fn welcome(model: &Model) -> Face {
    let connect = model.keymap.hint(Action::New).unwrap_or_default();
    let mut lines = vec![
        Line::default().bold(
            "crosstie keeps every Jira you use in one list, online or off.",
            Role::Text,
        ),
        Line::default(),
        Line::of("Look around first:  ", Role::Text).with("crosstie demo", Role::Code),
        Line::of("Connect your own:   ", Role::Text)
            .with(connect, Role::Key)
            .with(" asks for what is needed, step by step", Role::Muted),
        Line::default(),
        Line::of(
            format!("Or by hand, in {}:", clean_line(&model.config_path)),
            Role::Text,
        ),
        Line::default(),
    ];
    lines.extend(sample_config().lines().map(|line| Line::of(line, Role::Code)));
    lines.push(Line::default());
    lines.push(
        Line::of("y", Role::Key)
            .with(" copies it · then: ", Role::Muted)
            .with("crosstie connection test", Role::Code),
    );
    lines.push(Line::of(
        "a token: id.atlassian.com/manage-profile/security/api-tokens",
        Role::Link,
    ));
    lines
}
