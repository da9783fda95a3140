//! Formatted text of Jira as lines with the roles of this screen.

use super::role::{Line, Piece, Role};
use crate::domain::RichText;
use crate::richtext::{self, RenderOptions};

/// The text broken to `cells`.
pub(crate) fn lines(text: &RichText, cells: u16) -> Vec<Line> {
    // `--ascii` is folded when drawing, with everything else.
    let rendered = richtext::render(text, cells, &RenderOptions::default());
    rendered.into_iter().map(line).collect()
}

/// Markdown of a source, as Jira will show it.
pub(crate) fn markdown(text: &str, cells: u16) -> Vec<Line> {
    lines(&RichText::Adf(richtext::markdown::to_adf(text).into()), cells)
}

fn line(line: richtext::Line) -> Line {
    let indent = Piece {
        text: " ".repeat(line.indent.into()),
        ..Piece::default()
    };
    let spans = line.spans.into_iter().map(|span| {
        let style = span.style;
        let heading = matches!(style.role, richtext::Role::Heading(_));
        Piece {
            role: role(style.role, style.code),
            bold: style.bold || heading,
            italic: style.italic || style.role == richtext::Role::Quote,
            underline: style.underline || style.link.is_some(),
            strike: style.strike,
            link: style.link,
            text: span.text,
        }
    });
    Line(
        std::iter::once(indent)
            .filter(|piece| !piece.text.is_empty())
            .chain(spans)
            .collect(),
    )
}

fn role(role: richtext::Role, code: bool) -> Role {
    match role {
        richtext::Role::Text if code => Role::Code,
        richtext::Role::Text => Role::Text,
        richtext::Role::Muted | richtext::Role::Quote => Role::Muted,
        richtext::Role::Heading(_) => Role::Heading,
        richtext::Role::Code => Role::Code,
        richtext::Role::Link => Role::Link,
        richtext::Role::Mention | richtext::Role::Tag => Role::Tag,
        richtext::Role::Ok => Role::Ok,
        richtext::Role::Warn => Role::Warn,
        richtext::Role::Error => Role::Error,
        richtext::Role::Info => Role::Info,
    }
}
