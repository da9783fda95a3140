//! Tokens to the tree: recursive descent with one token of lookahead and a bound on depth.

mod field;
mod report;

use super::ast::{
    Clause, Direction, Expr, Function, Operand, Operator, Predicate, PredicateOperator, Query, SortKey, Span, Word,
};
use super::error::{Expected, ParseError, ParseErrorKind};
use super::lexer::{Kind, Token, lex, unescape};
use super::words::Keyword;

/// How deep parentheses, lists and negations may nest; further in is an error, not a crash.
pub const MAX_DEPTH: usize = 256;

type Parsed<T> = Result<T, ParseError>;

/// Parses a query; the empty one is legal.
///
/// # Errors
/// The first thing that is wrong, in Jira's words.
pub fn parse(source: &str) -> Result<Query, ParseError> {
    Parser {
        source,
        tokens: lex(source),
        at: 0,
        depth: 0,
        tail: Tail::Plain,
    }
    .query()
}

/// What may still be added to the clause just read; error messages list it.
#[derive(Clone, Copy)]
enum Tail {
    Plain,
    Was,
    Changed,
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    tail: Tail,
}

impl Parser<'_> {
    fn query(mut self) -> Parsed<Query> {
        let mut query = Query::default();
        if !matches!(self.kind(), Kind::End | Kind::Keyword(Keyword::Order)) {
            let start = self.span();
            query.where_ = Some(self.any()?);
            query.where_span = Some(start.to(self.last_span()));
        }
        if self.at_keyword(Keyword::Order) {
            let start = self.span();
            query.order_by = Some(self.order_by()?);
            query.order_span = Some(start.to(self.last_span()));
            let directed = query
                .order_by
                .iter()
                .flatten()
                .next_back()
                .is_some_and(|key| key.direction.is_some());
            let expected = if directed { vec![","] } else { vec!["ASC", "DESC"] };
            return if *self.kind() == Kind::End {
                Ok(query)
            } else {
                self.expecting_tokens(expected)
            };
        }
        if *self.kind() == Kind::End {
            Ok(query)
        } else {
            self.after_clause(true)
        }
    }

    /// Conditions joined by `OR`, each of them conditions joined by `AND`.
    fn any(&mut self) -> Parsed<Expr> {
        let mut alternatives = Vec::new();
        let mut all = vec![self.negation()?];
        loop {
            match self.kind() {
                Kind::Keyword(Keyword::And) => self.advance(),
                Kind::Keyword(Keyword::Or) => {
                    self.advance();
                    alternatives.push(join(std::mem::take(&mut all), Expr::And));
                }
                _ => break,
            }
            all.push(self.negation()?);
        }
        alternatives.push(join(all, Expr::And));
        Ok(join(alternatives, Expr::Or))
    }

    fn negation(&mut self) -> Parsed<Expr> {
        let mut nots = Vec::new();
        while matches!(self.kind(), Kind::Keyword(Keyword::Not) | Kind::Bang) {
            self.deeper()?;
            nots.push(self.span());
            self.advance();
        }
        let mut expr = if *self.kind() == Kind::Open {
            self.group()?
        } else {
            Expr::Clause(Box::new(self.clause()?))
        };
        let end = self.last_span();
        self.depth -= nots.len();
        for not in nots.into_iter().rev() {
            expr = Expr::Not(Box::new(expr), not.to(end));
        }
        Ok(expr)
    }

    fn group(&mut self) -> Parsed<Expr> {
        self.deeper()?;
        self.advance();
        let expr = self.any()?;
        if *self.kind() != Kind::Close {
            return self.after_clause(false);
        }
        self.advance();
        self.depth -= 1;
        self.tail = Tail::Plain;
        Ok(expr)
    }

    fn clause(&mut self) -> Parsed<Clause> {
        let field = self.field()?;
        self.tail = Tail::Plain;
        let start = self.span();
        let operator = self.operator()?;
        let operator_span = start.to(self.last_span());
        let operand = self.operand_of(operator)?;
        let predicates = self.predicates(operator)?;
        let span = field.span.to(self.last_span());
        Ok(Clause {
            field,
            operator,
            operator_span,
            operand,
            predicates,
            span,
        })
    }

    fn operator(&mut self) -> Parsed<Operator> {
        let operator = match self.kind() {
            Kind::Eq => Operator::Eq,
            Kind::NotEq => Operator::NotEq,
            Kind::Like => Operator::Like,
            Kind::NotLike => Operator::NotLike,
            Kind::Lt => Operator::Lt,
            Kind::Gt => Operator::Gt,
            Kind::LtEq => Operator::LtEq,
            Kind::GtEq => Operator::GtEq,
            Kind::Keyword(Keyword::In) => Operator::In,
            Kind::Keyword(Keyword::Changed) => Operator::Changed,
            Kind::Keyword(Keyword::Not) => {
                self.advance();
                if !self.at_keyword(Keyword::In) {
                    return self.expecting(Expected::Operator);
                }
                Operator::NotIn
            }
            Kind::Keyword(Keyword::Is) => {
                self.advance();
                let negated = self.take_keyword(Keyword::Not);
                return Ok(if negated { Operator::IsNot } else { Operator::Is });
            }
            Kind::Keyword(Keyword::Was) => {
                self.advance();
                let negated = self.take_keyword(Keyword::Not);
                let list = self.take_keyword(Keyword::In);
                return Ok(match (negated, list) {
                    (false, false) => Operator::Was,
                    (true, false) => Operator::WasNot,
                    (false, true) => Operator::WasIn,
                    (true, true) => Operator::WasNotIn,
                });
            }
            _ => return self.expecting(Expected::Operator),
        };
        self.advance();
        Ok(operator)
    }

    fn operand_of(&mut self, operator: Operator) -> Parsed<Option<Operand>> {
        match operator {
            Operator::Changed => return Ok(None),
            Operator::Is | Operator::IsNot if !self.at_keyword(Keyword::Empty) => self.expecting_tokens(vec!["EMPTY"]),
            Operator::In | Operator::NotIn | Operator::WasIn | Operator::WasNotIn => self.list_or_function(),
            Operator::Lt | Operator::Gt | Operator::LtEq | Operator::GtEq if self.at_keyword(Keyword::Empty) => {
                self.expecting(Expected::Value)
            }
            _ => match self.simple_operand()? {
                Some(operand) => Ok(operand),
                None => self.expecting(Expected::Value),
            },
        }
        .map(Some)
    }

    fn list_or_function(&mut self) -> Parsed<Operand> {
        if *self.kind() == Kind::Open {
            return self.list();
        }
        let Some(name) = self.take_word() else {
            return self.expecting(Expected::ListOrFunction);
        };
        if *self.kind() != Kind::Open {
            return self.expecting(Expected::Function);
        }
        self.call(name)
    }

    /// `EMPTY`, a value or a call.
    fn simple_operand(&mut self) -> Parsed<Option<Operand>> {
        if self.at_keyword(Keyword::Empty) {
            let span = self.span();
            self.advance();
            return Ok(Some(Operand::Empty(span)));
        }
        let Some(word) = self.take_word() else {
            return Ok(None);
        };
        if *self.kind() == Kind::Open {
            self.call(word).map(Some)
        } else {
            Ok(Some(Operand::Value(word)))
        }
    }

    fn any_operand(&mut self, expected: Expected) -> Parsed<Operand> {
        if *self.kind() == Kind::Open {
            return self.list();
        }
        match self.simple_operand()? {
            Some(operand) => Ok(operand),
            None => self.expecting(expected),
        }
    }

    fn list(&mut self) -> Parsed<Operand> {
        self.deeper()?;
        let start = self.span();
        self.advance();
        let mut items = vec![self.any_operand(Expected::ListItem)?];
        while *self.kind() == Kind::Comma {
            self.advance();
            items.push(self.any_operand(Expected::ListItem)?);
        }
        if *self.kind() != Kind::Close {
            return self.expecting_tokens(vec![")", ","]);
        }
        self.advance();
        self.depth -= 1;
        Ok(Operand::List(items, start.to(self.last_span())))
    }

    fn call(&mut self, name: Word) -> Parsed<Operand> {
        self.advance();
        let mut args = Vec::new();
        if *self.kind() != Kind::Close {
            match self.take_word() {
                Some(arg) => args.push(arg),
                None => return self.no_first_argument(),
            }
            while *self.kind() == Kind::Comma {
                self.advance();
                match self.take_word() {
                    Some(arg) => args.push(arg),
                    None => return self.expecting(Expected::Argument),
                }
            }
        }
        if *self.kind() != Kind::Close {
            return self.no_further_argument();
        }
        self.advance();
        let span = name.span.to(self.last_span());
        Ok(Operand::Function(Function { name, args, span }))
    }

    fn predicates(&mut self, operator: Operator) -> Parsed<Vec<Predicate>> {
        self.tail = match operator {
            Operator::Was | Operator::WasNot | Operator::WasIn | Operator::WasNotIn => Tail::Was,
            Operator::Changed => Tail::Changed,
            _ => return Ok(Vec::new()),
        };
        let mut predicates = Vec::new();
        while let Some(operator) = self.predicate_operator() {
            let start = self.span();
            self.advance();
            let operand = self.any_operand(Expected::Tokens(vec!["EMPTY"]))?;
            predicates.push(Predicate {
                operator,
                operand,
                span: start.to(self.last_span()),
            });
        }
        Ok(predicates)
    }

    fn predicate_operator(&self) -> Option<PredicateOperator> {
        let Kind::Keyword(keyword) = self.kind() else {
            return None;
        };
        match (keyword, self.tail) {
            (Keyword::Before, _) => Some(PredicateOperator::Before),
            (Keyword::After, _) => Some(PredicateOperator::After),
            (Keyword::On, _) => Some(PredicateOperator::On),
            (Keyword::During, _) => Some(PredicateOperator::During),
            (Keyword::By, _) => Some(PredicateOperator::By),
            (Keyword::From, Tail::Changed) => Some(PredicateOperator::From),
            (Keyword::To, Tail::Changed) => Some(PredicateOperator::To),
            _ => None,
        }
    }

    fn order_by(&mut self) -> Parsed<Vec<SortKey>> {
        self.advance();
        if !self.take_keyword(Keyword::By) {
            return self.expecting_tokens(vec!["BY"]);
        }
        let mut keys = vec![self.sort_key()?];
        while *self.kind() == Kind::Comma {
            self.advance();
            keys.push(self.sort_key()?);
        }
        Ok(keys)
    }

    fn sort_key(&mut self) -> Parsed<SortKey> {
        let field = self.field()?;
        let direction = if self.take_keyword(Keyword::Asc) {
            Some(Direction::Asc)
        } else if self.take_keyword(Keyword::Desc) {
            Some(Direction::Desc)
        } else {
            None
        };
        Ok(SortKey { field, direction })
    }

    fn take_word(&mut self) -> Option<Word> {
        let token = &self.tokens[self.at];
        let text = &self.source[token.span.range()];
        let (value, number) = match token.kind {
            Kind::Word => (unescape(text), false),
            Kind::Quoted => (unescape(&text[1..text.len() - 1]), false),
            Kind::Number => (text.to_owned(), true),
            _ => return None,
        };
        let word = Word {
            value,
            text: text.to_owned(),
            number,
            span: token.span,
        };
        self.advance();
        Some(word)
    }

    fn take_keyword(&mut self, keyword: Keyword) -> bool {
        let there = self.at_keyword(keyword);
        if there {
            self.advance();
        }
        there
    }

    fn at_keyword(&self, keyword: Keyword) -> bool {
        *self.kind() == Kind::Keyword(keyword)
    }

    fn kind(&self) -> &Kind {
        &self.tokens[self.at].kind
    }

    fn next_kind(&self) -> &Kind {
        self.tokens.get(self.at + 1).map_or(&Kind::End, |token| &token.kind)
    }

    fn span(&self) -> Span {
        self.tokens[self.at].span
    }

    /// The span of the token read last.
    fn last_span(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    /// Never called at `End` or `Bad`, which nothing accepts; so there always is a next token.
    fn advance(&mut self) {
        self.at += 1;
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error(ParseErrorKind::TooDeep(MAX_DEPTH)));
        }
        Ok(())
    }
}

/// One stands for itself, several are joined.
fn join(mut nodes: Vec<Expr>, joined: fn(Vec<Expr>, Span) -> Expr) -> Expr {
    if nodes.len() == 1
        && let Some(only) = nodes.pop()
    {
        return only;
    }
    let span = nodes.iter().map(Expr::span).reduce(Span::to).unwrap_or_default();
    joined(nodes, span)
}
