//! 補正の催促: when an applicant who was asked to correct an application is to be reminded. At half of the time between 返却 and
//! 補正期限, counted in 開庁日; on the last 開庁日 before 補正期限; and when that is over. Nothing of it is stored but that a
//! reminder went out.

use super::office_days::OfficeDays;
use super::operation::Value;
use super::people::Days;

/// How far the time is. The numbers are part of the log's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Stage {
    /// 半分を過ぎた.
    Half = 1,
    /// 期限の前の開庁日.
    DayBefore = 2,
    /// 期限を過ぎた.
    Overdue = 3,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Self; 3] = [Self::Half, Self::DayBefore, Self::Overdue];

    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Half => "half",
            Self::DayBefore => "day_before",
            Self::Overdue => "overdue",
        }
    }

    /// The Japanese word; data carries it in every language.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Half => "期間の半分",
            Self::DayBefore => "期限の前日",
            Self::Overdue => "期限超過",
        }
    }
}

/// The stage that is reached on a day; `None` = it is too early. Of a short time, whose half is no earlier than the day
/// before the last, that day alone counts.
#[must_use]
pub fn reached(office: &OfficeDays, sent: Days, until: Days, today: Days) -> Option<Stage> {
    if today > until {
        return Some(Stage::Overdue);
    }
    // 開庁日 behind the day of 返却: through the last day, and through the day before that.
    let (all, before) = (office.between(sent, until), office.between(sent, until.saturating_sub(1)));
    if before == 0 {
        return None;
    }
    let (half, last) = (office.nth_after(sent, all.div_ceil(2)), office.nth_after(sent, before));
    match today {
        today if today >= last => Some(Stage::DayBefore),
        today if today >= half => Some(Stage::Half),
        _ => None,
    }
}

/// A reminder that went out: at which stage, and of which 補正期限.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reminder {
    /// 補正期限, as days since 1970-01-01.
    pub until: Days,
    /// The stage that was reached.
    pub stage: Stage,
}

impl Reminder {
    /// As the log keeps it: 補正期限 × 4 + the number of the stage.
    #[must_use]
    pub const fn value(self) -> Value {
        Value::Number(self.until as u64 * 4 + self.stage as u64)
    }

    /// Reads a value of the log.
    #[must_use]
    pub fn of(value: Value) -> Option<Self> {
        let Value::Number(number) = value else { return None };
        let stage = Stage::ALL.into_iter().find(|stage| *stage as u64 == number % 4)?;
        Some(Self { until: Days::try_from(number / 4).ok()?, stage })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::office_days::{OfficeCalendar, number_of};
    use proptest::prelude::*;

    fn day(text: &str) -> Days {
        number_of(text.parse().unwrap()).unwrap()
    }

    #[test]
    fn half_of_the_time_the_day_before_and_over() {
        let office = OfficeCalendar::default().office_days();
        // Sent back on Friday 27 November until Friday 11 December: ten 開庁日, the fifth is Friday the 4th.
        let at = |today: &str| reached(&office, day("2026-11-27"), day("2026-12-11"), day(today));
        for (today, stage) in [
            ("2026-11-27", None),
            ("2026-12-03", None),
            ("2026-12-04", Some(Stage::Half)),
            ("2026-12-09", Some(Stage::Half)),
            ("2026-12-10", Some(Stage::DayBefore)),
            ("2026-12-11", Some(Stage::DayBefore)),
            ("2026-12-12", Some(Stage::Overdue)),
        ] {
            assert_eq!(at(today), stage, "{today}");
        }
    }

    #[test]
    fn a_short_time_has_the_day_before_alone_and_one_day_has_none() {
        let office = OfficeCalendar::default().office_days();
        let at = |until: &str, today: &str| reached(&office, day("2026-11-24"), day(until), day(today));
        assert_eq!(at("2026-11-26", "2026-11-24"), None);
        assert_eq!(at("2026-11-26", "2026-11-25"), Some(Stage::DayBefore));
        assert_eq!(at("2026-11-25", "2026-11-25"), None);
        assert_eq!(at("2026-11-25", "2026-11-26"), Some(Stage::Overdue));
        // Until a Sunday: the last 開庁日 before it is the Friday.
        assert_eq!(at("2026-11-29", "2026-11-27"), Some(Stage::DayBefore));
    }

    proptest! {
        #[test]
        fn a_stage_never_goes_back(sent in 20_000u32..20_400, length in 0u32..60) {
            let office = OfficeCalendar::default().office_days();
            let stages: Vec<_> = (sent..sent + length + 5).map(|today| reached(&office, sent, sent + length, today)).collect();
            prop_assert!(stages.is_sorted());
            prop_assert_eq!(stages.last().copied().flatten(), Some(Stage::Overdue));
        }

        #[test]
        fn a_reminder_is_read_back(until in 0u32..60_000, stage in 0usize..3) {
            let one = Reminder { until, stage: Stage::ALL[stage] };
            prop_assert_eq!(Reminder::of(one.value()), Some(one));
            prop_assert_eq!(Reminder::of(Value::Number(u64::from(until) * 4)), None);
        }
    }
}
