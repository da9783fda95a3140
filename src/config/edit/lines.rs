//! The difference between two texts, line by line.

/// Lines shown around a change.
const CONTEXT: usize = 2;
/// Beyond this many pairs of lines to compare, everything in between counts as changed.
const MOST_PAIRS: usize = 4_000_000;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffKind {
    /// It stays.
    Kept,
    /// It is new.
    Added,
    /// It goes.
    Removed,
    /// Lines that stay are left out here.
    Gap,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// What became of it.
    pub kind: DiffKind,
    /// The line without its end; empty for a gap.
    pub line: String,
}

/// How the lines of `old` become those of `new`; empty when they are the same.
pub(super) fn diff(old: &str, new: &str) -> Vec<DiffLine> {
    let all = compare(&lines(old), &lines(new));
    let changed = |line: &DiffLine| line.kind != DiffKind::Kept;
    let near: Vec<bool> = (0..all.len())
        .map(|at| {
            let from = at.saturating_sub(CONTEXT);
            let to = (at + CONTEXT + 1).min(all.len());
            all[from..to].iter().any(changed)
        })
        .collect();
    if !near.contains(&true) {
        return Vec::new();
    }
    let mut shown: Vec<DiffLine> = Vec::new();
    for (line, near) in all.into_iter().zip(near) {
        if near {
            shown.push(line);
        } else if shown.last().is_none_or(|last| last.kind != DiffKind::Gap) {
            shown.push(told(DiffKind::Gap, ""));
        }
    }
    shown
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

fn told(kind: DiffKind, line: &str) -> DiffLine {
    DiffLine {
        kind,
        line: line.to_owned(),
    }
}

/// Every line with what became of it. What both texts start and end with needs no comparison.
fn compare(old: &[&str], new: &[&str]) -> Vec<DiffLine> {
    let start = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(old, new)| old == new)
        .count();
    let kept = |lines: &[&str]| -> Vec<DiffLine> { lines.iter().map(|line| told(DiffKind::Kept, line)).collect() };
    let mut all = kept(&old[..start]);
    all.extend(middle(
        &old_rest[..old_rest.len() - end],
        &new_rest[..new_rest.len() - end],
    ));
    all.extend(kept(&old[old.len() - end..]));
    all
}

/// The longest common sequence by the book.
fn middle(old: &[&str], new: &[&str]) -> Vec<DiffLine> {
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        let gone = old.iter().map(|line| told(DiffKind::Removed, line));
        return gone.chain(new.iter().map(|line| told(DiffKind::Added, line))).collect();
    }
    let mut longest = vec![vec![0usize; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            longest[i][j] = if old[i] == new[j] {
                longest[i + 1][j + 1] + 1
            } else {
                longest[i + 1][j].max(longest[i][j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut all = Vec::new();
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            all.push(told(DiffKind::Kept, old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || longest[i + 1][j] >= longest[i][j + 1]) {
            all.push(told(DiffKind::Removed, old[i]));
            i += 1;
        } else {
            all.push(told(DiffKind::Added, new[j]));
            j += 1;
        }
    }
    all
}
