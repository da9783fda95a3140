//! The words and characters that JQL keeps for itself, and quoting around them.

/// Words with a meaning in the grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    After,
    And,
    Asc,
    Before,
    By,
    Cf,
    Changed,
    Desc,
    During,
    Empty,
    From,
    In,
    Is,
    Not,
    On,
    Or,
    Order,
    To,
    Was,
}

impl Keyword {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        if word.len() > 7 {
            return None;
        }
        Some(match word.to_ascii_lowercase().as_str() {
            "after" => Self::After,
            "and" => Self::And,
            "asc" => Self::Asc,
            "before" => Self::Before,
            "by" => Self::By,
            "cf" => Self::Cf,
            "changed" => Self::Changed,
            "desc" => Self::Desc,
            "during" => Self::During,
            "empty" | "null" => Self::Empty,
            "from" => Self::From,
            "in" => Self::In,
            "is" => Self::Is,
            "not" => Self::Not,
            "on" => Self::On,
            "or" => Self::Or,
            "order" => Self::Order,
            "to" => Self::To,
            "was" => Self::Was,
            _ => return None,
        })
    }
}

/// Words that are errors when unquoted, in order for the binary search.
const RESERVED: [&str; 159] = [
    "abort",
    "access",
    "add",
    "alias",
    "alter",
    "any",
    "as",
    "audit",
    "avg",
    "begin",
    "between",
    "boolean",
    "break",
    "byte",
    "catch",
    "char",
    "character",
    "check",
    "checkpoint",
    "collate",
    "collation",
    "column",
    "commit",
    "connect",
    "continue",
    "count",
    "create",
    "current",
    "date",
    "decimal",
    "declare",
    "decrement",
    "default",
    "defaults",
    "define",
    "delete",
    "delimiter",
    "difference",
    "distinct",
    "divide",
    "do",
    "double",
    "drop",
    "else",
    "encoding",
    "end",
    "equals",
    "escape",
    "exclusive",
    "exec",
    "execute",
    "exists",
    "explain",
    "false",
    "fetch",
    "field",
    "file",
    "first",
    "float",
    "for",
    "function",
    "go",
    "goto",
    "grant",
    "greater",
    "group",
    "having",
    "identified",
    "if",
    "immediate",
    "increment",
    "index",
    "initial",
    "inner",
    "inout",
    "input",
    "insert",
    "int",
    "integer",
    "intersect",
    "intersection",
    "into",
    "isempty",
    "isnull",
    "join",
    "last",
    "left",
    "less",
    "like",
    "limit",
    "lock",
    "long",
    "max",
    "min",
    "minus",
    "mode",
    "modify",
    "modulo",
    "more",
    "multiply",
    "next",
    "noaudit",
    "notin",
    "nowait",
    "number",
    "object",
    "of",
    "option",
    "outer",
    "output",
    "power",
    "previous",
    "prior",
    "privileges",
    "public",
    "raise",
    "raw",
    "remainder",
    "rename",
    "resource",
    "return",
    "returns",
    "revoke",
    "right",
    "row",
    "rowid",
    "rownum",
    "rows",
    "select",
    "session",
    "set",
    "share",
    "size",
    "sqrt",
    "start",
    "strict",
    "string",
    "subtract",
    "sum",
    "synonym",
    "table",
    "then",
    "trans",
    "transaction",
    "trigger",
    "true",
    "uid",
    "union",
    "unique",
    "update",
    "user",
    "validate",
    "values",
    "view",
    "when",
    "whenever",
    "where",
    "while",
    "with",
];

/// Words that parse, but that Atlassian lists as reserved; they are quoted when printed.
const QUOTE_ONLY: [&str; 18] = [
    "a", "all", "an", "are", "at", "be", "but", "it", "no", "such", "that", "the", "their", "there", "these", "they",
    "this", "will",
];

/// Whether `word` is illegal unquoted though it is no keyword of the grammar.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    contains(&RESERVED, word)
}

fn contains(sorted: &[&str], word: &str) -> bool {
    word.len() <= 16 && sorted.binary_search(&word.to_ascii_lowercase().as_str()).is_ok()
}

/// Characters of unquoted words. Wide spaces and the like belong to them, as they do for Jira.
pub(super) fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '_' | '`');
    }
    !is_illegal(c)
}

/// Characters that stand nowhere in a query, in quotation marks or not.
pub(super) fn is_illegal(c: char) -> bool {
    c.is_control() || matches!(c, '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}')
}

/// `-?[0-9]+`, which JQL reads as a number rather than as a name.
pub(super) fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `value` as JQL takes it for a name or a text: bare where that is beyond doubt, else in quotation
/// marks. Digits alone are quoted, so that they are read as a name before they are read as an id.
#[must_use]
pub fn quote(value: &str) -> String {
    if is_plain(value) && !is_number(value) {
        value.to_owned()
    } else {
        quoted(value)
    }
}

fn is_plain(value: &str) -> bool {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    !value.is_empty()
        && value.chars().all(safe)
        && Keyword::from_word(value).is_none()
        && !is_reserved(value)
        && !contains(&QUOTE_ONLY, value)
}

fn quoted(value: &str) -> String {
    let mut text = String::with_capacity(value.len() + 2);
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            c if c.is_ascii() && !c.is_ascii_control() => text.push(c),
            c if is_word_char(c) => text.push(c),
            // What is left are controls and non-characters of the first plane: four digits hold them.
            c => text.push_str(&format!("\\u{:04x}", u32::from(c))),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn word_lists_are_sorted_for_the_search() {
        assert!(RESERVED.is_sorted());
        assert!(QUOTE_ONLY.is_sorted());
    }

    #[test]
    fn only_what_is_beyond_doubt_stays_bare() {
        let cases = [
            ("Open", "Open"),
            ("PAY-1412", "PAY-1412"),
            ("-5d", "-5d"),
            ("Готово", "Готово"),
            ("In Progress", "\"In Progress\""),
            ("select", "\"select\""),
            ("NO", "\"NO\""),
            ("empty", "\"empty\""),
            ("10000", "\"10000\""),
            ("-3", "\"-3\""),
            ("", "\"\""),
            ("say \"hi\"\\", "\"say \\\"hi\\\"\\\\\""),
            ("a\tb\nc\u{0}\u{9f}\u{ffff}", "\"a\\tb\\nc\\u0000\\u009f\\uffff\""),
            ("a\u{a0}b", "\"a\u{a0}b\""),
            ("me@example.com", "\"me@example.com\""),
        ];
        for (value, expected) in cases {
            assert_eq!(quote(value), expected, "{value:?}");
        }
    }
}
