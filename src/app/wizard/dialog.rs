//! Boxes about one connection: a new name for it, and whether to remove it.
//!
//! Must never be in here: a box that a repeated key or Enter alone confirms.

use crossterm::event::{KeyCode, KeyModifiers};
use ratatui::layout::{Position, Rect};

use super::Asked;
use crate::app::chord::Chord;
use crate::app::event::{Effect, Manage, Ticket};
use crate::app::layout::inner;
use crate::app::line_edit::LineEdit;
use crate::app::model::Model;
use crate::app::overlay::Layer;
use crate::app::perform;
use crate::app::role::{Line, Role};
use crate::config::typed;
use crate::domain::{Access, Alias, ConnectionState, Deployment, Problem};
use crate::text::{clean_line, thousands, width, wrap};

/// A box.
#[derive(Debug, Clone)]
pub(crate) enum Dialog {
    Rename {
        alias: Alias,
        taken: Vec<Alias>,
        edit: LineEdit,
    },
    Remove {
        connection: Box<ConnectionState>,
        diff: Asked<Vec<String>>,
        /// The button that removes has the focus.
        sure: bool,
        scroll: usize,
    },
}

/// The buttons of the box that asks.
pub(crate) const BUTTONS: [&str; 2] = ["[ Cancel ]", "[ Remove ]"];

/// Asks for a new alias.
pub(crate) fn rename(model: &mut Model, alias: Alias) {
    let connections = &model.snapshot.connections;
    let others = connections.iter().map(|connection| &connection.alias);
    let taken = others.filter(|other| **other != alias).cloned().collect();
    let edit = LineEdit::new(alias.as_str());
    model
        .layers
        .push(Layer::Connection(Dialog::Rename { alias, taken, edit }));
}

/// Asks whether to remove a connection.
pub(crate) fn remove(model: &mut Model, alias: &Alias, out: &mut Vec<Effect>) {
    let Some(connection) = model.connection(alias).cloned() else {
        return;
    };
    let ticket = model.requests.ticket();
    out.push(Effect::PreviewRemove(ticket, alias.clone()));
    model.layers.push(Layer::Connection(Dialog::Remove {
        connection: Box::new(connection),
        diff: Asked::Waiting(ticket),
        sure: false,
        scroll: 0,
    }));
}

impl Dialog {
    /// Takes what would change in the config.
    pub(super) fn previewed(&mut self, ticket: Ticket, answer: &Result<Vec<String>, Problem>) -> bool {
        match self {
            Self::Remove { diff, .. } => diff.take(ticket, answer.clone()),
            Self::Rename { .. } => false,
        }
    }

    /// What is wrong with the new alias.
    pub(crate) fn flaw(&self) -> Option<String> {
        match self {
            Self::Rename { taken, edit, .. } => typed::alias(edit.text().trim(), taken).err(),
            Self::Remove { .. } => None,
        }
    }

    /// Title of the box.
    pub(crate) fn title(&self) -> String {
        match self {
            Self::Rename { alias, .. } => format!("Rename {}", clean_line(alias.as_str())),
            Self::Remove { connection, .. } => format!("Remove {}?", clean_line(connection.alias.as_str())),
        }
    }

    /// Cells and rows that the box wants.
    pub(crate) fn size(&self) -> (u16, usize) {
        match self {
            Self::Rename { .. } => (60, 6),
            Self::Remove { .. } => (78, 6 + self.lines(74).len()),
        }
    }

    /// What the box says, above its field or buttons.
    pub(crate) fn lines(&self, cells: usize) -> Vec<Line> {
        match self {
            Self::Rename { .. } => vec![Line::of("Mappings and cached issues come along.", Role::Muted)],
            Self::Remove { connection, diff, .. } => consequences(connection, diff, cells),
        }
    }
}

fn consequences(connection: &ConnectionState, diff: &Asked<Vec<String>>, cells: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut say = |label: &str, text: &str| {
        for (at, line) in wrap(text, cells.saturating_sub(8)).into_iter().enumerate() {
            let label = if at == 0 { label } else { "" };
            lines.push(Line::of(format!("{label:<8}"), Role::Muted).with(line, Role::Text));
        }
    };
    let issues = connection.issues.map_or_else(|| "all".to_owned(), thousands);
    say(
        "Goes",
        &format!("its {issues} cached issues, its runs, and the tokens and secret that crosstie keeps for it"),
    );
    say(
        "Stays",
        "mappings that name it, files and variables of your own, and everything in Jira",
    );
    let (still, place) = revoke(connection);
    say("", &format!("{still}. Take it back there if nobody needs it:"));
    for line in wrap(&place, cells.saturating_sub(8)) {
        lines.push(Line::of(format!("{:8}{line}", ""), Role::Link));
    }
    match diff {
        Asked::Got(diff) => {
            lines.push(Line::default());
            for text in diff {
                let role = if text.starts_with('-') {
                    Role::Error
                } else {
                    Role::Muted
                };
                lines.extend(
                    wrap(&clean_line(text), cells)
                        .into_iter()
                        .map(|line| Line::of(line, role)),
                );
            }
        }
        Asked::Failed(problem) => {
            lines.push(Line::of(clean_line(&problem.message).into_owned(), Role::Error));
            lines.push(Line::of(clean_line(&problem.remedy).into_owned(), Role::Info));
        }
        Asked::No | Asked::Waiting(_) => {}
    }
    lines
}

/// What stays valid on Jira's side, and where it is taken back.
fn revoke(connection: &ConnectionState) -> (&'static str, String) {
    let site = &connection.site;
    let cloud = connection.deployment == Some(Deployment::Cloud);
    match connection.access {
        Access::ApiToken => (
            "The API token stays valid at Atlassian",
            "https://id.atlassian.com/manage-profile/security/api-tokens".to_owned(),
        ),
        Access::OAuth2Cloud => (
            "The consent stays at Atlassian",
            "https://id.atlassian.com/manage-profile/apps".to_owned(),
        ),
        Access::OAuth1 if cloud => (
            "The grant stays in Jira",
            format!("{site}/plugins/servlet/oauth/users/access-tokens"),
        ),
        Access::OAuth1 | Access::OAuth2DataCenter => (
            "The grant stays in Jira, under your profile and Administration → Application links",
            format!("{site}/plugins/servlet/oauth/users/access-tokens"),
        ),
        Access::Pat => (
            "The token stays valid in Jira, under your profile → Personal access tokens",
            format!("{site}/secure/ViewProfile.jspa"),
        ),
        Access::Basic => ("The password is as it was", format!("{site}/secure/ViewProfile.jspa")),
    }
}

/// Gives a key to the topmost box.
pub(crate) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let Some(Layer::Connection(dialog)) = model.layers.last_mut() else {
        return;
    };
    let (code, mods) = chord.parts();
    match (dialog, code) {
        (_, KeyCode::Esc) => drop(model.layers.pop()),
        (Dialog::Rename { .. }, KeyCode::Enter) => renamed(model, out),
        (Dialog::Rename { edit, .. }, _) => drop(edit.key(chord)),
        (Dialog::Remove { sure, .. }, KeyCode::Tab | KeyCode::BackTab | KeyCode::Left | KeyCode::Right) => {
            *sure = !*sure;
        }
        (Dialog::Remove { sure, .. }, KeyCode::Enter) => {
            let sure = *sure;
            answered(model, sure, out);
        }
        (Dialog::Remove { .. }, KeyCode::Char('y')) if mods == KeyModifiers::NONE => answered(model, true, out),
        (Dialog::Remove { .. }, KeyCode::Char('q' | 'n')) => drop(model.layers.pop()),
        (Dialog::Remove { scroll, .. }, KeyCode::Down | KeyCode::Char('j')) => *scroll += 1,
        (Dialog::Remove { scroll, .. }, KeyCode::Up | KeyCode::Char('k')) => *scroll = scroll.saturating_sub(1),
        (Dialog::Remove { .. }, _) => {}
    }
}

fn renamed(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Connection(dialog)) = model.layers.last() else {
        return;
    };
    if dialog.flaw().is_some() {
        return;
    }
    let Some(Layer::Connection(Dialog::Rename { alias, edit, .. })) = model.layers.pop() else {
        return;
    };
    let to = Alias::from(edit.text().trim());
    if to != alias {
        perform::manage(model, Manage::Rename { from: alias, to }, out);
    }
}

fn answered(model: &mut Model, sure: bool, out: &mut Vec<Effect>) {
    if let Some(Layer::Connection(Dialog::Remove { connection, .. })) = model.layers.pop()
        && sure
    {
        perform::manage(model, Manage::Remove(connection.alias), out);
    }
}

/// Where the buttons of the box are.
pub(crate) fn buttons(rect: Rect) -> [Rect; 2] {
    let area = inner(rect);
    let mut x = area.x + 2;
    BUTTONS.map(|label| {
        let cells = u16::try_from(width(label)).unwrap_or(0);
        let button = Rect::new(x, area.bottom().saturating_sub(1), cells, 1);
        x += cells + 2;
        button
    })
}

/// Takes a click into the topmost box.
pub(crate) fn click(model: &mut Model, rect: Rect, at: Position, out: &mut Vec<Effect>) {
    let Some(Layer::Connection(Dialog::Remove { .. })) = model.layers.last() else {
        return;
    };
    if let Some(button) = buttons(rect).iter().position(|button| button.contains(at)) {
        answered(model, button == 1, out);
    }
}

/// Gives pasted text to the box.
pub(crate) fn paste(dialog: &mut Dialog, text: &str) {
    if let Dialog::Rename { edit, .. } = dialog {
        edit.paste(text);
    }
}
