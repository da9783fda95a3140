//! Before issues are made: what each would hold, and what stands in the way.
//!
//! Must never be in here: drawing, or how a mapping fills fields.

use ratatui::layout::{Rect, Size};

use super::Dialog;
use crate::app::chrome;
use crate::app::event::{Effect, FindingAct, Planned, Tone};
use crate::app::findings::begin;
use crate::app::list::Motion;
use crate::app::model::Model;
use crate::app::overlay::Layer;
use crate::app::role::{Line, Role};
use crate::text::{clean_line, truncate, width};

/// Before issues are made.
#[derive(Debug, Clone)]
pub(crate) struct Create {
    plan: Vec<Planned>,
    /// Marked findings that are not in the plan: they have an issue already.
    left_out: usize,
    /// The button that creates has the focus.
    pub(crate) on_yes: bool,
    pub(crate) scroll: usize,
}

/// Shows what issues would hold.
pub(in crate::app::findings) fn open(model: &mut Model, plan: Vec<Planned>) {
    if plan.is_empty() {
        model.say(Tone::Plain, "there is nothing to create");
        return;
    }
    let left_out = model.findings.proposing.left_out;
    model.layers.push(Layer::Finding(Dialog::Create(Create {
        plan,
        left_out,
        on_yes: false,
        scroll: 0,
    })));
}

impl Create {
    /// Those that can be made.
    fn sound(&self) -> impl Iterator<Item = &Planned> {
        self.plan.iter().filter(|planned| planned.problem.is_none())
    }

    pub(crate) fn title(&self) -> String {
        let sound = self.sound().count();
        match self.plan.len() {
            1 => "Create an issue".to_owned(),
            all if all == sound => format!("Create {all} issues"),
            all => format!("Create {sound} of {all} issues"),
        }
    }

    /// What the box says above its buttons.
    pub(crate) fn lines(&self, cells: usize) -> Vec<Line> {
        let mut lines = self.remarks(cells);
        match self.plan.as_slice() {
            [one] => lines.extend(one_plan(one, cells)),
            several => lines.extend(several.iter().flat_map(|planned| short_plan(planned, cells))),
        }
        lines
    }

    /// What becomes of those marked findings that get no issue.
    fn remarks(&self, cells: usize) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut say = |count: usize, role: Role, one: &str, several: &str| {
            let text = match count {
                0 => return,
                1 => format!("1 {one}"),
                count => format!("{count} {several}"),
            };
            lines.push(Line::of(truncate(&text, cells), role));
        };
        say(
            self.left_out,
            Role::Muted,
            "of those selected has an issue already, or one on its way, and is left as it is",
            "of those selected have an issue already, or one on its way, and are left as they are",
        );
        if self.plan.len() > 1 {
            say(
                self.plan.len() - self.sound().count(),
                Role::Error,
                "cannot be created; its reason stands below it",
                "cannot be created; the reason stands below each",
            );
        }
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        lines
    }

    pub(super) fn go(&mut self, motion: Motion, size: Size) {
        let screen = Rect::new(0, 0, size.width, size.height);
        let rect = chrome::layer_rect(screen, &Layer::Finding(Dialog::Create(self.clone())));
        let area = chrome::plan_rows(rect);
        let last = self.lines(area.width.into()).len().saturating_sub(area.height.into());
        self.scroll = match motion {
            Motion::Last => last,
            other => other.target(self.scroll, usize::MAX, area.height.into()).min(last),
        };
    }
}

fn one_plan(planned: &Planned, cells: usize) -> Vec<Line> {
    let clean = |text: &str| truncate(&clean_line(text), cells);
    let mut lines = vec![
        Line::default().bold(clean(&planned.about), Role::Text),
        Line::of(
            clean(&format!("{} · by {}", planned.target, planned.mapping)),
            Role::Muted,
        ),
        Line::default(),
    ];
    if let Some(problem) = &planned.problem {
        for part in crate::text::wrap(&clean_line(problem), cells) {
            lines.push(Line::of(part, Role::Error));
        }
        lines.push(Line::default());
    }
    let longest = planned.fields.iter().map(|field| width(&clean_line(&field.name)));
    let label = longest.max().unwrap_or_default().min(cells / 3);
    for field in &planned.fields {
        let name = crate::text::pad(&truncate(&clean_line(&field.name), label), label);
        let room = cells.saturating_sub(label + 2);
        let sample = truncate(&clean_line(&field.sample), room);
        lines.push(Line::of(format!("{name}  "), Role::Muted).with(sample, Role::Text));
        if let Some(problem) = &field.problem {
            for part in crate::text::wrap(&clean_line(problem), room.max(8)) {
                lines.push(Line::of(" ".repeat(label + 2), Role::Text).with(part, Role::Error));
            }
        }
    }
    lines
}

fn short_plan(planned: &Planned, cells: usize) -> Vec<Line> {
    let clean = |text: &str| truncate(&clean_line(text), cells.saturating_sub(2));
    let mut lines = vec![Line::of(truncate(&clean_line(&planned.about), cells), Role::Text)];
    lines.push(match &planned.problem {
        Some(problem) => Line::of(format!("  {}", clean(problem)), Role::Error),
        None => Line::of(
            format!("  {}", clean(&format!("{} · by {}", planned.target, planned.mapping))),
            Role::Muted,
        ),
    });
    lines
}

/// Closes the box over what would be made.
pub(crate) fn answer(model: &mut Model, yes: bool, out: &mut Vec<Effect>) {
    let Some(Layer::Finding(Dialog::Create(create))) = model.layers.last() else {
        return;
    };
    let sound: Vec<_> = create
        .sound()
        .map(|planned| (planned.row, planned.mapping.clone(), planned.project.clone()))
        .collect();
    if yes && sound.is_empty() {
        model.say(Tone::Bad, "nothing can be created before what is marked is mended");
        return;
    }
    model.layers.pop();
    if yes {
        begin(model, FindingAct::Create(sound), out);
    }
}
