//! The built program in a pseudo-terminal: what a person sees, presses and gets back.
#![cfg(unix)]

#[cfg(test)]
mod pty {
    mod acceptance;
    mod cut_off;
    mod harness;
    mod harness_check;
    mod panic;
    mod stories;
}
