//! Who on the site somebody is that a finding or a rule names.
//!
//! Must never be in here: which field they go into (`mapping`).

use std::{cell::RefCell, time::Duration};

use jiff::Timestamp;

use super::site::Site;
use crate::{
    domain::{Alias, CreateField, Responsible, User},
    mapping,
    store::{Store, StoreError},
};

/// The site is asked anew after this time.
const HOLDS: Duration = Duration::from_secs(12 * 60 * 60);

/// Somebody whom the store does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranger {
    /// By the name or address that a finding or a rule has.
    pub who: Responsible,
    /// Looked for only among those to whom issues can be assigned.
    pub assigned: bool,
}

/// Finds people in the store, and notes whom it does not know. Reads the store.
#[derive(Debug)]
pub struct People<'s> {
    store: &'s Store,
    alias: &'s Alias,
    strangers: RefCell<Vec<Stranger>>,
}

impl<'s> People<'s> {
    /// The people of a connection.
    #[must_use]
    pub fn new(store: &'s Store, alias: &'s Alias) -> Self {
        Self {
            store,
            alias,
            strangers: RefCell::default(),
        }
    }

    /// The account of somebody for a field, if it is known.
    #[must_use]
    pub fn find(&self, who: &Responsible, field: &CreateField) -> Option<User> {
        let found = person(self.store, self.alias, who);
        if found.is_none() {
            let (who, assigned) = (who.clone(), field.id == "assignee");
            let mut strangers = self.strangers.borrow_mut();
            match strangers.iter_mut().find(|stranger| stranger.who == who) {
                Some(stranger) => stranger.assigned &= assigned,
                None => strangers.push(Stranger { who, assigned }),
            }
        }
        found
    }

    /// Those who were looked for in vain, and of whom the site was not asked lately.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn to_ask(self, now: Timestamp) -> Result<Vec<Stranger>, StoreError> {
        let mut left = Vec::new();
        for stranger in self.strangers.into_inner() {
            let who = &stranger.who;
            if !who.group && !mapping::is_account_id(&who.name) && !is_fresh(self.store, self.alias, who, now)? {
                left.push(stranger);
            }
        }
        Ok(left)
    }
}

/// Whether the site was asked for somebody lately. Reads the store.
pub(super) fn is_fresh(store: &Store, alias: &Alias, who: &Responsible, now: Timestamp) -> Result<bool, StoreError> {
    let told = store.person_asked(alias, asked(who))?;
    Ok(told.is_some_and(|(_, at)| at.duration_until(now).unsigned_abs() < HOLDS))
}

/// Asks the site who somebody is. `None` if it did not say.
pub async fn ask<S: Site>(site: &S, stranger: &Stranger, project: &str) -> Option<Option<User>> {
    let Stranger { who, assigned } = stranger;
    let found = site.find_people(asked(who), assigned.then_some(project)).await.ok()?;
    Some(the_one(who, &found).cloned())
}

/// Keeps what the site said; that it finds somebody no more takes nobody from the issues.
///
/// # Errors
/// When the store cannot be written.
pub fn remember(
    store: &Store,
    alias: &Alias,
    who: &Responsible,
    said: Option<&User>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let before = match said {
        Some(_) => None,
        None => store.person_asked(alias, asked(who))?.and_then(|(user, _)| user),
    };
    store.put_person(alias, asked(who), said.or(before.as_ref()), now)
}

/// What the site is asked for: addresses are told apart better than names.
fn asked(responsible: &Responsible) -> &str {
    responsible.email.as_deref().unwrap_or(&responsible.name)
}

/// Who of those found is meant: the one with that address or name, or the only one, since a site that
/// hides addresses still finds people by them.
fn the_one<'u>(responsible: &Responsible, found: &'u [User]) -> Option<&'u User> {
    let same = |own: Option<&str>, text: &str| own.is_some_and(|own| own.to_lowercase() == text.to_lowercase());
    let by_address = |user: &&User| same(responsible.email.as_deref(), user.email.as_deref().unwrap_or_default());
    let by_name =
        |user: &&User| same(Some(&responsible.name), &user.display) || same(Some(&responsible.name), &user.name);
    let mut active = found.iter().filter(|user| user.active);
    let only = match (active.next(), active.next()) {
        (Some(one), None) if responsible.email.is_some() => Some(one),
        _ => None,
    };
    found.iter().find(by_address).or_else(|| {
        let mut named = found.iter().filter(by_name);
        match (named.next(), named.next()) {
            (Some(one), None) => Some(one),
            _ => only,
        }
    })
}

/// The one account that somebody responsible can be; two of the same name are nobody. Reads the store.
#[must_use]
pub fn person(store: &Store, alias: &Alias, responsible: &Responsible) -> Option<User> {
    if let Ok(Some((Some(user), _))) = store.person_asked(alias, asked(responsible)) {
        return Some(user);
    }
    match store.people_named(alias, &responsible.name).as_deref() {
        Ok([one]) => Some(one.clone()),
        _ => None,
    }
}
