//! Sources of files: what their paths lead to, and what is read twice.
//!
//! Must never be in here: what is in the files.

use crate::{
    cli::services::Check,
    config::Config,
    source::files::{list, shared},
    sync::of_files,
};

/// One check for each source of files that is switched on.
pub(super) fn checks(config: &Config) -> Vec<Check> {
    let mut before = Vec::new();
    let mut checks = Vec::new();
    for source in of_files(config) {
        let (name, kind, paths) = &source;
        let called = format!("{name} files");
        let (files, flaws) = list(paths, *kind);
        let mut twice = shared(paths, *kind, &before).into_iter();
        checks.push(match (twice.next(), flaws.first()) {
            (Some(flaw), _) => {
                let remedy = "leave the files to one of the sources, and import again";
                Check::failed(&called, flaw.to_string(), remedy)
            }
            // They are watched, and may be yet to come.
            (None, Some(flaw)) => Check::passed(&called, format!("{}; {flaw}", count(files.len()))),
            (None, None) => Check::passed(&called, count(files.len())),
        });
        before.push(source);
    }
    checks
}

fn count(files: usize) -> String {
    match files {
        0 => "none yet".to_owned(),
        1 => "1 file".to_owned(),
        more => format!("{more} files"),
    }
}
