//! Why a text is no date, and where. Never says the text itself: it is an applicant's.

use super::super::fault::{Arguments, Fault, Outcome, Place};
use super::Era;

/// What is wrong with a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// No text, or a range without either end.
    Empty,
    /// A year of four digits, an era with its year, or eight digits were expected.
    BadYear,
    /// A month 1–12 was expected, with 月 after a year with 年.
    BadMonth,
    /// A day 1–31 was expected.
    BadDay,
    /// The month has no such day.
    NoSuchDay,
    /// A time such as 09:24 or 09時24分 was expected.
    BadTime,
    /// An offset such as +09:00 was expected.
    BadOffset,
    /// The date should have ended here.
    Trailing,
    /// A year or month where a day is needed.
    NotADay,
    /// The era had not begun.
    BeforeEra(Era),
    /// The era had ended.
    AfterEra(Era),
    /// Before 明治6年: dates of the old calendar aren't converted.
    Lunar,
    /// The range ends before it begins.
    Reversed,
}

/// A text that is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date: {} at character {column}", self.code())]
pub struct DateError {
    /// What is wrong.
    pub problem: Problem,
    /// Where, in characters of the text, counted from 1.
    pub column: u64,
}

impl Fault for DateError {
    fn code(&self) -> &'static str {
        match self.problem {
            Problem::Empty => "date.empty",
            Problem::BadYear => "date.bad_year",
            Problem::BadMonth => "date.bad_month",
            Problem::BadDay => "date.bad_day",
            Problem::NoSuchDay => "date.no_such_day",
            Problem::BadTime => "date.bad_time",
            Problem::BadOffset => "date.bad_offset",
            Problem::Trailing => "date.trailing",
            Problem::NotADay => "date.not_a_day",
            Problem::BeforeEra(_) => "date.before_era",
            Problem::AfterEra(_) => "date.after_era",
            Problem::Lunar => "date.lunar",
            Problem::Reversed => "date.reversed",
        }
    }

    fn arguments(&self) -> Arguments {
        let mut arguments = vec![("column", self.column.to_string())];
        match self.problem {
            Problem::BeforeEra(era) => {
                let day = era.first();
                arguments.push(("era", era.name().to_owned()));
                arguments.push(("bound", format!("{}年{}月{}日", day.year(), day.month(), day.day())));
            }
            Problem::AfterEra(era) => {
                arguments.push(("era", era.name().to_owned()));
                arguments.push(("bound", era.last().map(super::wareki_day).unwrap_or_default()));
            }
            _ => {}
        }
        arguments
    }

    fn place(&self) -> Option<Place> {
        Some(Place { column: Some(self.column), ..Place::default() })
    }

    fn outcome(&self) -> Outcome {
        Outcome::Usage
    }
}
