//! Screen 1: views, the list, a query of the user's own, and the answer of the servers.

use crate::app::event::{Effect, LivePage, LiveRequest, Ticket};
use crate::app::list::{List, Question};
use crate::app::model::Model;
use crate::app::views::Views;
use crate::config::ViewConfig;
use crate::domain::{Alias, Column, FieldName, ListPage, Problem, SiteField, Sort};

/// Rows of a live answer that are kept; the exact count goes beyond it.
pub(crate) const LIVE_ROWS: usize = 500;
/// Queries that the JQL bar remembers.
const HISTORY: usize = 50;

/// An answer that comes from the servers.
#[derive(Debug, Clone)]
pub(crate) struct Live {
    pub(crate) jql: String,
    pub(crate) list: List,
    pub(crate) total: Option<usize>,
    pub(crate) done: bool,
    pub(crate) sent: Vec<(Alias, String)>,
    pub(crate) problems: Vec<(Alias, Problem)>,
    /// Nobody could be asked.
    pub(crate) failed: Option<Problem>,
    ticket: Ticket,
}

impl Live {
    /// Whether everything that the answering servers have is here.
    pub(crate) fn complete(&self) -> bool {
        self.list.len() < LIVE_ROWS
    }
}

/// The home screen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Home {
    pub(crate) views: Views,
    pub(crate) list: List,
    pub(crate) live: Option<Live>,
    /// A query from the JQL bar that the cache answers.
    pub(crate) typed: Option<String>,
    pub(crate) filter: String,
    /// The tag of the catalog that narrows list and live answers, over all views.
    pub(crate) tag: Option<String>,
    pub(crate) sort: Option<Sort>,
    /// Columns put over those of the chosen view.
    pub(crate) columns: Option<Vec<Column>>,
    /// Fields of the sites, as they were read last.
    pub(crate) known_fields: Vec<SiteField>,
    /// Queries typed before, latest last.
    pub(crate) history: Vec<String>,
}

impl Home {
    pub(crate) fn new(views: Vec<ViewConfig>, implied: bool) -> Self {
        Self {
            views: Views::new(views, implied),
            ..Self::default()
        }
    }

    /// What people call a field; its number as long as nobody has told.
    pub(crate) fn field_label(&self, name: FieldName) -> &str {
        let known = self.known_fields.iter().find(|field| field.name == name);
        known.map_or(name.as_str(), |field| field.label.as_str())
    }

    /// The query in force when it is not a view's.
    pub(crate) fn own_query(&self) -> Option<&str> {
        match &self.live {
            Some(live) => Some(&live.jql),
            None => self.typed.as_deref(),
        }
    }

    /// The JQL of what is shown.
    pub(crate) fn jql(&self) -> &str {
        self.own_query()
            .or_else(|| self.views.chosen().map(|view| view.jql.as_str()))
            .unwrap_or_default()
    }

    /// What the cached list should be showing.
    pub(crate) fn question(&self) -> Question {
        let of_view = self.views.chosen().map(|view| view.jql.clone());
        Question {
            jql: self.typed.clone().or(of_view).unwrap_or_default(),
            aliases: Vec::new(),
            tag: self.tag.clone(),
            filter: self.filter.clone(),
            sort: self.sort,
            fields: self.fields(),
        }
    }

    pub(crate) fn remember(&mut self, jql: &str) {
        self.history.retain(|known| known != jql);
        self.history.push(jql.to_owned());
        let excess = self.history.len().saturating_sub(HISTORY);
        self.history.drain(..excess);
    }

    /// Leaves a query of the user's own; `false` if there was none.
    pub(crate) fn leave_query(&mut self, out: &mut Vec<Effect>) -> bool {
        let typed = self.typed.take().is_some();
        let Some(live) = self.live.take() else { return typed };
        if !live.done {
            out.push(Effect::CancelLive);
        }
        true
    }
}

/// Asks the servers.
pub(crate) fn start_live(model: &mut Model, jql: String, out: &mut Vec<Effect>) {
    let ticket = model.requests.ticket();
    model.home.typed = None;
    model.home.filter.clear();
    let question = Question {
        jql: jql.clone(),
        tag: model.home.tag.clone(),
        ..Question::default()
    };
    out.push(Effect::LiveSearch(
        ticket,
        LiveRequest {
            jql: jql.clone(),
            tag: model.home.tag.clone(),
            fields: model.home.fields(),
            aliases: Vec::new(),
            limit: LIVE_ROWS,
        },
    ));
    model.home.live = Some(Live {
        jql,
        list: List::with(question, ListPage::default()),
        total: None,
        done: false,
        sent: Vec::new(),
        problems: Vec::new(),
        failed: None,
        ticket,
    });
}

/// Takes part of a live answer; late ones are dropped.
pub(crate) fn live(model: &mut Model, ticket: Ticket, page: LivePage) {
    let Some(live) = model.home.live.as_mut().filter(|live| live.ticket == ticket) else {
        return;
    };
    live.total = page.total.or(live.total);
    live.list.append(page.rows, live.total.unwrap_or_default(), LIVE_ROWS);
    live.sent.extend(page.sent);
    live.problems.extend(page.problems);
    live.done |= page.done;
}

/// Takes the failure of a live search; `false` if it is about something else.
pub(crate) fn live_failed(model: &mut Model, ticket: Ticket, problem: &Problem) -> bool {
    let Some(live) = model.home.live.as_mut().filter(|live| live.ticket == ticket) else {
        return false;
    };
    live.done = true;
    live.failed = Some(problem.clone());
    true
}
