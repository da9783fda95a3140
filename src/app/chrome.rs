//! What frames the panes: tabs, connection states, hint line, boxes of overlays, as text in places.

use ratatui::layout::Rect;

use super::action::{Action, TABLE};
use super::findings::dialog::{Dialog as FindingDialog, link::ROWS as ISSUES};
use super::layout::inner;
use super::model::{Model, Screen};
use super::overlay::{Layer, chooser, picker};
use super::wizard::dialog::Dialog;
use crate::domain::Health;
use crate::text::width;

/// Cells before the first column of a row: the mark of the chosen one and a gap.
pub(crate) const MARK: u16 = 2;

/// A tab of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tab {
    pub(crate) action: Action,
    pub(crate) text: String,
    pub(crate) active: bool,
    pub(crate) rect: Rect,
}

/// Cells that the states of a few connections take at least.
const STATES: u16 = 10;

/// The tabs in their places; the program's name goes first where there is room. Where the names of all
/// leave none for the states of the connections, only the one that is shown keeps its name.
pub(crate) fn tabs(header: Rect, model: &Model) -> Vec<Tab> {
    let mut x = header.x + 1 + if header.width >= 72 { 10 } else { 0 };
    let screens = [
        (Action::Issues, "1 Issues", Screen::Issues),
        (Action::Findings, "3 Findings", Screen::Findings),
        (Action::Connections, "4 Connections", Screen::Connections),
        (Action::Mappings, "5 Mappings", Screen::Mappings),
        (Action::Sync, "6 Sync", Screen::Sync),
    ];
    let names: usize = screens.iter().map(|(_, name, _)| width(name) + 2).sum();
    let named = usize::from(x) + names + usize::from(STATES) <= usize::from(header.right());
    screens
        .into_iter()
        .map(|(action, name, screen)| {
            let active = model.screen == screen;
            let text = match name.split_once(' ') {
                _ if active => format!("[{name}]"),
                Some((digit, _)) if !named => format!(" {digit} "),
                _ => format!(" {name} "),
            };
            let cells = u16::try_from(width(&text)).unwrap_or(u16::MAX);
            let rect = Rect::new(x, header.y, cells, 1).intersection(header);
            x = x.saturating_add(cells);
            Tab {
                action,
                text,
                active,
                rect,
            }
        })
        .collect()
}

/// How many connections are in each state, in the order of the header.
pub(crate) fn health_counts(model: &Model) -> Vec<(Health, usize)> {
    [
        Health::Ok,
        Health::Unknown,
        Health::Offline,
        Health::Auth,
        Health::Failed,
    ]
    .into_iter()
    .map(|health| {
        let connections = model.snapshot.connections.iter();
        (
            health,
            connections.filter(|connection| connection.health == health).count(),
        )
    })
    .filter(|(_, count)| *count > 0)
    .collect()
}

/// Key and word of each hint, as many as fit with help at the end.
pub(crate) fn hints(cells: usize, model: &Model) -> Vec<(String, String)> {
    let typing = model.entry.is_some();
    let (mut hints, last) = match (model.layers.last(), typing) {
        (None, _) if model.connecting.wizard.is_some() => (wizard_hints(model), help_hint(model, true)),
        (None, _) if super::mapping::has_box(model) => {
            (pairs(&super::mapping::boxes::hints(model)), help_hint(model, true))
        }
        (Some(layer @ Layer::Help(_)), _) => (layer_hints(layer), ("esc".to_owned(), "or ? close".to_owned())),
        (Some(layer), _) => (layer_hints(layer), help_hint(model, true)),
        (None, true) => (entry_hints(model), help_hint(model, true)),
        (None, false) => (place_hints(model), help_hint(model, false)),
    };
    let size = |hint: &(String, String)| width(&hint.0) + 1 + width(&hint.1) + 2;
    let mut room = cells.saturating_sub(size(&last) + 1);
    let fitting = hints
        .iter()
        .take_while(|hint| {
            let fits = size(hint) <= room;
            room = room.saturating_sub(size(hint));
            fits
        })
        .count();
    hints.truncate(fitting);
    hints.push(last);
    hints
}

fn wizard_hints(model: &Model) -> Vec<(String, String)> {
    model
        .connecting
        .wizard
        .as_ref()
        .map(super::wizard::hints)
        .unwrap_or_default()
}

fn help_hint(model: &Model, typing: bool) -> (String, String) {
    let keys = model.keymap.keys(Action::Help);
    let key = if typing {
        keys.iter().find(|chord| chord.typed().is_none())
    } else {
        keys.first()
    };
    (
        key.map_or_else(|| "F1".to_owned(), |chord| chord.label()),
        "help".to_owned(),
    )
}

fn place_hints(model: &Model) -> Vec<(String, String)> {
    let place = model.place();
    let specs = TABLE
        .iter()
        .filter(|spec| spec.works_in(place) && !spec.hint_in(place).is_empty());
    let relevant = |action: Action| match action {
        Action::Help => false,
        Action::Back if model.screen == Screen::Findings => true,
        // On an issue it is worth a hint only where a finding is behind it.
        Action::Jump if model.screen == Screen::Issues => !model.findings.of_issue().is_empty(),
        Action::Back => {
            let home = &model.home;
            model.page.is_some() || !home.filter.is_empty() || home.tag.is_some() || home.own_query().is_some()
        }
        _ => super::perform::enabled(model, action).is_ok(),
    };
    specs
        .filter(|spec| relevant(spec.action))
        .filter_map(|spec| Some((model.keymap.hint(spec.action)?, spec.hint_in(place).to_owned())))
        .collect()
}

fn pairs(hints: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = hints.iter().map(|(key, word)| ((*key).to_owned(), (*word).to_owned()));
    owned.collect()
}

fn entry_hints(model: &Model) -> Vec<(String, String)> {
    use super::model::EntryKind;
    match model.entry.as_ref().map(|entry| entry.kind) {
        Some(EntryKind::Findings) => pairs(&[
            ("type", "to filter"),
            ("tab", "complete"),
            ("↑ ↓", "row"),
            ("enter", "keep"),
            ("ctrl-u", "clear"),
            ("esc", "leave typing"),
        ]),
        Some(EntryKind::Jql) => pairs(&[
            ("enter", "run"),
            ("tab", "complete"),
            ("↑", "history"),
            ("F7", "ask the servers"),
            ("F4", "editor"),
            ("ctrl-u", "clear"),
            ("esc", "leave"),
        ]),
        _ => pairs(&[
            ("type", "to filter"),
            ("↑ ↓", "row"),
            ("enter", "keep"),
            ("esc", "leave typing"),
        ]),
    }
}

fn layer_hints(layer: &Layer) -> Vec<(String, String)> {
    match layer {
        Layer::Pick(_) => pairs(&[
            ("type", "to filter"),
            ("↑ ↓", "choose"),
            ("enter", "run"),
            ("esc", "close"),
        ]),
        Layer::Columns(_) => pairs(&[
            ("type", "to filter"),
            ("space", "on/off"),
            ("{ }", "order"),
            ("enter", "done"),
            ("del", "the view's"),
            ("esc", "cancel"),
        ]),
        Layer::Prompt(_) => pairs(&[("enter", "done"), ("ctrl-u", "clear"), ("esc", "cancel")]),
        Layer::Confirm(_) => pairs(&[("y", "do it"), ("esc", "cancel"), ("tab", "button"), ("↑ ↓", "scroll")]),
        Layer::Help(_) => pairs(&[("type", "to filter"), ("enter", "runs it"), ("tab", "here/all")]),
        Layer::Text(_) => pairs(&[("y", "copy"), ("esc", "close")]),
        Layer::Finding(FindingDialog::Create(_)) => pairs(&[
            ("y", "create"),
            ("tab", "button"),
            ("enter", "press"),
            ("↑ ↓", "scroll"),
            ("esc", "cancel"),
        ]),
        Layer::Finding(FindingDialog::Link(_)) => pairs(&[
            ("type", "key, URL or words"),
            ("↑ ↓", "choose"),
            ("enter", "link"),
            ("esc", "cancel"),
        ]),
        Layer::Connection(Dialog::Rename { .. }) => pairs(&[("enter", "rename"), ("esc", "cancel")]),
        Layer::Connection(Dialog::Remove { .. }) => pairs(&[
            ("tab", "other button"),
            ("y", "remove"),
            ("enter", "press"),
            ("esc", "cancel"),
        ]),
    }
}

/// Where a layer's box lies.
pub(crate) fn layer_rect(area: Rect, layer: &Layer) -> Rect {
    let (wide, high) = match layer {
        Layer::Pick(picker) => {
            let rows = picker.total().min(picker::ROWS);
            let wide = ["Command", "Create by", "Go to"]
                .iter()
                .any(|title| picker.title.starts_with(title));
            (if wide { 78 } else { 52 }, rows + 5)
        }
        Layer::Columns(chooser) => (60, chooser.counts().1.min(chooser::ROWS) + 5),
        Layer::Prompt(_) => (60, 5),
        Layer::Confirm(confirm) if confirm.lines.is_empty() => (88, 9),
        Layer::Confirm(confirm) => (88, confirm.lines.len() + 7),
        Layer::Help(_) => (92, 30),
        Layer::Text(text) => (96, text.parts.len() * 3 + 4),
        Layer::Connection(dialog) => dialog.size(),
        Layer::Finding(FindingDialog::Create(create)) => {
            let wide = 88.min(area.width.saturating_sub(4));
            (wide, create.lines(usize::from(wide).saturating_sub(6)).len() + 5)
        }
        Layer::Finding(FindingDialog::Link(_)) => (78, ISSUES + 7),
    };
    let wide = wide.min(area.width.saturating_sub(4));
    let high = u16::try_from(high)
        .unwrap_or(u16::MAX)
        .min(area.height.saturating_sub(4));
    Rect::new(
        area.x + (area.width - wide) / 2,
        area.y + 1 + (area.height.saturating_sub(high + 3)) / 3,
        wide,
        high,
    )
}

/// The buttons of a question, Cancel first.
pub(crate) fn buttons(rect: Rect) -> [Rect; 2] {
    const WIDE: u16 = 12;
    let area = inner(rect);
    let y = area.bottom().saturating_sub(1);
    let button = |from_right: u16| Rect::new(area.right().saturating_sub(from_right), y, WIDE, 1).intersection(area);
    [button(2 * WIDE + 2), button(WIDE + 1)]
}

/// The lines of what would be made: within the frame, above a gap and the buttons.
pub(crate) fn plan_rows(rect: Rect) -> Rect {
    let area = inner(rect);
    Rect::new(
        area.x + 2,
        area.y,
        area.width.saturating_sub(4),
        area.height.saturating_sub(2),
    )
}

/// The items of a picker: under its input and a line for air, above its note.
pub(crate) fn picker_rows(rect: Rect) -> Rect {
    let area = inner(rect);
    Rect::new(area.x, area.y + 2, area.width, area.height.saturating_sub(3))
}
