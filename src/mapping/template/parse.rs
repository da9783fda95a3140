//! Text to template.

use super::{
    Expression, LONGEST, Part, Start, Template, TemplateError, TemplateErrorKind, aliases,
    filter::{self, Argument},
    lex::{Kind, Token, end_of_text, lex},
};
use crate::{
    jql::Span,
    mapping::{
        facts::{self, VARIABLES},
        near,
    },
};

type Parsed<T> = Result<T, TemplateError>;

pub(super) fn template(source: &str) -> Parsed<Template> {
    too_long(source)?;
    let mut parts = Vec::new();
    let mut at = 0;
    while let Some(open) = source[at..].find("{{").map(|found| at + found) {
        if open > at {
            parts.push(Part::Text(source[at..open].to_owned()));
        }
        let Some(close) = closing(source, open + 2) else {
            let span = Span::new(open, open + 2);
            return Err(unclosed(source, open + 2, span));
        };
        parts.push(Part::Expression(between(source, open + 2, close)?));
        at = close + 2;
    }
    if at < source.len() {
        parts.push(Part::Text(source[at..].to_owned()));
    }
    Ok(Template { parts })
}

pub(super) fn expression(source: &str) -> Parsed<Expression> {
    too_long(source)?;
    between(source, 0, source.len())
}

fn too_long(source: &str) -> Parsed<()> {
    if source.len() > LONGEST {
        let span = Span::new(source.floor_char_boundary(LONGEST), source.len());
        return Err(TemplateError::new(source, TemplateErrorKind::TooLong, span));
    }
    Ok(())
}

/// Where the `}}` is that closes what starts at `from`; braces in quotation marks do not count.
fn closing(source: &str, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(c) = source[at..].chars().next() {
        match c {
            '}' if source[at..].starts_with("}}") => return Some(at),
            '"' | '\'' => at += end_of_text(&source[at..], c)?,
            c => at += c.len_utf8(),
        }
    }
    None
}

/// A text that is not closed hides the braces behind it; then that is the mistake.
fn unclosed(source: &str, from: usize, span: Span) -> TemplateError {
    let lone = lex(source, from, source.len())
        .into_iter()
        .find(|token| token.kind == Kind::Unclosed);
    match lone {
        Some(token) => TemplateError::new(
            source,
            TemplateErrorKind::UnclosedText,
            Span::new(token.span.start, token.span.start + 1),
        ),
        None => TemplateError::new(source, TemplateErrorKind::Unclosed, span),
    }
}

fn between(source: &str, start: usize, end: usize) -> Parsed<Expression> {
    let parser = Parser {
        source,
        tokens: lex(source, start, end),
        at: 0,
    };
    parser.expression(source[start..end].trim())
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
}

impl Parser<'_> {
    fn expression(mut self, text: &str) -> Parsed<Expression> {
        if *self.kind() == Kind::End {
            return Err(self.error(TemplateErrorKind::Empty, self.span()));
        }
        let start = self.start()?;
        let mut filters = Vec::new();
        while *self.kind() == Kind::Pipe {
            self.at += 1;
            filters.push(self.filter()?);
        }
        match self.kind() {
            Kind::End => Ok(Expression {
                start,
                filters,
                text: text.to_owned(),
            }),
            _ => Err(self.expected("a | before a filter")),
        }
    }

    fn start(&mut self) -> Parsed<Start> {
        let span = self.span();
        match self.kind().clone() {
            Kind::Text(text) => {
                self.at += 1;
                return Ok(Start::Text(text));
            }
            Kind::Word(word) => {
                if let Ok(number) = word.parse() {
                    self.at += 1;
                    return Ok(Start::Number(number));
                }
            }
            _ => return Err(self.expected("a variable")),
        }
        let path = self.path()?;
        let span = span.to(self.last());
        let name = path.join(".");
        if name.eq_ignore_ascii_case("now") {
            return Ok(Start::Now);
        }
        let own = path[0].eq_ignore_ascii_case("fields");
        if own && path.len() == 1 {
            return Err(self.expected("the name of a field, as fields.NAME"));
        }
        if own || facts::named(&name.to_ascii_lowercase()).is_some() {
            return Ok(Start::Path(path));
        }
        if let Some(known) = aliases::named(&name) {
            let arguments = self.called()?;
            return match known.with(&arguments) {
                Some(alias) => Ok(Start::Alias(alias)),
                None => {
                    let (name, wants) = (known.name, known.written);
                    Err(self.error(TemplateErrorKind::Arguments { name, wants }, span.to(self.last())))
                }
            };
        }
        Err(self.error(unknown_variable(name), span))
    }

    /// Names with dots between them; a name in quotation marks may hold anything.
    fn path(&mut self) -> Parsed<Vec<String>> {
        let mut path = Vec::new();
        loop {
            match self.kind().clone() {
                Kind::Word(word) => path.push(word),
                Kind::Text(text) if !path.is_empty() => path.push(text),
                _ => return Err(self.expected("a name")),
            }
            self.at += 1;
            if *self.kind() != Kind::Dot {
                return Ok(path);
            }
            self.at += 1;
        }
    }

    /// `(5)` behind a variable.
    fn called(&mut self) -> Parsed<Vec<Argument>> {
        if *self.kind() != Kind::Open {
            return Ok(Vec::new());
        }
        self.at += 1;
        if *self.kind() == Kind::Close {
            self.at += 1;
            return Ok(Vec::new());
        }
        let arguments = self.arguments()?;
        if *self.kind() != Kind::Close {
            return Err(self.expected("a )"));
        }
        self.at += 1;
        Ok(arguments)
    }

    fn filter(&mut self) -> Parsed<filter::Filter> {
        let span = self.span();
        let Kind::Word(name) = self.kind().clone() else {
            return Err(self.expected("the name of a filter"));
        };
        self.at += 1;
        let Some(help) = filter::named(&name) else {
            let near = near::nearest(&name, filter::FILTERS.iter().map(|filter| filter.name));
            return Err(self.error(TemplateErrorKind::UnknownFilter { name, near }, span));
        };
        let arguments = if *self.kind() == Kind::Colon {
            self.at += 1;
            self.arguments()?
        } else {
            Vec::new()
        };
        let span = span.to(self.last());
        filter::Filter::new(help, arguments).map_err(|kind| self.error(kind, span))
    }

    fn arguments(&mut self) -> Parsed<Vec<Argument>> {
        let mut arguments = vec![self.argument()?];
        while *self.kind() == Kind::Comma {
            self.at += 1;
            arguments.push(self.argument()?);
        }
        Ok(arguments)
    }

    fn argument(&mut self) -> Parsed<Argument> {
        let first = self.word()?;
        if *self.kind() != Kind::Equals {
            return Ok(Argument {
                name: None,
                value: first,
            });
        }
        self.at += 1;
        let value = self.word()?;
        Ok(Argument {
            name: Some(first),
            value,
        })
    }

    fn word(&mut self) -> Parsed<String> {
        match self.kind().clone() {
            Kind::Word(word) | Kind::Text(word) => {
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.expected("a value")),
        }
    }

    fn kind(&self) -> &Kind {
        self.tokens.get(self.at).map_or(&Kind::End, |token| &token.kind)
    }

    fn span(&self) -> Span {
        let last = self.tokens.last().map(|token| token.span).unwrap_or_default();
        self.tokens.get(self.at).map_or(last, |token| token.span)
    }

    /// Of the token read last.
    fn last(&self) -> Span {
        self.tokens[self.at.saturating_sub(1)].span
    }

    fn expected(&self, expected: &'static str) -> TemplateError {
        let kind = match self.kind() {
            Kind::Unclosed => TemplateErrorKind::UnclosedText,
            other => TemplateErrorKind::Expected {
                expected,
                got: other.shown(),
            },
        };
        self.error(kind, self.span())
    }

    fn error(&self, kind: TemplateErrorKind, span: Span) -> TemplateError {
        TemplateError::new(self.source, kind, span)
    }
}

fn unknown_variable(name: String) -> TemplateErrorKind {
    let known = VARIABLES.iter().map(|variable| variable.name);
    let all = known.chain(["now"]).chain(aliases::ALL.iter().map(|alias| alias.name));
    let near = near::nearest(&name, all);
    TemplateErrorKind::UnknownVariable { name, near }
}
