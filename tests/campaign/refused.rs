//! What Jira does not take, and what is mended then: each field is named, nothing is sent blindly again,
//! and after the mending there is one issue.

use crosstie::sandbox::{Fault, FaultRule, Flavour};
use serde_json::{Value, json};

use crate::desk::{Desk, mapping, project};

/// What waits of a finding.
fn pending(desk: &Desk, number: usize) -> Value {
    desk.show(number)["pending"].clone()
}

/// Runs twice: refused after so many creates in all, and not sent again. The words for it.
fn refused(desk: &Desk, number: usize, creates: usize) -> String {
    desk.sync();
    let before = desk.creates();
    assert_eq!(before, creates);
    desk.pass(60);
    let told = desk.run(&["sync"]).err;
    assert!(told.contains("finding list --trouble"), "{told}");
    assert_eq!(desk.creates(), before, "sent again blindly");
    let pending = pending(desk, number);
    assert_eq!(
        (&pending["kind"], &pending["state"]),
        (&"create".into(), &"failed".into()),
        "{pending}"
    );
    format!(
        "{}; {}; {}",
        pending["error"]["message"], pending["error"]["remedy"], pending["fields"]
    )
}

fn sent_again(desk: &Desk, number: usize, issues: usize) {
    let sent = desk.retry(number);
    assert_eq!(sent.code, 0, "{sent:?}");
    desk.to_rest();
    assert_eq!(desk.assert_once(), issues);
    desk.assert_no_twins();
}

#[test]
fn a_field_that_became_required_is_named_and_filled() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let mut desk = Desk::new(flavour);
        desk.find();
        desk.to_rest();
        let required = json!({"project": project(flavour), "required": true});
        desk.control("/fields/duedate/require", &required);
        let number = desk.find();
        // The create screen is read before anything is sent by it, so this one never was.
        let words = refused(&desk, number, 1);
        let fields = pending(&desk, number)["fields"].clone();
        assert_eq!(fields[0][0], "duedate", "{words}");
        assert!(words.to_lowercase().contains("due date"), "{words}");
        let history = desk.show(number)["history"].to_string();
        assert!(
            history.contains("Due date: Jira requires it, and no rule fills it"),
            "{history}"
        );
        desk.edit(
            "[mapping.fields]",
            "[mapping.fields]\nduedate = { value = \"2030-01-31\" }",
        );
        sent_again(&desk, number, 2);
    }
}

#[test]
fn an_option_that_was_removed_is_named_before_anything_fails() {
    let mut desk = Desk::unmapped(Flavour::Cloud);
    let source = "[[source]]\nname = \"scans\"\ntype = \"sarif\"\npaths = [\"scan.sarif\"]\n";
    let tier = "[mapping.fields]\nTier = { value = \"Tier 1\" }";
    let mapped = mapping("scans", "SEC").replace("[mapping.fields]", tier);
    let closing = "resolution = { value = \"Done\" }, Remediation = { value = \"Mended.\" }";
    let mapped = mapped.replace("resolution = { value = \"Done\" }", closing);
    desk.append(&format!("{source}{mapped}"));
    desk.find();
    desk.to_rest();
    desk.control("/fields/Tier/remove-option", &json!({"option": "Tier 1"}));
    desk.run(&["sync", "--census", "--json"]);
    let listed = desk.run(&["mapping", "list", "--json"]);
    assert!(listed.out.contains("Tier"), "{listed:?}");
    let number = desk.find();
    let words = refused(&desk, number, 1);
    assert!(words.contains("Tier") && words.contains("Tier 1"), "{words}");
    desk.edit("\"Tier 1\"", "\"Tier 2\"");
    desk.to_rest();
    assert_eq!(
        desk.assert_once(),
        2,
        "the mended mapping is reason enough to send it again"
    );
}

#[test]
fn too_large_is_told_once() {
    let mut desk = Desk::new(Flavour::Cloud);
    let number = desk.find();
    let rule = desk.fault(FaultRule::always(Fault::TooLarge).at("POST issue"));
    let words = refused(&desk, number, 1);
    assert!(words.contains("limit"), "{words}");
    desk.without(rule);
    sent_again(&desk, number, 1);
}

#[test]
fn a_permission_that_was_lost_is_named() {
    for flavour in [Flavour::Cloud, Flavour::DataCenter] {
        let mut desk = Desk::new(flavour);
        let old = desk.find();
        desk.to_rest();
        let path = format!("/projects/{}/permission", project(flavour));
        let permit = |permission: &str, granted: bool| {
            desk.control(&path, &json!({"permission": permission, "granted": granted}));
        };
        permit("CREATE_ISSUES", false);
        permit("EDIT_ISSUES", false);
        let mut desk = desk;
        let number = desk.find();
        desk.retitle(old, "of the gateway, told anew");
        desk.sync();
        desk.sync();
        assert_eq!(desk.site.sandbox.marked("crosstie").len(), 1);
        for one in [old, number] {
            let pending = pending(&desk, one);
            assert_eq!(pending["state"], "failed", "{flavour:?} {one}: {pending}");
            let remedy = pending["error"]["remedy"].as_str().unwrap();
            assert!(!remedy.is_empty(), "{pending}");
        }
        for permission in ["CREATE_ISSUES", "EDIT_ISSUES"] {
            desk.control(&path, &json!({"permission": permission, "granted": true}));
        }
        desk.retry(old);
        sent_again(&desk, number, 2);
        assert!(desk.issue(old).0.ends_with("told anew"));
    }
}

#[test]
fn an_archived_project_is_named() {
    let mut desk = Desk::new(Flavour::Cloud);
    desk.find();
    desk.to_rest();
    desk.control("/projects/PAY/archive", &json!({"archived": true}));
    let number = desk.find();
    desk.sync();
    desk.sync();
    let pending = pending(&desk, number);
    assert_eq!(pending["state"], "failed", "{pending}");
    assert!(!pending["error"]["message"].as_str().unwrap().is_empty());
    assert_eq!(desk.site.sandbox.marked("crosstie").len(), 1);
    desk.control("/projects/PAY/archive", &json!({"archived": false}));
    sent_again(&desk, number, 2);
}

#[test]
fn nothing_is_sent_over_a_connection_that_is_read_only() {
    let mut desk = Desk::new(Flavour::DataCenter);
    let old = desk.find();
    desk.to_rest();
    desk.edit("timeout = \"20s\"", "timeout = \"20s\"\nread_only = true");
    let before = desk.writes();
    let number = desk.find();
    desk.retitle(old, "of the gateway, told anew");
    for _ in 0..2 {
        assert_eq!(desk.sync()["result"], "ok");
    }
    assert_eq!(desk.writes(), before);
    for one in [old, number] {
        let pending = pending(&desk, one);
        assert_eq!(
            (&pending["state"], &pending["error"]["kind"]),
            (&"waiting".into(), &"read-only".into())
        );
    }
    let tried = desk.retry(number);
    assert_eq!(desk.writes(), before, "{tried:?}");
    desk.edit("read_only = true", "read_only = false");
    desk.to_rest();
    assert_eq!(desk.assert_once(), 2);
    assert!(desk.issue(old).0.ends_with("told anew"));
}
