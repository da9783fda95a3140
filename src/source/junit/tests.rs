use super::*;
use crate::domain::FindingKind;

fn report(cases: &str) -> Cases {
    read(
        "t",
        "r.xml",
        &format!("<testsuites><testsuite name=\"s\">{cases}</testsuite></testsuites>"),
    )
    .unwrap()
}

fn refused(text: &str) -> String {
    let refusal = read("t", "r.xml", text).unwrap_err();
    format!("{:?} {}", refusal.line, refusal.reason)
}

#[test]
fn what_became_of_a_test_is_told_in_many_ways() {
    let rows = [
        (r#"<testcase name="a"/>"#, "passed"),
        (r#"<testcase name="a"><system-out>x</system-out></testcase>"#, "passed"),
        (r#"<testcase name="a"><failure/></testcase>"#, "failed"),
        (r#"<testcase name="a"><error message="m"/></testcase>"#, "failed"),
        (r#"<testcase name="a"><skipped/><failure/></testcase>"#, "failed"),
        (r#"<testcase name="a"><skipped message="later"/></testcase>"#, "skipped"),
        (r#"<testcase name="a" status="notrun"/>"#, "skipped"),
        (r#"<testcase name="a" status="disabled"/>"#, "skipped"),
        (r#"<testcase name="a" result="suppressed"/>"#, "skipped"),
        (r#"<testcase name="a" status="run" result="completed"/>"#, "passed"),
        (r#"<testcase name="a" status="failed"/>"#, "failed"),
        (r#"<testcase name="a"><flakyFailure message="m"/></testcase>"#, "passed"),
        (
            r#"<testcase name="a"><rerunFailure message="m"/><flakyFailure/></testcase>"#,
            "passed",
        ),
        (
            r#"<testcase name="a"><failure/><rerunFailure message="m"/></testcase>"#,
            "failed",
        ),
        (r#"<testcase name=""/>"#, "passed"),
    ];
    for (xml, expected) in rows {
        let cases = report(xml).cases;
        let outcome = match &cases[0].outcome {
            Outcome::Failed(_) => "failed",
            Outcome::Passed => "passed",
            Outcome::Skipped => "skipped",
        };
        assert_eq!(outcome, expected, "{xml}");
    }
}

fn failed(cases: &str) -> Vec<Finding> {
    let outcomes = report(cases).cases.into_iter().filter_map(|case| match case.outcome {
        Outcome::Failed(finding) => Some(*finding),
        Outcome::Passed | Outcome::Skipped => None,
    });
    outcomes.collect()
}

#[test]
fn a_failed_test_is_told_whole() {
    let findings = failed(
        r#"<properties><property name="requirement" value="PAY-1"/></properties>
        <testcase classname="shop.Cart" name="adds[2]" file="cart.py" line="12" time="1,234.5">
          <properties>
            <property name="jira" value="https://acme.atlassian.net/browse/PAY-12"/>
            <property name="Requirements">PAY-3, PAY-4; UTF-8</property>
            <property name="browser" value="Firefox 9-1"/>
          </properties>
          <failure type="AssertionError" message="1 &lt; 2"><![CDATA[at cart.py:12
```
x]]></failure>
          <system-out>output</system-out>
        </testcase>"#,
    );
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}")
    };
    assert_eq!(finding.kind, FindingKind::Defect);
    assert_eq!(finding.title, "Test fails: adds[2] (shop.Cart)");
    assert_eq!(finding.keys, ["PAY-12", "PAY-3", "PAY-4", "PAY-1"]);
    assert!(finding.id.external.starts_with("shop.Cart/adds[2]~"), "{}", finding.id);
    insta::assert_snapshot!(finding.body, @r"
    1 \< 2

    **Test:** `adds[2]`  
    **Class:** `shop.Cart`  
    **Suite:** `s`  
    **File:** `cart.py:12`  
    **Type:** `AssertionError`  
    **Requirements:** PAY-12, PAY-3, PAY-4, PAY-1

    ````
    at cart.py:12
    ```
    x
    ````

    **Output:**

    ```
    output
    ```
    ");
    assert_eq!(finding.fields["requirements"], serde_json::json!(finding.keys));
    assert_eq!(
        (&finding.fields["line"], &finding.fields["time"]),
        (&12.into(), &1234.5.into())
    );
    assert_eq!(finding.fields["properties.browser"], "Firefox 9-1");
}

#[test]
fn tests_are_told_apart_and_known_again() {
    let id = |xml: &str| report(xml).cases[0].external.clone();
    let one = id(r#"<testcase classname="c" name="t[1]" file="/home/a/x.py" line="3"/>"#);
    assert_eq!(
        one,
        id(r#"<testcase classname="c" name="t[1]" file="/build/7/x.py" line="9" time="2"/>"#)
    );
    // Addresses in memory differ from run to run.
    for (name, later) in [
        ("[1] com.shop.Order@1b6d3586", "[1] com.shop.Order@4554617c"),
        (
            "t[&lt;Order object at 0x7f2a10c0&gt;]",
            "t[&lt;Order object at 0x7fffa0d4&gt;]",
        ),
    ] {
        let named = |name: &str| id(&format!(r#"<testcase classname="c" name="{name}"/>"#));
        assert_eq!(named(name), named(later), "{name}");
    }
    for (name, other) in [
        ("a@example.com", "a@b.com"),
        ("x[0x1F]", "x[0x2F]"),
        ("f@beef.de", "f@cafe.de"),
        ("max1", "max2"),
    ] {
        let named = |name: &str| id(&format!(r#"<testcase classname="c" name="{name}"/>"#));
        assert_ne!(named(name), named(other), "{name}");
    }
    let others = [
        r#"<testcase classname="c" name="t[2]" file="/home/a/x.py"/>"#,
        r#"<testcase classname="d" name="t[1]" file="/home/a/x.py"/>"#,
        r#"<testcase classname="c" name="t[1]" file="y.py"/>"#,
        r#"<testsuite name="inner"><testcase classname="c" name="t[1]" file="/home/a/x.py"/></testsuite>"#,
    ];
    for other in others {
        assert_ne!(one, id(other), "{other}");
    }
}

#[test]
fn what_is_no_report_is_refused_with_its_line() {
    let rows = [
        (
            "<testsuite>\n<testcase></testsuite>",
            "Some(2) this is not valid XML: expected 'testcase' tag, not 'testsuite', column 11",
        ),
        (
            "\n<test-run/>",
            "Some(2) this is not JUnit: the root element is <test-run> (of NUnit 3), not <testsuites>",
        ),
        (
            "<project/>",
            "Some(1) this is not JUnit: the root element is <project>, not <testsuites>",
        ),
        (
            "",
            "Some(1) this is not valid XML: the document does not have a root node, column 1",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(refused(text), expected);
    }
    let entities = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><testsuite name=\"&x;\"/>";
    assert!(
        refused(entities).contains("holds a document type"),
        "{}",
        refused(entities)
    );
}

#[test]
fn output_of_terminals_does_not_break_a_report() {
    let text = "<testsuite><testcase name=\"a\"><failure message=\"&#27;[31mred&#x1B;\">\u{1b}[0m &#10; &amp;</failure></testcase></testsuite>";
    let cases = read("t", "r.xml", text).unwrap().cases;
    let Outcome::Failed(finding) = &cases[0].outcome else {
        panic!("{cases:?}")
    };
    assert_eq!(finding.fields["message"], "\u{FFFD}[31mred\u{FFFD}");
}

#[test]
fn suites_within_suites_without_end_are_read() {
    let deep = 3000;
    let text = format!(
        "{}{}{}",
        "<testsuite name=\"s\">".repeat(deep),
        "<testcase name=\"a\"><failure/></testcase>",
        "</testsuite>".repeat(deep)
    );
    assert_eq!(read("t", "r.xml", &text).unwrap().cases.len(), 1);
}

#[test]
fn files_that_a_test_left_are_told_apart_from_what_it_printed() {
    let findings = failed(
        "<testcase name=\"a\"><failure/><system-out>one\n[[ATTACHMENT|/tmp/a.png]]\r\n  [[ATTACHMENT|out/b c.zip|type=x]]\n\
         and [[ATTACHMENT|/tmp/a.png]] here\n[[ATTACHMENT|never ends\n[[ATTACHMENT| ]]</system-out>\
         <system-err>[[ATTACHMENT|c.log]]</system-err></testcase>",
    );
    let [finding] = findings.as_slice() else {
        panic!("{findings:?}")
    };
    assert_eq!(
        finding.fields["attachments"],
        serde_json::json!(["/tmp/a.png", "out/b c.zip", "c.log"])
    );
    insta::assert_snapshot!(finding.body, @r#"
    **Test:** `a`  
    **Suite:** `s`

    **Output:**

    ```
    one
    and [[ATTACHMENT|/tmp/a.png]] here
    [[ATTACHMENT|never ends
    ```

    **Attachments:**

    - `/tmp/a.png`
    - `out/b c.zip`
    - `c.log`
    "#);
}
