//! Where things are: the config file, the data folder, the log; and paths written in the file.
//!
//! Must never be in here: creating or reading any of them.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The environment variable that names the config file.
pub const CONFIG_VARIABLE: &str = "CROSSTIE_CONFIG";
/// The environment variable that names the data folder.
pub const DATA_VARIABLE: &str = "CROSSTIE_DATA_DIR";

/// The files and folders of one crosstie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The config file, whether it exists or not.
    pub config: PathBuf,
    /// The folder for store and log, whether it exists or not.
    pub data: PathBuf,
    /// The user's home, for `~`.
    pub home: Option<PathBuf>,
}

/// The platform has no place for the config or the data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this account has no home folder, so there is no place for the {what}; set {variable}")]
pub struct NoPlace {
    what: &'static str,
    variable: &'static str,
}

impl Paths {
    /// From the environment, or else the platform's folders; `config` goes before both.
    ///
    /// # Errors
    /// If neither names a place.
    pub fn find(config: Option<PathBuf>, env: impl Fn(&str) -> Option<OsString>) -> Result<Self, NoPlace> {
        let named = |variable: &str| env(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
        let platform = directories::BaseDirs::new();
        let in_platform =
            |folder: fn(&directories::BaseDirs) -> &Path| platform.as_ref().map(|dirs| folder(dirs).join("crosstie"));
        let config = config
            .or_else(|| named(CONFIG_VARIABLE))
            .or_else(|| Some(in_platform(directories::BaseDirs::config_dir)?.join("config.toml")))
            .ok_or(NoPlace {
                what: "config",
                variable: CONFIG_VARIABLE,
            })?;
        let data = named(DATA_VARIABLE)
            .or_else(|| in_platform(directories::BaseDirs::data_local_dir))
            .ok_or(NoPlace {
                what: "data",
                variable: DATA_VARIABLE,
            })?;
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        Ok(Self {
            config: absolute(config),
            data: absolute(data),
            home: platform.map(|dirs| dirs.home_dir().to_owned()),
        })
    }

    /// The log file.
    #[must_use]
    pub fn log(&self) -> PathBuf {
        self.data.join("crosstie.log")
    }
}

/// What paths in a config file are relative to.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// The config file.
    pub file: &'a Path,
    /// The user's home, for `~`.
    pub home: Option<&'a Path>,
}

impl Surroundings<'_> {
    /// A path of the file as an absolute one.
    pub(super) fn absolute(&self, text: &str) -> PathBuf {
        let below_home = text
            .strip_prefix('~')
            .filter(|rest| rest.is_empty() || rest.starts_with(['/', '\\']));
        if let (Some(rest), Some(home)) = (below_home, self.home) {
            return home.join(rest.trim_start_matches(['/', '\\']));
        }
        self.file.parent().unwrap_or(Path::new("")).join(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_goes_before_the_environment_and_that_before_the_platform() {
        let env = |name: &str| match name {
            CONFIG_VARIABLE => Some(OsString::from("/etc/c.toml")),
            DATA_VARIABLE => Some(OsString::from("/var/c")),
            _ => None,
        };
        let paths = Paths::find(Some("/x/mine.toml".into()), env).unwrap();
        assert_eq!(paths.config, Path::new("/x/mine.toml"));
        assert_eq!(paths.data, Path::new("/var/c"));
        assert_eq!(paths.log(), Path::new("/var/c/crosstie.log"));
        assert_eq!(Paths::find(None, env).unwrap().config, Path::new("/etc/c.toml"));
        let platform = Paths::find(None, |_| Some(OsString::new())).unwrap();
        assert!(platform.config.ends_with("crosstie/config.toml"), "{platform:?}");
        assert!(platform.data.ends_with("crosstie"), "{platform:?}");
    }

    #[test]
    fn paths_in_the_file_start_from_its_folder_or_from_home() {
        let around = Surroundings {
            file: Path::new("/etc/crosstie/config.toml"),
            home: Some(Path::new("/home/ana")),
        };
        for (text, expected) in [
            ("ca.pem", "/etc/crosstie/ca.pem"),
            ("/ca.pem", "/ca.pem"),
            ("~/ca.pem", "/home/ana/ca.pem"),
            ("~", "/home/ana/"),
            ("~bob/ca.pem", "/etc/crosstie/~bob/ca.pem"),
        ] {
            assert_eq!(around.absolute(text), Path::new(expected), "{text}");
        }
    }
}
