//! Which columns fit into a list, and how wide each is.

use crate::domain::{Column, FieldCell, FieldName, IssueRow};

/// What a list shows when neither view nor user says otherwise.
pub(crate) const DEFAULT: [Column; 10] = [
    Column::Key,
    Column::Type,
    Column::Priority,
    Column::Status,
    Column::Summary,
    Column::Reporter,
    Column::Assignee,
    Column::Created,
    Column::Due,
    Column::Updated,
];

/// A column in its place, relative to the first cell of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fitted {
    pub(crate) column: Column,
    pub(crate) x: u16,
    pub(crate) width: u16,
}

/// Widths that columns get from the data rather than from the screen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Measured {
    pub(crate) key: u16,
    pub(crate) alias: u16,
    /// Fields of the sites: the widest value, and whether it is a number.
    fields: Vec<(FieldName, u16, bool)>,
}

impl Measured {
    /// Takes wider rows into account; never shrinks, so that columns do not dance while scrolling.
    pub(crate) fn grow(&mut self, rows: &[IssueRow]) {
        for row in rows {
            self.key = self.key.max(cells(row.key.as_str()));
            self.alias = self.alias.max(cells(row.alias.as_str()));
            for (name, cell) in &row.fields {
                self.grow_field(*name, cell);
            }
        }
    }

    fn grow_field(&mut self, name: FieldName, cell: &FieldCell) {
        let (width, number) = match cell {
            FieldCell::Text(text) => (cells(text), false),
            FieldCell::Number(number) => (cells(number), true),
            FieldCell::Day(_) => (10, false),
            FieldCell::Instant(_) => (4, true),
        };
        match self.fields.iter_mut().find(|(known, ..)| *known == name) {
            Some((_, widest, numbers)) => {
                *widest = width.max(*widest);
                *numbers &= number;
            }
            None => self.fields.push((name, width, number)),
        }
    }

    fn field(&self, name: FieldName) -> (u16, bool) {
        let found = self.fields.iter().find(|(known, ..)| *known == name);
        found.map_or((0, false), |(_, width, number)| (*width, *number))
    }

    /// Whether values of a column end at its right edge.
    pub(crate) fn is_right_aligned(&self, column: Column) -> bool {
        match column {
            Column::Created | Column::Updated => true,
            Column::Field(name) => self.field(name).1,
            _ => false,
        }
    }
}

fn cells(text: &str) -> u16 {
    u16::try_from(crate::text::width(text)).unwrap_or(u16::MAX)
}

/// Least the summary gets before another column has to go.
const SUMMARY_MIN: u16 = 24;
/// What the summary gets before other columns may grow.
const SUMMARY_GOOD: u16 = 44;
/// Longer lines are not easier to read.
const SUMMARY_MAX: u16 = 110;

/// Narrow and comfortable width of a column, and how early it goes (higher goes first).
fn measure(column: Column, measured: &Measured) -> (u16, u16, u8) {
    let key = measured.key.clamp(6, 14);
    let alias = measured.alias.clamp(4, 12);
    match column {
        Column::Key => (key, key, 0),
        Column::Summary => (SUMMARY_MIN, SUMMARY_MAX, 0),
        Column::Status => (11, 16, 1),
        Column::Priority => (1, 1, 2),
        Column::Type => (2, 9, 3),
        // At the same rank the one further right goes first.
        Column::Tag => (10, 16, 4),
        Column::Updated => (4, 4, 4),
        Column::Assignee => (12, 18, 5),
        Column::Connection => (alias, alias, 6),
        Column::Due => (6, 10, 7),
        Column::Labels => (12, 24, 8),
        Column::Components => (12, 20, 8),
        Column::Parent => (key, key, 8),
        Column::Project => (5, 8, 8),
        Column::Resolution => (10, 14, 8),
        Column::Reporter => (12, 18, 9),
        Column::Created => (4, 4, 10),
        // Nobody gets such a column unasked, so it stays as long as what everybody has may go.
        Column::Field(name) => {
            let (widest, _) = measured.field(name);
            let heading = cells(name.as_str());
            (
                widest.max(heading.min(8)).clamp(3, 10),
                widest.max(heading.min(14)).clamp(3, 24),
                4,
            )
        }
    }
}

/// The word over a column; `wide` is whether it got its comfortable width.
pub(crate) fn heading(column: Column, width: u16) -> &'static str {
    match column {
        Column::Connection => "SITE",
        Column::Key => "KEY",
        Column::Type if width < 4 => "T",
        Column::Type => "TYPE",
        Column::Priority => "P",
        Column::Status => "STATUS",
        Column::Summary => "SUMMARY",
        Column::Assignee => "ASSIGNEE",
        Column::Reporter => "REPORTER",
        Column::Project => "PROJECT",
        Column::Labels => "LABELS",
        Column::Components => "COMPONENTS",
        Column::Tag => "TAG",
        Column::Parent => "PARENT",
        Column::Resolution => "RESOLUTION",
        Column::Created => "CRE",
        Column::Updated => "UPD",
        Column::Due => "DUE",
        Column::Field(name) => name.as_str(),
    }
}

/// Places the wanted columns into `inner` cells: the least important ones go until the rest fits,
/// then spare room is given away.
pub(crate) fn fit(inner: u16, wanted: &[Column], measured: &Measured) -> Vec<Fitted> {
    let mut kept: Vec<Column> = Vec::with_capacity(wanted.len());
    for column in wanted {
        if !kept.contains(column) {
            kept.push(*column);
        }
    }
    while kept.len() > 1 && needed(&kept, measured) > inner {
        let rank = |column: &Column| measure(*column, measured).2;
        let Some(victim) = kept.iter().copied().max_by_key(rank) else {
            break;
        };
        if rank(&victim) == 0 {
            break;
        }
        kept.retain(|column| *column != victim);
    }
    place(&kept, &grow(inner, &kept, measured))
}

fn needed(columns: &[Column], measured: &Measured) -> u16 {
    let gaps = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let cells: u16 = columns.iter().map(|column| measure(*column, measured).0).sum();
    cells.saturating_add(gaps)
}

fn grow(inner: u16, columns: &[Column], measured: &Measured) -> Vec<u16> {
    let mut widths: Vec<u16> = columns.iter().map(|column| measure(*column, measured).0).collect();
    let mut spare = inner.saturating_sub(needed(columns, measured));
    let summary = columns.iter().position(|column| *column == Column::Summary);
    let mut give = |index: usize, limit: u16, spare: &mut u16| {
        if let Some(width) = widths.get_mut(index) {
            let more = limit.saturating_sub(*width).min(*spare);
            *width += more;
            *spare -= more;
        }
    };
    if let Some(index) = summary {
        give(index, SUMMARY_GOOD, &mut spare);
    }
    let mut order: Vec<usize> = (0..columns.len()).filter(|index| Some(*index) != summary).collect();
    order.sort_by_key(|index| columns.get(*index).map_or(0, |column| measure(*column, measured).2));
    for index in order {
        let limit = columns.get(index).map_or(0, |column| measure(*column, measured).1);
        give(index, limit, &mut spare);
    }
    if let Some(index) = summary {
        give(index, SUMMARY_MAX, &mut spare);
    }
    shrink_lone(inner, columns, &mut widths);
    widths
}

/// When even key and summary do not fit, the summary takes what the key leaves.
fn shrink_lone(inner: u16, columns: &[Column], widths: &mut [u16]) {
    let gaps = u16::try_from(columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let total: u16 = widths.iter().sum::<u16>().saturating_add(gaps);
    let mut excess = total.saturating_sub(inner);
    for width in widths.iter_mut().rev() {
        let less = excess.min(width.saturating_sub(1));
        *width -= less;
        excess -= less;
    }
}

fn place(columns: &[Column], widths: &[u16]) -> Vec<Fitted> {
    let mut x = 0;
    let mut placed = Vec::with_capacity(columns.len());
    for (column, width) in columns.iter().zip(widths) {
        placed.push(Fitted {
            column: *column,
            x,
            width: *width,
        });
        x += width + 1;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEASURED: Measured = Measured {
        key: 9,
        alias: 5,
        fields: Vec::new(),
    };

    fn names(inner: u16, wanted: &[Column]) -> String {
        let fitted = fit(inner, wanted, &MEASURED);
        let parts: Vec<String> = fitted
            .iter()
            .map(|fitted| format!("{}:{}", fitted.column.name(), fitted.width))
            .collect();
        parts.join(" ")
    }

    #[test]
    fn columns_go_in_order_of_importance() {
        for (inner, expected) in [
            (20, "key:9 summary:10"),
            (36, "key:9 summary:26"),
            (56, "key:9 type:2 priority:1 status:11 summary:24 updated:4"),
            (
                76,
                "key:9 type:2 priority:1 status:11 summary:24 assignee:12 due:6 updated:4",
            ),
            (
                134,
                "key:9 type:9 priority:1 status:16 summary:44 reporter:12 assignee:18 created:4 due:8 updated:4",
            ),
        ] {
            assert_eq!(names(inner, &DEFAULT), expected, "{inner}");
        }
    }

    #[test]
    fn fields_are_as_wide_as_their_values_and_stay_longer_than_what_everybody_has() {
        let points = FieldName::new("Story Points").unwrap();
        let team = FieldName::new("チーム").unwrap();
        let mut measured = MEASURED;
        measured.grow_field(points, &FieldCell::Number("13".to_owned()));
        measured.grow_field(team, &FieldCell::Text("決済と請求".to_owned()));
        measured.grow_field(team, &FieldCell::Number("1".to_owned()));
        let wanted: Vec<Column> = DEFAULT.into_iter().chain([points, team].map(Column::Field)).collect();
        let fitted = fit(76, &wanted, &measured);
        let parts: Vec<String> = fitted
            .iter()
            .map(|fitted| format!("{}:{}", fitted.column.name(), fitted.width))
            .collect();
        assert_eq!(
            parts.join(" "),
            "key:9 type:2 priority:1 status:11 summary:24 updated:4 Story Points:8 チーム:10"
        );
        assert!(measured.is_right_aligned(Column::Field(points)));
        assert!(!measured.is_right_aligned(Column::Field(team)), "one value is text");
    }

    #[test]
    fn no_width_is_exceeded_and_no_column_is_empty() {
        for inner in 4..320 {
            for wanted in [
                &DEFAULT[..],
                &Column::ALL[..],
                &[Column::Created],
                &[Column::Key, Column::Key],
            ] {
                let fitted = fit(inner, wanted, &MEASURED);
                let last = fitted.last().unwrap();
                assert!(last.x + last.width <= inner.max(1), "{inner} {wanted:?} {fitted:?}");
                assert!(fitted.iter().all(|fitted| fitted.width > 0), "{inner} {wanted:?}");
            }
        }
    }
}
