//! A list of closed days: CSV in UTF-8 or CP932, a day and its name a row, as the 内閣府 gives out 国民の祝日. A first row
//! whose first cell is no day is the header.

use encoding_rs::SHIFT_JIS;

use crate::domain::calendar::{Day, parse_day};

/// The longest file, bytes: ten thousand years of them.
pub const LONGEST: u64 = 4 << 20;

/// A day on which the office is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedDay {
    /// The day.
    pub day: Day,
    /// What it is called.
    pub name: String,
}

/// Why a list can't be read; lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ClosedDaysFault {
    /// Neither UTF-8 nor CP932.
    #[error("not a text")]
    NotText,
    /// A row that isn't one.
    #[error("line {0}: no row")]
    Row(u64),
    /// A row whose first cell is no day.
    #[error("line {0}: no day")]
    NoDay(u64),
    /// Not a single day.
    #[error("no days")]
    Empty,
}

/// Reads a list, in the order of the days; of two rows for one day the later holds.
///
/// # Errors
/// The first thing that is wrong: a calendar is taken whole or not at all.
pub fn read(bytes: &[u8]) -> Result<Vec<ClosedDay>, ClosedDaysFault> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(_) => {
            SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).ok_or(ClosedDaysFault::NotText)?
        }
    };
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut days = std::collections::BTreeMap::new();
    let mut is_first = true;
    for record in reader.records() {
        let record = record.map_err(|error| ClosedDaysFault::Row(error.position().map_or(0, csv::Position::line)))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let header = std::mem::replace(&mut is_first, false);
        if cell(0).is_empty() && cell(1).is_empty() {
            continue;
        }
        match parse_day(cell(0)) {
            // A name of one line: the log keeps a name a line.
            Ok(day) => drop(days.insert(day.value, cell(1).replace(char::is_control, " "))),
            Err(_) if header => {}
            Err(_) => return Err(ClosedDaysFault::NoDay(line)),
        }
    }
    if days.is_empty() {
        return Err(ClosedDaysFault::Empty);
    }
    Ok(days.into_iter().map(|(day, name)| ClosedDay { day, name }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(bytes: &[u8]) -> Result<Vec<(String, String)>, ClosedDaysFault> {
        Ok(read(bytes)?.into_iter().map(|one| (one.day.to_string(), one.name)).collect())
    }

    #[test]
    fn the_list_of_the_cabinet_office_is_read_in_either_encoding() {
        let text = "国民の祝日・休日月日,国民の祝日・休日名称\r\n2026/11/23,勤労感謝の日\r\n2026/11/3,文化の日\r\n";
        let expected = [("2026-11-03", "文化の日"), ("2026-11-23", "勤労感謝の日")];
        let expected: Vec<_> = expected.map(|(day, name)| (day.to_owned(), name.to_owned())).to_vec();
        assert_eq!(told(text.as_bytes()), Ok(expected.clone()));
        assert_eq!(told(format!("\u{feff}{text}").as_bytes()), Ok(expected.clone()));
        let (bytes, _, _) = SHIFT_JIS.encode(text);
        assert_eq!(told(&bytes), Ok(expected));
        assert_eq!(told("令和8年10月1日,開庁記念日\n\n".as_bytes()).map(|days| days.len()), Ok(1));
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        assert_eq!(told(b"day,name\n"), Err(ClosedDaysFault::Empty));
        assert_eq!(told("2026-01-01,元日\nいつか,休み\n".as_bytes()), Err(ClosedDaysFault::NoDay(2)));
        assert_eq!(told(b"\xff\xff"), Err(ClosedDaysFault::NotText));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            drop(read(&bytes));
        }
    }
}
