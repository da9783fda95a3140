//! Things to choose from about findings: the row menu, orders, mappings, projects.

use super::act::is_here;
use super::words;
use crate::app::action::Action;
use crate::app::event::{MappingChoice, finding::label_of};
use crate::app::model::Model;
use crate::app::overlay::picker::{self, Choice};
use crate::app::perform::{self, Offer};
use crate::domain::{FindingRow, FindingSort, Pending, PushKind, PushState};
use crate::text::clean_line;

/// One thing to do about a finding, as menus offer it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    Sort(FindingSort, bool),
    /// Go on with what was proposed, by this mapping and in this project.
    By(String, Option<String>),
    InBrowser(i64),
    /// Send an outbox item again; it may have been carried out already.
    Retry(i64, bool),
    /// Say which issue an outbox item made.
    Settle(i64),
    Forget(i64),
    /// Read a source.
    Read(String),
    Show(i64),
    OpenIssue(String),
}

/// `m`: what can be done about the chosen finding.
pub(super) fn open(model: &mut Model) {
    let offers = offers(model);
    picker::offer(model, "Finding", offers);
}

/// Everything that can be done about the chosen finding; nothing where there is none.
pub(crate) fn offers(model: &Model) -> Vec<Offer> {
    let Some(row) = model.findings.current().filter(|_| is_here(model)) else {
        return Vec::new();
    };
    let mut offers: Vec<Offer> = Vec::new();
    let mut act = |action: Action, label: &str| {
        let key = action.spec().keys.first().copied().unwrap_or_default();
        let reason = perform::enabled(model, action).err();
        offers.push((label.to_owned(), key, reason, Choice::Act(action)));
    };
    act(Action::New, "create issue");
    act(Action::Link, "link to an issue");
    act(Action::Remove, "unlink");
    act(Action::Jump, "go to its issue");
    act(Action::Browser, "open at its source");
    act(Action::CopyKey, "copy its id");
    act(Action::CopyUrl, "copy its URL");
    let taken = row.link.is_some().then(|| "it has an issue already".to_owned());
    offers.insert(
        1,
        (
            "create in the browser, filled in".to_owned(),
            "",
            taken,
            Choice::Finding(Deed::InBrowser(row.row)),
        ),
    );
    if let Some(link) = &row.link {
        offers.push((
            format!("open {} in the browser", clean_line(link.key.as_str())),
            "",
            None,
            Choice::Finding(Deed::OpenIssue(link.url.clone())),
        ));
    }
    if let Some(pending) = row.pending.as_ref().filter(|pending| words::is_trouble(pending)) {
        offers.extend(out_of(pending));
    }
    offers.push((
        format!("read {} now", clean_line(&row.id.source)),
        "",
        None,
        Choice::Finding(Deed::Read(row.id.source.clone())),
    ));
    offers
}

/// The ways out of an outbox item's trouble.
fn out_of(pending: &Pending) -> Vec<Offer> {
    let what = pending.kind.word();
    let uncertain = pending.state == PushState::Uncertain;
    let mut offers: Vec<Offer> = vec![(
        format!("try again: {what}"),
        "",
        None,
        Choice::Finding(Deed::Retry(pending.id, uncertain && pending.kind == PushKind::Create)),
    )];
    if pending.kind == PushKind::Create {
        offers.push((
            "link to the issue that is there".to_owned(),
            "",
            None,
            Choice::Finding(Deed::Settle(pending.id)),
        ));
    }
    offers.push((
        format!("forget it: {what}"),
        "",
        None,
        Choice::Finding(Deed::Forget(pending.id)),
    ));
    offers
}

/// What became of an outbox item is for a person to say.
pub(super) fn ways_out(model: &mut Model, row: &FindingRow) {
    if let Some(pending) = &row.pending {
        picker::offer(model, "Failed or uncertain", out_of(pending));
    }
}

/// Orders: choosing the present one turns it round.
pub(super) fn sort(model: &mut Model) {
    let (present, reverse) = (model.findings.sort, model.findings.reverse);
    let offers = FindingSort::ALL.map(|sort| {
        let now = sort == present;
        let (word, falling) = words::order(sort, reverse && now);
        let note = match (now, falling) {
            (false, _) => "",
            (true, true) => "now ↓ · again turns it",
            (true, false) => "now ↑ · again turns it",
        };
        let choice = Deed::Sort(sort, now && !reverse);
        (word.to_owned(), note, None, Choice::Finding(choice))
    });
    picker::offer(model, "Sort by", offers.to_vec());
}

/// No mapping covers the finding, or several do.
pub(super) fn mappings(model: &mut Model, choices: Vec<MappingChoice>) {
    let offers = choices.into_iter().map(|choice| {
        let label = format!("{}  {}", clean_line(&choice.name), clean_line(&choice.target));
        let refused = choice.refused.map(|reason| clean_line(&reason).into_owned());
        let note = if refused.is_some() { "no" } else { "covers it" };
        (label, note, refused, Choice::Finding(Deed::By(choice.name, None)))
    });
    let offers = offers.collect();
    picker::offer(model, "Create by which mapping", offers);
}

/// The mapping asks for the project.
pub(super) fn projects(model: &mut Model, mapping: &str, projects: Vec<(String, String)>) {
    let offers = projects.into_iter().map(|(key, name)| {
        let label = format!("{}  {}", clean_line(&key), clean_line(&name));
        (
            label,
            "",
            None,
            Choice::Finding(Deed::By(mapping.to_owned(), Some(key))),
        )
    });
    let offers = offers.collect();
    picker::offer(model, "Create in which project", offers);
}

/// Several findings stand behind an issue.
pub(super) fn findings(model: &mut Model, rows: &[FindingRow]) {
    let offers = rows.iter().map(|row| {
        let (state, _) = words::state(row.state, row.resolution);
        let label = format!(
            "{}  {}  {state}  {}",
            label_of(&row.id),
            row.severity.word(),
            words::title(row)
        );
        (label, "", None, Choice::Finding(Deed::Show(row.row)))
    });
    let offers = offers.collect();
    picker::offer(model, "Go to which finding", offers);
}

/// What the palette offers about findings wherever the focus is.
pub(crate) fn everywhere(model: &Model) -> Vec<Offer> {
    let sources = model.findings.sources.known().iter();
    let read = sources.map(|source| {
        (
            format!("Findings: read {} now", clean_line(&source.name)),
            "",
            None,
            Choice::Finding(Deed::Read(source.name.clone())),
        )
    });
    let here = offers(model)
        .into_iter()
        .map(|(label, key, reason, choice)| (format!("Finding: {label}"), key, reason, choice));
    read.chain(here).collect()
}
