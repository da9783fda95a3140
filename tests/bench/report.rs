//! The table of figures, one line as soon as it is known, and the arithmetic behind it.

use std::time::Duration;

/// Prints figures as they come.
pub(crate) struct Report;

impl Report {
    /// Says what is measured on what.
    pub(crate) fn begin(issues: usize) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!("{issues} cached issues, {cores} cores\n");
        let mut report = Self;
        report.line("WORK", "MEASURED", "BUDGET", "BESIDE IT, IN THE SAME RUN");
        report
    }

    /// One figure, its budget, and what it is compared with.
    pub(crate) fn line(&mut self, work: &str, measured: &str, budget: &str, beside: &str) {
        println!("{work:<34} {measured:>14} {budget:>14}  {beside}");
    }

    /// How large the program is.
    pub(crate) fn size(&mut self, program: &str) {
        let bytes = std::fs::metadata(program).unwrap().len();
        let measured = format!("{:.1} MB", bytes as f64 / 1e6);
        self.line("size of the program", &measured, "20 MB", "as built by this profile");
    }
}

/// Several durations of the same thing.
#[derive(Default)]
pub(crate) struct Samples(Vec<Duration>);

impl Samples {
    pub(crate) fn push(&mut self, took: Duration) {
        self.0.push(took);
    }

    pub(crate) fn extend(&mut self, took: Option<Duration>) {
        self.0.extend(took);
    }

    /// The one that `percent` of them do not exceed; nothing where nothing was measured.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        if sorted.is_empty() {
            return Duration::ZERO;
        }
        let at = (sorted.len() * percent).div_ceil(100).clamp(1, sorted.len());
        sorted[at - 1]
    }

    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }
}

/// `4.2 ms`, `13.1 s`.
pub(crate) fn human(took: Duration) -> String {
    let millis = took.as_secs_f64() * 1e3;
    match millis {
        millis if millis < 10.0 => format!("{millis:.2} ms"),
        millis if millis < 1000.0 => format!("{millis:.0} ms"),
        millis => format!("{:.1} s", millis / 1e3),
    }
}
