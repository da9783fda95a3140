//! The config file as far as the dashboard edits it.

use std::{fs, io};

use crate::{
    app::{ChangeKind, ChangeLine, ConfigChange},
    config::{
        Paths, ViewConfig,
        edit::{DiffKind, Edit, EditError, write},
    },
    domain::Problem,
    runtime::ConfigFile,
};

/// The file at these paths.
pub(super) struct OwnFile(pub(super) Paths);

/// What a change of the config would make of the file; nothing is written.
pub(super) fn plan(
    paths: &Paths,
    change: impl FnOnce(&mut Edit) -> Result<(), EditError>,
) -> Result<ConfigChange, Problem> {
    let before = match fs::read_to_string(&paths.config) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(unreadable(paths, &error)),
    };
    let planned = || -> Result<Edit, EditError> {
        let mut edit = Edit::open(&before)?.at(paths);
        change(&mut edit)?;
        edit.checked()?;
        Ok(edit)
    };
    let edit = planned().map_err(|error| Problem::from(&error))?;
    let lines = edit.diff().into_iter().map(|line| ChangeLine {
        kind: match line.kind {
            DiffKind::Added => ChangeKind::Added,
            DiffKind::Removed => ChangeKind::Removed,
            DiffKind::Kept | DiffKind::Gap => ChangeKind::Kept,
        },
        text: line.line,
    });
    Ok(ConfigChange {
        path: paths.config.display().to_string(),
        lines: lines.collect(),
        after: edit.text(),
        before,
    })
}

impl ConfigFile for OwnFile {
    fn plan_views(&self, views: &[ViewConfig]) -> Result<Option<ConfigChange>, Problem> {
        plan(&self.0, |edit| edit.set_views(views)).map(Some)
    }

    fn write(&self, change: &ConfigChange) -> Result<(), Problem> {
        let before = (!change.before.is_empty() || self.0.config.exists()).then_some(change.before.as_str());
        write(&self.0.config, before, &change.after).map_err(|error| Problem::from(&error))
    }
}

fn unreadable(paths: &Paths, error: &io::Error) -> Problem {
    Problem {
        kind: "setup".to_owned(),
        message: format!("{} cannot be read: {error}", paths.config.display()),
        remedy: "make the file readable; nothing was changed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_are_planned_then_written_and_not_over_somebody_elses_change() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths {
            config: folder.path().join("config.toml"),
            data: folder.path().join("data"),
            home: None,
        };
        let file = OwnFile(paths.clone());
        let mut views = crate::config::Config::default().views;
        views.truncate(1);
        for known in ["", "# mine\nstore = \"sqlite\"\n"] {
            if !known.is_empty() {
                fs::write(&paths.config, known).unwrap();
            }
            let change = file.plan_views(&views).unwrap().unwrap();
            assert!(change.differs());
            file.write(&change).unwrap();
            let text = fs::read_to_string(&paths.config).unwrap();
            assert!(text.starts_with(known) && text.contains("[[view]]"), "{text}");
            assert!(!file.plan_views(&views).unwrap().unwrap().differs());
            fs::write(&paths.config, "# somebody else's\n").unwrap();
            assert!(file.write(&change).is_err());
            fs::remove_file(&paths.config).unwrap();
        }
        fs::write(&paths.config, "[[view").unwrap();
        assert!(file.plan_views(&views).is_err());
    }
}
