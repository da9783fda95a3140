//! Comma-separated values as RFC 4180 has them.
//!
//! Must never be in here: changes to the data. What a cell holds is written as it is.

use std::io::{self, Write};

/// Writes one record.
///
/// # Errors
/// If the output cannot be written to.
pub fn record<T: AsRef<str>>(out: &mut dyn Write, cells: impl IntoIterator<Item = T>) -> io::Result<()> {
    for (index, cell) in cells.into_iter().enumerate() {
        let cell = cell.as_ref();
        if index > 0 {
            out.write_all(b",")?;
        }
        let needs_quotes = cell.contains(['"', ',', '\n', '\r']) || cell.starts_with(' ') || cell.ends_with(' ');
        if needs_quotes {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_misread_stands_in_quotes() {
        let mut out = Vec::new();
        record(
            &mut out,
            ["a", "b,c", "say \"hi\"", "two\nlines", "", " blank", "=1+1", "日本"],
        )
        .unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",,\" blank\",=1+1,日本\r\n"
        );
    }
}
