//! Reads `[[view]]`.
//!
//! Must never be in here: what columns look like.

use super::{
    flaw::{Flaw, nearest, quoted},
    model::ViewConfig,
    query,
    reader::{Reader, Section, Text},
};
use crate::domain::Column;

/// Reads all views; those with a mistake are left out.
pub(super) fn read<'t>(reader: &mut Reader<'t>, sections: &[Section<'t>]) -> Vec<ViewConfig> {
    let mut views = Vec::new();
    let mut names: Vec<Text<'t>> = Vec::new();
    let mut first: Option<usize> = None;
    for section in sections {
        reader.known_keys(section, &["name", "jql", "columns", "default"]);
        let name = name(reader, section, &mut names);
        if section.entry("jql").is_none() {
            reader.missing(section, &["jql"], "jql = 'assignee = currentUser()'");
        }
        let jql = reader
            .any_text(section, "jql")
            .and_then(|text| query::check(reader, &text).map(|_| text.value.trim().to_owned()));
        let columns = columns(reader, section);
        let default = is_default(reader, section, &mut first);
        if let (Some(name), Some(jql)) = (name, jql) {
            views.push(ViewConfig {
                name,
                jql,
                columns,
                default,
            });
        }
    }
    views
}

/// Whether the view is the one to start with; `first` is the line of the one that said so before.
fn is_default<'t>(reader: &mut Reader<'t>, section: &Section<'t>, first: &mut Option<usize>) -> bool {
    let Some(flag) = reader.flag(section, "default").filter(|flag| flag.value) else {
        return false;
    };
    match *first {
        Some(line) => {
            reader.complain(&flag, Flaw::TwoDefaultViews { line });
        }
        None => *first = Some(reader.position(flag.span.start).line),
    }
    true
}

fn name<'t>(reader: &mut Reader<'t>, section: &Section<'t>, seen: &mut Vec<Text<'t>>) -> Option<String> {
    if section.entry("name").is_none() {
        reader.missing(section, &["name"], "name = \"My open work\"");
    }
    let text = reader.text(section, "name")?;
    let lower = text.value.to_lowercase();
    if let Some(first) = seen.iter().find(|other| other.value.to_lowercase() == lower) {
        let flaw = Flaw::Duplicate {
            what: "view name",
            value: quoted(text.value),
            line: reader.position(first.span.start).line,
        };
        reader.complain(&text, flaw);
        return None;
    }
    let name = text.value.to_owned();
    seen.push(text);
    Some(name)
}

/// Columns of their own, and fields of the sites: which of those there are, only the sites know.
fn columns<'t>(reader: &mut Reader<'t>, section: &Section<'t>) -> Vec<Column> {
    let names = Column::ALL.map(Column::name);
    let mut columns = Vec::new();
    for text in reader
        .texts(section, "columns")
        .map_or_else(Vec::new, |list| list.value)
    {
        let Some(column) = Column::named(text.value) else {
            reader.complain(&text, Flaw::Empty);
            continue;
        };
        if column.field().is_some()
            && let Some(near) = nearest(text.value, &names)
        {
            let flaw = Flaw::NearColumn {
                value: quoted(text.value),
                suggestion: near.to_owned(),
            };
            reader.complain(&text, flaw);
        }
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    columns
}
