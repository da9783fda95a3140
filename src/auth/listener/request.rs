//! The first line of an HTTP/1.1 request; the rest is read and forgotten.
//!
//! Must never be in here: answers.

use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest head of a request; codes of Cloud are some thousand letters long.
const LONGEST: usize = 32 * 1024;

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// `GET` with this target.
    Get(String),
    /// Another method.
    Other,
    /// No request.
    Malformed,
    /// A head without end.
    TooLong,
}

/// Reads the head of a request; none if the connection closed before.
pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Asked> {
    let mut head = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let count = stream.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
        head.extend_from_slice(&buffer[..count]);
        if ended(&head) {
            return Some(asked(&head));
        }
        if head.len() > LONGEST {
            return Some(Asked::TooLong);
        }
    }
}

fn ended(head: &[u8]) -> bool {
    head.windows(4).any(|window| window == b"\r\n\r\n") || head.windows(2).any(|window| window == b"\n\n")
}

fn asked(head: &[u8]) -> Asked {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let Ok(line) = std::str::from_utf8(line) else {
        return Asked::Malformed;
    };
    let words: Vec<&str> = line.trim_end_matches('\r').split(' ').collect();
    match words.as_slice() {
        ["GET", target, version] if version.starts_with("HTTP/1.") && target.starts_with('/') => {
            Asked::Get((*target).to_owned())
        }
        [_, target, version] if version.starts_with("HTTP/1.") && !target.is_empty() => Asked::Other,
        _ => Asked::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_head_is_read_to_its_end_and_no_further() {
        for (sent, expected) in [
            (
                "GET /callback?code=a HTTP/1.1\r\nHost: x\r\n\r\n",
                Some(Asked::Get("/callback?code=a".into())),
            ),
            ("GET / HTTP/1.0\n\n", Some(Asked::Get("/".into()))),
            ("POST /callback HTTP/1.1\r\n\r\nbody", Some(Asked::Other)),
            ("GET http://localhost/callback HTTP/1.1\r\n\r\n", Some(Asked::Other)),
            ("GET /a b HTTP/1.1\r\n\r\n", Some(Asked::Malformed)),
            ("\u{16}\u{3}\u{1}\r\n\r\n", Some(Asked::Malformed)),
            ("GET /callback HTTP/1.1\r\nHost: x\r\n", None),
            ("", None),
        ] {
            assert_eq!(read(&mut sent.as_bytes()).await, expected, "{sent:?}");
        }
        let endless = format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(LONGEST + 5000));
        assert_eq!(read(&mut endless.as_bytes()).await, Some(Asked::TooLong));
    }
}
