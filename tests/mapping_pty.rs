//! Mapping a project from nothing in a pseudo-terminal, with keys only, until the first issue exists:
//! what a person presses and sees, what the config holds then, and what the site was told.
#![cfg(unix)]

#[cfg(test)]
mod mapping_pty {
    mod desk;
    #[path = "../pty/harness.rs"]
    #[expect(
        dead_code,
        reason = "shared with the stories of the whole program, which use the rest of it"
    )]
    mod harness;
    mod story;
}
