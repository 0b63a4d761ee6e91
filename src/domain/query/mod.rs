//! The query language of the list and of the command line, whole: free words, phrases, fields, ranges, negation and
//! alternatives. The contract's section "Query language" says what it means.
//!
//! [`Query::parse`] reads a text or says where it fails and what is expected there; [`Query::matches`] asks an
//! application, folding its text at most once; [`Query::marks`] says which parts of a cell its words match;
//! [`Query::needs`] tells which data a match touches; the [`Display`] of a query is its canonical form, which reads back
//! equal.
//!
//! [`Display`]: std::fmt::Display

mod fault;
mod field;
mod form;
mod marking;
#[cfg(test)]
mod marking_tests;
mod matching;
mod parse;
#[cfg(test)]
mod tests;
mod tree;
mod value;

use std::fmt;

pub use fault::{Problem, QueryError};
pub use field::{FIELDS, FieldId, FieldInfo, Kind};
pub use form::QueryForm;
pub use matching::{Needs, Scratch, Subject, is_item, is_me};
pub use tree::{Condition, Needle, Term, after_minus};
pub use value::{Feature, Listed, Reply, StatusChoice, Survey};

use super::calendar::Day;

/// What a query's words count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// 今日, in Japan.
    pub today: Day,
}

/// A query that was read. The empty one matches everything.
#[derive(Debug, Clone, Default)]
pub struct Query {
    terms: Vec<Term>,
    /// The terms, cheapest first.
    order: Vec<usize>,
    needs: Needs,
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.terms == other.terms
    }
}

impl Eq for Query {}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// The first place that is wrong, and what is expected there.
    pub fn parse(text: &str, context: &Context) -> Result<Self, QueryError> {
        parse::terms(text, context.today, false).map(Self::of)
    }

    /// Reads a query that somebody is still typing: a quote that is open at the end counts as closed.
    ///
    /// # Errors
    /// The first place that is wrong, and what is expected there.
    pub fn parse_typing(text: &str, context: &Context) -> Result<Self, QueryError> {
        parse::terms(text, context.today, true).map(Self::of)
    }

    /// Of terms that all must hold, as they would have been typed.
    #[must_use]
    pub fn of(terms: Vec<Term>) -> Self {
        let needs_of = |term: &Term| {
            let mut needs = Needs::default();
            term.alternatives.iter().for_each(|condition| needs.add(condition));
            needs
        };
        let mut order: Vec<usize> = (0..terms.len()).collect();
        order.sort_by_key(|i| needs_of(&terms[*i]).cost());
        let mut needs = Needs::default();
        terms.iter().flat_map(|term| &term.alternatives).for_each(|condition| needs.add(condition));
        Self { terms, order, needs }
    }

    /// The terms, as typed.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether it asks nothing and so matches everything.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Which data [`Query::matches`] touches.
    #[must_use]
    pub const fn needs(&self) -> Needs {
        self.needs
    }

    /// Whether an application matches. `scratch` may be used again for the next one, and should be.
    #[must_use]
    pub fn matches(&self, subject: &dyn Subject, scratch: &mut Scratch) -> bool {
        scratch.reset();
        self.order.iter().all(|i| {
            let term = &self.terms[*i];
            term.negated != term.alternatives.iter().any(|condition| matching::holds(condition, subject, scratch))
        })
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, term) in self.terms.iter().enumerate() {
            if i > 0 {
                f.write_str(" ")?;
            }
            term.fmt(f)?;
        }
        Ok(())
    }
}
