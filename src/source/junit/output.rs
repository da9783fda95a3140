//! What tests print for the tools that read their reports: `[[ATTACHMENT|/path/of/a/picture.png]]`.

/// Most files of one test that are told.
const MOST: usize = 20;
const START: &str = "[[ATTACHMENT|";
const END: &str = "]]";

/// Paths of the files that a test left, each once.
pub(super) fn attachments(printed: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, _) in printed.match_indices(START) {
        let rest = &printed[at + START.len()..];
        let line = rest.lines().next().unwrap_or_default();
        let Some((path, _)) = line.split_once(END) else {
            continue;
        };
        // Behind another bar stands what else is said of it.
        let path = path.split('|').next().unwrap_or_default().trim();
        if !path.is_empty() && found.len() < MOST && !found.iter().any(|known| known == path) {
            found.push(path.to_owned());
        }
    }
    found
}

/// The text without lines that name nothing but files.
pub(super) fn without_attachments(printed: &str) -> String {
    let names_a_file = |line: &&str| {
        let line = line.trim();
        line.starts_with(START) && line.ends_with(END)
    };
    let kept: Vec<&str> = printed.lines().filter(|line| !names_a_file(line)).collect();
    kept.join("\n")
}
