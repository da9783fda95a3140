//! What the user asked to be refreshed: under way until its runs end, then told in one sentence.
//!
//! Runs that nobody asked for are the sync log's business, not this one's.

use jiff::Timestamp;

use super::event::Tone;
use super::model::Model;
use crate::domain::{Alias, Run, RunKind, RunState};
use crate::text::{clean_line, thousands};

/// After that long without a run there is something in the way of it.
const PATIENCE: i64 = 15;

/// Connections that were asked for news.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refresh {
    awaited: Vec<Awaited>,
    /// What ended well so far.
    told: Vec<String>,
}

#[derive(Debug, Clone)]
struct Awaited {
    alias: Alias,
    /// The last run that had ended when the user asked.
    before: i64,
    since: Timestamp,
}

impl Refresh {
    /// Whom news are awaited from, for the status line.
    pub(crate) fn names(&self) -> Option<String> {
        let names: Vec<_> = self
            .awaited
            .iter()
            .map(|awaited| clean_line(awaited.alias.as_str()))
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// Waits for the next end of a run of each connection.
pub(crate) fn await_runs(model: &mut Model, aliases: &[Alias]) {
    for alias in aliases {
        let ended = |run: &&Run| run.alias == *alias && run.state != RunState::Running;
        let before = model.snapshot.runs.iter().filter(ended).map(|run| run.id).max();
        let awaited = &mut model.refresh.awaited;
        awaited.retain(|other| other.alias != *alias);
        awaited.push(Awaited {
            alias: alias.clone(),
            before: before.unwrap_or(i64::MIN),
            since: model.now,
        });
    }
}

/// Tells what came of what has ended.
pub(crate) fn settle(model: &mut Model) {
    let mut refresh = std::mem::take(&mut model.refresh);
    if refresh.awaited.is_empty() {
        return;
    }
    refresh.awaited.retain(|awaited| {
        let outcome = outcome(model, awaited);
        match &outcome {
            Some(Ok(text)) => refresh.told.push(text.clone()),
            Some(Err(text)) => model.complain(text.clone()),
            None => {}
        }
        outcome.is_none()
    });
    if refresh.awaited.is_empty() && !refresh.told.is_empty() {
        model.say(Tone::Good, refresh.told.join(" · "));
        refresh.told.clear();
    }
    model.refresh = refresh;
}

/// `None` while it is under way.
fn outcome(model: &Model, awaited: &Awaited) -> Option<Result<String, String>> {
    let runs = || model.snapshot.runs.iter().filter(|run| run.alias == awaited.alias);
    let ended = runs()
        .filter(|run| run.state != RunState::Running && run.id > awaited.before)
        .max_by_key(|run| run.id);
    let alias = clean_line(awaited.alias.as_str());
    if let Some(run) = ended {
        let last = runs().filter(|run| run.id <= awaited.before).max_by_key(|run| run.id);
        // What is known already stands in the status row, and needs nobody's esc again.
        return Some(match last.is_some_and(|last| fails_alike(last, run)) {
            true => Ok(format!("{alias}: fails as before")),
            false => told(run),
        });
    }
    let gone = model.connection(&awaited.alias).is_none();
    let running = runs().any(|run| run.state == RunState::Running);
    let long = model.now.as_second() - awaited.since.as_second() >= PATIENCE;
    match (gone, running, long) {
        (true, ..) => Some(Err(format!("{alias}: no longer a connection"))),
        (_, false, true) => Some(Err(format!(
            "{alias}: its run has not begun · 6 says what it waits for"
        ))),
        _ => None,
    }
}

fn fails_alike(last: &Run, run: &Run) -> bool {
    let kind = |run: &Run| match run.state {
        RunState::Failed => run.problem.as_ref().map(|problem| problem.kind.clone()),
        _ => None,
    };
    kind(run).is_some_and(|failed| kind(last).as_ref() == Some(&failed))
}

fn told(run: &Run) -> Result<String, String> {
    let alias = clean_line(run.alias.as_str());
    match (run.state, &run.problem) {
        (RunState::Failed, Some(problem)) => {
            let (message, remedy) = (clean_line(&problem.message), clean_line(&problem.remedy));
            let message = if message.starts_with(alias.as_ref()) {
                message.into_owned()
            } else {
                format!("{alias}: {message}")
            };
            Err(format!("{message} · {remedy}"))
        }
        (RunState::Failed, None) => Err(format!("{alias}: failed · 6 says why")),
        (RunState::Interrupted, _) => Err(format!("{alias}: interrupted · r starts it again")),
        (RunState::Ok | RunState::Running, _) => Ok(format!("{alias}: {}", news(run))),
    }
}

/// `nothing new`, or `2 new, 3 changed, 1 gone`.
pub(crate) fn news(run: &Run) -> String {
    let counts = [(run.new, "new"), (run.changed, "changed"), (run.gone, "gone")];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", thousands(count)))
        .collect();
    if parts.is_empty() {
        "nothing new".to_owned()
    } else {
        parts.join(", ")
    }
}

/// Whether a run has more to tell than that it is under way: how far it is.
pub(crate) fn tells_progress(run: &Run) -> bool {
    run.kind == RunKind::First && run.expected.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::{model, press, said};
    use crate::app::{Event, update};
    use crate::domain::{Problem, Snapshot};

    fn run(id: i64, alias: &str, state: RunState, changed: u64) -> Run {
        let problem = (state == RunState::Failed).then(|| Problem {
            kind: "auth".to_owned(),
            message: format!("{alias} refused the sign-in"),
            remedy: "Check the token.".to_owned(),
        });
        Run {
            id,
            alias: Alias::from(alias),
            kind: RunKind::Delta,
            state,
            started: Timestamp::UNIX_EPOCH,
            ended: None,
            expected: None,
            requests: 1,
            bytes: 0,
            received: 0,
            new: 0,
            changed,
            gone: 0,
            sent: 0,
            problem,
        }
    }

    fn take(model: &mut Model, runs: Vec<Run>) {
        let connections = model.snapshot.connections.clone();
        model.take_snapshot(Snapshot {
            connections,
            runs,
            log: Vec::new(),
        });
    }

    #[test]
    fn a_refresh_ends_with_its_runs_and_tells_what_came_of_them() {
        use RunState::{Ok, Running};
        let mut model = model();
        take(&mut model, vec![run(1, "acme", Ok, 9)]);
        press(&mut model, "r");
        assert_eq!(model.refresh.names().as_deref(), Some("acme, lab"));
        let before = || run(1, "acme", Ok, 9);
        take(&mut model, vec![run(2, "acme", Running, 0), before()]);
        assert_eq!(
            model.refresh.names().as_deref(),
            Some("acme, lab"),
            "what ended before is no answer"
        );
        take(
            &mut model,
            vec![run(3, "lab", Running, 0), run(2, "acme", Ok, 0), before()],
        );
        assert_eq!((model.refresh.names().as_deref(), said(&model)), (Some("lab"), ""));
        take(
            &mut model,
            vec![run(3, "lab", Ok, 1203), run(2, "acme", Ok, 0), before()],
        );
        assert_eq!(model.refresh.names(), None);
        assert_eq!(said(&model), "acme: nothing new · lab: 1,203 changed");
    }

    #[test]
    fn a_run_under_way_answers_too() {
        let mut model = model();
        take(&mut model, vec![run(5, "lab", RunState::Running, 0)]);
        press(&mut model, "4 j r");
        take(&mut model, vec![run(5, "lab", RunState::Ok, 2)]);
        assert_eq!(said(&model), "lab: 2 changed");
    }

    #[test]
    fn a_failure_stays_until_it_is_looked_at() {
        let mut model = model();
        press(&mut model, "4 j r");
        take(&mut model, vec![run(1, "lab", RunState::Failed, 0)]);
        assert_eq!(said(&model), "lab refused the sign-in · Check the token.");
        update(&mut model, Event::Tick(Timestamp::from_second(900).unwrap()));
        assert_ne!(said(&model), "");
        press(&mut model, "esc");
        assert_eq!(said(&model), "");
        assert_eq!(
            model.screen(),
            crate::app::Screen::Connections,
            "the key was the message's"
        );
        press(&mut model, "esc");
        assert_eq!(model.screen(), crate::app::Screen::Issues);
    }

    #[test]
    fn what_never_begins_is_not_waited_for_for_ever() {
        let mut model = model();
        press(&mut model, "4 j r");
        update(&mut model, Event::Tick(Timestamp::from_second(PATIENCE - 1).unwrap()));
        assert_eq!(model.refresh.names().as_deref(), Some("lab"));
        update(&mut model, Event::Tick(Timestamp::from_second(PATIENCE).unwrap()));
        assert_eq!(model.refresh.names(), None);
        assert!(
            said(&model).starts_with("lab: its run has not begun"),
            "{}",
            said(&model)
        );
    }

    #[test]
    fn messages_can_be_read_again() {
        let mut model = model();
        press(&mut model, "!");
        assert_eq!(said(&model), "nothing has been said yet");
        update(&mut model, Event::Said(Tone::Bad, "no browser".to_owned()));
        let copied = press(&mut model, "! y esc");
        let expected = "00:00 problem: no browser\n00:00 problem: nothing has been said yet";
        assert_eq!(copied, [crate::app::Effect::Copy(expected.to_owned())]);
        assert_eq!(said(&model), "", "reading them is looking at them");
    }
}
