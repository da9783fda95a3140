//! What can be done to connections: connect, edit, test, rename, switch, remove.

use super::selected_alias;
use crate::app::action::{Action, Place};
use crate::app::event::{Effect, Manage, Tone};
use crate::app::model::Model;
use crate::app::overlay::picker::{self, Choice};
use crate::app::wizard::{self, Page, dialog};
use crate::domain::{Alias, ConnectionState, Health};
use crate::text::clean_line;

/// One thing to do to a connection, as menus offer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    New,
    Edit(Alias),
    SignIn(Alias),
    Rename(Alias),
    Remove(Alias),
    Manage(Manage),
}

/// Whether an action that several things have is about connections here.
pub(super) fn is_meant(model: &Model, action: Action) -> bool {
    let here = matches!(model.place(), Place::Connections | Place::Strip);
    match action {
        Action::New => here || !model.has_connections(),
        Action::Edit | Action::Remove | Action::Menu => here,
        _ => false,
    }
}

/// Why nothing can be done to connections right now.
pub(super) fn reason(model: &Model, action: Action) -> Result<(), String> {
    match selected_alias(model) {
        None if action != Action::New => Err("no connection yet: n connects one".to_owned()),
        _ => Ok(()),
    }
}

pub(super) fn run(model: &mut Model, action: Action, out: &mut Vec<Effect>) {
    let alias = selected_alias(model);
    match (action, alias) {
        (Action::New, _) => wizard::open_new(model, out),
        (Action::Edit, Some(alias)) => edit(model, alias, out),
        (Action::Remove, Some(alias)) => dialog::remove(model, &alias, out),
        (Action::Menu, Some(alias)) => menu(model, &alias),
        _ => {}
    }
}

/// Does one of the things that menus offer.
pub(crate) fn deed(model: &mut Model, deed: Deed, out: &mut Vec<Effect>) {
    match deed {
        Deed::New => wizard::open_new(model, out),
        Deed::Edit(alias) => edit(model, alias, out),
        Deed::SignIn(alias) => wizard::open_edit(model, alias, Some(Page::Authorize), out),
        Deed::Rename(alias) => dialog::rename(model, alias),
        Deed::Remove(alias) => dialog::remove(model, &alias, out),
        Deed::Manage(job) => manage(model, job, out),
    }
}

/// Where the sign-in was refused, that is what one comes to mend.
fn edit(model: &mut Model, alias: Alias, out: &mut Vec<Effect>) {
    let connection = model.connection(&alias);
    let refused = connection.is_some_and(|connection| connection.health == Health::Auth);
    let then = refused.then_some(Page::Credentials);
    wizard::open_edit(model, alias, then, out);
}

/// Starts something, one at a time.
pub(crate) fn manage(model: &mut Model, job: Manage, out: &mut Vec<Effect>) {
    if model.connecting.is_managing() {
        model.say(Tone::Plain, "one moment: something is being done to the connections");
        return;
    }
    let text = match &job {
        Manage::Test(alias) => format!("testing {}", clean_line(alias.as_str())),
        Manage::TestAll => "testing every connection".to_owned(),
        Manage::Rename { from, to } => format!("{} becomes {}", clean_line(from.as_str()), clean_line(to.as_str())),
        Manage::Default(alias) => format!("{} becomes the default", clean_line(alias.as_str())),
        Manage::Enabled(alias, true) => format!("switching {} on", clean_line(alias.as_str())),
        Manage::Enabled(alias, false) => format!("switching {} off", clean_line(alias.as_str())),
        Manage::ReadOnly(alias, true) => format!("{} becomes read-only", clean_line(alias.as_str())),
        Manage::ReadOnly(alias, false) => format!("{} may be written to again", clean_line(alias.as_str())),
        Manage::Remove(alias) => format!("removing {}", clean_line(alias.as_str())),
    };
    let aliases = match &job {
        Manage::Test(alias) => vec![alias.clone()],
        Manage::TestAll => {
            let enabled = model
                .snapshot
                .connections
                .iter()
                .filter(|connection| connection.enabled);
            enabled.map(|connection| connection.alias.clone()).collect()
        }
        _ => Vec::new(),
    };
    let ticket = model.requests.ticket();
    model.connecting.begin(ticket, aliases);
    model.say(Tone::Plain, text);
    out.push(Effect::Manage(ticket, job));
}

/// `m`: what can be done to the chosen connection.
fn menu(model: &mut Model, alias: &Alias) {
    let Some(connection) = model.connection(alias) else {
        return;
    };
    let items = offers(connection, model.snapshot.connections.len(), "");
    picker::offer(model, "Connection", items);
}

/// Label, key, why not, and what.
pub(crate) type Offer = (String, &'static str, Option<String>, Choice);

/// Everything that can be done to a connection; labels end in `about`.
pub(crate) fn offers(connection: &ConnectionState, all: usize, about: &str) -> Vec<Offer> {
    let alias = || connection.alias.clone();
    let no_grant = (!connection.access.is_granted())
        .then(|| format!("{} has nothing to authorize: e replaces it", connection.access.label()));
    let default = connection.default.then(|| "it is the default already".to_owned());
    let (enable, read_only) = (!connection.enabled, !connection.read_only);
    let mut offers: Vec<(&str, &'static str, Option<String>, Deed)> = vec![
        ("test", "", None, Deed::Manage(Manage::Test(alias()))),
        ("edit", "e", None, Deed::Edit(alias())),
        ("re-authorize", "", no_grant, Deed::SignIn(alias())),
        ("rename", "", None, Deed::Rename(alias())),
        ("make default", "", default, Deed::Manage(Manage::Default(alias()))),
        (
            if enable { "enable" } else { "disable" },
            "",
            None,
            Deed::Manage(Manage::Enabled(alias(), enable)),
        ),
        (
            if read_only { "read-only on" } else { "read-only off" },
            "",
            None,
            Deed::Manage(Manage::ReadOnly(alias(), read_only)),
        ),
        ("remove", "x", None, Deed::Remove(alias())),
    ];
    if about.is_empty() && all > 1 {
        offers.insert(1, ("test all", "", None, Deed::Manage(Manage::TestAll)));
    }
    offers
        .into_iter()
        .map(|(label, key, reason, deed)| (format!("{label}{about}"), key, reason, Choice::Connection(deed)))
        .collect()
}
