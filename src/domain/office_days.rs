//! 開庁日: the days on which an office works. Saturdays and Sundays are closed, 年末年始 (12月29日 to 1月3日) unless the
//! office says otherwise (地方自治法 4 条の 2), and what its calendar names: 国民の祝日 and the office's own days.

use std::collections::BTreeMap;

use super::calendar::{Day, day_number, day_of_number};
use super::operation::Body;
use super::people::Days;

/// The last day that is reckoned with, as days since 1970-01-01: 2119-12-31. What lies behind is taken for it.
const LAST: Days = 54_786;

/// The calendar of an office, as its operations make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeCalendar {
    closed: BTreeMap<Days, String>,
    at_year_end: bool,
}

impl Default for OfficeCalendar {
    fn default() -> Self {
        Self { closed: BTreeMap::new(), at_year_end: true }
    }
}

impl OfficeCalendar {
    /// Enters an operation on the calendar; `names` is its payload, a name a line, `None` where that was erased.
    pub fn enter(&mut self, body: &Body, names: Option<&str>) {
        let Body::Calendar { whole, at_year_end, days } = body else { return };
        if *whole {
            self.closed.clear();
        }
        self.at_year_end = *at_year_end;
        let mut names = names.unwrap_or_default().split('\n');
        for day in days {
            self.closed.insert(*day, names.next().unwrap_or_default().to_owned());
        }
    }

    /// The days that it names, with their names, in their order.
    pub fn closed(&self) -> impl Iterator<Item = (Day, &str)> {
        self.closed.iter().filter_map(|(day, name)| Some((day_of_number(u64::from(*day))?, name.as_str())))
    }

    /// Whether it says the same of a day already.
    #[must_use]
    pub fn says(&self, day: Days, name: &str) -> bool {
        self.closed.get(&day).is_some_and(|known| known == name)
    }

    /// How many days it names.
    #[must_use]
    pub fn len(&self) -> usize {
        self.closed.len()
    }

    /// Whether it names none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.closed.is_empty()
    }

    /// Whether 年末年始 is closed without being named.
    #[must_use]
    pub const fn closes_at_year_end(&self) -> bool {
        self.at_year_end
    }

    /// The days on which the office works.
    #[must_use]
    pub fn office_days(&self) -> OfficeDays {
        let mut is_open: Vec<bool> = (0..=LAST).map(|day| !is_weekend(day)).collect();
        let mut close = |day: Days| {
            if let Some(open) = is_open.get_mut(day as usize) {
                *open = false;
            }
        };
        self.closed.keys().copied().for_each(&mut close);
        if self.at_year_end {
            for year in 1970..=2119_i16 {
                for (month, day) in [(1, 1), (1, 2), (1, 3), (12, 29), (12, 30), (12, 31)] {
                    if let Some(day) = Day::new(year, month, day).ok().and_then(number_of) {
                        close(day);
                    }
                }
            }
        }
        OfficeDays::of(&is_open)
    }
}

/// A day as days since 1970-01-01; `None` before that.
#[must_use]
pub fn number_of(day: Day) -> Option<Days> {
    day_number(day).and_then(|number| Days::try_from(number).ok())
}

/// 1970-01-01 was a Thursday.
const fn is_weekend(day: Days) -> bool {
    (day + 3) % 7 >= 5
}

/// The days on which an office works, ready to be counted: each question is answered at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeDays {
    /// The office days, ascending.
    open: Vec<Days>,
    /// For each day how many office days there are up to it, itself included.
    upto: Vec<u32>,
}

impl OfficeDays {
    fn of(is_open: &[bool]) -> Self {
        let (mut open, mut upto) = (Vec::new(), Vec::with_capacity(is_open.len()));
        for (day, is_open) in (0..).zip(is_open) {
            if *is_open {
                open.push(day);
            }
            upto.push(open.len() as u32);
        }
        Self { open, upto }
    }

    /// How many office days there are up to a day.
    fn upto(&self, day: Days) -> u32 {
        self.upto[day.min(LAST) as usize]
    }

    /// Whether the office works on a day.
    #[must_use]
    pub fn is_open(&self, day: Days) -> bool {
        self.open.binary_search(&day).is_ok()
    }

    /// How many office days lie behind a day, up to another one: those with after < day <= through.
    #[must_use]
    pub fn between(&self, after: Days, through: Days) -> u32 {
        self.upto(through).saturating_sub(self.upto(after))
    }

    /// The n-th office day behind a day; the 0-th is the day itself.
    #[must_use]
    pub fn nth_after(&self, day: Days, n: u32) -> Days {
        if n == 0 {
            return day;
        }
        let place = self.upto(day) as usize + n as usize - 1;
        self.open.get(place).copied().unwrap_or(LAST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Days {
        number_of(text.parse().unwrap()).unwrap()
    }

    fn calendar(closed: &[&str]) -> OfficeCalendar {
        let mut days: Vec<Days> = closed.iter().map(|text| day(text)).collect();
        days.sort_unstable();
        let mut calendar = OfficeCalendar::default();
        calendar.enter(&Body::Calendar { whole: false, at_year_end: true, days }, Some("祝日"));
        calendar
    }

    #[test]
    fn weekends_year_ends_and_named_days_are_closed() {
        // 2026: 11月23日 (Mon) is 勤労感謝の日.
        let days = calendar(&["2026-11-23"]).office_days();
        for (text, open) in [
            ("2026-11-20", true),
            ("2026-11-21", false),
            ("2026-11-22", false),
            ("2026-11-23", false),
            ("2026-11-24", true),
            ("2026-12-28", true),
            ("2026-12-29", false),
            ("2027-01-03", false),
            ("2027-01-04", true),
        ] {
            assert_eq!(days.is_open(day(text)), open, "{text}");
        }
        assert_eq!(days.nth_after(day("2026-11-20"), 1), day("2026-11-24"));
        assert_eq!(days.nth_after(day("2026-12-28"), 1), day("2027-01-04"));
        assert_eq!(days.between(day("2026-11-20"), day("2026-11-24")), 1);
    }

    #[test]
    fn an_import_adds_to_what_was_known_or_takes_its_place() {
        let mut calendar = calendar(&["2026-11-23"]);
        let more = Body::Calendar { whole: false, at_year_end: true, days: vec![day("2026-10-01")] };
        calendar.enter(&more, Some("開庁記念日"));
        let named: Vec<(String, &str)> = calendar.closed().map(|(day, name)| (day.to_string(), name)).collect();
        assert_eq!(named, [("2026-10-01".into(), "開庁記念日"), ("2026-11-23".into(), "祝日")]);
        calendar.enter(&Body::Calendar { whole: true, at_year_end: false, days: Vec::new() }, None);
        assert!(calendar.is_empty() && !calendar.closes_at_year_end());
        assert!(calendar.office_days().is_open(day("2026-12-29")));
    }

    proptest! {
        /// Counting and going on agree, on any calendar.
        #[test]
        fn the_nth_day_is_an_office_day_with_n_up_to_it(
            start in 10_000u32..30_000, n in 1u32..400, closed in proptest::collection::btree_set(10_000u32..31_000, 0..300),
        ) {
            let mut calendar = OfficeCalendar::default();
            calendar.enter(&Body::Calendar { whole: true, at_year_end: true, days: closed.into_iter().collect() }, None);
            let days = calendar.office_days();
            let end = days.nth_after(start, n);
            prop_assert!(end > start && days.is_open(end));
            prop_assert_eq!(days.between(start, end), n);
            prop_assert_eq!(days.between(start, end - 1), n - 1);
        }

        /// By hand, day by day.
        #[test]
        fn it_counts_what_one_would_count(start in 15_000u32..15_400, length in 0u32..200) {
            let days = OfficeCalendar::default().office_days();
            let by_hand = (start + 1..=start + length).filter(|day| days.is_open(*day)).count();
            prop_assert_eq!(days.between(start, start + length) as usize, by_hand);
        }
    }
}
