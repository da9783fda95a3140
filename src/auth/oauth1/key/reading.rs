//! From what people paste to the numbers of a key, and what it is if it is no RSA private key.
//!
//! Must never be in here: a message that repeats a part of the text.

use std::sync::LazyLock;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use rsa::{RsaPrivateKey, pkcs1::DecodeRsaPrivateKey, pkcs8::DecodePrivateKey};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroizing};

use super::KeyError;

/// Longer texts are not a key but a mistake.
const LONGEST: usize = 256 * 1024;

/// Base64 as it looks after careless copying: with or without padding.
static BASE64: LazyLock<GeneralPurpose> = LazyLock::new(|| {
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    GeneralPurpose::new(&alphabet::STANDARD, lenient)
});

/// Dashes that frame a label, with those that word processors make of them.
const DASHES: [char; 4] = ['-', '\u{2010}', '\u{2013}', '\u{2014}'];

/// A key, or what the text is instead.
pub(super) fn read(text: &SecretString) -> Result<RsaPrivateKey, KeyError> {
    let text = text.expose_secret();
    if text.len() > LONGEST {
        return Err(KeyError::Garbage);
    }
    let text = unescaped(text);
    if text.trim().is_empty() {
        return Err(KeyError::Empty);
    }
    if let Some(error) = foreign(&text) {
        return Err(error);
    }
    let block = private_block(&text)?;
    let der = decoded(block.body).ok_or(KeyError::Garbage)?;
    key(&der)
}

/// Takes away what carrying a key through JSON, YAML or an environment variable puts around it.
fn unescaped(text: &str) -> Zeroizing<String> {
    let outside = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '\u{feff}');
    let mut plain = Zeroizing::new(text.trim_matches(outside).to_owned());
    if !plain.contains('\\') {
        return plain;
    }
    let quoted = Zeroizing::new(format!("\"{}\"", plain.as_str()));
    if let Ok(json) = serde_json::from_str::<String>(&quoted) {
        return Zeroizing::new(json);
    }
    for (escape, letter) in [("\\r", "\n"), ("\\n", "\n"), ("\\t", " "), ("\\/", "/"), ("\\\"", "\"")] {
        plain = Zeroizing::new(plain.replace(escape, letter));
    }
    plain
}

/// A part of the text between a header and a footer, either of which may be missing.
struct Block<'t> {
    label: Option<String>,
    body: &'t str,
}

/// The block that holds the private key; others may stand beside it.
fn private_block(text: &str) -> Result<Block<'_>, KeyError> {
    let blocks = blocks(text);
    let mut refusal = None;
    for block in blocks {
        match judged(&block) {
            Ok(()) => return Ok(block),
            Err(error) => refusal = refusal.or(Some(error)),
        }
    }
    Err(refusal.unwrap_or(KeyError::Garbage))
}

/// Whether a block may be an RSA private key, by its label.
fn judged(block: &Block<'_>) -> Result<(), KeyError> {
    let Some(label) = block.label.as_deref() else {
        return Ok(());
    };
    match label {
        "PRIVATE KEY" | "RSA PRIVATE KEY" if block.body.contains("ENCRYPTED") => Err(KeyError::Encrypted),
        "PRIVATE KEY" | "RSA PRIVATE KEY" => Ok(()),
        "ENCRYPTED PRIVATE KEY" => Err(KeyError::Encrypted),
        "OPENSSH PRIVATE KEY" => Err(KeyError::OpenSsh),
        "EC PRIVATE KEY" | "EC PARAMETERS" => Err(KeyError::OtherAlgorithm("an elliptic curve")),
        "DSA PRIVATE KEY" => Err(KeyError::OtherAlgorithm("a DSA")),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Err(KeyError::CertificateRequest),
        "CERTIFICATE" | "X509 CERTIFICATE" | "TRUSTED CERTIFICATE" => Err(KeyError::Certificate),
        other if other.ends_with("PUBLIC KEY") => Err(KeyError::PublicKey),
        _ => Err(KeyError::Garbage),
    }
}

/// The blocks of a text; a text without any header or footer is one block.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(String, usize)> = None;
    let mut free = 0;
    // Two marks may share the dashes between them; then nothing is between them.
    let between = |start: usize, end: usize| text.get(start..end).unwrap_or_default();
    for mark in marks(text) {
        match (mark.begins, open.take()) {
            (true, before) => {
                if let Some((label, start)) = before {
                    found.push(Block::new(label, between(start, mark.start)));
                }
                open = Some((mark.label, mark.end));
            }
            (false, Some((label, start))) => found.push(Block::new(label, between(start, mark.start))),
            (false, None) => found.push(Block::new(mark.label, between(free, mark.start))),
        }
        free = mark.end;
    }
    if let Some((label, start)) = open {
        found.push(Block::new(label, &text[start..]));
    }
    if found.is_empty() {
        found.push(Block {
            label: None,
            body: text,
        });
    }
    found
}

impl<'t> Block<'t> {
    fn new(label: String, body: &'t str) -> Self {
        Self {
            label: Some(label),
            body,
        }
    }
}

/// A header or footer line, wherever it stands.
struct Mark {
    begins: bool,
    label: String,
    /// Where its dashes start and end.
    start: usize,
    end: usize,
}

fn marks(text: &str) -> Vec<Mark> {
    let mut found = Vec::new();
    for (word, begins) in [("BEGIN ", true), ("END ", false)] {
        for (at, _) in text.match_indices(word) {
            let framed = text[..at].trim_end();
            let before = framed.trim_end_matches(DASHES);
            if before.len() == framed.len() && !framed.is_empty() {
                continue;
            }
            let rest = &text[at + word.len()..];
            let label = rest
                .find(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != ' ')
                .map_or(rest, |end| &rest[..end]);
            let after = rest[label.len()..].trim_start_matches(DASHES);
            found.push(Mark {
                begins,
                label: label.trim().to_owned(),
                start: before.len(),
                end: text.len() - after.len(),
            });
        }
    }
    found.sort_by_key(|mark| mark.start);
    found
}

/// The bytes of a block's base64.
fn decoded(body: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut letters = Zeroizing::new(String::with_capacity(body.len()));
    for line in body.lines().filter(|line| !line.contains(':')) {
        letters.extend(line.chars().filter(|c| !ignored(*c)));
    }
    while letters.ends_with('=') {
        letters.pop();
    }
    // One letter alone holds less than a byte: the text was cut within a group of four.
    if letters.len() % 4 == 1 {
        letters.pop();
    }
    if letters.is_empty() {
        return None;
    }
    BASE64.decode(letters.as_bytes()).ok().map(Zeroizing::new)
}

/// What copying may put between the letters.
fn ignored(letter: char) -> bool {
    letter.is_whitespace()
        || matches!(
            letter,
            '"' | '\'' | '\\' | ',' | '-' | '\u{200b}' | '\u{feff}' | '\u{2013}' | '\u{2014}'
        )
}

/// What a text is that neither is PEM nor base64, but is known.
fn foreign(text: &str) -> Option<KeyError> {
    let text = text.trim_start();
    let public = ["ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", "---- BEGIN SSH2 PUBLIC KEY"];
    if public.iter().any(|start| text.starts_with(start)) {
        return Some(KeyError::PublicKey);
    }
    text.contains("PuTTY-User-Key-File").then_some(KeyError::Putty)
}

/// The key in these bytes, whichever of the two forms it has.
fn key(der: &[u8]) -> Result<RsaPrivateKey, KeyError> {
    let whole = match element(der) {
        Some(first) if first.tag == SEQUENCE => &der[..der.len() - first.rest.len()],
        _ => return Err(unreadable(der)),
    };
    RsaPrivateKey::from_pkcs8_der(whole)
        .ok()
        .or_else(|| RsaPrivateKey::from_pkcs1_der(whole).ok())
        .ok_or_else(|| another(whole))
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT: u8 = 0x06;
const SEQUENCE: u8 = 0x30;

/// `rsaEncryption`.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// `id-ecPublicKey`.
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// `id-dsa`.
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
/// Ed25519, Ed448 and their exchange keys: `1.3.101.*`.
const EDWARDS: &[u8] = &[0x2b, 0x65];

/// One element of DER, and what follows it.
struct Element<'d> {
    tag: u8,
    content: &'d [u8],
    rest: &'d [u8],
}

fn element(der: &[u8]) -> Option<Element<'_>> {
    let (&tag, rest) = der.split_first()?;
    let (length, rest) = length(rest)?;
    let (content, rest) = rest.split_at_checked(length)?;
    Some(Element { tag, content, rest })
}

/// A length, and what follows it.
fn length(der: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = der.split_first()?;
    if first < 0x80 {
        return Some((usize::from(first), rest));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let length = digits.iter().fold(0_usize, |sum, &digit| sum << 8 | usize::from(digit));
    Some((length, rest))
}

/// What bytes are that are no complete element.
fn unreadable(bytes: &[u8]) -> KeyError {
    if bytes.starts_with(b"openssh-key-v1") {
        return KeyError::OpenSsh;
    }
    if bytes.starts_with(b"\0\0\0\x07ssh-rsa") {
        return KeyError::PublicKey;
    }
    let cut = match bytes.split_first() {
        Some((&SEQUENCE, rest)) => length(rest).is_none_or(|(length, rest)| length > rest.len()),
        _ => false,
    };
    if cut && bytes.len() > 16 {
        return KeyError::Truncated;
    }
    KeyError::Garbage
}

/// What a complete sequence is that is no RSA private key.
fn another(der: &[u8]) -> KeyError {
    let Some(parts) = element(der).and_then(|sequence| parts(sequence.content)) else {
        return KeyError::Garbage;
    };
    let tags: Vec<u8> = parts.iter().map(|part| part.tag).collect();
    match tags.as_slice() {
        [INTEGER, SEQUENCE, OCTET_STRING, ..] => of_algorithm(parts[1].content),
        [INTEGER, OCTET_STRING, ..] => KeyError::OtherAlgorithm("an elliptic curve"),
        [INTEGER, INTEGER] | [SEQUENCE, BIT_STRING] => KeyError::PublicKey,
        [INTEGER, INTEGER, INTEGER, ..] => KeyError::Damaged,
        [SEQUENCE, OCTET_STRING] => KeyError::Encrypted,
        [SEQUENCE, SEQUENCE, BIT_STRING] => signed(parts[0].content),
        _ => KeyError::Garbage,
    }
}

/// The elements that a content consists of.
fn parts(mut content: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut found = Vec::new();
    while !content.is_empty() {
        let part = element(content)?;
        content = part.rest;
        found.push(part);
    }
    Some(found)
}

/// What a PKCS#8 key of this algorithm is.
fn of_algorithm(identifier: &[u8]) -> KeyError {
    match element(identifier) {
        Some(Element {
            tag: OBJECT, content, ..
        }) if content == RSA => KeyError::Damaged,
        Some(Element {
            tag: OBJECT, content, ..
        }) if content == EC => KeyError::OtherAlgorithm("an elliptic curve"),
        Some(Element {
            tag: OBJECT, content, ..
        }) if content == DSA => KeyError::OtherAlgorithm("a DSA"),
        Some(Element {
            tag: OBJECT, content, ..
        }) if content.starts_with(EDWARDS) => KeyError::OtherAlgorithm("an Edwards curve"),
        _ => KeyError::OtherAlgorithm("another kind of"),
    }
}

/// A request starts with its version, which is 0; a certificate with a tagged one or its serial.
fn signed(content: &[u8]) -> KeyError {
    match element(content) {
        Some(Element {
            tag: INTEGER,
            content: [0],
            ..
        }) => KeyError::CertificateRequest,
        _ => KeyError::Certificate,
    }
}
