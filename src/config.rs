//! The config file as values: connections, views, keys, look.
//!
//! Must never be in here: a secret (only where one is found), network, terminal.

pub mod model;

pub use model::{
    CatalogSettings, Config, ConnectionConfig, JiraSettings, Method, SecretSource, SyncSettings, TokenStore,
    UiSettings, ViewConfig,
};
