//! Which deadline an application has, and how it stands to it. The clock of 標準処理期間 (行政手続法 6 条) starts when an
//! application arrives at the service, counts 開庁日 from the next one on, stands still while the application is 返却中
//! (補正), and ends with the work.

use std::sync::Arc;

use super::calendar::{Day, day_of_number};
use super::office_days::OfficeDays;
use super::people::Days;
use super::status::Status;

/// Which deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeadlineKind {
    /// 標準処理期間.
    Processing,
    /// 標準処理期間, which stands still: the application is with the applicant.
    Paused,
    /// 補正期限: until when an application that is 返却中 is to be corrected.
    Correction,
    /// 期限 that staff have set.
    Due,
}

impl DeadlineKind {
    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Paused => "paused",
            Self::Correction => "correction",
            Self::Due => "due",
        }
    }
}

/// A deadline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// Which.
    pub kind: DeadlineKind,
    /// The last day; `None` = it stands still.
    pub day: Option<Day>,
    /// How many 開庁日 are left; below zero = so many too late.
    pub days: i64,
}

/// A time during which the clock stood still: from the day of 返却 to the day on which work went on; `None` = it still
/// does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    /// The day of 返却: the last one that is counted.
    pub since: Days,
    /// The day of 補正到着, or of our next decision; counting goes on with the next 開庁日.
    pub until: Option<Days>,
}

/// The deadline by 標準処理期間: so many office days from arrival, those of the pauses left out. Pauses come in their order.
#[must_use]
pub fn processing(office: &OfficeDays, arrival: Days, standard: u32, pauses: &[Pause], today: Days) -> Deadline {
    let mut still = 0;
    // Days before arrival count for nobody; no day counts twice.
    let mut counted = arrival;
    for pause in pauses {
        let since = pause.since.max(counted);
        let Some(until) = pause.until else {
            let used = office.between(arrival, since).saturating_sub(still);
            return Deadline { kind: DeadlineKind::Paused, day: None, days: i64::from(standard) - i64::from(used) };
        };
        still += office.between(since, until);
        counted = counted.max(until);
    }
    let last = office.nth_after(arrival, standard.saturating_add(still));
    Deadline { kind: DeadlineKind::Processing, day: day_of_number(u64::from(last)), days: left(office, last, today) }
}

/// What the deadline of an application goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// 処理状況.
    pub status: Status,
    /// 補正期限 that is in force.
    pub correction: Option<Days>,
    /// 期限 that staff have set.
    pub due: Option<Days>,
    /// The day of arrival with 標準処理期間.
    pub processing: Option<(Days, u32)>,
}

/// The deadline of an application; `None` where its work has ended, or none is set. While the applicant has it, what counts
/// is until when it is to come back; else of two the earlier one. Its pauses are asked for only where they may matter.
///
/// # Errors
/// What asking for the pauses answers.
pub fn reckon<E>(
    office: &OfficeDays,
    terms: &Terms,
    today: Days,
    pauses: impl FnOnce() -> Result<Arc<[Pause]>, E>,
) -> Result<Option<Deadline>, E> {
    if terms.status.is_final() {
        return Ok(None);
    }
    if let Some(day) = terms.correction {
        return Ok(Some(on(DeadlineKind::Correction, office, day, today)));
    }
    let set = terms.due.map(|day| on(DeadlineKind::Due, office, day, today));
    let Some((arrival, standard)) = terms.processing else { return Ok(set) };
    let by_form = processing(office, arrival, standard, &pauses()?, today);
    // Where the clock stands still, what staff have set goes on.
    let earlier = |set: &Deadline| by_form.day.is_some_and(|day| Some(day) < set.day);
    Ok(Some(set.filter(|set| !earlier(set)).unwrap_or(by_form)))
}

/// A deadline that is a day: the one that staff have set, or 補正期限.
#[must_use]
pub fn on(kind: DeadlineKind, office: &OfficeDays, last: Days, today: Days) -> Deadline {
    Deadline { kind, day: day_of_number(u64::from(last)), days: left(office, last, today) }
}

/// How many office days are left until a last day, below zero after it.
fn left(office: &OfficeDays, last: Days, today: Days) -> i64 {
    if today <= last {
        i64::from(office.between(today, last))
    } else {
        // Over on the very next day, be it an office day or not.
        -i64::from(office.between(last, today).max(1))
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

    fn told(deadline: Deadline) -> (Option<String>, i64) {
        (deadline.day.map(|day| day.to_string()), deadline.days)
    }

    #[test]
    fn the_first_day_is_the_next_office_day_and_the_last_one_is_whole() {
        let office = OfficeCalendar::default().office_days();
        // Arrived on Friday 2026-11-20; five office days: Mon 24th is not closed here, so Fri 27th.
        let at = |today: &str| told(processing(&office, day("2026-11-20"), 5, &[], day(today)));
        assert_eq!(at("2026-11-20"), (Some("2026-11-27".into()), 5));
        assert_eq!(at("2026-11-24"), (Some("2026-11-27".into()), 3));
        assert_eq!(at("2026-11-27"), (Some("2026-11-27".into()), 0));
        assert_eq!(at("2026-11-28"), (Some("2026-11-27".into()), -1), "a Saturday behind it is too late as well");
        assert_eq!(at("2026-12-01"), (Some("2026-11-27".into()), -2));
        // On a Saturday it arrives no earlier than on the Friday before.
        assert_eq!(
            told(processing(&office, day("2026-11-21"), 5, &[], day("2026-11-21"))).0,
            Some("2026-11-27".into())
        );
    }

    #[test]
    fn the_clock_stands_still_while_the_application_is_with_the_applicant() {
        let office = OfficeCalendar::default().office_days();
        let arrival = day("2026-11-02");
        let pause = |until: Option<&str>| Pause { since: day("2026-11-04"), until: until.map(day) };
        let standing = processing(&office, arrival, 5, &[pause(None)], day("2026-12-25"));
        assert_eq!((standing.kind, told(standing)), (DeadlineKind::Paused, (None, 3)));
        let resumed = processing(&office, arrival, 5, &[pause(Some("2026-11-11"))], day("2026-11-12"));
        assert_eq!((resumed.kind, told(resumed)), (DeadlineKind::Processing, (Some("2026-11-16".into()), 2)));
    }

    proptest! {
        /// What is used up and what is left are the whole period, whatever the pauses.
        #[test]
        fn pauses_move_the_last_day_by_the_office_days_that_they_take(
            arrival in 15_000u32..15_100, standard in 1u32..60,
            lengths in proptest::collection::vec((0u32..20, 0u32..30), 0..4),
        ) {
            let office = OfficeCalendar::default().office_days();
            let (mut at, mut pauses, mut still) = (arrival, Vec::new(), 0);
            for (gap, length) in lengths {
                let since = at + gap;
                pauses.push(Pause { since, until: Some(since + length) });
                still += office.between(since, since + length);
                at = since + length;
            }
            let end = processing(&office, arrival, standard, &pauses, arrival);
            let last = number_of(end.day.unwrap()).unwrap();
            prop_assert_eq!(office.between(arrival, last), standard + still);
            prop_assert_eq!(processing(&office, arrival, standard, &pauses, last).days, 0);
            prop_assert!(processing(&office, arrival, standard, &pauses, last + 1).days < 0);
        }
    }
}
