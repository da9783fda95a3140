//! Rules, states and resolutions of a mapping from arguments.
//!
//! Must never be in here: whether they can work; the site says.

use serde_json::Value;

use super::AddArgs;
use crate::{
    cli::failure::{Exit, Failure},
    config::{Closes, MappingConfig, Rule, StateRule},
    domain::{FindingState, Resolution, StatusCategory},
};

/// Puts what the arguments say into the mapping.
pub(super) fn put(args: &AddArgs, mapping: &mut MappingConfig) -> Result<(), Failure> {
    mapping.states = states(&args.state)?;
    for (field, rule) in all(args)? {
        let (place, field) = match of_state(&field) {
            None => (&mut mapping.fields, field.as_str()),
            Some((state, field)) => (fields_of(&mut mapping.states, state)?, field),
        };
        if place.iter().any(|(known, _)| known.eq_ignore_ascii_case(field)) {
            return Err(Failure::new(Exit::Usage, format!("{field} is given two rules")));
        }
        place.push((field.to_owned(), rule));
    }
    if !args.closes.is_empty() {
        mapping.closes = closes(&args.closes)?;
    }
    for (name, word) in &args.resolution {
        let resolution = Resolution::from_word(word).ok_or_else(|| {
            Failure::new(Exit::Usage, format!("there is no resolution {word:?}"))
                .hint(format!("known are: {}", Resolution::WORDS.join(", ")))
        })?;
        mapping.resolutions.insert(name.clone(), resolution);
    }
    Ok(())
}

/// Every rule with its field, in the order of the kinds.
fn all(args: &AddArgs) -> Result<Vec<(String, Rule)>, Failure> {
    let own = |(field, text): &(String, String), rule: fn(String) -> Rule| (field.clone(), rule(text.clone()));
    let mut rules: Vec<(String, Rule)> = Vec::new();
    rules.extend(args.template.iter().map(|pair| own(pair, Rule::Template)));
    rules.extend(
        args.value
            .iter()
            .map(|pair| own(pair, |text| Rule::Value(typed(&text)))),
    );
    rules.extend(args.finding.iter().map(|pair| own(pair, Rule::Finding)));
    rules.extend(args.raw.iter().map(|pair| own(pair, Rule::Json)));
    for (field, text) in &args.map {
        rules.push((field.clone(), table(field, text)?));
    }
    Ok(rules)
}

/// The state and the field of `closed.resolution`.
fn of_state(field: &str) -> Option<(FindingState, &str)> {
    let (word, field) = field.split_once('.')?;
    Some((FindingState::from_word(word)?, field))
}

fn fields_of(
    states: &mut [(FindingState, StateRule)],
    wanted: FindingState,
) -> Result<&mut Vec<(String, Rule)>, Failure> {
    let found = states.iter_mut().find(|(state, _)| *state == wanted);
    found.map(|(_, rule)| &mut rule.fields).ok_or_else(|| {
        let word = wanted.word();
        Failure::new(Exit::Usage, format!("no status is named for the state {word}"))
            .hint(format!("name it with --state {word}=STATUS"))
    })
}

fn states(pairs: &[(String, String)]) -> Result<Vec<(FindingState, StateRule)>, Failure> {
    let mut states = Vec::new();
    for (word, status) in pairs {
        let state = FindingState::from_word(word).ok_or_else(|| {
            Failure::new(Exit::Usage, format!("there is no state {word:?}"))
                .hint(format!("known are: {}", FindingState::WORDS.join(", ")))
        })?;
        let rule = StateRule {
            status: status.clone(),
            fields: Vec::new(),
        };
        states.push((state, rule));
    }
    states.sort_by_key(|(state, _)| *state);
    Ok(states)
}

/// `category:done`, or names of statuses.
fn closes(names: &[String]) -> Result<Closes, Failure> {
    let categories: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix("category:")).collect();
    match (categories.as_slice(), names.len()) {
        ([], _) => Ok(Closes::Statuses(names.to_vec())),
        ([category], 1) => {
            let known = [StatusCategory::New, StatusCategory::Indeterminate, StatusCategory::Done];
            let found = known.into_iter().find(|one| one.key() == *category);
            found.map(Closes::Category).ok_or_else(|| {
                Failure::new(Exit::Usage, format!("there is no category {category:?}"))
                    .hint(format!("known are: {}", known.map(StatusCategory::key).join(", ")))
            })
        }
        _ => Err(Failure::new(
            Exit::Usage,
            "either one category closes the finding, or statuses do",
        )),
    }
}

/// JSON, or text where it is none. A number that JSON writes otherwise is text: version 1.10 is not 1.1.
fn typed(text: &str) -> Value {
    match serde_json::from_str(text) {
        Ok(Value::Number(number)) if number.to_string() != text.trim() => Value::from(text),
        Ok(value) => value,
        Err(_) => Value::from(text),
    }
}

/// `critical=Highest,*=Medium`, or a JSON object where a value has a comma in it.
fn pairs_of(text: &str) -> Option<Vec<(String, Value)>> {
    if text.trim_start().starts_with('{') {
        let object: serde_json::Map<String, Value> = serde_json::from_str(text).ok()?;
        return Some(object.into_iter().collect());
    }
    let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
    let each = pairs.map(|pair| {
        let (word, value) = pair.split_once('=')?;
        Some((word.trim().to_owned(), typed(value.trim())))
    });
    each.collect()
}

/// `severity:critical=Highest,high=High,*=Medium`.
fn table(field: &str, text: &str) -> Result<Rule, Failure> {
    let wrong = || {
        let message = format!("--map {field} must say what is looked up, and where each word leads");
        Failure::new(Exit::Usage, message).hint(
            "--map priority=severity:critical=Highest,high=High,*=Medium; \
             where a value has a comma: --map 'tier=severity:{\"critical\": \"Gold, plated\", \"*\": \"Silver\"}'",
        )
    };
    let (from, pairs) = text.split_once(':').ok_or_else(wrong)?;
    let mut values = Vec::new();
    let mut other = None;
    for (word, value) in pairs_of(pairs).ok_or_else(wrong)? {
        match word.as_str() {
            "*" => other = Some(value),
            _ => values.push((word, value)),
        }
    }
    if from.trim().is_empty() || (values.is_empty() && other.is_none()) {
        return Err(wrong());
    }
    Ok(Rule::Map {
        from: from.trim().to_owned(),
        values,
        other,
    })
}
