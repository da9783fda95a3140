use proptest::prelude::*;

use super::*;

fn keys(text: &str) -> String {
    named_in([text]).join(" ")
}

#[test]
fn keys_are_found_where_people_and_branches_name_them() {
    for (text, expected) in [
        ("PAY-12", "PAY-12"),
        ("pay-12: fix rounding", "PAY-12"),
        ("[PAY-12][PAY-13] Fix; see Core2-7.", "PAY-12 PAY-13 CORE2-7"),
        ("feature/pay-12-and-pay-13", "PAY-12 PAY-13"),
        ("feature/PAY-12_rounding", "PAY-12"),
        ("fix_PAY-12", "PAY-12"),
        ("PAY-12 pay-12 (PAY-12)", "PAY-12"),
        ("Done in PAY-12.", "PAY-12"),
        ("ééPAY-12éé", "PAY-12"),
        ("[PAY-1]: https://acme.atlassian.net/browse/PAY-2?x=1", "PAY-1 PAY-2"),
        (
            "see [the issue](https://jira.example.com/projects/PAY/issues/PAY-3) PAY-4",
            "PAY-3 PAY-4",
        ),
        ("https://a.atlassian.net/jira/boards/1?selectedIssue=pay-9", "PAY-9"),
        ("re-PAY-12", "PAY-12"),
        ("H1-123456", "H1-123456"),
        // The regex takes these too; only the site can tell.
        ("step-1", "STEP-1"),
    ] {
        assert_eq!(keys(text), expected, "{text}");
    }
}

#[test]
fn what_only_looks_like_a_key_is_none() {
    for text in [
        "",
        "-",
        "A-1",
        "PAY-0",
        "PAY-012",
        "PAY-",
        "PAY-1a",
        "1PAY-x",
        "9PAY-1",
        "PAY_1",
        "PAY–12",
        "utf-8 UTF-16 latin-1 windows-1252 base-64",
        "sha-256 SHA3-512 md-5 AES-128 TLS-1.2 HTTP-2 oauth-2",
        "ISO-8601 RFC-2616 IEEE-754 iso-8859-1 PEP-8",
        "CVE-2024-1234 cve-2021-44228-fix cwe-79 RUSTSEC-2024-0001",
        "GHSA-7rjr-3q55-vv33 RHSA-2024:1234 DLA-3412-1 ZDI-24-123 EDB-51234 GO-2024-2611",
        "GH-42 PKCS-12 WCAG-2.1 gpt-4",
        "dependabot/npm_and_yarn/lodash-4.17.21",
        "release-2024-01-15",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301 a1b2c3d4-ab12-1234-9a0c-0305e82c3301",
        "https://example.com/docs/step-1/node-16.png",
        "![x](https://user-images.example.com/1/abc-78.png)",
    ] {
        assert_eq!(keys(text), "", "{text}");
    }
}

#[test]
fn an_advisory_hides_no_key_beside_it() {
    assert_eq!(keys("cve-2024-1234-pay-12"), "PAY-12");
    assert_eq!(keys("UTF-8 in PAY-12, CVE-2024-1(PAY-13)"), "PAY-12 PAY-13");
}

#[test]
fn a_reference_is_a_key_or_leads_to_one() {
    for (reference, expected) in [
        ("PAY-12", Some("PAY-12")),
        (" pay-12 ", Some("PAY-12")),
        ("https://acme.atlassian.net/browse/PAY-12", Some("PAY-12")),
        (
            "https://jira.example.com/jira/browse/PAY-12?focusedId=1",
            Some("PAY-12"),
        ),
        ("T554", None),
        ("67650", None),
        ("PAY-12 and more", None),
        ("https://phabricator.tld/T554", None),
        ("https://github.com/internal/repo/issues/123456", None),
        ("fooooo", None),
        ("", None),
    ] {
        assert_eq!(referred_to(reference).as_deref(), expected, "{reference}");
    }
}

#[test]
fn findings_are_named_by_address_or_by_a_line_of_their_own() {
    let text = "Fixes https://hackerone.com/reports/200, (hackerone.com/reports/201) and \
                https://hackerone.com/reports/200.\r\nFinding: scans/ab12:7\nfinding:h1/9\n\
                Finding: a sentence with a / in it\nFinding: none";
    assert_eq!(findings_named_in(text), ["200", "201", "scans/ab12:7", "h1/9"]);
    assert!(findings_named_in("hackerone.com/reports/").is_empty());
}

#[test]
fn a_change_log_does_not_flood() {
    let text: String = (1..5_000).map(|number| format!("PAY-{number} ")).collect();
    assert_eq!(named_in([text.as_str()]).len(), MOST);
}

proptest! {
    #[test]
    fn every_key_found_is_a_key_and_stands_in_the_text(text in "[A-Ca-c0-2 ./:é-]{0,40}|.{0,40}") {
        for key in named_in([text.as_str()]) {
            prop_assert!(text.to_ascii_uppercase().contains(&key));
            prop_assert_eq!(referred_to(&key), Some(key.clone()));
        }
        let _ = findings_named_in(&text);
        let _ = referred_to(&text);
    }
}
