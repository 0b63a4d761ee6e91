//! 補正文の部品: numbered texts that say in plain words what is to be corrected, and the text that is made of those that were
//! picked. The same text stands in the record, in a mail and in a letter, and is read out on the phone.

use super::calendar::{Day, wareki_day};
use super::office_days::{OfficeDays, number_of};

/// What stands for 補正期限 in a text.
pub const UNTIL: &str = "{until}";

/// A 部品.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Its number, by which it is picked. It stands in the operation log and is never another block's.
    pub number: u32,
    /// What staff pick it by: a few words.
    pub title: String,
    /// What the applicant reads. `{until}` is 補正期限 in words.
    pub text: String,
    /// The form that it belongs to (様式ID or `SOURCE/様式ID`); `None` = any.
    pub form: Option<String>,
}

impl Block {
    /// Whether it may be said of an application of this form.
    #[must_use]
    pub fn fits(&self, source: &str, form: &str) -> bool {
        let is_it = |own: &str| own == form || own.split_once('/') == Some((source, form));
        self.form.as_deref().is_none_or(is_it)
    }
}

/// The numbers that somebody typed, in the order in which they are to stand: `1 3`, `１、３`. `None` = something else.
#[must_use]
pub fn numbers_in(text: &str) -> Option<Vec<u32>> {
    let digit = |c: char| match c {
        '０'..='９' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        other => other,
    };
    let folded: String = text.chars().map(digit).collect();
    let mut numbers = Vec::new();
    for word in folded.split([' ', '\u{3000}', ',', '、', '，', '・']).filter(|word| !word.is_empty()) {
        let number = word.parse().ok().filter(|number| *number > 0)?;
        if !numbers.contains(&number) {
            numbers.push(number);
        }
    }
    Some(numbers)
}

/// 補正期限 in words, with what the office's calendar says of the day. `today` is the day on which it is written.
#[must_use]
pub fn until_in_words(office: &OfficeDays, until: Day, today: Day) -> String {
    const WEEK: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];
    let weekday = WEEK[usize::from(until.weekday().to_monday_zero_offset().unsigned_abs())];
    let mut words = format!("{}（{weekday}曜日", wareki_day(until));
    if let Some((last, now)) = number_of(until).zip(number_of(today)) {
        match office.between(now, last) {
            0 => {}
            left => words += &format!("、開庁日で数えて{left}日目"),
        }
        if !office.is_open(last) {
            words += "。窓口は閉まっています";
        }
    }
    words + "）"
}

/// A day without its year.
fn short(day: Day) -> String {
    format!("{}月{}日", day.month(), day.day())
}

/// What is to be corrected: the texts of the blocks in the order in which they were picked, one a line, and behind them what
/// was typed.
///
/// # Errors
/// The number of the block that names 補正期限 where none is set.
pub fn compose(
    blocks: &[&Block],
    free: &str,
    until: Option<Day>,
    (office, today): (&OfficeDays, Day),
) -> Result<String, u32> {
    let mut lines = Vec::with_capacity(blocks.len() + 1);
    let mut is_told = false;
    for block in blocks {
        let text = block.text.trim();
        lines.push(match until {
            _ if !text.contains(UNTIL) => text.to_owned(),
            Some(day) => {
                // In whole once; who reads on knows which year and which day of the week is meant.
                let first = if is_told { short(day) } else { until_in_words(office, day, today) };
                is_told = true;
                text.replacen(UNTIL, &first, 1).replace(UNTIL, &short(day))
            }
            None => return Err(block.number),
        });
    }
    if !free.trim().is_empty() {
        lines.push(free.trim().to_owned());
    }
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::office_days::OfficeCalendar;

    fn block(number: u32, text: &str) -> Block {
        Block { number, title: format!("部品{number}"), text: text.to_owned(), form: None }
    }

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_read_in_either_width_and_each_once() {
        assert_eq!(numbers_in("1 3"), Some(vec![1, 3]));
        assert_eq!(numbers_in("　３、１，３ "), Some(vec![3, 1]));
        assert_eq!(numbers_in(""), Some(Vec::new()));
        for wrong in ["x", "1 x", "0", "1-3", "99999999999"] {
            assert_eq!(numbers_in(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_last_day_is_told_with_its_weekday_and_in_office_days() {
        let office = OfficeCalendar::default().office_days();
        let told = |until: &str| until_in_words(&office, day(until), day("2026-11-27"));
        assert_eq!(told("2026-12-11"), "令和8年12月11日（金曜日、開庁日で数えて10日目）");
        assert_eq!(told("2026-11-27"), "令和8年11月27日（金曜日）");
        assert_eq!(told("2026-12-06"), "令和8年12月6日（日曜日、開庁日で数えて5日目。窓口は閉まっています）");
    }

    #[test]
    fn texts_stand_in_the_order_in_which_they_were_picked_and_what_was_typed_behind_them() {
        let office = OfficeCalendar::default().office_days();
        let (first, second) = (block(1, "写しが足りません。\n"), block(2, "{until}までにお送りください。"));
        let composed = |blocks: &[&Block], free: &str, until: Option<&str>| {
            compose(blocks, free, until.map(day), (&office, day("2026-11-27")))
        };
        let expected =
            "令和8年12月11日（金曜日、開庁日で数えて10日目）までにお送りください。\n写しが足りません。\n表も裏も";
        assert_eq!(composed(&[&second, &first], " 表も裏も ", Some("2026-12-11")).as_deref(), Ok(expected));
        let third = block(3, "{until}に伺います。{until}です。");
        let twice =
            "令和8年12月11日（金曜日、開庁日で数えて10日目）までにお送りください。\n12月11日に伺います。12月11日です。";
        assert_eq!(composed(&[&second, &third], "", Some("2026-12-11")).as_deref(), Ok(twice));
        assert_eq!(composed(&[&first, &second], "", None), Err(2));
        assert_eq!(composed(&[&first], "", None).as_deref(), Ok("写しが足りません。"));
        assert_eq!(composed(&[], "印影", None).as_deref(), Ok("印影"));
    }

    #[test]
    fn a_block_of_a_form_is_said_of_that_form_alone() {
        let of = |form: &str| Block { form: Some(form.to_owned()), ..block(1, "x") };
        assert!(block(1, "x").fits("etumo", "01430"));
        assert!(of("01430").fits("etumo", "01430") && of("etumo/01430").fits("etumo", "01430"));
        assert!(!of("01430").fits("etumo", "01440") && !of("myna/01430").fits("etumo", "01430"));
    }
}
