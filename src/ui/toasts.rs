//! Messages in the lower right corner of the panes, the latest at the bottom.
//!
//! A message of one line lies on a frame, so that it covers nothing.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::app::Tone;
use crate::app::model::Model;
use crate::app::role::Role;
use crate::app::toast::Toast;
use crate::text::{clean_line, truncate, width, wrap};

/// Lines that one message may take.
const LINES: usize = 3;
/// Cells that one message may take.
const WIDEST: u16 = 92;

/// Draws what is to be said now.
pub(crate) fn draw(canvas: &mut Canvas<'_>, body: Rect, model: &Model) {
    let mut bottom = body.bottom();
    let waiting = model.toasts.waiting();
    for (index, toast) in model.toasts.shown().iter().rev().enumerate() {
        let more = if index == 0 { waiting } else { 0 };
        let rect = one(canvas, (body, bottom), toast, more);
        bottom = rect.y;
    }
}

/// One message above `bottom`.
fn one(canvas: &mut Canvas<'_>, (body, bottom): (Rect, u16), toast: &Toast, waiting: usize) -> Rect {
    let (glyph, role) = match toast.tone {
        Tone::Good => (canvas.theme.glyphs.ok, Role::Ok),
        Tone::Plain => (canvas.theme.glyphs.live, Role::Info),
        Tone::Bad => (canvas.theme.glyphs.warn, Role::Warn),
    };
    let hint = match (toast.stays, waiting) {
        (false, _) => String::new(),
        (true, 0) => "  esc".to_owned(),
        (true, more) => format!("  esc, {more} more"),
    };
    let sign = width(glyph) + 1;
    let around = sign + width(&hint) + 2;
    let most = usize::from(body.width.saturating_sub(4).min(WIDEST));
    let mut lines = wrap(&clean_line(&toast.text), most.saturating_sub(around).max(1));
    if lines.len() > LINES {
        let rest = lines.split_off(LINES - 1).join(" ");
        lines.push(truncate(&rest, most.saturating_sub(around)));
    }
    let text_cells = lines.iter().map(|line| width(line)).max().unwrap_or(0);
    let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    let wide = cells(text_cells + around).min(body.width);
    let high = cells(lines.len()).min(bottom.saturating_sub(body.y));
    let rect = Rect::new(body.right().saturating_sub(wide + 2), bottom - high, wide, high);
    canvas.clear(rect);
    for (y, (index, line)) in (rect.top()..rect.bottom()).zip(lines.iter().enumerate()) {
        let x = rect.x + 1 + cells(sign);
        if index == 0 {
            canvas.role(rect.x + 1, y, cells(sign), glyph, role);
        }
        canvas.role(x, y, rect.right().saturating_sub(x), line, Role::Text);
    }
    if let Some(last) = rect.bottom().checked_sub(1).filter(|_| high > 0) {
        canvas.right(rect.x, last, rect.width.saturating_sub(1), &hint, Role::Key);
    }
    rect
}
