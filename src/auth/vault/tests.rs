use secrecy::ExposeSecret;

use super::*;
use crate::auth::{
    grant::tests::{oauth1, oauth2},
    keyring::MemoryKeyring,
};

const PLACES: [TokenStore; 2] = [TokenStore::Keyring, TokenStore::File];

struct Place {
    folder: tempfile::TempDir,
    vault: Vault,
}

fn place() -> Place {
    with(MemoryKeyring::default())
}

fn with(keyring: MemoryKeyring) -> Place {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::new(folder.path().join("data"), Arc::new(keyring));
    Place { folder, vault }
}

fn alias(text: &str) -> Alias {
    Alias::from(text)
}

fn exposed(grant: &Grant) -> Vec<String> {
    let secrets = grant.secrets();
    secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect()
}

#[tokio::test]
async fn each_place_gives_back_what_it_was_given() {
    let grants = [
        Grant::OAuth2(oauth2("access", Some("refresh"))),
        Grant::OAuth2(oauth2("access", None)),
        Grant::OAuth1(oauth1("token", Some("handle"))),
        Grant::OAuth1(oauth1("t\u{f6}ken \"\\", None)),
    ];
    for store in PLACES {
        let place = place();
        let acme = alias("acme");
        assert!(place.vault.tokens(&acme, store).await.unwrap().is_none());
        for grant in &grants {
            place.vault.keep_tokens(&acme, store, grant).await.unwrap();
            let read = place.vault.tokens(&acme, store).await.unwrap().unwrap();
            assert_eq!(exposed(&read), exposed(grant));
            assert_eq!(format!("{read:?}"), format!("{grant:?}"));
        }
        let other = PLACES.into_iter().find(|other| *other != store).unwrap();
        assert!(
            place.vault.tokens(&acme, other).await.unwrap().is_none(),
            "the place is never silently another one"
        );
        assert!(place.vault.tokens(&alias("lab"), store).await.unwrap().is_none());
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_their_owners_alone() {
    use std::{fs, os::unix::fs::PermissionsExt};
    let place = place();
    let acme = alias("acme");
    let grant = Grant::OAuth2(oauth2("access", None));
    let tokens = place.vault.files.tokens(&acme);
    fs::create_dir_all(tokens.parent().unwrap()).unwrap();
    fs::set_permissions(tokens.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
    place.vault.keep_tokens(&acme, TokenStore::File, &grant).await.unwrap();
    let secret = SecretString::from("t0ken");
    let source = place.vault.keep_secret(&acme, TokenStore::File, secret).await.unwrap();
    let SecretSource::File(secret) = source else {
        panic!("{source:?}");
    };
    for path in [&tokens, &secret] {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(
            (mode(path), mode(path.parent().unwrap())),
            (0o600, 0o700),
            "{}",
            path.display()
        );
        let names = fs::read_dir(path.parent().unwrap()).unwrap().count();
        assert_eq!(names, 1, "nothing is left beside it");
    }
    for mode in [0o640, 0o604, 0o666] {
        fs::set_permissions(&tokens, fs::Permissions::from_mode(mode)).unwrap();
        let error = place.vault.tokens(&acme, TokenStore::File).await.unwrap_err();
        assert_eq!(
            error.remedy,
            format!("run: chmod 600 '{}'", tokens.display()),
            "{mode:o}"
        );
    }
    place.vault.keep_tokens(&acme, TokenStore::File, &grant).await.unwrap();
    assert!(place.vault.tokens(&acme, TokenStore::File).await.unwrap().is_some());
}

#[tokio::test]
async fn what_is_damaged_is_an_error_and_not_nothing() {
    let place = place();
    let acme = alias("acme");
    let whole = code::encode(&Grant::OAuth2(oauth2("s3cret-access", Some("s3cret-refresh"))));
    let whole = whole.expose_secret();
    for (text, expected) in [
        ("", "they are not in crosstie's form"),
        ("s3cret", "they are not in crosstie's form"),
        (&whole[..whole.len() / 2], "they are not in crosstie's form"),
        (
            &whole.replace("\"form\":1", "\"form\":2"),
            "they were written by a newer crosstie",
        ),
        (
            &whole.replace("\"access\"", "\"axess\""),
            "something is missing in them",
        ),
        (
            &whole.replace("\"oauth2\"", "\"s3cret\""),
            "something is missing in them",
        ),
    ] {
        let text = SecretString::from(text);
        place.vault.files.write_tokens(&acme, &text).unwrap();
        place.vault.keyring.set(&tokens_account(&acme), &text).unwrap();
        for store in PLACES {
            let error = place.vault.tokens(&acme, store).await.unwrap_err();
            assert!(error.message.ends_with(expected), "{error}");
            assert!(
                error.remedy.contains("crosstie connection authorize acme"),
                "{}",
                error.remedy
            );
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_new_alias_takes_everything_along_and_a_removed_one_leaves_nothing() {
    let place = place();
    let (acme, lab) = (alias("acme"), alias("lab"));
    let grant = Grant::OAuth1(oauth1("token", None));
    for store in PLACES {
        place.vault.keep_tokens(&acme, store, &grant).await.unwrap();
        let secret = SecretString::from("t0ken");
        place.vault.keep_secret(&acme, store, secret).await.unwrap();
    }
    let source = place.vault.rename(&acme, &lab).await.unwrap();
    let file = place.folder.path().join("data/secrets/lab");
    assert_eq!(source, Some(SecretSource::File(file.clone())));
    for store in PLACES {
        assert!(place.vault.tokens(&acme, store).await.unwrap().is_none());
        let moved = place.vault.tokens(&lab, store).await.unwrap().unwrap();
        assert_eq!(exposed(&moved), exposed(&grant));
    }
    place.vault.secret(&acme).await.unwrap_err();
    assert_eq!(place.vault.secret(&lab).await.unwrap().expose_secret(), "t0ken");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "t0ken");
    assert_eq!(place.vault.rename(&acme, &lab).await.unwrap(), None, "nothing to move");
    place.vault.forget(&lab).await.unwrap();
    for store in PLACES {
        assert!(place.vault.tokens(&lab, store).await.unwrap().is_none());
    }
    place.vault.secret(&lab).await.unwrap_err();
    assert!(!file.exists());
    place.vault.forget(&lab).await.unwrap();
}

#[tokio::test]
async fn without_a_keyring_files_still_work_and_a_locked_one_is_told() {
    let reason = || "test".to_owned();
    let acme = alias("acme");
    let grant = Grant::OAuth2(oauth2("access", None));
    let absent = with(MemoryKeyring::failing(KeyringError::Absent { reason: reason() }));
    absent.vault.keep_tokens(&acme, TokenStore::File, &grant).await.unwrap();
    assert!(absent.vault.tokens(&acme, TokenStore::File).await.unwrap().is_some());
    let error = absent
        .vault
        .keep_tokens(&acme, TokenStore::Keyring, &grant)
        .await
        .unwrap_err();
    assert_eq!(error.kind, AuthErrorKind::Secret);
    absent.vault.rename(&acme, &alias("lab")).await.unwrap();
    absent.vault.forget(&alias("lab")).await.unwrap();
    absent.vault.check_keyring().await.unwrap_err();

    let locked = with(MemoryKeyring::failing(KeyringError::Locked { reason: reason() }));
    locked.vault.keep_tokens(&acme, TokenStore::File, &grant).await.unwrap();
    for error in [
        locked.vault.tokens(&acme, TokenStore::Keyring).await.unwrap_err(),
        locked.vault.secret(&acme).await.unwrap_err(),
        locked.vault.forget(&acme).await.unwrap_err(),
    ] {
        assert!(error.message.contains("locked"), "{error}");
    }
    assert!(
        locked.vault.tokens(&acme, TokenStore::File).await.unwrap().is_none(),
        "the files are cleared all the same"
    );
}

#[tokio::test]
async fn one_holder_of_the_lock_at_a_time() {
    let place = place();
    let (acme, lab) = (alias("acme"), alias("lab/../x"));
    let held = place.vault.lock(&acme).await.unwrap();
    place.vault.lock(&lab).await.unwrap();
    let waiting = place.vault.clone();
    let second = tokio::spawn(async move { waiting.lock(&alias("acme")).await });
    tokio::task::yield_now().await;
    assert!(!second.is_finished());
    drop(held);
    second.await.unwrap().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_cannot_be_written_is_told_and_keeps_the_old_grant() {
    let folder = tempfile::tempdir().unwrap();
    let blocked = folder.path().join("file");
    std::fs::write(&blocked, "").unwrap();
    let vault = Vault::new(blocked.clone(), Arc::new(MemoryKeyring::default()));
    let grant = Grant::OAuth2(oauth2("s3cret", None));
    let error = vault
        .keep_tokens(&alias("acme"), TokenStore::File, &grant)
        .await
        .unwrap_err();
    assert!(error.message.contains("could not be written"), "{error}");
    assert!(error.remedy.contains("CROSSTIE_DATA_DIR"), "{}", error.remedy);
    vault.lock(&alias("acme")).await.unwrap_err();
}
