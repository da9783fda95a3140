//! A condition whose field, operator and values are known to go together.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    ExpressionError, ExpressionErrorKind,
    compare::{self, Ordered, Wanted},
};
use crate::{
    domain::{Finding, Severity},
    jql::{
        Clause, Operand, Operator, Span, Word,
        dates::{Increment, Moment},
        functions::{Meaning, Signature},
    },
    mapping::{
        facts::{self, About, Fact, VARIABLES},
        near,
    },
};

use Operator::{Eq, Gt, GtEq, In, Is, IsNot, Like, Lt, LtEq, NotEq, NotIn, NotLike};

/// `severity >= high`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    field: Field,
    operator: Operator,
    values: Vec<Wanted>,
}

#[derive(Debug, Clone, PartialEq)]
enum Field {
    /// Title and text together.
    AllText,
    /// A variable, or a field of the source.
    Of(Vec<String>, About),
}

type Bound<T> = Result<T, ExpressionError>;

impl Condition {
    pub(super) fn new(clause: &Clause) -> Bound<Self> {
        let name = &clause.field.name;
        let field = field(clause)?;
        let about = match &field {
            Field::AllText => About::Markdown,
            Field::Of(_, about) => *about,
        };
        let takes = operators(about, field == Field::AllText);
        if !takes.contains(&clause.operator) {
            return Err(ExpressionError {
                span: clause.operator_span,
                kind: ExpressionErrorKind::Operator {
                    field: name.clone(),
                    operator: clause.operator.as_str(),
                    takes: words_of(about, field == Field::AllText),
                },
            });
        }
        let operands = clause.operand.iter().flat_map(Operand::flat);
        let values = operands
            .map(|operand| wanted(name, about, operand))
            .collect::<Bound<_>>()?;
        Ok(Self {
            field,
            operator: clause.operator,
            values,
        })
    }

    pub(super) fn holds(&self, finding: &Finding, moment: &Moment) -> bool {
        let fact = self.fact(finding);
        let empty = fact.is_nothing();
        let any = |test: &dyn Fn(&Wanted) -> bool| self.values.iter().any(test);
        let is = |wanted: &Wanted| match wanted {
            Wanted::Empty => empty,
            wanted => compare::equals(&fact, wanted, moment),
        };
        match self.operator {
            Eq | In | Is => any(&is),
            IsNot => !any(&is),
            NotEq | NotIn => {
                let asks_for_empty = self.values.contains(&Wanted::Empty);
                (!empty || asks_for_empty) && !any(&is)
            }
            Like => any(&|wanted| compare::contains(&fact, wanted)),
            NotLike => !empty && !any(&|wanted| compare::contains(&fact, wanted)),
            Lt => any(&|wanted| compare::is(&fact, wanted, moment, Ordered::Less)),
            Gt => any(&|wanted| compare::is(&fact, wanted, moment, Ordered::Greater)),
            LtEq => any(&|wanted| compare::is(&fact, wanted, moment, Ordered::LessOrEqual)),
            GtEq => any(&|wanted| compare::is(&fact, wanted, moment, Ordered::GreaterOrEqual)),
            // Refused when the condition was made.
            Operator::Was | Operator::WasNot | Operator::WasIn | Operator::WasNotIn | Operator::Changed => false,
        }
    }

    /// Whether what is asked for moves with the time.
    pub(super) fn is_relative(&self) -> bool {
        let at = |second: i64| Moment {
            now: Timestamp::from_second(second).unwrap_or_default(),
            zone: TimeZone::UTC,
        };
        let (one, other) = (at(0), at(86_400));
        let moves = |text: &str, number| one.literal(text, number) != other.literal(text, number);
        self.values.iter().any(|wanted| match wanted {
            Wanted::Function(..) => true,
            Wanted::Date(text, number) => moves(text, *number),
            Wanted::Text(text) => matches!(self.field, Field::Of(_, About::Unknown)) && moves(text, false),
            Wanted::Empty | Wanted::Severity(_) => false,
        })
    }

    fn fact(&self, finding: &Finding) -> Fact {
        match &self.field {
            Field::AllText => Fact::Text(format!("{}\n{}", finding.title, finding.body)),
            Field::Of(path, _) => facts::look_up(finding, path).unwrap_or_default(),
        }
    }
}

fn field(clause: &Clause) -> Bound<Field> {
    let name = &clause.field.name;
    let error = |near| ExpressionError {
        span: clause.field.span,
        kind: ExpressionErrorKind::UnknownField {
            name: clause.field.text.clone(),
            near,
        },
    };
    if clause.field.custom.is_some() || !clause.field.properties.is_empty() {
        return Err(error(None));
    }
    if name.eq_ignore_ascii_case("text") {
        return Ok(Field::AllText);
    }
    let path: Vec<String> = name.split('.').map(str::to_owned).collect();
    if path[0].eq_ignore_ascii_case("fields") && path.len() > 1 && path.iter().all(|part| !part.is_empty()) {
        return Ok(Field::Of(path, About::Unknown));
    }
    match facts::named(&name.to_ascii_lowercase()) {
        Some(variable) => Ok(Field::Of(path, variable.about)),
        None => {
            let known = VARIABLES.iter().map(|variable| variable.name).chain(["text"]);
            Err(error(near::nearest(name, known)))
        }
    }
}

fn operators(about: About, all_text: bool) -> &'static [Operator] {
    match about {
        _ if all_text => &[Like, NotLike],
        About::Severity | About::Instant => &[Eq, NotEq, Lt, Gt, LtEq, GtEq, In, NotIn, Is, IsNot],
        About::Words(_) => &[Eq, NotEq, In, NotIn, Is, IsNot],
        About::Unknown => &[Eq, NotEq, Like, NotLike, Lt, Gt, LtEq, GtEq, In, NotIn, Is, IsNot],
        About::Line | About::Markdown | About::Url | About::Person | About::Lines => {
            &[Eq, NotEq, Like, NotLike, In, NotIn, Is, IsNot]
        }
    }
}

fn words_of(about: About, all_text: bool) -> &'static str {
    match about {
        _ if all_text => "~ and !~",
        About::Severity | About::Instant => "=, !=, <, <=, >, >=, in, not in and is empty",
        About::Words(_) => "=, !=, in, not in and is empty",
        About::Unknown => "=, !=, ~, !~, <, <=, >, >=, in, not in and is empty",
        About::Line | About::Markdown | About::Url | About::Person | About::Lines => {
            "=, !=, ~, !~, in, not in and is empty"
        }
    }
}

fn wanted(field: &str, about: About, operand: &Operand) -> Bound<Wanted> {
    let word = match operand {
        Operand::Empty(_) | Operand::List(..) => return Ok(Wanted::Empty),
        Operand::Function(function) => return called(about, function),
        Operand::Value(word) => word,
    };
    let wrong = |takes: String| ExpressionError {
        span: word.span,
        kind: ExpressionErrorKind::Value {
            field: field.to_owned(),
            value: word.value.clone(),
            takes,
        },
    };
    match about {
        About::Severity => Severity::from_word(&word.value)
            .map(Wanted::Severity)
            .ok_or_else(|| wrong(near::hint(&word.value, Severity::WORDS.iter().copied()))),
        About::Words(words) => match words.iter().find(|known| same_word(known, &word.value)) {
            Some(known) => Ok(Wanted::Text((*known).to_owned())),
            None => Err(wrong(near::hint(&word.value, words.iter().copied()))),
        },
        About::Instant if date(word).is_none() => Err(wrong("; a date is 2026-01-31 or -7d".to_owned())),
        About::Instant => Ok(Wanted::Date(word.value.clone(), word.number)),
        _ => Ok(Wanted::Text(word.value.clone())),
    }
}

fn same_word(known: &str, word: &str) -> bool {
    crate::mapping::given::same(known, word)
}

/// Whether a date is meant does not depend on the present.
fn date(word: &Word) -> Option<Timestamp> {
    let moment = Moment {
        now: Timestamp::UNIX_EPOCH,
        zone: TimeZone::UTC,
    };
    moment.literal(&word.value, word.number)
}

fn called(about: About, function: &crate::jql::Function) -> Bound<Wanted> {
    let refused = |span: Span| ExpressionError {
        span,
        kind: ExpressionErrorKind::Function(function.name.value.clone()),
    };
    let signature = Signature::of(&function.name.value).filter(|_| matches!(about, About::Instant | About::Unknown));
    let Some(signature) = signature else {
        return Err(refused(function.span));
    };
    let increment = match function.args.as_slice() {
        [] => Increment::default(),
        [one] => Increment::parse(&one.value).ok_or_else(|| refused(one.span))?,
        _ => return Err(refused(function.span)),
    };
    match signature.meaning {
        Meaning::Now if function.args.is_empty() => Ok(Wanted::Function(Meaning::Now, increment)),
        meaning @ (Meaning::StartOf(_) | Meaning::EndOf(_)) => Ok(Wanted::Function(meaning, increment)),
        _ => Err(refused(function.span)),
    }
}
