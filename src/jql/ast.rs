//! The tree of a query. Every node knows where in the source it stands, and both what was written
//! and what it means.

use std::ops::Range;

/// A stretch of the source, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

impl Span {
    /// From `start` up to `end`.
    #[must_use]
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The smallest span around both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self {
            start: self.start.min(other.start),
            end: self.end.max(other.end),
        }
    }

    /// For slicing the source.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// A whole query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The restriction; `None` matches everything.
    pub where_: Option<Expr>,
    /// The source of the restriction, outer parentheses included.
    pub where_span: Option<Span>,
    /// Sort keys, most significant first.
    pub order_by: Option<Vec<SortKey>>,
    /// The source from `ORDER` to its last key.
    pub order_span: Option<Span>,
}

/// A restriction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// All of two or more.
    And(Vec<Expr>, Span),
    /// Any of two or more.
    Or(Vec<Expr>, Span),
    /// The opposite.
    Not(Box<Expr>, Span),
    /// One condition.
    Clause(Box<Clause>),
}

/// `status = Open`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The left side.
    pub field: FieldRef,
    /// The operator.
    pub operator: Operator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// The right side; only `CHANGED` has none.
    pub operand: Option<Operand>,
    /// What limits a `WAS` or `CHANGED`.
    pub predicates: Vec<Predicate>,
    /// The whole of it.
    pub span: Span,
}

/// A field as a query names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRef {
    /// Decoded name; `cf[10001]` without spaces for a field by number.
    pub name: String,
    /// As written.
    pub text: String,
    /// The digits of `cf[…]`.
    pub custom: Option<String>,
    /// Whether the name was an unquoted number.
    pub number: bool,
    /// `[key].path` of entity properties.
    pub properties: Vec<Property>,
    /// Where it stands, properties included.
    pub span: Span,
}

/// `[key].path` behind a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The property's key.
    pub key: Word,
    /// Path into its value, with its dots.
    pub path: Vec<Word>,
}

/// A text or number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Without quotation marks, escapes decoded.
    pub value: String,
    /// As written.
    pub text: String,
    /// Whether it was an unquoted number.
    pub number: bool,
    /// Where it stands.
    pub span: Span,
}

/// A right side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// `EMPTY` or `NULL`.
    Empty(Span),
    /// A single value.
    Value(Word),
    /// Several, perhaps nested.
    List(Vec<Operand>, Span),
    /// A call.
    Function(Function),
}

/// `startOfDay(-1d)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: Word,
    /// Its arguments.
    pub args: Vec<Word>,
    /// Name to closing parenthesis.
    pub span: Span,
}

/// `BY jdoe`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Predicate {
    /// Which.
    pub operator: PredicateOperator,
    /// Its operand.
    pub operand: Operand,
    /// Both.
    pub span: Span,
}

/// One key of `ORDER BY`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// By what.
    pub field: FieldRef,
    /// Which way; `None` leaves it to the field.
    pub direction: Option<Direction>,
}

/// Which way to sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

macro_rules! operators {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Lower case, single-spaced.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

operators! {
    /// What a clause does with its field.
    Operator {
        /// `=`
        Eq = "=",
        /// `!=`
        NotEq = "!=",
        /// `~`
        Like = "~",
        /// `!~`
        NotLike = "!~",
        /// `<`
        Lt = "<",
        /// `>`
        Gt = ">",
        /// `<=`
        LtEq = "<=",
        /// `>=`
        GtEq = ">=",
        /// `IN`
        In = "in",
        /// `NOT IN`
        NotIn = "not in",
        /// `IS`
        Is = "is",
        /// `IS NOT`
        IsNot = "is not",
        /// `WAS`
        Was = "was",
        /// `WAS NOT`
        WasNot = "was not",
        /// `WAS IN`
        WasIn = "was in",
        /// `WAS NOT IN`
        WasNotIn = "was not in",
        /// `CHANGED`
        Changed = "changed",
    }
}

operators! {
    /// What limits a `WAS` or `CHANGED`.
    PredicateOperator {
        /// `BEFORE`
        Before = "before",
        /// `AFTER`
        After = "after",
        /// `ON`
        On = "on",
        /// `DURING`
        During = "during",
        /// `BY`
        By = "by",
        /// `FROM`
        From = "from",
        /// `TO`
        To = "to",
    }
}

impl Expr {
    /// Where it stands, without parentheses around it.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::And(_, span) | Self::Or(_, span) | Self::Not(_, span) => *span,
            Self::Clause(clause) => clause.span,
        }
    }

    /// Its conditions from left to right.
    #[must_use]
    pub fn clauses(&self) -> Vec<&Clause> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(expr) = open.pop() {
            match expr {
                Self::And(all, _) | Self::Or(all, _) => open.extend(all.iter().rev()),
                Self::Not(inner, _) => open.push(inner),
                Self::Clause(clause) => found.push(&**clause),
            }
        }
        found
    }
}

impl Operand {
    /// Where it stands.
    #[must_use]
    pub fn span(&self) -> Span {
        match self {
            Self::Empty(span) | Self::List(_, span) => *span,
            Self::Value(word) => word.span,
            Self::Function(function) => function.span,
        }
    }

    /// What it holds when nested lists are taken apart: values, functions and `EMPTY`.
    #[must_use]
    pub fn flat(&self) -> Vec<&Operand> {
        let mut found = Vec::new();
        let mut open = vec![self];
        while let Some(operand) = open.pop() {
            match operand {
                Self::List(items, _) => open.extend(items.iter().rev()),
                other => found.push(other),
            }
        }
        found
    }
}

impl Query {
    /// Whether it has a restriction; Jira Cloud refuses to search without one.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        self.where_.is_some()
    }

    /// Every condition, from left to right.
    #[must_use]
    pub fn clauses(&self) -> Vec<&Clause> {
        self.where_.as_ref().map(Expr::clauses).unwrap_or_default()
    }

    /// Every field named, conditions before sort keys.
    pub fn fields(&self) -> impl Iterator<Item = &FieldRef> {
        let sorts = self.order_by.iter().flatten().map(|key| &key.field);
        self.clauses().into_iter().map(|clause| &clause.field).chain(sorts)
    }

    /// Every function called, those of predicates included.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        let operands = self.clauses().into_iter().flat_map(|clause| {
            let predicates = clause.predicates.iter().map(|predicate| &predicate.operand);
            clause.operand.iter().chain(predicates)
        });
        operands.flat_map(Operand::flat).filter_map(|operand| match operand {
            Operand::Function(function) => Some(function),
            _ => None,
        })
    }
}
