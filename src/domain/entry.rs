//! 窓口・郵送分の入力: what an application is that a clerk enters here from paper, the counter or the phone. It has a source
//! and a series of numbers of its own; everything else of it is like any other application.

use std::sync::Arc;

use jiff::civil::Time;

use super::application::{FormHeader, Instant};
use super::calendar::{DateError, Day, JAPAN, instant, parse_instant, parse_one_day, wareki};
use super::channel::Channel;
use super::form::FormDefinition;

/// 取得元 of what was entered here: 関所で作成. No profile has it.
pub const SOURCE: &str = "staff";

/// What stands where the name of a file would, for whoever sees an entry that was cut off.
pub const FILE_NAME: &str = "窓口・郵送分の入力";

/// What a source is called on the screen: of what was entered here, that it was.
#[must_use]
pub fn source_label(source: &str) -> &str {
    if source == SOURCE { "関所で作成" } else { source }
}

/// The item that tells by which way an application came; it stands behind those of the form.
pub const CHANNEL: &str = "受付方法";

/// The ways by which one comes that is entered here.
pub const CHANNELS: [Channel; 3] = [Channel::Counter, Channel::Post, Channel::Phone];

/// 到達 as a clerk types it: a day, and its time where that is known; without one the day began.
///
/// # Errors
/// Where it is no such day.
pub fn received(text: &str, today: Day) -> Result<Instant, DateError> {
    match parse_one_day(text, today) {
        Ok(day) => Ok(instant(day.value.to_datetime(Time::midnight()), JAPAN)),
        Err(error) => parse_instant(text).map(|at| at.value).map_err(|_| error),
    }
}

/// The series of numbers of a day's 年度, by the era in which that 年度 ends its calendar year: `S-R8-`. `None` for a day
/// before the eras.
#[must_use]
pub fn series(received: Day) -> Option<String> {
    let year = if received.month() >= 4 { received.year() } else { received.year() - 1 };
    // 令和元年度 began on 1 April 2019, a month before 令和.
    let (era, year) = wareki(Day::new(year, 12, 31).ok()?)?;
    Some(format!("S-{}{year}-", era.letter().to_ascii_uppercase()))
}

/// A number of a series.
#[must_use]
pub fn number(series: &str, count: u64) -> String {
    format!("{series}{count:04}")
}

/// The count in a number of a series; `None` for one that isn't.
#[must_use]
pub fn count_of(series: &str, number: &str) -> Option<u64> {
    let digits = number.strip_prefix(series)?;
    let is_count = digits.len() >= 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_count.then(|| digits.parse().ok()).flatten()
}

/// The form of what is entered by a definition: its items in their order, then the way.
#[must_use]
pub fn header_of(definition: &FormDefinition) -> Arc<FormHeader> {
    let named = definition.items.iter().map(|item| item.name.clone()).filter(|name| name != CHANNEL);
    Arc::new(FormHeader {
        code: definition.id.clone(),
        version: definition.version.clone().unwrap_or_default(),
        name: definition.title.clone(),
        items: named.chain([CHANNEL.to_owned()]).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_day_is_read_with_its_time_or_without() {
        let today = Day::constant(2026, 11, 29);
        let of = |text| received(text, today).map(|at| (at.seconds, at.offset_minutes));
        let midnight = Ok((1_795_878_000, 540));
        assert_eq!((of("2026-11-29"), of("R8.11.29"), of("今日")), (midnight, midnight, midnight));
        assert_eq!(of("2026-11-29 09:30"), Ok((1_795_912_200, 540)));
        assert!(of("いつか").is_err() && of("2026-11").is_err() && of("").is_err());
    }

    #[test]
    fn a_number_s_year_is_the_fiscal_one() {
        let of = |year, month, day| series(Day::constant(year, month, day)).unwrap();
        assert_eq!((of(2026, 4, 1), of(2026, 3, 31)), ("S-R8-".into(), "S-R7-".into()));
        assert_eq!(
            (of(2019, 4, 1), of(2020, 3, 31), of(2019, 3, 31)),
            ("S-R1-".into(), "S-R1-".into(), "S-H30-".into())
        );
        assert_eq!((of(1989, 4, 1), of(1989, 1, 8)), ("S-H1-".into(), "S-S63-".into()));
        assert_eq!(series(Day::constant(1700, 1, 1)), None);
        assert_eq!((number("S-R8-", 7), number("S-R8-", 12_345)), ("S-R8-0007".into(), "S-R8-12345".into()));
        for other in ["S-R8-007", "S-R8-000x", "S-R80001", "S-R9-0001", "S-R8-+001", ""] {
            assert_eq!(count_of("S-R8-", other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn every_number_is_read_back(count in any::<u64>(), text in ".{0,12}") {
            prop_assert_eq!(count_of("S-H31-", &number("S-H31-", count)), Some(count));
            if let Some(count) = count_of("S-R8-", &text) {
                prop_assert!(text.ends_with(&count.to_string()));
            }
        }
    }
}
