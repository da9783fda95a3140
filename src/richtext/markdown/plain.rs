//! The tree as text without formatting.

use super::tree::{Block, Inline, joined, lines};

/// Writes a document; blocks are a blank line apart.
pub(super) fn write(blocks: &[Block]) -> String {
    let texts: Vec<String> = blocks
        .iter()
        .map(|block| line(&joined(&lines(std::slice::from_ref(block)))))
        .filter(|text| !text.trim().is_empty())
        .collect();
    texts.join("\n\n")
}

fn line(inlines: &[Inline]) -> String {
    let mut out = String::new();
    let mut rest = inlines.iter().peekable();
    // Where the label of the link under way began.
    let mut from = None;
    while let Some(inline) = rest.next() {
        let Inline::Text(run) = inline else {
            out.push('\n');
            from = None;
            continue;
        };
        let start = *from.get_or_insert(out.len());
        out.push_str(&run.text);
        let goes_on = matches!(rest.peek(), Some(Inline::Text(next)) if next.link == run.link);
        if goes_on {
            continue;
        }
        from = None;
        if let Some(url) = &run.link {
            let label = out[start..].trim();
            let shown = url.trim_start_matches("mailto:");
            if label != shown && label != url {
                out.push_str(&format!(" ({shown})"));
            }
        }
    }
    out
}
