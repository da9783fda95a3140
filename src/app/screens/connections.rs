//! Screen 4, and the pane of the same name: which connection is chosen.

use crate::app::list::{Motion, scroll_to};
use crate::domain::{Alias, ConnectionState};

/// The table of connections; the chosen one is known by its alias.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConnectionTable {
    selected: Option<Alias>,
    pub(crate) cursor: usize,
    pub(crate) top: usize,
}

impl ConnectionTable {
    /// Finds the chosen connection again after the table changed.
    pub(crate) fn settle(&mut self, connections: &[ConnectionState]) {
        let found = connections
            .iter()
            .position(|connection| Some(&connection.alias) == self.selected.as_ref());
        self.cursor = found.unwrap_or(self.cursor).min(connections.len().saturating_sub(1));
        self.selected = connections.get(self.cursor).map(|connection| connection.alias.clone());
    }

    /// Chooses a connection of the table, if any is named.
    pub(crate) fn select(&mut self, alias: Option<Alias>) {
        self.selected = alias.or(self.selected.take());
    }

    pub(crate) fn go(&mut self, motion: Motion, connections: &[ConnectionState], height: usize) {
        self.select_at(motion.target(self.cursor, connections.len(), height), connections);
    }

    pub(crate) fn select_at(&mut self, index: usize, connections: &[ConnectionState]) {
        self.cursor = index;
        self.selected = connections.get(index).map(|connection| connection.alias.clone());
        self.settle(connections);
    }

    /// Scrolls so that the chosen row is among the `height` rows in sight.
    pub(crate) fn keep_in_sight(&mut self, len: usize, height: usize) {
        self.top = scroll_to(self.cursor, self.top, len, height);
    }
}
