//! An issue as people name it: by its key, or by an address of Jira that leads to it.
//!
//! Must never be in here: which connections there are, or whether the issue exists.

use super::ids::IssueKey;

/// What a person wrote in place of an issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueReference {
    /// The address that it was, without what follows `?` or `#`.
    pub address: Option<String>,
    /// The key in it, in capitals.
    pub key: IssueKey,
}

impl IssueReference {
    /// Reads a key such as `pay-12`, or an address: of the issue itself, of a list or board with the
    /// issue chosen on it. `None` for anything else.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if !is_address(text) {
            return Some(Self {
                address: None,
                key: key(text)?,
            });
        }
        let end = text.find(['?', '#']).unwrap_or(text.len());
        let (address, more) = text.split_at_checked(end)?;
        let chosen = more
            .split(['?', '#', '&'])
            .find_map(|pair| pair.strip_prefix("selectedIssue="));
        let last = address.trim_end_matches('/').rsplit('/').next();
        Some(Self {
            address: Some(address.to_owned()),
            key: key(chosen.or(last)?)?,
        })
    }

    /// Whether it may be an issue of the site at this address: a bare key may be of any.
    #[must_use]
    pub fn may_be_on(&self, site: &str) -> bool {
        let Some(address) = &self.address else { return true };
        let site = site.trim_end_matches('/');
        let rest = address.split_at_checked(site.len());
        rest.is_some_and(|(start, rest)| start.eq_ignore_ascii_case(site) && rest.starts_with('/'))
    }
}

fn is_address(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    matches!(scheme.as_deref(), Some("http" | "https"))
}

/// The key that a text is. Not every text with a dash is one: `CVE-2024-1234` is none.
fn key(text: &str) -> Option<IssueKey> {
    let (project, number) = text.rsplit_once('-')?;
    let sound = project.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && project
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
        && (1..=12).contains(&number.len())
        && number.chars().all(|digit| digit.is_ascii_digit());
    sound.then(|| IssueKey(text.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_addresses_are_told_from_words() {
        let table = [
            ("PAY-12", Some((None, "PAY-12"))),
            (" pay-12\n", Some((None, "PAY-12"))),
            (
                "https://acme.example.com/jira/browse/PAY-7?focused=1",
                Some((Some("https://acme.example.com/jira/browse/PAY-7"), "PAY-7")),
            ),
            (
                "https://acme.example.com/jira/software/projects/PAY/boards/1?view=x&selectedIssue=pay-9#top",
                Some((
                    Some("https://acme.example.com/jira/software/projects/PAY/boards/1"),
                    "PAY-9",
                )),
            ),
            (
                "https://acme.example.com/projects/PAY/issues/PAY-3/",
                Some((Some("https://acme.example.com/projects/PAY/issues/PAY-3/"), "PAY-3")),
            ),
            ("login fails", None),
            ("CVE-2024-1234", None),
            ("PAY-", None),
            ("-12", None),
            ("9A-1", None),
            ("https://acme.example.com/browse/", None),
            ("https://acme.example.com/?selectedIssue=", None),
            ("ftp://acme.example.com/browse/PAY-1", None),
        ];
        for (text, expected) in table {
            let found = IssueReference::read(text);
            let found = found
                .as_ref()
                .map(|found| (found.address.as_deref(), found.key.as_str()));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn an_address_belongs_to_the_site_that_it_begins_with() {
        let read = |text: &str| IssueReference::read(text).unwrap();
        let there = read("https://ACME.example.com/jira/browse/PAY-7");
        assert!(there.may_be_on("https://acme.example.com/jira/"));
        assert!(!there.may_be_on("https://other.example.com"));
        assert!(!read("https://acme.example.com.evil.example/browse/PAY-7").may_be_on("https://acme.example.com"));
        assert!(!read("https://acme.example.community/browse/PAY-7").may_be_on("https://acme.example.com"));
        assert!(read("PAY-7").may_be_on("https://acme.example.com"));
    }
}
