//! What to say where nothing fits, as Atlassian's editor says it.

use super::{Kind, Parsed, Parser, Tail};
use crate::jql::error::{Expected, ParseError, ParseErrorKind};
use crate::jql::{lexer::Bad, words::Keyword};

impl Parser<'_> {
    /// Jira's parser proposes `)` where leaving out one token would mend the call.
    pub(super) fn no_first_argument<T>(&self) -> Parsed<T> {
        let mends = matches!(self.next_kind(), Kind::Close | Kind::Word | Kind::Quoted | Kind::Number);
        if *self.kind() == Kind::Comma && !mends {
            return self.expecting(Expected::Argument);
        }
        self.expecting_tokens(vec![")"])
    }

    pub(super) fn no_further_argument<T>(&self) -> Parsed<T> {
        use Keyword::{After, And, Before, By, During, From, On, Or, Order, To};
        let could_follow = match self.kind() {
            Kind::End => true,
            Kind::Keyword(word) => matches!(word, After | And | Before | By | During | From | On | Or | Order | To),
            _ => false,
        };
        let mends = could_follow || *self.next_kind() == Kind::Close;
        self.expecting_tokens(if mends { vec![")"] } else { vec![")", ","] })
    }

    /// A clause is complete, but what follows continues neither it nor the query.
    pub(super) fn after_clause<T>(&self, outermost: bool) -> Parsed<T> {
        if !outermost && matches!(self.kind(), Kind::End | Kind::Keyword(Keyword::Order)) {
            return self.expecting_tokens(vec![")"]);
        }
        let mut tokens = match self.tail {
            Tail::Plain => vec!["AND", "OR"],
            Tail::Was => vec!["AFTER", "AND", "BEFORE", "BY", "DURING", "ON", "OR"],
            Tail::Changed => vec!["AFTER", "AND", "BEFORE", "BY", "DURING", "FROM", "ON", "OR", "TO"],
        };
        if outermost {
            tokens.push("ORDER BY");
            tokens.sort_unstable();
        }
        self.expecting_tokens(tokens)
    }

    pub(super) fn expecting_tokens<T>(&self, tokens: Vec<&'static str>) -> Parsed<T> {
        self.expecting(Expected::Tokens(tokens))
    }

    pub(super) fn expecting<T>(&self, expected: Expected) -> Parsed<T> {
        let text = &self.source[self.span().range()];
        Err(self.error(match self.kind() {
            Kind::Bad(Bad::ReservedChar(c)) => ParseErrorKind::ReservedChar(*c),
            Kind::Bad(Bad::IllegalChar(c)) => ParseErrorKind::IllegalChar(*c),
            Kind::Bad(Bad::Escape(escape)) => ParseErrorKind::IllegalEscape(escape.clone()),
            Kind::Bad(Bad::Unfinished(text)) => ParseErrorKind::Unfinished(text.clone()),
            Kind::Reserved => ParseErrorKind::ReservedWord(text.to_owned()),
            Kind::End => ParseErrorKind::Expecting { expected, got: None },
            _ => ParseErrorKind::Expecting {
                expected,
                got: Some(text.to_owned()),
            },
        }))
    }

    pub(super) fn error(&self, kind: ParseErrorKind) -> ParseError {
        ParseError::new(self.source, kind, self.span())
    }
}
