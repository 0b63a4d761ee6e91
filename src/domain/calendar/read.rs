//! Reading a single date, with what it may be short of (day, month) or have beyond (time, offset).

use jiff::civil::{DateTime, Time};

use super::super::application::Instant;
use super::era::SOLAR;
use super::fault::{DateError, Problem};
use super::scan::Scan;
use super::{Day, Era, JAPAN, civil, instant};

/// A date that was read, with what a person should know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated<T> {
    /// The date.
    pub value: T,
    /// What is odd about how it was written.
    pub notice: Option<Notice>,
}

/// What is odd about a date that could be read all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// 平成31年5月1日 and later: forms printed before the change of era go on saying 平成.
    EraHadEnded(Era),
}

impl Notice {
    /// The key of its sentence in the message files.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::EraHadEnded(_) => "date.notice.era_had_ended",
        }
    }
}

/// What a text covers: from its first to its last second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) first: DateTime,
    pub(super) last: DateTime,
    /// Minutes; Japan's where the text says none.
    pub(super) offset: i16,
    /// Whether it names a day at least.
    pub(super) names_a_day: bool,
    pub(super) notice: Option<Notice>,
}

/// Reads a day. A time is allowed, and the day is Japan's at that time.
///
/// # Errors
/// What was expected and where; a year or month alone is no day.
pub fn parse_day(text: &str) -> Result<Dated<Day>, DateError> {
    let dated = parse_instant(text)?;
    let day = civil(&Instant { offset_minutes: JAPAN, ..dated.value }).date();
    Ok(Dated { value: day, notice: dated.notice })
}

/// Reads a day with or without a time; without one, it is the day's first second.
///
/// # Errors
/// What was expected and where; a year or month alone is no day.
pub fn parse_instant(text: &str) -> Result<Dated<Instant>, DateError> {
    let written = read(text)?;
    if !written.names_a_day {
        return Err(DateError { problem: Problem::NotADay, column: 1 });
    }
    Ok(Dated { value: instant(written.first, written.offset), notice: written.notice })
}

/// Reads a whole text.
pub(super) fn read(text: &str) -> Result<Written, DateError> {
    let mut scan = Scan::new(text);
    scan.spaces();
    if scan.is_at_end() {
        return Err(DateError { problem: Problem::Empty, column: 1 });
    }
    let written = date(&mut scan)?;
    let written = if written.names_a_day { time(&mut scan, written)? } else { written };
    scan.spaces();
    if scan.is_at_end() { Ok(written) } else { Err(scan.error(Problem::Trailing)) }
}

/// Year, month and day as far as they are written, with the columns that an error would name.
struct Parts {
    era: Option<Era>,
    /// Of the era, else Western.
    year: i16,
    month: Option<i8>,
    day: Option<(i8, u64)>,
    column: u64,
}

fn date(scan: &mut Scan) -> Result<Written, DateError> {
    let column = scan.column();
    let era = scan.era();
    if era.is_none() {
        match scan.digits_ahead() {
            8 => return compact(scan, None, column),
            7 => {
                let era = scan.fixed(1).and_then(Era::numbered);
                let era = era.ok_or(DateError { problem: Problem::BadYear, column })?;
                return compact(scan, Some(era), column);
            }
            _ => {}
        }
    }
    scan.spaces();
    let year_column = scan.column();
    let bad_year = DateError { problem: Problem::BadYear, column: year_column };
    let year = match era {
        Some(_) if scan.take('元') => 1,
        Some(_) => scan.number().filter(|(year, _)| (1..=99).contains(year)).ok_or(bad_year)?.0,
        None => scan.number().filter(|(year, length)| *length == 4 && *year > 0).ok_or(bad_year)?.0,
    };
    let mut parts = Parts { era, year: year as i16, month: None, day: None, column };
    scan.spaces();
    if scan.take('年') {
        scan.spaces();
        let at = scan.column();
        if let Some((month, _)) = scan.number() {
            parts.month = Some(valid(month, 12, Problem::BadMonth, at)?);
            scan.spaces();
            if !scan.take('月') {
                return Err(scan.error(Problem::BadMonth));
            }
            scan.spaces();
            let at = scan.column();
            if let Some((day, _)) = scan.number() {
                parts.day = Some((valid(day, 31, Problem::BadDay, at)?, at));
                scan.spaces();
                scan.take('日');
            }
        }
    } else if let Some(mark) = ['-', '/', '.'].into_iter().find(|mark| scan.take_before_number(*mark)) {
        let at = scan.column();
        let (month, _) = scan.number().ok_or(scan.error(Problem::BadMonth))?;
        parts.month = Some(valid(month, 12, Problem::BadMonth, at)?);
        if scan.take_before_number(mark) {
            let at = scan.column();
            let (day, _) = scan.number().ok_or(scan.error(Problem::BadDay))?;
            parts.day = Some((valid(day, 31, Problem::BadDay, at)?, at));
        }
    }
    resolve(&parts)
}

/// The six or eight digits of a date without separators.
fn compact(scan: &mut Scan, era: Option<Era>, column: u64) -> Result<Written, DateError> {
    let digits = if era.is_some() { 2 } else { 4 };
    let year = scan.fixed(digits).filter(|year| *year > 0).ok_or(DateError { problem: Problem::BadYear, column })?;
    let at = scan.column();
    let month = valid(scan.fixed(2).unwrap_or(0), 12, Problem::BadMonth, at)?;
    let at = scan.column();
    let day = valid(scan.fixed(2).unwrap_or(0), 31, Problem::BadDay, at)?;
    resolve(&Parts { era, year: year as i16, month: Some(month), day: Some((day, at)), column })
}

fn valid(number: u32, most: u32, problem: Problem, column: u64) -> Result<i8, DateError> {
    if (1..=most).contains(&number) { Ok(number as i8) } else { Err(DateError { problem, column }) }
}

/// Finds the days that the parts mean, within the bounds of the era.
fn resolve(parts: &Parts) -> Result<Written, DateError> {
    let error = |problem| DateError { problem, column: parts.column };
    let year = parts.era.map_or(parts.year, |era| era.western(parts.year));
    let (month, day) = (parts.month.unwrap_or(1), parts.day.map_or(1, |(day, _)| day));
    let no_such_day = DateError { problem: Problem::NoSuchDay, column: parts.day.map_or(parts.column, |(_, at)| at) };
    let mut first = Day::new(year, month, day).map_err(|_| no_such_day)?;
    let mut last = match (parts.month, parts.day) {
        (_, Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        (None, None) => first.last_of_year(),
    };
    let mut notice = None;
    if let Some(era) = parts.era {
        if last < SOLAR {
            return Err(error(Problem::Lunar));
        }
        if last < era.first() {
            return Err(error(Problem::BeforeEra(era)));
        }
        first = first.max(era.first());
        match era.last() {
            Some(end) if first > end && era == Era::Heisei => notice = Some(Notice::EraHadEnded(era)),
            Some(end) if first > end => return Err(error(Problem::AfterEra(era))),
            Some(end) => last = last.min(end),
            None => {}
        }
    }
    Ok(Written {
        first: first.to_datetime(Time::midnight()),
        last: last.at(23, 59, 59, 0),
        offset: JAPAN,
        names_a_day: parts.day.is_some(),
        notice,
    })
}

/// A time after the day, if there is one.
fn time(scan: &mut Scan, day: Written) -> Result<Written, DateError> {
    let hour_may_stand_alone = scan.take_before_number('t');
    if !hour_may_stand_alone {
        scan.spaces();
    }
    let half = if scan.take_word("午前") {
        Some(0)
    } else if scan.take_word("午後") {
        Some(12)
    } else {
        None
    };
    scan.spaces();
    let at = scan.column();
    let Some((hour, _)) = scan.number() else {
        return if half.is_some() { Err(scan.error(Problem::BadTime)) } else { Ok(day) };
    };
    let hour = match half {
        Some(half) if hour <= 12 => half + hour % 12,
        Some(_) => 24,
        None => hour,
    };
    let hour = below(hour, 24, at)?;
    let (mut minute, mut second) = (None, None);
    if scan.take('時') {
        minute = unit(scan, '分')?;
        second = if minute.is_some() { unit(scan, '秒')? } else { None };
    } else if scan.take(':') {
        minute = Some(sixty(scan)?);
        if scan.take(':') {
            second = Some(sixty(scan)?);
            if scan.take_before_number('.') {
                while scan.take_any("0123456789").is_some() {}
            }
        }
    } else if !hour_may_stand_alone {
        return Err(scan.error(Problem::BadTime));
    }
    let offset = offset(scan)?;
    let at = |hour: i8, minute: i8, second: i8, date: Day| date.at(hour, minute, second, 0);
    Ok(Written {
        first: at(hour, minute.unwrap_or(0), second.unwrap_or(0), day.first.date()),
        last: at(hour, minute.unwrap_or(59), second.unwrap_or(59), day.first.date()),
        offset,
        ..day
    })
}

/// A number with its unit, if one comes.
fn unit(scan: &mut Scan, unit: char) -> Result<Option<i8>, DateError> {
    scan.spaces();
    let at = scan.column();
    let Some((number, _)) = scan.number() else { return Ok(None) };
    let number = below(number, 60, at)?;
    if scan.take(unit) { Ok(Some(number)) } else { Err(scan.error(Problem::BadTime)) }
}

fn sixty(scan: &mut Scan) -> Result<i8, DateError> {
    let at = scan.column();
    let (number, _) = scan.number().ok_or(scan.error(Problem::BadTime))?;
    below(number, 60, at)
}

fn below(number: u32, bound: u32, column: u64) -> Result<i8, DateError> {
    if number < bound { Ok(number as i8) } else { Err(DateError { problem: Problem::BadTime, column }) }
}

/// The offset from UTC in minutes; Japan's where none is written.
fn offset(scan: &mut Scan) -> Result<i16, DateError> {
    let bad = scan.error(Problem::BadOffset);
    if scan.take('z') {
        return Ok(0);
    }
    let sign = match scan.take_any("+-") {
        Some('-') => -1,
        Some(_) => 1,
        None => return Ok(JAPAN),
    };
    let hours = scan.fixed(2).filter(|hours| *hours < 24).ok_or(bad)?;
    scan.take(':');
    let minutes = scan.fixed(2).filter(|minutes| *minutes < 60).ok_or(bad)?;
    Ok(sign * (hours * 60 + minutes) as i16)
}
