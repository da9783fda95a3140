//! The envelopes that pages come in.
//!
//! Must never be in here: cursors, which belong to Cloud's search alone.

use serde_json::{Value, json};

/// Where a page starts and how long it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) start: usize,
    pub(crate) max: usize,
}

impl Page {
    /// The part of `all` that lies on this page.
    pub(crate) fn of<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        let start = self.start.min(all.len());
        let end = start.saturating_add(self.max).min(all.len());
        &all[start..end]
    }

    /// `values` with `isLast`, as most of Cloud and some of Data Center.
    pub(crate) fn values<T>(&self, all: &[T], address: &str, write: impl Fn(&T) -> Value) -> Value {
        let part: Vec<Value> = self.of(all).iter().map(write).collect();
        let next = self.start.saturating_add(part.len());
        let is_last = next >= all.len();
        let mut page = json!({
            "self": format!("{address}?maxResults={}&startAt={}", self.max, self.start),
            "maxResults": self.max, "startAt": self.start, "total": all.len(), "isLast": is_last, "values": part,
        });
        if !is_last {
            page["nextPage"] = format!("{address}?maxResults={}&startAt={next}", self.max).into();
        }
        page
    }

    /// A list under its own name, without `isLast`.
    pub(crate) fn named<T>(&self, name: &str, all: &[T], write: impl Fn(&T) -> Value) -> Value {
        let part: Vec<Value> = self.of(all).iter().map(write).collect();
        json!({"startAt": self.start, "maxResults": self.max, "total": all.len(), name: part})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_whether_it_is_the_last() {
        let all = [1, 2, 3, 4, 5];
        let page = |start, max| Page { start, max }.values(&all, "http://x/y", |n| json!(n));
        let first = page(0, 2);
        assert_eq!(first["values"], json!([1, 2]));
        assert_eq!(first["isLast"], json!(false));
        assert_eq!(first["nextPage"], json!("http://x/y?maxResults=2&startAt=2"));
        for (start, values) in [(4, json!([5])), (3, json!([4, 5])), (9, json!([]))] {
            let last = page(start, 2);
            assert_eq!((&last["values"], &last["isLast"]), (&values, &json!(true)), "{start}");
            assert_eq!(last.get("nextPage"), None);
        }
    }
}
