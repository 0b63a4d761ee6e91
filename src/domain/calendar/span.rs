//! Spans of time: what a query's `submitted:2020-10-01..2020-10-29` means. Days, months and hours are inclusive, in
//! Japan's time.

use std::fmt;

use jiff::civil::{DateTime, Time};

use super::super::application::Instant;
use super::fault::{DateError, Problem};
use super::read::{Dated, Written, read};
use super::{Day, JAPAN, civil, instant};

/// A span of time with both ends in it, in seconds since the Unix epoch; an end that is `None` is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateSpan {
    /// First second.
    pub from: Option<i64>,
    /// Last second.
    pub to: Option<i64>,
}

impl DateSpan {
    /// From the first to the last second.
    #[must_use]
    pub const fn new(from: Option<i64>, to: Option<i64>) -> Self {
        Self { from, to }
    }

    /// Whether an instant lies in it.
    #[must_use]
    pub fn contains(&self, at: &Instant) -> bool {
        self.from.is_none_or(|from| from <= at.seconds) && self.to.is_none_or(|to| at.seconds <= to)
    }

    /// Whether any part of a day (Japan's) lies in it.
    #[must_use]
    pub fn touches(&self, day: Day) -> bool {
        let first = instant(day.to_datetime(Time::midnight()), JAPAN).seconds;
        let last = first + 86_399;
        self.from.is_none_or(|from| from <= last) && self.to.is_none_or(|to| first <= to)
    }
}

impl fmt::Display for DateSpan {
    /// As short as the query language reads it back equal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = self.from.map(|seconds| edge(seconds, 0)).unwrap_or_default();
        let to = self.to.map(|seconds| edge(seconds, 59)).unwrap_or_default();
        if from == to { f.write_str(&from) } else { write!(f, "{from}..{to}") }
    }
}

/// One end in Japan's time, without the units that stand at their limit (`limit` 0 for a beginning, 59 for an end).
fn edge(seconds: i64, limit: i8) -> String {
    let at = civil(&Instant { seconds, offset_minutes: JAPAN });
    let last_hour = if limit == 0 { 0 } else { 23 };
    let mut text = at.date().to_string();
    if (at.hour(), at.minute(), at.second()) != (last_hour, limit, limit) {
        text += &format!("T{:02}", at.hour());
        if (at.minute(), at.second()) != (limit, limit) {
            text += &format!(":{:02}", at.minute());
            if at.second() != limit {
                text += &format!(":{:02}", at.second());
            }
        }
    }
    text
}

/// Reads a span: `a..b`, `..b`, `a..` (also with ～), or one date, which covers its whole second, minute, hour, day,
/// month or year. 今日, 昨日, 明日, 今月, 先月, 今年 (and `today`, `yesterday`, `tomorrow`) count from `today`.
///
/// # Errors
/// What was expected and where.
pub fn parse_span(text: &str, today: Day) -> Result<Dated<DateSpan>, DateError> {
    let Some((before, after, skipped)) = split(text) else {
        let written = one(text, today)?;
        return Ok(Dated { value: DateSpan::new(Some(begin(&written)), Some(end(&written))), notice: written.notice });
    };
    let second_column = before.chars().count() as u64 + skipped;
    let side = |text: &str, shift: u64| match text.trim().is_empty() {
        true => Ok(None),
        false => one(text, today).map(Some).map_err(|error| DateError { column: error.column + shift, ..error }),
    };
    let first = side(before, 0)?;
    let last = side(after, second_column)?;
    let span = DateSpan::new(first.as_ref().map(begin), last.as_ref().map(end));
    match (span.from, span.to) {
        (None, None) => Err(DateError { problem: Problem::Empty, column: 1 }),
        (Some(from), Some(to)) if from > to => Err(DateError { problem: Problem::Reversed, column: second_column + 1 }),
        _ => {
            let notice = first.and_then(|written| written.notice).or(last.and_then(|written| written.notice));
            Ok(Dated { value: span, notice })
        }
    }
}

/// Reads one day as a query's field takes it: a date in any form, or a word that counts from `today`.
///
/// # Errors
/// What was expected and where: a month, a year, a time or a range is no day.
pub fn parse_one_day(text: &str, today: Day) -> Result<Dated<Day>, DateError> {
    let written = one(text, today)?;
    let whole = written.first.time() == Time::midnight() && written.last.time() == Time::constant(23, 59, 59, 0);
    if !written.names_a_day || !whole {
        return Err(DateError { problem: Problem::NotADay, column: 1 });
    }
    Ok(Dated { value: written.first.date(), notice: written.notice })
}

fn begin(written: &Written) -> i64 {
    instant(written.first, written.offset).seconds
}

fn end(written: &Written) -> i64 {
    instant(written.last, written.offset).seconds
}

/// The two sides of a range, and how many characters its sign takes.
fn split(text: &str) -> Option<(&str, &str, u64)> {
    ["..", "．．", "～", "〜", "~"]
        .into_iter()
        .find_map(|sign| text.split_once(sign).map(|(before, after)| (before, after, sign.chars().count() as u64)))
}

/// One date, or a word that counts from today.
fn one(text: &str, today: Day) -> Result<Written, DateError> {
    let yesterday = today.yesterday().unwrap_or(today);
    let tomorrow = today.tomorrow().unwrap_or(today);
    let month_before = today.first_of_month().yesterday().unwrap_or(today);
    let (first, last) = match text.trim() {
        "今日" | "本日" | "today" => (today, today),
        "昨日" | "yesterday" => (yesterday, yesterday),
        "明日" | "tomorrow" => (tomorrow, tomorrow),
        "今月" => (today.first_of_month(), today.last_of_month()),
        "先月" => (month_before.first_of_month(), month_before),
        "今年" => (today.first_of_year(), today.last_of_year()),
        _ => return read(text),
    };
    let at = |day: Day, time: Time| -> DateTime { day.to_datetime(time) };
    Ok(Written {
        first: at(first, Time::midnight()),
        last: last.at(23, 59, 59, 0),
        offset: JAPAN,
        names_a_day: first == last,
        notice: None,
    })
}
