//! A list to choose one thing from by typing part of its name: views, sort order, commands.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{Layer, TextBox};
use crate::app::action::{Action, TABLE};
use crate::app::chord::Chord;
use crate::app::event::{Effect, Manage, Scope, Tone};
use crate::app::findings::{self, menu};
use crate::app::fuzzy;
use crate::app::line_edit::LineEdit;
use crate::app::list::{Motion, scroll_to};
use crate::app::model::{Model, Screen};
use crate::app::perform::Deed;
use crate::app::setup::ThemeName;
use crate::app::{mapping, perform, tags};
use crate::domain::{Alias, Column, Sort};
use crate::text::clean_line;

/// What choosing an item does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Choice {
    Act(Action),
    /// An action on the chosen view, wherever the focus is.
    OnView(Action),
    View(usize),
    Sort(Option<Sort>),
    SyncOne(Alias),
    OpenSite(Alias),
    Theme(ThemeName),
    Tag(Option<String>),
    CatalogProblems,
    Connection(Deed),
    Mapping(mapping::Deed),
    Finding(menu::Deed),
}

/// One thing to choose.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) label: String,
    /// At the right edge: key, count.
    pub(crate) note: String,
    /// Why it cannot be chosen now.
    pub(crate) reason: Option<String>,
    choice: Choice,
}

/// The picker.
#[derive(Debug, Clone)]
pub(crate) struct Picker {
    pub(crate) title: &'static str,
    pub(crate) input: LineEdit,
    items: Vec<Item>,
    shown: Vec<usize>,
    pub(crate) cursor: usize,
    pub(crate) top: usize,
}

/// Items in sight at once.
pub(crate) const ROWS: usize = 12;

impl Picker {
    fn new(title: &'static str, items: Vec<Item>, cursor: usize) -> Self {
        let mut picker = Self {
            title,
            input: LineEdit::default(),
            shown: (0..items.len()).collect(),
            items,
            cursor,
            top: 0,
        };
        picker.top = scroll_to(cursor, 0, picker.shown.len(), ROWS);
        picker
    }

    pub(crate) fn total(&self) -> usize {
        self.items.len()
    }

    /// What passes the filter, best first.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Item> {
        self.shown.iter().filter_map(|index| self.items.get(*index))
    }

    pub(crate) fn matches(&self) -> usize {
        self.shown.len()
    }

    pub(crate) fn current(&self) -> Option<&Item> {
        self.shown.get(self.cursor).and_then(|index| self.items.get(*index))
    }

    pub(crate) fn paste(&mut self, text: &str) {
        self.input.paste(text);
        self.filter();
    }

    fn filter(&mut self) {
        self.shown = fuzzy::choose(self.input.text(), self.items.iter().map(|item| item.label.as_str()));
        self.cursor = 0;
        self.top = 0;
    }

    pub(crate) fn go(&mut self, motion: Motion) {
        self.cursor = motion.target(self.cursor, self.shown.len(), ROWS);
        self.top = scroll_to(self.cursor, self.top, self.shown.len(), ROWS);
    }
}

fn motion(code: KeyCode, mods: KeyModifiers) -> Option<Motion> {
    match (code, mods) {
        (KeyCode::Up | KeyCode::BackTab, _) | (KeyCode::Char('p'), KeyModifiers::CONTROL) => Some(Motion::Rows(-1)),
        (KeyCode::Down | KeyCode::Tab, _) | (KeyCode::Char('n'), KeyModifiers::CONTROL) => Some(Motion::Rows(1)),
        (KeyCode::PageUp, _) => Some(Motion::Page(-1)),
        (KeyCode::PageDown, _) => Some(Motion::Page(1)),
        _ => None,
    }
}

pub(super) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let Some(Layer::Pick(picker)) = model.layers.last_mut() else {
        return;
    };
    let (code, mods) = chord.parts();
    if let Some(motion) = motion(code, mods) {
        picker.go(motion);
    } else if code == KeyCode::Esc {
        model.layers.pop();
    } else if code == KeyCode::Enter {
        choose(model, out);
    } else if picker.input.key(chord) {
        picker.filter();
    }
}

/// Carries out the current item, unless it says why it cannot be.
pub(crate) fn choose(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(Layer::Pick(picker)) = model.layers.last() else {
        return;
    };
    let Some(item) = picker.current() else { return };
    if let Some(reason) = item.reason.clone() {
        model.say(Tone::Bad, reason);
        return;
    }
    let choice = item.choice.clone();
    model.layers.pop();
    match choice {
        Choice::Act(action) => perform::perform(model, action, out),
        Choice::OnView(action) => perform::carry_out(model, action, out),
        Choice::View(index) => perform::show_view(model, index, out),
        Choice::Sort(sort) => model.home.sort = sort,
        Choice::SyncOne(alias) => perform::sync(model, Scope::One(alias), out),
        Choice::OpenSite(alias) => perform::open_site(model, &alias, out),
        Choice::Theme(theme) => model.look.theme = theme,
        Choice::Tag(tag) if model.screen == Screen::Findings => model.findings.tag = tag,
        Choice::Tag(tag) => tags::choose(model, tag, out),
        Choice::CatalogProblems => problems(model),
        Choice::Connection(deed) => perform::deed(model, deed, out),
        Choice::Mapping(deed) => mapping::deed(model, deed, out),
        Choice::Finding(deed) => findings::act::deed(model, deed, out),
    }
}

/// Things to choose from: label, note, why not now, and what.
pub(crate) fn offer(model: &mut Model, title: &'static str, offers: Vec<perform::Offer>) {
    let items = offers.into_iter().map(item).collect();
    model.layers.push(Layer::Pick(Picker::new(title, items, 0)));
}

fn item((label, note, reason, choice): perform::Offer) -> Item {
    Item {
        label,
        note: note.to_owned(),
        reason,
        choice,
    }
}

/// What the views menu offers to do with the chosen view.
const ON_VIEW: [Action; 7] = [
    Action::Save,
    Action::SaveAs,
    Action::Edit,
    Action::Earlier,
    Action::Later,
    Action::StartWith,
    Action::Remove,
];

/// The saved views, and what can be done with the chosen one.
pub(crate) fn views(model: &mut Model) {
    let views = &model.home.views;
    let mut items: Vec<Item> = views
        .items
        .iter()
        .enumerate()
        .map(|(index, view)| Item {
            label: clean_line(&view.name).into_owned(),
            note: view.count.map_or_else(String::new, |count| count.to_string()),
            reason: None,
            choice: Choice::View(index),
        })
        .collect();
    items.extend(ON_VIEW.map(|action| Item {
        label: format!("… {}", action.spec().title),
        note: model.keymap.hint(action).unwrap_or_default(),
        reason: perform::enabled(model, action).err(),
        choice: Choice::OnView(action),
    }));
    let picker = Picker::new("Views", items, views.chosen);
    model.layers.push(Layer::Pick(picker));
}

/// The catalog's tags, those with most issues first; those of the findings where these are listed.
pub(crate) fn tags(model: &mut Model) {
    if model.screen == Screen::Findings {
        return finding_tags(model);
    }
    let jql = model.home.jql();
    let chosen = model.home.tag.as_deref();
    let any = Item {
        label: "any tag".to_owned(),
        note: String::new(),
        reason: None,
        choice: Choice::Tag(None),
    };
    let mut entries: Vec<_> = model
        .tags
        .entries()
        .iter()
        .map(|entry| (entry, model.tags.count(&entry.tag, jql)))
        .collect();
    entries.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let of_entries = entries.iter().map(|(entry, count)| Item {
        label: if entry.name == entry.tag {
            clean_line(&entry.tag).into_owned()
        } else {
            format!("{}  {}", clean_line(&entry.tag), clean_line(&entry.name))
        },
        note: count.map_or_else(String::new, |count| count.to_string()),
        reason: None,
        choice: Choice::Tag(Some(entry.tag.clone())),
    });
    let items: Vec<Item> = std::iter::once(any).chain(of_entries).collect();
    let cursor = entries.iter().position(|(entry, _)| Some(entry.tag.as_str()) == chosen);
    let picker = Picker::new("Tag", items, cursor.map_or(0, |at| at + 1));
    model.layers.push(Layer::Pick(picker));
}

fn finding_tags(model: &mut Model) {
    let tags = findings::act::tags(model);
    let chosen = model.findings.tag.as_ref();
    let cursor = tags.iter().position(|tag| Some(tag) == chosen).map_or(0, |at| at + 1);
    let of_tags = tags.iter().map(|tag| (clean_line(tag).into_owned(), Some(tag.clone())));
    let items = std::iter::once(("any tag".to_owned(), None))
        .chain(of_tags)
        .map(|(label, tag)| Item {
            label,
            note: String::new(),
            reason: None,
            choice: Choice::Tag(tag),
        });
    let picker = Picker::new("Tag", items.collect(), cursor);
    model.layers.push(Layer::Pick(picker));
}

/// Whether the tags are being chosen from.
pub(crate) fn shows_tags(model: &Model) -> bool {
    let is_tag = |item: &Item| matches!(item.choice, Choice::Tag(_));
    matches!(model.layers.last(), Some(Layer::Pick(picker)) if picker.items.first().is_some_and(is_tag))
}

/// New counts for the tags while they are chosen from; they stay where they are.
pub(crate) fn recount(model: &mut Model) {
    if !shows_tags(model) {
        return;
    }
    let jql = model.home.jql().to_owned();
    let Some(Layer::Pick(picker)) = model.layers.last_mut() else {
        return;
    };
    for item in &mut picker.items {
        if let Choice::Tag(Some(tag)) = &item.choice {
            let count = model.tags.count(tag, &jql);
            item.note = count.map_or_else(String::new, |count| count.to_string());
        }
    }
}

/// What is wrong with the catalog's files.
fn problems(model: &mut Model) {
    let flaws = model.tags.flaws();
    let text = TextBox {
        title: format!("Catalog: problems · {}", flaws.len()),
        parts: flaws
            .iter()
            .map(|flaw| (String::new(), clean_line(flaw).into_owned()))
            .collect(),
        copy: flaws.join("\n"),
        scroll: 0,
    };
    model.layers.push(Layer::Text(text));
}

/// Orders: choosing the present one turns it round.
pub(crate) fn sort(model: &mut Model) {
    let present = model.home.sort;
    let mut items = vec![Item {
        label: "as the query says".to_owned(),
        note: if present.is_none() {
            "now".to_owned()
        } else {
            String::new()
        },
        reason: None,
        choice: Choice::Sort(None),
    }];
    let fields = model.home.fields().into_iter().map(Column::Field);
    let columns: Vec<Column> = fields.chain(Column::ALL).filter(|column| column.sorts()).collect();
    for column in columns.iter().copied() {
        let now = present.filter(|sort| sort.column == column);
        items.push(Item {
            label: clean_line(column.name()).into_owned(),
            note: now.map_or_else(String::new, |sort| {
                format!("now {} · again turns it", if sort.descending { "↓" } else { "↑" })
            }),
            reason: None,
            choice: Choice::Sort(Some(next_sort(present, column))),
        });
    }
    let cursor = present
        .and_then(|sort| columns.iter().position(|column| *column == sort.column))
        .map_or(0, |index| index + 1);
    model.layers.push(Layer::Pick(Picker::new("Sort by", items, cursor)));
}

/// The order that asking for `column` leads to: dates and priority start with the latest and most
/// urgent.
pub(crate) fn next_sort(present: Option<Sort>, column: Column) -> Sort {
    let descending = match present {
        Some(sort) if sort.column == column => !sort.descending,
        _ => matches!(
            column,
            Column::Priority | Column::Created | Column::Updated | Column::Key
        ),
    };
    Sort { column, descending }
}

/// Everything that can be done, here or elsewhere.
pub(crate) fn commands(model: &mut Model) {
    let place = model.place();
    let mut items: Vec<Item> = Vec::new();
    for connection in &model.snapshot.connections {
        let alias = clean_line(connection.alias.as_str()).into_owned();
        items.push(Item {
            label: format!("Sync: connection {alias} now"),
            note: String::new(),
            reason: None,
            choice: Choice::SyncOne(connection.alias.clone()),
        });
        items.push(Item {
            label: format!("Connection: open {alias} in the browser"),
            note: String::new(),
            reason: None,
            choice: Choice::OpenSite(connection.alias.clone()),
        });
        let offers = perform::offers(connection, model.snapshot.connections.len(), &format!(" {alias}"));
        items.extend(offers.into_iter().map(|offer| {
            let mut item = item(offer);
            item.label = format!("Connection: {}", item.label);
            item
        }));
    }
    items.extend([
        item((
            "Connection: connect a Jira".to_owned(),
            "",
            None,
            Choice::Connection(Deed::New),
        )),
        item((
            "Connection: test all".to_owned(),
            "",
            (!model.has_connections()).then(|| "no connection yet".to_owned()),
            Choice::Connection(Deed::Manage(Manage::TestAll)),
        )),
    ]);
    items.extend(mapping_items(model));
    items.extend(menu::everywhere(model).into_iter().map(item));
    for (index, view) in model.home.views.items.iter().enumerate() {
        items.push(Item {
            label: format!("View: {}", clean_line(&view.name)),
            note: String::new(),
            reason: None,
            choice: Choice::View(index),
        });
    }
    for theme in ThemeName::ALL {
        items.push(Item {
            label: format!("Theme: {}", theme.name()),
            note: String::new(),
            reason: perform::theme_reason(model).err(),
            choice: Choice::Theme(theme),
        });
    }
    items.push(Item {
        label: "Catalog: problems".to_owned(),
        note: String::new(),
        reason: model
            .tags
            .flaws()
            .is_empty()
            .then(|| "the catalog's files are sound".to_owned()),
        choice: Choice::CatalogProblems,
    });
    let actions = TABLE
        .iter()
        .filter(|spec| spec.listed() && spec.action != Action::Commands);
    items.extend(actions.map(|spec| Item {
        label: format!("{}: {}", heading(spec.group.label()), spec.title),
        note: model.keymap.label(spec.action),
        reason: if spec.works_in(place) {
            perform::enabled(model, spec.action).err()
        } else {
            Some(format!("not with the focus on {}", place.label()))
        },
        choice: Choice::Act(spec.action),
    }));
    model.layers.push(Layer::Pick(Picker::new("Command", items, 0)));
}

/// What can be done to mappings.
fn mapping_items(model: &Model) -> Vec<Item> {
    let new = (
        "Mapping: new".to_owned(),
        "",
        (!model.has_connections()).then(|| "no connection yet".to_owned()),
        Choice::Mapping(mapping::Deed::New),
    );
    let rows = model.mapping.rows.iter();
    let offers = rows.flat_map(|row| mapping::offers(row, &format!(" {}", clean_line(&row.config.name))));
    let offers = offers.map(|(label, key, reason, choice)| (format!("Mapping: {label}"), key, reason, choice));
    std::iter::once(new).chain(offers).map(item).collect()
}

/// `FIND` as `Find`.
fn heading(label: &str) -> String {
    let mut letters = label.chars();
    letters
        .next()
        .map(|first| format!("{first}{}", letters.as_str().to_lowercase()))
        .unwrap_or_default()
}
