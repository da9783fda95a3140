//! Cloud's parser for queries: their structure, and what is wrong with them.

use serde_json::{Value, json};

use super::{Call, search::jql_messages};
use crate::{
    jql::{self, Clause, Direction, Expr, FieldRef, Operand, Query, Word},
    sandbox::{
        eval::JqlError,
        model::{Flavour, World},
        server::message::{Answer, Reply},
    },
};

/// How much is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Validation {
    /// What doesn't exist is an error.
    Strict,
    /// What doesn't exist is a warning.
    Warn,
    /// Only the form is checked.
    None,
}

/// `POST jql/parse`
pub(super) fn parse(call: &Call<'_>) -> Answer {
    let validation = match call.request.param("validation") {
        None | Some("strict") => Validation::Strict,
        Some("warn") => Validation::Warn,
        Some("none") => Validation::None,
        Some(_) => return Err(call.bad_payload()),
    };
    let body = call.object()?;
    let queries: Option<Vec<&str>> = match (body.len(), body.get("queries")) {
        (1, Some(Value::Array(queries))) => queries.iter().map(Value::as_str).collect(),
        _ => None,
    };
    let queries = queries
        .filter(|queries| !queries.is_empty())
        .ok_or_else(|| call.bad_payload())?;
    let world = call.world();
    let parsed: Vec<Value> = queries
        .iter()
        .map(|query| describe(call, &world, query, validation))
        .collect();
    Ok(Reply::ok(&json!({"queries": parsed})))
}

fn describe(call: &Call<'_>, world: &World, source: &str, validation: Validation) -> Value {
    let mut found = json!({"query": source, "errors": [], "warnings": []});
    let parsed = match jql::parse(source) {
        Ok(parsed) => parsed,
        Err(error) => {
            let place = format!("(line {}, character {})", error.line, error.column + 1);
            found["errors"] = json!([format!("Error in JQL Query: {} {place}", error.kind)]);
            return found;
        }
    };
    if validation != Validation::None
        && let Err(errors) = world.search(&call.viewer(), source)
    {
        let meanings: Vec<JqlError> = errors;
        let messages = jql_messages(Flavour::Cloud, &meanings);
        let place = if validation == Validation::Strict {
            "errors"
        } else {
            "warnings"
        };
        found[place] = messages.into();
    }
    // With errors there is no structure.
    if found["errors"].as_array().is_some_and(Vec::is_empty) {
        found["structure"] = structure(&parsed, source);
    }
    found
}

fn structure(query: &Query, source: &str) -> Value {
    let mut json = json!({});
    if let Some(condition) = &query.where_ {
        json["where"] = expression(condition, source);
    }
    if let Some(keys) = query.order_by.as_ref().filter(|keys| !keys.is_empty()) {
        let fields: Vec<Value> = keys
            .iter()
            .map(|key| {
                let mut sort = json!({"field": field(&key.field)});
                if let Some(direction) = key.direction {
                    sort["direction"] = match direction {
                        Direction::Asc => "asc".into(),
                        Direction::Desc => "desc".into(),
                    };
                }
                sort
            })
            .collect();
        json["orderBy"] = json!({"fields": fields});
    }
    json
}

fn expression(expr: &Expr, source: &str) -> Value {
    let all = |clauses: &[Expr], operator: &str| {
        let clauses: Vec<Value> = clauses.iter().map(|clause| expression(clause, source)).collect();
        json!({"clauses": clauses, "operator": operator})
    };
    match expr {
        Expr::And(clauses, _) => all(clauses, "and"),
        Expr::Or(clauses, _) => all(clauses, "or"),
        Expr::Not(inner, _) => json!({"clauses": [expression(inner, source)], "operator": "not"}),
        Expr::Clause(clause) => condition(clause, source),
    }
}

fn condition(clause: &Clause, source: &str) -> Value {
    let mut json = json!({"field": field(&clause.field), "operator": clause.operator.as_str()});
    if let Some(right) = &clause.operand {
        json["operand"] = operand(right, source);
    }
    if !clause.predicates.is_empty() {
        let predicates = clause.predicates.iter().map(|predicate| {
            json!({"operator": predicate.operator.as_str(), "operand": operand(&predicate.operand, source)})
        });
        json["predicates"] = predicates.collect();
    }
    json
}

fn field(field: &FieldRef) -> Value {
    let mut json = json!({"name": field.name, "encodedName": field.text});
    if !field.properties.is_empty() {
        let properties = field.properties.iter().map(|property| {
            let path: String = property.path.iter().map(|word| word.value.as_str()).collect();
            json!({"entity": field.name, "key": property.key.value, "path": path.trim_start_matches('.')})
        });
        json["property"] = properties.collect();
    }
    json
}

fn operand(operand_: &Operand, source: &str) -> Value {
    let encoded = source.get(operand_.span().range()).unwrap_or_default();
    match operand_ {
        Operand::Empty(_) => json!({"keyword": "empty", "encodedOperand": encoded}),
        Operand::Value(word) => value(word),
        Operand::List(items, _) => {
            let values: Vec<Value> = items.iter().map(|item| operand(item, source)).collect();
            json!({"values": values, "encodedOperand": encoded})
        }
        Operand::Function(function) => {
            let arguments: Vec<&str> = function.args.iter().map(|word| word.value.as_str()).collect();
            json!({"function": function.name.value, "arguments": arguments, "encodedOperand": encoded})
        }
    }
}

fn value(word: &Word) -> Value {
    json!({"value": word.value, "encodedValue": word.text})
}
