//! `~`: words to a condition on the full-text table. An approximation, and called one: Jira analyses texts in
//! ways that differ from site to site, and comments that it did not hand out are not here.
//!
//! Must never be in here: how texts become words (`store::fulltext`).

mod terms;

use rusqlite::types::Value;

use super::{
    compiler::{Compiler, Fault, Item, Place, Test},
    context::Context,
    sql::{Access, Sql},
};
use crate::{
    jql::{
        Operator, Word,
        fields::{FieldType, SystemField},
    },
    store::{
        error::{CannotAnswer, StoreError},
        fulltext::{ALL_TEXTS, BY_FIELD, of_field, stem},
    },
};
use terms::{Term, Wanted};

/// A wildcard within a word stands for so many words at most.
const MOST_FORMS: usize = 64;

/// Where words are looked for.
enum Scope {
    /// In any of some columns of the full-text table.
    Columns(&'static [&'static str]),
    /// In one custom field.
    Custom(i64),
}

impl Test<'_> {
    /// The words occur; or there is a text, and they do not.
    pub(super) fn like(&mut self, compiler: &Compiler<'_>) -> Result<Sql, Fault> {
        let items = self.items(compiler)?;
        let can_be_empty = self.field_type().supports(Operator::Is, compiler.context.deployment);
        if items.iter().any(|item| matches!(item, Item::Empty)) && !can_be_empty {
            return Err(Fault::Doubt(self.never_empty()));
        }
        let [Item::Word(word)] = items.as_slice() else {
            return Err(Fault::Doubt(self.no_words()));
        };
        let found = if self.field_type() == FieldType::Key {
            key_like(&word.value)
        } else {
            self.found_in_texts(compiler.context, word)?
        };
        Ok(if self.operator == Operator::NotLike {
            Sql::all(vec![self.has_text(), found.not()])
        } else {
            found
        })
    }

    fn found_in_texts(&self, context: &Context<'_>, word: &Word) -> Result<Sql, Fault> {
        let wanted = Wanted::read(&word.value).map_err(|why| self.unsearchable(word, why))?;
        if wanted.is_empty() {
            return Err(Fault::Doubt(self.no_words()));
        }
        if wanted.all.is_empty() {
            return Err(self.unsearchable(word, "it only looks for words that occur"));
        }
        let Some(scope) = self.scope() else {
            return Err(self.unsearchable(word, "only the server searches that text"));
        };
        let search = Search { context, scope };
        Ok(match search.expression(&wanted)? {
            Some(expression) => Sql::new(
                "(i.row IN (SELECT rowid FROM issue_text WHERE issue_text MATCH ?))",
                vec![Value::from(expression)],
            )
            .found_by(Access::Row),
            None => Sql::never(),
        })
    }

    /// Where the field's words are.
    fn scope(&self) -> Option<Scope> {
        use SystemField as F;
        let system = match self.clause.field.custom {
            None => SystemField::from_name(self.name()),
            Some(_) => None,
        };
        Some(Scope::Columns(match (system, self.found.place) {
            (Some(F::Summary), _) => &["summary"],
            (Some(F::Description), _) => &["description"],
            (Some(F::Environment), _) => &["environment"],
            (Some(F::Comment), _) => &["comment"],
            (Some(F::Text), _) => &ALL_TEXTS,
            (None, Place::Values(field) | Place::Presence(field)) => return Some(Scope::Custom(field)),
            _ => return None,
        }))
    }

    fn has_text(&self) -> Sql {
        match self.field_type() {
            FieldType::AllText | FieldType::Key => Sql::always(),
            _ => self.has_value(),
        }
    }

    fn no_words(&self) -> CannotAnswer {
        let message = format!(
            "The field '{}' does not support searching for an empty string.",
            self.name()
        );
        CannotAnswer::refused(message, self.clause.span)
    }

    fn unsearchable(&self, word: &Word, why: &str) -> Fault {
        let part = format!("'{} {}': {why}", self.name(), self.clause.operator.as_str());
        Fault::stop(CannotAnswer::server_only(part, word.span))
    }
}

/// Cloud: a whole key, or how keys begin.
fn key_like(value: &str) -> Sql {
    let wanted = value.trim().to_uppercase();
    let sql = match wanted.strip_suffix('*') {
        Some(start) => Sql::new(
            "(i.key >= ? AND i.key < ?)",
            vec![Value::from(start.to_owned()), Value::from(format!("{start}\u{10ffff}"))],
        ),
        None => Sql::new("(i.key = ?)", vec![Value::from(wanted)]),
    };
    sql.found_by(Access::Key)
}

/// What is wanted, as the full-text table understands it.
struct Search<'s> {
    context: &'s Context<'s>,
    scope: Scope,
}

impl Search<'_> {
    /// `None` if nothing can match.
    fn expression(&self, wanted: &Wanted) -> Result<Option<String>, StoreError> {
        let mut all = Vec::new();
        for any in &wanted.all {
            match self.any_of(any)? {
                Some(group) => all.push(group),
                None => return Ok(None),
            }
        }
        let unwanted = self.any_of(&wanted.not)?;
        let within = |column: &str| {
            let found = format!("{column} : ({})", all.join(" AND "));
            match &unwanted {
                Some(unwanted) => format!("({found} NOT {column} : {unwanted})"),
                None => found,
            }
        };
        Ok(Some(match &self.scope {
            // One word is looked up once for all columns; several must stand in the same text.
            Scope::Columns(columns) if all.len() == 1 && unwanted.is_none() => {
                within(&format!("{{{}}}", columns.join(" ")))
            }
            Scope::Columns(columns) => columns
                .iter()
                .map(|column| within(column))
                .collect::<Vec<_>>()
                .join(" OR "),
            Scope::Custom(_) => within(BY_FIELD),
        }))
    }

    /// `None` for none at all.
    fn any_of(&self, terms: &[Term]) -> Result<Option<String>, StoreError> {
        let mut ways = Vec::new();
        for term in terms {
            match term {
                Term::Phrase(stems) => ways.push(self.phrase(stems)),
                Term::Start(start) => {
                    ways.push(format!("{} *", self.phrase(std::slice::from_ref(start))));
                    ways.push(self.phrase(&[stem(start).into_owned()]));
                }
                Term::Pattern(pattern) => {
                    let forms = self.forms(pattern)?;
                    ways.extend(forms.iter().map(|form| format!("\"{form}\"")));
                }
            }
        }
        Ok((!ways.is_empty()).then(|| format!("({})", ways.join(" OR "))))
    }

    fn phrase(&self, stems: &[String]) -> String {
        let words: Vec<String> = stems.iter().map(|stem| self.as_kept(stem)).collect();
        format!("\"{}\"", words.join(" "))
    }

    fn as_kept(&self, word: &str) -> String {
        match self.scope {
            Scope::Custom(field) => of_field(field, word),
            Scope::Columns(_) => word.to_owned(),
        }
    }

    /// The words there are that fit a pattern.
    fn forms(&self, pattern: &str) -> Result<Vec<String>, StoreError> {
        let literal: String = pattern.chars().take_while(|c| !matches!(c, '*' | '?')).collect();
        let start = self.as_kept(&literal);
        let mut statement = self.context.db.prepare_cached(
            "SELECT term FROM issue_word WHERE term >= ?1 AND term < ?2 AND term GLOB ?3 ORDER BY term LIMIT ?4",
        )?;
        let forms = statement.query_map(
            rusqlite::params![
                start,
                format!("{start}\u{10ffff}"),
                self.as_kept(pattern),
                MOST_FORMS as i64
            ],
            |row| row.get(0),
        )?;
        forms.collect::<Result<_, _>>().map_err(StoreError::from)
    }
}
