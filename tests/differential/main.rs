//! The store and the Jira inside, asked the same: two evaluations of JQL that share nothing but the parser.
//!
//! Each disagreement is printed as one line that can be run again. What Jira documents decides who is
//! wrong; of orders that it does not document (statuses, options, sprints), nothing is asked.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what cannot be set up fails its test")]

mod dice;
mod grammar;
mod sites;
mod text;
mod vocabulary;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use crosstie::{
    domain::ListQuery,
    sandbox::{Flavour, model::World},
    store::{CannotAnswer, StoreError},
};
use jiff::Timestamp;

use dice::Dice;
use grammar::{Generated, Grammar};
use sites::{Site, Sites};
use vocabulary::Vocabulary;

const SEED: u64 = 2_026;

/// Queries a site, time zone and moment.
const QUERIES: usize = 250;

/// Time zones of the account, each with a moment that is awkward there, and the present of the sites.
const PLACES: [(&str, &str); 6] = [
    ("Europe/Berlin", "2026-11-20T09:30:12Z"),
    // The last minute before the day on which the clocks go back.
    ("America/New_York", "2026-11-01T03:59:30Z"),
    // 5:45 ahead, at the last minute of a month there.
    ("Asia/Kathmandu", "2026-11-30T18:14:59Z"),
    // Thirteen hours ahead; the first minute of a year there.
    ("Pacific/Auckland", "2026-12-31T11:00:00Z"),
    // Midnight does not exist on the day that the clocks go forward.
    ("America/Santiago", "2026-09-06T12:00:00Z"),
    // The leap day of a leap year.
    ("UTC", "2028-02-29T00:00:00Z"),
];

/// What one side answers: keys in order, or why not.
type Said = Result<Vec<String>, Vec<String>>;

/// What came of all questions.
#[derive(Debug, Default)]
struct Tally {
    asked: usize,
    answered: usize,
    with_matches: usize,
    in_order: usize,
    refused: usize,
    declined: BTreeMap<String, usize>,
    disagreements: Vec<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn store_and_jira_agree() {
    let mut tally = Tally::default();
    let mut sites = Sites::start(&PLACES).await;
    for (nth, (zone, now)) in PLACES.into_iter().enumerate() {
        sites.move_account_to(zone).await;
        for site in sites.all() {
            let now: Timestamp = now.parse().unwrap();
            let world = site.sandbox.world();
            let world = world.read().unwrap();
            let vocabulary = Vocabulary::of(&world, now, zone);
            let dice = Dice::new(SEED + u64::try_from(nth).unwrap());
            let mut grammar = Grammar::new(&vocabulary, dice);
            let random = (0..QUERIES).map(|number| (format!("{SEED}+{nth}#{number}"), grammar.query()));
            for (name, asked) in every_date(&vocabulary, world.flavour).chain(random) {
                let question = Question { name, zone, now, asked };
                tally.put(&sites, site, &world, &question);
            }
        }
    }
    tally.settle();
}

/// Each date by itself: chance would seldom leave the one that matters to decide.
fn every_date(vocabulary: &Vocabulary, flavour: Flavour) -> impl Iterator<Item = (String, Generated)> {
    let condition = match flavour {
        Flavour::Cloud => "created <",
        Flavour::DataCenter => "due >=",
    };
    vocabulary.dates.iter().enumerate().map(move |(number, date)| {
        let asked = Generated {
            jql: format!("{condition} {date}"),
            total_order: false,
        };
        (format!("date {number}"), asked)
    })
}

/// A query with all that its answer depends on.
struct Question<'q> {
    /// What to run again: seed and place, then number.
    name: String,
    zone: &'q str,
    now: Timestamp,
    asked: Generated,
}

impl Tally {
    fn put(&mut self, sites: &Sites, site: &Site, world: &World, question: &Question<'_>) {
        self.asked += 1;
        let jql = &question.asked.jql;
        let store = match from_store(sites, site, jql, question.now) {
            Answer::Said(said) => said,
            Answer::Declined(why) => {
                *self.declined.entry(why).or_default() += 1;
                return;
            }
        };
        let jira = from_jira(world, jql, question.now);
        let complaint = match (&store, &jira) {
            (Ok(store), Ok(jira)) => {
                self.answered += 1;
                self.with_matches += usize::from(!jira.is_empty());
                self.in_order += usize::from(question.asked.total_order && jira.len() > 1);
                differ(store, jira, question.asked.total_order)
            }
            (Err(store), Err(jira)) => {
                self.refused += 1;
                let known = store.iter().all(|message| jira.contains(message));
                (!known).then(|| format!("store refuses: {} | jira refuses: {}", store.join(" "), jira.join(" ")))
            }
            (Ok(store), Err(jira)) => Some(format!("store: {} | jira refuses: {}", store.len(), jira.join(" "))),
            (Err(store), Ok(jira)) => Some(format!("store refuses: {} | jira: {}", store.join(" "), jira.len())),
        };
        if let Some(complaint) = complaint {
            self.disagreements.push(format!(
                "{} {:?} {} {} | {jql} | {complaint}",
                question.name, world.flavour, question.zone, question.now,
            ));
        }
    }

    /// Both agree, and on enough to mean something.
    fn settle(&self) {
        let declined: usize = self.declined.values().sum();
        let mut report = format!(
            "{} asked: {} answered ({} with matches, {} in a total order), {} refused, {declined} left to the server\n",
            self.asked, self.answered, self.with_matches, self.in_order, self.refused
        );
        for (why, many) in &self.declined {
            writeln!(report, "{many:6} {why}").unwrap();
        }
        assert!(
            self.disagreements.is_empty(),
            "{} disagreements\n{}\n{report}",
            self.disagreements.len(),
            self.disagreements.join("\n")
        );
        assert!(self.answered * 10 > self.asked * 7, "{report}");
        assert!(self.with_matches * 10 > self.answered * 4, "{report}");
        assert!(self.in_order * 10 > self.answered, "{report}");
        assert!(self.refused > 100, "{report}");
        assert!(declined * 8 < self.asked, "{report}");
    }
}

/// What is different, as the first few keys.
fn differ(store: &[String], jira: &[String], total_order: bool) -> Option<String> {
    let first_keys = |keys: &mut dyn Iterator<Item = &String>| -> String {
        let keys: Vec<&str> = keys.take(3).map(String::as_str).collect();
        keys.join(" ")
    };
    let (many, more) = (store.len(), jira.len());
    let (in_store, in_jira) = (
        store.iter().collect::<BTreeSet<_>>(),
        jira.iter().collect::<BTreeSet<_>>(),
    );
    if in_store != in_jira || many != more {
        let only_store = first_keys(&mut in_store.difference(&in_jira).copied());
        let only_jira = first_keys(&mut in_jira.difference(&in_store).copied());
        return Some(format!(
            "store: {many} | jira: {more} | only store: {only_store} | only jira: {only_jira}"
        ));
    }
    let at = store.iter().zip(jira).position(|(store, jira)| store != jira);
    let at = at.filter(|_| total_order)?;
    let store = first_keys(&mut store[at..].iter());
    let jira = first_keys(&mut jira[at..].iter());
    Some(format!(
        "{many} in another order from {at} on | store: {store} | jira: {jira}"
    ))
}

enum Answer {
    Said(Said),
    /// Only the server can tell; why, without what differs from query to query.
    Declined(String),
}

fn from_store(sites: &Sites, site: &Site, jql: &str, now: Timestamp) -> Answer {
    let query = ListQuery {
        jql: jql.to_owned(),
        aliases: vec![site.alias.clone()],
        ..ListQuery::default()
    };
    match sites.store.list(&query, now) {
        Ok(page) => {
            assert_eq!(page.total, page.ids.len(), "{jql}");
            let keys = page.ids.iter().map(|row| site.keys[row].clone());
            Answer::Said(Ok(keys.collect()))
        }
        Err(StoreError::Query(CannotAnswer::ServerOnly { part, .. })) => {
            let why = part.rsplit_once(": ").map_or(part.as_str(), |(_, why)| why);
            Answer::Declined(why.to_owned())
        }
        Err(StoreError::Query(CannotAnswer::Refused { message, .. })) => Answer::Said(Err(vec![message])),
        Err(error) => panic!("{jql}: {error}"),
    }
}

fn from_jira(world: &World, jql: &str, now: Timestamp) -> Said {
    match world.search(&world.viewer(now), jql) {
        Ok(found) => Ok(found.into_iter().map(|idx| world.issue(idx).key.to_string()).collect()),
        Err(errors) => Err(errors.iter().map(ToString::to_string).collect()),
    }
}
