//! The built program in a pseudo-terminal: what a person sees, presses and gets back.
#![cfg(unix)]

#[cfg(test)]
mod pty {
    mod acceptance;
    mod background;
    mod cut_off;
    mod dialogue;
    mod editor;
    mod harness;
    mod harness_check;
    mod links;
    mod mouse;
    #[path = "../common/nobody.rs"]
    mod nobody;
    mod panic;
    mod stories;
}
