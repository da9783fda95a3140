//! Keys in, effects out: what each does, wherever it is pressed.

pub(super) mod common;

use crossterm::event::{Event as TermEvent, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use jiff::{Timestamp, tz::TimeZone};
use ratatui::layout::Size;

use super::action::{Action, Place, TABLE};
use super::layout::Pane;
use super::model::EntryKind;
use super::overlay::Layer;
use super::*;
use crate::config::ViewConfig;
use crate::domain::{Access, Alias, IssueId, IssueKey, IssueRow, ListPage, ListQuery, Snapshot, StatusCategory};

fn row(id: i64) -> IssueRow {
    IssueRow {
        row: id,
        alias: Alias::from("acme"),
        id: IssueId(id.to_string()),
        key: IssueKey(format!("PAY-{id}")),
        summary: format!("issue {id}"),
        issue_type: "Bug".to_owned(),
        subtask: false,
        status: "To Do".to_owned(),
        category: StatusCategory::New,
        priority: None,
        priority_rank: None,
        resolution: None,
        assignee: None,
        reporter: None,
        project: "PAY".to_owned(),
        labels: Vec::new(),
        components: Vec::new(),
        parent: None,
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        due: None,
        url: format!("https://acme.example.com/browse/PAY-{id}"),
        fields: Vec::new(),
    }
}

pub(super) fn page(ids: std::ops::RangeInclusive<i64>) -> ListPage {
    let ids: Vec<i64> = ids.collect();
    ListPage {
        total: ids.len(),
        partial: false,
        rows: ids.iter().map(|id| row(*id)).collect(),
        ids: ids.into(),
        offset: 0,
        approximate: false,
        notes: Vec::new(),
        asked: Vec::new(),
    }
}

fn view(name: &str, jql: &str) -> ViewConfig {
    ViewConfig {
        name: name.to_owned(),
        jql: jql.to_owned(),
        columns: Vec::new(),
        default: false,
    }
}

fn model_of(size: Size, aliases: &[&str]) -> Model {
    let setup = Setup {
        size,
        now: Timestamp::UNIX_EPOCH,
        zone: TimeZone::UTC,
        views: vec![view("Mine", "assignee = currentUser()"), view("All", "")],
        implied: false,
        keys: std::collections::BTreeMap::new(),
        look: Look::default(),
        config_path: "config.toml".to_owned(),
    };
    let snapshot = Snapshot {
        connections: aliases
            .iter()
            .map(|alias| common::connection(alias, Access::ApiToken))
            .collect(),
        ..Snapshot::default()
    };
    let page = if aliases.is_empty() {
        ListPage::default()
    } else {
        page(1..=3)
    };
    let mut model = Model::new(setup, Some(page), snapshot);
    // What the start asks for is of no interest to these tests.
    for effect in update(&mut model, Event::Tick(Timestamp::UNIX_EPOCH)) {
        if let Effect::LoadSnapshot(ticket) = effect {
            let snapshot = Box::new(model.snapshot.clone());
            update(&mut model, Event::SnapshotRead(ticket, snapshot));
        }
    }
    model
}

pub(super) fn model() -> Model {
    model_of(Size::new(140, 40), &["acme", "lab"])
}

/// Presses keys, separated by spaces; returns what they led to, reads left out.
pub(super) fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in common::keys(keys) {
        effects.extend(update(model, key));
    }
    effects.retain(|effect| {
        !matches!(
            effect,
            Effect::Load(..)
                | Effect::LoadDetail(..)
                | Effect::CountViews(..)
                | Effect::CountTags(..)
                | Effect::Complete(..)
                | Effect::LoadSnapshot(_)
                | Effect::LoadFields(_)
        )
    });
    effects
}

pub(super) fn type_text(model: &mut Model, text: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for key in common::typed(text) {
        effects.extend(update(model, key));
    }
    effects
}

pub(super) fn said(model: &Model) -> &str {
    model.toasts.shown().last().map_or("", |toast| toast.text.as_str())
}

#[test]
fn keys_lead_to_their_effects() {
    let url = || "https://acme.example.com/browse/PAY-2".to_owned();
    for (keys, expected) in [
        ("R", Effect::Sync(Scope::All)),
        ("r", Effect::Sync(Scope::All)),
        ("F5", Effect::Sync(Scope::All)),
        ("4 j r", Effect::Sync(Scope::One(Alias::from("lab")))),
        ("4 j o", Effect::OpenUrl("https://lab.atlassian.net".to_owned())),
        ("j enter r", Effect::Sync(Scope::One(Alias::from("acme")))),
        ("j o", Effect::OpenUrl(url())),
        ("j y", Effect::Copy("PAY-2".to_owned())),
        ("j Y", Effect::Copy(url())),
        ("q", Effect::Quit),
        ("ctrl-c", Effect::Quit),
        ("/ ctrl-c", Effect::Quit),
        (": ctrl-c", Effect::Quit),
        ("ctrl-l", Effect::Redraw),
        ("ctrl-z", Effect::Suspend),
        ("M", Effect::CaptureMouse(true)),
    ] {
        assert_eq!(press(&mut model(), keys), [expected], "{keys}");
    }
}

#[test]
fn refresh_shows_at_once_and_keeps_the_selection() {
    for screen in ["1", "4", "6"] {
        for key in ["r", "F5", "ctrl-r"] {
            let mut model = model();
            press(&mut model, &format!("j {screen} {key}"));
            let names = model.refresh.names().unwrap_or_default();
            assert!(names.contains("acme"), "{screen} {key}: {names:?}");
            assert_eq!(model.list().selected(), Some(2));
        }
    }
}

#[test]
fn the_page_is_left_before_the_program() {
    let mut model = model();
    press(&mut model, "j enter");
    assert_eq!(model.page, Some(2));
    assert_eq!(press(&mut model, "q"), []);
    assert_eq!(model.page, None);
    press(&mut model, "enter ]");
    assert_eq!(model.page, Some(3), "the next issue");
    press(&mut model, "[ [ esc");
    assert_eq!((model.page, model.list().selected()), (None, Some(1)));
    press(&mut model, "z q");
    assert!(!model.panes.zoom);
    assert_eq!(press(&mut model, "q"), [Effect::Quit]);
}

#[test]
fn esc_leaves_typing_then_the_filter_and_nothing_else() {
    let mut model = model();
    press(&mut model, "/");
    type_text(&mut model, "web");
    assert_eq!(model.home.filter, "web");
    press(&mut model, "esc");
    assert_eq!((model.entry.is_some(), model.home.filter.as_str()), (false, "web"));
    press(&mut model, "r");
    assert_eq!(model.home.filter, "web", "a refresh keeps it");
    press(&mut model, "esc");
    assert_eq!((model.home.filter.as_str(), model.screen), ("", Screen::Issues));
}

#[test]
fn while_typing_letters_are_text() {
    let mut model = model();
    press(&mut model, "/");
    let effects = type_text(&mut model, "qrRjJ1?:");
    assert_eq!(model.home.filter, "qrRjJ1?:");
    assert!(effects.iter().all(|effect| matches!(effect, Effect::Load(..))));
    press(&mut model, "F1");
    assert!(
        matches!(model.layers.last(), Some(Layer::Help(_))),
        "F1 works while typing"
    );
}

#[test]
fn a_filter_asks_for_rows_with_every_letter() {
    let mut model = model();
    press(&mut model, "/");
    let effects = type_text(&mut model, "we");
    let filters: Vec<&str> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Load(_, ListQuery { filter, .. }) => Some(filter.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(filters, ["w", "we"]);
}

#[test]
fn screens_that_do_not_exist_yet_say_so() {
    let mut model = model();
    press(&mut model, "2");
    assert_eq!(said(&model), "Entities: this version does not have this screen yet");
    assert_eq!(model.screen, Screen::Issues);
}

#[test]
fn a_query_goes_to_the_cache_first_and_to_the_servers_if_it_must() {
    let mut model = model();
    press(&mut model, "J ctrl-u");
    type_text(&mut model, "status WAS Done");
    let effects = {
        let key = KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE);
        update(&mut model, Event::Term(TermEvent::Key(key)))
    };
    let [Effect::Load(ticket, query)] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(query.jql, "status WAS Done");
    let problem = Problem {
        kind: NEEDS_SERVER.to_owned(),
        ..Problem::default()
    };
    let effects = update(&mut model, Event::Failed(*ticket, problem));
    let Some(Effect::LiveSearch(ticket, request)) = effects.first().cloned() else {
        panic!("{effects:?}")
    };
    assert_eq!(request.jql, "status WAS Done");
    let first = LivePage {
        rows: vec![row(-1)],
        total: Some(2),
        ..LivePage::default()
    };
    update(&mut model, Event::Live(ticket, first));
    let last = LivePage {
        rows: vec![row(-2)],
        done: true,
        ..LivePage::default()
    };
    update(&mut model, Event::Live(ticket, last.clone()));
    assert_eq!((model.list().len(), model.list().total()), (2, Some(2)));
    assert_eq!(model.selected_key().as_deref(), Some("PAY--1"));
    update(&mut model, Event::Live(Ticket(9999), last));
    assert_eq!(model.list().len(), 2, "rows of another search are dropped");
    press(&mut model, "esc");
    assert!(model.home.live.is_none(), "esc returns to the view");
    assert_eq!(model.home.history, ["status WAS Done"]);
}

#[test]
fn leaving_a_live_search_cancels_it() {
    let mut model = model();
    let mut effects = Vec::new();
    issues::start_live(&mut model, "x = 1".to_owned(), &mut effects);
    assert_eq!(press(&mut model, "esc"), [Effect::CancelLive]);
}

#[test]
fn a_query_with_an_error_is_not_sent_and_not_lost() {
    let mut model = model();
    press(&mut model, "J ctrl-u");
    type_text(&mut model, "status = ");
    assert_eq!(press(&mut model, "enter"), []);
    assert_eq!(
        model.typing(EntryKind::Jql).map(line_edit::LineEdit::text),
        Some("status = ")
    );
}

#[test]
fn a_paste_is_text_and_does_not_submit() {
    let mut model = model();
    press(&mut model, "J ctrl-u");
    update(&mut model, Event::Term(TermEvent::Paste("project = PAY\n".to_owned())));
    assert_eq!(
        model.typing(EntryKind::Jql).map(line_edit::LineEdit::text),
        Some("project = PAY")
    );
    update(&mut model, Event::Term(TermEvent::Paste("q".to_owned())));
    press(&mut model, "esc");
    assert_eq!(
        update(&mut model, Event::Term(TermEvent::Paste("q".to_owned()))),
        [],
        "no pane takes pastes"
    );
}

#[test]
fn history_is_walked_with_the_arrows() {
    let mut model = model();
    for jql in ["project = A", "project = B"] {
        press(&mut model, "J ctrl-u");
        type_text(&mut model, jql);
        press(&mut model, "enter");
    }
    press(&mut model, "J up");
    let text = |model: &Model| model.typing(EntryKind::Jql).map(|edit| edit.text().to_owned()).unwrap();
    assert_eq!(text(&model), "project = B");
    press(&mut model, "up up");
    assert_eq!(text(&model), "project = A");
    press(&mut model, "down");
    assert_eq!(text(&model), "project = B");
}

#[test]
fn the_palette_runs_what_it_shows_and_says_why_it_cannot() {
    let mut model = model();
    press(&mut model, ":");
    type_text(&mut model, "sync ac");
    assert_eq!(
        press(&mut model, "enter"),
        [Effect::Sync(Scope::One(Alias::from("acme")))]
    );
    assert!(model.layers.is_empty());
    press(&mut model, ":");
    type_text(&mut model, "follow");
    assert_eq!(press(&mut model, "enter"), []);
    assert_eq!(said(&model), "not with the focus on Issues");
    assert_eq!(model.layers.len(), 1, "the palette stays open");
}

#[test]
fn help_lists_only_what_works_here_and_finds_refresh() {
    let mut model = model();
    press(&mut model, "?");
    type_text(&mut model, "refr");
    let Some(Layer::Help(help)) = model.layers.last() else {
        panic!()
    };
    let found = help.rows(&model);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].keys, "r F5 ctrl-r");
    assert_eq!(press(&mut model, "enter"), [Effect::Sync(Scope::All)], "enter runs it");
    for (keys, place, absent) in [
        ("6", Place::Runs, Action::Columns),
        ("4", Place::Connections, Action::Filter),
        ("1", Place::List, Action::Follow),
    ] {
        press(&mut model, keys);
        assert_eq!(model.place(), place);
        assert!(!absent.spec().works_in(place));
    }
}

#[test]
fn keys_of_other_places_do_nothing() {
    let mut model = model();
    press(&mut model, "4");
    let before = format!("{:?}", model.home);
    for spec in TABLE
        .iter()
        .filter(|spec| spec.listed() && !spec.works_in(Place::Connections))
    {
        for key in spec.keys {
            assert_eq!(press(&mut model, key), [], "{key}");
        }
    }
    assert_eq!(format!("{:?}", model.home), before);
    assert!(model.layers.is_empty() && model.entry.is_none());
}

#[test]
fn panes_are_walked_through_in_order_and_survive_resizing() {
    let mut model = model();
    let mut seen = Vec::new();
    for _ in 0..7 {
        seen.push(model.focus());
        press(&mut model, "tab");
    }
    assert_eq!(
        seen,
        [
            Pane::List,
            Pane::Preview,
            Pane::Connections,
            Pane::Mappings,
            Pane::Log,
            Pane::Views,
            Pane::List
        ]
    );
    press(&mut model, "shift-tab shift-tab shift-tab");
    assert_eq!(model.focus(), Pane::Log);
    update(&mut model, Event::Term(TermEvent::Resize(60, 20)));
    assert_eq!(
        model.focus(),
        Pane::List,
        "a pane that is not there cannot have the focus"
    );
    update(&mut model, Event::Term(TermEvent::Resize(140, 40)));
    assert_eq!(model.focus(), Pane::Log);
}

#[test]
fn resizing_keeps_issue_filter_and_screen() {
    let mut model = model();
    press(&mut model, "j /");
    type_text(&mut model, "issue");
    for (width, height) in [(140, 40), (60, 20), (10, 5), (100, 30)] {
        update(&mut model, Event::Term(TermEvent::Resize(width, height)));
    }
    assert_eq!(model.list().selected(), Some(2));
    assert_eq!((model.home.filter.as_str(), model.screen), ("issue", Screen::Issues));
}

#[test]
fn in_a_terminal_that_is_too_small_only_quitting_works() {
    let mut model = model_of(Size::new(59, 19), &["acme"]);
    assert_eq!(press(&mut model, "R j o ? : J"), []);
    assert!(model.layers.is_empty() && model.entry.is_none());
    assert_eq!(press(&mut model, "q"), [Effect::Quit]);
}

#[test]
fn without_a_connection_the_sample_is_copied_and_syncing_says_why_not() {
    let mut model = model_of(Size::new(100, 30), &[]);
    assert_eq!(
        press(&mut model, "y"),
        [Effect::Copy(faces::sample_config().to_owned())]
    );
    assert_eq!(press(&mut model, "r"), []);
    assert!(said(&model).contains("no connection is configured"));
}

#[test]
fn the_sample_config_is_one_that_reads() {
    let parsed: toml::Table = toml::from_str(faces::sample_config()).unwrap();
    assert!(parsed.contains_key("connection"));
}

#[test]
fn the_jql_goes_to_an_editor_and_back_to_the_bar() {
    let edit = |text: &str| Effect::Edit {
        text: text.to_owned(),
        kind: EditKind::Jql,
    };
    let mut model = model();
    assert_eq!(press(&mut model, "j enter E"), [edit("assignee = currentUser()")]);
    let jql = "project = PAY\n\n  ORDER BY key\n".to_owned();
    assert_eq!(update(&mut model, Event::Edited(EditKind::Jql, jql)), []);
    let bar = model.typing(EntryKind::Jql).map(line_edit::LineEdit::text);
    assert_eq!(
        bar,
        Some("project = PAY ORDER BY key"),
        "nothing runs before it was seen"
    );
    assert_eq!(press(&mut model, "F4"), [edit("project = PAY ORDER BY key")]);
    press(&mut model, "enter");
    assert_eq!(model.home.jql(), "project = PAY ORDER BY key");
}

#[test]
fn an_address_that_is_no_web_address_is_not_opened() {
    let mut model = model();
    let mut bad = page(1..=1);
    bad.rows[0].url = "file:///etc/passwd".to_owned();
    model.home.list = list::List::with(model.home.question(), bad);
    assert_eq!(press(&mut model, "o"), []);
    assert!(said(&model).contains("not a web address"));
}

#[test]
fn a_notice_leaves_after_a_while() {
    let mut model = model();
    update(&mut model, Event::Said(Tone::Good, "copied PAY-1".to_owned()));
    assert_eq!(said(&model), "copied PAY-1");
    update(&mut model, Event::Tick(Timestamp::from_second(5).unwrap()));
    assert_eq!(said(&model), "copied PAY-1");
    update(&mut model, Event::Tick(Timestamp::from_second(6).unwrap()));
    assert_eq!(said(&model), "");
}

#[test]
fn store_changes_fold_into_one_read_of_each_kind() {
    let mut model = model();
    let first = update(&mut model, Event::StoreChanged);
    let reads = |effects: &[Effect]| {
        effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Load(..) | Effect::LoadSnapshot(_)))
            .count()
    };
    assert_eq!(reads(&first), 2);
    let more: usize = (0..10).map(|_| reads(&update(&mut model, Event::StoreChanged))).sum();
    assert_eq!(more, 0, "one read of each is already under way");
    let ticket = first
        .iter()
        .find_map(|effect| match effect {
            Effect::LoadSnapshot(ticket) => Some(*ticket),
            _ => None,
        })
        .unwrap();
    let after = update(&mut model, Event::SnapshotRead(ticket, Box::default()));
    assert_eq!(reads(&after), 1, "and one follows");
}

#[test]
fn a_poll_that_finds_nothing_has_no_list_read_again_until_time_has_moved_on() {
    let mut model = model();
    update(&mut model, Event::Tick(Timestamp::from_second(1_000).unwrap()));
    // Whether the list was read again; whatever is asked is answered at once.
    let reads = |model: &mut Model, event: Event| {
        let mut listed = false;
        for effect in update(model, event) {
            let answer = match effect {
                Effect::Load(ticket, _) => {
                    listed = true;
                    Event::Loaded(ticket, page(1..=3))
                }
                Effect::LoadSnapshot(ticket) => Event::SnapshotRead(ticket, Box::default()),
                Effect::CountViews(ticket, queries) => Event::Counted(ticket, vec![None; queries.len()]),
                _ => continue,
            };
            update(model, answer);
        }
        listed
    };
    assert!(reads(&mut model, Event::StoreChanged));
    for (second, expected) in [(1_001, false), (1_599, false), (1_600, true), (1_601, false)] {
        update(&mut model, Event::Tick(Timestamp::from_second(second).unwrap()));
        assert_eq!(reads(&mut model, Event::RunsChanged), expected, "{second}");
    }
}

#[test]
fn sort_is_a_menu_and_again_turns_it_round() {
    let mut model = model();
    press(&mut model, "s");
    type_text(&mut model, "updated");
    press(&mut model, "enter");
    let sort = model.home.sort.unwrap();
    assert_eq!((sort.column, sort.descending), (crate::domain::Column::Updated, true));
    press(&mut model, "s enter");
    assert!(!model.home.sort.unwrap().descending);
    press(&mut model, "s home");
    type_text(&mut model, "as the query");
    press(&mut model, "enter");
    assert_eq!(model.home.sort, None);
}

#[test]
fn columns_are_chosen_ordered_and_given_back() {
    use crate::domain::Column;
    let mut model = model();
    let before = model.columns();
    assert_eq!(
        before.first(),
        Some(&Column::Connection),
        "two connections: the first column names them"
    );
    press(&mut model, "S space down } enter");
    let after = model.columns();
    assert!(!after.contains(&Column::Connection));
    assert_eq!(after.get(1), Some(&Column::Key));
    press(&mut model, "S down space esc");
    assert_eq!(model.columns(), after, "esc takes back");
    press(&mut model, "S delete");
    assert_eq!(model.columns(), before);
}

#[test]
fn the_mouse_chooses_opens_sorts_and_changes_screens() {
    let mut model = model();
    let click = |model: &mut Model, column, row| {
        let kind = MouseEventKind::Down(MouseButton::Left);
        let event = MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        };
        update(model, Event::Term(TermEvent::Mouse(event)));
    };
    let regions = layout::regions(model.size, &model);
    let parts = layout::list_parts(regions.pane(Pane::List).unwrap(), &model);
    click(&mut model, parts.rows.x + 5, parts.rows.y + 2);
    assert_eq!(model.list().selected(), Some(3));
    click(&mut model, parts.rows.x + 5, parts.rows.y + 2);
    assert_eq!(model.page, Some(3), "a second click opens");
    press(&mut model, "esc");
    click(&mut model, parts.rows.x + 5, parts.rows.y + 9);
    assert_eq!(model.list().selected(), Some(3), "below the last row is nothing");
    click(&mut model, parts.headings.x + 3, parts.headings.y);
    assert!(model.home.sort.is_some());
    let tab = chrome::tabs(regions.header, &model)[2].rect;
    click(&mut model, tab.x + 2, tab.y);
    assert_eq!(model.screen, Screen::Connections);
    press(&mut model, "1 v");
    click(&mut model, 0, 39);
    assert!(model.layers.is_empty(), "a click beside a box closes it");
}

#[test]
fn the_first_query_is_answered_before_the_first_frame() {
    let mut model = model();
    let effects = update(&mut model, Event::Tick(Timestamp::UNIX_EPOCH));
    assert!(
        !effects.iter().any(|effect| matches!(effect, Effect::Load(..))),
        "{effects:?}"
    );
}

#[test]
fn no_key_anywhere_panics_or_asks_for_ever() {
    let keys: Vec<&str> = TABLE
        .iter()
        .filter(|spec| spec.action != Action::Quit)
        .flat_map(|spec| spec.keys.iter().copied())
        .chain(["x", "space", "backspace", "left", "right", "delete", "0"])
        .collect();
    for size in [
        Size::new(60, 20),
        Size::new(80, 24),
        Size::new(140, 40),
        Size::new(300, 80),
        Size::new(1, 1),
    ] {
        for aliases in [&["acme", "lab"][..], &[]] {
            let mut model = model_of(size, aliases);
            // A fixed walk that visits keys in ever different order.
            for step in 0..3000_usize {
                press(&mut model, keys[(step * 31 + step / keys.len() * 7) % keys.len()]);
            }
        }
    }
}

#[test]
fn a_theme_is_picked_by_name_or_by_what_the_terminal_says() {
    let dumb = |_: &str| None;
    let dark = |name: &str| (name == "TERM").then(|| "xterm-256color".to_owned());
    let light = |name: &str| match name {
        "COLORTERM" => Some("truecolor".to_owned()),
        "COLORFGBG" => Some("0;default;15".to_owned()),
        _ => None,
    };
    assert_eq!(ThemeName::pick("light", dumb), ThemeName::Light);
    assert_eq!(ThemeName::pick("auto", dumb), ThemeName::Ansi);
    assert_eq!(ThemeName::pick("auto", dark), ThemeName::Dark);
    assert_eq!(ThemeName::pick("auto", light), ThemeName::Light);
    assert_eq!(ThemeName::pick("nonsense", dark), ThemeName::Dark);
}

#[test]
fn before_the_first_sign_in_an_unanswerable_view_is_no_failure() {
    let mut model = model();
    update(&mut model, Event::StoreChanged);
    let problem = Problem {
        kind: NEEDS_SERVER.to_owned(),
        message: "acme has never been signed in".to_owned(),
        ..Problem::default()
    };
    model.home.list = list::List::default();
    let effects = update(&mut model, Event::Tick(Timestamp::UNIX_EPOCH));
    let Some(Effect::Load(ticket, _)) = effects.first() else {
        panic!("{effects:?}")
    };
    update(&mut model, Event::Failed(*ticket, problem));
    assert_eq!(said(&model), "");
    let face = faces::face(&model).unwrap();
    assert_eq!(face[0].text(), "Signing in to acme …");
}

/// The clock may stand still meanwhile, as it does in a frozen demo.
#[test]
fn views_are_counted_anew_when_a_first_pull_ends() {
    let mut model = model();
    let ended = model.snapshot.clone();
    model.snapshot.connections[1].complete = false;
    model.requests.counts = model::Slot::default();
    model.requests.counted_at = Some(model.now);
    let counts = |model: &mut Model| {
        let effects = update(model, Event::Tick(Timestamp::UNIX_EPOCH));
        effects
            .iter()
            .filter(|effect| matches!(effect, Effect::CountViews(..)))
            .count()
    };
    assert_eq!(counts(&mut model), 0);
    model.take_snapshot(ended.clone());
    assert_eq!(counts(&mut model), 1);
    model.take_snapshot(ended);
    assert_eq!(counts(&mut model), 0);
}
