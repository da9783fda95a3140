//! The value of a custom field in words.

use crate::domain::FieldValue;
use crate::text::clean_line;

/// One line; empty for what has no words (formatted documents, plugin objects).
pub(super) fn text(value: &FieldValue) -> String {
    match value {
        // Jira keeps the order of boards in a text field that means nothing to people.
        FieldValue::Text(text) if text.starts_with("0|") => String::new(),
        FieldValue::Text(text) => clean_line(text).into_owned(),
        FieldValue::Number(number) => number.to_string(),
        FieldValue::Named(named) => clean_line(&named.name).into_owned(),
        FieldValue::Cascade(parent, child) => format!("{} / {}", clean_line(&parent.name), text(child)),
        FieldValue::User(user) => clean_line(&user.display).into_owned(),
        FieldValue::Sprint(sprint) => clean_line(&sprint.name).into_owned(),
        FieldValue::List(values) => {
            let words: Vec<String> = values.iter().map(text).filter(|word| !word.is_empty()).collect();
            words.join(", ")
        }
        FieldValue::Rich(_) | FieldValue::Other(_) => String::new(),
    }
}

/// Whether the value is shown under its own name already.
pub(super) fn is_sprint(value: &FieldValue) -> bool {
    match value {
        FieldValue::Sprint(_) => true,
        FieldValue::List(values) => values.iter().any(is_sprint),
        _ => false,
    }
}
