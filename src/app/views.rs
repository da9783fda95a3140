//! The saved views, and what is changed about them on the screen.
//!
//! What a view shows in other columns or another order, or with another query, is a change until it
//! is saved. Saving, naming, removing and ordering lead to a whole new list of views; it takes the
//! place of the old one when it has been written, so that screen and config never differ unsaid. Must
//! never be in here: the config file itself.

mod edit;

use super::event::Ticket;
use super::model::Model;
use super::screens::issues::Home;
use crate::config::{Config, ViewConfig};
use crate::domain::{Column, FieldName, Sort};
use crate::text::{clean_line, truncate};
pub(crate) use edit::{act, reason};
pub(super) use edit::{confirmed, failed, planned, refused, rename, save_as, written};

/// A saved view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    pub(crate) name: String,
    pub(crate) jql: String,
    pub(crate) columns: Vec<Column>,
    /// Said to be the one to start with.
    pub(crate) default: bool,
    /// Stands for the default JQL and is not in the file.
    pub(crate) implied: bool,
    /// What it matches in the cache, once counted.
    pub(crate) count: Option<usize>,
    /// Columns and order put over it and not saved, while another view is shown.
    kept_columns: Option<Vec<Column>>,
    kept_sort: Option<Sort>,
}

/// A list of views on its way to the config.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    ticket: Ticket,
    items: Vec<View>,
    chosen: usize,
    /// What to say when it is done.
    done: String,
    /// Asked before, whether or not there is a file.
    question: Option<String>,
    /// The query of the user's own is now that of the chosen view.
    takes_query: bool,
}

/// The views pane.
#[derive(Debug, Clone, Default)]
pub(crate) struct Views {
    pub(crate) items: Vec<View>,
    pub(crate) chosen: usize,
    pub(crate) top: usize,
    /// Names in the order that was saved.
    saved: Vec<String>,
    planned: Option<Planned>,
}

impl Views {
    /// The views of the config, the one to start with chosen. `implied` is whether the last one is
    /// not in the file.
    pub(crate) fn new(views: Vec<ViewConfig>, implied: bool) -> Self {
        let last = views.len().saturating_sub(1);
        let items: Vec<View> = views
            .into_iter()
            .enumerate()
            .map(|(index, view)| View {
                name: view.name,
                jql: view.jql,
                columns: view.columns,
                default: view.default,
                implied: implied && index == last,
                count: None,
                kept_columns: None,
                kept_sort: None,
            })
            .collect();
        let mut views = Self {
            chosen: items.iter().position(|view| view.default).unwrap_or(0),
            items,
            ..Self::default()
        };
        views.saved = views.names();
        views
    }

    pub(crate) fn chosen(&self) -> Option<&View> {
        self.items.get(self.chosen)
    }

    fn names(&self) -> Vec<String> {
        self.items.iter().map(|view| view.name.clone()).collect()
    }

    /// Whether views were moved since they were saved.
    pub(crate) fn is_reordered(&self) -> bool {
        self.names() != self.saved
    }

    /// Position of the view that the dashboard starts with.
    fn first(&self) -> usize {
        self.items.iter().position(|view| view.default).unwrap_or(0)
    }

    /// Whether a view other than `except` has that name, in any case.
    pub(crate) fn is_taken(&self, name: &str, except: Option<usize>) -> bool {
        let lower = name.to_lowercase();
        let mut others = self.items.iter().enumerate();
        others.any(|(index, view)| Some(index) != except && view.name.to_lowercase() == lower)
    }

    /// New counts, by query: the list may have changed since they were asked for.
    pub(crate) fn counted(&mut self, queries: &[String], counts: &[Option<usize>]) {
        for view in &mut self.items {
            if let Some(at) = queries.iter().position(|jql| *jql == view.jql) {
                view.count = counts.get(at).copied().flatten();
            }
        }
    }
}

impl Home {
    /// Chooses a view; what was put over the one before stays with it.
    pub(crate) fn choose_view(&mut self, index: usize) {
        let (columns, sort) = (self.columns.take(), self.sort.take());
        if let Some(view) = self.views.items.get_mut(self.views.chosen) {
            (view.kept_columns, view.kept_sort) = (columns, sort);
        }
        self.views.chosen = index.min(self.views.items.len().saturating_sub(1));
        self.take_kept();
    }

    fn take_kept(&mut self) {
        if let Some(view) = self.views.items.get_mut(self.views.chosen) {
            (self.columns, self.sort) = (view.kept_columns.take(), view.kept_sort.take());
        }
    }

    /// Whether a view is shown otherwise than it is saved.
    pub(crate) fn is_changed(&self, index: usize) -> bool {
        let Some(view) = self.views.items.get(index) else {
            return false;
        };
        if index != self.views.chosen {
            return view.kept_columns.is_some() || view.kept_sort.is_some();
        }
        let other_query = self.own_query().is_some_and(|jql| jql.trim() != view.jql.trim());
        other_query || self.columns.is_some() || self.sort.is_some()
    }

    /// What about views would be lost by quitting. A query of the user's own is a look around, not a
    /// change of the view.
    pub(crate) fn unsaved(&self) -> Vec<String> {
        let mut unsaved = Vec::new();
        for (index, view) in self.views.items.iter().enumerate() {
            let (columns, sort) = if index == self.views.chosen {
                (self.columns.is_some(), self.sort.is_some())
            } else {
                (view.kept_columns.is_some(), view.kept_sort.is_some())
            };
            let what = match (columns, sort) {
                (true, true) => "columns and order",
                (true, false) => "columns",
                (false, true) => "order",
                (false, false) => continue,
            };
            let name = truncate(&clean_line(&view.name), 30);
            unsaved.push(format!("the {what} of \"{name}\""));
        }
        if self.views.is_reordered() {
            unsaved.push("the order of the views".to_owned());
        }
        unsaved
    }

    /// Fields of the sites among the columns in force.
    pub(crate) fn fields(&self) -> Vec<FieldName> {
        let of_view = || self.views.chosen().map(|view| &view.columns);
        let columns = self.columns.as_ref().or_else(of_view);
        columns
            .into_iter()
            .flatten()
            .filter_map(|column| column.field())
            .collect()
    }

    /// The views with what is put over the chosen one beside it.
    fn items(&self) -> Vec<View> {
        let mut items = self.views.items.clone();
        if let Some(view) = items.get_mut(self.views.chosen) {
            (view.kept_columns, view.kept_sort) = (self.columns.clone(), self.sort);
        }
        items
    }

    /// The chosen view as it is shown now.
    fn shown(&self) -> Option<View> {
        let mut view = self.views.chosen()?.clone();
        if let Some(jql) = self.own_query() {
            jql.trim().clone_into(&mut view.jql);
        }
        if let Some(columns) = &self.columns {
            view.columns.clone_from(columns);
        }
        (view.kept_columns, view.kept_sort) = (None, self.sort);
        if let Some(jql) = self.sort.and_then(|sort| edit::ordered(&view.jql, sort)) {
            view.jql = jql;
            view.kept_sort = None;
        }
        view.implied = false;
        Some(view)
    }
}

/// The views of a config. The default JQL is the last one, unless a view has the same JQL; whether it
/// was added is told, too, for [`Setup`](super::Setup).
#[must_use]
pub(crate) fn of_config(config: &Config) -> (Vec<ViewConfig>, bool) {
    let mut views = config.views.clone();
    let default_jql = &config.jira.default_jql;
    let implied = !views.iter().any(|view| view.jql.trim() == default_jql.trim());
    if implied {
        let free = |name: &&str| !views.iter().any(|view| view.name.eq_ignore_ascii_case(name));
        let names = ["Default", "Default JQL", "[jira] default_jql"];
        let view = ViewConfig {
            name: names.into_iter().find(free).unwrap_or("Default").to_owned(),
            jql: default_jql.clone(),
            columns: Vec::new(),
            default: false,
        };
        views.push(view);
    }
    (views, implied)
}

/// Views as the config has them now, read again: the chosen one stays chosen, by its name or else by
/// its query.
pub(super) fn replace(model: &mut Model, views: Vec<ViewConfig>, implied: bool) {
    let home = &mut model.home;
    let before = home.items();
    let chosen = home.views.chosen().cloned();
    let mut fresh = Views::new(views, implied);
    for view in &mut fresh.items {
        if let Some(old) = before.iter().find(|old| old.name == view.name) {
            view.count = old.count.filter(|_| old.jql == view.jql);
            (view.kept_columns, view.kept_sort) = (old.kept_columns.clone(), old.kept_sort);
        }
    }
    let same = |test: &dyn Fn(&View, &View) -> bool| {
        let chosen = chosen.as_ref()?;
        fresh.items.iter().position(|view| test(view, chosen))
    };
    let found = same(&|view, chosen| view.name == chosen.name).or_else(|| same(&|view, chosen| view.jql == chosen.jql));
    fresh.chosen = found.unwrap_or(fresh.chosen);
    home.views = fresh;
    home.take_kept();
    // Counts under way are of the old views.
    model.requests.counts = Default::default();
    model.requests.counts.want();
    model.requests.counted_at = None;
}

#[cfg(test)]
mod tests;
