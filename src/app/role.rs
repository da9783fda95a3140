//! What a piece of text means on the screen; which colour that is, only `ui::theme` knows.

/// A colour role. Nothing depends on colour alone: each state also has a glyph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Role {
    /// Ordinary text.
    #[default]
    Text,
    /// Ages, borders, labels.
    Muted,
    /// Border and mark of what has the focus.
    Focus,
    /// A key in hints and help.
    Key,
    /// Went well.
    Ok,
    /// Keep an eye on it.
    Warn,
    /// Failed.
    Error,
    /// For information.
    Info,
    /// An issue key or URL.
    Link,
    /// A label or tag.
    Tag,
    /// Offline or cached.
    Stale,
    /// What a filter hit, or what is being typed.
    Match,
    /// Code.
    Code,
    /// Column headers, headings.
    Heading,
}

/// Text with one meaning.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) role: Role,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) underline: bool,
    pub(crate) strike: bool,
    /// Where it leads.
    pub(crate) link: Option<String>,
}

/// One line of a page, already broken to its width.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Line(pub(crate) Vec<Piece>);

impl Line {
    pub(crate) fn of(text: impl Into<String>, role: Role) -> Self {
        Self::default().with(text, role)
    }

    pub(crate) fn with(mut self, text: impl Into<String>, role: Role) -> Self {
        self.0.push(Piece {
            text: text.into(),
            role,
            ..Piece::default()
        });
        self
    }

    pub(crate) fn bold(mut self, text: impl Into<String>, role: Role) -> Self {
        self.0.push(Piece {
            text: text.into(),
            role,
            bold: true,
            ..Piece::default()
        });
        self
    }

    /// The text without its meaning.
    #[cfg(test)]
    pub(crate) fn text(&self) -> String {
        self.0.iter().map(|piece| piece.text.as_str()).collect()
    }
}
