//! What is written down of a create before it is sent.
//!
//! Must never be in here: sending it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::merge;
use crate::store::{Agreed, Snapshot};

/// What was written down before a create was sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Payload {
    /// Key of the project.
    pub(super) project: String,
    /// The fields as sent.
    pub(super) fields: Map<String, Value>,
    /// What counted as now, in milliseconds.
    pub(super) made: i64,
}

impl Payload {
    /// What both sides agree on once the issue is there. What Jira made of the fields is read later.
    pub(super) fn snapshot(&self, marked: bool) -> Snapshot {
        let agreed = |(id, ours): (String, Value)| (id, Agreed { ours, theirs: None });
        let fields: BTreeMap<String, Agreed> = merge::lasting(self.fields.clone()).into_iter().map(agreed).collect();
        Snapshot {
            fields,
            marked,
            made: Some(self.made),
            ..Snapshot::default()
        }
    }
}
