//! Dates as the field writes them: 和暦 and Western, with or without a time.
//!
//! Rules: domain.md §5.4. A time without an offset is Japan's (+09:00). Nothing here reads a clock: who asks for 今日
//! says which day it is.

mod era;
mod fault;
mod read;
mod scan;
mod span;
#[cfg(test)]
mod tests;
mod write;

pub use era::{Era, wareki};
pub use fault::{DateError, Problem};
pub use jiff::civil::Date as Day;
pub use read::{Dated, Notice, parse_day, parse_instant};
pub use span::{DateSpan, parse_one_day, parse_span};
pub use write::{civil, iso, usual_writings, wareki_day, wareki_time};

use jiff::civil::DateTime;

use super::application::Instant;

/// Japan's offset from UTC, minutes.
pub const JAPAN: i16 = 540;

/// A civil date and time at an offset, as an instant.
#[must_use]
pub fn instant(at: DateTime, offset_minutes: i16) -> Instant {
    let local = EPOCH.duration_until(at).as_secs();
    Instant { seconds: local - i64::from(offset_minutes) * 60, offset_minutes }
}

/// A day as the log keeps it: how many days after 1970-01-01. `None` for a day before that.
#[must_use]
pub fn day_number(day: Day) -> Option<u64> {
    let seconds = EPOCH.duration_until(day.to_datetime(jiff::civil::Time::midnight())).as_secs();
    u64::try_from(seconds.div_euclid(86_400)).ok()
}

/// The day of such a number; `None` beyond what a calendar shows.
#[must_use]
pub fn day_of_number(number: u64) -> Option<Day> {
    let days = i64::try_from(number).ok().filter(|days| *days <= 2_932_896)?;
    EPOCH.date().checked_add(jiff::Span::new().days(days)).ok()
}

const EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
