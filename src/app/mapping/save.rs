//! Saving: refused while something cannot work, then tried on the findings that are there, then shown as
//! a change of the config, then written.
//!
//! Must never be in here: what can work (`judge`).

use super::editor::{Editor, Page};
use super::judge::Mark;
use super::{act, change};
use crate::app::event::{Effect, MappingChange, MappingQuestion, Tone};
use crate::app::model::Model;
use crate::app::wizard::Asked;
use crate::config::Create;
use crate::text::clean_line;

/// Flaws that are named in one message.
const NAMED: usize = 3;

/// `w`: the next step on the way to the file.
pub(super) fn save(model: &mut Model, out: &mut Vec<Effect>) {
    let now = model.now;
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    editor.judge(now);
    if let Some(text) = refusal(editor) {
        model.say(Tone::Bad, text);
        return;
    }
    if editor.page != Page::Run {
        return try_out(model, out);
    }
    if editor.run.is_waiting() {
        return model.say(Tone::Plain, "one moment: the findings are being looked at");
    }
    write(model, out);
}

/// Why it cannot be saved; the first reason is brought into sight.
fn refusal(editor: &mut Editor) -> Option<String> {
    if editor.screen.is_waiting() || editor.opened.is_waiting() {
        return Some("not saved: the site has not told its fields yet".to_owned());
    }
    if editor.workflow.is_waiting() && !editor.draft.mapping.states.is_empty() {
        return Some("not saved: the site has not told its workflow yet".to_owned());
    }
    let errors: Vec<_> = editor.flaws.iter().filter(|flaw| flaw.mark == Mark::Error).collect();
    let Some(first) = errors.first().map(|flaw| flaw.about.clone()) else {
        let known = editor.screen.got().is_some();
        return (!known).then(|| {
            "not saved: without the project's fields nobody knows whether it can work; r asks again".to_owned()
        });
    };
    let named: Vec<String> = errors
        .iter()
        .take(NAMED)
        .map(|flaw| format!("{}: {}", flaw.name, flaw.reason))
        .collect();
    let more = errors.len().saturating_sub(NAMED);
    let more = if more > 0 {
        format!(" · and {more} more")
    } else {
        String::new()
    };
    let text = format!("not saved · {}{more}", named.join(" · "));
    act::reveal(editor, &first);
    Some(text)
}

/// Shows what would become of the findings that are there.
pub(super) fn try_out(model: &mut Model, out: &mut Vec<Effect>) {
    let ticket = model.requests.ticket();
    let Some(editor) = &mut model.mapping.editor else {
        return;
    };
    editor.page = Page::Run;
    editor.choose(0);
    editor.run = Asked::Waiting(ticket);
    let mut mapping = editor.draft.mapping.clone();
    // Until it is written, its links and its place in the config go by the name that it has there.
    if let Some(base) = &editor.base {
        mapping.name.clone_from(&base.name);
    }
    let question = MappingQuestion::DryRun(Box::new(mapping), editor.draft.model.clone());
    out.push(Effect::Mapping(ticket, Box::new(question)));
}

/// Asks what the config would be.
pub(super) fn write(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(editor) = &model.mapping.editor else { return };
    let mapping = editor.draft.mapping.clone();
    let name = mapping.name.clone();
    let shown = clean_line(&name).into_owned();
    let done = match &editor.base {
        Some(_) => format!("{shown} is written and in force"),
        None => match mapping.create {
            Create::Auto => format!("{shown} is written; its findings become issues from now on"),
            Create::Ask | Create::Browser => format!("{shown} is written; n on a finding makes its issue"),
        },
    };
    let put = MappingChange::Put {
        base: editor.base.clone().map(Box::new),
        mapping: Box::new(mapping),
    };
    change(model, put, (done, None, Some(name)), out);
}
