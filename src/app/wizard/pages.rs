//! What each page says.
//!
//! Must never be in here: what a key does there (`input`, `go`).

mod access;
mod authorize;
mod credentials;
mod guide;
mod link;
mod review;
mod site;

use jiff::Timestamp;

use super::sheet::Sheet;
use super::{Button, Item, Page, Wizard};
use crate::app::role::Role;
use crate::domain::{Access, Deployment};

pub(super) use guide::{app_links, where_to_create};
pub(super) use link::old_screens;

impl Wizard {
    /// The page in so many cells.
    pub(crate) fn sheet(&self, cells: u16, ascii: bool, now: Timestamp) -> Sheet {
        let mut sheet = Sheet::new(cells, ascii);
        match self.page {
            Page::Offer => offer(self, &mut sheet),
            Page::Kind => access::kind(self, &mut sheet),
            Page::Access => access::access(self, &mut sheet),
            Page::Site => site::draw(self, &mut sheet),
            Page::Guide => guide::draw(self, &mut sheet),
            Page::Credentials => credentials::draw(self, &mut sheet),
            Page::Link => link::draw(self, &mut sheet),
            Page::Authorize => authorize::draw(self, &mut sheet, now),
            Page::Test => review::test(self, &mut sheet),
            Page::Review => review::draw(self, &mut sheet),
        }
        sheet
    }
}

fn offer(wizard: &Wizard, sheet: &mut Sheet) {
    let Some(earlier) = &wizard.earlier else { return };
    sheet.heading("You left a connection half done.");
    sheet.blank();
    let alias = earlier.values.text(super::Field::Alias);
    let what = format!(
        "{} · {}{}",
        kind_word(earlier.values.kind),
        access_word(earlier.values.access),
        if alias.is_empty() {
            String::new()
        } else {
            format!(" · {alias}")
        },
    );
    let step = format!(
        "at {}; secrets are typed again, they were not kept",
        earlier.page.step()
    );
    sheet.choice(&Item::Resume(true), true, "Go on with it", &what, &step);
    sheet.choice(
        &Item::Resume(false),
        false,
        "Start anew",
        "",
        "what was left is forgotten",
    );
}

/// The kind of Jira in words.
pub(crate) fn kind_word(kind: Deployment) -> &'static str {
    match kind {
        Deployment::Cloud => "Jira Cloud",
        Deployment::DataCenter => "Jira Data Center",
    }
}

/// The way to sign in, in words that tell them all apart.
pub(crate) fn access_word(access: Access) -> &'static str {
    match access {
        Access::ApiToken => "API token",
        Access::OAuth2Cloud => "OAuth 2.0, with an app of one's own",
        Access::OAuth1 => "OAuth 1.0a, application link",
        Access::OAuth2DataCenter => "OAuth 2.0, incoming link",
        Access::Pat => "personal access token",
        Access::Basic => "user name and password",
    }
}

/// The buttons that most pages end with.
fn back_and_on(sheet: &mut Sheet, on: &str) {
    sheet.buttons(&[(Button::GoOn, on), (Button::Back, "Back")]);
}

/// A numbered instruction.
fn step(sheet: &mut Sheet, number: usize, text: &str) {
    sheet.marked(&format!("{number}."), text, Role::Text);
}
