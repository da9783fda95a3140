//! Whose calendar counts where: dates in what a mapping says are meant as its connection's account sees
//! them.

use std::collections::BTreeMap;

use jiff::{Timestamp, tz::TimeZone};

use crate::{domain::Alias, jql::dates::Moment};

/// Now, and the zone of each connection's account.
#[derive(Debug, Clone, Default)]
pub struct Calendars {
    now: Timestamp,
    zones: BTreeMap<Alias, TimeZone>,
}

impl Calendars {
    /// Where a connection has no zone, nobody has signed in yet, and UTC counts.
    #[must_use]
    pub fn new(now: Timestamp, zones: BTreeMap<Alias, TimeZone>) -> Self {
        Self { now, zones }
    }

    /// What counts for mappings of that connection.
    #[must_use]
    pub fn moment(&self, alias: &Alias) -> Moment {
        Moment {
            now: self.now,
            zone: self.zones.get(alias).cloned().unwrap_or(TimeZone::UTC),
        }
    }

    /// The name of a connection's zone, where it is known.
    #[must_use]
    pub fn zone(&self, alias: &Alias) -> Option<&str> {
        self.zones.get(alias)?.iana_name()
    }
}
