//! Whole stories on the Findings screen: keys in, what is asked for and done out.

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
            FindingAsk::Propose(_) | FindingAsk::Act(_) => return None,
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
fn an_order_chosen_again_turns_round() {
    let mut stage = Stage::new(3);
    stage.press("s enter");
    assert!(stage.asked.last().unwrap().reverse);
    stage.press("s a g e enter");
    let last = stage.asked.last().unwrap();
    assert_eq!((last.sort, last.reverse), (crate::domain::FindingSort::Age, false));
}

#[test]
fn creating_asks_first_and_enter_alone_creates_nothing() {
    let mut stage = Stage::new(3);
    let asked = stage.press("n");
    stage.propose(&asked, Proposal::Ready(vec![planned(1, None)]));
    assert_eq!(Stage::acts(&stage.press("enter")), []);
    let asked = stage.press("n");
    stage.propose(&asked, Proposal::Ready(vec![planned(1, None)]));
    let expected = FindingAct::Create(vec![(1, "to PAY".to_owned(), None)]);
    assert_eq!(
        Stage::acts(&stage.press("n")),
        [],
        "the key that led here does not confirm"
    );
    let asked = stage.press("n");
    stage.propose(&asked, Proposal::Ready(vec![planned(1, None)]));
    assert_eq!(Stage::acts(&stage.press("tab enter")), [expected]);
}

#[test]
fn what_cannot_be_created_is_left_out_and_nothing_is_created_of_nothing() {
    let mut stage = Stage::new(3);
    let asked = stage.press("space space space n");
    let request = asked.iter().find_map(|effect| match effect {
        Effect::Finding(_, FindingAsk::Propose(request)) => Some(request.rows.clone()),
        _ => None,
    });
    assert_eq!(request, Some(vec![1, 2, 3]));
    let plan = vec![planned(1, None), planned(2, Some("no mapping")), planned(3, None)];
    stage.propose(&asked, Proposal::Ready(plan));
    let acts = Stage::acts(&stage.press("y"));
    let of = |row| (row, "to PAY".to_owned(), None);
    assert_eq!(acts, [FindingAct::Create(vec![of(1), of(3)])]);
    let asked = stage.press("n");
    stage.propose(&asked, Proposal::Ready(vec![planned(2, Some("no mapping"))]));
    assert_eq!(Stage::acts(&stage.press("y")), []);
    assert!(stage.said().contains("nothing can be created"), "{}", stage.said());
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
fn a_late_proposal_opens_nothing() {
    let mut stage = Stage::new(2);
    let first = stage.press("n");
    let _second = stage.press("j n");
    stage.propose(&first, Proposal::Ready(vec![planned(1, None)]));
    assert!(stage.model.layers.is_empty());
}

#[test]
fn linking_takes_a_key_an_address_or_what_the_finding_names() {
    let linked = [FindingAct::Link(vec![1], target())];
    for typed in ["", "ctrl-u p a y - 9"] {
        let mut stage = Stage::new(1);
        stage.press("L");
        stage.press(typed);
        assert_eq!(Stage::acts(&stage.press("enter")), linked, "{typed}");
    }
    let mut stage = Stage::new(1);
    stage.press("L ctrl-u");
    let address = "https://acme.example.com/browse/PAY-77?x=1\n";
    stage.event(Event::Term(crossterm::event::Event::Paste(address.to_owned())));
    let effects = keys(&mut stage.model, "enter");
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Finding(_, FindingAsk::Verify(Some(alias), key)) if alias.as_str() == "acme" && key.as_str() == "PAY-77"
    )));
    assert_eq!(Stage::acts(&stage.follow(effects)), linked, "the site has it");
}

#[test]
fn an_issue_that_does_not_exist_is_told_where_it_was_typed() {
    let mut stage = Stage::new(1);
    stage.press("L ctrl-u n o - 1");
    let effects = keys(&mut stage.model, "enter");
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Finding(ticket, FindingAsk::Verify(..)) => Some(*ticket),
        _ => None,
    });
    let problem = Problem {
        kind: "setup".to_owned(),
        message: "NO-1 does not exist".to_owned(),
        remedy: "check the key".to_owned(),
    };
    stage.event(Event::Finding(ticket.unwrap(), Err(problem)));
    assert_eq!(stage.model.layers.len(), 1, "the text stays");
    assert_eq!(stage.said(), "");
}

#[test]
fn unlinking_starts_on_cancel() {
    let mut stage = Stage::new(2);
    stage.rows[0].link = Some(link(1));
    stage.event(Event::StoreChanged);
    for refusing in ["enter", "x x enter", "esc"] {
        stage.press("x");
        assert_eq!(Stage::acts(&stage.press(refusing)), [], "{refusing}");
        stage.model.layers.clear();
    }
    assert_eq!(Stage::acts(&stage.press("x y")), [FindingAct::Unlink(vec![1])]);
    stage.press("j x");
    assert_eq!(stage.said(), "it has no issue to unlink");
}

#[test]
fn an_uncertain_create_is_settled_with_one_key() {
    let mut stage = Stage::new(1);
    stage.rows[0].pending = Some(pending(1, PushState::Uncertain));
    stage.event(Event::StoreChanged);
    assert_eq!(
        Stage::acts(&stage.press("n enter enter")),
        [],
        "it may be there already: that is asked"
    );
    stage.model.layers.clear();
    assert_eq!(Stage::acts(&stage.press("n enter y")), [FindingAct::Retry(vec![71])]);
    assert_eq!(Stage::acts(&stage.press("L enter")), [FindingAct::Settle(71, target())]);
    assert_eq!(
        Stage::acts(&stage.press("n f o r g e t enter y")),
        [FindingAct::Forget(vec![71])]
    );
    stage.rows[0].pending = Some(pending(1, PushState::Failed));
    stage.event(Event::StoreChanged);
    assert_eq!(Stage::acts(&stage.press("n enter")), [FindingAct::Retry(vec![71])]);
    stage.rows[0].pending = Some(pending(1, PushState::Waiting));
    stage.event(Event::StoreChanged);
    stage.press("n");
    assert_eq!(stage.said(), "the issue of scans/1 is on its way already");
}

#[test]
fn one_jumps_to_the_issue_and_back() {
    let mut stage = Stage::new(2);
    stage.rows[1].link = Some(link(2));
    stage.event(Event::StoreChanged);
    stage.press("'");
    assert_eq!(stage.said(), "it has no issue yet: n creates one, L links one");
    stage.press("j '");
    assert_eq!((stage.model.screen, stage.model.page), (Screen::Issues, Some(2)));
    stage.model.page = None;
    stage.press("'");
    assert_eq!(
        (stage.model.screen, stage.model.findings.page),
        (Screen::Findings, Some(2))
    );
    assert_eq!(stage.model.focus(), Pane::Finding);
    stage.press("[");
    assert_eq!(stage.model.findings.page, Some(1));
    stage.press("esc");
    assert_eq!(stage.model.findings.page, None);
    assert_eq!(stage.selected(), Some(1));
}

#[test]
fn only_web_addresses_are_opened() {
    let mut stage = Stage::new(1);
    assert_eq!(
        stage.press("o"),
        [Effect::OpenUrl("https://scans.example.com/1".to_owned())]
    );
    stage.rows[0].url = Some("file:///etc/passwd".to_owned());
    stage.event(Event::StoreChanged);
    assert_eq!(stage.press("o"), []);
    assert_eq!(stage.said(), "not a web address: file:///etc/passwd");
}

#[test]
fn a_refresh_is_told_of_until_the_sources_are_read() {
    let mut stage = Stage::new(1);
    assert_eq!(Stage::acts(&stage.press("r")), [FindingAct::Refresh(None)]);
    assert_eq!(stage.model.findings.sources.awaited_names().as_deref(), Some("scans"));
    stage.sources[0].read = Some(Timestamp::from_second(5).unwrap());
    stage.sources[0].all = 5;
    stage.event(Event::StoreChanged);
    assert_eq!(stage.model.findings.sources.awaited_names(), None);
    assert_eq!(stage.said(), "scans: 2 new findings · 3 open");
    stage.press("r");
    stage.event(Event::Tick(Timestamp::from_second(60).unwrap()));
    assert!(stage.said().starts_with("scans: not read yet"), "{}", stage.said());
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
