//! What a verb starts from: the config, the folders, and the connections that the user named.
//!
//! Must never be in here: store and network.

use std::path::PathBuf;

use super::{
    failure::{Exit, Failure},
    output::Output,
};
use crate::{
    config::{self, Config, ConnectionConfig, Flaw, Loaded, Paths, Remark, UnusableConnection},
    domain::Alias,
};

/// The config and the folders.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The config.
    pub config: Config,
    /// Files and folders.
    pub paths: Paths,
    /// Warnings about the config.
    pub remarks: Vec<Remark>,
}

/// A connection that the user named, or one of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Chosen<'a> {
    /// It can be used.
    Usable(&'a ConnectionConfig),
    /// It is configured for something that this version cannot do.
    Unusable(&'a UnusableConnection),
}

impl Chosen<'_> {
    /// Its alias.
    #[must_use]
    pub fn alias(&self) -> &Alias {
        match self {
            Self::Usable(connection) => &connection.alias,
            Self::Unusable(connection) => &connection.alias,
        }
    }
}

impl Setup {
    /// Reads the config and notes its warnings. A file that the user `named` must be there.
    ///
    /// # Errors
    /// If something in the config must be fixed.
    pub fn load(paths: &Paths, named: bool, output: &mut Output<'_>) -> Result<Self, Failure> {
        let Loaded { config, remarks } = config::load(paths)?;
        if named && config.path.is_none() {
            let absent = config::whole_file(&paths.config, Flaw::Absent);
            return Err(
                Failure::new(Exit::Config, format!("{}: {}", absent.place(), absent.flaw)).hint(absent.remedy()),
            );
        }
        output.look.ascii |= config.ui.ascii;
        for remark in &remarks {
            output.remark(&remark.to_string());
        }
        Ok(Self {
            config,
            paths: paths.clone(),
            remarks,
        })
    }

    /// The folder that holds the store: the data folder, unless the config names another.
    #[must_use]
    pub fn store_folder(&self) -> PathBuf {
        match self.config.store.as_str() {
            "sqlite" => self.paths.data.clone(),
            folder => PathBuf::from(folder),
        }
    }

    /// The connections of these aliases, or all that are switched on.
    ///
    /// # Errors
    /// If there is none, or one of the aliases is unknown or switched off.
    pub fn choose(&self, aliases: &[String]) -> Result<Vec<Chosen<'_>>, Failure> {
        if self.config.connections.is_empty() && self.config.unusable.is_empty() {
            return Err(self.no_connection());
        }
        if !aliases.is_empty() {
            return aliases.iter().map(|alias| self.named(alias)).collect();
        }
        let usable = self.config.connections.iter().filter(|connection| connection.enabled);
        let all: Vec<_> = usable
            .map(Chosen::Usable)
            .chain(self.config.unusable.iter().map(Chosen::Unusable))
            .collect();
        if all.is_empty() {
            let message = format!("every connection in {} is switched off", self.paths.config.display());
            return Err(Failure::new(Exit::Config, message).hint("set `enabled = true` on one of them"));
        }
        Ok(all)
    }

    /// The connection of an alias.
    ///
    /// # Errors
    /// If it is unknown or switched off.
    pub fn named(&self, alias: &str) -> Result<Chosen<'_>, Failure> {
        if let Some(connection) = self.config.connection(alias) {
            if connection.enabled {
                return Ok(Chosen::Usable(connection));
            }
            let message = format!("the connection {} is switched off", connection.alias);
            return Err(Failure::new(Exit::Config, message).hint("set `enabled = true` in the config"));
        }
        let unusable = &self.config.unusable;
        let found = unusable
            .iter()
            .find(|other| other.alias.as_str().eq_ignore_ascii_case(alias));
        found.map(Chosen::Unusable).ok_or_else(|| self.unknown(alias))
    }

    /// The usable connection of an alias.
    ///
    /// # Errors
    /// If it is unknown, switched off, or configured for something that this version cannot do.
    pub fn usable(&self, alias: &str) -> Result<&ConnectionConfig, Failure> {
        match self.named(alias)? {
            Chosen::Usable(connection) => Ok(connection),
            Chosen::Unusable(connection) => {
                let problem = &connection.problem;
                Err(Failure::new(Exit::Config, problem.message.clone()).hint(problem.remedy.clone()))
            }
        }
    }

    fn unknown(&self, alias: &str) -> Failure {
        let usable = self
            .config
            .connections
            .iter()
            .map(|connection| connection.alias.as_str());
        let unusable = self.config.unusable.iter().map(|connection| connection.alias.as_str());
        let known: Vec<&str> = usable.chain(unusable).collect();
        let failure = Failure::new(Exit::Usage, format!("there is no connection {alias:?}"));
        match config::nearest(alias, &known) {
            Some(near) => failure.hint(format!("did you mean {near}?")),
            None if known.is_empty() => failure.hint(format!("{} has none", self.paths.config.display())),
            None => failure.hint(format!("there are: {}", known.join(", "))),
        }
    }

    fn no_connection(&self) -> Failure {
        let file = self.paths.config.display();
        let message = match self.config.path {
            Some(_) => format!("no connection is configured in {file}"),
            None => format!("there is no config file {file}"),
        };
        Failure::new(Exit::Config, message)
            .hint("describe your site there; config.example.toml shows every setting")
            .hint("`crosstie demo` shows the dashboard without a Jira account")
    }
}
