//! Sources that are files.
//!
//! Must never be in here: what the files hold.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    path::PathBuf,
};

/// What files, folders and globs look like from outside: changes when one of them does.
#[must_use]
pub fn stamp(paths: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        let found = glob::glob(&path.to_string_lossy()).into_iter().flatten().flatten();
        for file in found {
            let facts = std::fs::metadata(&file).ok();
            let facts = facts.map(|facts| (facts.len(), facts.modified().ok()));
            (file, facts).hash(&mut hasher);
        }
    }
    hasher.finish()
}
