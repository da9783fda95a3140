//! What the editor has to know next, asked as soon as it can be; and answers as they come.
//!
//! Must never be in here: an answer taken for a question that is no longer asked.

use super::boxes::Ask;
use super::draft::Draft;
use super::editor::{Editor, Page, Row, STEPS, Setting};
use super::pick::What;
use super::{Opening, choose, present, save, told};
use crate::app::event::{Effect, MappingAnswer, MappingQuestion, Opened, Suggested, Ticket, Tone};
use crate::app::model::{Model, Requests};
use crate::app::wizard::Asked;
use crate::config::Rule;
use crate::domain::Problem;
use crate::mapping;
use crate::text::clean_line;

/// Asks whatever the state makes necessary.
pub(super) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let requests = &mut model.requests;
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    if editor.opened.got().is_some() {
        lists(editor, requests, out);
        screen(editor, requests, out);
        samples(editor, requests, out);
        search(editor, requests, now, out);
        present::place(editor);
    }
    editor.judge(now);
}

fn ask<T>(asked: &mut Asked<T>, question: MappingQuestion, requests: &mut Requests, out: &mut Vec<Effect>) {
    let ticket = requests.ticket();
    *asked = Asked::Waiting(ticket);
    out.push(Effect::Mapping(ticket, Box::new(question)));
}

/// Projects and types: asked for when they are picked from, so that opening a mapping costs nothing.
fn lists(editor: &mut Editor, requests: &mut Requests, out: &mut Vec<Effect>) {
    let picked = editor.boxes.iter().find_map(|ask| match ask {
        Ask::Pick(pick) => Some(pick.what.clone()),
        _ => None,
    });
    let alias = editor.draft.mapping.connection.clone();
    let wants_projects = matches!(picked, Some(What::Project | What::Model)) || editor.page == Page::Scope;
    if wants_projects && !alias.as_str().is_empty() && editor.projects_of.as_ref() != Some(&alias) {
        editor.projects_of = Some(alias.clone());
        ask(
            &mut editor.projects,
            MappingQuestion::Projects(alias.clone()),
            requests,
            out,
        );
    }
    let wants_types = matches!(picked, Some(What::IssueType | What::SubtaskType)) || editor.page == Page::Scope;
    if let Some(project) = editor.draft.project().filter(|_| wants_types).map(str::to_owned) {
        let of = (alias, project);
        if editor.types_of.as_ref() != Some(&of) {
            editor.types_of = Some(of.clone());
            ask(&mut editor.types, MappingQuestion::Types(of.0, of.1), requests, out);
        }
    }
}

/// The create screen as soon as it is known which; statuses when they matter.
fn screen(editor: &mut Editor, requests: &mut Requests, out: &mut Vec<Effect>) {
    let Some(target) = editor.target() else {
        editor.screen = Asked::No;
        editor.screen_of = None;
        return;
    };
    let of = (target.clone(), editor.draft.mapping.subtask_type.clone());
    if editor.screen_of.as_ref() != Some(&of) {
        editor.screen_of = Some(of.clone());
        editor.stale = true;
        ask(&mut editor.screen, MappingQuestion::Screen(of.0, of.1), requests, out);
    }
    let matters = editor.page == Page::States || !editor.draft.mapping.states.is_empty();
    if matters && editor.workflow_of.as_ref() != Some(&target) {
        editor.workflow_of = Some(target.clone());
        ask(&mut editor.workflow, MappingQuestion::Workflow(target), requests, out);
    }
}

fn samples(editor: &mut Editor, requests: &mut Requests, out: &mut Vec<Effect>) {
    let mapping = &editor.draft.mapping;
    let of = (mapping.connection.clone(), mapping.matching.clone());
    if of.0.as_str().is_empty() || editor.samples_of.as_ref() == Some(&of) {
        return;
    }
    editor.samples_of = Some(of.clone());
    ask(&mut editor.samples, MappingQuestion::Samples(of.0, of.1), requests, out);
}

/// What is typed into a list that the site filters.
fn search(editor: &mut Editor, requests: &mut Requests, now: jiff::Timestamp, out: &mut Vec<Effect>) {
    let Some(Ask::Pick(pick)) = editor.boxes.last() else {
        return;
    };
    let wanted = pick.wants(editor, now);
    let searched = pick.is_searched(editor);
    let Some(Ask::Pick(pick)) = editor.boxes.last_mut() else {
        return;
    };
    if !searched {
        pick.typed = None;
    }
    if let Some(lookup) = wanted {
        pick.typed = None;
        pick.asked = Some(lookup.part.clone());
        ask(&mut pick.found, MappingQuestion::Choices(lookup), requests, out);
    } else if pick.asked.as_deref() == Some(pick.input.text().trim()) {
        pick.typed = None;
    }
}

/// Takes an answer for the editor; `false` if nobody waits for it.
pub(super) fn take(
    model: &mut Model,
    ticket: Ticket,
    answer: Result<MappingAnswer, Problem>,
    out: &mut Vec<Effect>,
) -> bool {
    let Some(editor) = &mut model.mapping.editor else {
        return false;
    };
    if editor.rebase.take_if(|waiting| *waiting == ticket).is_some() {
        rebased(model, answer, out);
        return true;
    }
    if matches!(editor.opened, Asked::Waiting(waiting) if waiting == ticket) {
        match answer {
            Ok(MappingAnswer::Opened(opened)) => begin(model, opened),
            Ok(_) => {}
            Err(problem) => {
                model.mapping.editor = None;
                model.complain(told(&problem));
            }
        }
        return true;
    }
    let failed = |problem: &Problem| problem.clone();
    let taken = match answer {
        Ok(MappingAnswer::Projects(projects)) => editor.projects.take(ticket, Ok(projects)),
        Ok(MappingAnswer::Types(types)) => editor.types.take(ticket, Ok(types)),
        Ok(MappingAnswer::Screen(read)) => editor.screen.take(ticket, Ok(read)),
        Ok(MappingAnswer::Workflow(workflow)) => editor.workflow.take(ticket, Ok(workflow)),
        Ok(MappingAnswer::Samples(samples)) => {
            let taken = editor.samples.take(ticket, Ok(samples));
            editor.sample = if taken { 0 } else { editor.sample };
            taken
        }
        Ok(MappingAnswer::DryRun(run)) => editor.run.take(ticket, Ok(run)),
        Ok(MappingAnswer::Choices(choices)) => found(editor, ticket, Ok(choices)),
        Ok(_) => false,
        Err(problem) => {
            editor.projects.take(ticket, Err(failed(&problem)))
                || editor.types.take(ticket, Err(failed(&problem)))
                || editor.screen.take(ticket, Err(failed(&problem)))
                || editor.workflow.take(ticket, Err(failed(&problem)))
                || editor.samples.take(ticket, Err(failed(&problem)))
                || editor.run.take(ticket, Err(failed(&problem)))
                || found(editor, ticket, Err(problem))
        }
    };
    editor.stale |= taken;
    if taken {
        fill_in(editor, model.now);
    }
    taken
}

/// What is in the editor goes on from what the file has now, and takes its place when it is written.
fn rebased(model: &mut Model, answer: Result<MappingAnswer, Problem>, out: &mut Vec<Effect>) {
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    match answer {
        Ok(MappingAnswer::Opened(opened)) => {
            editor.base.clone_from(&opened.mapping);
            editor.opened = Asked::Got(opened);
            editor.stale = true;
            save::write(model, out);
        }
        Ok(_) => {}
        Err(problem) => model.complain(told(&problem)),
    }
}

fn found(editor: &mut Editor, ticket: Ticket, answer: Result<Suggested, Problem>) -> bool {
    match editor.boxes.last_mut() {
        Some(Ask::Pick(pick)) => pick.found.take(ticket, answer),
        _ => false,
    }
}

/// A new mapping starts from rules that most have, once the fields are known.
fn fill_in(editor: &mut Editor, now: jiff::Timestamp) {
    let fresh = editor.base.is_none() && editor.draft.mapping.fields.is_empty() && editor.how == Opening::Edit;
    if !fresh || editor.screen.got().is_none() {
        return;
    }
    let rules: Option<Vec<(String, Rule)>> =
        editor.ground(now, |ground| mapping::defaults(ground.screen).into_iter().collect());
    if let Some(rules) = rules.filter(|rules| !rules.is_empty()) {
        editor.edit(|draft| draft.mapping.fields = rules);
    }
}

/// What the editor starts from.
fn begin(model: &mut Model, opened: Box<Opened>) {
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    let how = editor.how;
    let wanted = editor.base.take().map(|base| base.name);
    let mapping = opened.mapping.clone();
    let first = opened.connections.first().cloned();
    let (names, model_project) = (opened.names.clone(), opened.model.clone());
    editor.opened = Asked::Got(opened);
    editor.stale = true;
    match (mapping, how) {
        (Some(mapping), Opening::Duplicate) => {
            let mut copy = mapping;
            copy.name = free_name(&copy.name, &names);
            // Both at work would make two issues of each finding, were the first switched off.
            copy.enabled = false;
            editor.draft = Draft::of(copy);
            editor.draft.model = model_project;
            editor.page = Page::Scope;
            choose::setting(editor, Setting::Name);
        }
        (Some(mapping), _) => {
            editor.draft = Draft::of(mapping.clone());
            editor.draft.model = model_project;
            editor.base = Some(mapping);
            editor.page = Page::Fields;
        }
        (None, _) if wanted.is_some() => {
            let name = clean_line(&wanted.unwrap_or_default()).into_owned();
            model.mapping.editor = None;
            model.mapping.invalidate();
            model.say(Tone::Bad, format!("the config has no mapping {name} any more"));
        }
        (None, _) => {
            editor.draft = Draft::new(first.as_ref());
            editor.step = Some(0);
            editor.reveal(Page::Scope, &Row::Setting(STEPS[0]));
            choose::setting(editor, STEPS[0]);
        }
    }
}

/// `scans (2)`.
fn free_name(name: &str, taken: &[String]) -> String {
    let is_free = |wanted: &String| !taken.iter().any(|other| other.eq_ignore_ascii_case(wanted));
    (2..)
        .map(|number| format!("{name} ({number})"))
        .find(is_free)
        .unwrap_or_else(|| name.to_owned())
}
