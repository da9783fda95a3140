//! Lists that move, shrink and grow under a selection that stays.

use super::*;
use crate::domain::{IssueId, IssueKey, StatusCategory};

const HEIGHT: usize = 10;

fn row(id: i64) -> IssueRow {
    IssueRow {
        row: id,
        alias: Alias::from("acme"),
        id: IssueId(id.to_string()),
        key: IssueKey(format!("PAY-{id}")),
        summary: String::new(),
        issue_type: String::new(),
        subtask: false,
        status: String::new(),
        category: StatusCategory::New,
        priority: None,
        priority_rank: None,
        resolution: None,
        assignee: None,
        reporter: None,
        project: String::new(),
        labels: Vec::new(),
        components: Vec::new(),
        parent: None,
        created: jiff::Timestamp::UNIX_EPOCH,
        updated: jiff::Timestamp::UNIX_EPOCH,
        due: None,
        url: String::new(),
        fields: Vec::new(),
    }
}

/// What a library answers from a list of ids.
fn answer(ids: &[i64], query: &ListQuery) -> ListPage {
    let around = query.around.and_then(|row| ids.iter().position(|id| *id == row));
    let offset = around.map_or(query.offset, |at| at.saturating_sub(query.limit / 2));
    ListPage {
        total: ids.len(),
        partial: false,
        ids: ids.into(),
        offset,
        rows: ids.iter().skip(offset).take(query.limit).map(|id| row(*id)).collect(),
        approximate: false,
        notes: Vec::new(),
        asked: Vec::new(),
    }
}

fn question(filter: &str) -> Question {
    Question {
        filter: filter.to_owned(),
        ..Question::default()
    }
}

/// Asks until nothing is wanted any more; says how often.
fn settle(list: &mut List, question: &Question, ids: &[i64]) -> u64 {
    for count in 0.. {
        list.keep_in_sight(HEIGHT);
        let Some(query) = list.wants(question, HEIGHT) else {
            return count;
        };
        assert!(count < 5, "asks for ever");
        list.asked(Ticket(count), &query);
        assert!(list.loaded(Ticket(count), answer(ids, &query)));
    }
    unreachable!()
}

fn list_of(ids: &[i64]) -> List {
    let mut list = List::default();
    settle(&mut list, &question(""), ids);
    list
}

#[test]
fn motions_stop_at_both_ends() {
    for (motion, from, len, expected) in [
        (Motion::Rows(1), 0, 3, 1),
        (Motion::Rows(1), 2, 3, 2),
        (Motion::Rows(-1), 0, 3, 0),
        (Motion::Half(1), 0, 100, 5),
        (Motion::Page(1), 0, 100, 9),
        (Motion::Page(-1), 5, 100, 0),
        (Motion::Last, 0, 100, 99),
        (Motion::First, 50, 100, 0),
        (Motion::Last, 0, 0, 0),
        (Motion::Rows(1), 0, 0, 0),
    ] {
        assert_eq!(
            motion.target(from, len, HEIGHT),
            expected,
            "{motion:?} from {from} of {len}"
        );
    }
}

#[test]
fn the_chosen_row_is_the_same_issue_after_it_moved() {
    let mut list = list_of(&[1, 2, 3, 4, 5]);
    list.go(Motion::Rows(2), HEIGHT);
    assert_eq!(list.selected(), Some(3));
    list.invalidate();
    settle(&mut list, &question(""), &[9, 8, 1, 2, 3]);
    assert_eq!((list.selected(), list.cursor()), (Some(3), 4));
}

#[test]
fn a_chosen_row_that_left_hands_over_to_its_neighbour() {
    let mut list = list_of(&[1, 2, 3]);
    list.go(Motion::Last, HEIGHT);
    list.invalidate();
    settle(&mut list, &question(""), &[1, 2]);
    assert_eq!(list.selected(), Some(2));
    list.invalidate();
    settle(&mut list, &question(""), &[]);
    assert_eq!(list.selected(), None);
    list.invalidate();
    settle(&mut list, &question(""), &[7]);
    assert_eq!(list.selected(), Some(7));
}

#[test]
fn a_filter_keeps_the_chosen_row_if_it_passes_and_starts_at_the_top_if_not() {
    let all: Vec<i64> = (1..=300).collect();
    let mut list = list_of(&all);
    list.go(Motion::Last, HEIGHT);
    settle(&mut list, &question(""), &all);
    settle(&mut list, &question("x"), &[10, 300]);
    assert_eq!(list.selected(), Some(300));
    settle(&mut list, &question("xy"), &[10, 11]);
    assert_eq!(list.selected(), Some(10));
}

#[test]
fn a_long_list_is_held_as_a_window_that_follows() {
    let all: Vec<i64> = (1..=100_000).collect();
    let mut list = list_of(&all);
    for motion in [
        Motion::Page(1),
        Motion::Last,
        Motion::Half(-1),
        Motion::First,
        Motion::Page(1),
    ] {
        list.go(motion, HEIGHT);
        let top = list.drawn_top(HEIGHT);
        assert!(
            (top..top + HEIGHT).all(|index| list.row(index).is_some()),
            "old rows stay until new ones come"
        );
        settle(&mut list, &question(""), &all);
        assert!(list.current().is_some(), "{motion:?}");
        assert!(list.page.rows.len() <= window(HEIGHT));
        let top = list.drawn_top(HEIGHT);
        assert_eq!(top, list.top);
        assert!((top..top + HEIGHT).all(|index| list.row(index).is_some()), "{motion:?}");
    }
}

#[test]
fn what_is_looked_at_stays_put_when_rows_come_in_above_but_the_head_stays_the_head() {
    let all: Vec<i64> = (1..=200).collect();
    let with_news: Vec<i64> = (1000..1005).chain(1..=200).collect();
    let mut list = list_of(&all);
    list.go(Motion::Rows(50), HEIGHT);
    settle(&mut list, &question(""), &all);
    let before = list.cursor() - list.top;
    list.invalidate();
    settle(&mut list, &question(""), &with_news);
    assert_eq!(list.cursor() - list.top, before);
    let mut head = list_of(&all);
    head.invalidate();
    settle(&mut head, &question(""), &with_news);
    assert_eq!((head.top, head.cursor()), (0, 5));
}

#[test]
fn late_answers_are_dropped_and_equal_requests_fold_into_one() {
    let mut list = list_of(&[1, 2, 3]);
    let first = list.wants(&question("a"), HEIGHT).unwrap();
    list.asked(Ticket(10), &first);
    assert_eq!(list.wants(&question("a"), HEIGHT), None, "already on its way");
    let second = list.wants(&question("ab"), HEIGHT).unwrap();
    list.asked(Ticket(11), &second);
    assert!(!list.loaded(Ticket(10), answer(&[1], &first)));
    assert_eq!(list.len(), 3);
    assert!(list.loaded(Ticket(11), answer(&[2], &second)));
    assert_eq!(list.selected(), Some(2));
}

#[test]
fn a_change_during_a_read_leads_to_one_more_read() {
    let mut list = list_of(&[1]);
    list.invalidate();
    let query = list.wants(&question(""), HEIGHT).unwrap();
    list.asked(Ticket(1), &query);
    list.invalidate();
    list.invalidate();
    assert_eq!(list.wants(&question(""), HEIGHT), None);
    list.loaded(Ticket(1), answer(&[1], &query));
    assert!(list.wants(&question(""), HEIGHT).is_some());
}

#[test]
fn a_failed_read_is_not_repeated_until_something_changes() {
    let mut list = List::default();
    let query = list.wants(&question(""), HEIGHT).unwrap();
    list.asked(Ticket(1), &query);
    assert!(list.failed(Ticket(1), &Problem::default()).is_some());
    assert_eq!(list.wants(&question(""), HEIGHT), None);
    assert!(list.problem().is_some());
    list.invalidate();
    assert!(list.wants(&question(""), HEIGHT).is_some());
}

#[test]
fn a_library_that_gives_fewer_rows_than_asked_is_not_asked_for_ever() {
    let all: Vec<i64> = (1..=500).collect();
    let mut list = List::default();
    for count in 0..10 {
        list.keep_in_sight(HEIGHT);
        let Some(mut query) = list.wants(&question(""), HEIGHT) else {
            return;
        };
        list.asked(Ticket(count), &query);
        query.limit = 3;
        list.loaded(Ticket(count), answer(&all, &query));
    }
    panic!("asks for ever");
}

/// The first rows of what a library would answer.
fn head(ids: &[i64], query: &ListQuery) -> ListPage {
    ListPage {
        partial: true,
        ..answer(ids, query)
    }
}

#[test]
fn first_rows_come_before_the_rest_and_what_is_chosen_meanwhile_stays() {
    let mut list = list_of(&[1, 2, 3]);
    list.go(Motion::Last, HEIGHT);
    let other = Question {
        jql: "ORDER BY key".to_owned(),
        ..Question::default()
    };
    let query = list.wants(&other, HEIGHT).unwrap();
    assert_eq!((query.at_once, query.around), (true, None));
    list.asked(Ticket(7), &query);
    assert!(list.loaded(Ticket(7), head(&[11, 12, 13, 14], &query)));
    assert_eq!(
        (list.selected(), list.total(), list.is_waiting()),
        (Some(11), None, false)
    );
    assert_eq!(list.wants(&other, HEIGHT), None, "the rest is on its way");
    list.go(Motion::Rows(2), HEIGHT);
    let all: Vec<i64> = (10..=500).collect();
    assert!(list.loaded(Ticket(7), answer(&all, &query)));
    assert_eq!((list.selected(), list.cursor(), list.total()), (Some(13), 3, Some(491)));
    assert_eq!(list.wants(&other, HEIGHT), None);
}

#[test]
fn first_rows_that_come_late_are_dropped() {
    let mut list = list_of(&[1, 2, 3]);
    let question = |jql: &str| Question {
        jql: jql.to_owned(),
        ..Question::default()
    };
    let first = list.wants(&question("a"), HEIGHT).unwrap();
    list.asked(Ticket(10), &first);
    let second = list.wants(&question("b"), HEIGHT).unwrap();
    list.asked(Ticket(11), &second);
    assert!(!list.loaded(Ticket(10), head(&[4], &first)));
    assert!(list.loaded(Ticket(11), answer(&[5], &second)));
    assert!(
        !list.loaded(Ticket(11), head(&[6], &second)),
        "the whole is here already"
    );
    assert_eq!((list.selected(), list.total()), (Some(5), Some(1)));
}

#[test]
fn only_another_list_is_wanted_at_once() {
    let all: Vec<i64> = (1..=300).collect();
    let mut list = list_of(&all);
    list.go(Motion::Last, HEIGHT);
    let columns = Question {
        fields: vec![FieldName::new("Team").unwrap()],
        ..Question::default()
    };
    let sorted = Question {
        sort: Some(Sort {
            column: crate::domain::Column::Key,
            descending: false,
        }),
        ..Question::default()
    };
    for (question, at_once) in [(question("x"), false), (columns, false), (sorted, true)] {
        let query = list.wants(&question, HEIGHT).unwrap();
        assert_eq!(query.at_once, at_once, "{question:?}");
        assert_eq!(query.around, Some(300).filter(|_| !at_once), "{question:?}");
    }
    list.invalidate();
    assert!(!list.wants(&question(""), HEIGHT).unwrap().at_once, "a refresh");
    settle(&mut list, &question("x"), &[10, 300]);
    let query = list.wants(&question(""), HEIGHT).unwrap();
    assert_eq!(
        (query.at_once, query.around),
        (false, Some(300)),
        "the filter is cleared"
    );
}

#[test]
fn after_first_rows_from_before_the_first_frame_the_rest_is_asked_for_once() {
    let query = ListQuery {
        limit: 60,
        ..ListQuery::default()
    };
    let mut list = List::with(question(""), head(&[1, 2, 3], &query));
    let rest = list.wants(&question(""), HEIGHT).unwrap();
    assert_eq!((rest.offset, rest.at_once), (0, false));
    list.asked(Ticket(1), &rest);
    assert_eq!(list.wants(&question(""), HEIGHT), None);
    assert!(list.failed(Ticket(1), &Problem::default()).is_some());
    assert_eq!((list.wants(&question(""), HEIGHT), list.len()), (None, 3));
}
