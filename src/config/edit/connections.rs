//! Edits of `[[connection]]`.
//!
//! Must never be in here: how text is changed, and what the keys of `auth` are.

use super::{
    ConnectionFlag, Edit, EditError, Removed, Renamed,
    place::Place,
    value::{self, Table, Value},
};
use crate::{
    config::{ConnectionConfig, connection},
    domain::Alias,
};

const LIST: &str = "connection";
/// Written although they could be inferred: a person wants to see them.
const ALWAYS: [&str; 4] = ["alias", "kind", "url", "auth"];

impl Edit {
    /// Adds the connection, or brings the one with its alias (in any case) in line with it: only what
    /// differs is touched, and what has its default is written only where it stands already. If it is
    /// the default one, no other is any more.
    ///
    /// # Errors
    /// If there is something else in place of the connections, or a path in it is not text.
    pub fn put_connection(&mut self, connection: &ConnectionConfig) -> Result<(), EditError> {
        let wanted = value::connection(connection)?;
        let plain = value::connection(&ConnectionConfig::new(
            connection.alias.clone(),
            connection.kind,
            connection.url.clone(),
            connection.method.clone(),
        ))?;
        let place = self.connection_place(connection.alias.as_str())?;
        if connection.default {
            self.clear_defaults(place.as_ref())?;
        }
        let Some(place) = place else {
            self.keep_sole_default(connection.default)?;
            let needed = |(key, value): &(String, Value)| {
                ALWAYS.contains(&key.as_str()) || value::get(&plain, key) != Some(value)
            };
            let table: Table = wanted.into_iter().filter(needed).collect();
            return self.text.push(LIST, &table);
        };
        // A second look finds what followed from something else, and does so no longer: the kind.
        for _ in 0..2 {
            let before = self.read_connection(connection.alias.as_str())?;
            let mut wanted = wanted.clone();
            self.put_address(&place, before.as_ref(), &mut wanted)?;
            let merge = Merge {
                before: before.as_ref(),
                plain: &plain,
                removable: &connection::KEYS,
            };
            merge.put(self, &place, &wanted)?;
        }
        Ok(())
    }

    /// Gives a connection another alias, also where mappings name it.
    ///
    /// # Errors
    /// If there is no such connection, or the new alias is another one's.
    pub fn rename_connection(&mut self, from: &str, to: &Alias) -> Result<Renamed, EditError> {
        let place = self.known_connection(from)?;
        if let Some(other) = self.connection_place(to.as_str())?.filter(|other| *other != place) {
            let alias = self.alias_at(&other)?;
            return Err(EditError::Taken { alias });
        }
        let to = Value::Text(to.as_str().to_owned());
        let (mappings, names) = (self.mappings_of(from)?, self.mapping_names(from)?);
        self.text.set(&place.key("alias"), &to)?;
        for mapping in &mappings {
            self.text.set(&mapping.key(LIST), &to)?;
        }
        Ok(Renamed { mappings: names })
    }

    /// Removes a connection with the comments right above it. Mappings that name it stay.
    ///
    /// # Errors
    /// If there is no such connection.
    pub fn remove_connection(&mut self, alias: &str) -> Result<Removed, EditError> {
        let place = self.known_connection(alias)?;
        let mappings = self.mapping_names(alias)?;
        self.text.remove(&place)?;
        Ok(Removed { mappings })
    }

    /// The names of the mappings that name a connection, as people know them.
    fn mapping_names(&self, alias: &str) -> Result<Vec<String>, EditError> {
        let name = |(index, mapping): (usize, &Place)| {
            let name = self.text.value(&mapping.key("name"))?;
            Ok(match name {
                Some(Value::Text(name)) => name,
                _ => format!("mapping {}", index + 1),
            })
        };
        self.mappings_of(alias)?.iter().enumerate().map(name).collect()
    }

    /// Makes a connection the one that is used where none is named.
    ///
    /// # Errors
    /// If there is no such connection.
    pub fn set_default(&mut self, alias: &str) -> Result<(), EditError> {
        let place = self.known_connection(alias)?;
        self.clear_defaults(Some(&place))?;
        if self.text.count(LIST)? > 1 || self.text.value(&place.key("default"))?.is_some() {
            self.put_flag(&place, "default", true, false)?;
        }
        Ok(())
    }

    /// Switches a connection on or off, or lets nothing be written to it.
    ///
    /// # Errors
    /// If there is no such connection.
    pub fn set_flag(&mut self, alias: &str, key: ConnectionFlag, on: bool) -> Result<(), EditError> {
        let place = self.known_connection(alias)?;
        match key {
            ConnectionFlag::Enabled => self.put_flag(&place, "enabled", on, true),
            ConnectionFlag::ReadOnly => self.put_flag(&place, "read_only", on, false),
        }
    }

    /// A flag that has its default and is not written stays so.
    pub(super) fn put_flag(&mut self, place: &Place, key: &str, on: bool, default: bool) -> Result<(), EditError> {
        let wanted = Value::flag(on);
        match self.text.value(&place.key(key))? {
            Some(there) if there == wanted => Ok(()),
            None if on == default => Ok(()),
            _ => self.text.set(&place.key(key), &wanted),
        }
    }

    fn known_connection(&self, alias: &str) -> Result<Place, EditError> {
        self.connection_place(alias)?.ok_or_else(|| EditError::NoConnection {
            alias: alias.to_owned(),
        })
    }

    fn connection_place(&self, alias: &str) -> Result<Option<Place>, EditError> {
        for place in self.elements(LIST)? {
            if self.alias_at(&place)?.as_str().eq_ignore_ascii_case(alias) {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    fn alias_at(&self, place: &Place) -> Result<Alias, EditError> {
        let alias = self.text.value(&place.key("alias"))?;
        Ok(Alias::from(alias.as_ref().and_then(Value::as_text).unwrap_or_default()))
    }

    fn mappings_of(&self, alias: &str) -> Result<Vec<Place>, EditError> {
        let mut found = Vec::new();
        for place in self.elements("mapping")? {
            let named = self.text.value(&place.key(LIST))?;
            if named
                .as_ref()
                .and_then(Value::as_text)
                .is_some_and(|name| name.eq_ignore_ascii_case(alias))
            {
                found.push(place);
            }
        }
        Ok(found)
    }

    /// The connection as the text has it, unless there is a mistake in it.
    fn read_connection(&self, alias: &str) -> Result<Option<Table>, EditError> {
        self.read().connection(alias).map(value::connection).transpose()
    }

    /// No connection but the one at `spared` is the default any more.
    fn clear_defaults(&mut self, spared: Option<&Place>) -> Result<(), EditError> {
        for place in self.elements(LIST)? {
            let key = place.key("default");
            if spared != Some(&place) && self.text.value(&key)? == Some(Value::flag(true)) {
                if self.text.is_remarked(&key)? {
                    self.text.set(&key, &Value::flag(false))?;
                } else {
                    self.text.remove(&key)?;
                }
            }
        }
        Ok(())
    }

    /// A sole connection is the default one without saying so. It is to stay that when it gets company.
    fn keep_sole_default(&mut self, other: bool) -> Result<(), EditError> {
        let sole = Place::element(LIST, 0).key("default");
        if !other && self.text.count(LIST)? == 1 && self.text.value(&sole)?.is_none() {
            self.text.set(&sole, &Value::flag(true))?;
        }
        Ok(())
    }

    /// An address that is given as a subdomain stays one if it can.
    fn put_address(&mut self, place: &Place, before: Option<&Table>, wanted: &mut Table) -> Result<(), EditError> {
        let subdomain = place.key("subdomain");
        if self.text.value(&subdomain)?.is_none() {
            return Ok(());
        }
        let url = value::get(wanted, "url").cloned();
        let unchanged = url.is_some() && before.and_then(|before| value::get(before, "url")) == url.as_ref();
        let name = url
            .as_ref()
            .and_then(Value::as_text)
            .and_then(|url| url.strip_prefix("https://")?.strip_suffix(".atlassian.net"))
            .filter(|name| !name.contains('.'))
            .map(str::to_owned);
        match name {
            _ if unchanged => {}
            Some(name) => self.text.set(&subdomain, &Value::Text(name))?,
            None => return Ok(()),
        }
        // What stands there is what is wanted.
        let written = self.text.value(&subdomain)?;
        wanted.retain(|(key, _)| key != "url");
        wanted.extend(written.map(|written| ("subdomain".to_owned(), written)));
        Ok(())
    }
}

/// Brings a table of the file in line with a wanted one.
pub(super) struct Merge<'a> {
    /// What the table was read as, with all defaults; `None` if it could not be read.
    pub(super) before: Option<&'a Table>,
    /// What holds for a key that is not written.
    pub(super) plain: &'a [(String, Value)],
    /// Keys that go when they are not wanted.
    pub(super) removable: &'a [&'a str],
}

impl Merge<'_> {
    pub(super) fn put(&self, edit: &mut Edit, place: &Place, wanted: &[(String, Value)]) -> Result<(), EditError> {
        for key in edit.text.keys(place)? {
            if self.removable.contains(&key.as_str()) && value::get(wanted, &key).is_none() {
                edit.text.remove(&place.key(&key))?;
            }
        }
        for (key, value) in wanted {
            let plain = !ALWAYS.contains(&key.as_str()) && value::get(self.plain, key) == Some(value);
            let before = self.before.map(|before| value::get(before, key));
            put(edit, &place.key(key), before, value, plain)?;
        }
        Ok(())
    }
}

/// `before`: what was read there, if anything could be read at all.
fn put(
    edit: &mut Edit,
    place: &Place,
    before: Option<Option<&Value>>,
    wanted: &Value,
    plain: bool,
) -> Result<(), EditError> {
    if before == Some(Some(wanted)) {
        return Ok(());
    }
    let Some(there) = edit.text.value(place)? else {
        return if plain { Ok(()) } else { edit.text.set(place, wanted) };
    };
    if there == *wanted && before.is_none() {
        return Ok(());
    }
    let (Value::Table(_), Value::Table(inner)) = (&there, wanted) else {
        return edit.text.set(place, wanted);
    };
    let inner_before = match before.flatten() {
        Some(Value::Table(table)) => Some(table),
        _ => None,
    };
    for (key, value) in inner {
        let before = inner_before.map(|before| value::get(before, key));
        put(edit, &place.key(key), before, value, false)?;
    }
    for key in edit.text.keys(place)? {
        if value::get(inner, &key).is_none() {
            edit.text.remove(&place.key(&key))?;
        }
    }
    Ok(())
}
