//! What can be said to the dialogue.

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Nothing,
    Number(usize),
    Menu,
    Back,
    View(String),
    Open(String),
    More,
    Previous,
    List,
    Jql(String),
    Tag(String),
    Filter(String),
    Refresh(String),
    Connections,
    Log,
    Help,
    Quit,
    Unknown(String),
}

/// What `help` says.
pub(super) const HELP: &str = "\
A number chooses what has that number: a view, an issue or a tag.
\"views\" lists the views; \"view\" and a number or name lists its issues.
\"next\" or \"more\" goes on in a list, or to the next issue; \"previous\" goes back.
\"open\" and a number or key reads an issue; \"list\" reads the list again; \"back\" goes back.
\"jql\" and a query lists what matches it; \"jql\" alone says which is in force.
\"filter\" and words keeps what has them; \"filter\" alone ends it.
\"tag\" lists the tags; \"tag\" and a name keeps its issues; \"tag none\" ends it.
\"refresh\" asks every Jira for news; \"refresh\" and a connection asks one.
\"connections\" says how the connections are; \"log\" reads the latest lines of the sync log.
\"quit\" ends.";

impl Command {
    /// Reads a line; the first word decides, in any case.
    pub(super) fn read(line: &str) -> Self {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim().to_owned();
        match word.to_lowercase().as_str() {
            "" => Self::Nothing,
            "views" | "menu" | "home" => Self::Menu,
            "back" | "up" => Self::Back,
            "view" => Self::View(rest),
            "open" | "read" => Self::Open(rest),
            "next" | "more" => Self::More,
            "previous" => Self::Previous,
            "list" => Self::List,
            "jql" => Self::Jql(rest),
            "tag" | "tags" => Self::Tag(rest),
            "filter" => Self::Filter(rest),
            "refresh" | "sync" => Self::Refresh(rest),
            "connections" => Self::Connections,
            "log" => Self::Log,
            "help" | "?" => Self::Help,
            "quit" | "exit" | "q" => Self::Quit,
            _ => line
                .parse()
                .map_or_else(|_| Self::Unknown(word.to_owned()), Self::Number),
        }
    }
}

/// What has that name, else the first that begins with it; case matters to nobody who listens.
pub(super) fn named<'a, T>(
    name: &str,
    mut all: impl Iterator<Item = &'a T> + Clone,
    name_of: impl Fn(&T) -> &str,
) -> Option<&'a T> {
    let name = name.to_lowercase();
    let mut again = all.clone();
    all.find(|one| name_of(one).to_lowercase() == name)
        .or_else(|| again.find(|one| name_of(one).to_lowercase().starts_with(&name)))
}
