//! The mark that tells whose an issue is, and the id that its link back is known by.
//!
//! Must never be in here: where marks are read or written.

use std::str::FromStr;

use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use crate::{
    domain::FindingId,
    jira::{Marked, RemoteLink},
    store::MarkedIssue,
};

/// Name of the issue property.
pub const PROPERTY: &str = "crosstie";

/// Characters that Jira takes of a global id.
const LONGEST_ID: usize = 255;

/// The value of the property.
#[must_use]
pub fn value(mark: &str, finding: &FindingId, mapping: Option<&str>) -> Value {
    json!({ "v": 1, "mark": mark, "finding": finding.to_string(), "mapping": mapping })
}

/// What a marked issue tells; `None` of one that is not ours.
pub(super) fn read(marked: &Marked) -> Option<MarkedIssue> {
    let value = marked.value.as_ref()?;
    Some(MarkedIssue {
        issue: marked.id.clone(),
        key: marked.key.clone(),
        finding: FindingId::from_str(value.get("finding")?.as_str()?).ok()?,
        mark: value.get("mark")?.as_str()?.to_owned(),
        mapping: value.get("mapping").and_then(Value::as_str).map(str::to_owned),
    })
}

/// The mark of an issue, whoever's finding it is.
pub(super) fn of(marked: &Marked) -> Option<&str> {
    marked.value.as_ref()?.get("mark")?.as_str()
}

/// What the link from an issue to its finding is known by: the same for good, so that Jira replaces the
/// link instead of adding one.
#[must_use]
pub fn global_id(finding: &FindingId) -> String {
    let whole = format!("crosstie:{finding}");
    if whole.chars().count() <= LONGEST_ID {
        return whole;
    }
    let tail = short_digest(whole.as_bytes());
    let head: String = whole.chars().take(LONGEST_ID - 1 - tail.len()).collect();
    format!("{head}#{tail}")
}

/// A short digest of what was sent, to see whether the same would be sent again.
pub(super) fn digest_of_link(link: &RemoteLink) -> String {
    short_digest(format!("{link:?}").as_bytes())
}

/// 20 hexadecimal digits.
pub(super) fn short_digest(bytes: &[u8]) -> String {
    let hash = Sha1::digest(bytes);
    hash.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(external: &str) -> FindingId {
        FindingId {
            source: "scans".into(),
            external: external.into(),
        }
    }

    #[test]
    fn a_global_id_fits_and_differs() {
        assert_eq!(global_id(&finding("a/b")), "crosstie:scans/a/b");
        let long = "é".repeat(400);
        let (one, other) = (global_id(&finding(&long)), global_id(&finding(&format!("{long}x"))));
        assert_eq!(one.chars().count(), LONGEST_ID);
        assert_ne!(one, other);
        assert_eq!(one, global_id(&finding(&long)));
    }

    #[test]
    fn a_mark_is_read_back() {
        let marked = |value: Option<Value>| Marked {
            id: "1".into(),
            key: "PAY-1".into(),
            created: jiff::Timestamp::UNIX_EPOCH,
            value,
        };
        let ours = marked(Some(value("m", &finding("a/b"), Some("x to y"))));
        let read_back = read(&ours).unwrap();
        assert_eq!(read_back.finding, finding("a/b"));
        assert_eq!((read_back.mark.as_str(), of(&ours)), ("m", Some("m")));
        assert_eq!(read_back.mapping.as_deref(), Some("x to y"));
        for hostile in [
            None,
            Some(json!(null)),
            Some(json!([])),
            Some(json!({"mark": 3})),
            Some(json!({"mark": "m", "finding": "nothing"})),
        ] {
            assert_eq!(read(&marked(hostile)), None);
        }
    }
}
