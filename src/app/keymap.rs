//! Which key does what: the registry's defaults under the user's `[keys]`.
//!
//! User keys always win: an action that the user rebinds loses its default keys, and a default key
//! that the user gave to something else is taken away from its old action. What that costs is
//! reported as data, so that help and `doctor` can show it.

use std::collections::{BTreeMap, HashMap};

use super::action::{Action, TABLE};
use super::chord::Chord;

/// Something about `[keys]` that the user should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clash {
    /// Action name as in the config.
    pub action: String,
    /// Key as in the config.
    pub key: String,
    /// What is wrong, and what holds instead.
    pub message: String,
}

/// The keys in force.
#[derive(Debug, Clone, Default)]
pub struct Keymap {
    actions: HashMap<Chord, Action>,
    keys: HashMap<Action, Vec<Chord>>,
    changed: Vec<Action>,
    clashes: Vec<Clash>,
}

impl Keymap {
    /// Defaults with the user's bindings over them; several keys for one action are separated by
    /// spaces.
    #[must_use]
    pub fn new(user: &BTreeMap<String, String>) -> Self {
        let mut map = Self::default();
        for (name, keys) in user {
            map.bind_user(name, keys);
        }
        for spec in TABLE {
            if !map.changed.contains(&spec.action) {
                map.bind_defaults(spec.action, spec.keys);
            }
        }
        map
    }

    fn bind_user(&mut self, name: &str, keys: &str) {
        let Some(spec) = TABLE.iter().find(|spec| spec.name == name) else {
            self.report(
                name,
                keys,
                "there is no action of that name; crosstie's help (?) lists them".into(),
            );
            return;
        };
        let mut chords = Vec::new();
        for key in keys.split_whitespace() {
            match Chord::parse(key) {
                Err(reason) => self.report(name, key, reason),
                Ok(chord) => match self.actions.get(&chord) {
                    Some(owner) => {
                        let message = format!("already given to {}, which keeps it", owner.spec().name);
                        self.report(name, key, message);
                    }
                    None => {
                        self.actions.insert(chord, spec.action);
                        chords.push(chord);
                    }
                },
            }
        }
        if !chords.is_empty() {
            self.changed.push(spec.action);
            self.keys.insert(spec.action, chords);
        }
    }

    fn bind_defaults(&mut self, action: Action, keys: &[&str]) {
        for key in keys {
            let Ok(chord) = Chord::parse(key) else { continue };
            match self.actions.get(&chord) {
                Some(owner) => {
                    let message = format!("taken from {} by your {}", action.spec().name, owner.spec().name);
                    self.report(action.spec().name, key, message);
                }
                None => {
                    self.actions.insert(chord, action);
                    self.keys.entry(action).or_default().push(chord);
                }
            }
        }
    }

    fn report(&mut self, action: &str, key: &str, message: String) {
        self.clashes.push(Clash {
            action: action.to_owned(),
            key: key.to_owned(),
            message,
        });
    }

    /// What a key does.
    #[must_use]
    pub fn action(&self, chord: Chord) -> Option<Action> {
        self.actions.get(&chord).copied()
    }

    /// The keys of an action, first one preferred in hints.
    #[must_use]
    pub fn keys(&self, action: Action) -> &[Chord] {
        self.keys.get(&action).map_or(&[], Vec::as_slice)
    }

    /// `r F5 ctrl-r`; empty when the action has no key left.
    #[must_use]
    pub fn label(&self, action: Action) -> String {
        let labels: Vec<String> = self.keys(action).iter().map(|chord| chord.label()).collect();
        labels.join(" ")
    }

    /// The one key that hints show.
    #[must_use]
    pub fn hint(&self, action: Action) -> Option<String> {
        self.keys(action).first().map(|chord| chord.label())
    }

    /// Whether the user changed this action's keys.
    #[must_use]
    pub fn is_changed(&self, action: Action) -> bool {
        self.changed.contains(&action)
    }

    /// What the user should know about `[keys]`.
    #[must_use]
    pub fn clashes(&self) -> &[Clash] {
        &self.clashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keymap(pairs: &[(&str, &str)]) -> Keymap {
        let user = pairs.iter().map(|(a, k)| ((*a).to_owned(), (*k).to_owned())).collect();
        Keymap::new(&user)
    }

    fn action(map: &Keymap, key: &str) -> Option<Action> {
        map.action(Chord::parse(key).unwrap())
    }

    #[test]
    fn defaults_hold_without_a_config() {
        let map = keymap(&[]);
        assert_eq!(action(&map, "r"), Some(Action::Refresh));
        assert_eq!(map.label(Action::Refresh), "r F5 ctrl-r");
        assert!(map.clashes().is_empty());
    }

    #[test]
    fn a_rebound_action_loses_all_its_default_keys() {
        let map = keymap(&[("refresh", "ctrl-y f9")]);
        assert_eq!(action(&map, "ctrl-y"), Some(Action::Refresh));
        assert_eq!(action(&map, "f9"), Some(Action::Refresh));
        assert_eq!(action(&map, "r"), None);
        assert_eq!(action(&map, "f5"), None);
        assert!(map.is_changed(Action::Refresh));
    }

    #[test]
    fn a_user_key_beats_a_default_and_the_loss_is_reported() {
        let map = keymap(&[("zoom", "s")]);
        assert_eq!(action(&map, "s"), Some(Action::Zoom));
        assert_eq!(map.keys(Action::Sort), &[]);
        let clash = map.clashes().first().unwrap();
        assert_eq!(
            (clash.action.as_str(), clash.key.as_str(), clash.message.as_str()),
            ("sort", "s", "taken from sort by your zoom")
        );
    }

    #[test]
    fn mistakes_are_reported_and_leave_the_defaults() {
        let map = keymap(&[("refresh", "hyper-x"), ("fly", "x"), ("zoom", "X"), ("theme", "X")]);
        assert_eq!(action(&map, "r"), Some(Action::Refresh));
        assert_eq!(
            action(&map, "X"),
            Some(Action::Theme),
            "the first in the alphabet keeps it"
        );
        assert_eq!(action(&map, "z"), Some(Action::Zoom));
        let said: Vec<&str> = map.clashes().iter().map(|clash| clash.action.as_str()).collect();
        assert_eq!(said, ["fly", "refresh", "zoom"]);
    }
}
