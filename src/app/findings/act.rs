//! What keys do on the Findings screen, or why they cannot now.

use super::menu::{self, Deed};
use super::sheet::is_web;
use super::{FindingsScreen, begin, dialog, expect, faces, sources, words};
use crate::app::action::{Action, Place};
use crate::app::event::{
    Effect, FindingAct, FindingAsk, Proposal, ProposalRequest, Tone,
    finding::{label_of, name_of},
};
use crate::app::layout::{self, Pane};
use crate::app::line_edit::LineEdit;
use crate::app::list::Motion;
use crate::app::model::{Entry, EntryKind, Model, Screen};
use crate::app::overlay::{confirm, picker};
use crate::app::perform;
use crate::domain::{FindingRow, PushKind, PushState};
use crate::mapping::Dialog;
use crate::text::{clean_block, clean_line};

/// Whether the focus is on findings.
pub(crate) fn is_here(model: &Model) -> bool {
    matches!(model.place(), Place::Findings | Place::Finding | Place::FindingPage)
}

/// Whether an action that several things have is about findings here.
pub(crate) fn is_meant(model: &Model, action: Action) -> bool {
    match action {
        Action::Jump => true,
        Action::Open
        | Action::Browser
        | Action::CopyKey
        | Action::CopyUrl
        | Action::Menu
        | Action::Filter
        | Action::Tags
        | Action::Sort
        | Action::New
        | Action::Remove
        | Action::Refresh
        | Action::Select
        | Action::Link => is_here(model),
        _ => false,
    }
}

/// Why an action cannot be carried out now.
pub(crate) fn reason(model: &Model, action: Action) -> Result<(), String> {
    let findings = &model.findings;
    let current = || findings.current().ok_or_else(|| "no finding is selected".to_owned());
    match action {
        Action::Refresh if findings.sources.none() => Err(format!(
            "no source is configured yet: name one as [[source]] in {}",
            clean_line(&model.config_path)
        )),
        Action::CopyKey if findings.teaches() => Ok(()),
        Action::Filter | Action::Sort | Action::Tags if findings.teaches() => {
            Err("there is no finding yet, and no source of any".to_owned())
        }
        Action::Tags if model.tags.entries().is_empty() && findings.tags().is_empty() => {
            Err("neither the findings here nor the catalog have a tag".to_owned())
        }
        Action::Refresh | Action::Filter | Action::Sort | Action::Tags => Ok(()),
        Action::Jump if !is_here(model) => match model.current_row() {
            Some(_) => Ok(()),
            None => Err("no issue is selected".to_owned()),
        },
        Action::Jump => match &current()?.link {
            Some(_) => Ok(()),
            None => Err("it has no issue yet: n creates one, L links one".to_owned()),
        },
        Action::Browser | Action::CopyUrl => match &current()?.url {
            Some(_) => Ok(()),
            None => Err("its source gives no address for it".to_owned()),
        },
        Action::New => can_create(model),
        Action::Link => can_link(findings),
        Action::Remove => match findings.meant().iter().any(|row| row.link.is_some()) {
            true => Ok(()),
            false => current().and(Err("it has no issue to unlink".to_owned())),
        },
        _ => current().map(drop),
    }
}

/// Why a finding cannot be given an issue.
fn taken(row: &FindingRow) -> Option<String> {
    let name = label_of(&row.id);
    if let Some(link) = &row.link {
        let key = clean_line(link.key.as_str());
        return Some(format!("{name} stands for {key} already: x unlinks it"));
    }
    let pending = row.pending.as_ref()?;
    let on_its_way = pending.kind == PushKind::Create && !words::is_trouble(pending);
    on_its_way.then(|| format!("the issue of {name} is on its way already"))
}

fn can_create(model: &Model) -> Result<(), String> {
    let meant = model.findings.meant();
    if !model.has_connections() {
        return Err("no connection is configured yet: n on 4 connects a Jira".to_owned());
    }
    match meant.as_slice() {
        [] => Err("no finding is selected".to_owned()),
        [one] if one.pending.as_ref().is_some_and(words::is_trouble) => Ok(()),
        [one] => taken(one).map_or(Ok(()), Err),
        several if several.iter().all(|row| taken(row).is_some()) => {
            Err("every one of them has an issue already".to_owned())
        }
        _ => Ok(()),
    }
}

fn can_link(findings: &FindingsScreen) -> Result<(), String> {
    match findings.meant().as_slice() {
        [] => Err("no finding is selected".to_owned()),
        [one] => taken(one).map_or(Ok(()), Err),
        several => match several.iter().find_map(taken) {
            Some(reason) => Err(reason),
            None => Ok(()),
        },
    }
}

pub(crate) fn run(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    match action {
        Action::Open => open(model),
        Action::Browser => {
            if let Some(url) = model.findings.current().and_then(|row| row.url.clone()) {
                perform::visit(model, url, out);
            }
        }
        Action::CopyKey => copy(model, out),
        Action::CopyUrl => {
            let url = model.findings.current().and_then(|row| row.url.clone());
            out.extend(url.map(|url| Effect::Copy(clean_block(&url).into_owned())));
        }
        Action::Menu => menu::open(model),
        Action::Filter => start_filter(model),
        Action::Tags => picker::tags(model),
        Action::Sort => menu::sort(model),
        Action::New => create(model, out),
        Action::Link => link(model),
        Action::Remove => unlink(model),
        Action::Refresh => sources::refresh(model, None, out),
        Action::Select => select(model),
        Action::Jump => jump(model, out),
        _ => {}
    }
}

/// Opens the chosen finding full screen.
pub(crate) fn open(model: &mut Model) {
    if model.findings.page.is_none() {
        model.findings.page = model.findings.list.selected();
        model.panes.zoom = false;
        model.panes.focus = Pane::Finding;
    }
}

fn copy(model: &mut Model, out: &mut Vec<Effect>) {
    if model.findings.teaches() {
        out.push(Effect::Copy(faces::sample_config().to_owned()));
        return;
    }
    let ids: Vec<String> = model.findings.meant().iter().map(|row| name_of(&row.id)).collect();
    out.push(Effect::Copy(ids.join("\n")));
}

fn start_filter(model: &mut Model) {
    model.findings.page = None;
    model.panes.focus = Pane::Findings;
    model.entry = Some(Entry {
        kind: EntryKind::Findings,
        edit: LineEdit::new(&model.findings.filter),
        recalled: None,
    });
}

/// Completes what is being typed into the filter.
pub(crate) fn complete(model: &mut Model) {
    let candidates = candidates(model);
    let Some(entry) = &mut model.entry else { return };
    let before = entry.edit.before_cursor().to_owned();
    if let Some(inserted) = candidates.insert(&before) {
        let after = entry.edit.text().get(before.len()..).unwrap_or_default().to_owned();
        entry.edit.set_around(&inserted, &after);
        let text = entry.edit.text().to_owned();
        model.findings.set_filter(&text);
    }
}

/// What could stand at the cursor of the filter.
pub(crate) fn candidates(model: &Model) -> super::filter::Candidates {
    let Some(edit) = model.typing(EntryKind::Findings) else {
        return super::filter::Candidates::default();
    };
    super::filter::candidates(edit.before_cursor(), &tags(model), &model.findings.sources.names())
}

/// Tags of the catalog and of the findings at hand.
pub(crate) fn tags(model: &Model) -> Vec<String> {
    let mut tags: Vec<String> = model.tags.entries().iter().map(|entry| entry.tag.clone()).collect();
    for tag in model.findings.tags() {
        if !tags.contains(tag) {
            tags.push(tag.clone());
        }
    }
    tags
}

/// Marks the chosen finding and goes on to the next.
fn select(model: &mut Model) {
    let regions = layout::regions(model.size, model);
    let height = regions
        .pane(Pane::Findings)
        .map_or(1, |rect| usize::from(layout::finding_parts(rect, model).rows.height));
    model.findings.list.mark();
    model.findings.list.go(Motion::Rows(1), height);
}

/// `n`: an issue of what is meant; where one is in trouble, the ways out of it.
fn create(model: &mut Model, out: &mut Vec<Effect>) {
    let meant = model.findings.meant();
    if let [one] = meant.as_slice()
        && one.pending.as_ref().is_some_and(words::is_trouble)
    {
        menu::ways_out(model, one);
        return;
    }
    let rows: Vec<i64> = meant
        .iter()
        .filter(|row| taken(row).is_none())
        .map(|row| row.row)
        .collect();
    propose(
        model,
        ProposalRequest {
            left_out: meant.len() - rows.len(),
            rows,
            ..ProposalRequest::default()
        },
        out,
    );
}

/// Asks what issues would be made.
pub(crate) fn propose(model: &mut Model, request: ProposalRequest, out: &mut Vec<Effect>) {
    model.findings.proposing = request.clone();
    expect(model, FindingAsk::Propose(request), out);
}

/// Shows what issues would be made, or asks what has to be known before.
pub(super) fn proposed(model: &mut Model, proposal: Proposal, out: &mut Vec<Effect>) {
    match proposal {
        Proposal::Mapping(choices) if choices.is_empty() => {
            let text = "there is no mapping yet that says how findings become issues: 5 makes one";
            model.say(Tone::Bad, text);
        }
        Proposal::Mapping(choices) => menu::mappings(model, choices),
        Proposal::Project { mapping, projects } => {
            if projects.is_empty() {
                let text = "no project of the connection is known yet: R asks it for them";
                model.say(Tone::Bad, text);
            } else {
                menu::projects(model, &mapping, projects);
            }
        }
        Proposal::Ready(plan) => dialog::create::open(model, plan),
        Proposal::Browser(dialog) => browser(model, dialog, out),
    }
}

/// Opens Jira's own dialog, and says what it could not be told.
fn browser(model: &mut Model, dialog: Dialog, out: &mut Vec<Effect>) {
    if !dialog.left.is_empty() {
        let names: Vec<_> = dialog.left.iter().map(|name| clean_line(name)).collect();
        let text = format!(
            "Jira's dialog takes no value of {} by address: fill in by hand",
            names.join(", ")
        );
        model.say(Tone::Plain, text);
    }
    perform::visit(model, dialog.url, out);
}

fn link(model: &mut Model) {
    let meant = model.findings.meant();
    let uncertain = match meant.as_slice() {
        [one] => one
            .pending
            .as_ref()
            .filter(|pending| pending.kind == PushKind::Create && matches!(pending.state, PushState::Uncertain)),
        _ => None,
    };
    let settles = uncertain.map(|pending| pending.id);
    dialog::link::open(model, &meant, settles);
}

fn unlink(model: &mut Model) {
    let meant = model.findings.meant();
    let linked: Vec<&FindingRow> = meant.iter().filter(|row| row.link.is_some()).collect();
    let rows = linked.iter().map(|row| row.row).collect();
    let what = match linked.as_slice() {
        [one] => {
            let key = one.link.as_ref().map_or("", |link| link.key.as_str());
            format!("{} and {}", label_of(&one.id), clean_line(key))
        }
        several => format!("{} findings and their issues", several.len()),
    };
    let text = format!(
        "{what} go separate ways. In Jira the issue stays as it is; only its link to the finding is taken off it, \
         and nothing is kept in step any more."
    );
    confirm::ask(model, "Unlink", text, "Unlink", FindingAct::Unlink(rows));
}

/// `'`: from a finding to its issue, and from an issue to its finding.
fn jump(model: &mut Model, out: &mut Vec<Effect>) {
    if is_here(model) {
        let link = model.findings.current().and_then(|row| row.link.clone());
        if let Some(link) = link {
            expect(model, FindingAsk::IssueRow(link.alias, link.issue), out);
        }
        return;
    }
    let issue = model.current_row().map(|row| (row.alias.clone(), row.id.clone()));
    if let Some((alias, id)) = issue {
        expect(model, FindingAsk::OfIssue(alias, id), out);
    }
}

/// Shows the finding behind the issue that was jumped from; of several one is chosen.
pub(super) fn jump_to_finding(model: &mut Model, rows: &[FindingRow]) {
    match rows {
        [] => model.say(Tone::Bad, "no finding stands behind this issue"),
        [one] => show(model, one.row),
        several => menu::findings(model, several),
    }
}

/// Shows a finding full screen.
pub(crate) fn show(model: &mut Model, row: i64) {
    perform::go(model, Screen::Findings);
    model.findings.list.select(row);
    model.findings.page = Some(row);
    model.panes.focus = Pane::Finding;
}

/// Shows the issue that was jumped to.
pub(super) fn jump_to_issue(model: &mut Model, row: Option<i64>) {
    let Some(row) = row else {
        let text = "the issue is not kept locally: it is outside the connection's scope, or gone \
                    · m opens it in the browser";
        model.say(Tone::Bad, text);
        return;
    };
    perform::go(model, Screen::Issues);
    model.page = Some(row);
    model.panes.focus = Pane::Page;
}

/// `[` and `]`: the finding before or after, also full screen.
pub(crate) fn next_item(model: &mut Model, forward: bool) {
    let list = &mut model.findings.list;
    let index = if forward {
        (list.cursor() + 1).min(list.len().saturating_sub(1))
    } else {
        list.cursor().saturating_sub(1)
    };
    // Beyond the window nobody knows yet which finding that is.
    if list.row(index).is_none() {
        return;
    }
    list.select_at(index, 1);
    if model.findings.page.is_some() {
        model.findings.page = model.findings.list.selected();
    }
}

/// `esc` on the list: marks, filter and tag go one after the other. `false` if there was none.
pub(crate) fn leave(model: &mut Model) -> bool {
    let findings = &mut model.findings;
    if findings.list.unmark_all() {
        return true;
    }
    if !findings.filter.is_empty() {
        findings.set_filter("");
        return true;
    }
    findings.tag.take().is_some()
}

/// Does one of the things that menus offer.
pub(crate) fn deed(model: &mut Model, deed: Deed, out: &mut Vec<Effect>) {
    match deed {
        Deed::Sort(sort, reverse) => {
            model.findings.sort = sort;
            model.findings.reverse = reverse;
        }
        Deed::By(mapping, project) => {
            let request = ProposalRequest {
                mapping: Some(mapping),
                project,
                ..model.findings.proposing.clone()
            };
            propose(model, request, out);
        }
        Deed::InBrowser(row) => {
            let request = ProposalRequest {
                rows: vec![row],
                in_browser: true,
                ..ProposalRequest::default()
            };
            propose(model, request, out);
        }
        Deed::Retry(id, true) => {
            let text = "Nobody could find out whether Jira made the issue. If it did, there will be two of them: \
                        look in Jira first, and link the issue if it is there.";
            confirm::ask(
                model,
                "Create again",
                text.to_owned(),
                "Create",
                FindingAct::Retry(vec![id]),
            );
        }
        Deed::Retry(id, false) => begin(model, FindingAct::Retry(vec![id]), out),
        Deed::Settle(id) => {
            let meant: Vec<FindingRow> = model.findings.current().cloned().into_iter().collect();
            dialog::link::open(model, &meant, Some(id));
        }
        Deed::Forget(id) => {
            let text = "It is taken out of the outbox and not sent. Nothing changes in Jira.";
            confirm::ask(model, "Forget", text.to_owned(), "Forget", FindingAct::Forget(vec![id]));
        }
        Deed::Read(source) => sources::refresh(model, Some(source), out),
        Deed::Show(row) => show(model, row),
        Deed::OpenIssue(url) if is_web(&url) => perform::visit(model, url, out),
        Deed::OpenIssue(url) => model.say(Tone::Bad, format!("not a web address: {}", clean_line(&url))),
    }
}
