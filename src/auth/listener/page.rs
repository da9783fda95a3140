//! The page that the browser is left with.
//!
//! Must never be in here: anything that the browser would have to load.

use crate::auth::landing::LandingError;

/// Headers of every answer: the address holds the code, so that nobody keeps it or hears of it.
const HEADERS: &str = "\
Content-Type: text/html; charset=utf-8\r\n\
Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n\
Referrer-Policy: no-referrer\r\n\
X-Content-Type-Options: nosniff\r\n\
Cache-Control: no-store\r\n\
Connection: close\r\n";

/// Signed in.
pub(super) fn done() -> String {
    let text = "<p>crosstie has what it needs and goes on in the terminal. You can close this window.</p>";
    answer("200 OK", "", "Signed in", text)
}

/// Why not.
pub(super) fn failed(error: &LandingError) -> String {
    let (said, step) = (escaped(&error.to_string()), escaped(error.remedy()));
    let text = format!("<p>{said}.</p><p>Next step: {step}.</p>");
    answer("400 Bad Request", "", "Not signed in", &text)
}

/// An answer that says no more than its status.
pub(super) fn plain(status: &str, headers: &str) -> String {
    answer(status, headers, status, "")
}

fn answer(status: &str, headers: &str, title: &str, text: &str) -> String {
    let body = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} - crosstie</title>\
         <style>body{{font:1.1em/1.5 sans-serif;max-width:36em;margin:4em auto;padding:0 1em}}</style></head>\
         <body><h1>{title}</h1>{text}</body></html>\n"
    );
    let length = body.len();
    format!("HTTP/1.1 {status}\r\n{headers}{HEADERS}Content-Length: {length}\r\n\r\n{body}")
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}
