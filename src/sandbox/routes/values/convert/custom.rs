//! Values of custom fields, and Jira's words for those that don't fit.
//!
//! Must never be in here: system fields.

use std::sync::Arc;

use serde_json::Value;

use super::{Read, Reader, TEXT_LIMIT, position, rich_text};
use crate::{
    domain::time::parse_timestamp,
    sandbox::{
        model::{CustomValue, Edit, Field, FieldIdx, FieldKind, FieldOption, ProjectIdx, UserIdx, VersionIdx},
        wire::Version,
    },
};

/// Longest text of one line, and longest label.
const LINE_LIMIT: usize = 255;

impl Reader<'_> {
    /// A custom field is set to a value that isn't null.
    pub(super) fn custom(&self, idx: FieldIdx, field: &Field, value: &Value) -> Read {
        let read = match field.kind {
            FieldKind::Number => value
                .as_f64()
                .map(CustomValue::Number)
                .ok_or("Operation value must be a number".to_owned()),
            FieldKind::Text | FieldKind::EpicName | FieldKind::Rank => line(value),
            FieldKind::Url => url(value),
            FieldKind::RichText => self.several_lines(value),
            FieldKind::Select | FieldKind::Team => {
                option(&field.options, value).map(|option| CustomValue::Option(option.id))
            }
            FieldKind::MultiSelect => {
                items(value, |item| option(&field.options, item).map(|option| option.id)).map(CustomValue::Options)
            }
            FieldKind::Cascading => cascading(&field.options, value),
            FieldKind::User => self.person(value).map(|user| CustomValue::Users(vec![user])),
            FieldKind::Users => items(value, |item| self.person(item)).map(CustomValue::Users),
            FieldKind::Date => day(value),
            FieldKind::DateTime => instant(value),
            FieldKind::Labels => labels(value).map(CustomValue::Labels),
            FieldKind::Group => self.group(value).map(|group| CustomValue::Groups(vec![group])),
            FieldKind::Groups => items(value, |item| self.group(item)).map(CustomValue::Groups),
            FieldKind::Version => self
                .one_version(value)
                .map(|version| CustomValue::Versions(vec![version])),
            FieldKind::Versions => items(value, |item| self.one_version(item)).map(CustomValue::Versions),
            FieldKind::Project => self.one_project(value).map(CustomValue::Project),
            FieldKind::App => app(value),
            FieldKind::System(_) | FieldKind::Sprint | FieldKind::EpicLink => {
                Err(format!("Specify a valid value for '{}'", field.name))
            }
        };
        read.map(|value| Some(Edit::Custom(idx, Some(value).filter(|value| !is_nothing(value)))))
    }

    fn several_lines(&self, value: &Value) -> Result<CustomValue, String> {
        let wrong = match self.version {
            Version::V2 => "Operation value must be a string",
            Version::V3 => "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
        };
        let text = rich_text(self.version, value).ok_or(wrong)?;
        if self.is_too_long(&text) {
            return Err(too_long(TEXT_LIMIT));
        }
        Ok(CustomValue::Rich(text))
    }

    fn person(&self, value: &Value) -> Result<UserIdx, String> {
        object(value)?;
        self.user(value).ok_or_else(|| {
            let name = ["accountId", "id", "name", "key"]
                .iter()
                .find_map(|part| value.get(part)?.as_str());
            format!("User '{}' was not found in the system.", name.unwrap_or_default())
        })
    }

    fn group(&self, value: &Value) -> Result<Arc<str>, String> {
        object(value)?;
        let by_name = value.get("name").and_then(Value::as_str);
        let by_id = value.get("groupId").and_then(Value::as_str);
        let groups = &self.world.groups;
        let found = groups.iter().find(|group| match (by_name, by_id) {
            (Some(name), _) => group.name.eq_ignore_ascii_case(name),
            (None, Some(id)) => crate::sandbox::wire::people::group_id(&group.name) == id,
            (None, None) => false,
        });
        found.map(|group| group.name.as_str().into()).ok_or_else(|| {
            format!(
                "Could not find group with name '{}'.",
                by_name.or(by_id).unwrap_or_default()
            )
        })
    }

    fn one_version(&self, value: &Value) -> Result<VersionIdx, String> {
        object(value)?;
        self.version(value).ok_or_else(|| unknown("Version", value, "name"))
    }

    fn one_project(&self, value: &Value) -> Result<ProjectIdx, String> {
        object(value)?;
        let found = super::project(self.world, value).filter(|idx| !self.world.project(*idx).archived);
        found.ok_or_else(|| unknown("Project", value, "key"))
    }
}

fn object(value: &Value) -> Result<(), String> {
    if value.is_object() {
        Ok(())
    } else {
        Err("data was not an object".to_owned())
    }
}

/// `Option id '10999' is not valid`
fn unknown(what: &str, value: &Value, name: &str) -> String {
    let (part, given) = match value.get("id") {
        Some(id) => ("id", Some(id)),
        None => (name, value.get(name)),
    };
    let given = given.map(|given| given.as_str().map_or_else(|| given.to_string(), str::to_owned));
    format!("{what} {part} '{}' is not valid", given.unwrap_or("null".to_owned()))
}

fn items<T>(value: &Value, item: impl Fn(&Value) -> Result<T, String>) -> Result<Vec<T>, String> {
    let items = value.as_array().ok_or("data was not an array".to_owned())?;
    items.iter().map(item).collect()
}

fn line(value: &Value) -> Result<CustomValue, String> {
    let text = value.as_str().ok_or("Operation value must be a string".to_owned())?;
    if text.chars().count() > LINE_LIMIT {
        return Err(too_long(LINE_LIMIT));
    }
    Ok(CustomValue::Text(text.into()))
}

fn url(value: &Value) -> Result<CustomValue, String> {
    let text = value.as_str().ok_or("Operation value must be a string".to_owned())?;
    match url::Url::parse(text) {
        Ok(_) => line(value),
        Err(_) if text.is_empty() => line(value),
        Err(_) => Err("The URL provided is not valid.".to_owned()),
    }
}

/// What Jira says of a text over its limit.
pub(super) fn too_long(limit: usize) -> String {
    let limit = if limit < 1000 {
        limit.to_string()
    } else {
        format!("{},{:03}", limit / 1000, limit % 1000)
    };
    format!("The entered text is too long. It exceeds the allowed limit of {limit} characters.")
}

fn day(value: &Value) -> Result<CustomValue, String> {
    let text = value.as_str().ok_or("Operation value must be a string".to_owned())?;
    let date = text.parse().map_err(|_| format!("Error parsing date string: {text}"))?;
    Ok(CustomValue::Date(date))
}

fn instant(value: &Value) -> Result<CustomValue, String> {
    let text = value.as_str().ok_or("Operation value must be a string".to_owned())?;
    let at = parse_timestamp(text).ok_or(format!("Error parsing date time: {text}"))?;
    Ok(CustomValue::DateTime(at))
}

/// Words without blanks, none of them long.
pub(super) fn labels(value: &Value) -> Result<Vec<Arc<str>>, String> {
    if value.is_null() {
        return Ok(Vec::new());
    }
    items(value, |item| {
        let label = item.as_str().ok_or("data was not a string".to_owned())?;
        if label.contains(char::is_whitespace) {
            Err(format!("The label '{label}' contains spaces which is invalid."))
        } else if label.chars().count() > LINE_LIMIT {
            Err(format!(
                "The label '{label}' exceeds the maximum length for a single label ({LINE_LIMIT})."
            ))
        } else {
            Ok(Arc::from(label))
        }
    })
}

fn option<'f>(options: &'f [FieldOption], value: &Value) -> Result<&'f FieldOption, String> {
    if value.get("id").or_else(|| value.get("value")).is_none() {
        return Err("Could not find valid 'id' or 'value' in the Parent Option object.".to_owned());
    }
    position(options, value, |option| option.id, |option| &option.value)
        .map(|at| &options[at])
        .ok_or_else(|| unknown("Option", value, "value"))
}

fn cascading(options: &[FieldOption], value: &Value) -> Result<CustomValue, String> {
    let parent = option(options, value)?;
    let child = match value.get("child").filter(|child| !child.is_null()) {
        Some(child) => Some(option(&parent.children, child)?.id),
        None => None,
    };
    Ok(CustomValue::Cascading(parent.id, child))
}

/// The app's own shape: an impact in words and a likelihood from 1 to 5.
fn app(value: &Value) -> Result<CustomValue, String> {
    let impact = value.get("impact").is_some_and(Value::is_string);
    let likelihood = value.get("likelihood").and_then(Value::as_u64);
    if impact && likelihood.is_some_and(|likelihood| (1..=5).contains(&likelihood)) {
        return Ok(CustomValue::Json(Arc::new(value.clone())));
    }
    Err("The app rejected the value: expected {\"impact\": text, \"likelihood\": 1 to 5}".to_owned())
}

/// Jira stores no empty texts and lists.
fn is_nothing(value: &CustomValue) -> bool {
    match value {
        CustomValue::Text(text) => text.is_empty(),
        CustomValue::Options(ids) => ids.is_empty(),
        CustomValue::Users(users) => users.is_empty(),
        CustomValue::Labels(words) | CustomValue::Groups(words) => words.is_empty(),
        CustomValue::Versions(versions) => versions.is_empty(),
        _ => false,
    }
}
