//! How numbers and times are written on the screen.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use crate::domain::application::Instant;

/// `25,013`.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Date and time of day where the instant was written down; `None` outside of the calendar's range.
#[must_use]
pub fn civil(instant: Instant) -> Option<DateTime> {
    let offset = Offset::from_seconds(i32::from(instant.offset_minutes) * 60).ok()?;
    let zoned = Timestamp::from_second(instant.seconds).ok()?.to_zoned(TimeZone::fixed(offset));
    Some(zoned.datetime())
}

/// `2020-10-29 09:24`.
#[must_use]
pub fn long(instant: Instant) -> String {
    civil(instant).map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M").to_string())
}

/// At most 11 columns: `10-29 09:24` in the present year, else `2020-10-29`.
#[must_use]
pub fn short(instant: Instant, now: Option<Instant>) -> String {
    let Some(at) = civil(instant) else { return String::new() };
    let same_year = now.and_then(civil).is_some_and(|now| now.year() == at.year());
    at.strftime(if same_year { "%m-%d %H:%M" } else { "%Y-%m-%d" }).to_string()
}

/// `09:24`.
#[must_use]
pub fn clock(instant: Instant) -> String {
    civil(instant).map_or_else(String::new, |at| at.strftime("%H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        let shown: Vec<String> = [0, 999, 1000, 25_013, 1_000_000].into_iter().map(grouped).collect();
        assert_eq!(shown, ["0", "999", "1,000", "25,013", "1,000,000"]);
    }

    #[test]
    fn a_time_outside_of_the_present_year_shows_its_year() {
        let at = Instant { seconds: 1_603_931_040, offset_minutes: 540 };
        let later = Instant { seconds: 1_700_000_000, offset_minutes: 540 };
        assert_eq!(long(at), "2020-10-29 09:24");
        assert_eq!(short(at, Some(at)), "10-29 09:24");
        assert_eq!(short(at, Some(later)), "2020-10-29");
        assert_eq!(short(Instant { seconds: i64::MAX, offset_minutes: 0 }, None), "");
    }
}
