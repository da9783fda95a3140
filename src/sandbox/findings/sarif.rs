//! What two scanners found in three services, as SARIF 2.1.0.
//!
//! Must never be in here: files.

use serde_json::{Value, json};

/// A scanner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scanner {
    /// Reads source code.
    Code,
    /// Reads container images.
    Image,
}

/// Results in each file.
const RESULTS: usize = 12;

/// Id, level, security severity, weakness, what it says.
struct Rule {
    id: &'static str,
    level: &'static str,
    severity: Option<&'static str>,
    weakness: &'static str,
    says: &'static str,
}

const fn rule(
    id: &'static str,
    level: &'static str,
    severity: Option<&'static str>,
    weakness: &'static str,
    says: &'static str,
) -> Rule {
    Rule {
        id,
        level,
        severity,
        weakness,
        says,
    }
}

const CODE: [Rule; 7] = [
    rule(
        "java.sql.concatenated-query",
        "error",
        Some("9.1"),
        "CWE-89",
        "SQL is put together from input",
    ),
    rule(
        "js.dom.unescaped-html",
        "error",
        Some("8.2"),
        "CWE-79",
        "HTML is written without escaping",
    ),
    rule(
        "java.crypto.weak-hash",
        "warning",
        Some("5.9"),
        "CWE-328",
        "MD5 or SHA-1 protects a secret",
    ),
    rule(
        "generic.secret.in-source",
        "error",
        Some("7.5"),
        "CWE-798",
        "A credential is in the source",
    ),
    rule(
        "js.redirect.open",
        "warning",
        Some("4.7"),
        "CWE-601",
        "A redirect goes where the caller says",
    ),
    rule(
        "java.log.personal-data",
        "note",
        Some("3.1"),
        "CWE-532",
        "Personal data goes to the log",
    ),
    rule(
        "generic.todo.security",
        "note",
        None,
        "CWE-546",
        "A comment promises to mend something",
    ),
];

const IMAGE: [Rule; 6] = [
    rule(
        "CVE-2026-21441",
        "error",
        Some("9.8"),
        "CWE-787",
        "openssl: write past the end of a buffer",
    ),
    rule(
        "CVE-2026-30102",
        "error",
        Some("8.1"),
        "CWE-416",
        "libxml2: use after free when validating",
    ),
    rule(
        "CVE-2026-27718",
        "warning",
        Some("6.5"),
        "CWE-400",
        "netty: a header can exhaust memory",
    ),
    rule(
        "CVE-2025-66030",
        "warning",
        Some("5.3"),
        "CWE-190",
        "zlib: length wraps around",
    ),
    rule(
        "CVE-2025-41249",
        "note",
        Some("2.5"),
        "CWE-200",
        "spring: file names in errors",
    ),
    rule("DS002", "warning", Some("0.0"), "CWE-250", "the image runs as root"),
];

const FILES: [&str; 5] = [
    "src/main/java/com/example/Refunds.java",
    "web/merchant page/profile.ts",
    "src/main/java/com/example/Totals.java",
    "deploy/values.yaml",
    "web/レシート.ts",
];

impl Scanner {
    /// Part of the name of its files.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Code => "codecheck",
            Self::Image => "imagecheck",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Code => "Example Codecheck",
            Self::Image => "Example Imagecheck",
        }
    }

    fn rules(self) -> &'static [Rule] {
        match self {
            Self::Code => &CODE,
            Self::Image => &IMAGE,
        }
    }
}

/// The log of one scanner about the nth service.
pub(super) fn log(scanner: Scanner, service: &str, nth: usize) -> Value {
    let results: Vec<Value> = (0..RESULTS).map(|at| result(scanner, service, at, at + nth)).collect();
    let rules: Vec<Value> = scanner.rules().iter().map(described).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": scanner.name(), "semanticVersion": "4.12.0",
                "informationUri": "https://scanner.example.com/", "rules": rules,
            }},
            "automationDetails": {"id": format!("{service}/{}/", scanner.word())},
            "versionControlProvenance": [{
                "repositoryUri": format!("https://git.example.com/example-pay/{service}"), "branch": "main",
                "revisionId": "5da53fbc6b1eae6e3c8f2b1f28ab1e4c0f1a9f37",
            }],
            "originalUriBaseIds": {"SRCROOT": {"uri": format!("file:///build/{service}/")}},
            "columnKind": "utf16CodeUnits",
            "invocations": [{"executionSuccessful": true, "endTimeUtc": "2026-03-01T22:14:09Z"}],
            "properties": {"service": service},
            "results": results,
        }],
    })
}

fn described(rule: &Rule) -> Value {
    let mut properties = json!({
        "tags": ["security", rule.weakness, format!("external/cwe/{}", rule.weakness.to_lowercase())],
        "precision": "high",
    });
    if let Some(severity) = rule.severity {
        properties["security-severity"] = severity.into();
    }
    json!({
        "id": rule.id, "name": rule.id.replace(['.', '-'], "_"),
        "shortDescription": {"text": rule.says},
        "fullDescription": {"text": format!("{}. See {}.", rule.says, rule.weakness)},
        "help": {
            "text": format!("Mend it: {}.", rule.says),
            "markdown": format!("**Mend it:** {}.\n\n```text\nbefore -> after\n```\n\n* [{}](https://cwe.mitre.org/)", rule.says, rule.weakness),
        },
        "helpUri": format!("https://scanner.example.com/rules/{}", rule.id),
        "defaultConfiguration": {"level": rule.level},
        "messageStrings": {"found": {"text": format!("{}: `{{0}}` in [{{1}}](0).", rule.says)}},
        "properties": properties,
    })
}

/// The result at a place of a file; `turn` moves levels, baselines and suppressions on from service to service.
fn result(scanner: Scanner, service: &str, at: usize, turn: usize) -> Value {
    let rules = scanner.rules();
    let which = turn % rules.len();
    let rule = &rules[which];
    let file = FILES[turn % FILES.len()];
    let line = 12 + at * 7;
    let uri = percent_encoding::utf8_percent_encode(file, PATH).to_string();
    let place = json!({
        "artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT", "index": turn % FILES.len()},
        "region": {
            "startLine": line, "startColumn": 9, "endColumn": 41,
            "snippet": {"text": format!("    run(\"{}\", input);\n", rule.weakness)},
        },
    });
    let mut json = json!({
        "ruleId": rule.id, "ruleIndex": which,
        "message": message(rule, file, at),
        "locations": [{
            "physicalLocation": place,
            "logicalLocations": [{"fullyQualifiedName": format!("com.example.{service}.run"), "kind": "function"}],
        }],
        "relatedLocations": [{"id": 0, "physicalLocation": place, "message": {"text": "where it comes from"}}],
        "properties": {"service": service, "confidence": "MEDIUM"},
    });
    // The rule's own level counts for every fifth.
    match turn % 5 {
        1 => json["level"] = "note".into(),
        2 => json["level"] = "warning".into(),
        3 => json["level"] = "error".into(),
        4 => {
            json["level"] = "none".into();
            json["kind"] = "review".into();
        }
        _ => {}
    }
    if let Some(baseline) = [
        Some("new"),
        Some("unchanged"),
        None,
        Some("updated"),
        Some("absent"),
        None,
    ][at % 6]
    {
        json["baselineState"] = baseline.into();
    }
    if let Some(suppressions) = suppressions(turn) {
        json["suppressions"] = suppressions;
    }
    // Some scanners give no fingerprints; then place and text must do.
    if at % 6 != 5 {
        let hash = format!("{service}-{}-{at}", rule.id)
            .bytes()
            .fold(7_u64, |sum, byte| sum.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
        json["partialFingerprints"] = json!({"primaryLocationLineHash": format!("{hash:016x}:1")});
    }
    if at == 3 {
        json["guid"] = format!("11111111-1111-4111-8111-{turn:012}").into();
        json["workItemUris"] = json!(["https://jira.example.com/browse/SEC-1"]);
        json["rank"] = json!(87.5);
    }
    json
}

/// What the rule says, in one of the ways in which SARIF can say it; one of them attacks a terminal.
fn message(rule: &Rule, file: &str, at: usize) -> Value {
    match at % 4 {
        0 => json!({"id": "found", "arguments": [rule.weakness, file]}),
        1 => json!({"text": format!("{} at [this call](0).", rule.says)}),
        2 => json!({
            "text": rule.says,
            "markdown": format!("{} in `{file}`.\n\n| Seen | Since |\n|---|---|\n| 3 times | 2026-02-11 |", rule.says),
        }),
        _ if at == 7 => {
            json!({"text": format!("\u{1b}[31m{}\u{1b}[0m \u{202e}gnp.evil\u{202c} <script>*x*{{code}}", rule.says)})
        }
        _ => json!({"text": format!("{}. Line breaks\nand more text follow here.", rule.says)}),
    }
}

fn suppressions(turn: usize) -> Option<Value> {
    Some(match turn % 9 {
        2 => json!([{"kind": "inSource", "justification": "test data"}]),
        4 => json!([{"kind": "external", "status": "accepted", "justification": "accepted until the migration"}]),
        6 => json!([{"kind": "external", "status": "underReview"}]),
        7 => json!([{"kind": "external", "status": "rejected"}]),
        8 => json!([]),
        _ => return None,
    })
}

/// What stays as it is in the path of a URI.
const PATH: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'_');
