//! A fixed list of queries over a large cache, and how long each takes.
//!
//! Not part of an ordinary run: `cargo test --test bench -- --ignored --nocapture`. The cache is pulled from the
//! Jira inside once and kept in the target folder.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up fails its test")]
#![expect(clippy::print_stdout, reason = "figures are for whoever asked for them")]

mod filled;
mod measure;

use measure::Figure;

const ISSUES: usize = 100_000;

/// The queries, one a line; `#` begins a heading.
const QUERIES: &str = include_str!("queries.txt");

fn queries() -> Vec<&'static str> {
    let lines = QUERIES.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[test]
fn there_are_forty_queries_and_all_are_jql() {
    let queries = queries();
    assert_eq!(queries.len(), 40);
    for jql in queries {
        crosstie::jql::parse(jql).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes: pulls a hundred thousand issues the first time"]
async fn first_rows_and_counts_of_a_hundred_thousand() {
    let store = filled::store(ISSUES).await;
    let figures = measure::all(&store, &queries(), filled::now());
    println!("{}", Figure::HEAD);
    for figure in &figures {
        println!("{figure}");
    }
    println!("{}", measure::summary(&figures));
}
