//! Languages of code blocks: what people write behind a fence, and what Jira calls it.

/// Words for a language, its name in ADF, and its name in wiki markup, which knows fewer and shows
/// an error for others.
const LANGUAGES: [(&[&str], &str, &str); 44] = [
    (&["actionscript", "as3"], "actionscript", "actionscript"),
    (&["ada"], "ada", "ada"),
    (&["applescript"], "applescript", "applescript"),
    (&["bash", "zsh"], "bash", "bash"),
    (&["sh", "shell", "console", "shell-session"], "shell", "sh"),
    (&["c", "h"], "c", "c"),
    (&["c#", "csharp", "cs"], "c#", "c#"),
    (&["c++", "cpp", "cc", "hpp", "cxx"], "c++", "c++"),
    (&["clojure", "clj"], "clojure", ""),
    (&["css", "scss", "less"], "css", "css"),
    (&["dart"], "dart", ""),
    (&["diff", "patch"], "diff", ""),
    (&["dockerfile", "docker"], "docker", ""),
    (&["elixir", "ex", "exs"], "elixir", ""),
    (&["erlang", "erl"], "erlang", "erlang"),
    (&["fortran"], "fortran", ""),
    (&["go", "golang"], "go", "go"),
    (&["graphql", "gql"], "graphql", ""),
    (&["groovy", "gradle"], "groovy", "groovy"),
    (&["haskell", "hs"], "haskell", "haskell"),
    (&["html", "htm", "vue", "svelte"], "html", "html"),
    (&["java"], "java", "java"),
    (&["javascript", "js", "jsx", "mjs", "node"], "javascript", "javascript"),
    (&["json", "jsonc", "json5"], "json", "json"),
    (&["julia", "jl"], "julia", ""),
    (&["kotlin", "kt"], "kotlin", ""),
    (&["lua"], "lua", "lua"),
    (&["matlab"], "matlab", ""),
    (&["objective-c", "objc", "objectivec"], "objective-c", "objc"),
    (&["perl", "pl"], "perl", "perl"),
    (&["php"], "php", "php"),
    (&["powershell", "ps1", "pwsh"], "powershell", ""),
    (&["python", "py", "python3", "py3"], "python", "python"),
    (&["r"], "r", "r"),
    (&["ruby", "rb"], "ruby", "ruby"),
    (&["rust", "rs"], "rust", ""),
    (&["scala"], "scala", "scala"),
    (&["sql", "mysql", "postgresql", "psql", "sqlite"], "sql", "sql"),
    (&["swift"], "swift", "swift"),
    (&["typescript", "ts", "tsx"], "typescript", ""),
    (
        &["vb", "vbnet", "visualbasic", "visual-basic"],
        "visual-basic",
        "visualbasic",
    ),
    (&["xml", "svg", "xhtml", "plist", "pom"], "xml", "xml"),
    (&["yaml", "yml"], "yaml", "yaml"),
    (&["toml", "ini"], "toml", ""),
];

fn known(word: &str) -> Option<(&'static str, &'static str)> {
    LANGUAGES
        .iter()
        .find(|(words, ..)| words.iter().any(|known| known.eq_ignore_ascii_case(word)))
        .map(|(_, adf, wiki)| (*adf, *wiki))
}

/// The name in ADF.
pub(super) fn adf(word: &str) -> Option<&'static str> {
    known(word).map(|(adf, _)| adf)
}

/// The name in wiki markup.
pub(super) fn wiki(word: &str) -> Option<&'static str> {
    known(word).map(|(_, wiki)| wiki).filter(|wiki| !wiki.is_empty())
}
