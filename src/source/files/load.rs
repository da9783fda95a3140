//! A file as text.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use flate2::read::MultiGzDecoder;

use super::Refusal;

/// Longest file, unpacked.
const MAX_FILE: u64 = 200 << 20;

/// The text of a file, unpacked if it is packed.
pub(super) fn text(path: &Path) -> Result<String, Refusal> {
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let bytes = bytes(file, MAX_FILE).map_err(|error| unreadable(&error))?;
    match bytes {
        Some(bytes) => decoded(bytes),
        None => Err(Refusal::told(format!(
            "the file is larger than {} MB, the most that is read; split it into one file per part of the code",
            MAX_FILE >> 20
        ))),
    }
}

fn unreadable(error: &io::Error) -> Refusal {
    Refusal::told(format!("the file cannot be read: {error}"))
}

/// All bytes, or `None` if there are more than `most`. What begins like gzip is unpacked, whatever
/// its name.
fn bytes(mut file: impl Read, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    file.by_ref().take(2).read_to_end(&mut bytes)?;
    if bytes == [0x1F, 0x8B] {
        let packed = io::Cursor::new(std::mem::take(&mut bytes)).chain(file.take(most));
        MultiGzDecoder::new(packed).take(most + 1).read_to_end(&mut bytes)?;
    } else {
        file.take(most).read_to_end(&mut bytes)?;
    }
    Ok(u64::try_from(bytes.len()).is_ok_and(|len| len <= most).then_some(bytes))
}

fn decoded(bytes: Vec<u8>) -> Result<String, Refusal> {
    if let Some((bytes, unit)) = wide(&bytes) {
        return decoded_wide(bytes, unit);
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{FEFF}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            if let Some(letters) = declared(&bytes) {
                return Ok(bytes.into_iter().map(letters).collect());
            }
            let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(Refusal {
                line: u64::try_from(line).ok(),
                ..Refusal::told("the file is not UTF-8 from here on")
            })
        }
    }
}

type Unit = fn([u8; 2]) -> u16;

/// What follows the mark of UTF-16, as shells of Windows write it, and how two bytes make a unit. Both
/// formats begin with a sign of ASCII, so a zero tells it without a mark.
fn wide(bytes: &[u8]) -> Option<(&[u8], Unit)> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => Some((rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Some((rest, u16::from_be_bytes)),
        [0, 1..=0xFF, ..] => Some((bytes, u16::from_be_bytes)),
        [1..=0xFF, 0, ..] => Some((bytes, u16::from_le_bytes)),
        _ => None,
    }
}

fn decoded_wide(bytes: &[u8], unit: Unit) -> Result<String, Refusal> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(pairs.len());
    for c in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(c) => text.push(c),
            Err(_) => return Err(broken_wide(&text)),
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(broken_wide(&text))
    }
}

fn broken_wide(text: &str) -> Refusal {
    let line = text.bytes().filter(|byte| *byte == b'\n').count() + 1;
    Refusal {
        line: u64::try_from(line).ok(),
        ..Refusal::told("the file is not UTF-16 from here on; save it as UTF-8")
    }
}

/// Letters of the bytes 128 to 159 in the encoding of Western Windows, which also files have that say
/// Latin-1, for that has nothing there.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

fn western(byte: u8) -> char {
    let special = byte.checked_sub(0x80).and_then(|at| WINDOWS.get(usize::from(at)));
    special.copied().unwrap_or(char::from(byte))
}

/// How bytes become letters in the encoding that an XML declaration names.
fn declared(bytes: &[u8]) -> Option<fn(u8) -> char> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
    let (_, rest) = head.strip_prefix("<?xml")?.split_once("encoding=")?;
    let name = rest.trim_start_matches(['"', '\'']);
    let known = ["iso-8859-1", "windows-1252", "cp1252", "latin1", "us-ascii"];
    known
        .iter()
        .any(|known| name.starts_with(known))
        .then_some(western as fn(u8) -> char)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read(bytes: &[u8]) -> Result<String, String> {
        decoded(bytes.to_vec()).map_err(|refusal| format!("{:?} {}", refusal.line, refusal.reason))
    }

    #[test]
    fn encodings_are_told_apart() {
        assert_eq!(read(b"\xEF\xBB\xBF{}").unwrap(), "{}");
        for wide in [
            &b"\xFF\xFE{\0\xE4\0}\0"[..],
            b"\xFE\xFF\0{\0\xE4\0}",
            b"{\0\xE4\0}\0",
            b"\0{\0\xE4\0}",
        ] {
            assert_eq!(read(wide).unwrap(), "{ä}");
        }
        for broken in [&b"\xFF\xFE\n\0\0\xD8x\0"[..], b"\xFF\xFE\n\0x"] {
            assert_eq!(
                read(broken).unwrap_err(),
                "Some(2) the file is not UTF-16 from here on; save it as UTF-8"
            );
        }
        assert_eq!(
            read(b"{\n\xE4}").unwrap_err(),
            "Some(2) the file is not UTF-8 from here on"
        );
        assert_eq!(
            read(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\xE4")
                .unwrap()
                .chars()
                .last(),
            Some('ä')
        );
        assert_eq!(
            read(b"<?xml encoding='windows-1252'?>\x80\xFC")
                .unwrap()
                .split_once('>')
                .unwrap()
                .1,
            "€ü"
        );
        assert_eq!(read(b"").unwrap(), "");
        assert_eq!(read(b"x").unwrap(), "x");
    }

    #[test]
    fn what_is_packed_is_unpacked_up_to_a_limit() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(&[b'x'; 1000]).unwrap();
        let packed = packer.finish().unwrap();
        assert_eq!(
            bytes(packed.as_slice(), 1000).unwrap().map(|bytes| bytes.len()),
            Some(1000)
        );
        assert_eq!(bytes(packed.as_slice(), 999).unwrap(), None);
        assert_eq!(bytes(&[b'x'; 11][..], 10).unwrap(), None);
        assert!(bytes(&packed[..20], 1000).is_err());
    }
}
