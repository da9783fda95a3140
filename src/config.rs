//! The config file as values: connections, views, keys, look; and all that can be wrong with it.
//!
//! [`load`] reads the file, [`parse`] its text. Mistakes are [`Remark`]s with their place in the file,
//! all of them at once. What later versions will do may stand in the file already; it is named by a
//! warning.
//!
//! Must never be in here: a secret (only where one is found), network, terminal.

mod connection;
mod defaults;
pub mod duration;
pub mod edit;
mod file;
mod flaw;
mod mapping;
mod method;
pub mod model;
mod notices;
mod paths;
mod print;
mod query;
mod reader;
mod remark;
mod secret;
mod site;
mod source;
pub(crate) mod typed;
mod view;

#[cfg(test)]
mod tests;

pub use defaults::THEMES;
pub use file::{Loaded, load, parse};
pub use flaw::{Flaw, Severity};
pub use mapping::{Closes, Conflict, Create, MappingConfig, Match, ProjectChoice, Rule, StateRule};
pub use model::{
    CatalogSettings, Config, ConnectionConfig, JiraSettings, Method, NoticeSettings, SyncSettings, TokenStore,
    UiSettings, ViewConfig,
};
pub use paths::{CONFIG_VARIABLE, DATA_VARIABLE, NoPlace, Paths, Surroundings};
pub use print::print;
pub use remark::{Invalid, Position, Remark};
pub use secret::SecretSource;
pub use site::{site as site_of, subdomain as site_of_subdomain};
pub use source::{Feed, SourceConfig};

pub(crate) use defaults::CALLBACK;
pub(crate) use file::whole_file;
pub(crate) use flaw::nearest;

/// The JSON Schema of the file, for editors.
pub const SCHEMA: &str = include_str!("config/schema.json");
