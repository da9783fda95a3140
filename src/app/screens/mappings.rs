//! Screen 5, and the pane of the same name: which mapping is chosen.

use crate::app::event::MappingRow;
use crate::app::list::{Motion, scroll_to};

/// The table of mappings; the chosen one is known by its name.
#[derive(Debug, Clone, Default)]
pub(crate) struct MappingTable {
    selected: Option<String>,
    pub(crate) cursor: usize,
    pub(crate) top: usize,
}

impl MappingTable {
    /// Finds the chosen mapping again after the table changed.
    pub(crate) fn settle(&mut self, rows: &[MappingRow]) {
        let found = rows
            .iter()
            .position(|row| Some(&row.config.name) == self.selected.as_ref());
        self.cursor = found.unwrap_or(self.cursor).min(rows.len().saturating_sub(1));
        // A name that is not there yet may be that of a mapping just written.
        if found.is_some() || self.selected.is_none() {
            self.selected = rows.get(self.cursor).map(|row| row.config.name.clone());
        }
    }

    /// Chooses a mapping by name, as soon as it is there.
    pub(crate) fn select(&mut self, name: String) {
        self.selected = Some(name);
    }

    pub(crate) fn go(&mut self, motion: Motion, rows: &[MappingRow], height: usize) {
        self.select_at(motion.target(self.cursor, rows.len(), height), rows);
    }

    pub(crate) fn select_at(&mut self, index: usize, rows: &[MappingRow]) {
        self.cursor = index.min(rows.len().saturating_sub(1));
        self.selected = rows.get(self.cursor).map(|row| row.config.name.clone());
    }

    /// Scrolls so that the chosen row is among the `height` rows in sight.
    pub(crate) fn keep_in_sight(&mut self, len: usize, height: usize) {
        self.top = scroll_to(self.cursor, self.top, len, height);
    }
}
