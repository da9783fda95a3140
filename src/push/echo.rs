//! Which changelog entries are our own doing, and which fields somebody else changed last.
//!
//! An entry is known by its id from then on, so that a pull does not tell of it as somebody's. Must never
//! be in here: requests.

use std::collections::BTreeSet;

use crate::domain::{Change, History};

/// Kind of the ids that the store keeps.
const KIND: &str = "changelog";

/// The account that writes, by its id; unknown before the first sign-in.
type Account<'a> = Option<&'a str>;

fn is_of(entry: &History, account: Account<'_>) -> bool {
    match (account, &entry.author) {
        (Some(account), Some(author)) => author.id == account,
        // Who cannot be told may have been anybody: then what was changed decides.
        _ => true,
    }
}

/// Whether a change is to one of these fields. Data Center names fields by what they are shown as.
fn is_to(item: &Change, fields: &[String], names: &[String]) -> bool {
    let is = |known: &String| known.eq_ignore_ascii_case(item.field_id.as_deref().unwrap_or(&item.field));
    fields.iter().any(is) || (item.field_id.is_none() && names.iter().any(is))
}

/// Entries that appeared with a write, by our account, and that `is_ours` recognises.
fn appeared(
    before: &[History],
    after: &[History],
    account: Account<'_>,
    is_ours: impl Fn(&History) -> bool,
) -> Vec<(String, String)> {
    after
        .iter()
        .filter(|entry| !before.iter().any(|known| known.id == entry.id))
        .filter(|entry| is_of(entry, account) && is_ours(entry))
        .map(|entry| (KIND.to_owned(), entry.id.clone()))
        .collect()
}

/// Entries that came with sending fields, and change nothing else.
pub(super) fn of_edit(
    before: &[History],
    after: &[History],
    account: Account<'_>,
    (fields, names): (&[String], &[String]),
) -> Vec<(String, String)> {
    appeared(before, after, account, |entry| {
        entry.items.iter().all(|item| is_to(item, fields, names))
    })
}

/// Entries that came with a step of the workflow, whatever else the workflow did with it.
pub(super) fn of_step(before: &[History], after: &[History], account: Account<'_>) -> Vec<(String, String)> {
    appeared(before, after, account, |entry| {
        entry.items.iter().any(|item| item.field.eq_ignore_ascii_case("status"))
    })
}

/// Fields that somebody else changed after us. Nothing is known of an account that is unknown.
pub(super) fn changed_by_others(history: &[History], account: Account<'_>) -> BTreeSet<String> {
    let mut others = BTreeSet::new();
    let Some(account) = account else { return others };
    for entry in history {
        let own = entry.author.as_ref().is_some_and(|author| author.id == account);
        for item in &entry.items {
            let field = item.field_id.clone().unwrap_or_else(|| item.field.to_lowercase());
            if own {
                others.remove(&field);
            } else {
                others.insert(field);
            }
        }
    }
    others
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::User;

    fn entry(id: &str, author: &str, fields: &[(&str, Option<&str>)]) -> History {
        let item = |(field, id): &(&str, Option<&str>)| Change {
            field: (*field).to_owned(),
            field_id: id.map(str::to_owned),
            from: None,
            from_text: None,
            to: None,
            to_text: None,
        };
        History {
            id: id.into(),
            author: Some(User {
                id: author.into(),
                name: author.into(),
                display: author.into(),
                active: true,
                email: None,
            }),
            created: jiff::Timestamp::UNIX_EPOCH,
            items: fields.iter().map(item).collect(),
        }
    }

    fn ids(found: Vec<(String, String)>) -> Vec<String> {
        found.into_iter().map(|(_, id)| id).collect()
    }

    #[test]
    fn an_edit_is_ours_by_account_and_fields() {
        let before = [entry("1", "me", &[("summary", Some("summary"))])];
        let after = [
            before[0].clone(),
            entry("2", "me", &[("summary", Some("summary"))]),
            entry("3", "ana", &[("summary", Some("summary"))]),
            entry("4", "me", &[("summary", Some("summary")), ("status", Some("status"))]),
            entry("5", "me", &[("Story Points", None)]),
        ];
        let sent = (
            ["summary".to_owned(), "customfield_7".to_owned()],
            ["Summary".to_owned(), "Story points".to_owned()],
        );
        let own = |account| ids(of_edit(&before, &after, account, (&sent.0, &sent.1)));
        assert_eq!(own(Some("me")), ["2", "5"]);
        assert_eq!(own(None), ["2", "3", "5"], "without an account the fields decide");
        assert_eq!(ids(of_step(&before, &after, Some("me"))), ["4"]);
        assert_eq!(ids(of_step(&before, &after, Some("ana"))), [""; 0]);
    }

    #[test]
    fn who_changed_a_field_last_counts() {
        let history = [
            entry("1", "ana", &[("Summary", None), ("labels", Some("labels"))]),
            entry("2", "me", &[("labels", Some("labels"))]),
        ];
        let others: Vec<String> = changed_by_others(&history, Some("me")).into_iter().collect();
        assert_eq!(others, ["summary"]);
        assert!(changed_by_others(&history, None).is_empty());
    }
}
