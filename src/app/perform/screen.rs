//! Screens, panes and the look: where one is, how much room it has, how it is left.

use crate::app::action::Action;
use crate::app::event::{Effect, Tone};
use crate::app::layout::{self, Pane, Preview};
use crate::app::model::{Model, Screen};
use crate::app::overlay::confirm;
use crate::app::setup::ThemeName;
use crate::app::{findings, tags, toast};

pub(super) fn run(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    match action {
        Action::Issues => {
            model.page = None;
            go(model, Screen::Issues);
        }
        Action::Findings => {
            model.findings.page = None;
            go(model, Screen::Findings);
        }
        Action::Connections => go(model, Screen::Connections),
        Action::Mappings => go(model, Screen::Mappings),
        Action::Sync => go(model, Screen::Sync),
        Action::NextPane => cycle_pane(model, true),
        Action::PreviousPane => cycle_pane(model, false),
        Action::Messages => toast::open(model),
        // An error in sight takes the key: nothing else says that it was looked at.
        Action::Back if model.toasts.dismiss(model.now) => {}
        Action::Back => {
            leave(model, out);
        }
        Action::Close => {
            let left = leave_overlaying(model);
            if !left {
                confirm::quit(model, out);
            }
        }
        Action::Quit => confirm::quit(model, out),
        Action::Redraw => {
            out.push(Effect::Redraw);
            out.extend(model.look.asks().then_some(Effect::AskBackground));
        }
        Action::Suspend => out.push(Effect::Suspend),
        Action::Zoom => model.panes.zoom = !model.panes.zoom,
        Action::Strip => model.panes.strip = !model.panes.strip,
        Action::Preview => next_preview(model),
        Action::Narrower => resize(model, -1),
        Action::Wider => resize(model, 1),
        Action::Theme => next_theme(model),
        Action::Mouse => {
            model.look.mouse = !model.look.mouse;
            let text = if model.look.mouse {
                "the mouse belongs to crosstie again"
            } else {
                "the mouse is free to select text; M takes it back"
            };
            model.say(Tone::Plain, text);
            out.push(Effect::CaptureMouse(model.look.mouse));
        }
        _ => {}
    }
}

/// Changes the screen; its main pane gets the focus.
pub(crate) fn go(model: &mut Model, screen: Screen) {
    model.screen = screen;
    model.panes.zoom = false;
    model.entry = None;
    model.panes.focus = layout::main_pane(model);
}

/// Shows a view, from its top, without the filter of the one before.
pub(crate) fn show_view(model: &mut Model, index: usize, out: &mut Vec<Effect>) {
    model.home.leave_query(out);
    model.home.filter.clear();
    model.home.list.forget_selection();
    model.home.choose_view(index);
    model.page = None;
    if model.screen != Screen::Issues {
        go(model, Screen::Issues);
    }
}

/// `esc`: the innermost thing first. `false` if there was nothing to leave.
fn leave(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    if leave_overlaying(model) {
        return true;
    }
    match model.screen {
        Screen::Issues
            if matches!(model.focus(), Pane::Connections | Pane::Mappings | Pane::Log)
                && model.sync.filter.is_empty() =>
        {
            model.panes.focus = Pane::List;
            true
        }
        Screen::Issues if !model.home.filter.is_empty() => {
            model.home.filter.clear();
            true
        }
        Screen::Issues if model.home.tag.is_some() => {
            tags::choose(model, None, out);
            true
        }
        Screen::Issues => model.home.leave_query(out),
        Screen::Sync if !model.sync.filter.is_empty() || model.sync.only.is_some() => {
            model.sync.filter.clear();
            model.sync.only = None;
            model.sync.settle(&model.snapshot);
            true
        }
        Screen::Findings => {
            if !findings::act::leave(model) {
                go(model, Screen::Issues);
            }
            true
        }
        Screen::Sync | Screen::Connections | Screen::Mappings => {
            go(model, Screen::Issues);
            true
        }
    }
}

/// Leaves what covers the screen: zoom, the page of an issue or a finding.
fn leave_overlaying(model: &mut Model) -> bool {
    if model.panes.zoom {
        model.panes.zoom = false;
        true
    } else if model.screen == Screen::Issues && model.page.take().is_some() {
        model.panes.focus = Pane::List;
        true
    } else if model.screen == Screen::Findings && model.findings.page.take().is_some() {
        model.panes.focus = Pane::Findings;
        true
    } else {
        false
    }
}

fn cycle_pane(model: &mut Model, forward: bool) {
    let panes = layout::focusable(model.size, model);
    let present = panes.iter().position(|pane| *pane == model.focus()).unwrap_or(0);
    let step = if forward { 1 } else { panes.len().saturating_sub(1) };
    if let Some(pane) = panes.get((present + step) % panes.len().max(1)) {
        model.panes.focus = *pane;
    }
}

fn next_preview(model: &mut Model) {
    let wide = model.size.width >= 100;
    model.panes.preview = match (layout::preview(model.size, model), wide) {
        (Preview::Side, _) => Preview::Below,
        (Preview::Below, _) => Preview::Off,
        (Preview::Off | Preview::Auto, true) => Preview::Side,
        (Preview::Off | Preview::Auto, false) => Preview::Below,
    };
    let text = match model.panes.preview {
        Preview::Off => "preview off",
        Preview::Below => "preview below",
        Preview::Side | Preview::Auto => "preview at the side",
    };
    model.say(Tone::Plain, text);
}

/// Columns that one key press moves a divider by.
const STEP: i16 = 4;

fn resize(model: &mut Model, direction: i16) {
    let side = layout::preview(model.size, model) == Preview::Side;
    let step = if side { STEP } else { 1 };
    let on_home = model.screen == Screen::Issues;
    let panes = &mut model.panes;
    let (by, change) = match panes.focus {
        Pane::Views => (&mut panes.views_by, STEP * direction),
        Pane::Preview | Pane::Comments | Pane::Finding | Pane::FindingIssue => {
            (&mut panes.preview_by, step * direction)
        }
        Pane::Connections | Pane::Mappings | Pane::Log if on_home => (&mut panes.strip_by, direction),
        Pane::Connections | Pane::Mappings | Pane::Editor | Pane::Runs => (&mut panes.table_by, direction),
        Pane::Log => (&mut panes.table_by, -direction),
        _ => (&mut panes.preview_by, -step * direction),
    };
    *by = by.saturating_add(change).clamp(-200, 200);
}

/// Why the theme cannot be changed.
pub(crate) fn theme_reason(model: &Model) -> Result<(), String> {
    if model.look.no_color {
        Err("NO_COLOR is set: there are no colours to change".to_owned())
    } else {
        Ok(())
    }
}

fn next_theme(model: &mut Model) {
    let all = ThemeName::ALL;
    let present = all.iter().position(|theme| *theme == model.look.theme).unwrap_or(0);
    if let Some(theme) = all.get((present + 1) % all.len()) {
        model.look.theme = *theme;
        model.look.follows = false;
        model.say(Tone::Plain, format!("theme {}", theme.name()));
    }
}
