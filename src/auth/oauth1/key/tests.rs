use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, LazyLock},
};

use rsa::{
    RsaPublicKey,
    pkcs8::DecodePublicKey,
    rand_core::{CryptoRng, Error, RngCore},
};
use secrecy::ExposeSecret;

use super::*;

/// A key to sign with in tests of other modules.
pub(crate) static KEY: LazyLock<Arc<PrivateKey>> =
    LazyLock::new(|| Arc::new(PrivateKey::read(&pem("rsa-2048-pkcs8.pem").into()).ok().unwrap()));

fn pem(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/oauth1");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn read(text: &str) -> Result<PrivateKey, KeyError> {
    PrivateKey::read(&SecretString::from(text))
}

fn refusal(text: &str) -> Option<KeyError> {
    read(text).err()
}

/// Whether `signature` over `message` is the key's, by the verifier of the `rsa` crate.
pub(crate) fn verifies(public_pem: &str, message: &[u8], signature: &[u8]) -> bool {
    let public = RsaPublicKey::from_public_key_pem(public_pem).unwrap();
    let padding = Pkcs1v15Sign::new::<Sha1>();
    public.verify(padding, &Sha1::digest(message), signature).is_ok()
}

/// Xorshift: as good as anything for finding primes, and always the same.
struct Dice(u64);

impl RngCore for Dice {
    fn next_u32(&mut self) -> u32 {
        self.next_u64().to_le_bytes()[..4]
            .iter()
            .fold(0, |sum, byte| sum << 8 | u32::from(*byte))
    }

    fn next_u64(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn fill_bytes(&mut self, dest: &mut [u8]) {
        for byte in dest {
            *byte = self.next_u64().to_le_bytes()[3];
        }
    }

    fn try_fill_bytes(&mut self, dest: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(dest);
        Ok(())
    }
}

impl CryptoRng for Dice {}

/// The base64 between header and footer, without line breaks.
fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

#[test]
fn every_shape_of_a_key_is_read() {
    let (pkcs8, pkcs1) = (pem("rsa-2048-pkcs8.pem"), pem("rsa-2048-pkcs1.pem"));
    let public = pem("rsa-2048-public.pem");
    let certificate = pem("rsa-2048-certificate.pem");
    for pem in [&pkcs8, &pkcs1] {
        let lines: Vec<&str> = pem.lines().collect();
        let shapes = [
            pem.clone(),
            bare(pem),
            bare(pem).trim_end_matches('=').to_owned(),
            lines.join("\r\n"),
            lines.join(" "),
            lines.join("\\n"),
            format!("\u{feff}\n\n  {}  \n", lines.join("\n    ")),
            format!("\"{}\"", lines.join("\\n")),
            format!("\"{}\\r\\n\",", lines.join("\\r\\n")),
            format!("'{pem}'"),
            serde_json::to_string(pem)
                .unwrap()
                .replace('/', "\\/")
                .replace('+', "\\u002b"),
            lines[1..].join("\n"),
            lines[..lines.len() - 1].join("\n"),
            pem.replace("-----", "\u{2013}\u{2013}"),
            pem.replace("-----", "--"),
            pem.replace("-----BEGIN", "----- BEGIN")
                .replace("KEY-----", "KEY -----"),
            format!("{{\"CONSUMER_SECRET\": \"{}\"}}", lines.join("\\n")),
            format!("Bag Attributes\n    friendlyName: x\n{pem}"),
            format!("{certificate}{pem}"),
            format!("{public}{pem}{certificate}"),
        ];
        for shape in shapes {
            let key = read(&shape);
            let key = key.unwrap_or_else(|error| panic!("{error}: {shape}"));
            assert_eq!(key.public_pem(), public, "{shape}");
        }
    }
}

#[test]
fn what_is_no_private_key_for_jira_is_named() {
    let curve = KeyError::OtherAlgorithm("an elliptic curve");
    let edwards = KeyError::OtherAlgorithm("an Edwards curve");
    for (file, expected) in [
        ("rsa-2048-encrypted-pkcs8.pem", KeyError::Encrypted),
        ("rsa-2048-public.pem", KeyError::PublicKey),
        ("rsa-2048-public-pkcs1.pem", KeyError::PublicKey),
        ("rsa-2048-certificate.pem", KeyError::Certificate),
        ("rsa-2048-request.pem", KeyError::CertificateRequest),
        ("rsa-openssh.pem", KeyError::OpenSsh),
        ("ec-sec1.pem", curve.clone()),
        ("ec-pkcs8.pem", curve),
        ("ed25519-pkcs8.pem", edwards),
        ("rsa-512-pkcs8.pem", KeyError::TooSmall(512)),
    ] {
        let text = pem(file);
        assert_eq!(refusal(&text), Some(expected.clone()), "{file}");
        let one_line = text.replace('\n', "\\n");
        assert_eq!(refusal(&one_line), Some(expected.clone()), "{file} in one line");
        if file != "ec-sec1.pem" {
            assert_eq!(refusal(&bare(&text)), Some(expected), "{file} without header");
        }
    }
    assert_eq!(refusal(&pem("rsa-2048-encrypted-pkcs1.pem")), Some(KeyError::Encrypted));
    assert_eq!(refusal(&pem("rsa-openssh-public.txt")), Some(KeyError::PublicKey));
    assert_eq!(
        refusal("PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none"),
        Some(KeyError::Putty)
    );
}

#[test]
fn what_is_no_key_at_all_is_told_apart_from_half_a_key() {
    let whole = pem("rsa-2048-pkcs8.pem");
    for at in [200, 701, 1600] {
        assert_eq!(refusal(&whole[..at]), Some(KeyError::Truncated), "{at}");
        assert_eq!(refusal(&bare(&whole)[..at - 30]), Some(KeyError::Truncated), "{at}");
    }
    for (text, expected) in [
        ("", KeyError::Empty),
        (" \n\"\"", KeyError::Empty),
        ("hunter2", KeyError::Garbage),
        ("/home/ana/jira.pem", KeyError::Garbage),
        (
            "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
            KeyError::Garbage,
        ),
        (
            "-----BEGIN PRIVATE KEY-----\näöü\n-----END PRIVATE KEY-----",
            KeyError::Garbage,
        ),
        (
            "-----BEGIN PGP MESSAGE-----\nabcd\n-----END PGP MESSAGE-----",
            KeyError::Garbage,
        ),
        ("<html>not found</html>", KeyError::Garbage),
    ] {
        assert_eq!(refusal(text), Some(expected), "{text:?}");
    }
    assert_eq!(refusal(&"A".repeat(300_000)), Some(KeyError::Garbage));
    // One letter in the middle of the modulus.
    let mut damaged = bare(&whole).into_bytes();
    damaged[200] = if damaged[200] == b'A' { b'B' } else { b'A' };
    assert_eq!(refusal(&String::from_utf8(damaged).unwrap()), Some(KeyError::Damaged));
}

#[test]
fn no_refusal_repeats_the_text_and_each_has_a_next_step() {
    let errors = [
        KeyError::Empty,
        KeyError::Encrypted,
        KeyError::Certificate,
        KeyError::OpenSsh,
        KeyError::Putty,
        KeyError::TooSmall(512),
        KeyError::Damaged,
        KeyError::Garbage,
    ];
    for error in errors {
        assert!(error.remedy().len() > 20, "{error}");
    }
    let error = refusal("s3cret-passphrase").unwrap();
    assert!(!format!("{error:?} {error} {}", error.remedy()).contains("s3cret"));
}

#[test]
fn small_keys_are_taken_with_a_warning() {
    let small = read(&pem("rsa-1024-pkcs8.pem")).ok().unwrap();
    assert!(small.weakness().unwrap().contains("1024 bits"));
    assert_eq!(small.bits(), 1024);
    assert_eq!(KEY.weakness(), None);
}

#[test]
fn a_new_key_round_trips_and_depends_on_the_dice() {
    let made = |seed| PrivateKey::generate(KeySize::Bits2048, &mut Dice(seed)).ok().unwrap();
    let key = made(7);
    assert_eq!(key.bits(), 2048);
    assert_eq!(key.public_bare(), made(7).public_bare());
    let text = key.to_pkcs8_pem().unwrap();
    assert!(text.expose_secret().starts_with("-----BEGIN PRIVATE KEY-----\n"));
    assert_eq!(PrivateKey::read(&text).ok().unwrap().fingerprint(), key.fingerprint());
    assert_ne!(key.fingerprint(), KEY.fingerprint());
    assert!(verifies(&key.public_pem(), b"x", &key.sign(b"x").unwrap()));
}

#[test]
fn the_signature_of_the_published_test_case() {
    let key = read(&pem("oauth-test-cases-pkcs8.pem")).ok().unwrap();
    let base = "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacaction.jpg%26oauth_consumer_key%3Ddpf43f3p2l4k3l03\
                %26oauth_nonce%3D13917289812797014437%26oauth_signature_method%3DRSA-SHA1%26oauth_timestamp%3D1196666512\
                %26oauth_version%3D1.0%26size%3Doriginal";
    let signature = STANDARD.encode(key.sign(base.as_bytes()).unwrap());
    assert_eq!(
        signature,
        "jvTp/wX1TYtByB1m+Pbyo0lnCOLIsyGCH7wke8AUs3BpnwZJtAuEJkvQL2/9n4s5wUmUl4aCI4BwpraNx4RtEXMe5qg5T1LVTGliMRpKasKs\
         W//e+RinhejgCuzoH26dyF8iY2ZZ/5D1ilgeijhV/vBka5twt399mXwaYdCwFYE="
    );
    assert!(!verifies(
        &key.public_pem(),
        b"another text",
        &STANDARD.decode(&signature).unwrap()
    ));
}

/// OpenSSL agrees about signature, public key and fingerprint, where there is an OpenSSL to ask.
#[test]
fn openssl_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    let ran = |arguments: &[&str]| {
        Command::new("openssl")
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .output()
    };
    if ran(&["version"]).is_err() {
        eprintln!("skipped: there is no openssl on PATH");
        return;
    }
    fs::write(place("private.pem"), KEY.to_pkcs8_pem().unwrap().expose_secret()).unwrap();
    fs::write(place("public.pem"), KEY.public_pem()).unwrap();
    fs::write(place("text"), "POST&x&y").unwrap();
    fs::write(place("signature"), KEY.sign(b"POST&x&y").unwrap()).unwrap();
    let verified = ran(&[
        "dgst",
        "-sha1",
        "-verify",
        "public.pem",
        "-signature",
        "signature",
        "text",
    ])
    .unwrap();
    assert!(verified.status.success(), "{verified:?}");
    let public = ran(&["pkey", "-in", "private.pem", "-pubout"]).unwrap();
    assert_eq!(String::from_utf8(public.stdout).unwrap(), KEY.public_pem());
    let der = STANDARD.decode(KEY.public_bare()).unwrap();
    fs::write(place("public.der"), der).unwrap();
    let digest = String::from_utf8(ran(&["sha1", "-r", "public.der"]).unwrap().stdout).unwrap();
    let ours = KEY.fingerprint().replace("SHA1:", "").replace(':', "");
    assert!(digest.starts_with(&ours), "{digest} {ours}");
}

proptest::proptest! {
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), text in ".{0,200}", marks in "(-----|BEGIN |END |KEY| |\n|A|ü){0,12}", cut in 0_usize..1600, flip in 0_usize..1600) {
        let _ = refusal(&STANDARD.encode(&bytes));
        let _ = refusal(&text);
        let _ = refusal(&format!("-----BEGIN {text}-----END {text}"));
        let _ = refusal(&marks);
        let mut key = bare(&pem("rsa-2048-pkcs8.pem")).into_bytes();
        key[flip] = b'x';
        let mut sequence = vec![0x30, 0x82];
        sequence.extend(&bytes);
        let _ = refusal(&STANDARD.encode(sequence));
        let _ = refusal(&String::from_utf8(key).unwrap()[cut..]);
    }
}
