//! Issue keys that a text names, and findings that it names.
//!
//! A key is what the integrations of forges take for one, in any case: a letter, letters and digits,
//! a hyphen, a number without leading zero, with neither letter nor digit beside it. Three things
//! look alike and are left out: names of standards, encodings, digests and advisories (`UTF-8`,
//! `SHA-256`, `ISO-8601`, `RFC-2616`, `CVE-2024-1234`), versions and dates (`lodash-4.17`,
//! `release-2024-01`), and pieces of UUIDs and of addresses that lead to no issue.
//!
//! Must never be in here: whether such an issue exists.

#[cfg(test)]
mod tests;

/// Most keys taken from one finding; a change log may name thousands.
const MOST: usize = 100;
/// Longest project part and longest number, as Jira allows them.
const LONGEST: usize = 255;

/// No project of theirs is meant by these, in text for people.
const NOT_PROJECTS: [&str; 54] = [
    // Characters and encodings: UTF-8, LATIN-1, BASE-64, WINDOWS-1252.
    "ANSI", "ASCII", "BASE", "CP", "LATIN", "UCS", "UTF", "WINDOWS", //
    // Digests, ciphers and protocols: SHA-256, MD-5, AES-128, TLS-1, HTTP-2.
    "AES", "BLAKE", "CRC", "HMAC", "HTTP", "MD", "OAUTH", "RIPEMD", "RSA", "SHA", "SHA2", "SHA3", "SSL", "TLS", //
    // Standards: ISO-8601, RFC-2616, IEEE-754, PEP-8.
    "ASVS", "ECMA", "FIPS", "IEC", "IEEE", "ISO", "JSR", "NIST", "PEP", "PKCS", "RFC", "WCAG", //
    // Advisories and lists of weaknesses, each with more behind its first number.
    "CAPEC", "CVE", "CVSS", "CWE", "DLA", "DSA", "EDB", "ELSA", "GHSA", "OSV", "PYSEC", "RHBA", "RHEA", "RHSA", //
    "RUSTSEC", "TALOS", "USN", "ZDI", //
    // What GitHub calls its own issues, and models of language.
    "GH", "GPT",
];

/// What in an address stands before a key that is meant.
const BEFORE_KEY: [&str; 5] = ["/browse/", "/issues/", "selectedissue=", "issuekey=", "/issue/"];

/// All keys in texts, upper case, each once, in the order in which they are named.
#[must_use]
pub fn named_in<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut found = Vec::new();
    for text in texts {
        for word in text.split(char::is_whitespace) {
            match word.find("://") {
                Some(at) => {
                    // `[text](https://…)`: what stands before the address is text.
                    let scheme = word[..at].trim_end_matches(|c: char| c.is_ascii_alphanumeric());
                    in_words(scheme, &mut found);
                    in_address(&word[scheme.len()..], &mut found);
                }
                None => in_words(word, &mut found),
            }
        }
    }
    found
}

/// The key that a reference to an issue tracker is: `PAY-12`, or the address of an issue.
#[must_use]
pub fn referred_to(reference: &str) -> Option<String> {
    let reference = reference.trim();
    let mut found = Vec::new();
    match key_at(reference) {
        Some((key, length)) if length == reference.len() => return Some(key),
        _ if reference.contains("://") => in_address(reference, &mut found),
        _ => {}
    }
    found.into_iter().next()
}

/// Findings that a text names: reports of HackerOne by their address (`https://hackerone.com/reports/200`
/// gives `200`), and any by a line of its own (`Finding: SOURCE/ID`).
#[must_use]
pub fn findings_named_in(text: &str) -> Vec<String> {
    const REPORTS: &str = "hackerone.com/reports/";
    let mut found: Vec<String> = Vec::new();
    let mut add = |id: &str| {
        if !id.is_empty() && found.len() < MOST && !found.iter().any(|known| known == id) {
            found.push(id.to_owned());
        }
    };
    for line in text.lines() {
        let line = line.trim();
        if let Some((name, id)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("finding")
            && id.contains('/')
            && id.split_whitespace().count() == 1
        {
            add(id.trim());
        }
        for (at, _) in line.match_indices(REPORTS) {
            let rest = &line[at + REPORTS.len()..];
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            add(&rest[..end]);
        }
    }
    found
}

fn add(key: String, found: &mut Vec<String>) {
    if found.len() < MOST && !found.contains(&key) {
        found.push(key);
    }
}

/// Only where the address says that an issue follows.
fn in_address(address: &str, found: &mut Vec<String>) {
    let lower = address.to_ascii_lowercase();
    for before in BEFORE_KEY {
        for (at, _) in lower.match_indices(before) {
            if let Some((key, _)) = key_at(&address[at + before.len()..]) {
                add(key, found);
            }
        }
    }
}

/// In runs of what a key may be made of; the rest of the text only parts them.
fn in_words(text: &str, found: &mut Vec<String>) {
    let of_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut rest = text;
    while let Some(start) = rest.find(of_key) {
        let run = &rest[start..];
        let end = run.find(|c| !of_key(c)).unwrap_or(run.len());
        let (run, after) = run.split_at(end);
        let continues = after.starts_with('.') && after[1..].starts_with(|c: char| c.is_ascii_digit());
        in_run(run, continues, found);
        rest = after;
    }
}

/// `continues` if a fraction follows, as after the first number of a version.
fn in_run(run: &str, continues: bool, found: &mut Vec<String>) {
    if is_uuid(run) {
        return;
    }
    let mut from = 0;
    while from < run.len() {
        let Some((key, length)) = key_at(&run[from..]) else {
            from = next_start(run, from);
            continue;
        };
        let end = from + length;
        let (project, number) = key.split_once('-').unwrap_or((&key, ""));
        if NOT_PROJECTS.contains(&project) {
            // Numbers that follow belong to the same name: CVE-2024-1234.
            let tail = &run[end..];
            end_of_numbers(tail, end, &mut from);
            continue;
        }
        let version = continues && end == run.len();
        if !version && !is_year_of_date(number, &run[end..]) {
            add(key, found);
        }
        from = next_start(run, end);
    }
}

fn end_of_numbers(tail: &str, end: usize, from: &mut usize) {
    let numbers = tail
        .find(|c: char| !c.is_ascii_digit() && c != '-')
        .unwrap_or(tail.len());
    *from = end + numbers;
}

/// The next place where a key may begin: behind what is neither letter nor digit.
fn next_start(run: &str, from: usize) -> usize {
    run[from..].find('-').map_or(run.len(), |at| from + at + 1)
}

/// `2024` before `-01`.
fn is_year_of_date(number: &str, after: &str) -> bool {
    let year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    let mut after = after.bytes();
    year && after.next() == Some(b'-') && after.next().is_some_and(|byte| byte.is_ascii_digit())
}

fn is_uuid(run: &str) -> bool {
    let parts: Vec<&str> = run.split('-').collect();
    let shape = parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]);
    shape
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The key that a text begins with, upper case, and its length; nothing that continues it may follow.
fn key_at(text: &str) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let project = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    if !(2..=LONGEST).contains(&project) || !bytes[0].is_ascii_alphabetic() || bytes.get(project) != Some(&b'-') {
        return None;
    }
    let rest = &bytes[project + 1..];
    let number = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let continued = rest.get(number).is_some_and(u8::is_ascii_alphabetic);
    if number == 0 || number > LONGEST || rest[0] == b'0' || continued {
        return None;
    }
    let length = project + 1 + number;
    Some((text[..length].to_ascii_uppercase(), length))
}
