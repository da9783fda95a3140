//! A source that answers twice and out of order, and changes while it is read.

use crosstie::sandbox::Flavour;
use reqwest::Method;
use serde_json::json;

use crate::{
    desk::{Blow, Desk, mapping},
    site::private_file,
};

/// A bug-bounty program that is mapped.
fn bounty(flavour: Flavour) -> Desk {
    let desk = Desk::unmapped(flavour);
    desk.site.sandbox.set_service_limits(false);
    let own = desk.site.sandbox.credentials();
    let file = private_file(desk.home.path(), "hackerone.secret", &own.hackerone_token);
    let (url, program) = (
        desk.site.sandbox.hackerone_url(),
        desk.site.sandbox.programs().remove(0),
    );
    desk.append(&format!(
        "[[source]]\nname = \"bounty\"\ntype = \"hackerone\"\nurl = \"{url}\"\nprograms = [\"{program}\"]\n\
         identifier = \"{}\"\nsecret = {{ file = \"{file}\" }}\n{}",
        own.hackerone_identifier,
        mapping("bounty", crate::desk::project(flavour)).replace("severity = \"medium\"", "severity = \"critical\"")
    ));
    desk
}

/// Open reports that the mapping covers have an issue, and no others but those that were closed since.
fn assert_in_step(desk: &Desk) -> usize {
    let marked = desk.site.sandbox.marked("crosstie");
    let mut issues = 0;
    for finding in desk.list() {
        let id = finding["id"].as_str().unwrap();
        let own = marked.iter().filter(|one| one.value["finding"] == id).count();
        let wanted = finding["severity"] == "critical" && finding["state"] != "closed";
        let linked = !finding["issue"].is_null() && finding["issue"]["created"] == true;
        assert!(own <= 1 && own == usize::from(linked), "{finding:#}");
        assert!(!wanted || !finding["issue"].is_null(), "forgotten: {finding:#}");
        assert!(finding["pending"].is_null(), "{finding:#}");
        issues += own;
    }
    assert_eq!(issues, marked.len());
    issues
}

#[test]
fn reports_that_come_twice_and_out_of_order_have_one_issue_each() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let desk = bounty(flavour);
        let untidy = json!({"enabled": true});
        desk.site.control(&Method::PUT, "/services/untidy", &untidy);
        desk.to_rest();
        let first = assert_in_step(&desk);
        assert!(first >= 2, "{first} issues");
        let file = json!({"title": "Seen late", "body": "It **breaks**.", "rating": "critical"});
        let filed = desk.site.control(&Method::POST, "/reports", &file);
        let id = filed["id"].as_str().unwrap().to_owned();
        desk.kill(Blow::After, 1);
        desk.control(&format!("/reports/{id}/comment"), &json!({"message": "Any news?"}));
        desk.to_rest();
        for (verb, body) in [
            ("state", json!({"state": "triaged"})),
            ("severity", json!({"rating": "high"})),
            ("severity", json!({"rating": "critical"})),
            ("state", json!({"state": "resolved"})),
        ] {
            desk.control(&format!("/reports/{id}/{verb}"), &body);
            desk.sync();
        }
        desk.to_rest();
        assert_eq!(assert_in_step(&desk), first + 1);
        let sent = desk.writes();
        assert_eq!(desk.sync()["sent"], 0);
        assert_eq!(desk.writes(), sent);
    }
}
