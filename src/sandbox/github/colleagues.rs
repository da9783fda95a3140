//! Developers at work: pull requests come, and are merged or closed.
//!
//! Must never be in here: timers.

use jiff::Timestamp;

use super::{
    REPOSITORIES,
    model::{Forge, State},
    wire::full_name,
};
use crate::sandbox::dice::Dice;

const WORK: [(&str, &str); 4] = [
    ("Fix the finding of last night's scan", "scan-finding"),
    ("Validate the redirect target", "validate-redirect"),
    ("Rotate the signing key", "rotate-signing-key"),
    ("Tighten the content policy", "content-policy"),
];

impl Forge {
    /// Makes one believable change and says what was done.
    pub(crate) fn live(&mut self, dice: &mut Dice, now: Timestamp) -> String {
        let is_open = |at: &usize| matches!(self.pulls[*at].state, State::Open | State::Draft);
        let open: Vec<usize> = (0..self.pulls.len()).filter(is_open).collect();
        let picked = dice.choose(&open).copied();
        let (at, verb) = match (dice.weighted(&[40, 45, 15]), picked) {
            (1, Some(at)) => {
                self.turn(at, State::Merged, now);
                (at, "was merged")
            }
            (2, Some(at)) => {
                self.turn(at, State::Closed, now);
                (at, "was closed")
            }
            _ => (self.another(dice, now), "was opened"),
        };
        let pull = &self.pulls[at];
        format!("pull request {}#{} {verb}", full_name(pull.repository), pull.number)
    }

    fn another(&mut self, dice: &mut Dice, now: Timestamp) -> usize {
        let (title, branch) = dice.pick(&WORK);
        let title = match dice.choose(&self.keys) {
            Some(key) if dice.chance(60) => format!("{key} {title}"),
            _ => title.to_owned(),
        };
        let repository = dice.below(REPOSITORIES.len());
        let by = dice.below(self.people.len());
        self.open(repository, &title, branch, Some("As discussed."), by, now)
    }
}
