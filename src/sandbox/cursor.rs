//! Cloud's page tokens: opaque, good for one query of one caller, and for seven days.
//!
//! Must never be in here: how a query is evaluated.

use std::{
    collections::{BTreeMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};

use super::model::{IssueIdx, UserIdx};

/// How long a token is good.
const LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Result lists kept at a time; the oldest goes first, and its tokens with it.
const KEPT: usize = 256;

/// The result of a query, taken when its first page was asked for. Later pages read on in it, so
/// neither new issues nor edits shift them.
#[derive(Debug, Clone)]
struct Listing {
    owner: Option<UserIdx>,
    query: u64,
    made: Timestamp,
    issues: Arc<[IssueIdx]>,
}

/// All result lists that tokens still lead to.
#[derive(Debug, Default)]
pub(crate) struct Cursors(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    last: u64,
    listings: BTreeMap<u64, Listing>,
}

/// A place in a result list.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    listing: u64,
    pub(crate) issues: Arc<[IssueIdx]>,
    pub(crate) offset: usize,
}

/// What a token stands for besides its place: the query with everything that has to stay the same
/// from page to page.
pub(crate) fn fingerprint(jql: &str, reconcile: &[u64]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (jql.trim(), reconcile).hash(&mut hasher);
    hasher.finish()
}

impl Cursors {
    /// Keeps a new result list; the place is its beginning.
    pub(crate) fn open(&self, owner: Option<UserIdx>, query: u64, issues: Vec<IssueIdx>, now: Timestamp) -> Place {
        let issues: Arc<[IssueIdx]> = issues.into();
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.last += 1;
        let listing = state.last;
        state.listings.insert(
            listing,
            Listing {
                owner,
                query,
                made: now,
                issues: Arc::clone(&issues),
            },
        );
        while state.listings.len() > KEPT {
            state.listings.pop_first();
        }
        Place {
            listing,
            issues,
            offset: 0,
        }
    }

    /// The token for a later place in the same list.
    pub(crate) fn token(place: &Place, offset: usize) -> String {
        let text = format!("{}:{offset}:{:x}", place.listing, seal(place.listing, offset));
        URL_SAFE_NO_PAD.encode(text)
    }

    /// The place a token leads to; `None` if it is made up, too old, or another query's or caller's.
    pub(crate) fn find(&self, token: &str, owner: Option<UserIdx>, query: u64, now: Timestamp) -> Option<Place> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        let mut parts = text.split(':');
        let listing: u64 = parts.next()?.parse().ok()?;
        let offset: usize = parts.next()?.parse().ok()?;
        let sealed = u64::from_str_radix(parts.next()?, 16).ok()?;
        if parts.next().is_some() || sealed != seal(listing, offset) {
            return None;
        }
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = state.listings.get(&listing)?;
        let good = found.owner == owner && found.query == query && now.duration_since(found.made) <= LIFETIME;
        good.then(|| Place {
            listing,
            issues: Arc::clone(&found.issues),
            offset,
        })
    }
}

fn seal(listing: u64, offset: usize) -> u64 {
    let mut hasher = DefaultHasher::new();
    ("page token", listing, offset).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_query_caller_and_week_only() {
        let cursors = Cursors::default();
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let later = |hours| now.checked_add(SignedDuration::from_hours(hours)).unwrap();
        let (ana, ben) = (Some(UserIdx(1)), Some(UserIdx(2)));
        let query = fingerprint("project = PAY", &[]);
        let place = cursors.open(ana, query, (0..10).map(IssueIdx).collect(), now);
        let token = Cursors::token(&place, 4);

        let found = cursors.find(&token, ana, query, later(168)).unwrap();
        assert_eq!((found.offset, found.issues.len()), (4, 10));
        assert!(cursors.find(&token, ben, query, now).is_none());
        assert!(cursors.find(&token, None, query, now).is_none());
        assert!(
            cursors
                .find(&token, ana, fingerprint("project = OPS", &[]), now)
                .is_none()
        );
        assert!(
            cursors
                .find(&token, ana, fingerprint("project = PAY", &[10_001]), now)
                .is_none()
        );
        assert!(cursors.find(&token, ana, query, later(169)).is_none());
        let forged = URL_SAFE_NO_PAD.encode("1:8:0");
        for made_up in ["", "x", "CAEaAggD", forged.as_str()] {
            assert!(cursors.find(made_up, ana, query, now).is_none(), "{made_up}");
        }
    }

    #[test]
    fn old_lists_make_room() {
        let cursors = Cursors::default();
        let now = Timestamp::UNIX_EPOCH;
        let first = cursors.open(None, 1, vec![IssueIdx(0)], now);
        for _ in 0..KEPT {
            cursors.open(None, 1, Vec::new(), now);
        }
        assert!(cursors.find(&Cursors::token(&first, 0), None, 1, now).is_none());
    }
}
