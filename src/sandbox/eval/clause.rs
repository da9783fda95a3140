//! One condition: is the field known, does it take the operator and the operand, and then which test it is.
//!
//! Must never be in here: the comparing itself.

use super::{
    Compiler, Test,
    functions::{self, Spec},
    relation::{Atom, Relation, atom, shown},
    subject::Subject,
};
use crate::{
    jql::{Clause, Function, Operand, Operator},
    sandbox::model::{Issue, IssueIdx},
};

impl<'w> Compiler<'w> {
    pub(super) fn clause(&mut self, clause: &Clause, negated: bool) -> Test<'w> {
        let Some(subject) = Subject::of(self.world, &clause.field) else {
            let name = &clause.field.name;
            return self.wrong(format!(
                "Field '{name}' does not exist or you do not have permission to view it."
            ));
        };
        if !subject.takes(clause.operator, self.world.flavour) {
            let (operator, name) = (clause.operator.as_str(), &clause.field.name);
            return self.wrong(format!(
                "The operator '{operator}' is not supported by the '{name}' field."
            ));
        }
        if let Some(problem) = self.operand_problem(clause, subject) {
            return self.wrong(problem);
        }
        let atoms: Vec<_> = clause
            .operand
            .as_ref()
            .map(Operand::flat)
            .unwrap_or_default()
            .into_iter()
            .filter_map(atom)
            .collect();
        let Some(relation) = Relation::of(clause.operator, negated) else {
            return self.history(clause, subject, &atoms, negated);
        };
        let relation = emptiness(relation, &atoms);
        let name = clause.field.name.as_str();
        match subject {
            Subject::Key => self.keys(relation, &atoms, name),
            Subject::Ids(ids) => self.ids(ids, relation, &atoms, name),
            Subject::Labels(field) => self.labels(field, relation, &atoms),
            Subject::Exact(field) => self.exact(field, relation, &atoms),
            Subject::Date(_) | Subject::CustomDate(_) => self.dates(subject, relation, &atoms, name),
            Subject::Number(_) | Subject::CustomNumber(_) => self.numbers(subject, relation, &atoms, name),
            Subject::Text(_) | Subject::AnyText | Subject::CustomText(_) => self.texts(subject, relation, &atoms, name),
            Subject::Attachments => match relation {
                Relation::Empty => Box::new(|issue: &Issue, _: IssueIdx| issue.attachments.is_empty()),
                _ => Box::new(|issue: &Issue, _: IssueIdx| !issue.attachments.is_empty()),
            },
        }
    }

    /// What is wrong with the operand, whatever the field.
    fn operand_problem(&self, clause: &Clause, subject: Subject) -> Option<String> {
        let (operator, name) = (clause.operator.as_str(), &clause.field.name);
        let operand = clause.operand.as_ref()?;
        for part in operand.flat() {
            if let Operand::Empty(_) = part
                && !subject.can_be_empty(self.world.flavour)
            {
                return Some(format!(
                    "The field '{name}' does not support searching for EMPTY values."
                ));
            }
            let Operand::Function(function) = part else { continue };
            let Some(spec) = functions::spec(&function.name.value) else {
                return Some(format!("Unable to find JQL function '{}'.", shown(function)));
            };
            if let Some(problem) = arity(function, spec) {
                return Some(problem);
            }
        }
        let list = matches!(
            clause.operator,
            Operator::In | Operator::NotIn | Operator::WasIn | Operator::WasNotIn
        );
        match operand {
            Operand::Function(function) if !list && functions::spec(&function.name.value).is_some_and(|s| s.list) => {
                let shown = shown(function);
                Some(format!(
                    "Operator '{operator}' does not support the list value '{shown}' for field '{name}'."
                ))
            }
            Operand::Function(function) if list && functions::spec(&function.name.value).is_some_and(|s| !s.list) => {
                let shown = shown(function);
                Some(format!(
                    "Operator '{operator}' does not support the non-list value '{shown}' for field '{name}'."
                ))
            }
            _ => None,
        }
    }
}

/// `x = EMPTY` is `x IS EMPTY`, and `x != EMPTY` is `x IS NOT EMPTY`.
fn emptiness(relation: Relation, atoms: &[Atom<'_>]) -> Relation {
    match (relation, atoms) {
        (Relation::Among, [Atom::Empty]) => Relation::Empty,
        (Relation::NotAmong, [Atom::Empty]) => Relation::NotEmpty,
        _ => relation,
    }
}

fn arity(function: &Function, spec: &Spec) -> Option<String> {
    let (name, many) = (&function.name.value, function.args.len());
    if (spec.least..=spec.most).contains(&many) {
        return None;
    }
    let expected = if spec.least == spec.most {
        format!("'{}'", spec.least)
    } else {
        format!("between '{}' and '{}'", spec.least, spec.most)
    };
    Some(format!(
        "Function '{name}' expected {expected} arguments but received '{many}'."
    ))
}
