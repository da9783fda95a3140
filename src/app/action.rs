//! The one registry of everything a key, the palette or the mouse can make the dashboard do.
//!
//! Hint line, help, palette and remapping all read this table; a key that isn't here does nothing.
//! Must never be in here: how an action is carried out (`perform`), or drawing.

mod local;
mod place;
mod table;

pub use place::{Group, Place};
pub use table::TABLE;

/// Everything the dashboard can be asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its title in the table below")]
pub enum Action {
    Down,
    Up,
    First,
    Last,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    NextPane,
    PreviousPane,
    NextItem,
    PreviousItem,
    Issues,
    Entities,
    Findings,
    Connections,
    Mappings,
    Sync,
    Back,
    Open,
    Browser,
    CopyKey,
    CopyUrl,
    Menu,
    Filter,
    Jql,
    Tags,
    Source,
    Views,
    Sort,
    Columns,
    Save,
    SaveAs,
    New,
    Edit,
    Remove,
    Earlier,
    Later,
    StartWith,
    ShowJql,
    Editor,
    Select,
    Link,
    Jump,
    Undo,
    Redo,
    Left,
    Right,
    EarlierSample,
    LaterSample,
    Refresh,
    SyncAll,
    Preview,
    Zoom,
    Narrower,
    Wider,
    Strip,
    Theme,
    Mouse,
    Follow,
    MoreDetail,
    LessDetail,
    Commands,
    Help,
    Messages,
    Close,
    Quit,
    Redraw,
    Suspend,
}

/// Screens that are not in this version: their digit answers, but nothing lists them.
const NOWHERE: u16 = 0;

/// One row of the registry.
#[derive(Debug)]
pub struct Spec {
    /// What it does.
    pub action: Action,
    /// Its name in `[keys]`.
    pub name: &'static str,
    /// What help and palette call it.
    pub title: &'static str,
    /// Its word in the hint line; empty keeps it out.
    pub hint: &'static str,
    /// Default keys.
    pub keys: &'static [&'static str],
    /// Heading in help.
    pub group: Group,
    places: u16,
}

impl Spec {
    /// Whether the action means something with the focus there.
    #[must_use]
    pub fn works_in(&self, place: Place) -> bool {
        self.places & place.bit() != 0
    }

    /// Whether the action is part of this version at all.
    #[must_use]
    pub fn listed(&self) -> bool {
        self.places != NOWHERE
    }
}

impl Action {
    /// Its row in the registry.
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        TABLE.iter().find(|spec| spec.action == self).unwrap_or(&TABLE[0])
    }
}

#[cfg(test)]
mod tests;
