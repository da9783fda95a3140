//! The README's pictures: the built program in a pseudo-terminal, its screens written as SVG files.
#![cfg(unix)]

#[cfg(test)]
mod pictures {
    #[path = "../pty/harness.rs"]
    #[expect(dead_code, reason = "shared with the stories, which use the rest of it")]
    mod harness;
    mod shots;
    mod svg;
}
