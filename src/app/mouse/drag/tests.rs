use crossterm::event::{Event as TermEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::{Rect, Size};

use super::*;
use crate::app::layout::Pane;
use crate::app::model::Screen;
use crate::app::tests::{model, press};
use crate::app::{Event, update};

const DOWN: MouseEventKind = MouseEventKind::Down(MouseButton::Left);
const DRAG: MouseEventKind = MouseEventKind::Drag(MouseButton::Left);
const UP: MouseEventKind = MouseEventKind::Up(MouseButton::Left);

fn mouse(model: &mut Model, kind: MouseEventKind, column: u16, row: u16) {
    let modifiers = KeyModifiers::NONE;
    let event = MouseEvent {
        kind,
        column,
        row,
        modifiers,
    };
    update(model, Event::Term(TermEvent::Mouse(event)));
}

fn pane(model: &Model, pane: Pane) -> Rect {
    layout::regions(model.size, model).pane(pane).unwrap()
}

/// Presses a border in its middle, drags it by some cells, and lets go.
fn pull(model: &mut Model, divider: Divider, cells: i16) {
    let regions = layout::regions(model.size, model);
    let borders = layout::borders(&regions, model);
    let border = borders.iter().find(|border| border.divider == divider).unwrap();
    let (x, y) = (
        border.grip.x + border.grip.width / 2,
        border.grip.y + border.grip.height / 2,
    );
    mouse(model, DOWN, x, y);
    for part in [cells / 2, cells] {
        let (x, y) = if border.upright {
            (x.saturating_add_signed(part), y)
        } else {
            (x, y.saturating_add_signed(part))
        };
        mouse(model, DRAG, x, y);
    }
    mouse(model, UP, x, y);
}

type Length = fn(&Model) -> u16;

#[test]
fn a_border_goes_where_it_is_dragged_and_no_further_than_panes_allow() {
    let table: [(&str, Size, Divider, Length, [i16; 3]); 7] = [
        (
            "",
            Size::new(140, 40),
            Divider::Views,
            |model| pane(model, Pane::Views).width,
            [5, -7, 400],
        ),
        (
            "",
            Size::new(140, 40),
            Divider::Preview,
            |model| pane(model, Pane::Preview).width,
            [-6, 4, -400],
        ),
        (
            "p",
            Size::new(140, 40),
            Divider::Preview,
            |model| pane(model, Pane::Preview).height,
            [-3, 2, -400],
        ),
        (
            "",
            Size::new(90, 30),
            Divider::Preview,
            |model| pane(model, Pane::Preview).height,
            [-3, 1, -400],
        ),
        (
            "",
            Size::new(140, 40),
            Divider::Strip,
            |model| pane(model, Pane::Log).height,
            [-4, 2, -400],
        ),
        (
            "4",
            Size::new(140, 40),
            Divider::Table,
            |model| pane(model, Pane::Connections).height,
            [3, -1, 400],
        ),
        (
            "6",
            Size::new(140, 40),
            Divider::Table,
            |model| pane(model, Pane::Runs).height,
            [3, -2, 400],
        ),
    ];
    for (keys, size, divider, length, [one, other, far]) in table {
        let mut model = model();
        model.size = size;
        press(&mut model, keys);
        let before = length(&model);
        for cells in [one, other] {
            let present = length(&model);
            pull(&mut model, divider, cells);
            let grown = i32::from(length(&model)) - i32::from(present);
            let forward = divider.moved(0, cells);
            assert_eq!(grown, i32::from(forward), "{keys:?} {divider:?} {cells}");
        }
        pull(&mut model, divider, far);
        let most = length(&model);
        pull(&mut model, divider, far);
        assert_eq!(length(&model), most, "{keys:?} {divider:?}");
        pull(&mut model, divider, -far.signum());
        assert_eq!(length(&model), most - 1, "{keys:?} {divider:?}: back at once");
        assert!(most > before);
    }
}

#[test]
fn sizes_stay_through_other_screens_and_keys_go_on_from_them() {
    let mut model = model();
    let before = pane(&model, Pane::Views).width;
    pull(&mut model, Divider::Views, 6);
    press(&mut model, "6 1");
    assert_eq!(pane(&model, Pane::Views).width, before + 6);
    model.panes.focus = Pane::Views;
    press(&mut model, "<");
    assert_eq!(pane(&model, Pane::Views).width, before + 2);
}

#[test]
fn only_a_press_on_a_border_holds_it() {
    let mut model = model();
    let before = model.panes.clone();
    let list = pane(&model, Pane::List);
    mouse(&mut model, DRAG, list.x, list.y + 3);
    assert_eq!(model.panes, before, "a drag that began elsewhere");
    mouse(&mut model, DOWN, list.x, list.y + 3);
    mouse(&mut model, UP, list.x, list.y + 3);
    mouse(&mut model, DRAG, list.x + 5, list.y + 3);
    assert_eq!(model.panes.views_by, before.views_by, "after the button went up");
    press(&mut model, "v");
    mouse(&mut model, DOWN, list.x, list.y + 3);
    mouse(&mut model, DRAG, list.x + 5, list.y + 3);
    assert_eq!(model.panes.views_by, before.views_by, "a box lies over the screen");
    press(&mut model, "esc z");
    assert!(layout::borders(&layout::regions(model.size, &model), &model).is_empty());
}

#[test]
fn whoever_drags_over_text_is_told_once_how_it_is_selected() {
    let mut model = model();
    let list = pane(&model, Pane::List);
    let said = |model: &Model| {
        let shown = model.toasts.shown().iter();
        shown.filter(|toast| toast.text.contains("select text press M")).count()
    };
    mouse(&mut model, DOWN, list.x + 4, list.y + 4);
    mouse(&mut model, DRAG, list.x + 5, list.y + 4);
    assert_eq!(said(&model), 0, "a shaking hand");
    mouse(&mut model, DRAG, list.x + 9, list.y + 4);
    assert_eq!(said(&model), 1);
    let now = model.now;
    model.toasts.dismiss(now);
    mouse(&mut model, DOWN, list.x + 4, list.y + 4);
    mouse(&mut model, DRAG, list.x + 20, list.y + 4);
    assert_eq!(said(&model), 0);
}

#[test]
fn a_second_click_opens_where_the_focus_was_already() {
    let mut model = model();
    let list = pane(&model, Pane::List);
    let parts = layout::list_parts(list, &model);
    model.panes.focus = Pane::Views;
    mouse(&mut model, DOWN, parts.rows.x + 4, parts.rows.y);
    assert_eq!(model.page, None, "the first click only brings the focus");
    mouse(&mut model, DOWN, parts.rows.x + 4, parts.rows.y);
    assert!(model.page.is_some());
    press(&mut model, "esc");
    let strip = layout::inner(pane(&model, Pane::Connections));
    mouse(&mut model, DOWN, strip.x + 2, strip.y);
    assert_eq!(model.screen, Screen::Issues);
    mouse(&mut model, DOWN, strip.x + 2, strip.y);
    assert_eq!(model.screen, Screen::Connections);
}
