//! Every sign-in method through the dashboard's own wizard, in a pseudo-terminal, against a sandbox
//! that checks what a real Jira checks: what a person presses, sees and finds in the config after it.
#![cfg(unix)]

#[cfg(test)]
mod wizard {
    mod desk;
    mod granted;
    #[path = "../pty/harness.rs"]
    #[expect(
        dead_code,
        reason = "shared with the stories of the whole program, which use the rest of it"
    )]
    mod harness;
    mod kept;
    mod managing;
    mod mishaps;
    mod secrets;
    #[path = "../common/site.rs"]
    mod site;
}
