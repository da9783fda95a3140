//! `crosstie connection authorize`: a sign-in through the browser, without a screen.
//!
//! The address is printed at once; then whichever comes first is taken, a line of standard input
//! (code, verifier or landing address) or the browser at the callback. The last object is that of
//! `connection test`. At a terminal the browser opens by itself.

use serde::Serialize;

use super::{TestReport, print_test};
use crate::{
    cli::{
        failure::{Exit, Failure},
        format::Json,
        output::Output,
        services::{Services, Started},
        setup::Setup,
    },
    domain::Access,
};

/// Arguments of `connection authorize`.
#[derive(Debug, clap::Args)]
pub struct AuthorizeArgs {
    /// The connection
    alias: String,
    /// Which site to use, when the grant covers several
    #[arg(long, value_name = "URL")]
    site: Option<String>,
    #[command(flatten)]
    json: Json,
}

#[derive(Serialize)]
struct Begun<'a> {
    authorization_url: &'a str,
}

/// Authorises a connection, then tests it.
///
/// # Errors
/// If the connection signs in otherwise, or the sign-in fails.
pub(super) fn run(
    args: &AuthorizeArgs,
    setup: &Setup,
    services: &dyn Services,
    output: &mut Output<'_>,
) -> Result<Exit, Failure> {
    let connection = setup.named(&args.alias)?;
    let access = connection.access();
    if !access.is_granted() {
        let message = format!(
            "{} signs in by {}, which needs no browser",
            connection.alias,
            access.label()
        );
        return Err(Failure::new(Exit::Usage, message)
            .hint(format!("`crosstie connection test {}` tries it", connection.alias)));
    }
    let mut tell = |started: &Started| {
        tell(started, access, args.json, output)?;
        if output.look.interactive && !args.json.json {
            open(&started.authorization_url, services, output);
        }
        Ok(())
    };
    services.authorize(setup, connection, args.site.as_deref(), &mut tell)?;
    let tested = services.test(setup, connection);
    print_test(
        &TestReport::new(&connection.alias, tested.checks),
        args.json.json,
        output,
    )?;
    let kinds = tested.problem.iter().map(|problem| problem.kind.as_str());
    Ok(Exit::of_problems(kinds))
}

fn tell(started: &Started, access: Access, json: Json, output: &mut Output<'_>) -> Result<(), Failure> {
    let url = &started.authorization_url;
    if json.json {
        output.json(&Begun { authorization_url: url })?;
    } else {
        output.line(url)?;
    }
    output.flush()?;
    if let Some(note) = &started.note {
        output.note("note", note);
    }
    let until = output.time(started.expires_at);
    output.note("valid", &format!("until {until}; after that, begin again"));
    let what = match access {
        Access::OAuth1 => "verification code",
        _ => "code",
    };
    match &started.listening {
        Ok(callback) => output.note(
            "open it",
            &format!(
                "in a browser; {callback} is waiting. On another machine, paste the landing address or the {what} here"
            ),
        ),
        Err(why) => {
            output.note("note", why);
            output.note(
                "open it",
                &format!("in a browser, then paste the landing address or the {what} here"),
            );
        }
    }
    Ok(())
}

/// Takes a person there. Without a browser the address is on the screen all the same.
fn open(url: &str, services: &dyn Services, output: &mut Output<'_>) {
    if !is_web(url) {
        return;
    }
    if let Err(why) = services.open(url) {
        output.note("note", &format!("no browser could be opened here: {why}"));
    }
}

/// Whatever a server has answered with, only a page is opened.
fn is_web(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}
