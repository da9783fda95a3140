//! Screen 6, and the log pane: which run, which line, what of the log is shown.

use crate::app::fuzzy;
use crate::app::list::{Motion, scroll_to};
use crate::domain::{Level, LogLine, Run, Snapshot};

/// Runs and log.
#[derive(Debug, Clone)]
pub(crate) struct SyncScreen {
    /// The chosen run; `None` is the newest, whichever that is.
    run: Option<i64>,
    pub(crate) run_cursor: usize,
    pub(crate) run_top: usize,
    /// Only lines of this run.
    pub(crate) only: Option<i64>,
    pub(crate) level: Level,
    pub(crate) filter: String,
    /// The last line stays in sight as lines come.
    pub(crate) follow: bool,
    line: Option<i64>,
    pub(crate) line_cursor: usize,
    pub(crate) line_top: usize,
}

impl Default for SyncScreen {
    fn default() -> Self {
        Self {
            run: None,
            run_cursor: 0,
            run_top: 0,
            only: None,
            level: Level::Info,
            filter: String::new(),
            follow: true,
            line: None,
            line_cursor: 0,
            line_top: 0,
        }
    }
}

impl SyncScreen {
    /// Lines that pass level, run and filter.
    pub(crate) fn lines<'a>(&self, snapshot: &'a Snapshot) -> Vec<&'a LogLine> {
        snapshot.log.iter().filter(|line| self.passes(line)).collect()
    }

    fn passes(&self, line: &LogLine) -> bool {
        line.level >= self.level
            && self.only.is_none_or(|run| line.run == Some(run))
            && (self.filter.is_empty()
                || fuzzy::contains_words(
                    &self.filter,
                    &[&line.text, line.alias.as_str(), line.key.as_deref().unwrap_or_default()],
                ))
    }

    /// Finds the chosen run and line again after snapshot, level or filter changed.
    pub(crate) fn settle(&mut self, snapshot: &Snapshot) {
        self.run_cursor = match self.run {
            Some(run) => {
                let found = snapshot.runs.iter().position(|known| known.id == run);
                found
                    .unwrap_or(self.run_cursor)
                    .min(snapshot.runs.len().saturating_sub(1))
            }
            None => 0,
        };
        let lines = self.lines(snapshot);
        let last = lines.len().saturating_sub(1);
        self.line_cursor = if self.follow {
            last
        } else {
            let found = self
                .line
                .and_then(|line| lines.iter().position(|known| known.id >= line));
            found.unwrap_or(self.line_cursor).min(last)
        };
        self.line = lines.get(self.line_cursor).map(|line| line.id);
    }

    pub(crate) fn current_run<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a Run> {
        snapshot.runs.get(self.run_cursor)
    }

    pub(crate) fn current_line<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a LogLine> {
        self.lines(snapshot).into_iter().nth(self.line_cursor)
    }

    pub(crate) fn go_run(&mut self, motion: Motion, snapshot: &Snapshot, height: usize) {
        self.select_run(motion.target(self.run_cursor, snapshot.runs.len(), height), snapshot);
    }

    pub(crate) fn select_run(&mut self, index: usize, snapshot: &Snapshot) {
        self.run_cursor = index.min(snapshot.runs.len().saturating_sub(1));
        let run = snapshot.runs.get(self.run_cursor).map(|run| run.id);
        self.run = run.filter(|_| self.run_cursor > 0);
        if self.only.is_some() {
            self.only = run;
            self.settle(snapshot);
        }
    }

    pub(crate) fn go_line(&mut self, motion: Motion, snapshot: &Snapshot, height: usize) {
        let len = self.lines(snapshot).len();
        self.select_line(motion.target(self.line_cursor, len, height), snapshot);
    }

    /// Chooses a line; only the last one goes on following.
    pub(crate) fn select_line(&mut self, index: usize, snapshot: &Snapshot) {
        let lines = self.lines(snapshot);
        self.line_cursor = index.min(lines.len().saturating_sub(1));
        self.line = lines.get(self.line_cursor).map(|line| line.id);
        self.follow = self.line_cursor + 1 >= lines.len();
    }

    /// The next or previous warning or error.
    pub(crate) fn go_problem(&mut self, forward: bool, snapshot: &Snapshot) {
        let lines = self.lines(snapshot);
        let is_problem = |index: &usize| lines.get(*index).is_some_and(|line| line.level >= Level::Warn);
        let found = if forward {
            (self.line_cursor + 1..lines.len()).find(is_problem)
        } else {
            (0..self.line_cursor).rev().find(is_problem)
        };
        if let Some(index) = found {
            self.select_line(index, snapshot);
        }
    }

    pub(crate) fn toggle_follow(&mut self, snapshot: &Snapshot) {
        self.follow = !self.follow;
        self.settle(snapshot);
    }

    /// Shows more (`true`) or less of the log.
    pub(crate) fn change_level(&mut self, more: bool, snapshot: &Snapshot) {
        self.level = match (self.level, more) {
            (Level::Debug | Level::Info, true) => Level::Debug,
            (Level::Warn, true) | (Level::Debug, false) => Level::Info,
            (Level::Error, true) | (Level::Info, false) => Level::Warn,
            (Level::Warn | Level::Error, false) => Level::Error,
        };
        self.settle(snapshot);
    }

    pub(crate) fn keep_in_sight(&mut self, snapshot: &Snapshot, run_height: usize, line_height: usize) {
        self.run_top = scroll_to(self.run_cursor, self.run_top, snapshot.runs.len(), run_height);
        let len = self.lines(snapshot).len();
        self.line_top = scroll_to(self.line_cursor, self.line_top, len, line_height);
    }
}

/// The word for a level in the log's title.
pub(crate) fn level_word(level: Level) -> &'static str {
    match level {
        Level::Debug => "everything",
        Level::Info => "info and above",
        Level::Warn => "warnings and errors",
        Level::Error => "errors only",
    }
}

/// Milliseconds that a run will still take, from its speed so far.
pub(crate) fn time_left(run: &Run, now: jiff::Timestamp) -> Option<u64> {
    let expected = run.expected.filter(|expected| *expected > run.received)?;
    let elapsed = u64::try_from(now.as_millisecond() - run.started.as_millisecond()).ok()?;
    if run.received == 0 || elapsed < 500 {
        return None;
    }
    Some(elapsed.saturating_mul(expected - run.received) / run.received)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Alias, RunKind, RunState};

    fn line(id: i64, level: Level) -> LogLine {
        LogLine {
            id,
            run: Some(id / 10),
            at: Timestamp::UNIX_EPOCH,
            level,
            alias: Alias::from("acme"),
            key: None,
            text: "page".to_owned(),
            detail: None,
        }
    }

    fn snapshot(lines: &[(i64, Level)]) -> Snapshot {
        Snapshot {
            log: lines.iter().map(|(id, level)| line(*id, *level)).collect(),
            ..Snapshot::default()
        }
    }

    #[test]
    fn following_ends_with_a_move_and_returns_at_the_end() {
        let first = snapshot(&[(1, Level::Info), (2, Level::Info), (3, Level::Info)]);
        let mut sync = SyncScreen::default();
        sync.settle(&first);
        assert_eq!(sync.line_cursor, 2);
        sync.go_line(Motion::Rows(-1), &first, 10);
        assert!(!sync.follow);
        let longer = snapshot(&[(2, Level::Info), (3, Level::Info), (4, Level::Info), (5, Level::Info)]);
        sync.settle(&longer);
        let id = sync.current_line(&longer).map(|line| line.id);
        assert_eq!(id, Some(2), "the line stays while older ones leave");
        sync.go_line(Motion::Last, &longer, 10);
        assert!(sync.follow);
    }

    #[test]
    fn levels_hide_and_show_and_problems_are_jumped_to() {
        let all = snapshot(&[
            (1, Level::Debug),
            (2, Level::Warn),
            (3, Level::Info),
            (14, Level::Error),
        ]);
        let mut sync = SyncScreen::default();
        let ids = |sync: &SyncScreen| sync.lines(&all).iter().map(|line| line.id).collect::<Vec<_>>();
        assert_eq!(ids(&sync), [2, 3, 14]);
        sync.change_level(true, &all);
        assert_eq!(ids(&sync), [1, 2, 3, 14]);
        sync.change_level(false, &all);
        sync.change_level(false, &all);
        assert_eq!(ids(&sync), [2, 14]);
        sync.change_level(true, &all);
        sync.select_line(2, &all);
        sync.go_problem(false, &all);
        assert_eq!(sync.current_line(&all).map(|line| line.id), Some(2));
        sync.go_problem(true, &all);
        assert_eq!(sync.current_line(&all).map(|line| line.id), Some(14));
        sync.only = Some(1);
        assert_eq!(ids(&sync), [14]);
    }

    #[test]
    fn time_left_needs_a_total_and_some_progress() {
        let mut run = Run {
            id: 1,
            alias: Alias::from("acme"),
            kind: RunKind::First,
            state: RunState::Running,
            started: Timestamp::UNIX_EPOCH,
            ended: None,
            expected: None,
            requests: 0,
            bytes: 0,
            received: 100,
            new: 0,
            changed: 0,
            gone: 0,
            sent: 0,
            problem: None,
        };
        let now = Timestamp::from_second(10).unwrap();
        assert_eq!(time_left(&run, now), None);
        run.expected = Some(500);
        assert_eq!(time_left(&run, now), Some(40_000));
        run.received = 0;
        assert_eq!(time_left(&run, now), None);
        run.received = 500;
        assert_eq!(time_left(&run, now), None);
    }
}
