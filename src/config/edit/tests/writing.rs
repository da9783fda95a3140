//! Writing: whole or not at all, never over somebody else's work.

use std::fs;

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_new_file_and_its_folder_are_made() {
    let folder = folder();
    let file = folder.path().join("new/deep/config.toml");
    write(&file, None, "a = 1\n").unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "a = 1\n");
    assert_eq!(names(file.parent().unwrap()), ["config.toml"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&file), 0o600);
        assert_eq!(mode(file.parent().unwrap()), 0o700);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o664)).unwrap();
        write(&file, Some("a = 1\n"), "a = 2\n").unwrap();
        assert_eq!(mode(&file), 0o664);
    }
}

#[test]
fn somebody_elses_work_is_not_written_over() {
    let folder = folder();
    let file = folder.path().join("config.toml");
    let changed = Err(EditError::Changed { path: file.clone() });
    assert_eq!(write(&file, Some(""), "mine"), changed);
    assert_eq!(names(folder.path()), Vec::<String>::new());
    fs::write(&file, "theirs").unwrap();
    for before in [None, Some("old"), Some("")] {
        assert_eq!(write(&file, before, "mine"), changed);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "theirs");
    assert_eq!(names(folder.path()), ["config.toml"]);
}

#[cfg(unix)]
#[test]
fn links_are_followed_to_the_file() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("dotfiles")).unwrap();
    fs::write(at("dotfiles/real.toml"), "old").unwrap();
    symlink("dotfiles/real.toml", at("middle.toml")).unwrap();
    symlink("middle.toml", at("config.toml")).unwrap();
    write(&at("config.toml"), Some("old"), "new").unwrap();
    assert_eq!(fs::read_to_string(at("dotfiles/real.toml")).unwrap(), "new");
    assert!(at("config.toml").is_symlink() && at("middle.toml").is_symlink());
    fs::remove_file(at("dotfiles/real.toml")).unwrap();
    write(&at("config.toml"), None, "again").unwrap();
    assert_eq!(fs::read_to_string(at("dotfiles/real.toml")).unwrap(), "again");
    symlink("circle", at("circle")).unwrap();
    assert!(matches!(write(&at("circle"), None, ""), Err(EditError::Write { .. })));
}

#[test]
fn what_a_killed_process_left_behind_is_in_nobodys_way() {
    let folder = folder();
    let file = folder.path().join("config.toml");
    let left = folder.path().join(format!(".config.toml.{}-0.new", std::process::id()));
    fs::write(&file, "old").unwrap();
    fs::write(&left, "ha").unwrap();
    write(&file, Some("old"), "new").unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "new");
    assert_eq!(fs::read_to_string(&left).unwrap(), "ha");
}

/// A reader at any time in between sees what a process that is killed there would leave.
#[test]
fn there_is_never_half_a_file() {
    let folder = folder();
    let file = folder.path().join("config.toml");
    let texts = ["a".repeat(300_000), "b".repeat(200_000)];
    fs::write(&file, &texts[0]).unwrap();
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for round in 0..20 {
                let (before, after) = (&texts[round % 2], &texts[(round + 1) % 2]);
                write(&file, Some(before), after).unwrap();
            }
            done.store(true, std::sync::atomic::Ordering::SeqCst);
        });
        while !done.load(std::sync::atomic::Ordering::SeqCst) {
            let seen = fs::read_to_string(&file).unwrap();
            assert!(texts.contains(&seen), "{} bytes", seen.len());
        }
    });
}

#[test]
fn a_refusal_leaves_everything_as_it_was() {
    let folder = folder();
    fs::write(folder.path().join("file"), "").unwrap();
    let below_a_file = folder.path().join("file/config.toml");
    let error = write(&below_a_file, None, "new").unwrap_err();
    assert!(matches!(error, EditError::Write { .. }), "{error:?}");
    assert!(error.to_string().contains("config.toml cannot be written"), "{error}");
}
