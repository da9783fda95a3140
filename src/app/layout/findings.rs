//! The Findings screen at every size: the list, the chosen finding, and its issue.

use ratatui::layout::{Constraint, Layout, Rect, Size};

use super::home::{self, Form, form, halves};
use super::parts::{cut_rows, line};
use super::{Pane, Preview, Regions, adjusted, inner};
use crate::app::model::{EntryKind, Model};

/// From this width on a finding's issue has a pane of its own below the list.
const ISSUE_BESIDE: u16 = 100;

/// Whether there is anything to show but how to begin.
fn has_any(model: &Model) -> bool {
    !model.findings.teaches()
}

pub(super) fn focusable(size: Size, model: &Model) -> Vec<Pane> {
    if model.findings.page.is_some() {
        return match size.width {
            ..ISSUE_BESIDE => vec![Pane::Finding],
            _ => vec![Pane::Finding, Pane::FindingIssue],
        };
    }
    if !has_any(model) {
        return vec![Pane::Findings];
    }
    if form(size) == Form::Single {
        return vec![Pane::Findings, Pane::Finding];
    }
    match home::preview(size, model) {
        Preview::Off | Preview::Auto => vec![Pane::Findings],
        Preview::Below if size.width < ISSUE_BESIDE => vec![Pane::Findings, Pane::Finding],
        Preview::Below | Preview::Side => vec![Pane::Findings, Pane::Finding, Pane::FindingIssue],
    }
}

pub(super) fn cut(regions: &mut Regions, size: Size, model: &Model) {
    let body = regions.body;
    let panes = focusable(size, model);
    regions.panes = match panes.as_slice() {
        [only] => vec![(*only, body)],
        _ if model.findings.page.is_some() => beside_page(body),
        _ if form(size) == Form::Single => vec![(model.focus(), body)],
        _ if home::preview(size, model) == Preview::Side => beside(body, model),
        several => below(body, size, several.len() > 2, model),
    };
}

fn beside_page(body: Rect) -> Vec<(Pane, Rect)> {
    let wide = match body.width {
        ..140 => 38,
        140..220 => 52,
        _ => 76,
    };
    let [finding, issue] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(wide)]).areas(body);
    vec![(Pane::Finding, finding), (Pane::FindingIssue, issue)]
}

fn beside(body: Rect, model: &Model) -> Vec<(Pane, Rect)> {
    let most = body.width.saturating_sub(60);
    let wide = adjusted((body.width * 2 / 5).min(108), model.panes.preview_by, 30, most);
    let [list, column] = Layout::horizontal([Constraint::Fill(1), Constraint::Length(wide)]).areas(body);
    let low = (body.height / 3).clamp(7, 18);
    let [finding, issue] = Layout::vertical([Constraint::Fill(1), Constraint::Length(low)]).areas(column);
    vec![
        (Pane::Findings, list),
        (Pane::Finding, finding),
        (Pane::FindingIssue, issue),
    ]
}

fn below(body: Rect, size: Size, with_issue: bool, model: &Model) -> Vec<(Pane, Rect)> {
    let (above, row) = halves(body, size, model);
    if !with_issue {
        return vec![(Pane::Findings, above), (Pane::Finding, row)];
    }
    let [finding, issue] = Layout::horizontal([Constraint::Fill(3), Constraint::Fill(2)]).areas(row);
    vec![
        (Pane::Findings, above),
        (Pane::Finding, finding),
        (Pane::FindingIssue, issue),
    ]
}

/// The inside of the list of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct FindingParts {
    /// A source that fails.
    pub(crate) trouble: Option<Rect>,
    /// Tag and filter, as far as either is in force.
    pub(crate) filter: Option<Rect>,
    /// What is wrong with the filter, or could stand at its cursor.
    pub(crate) verdict: Option<Rect>,
    pub(crate) headings: Rect,
    pub(crate) rows: Rect,
}

impl FindingParts {
    /// The room of headings and rows together.
    pub(crate) fn below(&self) -> Rect {
        self.headings.union(self.rows)
    }
}

/// Cuts up the list of findings.
pub(crate) fn finding_parts(pane: Rect, model: &Model) -> FindingParts {
    let area = inner(pane);
    let findings = &model.findings;
    let typing = model.typing(EntryKind::Findings).is_some();
    let mut parts = FindingParts::default();
    let mut used = 0;
    let mut next = || {
        let rect = line(area, used);
        used += 1;
        rect
    };
    if findings.trouble().is_some() {
        parts.trouble = Some(next());
    }
    if typing || !findings.filter.is_empty() || findings.tag.is_some() {
        parts.filter = Some(next());
    }
    if typing || findings.complaint().is_some() {
        parts.verdict = Some(next());
    }
    parts.headings = next();
    parts.rows = cut_rows(area, used);
    parts
}
