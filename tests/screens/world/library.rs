//! A library in memory, which can be held back and can be broken.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use crosstie::app::{ChangeKind, ChangeLine, CompletionRequest, ConfigChange, NEEDS_SERVER, Tags, Wanted};
use crosstie::catalog::IssueFacts;
use crosstie::config::ViewConfig;
use crosstie::domain::*;
use crosstie::runtime::Library;

use super::{ago, detail, row, setup, snapshot, tags};

/// A library in memory.
pub(crate) struct Fake {
    pub(crate) rows: Mutex<Vec<IssueRow>>,
    pub(crate) snapshot: Mutex<Snapshot>,
    pub(crate) changes: AtomicU64,
    pub(crate) lists: AtomicU64,
    pub(crate) broken: bool,
    /// The catalog; handed out when taken.
    pub(crate) tags: Mutex<Option<Arc<Tags>>>,
    /// So many first rows are told before the rest; none if it is 0.
    pub(crate) head: AtomicUsize,
    held: (Mutex<bool>, Condvar),
}

impl Fake {
    pub(crate) fn new(issues: usize, snapshot: Snapshot) -> Arc<Self> {
        Arc::new(Self {
            rows: Mutex::new((0..issues).map(row).collect()),
            snapshot: Mutex::new(snapshot),
            changes: AtomicU64::new(0),
            lists: AtomicU64::new(0),
            broken: false,
            tags: Mutex::default(),
            head: AtomicUsize::default(),
            held: Default::default(),
        })
    }

    /// A library whose lists cannot be read.
    pub(crate) fn failing() -> Arc<Self> {
        Arc::new(Self {
            rows: Mutex::default(),
            snapshot: Mutex::new(snapshot()),
            changes: AtomicU64::new(0),
            lists: AtomicU64::new(0),
            broken: true,
            tags: Mutex::default(),
            head: AtomicUsize::default(),
            held: Default::default(),
        })
    }

    /// Makes lists and counts wait, as a slow disk does; first rows do not.
    pub(crate) fn hold(&self, hold: bool) {
        *self.held.0.lock().unwrap() = hold;
        self.held.1.notify_all();
    }

    fn wait(&self) {
        let held = self.held.0.lock().unwrap();
        drop(self.held.1.wait_while(held, |held| *held).unwrap());
    }

    fn matched(&self, jql: &str) -> Vec<IssueRow> {
        let rows = self.rows.lock().unwrap();
        let keep = |row: &&IssueRow| match jql {
            "status = Blocked" => row.status == "Blocked",
            "status = Nowhere" => false,
            _ => true,
        };
        rows.iter().filter(keep).cloned().collect()
    }

    fn answer(&self, query: &ListQuery) -> Result<ListPage, Problem> {
        if self.broken {
            return Err(Problem {
                kind: "store".to_owned(),
                message: "the store in /home/ana/.local/share/crosstie cannot be read: disk I/O error".to_owned(),
                remedy: "Check the disk, or move the folder away: it is rebuilt from Jira.".to_owned(),
            });
        }
        if query.jql.contains("WAS") {
            return Err(Problem {
                kind: NEEDS_SERVER.to_owned(),
                ..Problem::default()
            });
        }
        let mut rows = self.matched(&query.jql);
        let mut asked = Vec::new();
        if let Some(tag) = &query.tag {
            rows.retain(|row| row.labels.contains(tag));
            let jql = format!("({}) AND labels = {tag}", query.jql);
            asked.extend(["acme", "dc-eu"].map(|alias| (Alias::from(alias), jql.clone())));
        }
        let total = rows.len();
        let filter = query.filter.to_lowercase();
        rows.retain(|row| format!("{} {}", row.key, row.summary).to_lowercase().contains(&filter));
        if let Some(sort) = query.sort {
            rows.sort_by(|a, b| match sort.column {
                Column::Summary => a.summary.cmp(&b.summary),
                Column::Updated => a.updated.cmp(&b.updated),
                _ => a.key.as_str().cmp(b.key.as_str()),
            });
            if sort.descending {
                rows.reverse();
            }
        }
        let ids: Arc<[i64]> = rows.iter().map(|row| row.row).collect();
        let around = query.around.and_then(|row| ids.iter().position(|id| *id == row));
        let offset = around.map_or(query.offset, |at| at.saturating_sub(query.limit / 2));
        let offset = offset.min(ids.len());
        for row in &mut rows {
            row.fields = cells(row.row, &query.fields);
        }
        Ok(ListPage {
            total,
            offset,
            rows: rows.into_iter().skip(offset).take(query.limit).collect(),
            ids,
            partial: false,
            approximate: query.jql.contains(" ~ "),
            notes: Vec::new(),
            asked,
        })
    }
}

impl Library for Fake {
    fn list(&self, query: &ListQuery) -> Result<ListPage, Problem> {
        self.lists.fetch_add(1, Ordering::SeqCst);
        self.wait();
        self.answer(query)
    }

    fn first(&self, query: &ListQuery) -> Result<Option<ListPage>, Problem> {
        let head = self.head.load(Ordering::SeqCst);
        let whole = self.answer(query)?;
        Ok((1..whole.ids.len()).contains(&head).then(|| ListPage {
            total: head,
            partial: true,
            ids: whole.ids[..head].into(),
            rows: whole.rows[..head].to_vec(),
            ..whole
        }))
    }

    fn detail(&self, row: i64) -> Result<Option<IssueDetail>, Problem> {
        let rows = self.rows.lock().unwrap();
        Ok(rows.iter().find(|known| known.row == row).map(detail))
    }

    fn snapshot(&self) -> Result<Snapshot, Problem> {
        Ok(self.snapshot.lock().unwrap().clone())
    }

    fn counts(&self, queries: &[String]) -> Result<Vec<Option<usize>>, Problem> {
        self.wait();
        Ok(queries.iter().map(|jql| Some(self.matched(jql).len())).collect())
    }

    fn catalog(&self) -> Option<Arc<Tags>> {
        self.tags.lock().unwrap().take()
    }

    fn tag_counts(&self, jql: &str) -> Result<BTreeMap<String, usize>, Problem> {
        let mut counts: BTreeMap<String, usize> = tags().entries.iter().map(|entry| (entry.tag.clone(), 0)).collect();
        for row in self.matched(jql) {
            for tag in tags().matcher.tags_of(&IssueFacts::from(&row)) {
                *counts.get_mut(tag).unwrap() += 1;
            }
        }
        Ok(counts)
    }

    fn complete(&self, request: &CompletionRequest) -> Result<Vec<(String, String)>, Problem> {
        let names: &[(&str, &str)] = match &request.wanted {
            Wanted::Fields => &[("Story points", "custom field")],
            Wanted::Values(field) if field == "status" => &[("In Progress", ""), ("In \u{202e}Review", "")],
            Wanted::Values(_) => &[],
        };
        let part = request.part.to_lowercase();
        let fitting = names.iter().filter(|(name, _)| name.to_lowercase().contains(&part));
        Ok(fitting
            .map(|(name, note)| ((*name).to_owned(), (*note).to_owned()))
            .collect())
    }

    fn fields(&self) -> Result<Vec<SiteField>, Problem> {
        let field = |name: &str, label: &str, kind, aliases: &[&str]| SiteField {
            name: FieldName::new(name).unwrap(),
            label: label.to_owned(),
            kind,
            aliases: aliases.iter().map(|alias| Alias::from(*alias)).collect(),
        };
        Ok(vec![
            field(
                "Story points",
                "Story points",
                FieldKind::Number,
                &["acme", "dc-eu", "lab"],
            ),
            field("見積もり 🗓\u{202e}", "見積もり 🗓\u{202e}", FieldKind::Date, &["acme"]),
            field("cf[10070]", "Due", FieldKind::DateTime, &["dc-eu"]),
        ])
    }

    fn change_counter(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }
}

/// What an issue has in fields of its site: a number, words of any script, an instant, or nothing.
fn cells(row: i64, fields: &[FieldName]) -> Vec<(FieldName, FieldCell)> {
    let cell = |name: &FieldName| match name.as_str() {
        "Story points" if row % 3 == 0 => Some(FieldCell::Number("0.5".to_owned())),
        "Story points" => Some(FieldCell::Number((row * row).to_string())),
        "見積もり 🗓\u{202e}" => Some(FieldCell::Text("結帳, é\u{301}\u{202e}x".to_owned())),
        "cf[10070]" if row % 2 == 0 => Some(FieldCell::Instant(ago(row * 90))),
        _ => None,
    };
    fields.iter().filter_map(|name| Some((*name, cell(name)?))).collect()
}

/// A config of views alone, before and after.
pub(super) fn plan(views: &[ViewConfig]) -> ConfigChange {
    let text = |views: &[ViewConfig]| {
        let one = |view: &ViewConfig| {
            let columns: Vec<&str> = view.columns.iter().map(|column| column.name()).collect();
            let default = if view.default { "default = true\n" } else { "" };
            format!(
                "[[view]]\nname = \"{}\"\njql = '{}'\ncolumns = {columns:?}\n{default}",
                view.name, view.jql
            )
        };
        views.iter().map(one).collect::<String>()
    };
    let (before, after) = (text(&setup(80, 24).views), text(views));
    let line = |kind, text: &str| ChangeLine {
        kind,
        text: text.to_owned(),
    };
    let head = before.lines().zip(after.lines()).take_while(|(a, b)| a == b).count();
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().skip(head).collect(), after.lines().skip(head).collect());
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let kept = before.lines().take(head).map(|text| line(ChangeKind::Kept, text));
    let removed = old[..old.len() - tail]
        .iter()
        .map(|text| line(ChangeKind::Removed, text));
    let added = new[..new.len() - tail].iter().map(|text| line(ChangeKind::Added, text));
    let last = old[old.len() - tail..].iter().map(|text| line(ChangeKind::Kept, text));
    ConfigChange {
        path: "/home/ana/.config/crosstie/config.toml".to_owned(),
        lines: kept.chain(removed).chain(added).chain(last).collect(),
        before,
        after,
    }
}
