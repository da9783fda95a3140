//! The one registry of everything a key, the palette or the mouse can make the dashboard do.
//!
//! Hint line, help, palette and remapping all read this table; a key that isn't here does nothing.
//! Must never be in here: how an action is carried out (`perform`), or drawing.

mod place;

pub use place::{Group, Place};

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
    Undo,
    Redo,
    Left,
    Right,
    EarlierSample,
    LaterSample,
    Link,
    Jump,
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

const VIEWS: u16 = Place::Views.bit();
const LIST: u16 = Place::List.bit();
const PREVIEW: u16 = Place::Preview.bit();
const PAGE: u16 = Place::Page.bit();
const RUNS: u16 = Place::Runs.bit();
const LOG: u16 = Place::Log.bit();
const STRIP: u16 = Place::Strip.bit();
const CONNECTIONS: u16 = Place::Connections.bit();
const MAPPINGS: u16 = Place::Mappings.bit();
const EDITOR: u16 = Place::Editor.bit();
const FINDINGS: u16 = Place::Findings.bit() | Place::Finding.bit();
const FINDING_PAGE: u16 = Place::FindingPage.bit();
const HOME: u16 = VIEWS | LIST | PREVIEW;
const EVERYWHERE: u16 = u16::MAX;
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

const fn row(
    action: Action,
    name: &'static str,
    keys: &'static [&'static str],
    title: &'static str,
    hint: &'static str,
    group: Group,
    places: u16,
) -> Spec {
    Spec {
        action,
        name,
        title,
        hint,
        keys,
        group,
        places,
    }
}

/// The registry, in the order of help; hints appear in the same order.
pub const TABLE: &[Spec] = {
    use Action as A;
    use Group as G;
    &[
        row(A::Down, "down", &["j", "down"], "row down", "", G::Move, EVERYWHERE),
        row(A::Up, "up", &["k", "up"], "row up", "", G::Move, EVERYWHERE),
        row(A::First, "first", &["g", "home"], "first", "", G::Move, EVERYWHERE),
        row(A::Last, "last", &["G", "end"], "last", "", G::Move, EVERYWHERE),
        row(
            A::HalfDown,
            "half-page-down",
            &["ctrl-d"],
            "half page down",
            "",
            G::Move,
            EVERYWHERE,
        ),
        row(
            A::HalfUp,
            "half-page-up",
            &["ctrl-u"],
            "half page up",
            "",
            G::Move,
            EVERYWHERE,
        ),
        row(
            A::PageDown,
            "page-down",
            &["pgdn"],
            "page down",
            "",
            G::Move,
            EVERYWHERE,
        ),
        row(A::PageUp, "page-up", &["pgup"], "page up", "", G::Move, EVERYWHERE),
        row(A::NextPane, "next-pane", &["tab"], "next pane", "", G::Move, EVERYWHERE),
        row(
            A::PreviousPane,
            "previous-pane",
            &["shift-tab"],
            "previous pane",
            "",
            G::Move,
            EVERYWHERE,
        ),
        row(
            A::NextItem,
            "next-item",
            &["]"],
            "next in the list",
            "",
            G::Move,
            HOME | PAGE | LOG | RUNS | EDITOR | FINDINGS | FINDING_PAGE,
        ),
        row(
            A::PreviousItem,
            "previous-item",
            &["["],
            "previous in the list",
            "",
            G::Move,
            HOME | PAGE | LOG | RUNS | EDITOR | FINDINGS | FINDING_PAGE,
        ),
        row(A::Issues, "issues", &["1"], "Issues", "", G::Move, EVERYWHERE),
        row(A::Entities, "entities", &["2"], "Entities", "", G::Move, NOWHERE),
        row(A::Findings, "findings", &["3"], "Findings", "", G::Move, EVERYWHERE),
        row(
            A::Connections,
            "connections",
            &["4"],
            "Connections",
            "",
            G::Move,
            EVERYWHERE,
        ),
        row(A::Mappings, "mappings", &["5"], "Mappings", "", G::Move, EVERYWHERE),
        row(A::Sync, "sync", &["6"], "Sync", "", G::Move, EVERYWHERE),
        row(
            A::Open,
            "open",
            &["enter"],
            "open",
            "open",
            G::Item,
            HOME | STRIP | RUNS | LOG | MAPPINGS | EDITOR | FINDINGS,
        ),
        row(A::Back, "back", &["esc"], "back", "back", G::Move, EVERYWHERE),
        row(
            A::Filter,
            "filter",
            &["/"],
            "filter this list",
            "filter",
            G::Find,
            HOME | RUNS | LOG | EDITOR | FINDINGS,
        ),
        row(A::Jql, "jql", &["J"], "edit JQL", "jql", G::Find, HOME | PAGE),
        row(
            A::Tags,
            "tags",
            &["#"],
            "filter by tag",
            "tag",
            G::Find,
            HOME | PAGE | FINDINGS,
        ),
        row(A::Views, "views", &["v"], "pick a view", "views", G::Find, HOME | PAGE),
        row(A::Sort, "sort", &["s"], "sort", "sort", G::Find, HOME | FINDINGS),
        row(A::Columns, "columns", &["S"], "choose columns", "", G::Find, HOME),
        row(
            A::New,
            "new",
            &["n"],
            "new view, connection, issue, mapping",
            "new",
            G::Item,
            HOME | CONNECTIONS | STRIP | MAPPINGS | FINDINGS | FINDING_PAGE,
        ),
        row(
            A::Save,
            "save",
            &["w"],
            "save what changed",
            "save",
            G::View,
            HOME | EDITOR,
        ),
        row(A::SaveAs, "save-as", &["W"], "save as a new view", "", G::View, HOME),
        row(
            A::Edit,
            "edit",
            &["e"],
            "rename view, edit the row",
            "edit",
            G::Item,
            VIEWS | CONNECTIONS | STRIP | MAPPINGS | EDITOR,
        ),
        row(
            A::Earlier,
            "move-up",
            &["{", "alt-up"],
            "move the view up",
            "",
            G::View,
            VIEWS,
        ),
        row(
            A::Later,
            "move-down",
            &["}", "alt-down"],
            "move the view down",
            "move",
            G::View,
            VIEWS,
        ),
        row(
            A::StartWith,
            "default",
            &["*"],
            "start with this view",
            "",
            G::View,
            VIEWS,
        ),
        row(
            A::Menu,
            "menu",
            &["m"],
            "menu for this row",
            "menu",
            G::Item,
            CONNECTIONS | STRIP | MAPPINGS | EDITOR | FINDINGS | FINDING_PAGE,
        ),
        row(
            A::Remove,
            "remove",
            &["x"],
            "remove, unlink",
            "remove",
            G::Item,
            VIEWS | CONNECTIONS | STRIP | MAPPINGS | EDITOR | FINDINGS | FINDING_PAGE,
        ),
        row(
            A::Source,
            "source",
            &["F7"],
            "cache or servers",
            "",
            G::Find,
            HOME | PAGE,
        ),
        row(
            A::ShowJql,
            "show-jql",
            &["K"],
            "the JQL really used",
            "",
            G::Find,
            HOME | PAGE,
        ),
        row(
            A::Editor,
            "editor",
            &["E", "F4"],
            "edit JQL or template in $EDITOR",
            "",
            G::Find,
            HOME | PAGE | EDITOR,
        ),
        row(
            A::Select,
            "select",
            &["space"],
            "select, switch on or off",
            "select",
            G::Item,
            MAPPINGS | EDITOR | FINDINGS,
        ),
        row(A::Undo, "undo", &["u"], "undo", "undo", G::Item, EDITOR),
        row(A::Redo, "redo", &["U"], "redo", "", G::Item, EDITOR),
        row(
            A::Left,
            "left",
            &["h", "left"],
            "kind of rule before",
            "",
            G::Item,
            EDITOR,
        ),
        row(
            A::Right,
            "right",
            &["l", "right"],
            "next kind of rule",
            "rule",
            G::Item,
            EDITOR,
        ),
        row(
            A::EarlierSample,
            "earlier-sample",
            &[","],
            "other sample",
            "",
            G::Find,
            EDITOR,
        ),
        row(
            A::LaterSample,
            "later-sample",
            &["."],
            "next sample",
            "sample",
            G::Find,
            EDITOR,
        ),
        row(
            A::Link,
            "link",
            &["L"],
            "link to an issue",
            "link",
            G::Item,
            FINDINGS | FINDING_PAGE,
        ),
        row(
            A::Jump,
            "jump",
            &["'"],
            "to its issue or finding",
            "",
            G::Item,
            LIST | PREVIEW | PAGE | FINDINGS | FINDING_PAGE,
        ),
        row(
            A::Follow,
            "follow",
            &["f"],
            "follow the log",
            "follow",
            G::Log,
            LOG | RUNS,
        ),
        row(
            A::MoreDetail,
            "log-more",
            &["+", "="],
            "more detail in the log",
            "",
            G::Log,
            LOG | RUNS,
        ),
        row(
            A::LessDetail,
            "log-less",
            &["-"],
            "less detail in the log",
            "level",
            G::Log,
            LOG | RUNS,
        ),
        row(
            A::Browser,
            "browser",
            &["o"],
            "open in the browser",
            "browser",
            G::Item,
            EVERYWHERE,
        ),
        row(
            A::CopyKey,
            "copy",
            &["y"],
            "copy key or line",
            "copy",
            G::Item,
            EVERYWHERE,
        ),
        row(A::CopyUrl, "copy-url", &["Y"], "copy the URL", "", G::Item, EVERYWHERE),
        row(
            A::Refresh,
            "refresh",
            &["r", "F5", "ctrl-r"],
            "refresh this",
            "refresh",
            G::Sync,
            EVERYWHERE,
        ),
        row(
            A::SyncAll,
            "sync-all",
            &["R"],
            "all connections",
            "sync all",
            G::Sync,
            EVERYWHERE,
        ),
        row(
            A::Preview,
            "preview",
            &["p"],
            "move or hide preview",
            "preview",
            G::Screen,
            HOME | FINDINGS,
        ),
        row(A::Zoom, "zoom", &["z"], "zoom this pane", "zoom", G::Screen, EVERYWHERE),
        row(A::Narrower, "shrink", &["<"], "pane smaller", "", G::Screen, EVERYWHERE),
        row(A::Wider, "grow", &[">"], "pane larger", "", G::Screen, EVERYWHERE),
        row(
            A::Strip,
            "strip",
            &["B"],
            "bottom strip",
            "",
            G::Screen,
            HOME | STRIP | LOG,
        ),
        row(A::Theme, "theme", &["T"], "next theme", "", G::Screen, EVERYWHERE),
        row(A::Mouse, "mouse", &["M"], "select by mouse", "", G::Screen, EVERYWHERE),
        row(
            A::Commands,
            "commands",
            &[":", "ctrl-p"],
            "all commands",
            "commands",
            G::App,
            EVERYWHERE,
        ),
        row(A::Help, "help", &["?", "F1"], "this help", "help", G::App, EVERYWHERE),
        row(A::Messages, "messages", &["!"], "messages", "", G::App, EVERYWHERE),
        row(A::Redraw, "redraw", &["ctrl-l"], "redraw", "", G::App, EVERYWHERE),
        row(
            A::Suspend,
            "suspend",
            &["ctrl-z"],
            "suspend, fg returns",
            "",
            G::App,
            EVERYWHERE,
        ),
        row(
            A::Close,
            "close",
            &["q"],
            "close; quit at the top",
            "quit",
            G::App,
            EVERYWHERE,
        ),
        row(A::Quit, "quit", &["ctrl-c"], "quit", "", G::App, EVERYWHERE),
    ]
};

impl Action {
    /// Its row in the registry.
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        TABLE.iter().find(|spec| spec.action == self).unwrap_or(&TABLE[0])
    }
}

#[cfg(test)]
mod tests;
