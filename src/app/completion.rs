//! Completion in the JQL bar: what is expected at the cursor, and what could stand there.
//!
//! Must never be in here: the names that a site has; the library brings them.

mod gap;

use super::event::{CompletionRequest, Effect, Ticket, Wanted};
use super::model::{EntryKind, Model};
use crate::jql::fields::SystemField;
use crate::jql::{Operator, functions, quote};
use crate::text::clean_line;
use gap::{Expected, Gap};

/// Completions in sight at once.
pub(crate) const ROWS: usize = 8;
/// Completions kept.
const MOST: usize = 40;

const OPERATORS: [Operator; 17] = [
    Operator::Eq,
    Operator::NotEq,
    Operator::In,
    Operator::NotIn,
    Operator::Is,
    Operator::IsNot,
    Operator::Like,
    Operator::NotLike,
    Operator::GtEq,
    Operator::LtEq,
    Operator::Gt,
    Operator::Lt,
    Operator::Was,
    Operator::WasNot,
    Operator::WasIn,
    Operator::WasNotIn,
    Operator::Changed,
];

/// Something that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// What is shown.
    pub(crate) label: String,
    /// What it is.
    pub(crate) note: String,
    insert: String,
}

/// The completions on offer.
#[derive(Debug, Clone)]
pub(crate) struct Completing {
    gap: Gap,
    pub(crate) items: Vec<Candidate>,
    /// The one that enter takes; none until one was moved to.
    pub(crate) cursor: Option<usize>,
    asked: Option<Ticket>,
}

impl Completing {
    /// First item in sight.
    pub(crate) fn top(&self) -> usize {
        self.cursor.map_or(0, |at| (at + 1).saturating_sub(ROWS))
    }

    /// Byte of the query at which the completed part starts.
    pub(crate) fn start(&self) -> usize {
        self.gap.start
    }
}

/// The completions to show, if there are any.
pub(crate) fn shown(model: &Model) -> Option<&Completing> {
    model.typing(EntryKind::Jql)?;
    model
        .completing
        .as_ref()
        .filter(|completing| !completing.items.is_empty())
}

/// Looks again at what is expected at the cursor. Where a query may end nothing is offered, unless
/// it is `wanted`.
pub(crate) fn refresh(model: &mut Model, wanted: bool, out: &mut Vec<Effect>) {
    let Some(edit) = model.typing(EntryKind::Jql) else {
        model.completing = None;
        return;
    };
    let gap = gap::at(edit.before_cursor());
    if !wanted && gap.part.is_empty() && matches!(gap.expected, Expected::Join | Expected::Direction) {
        model.completing = None;
        return;
    }
    let mut completing = Completing {
        items: known(&gap),
        cursor: None,
        asked: None,
        gap,
    };
    let wanted = match &completing.gap.expected {
        Expected::Field | Expected::SortField => Some(Wanted::Fields),
        Expected::Value { field, .. } => Some(Wanted::Values(field.clone())),
        _ => None,
    };
    if let Some(wanted) = wanted {
        let ticket = model.requests.ticket();
        completing.asked = Some(ticket);
        let part = completing.gap.part.clone();
        out.push(Effect::Complete(ticket, CompletionRequest { wanted, part }));
    }
    model.completing = Some(completing);
}

/// Takes the names that the library knows; late ones are dropped.
pub(crate) fn take(model: &mut Model, ticket: Ticket, names: Vec<(String, String)>) -> bool {
    let Some(completing) = &mut model.completing else {
        return false;
    };
    if completing.asked.take_if(|asked| *asked == ticket).is_none() {
        return false;
    }
    let is_value = matches!(completing.gap.expected, Expected::Value { .. });
    let named = names.into_iter().map(|(name, note)| Candidate {
        label: clean_line(&name).into_owned(),
        note: clean_line(&note).into_owned(),
        insert: ended(quote(&name), &completing.gap.expected),
    });
    let known = std::mem::take(&mut completing.items);
    // A value is more likely meant than a function, a field of every Jira more than one's own.
    completing.items = if is_value {
        named.chain(known).collect()
    } else {
        known.into_iter().chain(named).collect()
    };
    completing.items.truncate(MOST);
    true
}

/// Moves through what is offered; above the first one nothing is chosen.
pub(crate) fn go(model: &mut Model, down: bool) {
    if let Some(completing) = &mut model.completing {
        let last = completing.items.len().saturating_sub(1);
        completing.cursor = match completing.cursor {
            None => Some(0),
            Some(at) if down => Some((at + 1).min(last)),
            Some(at) => at.checked_sub(1),
        };
    }
}

/// Puts the chosen completion (the first one, if none is) into the query.
pub(crate) fn insert(model: &mut Model, out: &mut Vec<Effect>) {
    let Some(completing) = model.completing.take() else {
        return;
    };
    let chosen = completing.items.get(completing.cursor.unwrap_or(0));
    if let (Some(item), Some(entry)) = (chosen, &mut model.entry) {
        entry.edit.replace_before(completing.gap.start, &item.insert);
    }
    refresh(model, false, out);
}

/// What every Jira knows.
fn known(gap: &Gap) -> Vec<Candidate> {
    let all = match &gap.expected {
        Expected::Field => {
            let mut all = fields("field");
            all.extend(words(&["not"], "not"));
            all
        }
        Expected::SortField => fields("sort"),
        Expected::Operator { field } => operators(field),
        Expected::List => words(&["("], "list"),
        Expected::Value { field, list } => values(field, *list),
        Expected::Join => words(&["AND", "OR", "ORDER BY"], ""),
        Expected::By => words(&["BY"], ""),
        Expected::Direction => words(&["ASC", "DESC"], ""),
        Expected::Nothing => Vec::new(),
    };
    let part = gap.part.to_lowercase();
    let mut fitting: Vec<(usize, Candidate)> = all
        .into_iter()
        .filter_map(|item| Some((item.label.to_lowercase().find(&part)?, item)))
        .filter(|(_, item)| item.label != gap.part)
        .collect();
    // What begins with it goes first; else in the usual order.
    fitting.sort_by_key(|(at, _)| *at > 0);
    fitting.into_iter().map(|(_, item)| item).collect()
}

fn words(words: &[&str], note: &str) -> Vec<Candidate> {
    let candidate = |word: &&str| Candidate {
        label: (*word).to_owned(),
        note: note.to_owned(),
        insert: if *word == "(" {
            "(".to_owned()
        } else {
            format!("{word} ")
        },
    };
    words.iter().map(candidate).collect()
}

fn fields(note: &str) -> Vec<Candidate> {
    let names = SystemField::ALL
        .iter()
        .filter(|field| note == "field" || field.field_type().sorts());
    let names: Vec<&str> = names.filter_map(|field| field.names().first().copied()).collect();
    words(&names, note)
}

fn operators(field: &str) -> Vec<Candidate> {
    let kind = SystemField::from_name(field).map(SystemField::field_type);
    let allowed = OPERATORS
        .into_iter()
        .filter(|operator| kind.is_none_or(|kind| kind.supports(*operator, None)));
    let candidate = |operator: Operator| Candidate {
        label: operator.as_str().to_owned(),
        note: String::new(),
        insert: match operator {
            Operator::In | Operator::NotIn | Operator::WasIn | Operator::WasNotIn => {
                format!("{} (", operator.as_str())
            }
            _ => format!("{} ", operator.as_str()),
        },
    };
    allowed.map(candidate).collect()
}

fn values(field: &str, list: bool) -> Vec<Candidate> {
    use crate::jql::fields::FieldType as T;
    let expected = Expected::Value {
        field: field.to_owned(),
        list,
    };
    let mut all = Vec::new();
    let kind = SystemField::from_name(field).map(SystemField::field_type);
    if kind == Some(T::StatusCategory) {
        all.extend(["To Do", "In Progress", "Done"].map(|name| Candidate {
            label: name.to_owned(),
            note: String::new(),
            insert: ended(quote(name), &expected),
        }));
    }
    if !list {
        all.extend(words(&["EMPTY"], ""));
    }
    let functions = functions::ALL.iter().map(|function| Candidate {
        label: format!("{}()", function.name),
        note: "function".to_owned(),
        insert: if function.least == 0 {
            ended(format!("{}()", function.name), &expected)
        } else {
            format!("{}(", function.name)
        },
    });
    all.extend(functions);
    all
}

/// In a list a comma or a bracket follows at once; elsewhere a blank.
fn ended(mut text: String, expected: &Expected) -> String {
    if !matches!(expected, Expected::Value { list: true, .. }) {
        text.push(' ');
    }
    text
}

#[cfg(test)]
mod tests;
