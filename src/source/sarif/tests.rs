use serde_json::{Value, json};

use super::*;
use crate::domain::{FindingState, Resolution, Severity};

/// Findings of a run.
fn findings(run: Value) -> Vec<Finding> {
    let mut log = json!({"version": "2.1.0"});
    log["runs"] = Value::Array(vec![run]);
    let text = log.to_string();
    let scans = read("scan", "x.sarif", &text).unwrap();
    assert_eq!(scans.flaws, []);
    scans.scans.into_iter().flat_map(|scan| scan.findings).collect()
}

/// The finding of one result.
fn finding(result: Value, rule: Value) -> Finding {
    let mut run = json!({"tool": {"driver": {"name": "T"}}});
    run["tool"]["driver"]["rules"] = Value::Array(vec![rule]);
    run["results"] = Value::Array(vec![result]);
    findings(run).remove(0)
}

#[test]
fn severity_comes_from_the_score_or_else_the_level() {
    let scored = |score: Value| json!({"id": "R", "properties": {"security-severity": score}});
    let level = |level: &str| json!({"id": "R", "defaultConfiguration": {"level": level}});
    let rows = [
        (json!({"ruleId": "R"}), scored(json!("9.0")), Severity::Critical),
        (
            json!({"ruleId": "R", "level": "note"}),
            scored(json!("8.9")),
            Severity::High,
        ),
        (json!({"ruleId": "R"}), scored(json!(7)), Severity::High),
        (json!({"ruleId": "R"}), scored(json!("4.0")), Severity::Medium),
        (json!({"ruleId": "R"}), scored(json!("0.1")), Severity::Low),
        (json!({"ruleId": "R"}), scored(json!("0.0")), Severity::None),
        (
            json!({"ruleId": "R", "level": "error"}),
            scored(json!("high")),
            Severity::High,
        ),
        (
            json!({"ruleId": "R", "properties": {"security-severity": "9.8"}}),
            scored(json!("1")),
            Severity::Critical,
        ),
        // As Semgrep writes it.
        (
            json!({"ruleId": "R", "level": "error"}),
            scored(json!("CRITICAL")),
            Severity::Critical,
        ),
        (
            json!({"ruleId": "R", "level": "error"}),
            scored(json!("moderate")),
            Severity::Medium,
        ),
        (
            json!({"ruleId": "R", "level": "error"}),
            scored(json!("11")),
            Severity::High,
        ),
        // As dependency-check does, whose level is always the same.
        (
            json!({"ruleId": "R", "level": "error", "properties": {"cvssv2_score": "4.3", "cvssv3_baseScore": "9.1"}}),
            json!({"id": "R"}),
            Severity::Critical,
        ),
        (
            json!({"ruleId": "R", "level": "error", "properties": {"severity": "low", "unscored": "true"}}),
            json!({"id": "R"}),
            Severity::Low,
        ),
        (
            json!({"ruleId": "R", "level": "error", "properties": {"severity": "1"}}),
            json!({"id": "R"}),
            Severity::High,
        ),
        (json!({"ruleId": "R"}), level("error"), Severity::High),
        (json!({"ruleIndex": 0}), level("note"), Severity::Low),
        (
            json!({"ruleId": "R", "level": "warning"}),
            level("error"),
            Severity::Medium,
        ),
        (json!({"ruleId": "R", "level": "none"}), level("error"), Severity::None),
        (json!({"ruleId": "R"}), json!({"id": "R"}), Severity::Medium),
        (
            json!({"ruleId": "R", "kind": "informational"}),
            level("error"),
            Severity::Info,
        ),
        (json!({"ruleId": "R", "kind": "review"}), level("error"), Severity::Info),
        (
            json!({"ruleId": "R", "kind": "open", "level": "error"}),
            level("error"),
            Severity::High,
        ),
    ];
    for (result, rule, severity) in rows {
        assert_eq!(
            finding(result.clone(), rule.clone()).severity,
            severity,
            "{result} {rule}"
        );
    }
}

#[test]
fn suppressions_and_baselines_say_where_it_stands() {
    let suppressed = |kind: &str, state: &str, why: &str| json!({"suppressions": [{"kind": kind, "state": state, "justification": why}]});
    let closed = |resolution| (FindingState::Closed, Some(resolution));
    let rows = [
        (json!({}), (FindingState::Open, None)),
        (json!({"baselineState": "new"}), (FindingState::Open, None)),
        (json!({"baselineState": "absent"}), closed(Resolution::Fixed)),
        (json!({"suppressions": []}), (FindingState::Open, None)),
        (
            json!({"suppressions": [{"kind": "inSource"}]}),
            closed(Resolution::WontFix),
        ),
        (
            json!({"suppressions": [{"kind": "external"}]}),
            closed(Resolution::RiskAccepted),
        ),
        (
            suppressed("external", "accepted", "False-positive, see PAY-1"),
            closed(Resolution::FalsePositive),
        ),
        (
            suppressed("external", "accepted", "won't fix"),
            closed(Resolution::WontFix),
        ),
        (
            suppressed("inSource", "accepted", "risk accepted by J."),
            closed(Resolution::RiskAccepted),
        ),
        (
            suppressed("external", "rejected", "false positive"),
            (FindingState::Open, None),
        ),
        (suppressed("external", "underReview", ""), (FindingState::Open, None)),
        (json!({"suppressions": "odd"}), (FindingState::Open, None)),
    ];
    for (mut result, expected) in rows {
        result["message"] = json!({"text": "m"});
        let finding = finding(result.clone(), json!({"id": "R"}));
        assert_eq!((finding.state, finding.resolution), expected, "{result}");
    }
    let none = findings(json!({"results": [{"kind": "pass"}, {"kind": "notApplicable"}]}));
    assert!(none.is_empty());
}

#[test]
fn messages_are_given_in_many_ways() {
    let rule = json!({"id": "R", "shortDescription": {"text": "Short"}, "messageStrings": {
        "m": {"text": "Use of {0} in '{1}' {{x}}", "markdown": "Use of `{0}`"}}});
    let rows = [
        (json!({"message": {"text": "one\ntwo"}}), "one two", "one\ntwo"),
        (
            json!({"message": {"text": "a *b*", "markdown": "a **b**"}}),
            "a *b*",
            "a **b**",
        ),
        (
            json!({"message": {"text": "a *b*", "markdown": ""}}),
            "a *b*",
            "a \\*b\\*",
        ),
        (
            json!({"ruleId": "R", "message": {"id": "m", "arguments": ["x", 2]}}),
            "Use of x in '2' {x}",
            "Use of `x`",
        ),
        (
            json!({"message": {"text": "see [here](1)"}, "relatedLocations": [{"id": 1, "physicalLocation":
            {"artifactLocation": {"uri": "a.c"}, "region": {"startLine": 3}}}]}),
            "see here",
            "see here (a.c:3)",
        ),
        (
            json!({"message": {"text": "see [docs](https://e.org)"}}),
            "see docs",
            "see docs (https://e.org)",
        ),
        (json!({"ruleId": "R"}), "Short", "Short"),
        (json!({"ruleId": "Q", "message": 7}), "Q", "Q"),
    ];
    for (result, title, body) in rows {
        let finding = finding(result.clone(), rule.clone());
        assert_eq!(finding.title, title, "{result}");
        assert!(finding.body.starts_with(&format!("{body}\n\n")), "{}", finding.body);
    }
}

#[test]
fn rules_are_found_in_the_driver_and_in_extensions() {
    let tool = json!({
        "driver": {"name": "T", "rules": [{"id": "D0", "name": "d0"}, {"id": "D1", "name": "d1"}]},
        "extensions": [{"name": "X", "guid": "g"}, {"name": "Y", "rules": [{"id": "Y0", "name": "y0", "guid": "yg"}]}],
    });
    let rows = [
        (json!({"ruleId": "D1"}), "d1"),
        (json!({"ruleIndex": 1}), "d1"),
        (json!({"ruleId": "D1/sub"}), "d1"),
        (json!({"ruleId": "D1", "ruleIndex": 0}), "d1"),
        (json!({"ruleId": "Y0"}), "y0"),
        (
            json!({"rule": {"id": "Y0", "index": 0, "toolComponent": {"index": 1}}}),
            "y0",
        ),
        (json!({"rule": {"index": 0, "toolComponent": {"name": "Y"}}}), "y0"),
        (json!({"rule": {"guid": "yg", "toolComponent": {"index": 1}}}), "y0"),
    ];
    for (result, name) in rows {
        let found = findings(json!({"tool": tool, "results": [result]})).remove(0);
        assert_eq!(found.fields["ruleName"], name, "{result}");
    }
    let none = findings(json!({"tool": tool, "results": [{"ruleId": "Z"}, {"ruleIndex": -1}, {"ruleIndex": 99}]}));
    assert!(none.iter().all(|finding| !finding.fields.contains_key("ruleName")));
}

/// A result in a file, with more in it.
fn at(uri: &str, line: u64, snippet: &str, more: &[(&str, Value)]) -> Value {
    let mut result = json!({"ruleId": "R", "message": {"text": "m"}, "locations": [{"physicalLocation": {
        "artifactLocation": {"uri": uri}, "region": {"startLine": line, "snippet": {"text": snippet}}}}]});
    for (name, value) in more {
        result[*name] = value.clone();
    }
    result
}

#[test]
fn a_result_is_the_same_finding_wherever_its_line_moves() {
    let id = |result: Value| finding(result, json!({"id": "R"})).id.external;
    let print = |value: &str| [("partialFingerprints", json!({"primaryLocationLineHash": value}))];
    let whole = |value: &str| [("fingerprints", json!({"a/v1": "old-old-old", "a/v2": value}))];
    let same = [
        (at("a.c", 1, "x = y;", &[]), at("a.c", 9, "  x  =  y;\n", &[])),
        (
            at("a.c", 1, "x", &print("abcdef:1")),
            at("a.c", 5, "z", &print("abcdef:1")),
        ),
        (at("a.c", 1, "x", &whole("abcdef")), at("b.c", 5, "z", &whole("abcdef"))),
        (
            at("a.c", 1, "x", &[("guid", json!("1"))]),
            at("a.c", 1, "x", &[("guid", json!("2"))]),
        ),
        (
            at("a.c", 1, "x", &[("correlationGuid", json!("A-1"))]),
            at("b.c", 2, "y", &[("correlationGuid", json!("a-1"))]),
        ),
    ];
    for (one, other) in same {
        assert_eq!(id(one.clone()), id(other.clone()), "{one} {other}");
    }
    let odd = [(
        "partialFingerprints",
        json!({"primaryLocationLineHash": "abcdef:1", "column": 7, "none": null}),
    )];
    assert_eq!(id(at("a.c", 1, "x", &odd)), id(at("a.c", 8, "y", &print("abcdef:1"))));
    let different = [
        (at("a.c", 1, "x", &[]), at("b.c", 1, "x", &[])),
        (at("a.c", 1, "x", &[]), at("a.c", 1, "y", &[])),
        (
            at("a.c", 1, "x", &print("abcdef:1")),
            at("a.c", 1, "x", &print("abcdef:2")),
        ),
        // What a tool puts there for want of a fingerprint.
        (
            at(
                "a.c",
                1,
                "x",
                &[("fingerprints", json!({"matchBasedId/v1": "requires login"}))],
            ),
            at(
                "b.c",
                1,
                "x",
                &[("fingerprints", json!({"matchBasedId/v1": "requires login"}))],
            ),
        ),
    ];
    for (one, other) in different {
        assert_ne!(id(one.clone()), id(other.clone()), "{one} {other}");
    }
    let twice = findings(json!({"results": [at("a.c", 1, "x", &[]), at("a.c", 2, "x", &[])]}));
    assert_eq!(format!("{}#2", twice[0].id.external), twice[1].id.external);
}

#[test]
fn a_place_is_told_from_the_root_of_the_sources() {
    let run = |location: Value, provenance: Value| {
        json!({
            "originalUriBaseIds": {"ROOT": {"uri": "file:///home/ci/work/"}, "SRC": {"uri": "src/", "uriBaseId": "ROOT"},
                "LOOP": {"uri": "l/", "uriBaseId": "LOOP"}},
            "artifacts": [{"location": {"uri": "listed.c", "uriBaseId": "SRC"}}],
            "versionControlProvenance": [provenance],
            "results": [{"message": {"text": "m"}, "locations": [{"physicalLocation": {"artifactLocation": location, "region": {"startLine": 3, "endLine": 5}}}]}],
        })
    };
    let git = json!({"repositoryUri": "https://github.com/acme/shop.git", "revisionId": "5da53fbb2a0aaa12"});
    let link = |path: &str| {
        Some(format!(
            "https://github.com/acme/shop/blob/5da53fbb2a0aaa12/{path}#L3-L5"
        ))
    };
    let rows = [
        (json!({"uri": "a.c"}), "a.c", link("a.c")),
        (json!({"uri": "a.c", "uriBaseId": "SRC"}), "src/a.c", link("src/a.c")),
        (json!({"uri": "a.c", "uriBaseId": "ROOT"}), "a.c", link("a.c")),
        (json!({"uri": "a.c", "uriBaseId": "%SRCROOT%"}), "a.c", link("a.c")),
        (json!({"uri": "", "index": 0}), "src/listed.c", link("src/listed.c")),
        (json!({"uri": "a%20b/%C3%A9#.c"}), "a b/é#.c", link("a%20b/%C3%A9%23.c")),
        (json!({"uri": "file:///home/ci/work/a.c"}), "a.c", link("a.c")),
        (json!({"uri": "/home/ci/work/src/b.c"}), "src/b.c", link("src/b.c")),
        (
            json!({"uri": "file:///home/ci/elsewhere/a.c"}),
            "/home/ci/elsewhere/a.c",
            None,
        ),
        (json!({"uri": "file:///home/ci/work/"}), "/home/ci/work/", None),
        (json!({"uri": "file:///C:/a.c"}), "C:/a.c", None),
        (json!({"uri": "../a.c"}), "../a.c", None),
        (json!({"uri": "host://10.0.0.1"}), "host://10.0.0.1", None),
    ];
    for (location, file, url) in rows {
        let found = findings(run(location.clone(), git.clone())).remove(0);
        assert_eq!(
            (found.fields["file"].as_str(), found.url),
            (Some(file), url),
            "{location}"
        );
    }
    let looped = findings(run(json!({"uri": "a.c", "uriBaseId": "LOOP"}), git)).remove(0);
    assert!(looped.fields["file"].as_str().unwrap().ends_with("l/a.c"));
    for odd in [
        json!({"repositoryUri": "https://github.com/acme/shop", "revisionId": "main"}),
        json!({"repositoryUri": "https://github.com/acme", "revisionId": "5da53fbb2a0aaa12"}),
        json!({"repositoryUri": "https://github.com.evil.org/acme/shop", "revisionId": "5da53fbb2a0aaa12"}),
        json!({"repositoryUri": "https://github.com/acme/shop/../..", "revisionId": "5da53fbb2a0aaa12"}),
    ] {
        assert_eq!(
            findings(run(json!({"uri": "a.c"}), odd.clone())).remove(0).url,
            None,
            "{odd}"
        );
    }
}

#[test]
fn a_result_is_told_whole() {
    let rule = json!({"id": "js/xss", "name": "Xss", "shortDescription": {"text": "Cross-site scripting"},
        "help": {"text": "h", "markdown": "## Help\nEscape it."}, "helpUri": "https://e.org/xss",
        "properties": {"tags": ["security", "external/cwe/cwe-079"], "security-severity": "6.1"}});
    let step = |line: u64, text: &str| {
        json!({"location": {"message": {"text": text}, "physicalLocation":
        {"artifactLocation": {"uri": "a.js"}, "region": {"startLine": line}}}})
    };
    let result = at(
        "src/a.js",
        7,
        "document.write(x)",
        &[
            ("ruleId", json!("js/xss")),
            (
                "workItemUris",
                json!([
                    "https://acme.atlassian.net/browse/PAY-7",
                    "https://acme.atlassian.net/browse/PAY-7"
                ]),
            ),
            (
                "codeFlows",
                json!([{"threadFlows": [{"locations": [step(1, "in"), step(7, "out")]}]}]),
            ),
            ("fixes", json!([{"description": {"text": "Use textContent."}}])),
            ("properties", json!({"confidence": "high"})),
        ],
    );
    let found = finding(result, rule);
    assert_eq!(found.keys, ["PAY-7"]);
    insta::assert_snapshot!(found.body, @r#"
    m

    **Rule:** `js/xss` – Cross-site scripting  
    **Tool:** T  
    **Where:** `src/a.js:7`

    ```js
    document.write(x)
    ```

    **Path:**

    1. `a.js:1` – in
    2. `a.js:7` – out

    **Fix:** Use textContent.

    ## Help
    Escape it.

    [More about this rule](<https://e.org/xss>)
    "#);
    let told =
        ["cwe", "security-severity", "properties.confidence", "tool", "line"].map(|name| found.fields[name].clone());
    assert_eq!(json!(told), json!([["CWE-79"], 6.1, "high", "T", 7]));
}

#[test]
fn what_is_no_log_is_refused_with_its_reason() {
    let rows = [
        (
            "",
            "None the file is empty; what is known of it stays until it holds a SARIF log",
        ),
        (
            "{\"version\": \"2.1.0\",\n\"runs\": [{\"tool\": {",
            "Some(2) the log ends in the middle, as if it were still being written; what is known of it stays until it is whole",
        ),
        (
            "{\n\"runs\": {}}",
            "Some(2) this is not valid JSON of a SARIF log: invalid type: map, expected a sequence, column 8",
        ),
        (
            "{\"runs\": []}",
            "None the log has no version; only SARIF 2.1.0 is read",
        ),
        (
            "{\"version\": \"2.1.0\"}",
            "None this is no SARIF log: it has no \"runs\"",
        ),
        (
            "{\"version\": \"1.0.0\", \"runs\": []}",
            "None this is SARIF \"1.0.0\"; only 2.1.0 is read, convert it with `sarif convert`",
        ),
    ];
    for (text, expected) in rows {
        let refusal = read("s", "x", text).unwrap_err();
        assert_eq!(format!("{:?} {}", refusal.line, refusal.reason), expected);
    }
}

#[test]
fn what_somebody_set_for_a_rule_goes_before_its_default() {
    let overrides =
        |descriptor: Value, configuration: Value| json!([{"descriptor": descriptor, "configuration": configuration}]);
    let by_id = json!({"id": "R"});
    let by_index = json!({"index": 0});
    let elsewhere = json!({"id": "Q"});
    let note = json!({"level": "note", "rank": 7.0});
    let rows = [
        (
            json!([{"ruleConfigurationOverrides": overrides(by_id.clone(), note.clone())}]),
            json!({}),
            "note",
            Some(7.0),
        ),
        (
            json!([{"ruleConfigurationOverrides": overrides(by_index, note.clone())}]),
            json!({}),
            "note",
            Some(7.0),
        ),
        (
            json!([{"ruleConfigurationOverrides": overrides(elsewhere, note.clone())}]),
            json!({}),
            "error",
            Some(3.0),
        ),
        (
            json!([{"ruleConfigurationOverrides": overrides(by_id.clone(), json!({"enabled": true}))}]),
            json!({}),
            "error",
            Some(3.0),
        ),
        (
            json!([{"ruleConfigurationOverrides": overrides(by_id.clone(), note.clone())}]),
            json!({"level": "warning", "rank": 1.0}),
            "warning",
            Some(1.0),
        ),
        // Which of several it was says the result.
        (
            json!([{}, {"ruleConfigurationOverrides": overrides(by_id.clone(), note.clone())}]),
            json!({}),
            "error",
            Some(3.0),
        ),
        (
            json!([{}, {"ruleConfigurationOverrides": overrides(by_id, note)}]),
            json!({"provenance": {"invocationIndex": 1}}),
            "note",
            Some(7.0),
        ),
        (
            json!([]),
            json!({"provenance": {"invocationIndex": -1}, "rank": -1.0}),
            "error",
            None,
        ),
    ];
    for (invocations, more, level, rank) in rows {
        let mut result = json!({"ruleId": "R", "message": {"text": "m"}});
        for (name, value) in more.as_object().unwrap() {
            result[name] = value.clone();
        }
        let rules = json!([{"id": "R", "defaultConfiguration": {"level": "error", "rank": 3.0}}, {"id": "Q"}]);
        let run =
            json!({"tool": {"driver": {"name": "T", "rules": rules}}, "invocations": invocations, "results": [result]});
        let found = findings(run).remove(0);
        assert_eq!(found.fields["level"], level, "{invocations} {more}");
        assert_eq!(
            found.fields.get("rank").and_then(Value::as_f64),
            rank,
            "{invocations} {more}"
        );
    }
}

#[test]
fn weaknesses_are_found_in_tags_and_in_taxonomies() {
    let run = json!({
        "tool": {"driver": {"name": "T", "rules": [
            {"id": "A", "properties": {"tags": ["external/cwe/cwe-079"], "cwe": ["CWE-80: Improper"]}},
            {"id": "B", "relationships": [
                {"target": {"id": "CWE-120", "toolComponent": {"name": "CWE"}}, "kinds": ["relevant"]},
                {"target": {"id": "20", "toolComponent": {"name": "cwe"}}},
                {"target": {"id": "A03", "toolComponent": {"name": "OWASP"}}}]},
            {"id": "C", "relationships": [{"target": {"index": 1, "toolComponent": {"index": 0}}}]},
            {"id": "D", "relationships": [{"target": {"guid": "g", "toolComponent": {"guid": "cg"}}}]}]}},
        "taxonomies": [{"name": "CWE", "guid": "cg", "taxa": [{"id": "1", "guid": "g"}, {"id": "327"}]}],
        "results": [{"ruleId": "A"}, {"ruleId": "B"}, {"ruleId": "C", "taxa": [{"id": "89", "toolComponent": {"name": "CWE"}}]},
            {"ruleId": "D"}, {"taxa": [{"index": 9, "toolComponent": {"index": 0}}, {"index": 0, "toolComponent": {"index": 4}}]}],
    });
    let told: Vec<Value> = findings(run)
        .into_iter()
        .map(|found| found.fields.get("cwe").cloned().unwrap_or_default())
        .collect();
    let expected = json!([
        ["CWE-79", "CWE-80"],
        ["CWE-120", "CWE-20"],
        ["CWE-89", "CWE-327"],
        ["CWE-1"],
        null
    ]);
    assert_eq!(Value::Array(told), expected);
}

#[test]
fn the_title_is_what_a_person_would_call_it() {
    let titled = |message: &str, short: &str| {
        let result = json!({"ruleId": "py/path", "message": {"text": message}});
        finding(result, json!({"id": "py/path", "shortDescription": {"text": short}})).title
    };
    let rows = [
        // CodeQL points at the code.
        (
            "This path depends on a [user-provided value](1).",
            "Path injection",
            "Path injection",
        ),
        ("This path depends on input.", "", "This path depends on input."),
        // Trivy lists facts.
        (
            "Package: libssl\nInstalled Version: 1.1\nSeverity: HIGH",
            "openssl: overread",
            "openssl: overread",
        ),
        ("Warning: x is unused\nin f", "Unused", "Warning: x is unused in f"),
        // Semgrep breaks its lines, and its rules are called as they are numbered.
        (
            "Using CBC is\nsusceptible to attacks. A malicious actor\ncould…",
            "cbc",
            "Using CBC is susceptible to attacks.",
        ),
        ("This is bad. Really.", "Semgrep Finding: py/path", "This is bad."),
        ("", "Short", "Short"),
        ("", "", "py/path"),
    ];
    for (message, short, title) in rows {
        assert_eq!(titled(message, short), title, "{message:?} {short:?}");
    }
}

#[test]
fn lines_that_a_message_names_do_not_make_another_finding() {
    let id = |text: &str, line: u64| {
        let result = json!({"ruleId": "R", "message": {"text": text}, "locations": [{"physicalLocation":
            {"artifactLocation": {"uri": "a.c"}, "region": {"startLine": line}}}], "relatedLocations": [{"id": 1,
            "physicalLocation": {"artifactLocation": {"uri": "a.c"}, "region": {"startLine": line - 2}}}]});
        finding(result, json!({"id": "R"})).id.external
    };
    assert_eq!(id("x was freed [here](1).", 9), id("x was freed [here](1).", 30));
    assert_eq!(
        id("x was freed at line 7, column 3.", 9),
        id("x was freed at line 8, column 1.", 10)
    );
    assert_ne!(id("x was freed at line 7.", 9), id("y was freed at line 7.", 9));
    assert_ne!(id("needs 7 bytes", 9), id("needs 8 bytes", 9));
}

#[test]
fn what_moved_within_a_file_is_not_gone() {
    let state = |line: u64, state: &str| at("a.c", line, "x", &[("baselineState", json!(state))]);
    let found = findings(json!({"results": [state(1, "absent"), state(9, "new")]}));
    let [one] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(one.native_state, "fail");
    let gone = findings(json!({"results": [state(1, "absent")]}));
    assert_eq!((gone[0].state, &gone[0].id), (FindingState::Closed, &one.id));
}

#[test]
fn a_run_that_was_not_finished_closes_nothing() {
    let read_run = |run: &str| {
        let text = format!("{{\"version\": \"2.1.0\", \"runs\": [\n{run}]}}");
        read("scan", "x.sarif", &text).unwrap()
    };
    let rows = [
        (
            r#"{"automationDetails": {"id": "a/1"}}"#,
            "the run of unnamed tool holds no results, not even an empty list of them: it was not finished",
        ),
        (
            r#"{"automationDetails": {"id": "a/1"}, "results": null}"#,
            "the run of unnamed tool holds no results, not even an empty list of them: it was not finished",
        ),
        (
            r#"{"automationDetails": {"id": "a/1"}, "results": [], "invocations": [{"executionSuccessful": false, "exitCodeDescription": "out of\nmemory"}]}"#,
            "unnamed tool says that it failed (out of memory); what it did not find counts as still there",
        ),
        (
            r#"{"automationDetails": {"id": "a/1"}, "externalPropertyFileReferences": {"results": [{"location": {"uri": "r.json"}}]}}"#,
            "results of unnamed tool are in other files, which are not read; have it write them into the log",
        ),
    ];
    for (run, reason) in rows {
        let scans = read_run(run);
        assert_eq!(scans.flaws, [(Some(2), reason.to_owned())], "{run}");
        assert!(scans.partial, "{run}");
        assert_eq!(scans.scans[0].scope, None, "it takes no other scan's place");
    }
    let fine = read_run(
        r#"{"automationDetails": {"id": "a/1"}, "results": [], "invocations": [{"executionSuccessful": true}],
            "externalPropertyFileReferences": {"taxonomies": [{"location": {"uri": "t.json"}}]}}"#,
    );
    assert!(fine.flaws.is_empty() && !fine.partial && fine.scans[0].scope.is_some());
}

#[test]
fn a_long_path_is_told_from_both_ends() {
    let step = |line: u64| {
        json!({"location": {"message": {"text": format!("s{line}")}, "physicalLocation":
        {"artifactLocation": {"uri": "a.js"}, "region": {"startLine": line}}}})
    };
    let steps: Vec<Value> = (1..=40).map(step).collect();
    let result = at(
        "a.js",
        7,
        "x",
        &[
            ("codeFlows", json!([{"threadFlows": [{"locations": steps}]}])),
            (
                "stacks",
                json!([{"frames": [
            {"location": {"logicalLocations": [{"fullyQualifiedName": "f::g"}], "physicalLocation": {"artifactLocation": {"uri": "f.c"}, "region": {"startLine": 3}}}},
            {"location": {"logicalLocations": [{"name": "main"}]}}, {}]}]),
            ),
            (
                "relatedLocations",
                json!([{"message": {"text": "declared here"}, "physicalLocation": {"artifactLocation": {"uri": "d.c"}}}, {"id": 2}]),
            ),
        ],
    );
    insta::assert_snapshot!(finding(result, json!({"id": "R"})).body, @r#"
    m

    **Rule:** `R`  
    **Tool:** T  
    **Where:** `a.js:7`

    ```js
    x
    ```

    **Path:**

    1. `a.js:1` – s1
    2. `a.js:2` – s2
    3. `a.js:3` – s3
    4. `a.js:4` – s4
    5. `a.js:5` – s5
    6. `a.js:6` – s6
    7. `a.js:7` – s7
    8. `a.js:8` – s8

    … 24 steps …

    33. `a.js:33` – s33
    34. `a.js:34` – s34
    35. `a.js:35` – s35
    36. `a.js:36` – s36
    37. `a.js:37` – s37
    38. `a.js:38` – s38
    39. `a.js:39` – s39
    40. `a.js:40` – s40

    **Stack:**

    ```
    f::g (f.c:3)
    main
    ```

    **See also:**

    - `d.c` – declared here
    "#);
}

#[test]
fn a_hostile_message_costs_no_more_than_a_long_one() {
    // Each would take minutes, or gigabytes, if every sign were looked at with all that follows it, or an
    // argument were written out each time it is used.
    let long = |part: &str| part.repeat((1 << 20) / part.len());
    for text in ["{", "{0}", "[](", "[a](1)", "1.", "[[", "{{"].map(long) {
        let argument = "x".repeat(1 << 20);
        let place = json!({"id": 1, "physicalLocation": {"artifactLocation": {"uri": argument}}});
        let result = json!({"message": {"text": text, "arguments": [argument]}, "relatedLocations": [place]});
        let found = finding(result, json!({"id": "R"}));
        assert!(found.title.chars().count() <= 201 && found.body.len() < 20_000);
    }
}

#[test]
fn a_rule_that_is_long_and_used_often_does_not_fill_the_memory() {
    let long = "x".repeat(1 << 20);
    let place = json!({"physicalLocation": {"artifactLocation": {"index": 0}}, "logicalLocations": [{"index": 0}]});
    let run = json!({
        "tool": {"driver": {"name": long, "semanticVersion": long, "rules": [{"id": long, "name": long,
            "shortDescription": {"text": long}, "fullDescription": {"text": long}, "help": {"markdown": long},
            "helpUri": format!("https://e.org/{long}"), "properties": {"tags": vec![long.clone(); 9]}}]}},
        "artifacts": [{"location": {"uri": long}}], "logicalLocations": [{"fullyQualifiedName": long}],
        "results": vec![json!({"ruleIndex": 0, "locations": [place]}); 20],
    });
    for found in findings(run) {
        let size = serde_json::to_string(&found).unwrap().len();
        assert!(size < 64 << 10, "{size} bytes");
    }
}

#[test]
fn a_log_of_endless_results_is_read_up_to_a_limit_and_says_so() {
    let run = |count: usize| json!({"results": vec![json!({"message": {"text": "a"}}); count]});
    let read_three = |runs: Value| {
        let text = json!({"version": "2.1.0", "runs": runs}).to_string();
        let scans = read_most("scan", "x.sarif", &text, 3).unwrap();
        let taken: usize = scans.scans.iter().map(|scan| scan.findings.len()).sum();
        (taken, scans.partial, scans.flaws)
    };
    assert_eq!(read_three(json!([run(1), run(2)])), (3, false, Vec::new()));
    for runs in [json!([run(4)]), json!([run(2), run(2), run(1)])] {
        let (taken, partial, flaws) = read_three(runs);
        assert_eq!((taken, partial, flaws.len()), (3, true, 1));
        let told = "more than 3 results, the most that are taken from one file; the rest is left out, and nothing of \
                    this file is taken as gone: have the scanner report less, or split the file";
        assert_eq!(flaws[0], (None, told.to_owned()));
    }
}
