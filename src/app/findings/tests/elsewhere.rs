//! Ways from the screen to elsewhere: the issue behind a finding, the browser, the sources.

use super::*;

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
fn an_issue_that_is_not_kept_is_opened_from_the_menu() {
    let mut stage = Stage::new(1);
    stage.rows[0].link = Some(link(1));
    stage.event(Event::StoreChanged);
    let effects = keys(&mut stage.model, "'");
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::Finding(ticket, FindingAsk::IssueRow(..)) => Some(*ticket),
        _ => None,
    });
    let answer = Ok(Box::new(FindingAnswer::IssueRow(None)));
    stage.event(Event::Finding(ticket.unwrap(), answer));
    assert!(stage.said().ends_with("m opens it in the browser"), "{}", stage.said());
    let effects = stage.press("m p a y - 1 enter");
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::OpenUrl(url) if url.ends_with("/PAY-1"))),
        "{effects:?}"
    );
}
