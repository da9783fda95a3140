//! How the dashboard looks.
//!
//! [`view`] draws a model into a frame and changes nothing. Must never be in here: decisions about
//! what a key does, rows read from anywhere but the model, or text that has not been cleaned.

mod ascii;
mod canvas;
mod chrome;
mod links;
mod mapping;
mod overlays;
mod screens;
mod table;
pub mod theme;
mod toasts;
mod wizard;

use ratatui::Frame;
use ratatui::layout::{Rect, Size};

use crate::app::Model;
use crate::app::layout::{LEAST, regions};
use crate::app::role::Role;
use canvas::Canvas;
pub use links::Links;
pub use theme::Theme;

/// Draws the model.
pub fn view(model: &Model, theme: &Theme, frame: &mut Frame<'_>) {
    view_with_links(model, theme, frame);
}

/// Draws the model; the answer is where its cells lead.
pub fn view_with_links(model: &Model, theme: &Theme, frame: &mut Frame<'_>) -> Links {
    let area = frame.area();
    let mut canvas = Canvas {
        buffer: frame.buffer_mut(),
        theme,
        cursor: None,
        links: Links::default(),
    };
    let regions = regions(area.as_size(), model);
    if regions.too_small {
        too_small(&mut canvas, area);
    } else {
        chrome::header(&mut canvas, regions.header, model);
        screens::issues::draw(&mut canvas, &regions, model);
        screens::findings::draw(&mut canvas, &regions, model);
        screens::connections::draw(&mut canvas, &regions, model);
        screens::mappings::draw(&mut canvas, &regions, model);
        mapping::draw(&mut canvas, &regions, model);
        screens::sync::draw(&mut canvas, &regions, model);
        chrome::status(&mut canvas, regions.status, model);
        wizard::draw(&mut canvas, model);
        overlays::draw(&mut canvas, area, model);
        toasts::draw(&mut canvas, regions.body, model);
        chrome::hint_line(&mut canvas, regions.hints, model);
    }
    let (cursor, links) = (canvas.cursor, canvas.links);
    if theme.is_ascii() {
        ascii::fold(frame.buffer_mut());
    }
    if let Some(position) = cursor {
        frame.set_cursor_position(position);
    }
    links
}

/// A mark as the canvas would make it.
#[cfg(test)]
pub(crate) fn mark_for_tests(links: &mut Links, address: &str) -> ratatui::style::Color {
    links.mark(address).unwrap_or_default()
}

/// Names both sizes, so that one knows how far to drag.
fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let Size { width, height } = area.as_size();
    let lines = [
        format!("crosstie needs {} × {} cells", LEAST.width, LEAST.height),
        format!("this terminal has {width} × {height}"),
        "q quits".to_owned(),
    ];
    let top = area.y + area.height.saturating_sub(3) / 2;
    for (y, text) in (top..area.bottom()).zip(lines) {
        let wide = u16::try_from(crate::text::width(&text))
            .unwrap_or(u16::MAX)
            .min(area.width);
        canvas.role(area.x + (area.width - wide) / 2, y, wide, &text, Role::Text);
    }
}
