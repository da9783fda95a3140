//! The forty queries: how long until the first rows are there, and until the exact count is.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use crosstie::{domain::ListQuery, store::Store};
use jiff::Timestamp;

use crate::{
    pull::FILLED,
    report::{Report, Samples, human},
    subject::World,
};

/// The queries, one a line; `#` begins a heading.
const QUERIES: &str = include_str!("queries.txt");
/// Rows of one window.
const WINDOW: usize = 60;
/// Each is measured this often, after a first time that warms up.
const ROUNDS: usize = 15;
/// Budgets of one query.
const FIRST_ROWS: Duration = Duration::from_millis(15);
const COUNT: Duration = Duration::from_millis(100);

/// One query's medians.
struct Figure {
    jql: &'static str,
    first: Duration,
    count: Duration,
}

/// Measures all queries over the filled store, and names those beyond their budget.
pub(crate) fn measure(world: &World, report: &mut Report) {
    let now = Timestamp::now();
    let (store, _) = Store::open(&world.folder.path().join(FILLED), now).unwrap();
    let queries = QUERIES.lines().map(str::trim);
    let figures: Vec<Figure> = queries
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|jql| one(&store, jql, now))
        .collect();
    tell(
        report,
        "first rows, the slowest of 40",
        FIRST_ROWS,
        &figures,
        |figure| figure.first,
    );
    tell(report, "exact count, the slowest of 40", COUNT, &figures, |figure| {
        figure.count
    });
}

fn one(store: &Store, jql: &'static str, now: Timestamp) -> Figure {
    let query = ListQuery {
        jql: jql.to_owned(),
        limit: WINDOW,
        ..ListQuery::default()
    };
    Figure {
        jql,
        first: median(|| {
            if store.first(&query, now).unwrap().is_none() {
                black_box(store.list(&query, now).unwrap());
            }
        }),
        count: median(|| {
            black_box(store.totals(&[jql], &[], now).unwrap());
        }),
    }
}

fn median(work: impl Fn()) -> Duration {
    work();
    let mut samples = Samples::default();
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        work();
        samples.push(begun.elapsed());
    }
    samples.median()
}

fn tell(report: &mut Report, work: &str, budget: Duration, figures: &[Figure], of: fn(&Figure) -> Duration) {
    let mut sorted: Vec<&Figure> = figures.iter().collect();
    sorted.sort_by_key(|figure| std::cmp::Reverse(of(figure)));
    let (Some(slowest), Some(middle)) = (sorted.first(), sorted.get(sorted.len() / 2)) else {
        return;
    };
    let over: Vec<&&Figure> = sorted.iter().filter(|figure| of(figure) > budget).collect();
    let beside = format!(
        "median {}; {} of {} beyond",
        human(of(middle)),
        over.len(),
        figures.len()
    );
    report.line(work, &human(of(slowest)), &human(budget), &beside);
    for figure in over {
        report.line("", &human(of(figure)), "", figure.jql);
    }
}
