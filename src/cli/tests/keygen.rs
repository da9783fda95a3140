//! `keygen`: what it writes, prints, and never touches.

use secrecy::SecretString;
use serde_json::Value;

use super::*;
use crate::auth::oauth1::PrivateKey;

fn generated(world: &World, line: &[&str]) -> Value {
    let ran = world.run(&Fake::default(), line);
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    assert!(!ran.out.contains("PRIVATE KEY"), "{}", ran.out);
    serde_json::from_str(&ran.out.replace('~', world.folder.path().to_str().unwrap())).unwrap()
}

fn read(file: &std::path::Path) -> PrivateKey {
    let text = SecretString::from(fs::read_to_string(file).unwrap());
    PrivateKey::read(&text).ok().unwrap()
}

#[test]
fn a_key_is_written_for_its_owner_alone_and_never_over_another() {
    let world = World::new("");
    let file = world.folder.path().join("my key.pem");
    let line = ["keygen", "--out", file.to_str().unwrap(), "--json"];
    let told = generated(&world, &line);
    assert_eq!(told["private_key_file"], file.to_str().unwrap());
    let key = read(&file);
    assert_eq!(told["public_key"], key.public_bare());
    assert_eq!(told["public_key_pem"], key.public_pem());
    assert_eq!(told["fingerprint"], key.fingerprint());
    assert_eq!(told["bits"], 2048);
    let digits = key.fingerprint()[5..].replace(':', "");
    assert_eq!(told["consumer_key"], format!("crosstie-{}", &digits[..8]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }

    let before = fs::read(&file).unwrap();
    let again = world.run(&Fake::default(), &line);
    assert_eq!(again.exit, Exit::Failed);
    assert!(
        again.err.contains("is there already and is left as it is"),
        "{}",
        again.err
    );
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[test]
fn what_cannot_be_written_is_said() {
    let world = World::new("");
    let below = world.folder.path().join("none/key.pem");
    for (out, exit, said) in [
        ("-", Exit::Usage, "name a file"),
        (below.to_str().unwrap(), Exit::Failed, "cannot be written"),
        (world.folder.path().to_str().unwrap(), Exit::Failed, "is there already"),
    ] {
        let ran = world.run(&Fake::default(), &["keygen", "--out", out]);
        assert_eq!(ran.exit, exit, "{out}");
        assert!(ran.err.contains(said), "{out}: {}", ran.err);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn every_field_of_jiras_screens_is_told() {
    let world = World::new("");
    let ran = world.run(&Fake::default(), &["keygen"]);
    assert_eq!(ran.exit, Exit::Done, "{}", ran.err);
    let file = fs::read_dir(world.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path().join("oauth1.pem"))
        .find(|file| file.exists());
    let key = read(&file.unwrap());
    let digits = key.fingerprint()[5..].replace(':', "");
    let text = ran
        .out
        .replace(&key.public_pem(), "[pem]\n")
        .replace(&key.public_bare(), "[bare]")
        .replace(&key.fingerprint(), "[fingerprint]")
        .replace(&digits[..8], "[digits]");
    insta::assert_snapshot!(text, @"
    Private key  ~/data/oauth1.pem  (2048 bits; keep it to yourself)
    Fingerprint  [fingerprint]

    In Jira, as an administrator: Administration > Applications > Application links

    1. Start the link
       Jira before 8.22      enter https://crosstie.example, press Create new link
       Jira 8.22 and later   press Create link, choose Atlassian product, enter https://crosstie.example
                             (External application there is OAuth 2.0, which needs no key)
       No response received  does not matter: press Continue

    2. Link applications
       Application Name       crosstie
       Application Type       Generic Application
       All other text fields  leave empty (where Jira insists, crosstie)
       Create incoming link   check it, then Continue

    3. Incoming link (of an existing link: Edit > Incoming authentication)
       Consumer Key           crosstie-[digits]
       Consumer Name          crosstie
       Public Key             the text below
       Consumer Callback URL  http://localhost:8976/callback (may stay empty)
       2-legged OAuth         leave it off

    [pem]

    Where that is refused, the same without its first and last line and line breaks:

    [bare]

    4. Here
       crosstie connection add ALIAS --kind data-center --url URL --method oauth1 --consumer-key crosstie-[digits] --private-key ~/data/oauth1.pem
       crosstie connection authorize ALIAS
    ");
}
