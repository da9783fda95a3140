//! Conditions on numbers, estimates and words that are compared whole.
//!
//! Must never be in here: texts that are searched.

use super::{
    Compiler, Test,
    dates::compare,
    ids::same,
    refusal,
    relation::{Atom, Relation},
    subject::Subject,
};
use crate::sandbox::model::{CustomValue, FieldIdx, Issue, IssueIdx, SystemField};

impl<'w> Compiler<'w> {
    pub(super) fn numbers(&mut self, subject: Subject, relation: Relation, atoms: &[Atom<'_>], name: &str) -> Test<'w> {
        let estimate = matches!(
            subject,
            Subject::Number(SystemField::OriginalEstimate | SystemField::RemainingEstimate | SystemField::TimeSpent)
        );
        let mut bounds = Vec::new();
        let mut or_empty = false;
        for atom in atoms {
            match atom {
                Atom::Empty => or_empty = true,
                Atom::Call(function) => return self.wrong(refusal::unfit(function)),
                Atom::Word(word) => {
                    let number = if estimate {
                        seconds(&word.value)
                    } else {
                        word.value.trim().parse().ok()
                    };
                    match number.filter(|number: &f64| number.is_finite()) {
                        Some(number) => bounds.push(number),
                        None => {
                            return self.wrong(format!(
                                "The value '{}' does not exist for the field '{name}'.",
                                word.value
                            ));
                        }
                    }
                }
            }
        }
        compare(relation, bounds, or_empty, move |issue| number(subject, issue))
    }

    pub(super) fn labels(&mut self, field: Option<FieldIdx>, relation: Relation, atoms: &[Atom<'_>]) -> Test<'w> {
        let mut wanted = Vec::new();
        let mut or_empty = false;
        for atom in atoms {
            match atom {
                Atom::Empty => or_empty = true,
                Atom::Call(function) => return self.wrong(refusal::unfit(function)),
                Atom::Word(word) => wanted.push(word.value.clone()),
            }
        }
        Box::new(move |issue: &Issue, _: IssueIdx| {
            let labels = match field {
                None => issue.labels.as_slice(),
                Some(field) => match issue.custom_value(field) {
                    Some(CustomValue::Labels(labels)) => labels.as_slice(),
                    _ => &[],
                },
            };
            let hit = || labels.iter().any(|label| wanted.iter().any(|word| same(label, word)));
            match relation {
                Relation::Empty => labels.is_empty(),
                Relation::NotEmpty => !labels.is_empty(),
                Relation::NotAmong => !labels.is_empty() && !hit(),
                _ => hit() || (or_empty && labels.is_empty()),
            }
        })
    }

    pub(super) fn exact(&mut self, field: FieldIdx, relation: Relation, atoms: &[Atom<'_>]) -> Test<'w> {
        let mut wanted = Vec::new();
        let mut or_empty = false;
        for atom in atoms {
            match atom {
                Atom::Empty => or_empty = true,
                Atom::Call(function) => return self.wrong(refusal::unfit(function)),
                Atom::Word(word) => wanted.push(word.value.to_lowercase()),
            }
        }
        compare(relation, wanted, or_empty, move |issue| {
            match issue.custom_value(field) {
                Some(CustomValue::Text(text)) => Some(text.to_lowercase()),
                _ => None,
            }
        })
    }
}

pub(super) fn number(subject: Subject, issue: &Issue) -> Option<f64> {
    let count = |many: usize| u32::try_from(many).ok().map(f64::from);
    match subject {
        Subject::Number(SystemField::Votes) => count(issue.voters.len()),
        Subject::Number(SystemField::Watches) => count(issue.watchers.len()),
        Subject::Number(SystemField::OriginalEstimate) => issue.time.original.map(f64::from),
        Subject::Number(SystemField::RemainingEstimate) => issue.time.remaining.map(f64::from),
        Subject::Number(SystemField::TimeSpent) => issue.time.spent.map(f64::from),
        Subject::Number(SystemField::WorkRatio) => {
            let original = issue.time.original.filter(|seconds| *seconds > 0)?;
            Some((f64::from(issue.time.spent.unwrap_or(0)) * 100.0 / f64::from(original)).floor())
        }
        Subject::CustomNumber(field) => match issue.custom_value(field) {
            Some(CustomValue::Number(number)) => Some(*number),
            _ => None,
        },
        _ => None,
    }
}

/// `1w 2d 4h 30m` in working time: a day has eight hours, a week five days; a bare number is minutes.
fn seconds(text: &str) -> Option<f64> {
    let mut total = 0.0;
    let mut parts = text.split_whitespace().peekable();
    parts.peek()?;
    for part in parts {
        let at = part.find(|c: char| c.is_alphabetic()).unwrap_or(part.len());
        let (digits, unit) = part.split_at(at);
        let each = match unit {
            "" | "m" => 60.0,
            "h" => 3_600.0,
            "d" => 28_800.0,
            "w" => 144_000.0,
            _ => return None,
        };
        total += digits.parse::<f64>().ok()? * each;
    }
    Some(total)
}
