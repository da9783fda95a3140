//! One line that names a result.
//!
//! The message, for it is about this very result, and by its first sentence, as the standard has it.
//! Two sorts of messages name nothing: lists of facts (`Package: x`, `Severity: HIGH`), and those
//! that point at code which the reader of a title does not see (`This value is never used.`). For
//! them the rule's own title does.

use super::{body::text, message::Told, model::Rule};
use crate::source::prose::{cut, first_sentence, flat};

const LONGEST: usize = 200;
/// Words that point at what stands beside the message.
const POINTERS: [&str; 4] = ["this", "these", "here", "it"];

pub(super) fn title(message: &Told, rule: Option<&Rule>, rule_id: &str) -> String {
    let short = || text(rule?.short_description.get()).map(flat);
    let of_rule = short().filter(|short| !short.is_empty() && (rule_id.is_empty() || !short.contains(rule_id)));
    let own = first_sentence(&message.bare);
    let line = match of_rule {
        Some(of_rule) if is_list(&message.bare) || points(&own) => of_rule,
        _ => [own, short().unwrap_or_default(), flat(rule_id)]
            .into_iter()
            .find(|line| !line.is_empty())
            .unwrap_or_default(),
    };
    cut(&line, LONGEST)
}

fn points(sentence: &str) -> bool {
    let first = sentence.split(' ').next().unwrap_or_default();
    POINTERS.iter().any(|pointer| first.eq_ignore_ascii_case(pointer))
}

/// Whether the first two lines are `Word: value`.
fn is_list(message: &str) -> bool {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut fact = || lines.next().is_some_and(is_fact);
    fact() && fact()
}

fn is_fact(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(name, value)| {
        let plain = name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        plain && name.split(' ').count() <= 3 && !value.trim().is_empty()
    })
}
