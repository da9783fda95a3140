//! The tree as JSON, in the form that `crosstie jql parse` prints.

use serde_json::{Value, json};

use super::ast::{Direction, Expr, FieldRef, Operand, Predicate, Query, SortKey};
use super::error::ParseError;
use super::parser::parse;

/// One query to one `{"ok", "ast", "error"}`.
#[must_use]
pub fn parse_line(source: &str) -> Value {
    match parse(source) {
        Ok(query) => json!({"ok": true, "ast": to_json(&query), "error": null}),
        Err(error) => json!({"ok": false, "ast": null, "error": error_json(&error)}),
    }
}

fn error_json(error: &ParseError) -> Value {
    json!({"line": error.line, "column": error.column, "message": error.to_string()})
}

/// The tree of a query.
#[must_use]
pub fn to_json(query: &Query) -> Value {
    json!({
        "where": query.where_.as_ref().map(expr),
        "orderBy": query.order_by.as_ref().map(|keys| keys.iter().map(sort_key).collect::<Vec<_>>()),
    })
}

fn sort_key(key: &SortKey) -> Value {
    let direction = key.direction.map(|direction| match direction {
        Direction::Asc => "asc",
        Direction::Desc => "desc",
    });
    json!({"field": field(&key.field), "direction": direction})
}

fn expr(node: &Expr) -> Value {
    let all = |nodes: &[Expr]| nodes.iter().map(expr).collect::<Vec<_>>();
    match node {
        Expr::And(nodes, _) => json!({"type": "and", "clauses": all(nodes)}),
        Expr::Or(nodes, _) => json!({"type": "or", "clauses": all(nodes)}),
        Expr::Not(inner, _) => json!({"type": "not", "clause": expr(inner)}),
        Expr::Clause(clause) => json!({
            "type": "clause",
            "field": field(&clause.field),
            "operator": clause.operator.as_str(),
            "operand": clause.operand.as_ref().map(operand),
            "predicates": clause.predicates.iter().map(predicate).collect::<Vec<_>>(),
        }),
    }
}

fn field(field: &FieldRef) -> Value {
    let properties: Vec<Value> = field
        .properties
        .iter()
        .map(|property| {
            let path: Vec<&str> = property.path.iter().map(|word| word.value.as_str()).collect();
            json!({"key": property.key.value, "path": path})
        })
        .collect();
    // Atlassian's tree names a field by number with the text of all of it.
    let name = if field.custom.is_some() {
        &field.text
    } else {
        &field.name
    };
    json!({"name": name, "text": field.text, "properties": properties})
}

fn predicate(predicate: &Predicate) -> Value {
    json!({"operator": predicate.operator.as_str(), "operand": operand(&predicate.operand)})
}

fn operand(node: &Operand) -> Value {
    match node {
        Operand::Empty(_) => json!({"type": "empty"}),
        Operand::Value(word) => json!({"type": "value", "value": word.value, "text": word.text}),
        Operand::List(items, _) => {
            json!({"type": "list", "values": items.iter().map(operand).collect::<Vec<_>>()})
        }
        Operand::Function(function) => {
            let args: Vec<&str> = function.args.iter().map(|word| word.value.as_str()).collect();
            json!({"type": "function", "name": function.name.value, "args": args})
        }
    }
}
