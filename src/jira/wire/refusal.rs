//! What a refusal says, out of every body that Jira and what stands before it answer with.

use serde_json::Value;

/// Longest text taken from a server into a message.
const LONGEST: usize = 300;

/// Most sentences taken from one body.
const MOST: usize = 8;

/// Most fields taken from one body.
const MOST_FIELDS: usize = 200;

/// All sentences of an error body, cleaned; empty if it says nothing.
pub(crate) fn sentences(body: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    match serde_json::from_slice(body) {
        Ok(value) => collect(value, &mut found),
        Err(_) => found.extend(plain(body)),
    }
    let mut told: Vec<String> = Vec::new();
    for sentence in found.iter().map(|text| clean(text)).filter(|text| !text.is_empty()) {
        if told.len() < MOST && !told.contains(&sentence) {
            told.push(sentence);
        }
    }
    told
}

/// What the body says of single fields, by the ids that it uses; cleaned.
pub(crate) fn fields(body: &[u8]) -> Vec<(String, String)> {
    let Ok(Value::Object(mut object)) = serde_json::from_slice(body) else {
        return Vec::new();
    };
    let Some(Value::Object(errors)) = object.remove("errors") else {
        return Vec::new();
    };
    let told = errors.into_iter().filter_map(|(field, value)| {
        let mut words = Vec::new();
        collect(value, &mut words);
        let words = clean(&words.join("; "));
        (!words.is_empty()).then(|| (clean(&field), words))
    });
    told.take(MOST_FIELDS).collect()
}

/// The sentences as one, ended without a full stop so that it can stand inside another.
pub(crate) fn sentence(body: &[u8]) -> Option<String> {
    let all = sentences(body).join("; ");
    let all = shortened(all.trim_end_matches('.'));
    (!all.is_empty()).then_some(all)
}

/// Whether this is a page for browsers.
pub(crate) fn is_html(content_type: &str, body: &[u8]) -> bool {
    content_type.contains("text/html") || body.trim_ascii_start().starts_with(b"<")
}

/// Whether a page for browsers asks to sign in.
pub(crate) fn is_login_page(body: &[u8]) -> bool {
    const MARKS: [&str; 8] = [
        "type=\"password\"",
        "type='password'",
        "os_password",
        "login.jsp",
        "login-form",
        "id.atlassian.com",
        "samlrequest",
        "/saml",
    ];
    let start = &body[..body.len().min(64 * 1024)];
    let text = String::from_utf8_lossy(start).to_lowercase();
    let title = plain(body)
        .filter(|_| is_html("", body))
        .unwrap_or_default()
        .to_lowercase();
    let asks = ["log in", "login", "sign in", "single sign-on"]
        .iter()
        .any(|words| title.contains(words));
    asks || MARKS.iter().any(|mark| text.contains(mark))
}

fn collect(value: Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(list) => list.into_iter().for_each(|value| collect(value, found)),
        Value::Object(mut object) => {
            for key in [
                "errorMessages",
                "errorMessage",
                "message",
                "error_description",
                "detail",
            ] {
                if let Some(value) = object.remove(key) {
                    collect(value, found);
                }
            }
            if let Some(errors) = object.remove("errors") {
                by_field(errors, found);
            }
            if let Some(warnings) = object.remove("warningMessages") {
                collect(warnings, found);
            }
            for key in ["title", "error"] {
                match object.remove(key) {
                    Some(Value::String(text)) if found.is_empty() => found.push(text),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn by_field(errors: Value, found: &mut Vec<String>) {
    let Value::Object(errors) = errors else {
        return collect(errors, found);
    };
    for (field, value) in errors {
        match value {
            Value::String(text) => found.push(format!("{field}: {text}")),
            other => collect(other, found),
        }
    }
}

fn plain(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(16 * 1024)]);
    if !is_html("", body) {
        return Some(text.into_owned());
    }
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    text.get(start..end).map(str::to_owned)
}

/// One line without control characters, direction overrides, or anything beyond a fair length.
pub(crate) fn clean(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() || is_invisible(c) { ' ' } else { c })
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    shortened(&words.join(" "))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
