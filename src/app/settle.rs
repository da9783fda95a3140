//! After every event: what the new state makes necessary to read, scroll or break anew.
//!
//! Requests follow from the state, not from the event that led to it, so that none is forgotten
//! and equal ones fold into one.

use super::event::Effect;
use super::findings;
use super::layout::{self, Pane, Regions};
use super::model::{Model, Screen};
use super::overlay::picker;
use super::page::Context;

/// Seconds between counts of the views while the store keeps changing.
const COUNT_EVERY: i64 = 3;

pub(super) fn settle(model: &mut Model, out: &mut Vec<Effect>) {
    let regions = layout::regions(model.size, model);
    if regions.too_small {
        return;
    }
    keep_in_sight(model, &regions);
    request_list(model, &regions, out);
    request_detail(model, &regions, out);
    request_rest(model, out);
    request_tag_counts(model, &regions, out);
    findings::settle(model, &regions, out);
    let zone = model.zone.clone();
    let context = Context {
        now: model.now,
        zone: &zone,
        findings: model.findings.of_issue(),
    };
    model.reader.settle(&regions, &context);
}

/// Rows of the issue list in sight; what it had, while it is not on the screen.
fn list_height(model: &Model, regions: &Regions) -> usize {
    regions.pane(Pane::List).map_or(model.size.height.into(), |rect| {
        layout::list_parts(rect, model).rows.height.into()
    })
}

fn keep_in_sight(model: &mut Model, regions: &Regions) {
    let height = list_height(model, regions);
    model.list_mut().keep_in_sight(height);
    let views_height = regions.height(Pane::Views);
    let views = &mut model.home.views;
    views.top = super::list::scroll_to(views.chosen, views.top, views.items.len(), views_height);
    let table = |pane: Pane| {
        regions
            .pane(pane)
            .map_or(0, |rect| layout::table_rows(rect).height.into())
    };
    let connections_height = match model.screen {
        Screen::Issues => regions.height(Pane::Connections),
        _ => table(Pane::Connections),
    };
    model
        .connections
        .keep_in_sight(model.snapshot.connections.len(), connections_height);
    let lines = regions
        .pane(Pane::Log)
        .map_or(0, |rect| layout::log_parts(rect, model).rows.height.into());
    let runs = table(Pane::Runs);
    model.sync.keep_in_sight(&model.snapshot, runs, lines);
}

fn request_list(model: &mut Model, regions: &Regions, out: &mut Vec<Effect>) {
    if model.home.live.is_some() {
        return;
    }
    let question = model.home.question();
    if let Some(query) = model.home.list.wants(&question, list_height(model, regions)) {
        let ticket = model.requests.ticket();
        model.home.list.asked(ticket, &query);
        out.push(Effect::Load(ticket, query));
    }
}

fn request_detail(model: &mut Model, regions: &Regions, out: &mut Vec<Effect>) {
    let shown = [Pane::Preview, Pane::Page, Pane::Fields, Pane::Comments];
    let visible = model.screen == Screen::Issues && shown.iter().any(|pane| regions.pane(*pane).is_some());
    let wanted = model.page.or_else(|| model.list().selected()).filter(|_| visible);
    if let Some(row) = model.reader.wants(wanted) {
        let ticket = model.requests.ticket();
        model.reader.asked(ticket, row);
        out.push(Effect::LoadDetail(ticket, row));
    }
}

/// Tags are counted while they are in sight; a live answer has no counts.
fn request_tag_counts(model: &mut Model, regions: &Regions, out: &mut Vec<Effect>) {
    let beside = regions
        .pane(Pane::Views)
        .and_then(|rect| layout::tag_rows(rect, model))
        .is_some();
    let shown = beside || (picker::shows_tags(model) && model.screen == Screen::Issues);
    if !shown || model.home.live.is_some() {
        return;
    }
    let jql = model.home.question().jql;
    if model.tags.is_due(&jql, model.now) {
        let ticket = model.requests.ticket();
        model.tags.asked(ticket, jql.clone(), model.now);
        out.push(Effect::CountTags(ticket, jql));
    }
}

fn request_rest(model: &mut Model, out: &mut Vec<Effect>) {
    if model.requests.snapshot.is_due() {
        let ticket = model.requests.ticket();
        model.requests.snapshot.start(ticket);
        out.push(Effect::LoadSnapshot(ticket));
    }
    // A field by number is shown with its name.
    if !model.requests.fields_asked && model.home.fields().iter().any(|field| field.number().is_some()) {
        model.requests.fields.want();
    }
    if model.requests.fields.is_due() {
        model.requests.fields_asked = true;
        let ticket = model.requests.ticket();
        model.requests.fields.start(ticket);
        out.push(Effect::LoadFields(ticket));
    }
    let rested = model
        .requests
        .counted_at
        .is_none_or(|at| (model.now.as_second() - at.as_second()).abs() >= COUNT_EVERY);
    if model.requests.counts.is_due() && rested {
        let ticket = model.requests.ticket();
        model.requests.counts.start(ticket);
        model.requests.counted_at = Some(model.now);
        let queries: Vec<String> = model.home.views.items.iter().map(|view| view.jql.clone()).collect();
        model.requests.counted.clone_from(&queries);
        out.push(Effect::CountViews(ticket, queries));
    }
}
