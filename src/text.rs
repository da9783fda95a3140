//! Text from outside made safe for a terminal, and measured in cells.
//!
//! Everything that comes from a network, a file or the clipboard passes [`clean_line`] or
//! [`clean_block`] before it is measured, cut or drawn. What they return has three properties that
//! the rest of crosstie builds on:
//!
//! 1. nothing in it is a control character (but `\n` in a block), so it cannot move the cursor,
//!    change colours or talk to the terminal;
//! 2. nothing in it is invisible or reorders its neighbours: such characters are dropped if they
//!    only shape text, and shown as `⟨RLO⟩` if they could deceive;
//! 3. it has one width. Terminals disagree on emoji sequences, flags and presentation selectors, so
//!    these are reduced to characters that all of them, and ratatui, draw equally wide.
//!
//! Must never be in here: screen or terminal types, styles, clocks.

mod ascii;
mod clean;
mod human;
mod latin;
mod width;
mod wrap;

#[cfg(test)]
mod tests;

pub use ascii::to_ascii;
pub use clean::{clean_block, clean_line};
pub use human::{age, bytes, due, duration, thousands};
pub use width::{pad, pad_start, truncate, truncate_ascii, width};
pub use wrap::wrap;

pub(crate) use width::pieces;
pub(crate) use wrap::break_lines;
