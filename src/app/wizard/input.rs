//! Keys and pastes while the wizard is open, and the hints for them.
//!
//! Must never be in here: a way to submit by pasting.

use crossterm::event::{KeyCode, KeyModifiers};
use jiff::Timestamp;
use ratatui::layout::Rect;

use super::pages::where_to_create;
use super::{Button, Field, Item, KeyFrom, Page, Toggle, Wizard, go};
use crate::app::chord::Chord;
use crate::app::event::{Effect, Tone};
use crate::app::list::scroll_to;
use crate::app::model::Model;
use crate::app::overlay::help;
use crate::app::perform;
use crate::domain::Access;

impl Wizard {
    /// What has the focus: what was chosen, as long as it is there, else what the page is about.
    pub(crate) fn focused(&self, items: &[Item]) -> Option<Item> {
        if let Some(item) = self.focus.as_ref().filter(|item| items.contains(item)) {
            return Some(item.clone());
        }
        let is_typed = |item: &&Item| matches!(item, Item::Field(_) | Item::Secret);
        let has = |item: Item| items.iter().find(|known| **known == item);
        let usual = match self.page {
            Page::Kind => has(Item::Kind(self.values.kind)),
            Page::Access => has(Item::Access(self.values.access)),
            Page::Site | Page::Credentials => items.iter().find(is_typed),
            Page::Authorize => items.iter().find(is_typed).or_else(|| has(Item::Keep(self.grant.keep))),
            Page::Test => items.iter().find(|item| matches!(item, Item::Button(_))),
            Page::Offer | Page::Guide | Page::Link | Page::Review => None,
        };
        usual.or_else(|| items.first()).cloned()
    }

    /// Scrolls so that what just got the focus is in sight.
    pub(super) fn reveal(&mut self, body: Rect, ascii: bool, now: Timestamp) {
        let sheet = self.sheet(body.width, ascii, now);
        let height = usize::from(body.height).max(1);
        let len = sheet.rows.len();
        let items = sheet.items();
        self.focus = self.focused(&items);
        let current = Some((self.page, self.focus.clone()));
        if self.revealed != current
            && let Some((first, last)) = self.focus.as_ref().and_then(|item| sheet.lines_of(item))
        {
            // What leads to an item stands above it: the first one shows the page from its top.
            let top = if items.first() == self.focus.as_ref() { 0 } else { first };
            self.scroll = scroll_to(last, self.scroll, len, height);
            self.scroll = scroll_to(top.max(last.saturating_sub(height - 1)), self.scroll, len, height);
        }
        self.revealed = current;
        self.scroll = self.scroll.min(len.saturating_sub(height));
    }

    fn step_focus(&mut self, by: isize, body: Rect, ascii: bool, now: Timestamp) -> bool {
        let items = self.sheet(body.width, ascii, now).items();
        let focus = self.focused(&items);
        let at = items.iter().position(|item| Some(item) == focus.as_ref());
        let next = at.and_then(|at| at.checked_add_signed(by)).and_then(|at| items.get(at));
        let Some(next) = next else { return false };
        self.focus = Some(next.clone());
        true
    }

    /// What `y` copies.
    fn to_copy(&self) -> Option<String> {
        match &self.focus {
            Some(Item::Value(text)) => Some(text.clone()),
            Some(Item::Field(field)) if *field != Field::Landing => {
                Some(self.values.text(*field).to_owned()).filter(|text| !text.is_empty())
            }
            _ => self.grant.state.got().map(|waiting| waiting.url.clone()),
        }
    }

    /// What `o` opens.
    fn to_open(&self) -> Option<String> {
        match &self.focus {
            Some(Item::Value(text)) if text.contains("://") => Some(text.clone()),
            _ if self.page == Page::Authorize => self.grant.state.got().map(|waiting| waiting.url.clone()),
            _ => where_to_create(self.values.access, &self.site()?).map(|(_, url)| url),
        }
    }
}

/// Leaves the wizard; the answers are kept without secrets.
pub(crate) fn leave(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(mut wizard) = model.connecting.wizard.take() else {
        return;
    };
    if wizard.writing.is_waiting() {
        let text = "the config is being written; one moment";
        wizard.said = Some((Tone::Plain, text.to_owned()));
        model.connecting.wizard = Some(wizard);
        return;
    }
    if wizard.grant.ticket.is_some() {
        out.push(Effect::CancelAuthorize);
    }
    if wizard.test.ticket.is_some() && !wizard.test.done {
        out.push(Effect::CancelTest);
    }
    let key = match (&wizard.key_of, wizard.key.got()) {
        (Some(go::KeyWish::Made(_)), Some(key)) => key.file.clone(),
        _ => None,
    };
    let mut text = match key {
        Some(file) => format!("the config is as it was; the key pair stays in {}", file.display()),
        None => "left; no file was changed".to_owned(),
    };
    if wizard.page == Page::Offer {
        model.connecting.kept = wizard.earlier.take();
    } else {
        text.push_str(" · what was answered is kept until crosstie ends");
        model.connecting.kept = Some(wizard.kept());
    }
    model.say(Tone::Plain, text);
}

/// Gives a key to the wizard.
pub(crate) fn key(model: &mut Model, chord: Chord, out: &mut Vec<Effect>) {
    let (body, ascii, now) = (super::body(model.size), model.look.ascii, model.now);
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    let (code, mods) = chord.parts();
    let page = isize::try_from(body.height).unwrap_or(1).max(1);
    match code {
        KeyCode::F(1) => help::open(model),
        KeyCode::F(2) => copy(model, out),
        KeyCode::F(3) => open(model, out),
        KeyCode::Esc => go::back(model, out),
        KeyCode::BackTab | KeyCode::Tab | KeyCode::Up | KeyCode::Down => {
            let forward = matches!(code, KeyCode::Tab | KeyCode::Down);
            let moved = wizard.step_focus(if forward { 1 } else { -1 }, body, ascii, now);
            match code {
                KeyCode::BackTab if !moved => go::back(model, out),
                KeyCode::Tab if !moved => {
                    wizard.focus = wizard.sheet(body.width, ascii, now).items().into_iter().next();
                }
                _ => {}
            }
        }
        KeyCode::PageDown => wizard.scroll = wizard.scroll.saturating_add_signed(page),
        KeyCode::PageUp => wizard.scroll = wizard.scroll.saturating_add_signed(-page),
        KeyCode::Enter => enter(model, out),
        _ => {
            if !typed(wizard, chord, now) && mods.is_empty() {
                letter(model, code, out);
            }
        }
    }
}

/// Gives a key to the field that has the focus; `false` if there is none or it has no use for it.
fn typed(wizard: &mut Wizard, chord: Chord, now: Timestamp) -> bool {
    match wizard.focus {
        Some(Item::Secret) => wizard.values.secret.key(chord),
        Some(Item::Field(Field::Landing)) if wizard.grant.is_landing() => true,
        Some(Item::Field(field)) => {
            let taken = wizard.values.edit_mut(field).key(chord);
            if taken {
                edited(wizard, field, now);
            }
            taken
        }
        _ => false,
    }
}

fn edited(wizard: &mut Wizard, field: Field, now: Timestamp) {
    // One types where one sees it.
    wizard.revealed = None;
    match field {
        Field::Site | Field::Proxy | Field::Ca => wizard.site_edited(now),
        Field::Alias => wizard.values.alias_typed = !wizard.values.text(Field::Alias).is_empty(),
        _ => {}
    }
}

/// Gives pasted text to the field that has the focus. It never submits.
pub(crate) fn paste(model: &mut Model, text: &str) {
    let now = model.now;
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    match wizard.focus {
        Some(Item::Secret) => wizard.values.secret.paste(text),
        Some(Item::Field(Field::Landing)) if wizard.grant.is_landing() => {}
        Some(Item::Field(field)) => {
            wizard.values.edit_mut(field).paste(text);
            edited(wizard, field, now);
        }
        _ => wizard.said = Some((Tone::Plain, "choose a field to paste into: tab".to_owned())),
    }
}

/// Keys that are letters where nothing is typed.
fn letter(model: &mut Model, code: KeyCode, out: &mut Vec<Effect>) {
    let again = |code| Chord::new(code, KeyModifiers::NONE);
    match code {
        KeyCode::Char('j') => key(model, again(KeyCode::Down), out),
        KeyCode::Char('k') => key(model, again(KeyCode::Up), out),
        KeyCode::Char('y') => copy(model, out),
        KeyCode::Char('o') => open(model, out),
        KeyCode::Char('?') => help::open(model),
        KeyCode::Char('q') => leave(model, out),
        KeyCode::Char(' ') => drop(choose(model)),
        KeyCode::Char('w') if shows_review(model) => go::write(model, out),
        _ => {}
    }
}

fn shows_review(model: &Model) -> bool {
    let wizard = model.connecting.wizard.as_ref();
    wizard.is_some_and(|wizard| wizard.page == Page::Review)
}

fn copy(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    match wizard.to_copy() {
        Some(text) => out.push(Effect::Copy(crate::text::clean_block(&text).into_owned())),
        None => wizard.said = Some((Tone::Plain, "there is nothing to copy here".to_owned())),
    }
}

fn open(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    match wizard.to_open() {
        Some(url) => perform::visit(model, url, out),
        None => wizard.said = Some((Tone::Plain, "there is no address to open here".to_owned())),
    }
}

/// Enter: a choice that is not made yet is made; everything else goes on.
fn enter(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    match wizard.focus.clone() {
        Some(Item::Button(button)) => press(model, button, out),
        Some(Item::Place(_) | Item::KeyFrom(_) | Item::Tokens(_)) => {
            if !choose(model) {
                go::forward(model, out);
            }
        }
        Some(_) => {
            choose_one(wizard);
            go::forward(model, out);
        }
        None => go::forward(model, out),
    }
}

/// Chooses what has the focus, or switches it; `false` if it was chosen before.
pub(super) fn choose(model: &mut Model) -> bool {
    let Some(wizard) = &mut model.connecting.wizard else {
        return false;
    };
    if let Some(Item::Toggle(toggle)) = wizard.focus {
        switch(wizard, toggle);
        return true;
    }
    choose_one(wizard)
}

fn choose_one(wizard: &mut Wizard) -> bool {
    let values = &mut wizard.values;
    match wizard.focus {
        Some(Item::Kind(kind)) => {
            let changed = values.kind != kind;
            values.choose_kind(kind);
            changed
        }
        Some(Item::Access(access)) => {
            let changed = values.access != access;
            values.choose_access(access);
            if access == Access::OAuth1 && changed && wizard.base().is_none_or(|base| base.access() != access) {
                wizard.values.key_from = KeyFrom::Made(2048);
            }
            changed
        }
        Some(Item::Place(place)) => std::mem::replace(&mut values.place, place) != place,
        Some(Item::KeyFrom(from)) => std::mem::replace(&mut values.key_from, from) != from,
        Some(Item::Tokens(store)) => std::mem::replace(&mut values.tokens, store) != store,
        Some(Item::Keep(keep)) => std::mem::replace(&mut wizard.grant.keep, keep) != keep,
        _ => false,
    }
}

fn switch(wizard: &mut Wizard, toggle: Toggle) {
    let old = super::pages::old_screens(wizard);
    let sole = wizard.is_sole();
    let values = &mut wizard.values;
    match toggle {
        Toggle::Network => {
            values.network = !values.network;
            if !values.network {
                for field in [Field::Proxy, Field::Ca, Field::Frontend] {
                    values.set(field, "");
                }
            }
        }
        Toggle::OldScreens => values.old_screens = Some(!old),
        Toggle::HttpsCallback => {
            let text = values.text(Field::Callback);
            let other = match text.split_once("://") {
                Some(("https", rest)) => format!("http://{rest}"),
                Some((_, rest)) => format!("https://{rest}"),
                None => format!("https://{text}"),
            };
            values.set(Field::Callback, &other);
        }
        Toggle::Default if sole => {
            let text = "the only connection is always the default";
            wizard.said = Some((Tone::Plain, text.to_owned()));
        }
        Toggle::Default => values.default = !values.default,
        Toggle::ReadOnly => values.read_only = !values.read_only,
    }
}

/// Presses a button.
pub(super) fn press(model: &mut Model, button: Button, out: &mut Vec<Effect>) {
    let Some(wizard) = &mut model.connecting.wizard else {
        return;
    };
    match button {
        Button::Back => go::back(model, out),
        Button::GoOn => {
            // Only the focus of a choice may choose.
            wizard.focus = None;
            go::forward(model, out);
        }
        Button::SwitchKind => {
            if let Some(kind) = wizard.probe().got().map(|probe| probe.kind) {
                wizard.values.choose_kind(kind);
                go::mend(model, Page::Access, out);
            }
        }
        Button::SignInAgain => go::authorize(wizard, &mut model.requests, out),
        Button::TestAgain => go::start_test(wizard, &mut model.requests, out),
        Button::Mend(page) => go::mend(model, page, out),
        Button::Write => go::write(model, out),
    }
}

/// Keys that matter for what has the focus.
pub(crate) fn hints(wizard: &Wizard) -> Vec<(String, String)> {
    let mut hints: Vec<(&str, &str)> = vec![("tab", "next")];
    match &wizard.focus {
        Some(Item::Field(Field::Landing)) => hints.extend([("enter", "verify"), ("F2", "copy link"), ("F3", "open")]),
        Some(Item::Field(_) | Item::Secret) => hints.push(("enter", "go on")),
        Some(Item::Value(_)) => hints.extend([("y", "copy"), ("o", "open"), ("enter", "go on")]),
        Some(Item::Toggle(_)) => hints.extend([("space", "on/off"), ("enter", "go on")]),
        Some(Item::Button(_)) => hints.push(("enter", "press")),
        Some(Item::Place(_) | Item::KeyFrom(_) | Item::Tokens(_)) => hints.push(("space", "choose")),
        Some(_) => hints.push(("enter", "choose")),
        None => {}
    }
    if wizard.page == Page::Review && !matches!(wizard.focus, Some(Item::Field(_))) {
        hints.push(("w", "write"));
    }
    hints.extend([("esc", "back"), ("ctrl-c", "leave")]);
    hints
        .into_iter()
        .map(|(key, word)| (key.to_owned(), word.to_owned()))
        .collect()
}
