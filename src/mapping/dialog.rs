//! The address of Jira's own create dialog with the mapped fields filled in.

use jiff::civil::DateTime;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{
    compose::{Composed, Outcome},
    value::shorter,
};
use crate::{
    domain::{CreateField, CreateScreen, Deployment, ValueKind, time::parse_date},
    richtext::markdown,
};

/// Characters of an address that browsers and the servers in between take.
const LONGEST: usize = 8_000;
/// Characters that every other field may take together, so that room is left for the description.
const OTHERS: usize = 5_500;
/// Characters of a field beyond which it waits for the shorter ones.
const LONG: usize = 500;
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where the dialog is opened.
#[derive(Debug, Clone, Copy)]
pub struct DialogAt<'a> {
    /// Address of the site.
    pub site: &'a str,
    /// Decides which of Jira's pages makes a sub-task.
    pub deployment: Deployment,
    /// Id of the issue that a sub-task belongs to.
    pub parent: Option<&'a str>,
}

/// Jira's own create dialog.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dialog {
    /// Its address, with what it takes filled in.
    pub url: String,
    /// Names of the fields that have a value which the address could not carry, or not all of it: a
    /// person fills them in.
    pub left: Vec<String>,
}

/// The dialog for an issue of `screen`. `source` is where the whole of a description can be read that
/// is too long.
#[must_use]
pub fn create_dialog(at: DialogAt<'_>, screen: &CreateScreen, composed: &Composed, source: Option<&str>) -> Dialog {
    let mut dialog = Dialog {
        url: start(at, screen),
        left: Vec::new(),
    };
    let (mut short, mut long) = (Vec::new(), Vec::new());
    for outcome in &composed.outcomes {
        let Some(value) = composed.fields.get(&outcome.field) else {
            continue;
        };
        let field = screen.fields.iter().find(|field| field.id == outcome.field);
        match (outcome.field.as_str(), field, outcome.markdown.as_deref()) {
            ("project" | "issuetype", ..) => {}
            ("parent", ..) if screen.issue_type.subtask && at.parent.is_some() => {
                // Data Center has a page for it; that Cloud's takes it is not promised anywhere.
                if at.deployment == Deployment::Cloud {
                    dialog.leave(outcome);
                }
            }
            (_, Some(field), Some(markdown)) => long.push((outcome, field.id.as_str(), markdown)),
            (_, Some(field), None) => match parameters(field, value, &outcome.sample) {
                Some(parameters) => short.push((outcome, parameters)),
                None => dialog.leave(outcome),
            },
            (_, None, _) => dialog.leave(outcome),
        }
    }
    // The summary is what one cannot do without, and hundreds of labels must not crowd out the rest.
    let is_long =
        |parameters: &[(String, String)]| parameters.iter().map(|(_, value)| value.len()).sum::<usize>() > LONG;
    short.sort_by_key(|(outcome, parameters)| (outcome.field != "summary", is_long(parameters)));
    for (outcome, parameters) in short {
        dialog.fill(outcome, &parameters);
    }
    let count = long.len();
    for (index, (outcome, id, markdown)) in long.into_iter().enumerate() {
        let room = (LONGEST - dialog.url.len()) / (count - index);
        dialog.describe(outcome, (id, markdown), room, source);
    }
    dialog
}

/// The page for the project and the issue type. A sub-task has another one, and is made below an issue.
fn start(at: DialogAt<'_>, screen: &CreateScreen) -> String {
    let parent = at.parent.filter(|_| screen.issue_type.subtask);
    let page = match (parent, at.deployment) {
        (Some(_), Deployment::DataCenter) => "CreateSubTaskIssueDetails",
        _ => "CreateIssueDetails",
    };
    let below = parent.map(|id| format!("&parentIssueId={}", encoded(id)));
    format!(
        "{}/secure/{page}!init.jspa?pid={}&issuetype={}{}",
        at.site.trim_end_matches('/'),
        encoded(&screen.project.id),
        encoded(&screen.issue_type.id),
        below.unwrap_or_default(),
    )
}

impl Dialog {
    fn leave(&mut self, outcome: &Outcome) {
        self.left.push(outcome.name.clone());
    }

    /// Adds the values of a field as far as there is room.
    fn fill(&mut self, outcome: &Outcome, parameters: &[(String, String)]) {
        let mut whole = true;
        for (name, value) in parameters {
            let parameter = format!("&{}={}", encoded(name), encoded(value));
            if self.url.len() + parameter.len() <= OTHERS {
                self.url.push_str(&parameter);
            } else {
                whole = false;
            }
        }
        if !whole {
            self.leave(outcome);
        }
    }

    /// Adds a formatted text, cut to `room`.
    fn describe(&mut self, outcome: &Outcome, (id, markdown): (&str, &str), room: usize, source: Option<&str>) {
        let start = format!("&{}=", encoded(id));
        let length = |text: &str| encoded(&markdown::to_wiki(text)).len();
        let (text, cut) = shorter(markdown, source, room.saturating_sub(start.len()), &length);
        let parameter = format!("{start}{}", encoded(&markdown::to_wiki(&text)));
        let fits = parameter.len() <= room;
        if fits {
            self.url.push_str(&parameter);
        }
        if cut || !fits {
            self.leave(outcome);
        }
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// What the dialog takes of a field, as names and values of parameters; `None` if it takes nothing, or
/// not all of it.
fn parameters(field: &CreateField, value: &Value, sample: &str) -> Option<Vec<(String, String)>> {
    let id = field.id.clone();
    if field.kind == ValueKind::TimeTracking {
        let part = |key: &str, name: &str| Some((name.to_owned(), value.get(key)?.as_str()?.to_owned()));
        let parts = [
            part("originalEstimate", "timetracking_originalestimate"),
            part("remainingEstimate", "timetracking_remainingestimate"),
        ];
        return Some(parts.into_iter().flatten().collect());
    }
    if field.kind == ValueKind::DateTime {
        // What is shown to people is in their zone, and so is what the dialog takes.
        let at = DateTime::strptime("%Y-%m-%d %H:%M", sample).ok()?;
        return Some(vec![(id, at.strftime("%-d/%b/%y %-I:%M %p").to_string())]);
    }
    let values = match value {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let mut found = Vec::new();
    for value in values {
        found.push((id.clone(), parameter(field.kind, value)?));
        if let Some(child) = value.get("child") {
            found.push((format!("{id}:1"), parameter(field.kind, child)?));
        }
    }
    Some(found)
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
        // As the dialog's own list has them.
        ValueKind::Epic => format!("key:{text}"),
        // No page takes the parent of an issue that is no sub-task, or what only a plugin reads.
        ValueKind::Parent | ValueKind::Other => return None,
        _ => text,
    })
}
