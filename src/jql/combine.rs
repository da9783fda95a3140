//! Narrowing somebody's query without misreading it.

use super::ast::{Expr, Query, Span};
use super::error::ParseError;
use super::parser::parse;

impl Query {
    /// This query, further restricted; its order stays.
    #[must_use]
    pub fn and(mut self, restriction: Expr) -> Self {
        self.where_ = Some(match self.where_.take() {
            Some(own) => Expr::And(vec![own, restriction], Span::default()),
            None => restriction,
        });
        self
    }
}

/// `source` further restricted, both as they were written: what the user wrote goes into
/// parentheses, the restriction too, and `ORDER BY` stays last (that of `source`, else that of the
/// restriction).
///
/// # Errors
/// Whichever of the two is no JQL.
pub fn combine(source: &str, restriction: &str) -> Result<String, ParseError> {
    let queries = [(parse(source)?, source), (parse(restriction)?, restriction)];
    let conditions: Vec<String> = queries
        .iter()
        .filter_map(|(query, text)| Some(format!("({})", &text[query.where_span?.range()])))
        .collect();
    let mut combined = match conditions.as_slice() {
        // Alone, it needs no parentheses.
        [only] => only[1..only.len() - 1].to_owned(),
        all => all.join(" AND "),
    };
    let order = queries
        .iter()
        .find_map(|(query, text)| Some(&text[query.order_span?.range()]));
    if let Some(order) = order {
        if !combined.is_empty() {
            combined.push(' ');
        }
        combined.push_str(order);
    }
    Ok(combined)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_conditions_hold_and_the_order_stays_last() {
        let cases = [
            (
                "a = 1 OR b = 2 order by c desc",
                "label = x",
                "(a = 1 OR b = 2) AND (label = x) order by c desc",
            ),
            ("(a = 1)", "b = 2 or c = 3", "((a = 1)) AND (b = 2 or c = 3)"),
            ("", "b = 2", "b = 2"),
            ("a = 1", " ", "a = 1"),
            ("order by a", "b = 2", "b = 2 order by a"),
            ("a = 1", "b = 2 order by d", "(a = 1) AND (b = 2) order by d"),
            ("a = \\ ", "b = 2", "(a = \\ ) AND (b = 2)"),
            ("", "", ""),
        ];
        for (source, restriction, expected) in cases {
            let combined = combine(source, restriction).unwrap();
            assert_eq!(combined, expected);
            parse(&combined).unwrap();
        }
        assert!(combine("a = 1) OR (b = 2", "c = 3").is_err());
    }

    #[test]
    fn the_tree_is_restricted_as_the_text_is() {
        let restriction = parse("b = 2 OR c = 3").unwrap().where_.unwrap();
        let query = parse("x = 1 OR y = 2 ORDER BY d").unwrap().and(restriction.clone());
        assert_eq!(query.to_string(), "(x = 1 OR y = 2) AND (b = 2 OR c = 3) ORDER BY d");
        assert_eq!(
            parse("ORDER BY d").unwrap().and(restriction).to_string(),
            "b = 2 OR c = 3 ORDER BY d"
        );
    }
}
