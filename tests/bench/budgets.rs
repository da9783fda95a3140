//! Measures the budgets that the README quotes, each beside something comparable in the same run:
//! `cargo bench --bench budgets --profile dist`. Figures are printed; nothing passes or fails.
//!
//! Arguments: `--issues N` (100000 unless given), `--delay MS` (150) for the pull from a distant
//! server, and words to choose parts: `pull`, `screen`, `queries`, `poll`,
//! `findings`, `size`. With CROSSTIE_BENCH_PROGRAM in the environment, that program is measured instead of
//! the one that this profile builds; queries and decisions are timed in here all the same.
//!
//! Must never be in here: an assertion about time; machines differ, and ratios are what is kept.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program: what it cannot set up ends it, and its table is its purpose"
)]

mod findings;
mod pull;
mod queries;
mod recorder;
mod report;
mod screen;
mod subject;

use report::Report;
use subject::World;

/// What the command line asks for.
struct Arguments {
    issues: usize,
    delay: u64,
    parts: Vec<String>,
}

impl Arguments {
    fn read() -> Self {
        let mut arguments = Self {
            issues: 100_000,
            delay: 150,
            parts: Vec::new(),
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--issues" => arguments.issues = words.next().unwrap().parse().unwrap(),
                "--delay" => arguments.delay = words.next().unwrap().parse().unwrap(),
                // Cargo says so to every bench.
                "--bench" => {}
                _ => arguments.parts.push(word),
            }
        }
        arguments
    }

    fn wants(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|wanted| wanted == part)
    }
}

fn main() {
    let arguments = Arguments::read();
    let mut report = Report::begin(arguments.issues);
    let world = World::start(arguments.issues);
    let pulled = pull::measure(&world, &mut report);
    if arguments.wants("pull") {
        let asked = pull::record(&world);
        pull::compare(&world, &pulled, &asked, &mut report);
        pull::from_afar(&world, &pulled, &asked, arguments.delay, &mut report);
    }
    if arguments.wants("screen") {
        screen::first_frame(&world, &mut report);
        screen::keys(&world, &mut report);
    }
    if arguments.wants("queries") {
        queries::measure(&world, &mut report);
    }
    if arguments.wants("poll") {
        pull::idle(&world, &mut report);
    }
    if arguments.wants("findings") {
        // First at rest: polls bring what was made just before.
        findings::resting(&world, &mut report);
        findings::sending(&world, &mut report);
    }
    if arguments.wants("size") {
        report.size(&subject::program());
    }
}
