//! Boxes about findings: creating, linking, unlinking, settling.

use super::*;
use crate::app::findings::dialog::Dialog;
use crate::app::findings::dialog::link::Next;
use crate::app::overlay::Layer;

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
    let address = "https://acme.atlassian.net/browse/PAY-77?x=1\n";
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

/// What the box says that Enter does.
fn next(stage: &Stage) -> Next {
    let Some(Layer::Finding(Dialog::Link(link))) = stage.model.layers.last() else {
        panic!("no box is open");
    };
    link.next(&stage.model)
}

/// How much is asked for or to be done about findings.
fn asks(effects: &[Effect]) -> usize {
    let asks = effects.iter().filter(|effect| matches!(effect, Effect::Finding(..)));
    asks.count()
}

/// The words that the sites are asked for.
fn searched(effects: &[Effect]) -> (crate::app::event::Ticket, String) {
    let found = effects.iter().find_map(|effect| match effect {
        Effect::Finding(ticket, FindingAsk::SearchSites(words)) => Some((*ticket, words.clone())),
        _ => None,
    });
    found.unwrap()
}

fn paste(stage: &mut Stage, text: &str) {
    stage.event(Event::Term(crossterm::event::Event::Paste(text.to_owned())));
}

#[test]
fn an_address_of_nobodys_site_links_to_nothing() {
    let mut stage = Stage::new(1);
    stage.press("L ctrl-u");
    // The key in it is one that is known here.
    paste(&mut stage, "https://acme.example.com.evil.example/browse/PAY-9");
    assert!(matches!(next(&stage), Next::Elsewhere(_)));
    let effects = keys(&mut stage.model, "enter");
    assert_eq!(asks(&effects), 0, "neither linked nor asked for");
    assert_eq!(stage.model.layers.len(), 1);
}

#[test]
fn an_issue_that_is_pointed_at_is_meant_whatever_is_typed() {
    let mut stage = Stage::new(1);
    stage.press("L ctrl-u p a y - 9 9");
    assert_eq!(next(&stage), Next::Ask(IssueKey::from("PAY-99")));
    // PAY-9 would be found for it, too, as a key that begins likewise.
    if let Some(Layer::Finding(Dialog::Link(link))) = stage.model.layers.last_mut() {
        link.items = vec![target()];
    }
    assert_eq!(next(&stage), Next::Ask(IssueKey::from("PAY-99")));
    let acts = Stage::acts(&stage.press("down enter"));
    assert_eq!(acts, [FindingAct::Link(vec![1], target())]);
}

#[test]
fn enter_before_the_look_links_to_what_was_typed_and_never_to_what_was_listed_before() {
    let mut stage = Stage::new(1);
    stage.press("L ctrl-u");
    if let Some(Layer::Finding(Dialog::Link(link))) = stage.model.layers.last_mut() {
        link.items = vec![IssueTarget {
            key: IssueKey::from("OLD-1"),
            ..target()
        }];
    }
    // The look is under way while Enter comes.
    let mut effects = update(
        &mut stage.model,
        Event::Term(crossterm::event::Event::Paste("pay-9".to_owned())),
    );
    effects.extend(keys(&mut stage.model, "enter"));
    assert_eq!(Stage::acts(&effects), []);
    assert_eq!(next(&stage), Next::Wait);
    let left = stage.follow(effects);
    assert_eq!(Stage::acts(&left), [FindingAct::Link(vec![1], target())]);

    // Words may bring anything: what they bring is looked at first.
    stage.press("L ctrl-u");
    let mut effects = update(
        &mut stage.model,
        Event::Term(crossterm::event::Event::Paste("log in".to_owned())),
    );
    effects.extend(keys(&mut stage.model, "enter"));
    let left = stage.follow(effects);
    assert_eq!((Stage::acts(&left), stage.model.layers.len()), (vec![], 1));
}

#[test]
fn words_that_nothing_here_has_are_looked_for_on_the_sites() {
    let mut stage = Stage::new(1);
    stage.press("L ctrl-u o l d");
    assert_eq!(next(&stage), Next::Search);
    let effects = keys(&mut stage.model, "enter");
    let (ticket, words) = searched(&effects);
    assert_eq!(words, "old");
    assert_eq!(asks(&keys(&mut stage.model, "enter")), 0, "once is enough");
    let answer = FindingAnswer::Issues(vec![target()]);
    stage.event(Event::Finding(ticket, Ok(Box::new(answer))));
    assert_eq!(next(&stage), Next::Link);
    assert_eq!(
        Stage::acts(&stage.press("enter")),
        [FindingAct::Link(vec![1], target())]
    );

    stage.press("L ctrl-u o l d");
    let effects = keys(&mut stage.model, "enter");
    let (ticket, _) = searched(&effects);
    stage.event(Event::Finding(ticket, Ok(Box::new(FindingAnswer::Issues(Vec::new())))));
    assert_eq!(next(&stage), Next::Nothing);
    assert_eq!(asks(&keys(&mut stage.model, "enter")), 0);
}

#[test]
fn the_box_tells_what_becomes_of_those_that_get_no_issue() {
    let mut stage = Stage::new(3);
    stage.rows[1].link = Some(link(2));
    stage.event(Event::StoreChanged);
    let asked = stage.press("space space space n");
    stage.propose(
        &asked,
        Proposal::Ready(vec![planned(1, None), planned(3, Some("no mapping"))]),
    );
    let Some(Layer::Finding(Dialog::Create(create))) = stage.model.layers.last() else {
        panic!("no box is open");
    };
    assert_eq!(create.title(), "Create 1 of 2 issues");
    let lines: Vec<String> = create.lines(90).iter().map(crate::app::role::Line::text).collect();
    assert_eq!(
        lines[..2],
        [
            "1 of those selected has an issue already, or one on its way, and is left as it is",
            "1 cannot be created; its reason stands below it",
        ]
    );
}

#[test]
fn a_long_plan_scrolls_no_further_than_it_goes() {
    let mut stage = Stage::new(1);
    let asked = stage.press("n");
    stage.propose(&asked, Proposal::Ready((0..60).map(|row| planned(row, None)).collect()));
    let scroll = |stage: &Stage| match stage.model.layers.last() {
        Some(Layer::Finding(Dialog::Create(create))) => create.scroll,
        _ => panic!("no box is open"),
    };
    stage.press("G");
    let last = scroll(&stage);
    assert!(last > 0);
    stage.press("j pgdn");
    assert_eq!(scroll(&stage), last);
    stage.press("k");
    assert_eq!(scroll(&stage), last - 1, "one key back is one line back");
    stage.press("g");
    assert_eq!(scroll(&stage), 0);
}
