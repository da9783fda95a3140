//! From key 5 to the first issue, and what happens to a mapping that is left half done.

use crosstie::sandbox::Flavour;

use super::desk::Desk;

/// The finding that becomes an issue.
pub(super) const TITLE: &str = "Query built from the id";

#[test]
fn a_project_of_cloud_is_mapped_with_keys_only_and_its_first_issue_made() {
    let mut desk = Desk::new(Flavour::Cloud);
    desk.begin("scans to SEC", "SEC", "Task");
    // What Jira requires and nothing fills is named, and nothing is written.
    desk.keys("w");
    desk.see("not saved · Tier: Jira requires it");
    assert!(!desk.config().contains("[[mapping]]"), "{}", desk.config());
    desk.give("Tier", "tier 2", "Tier 2");
    desk.see_row("Tier", &["option", "yes", "Jira value", "Tier 2"]);

    // Somebody is looked for on the site, and shown by name.
    desk.give("Assignee", "goldb", "Maya Goldberg");
    desk.see_row("Assignee", &["user", "Jira value", "Maya Goldberg", "Maya Goldberg"]);

    // A template with a mistake is kept, and opens as what it is.
    desk.choose_field("Due date");
    desk.keys("\r");
    desk.see("━ Rule for Due date ━");
    desk.pick("template", "template");
    desk.see("━ Template for Due date ━");
    desk.keys("\u{15}{{now | plus_weeks: 1}}\r");
    desk.see("what was typed is kept");
    desk.keys("\r");
    desk.see("━ Template for Due date ━");
    desk.keys("\u{15}{{now | plus_days: critical=5, other=30 | date}}\r");
    desk.see_row("Due date", &["date", "template", "{{now | plus_days", "20"]);

    // Taken back once, it is gone; once more forward, it is there.
    desk.keys("u");
    desk.see("what was typed is kept");
    desk.keys("U");
    desk.see_row("Due date", &["template", "{{now | plus_days"]);

    desk.try_out(&["2 create"]);
    desk.keys("\r");
    desk.see("━ Payload · scans/");
    desk.see("\"fields\": {");
    desk.keys("\u{1b}");
    desk.see("[ Show what changes in the config, then write ]");
    desk.write("scans to SEC", "SEC");
    let config = desk.config();
    for line in [
        "# the team's own",
        "create = \"ask\"",
        "issue_type = \"Task\"",
        "= { value = \"Tier 2\" }",
        "duedate = { template = \"{{now | plus_days: critical=5, other=30 | date}}\" }",
    ] {
        assert!(config.contains(line), "no {line} in\n{config}");
    }
    desk.make_issue(TITLE, "SEC-");
    desk.quit();
}

#[test]
fn a_project_of_data_center_is_mapped_and_its_first_issue_made() {
    let mut desk = Desk::new(Flavour::DataCenter);
    desk.begin("scans to FW", "FW", "Bug");
    desk.give("Tier", "tier 2", "Tier 2");
    desk.try_out(&["2 create"]);
    desk.write("scans to FW", "FW");
    desk.make_issue(TITLE, "FW-");
    desk.quit();
}

/// What cannot work is not saved, and leaving asks first: nothing of it reaches the config.
#[test]
fn a_mapping_half_done_is_neither_saved_nor_lost_without_a_word() {
    let mut desk = Desk::new(Flavour::Cloud);
    desk.start_mapping("later", "PAY");
    desk.see("━ Issue type ━");
    desk.keys("\u{1b}");
    desk.see("enter open");
    desk.keys("w");
    desk.see("not saved · Issue type: none is chosen");
    desk.keys("\r");
    desk.see("━ Issue type ━");
    desk.keys("\u{1b}");
    desk.see("enter open");
    desk.keys("q");
    desk.see("changes are not written.");
    desk.keys("n");
    desk.see("enter open");
    desk.see("later ●");
    desk.keys("q");
    desk.see("changes are not written.");
    desk.keys("y");
    desk.see("No mapping yet");
    assert!(!desk.config().contains("[[mapping]]"), "{}", desk.config());
    desk.quit();
}
