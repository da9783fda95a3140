//! The address of Jira's own create dialog with the mapped fields filled in.

use jiff::civil::DateTime;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{compose::Composed, value::shorter};
use crate::{
    domain::{CreateField, CreateScreen, ValueKind, time::parse_date},
    richtext::markdown,
};

/// Characters of an address that browsers and the servers in between take.
const LONGEST: usize = 8_000;
/// Characters that every other field may take together, so that room is left for the description.
const OTHERS: usize = 5_500;
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The address at `site`. `source` is where the whole of a description can be read that is too long.
///
/// Fields that the dialog takes no value for are left for the person to fill in.
#[must_use]
pub fn create_url(site: &str, screen: &CreateScreen, composed: &Composed, source: Option<&str>) -> String {
    let mut url = format!(
        "{}/secure/CreateIssueDetails!init.jspa?pid={}&issuetype={}",
        site.trim_end_matches('/'),
        encoded(&screen.project.id),
        encoded(&screen.issue_type.id),
    );
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for field in &screen.fields {
        let outcome = composed.outcome(&field.id);
        if let Some(markdown) = outcome.and_then(|outcome| outcome.markdown.as_deref()) {
            long.push((field.id.as_str(), markdown));
        } else if let Some(value) = composed.fields.get(&field.id) {
            let sample = outcome.map_or("", |outcome| outcome.sample.as_str());
            short.extend(parameters(field, value, sample));
        }
    }
    // The summary is what one cannot do without.
    short.sort_by_key(|(name, _)| name != "summary");
    for (name, value) in short {
        let parameter = format!("&{}={}", encoded(&name), encoded(&value));
        if url.len() + parameter.len() <= OTHERS {
            url.push_str(&parameter);
        }
    }
    for (index, (name, text)) in long.iter().enumerate() {
        let room = (LONGEST - url.len()) / (long.len() - index);
        let start = format!("&{}=", encoded(name));
        let length = |text: &str| encoded(&markdown::to_wiki(text)).len();
        let (text, _) = shorter(text, source, room.saturating_sub(start.len()), &length);
        let parameter = format!("{start}{}", encoded(&markdown::to_wiki(&text)));
        if parameter.len() <= room {
            url.push_str(&parameter);
        }
    }
    url
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// What the dialog takes of a field: names and values of parameters.
fn parameters(field: &CreateField, value: &Value, sample: &str) -> Vec<(String, String)> {
    let id = field.id.clone();
    if matches!(id.as_str(), "project" | "issuetype" | "parent") {
        return Vec::new();
    }
    if field.kind == ValueKind::TimeTracking {
        let part = |key: &str, name: &str| Some((name.to_owned(), value.get(key)?.as_str()?.to_owned()));
        let parts = [
            part("originalEstimate", "timetracking_originalestimate"),
            part("remainingEstimate", "timetracking_remainingestimate"),
        ];
        return parts.into_iter().flatten().collect();
    }
    if field.kind == ValueKind::DateTime {
        // What is shown to people is in their zone, and so is what the dialog takes.
        let at = DateTime::strptime("%Y-%m-%d %H:%M", sample).ok();
        return at
            .map(|at| (id, at.strftime("%-d/%b/%y %-I:%M %p").to_string()))
            .into_iter()
            .collect();
    }
    let values = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut found = Vec::new();
    for value in values {
        if let Some(text) = parameter(field.kind, value) {
            found.push((id.clone(), text));
        }
        if let Some(child) = value.get("child").and_then(|child| parameter(field.kind, child)) {
            found.push((format!("{id}:1"), child));
        }
    }
    found
}

fn parameter(kind: ValueKind, value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Object(parts) => {
            let keys = ["id", "accountId", "name", "value", "key"];
            keys.iter().find_map(|key| parts.get(*key)?.as_str())?.to_owned()
        }
        _ => return None,
    };
    Some(match kind {
        // As the dialog's date picker writes them, unless a site was set up otherwise.
        ValueKind::Date => parse_date(&text)?.strftime("%-d/%b/%y").to_string(),
        ValueKind::Other => return None,
        _ => text,
    })
}
