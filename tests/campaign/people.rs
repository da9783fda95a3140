//! What people do in Jira at the same time: delete, move, edit.

use crosstie::sandbox::{Fault, FaultRule, Flavour};
use serde_json::json;

use crate::desk::Desk;

fn mapped() -> (Desk, usize) {
    let mut desk = Desk::new(Flavour::Cloud);
    let number = desk.find();
    desk.to_rest();
    (desk, number)
}

#[test]
fn a_deleted_issue_is_told_and_not_made_again() {
    let (mut desk, number) = mapped();
    let key = desk.key(number);
    desk.control(&format!("/issues/{key}/delete"), &json!({}));
    for what in ["told anew", "told once more"] {
        desk.retitle(number, what);
        desk.sync();
        desk.sync();
    }
    assert_eq!(desk.creates(), 1);
    let shown = desk.show(number);
    assert!(shown["pending"].is_null(), "{shown:#}");
    let history = shown["history"].to_string();
    assert_eq!(history.matches("was deleted or is hidden").count(), 1, "{history}");
    desk.mend(number);
    desk.sync();
    assert_eq!(desk.creates(), 1);
}

#[test]
fn a_moved_issue_is_followed_to_its_new_project() {
    let (mut desk, number) = mapped();
    let key = desk.key(number);
    desk.control(&format!("/issues/{key}/move"), &json!({"project": "CHK"}));
    desk.retitle(number, "of the gateway, moved");
    desk.to_rest();
    assert!(desk.key(number).starts_with("CHK-"), "{}", desk.key(number));
    assert_eq!(desk.issue(number).0, format!("Weakness {number} of the gateway, moved"));
    assert_eq!((desk.creates(), desk.assert_once()), (1, 1));
}

#[test]
fn what_somebody_edited_meanwhile_is_kept_and_told() {
    let (mut desk, number) = mapped();
    let key = desk.key(number);
    let mine = json!({"fields": {"summary": "In our own words"}});
    desk.control(&format!("/issues/{key}/edit"), &mine);
    desk.retitle(number, "of the gateway, told anew");
    desk.to_rest();
    assert_eq!(desk.issue(number).0, "In our own words");
    let history = desk.show(number)["history"].to_string();
    assert!(
        history.contains("kept the summary that was edited in Jira"),
        "{history}"
    );
    assert_eq!(desk.assert_once(), 1);
    // Somebody is saving the issue at the very moment.
    let number = desk.find();
    desk.to_rest();
    desk.retitle(number, "of the gateway, at that moment");
    desk.fault(FaultRule::always(Fault::Conflict).at("PUT issue/{}").times(2));
    desk.to_rest();
    assert_eq!(
        desk.issue(number).0,
        format!("Weakness {number} of the gateway, at that moment")
    );
    assert_eq!(desk.assert_once(), 2);
}

#[test]
fn an_issue_that_somebody_closed_stays_closed() {
    let (mut desk, number) = mapped();
    let key = desk.key(number);
    desk.control(&format!("/issues/{key}/transition"), &json!({"to": "Done"}));
    desk.retitle(number, "of the gateway, still there");
    desk.to_rest();
    let (summary, status, _) = desk.issue(number);
    assert_eq!((summary.ends_with("still there"), status.as_str()), (true, "Done"));
    desk.mend(number);
    desk.to_rest();
    assert_eq!(desk.assert_once(), 1);
}
