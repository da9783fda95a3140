//! Where actions mean something, and the headings that they stand under in help.
//!
//! Must never be in here: the actions themselves.

/// The heading an action stands under in help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Moving around.
    Move,
    /// Finding issues.
    Find,
    /// Keeping views.
    View,
    /// What one can do with the row.
    Item,
    /// Asking Jira for news.
    Sync,
    /// The log.
    Log,
    /// The look of the screen.
    Screen,
    /// The program.
    App,
}

impl Group {
    /// Every group in the order of help.
    pub const ALL: [Self; 8] = [
        Self::Move,
        Self::Find,
        Self::View,
        Self::Item,
        Self::Sync,
        Self::Log,
        Self::Screen,
        Self::App,
    ];

    /// The heading.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Move => "MOVE",
            Self::Find => "FIND",
            Self::View => "VIEW",
            Self::Item => "ROW",
            Self::Sync => "SYNC",
            Self::Log => "LOG",
            Self::Screen => "SCREEN",
            Self::App => "APP",
        }
    }
}

/// Where the focus is, as far as keys care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Views pane.
    Views,
    /// Issue list.
    List,
    /// Preview beside or below the list, and its comments.
    Preview,
    /// One issue, full screen.
    Page,
    /// Table of connections.
    Connections,
    /// Table of runs.
    Runs,
    /// Sync log.
    Log,
    /// Connections in the strip of the home screen.
    Strip,
    /// Table of mappings.
    Mappings,
    /// Editor of a mapping.
    Editor,
    /// List of findings.
    Findings,
    /// One finding beside or below the list.
    Finding,
    /// One finding, full screen.
    FindingPage,
}

impl Place {
    pub(super) const fn bit(self) -> u16 {
        1 << self as u8
    }

    /// The word in the title of help.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Views => "Views",
            Self::List => "Issues",
            Self::Preview => "Preview",
            Self::Page => "Issue",
            Self::Connections | Self::Strip => "Connections",
            Self::Runs => "Runs",
            Self::Mappings => "Mappings",
            Self::Editor => "Mapping",
            Self::Log => "Sync log",
            Self::Findings => "Findings",
            Self::Finding | Self::FindingPage => "Finding",
        }
    }
}
