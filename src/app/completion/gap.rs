//! What is expected at the cursor of a JQL query that is still being typed.
//!
//! Must never be in here: whether the query is right (`jql::parse` says that).

/// What could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expected {
    /// A field, `NOT` or a bracket.
    Field,
    /// An operator for a field.
    Operator { field: String },
    /// The bracket that opens a list, or a function.
    List,
    /// A value, maybe one of a list.
    Value { field: String, list: bool },
    /// `AND`, `OR`, `ORDER BY` or the end.
    Join,
    /// `BY`.
    By,
    /// A field to sort by.
    SortField,
    /// `ASC`, `DESC` or a comma.
    Direction,
    /// Nothing that could be guessed.
    Nothing,
}

/// The cursor's place in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) expected: Expected,
    /// Byte at which the typed part begins.
    pub(super) start: usize,
    /// The part typed so far, without quotation mark.
    pub(super) part: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A name, a number or a keyword.
    Word(String),
    /// A text in quotation marks.
    Text(String),
    /// `=`, `!=`, `~`, …
    Operator,
    Open,
    Close,
    Comma,
}

/// Where the reading stands.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    Field,
    Operator(String),
    Not(String),
    List(String),
    Value(String, bool),
    Item(String),
    Arguments(Box<At>, String),
    Join,
    By,
    SortField,
    Direction,
}

/// What is expected after `before`, the query up to the cursor.
pub(super) fn at(before: &str) -> Gap {
    let (tokens, open) = tokens(before);
    let start = open.as_ref().map_or(before.len(), |(start, _)| *start);
    let part = open.map_or_else(String::new, |(_, part)| part);
    let mut state = At::Field;
    let mut last: Option<&Token> = None;
    for token in &tokens {
        state = step(state, token, last);
        last = Some(token);
    }
    Gap {
        expected: expected(state),
        start,
        part,
    }
}

fn expected(state: At) -> Expected {
    match state {
        At::Field => Expected::Field,
        At::Operator(field) => Expected::Operator { field },
        At::List(_) => Expected::List,
        At::Value(field, list) => Expected::Value { field, list },
        At::Join => Expected::Join,
        At::By => Expected::By,
        At::SortField => Expected::SortField,
        At::Direction => Expected::Direction,
        At::Not(_) | At::Item(_) | At::Arguments(..) => Expected::Nothing,
    }
}

fn step(state: At, token: &Token, last: Option<&Token>) -> At {
    let word = match token {
        Token::Word(word) => word.to_ascii_lowercase(),
        _ => String::new(),
    };
    match (state, token) {
        (At::Field, Token::Word(_)) if word == "not" => At::Field,
        (At::Field | At::Join, Token::Word(_)) if word == "order" => At::By,
        (At::Field, Token::Word(name) | Token::Text(name)) => At::Operator(name.clone()),
        (At::Field, _) => At::Field,
        (At::Operator(field), Token::Operator) => At::Value(field, false),
        (At::Operator(field) | At::Not(field), Token::Word(_)) => match word.as_str() {
            "in" => At::List(field),
            "not" => At::Not(field),
            "is" | "was" => At::Value(field, false),
            "changed" => At::Join,
            _ => At::Operator(field),
        },
        // `IS NOT`, `WAS IN`, `WAS NOT IN`: the operator goes on.
        (At::Value(field, false), Token::Word(_)) if is_operator_word(last) && word == "not" => At::Value(field, false),
        (At::Value(field, false), Token::Word(_)) if is_operator_word(last) && word == "in" => At::List(field),
        (At::List(field), Token::Open) => At::Value(field, true),
        (At::List(_), Token::Word(_)) => At::Join,
        (At::Value(field, true), Token::Word(_) | Token::Text(_)) => At::Item(field),
        (At::Value(_, false), Token::Word(_) | Token::Text(_)) => At::Join,
        (At::Item(field), Token::Comma) => At::Value(field, true),
        (At::Value(_, true) | At::Item(_), Token::Close) => At::Join,
        // A bracket right after a word makes it a function.
        (At::Item(field), Token::Open) => At::Arguments(Box::new(At::Item(field.clone())), field),
        (At::Join, Token::Open) => At::Arguments(Box::new(At::Join), String::new()),
        (At::Arguments(after, _), Token::Close) => *after,
        (At::Join, Token::Word(_)) if word == "and" || word == "or" => At::Field,
        (At::By, Token::Word(_)) => At::SortField,
        (At::SortField, Token::Word(_) | Token::Text(_)) => At::Direction,
        (At::Direction, Token::Comma) => At::SortField,
        (state, _) => state,
    }
}

fn is_operator_word(last: Option<&Token>) -> bool {
    let known = ["is", "was", "not"];
    matches!(last, Some(Token::Word(word)) if known.iter().any(|one| one.eq_ignore_ascii_case(word)))
}

/// The finished tokens, and the word or text that the cursor is at the end of.
fn tokens(before: &str) -> (Vec<Token>, Option<(usize, String)>) {
    let mut tokens = Vec::new();
    let mut letters = before.char_indices().peekable();
    while let Some((start, letter)) = letters.next() {
        match letter {
            '(' => tokens.push(Token::Open),
            ')' => tokens.push(Token::Close),
            ',' => tokens.push(Token::Comma),
            '"' | '\'' => {
                let mut text = String::new();
                let mut closed = false;
                while let Some((_, inner)) = letters.next() {
                    match inner {
                        '\\' => text.extend(letters.next().map(|(_, escaped)| escaped)),
                        _ if inner == letter => {
                            closed = true;
                            break;
                        }
                        _ => text.push(inner),
                    }
                }
                if !closed {
                    return (tokens, Some((start, text)));
                }
                tokens.push(Token::Text(text));
            }
            _ if letter.is_whitespace() => {}
            '&' | '|' => {
                while letters.next_if(|(_, next)| *next == letter).is_some() {}
                tokens.push(Token::Word(if letter == '&' { "and" } else { "or" }.to_owned()));
            }
            _ if is_operator(letter) => {
                while letters.next_if(|(_, next)| is_operator(*next)).is_some() {}
                tokens.push(Token::Operator);
            }
            _ => {
                let mut word = letter.to_string();
                let in_word = |next: char| !next.is_whitespace() && !is_operator(next) && !"(),\"'&|".contains(next);
                while let Some((_, next)) = letters.next_if(|(_, next)| in_word(*next)) {
                    word.push(next);
                }
                if letters.peek().is_none() {
                    return (tokens, Some((start, word)));
                }
                tokens.push(Token::Word(word));
            }
        }
    }
    (tokens, None)
}

fn is_operator(letter: char) -> bool {
    matches!(letter, '=' | '!' | '~' | '<' | '>')
}
