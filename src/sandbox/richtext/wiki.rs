//! A document as wiki markup, the way Jira writes it out for v2.
//!
//! Must never be in here: reading wiki markup.

use super::doc::{Block, Cell, Doc, Inline, Mark, MediaKind, PanelKind, Task};
use crate::sandbox::model::{Flavour, User, UserIdx};

/// The whole document.
pub(super) fn document(doc: &Doc, people: &[User], flavour: Flavour) -> String {
    Writer { people, flavour }.blocks(&doc.blocks)
}

struct Writer<'a> {
    people: &'a [User],
    flavour: Flavour,
}

impl Writer<'_> {
    fn blocks(&self, blocks: &[Block]) -> String {
        blocks
            .iter()
            .map(|block| self.block(block))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n")
    }

    fn block(&self, block: &Block) -> String {
        match block {
            Block::Paragraph(line) | Block::Aligned(_, line) | Block::Indented(_, line) | Block::Small(line) => {
                self.line(line)
            }
            Block::Heading(level, line) => format!("h{level}. {}", self.line(line)),
            Block::Bullets(items) => self.list("*", items),
            Block::Numbers(_, items) => self.list("#", items),
            Block::Code { language, text, .. } => match language {
                Some(language) => format!("{{code:{language}}}\n{text}\n{{code}}"),
                None => format!("{{noformat}}\n{text}\n{{noformat}}"),
            },
            Block::Quote(blocks) => match blocks.as_slice() {
                [Block::Paragraph(line)] if !line.contains(&Inline::Break) => format!("bq. {}", self.line(line)),
                _ => format!("{{quote}}\n{}\n{{quote}}", self.blocks(blocks)),
            },
            Block::Rule => "----".to_owned(),
            Block::Panel(kind, blocks) => {
                format!("{{panel:bgColor={}}}\n{}\n{{panel}}", panel(*kind), self.blocks(blocks))
            }
            Block::Table(rows) => rows.iter().map(|row| self.row(row)).collect::<Vec<_>>().join("\n"),
            Block::Tasks(tasks) => tasks.iter().map(|task| self.task(task)).collect::<Vec<_>>().join("\n"),
            Block::Decisions(lines) => lines
                .iter()
                .map(|line| format!("* (!) {}", self.line(line)))
                .collect::<Vec<_>>()
                .join("\n"),
            Block::Expand { title, blocks } => format!("*{title}*\n\n{}", self.blocks(blocks)),
            Block::Columns(columns) => columns.iter().map(|c| self.blocks(c)).collect::<Vec<_>>().join("\n\n"),
            Block::Media { media, caption, .. } => {
                let below = caption
                    .as_ref()
                    .map(|line| format!("\n{}", self.line(line)))
                    .unwrap_or_default();
                format!("{}{below}", picture(media))
            }
            Block::MediaGroup(all) => all.iter().map(file).collect::<Vec<_>>().join(" "),
            Block::Card(url) => format!("[{url}|{url}|smart-card]"),
            Block::Embed(url) => format!("[{url}|{url}|smart-embed]"),
            Block::Extension(key) => format!("{{{key}}}"),
            Block::BodiedExtension(key, blocks) => format!("{{{key}}}\n{}\n{{{key}}}", self.blocks(blocks)),
            Block::SyncBlock(_) => String::new(),
            Block::BodiedSyncBlock(_, blocks) | Block::Unknown(blocks) => self.blocks(blocks),
        }
    }

    /// Items as lines; nested lists repeat the marks of those around them.
    fn list(&self, marks: &str, items: &[Vec<Block>]) -> String {
        let mut lines = Vec::new();
        for item in items {
            let (lists, rest): (Vec<_>, Vec<_>) = item
                .iter()
                .partition(|block| matches!(block, Block::Bullets(_) | Block::Numbers(..)));
            let own: Vec<_> = rest.into_iter().map(|block| self.block(block)).collect();
            lines.push(format!("{marks} {}", own.join("\n")));
            for list in lists {
                match list {
                    Block::Bullets(items) => lines.push(self.list(&format!("{marks}*"), items)),
                    Block::Numbers(_, items) => lines.push(self.list(&format!("{marks}#"), items)),
                    _ => {}
                }
            }
        }
        lines.join("\n")
    }

    fn row(&self, row: &[Cell]) -> String {
        let mut line = String::new();
        for cell in row {
            let bar = if cell.header { "||" } else { "|" };
            line.push_str(bar);
            let content = self.blocks(&cell.blocks).replace("\n\n", " \\\\ ");
            line.push_str(if content.is_empty() { " " } else { &content });
        }
        line.push_str(if row.last().is_some_and(|cell| cell.header) {
            "||"
        } else {
            "|"
        });
        line
    }

    fn task(&self, task: &Task) -> String {
        let tick = if task.done { "(/)" } else { "(x)" };
        let more: Vec<_> = task.blocks.iter().map(|block| self.block(block)).collect();
        format!(
            "* {tick} {}{}{}",
            self.line(&task.text),
            if more.is_empty() { "" } else { " " },
            more.join("\n")
        )
    }

    fn line(&self, line: &[Inline]) -> String {
        line.iter().map(|inline| self.inline(inline)).collect()
    }

    fn inline(&self, inline: &Inline) -> String {
        match inline {
            Inline::Text(text, marks) => marked(text, marks),
            Inline::Break => "\n".to_owned(),
            Inline::Mention(user) => self.mention(*user),
            Inline::Emoji(name, text) => {
                if text.is_empty() {
                    format!(":{name}:")
                } else {
                    text.clone()
                }
            }
            Inline::Status(text, colour) => format!("{{color:{colour}}}*[{text}]*{{color}}"),
            Inline::Date(day) => day.strftime("%Y-%m-%d").to_string(),
            Inline::Card(url) => format!("[{url}|{url}|smart-link]"),
            Inline::Media(name) => format!("[^{name}]"),
            Inline::Extension(key) => format!("{{{key}}}"),
            Inline::Placeholder(text) | Inline::Unknown(text) => escape(text),
        }
    }

    fn mention(&self, user: UserIdx) -> String {
        match (self.people.get(user.at()), self.flavour) {
            (Some(user), Flavour::Cloud) => format!("[~accountid:{}]", user.account_id),
            (Some(user), Flavour::DataCenter) => format!("[~{}]", user.name),
            (None, _) => "@unknown".to_owned(),
        }
    }
}

fn marked(text: &str, marks: &[Mark]) -> String {
    let code = marks.contains(&Mark::Code);
    let mut out = if code { text.to_owned() } else { escape(text) };
    for mark in marks {
        out = match mark {
            Mark::Strong => format!("*{out}*"),
            Mark::Em => format!("_{out}_"),
            Mark::Strike => format!("-{out}-"),
            Mark::Underline => format!("+{out}+"),
            Mark::Code => format!("{{{{{out}}}}}"),
            Mark::Link(url) => format!("[{out}|{url}]"),
            Mark::Sub => format!("~{out}~"),
            Mark::Sup => format!("^{out}^"),
            Mark::Colour(colour) => format!("{{color:{colour}}}{out}{{color}}"),
            Mark::Background(_) | Mark::Annotation(_) => out,
        };
    }
    out
}

/// Keeps text from being read as markup: braces, brackets, bars and marks at the start of a word.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let opens = !before.is_alphanumeric() && rest.peek().is_some_and(|next| !next.is_whitespace());
        if matches!(c, '{' | '[' | '|' | '\\') || (matches!(c, '*' | '_' | '-' | '+' | '^' | '~' | '!') && opens) {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

fn panel(kind: PanelKind) -> &'static str {
    match kind {
        PanelKind::Info | PanelKind::Custom => "#deebff",
        PanelKind::Note => "#eae6ff",
        PanelKind::Tip | PanelKind::Success => "#e3fcef",
        PanelKind::Warning => "#fffae6",
        PanelKind::Error => "#ffebe6",
    }
}

fn picture(media: &MediaKind) -> String {
    match media {
        MediaKind::File { name, .. } => format!("!{name}|width=640,height=360!"),
        MediaKind::External(url) => format!("!{url}!"),
        MediaKind::Link(_) => file(media),
    }
}

fn file(media: &MediaKind) -> String {
    match media {
        MediaKind::File { name, .. } | MediaKind::Link(name) => format!("[^{name}]"),
        MediaKind::External(url) => format!("[{url}]"),
    }
}
