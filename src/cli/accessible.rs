//! The dashboard as a dialogue of lines, for screen readers: numbered choices, sentences, no screen.
//!
//! [`Dialogue::answer`] takes what was typed and says what to print and what to ask; answers come
//! back through [`Dialogue::tell`]. Must never be in here: reading, printing, the store, or
//! characters that draw instead of saying something.

mod command;
mod sentences;

use std::{collections::BTreeSet, sync::Arc};

use jiff::{Timestamp, tz::TimeZone};

use self::command::Command;
pub(super) use self::sentences::speakable;
use crate::{
    app::{self, NEEDS_SERVER, Tags, page::Context, refresh},
    config::ViewConfig,
    domain::{Alias, IssueDetail, ListPage, ListQuery, Problem, Run, RunState, Snapshot},
};

/// Issues read out at a time.
const PAGE: usize = 10;
/// Log lines read out.
const LOG: usize = 15;

/// What is to be asked or done for an answer.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Want {
    /// How many issues each query matches.
    Counts(Vec<String>),
    /// A part of a list.
    List(ListQuery),
    /// An issue by its store row.
    Detail(i64),
    /// Connections.
    Connections,
    /// The latest lines of the sync log.
    Log,
    /// How many issues of a query carry each tag.
    Tags(String),
    /// Start a run on one connection, or on all.
    Sync(Option<Alias>),
    /// End.
    Quit,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Told {
    Counts(Vec<Option<usize>>),
    Listed(ListPage),
    Detail(Option<Box<IssueDetail>>),
    Connections(Box<Snapshot>),
    Log(Box<Snapshot>),
    Tags(std::collections::BTreeMap<String, usize>),
    Failed(Problem),
}

/// Lines to print, then things to ask.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Answer {
    pub(super) lines: Vec<String>,
    pub(super) wants: Vec<Want>,
}

impl Answer {
    fn say(line: impl Into<String>) -> Self {
        Self {
            lines: vec![line.into()],
            wants: Vec::new(),
        }
    }

    fn ask(want: Want) -> Self {
        Self {
            lines: Vec::new(),
            wants: vec![want],
        }
    }
}

/// Where one is, so that a number means something.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Menu,
    List,
    Issue,
    Tags(Vec<String>),
}

/// The state of the dialogue.
pub(super) struct Dialogue {
    pub(super) now: Timestamp,
    zone: TimeZone,
    views: Vec<ViewConfig>,
    tags: Option<Arc<Tags>>,
    aliases: Vec<Alias>,
    place: Place,
    /// The name of what is listed.
    title: String,
    query: ListQuery,
    /// The part of the list that was read out last.
    shown: ListPage,
    /// Position of the open issue in the list.
    open: usize,
    /// The latest run that was told of, or that ended before the dialogue began.
    told_run: i64,
    /// Connections whose next end of a run is told whatever it brought.
    asked: BTreeSet<String>,
}

impl Dialogue {
    pub(super) fn new(setup: app::Setup, snapshot: &Snapshot) -> Self {
        Self {
            now: setup.now,
            zone: setup.zone,
            views: setup.views,
            tags: None,
            aliases: snapshot.connections.iter().map(|one| one.alias.clone()).collect(),
            place: Place::Menu,
            title: String::new(),
            query: ListQuery::default(),
            shown: ListPage::default(),
            open: 0,
            told_run: ended(snapshot).map(|run| run.id).max().unwrap_or(0),
            asked: BTreeSet::new(),
        }
    }

    /// What is said first.
    pub(super) fn greet(&mut self) -> Answer {
        let mut answer = self.menu();
        answer.lines = match self.aliases.as_slice() {
            [] => vec![
                "crosstie. No connection is configured yet.".to_owned(),
                "\"crosstie connection add\" adds one, and \"crosstie demo --accessible\" needs none.".to_owned(),
            ],
            aliases => vec![format!("crosstie, on {}.", sentences::names(aliases))],
        };
        answer
    }

    pub(super) fn know_tags(&mut self, tags: Arc<Tags>) {
        self.tags = Some(tags);
    }

    /// Answers a line that was typed.
    pub(super) fn answer(&mut self, line: &str) -> Answer {
        match Command::read(line) {
            Command::Nothing => Answer::default(),
            Command::Number(number) => self.number(number),
            Command::Menu => self.menu(),
            Command::Back => self.back(),
            Command::View(name) => self.view(&name),
            Command::Open(what) => self.open(&what),
            Command::More => self.more(),
            Command::Previous => self.previous(),
            Command::List => self.read_again(),
            Command::Jql(jql) => self.jql(&jql),
            Command::Tag(tag) => self.tag(&tag),
            Command::Filter(words) => self.filter(words),
            Command::Refresh(alias) => self.refresh(&alias),
            Command::Connections => Answer::ask(Want::Connections),
            Command::Log => Answer::ask(Want::Log),
            Command::Help => Answer {
                lines: command::HELP.lines().map(str::to_owned).collect(),
                wants: Vec::new(),
            },
            Command::Quit => Answer::ask(Want::Quit),
            Command::Unknown(word) => Answer::say(format!("There is no command {word:?}. \"help\" lists them.")),
        }
    }

    fn menu(&mut self) -> Answer {
        self.place = Place::Menu;
        Answer::ask(Want::Counts(self.views.iter().map(|view| view.jql.clone()).collect()))
    }

    fn back(&mut self) -> Answer {
        match self.place {
            Place::Issue => self.read_again(),
            _ => self.menu(),
        }
    }

    fn number(&mut self, number: usize) -> Answer {
        match &self.place {
            Place::Menu => self.view(&number.to_string()),
            Place::List | Place::Issue => self.open(&number.to_string()),
            Place::Tags(tags) => match number.checked_sub(1).and_then(|index| tags.get(index)).cloned() {
                Some(tag) => self.tag(&tag),
                None => Answer::say(format!("There is no tag with the number {number}.")),
            },
        }
    }

    fn view(&mut self, name: &str) -> Answer {
        if name.is_empty() {
            return self.menu();
        }
        let by_number = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let found = match by_number {
            Some(index) => self.views.get(index),
            None => command::named(name, self.views.iter(), |view| &view.name),
        };
        let Some(view) = found.cloned() else {
            return Answer::say(format!("There is no view {name}. \"views\" lists them."));
        };
        let jql = view.jql;
        self.list(view.name, ListQuery { jql, ..self.narrowed() })
    }

    /// A query of everything, narrowed by the tag in force.
    fn narrowed(&self) -> ListQuery {
        ListQuery {
            tag: self.query.tag.clone(),
            limit: PAGE,
            ..ListQuery::default()
        }
    }

    fn list(&mut self, title: String, query: ListQuery) -> Answer {
        self.title = title;
        self.query = ListQuery { offset: 0, ..query };
        // Should the new list fail, a number must not mean an issue of the old one.
        self.shown = ListPage::default();
        self.read_again()
    }

    fn read_again(&mut self) -> Answer {
        if self.title.is_empty() {
            return Answer::say("No list was chosen yet. A number or \"view\" with a name chooses a view.");
        }
        self.place = Place::List;
        Answer::ask(Want::List(self.query.clone()))
    }

    fn jql(&mut self, jql: &str) -> Answer {
        if jql.is_empty() {
            return Answer::say(format!("The JQL is: {}", sentences::or_nothing(&self.query.jql)));
        }
        if let Err(error) = crate::jql::parse(jql) {
            return Answer::say(sentences::sentence(&format!("The JQL cannot be read: {error}")));
        }
        let jql = jql.to_owned();
        self.list("JQL".to_owned(), ListQuery { jql, ..self.narrowed() })
    }

    fn tag(&mut self, tag: &str) -> Answer {
        let entries = self.tags.as_ref().map_or(&[][..], |tags| &tags.entries);
        if entries.is_empty() {
            return Answer::say("The catalog has no tags. [catalog] paths in the config names its files.");
        }
        let tag = tag.trim_start_matches('#');
        let tag = match tag {
            "" => return Answer::ask(Want::Tags(self.query.jql.clone())),
            "none" | "any" => None,
            _ => match command::named(tag, entries.iter(), |entry| &entry.tag) {
                Some(entry) => Some(entry.tag.clone()),
                None => return Answer::say(format!("The catalog has no tag {tag}. \"tag\" lists them.")),
            },
        };
        self.query.tag = tag;
        if self.title.is_empty() {
            return self.view("1");
        }
        self.list(self.title.clone(), self.query.clone())
    }

    fn filter(&mut self, filter: String) -> Answer {
        self.list(
            self.title.clone(),
            ListQuery {
                filter,
                ..self.query.clone()
            },
        )
    }

    fn more(&mut self) -> Answer {
        match self.place {
            Place::Issue => self.open_at(self.open + 1),
            _ => self.page(self.query.offset + PAGE),
        }
    }

    fn previous(&mut self) -> Answer {
        match (&self.place, self.open.checked_sub(1), self.query.offset) {
            (Place::Issue, Some(before), _) => self.open_at(before),
            (Place::Issue, None, _) => Answer::say("This is the first issue of the list."),
            (_, _, 0) => Answer::say("This is the beginning of the list."),
            (_, _, offset) => self.page(offset.saturating_sub(PAGE)),
        }
    }

    fn page(&mut self, offset: usize) -> Answer {
        if !self.title.is_empty() && offset >= self.shown.ids.len() {
            return Answer::say("This is the end of the list.");
        }
        self.query.offset = offset;
        self.read_again()
    }

    /// By its number in the list, or by its key.
    fn open(&mut self, what: &str) -> Answer {
        if let Ok(number) = what.parse::<usize>() {
            return match number.checked_sub(1) {
                Some(index) => self.open_at(index),
                None => Answer::say("Issues are numbered from 1."),
            };
        }
        let is_it = |row: &&crate::domain::IssueRow| row.key.as_str().eq_ignore_ascii_case(what);
        if let Some(row) = self.shown.rows.iter().find(is_it) {
            let at = self.shown.ids.iter().position(|id| *id == row.row);
            return self.open_at(at.unwrap_or_default());
        }
        if what.contains('-') {
            return self.jql(&format!("key = \"{}\"", what.replace(['"', '\\'], "")));
        }
        Answer::say("\"open\" takes the number of an issue, or its key.")
    }

    fn open_at(&mut self, index: usize) -> Answer {
        match self.shown.ids.get(index) {
            Some(row) => {
                self.open = index;
                Answer::ask(Want::Detail(*row))
            }
            None if self.shown.ids.is_empty() => Answer::say("No list was read yet. A view has to be chosen first."),
            None => Answer::say(format!("The list ends with number {}.", self.shown.ids.len())),
        }
    }

    fn refresh(&mut self, alias: &str) -> Answer {
        let chosen: Vec<Alias> = match alias {
            "" => self.aliases.clone(),
            _ => command::named(alias, self.aliases.iter(), |known| known.as_str())
                .cloned()
                .into_iter()
                .collect(),
        };
        if chosen.is_empty() {
            return Answer::say("There is no such connection. \"connections\" lists them.");
        }
        self.asked.extend(chosen.iter().map(|alias| alias.as_str().to_owned()));
        let want = if alias.is_empty() {
            None
        } else {
            chosen.first().cloned()
        };
        Answer {
            lines: vec![format!(
                "Refreshing {}. What comes of it is told before a later prompt; an empty line asks for it.",
                sentences::names(&chosen)
            )],
            wants: vec![Want::Sync(want)],
        }
    }

    /// Takes what was asked for and says it.
    pub(super) fn tell(&mut self, told: Told) -> Vec<String> {
        match told {
            Told::Counts(counts) => sentences::menu(&self.views, &counts),
            Told::Listed(page) => {
                let lines = sentences::list(&self.title, &self.query, &page, self.now);
                self.shown = page;
                lines
            }
            Told::Detail(Some(detail)) => {
                self.place = Place::Issue;
                let zone = self.zone.clone();
                let context = Context {
                    now: self.now,
                    zone: &zone,
                    findings: &[],
                };
                let place = (self.open + 1, self.shown.ids.len());
                sentences::issue(&detail, place, &context)
            }
            Told::Detail(None) => vec!["This issue is no longer kept here. \"list\" reads the list again.".to_owned()],
            Told::Connections(snapshot) => sentences::connections(&snapshot, self.now),
            Told::Log(snapshot) => sentences::log(&snapshot, LOG, &self.zone),
            Told::Tags(counts) => {
                let tags: Vec<String> = self
                    .tags
                    .iter()
                    .flat_map(|tags| &tags.entries)
                    .map(|one| one.tag.clone())
                    .collect();
                let lines = sentences::tags(&tags, &counts);
                self.place = Place::Tags(tags);
                lines
            }
            Told::Failed(problem) if problem.kind == NEEDS_SERVER => vec![
                sentences::sentence(&problem.message),
                "The cache cannot answer it. \"crosstie issues --live --jql\" asks the servers.".to_owned(),
            ],
            Told::Failed(problem) => vec![
                sentences::sentence(&problem.message),
                sentences::sentence(&problem.remedy),
            ],
        }
    }

    /// What happened since it was last told, for the next prompt; `None` if nothing did.
    pub(super) fn news(&mut self, snapshot: &Snapshot) -> Option<String> {
        self.aliases = snapshot.connections.iter().map(|one| one.alias.clone()).collect();
        let mut runs: Vec<&Run> = ended(snapshot).filter(|run| run.id > self.told_run).collect();
        runs.sort_by_key(|run| run.id);
        let mut parts: Vec<String> = Vec::new();
        for run in runs {
            self.told_run = run.id;
            let asked = self.asked.remove(run.alias.as_str());
            let quiet = run.new + run.changed + run.gone == 0;
            let text = match (&run.problem, run.state) {
                (Some(problem), RunState::Failed) => format!("{}. {}", problem.message, problem.remedy),
                (_, RunState::Ok) if asked || !quiet => refresh::news(run),
                _ => continue,
            };
            let text = format!("{}: {text}", run.alias.as_str());
            // The same failure again and again is told once.
            if parts.last() != Some(&text) {
                parts.push(text);
            }
        }
        (!parts.is_empty()).then(|| sentences::sentence(&format!("News from {}", parts.join("; "))))
    }
}

fn ended(snapshot: &Snapshot) -> impl Iterator<Item = &Run> {
    snapshot.runs.iter().filter(|run| run.state != RunState::Running)
}
