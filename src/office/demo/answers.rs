//! What applicants of the demo write into the items of a form.

use jiff::civil::DateTime;

use super::chance::Chance;
use super::forms::Answer;
use super::people::{self, Applied};

/// Free text as people write it. Some of it is here because a program has to survive it: line breaks, quotes, a
/// formula, a terminal's escape sequence.
const TEXTS: &[&str] = &[
    "",
    "",
    "",
    "よろしくお願いします。",
    "平日の午前中に連絡をお願いします。",
    "お世話になります。\r\n駐車場は使えますか。\r\n車は1台です。",
    "担当の方から「窓口へ」と言われました。",
    "メールの返信には、\"件名\"を残してください,お願いします",
    "ﾃﾞﾝﾜは夕方が助かります　（１７時以降）",
    "=HYPERLINK(\"http://example.jp/\",\"確認\")",
    "＋８１の番号からかけるかもしれません",
    "-",
    "\u{1b}[31m赤い字になりますか\u{1b}[0m",
    "①資料の送付 ②会場の下見 ③当日の受付",
];

/// The answer to one item. `today` is the day of the application.
pub(super) fn answer(kind: Answer<'_>, chance: &mut Chance, applied: &Applied, today: DateTime) -> String {
    match kind {
        Answer::Kana if chance.once_in(20) => people::half_width_kana(&applied.kana),
        Answer::Kana => applied.kana.clone(),
        Answer::PostalCode => people::postal_code(chance),
        Answer::Address => people::address(chance),
        Answer::Telephone => people::telephone(chance),
        Answer::BirthDate => birth_date(chance),
        Answer::Day => day(chance, today),
        Answer::Number(most) => {
            let number = (1 + chance.below(most)).to_string();
            if chance.once_in(6) { people::full_width_digits(&number) } else { number }
        }
        Answer::OneOf(words) => chance.one(words).to_owned(),
        Answer::Text => chance.one(TEXTS).to_owned(),
        Answer::Business => people::business(chance),
    }
}

/// A birth date in the era of its year; each era by years that lie whole within it.
fn birth_date(chance: &mut Chance) -> String {
    let (era, years) = chance.one(&[("昭和", 62_u64), ("平成", 30), ("平成", 30), ("令和", 6)]);
    let year = 2 + chance.below(years - 1);
    let (month, day) = (1 + chance.below(12), 1 + chance.below(28));
    match chance.below(5) {
        0 => people::full_width_digits(&format!("{era}{year}年{month}月{day}日")),
        1 if era == "令和" => format!("{era}元年{month_from_may}月{day}日", month_from_may = 5 + month % 8),
        _ => format!("{era}{year}年{month}月{day}日"),
    }
}

/// A day within the two months to come, in one of the ways that people write days.
fn day(chance: &mut Chance, today: DateTime) -> String {
    let ahead = jiff::Span::new().days(1 + chance.below(60).cast_signed());
    let day = today.checked_add(ahead).unwrap_or(today);
    let (year, month, date) = (day.year(), day.month(), day.day());
    match chance.below(4) {
        0 => format!("{year:04}-{month:02}-{date:02}"),
        1 => format!("{year}/{month}/{date}"),
        2 if year > 2019 => format!("令和{}年{month}月{date}日", year - 2018),
        _ => format!("{year}年{month}月{date}日"),
    }
}
