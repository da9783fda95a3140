//! What a verb starts from: the config, the folders, and the connections that the user named.
//!
//! Must never be in here: store and network.

use std::path::PathBuf;

use super::{
    failure::{Exit, Failure},
    output::Output,
};
use crate::config::{self, Config, ConnectionConfig, Flaw, Loaded, Paths, Remark};

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
    pub fn choose(&self, aliases: &[String]) -> Result<Vec<&ConnectionConfig>, Failure> {
        if self.config.connections.is_empty() {
            return Err(self.no_connection());
        }
        if !aliases.is_empty() {
            return aliases.iter().map(|alias| self.named(alias)).collect();
        }
        let enabled = self.config.connections.iter().filter(|connection| connection.enabled);
        let all: Vec<_> = enabled.collect();
        if all.is_empty() {
            let message = format!("every connection in {} is switched off", self.paths.config.display());
            return Err(Failure::new(Exit::Config, message).hint("set `enabled = true` on one of them"));
        }
        Ok(all)
    }

    /// The connection of an alias, switched on or off.
    ///
    /// # Errors
    /// If it is unknown.
    pub fn known(&self, alias: &str) -> Result<&ConnectionConfig, Failure> {
        self.config.connection(alias).ok_or_else(|| self.unknown(alias))
    }

    /// The connection of an alias.
    ///
    /// # Errors
    /// If it is unknown or switched off.
    pub fn named(&self, alias: &str) -> Result<&ConnectionConfig, Failure> {
        let connection = self.known(alias)?;
        if connection.enabled {
            return Ok(connection);
        }
        let message = format!("the connection {} is switched off", connection.alias);
        Err(Failure::new(Exit::Config, message).hint("set `enabled = true` in the config"))
    }

    fn unknown(&self, alias: &str) -> Failure {
        let known: Vec<&str> = self
            .config
            .connections
            .iter()
            .map(|connection| connection.alias.as_str())
            .collect();
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
            .hint("`crosstie` asks for what is needed, `crosstie connection add` takes it as arguments")
            .hint("`crosstie demo` shows the dashboard without a Jira account")
    }
}
