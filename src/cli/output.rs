//! Where verbs write: results to one side, everything else to the other, made safe and plain.
//!
//! Must never be in here: what the verbs have to say.

use std::io::{self, Write};

use jiff::Timestamp;
use serde::Serialize;

use super::{csv, failure::Failure, look::Look};
use crate::{jira::check::Check, text};

/// Standard output and standard error.
pub struct Output<'a> {
    /// Looks.
    pub look: Look,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

impl<'a> Output<'a> {
    /// Writes results to `out` and everything else to `err`.
    pub fn new(look: Look, out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self { look, out, err }
    }

    /// Results that must not be changed on their way: TOML, completions.
    pub fn raw(&mut self) -> &mut dyn Write {
        self.out
    }

    /// One line of results for people; outside text in it is made safe.
    ///
    /// # Errors
    /// If standard output cannot be written to.
    pub fn line(&mut self, line: &str) -> io::Result<()> {
        let safe = text::clean_line(line);
        if self.look.ascii {
            writeln!(self.out, "{}", text::to_ascii(&safe))
        } else {
            writeln!(self.out, "{safe}")
        }
    }

    /// One JSON document on one line. On a terminal what could act on it is escaped, which changes
    /// nothing of what the document says.
    ///
    /// # Errors
    /// If standard output cannot be written to.
    pub fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        if self.look.width.is_none() {
            serde_json::to_writer(&mut *self.out, value)?;
        } else {
            let text = serde_json::to_string(value)?;
            write!(self.out, "{}", escaped(&text))?;
        }
        writeln!(self.out)?;
        Ok(())
    }

    /// One record of comma-separated values, as it is; a terminal gets it made safe.
    ///
    /// # Errors
    /// If standard output cannot be written to.
    pub fn record<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) -> io::Result<()> {
        if self.look.width.is_none() {
            return csv::record(self.out, cells);
        }
        let safe = cells
            .into_iter()
            .map(|cell| text::clean_block(cell.as_ref()).into_owned());
        csv::record(self.out, safe)
    }

    /// Something beside the results. That standard error is closed stops nothing.
    pub fn note(&mut self, kind: &str, message: &str) {
        for (index, line) in message.lines().enumerate() {
            let line = text::clean_line(line);
            let line = if self.look.ascii {
                text::to_ascii(&line)
            } else {
                line.into_owned()
            };
            let _ = match (index, self.look.color) {
                (0, true) => writeln!(self.err, "\u{1b}[1m{kind}:\u{1b}[0m {line}"),
                (0, false) => writeln!(self.err, "{kind}: {line}"),
                _ => writeln!(self.err, "{line}"),
            };
        }
    }

    /// Lines that already say what they are.
    pub fn remark(&mut self, message: &str) {
        for line in message.lines() {
            let _ = writeln!(self.err, "{}", text::clean_line(line));
        }
    }

    /// A failure with its next steps.
    pub fn fail(&mut self, failure: &Failure) {
        if failure.message.is_empty() {
            return;
        }
        for line in &failure.details {
            self.remark(line);
        }
        self.note("error", &failure.message);
        for hint in &failure.hints {
            self.note("  hint", hint);
        }
    }

    /// Checks for people, one a line, with the remedy below what failed.
    ///
    /// # Errors
    /// If standard output cannot be written to.
    pub fn checks(&mut self, checks: &[Check]) -> io::Result<()> {
        let width = checks.iter().map(|check| text::width(&check.name)).max().unwrap_or(0);
        for check in checks {
            let mark = match (check.ok, self.look.ascii) {
                (true, false) => "✓ ",
                (false, false) => "✗ ",
                (true, true) => "ok",
                (false, true) => "x ",
            };
            let name = text::pad(&text::clean_line(&check.name), width);
            self.line(&format!("  {mark} {name}  {}", check.detail))?;
            if let Some(remedy) = check.remedy.as_ref().filter(|_| !check.ok) {
                self.line(&format!("     {:width$}  {remedy}", ""))?;
            }
        }
        Ok(())
    }

    /// An instant as people read it, in their zone, to the minute.
    #[must_use]
    pub fn time(&self, time: Timestamp) -> String {
        time.to_zoned(self.look.zone.clone())
            .strftime("%Y-%m-%d %H:%M")
            .to_string()
    }

    /// Hands over what is still held back.
    ///
    /// # Errors
    /// If standard output cannot be written to.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// JSON without characters that a terminal would obey: as escapes of JSON they mean the same.
fn escaped(json: &str) -> String {
    let mut safe = String::with_capacity(json.len());
    for letter in json.chars() {
        let obeyed = letter.is_control()
            || matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if obeyed {
            safe.push_str(&format!("\\u{:04x}", u32::from(letter)));
        } else {
            safe.push(letter);
        }
    }
    safe
}
