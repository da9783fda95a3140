//! Short texts that many changelog entries repeat, kept once.
//!
//! Must never be in here: texts that people write.

use std::{collections::HashSet, sync::Arc};

use super::ChangeItem;

/// Longer texts are hardly ever the same.
const SHORT: usize = 40;

/// The texts seen so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Interner(HashSet<Arc<str>>);

impl Interner {
    /// Replaces the texts of an item by the copies already kept.
    pub(super) fn share(&mut self, item: &mut ChangeItem) {
        for text in [&mut item.field, &mut item.field_id] {
            self.keep(text);
        }
        if &*item.field == "summary" {
            return;
        }
        for text in [&mut item.from, &mut item.from_text, &mut item.to, &mut item.to_text]
            .into_iter()
            .flatten()
        {
            self.keep(text);
        }
    }

    fn keep(&mut self, text: &mut Arc<str>) {
        if text.len() > SHORT {
            return;
        }
        match self.0.get(&**text) {
            Some(kept) => *text = Arc::clone(kept),
            None => {
                self.0.insert(Arc::clone(text));
            }
        }
    }
}

/// Appends with little to spare: most issues have one comment and few entries, and there are many issues.
pub(super) fn push_tight<T>(list: &mut Vec<T>, item: T) {
    if list.len() == list.capacity() {
        list.reserve_exact(1 + list.len() / 4);
    }
    list.push(item);
}
