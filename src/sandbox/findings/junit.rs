//! What two test runs came to, as JUnit XML.
//!
//! Must never be in here: files.

use std::fmt::Write as _;

/// Services with a test run.
pub(super) const TESTED: [&str; 2] = ["payments", "checkout"];

/// What became of a test.
enum Outcome {
    Passed,
    Skipped,
    /// Message and text of an assertion that failed.
    Failed(&'static str, &'static str),
    /// Message and text of an error that nobody expected.
    Broke(&'static str, &'static str),
}

use Outcome::{Broke, Failed, Passed, Skipped};

/// A test with the issues that it covers.
struct Case {
    class: &'static str,
    name: &'static str,
    covers: &'static [&'static str],
    outcome: Outcome,
}

const fn case(class: &'static str, name: &'static str, covers: &'static [&'static str], outcome: Outcome) -> Case {
    Case {
        class,
        name,
        covers,
        outcome,
    }
}

const PAYMENTS: [Case; 9] = [
    case("com.example.payments.RefundTest", "refunds_once", &["PAY-2"], Passed),
    case(
        "com.example.payments.RefundTest",
        "refuses_negative_amounts",
        &["PAY-3", "SEC-1"],
        Failed(
            "expected: <REFUSED> but was: <ACCEPTED>",
            "org.opentest4j.AssertionFailedError: expected: <REFUSED> but was: <ACCEPTED>\n\tat com.example.payments.RefundTest.refuses_negative_amounts(RefundTest.java:61)",
        ),
    ),
    case(
        "com.example.payments.LedgerTest",
        "books_both_sides",
        &["PAY-5"],
        Broke(
            "java.net.ConnectException: Connection refused",
            "java.net.ConnectException: Connection refused\n\tat java.base/sun.nio.ch.Net.connect0(Native Method)",
        ),
    ),
    case("com.example.payments.LedgerTest", "rounds_half_even", &[], Passed),
    case(
        "com.example.payments.LinkTest",
        "expires_after_a_day",
        &["PAY-8"],
        Skipped,
    ),
    case(
        "com.example.payments.LinkTest",
        "escapes <b>names</b> & \"quotes\"",
        &["PAY-8"],
        Failed(
            "\u{1b}[31mexpected\u{1b}[0m &lt;b&gt; \u{202e}but was\u{202c} <b>",
            "]]> ends a section; *bold* {code} [link|javascript:alert(1)]",
        ),
    ),
    case("com.example.payments.LinkTest", "is_case_insensitive", &[], Passed),
    case("com.example.payments.WebhookTest", "signs_bodies", &["PAY-11"], Passed),
    case(
        "com.example.payments.WebhookTest",
        "retries [attempt 3]",
        &[],
        Failed("timed out after 5 s", "java.util.concurrent.TimeoutException"),
    ),
];

const CHECKOUT: [Case; 7] = [
    case(
        "checkout/voucher.test.ts",
        "voucher › is used once",
        &["CHK-2"],
        Failed(
            "expect(received).toBe(expected) // Object.is equality",
            "Expected: 1\nReceived: 2\n\n    at Object.<anonymous> (checkout/voucher.test.ts:44:21)",
        ),
    ),
    case(
        "checkout/voucher.test.ts",
        "voucher › cannot be guessed",
        &["CHK-2", "SEC-2"],
        Passed,
    ),
    case(
        "checkout/address.test.ts",
        "address › takes 名前 in any script",
        &["CHK-4"],
        Passed,
    ),
    case(
        "checkout/address.test.ts",
        "address › answers within a second",
        &[],
        Failed(
            "Exceeded timeout of 1000 ms for a test.",
            "thrown: \"Exceeded timeout of 1000 ms for a test.\"",
        ),
    ),
    case("checkout/guest.test.ts", "guest › keeps no card", &["CHK-5"], Passed),
    case("checkout/guest.test.ts", "guest › works offline", &[], Skipped),
    case(
        "checkout/guest.test.ts",
        "guest › reaches the thank-you page",
        &["CHK-5"],
        Broke(
            "TypeError: Cannot read properties of undefined (reading 'total')",
            "TypeError: Cannot read properties of undefined (reading 'total')\n    at render (checkout/thanks.tsx:18:9)",
        ),
    ),
];

fn cases(service: &str) -> &'static [Case] {
    if service == TESTED[0] { &PAYMENTS } else { &CHECKOUT }
}

/// Keys of the issues that tests cover.
#[cfg(test)]
pub(super) fn covered() -> impl Iterator<Item = &'static str> {
    let all = PAYMENTS.iter().chain(&CHECKOUT);
    all.flat_map(|case| case.covers.iter().copied())
}

/// The report of one service's test run.
pub(super) fn report(service: &str) -> String {
    let cases = cases(service);
    let count = |is_it: fn(&Outcome) -> bool| cases.iter().filter(|case| is_it(&case.outcome)).count();
    let (failed, broke) = (
        count(|outcome| matches!(outcome, Failed(..))),
        count(|outcome| matches!(outcome, Broke(..))),
    );
    let skipped = count(|outcome| matches!(outcome, Skipped));
    let total = cases.len();
    let mut body = String::new();
    for (at, case) in cases.iter().enumerate() {
        body.push_str(&written(case, at));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{service}\" tests=\"{total}\" \
         failures=\"{failed}\" errors=\"{broke}\" time=\"12.480\">\n  <testsuite name=\"{service}\" tests=\"{total}\" \
         failures=\"{failed}\" errors=\"{broke}\" skipped=\"{skipped}\" timestamp=\"2026-03-01T22:40:00Z\" \
         hostname=\"ci-7\" time=\"12.480\">\n    <properties>\n      <property name=\"commit\" value=\"5da53fbc\"/>\n    \
         </properties>\n{body}    <system-out><![CDATA[12 s, one worker]]></system-out>\n  </testsuite>\n</testsuites>\n"
    )
}

fn written(case: &Case, at: usize) -> String {
    let mut xml = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        xml,
        "    <testcase classname=\"{}\" name=\"{}\" time=\"0.{:03}\" file=\"{}\" line=\"{}\">",
        escaped(case.class),
        escaped(case.name),
        17 + at * 31,
        escaped(case.class),
        20 + at * 12,
    );
    if !case.covers.is_empty() {
        xml.push_str("      <properties>\n");
        for (nth, key) in case.covers.iter().enumerate() {
            let name = if nth == 0 { "requirement" } else { "requirements" };
            let _ = writeln!(xml, "        <property name=\"{name}\" value=\"{key}\"/>");
        }
        xml.push_str("      </properties>\n");
    }
    match case.outcome {
        Passed => {}
        Skipped => xml.push_str("      <skipped message=\"not on this machine\"/>\n"),
        Failed(message, text) => xml.push_str(&problem("failure", "AssertionError", message, text)),
        Broke(message, text) => xml.push_str(&problem("error", "Error", message, text)),
    }
    xml.push_str("    </testcase>\n");
    xml
}

fn problem(element: &str, kind: &str, message: &str, text: &str) -> String {
    format!(
        "      <{element} message=\"{}\" type=\"{kind}\">{}</{element}>\n",
        escaped(message),
        escaped(text)
    )
}

/// Text within XML, without the characters that XML cannot hold.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            other if other.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}
