//! Makes believable pull requests: every state, some naming issues in title, branch or description.
//!
//! Must never be in here: the wall clock or the system's randomness; the same seed gives the same pull requests.

use jiff::{SignedDuration, Timestamp};

use super::model::{Forge, Review, State};
use crate::sandbox::dice::Dice;

const PEOPLE: [&str; 8] = [
    "robin-example",
    "asouza",
    "praghavan",
    "kwatanabe",
    "zyilmaz",
    "hmueller",
    "dependabot[bot]",
    "contributor-42",
];

/// How many for each repository.
const EACH: usize = 32;

const WORK: [(&str, &str); 16] = [
    ("Escape display names on the merchant page", "escape-display-names"),
    ("Check the account before showing a receipt", "check-receipt-account"),
    ("Use bound parameters for the sort order", "bound-sort-order"),
    ("Refuse internal addresses in webhooks", "refuse-internal-webhooks"),
    ("Ask for an anti-forgery token on payout settings", "payout-csrf-token"),
    ("Limit attempts of the second factor", "limit-second-factor"),
    ("Hide stack traces from callers", "hide-stack-traces"),
    ("Lock vouchers while they are redeemed", "lock-vouchers"),
    ("Allow redirects to own hosts only", "own-redirects-only"),
    ("Bound the time of the address pattern", "bound-address-pattern"),
    ("Clean file names of exports", "clean-export-names"),
    ("Read the map key from the vault", "map-key-from-vault"),
    ("Bump openssl from 3.0.13 to 3.0.15", "dependabot/openssl-3.0.15"),
    ("Retry the ledger with a backoff", "ledger-backoff"),
    ("Speed up the statement export", "faster-statements"),
    ("Write the runbook for key rotation", "key-rotation-runbook"),
];

const HOSTILE: [&str; 4] = [
    "\u{1b}[2J\u{1b}]0;owned\u{7}Fix the screen",
    "Revert \u{202e}gnp.tpiecer\u{202c}",
    "レシートの二重表示を直す",
    "NOT-A-KEY-0 and UTF-8, SHA-256: keys that are none",
];

/// A forge with two repositories, whose pull requests name some of `keys`.
pub(crate) fn forge(seed: u64, keys: &[String], now: Timestamp) -> Forge {
    let mut dice = Dice::new(seed, 0x61);
    let mut forge = Forge {
        people: PEOPLE.to_vec(),
        pulls: Vec::new(),
        keys: keys.to_vec(),
        next_id: 185_759_000,
    };
    for repository in 0..super::REPOSITORIES.len() {
        let mut ages: Vec<i64> = (0..EACH).map(|_| dice.between(3_600, 200 * 86_400)).collect();
        ages.sort_unstable_by(|a, b| b.cmp(a));
        for (nth, age) in ages.into_iter().enumerate() {
            pull(&mut forge, &mut dice, (repository, nth), age, now);
        }
    }
    forge
}

fn pull(forge: &mut Forge, dice: &mut Dice, (repository, nth): (usize, usize), age: i64, now: Timestamp) {
    let (title, branch) = WORK[(nth + repository * 5) % WORK.len()];
    let key = dice.choose(&forge.keys).cloned();
    let (title, branch, body) = match (nth % 5, key) {
        (0, Some(key)) => (
            format!("{key}: {title}"),
            branch.to_owned(),
            Some(description(title, None)),
        ),
        (1, Some(key)) => (
            title.to_owned(),
            format!("{}-{branch}", key.to_lowercase()),
            Some(description(title, None)),
        ),
        (2, Some(key)) => (
            title.to_owned(),
            branch.to_owned(),
            Some(description(title, Some(&key))),
        ),
        (3, _) => (title.to_owned(), branch.to_owned(), None),
        _ => (title.to_owned(), branch.to_owned(), Some(description(title, None))),
    };
    let hostile = nth.checked_sub(EACH - HOSTILE.len()).and_then(|at| HOSTILE.get(at));
    let title = hostile.map_or(title, |title| (*title).to_owned());
    let by = if branch.starts_with("dependabot") {
        6
    } else {
        dice.below(PEOPLE.len())
    };
    let created = back(now, age);
    let at = forge.open(repository, &title, &branch, body.as_deref(), by, created);
    let state = [
        State::Open,
        State::Merged,
        State::Merged,
        State::Closed,
        State::Draft,
        State::Merged,
    ][nth % 6];
    if dice.chance(50) {
        let id = forge.fresh_id();
        let verdict = dice.pick(&["APPROVED", "CHANGES_REQUESTED", "COMMENTED"]);
        let review = Review {
            id,
            by: dice.below(6),
            verdict,
            body: if verdict == "APPROVED" {
                String::new()
            } else {
                "One question below.".to_owned()
            },
            at: back(now, age / 2),
        };
        forge.pulls[at].updated = review.at;
        forge.pulls[at].reviews.push(review);
    }
    let pull = &mut forge.pulls[at];
    pull.fork = match nth % 16 {
        7 => Some(Some("contributor-42")),
        15 => Some(None),
        _ => None,
    };
    if nth % 4 == 1 {
        pull.assignee = Some(nth % 6);
        pull.labels = vec!["security", "bug"];
    }
    if state != State::Open {
        forge.turn(at, state, back(now, age / 3));
    }
}

/// A description in Markdown, with the issue in it or without.
fn description(title: &str, key: Option<&str>) -> String {
    let fixes = key.map_or_else(String::new, |key| format!("\n\nFixes [{key}]."));
    format!(
        "## What\n\n{title}.{fixes}\n\n## How\n\n- [x] tests\n- [ ] changelog\n\n```diff\n- show(name)\n+ show(escape(name))\n```\n"
    )
}

fn back(now: Timestamp, seconds: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_secs(seconds)).unwrap_or(now)
}
