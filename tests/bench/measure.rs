//! How long each query takes to its first rows, to its exact count, and to the whole list.

use std::{
    fmt,
    hint::black_box,
    time::{Duration, Instant},
};

use crosstie::{
    domain::ListQuery,
    store::{Store, StoreError},
};
use jiff::Timestamp;

/// Rows of one window.
const WINDOW: usize = 60;
/// Each is measured this often, after a first time that warms up.
const ROUNDS: usize = 15;

/// What was measured of one query.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    jql: String,
    total: usize,
    first: Spread,
    count: Spread,
    list: Spread,
}

/// The middle and the worst of several.
#[derive(Debug, Clone, Copy)]
struct Spread {
    middle: Duration,
    worst: Duration,
}

impl Figure {
    pub(crate) const HEAD: &str = "   total |   first rows ms |        count ms |         list ms | query";
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { jql, total, .. } = self;
        write!(f, "{total:8} | {} | {} | {} | {jql}", self.first, self.count, self.list)
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
        write!(f, "{:6.1} ≤ {:6.1}", ms(self.middle), ms(self.worst))
    }
}

/// Measures each of `queries` over all connections.
pub(crate) fn all(store: &Store, queries: &[&str], now: Timestamp) -> Vec<Figure> {
    queries.iter().map(|jql| one(store, jql, now)).collect()
}

fn one(store: &Store, jql: &str, now: Timestamp) -> Figure {
    let query = ListQuery {
        jql: jql.to_owned(),
        limit: WINDOW,
        ..ListQuery::default()
    };
    let total = match store.list(&query, now) {
        Ok(page) => page.total,
        Err(StoreError::Query(cannot)) => {
            println!("{jql}: {cannot}");
            0
        }
        Err(error) => panic!("{jql}: {error}"),
    };
    Figure {
        jql: jql.to_owned(),
        total,
        first: spread(|| match store.first_rows(&query, now) {
            Ok(None) => {
                black_box(store.list(&query, now).ok());
            }
            other => {
                black_box(other.ok());
            }
        }),
        count: spread(|| {
            black_box(store.totals(&[jql], &[], now).unwrap());
        }),
        list: spread(|| {
            black_box(store.list(&query, now).ok());
        }),
    }
}

fn spread(work: impl Fn()) -> Spread {
    work();
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    Spread {
        middle: times[ROUNDS / 2],
        worst: times[ROUNDS - 1],
    }
}

/// The worst of all, which with forty queries is their 99th percentile.
pub(crate) fn summary(figures: &[Figure]) -> String {
    let worst = |of: fn(&Figure) -> Spread| figures.iter().map(of).map(|spread| spread.middle).max();
    let (first, count) = (worst(|figure| figure.first), worst(|figure| figure.count));
    format!("slowest by median: first rows {first:?}, count {count:?}")
}
