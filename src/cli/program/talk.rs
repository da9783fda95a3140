//! The dialogue for screen readers over standard input and output, as they are: no raw mode, no
//! escape sequence, and nothing is written while somebody may be typing.

use std::{
    io::{self, BufRead, Read, Write},
    sync::Arc,
};

use crate::{
    cli::accessible::{Dialogue, Told, Want, speakable},
    clock::SharedClock,
    domain::{Alias, Problem},
    runtime::Library,
    text,
};

/// Longest line that is read; nobody types more.
const LONGEST: u64 = 64 * 1024;
/// What asks for a command.
const PROMPT: &str = "Command: ";

/// What the dialogue is held on.
pub(super) struct Talk {
    pub(super) library: Arc<dyn Library>,
    pub(super) clock: SharedClock,
    /// Starts runs.
    pub(super) sync: Box<dyn Fn(Option<Alias>) + Send>,
    pub(super) ascii: bool,
}

impl Talk {
    /// Talks until the user has enough, or has nothing more to say.
    pub(super) fn hold(&self, dialogue: &mut Dialogue, mut from: impl BufRead, mut to: impl Write) -> io::Result<()> {
        let greeting = dialogue.greet();
        let mut seen = self.library.change_counter();
        self.carry_out(dialogue, greeting, &mut to)?;
        loop {
            let counter = self.library.change_counter();
            if counter != seen {
                seen = counter;
                if let Some(news) = self
                    .library
                    .snapshot()
                    .ok()
                    .and_then(|snapshot| dialogue.news(&snapshot))
                {
                    self.print(&[news], &mut to)?;
                }
            }
            to.write_all(PROMPT.as_bytes())?;
            to.flush()?;
            let mut line = Vec::new();
            if from.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
                // The prompt's line has an end like all others.
                return writeln!(to);
            }
            dialogue.now = self.clock.now();
            if let Some(tags) = self.library.catalog() {
                dialogue.know_tags(tags);
            }
            let answer = dialogue.answer(&String::from_utf8_lossy(&line));
            if !self.carry_out(dialogue, answer, &mut to)? {
                return Ok(());
            }
        }
    }

    /// `false` ends the dialogue.
    fn carry_out(
        &self,
        dialogue: &mut Dialogue,
        answer: crate::cli::accessible::Answer,
        to: &mut impl Write,
    ) -> io::Result<bool> {
        self.print(&answer.lines, to)?;
        for want in answer.wants {
            let told = match want {
                Want::Quit => return Ok(false),
                Want::Sync(alias) => {
                    (self.sync)(alias);
                    continue;
                }
                Want::Counts(queries) => self.library.counts(&queries).map(Told::Counts),
                Want::List(query) => self.library.list(&query).map(Told::Listed),
                Want::Detail(row) => self.library.detail(row).map(|found| Told::Detail(found.map(Box::new))),
                Want::Connections => self.library.snapshot().map(|found| Told::Connections(Box::new(found))),
                Want::Log => self.library.snapshot().map(|found| Told::Log(Box::new(found))),
                Want::Tags(jql) => self.library.tag_counts(&jql).map(Told::Tags),
            };
            let lines = dialogue.tell(told.unwrap_or_else(|problem: Problem| Told::Failed(problem)));
            self.print(&lines, to)?;
        }
        Ok(true)
    }

    fn print(&self, lines: &[String], to: &mut impl Write) -> io::Result<()> {
        for line in lines {
            let line = speakable(line);
            if self.ascii {
                writeln!(to, "{}", text::to_ascii(&line))?;
            } else {
                writeln!(to, "{line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
