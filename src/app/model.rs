//! Everything the dashboard knows while it runs: what the store last told, and what the user has
//! chosen since. What is drawn is a function of this and nothing else.

use jiff::{Timestamp, tz::TimeZone};
use ratatui::layout::Size;

use super::action::Place;
use super::columns;
use super::completion::Completing;
use super::event::{Ticket, Tone};
use super::findings::FindingsScreen;
use super::keymap::Keymap;
use super::layout::{self, Pane, Panes};
use super::line_edit::LineEdit;
use super::list::{List, Question};
use super::mapping::Mapping;
use super::mouse::Pointer;
use super::overlay::Layer;
use super::reader::Reader;
use super::refresh::{self, Refresh};
use super::screens::{connections::ConnectionTable, issues::Home, sync::SyncScreen};
use super::setup::{Look, Setup};
use super::tags::TagBook;
use super::toast::Toasts;
use super::wizard::Connecting;
use crate::domain::{Column, ConnectionState, Health, IssueRow, ListPage, Run, RunState, Snapshot};

/// Which of the screens is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Screen {
    /// 1: the issue list.
    #[default]
    Issues,
    /// 3: findings.
    Findings,
    /// 4: connections.
    Connections,
    /// 5: mappings, and their editor.
    Mappings,
    /// 6: runs and log.
    Sync,
}

/// What is being typed into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) kind: EntryKind,
    pub(crate) edit: LineEdit,
    /// Position in the history, counted from the latest.
    pub(crate) recalled: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    /// Fuzzy filter of the issue list.
    Filter,
    /// The JQL bar.
    Jql,
    /// Filter of the log.
    Log,
    /// Filter of the fields in the mapping editor.
    Rules,
    /// Filter of the findings.
    Findings,
}

/// One kind of request of which at most one is under way; more fold into one that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Slot {
    flying: Option<Ticket>,
    wanted: bool,
}

impl Slot {
    pub(crate) fn want(&mut self) {
        self.wanted = true;
    }

    pub(crate) fn is_due(&self) -> bool {
        self.wanted && self.flying.is_none()
    }

    pub(crate) fn start(&mut self, ticket: Ticket) {
        *self = Self {
            flying: Some(ticket),
            wanted: false,
        };
    }

    /// Ends the request if `ticket` is it.
    pub(crate) fn finish(&mut self, ticket: Ticket) -> bool {
        self.flying.take_if(|flying| *flying == ticket).is_some()
    }
}

/// Seconds for which lists hold while nothing changes that they show.
const HOLDS: i64 = 600;

/// Requests under way, apart from the lists'.
#[derive(Debug, Clone, Default)]
pub(crate) struct Requests {
    last: u64,
    pub(crate) snapshot: Slot,
    pub(crate) counts: Slot,
    pub(crate) fields: Slot,
    /// Whether the fields of the sites were ever asked for.
    pub(crate) fields_asked: bool,
    /// The queries that are being counted.
    pub(crate) counted: Vec<String>,
    pub(crate) counted_at: Option<Timestamp>,
    /// When all that lists show was last wanted anew.
    pub(crate) wanted_at: Option<Timestamp>,
}

impl Requests {
    pub(crate) fn ticket(&mut self) -> Ticket {
        self.last += 1;
        Ticket(self.last)
    }
}

/// The whole state of the dashboard.
#[derive(Debug)]
pub struct Model {
    pub(crate) size: Size,
    pub(crate) now: Timestamp,
    pub(crate) zone: TimeZone,
    pub(crate) config_path: String,
    pub(crate) look: Look,
    pub(crate) keymap: Keymap,
    pub(crate) screen: Screen,
    pub(crate) panes: Panes,
    pub(crate) home: Home,
    /// Store row of the issue that is shown full screen.
    pub(crate) page: Option<i64>,
    pub(crate) reader: Reader,
    pub(crate) findings: FindingsScreen,
    pub(crate) connections: ConnectionTable,
    pub(crate) sync: SyncScreen,
    pub(crate) snapshot: Snapshot,
    pub(crate) layers: Vec<Layer>,
    pub(crate) entry: Option<Entry>,
    pub(crate) toasts: Toasts,
    pub(crate) refresh: Refresh,
    pub(crate) requests: Requests,
    pub(crate) tags: TagBook,
    pub(crate) completing: Option<Completing>,
    pub(crate) pointer: Pointer,
    pub(crate) connecting: Connecting,
    pub(crate) mapping: Mapping,
}

impl Model {
    /// A dashboard that shows what the store already knows. Without a page it asks for one.
    #[must_use]
    pub fn new(setup: Setup, page: Option<ListPage>, snapshot: Snapshot) -> Self {
        let query = setup.first_query();
        let mut home = Home::new(setup.views, setup.implied);
        if let Some(page) = page {
            let question = Question {
                jql: query.jql,
                fields: query.fields,
                ..Question::default()
            };
            home.list = List::with(question, page);
        }
        let mut requests = Requests::default();
        requests.counts.want();
        // What there was before the first frame may be only the latest.
        requests.snapshot.want();
        let mut model = Self {
            size: setup.size,
            now: setup.now,
            zone: setup.zone,
            config_path: setup.config_path,
            look: setup.look,
            keymap: Keymap::new(&setup.keys),
            screen: Screen::default(),
            panes: Panes::default(),
            home,
            page: None,
            reader: Reader::default(),
            findings: FindingsScreen::default(),
            connections: ConnectionTable::default(),
            sync: SyncScreen::default(),
            snapshot: Snapshot::default(),
            layers: Vec::new(),
            entry: None,
            toasts: Toasts::default(),
            refresh: Refresh::default(),
            requests,
            tags: TagBook::default(),
            completing: None,
            pointer: Pointer::default(),
            connecting: Connecting::default(),
            mapping: Mapping::default(),
        };
        model.take_snapshot(snapshot);
        if let Some(clash) = model.keymap.clashes().first() {
            let text = format!("[keys] {} = \"{}\": {}", clash.action, clash.key, clash.message);
            model.complain(text);
        }
        model
    }

    /// The look in force, for the theme.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// The size that everything is laid out for.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The screen shown.
    #[must_use]
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// Key of the chosen issue.
    #[must_use]
    pub fn selected_key(&self) -> Option<String> {
        self.current_row().map(|row| row.key.as_str().to_owned())
    }

    /// Whether something moves on the screen, so that ticks should come faster.
    #[must_use]
    pub fn spins(&self) -> bool {
        self.running().next().is_some()
            || self.home.list.is_waiting()
            || self.home.live.as_ref().is_some_and(|live| !live.done)
            || self.connecting.spins()
            || self.mapping.spins()
            || self.findings.spins()
    }

    pub(crate) fn take_snapshot(&mut self, snapshot: Snapshot) {
        let complete = |snapshot: &Snapshot| snapshot.connections.iter().filter(|one| one.complete).count();
        if complete(&snapshot) > complete(&self.snapshot) {
            // What was counted during a first pull is far off: that cannot wait.
            self.requests.counts.want();
            self.requests.counted_at = None;
            self.tags.count_at_once();
        }
        self.snapshot = snapshot;
        let written = self.connecting.arrived(&self.snapshot.connections);
        self.connections.select(written);
        self.connections.settle(&self.snapshot.connections);
        self.sync.settle(&self.snapshot);
        refresh::settle(self);
    }

    /// Everything that the store says is to be read again.
    pub(crate) fn invalidate(&mut self) {
        self.requests.wanted_at = Some(self.now);
        self.home.list.invalidate();
        self.reader.invalidate();
        self.tags.invalidate();
        self.findings.invalidate();
        self.requests.snapshot.want();
        self.requests.counts.want();
        self.mapping.invalidate();
    }

    /// Whether what lists show may no longer hold although nothing has changed: `updated >= -7d` moves on.
    pub(crate) fn is_old(&self) -> bool {
        let age = self.requests.wanted_at.map(|at| self.now.as_second() - at.as_second());
        age.is_none_or(|age| !(0..HOLDS).contains(&age))
    }

    pub(crate) fn tick(&mut self, now: Timestamp) {
        self.now = now;
        self.toasts.tick(now);
        refresh::settle(self);
    }

    /// Says something that goes by itself.
    pub(crate) fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.toasts.show(tone, text.into(), false, self.now);
    }

    /// Says what went wrong; it stays until it is looked at.
    pub(crate) fn complain(&mut self, text: impl Into<String>) {
        self.toasts.show(Tone::Bad, text.into(), true, self.now);
    }

    /// The list in sight: the answer of a live search, else the view's.
    pub(crate) fn list(&self) -> &List {
        self.home.live.as_ref().map_or(&self.home.list, |live| &live.list)
    }

    pub(crate) fn list_mut(&mut self) -> &mut List {
        match &mut self.home.live {
            Some(live) => &mut live.list,
            None => &mut self.home.list,
        }
    }

    /// The issue that actions are about: the page's, else the chosen row.
    pub(crate) fn current_row(&self) -> Option<&IssueRow> {
        match self.page {
            Some(row) => self
                .reader
                .detail()
                .map(|detail| &detail.row)
                .filter(|shown| shown.row == row)
                .or_else(|| self.list().current().filter(|current| current.row == row)),
            None => self.list().current(),
        }
    }

    /// Columns in force: those put over the view, else its own.
    pub(crate) fn columns(&self) -> Vec<Column> {
        self.home.columns.clone().unwrap_or_else(|| self.saved_columns())
    }

    /// Columns of the chosen view, else the default ones; with several connections their name comes
    /// first.
    pub(crate) fn saved_columns(&self) -> Vec<Column> {
        let of_view = self.home.views.chosen().map(|view| view.columns.clone());
        let mut columns = of_view.filter(|columns| !columns.is_empty()).unwrap_or_else(|| {
            let mut columns = columns::DEFAULT.to_vec();
            if self.snapshot.connections.len() > 1 {
                columns.insert(0, Column::Connection);
            }
            if !self.tags.entries().is_empty() {
                let after = columns.iter().position(|column| *column == Column::Summary);
                columns.insert(after.map_or(columns.len(), |at| at + 1), Column::Tag);
            }
            columns
        });
        if columns.is_empty() {
            columns.push(Column::Key);
        }
        columns
    }

    /// The pane with the focus; one that is not on the screen cannot have it.
    pub(crate) fn focus(&self) -> Pane {
        let panes = layout::focusable(self.size, self);
        if panes.contains(&self.panes.focus) {
            self.panes.focus
        } else {
            layout::main_pane(self)
        }
    }

    pub(crate) fn place(&self) -> Place {
        match self.focus() {
            Pane::Views => Place::Views,
            Pane::List => Place::List,
            Pane::Preview | Pane::Comments => Place::Preview,
            Pane::Page | Pane::Fields => Place::Page,
            Pane::Findings => Place::Findings,
            Pane::Finding | Pane::FindingIssue if self.findings.page.is_none() => Place::Finding,
            Pane::Finding | Pane::FindingIssue => Place::FindingPage,
            Pane::Connections if self.screen == Screen::Issues => Place::Strip,
            Pane::Connections | Pane::ConnectionDetail => Place::Connections,
            Pane::Mappings | Pane::MappingDetail => Place::Mappings,
            Pane::Editor | Pane::Problems => Place::Editor,
            Pane::Runs => Place::Runs,
            Pane::Log | Pane::LogDetail => Place::Log,
        }
    }

    pub(crate) fn typing(&self, kind: EntryKind) -> Option<&LineEdit> {
        self.entry
            .as_ref()
            .filter(|entry| entry.kind == kind)
            .map(|entry| &entry.edit)
    }

    pub(crate) fn has_connections(&self) -> bool {
        !self.snapshot.connections.is_empty()
    }

    /// Runs under way.
    pub(crate) fn running(&self) -> impl Iterator<Item = &Run> {
        self.snapshot.runs.iter().filter(|run| run.state == RunState::Running)
    }

    pub(crate) fn connection(&self, alias: &crate::domain::Alias) -> Option<&ConnectionState> {
        self.snapshot
            .connections
            .iter()
            .find(|connection| connection.alias == *alias)
    }

    /// What can be reached is at least that fresh; without anything reachable, what is cached.
    pub(crate) fn cached_since(&self) -> Option<Timestamp> {
        let oldest = |cut_off: bool| {
            let connections = self.snapshot.connections.iter();
            let chosen = connections.filter(|connection| is_cut_off(connection) == cut_off);
            chosen.filter_map(|connection| connection.last_success).min()
        };
        oldest(false).or_else(|| oldest(true))
    }

    /// The connection that has been cut off for longest, if any, and whether all of them are.
    pub(crate) fn cut_off(&self) -> Option<(&ConnectionState, bool)> {
        let cut_off = || {
            self.snapshot
                .connections
                .iter()
                .filter(|connection| is_cut_off(connection))
        };
        let longest = cut_off().min_by_key(|connection| connection.last_success)?;
        Some((longest, cut_off().count() == self.snapshot.connections.len()))
    }

    /// `10:41` in the user's zone.
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        at.to_zoned(self.zone.clone()).strftime("%H:%M").to_string()
    }

    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.now.to_zoned(self.zone.clone()).date()
    }
}

/// Whether a connection cannot be reached or does not let us in.
pub(crate) fn is_cut_off(connection: &ConnectionState) -> bool {
    !matches!(connection.health, Health::Ok | Health::Unknown)
}
