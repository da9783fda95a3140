//! One condition to SQL: what operators mean, what empty fields match.

use rusqlite::types::Value;

use super::{
    compiler::{Compiler, Doubt, Fault, Found, Item, Place, Test},
    sql::{Access, BY_ISSUE, Sql},
};
use crate::{
    jql::{
        Clause, Function, Operand, Operator,
        fields::FieldType,
        functions::{Meaning, Signature},
    },
    store::error::{CannotAnswer, StoreError},
};

/// So many conditions on words are looked up, each by itself.
const MOST_SEARCHES: usize = 100;

impl Compiler<'_> {
    pub(super) fn clause(&mut self, clause: &Clause, negated: bool) -> Result<Sql, StoreError> {
        let supported = match self.supported_fields(clause)? {
            Ok(found) => found,
            Err(why) => {
                self.doubt(clause, why);
                return Ok(Sql::never());
            }
        };
        let operator = if negated {
            opposite(clause.operator)
        } else {
            clause.operator
        };
        if matches!(operator, Operator::Like | Operator::NotLike) {
            self.note_search(clause)?;
        }
        let mut conditions = Vec::new();
        let mut doubts: Vec<Vec<CannotAnswer>> = Vec::new();
        for found in supported {
            let mut test = Test {
                clause,
                found,
                operator,
                unknown: Vec::new(),
                notes: Vec::new(),
            };
            match test.sql(self) {
                Ok(sql) => conditions.push(sql),
                Err(Fault::Doubt(why)) => {
                    test.unknown.push(why);
                    conditions.push(Sql::never());
                }
                Err(Fault::Stop(error)) => return Err(error),
            }
            doubts.push(test.unknown);
            self.notes.extend(test.notes);
        }
        // Of several fields with one name it is enough that one knows the value.
        if let Some((first, others)) = doubts.split_first() {
            let shared = first.iter().filter(|why| {
                others
                    .iter()
                    .all(|other| other.iter().any(|theirs| theirs.span() == why.span()))
            });
            for why in shared {
                self.doubt(clause, why.clone());
            }
        }
        let all = matches!(
            operator,
            Operator::NotEq | Operator::NotIn | Operator::NotLike | Operator::Is
        );
        Ok(if all {
            Sql::all(conditions)
        } else {
            Sql::any(conditions)
        })
    }

    /// Words are found roughly, and each look for them costs.
    fn note_search(&mut self, clause: &Clause) -> Result<(), StoreError> {
        let part = |why: &str| {
            let (name, operator) = (&clause.field.name, clause.operator.as_str());
            CannotAnswer::server_only(format!("'{name} {operator}': {why}"), clause.span)
        };
        self.searches += 1;
        if self.searches > MOST_SEARCHES {
            return Err(part("it takes 100 conditions on words at most").into());
        }
        self.rough
            .get_or_insert_with(|| part("it only finds words roughly as Jira does"));
        Ok(())
    }

    fn doubt(&mut self, clause: &Clause, why: CannotAnswer) {
        self.doubts.push(Doubt {
            field: clause.field.span,
            why,
        });
    }

    /// The fields that `clause` means, as far as they take its operator.
    fn supported_fields(&self, clause: &Clause) -> Result<Result<Vec<Found>, CannotAnswer>, StoreError> {
        let mut found = match self.find(&clause.field)? {
            Ok(found) => found,
            Err(why) => return Ok(Err(why)),
        };
        let name = &clause.field.name;
        found.retain(|found| found.field_type.supports(clause.operator, self.context.deployment));
        if found.is_empty() {
            let message = format!(
                "The operator '{}' is not supported by the '{name}' field.",
                clause.operator.as_str()
            );
            return Ok(Err(CannotAnswer::refused(message, clause.operator_span)));
        }
        let part = match clause.operator {
            Operator::Was | Operator::WasNot | Operator::WasIn | Operator::WasNotIn | Operator::Changed => {
                format!(
                    "'{name} {}': it does not keep the whole history",
                    clause.operator.as_str().to_uppercase()
                )
            }
            Operator::Like | Operator::NotLike if found.iter().all(is_searched) => return Ok(Ok(found)),
            Operator::Like | Operator::NotLike => {
                format!("'{name} {}': only the server searches text", clause.operator.as_str())
            }
            _ if found.iter().any(|found| found.place == Place::Server) => {
                format!("'{name}': it does not keep this field")
            }
            _ => return Ok(Ok(found)),
        };
        Err(CannotAnswer::server_only(part, clause.span).into())
    }
}

/// Whether the words of a field are in the cache.
fn is_searched(found: &Found) -> bool {
    use FieldType as T;
    matches!(found.field_type, T::Text | T::Comment | T::AllText | T::Key)
}

/// The operator that holds where `operator` does not, and the field is not empty.
fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::Eq => Operator::NotEq,
        Operator::NotEq => Operator::Eq,
        Operator::In => Operator::NotIn,
        Operator::NotIn => Operator::In,
        Operator::Is => Operator::IsNot,
        Operator::IsNot => Operator::Is,
        Operator::Lt => Operator::GtEq,
        Operator::GtEq => Operator::Lt,
        Operator::Gt => Operator::LtEq,
        Operator::LtEq => Operator::Gt,
        Operator::Like => Operator::NotLike,
        Operator::NotLike => Operator::Like,
        // Only the server answers these, negated or not.
        other => other,
    }
}

impl<'q> Test<'q> {
    fn sql(&mut self, compiler: &Compiler<'_>) -> Result<Sql, Fault> {
        if matches!(self.operator, Operator::Like | Operator::NotLike) {
            return self.like(compiler);
        }
        let items = self.items(compiler)?;
        let (empties, items): (Vec<_>, Vec<_>) = items.into_iter().partition(|item| matches!(item, Item::Empty));
        if !empties.is_empty() && !self.field_type().supports(Operator::Is, compiler.context.deployment) {
            return Err(Fault::Doubt(self.never_empty()));
        }
        let matches = self.matches(compiler, &items)?;
        Ok(match self.operator {
            Operator::NotEq | Operator::NotIn | Operator::IsNot => {
                let mut all = vec![self.has_value()];
                if !matches.is_empty() {
                    all.push(Sql::any(matches).not());
                }
                Sql::all(all)
            }
            _ => {
                let mut any = matches;
                if !empties.is_empty() {
                    any.push(self.has_value().not());
                }
                Sql::any(any)
            }
        })
    }

    pub(super) fn field_type(&self) -> FieldType {
        self.found.field_type
    }

    pub(super) fn name(&self) -> &str {
        &self.clause.field.name
    }

    pub(super) fn never_empty(&self) -> CannotAnswer {
        let message = format!(
            "The field '{}' does not support searching for EMPTY values.",
            self.name()
        );
        CannotAnswer::refused(message, self.clause.span)
    }

    /// Whether the issue has any value at all.
    pub(super) fn has_value(&self) -> Sql {
        match self.found.place {
            Place::Column("i.summary") => Sql::raw("(i.summary <> '')"),
            Place::Column(column) => Sql::raw(format!("({column} IS NOT NULL)")),
            Place::Values(field) | Place::Presence(field) => Sql::raw(format!(
                "(EXISTS (SELECT 1 FROM issue_value v {BY_ISSUE} WHERE v.issue = i.row AND v.field = {field}))"
            ))
            .having(field),
            Place::Server => Sql::never(),
        }
    }

    /// `comparison` with the value, or with any of several.
    pub(super) fn value(&self, value_column: &str, comparison: &str, params: Vec<Value>) -> Sql {
        let (before, after, access) = self.around_value(value_column);
        Sql::new(format!("{before} {comparison}{after}"), params).found_by(access)
    }

    /// The value, or any of several, is among `values`.
    pub(super) fn value_among(&self, value_column: &str, values: Vec<Value>) -> Sql {
        let (before, after, access) = self.around_value(value_column);
        Sql::one_of(before, values, after).found_by(access)
    }

    fn around_value(&self, value_column: &str) -> (String, &'static str, Access) {
        match self.found.place {
            Place::Column(column) => (format!("({column}"), ")", Access::Scan),
            Place::Values(field) => {
                let rows = format!("SELECT issue FROM issue_value WHERE field = {field} AND {value_column}");
                (format!("(i.row IN ({rows}"), "))", Access::Row)
            }
            // Such fields never get as far as to a condition.
            Place::Presence(_) | Place::Server => ("(NULL".to_owned(), ")", Access::Scan),
        }
    }

    /// The right side taken apart.
    pub(super) fn items(&self, compiler: &Compiler<'_>) -> Result<Vec<Item<'q>>, Fault> {
        let Some(operand) = &self.clause.operand else {
            return Ok(Vec::new());
        };
        let listed = matches!(operand, Operand::List(..));
        let mut items = Vec::new();
        for operand in operand.flat() {
            items.push(match operand {
                Operand::Value(word) if self.is_unresolved(&word.value) => Item::Empty,
                Operand::Value(word) => Item::Word(word),
                Operand::Function(function) => self.call(compiler, function, listed)?,
                Operand::Empty(_) | Operand::List(..) => Item::Empty,
            });
        }
        Ok(items)
    }

    fn is_unresolved(&self, value: &str) -> bool {
        self.field_type() == FieldType::Resolution && value.eq_ignore_ascii_case("unresolved")
    }

    fn call(&self, compiler: &Compiler<'_>, function: &'q Function, listed: bool) -> Result<Item<'q>, Fault> {
        let refused = |message: String| Err(Fault::Doubt(CannotAnswer::refused(message, function.span)));
        let name = &function.name.value;
        let Some(signature) = Signature::of(name) else {
            return refused(format!("Unable to find JQL function '{name}()'."));
        };
        if let Some(message) = signature.arity_error(name, function.args.len()) {
            return refused(message);
        }
        let operator = self.clause.operator;
        let in_list = matches!(operator, Operator::In | Operator::NotIn);
        let field = self.name();
        if signature.list && !in_list {
            let operator = operator.as_str();
            return refused(format!(
                "Operator '{operator}' does not support the list value '{function}' for field '{field}'."
            ));
        }
        if !signature.list && in_list && !listed {
            let operator = operator.as_str();
            return refused(format!(
                "Operator '{operator}' does not support the non-list value '{function}' for field '{field}'."
            ));
        }
        self.evaluate(compiler, function, signature.meaning)
    }

    fn evaluate(&self, compiler: &Compiler<'_>, function: &Function, meaning: Meaning) -> Result<Item<'q>, Fault> {
        let stop = |part: String| Err(Fault::stop(CannotAnswer::server_only(part, function.span)));
        let moment = &compiler.context.moment;
        let dated = matches!(self.field_type(), FieldType::Instant | FieldType::Day);
        let at = match meaning {
            Meaning::CurrentUser if matches!(self.field_type(), FieldType::Person | FieldType::User) => {
                return match &compiler.context.account {
                    Some(account) => Ok(Item::Account(account.clone())),
                    None => stop(format!(
                        "'{function}': {} has never been signed in",
                        compiler.context.alias
                    )),
                };
            }
            Meaning::StandardIssueTypes | Meaning::SubTaskIssueTypes if self.field_type() == FieldType::IssueType => {
                return Ok(Item::Types {
                    subtasks: meaning == Meaning::SubTaskIssueTypes,
                });
            }
            Meaning::Now if dated => moment.now(),
            Meaning::StartOf(period) if dated => moment.start_of(period, self.increment(function)?),
            Meaning::EndOf(period) if dated => moment.end_of(period, self.increment(function)?),
            _ => return stop(format!("'{function}': only the server knows")),
        };
        match at {
            Some(at) => Ok(Item::At(at)),
            None => Err(Fault::Doubt(self.bad_date(&function.to_string(), function.span))),
        }
    }
}
