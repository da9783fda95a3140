//! Edits of `[[view]]`.
//!
//! Must never be in here: how text is changed.

use super::{
    Edit, EditError,
    connections::Merge,
    place::Place,
    value::{self, Table, Value},
};
use crate::config::ViewConfig;

const LIST: &str = "view";
const REMOVABLE: [&str; 3] = ["jql", "columns", "default"];

impl Edit {
    /// Makes these the views, in this order. A view that stays keeps its comments and what is not
    /// changed of it; one that is renamed is known by its position. Without any, the file has none,
    /// which means the built-in ones.
    ///
    /// # Errors
    /// If there is something else in place of the views.
    pub fn set_views(&mut self, views: &[ViewConfig]) -> Result<(), EditError> {
        let count = self.text.count(LIST)?;
        let read = self.read().views;
        if count > 0 && read == views {
            return Ok(());
        }
        let names = self.view_names(count)?;
        let kept = matched(&names, views);
        for (view, old) in views.iter().zip(&kept) {
            let Some(old) = old else { continue };
            let before = read
                .iter()
                .find(|read| names[*old].as_deref() == Some(read.name.as_str()))
                .map(value::view)
                .transpose()?;
            let wanted = value::view(view)?;
            let plain = plain(&wanted);
            let merge = Merge {
                before: before.as_ref(),
                plain: &plain,
                removable: &REMOVABLE,
            };
            merge.put(self, &Place::element(LIST, *old), &wanted)?;
        }
        for old in (0..count).rev().filter(|old| !kept.contains(&Some(*old))) {
            self.text.remove(&Place::element(LIST, old))?;
        }
        let mut stand: Vec<usize> = kept.iter().copied().flatten().collect();
        stand.sort_unstable();
        let mut order = Vec::with_capacity(views.len());
        let mut end = stand.len();
        for (view, old) in views.iter().zip(&kept) {
            match old.and_then(|old| stand.binary_search(&old).ok()) {
                Some(place) => order.push(place),
                None => {
                    let mut table = value::view(view)?;
                    let plain = plain(&table);
                    table.retain(|member| !plain.contains(member));
                    self.text.push(LIST, &table)?;
                    order.push(end);
                    end += 1;
                }
            }
        }
        self.text.arrange(LIST, &order)
    }

    fn view_names(&self, count: usize) -> Result<Vec<Option<String>>, EditError> {
        (0..count)
            .map(|index| {
                let name = self.text.value(&Place::element(LIST, index).key("name"))?;
                Ok(name
                    .as_ref()
                    .and_then(Value::as_text)
                    .map(|name| name.trim().to_owned()))
            })
            .collect()
    }
}

/// A flag that is not set is not written.
fn plain(wanted: &[(String, Value)]) -> Table {
    let off = Value::flag(false);
    wanted.iter().filter(|(_, value)| *value == off).cloned().collect()
}

/// For each wanted view the one of the file that becomes it.
fn matched(names: &[Option<String>], views: &[ViewConfig]) -> Vec<Option<usize>> {
    let mut kept: Vec<Option<usize>> = Vec::with_capacity(views.len());
    for view in views {
        let same = |name: &Option<String>| name.as_deref() == Some(view.name.as_str());
        let old = names.iter().position(same).filter(|old| !kept.contains(&Some(*old)));
        kept.push(old);
    }
    for index in 0..views.len().min(names.len()) {
        if kept[index].is_none() && !kept.contains(&Some(index)) {
            kept[index] = Some(index);
        }
    }
    kept
}
