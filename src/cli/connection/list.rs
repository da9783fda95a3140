//! `crosstie connection list`.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    cli::{failure::Failure, format::Format, output::Output, setup::Setup, table::Table},
    config::ConnectionConfig,
    domain::{Access, Alias, ConnectionState, Deployment, Health, Problem},
};

/// A connection as lists show it: what the config says, and what the store knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    alias: Alias,
    kind: Option<Deployment>,
    url: String,
    method: Option<Access>,
    default: bool,
    enabled: bool,
    read_only: bool,
    health: Health,
    account: Option<String>,
    time_zone: Option<String>,
    version: Option<String>,
    complete: bool,
    issues: u64,
    last_success: Option<Timestamp>,
    /// Last four characters of the token or secret.
    secret_ending: Option<String>,
    /// When a person has to sign in again, as far as that is known.
    expires: Option<Timestamp>,
    next_run: Option<Timestamp>,
    problem: Option<Problem>,
}

impl Listed {
    fn new(alias: &Alias, url: &str) -> Self {
        Self {
            alias: alias.clone(),
            kind: None,
            url: url.to_owned(),
            method: None,
            default: false,
            enabled: true,
            read_only: false,
            health: Health::Unknown,
            account: None,
            time_zone: None,
            version: None,
            complete: false,
            issues: 0,
            last_success: None,
            secret_ending: None,
            expires: None,
            next_run: None,
            problem: None,
        }
    }

    fn add_state(&mut self, state: &ConnectionState) {
        self.kind = state.deployment.or(self.kind);
        self.health = state.health;
        self.account.clone_from(&state.account);
        self.time_zone.clone_from(&state.time_zone);
        self.version.clone_from(&state.version);
        self.complete = state.complete;
        self.issues = state.issues.unwrap_or_default();
        self.last_success = state.last_success;
        self.secret_ending.clone_from(&state.ending);
        self.expires = state.expires;
        self.next_run = state.next_run;
        self.problem.clone_from(&state.problem);
    }
}

/// All connections of the config, joined with what the store knows of them.
#[must_use]
pub fn list(setup: &Setup, states: &[ConnectionState]) -> Vec<Listed> {
    let joined = |connection: &ConnectionConfig| {
        let mut listed = Listed {
            kind: Some(connection.kind),
            method: Some(connection.access()),
            default: connection.default,
            enabled: connection.enabled,
            read_only: connection.read_only,
            ..Listed::new(&connection.alias, &connection.url)
        };
        if let Some(state) = states.iter().find(|state| state.alias == connection.alias) {
            listed.add_state(state);
        }
        listed
    };
    setup.config.connections.iter().map(joined).collect()
}

/// Prints all connections.
///
/// # Errors
/// If standard output cannot be written to.
pub fn print_list(list: &[Listed], format: Format, output: &mut Output<'_>) -> Result<(), Failure> {
    const HEADER: [&str; 8] = [
        "alias",
        "kind",
        "url",
        "method",
        "account",
        "state",
        "issues",
        "last_success",
    ];
    /// In the table they stand behind the method.
    const OF_SECRET: [&str; 2] = ["secret_ending", "expires"];
    if format.json {
        return output.json(&list);
    }
    if format.csv {
        output.record(HEADER.iter().chain(&OF_SECRET))?;
        for listed in list {
            let last = listed.last_success.map(|time| time.to_string());
            let ending = listed.secret_ending.clone().unwrap_or_default();
            let expires = listed.expires.map(|time| time.to_string()).unwrap_or_default();
            let cells = cells(listed, last).into_iter().chain([ending, expires]);
            output.record(cells)?;
        }
        return Ok(());
    }
    let mut table = Table::new(&HEADER.map(|name| name.split('_').next().unwrap_or(name))).flexible(Some(2));
    for listed in list {
        let last = listed.last_success.map(|time| output.time(time));
        let mut cells = cells(listed, last);
        cells[METHOD].push_str(&secret(listed, output));
        table.row(&cells);
    }
    table.print(output)?;
    for (listed, problem) in list
        .iter()
        .filter_map(|listed| Some((listed, listed.problem.as_ref()?)))
    {
        output.note(listed.alias.as_str(), &problem.message);
        output.note("  hint", &problem.remedy);
    }
    Ok(())
}

/// Where the method stands in a row.
const METHOD: usize = 3;

/// Which secret it is, and until when it lasts, as far as that is known.
fn secret(listed: &Listed, output: &Output<'_>) -> String {
    let ending = listed.secret_ending.as_ref().map(|ending| format!(" …{ending}"));
    let expires = listed.expires.map(|time| {
        let time = output.time(time);
        format!(", expires {}", time.split(' ').next().unwrap_or_default())
    });
    ending.unwrap_or_default() + &expires.unwrap_or_default()
}

fn cells(listed: &Listed, last: Option<String>) -> [String; 8] {
    let kind = listed.kind.map_or("", |kind| match kind {
        Deployment::Cloud => "cloud",
        Deployment::DataCenter => "data-center",
    });
    let state = match listed.health {
        _ if !listed.enabled => "off",
        Health::Unknown => "unknown",
        Health::Ok => "ok",
        Health::Offline => "offline",
        Health::Auth => "sign-in",
        Health::Failed => "failed",
    };
    [
        listed.alias.to_string(),
        kind.to_owned(),
        listed.url.clone(),
        listed.method.map_or("", Access::label).to_owned(),
        listed.account.clone().unwrap_or_default(),
        state.to_owned(),
        listed.issues.to_string(),
        last.unwrap_or_default(),
    ]
}
