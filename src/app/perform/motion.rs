//! Moving: within lists and pages, and from item to item.

use crate::app::event::Effect;
use crate::app::findings;
use crate::app::layout::{self, Pane};
use crate::app::list::Motion;
use crate::app::mapping;
use crate::app::model::Model;

/// Rows in sight in the pane with the focus.
fn height(model: &Model) -> usize {
    let regions = layout::regions(model.size, model);
    let focus = model.focus();
    let Some(rect) = regions.pane(focus) else { return 1 };
    let rows = match focus {
        Pane::List => layout::list_parts(rect, model).rows.height,
        Pane::Findings => layout::finding_parts(rect, model).rows.height,
        Pane::Connections | Pane::Mappings | Pane::Editor | Pane::Runs => layout::table_rows(rect).height,
        Pane::Log => layout::log_parts(rect, model).rows.height,
        _ => layout::inner(rect).height,
    };
    rows.into()
}

/// Moves in whatever has the focus.
pub(crate) fn move_by(model: &mut Model, motion: Motion, out: &mut Vec<Effect>) {
    let height = height(model);
    match model.focus() {
        Pane::Views => {
            let views = &model.home.views;
            let target = motion.target(views.chosen, views.items.len(), height);
            if target != views.chosen {
                super::show_view(model, target, out);
            }
        }
        Pane::List => model.list_mut().go(motion, height),
        pane @ (Pane::Preview | Pane::Page | Pane::Fields | Pane::Comments) => model.reader.go(pane, motion, height),
        Pane::Findings => model.findings.list.go(motion, height),
        pane @ (Pane::Finding | Pane::FindingIssue) => model.findings.reader.go(pane, motion, height),
        Pane::Connections | Pane::ConnectionDetail => {
            model.connections.go(motion, &model.snapshot.connections, height);
        }
        Pane::Mappings | Pane::MappingDetail => model.mapping.table.go(motion, &model.mapping.rows, height),
        Pane::Editor | Pane::Problems => mapping::go(model, motion, height),
        Pane::Runs => model.sync.go_run(motion, &model.snapshot, height),
        Pane::Log | Pane::LogDetail => model.sync.go_line(motion, &model.snapshot, height),
    }
}

/// `[` and `]`: the next issue or finding, or the next problem in the log.
pub(super) fn next_item(model: &mut Model, forward: bool) {
    match model.focus() {
        Pane::Log | Pane::LogDetail | Pane::Runs => model.sync.go_problem(forward, &model.snapshot),
        Pane::Findings | Pane::Finding | Pane::FindingIssue => findings::act::next_item(model, forward),
        _ => {
            let step = if forward { 1 } else { -1 };
            let list = model.list_mut();
            list.go(Motion::Rows(step), 1);
            let selected = list.selected();
            if model.page.is_some() {
                model.page = selected;
            }
        }
    }
}
