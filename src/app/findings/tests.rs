//! Whole stories on the Findings screen: keys in, what is asked for and done out.

mod boxes;
mod elsewhere;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::app::event::{
    FindingAct, FindingAnswer, FindingAsk, FindingSeen, IssueTarget, MappingChoice, Planned, PlannedField, Proposal,
};
use crate::app::layout::Pane;
use crate::app::tests::{model, press as keys};
use crate::app::{Effect, Event, Model, Screen, update};
use crate::domain::{
    Alias, Finding, FindingDetail, FindingId, FindingKind, FindingPage, FindingQuery, FindingRow, FindingState,
    IssueId, IssueKey, Link, Pending, Problem, PushKind, PushState, Severity, SourceState, Status, StatusCategory,
};

fn link(row: i64) -> Link {
    Link {
        id: row,
        finding: id(row),
        alias: Alias::from("acme"),
        issue: IssueId(format!("90{row}")),
        key: IssueKey(format!("PAY-{row}")),
        mapping: Some("to PAY".to_owned()),
        created: true,
        gone: false,
        url: format!("https://acme.example.com/browse/PAY-{row}"),
        summary: Some("its issue".to_owned()),
        status: None,
    }
}

fn id(row: i64) -> FindingId {
    FindingId {
        source: "scans".to_owned(),
        external: row.to_string(),
    }
}

fn finding(row: i64) -> FindingRow {
    FindingRow {
        row,
        id: id(row),
        kind: FindingKind::Vulnerability,
        title: format!("finding {row}"),
        severity: Severity::High,
        state: FindingState::Open,
        native_state: String::new(),
        resolution: None,
        tag: (row % 2 == 0).then(|| "payments".to_owned()),
        assignee: None,
        url: Some(format!("https://scans.example.com/{row}")),
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        link: None,
        pending: None,
    }
}

fn pending(row: i64, state: PushState) -> Pending {
    Pending {
        id: 70 + row,
        finding: id(row),
        alias: Alias::from("acme"),
        mapping: Some("to PAY".to_owned()),
        kind: PushKind::Create,
        state,
        attempts: 1,
        next: None,
        problem: None,
        fields: Vec::new(),
        queued: Timestamp::UNIX_EPOCH,
    }
}

/// A dashboard over findings in memory.
struct Stage {
    model: Model,
    rows: Vec<FindingRow>,
    sources: Vec<SourceState>,
    /// What was asked for last.
    asked: Vec<FindingQuery>,
}

impl Stage {
    fn new(count: i64) -> Self {
        let source = SourceState {
            name: "scans".to_owned(),
            open: 3,
            all: 3,
            read: Some(Timestamp::UNIX_EPOCH),
            problem: None,
            flaws: Vec::new(),
        };
        let mut stage = Self {
            model: model(),
            rows: (1..=count).map(finding).collect(),
            sources: vec![source],
            asked: Vec::new(),
        };
        // What was asked before nobody answered.
        stage.model.findings = super::FindingsScreen::default();
        stage.event(Event::StoreChanged);
        stage.press("3");
        stage
    }

    fn page(&self, query: &FindingQuery, around: Option<i64>) -> (FindingPage, usize) {
        let fits = |row: &&FindingRow| {
            let words = query.words.iter().all(|word| row.title.contains(word.as_str()));
            let tag = query.tags.is_empty() || row.tag.as_ref().is_some_and(|tag| query.tags.contains(tag));
            words && tag
        };
        let mut rows: Vec<FindingRow> = self.rows.iter().filter(fits).cloned().collect();
        if query.reverse {
            rows.reverse();
        }
        let total = rows.len();
        let at = around.and_then(|wanted| rows.iter().position(|row| row.row == wanted));
        let offset = at
            .map_or(query.offset, |at| at.saturating_sub(query.limit / 2))
            .min(total);
        let rows = rows.into_iter().skip(offset).take(query.limit).collect();
        let all = self.rows.len();
        (FindingPage { rows, total, all }, offset)
    }

    fn answer(&self, ask: &FindingAsk) -> Option<FindingAnswer> {
        Some(match ask {
            FindingAsk::Page(query, around) => {
                let (page, offset) = self.page(query, *around);
                FindingAnswer::Page(page, offset)
            }
            FindingAsk::Detail(row) => {
                let known = self.rows.iter().find(|known| known.row == *row);
                FindingAnswer::Detail(known.map(|row| {
                    Box::new(FindingSeen {
                        detail: FindingDetail {
                            finding: Finding {
                                keys: vec!["PAY-9".to_owned()],
                                ..Finding::new(row.id.clone(), row.kind, row.title.clone())
                            },
                            row: row.clone(),
                            history: Vec::new(),
                            named: Vec::new(),
                            related: Vec::new(),
                        },
                        issue: None,
                    })
                }))
            }
            FindingAsk::Sources => FindingAnswer::Sources(self.sources.clone()),
            FindingAsk::OfIssue(..) => FindingAnswer::OfIssue(vec![finding(2)]),
            FindingAsk::IssueRow(..) => FindingAnswer::IssueRow(Some(2)),
            FindingAsk::Search(text) if text == "PAY-9" => FindingAnswer::Issues(vec![target()]),
            FindingAsk::Search(_) => FindingAnswer::Issues(Vec::new()),
            FindingAsk::Verify(..) => FindingAnswer::Verified(target()),
            FindingAsk::SearchSites(_) | FindingAsk::Propose(_) | FindingAsk::Act(_) => return None,
        })
    }

    /// Takes an event and everything that follows from it; what is not a read comes back.
    fn event(&mut self, event: Event) -> Vec<Effect> {
        let first = update(&mut self.model, event);
        self.follow(first)
    }

    fn follow(&mut self, first: Vec<Effect>) -> Vec<Effect> {
        let (mut left, mut waiting) = (Vec::new(), first);
        while let Some(effect) = (!waiting.is_empty()).then(|| waiting.remove(0)) {
            let answer = match &effect {
                Effect::Finding(ticket, ask) => {
                    if let FindingAsk::Page(query, _) = ask {
                        self.asked.push(query.clone());
                    }
                    self.answer(ask).map(|answer| (*ticket, answer))
                }
                Effect::Load(..) | Effect::LoadDetail(..) | Effect::CountViews(..) | Effect::LoadSnapshot(_) => {
                    continue;
                }
                _ => None,
            };
            match answer {
                Some((ticket, answer)) => {
                    let event = Event::Finding(ticket, Ok(Box::new(answer)));
                    waiting.extend(update(&mut self.model, event));
                }
                None => left.push(effect),
            }
        }
        left
    }

    fn press(&mut self, pressed: &str) -> Vec<Effect> {
        let mut left = Vec::new();
        for key in pressed.split(' ') {
            let effects = keys(&mut self.model, key);
            left.extend(self.follow(effects));
        }
        left
    }

    fn selected(&self) -> Option<i64> {
        self.model.findings.list.selected()
    }

    /// What is to be done, out of these effects.
    fn acts(effects: &[Effect]) -> Vec<FindingAct> {
        let acts = effects.iter().filter_map(|effect| match effect {
            Effect::Finding(_, FindingAsk::Act(act)) => Some(act.clone()),
            _ => None,
        });
        acts.collect()
    }

    /// Answers the proposal that was asked for.
    fn propose(&mut self, effects: &[Effect], proposal: Proposal) -> Vec<Effect> {
        let ticket = effects.iter().find_map(|effect| match effect {
            Effect::Finding(ticket, FindingAsk::Propose(_)) => Some(*ticket),
            _ => None,
        });
        let answer = FindingAnswer::Proposed(proposal);
        self.event(Event::Finding(ticket.unwrap(), Ok(Box::new(answer))))
    }

    fn said(&self) -> String {
        let shown = self.model.toasts.shown();
        shown.last().map(|toast| toast.text.clone()).unwrap_or_default()
    }
}

fn target() -> IssueTarget {
    IssueTarget {
        alias: Alias::from("acme"),
        id: IssueId("909".to_owned()),
        key: IssueKey("PAY-9".to_owned()),
        summary: "Rotate the token".to_owned(),
        status: Some(Status {
            id: "1".to_owned(),
            name: "To Do".to_owned(),
            category: StatusCategory::New,
        }),
    }
}

fn planned(row: i64, problem: Option<&str>) -> Planned {
    Planned {
        row,
        about: format!("scans/{row} · finding {row}"),
        mapping: "to PAY".to_owned(),
        project: None,
        target: "acme / PAY / Bug".to_owned(),
        fields: vec![PlannedField {
            name: "Summary".to_owned(),
            sample: format!("finding {row}"),
            problem: None,
        }],
        problem: problem.map(str::to_owned),
    }
}

#[test]
fn the_chosen_finding_stays_chosen_wherever_it_goes() {
    let mut stage = Stage::new(500);
    stage.press("j j j");
    assert_eq!(stage.selected(), Some(4));
    let moved = stage.rows.remove(3);
    stage.rows.push(moved);
    stage.event(Event::StoreChanged);
    assert_eq!((stage.selected(), stage.model.findings.list.cursor()), (Some(4), 499));
    stage.press("/ f i n d i n g enter");
    assert_eq!(stage.selected(), Some(4), "another question keeps it too");
    stage.rows.retain(|row| row.row != 4);
    stage.event(Event::StoreChanged);
    assert_eq!(
        stage.selected(),
        Some(500),
        "what is gone leaves its place to a neighbour"
    );
}

#[test]
fn a_far_jump_reads_only_what_is_in_sight() {
    let mut stage = Stage::new(100_000);
    stage.press("G");
    assert_eq!(stage.selected(), Some(100_000));
    assert!(stage.asked.iter().all(|query| query.limit <= 400));
    assert!(stage.model.findings.list.rows().len() <= 400);
    stage.press("g");
    assert_eq!(stage.selected(), Some(1));
}

#[test]
fn filter_tag_and_marks_go_one_after_the_other() {
    let mut stage = Stage::new(20);
    stage.press("/ t a g : p tab 1 0 enter");
    assert_eq!(stage.model.findings.filter, "tag:payments 10");
    assert_eq!(stage.model.findings.list.len(), 1);
    stage.press("space");
    assert_eq!(stage.model.findings.list.marked().len(), 1);
    stage.press("# down enter");
    assert_eq!(stage.model.findings.tag.as_deref(), Some("payments"));
    stage.press("esc");
    assert_eq!(stage.model.findings.list.marked().len(), 0);
    stage.press("esc");
    assert_eq!(stage.model.findings.filter, "");
    stage.press("esc");
    assert_eq!(stage.model.findings.tag, None);
    assert_eq!(stage.model.screen, Screen::Findings);
    stage.press("esc");
    assert_eq!(stage.model.screen, Screen::Issues);
}

#[test]
fn a_source_that_nobody_knows_is_told_where_it_is_typed() {
    let mut stage = Stage::new(3);
    stage.press("/");
    stage.event(Event::Term(crossterm::event::Event::Paste(
        "source:scan zzz".to_owned(),
    )));
    stage.press("enter");
    let complaint = stage.model.findings.complaint();
    assert_eq!(complaint.as_deref(), Some("no source is called scan: scans"));
    stage.press("/ ctrl-u");
    stage.event(Event::Term(crossterm::event::Event::Paste(
        "source:scans zzz".to_owned(),
    )));
    assert_eq!(stage.model.findings.complaint(), None);
}

#[test]
fn a_key_of_another_screen_says_that_it_is_one() {
    let mut stage = Stage::new(1);
    stage.press("u");
    assert_eq!(stage.said(), "undo: not here · ? lists the keys that are");
}

#[test]
fn an_order_chosen_again_turns_round() {
    let mut stage = Stage::new(3);
    stage.press("s enter");
    assert!(stage.asked.last().unwrap().reverse);
    stage.press("s a g e enter");
    let last = stage.asked.last().unwrap();
    assert_eq!((last.sort, last.reverse), (crate::domain::FindingSort::Age, false));
}

#[test]
fn a_mapping_and_a_project_are_asked_for_where_they_are_open() {
    let mut stage = Stage::new(1);
    let choice = |name: &str, refused: Option<&str>| MappingChoice {
        name: name.to_owned(),
        target: "acme / ask / Bug".to_owned(),
        refused: refused.map(str::to_owned),
    };
    let asked = stage.press("n");
    let choices = vec![choice("low", Some("severity high is not low")), choice("any", None)];
    stage.propose(&asked, Proposal::Mapping(choices));
    stage.press("enter");
    assert_eq!(stage.said(), "severity high is not low");
    let asked = stage.press("down enter");
    stage.propose(
        &asked,
        Proposal::Project {
            mapping: "any".to_owned(),
            projects: vec![("PAY".to_owned(), "Payments".to_owned())],
        },
    );
    let asked = stage.press("enter");
    let request = asked.iter().find_map(|effect| match effect {
        Effect::Finding(_, FindingAsk::Propose(request)) => Some(request.clone()),
        _ => None,
    });
    let request = request.unwrap();
    assert_eq!(
        (request.rows, request.mapping.as_deref(), request.project.as_deref()),
        (vec![1], Some("any"), Some("PAY"))
    );
}

#[test]
fn without_a_source_the_screen_teaches_and_copies() {
    let mut stage = Stage::new(0);
    stage.sources.clear();
    stage.event(Event::StoreChanged);
    assert!(stage.model.findings.teaches());
    let copied = stage.press("y");
    assert!(matches!(copied.as_slice(), [Effect::Copy(text)] if text.starts_with("[[source]]")));
    stage.press("r");
    assert!(
        stage.said().starts_with("no source is configured yet"),
        "{}",
        stage.said()
    );
}

#[test]
fn help_and_menu_offer_only_what_works_here() {
    let mut stage = Stage::new(1);
    let help = crate::app::overlay::help::Help {
        place: stage.model.place(),
        input: crate::app::line_edit::LineEdit::default(),
        all: false,
        scroll: 0,
    };
    let names: Vec<&str> = help
        .rows(&stage.model)
        .iter()
        .map(|row| row.action.spec().name)
        .collect();
    for name in [
        "new", "link", "select", "remove", "jump", "menu", "filter", "sort", "tags",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    for name in ["jql", "views", "columns", "follow"] {
        assert!(!names.contains(&name), "{name}");
    }
    let titles: Vec<&str> = help.rows(&stage.model).iter().map(|row| row.title).collect();
    for title in ["create its issue", "unlink from its issue", "open at its source"] {
        assert!(titles.contains(&title), "{title}");
    }
    let offers = super::menu::offers(&stage.model);
    let reasons: BTreeMap<&str, bool> = offers
        .iter()
        .map(|(label, _, reason, _)| (label.as_str(), reason.is_none()))
        .collect();
    assert_eq!((reasons["create issue"], reasons["unlink"]), (true, false));
    stage.press("m esc");
    assert!(stage.model.layers.is_empty());
}

#[test]
fn what_was_done_is_said_and_the_marks_go() {
    let mut stage = Stage::new(2);
    stage.press("space");
    let effects = stage.press("L p a y - 9 enter");
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Finding(ticket, FindingAsk::Act(_)) => Some(*ticket),
        _ => None,
    });
    let done = FindingAnswer::Done("linked to PAY-9\u{1b}[31m".to_owned());
    stage.event(Event::Finding(ticket.unwrap(), Ok(Box::new(done))));
    assert!(stage.said().starts_with("linked to PAY-9"));
    assert!(!stage.said().contains('\u{1b}'));
    assert_eq!(stage.model.findings.list.marked().len(), 0);
    assert!(!stage.model.findings.spins());
}
