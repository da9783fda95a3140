//! Killed while the keys of issues are written into the descriptions of pull requests.

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;

use crate::{
    desk::{Desk, mapping, project},
    instant::{Instant, Prey},
    ledger::Tally,
    site::{browser, private_file},
};

/// Where the pull requests are.
const REPOSITORY: &str = "payments";

/// A repository that may be written to, and a mapping that makes nothing by itself.
fn forge(flavour: Flavour) -> Desk {
    let desk = Desk::unmapped(flavour);
    desk.site.sandbox.set_service_limits(false);
    let own = desk.site.sandbox.credentials();
    let file = private_file(desk.home.path(), "github.secret", &own.github_token);
    let url = desk.site.sandbox.github_url();
    let mapped = mapping("pulls", project(flavour))
        .replace(", severity = \"medium\"", "")
        .replace("create = \"auto\"", "create = \"ask\"");
    desk.append(&format!(
        "[[source]]\nname = \"pulls\"\ntype = \"github\"\nurl = \"{url}\"\nrepositories = [\"example-pay/{REPOSITORY}\"]\n\
         write = true\nsecret = {{ file = \"{file}\" }}\n{mapped}"
    ));
    desk
}

/// The description of a pull request as it is now.
fn description(desk: &Desk, number: u64) -> String {
    let url = format!(
        "{}/repos/example-pay/{REPOSITORY}/pulls/{number}",
        desk.site.sandbox.github_url()
    );
    let text = desk.site.runtime.block_on(async {
        browser()
            .get(url)
            .header("User-Agent", "a person")
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
    });
    let pull: serde_json::Value = serde_json::from_str(&text).unwrap();
    pull["body"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn killed_while_pull_requests_are_described_each_names_its_issue_once() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let desk = forge(flavour);
        let mut keys = desk.made_by_people(2 * Instant::ALL.len()).into_iter();
        desk.sync();
        desk.rest();
        desk.lag(60);
        let mut tally = Tally::default();
        let mut opened = Vec::new();
        for (what, endpoint) in [
            ("reading a pull request", "GET github/repos/{}/{}/pulls/{}"),
            ("describing a pull request", "PATCH github/repos/{}/{}/pulls/{}"),
        ] {
            for instant in Instant::ALL {
                let key = keys.next_back().unwrap();
                let wanted = json!({
                    "repository": REPOSITORY, "title": format!("Mend {key} for good"), "branch": "mend", "body": "It is mended.",
                });
                let number = desk.site.control(&Method::POST, "/pulls", &wanted)["number"]
                    .as_u64()
                    .unwrap();
                opened.push((number, key));
                desk.strike(endpoint, instant, |desk| Prey::Plain(desk.start_sync()));
                tally.count(what, instant);
            }
            desk.rest();
        }
        for (number, key) in &opened {
            let body = description(&desk, *number);
            assert_eq!(body.matches(&format!("[{key}]: ")).count(), 1, "{body}");
            let global = format!("crosstie:pulls/example-pay/{REPOSITORY}#{number}");
            let links = desk.issues(|issue| {
                let ours = issue
                    .remote_links
                    .iter()
                    .filter(|link| link.global_id.as_deref() == Some(&global));
                ours.map(|_| issue.key.to_string()).collect()
            });
            assert_eq!(
                links,
                std::slice::from_ref(key),
                "issues linked to pull request {number}"
            );
        }
        desk.assert_nothing_left();
        desk.assert_at_rest();
        tally.tell(&format!(
            "{} pull requests on {flavour:?}, described once each",
            opened.len()
        ));
    }
}
