//! What to create in the browser before there is anything to type here.

use crate::app::role::Role;
use crate::app::wizard::sheet::{Input, Sheet};
use crate::app::wizard::{Field, Item, Toggle, Wizard};
use crate::domain::Access;

use super::{back_and_on, step};

/// What crosstie needs of a 3LO app.
pub(super) const SCOPES: &str = "read:jira-work write:jira-work read:jira-user offline_access";

/// Where tokens, apps and links are made, with what that page is called.
pub(in crate::app::wizard) fn where_to_create(access: Access, site: &str) -> Option<(&'static str, String)> {
    match access {
        Access::ApiToken => Some((
            "API tokens",
            "https://id.atlassian.com/manage-profile/security/api-tokens".to_owned(),
        )),
        Access::OAuth2Cloud => Some((
            "Developer console",
            "https://developer.atlassian.com/console/myapps/".to_owned(),
        )),
        Access::Pat => Some((
            "Your profile",
            format!(
                "{site}/secure/ViewProfile.jspa?selectedTab=com.atlassian.pats.pats-plugin:jira-user-personal-access-tokens"
            ),
        )),
        Access::OAuth1 | Access::OAuth2DataCenter => Some(("Application links", app_links(site))),
        Access::Basic => None,
    }
}

/// The admin page of application links.
pub(in crate::app::wizard) fn app_links(site: &str) -> String {
    format!("{site}/plugins/servlet/applinks/listApplicationLinks")
}

pub(super) fn draw(wizard: &Wizard, sheet: &mut Sheet) {
    if wizard.values.access == Access::OAuth2Cloud {
        cloud(wizard, sheet);
    } else {
        data_center(wizard, sheet);
    }
    back_and_on(sheet, "I have id and secret");
}

fn create_at(wizard: &Wizard, sheet: &mut Sheet) {
    let site = wizard.site().unwrap_or_default();
    if let Some((name, url)) = where_to_create(wizard.values.access, &site) {
        sheet.value(name, &url, Role::Link);
    }
}

fn cloud(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.heading("Create an app of your own at Atlassian, once.");
    sheet.text("y copies what has the focus, o opens it.", Role::Muted);
    sheet.blank();
    create_at(wizard, sheet);
    step(sheet, 1, "Create → OAuth 2.0 integration. Any name, for example:");
    sheet.value("Name", "crosstie", Role::Code);
    step(
        sheet,
        2,
        "Permissions → Jira API → Add, then Configure → Edit scopes, and tick:",
    );
    for scope in SCOPES.split(' ').filter(|scope| *scope != "offline_access") {
        sheet.value("Scope", scope, Role::Code);
    }
    sheet.indented(
        3,
        "offline_access is asked for by itself and has no box. All four, as one line:",
        Role::Muted,
    );
    sheet.value("Scopes", SCOPES, Role::Code);
    step(
        sheet,
        3,
        "Authorization → OAuth 2.0 (3LO) → Add, and enter this one callback URL, exactly:",
    );
    let help = "an app has one; F2 copies it";
    sheet.field(wizard, Input::Field(Field::Callback), "Callback URL", help);
    step(
        sheet,
        4,
        "Distribution → Sharing, only if others than you are to sign in through this app.",
    );
    step(
        sheet,
        5,
        "Settings shows Client ID and Secret: they go on the next page.",
    );
}

fn data_center(wizard: &Wizard, sheet: &mut Sheet) {
    sheet.heading("A Jira admin creates an incoming link, once.");
    sheet.text("y copies what has the focus, o opens it.", Role::Muted);
    sheet.blank();
    create_at(wizard, sheet);
    step(
        sheet,
        1,
        "Administration → Applications → Application links → Create link.",
    );
    step(
        sheet,
        2,
        "Choose External application and Incoming, Continue. Then enter:",
    );
    sheet.value("Name", "crosstie", Role::Code);
    sheet.field(wizard, Input::Field(Field::Callback), "Redirect URL", "F2 copies it");
    sheet.value("Permission", "Write", Role::Code);
    step(
        sheet,
        3,
        "Save. Jira shows Client ID and Client secret: they go on the next page.",
    );
    sheet.blank();
    let https = wizard.values.text(Field::Callback).starts_with("https://");
    if https {
        sheet.text(
            "After you allow access the browser shows an error page, for nothing here speaks TLS. That is expected: \
             copy the address of that page and paste it at Authorize.",
            Role::Info,
        );
    } else {
        sheet.warn(
            "Jira takes only https as a redirect URL, unless it was started with \
             -Datlassian.oauth2.provider.skip.redirect.url.https.requirement=true.",
        );
    }
    sheet.toggle(
        &Item::Toggle(Toggle::HttpsCallback),
        https,
        "Use the https address instead, and paste the address that the browser lands on",
    );
}
