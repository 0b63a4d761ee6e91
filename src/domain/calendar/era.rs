//! The eras: when each began, how it is written. domain.md §5.4.

use jiff::civil::date;

use super::Day;

/// 元号 of the modern calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治
    Meiji,
    /// 大正
    Taisho,
    /// 昭和
    Showa,
    /// 平成
    Heisei,
    /// 令和
    Reiwa,
}

/// Era, name, letter, ligature, first day.
const TABLE: [(Era, &str, char, char, Day); 5] = [
    (Era::Meiji, "明治", 'm', '㍾', date(1868, 9, 8)),
    (Era::Taisho, "大正", 't', '㍽', date(1912, 7, 30)),
    (Era::Showa, "昭和", 's', '㍼', date(1926, 12, 25)),
    (Era::Heisei, "平成", 'h', '㍻', date(1989, 1, 8)),
    (Era::Reiwa, "令和", 'r', '㋿', date(2019, 5, 1)),
];

/// First day of the solar calendar, 明治6年1月1日. The day before it was 明治5年12月2日 of the old one.
pub(super) const SOLAR: Day = date(1873, 1, 1);

impl Era {
    const fn row(self) -> &'static (Self, &'static str, char, char, Day) {
        &TABLE[self as usize]
    }

    /// 令和, 平成 …
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.row().1
    }

    /// R, H … as numbers have it.
    #[must_use]
    pub const fn letter(self) -> char {
        self.row().2.to_ascii_uppercase()
    }

    /// First day.
    #[must_use]
    pub const fn first(self) -> Day {
        self.row().4
    }

    /// Last day; `None` for the present era.
    #[must_use]
    pub fn last(self) -> Option<Day> {
        TABLE.get(self as usize + 1).and_then(|next| next.4.yesterday().ok())
    }

    /// The Western year of a year of this era.
    pub(super) fn western(self, year: i16) -> i16 {
        self.first().year() + year - 1
    }

    /// The era that `chars` begin with, and how many characters its sign takes. Letters are given in small.
    pub(super) fn sign(chars: &[char]) -> Option<(Self, usize)> {
        TABLE.iter().find_map(|(era, name, letter, ligature, _)| {
            if chars.first().is_some_and(|c| c == letter || c == ligature) {
                return Some((*era, 1));
            }
            chars.get(..2).is_some_and(|two| name.chars().eq(two.iter().copied())).then_some((*era, 2))
        })
    }

    /// By the digit of the codes of seven digits: 1 明治 … 5 令和.
    pub(super) fn numbered(digit: u32) -> Option<Self> {
        TABLE.get((digit as usize).checked_sub(1)?).map(|row| row.0)
    }
}

/// Era and year of a day (year 1 is 元年); `None` before 明治6年, where the old calendar counted.
#[must_use]
pub fn wareki(day: Day) -> Option<(Era, i16)> {
    if day < SOLAR {
        return None;
    }
    let row = TABLE.iter().rev().find(|row| row.4 <= day)?;
    Some((row.0, day.year() - row.4.year() + 1))
}
