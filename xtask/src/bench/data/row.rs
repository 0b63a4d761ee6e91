//! One made-up application. Everything follows from its number, so that the same file comes out on every machine.

use super::words::{
    ANSWERS, BUILDINGS, EVENTS, FAMILY_FIRST, FAMILY_SECOND, GIVEN_FIRST, GIVEN_SECOND, REASONS, STATUSES, SUBJECTS,
    TIMES, TOWN_FIRST, TOWN_SECOND, WISHES,
};

/// Columns of the file: ten of the list, twenty-two items.
pub const COLUMNS: usize = 32;

/// Names of the first columns; the rest are 設問NN.
const NAMES: &str = "利用者ID,連絡先メールアドレス,整理番号,氏名/法人名,様式Ver.,様式ID,様式名,申込日時,処理状況,備考,\
                     氏名フリガナ,郵便番号,住所,電話番号,生年月日";

/// How many of the columns [`NAMES`] names.
const NAMED: usize = 15;

/// Which of the 設問 are free text; the rest are choices.
const COMMENTS: [usize; 3] = [3, 9, 15];

/// The header, without its line end.
pub fn header() -> String {
    let mut text = NAMES.to_owned();
    for item in 1..=COLUMNS - NAMED {
        text += &format!(",設問{item:02}");
    }
    text
}

/// Chance that follows from a number.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The chance of this number.
    pub fn of(n: u64) -> Self {
        Self(n.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5EC1_5105)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    /// One of several.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One of several; the first ones more often, as with names of people.
    fn favoured<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len()).min(self.below(of.len()))]
    }
}

/// The values of a row, as they are before a CSV quotes them.
pub fn values(n: u64) -> Vec<String> {
    let mut chance = Chance::of(n);
    let family = (chance.favoured(FAMILY_FIRST), chance.favoured(FAMILY_SECOND));
    let given = (chance.favoured(GIVEN_FIRST), chance.favoured(GIVEN_SECOND));
    let kana = format!("{}{} {}{}", family.0.1, family.1.1, given.0.1, given.1.1);
    // The factor has no divisor in common with 10^12: each number once.
    let number = (u128::from(n) * 618_033_988_749) % 1_000_000_000_000;
    let mut values = vec![
        format!("user{n:07}"),
        format!("user{n:07}@example.jp"),
        format!("{number:012}"),
        format!("{}{} {}{}", family.0.0, family.1.0, given.0.0, given.1.0),
        "1".to_owned(),
        "01430".to_owned(),
        "Web会議ツール利用申込書".to_owned(),
        submitted(n, &mut chance),
        status(&mut chance).to_owned(),
        if chance.below(100) < 35 { sentences(&mut chance) } else { String::new() },
        if chance.below(100) < 5 { half_width(&kana) } else { kana },
        format!("990{:04}", chance.below(10_000)),
        address(&mut chance),
        format!("0{}0-{:04}-{:04}", 7 + chance.below(3), chance.below(10_000), chance.below(10_000)),
        format!("昭和{}年{}月{}日", 30 + chance.below(34), 1 + chance.below(12), 1 + chance.below(28)),
    ];
    for item in NAMED..COLUMNS {
        let answer = if COMMENTS.contains(&(item - NAMED)) {
            if chance.below(100) < 22 { sentences(&mut chance) } else { String::new() }
        } else {
            let first = chance.one(ANSWERS);
            if chance.below(100) < 20 { format!("{first}・{}", chance.one(ANSWERS)) } else { first.to_owned() }
        };
        values.push(answer);
    }
    values
}

/// The row of a CSV, with its line end. Quotes in the values are doubled already.
pub fn line(n: u64) -> String {
    let mut text = String::with_capacity(640);
    for (column, value) in values(n).iter().enumerate() {
        if column > 0 {
            text.push(',');
        }
        if value.contains(['"', '\n', ',']) {
            text.extend(["\"", value, "\""]);
        } else {
            text += value;
        }
    }
    text + "\r\n"
}

/// 申込日時: rising with the row, as a download is sorted, and for every fifth one a few days off.
fn submitted(n: u64, chance: &mut Chance) -> String {
    const FROM: u64 = 1_451_574_000; // 2016-01-01 in Japan, less its nine hours
    const EACH: u64 = 50;
    let jitter = if chance.below(5) == 0 { chance.below(6 * 86_400) } else { chance.below(600) } as u64;
    let seconds = FROM + n * EACH + jitter + 9 * 3600;
    let (year, month, day) = civil(seconds / 86_400);
    let of_day = seconds % 86_400;
    format!("{year}年{month:02}月{day:02}日 {:02}時{:02}分", of_day / 3600, of_day / 60 % 60)
}

/// Year, month and day of a count of days since 1970, in the calendar that began its years in March.
pub fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * march + 2) / 5 + 1, if march < 10 { march + 3 } else { march - 9 });
    (era * 400 + year + u64::from(month <= 2), month, day)
}

fn status(chance: &mut Chance) -> &'static str {
    let mut left = chance.below(STATUSES.iter().map(|(_, weight)| weight).sum());
    for (status, weight) in STATUSES {
        if left < *weight {
            return status;
        }
        left -= weight;
    }
    ""
}

fn address(chance: &mut Chance) -> String {
    let mut text = format!(
        "紅花市{}{}{}丁目{}番{}号",
        chance.one(TOWN_FIRST),
        chance.one(TOWN_SECOND),
        1 + chance.below(9),
        1 + chance.below(99),
        1 + chance.below(60)
    );
    let building = chance.one(BUILDINGS);
    if !building.is_empty() {
        text += &format!(" {}{building}{}号室", chance.one(TOWN_FIRST), 101 + chance.below(800));
    }
    text
}

/// What somebody writes freely; one in four has more than one line.
fn sentences(chance: &mut Chance) -> String {
    let mut text = String::new();
    for part in 0..1 + chance.below(2) {
        if part > 0 {
            text += if chance.below(2) == 0 { "\r\n" } else { "" };
        }
        let (time, subject, event) = (chance.one(TIMES), chance.one(SUBJECTS), chance.one(EVENTS));
        text += &match chance.below(3) {
            0 => format!("{time}、{subject}{event}。"),
            1 => format!("{}ため{subject}{event}。{}。", chance.one(REASONS), chance.one(WISHES)),
            _ => format!("{time}{}時に{subject}{event}。{}。", 1 + chance.below(12), chance.one(WISHES)),
        };
    }
    text
}

/// Kana as an old system writes them.
fn half_width(kana: &str) -> String {
    const FULL: &str =
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンョュッャ";
    const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｮｭｯｬ";
    const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ";
    const BARE: &str = "カキクケコサシスセソタチツテトハヒフヘホ";
    let swap = |c: char, from: &str, to: &str| from.chars().position(|f| f == c).and_then(|at| to.chars().nth(at));
    let mut text = String::new();
    for c in kana.chars() {
        let bare = swap(c, VOICED, BARE);
        text.push(swap(bare.unwrap_or(c), FULL, HALF).unwrap_or(c));
        text.extend(bare.map(|_| 'ﾞ'));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    #[test]
    fn a_row_is_always_the_same_and_has_all_columns() {
        assert_eq!(line(5), line(5));
        assert_ne!(line(5), line(6));
        assert_eq!(values(5).len(), COLUMNS);
        assert_eq!(header().split(',').count(), COLUMNS);
        let plain = (0..100).map(line).find(|row| !row.contains('"')).unwrap();
        assert_eq!(plain.trim_end().split(',').count(), COLUMNS);
        assert!((0..100).map(line).any(|row| row.contains("\"\"至急\"\"")));
        assert!((0..100).map(line).any(|row| row.trim_end().contains("\r\n")));
    }

    #[test]
    fn days_are_counted_as_in_the_calendar() {
        assert_eq!((civil(0), civil(16_860), civil(18_321)), ((1970, 1, 1), (2016, 2, 29), (2020, 2, 29)));
        assert_eq!(half_width("ヤマザキ ナオ"), "ﾔﾏｻﾞｷ ﾅｵ");
    }

    /// Were the data less diverse than a city's, whatever joins equal values would look better than it is.
    #[test]
    fn names_are_many_and_half_of_the_text_occurs_once() {
        let rows: Vec<Vec<String>> = (0..20_000).map(values).collect();
        let names: HashSet<&str> = rows.iter().map(|row| row[3].as_str()).collect();
        assert!(names.len() > 18_000, "{} names", names.len());
        assert_eq!(rows.iter().map(|row| &row[2]).collect::<HashSet<_>>().len(), rows.len());
        let mut times: HashMap<&str, usize> = HashMap::new();
        // What free words look into: number, name, remarks, reading and items.
        let searched = || rows.iter().flat_map(|row| row[2..4].iter().chain(&row[9..])).map(String::as_str);
        searched().for_each(|value| *times.entry(value).or_default() += 1);
        let all: usize = searched().map(str::len).sum();
        let once: usize = searched().filter(|value| times[value] == 1).map(str::len).sum();
        let share = once * 100 / all;
        assert!((40..=65).contains(&share), "{share} %");
        let half = rows.iter().filter(|row| row[10].contains(|c| ('\u{FF66}'..'\u{FFA0}').contains(&c))).count();
        assert!((800..1200).contains(&half), "{half} in half width");
    }
}
