//! Why a text is no query: where, and what is expected there. Never says the text itself: it may hold a name.

use std::ops::Range;

use super::super::calendar::DateError;
use super::super::fault::{Arguments, Fault, Outcome, Place};

/// What is wrong with a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// A quote that nothing closes.
    Unclosed,
    /// A word before a colon that is no field.
    UnknownField,
    /// No status.
    BadStatus,
    /// No date or range of dates.
    BadDate,
    /// Nothing to look for.
    EmptyValue,
    /// Not one of the listed values.
    BadValue,
    /// A minus that doesn't begin a term.
    StrayMinus,
}

/// A text that is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a query: {} at character {column}", self.code())]
pub struct QueryError {
    /// What is wrong.
    pub problem: Problem,
    /// Where, in characters of the text, counted from 1.
    pub column: u64,
    /// The wrong part, in bytes of the text; empty where something is missing.
    pub span: Range<usize>,
    /// What may stand there, best guess first: words of the query language, the same in every language.
    pub expected: Vec<String>,
    /// Why it is no date.
    #[source]
    pub date: Option<DateError>,
}

impl Fault for QueryError {
    fn code(&self) -> &'static str {
        match self.problem {
            Problem::Unclosed => "query.unclosed",
            Problem::UnknownField => "query.unknown_field",
            Problem::BadStatus => "query.bad_status",
            Problem::BadDate => "query.bad_date",
            Problem::EmptyValue => "query.empty_value",
            Problem::BadValue => "query.bad_value",
            Problem::StrayMinus => "query.stray_minus",
        }
    }

    fn arguments(&self) -> Arguments {
        vec![("column", self.column.to_string()), ("expected", self.expected.join(" / "))]
    }

    fn place(&self) -> Option<Place> {
        Some(Place { column: Some(self.column), ..Place::default() })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}
