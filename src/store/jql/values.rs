//! Values to conditions, type by type: names to rows of `term`, dates to minutes, keys to keys.

use jiff::Timestamp;
use rusqlite::types::Value;

use super::{
    compiler::{Compiler, Fault, Item, Matches, Place, Test},
    context::{By, Context, Term},
    sql::{Access, Sql},
};
use crate::{
    domain::StatusCategory,
    jql::{
        Function, Operator, Span, Word,
        dates::{Increment, MINUTE},
        fields::FieldType,
    },
    store::error::{CannotAnswer, StoreError},
};

/// So many people's issues are rather looked up than searched for among all.
const FEW: usize = 8;

impl Test<'_> {
    /// One condition for each item, or for several at once; they hold where any item matches.
    pub(super) fn matches(&mut self, compiler: &Compiler<'_>, items: &[Item<'_>]) -> Matches {
        let context = compiler.context;
        if let Some(kind) = term_kind(self.field_type()) {
            return self.terms(context, kind, items);
        }
        match self.field_type() {
            FieldType::StatusCategory => Ok(self.categories(items)),
            FieldType::Key => self.keys(context, items),
            FieldType::IssueLink => self.links(context, items),
            FieldType::Instant => self.each(items, |test, item| test.instant(context, item)),
            FieldType::Day => self.each(items, |test, item| test.day(context, item)),
            FieldType::Number | FieldType::Count => self.each(items, Self::number),
            FieldType::Duration => self.each(items, Self::duration),
            // Other types take no values, or none that the cache compares.
            _ => Ok(Vec::new()),
        }
    }

    fn each(&mut self, items: &[Item<'_>], test: impl Fn(&mut Self, &Item<'_>) -> Result<Sql, Fault>) -> Matches {
        items.iter().map(|item| test(self, item)).collect()
    }

    fn terms(&mut self, context: &Context<'_>, kind: &'static str, items: &[Item<'_>]) -> Matches {
        let mut rows = Vec::new();
        for item in items {
            let terms = match item {
                Item::Word(word) => self.named(context, kind, word)?,
                Item::Account(account) => context.terms(kind, By::JiraId, account)?,
                Item::Types { subtasks } => {
                    let test = "connection = ?1 AND kind = ?2 AND (extra = 'subtask') = ?3";
                    context.select(test, kind, subtasks)?
                }
                Item::Empty | Item::At(_) => Vec::new(),
            };
            if matches!(
                self.operator,
                Operator::Lt | Operator::Gt | Operator::LtEq | Operator::GtEq
            ) {
                rows.extend(self.ranked(context, kind, &terms)?);
            } else {
                rows.extend(terms.iter().map(|term| term.row));
            }
        }
        rows.sort_unstable();
        rows.dedup();
        if rows.is_empty() {
            return Ok(if items.is_empty() {
                Vec::new()
            } else {
                vec![Sql::never()]
            });
        }
        let few_people = self.found.place == Place::Column("i.assignee") && rows.len() <= FEW;
        let among = self.value_among("term", rows.into_iter().map(Value::from).collect());
        let access = if few_people { Access::Assignee } else { among.access };
        Ok(vec![among.found_by(access)])
    }

    /// The terms that a word names. None is a doubt, except for labels, which need no introduction.
    fn named(&mut self, context: &Context<'_>, kind: &'static str, word: &Word) -> Result<Vec<Term>, StoreError> {
        use By::{Extra, JiraId, Name};
        let ways: &[By] = match kind {
            "project" => &[Extra, Name, JiraId],
            "user" => &[JiraId, Extra, Name],
            "label" => &[Name],
            _ if word.number => &[JiraId, Name],
            _ => &[Name, JiraId],
        };
        for way in ways {
            let found = context.terms(kind, *way, &word.value)?;
            if !found.is_empty() {
                if kind == "project" {
                    self.check_scope(context, &found, word)?;
                }
                return Ok(found);
            }
        }
        if kind != "label" {
            let all_known = !matches!(kind, "user" | "sprint" | "option" | "security");
            self.unknown_value(context, word, all_known);
        }
        Ok(Vec::new())
    }

    fn unknown_value(&mut self, context: &Context<'_>, word: &Word, all_known: bool) {
        let (value, field) = (&word.value, self.name());
        let why = if all_known && context.has_metadata {
            let message = format!("The value '{value}' does not exist for the field '{field}'.");
            CannotAnswer::refused(message, word.span)
        } else {
            let part = format!("'{field} = {value}': no cached issue has it, and only the server knows if it exists");
            CannotAnswer::server_only(part, word.span)
        };
        self.unknown.push(why);
    }

    /// A project that the connection does not keep has issues that the cache knows nothing of.
    fn check_scope(&mut self, context: &Context<'_>, found: &[Term], word: &Word) -> Result<(), StoreError> {
        let asks_for_it = matches!(self.operator, Operator::Eq | Operator::In);
        for term in found.iter().filter(|_| asks_for_it) {
            let (id, name): (String, String) = context
                .db
                .prepare_cached("SELECT jira_id, name FROM term WHERE id = ?1")?
                .query_row([term.row], |row| Ok((row.get(0)?, row.get(1)?)))?;
            if !context.keeps_project(&[&term.extra, &id, &name]) {
                let why = CannotAnswer::server_only(outside(context, &term.extra), word.span);
                self.notes.push(why.to_string());
                self.unknown.push(why);
            }
        }
        Ok(())
    }

    /// The terms that stand before or after others in their own order.
    fn ranked(&self, context: &Context<'_>, kind: &'static str, terms: &[Term]) -> Result<Vec<i64>, Fault> {
        let mut rows = Vec::new();
        for term in terms {
            let (Some(rank), "priority" | "version") = (term.rank, kind) else {
                let part = format!(
                    "'{} {}': it does not know their order",
                    self.name(),
                    self.clause.operator.as_str()
                );
                return Err(Fault::stop(CannotAnswer::server_only(part, self.clause.span)));
            };
            // The most urgent priority has rank 0, and is the greatest.
            let operator = match (self.operator, kind) {
                (Operator::Lt, "priority") | (Operator::Gt, "version") => ">",
                (Operator::Gt, "priority") | (Operator::Lt, "version") => "<",
                (Operator::LtEq, "priority") | (Operator::GtEq, "version") => ">=",
                _ => "<=",
            };
            let same_project = if kind == "version" {
                "extra = ?4"
            } else {
                "?4 IS NOT NULL"
            };
            let sql = format!(
                "SELECT id FROM term WHERE connection = ?1 AND kind = ?2 AND rank {operator} ?3 AND {same_project}"
            );
            let mut statement = context.db.prepare_cached(&sql)?;
            let found = statement.query_map(rusqlite::params![context.id, kind, rank, term.extra], |row| {
                row.get::<_, i64>(0)
            })?;
            for row in found {
                rows.push(row?);
            }
        }
        Ok(rows)
    }

    fn categories(&mut self, items: &[Item<'_>]) -> Vec<Sql> {
        let mut keys = Vec::new();
        for item in items {
            let Item::Word(word) = item else { continue };
            match category(&word.value) {
                Some(category) => keys.push(Value::from(category.key().to_owned())),
                None => {
                    let message = format!(
                        "The value '{}' does not exist for the field '{}'.",
                        word.value,
                        self.name()
                    );
                    self.unknown.push(CannotAnswer::refused(message, word.span));
                }
            }
        }
        if keys.is_empty() {
            return if items.is_empty() {
                Vec::new()
            } else {
                vec![Sql::never()]
            };
        }
        vec![self.value_among("text", keys)]
    }

    /// Instants compare as minutes.
    fn instant(&mut self, context: &Context<'_>, item: &Item<'_>) -> Result<Sql, Fault> {
        let minute = self.minute(context, item)?.as_millisecond();
        let next = minute + MINUTE;
        let (condition, params) = match self.operator {
            Operator::Lt => ("< ?", vec![minute]),
            Operator::GtEq => (">= ?", vec![minute]),
            Operator::LtEq => ("< ?", vec![next]),
            Operator::Gt => (">= ?", vec![next]),
            _ => ("BETWEEN ? AND ?", vec![minute, next - 1]),
        };
        Ok(self.value("number", condition, params.into_iter().map(Value::from).collect()))
    }

    fn day(&mut self, context: &Context<'_>, item: &Item<'_>) -> Result<Sql, Fault> {
        let day = context.moment.day(self.minute(context, item)?).to_string();
        Ok(self.value("text", &format!("{} ?", self.comparison()), vec![Value::from(day)]))
    }

    fn minute(&self, context: &Context<'_>, item: &Item<'_>) -> Result<Timestamp, Fault> {
        match item {
            Item::At(at) => Ok(*at),
            Item::Word(word) => context
                .moment
                .literal(&word.value, word.number)
                .ok_or_else(|| Fault::Doubt(self.bad_date(&word.value, word.span))),
            _ => Err(Fault::Doubt(self.bad_date("", self.clause.span))),
        }
    }

    pub(super) fn bad_date(&self, value: &str, span: Span) -> CannotAnswer {
        let message = format!(
            "Date value '{value}' for field '{}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', \
             'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
            self.name()
        );
        CannotAnswer::refused(message, span)
    }

    pub(super) fn increment(&self, function: &Function) -> Result<Increment, Fault> {
        let Some(arg) = function.args.first() else {
            return Ok(Increment::default());
        };
        Increment::parse(&arg.value).ok_or_else(|| {
            let message = format!(
                "Duration for function '{}' should have the format (+/-)n(yMwdhm), e.g -1M for 1 month earlier.",
                function.name.value
            );
            Fault::Doubt(CannotAnswer::refused(message, arg.span))
        })
    }

    fn number(&mut self, item: &Item<'_>) -> Result<Sql, Fault> {
        let Item::Word(word) = item else {
            return Ok(Sql::never());
        };
        match word.value.trim().parse::<f64>() {
            Ok(number) if number.is_finite() => {
                Ok(self.value("number", &format!("{} ?", self.comparison()), vec![Value::from(number)]))
            }
            _ => Err(Fault::Doubt(self.no_such_value(word))),
        }
    }

    /// Estimates, kept in seconds. How long a day of work is, only the site knows.
    fn duration(&mut self, item: &Item<'_>) -> Result<Sql, Fault> {
        let Item::Word(word) = item else {
            return Ok(Sql::never());
        };
        let mut seconds: i64 = 0;
        for part in word.value.split_whitespace() {
            let digits = part.trim_end_matches(|c: char| !c.is_ascii_digit());
            let each = match &part[digits.len()..] {
                "" | "m" => 60,
                "h" => 3600,
                "d" | "w" => {
                    let why = format!("'{}': only the server knows how long its working days are", word.value);
                    return Err(Fault::stop(CannotAnswer::server_only(why, word.span)));
                }
                _ => return Err(Fault::Doubt(self.no_such_value(word))),
            };
            let part = digits.parse::<i64>().ok().and_then(|number| number.checked_mul(each));
            match part.and_then(|part| seconds.checked_add(part)) {
                Some(sum) => seconds = sum,
                None => return Err(Fault::Doubt(self.no_such_value(word))),
            }
        }
        Ok(self.value(
            "number",
            &format!("{} ?", self.comparison()),
            vec![Value::from(seconds)],
        ))
    }

    fn no_such_value(&self, word: &Word) -> CannotAnswer {
        let message = format!(
            "The value '{}' does not exist for the field '{}'.",
            word.value,
            self.name()
        );
        CannotAnswer::refused(message, word.span)
    }

    /// The operator as SQL has it, for a condition that [`Test::sql`] negates where need be.
    fn comparison(&self) -> &'static str {
        match self.operator {
            Operator::Lt => "<",
            Operator::LtEq => "<=",
            Operator::Gt => ">",
            Operator::GtEq => ">=",
            _ => "=",
        }
    }
}

/// The kind of `term` that values of a type are.
fn term_kind(field_type: FieldType) -> Option<&'static str> {
    Some(match field_type {
        FieldType::Project => "project",
        FieldType::IssueType => "type",
        FieldType::Status => "status",
        FieldType::Priority => "priority",
        FieldType::Resolution => "resolution",
        FieldType::Person | FieldType::User => "user",
        FieldType::Component => "component",
        FieldType::FixVersion | FieldType::Version => "version",
        FieldType::Labels => "label",
        FieldType::Level => "security",
        FieldType::Sprint => "sprint",
        FieldType::Option => "option",
        _ => return None,
    })
}

/// A status category by name, key or id; ids are the same on every Jira.
fn category(value: &str) -> Option<StatusCategory> {
    use StatusCategory::{Done, Indeterminate, New, Undefined};
    [(Undefined, "1"), (New, "2"), (Done, "3"), (Indeterminate, "4")]
        .into_iter()
        .find(|(category, id)| {
            value == *id
                || value.eq_ignore_ascii_case(category.key())
                || value.eq_ignore_ascii_case(category.jql_name())
        })
        .map(|(category, _)| category)
}

fn outside(context: &Context<'_>, project: &str) -> String {
    format!("'{project}': that project is outside the scope of {}", context.alias)
}
