//! Writing dates: 和暦 for people, ISO 8601 with its offset for machines.

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::super::application::Instant;
use super::{Day, EPOCH, wareki};

/// The date and time that clocks showed where the instant was written.
#[must_use]
pub fn civil(at: &Instant) -> DateTime {
    let local = at.seconds.saturating_add(i64::from(at.offset_minutes) * 60);
    EPOCH.saturating_add(SignedDuration::from_secs(local))
}

/// `2020-10-29T09:24:00+09:00`.
#[must_use]
pub fn iso(at: &Instant) -> String {
    let sign = if at.offset_minutes < 0 { '-' } else { '+' };
    let offset = at.offset_minutes.unsigned_abs();
    let local = civil(at);
    format!(
        "{}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
        local.date(),
        local.hour(),
        local.minute(),
        local.second(),
        offset / 60,
        offset % 60
    )
}

/// `令和8年11月20日`; the Western year where no era counts (before 明治6年).
#[must_use]
pub fn wareki_day(day: Day) -> String {
    let (month, of_month) = (day.month(), day.day());
    match wareki(day) {
        Some((era, 1)) => format!("{}元年{month}月{of_month}日", era.name()),
        Some((era, year)) => format!("{}{year}年{month}月{of_month}日", era.name()),
        None => format!("{}年{month}月{of_month}日", day.year()),
    }
}

/// `令和8年11月20日 16:05`, where it was written.
#[must_use]
pub fn wareki_time(at: &Instant) -> String {
    let local = civil(at);
    format!("{} {:02}:{:02}", wareki_day(local.date()), local.hour(), local.minute())
}

/// The usual writings of a day, as they stand in lists. What was written otherwise is found by something else.
#[must_use]
pub fn usual_writings(day: Day) -> Vec<String> {
    let (year, month, of_month) = (day.year(), day.month(), day.day());
    let (short, long) = ((month.to_string(), of_month.to_string()), (format!("{month:02}"), format!("{of_month:02}")));
    let mut writings = vec![format!("{year}{month:02}{of_month:02}")];
    for (month, of_month) in [&short, &long] {
        writings.extend(["-", "/", "."].map(|mark| format!("{year}{mark}{month}{mark}{of_month}")));
        writings.push(format!("{year}年{month}月{of_month}日"));
    }
    if let Some((era, count)) = wareki(day) {
        writings.push(wareki_day(day));
        writings.push(format!("{}{count:02}年{}月{}日", era.name(), long.0, long.1));
        for (count, (month, of_month)) in [(count.to_string(), &short), (format!("{count:02}"), &long)] {
            let letter = era.letter();
            writings.extend(["-", "/", "."].map(|mark| format!("{letter}{count}{mark}{month}{mark}{of_month}")));
        }
    }
    writings.sort_unstable();
    writings.dedup();
    writings
}
