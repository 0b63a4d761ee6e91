//! 保存期間: until when an application is kept after its work has ended. The year is the 会計年度 of 地方自治法 208 条 (1 April to
//! 31 March); 保存年限 counts from 1 April after the 完結年度, as 公文書の管理に関する法律施行令 8 条 counts for the state and the usual
//! 文書管理規程 of a municipality does. How many years is said by the definition of the form.

use super::calendar::Day;

/// How long an application is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept {
    /// 分類記号.
    pub classification: Option<String>,
    /// 保存年限 in years; `None` = not limited, or none is set.
    pub years: Option<u32>,
    /// The day on which its work ended, by the log; `None` = it goes on.
    pub closed_on: Option<Day>,
    /// 延長: the last day that was set instead.
    pub extended_until: Option<Day>,
}

impl Kept {
    /// 完結年度.
    #[must_use]
    pub fn fiscal_year(&self) -> Option<i16> {
        self.closed_on.map(fiscal_year)
    }

    /// 保存期間満了日.
    #[must_use]
    pub fn expires_on(&self) -> Option<Day> {
        expires_on(self.closed_on?, self.years?)
    }

    /// The last day on which it must be kept; `None` = no end.
    #[must_use]
    pub fn last_day(&self) -> Option<Day> {
        last_day(self.expires_on()?, self.extended_until)
    }

    /// Whether it may be disposed of on a day: 保存期間 is over.
    #[must_use]
    pub fn may_go(&self, today: Day) -> bool {
        self.last_day().is_some_and(|last| last < today)
    }
}

/// 会計年度 of a day.
#[must_use]
pub fn fiscal_year(day: Day) -> i16 {
    if day.month() >= 4 { day.year() } else { day.year() - 1 }
}

/// 保存期間満了日 of what ended on a day; `None` beyond the calendar.
#[must_use]
pub fn expires_on(closed_on: Day, years: u32) -> Option<Day> {
    let years = i16::try_from(years).ok()?;
    let year = fiscal_year(closed_on).checked_add(1)?.checked_add(years)?;
    Day::new(year, 3, 31).ok()
}

/// The later one of 保存期間満了日 and what it was extended to.
#[must_use]
pub fn last_day(expires_on: Day, extended_until: Option<Day>) -> Option<Day> {
    Some(extended_until.map_or(expires_on, |until| until.max(expires_on)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn years_count_from_april_after_the_year_in_which_the_work_ended() {
        for (closed, years, expires) in [
            ("2024-04-01", 5, "2030-03-31"),
            ("2025-03-31", 5, "2030-03-31"),
            ("2025-04-01", 5, "2031-03-31"),
            ("2024-02-29", 1, "2025-03-31"),
            ("2024-12-31", 0, "2025-03-31"),
        ] {
            assert_eq!(expires_on(day(closed), years), Some(day(expires)), "{closed} {years}");
        }
        assert_eq!(expires_on(day("2024-04-01"), u32::MAX), None);
        assert_eq!([fiscal_year(day("2024-03-31")), fiscal_year(day("2024-04-01"))], [2023, 2024]);
    }

    #[test]
    fn it_may_go_the_day_after_the_last_one() {
        let kept = Kept { years: Some(5), closed_on: Some(day("2024-06-01")), ..Kept::default() };
        assert!(!kept.may_go(day("2030-03-31")) && kept.may_go(day("2030-04-01")));
        let extended = Kept { extended_until: Some(day("2032-03-31")), ..kept.clone() };
        assert!(!extended.may_go(day("2032-03-31")) && extended.may_go(day("2032-04-01")));
        let earlier = Kept { extended_until: Some(day("2025-03-31")), ..kept.clone() };
        assert_eq!(earlier.last_day(), kept.last_day(), "nothing is kept for less long");
        for endless in [Kept { years: None, ..kept.clone() }, Kept { closed_on: None, ..kept }] {
            assert!(!endless.may_go(day("9999-12-31")));
        }
    }
}
