//! Kind: which Jira, and how to sign in to it.

use crate::app::wizard::sheet::Sheet;
use crate::app::wizard::values::ways;
use crate::app::wizard::{Item, Wizard};
use crate::domain::{Access, Deployment};

use super::{access_word, kind_word};

pub(super) fn kind(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.heading("Which Jira is it?");
    sheet.blank();
    for (kind, note, sentence) in [
        (
            Deployment::Cloud,
            "NAME.atlassian.net",
            "Atlassian runs it; you sign in with an Atlassian account.",
        ),
        (
            Deployment::DataCenter,
            "your own server",
            "Your company runs it, at an address of its own; Jira Server counts too.",
        ),
    ] {
        let on = wizard.values.kind == kind;
        sheet.choice(&Item::Kind(kind), on, kind_word(kind), note, sentence);
        sheet.blank();
    }
}

pub(super) fn access(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.heading(&format!(
        "How will crosstie sign in to {}?",
        kind_word(wizard.values.kind)
    ));
    sheet.blank();
    for access in ways(wizard.values.kind) {
        let (note, sentence) = about(*access, wizard.values.kind);
        let on = wizard.values.access == *access;
        sheet.choice(&Item::Access(*access), on, access_word(*access), note, sentence);
    }
}

/// Whom a way to sign in is for.
fn about(access: Access, kind: Deployment) -> (&'static str, &'static str) {
    match (access, kind) {
        (Access::ApiToken, _) => (
            "recommended for yourself",
            "A token of your Atlassian account; two minutes.",
        ),
        (Access::OAuth2Cloud, _) => (
            "",
            "For organisations that want consent per person and access that can be withdrawn; needs an app at \
             developer.atlassian.com.",
        ),
        (Access::OAuth1, Deployment::Cloud) => (
            "older",
            "For sites that have an application link already; a Jira admin sets it up. Atlassian is phasing it out.",
        ),
        (Access::Pat, _) => ("recommended", "A token from your Jira profile; Jira 8.14 or later."),
        (Access::OAuth1, Deployment::DataCenter) => (
            "any version",
            "For admins who already use application links: a key pair here, its public half in Jira.",
        ),
        (Access::OAuth2DataCenter, _) => (
            "8.22 or later",
            "For consent per person in the browser; a Jira admin creates an incoming link.",
        ),
        (Access::Basic, _) => (
            "last resort",
            "Where nothing else is allowed; Jira 11 refuses it unless an admin turns it on.",
        ),
    }
}
