//! Everything that can be wrong with a config file, as a closed list with its wording.
//!
//! Must never be in here: places in the file, which belong to the remark, and secrets.

/// Whether the file can be used as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// It must be mended first.
    Error,
    /// It works, without what this names.
    Warning,
}

impl Severity {
    /// The word in reports.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What is wrong with a value, or what this version does not do with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The file cannot be read.
    #[error("the file cannot be read: {reason}")]
    Unreadable {
        /// The system's words.
        reason: String,
    },
    /// The file was asked for and is not there.
    #[error("there is no such file")]
    Absent,
    /// Not TOML.
    #[error("this is not valid TOML: {message}")]
    Syntax {
        /// The parser's words; they never quote the file.
        message: String,
    },
    /// A key that nothing reads.
    #[error("there is no such key{}", did_you_mean(suggestion.as_deref()))]
    UnknownKey {
        /// The nearest key.
        suggestion: Option<String>,
        /// All keys that are understood here.
        known: Vec<String>,
    },
    /// A key that must be there.
    #[error("{} is missing", list(keys, "or"))]
    Missing {
        /// Any of these would do.
        keys: Vec<String>,
        /// A line that would do.
        example: String,
    },
    /// A value of the wrong kind.
    #[error("this must be {expected}, not {found}")]
    WrongType {
        /// With its article.
        expected: String,
        /// With its article.
        found: String,
    },
    /// A word that is not among those known.
    #[error("there is no {what} {value}{}", did_you_mean(suggestion.as_deref()))]
    UnknownWord {
        /// `method`, `theme`, `column`.
        what: &'static str,
        /// Quoted and escaped.
        value: String,
        /// The nearest word.
        suggestion: Option<String>,
        /// All words.
        known: Vec<String>,
    },
    /// Empty where text is needed.
    #[error("this is empty")]
    Empty,
    /// An alias that cannot be typed in a command.
    #[error("{value} cannot be an alias")]
    BadAlias {
        /// Quoted and escaped.
        value: String,
    },
    /// A name that is used before.
    #[error("{value} is already the {what} of line {line}")]
    Duplicate {
        /// `alias`, `view name`.
        what: &'static str,
        /// Quoted and escaped.
        value: String,
        /// The first use.
        line: usize,
    },
    /// A second default.
    #[error("the connection of line {line} is already the default")]
    TwoDefaults {
        /// The first use.
        line: usize,
    },
    /// A second view to start with.
    #[error("the view of line {line} is already the default")]
    TwoDefaultViews {
        /// The first use.
        line: usize,
    },
    /// A column that is no column of its own, but nearly.
    #[error("{value} is taken for a field of a site, did you mean `{suggestion}`?")]
    NearColumn {
        /// Quoted and escaped.
        value: String,
        /// The nearest column.
        suggestion: String,
    },
    /// A secret in the file itself.
    #[error("a secret must not stand in this file")]
    InlineSecret,
    /// The address of a webhook in the file itself.
    #[error("the address of a webhook is a secret, and must not stand in this file")]
    InlineWebhook,
    /// A secret whose place cannot be told.
    #[error("{what}")]
    SecretPlace {
        /// Without the value.
        what: String,
    },
    /// An address that is not one.
    #[error("this address cannot be used: {reason}")]
    BadUrl {
        /// Without user name and password.
        reason: String,
        /// What would do.
        example: String,
    },
    /// Unencrypted HTTP to another machine.
    #[error("plain http is only for this machine's own loopback addresses, not for {host}")]
    PlainHttp {
        /// Host of the address.
        host: String,
        /// The same address with https.
        https: String,
    },
    /// Credentials in an address.
    #[error("a user name or password must not stand in an address")]
    UrlCredentials {
        /// How to do it instead.
        instead: &'static str,
    },
    /// Two ways to say where the site is.
    #[error("both url and subdomain are given")]
    UrlAndSubdomain,
    /// Not an e-mail address.
    #[error("{value} is not an e-mail address")]
    BadEmail {
        /// Quoted and escaped.
        value: String,
    },
    /// A duration that cannot be read.
    #[error("{value} is not a duration")]
    BadDuration {
        /// Quoted and escaped.
        value: String,
    },
    /// A duration outside its limits.
    #[error("this must be {limit}")]
    DurationLimit {
        /// `at least 10s`.
        limit: String,
    },
    /// JQL that does not parse.
    #[error("{message}")]
    Jql {
        /// In Jira's wording.
        message: String,
        /// The line of the query and a caret below the place.
        excerpt: Vec<String>,
    },
    /// `ORDER BY` where only a condition is used.
    #[error("an ORDER BY has no meaning here")]
    ConditionOrder,
    /// A name that cannot be typed in a command or stand before a slash.
    #[error("{value} cannot be a {what}")]
    BadName {
        /// `source name`, `mapping name`.
        what: &'static str,
        /// Quoted and escaped.
        value: String,
    },
    /// Not `owner/name`.
    #[error("{value} is no repository")]
    BadRepository {
        /// Quoted and escaped.
        value: String,
    },
    /// Not a project key.
    #[error("{value} is no project key")]
    BadProject {
        /// Quoted and escaped.
        value: String,
    },
    /// Something named that the file does not have (any more).
    #[error("there is no {what} {value} in this file{}", did_you_mean(suggestion.as_deref()))]
    NoSuch {
        /// `connection`, `source`.
        what: &'static str,
        /// Quoted and escaped.
        value: String,
        /// The nearest name.
        suggestion: Option<String>,
    },
    /// Something that two sources read.
    #[error("{value} is read by the source {first}, too")]
    ReadTwice {
        /// A path, program or repository, quoted and escaped.
        value: String,
        /// The name of the other source, quoted and escaped.
        first: String,
    },
    /// Something of a mapping that cannot work on any site.
    #[error("{reason}")]
    Mapping {
        /// With its place in the text.
        reason: String,
    },
    /// A bare value where a rule should say what kind of value it is.
    #[error("this is no rule")]
    NoRule,
    /// A rule that fills a field in two ways.
    #[error("{} are given, and a field is filled in one way", list(ways, "and"))]
    TwoRules {
        /// The ways.
        ways: Vec<String>,
    },
    /// Not JSON.
    #[error("this is not valid JSON: {reason}")]
    BadJson {
        /// The parser's words; they never quote the file.
        reason: String,
    },
    /// Something for a later version.
    #[error("{what} not supported by this version")]
    Unsupported {
        /// With its verb: `sources of findings are`.
        what: String,
        /// What to do.
        remedy: String,
    },
    /// A method that the other kind of Jira uses.
    #[error("{method} is a sign-in for {meant}, and this connection is {kind}")]
    OddMethod {
        /// The method.
        method: String,
        /// The kind it is for.
        meant: &'static str,
        /// The kind that is configured.
        kind: &'static str,
        /// What that kind takes.
        usual: &'static str,
    },
}

impl Flaw {
    /// Whether it keeps the file from being used.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Unsupported { .. }
            | Self::OddMethod { .. }
            | Self::NearColumn { .. }
            | Self::NoSuch { .. }
            | Self::ReadTwice { .. } => Severity::Warning,
            _ => Severity::Error,
        }
    }

    /// The next step.
    #[must_use]
    pub fn remedy(&self) -> String {
        match self {
            Self::Unreadable { .. } => {
                "check the path and its permissions; `crosstie config path` prints it".to_owned()
            }
            Self::Absent => {
                "create it (config.example.toml shows every setting), or try `crosstie demo`, which needs none"
                    .to_owned()
            }
            Self::Syntax { .. } => {
                "text stands in quotes, a table starts with [name]; see config.example.toml".to_owned()
            }
            Self::UnknownKey { suggestion, known } | Self::UnknownWord { suggestion, known, .. } => {
                choices(suggestion.as_deref(), known)
            }
            Self::Missing { example, .. } => format!("add {example}"),
            Self::WrongType { expected, .. } => format!("write {expected}"),
            Self::Empty => "fill it in, or remove the key".to_owned(),
            Self::BadAlias { .. } => {
                "use up to 32 letters, digits, `-`, `_` and `.`, starting with a letter or digit".to_owned()
            }
            Self::Duplicate { what, .. } => format!("give each its own {what}"),
            Self::TwoDefaults { .. } | Self::TwoDefaultViews { .. } => {
                "keep `default = true` on one of them".to_owned()
            }
            Self::NearColumn { suggestion, .. } => {
                format!("write `{suggestion}`, or the field's number as `cf[10020]`")
            }
            Self::InlineSecret => format!("remove it here, and {SECRET_PLACES}"),
            Self::InlineWebhook => {
                "remove it here, and name where it is found: slack = { env = \"NAME\" }, { file = \"path\" } or \
                 { command = [\"pass\", \"show\", \"slack\"] }"
                    .to_owned()
            }
            Self::SecretPlace { .. } => SECRET_PLACES.to_owned(),
            Self::BadUrl { example, .. } => format!("write it like {example}"),
            Self::PlainHttp { https, .. } => format!("use {https}"),
            Self::UrlCredentials { instead } => (*instead).to_owned(),
            Self::UrlAndSubdomain => {
                "keep one of them; `subdomain = \"acme\"` means https://acme.atlassian.net".to_owned()
            }
            Self::BadEmail { .. } => "give the address that the token's owner signs in with".to_owned(),
            Self::BadDuration { .. } => "write it like \"90s\", \"5m\" or \"6h\"".to_owned(),
            Self::DurationLimit { limit } => format!("choose {limit}"),
            Self::Jql { .. } => "mend the query; `crosstie jql check` tries one out".to_owned(),
            Self::ConditionOrder => "remove it; this only says which".to_owned(),
            Self::BadName { .. } => "use up to 64 characters without a slash".to_owned(),
            Self::BadRepository { .. } => "write it as \"owner/name\"".to_owned(),
            Self::BadProject { .. } => {
                "write the key that stands before the dash of its issues, like \"PAY\", or \"ask\"".to_owned()
            }
            Self::NoSuch { what, suggestion, .. } => match suggestion {
                Some(word) => format!("write `{word}`, or add a [[{what}]] of that name"),
                None => format!("add a [[{what}]] of that name, or remove this; until then it does nothing"),
            },
            Self::ReadTwice { .. } => {
                "name it in one source only: its findings are there twice, and each may get an issue".to_owned()
            }
            Self::Mapping { .. } => {
                "mend it; the editor on screen 5 of the dashboard lists what can stand there, and shows what comes of it"
                    .to_owned()
            }
            Self::NoRule => "write { value = … }, { finding = \"…\" }, { map = \"severity\", values = { … } }, \
                 { template = \"…\" } or { json = '…' }"
                .to_owned(),
            Self::TwoRules { .. } => "keep one of them".to_owned(),
            Self::BadJson { .. } => "write it as Jira's API takes it; single quotes need no escapes".to_owned(),
            Self::Unsupported { remedy, .. } => remedy.clone(),
            Self::OddMethod { usual, .. } => format!("if signing in fails, use {usual}"),
        }
    }

    /// Lines that show the place within the value.
    #[must_use]
    pub fn excerpt(&self) -> &[String] {
        match self {
            Self::Jql { excerpt, .. } => excerpt,
            _ => &[],
        }
    }
}

/// How a secret is named without being written down.
const SECRET_PLACES: &str = "name where it is found: secret = { env = \"NAME\" }, { file = \"path\" } or \
                             { command = [\"pass\", \"show\", \"jira\"] }";

/// ``, did you mean `x`?`` or nothing.
fn did_you_mean(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |word| format!(", did you mean `{word}`?"))
}

fn choices(suggestion: Option<&str>, known: &[String]) -> String {
    match suggestion {
        Some(word) => format!("write `{word}`, or remove it"),
        None => format!("known here: {}", known.join(", ")),
    }
}

/// `a`, `a or b`, `a, b or c`.
fn list(words: &[String], last: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A value in quotes, control characters escaped, cut at 60 characters.
pub(super) fn quoted(value: &str) -> String {
    const LONGEST: usize = 60;
    let cut: String = value.chars().take(LONGEST).collect();
    let dots = if cut.len() < value.len() { "…" } else { "" };
    format!("{cut:?}{dots}")
}

/// The known word that was probably meant.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    if word.chars().count() > 40 {
        return None;
    }
    let lower = word.to_lowercase();
    known
        .iter()
        .map(|candidate| (distance(&lower, candidate), *candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 3).max(1))
        .min()
        .map(|(_, candidate)| candidate)
}

/// Edits that turn one word into the other, a swap of neighbours counting as one.
fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for i in 1..=from.len() {
        let mut row = vec![i];
        for j in 1..=to.len() {
            let same = from[i - 1] == to[j - 1];
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1);
            best = best.min(rows[i - 1][j - 1] + usize::from(!same));
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_finger_is_recognised_and_another_word_is_not() {
        let known = ["connection", "view", "sync", "url", "subdomain", "default_jql"];
        for (word, meant) in [
            ("conection", Some("connection")),
            ("connections", Some("connection")),
            ("veiw", Some("view")),
            ("URL", Some("url")),
            ("defaultjql", Some("default_jql")),
            ("password", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, &known), meant, "{word}");
        }
    }

    #[test]
    fn quoted_values_cannot_reach_the_terminal_raw() {
        insta::assert_snapshot!(quoted("a\u{1b}[31mb\u{202e}c\"d"), @r#""a\u{1b}[31mb\u{202e}c\"d""#);
        assert_eq!(quoted(&"x".repeat(100)).chars().count(), 63);
    }
}
