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
    let wide = matches!(
        bytes.as_slice(),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..]
    );
    if wide {
        return Err(Refusal::told("the file is UTF-16; save it as UTF-8"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(match text.strip_prefix('\u{FEFF}') {
            Some(rest) => rest.to_owned(),
            None => text,
        }),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            if says_latin1(&bytes) {
                return Ok(bytes.into_iter().map(char::from).collect());
            }
            let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
            Err(Refusal {
                line: u64::try_from(line).ok(),
                ..Refusal::told("the file is not UTF-8 from here on")
            })
        }
    }
}

/// Whether an XML declaration names an encoding whose bytes are the first characters of Unicode.
fn says_latin1(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_ascii_lowercase();
    let declared = head
        .split_once("encoding=")
        .map(|(_, rest)| rest.trim_start_matches(['"', '\'']));
    head.starts_with("<?xml")
        && declared.is_some_and(|name| {
            ["iso-8859-1", "windows-1252", "latin1", "us-ascii"]
                .iter()
                .any(|known| name.starts_with(known))
        })
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
        assert_eq!(
            read(b"\xFF\xFE{\0}\0").unwrap_err(),
            "None the file is UTF-16; save it as UTF-8"
        );
        assert_eq!(
            read(b"\0{\0}").unwrap_err(),
            "None the file is UTF-16; save it as UTF-8"
        );
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
        assert_eq!(read(b"").unwrap(), "");
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
