use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::*;
use crate::sandbox::{model::Flavour, seed};

fn logs() -> Vec<Value> {
    let files = findings_files()
        .into_iter()
        .filter(|(name, _)| name.ends_with(".sarif"));
    files
        .map(|(_, bytes)| serde_json::from_slice(&bytes).unwrap())
        .collect()
}

#[test]
fn the_files_are_always_the_same() {
    assert_eq!(findings_files(), findings_files());
    let names: Vec<String> = findings_files().into_iter().map(|(name, _)| name).collect();
    insta::assert_snapshot!(names.join("\n"), @r"
    scans/payments.codecheck.sarif
    scans/payments.imagecheck.sarif
    scans/checkout.codecheck.sarif
    scans/checkout.imagecheck.sarif
    scans/ledger.codecheck.sarif
    scans/ledger.imagecheck.sarif
    tests/payments.xml
    tests/checkout.xml
    ");
}

#[test]
fn scans_have_every_level_baseline_and_suppression() {
    let logs = logs();
    let results: Vec<&Value> = logs
        .iter()
        .flat_map(|log| log["runs"][0]["results"].as_array().unwrap())
        .collect();
    assert!(results.len() >= 60, "{}", results.len());
    let words = |name: &str| -> BTreeSet<String> {
        let all = results
            .iter()
            .map(|result| result[name].as_str().unwrap_or("-").to_owned());
        all.collect()
    };
    let set = |words: &[&str]| words.iter().map(ToString::to_string).collect::<BTreeSet<String>>();
    assert_eq!(words("level"), set(&["-", "none", "note", "warning", "error"]));
    assert_eq!(
        words("baselineState"),
        set(&["-", "new", "unchanged", "updated", "absent"])
    );
    let status = |result: &&&Value| result["suppressions"][0]["status"].as_str().map(str::to_owned);
    let suppressed: BTreeSet<String> = results.iter().filter_map(|result| status(&result)).collect();
    assert_eq!(suppressed, set(&["accepted", "underReview", "rejected"]));
    assert!(
        results
            .iter()
            .any(|result| result["suppressions"][0]["kind"] == "inSource")
    );
    assert!(results.iter().any(|result| result.get("partialFingerprints").is_none()));
    for result in results {
        // A result that isn't a failure has no level.
        assert_eq!(result["kind"] == "review", result["level"] == "none");
        assert!(result["message"]["text"].is_string() || result["message"]["id"] == "found");
    }
    for log in &logs {
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let mut prints: BTreeMap<&str, usize> = BTreeMap::new();
        for result in run["results"].as_array().unwrap() {
            let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[at]["id"], result["ruleId"]);
            if let Some(print) = result["partialFingerprints"]["primaryLocationLineHash"].as_str() {
                *prints.entry(print).or_default() += 1;
            }
        }
        assert!(prints.values().all(|count| *count == 1));
    }
}

#[test]
fn test_reports_are_xml_and_name_issues_that_are_there() {
    let files = findings_files();
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".xml")) {
        let text = std::str::from_utf8(bytes).unwrap();
        let xml = roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let suite = xml.descendants().find(|node| node.has_tag_name("testsuite")).unwrap();
        for word in ["failure", "error", "skipped", "property"] {
            let found = suite.descendants().filter(|node| node.has_tag_name(word)).count();
            *outcomes.entry(word.to_owned()).or_default() += found;
        }
        let failures = suite.descendants().filter(|node| node.has_tag_name("failure")).count();
        assert_eq!(suite.attribute("failures"), Some(failures.to_string().as_str()));
    }
    assert_eq!((outcomes["failure"], outcomes["error"], outcomes["skipped"]), (5, 2, 2));
    let now = "2026-03-02T09:30:00Z".parse().unwrap();
    let world = seed::world(Flavour::Cloud, 1, 1000, now);
    for key in junit::covered() {
        assert!(world.issue_by_key(key).is_some(), "{key}");
    }
}
