//! Reporters and the programs' people at work, so that the list of findings lives.
//!
//! Must never be in here: timers.

use jiff::Timestamp;

use super::{
    change::{Commented, Moved, New},
    model::{Actor, Desk, RATINGS, is_closed},
};
use crate::sandbox::dice::Dice;

/// Reports filed last, of which one is picked.
const RECENT: usize = 60;

const NEW: [&str; 6] = [
    "Session stays valid after the password was changed",
    "Rate limit of the sign-in can be avoided with a header",
    "Private notes of merchants in the search index",
    "Clickjacking on the payout confirmation",
    "Weak random numbers in voucher codes",
    "Debug endpoint answers without a sign-in",
];

impl Desk {
    /// Makes one believable change and says what was done.
    pub(crate) fn live(&mut self, dice: &mut Dice, now: Timestamp) -> String {
        let open: Vec<usize> = (0..self.reports.len())
            .rev()
            .filter(|at| !is_closed(self.reports[*at].state))
            .take(RECENT)
            .collect();
        let picked = dice.choose(&open).copied();
        match (dice.weighted(&[20, 45, 35]), picked) {
            (0, _) | (_, None) => {
                let title = dice.pick(&NEW);
                let new = New {
                    program: dice.below(self.programs.len()),
                    title: title.to_owned(),
                    body: format!("## Summary\n\n{title}.\n\n```sh\ncurl -i https://api.example.com/\n```\n"),
                    rating: dice.choose(&RATINGS).copied(),
                    reporter: dice.below(self.reporters),
                };
                let at = self.file(new, now);
                format!("report {} was filed", self.reports[at].id)
            }
            (1, Some(at)) => {
                let reporter = self.reports[at].reporter;
                let said = Commented {
                    message: "Is there anything new? The old request still works here.".to_owned(),
                    internal: false,
                    actor: Actor::Person(reporter),
                };
                self.comment(at, &said, now);
                format!("somebody commented on report {}", self.reports[at].id)
            }
            (_, Some(at)) => {
                let next = match self.reports[at].state {
                    "new" | "pending-program-review" | "needs-more-info" => "triaged",
                    "triaged" => "retesting",
                    _ => "resolved",
                };
                let step = Moved {
                    state: next,
                    message: String::new(),
                    actor: Actor::Person(self.reporters),
                };
                self.step(at, &step, now);
                format!("report {} is {next}", self.reports[at].id)
            }
        }
    }
}
