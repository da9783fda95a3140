//! Random queries over a vocabulary: mostly sensible ones, and some that must be refused.

use crate::{
    dice::Dice,
    vocabulary::{Field, Values, Vocabulary},
};

const DEEPEST: usize = 3;

/// A query.
#[derive(Debug)]
pub(crate) struct Generated {
    pub(crate) jql: String,
    /// Its order leaves no two issues equal, and all agree on it.
    pub(crate) total_order: bool,
}

pub(crate) struct Grammar<'v> {
    vocabulary: &'v Vocabulary,
    dice: Dice,
}

impl<'v> Grammar<'v> {
    pub(crate) fn new(vocabulary: &'v Vocabulary, dice: Dice) -> Self {
        Self { vocabulary, dice }
    }

    pub(crate) fn query(&mut self) -> Generated {
        let depth = self.dice.below(DEEPEST + 1);
        let mut jql = if self.dice.chance(3) {
            String::new()
        } else {
            self.expression(depth)
        };
        let total_order = self.dice.chance(60);
        if total_order {
            jql.push_str(&self.order());
        }
        Generated {
            jql: jql.trim().to_owned(),
            total_order,
        }
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.condition();
        }
        match self.dice.below(10) {
            0..4 => self.joined(&["AND", "and", "&&", "&"], depth),
            4..7 => self.joined(&["OR", "or", "||", "|"], depth),
            7 => format!("NOT ({})", self.expression(depth - 1)),
            8 => format!("!({})", self.expression(depth - 1)),
            _ => format!("not {}", self.condition()),
        }
    }

    fn joined(&mut self, words: &[&str], depth: usize) -> String {
        let word = format!(" {} ", self.dice.pick(words));
        let parts: Vec<String> = (0..2 + self.dice.below(2))
            .map(|_| {
                let inner = self.expression(depth - 1);
                if depth > 1 { format!("({inner})") } else { inner }
            })
            .collect();
        parts.join(&word)
    }

    fn condition(&mut self) -> String {
        let vocabulary = self.vocabulary;
        let mut field = self.dice.pick(&vocabulary.fields);
        while field.rare && !self.dice.chance(10) {
            field = self.dice.pick(&vocabulary.fields);
        }
        let name = if self.dice.chance(1) {
            "universe".to_owned()
        } else {
            self.dice.pick(&field.names).clone()
        };
        if self.dice.chance(2) {
            let operator = *self.dice.pick(&["=", "<", ">=", "~", "WAS", "!="]);
            return format!("{name} {operator} {}", self.value(field));
        }
        match *self.dice.pick(&field.families.chars().collect::<Vec<_>>()) {
            'I' => {
                let empty = *self.dice.pick(&["EMPTY", "null", "empty"]);
                let operator = *self.dice.pick(&["is", "IS NOT", "=", "!=", "is not"]);
                let operator = if !field.families.contains('E') && operator.ends_with('=') {
                    "IS"
                } else {
                    operator
                };
                format!("{name} {operator} {empty}")
            }
            'O' => {
                let operator = *self.dice.pick(&["<", "<=", ">", ">="]);
                format!("{name} {operator} {}", self.value(field))
            }
            'T' => format!("{name} {} {}", self.dice.pick(&["~", "~", "!~"]), self.value(field)),
            't' => format!("{name} ~ {}", self.value(field)),
            _ => self.equality(&name, field),
        }
    }

    fn equality(&mut self, name: &str, field: &Field) -> String {
        if self.dice.chance(45) {
            let operator = *self.dice.pick(&["=", "!="]);
            let value = self.value(field);
            let list = value.to_ascii_lowercase().ends_with("issuetypes()");
            let operator = match operator {
                "=" if list && !self.dice.chance(10) => "in",
                "!=" if list && !self.dice.chance(10) => "NOT IN",
                other => other,
            };
            return format!("{name} {operator} {value}");
        }
        let mut values: Vec<String> = (0..1 + self.dice.below(4)).map(|_| self.value(field)).collect();
        if self.dice.chance(10) && field.families.contains('I') || self.dice.chance(1) {
            values.push("EMPTY".to_owned());
        }
        let operator = *self.dice.pick(&["in", "IN", "NOT IN", "not in"]);
        format!("{name} {operator} ({})", values.join(", "))
    }

    /// Few of the values that nobody knows: one is enough to refuse a whole query.
    fn value(&mut self, field: &Field) -> String {
        if self.dice.chance(1) {
            return (*self.dice.pick(field.wrong)).to_owned();
        }
        match &field.values {
            Values::Words(words) | Values::Text(words) => self.dice.pick(words).clone(),
            Values::Instants | Values::Days => self.dice.pick(&self.vocabulary.dates).clone(),
            Values::None => "text".to_owned(),
        }
    }

    /// Some fields, and the key at last.
    fn order(&mut self) -> String {
        let vocabulary = self.vocabulary;
        let sorted: Vec<&Field> = vocabulary.fields.iter().filter(|field| field.sorts).collect();
        let mut keys = Vec::new();
        for _ in 0..self.dice.below(4) {
            let field = *self.dice.pick(&sorted);
            keys.push(self.dice.pick(&field.names).clone());
        }
        keys.push("key".to_owned());
        let keys: Vec<String> = keys
            .into_iter()
            .map(|key| format!("{key}{}", self.dice.pick(&["", " ASC", " DESC", " asc", " desc"])))
            .collect();
        format!(" ORDER BY {}", keys.join(", "))
    }
}
