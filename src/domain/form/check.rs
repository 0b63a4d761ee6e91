//! Whether a value is what its item is said to hold. Only a doubt: what the citizen sent is kept as it came.

use unicode_normalization::UnicodeNormalization as _;

use super::{Choice, ItemKind};
use crate::domain::calendar::{Notice, parse_day};

/// What is odd about a value. The id is also the message key `form.doubt.ID`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// Something beside kana.
    NotKana,
    /// No day that the calendar knows.
    NotADate,
    /// 平成31年5月1日 and later.
    EraHadEnded,
    /// None of the choices.
    NotAChoice,
    /// No number.
    NotANumber,
    /// Not seven digits.
    NotAPostalCode,
    /// Not one to eight digits.
    NotAnAccount,
    /// Not twelve digits.
    NotAnIndividualNumber,
    /// Twelve digits whose check digit is another one.
    CheckDigit,
}

impl Doubt {
    /// The word of scripts.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NotKana => "not_kana",
            Self::NotADate => "not_a_date",
            Self::EraHadEnded => "era_had_ended",
            Self::NotAChoice => "not_a_choice",
            Self::NotANumber => "not_a_number",
            Self::NotAPostalCode => "not_a_postal_code",
            Self::NotAnAccount => "not_an_account",
            Self::NotAnIndividualNumber => "not_an_individual_number",
            Self::CheckDigit => "check_digit",
        }
    }
}

/// What is odd about a value of an item of this kind; nothing is about an empty one.
#[must_use]
pub fn doubt_of(kind: &ItemKind, value: &str) -> Option<Doubt> {
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    match kind {
        ItemKind::Text | ItemKind::Attachment => None,
        // Most of what comes needs no composing: a million rows are looked at.
        ItemKind::Kana => (!value.chars().all(is_of_kana) && !value.nfkc().all(is_of_kana)).then_some(Doubt::NotKana),
        ItemKind::Date => match parse_day(value) {
            Ok(dated) => dated.notice.map(|Notice::EraHadEnded(_)| Doubt::EraHadEnded),
            Err(_) => Some(Doubt::NotADate),
        },
        ItemKind::Choice(choices) => chosen(choices, value).is_none().then_some(Doubt::NotAChoice),
        ItemKind::Number => (!is_number(&key(value))).then_some(Doubt::NotANumber),
        ItemKind::PostalCode => (!has_digits(value, 7..=7)).then_some(Doubt::NotAPostalCode),
        ItemKind::Account => (!has_digits(value, 1..=8)).then_some(Doubt::NotAnAccount),
        ItemKind::IndividualNumber if !has_digits(value, 12..=12) => Some(Doubt::NotAnIndividualNumber),
        ItemKind::IndividualNumber => (!is_individual_number(value)).then_some(Doubt::CheckDigit),
    }
}

/// Which of the choices a value means: by its label, its code or both.
#[must_use]
pub fn chosen<'c>(choices: &'c [Choice], value: &str) -> Option<&'c Choice> {
    let value = value.trim();
    if let Some(choice) = choices.iter().find(|choice| choice.label == value) {
        return Some(choice);
    }
    let key = key(value);
    choices.iter().find(|choice| {
        let (code, label) = (choice.code.as_deref().map(self::key), self::key(&choice.label));
        code.as_ref().is_some_and(|code| *code == key || format!("{code}{label}") == key) || label == key
    })
}

/// How values are compared: width, spaces and letter case don't matter.
fn key(value: &str) -> String {
    value.nfkc().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// What may stand in a フリガナ beside kana: what joins and what is said long. Half-width marks are composed before.
fn is_of_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{309F}' | '\u{30A0}'..='\u{30FF}' | '-' | '.' | '(' | ')') || c.is_whitespace()
}

fn is_number(value: &str) -> bool {
    let digits = value.trim_start_matches(['-', '+']).replace(',', "");
    digits.starts_with(|c: char| c.is_ascii_digit()) && digits.parse::<f64>().is_ok()
}

/// The digits of a value of either width; `None` where something else stands between them than what joins them.
fn digits(value: &str) -> Option<Vec<u8>> {
    let joins = |c: char| c.is_whitespace() || "-\u{2010}\u{2011}\u{2012}\u{2013}\u{2212}\u{30FC}\u{3012}".contains(c);
    let digit = |c: char| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok());
    if value.is_ascii() {
        return value.chars().filter(|c| !joins(*c)).map(digit).collect();
    }
    value.nfkc().filter(|c| !joins(*c)).map(digit).collect()
}

fn has_digits(value: &str, count: std::ops::RangeInclusive<usize>) -> bool {
    digits(value).is_some_and(|digits| count.contains(&digits.len()))
}

/// Whether twelve digits may be a 個人番号, by its check digit (番号法総務省令 85 号 5 条). One of ten numbers passes by
/// chance.
#[must_use]
pub fn is_individual_number(value: &str) -> bool {
    let Some(digits) = digits(value).filter(|digits| digits.len() == 12) else { return false };
    let weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let sum: u32 = digits.iter().zip(weights).map(|(digit, weight)| u32::from(*digit) * weight).sum();
    let check = match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    };
    u32::from(digits[11]) == check
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn doubts(kind: &ItemKind, values: &[&str]) -> Vec<Option<&'static str>> {
        values.iter().map(|value| doubt_of(kind, value).map(Doubt::id)).collect()
    }

    #[test]
    fn what_applicants_write_is_not_doubted_for_its_width() {
        assert_eq!(
            doubts(&ItemKind::Kana, &["ヤマガタ　ハナコ", "ﾔﾏｶﾞﾀ ﾊﾅｺ", "やまがた", "ジョン・ポー", ""]),
            [None; 5]
        );
        assert_eq!(doubts(&ItemKind::Kana, &["山形"]), [Some("not_kana")]);
        assert_eq!(doubts(&ItemKind::Date, &["令和2年10月29日", "２０２０／１０／２９", "H10.10.9"]), [None; 3]);
        let odd = doubts(&ItemKind::Date, &["昭和64年1月8日", "未定", "平成31年5月1日"]);
        assert_eq!(odd, [Some("not_a_date"), Some("not_a_date"), Some("era_had_ended")]);
        assert_eq!(doubts(&ItemKind::Number, &["３", "1,200", "-5", "12.5"]), [None; 4]);
        assert_eq!(doubts(&ItemKind::Number, &["三", "nan", "inf", "1人"]), [Some("not_a_number"); 4]);
        assert_eq!(
            doubts(&ItemKind::PostalCode, &["9908570", "990-8570", "〒９９０－８５７０", "990ー8570"]),
            [None; 4]
        );
        assert_eq!(doubts(&ItemKind::PostalCode, &["990857", "山形"]), [Some("not_a_postal_code"); 2]);
        assert_eq!(doubts(&ItemKind::Account, &["0012345", "1"]), [None; 2]);
        assert_eq!(doubts(&ItemKind::Account, &["123456789", "普通1"]), [Some("not_an_account"); 2]);
        assert_eq!(doubts(&ItemKind::Text, &["何でも"]), [None]);
    }

    #[test]
    fn a_choice_is_its_label_its_code_or_both() {
        let choice = |code: &str, label: &str| Choice { code: Some(code.into()), label: label.into() };
        let kind = ItemKind::Choice(vec![choice("85", "臨床工学技士"), choice("12", "大学（公立）")]);
        assert_eq!(doubts(&kind, &["臨床工学技士", "８５", "85 臨床工学技士", "大学(公立)"]), [None; 4]);
        assert_eq!(doubts(&kind, &["12 臨床工学技士", "医師"]), [Some("not_a_choice"); 2]);
    }

    /// domain.md §6.1: the check digits that the rule gives.
    #[test]
    fn the_check_digit_is_the_one_of_the_rule() {
        for number in ["123456789018", "000000000000", "987654321093", "111111111118", "555555555557"] {
            assert!(is_individual_number(number), "{number}");
        }
        let kind = ItemKind::IndividualNumber;
        assert_eq!(doubts(&kind, &["1234 5678 9018", "１２３４５６７８９０１８"]), [None; 2]);
        assert_eq!(
            doubts(&kind, &["123456789012", "12345678901"]),
            [Some("check_digit"), Some("not_an_individual_number")]
        );
    }

    proptest! {
        #[test]
        fn any_text_is_judged(value in ".{0,24}") {
            for kind in [ItemKind::Kana, ItemKind::Date, ItemKind::Choice(Vec::new()), ItemKind::Number,
                ItemKind::PostalCode, ItemKind::Account, ItemKind::IndividualNumber] {
                let _ = doubt_of(&kind, &value);
            }
        }

        #[test]
        fn of_ten_last_digits_one_is_right(head in "[0-9]{11}") {
            let right = (0..10).filter(|last| is_individual_number(&format!("{head}{last}"))).count();
            prop_assert_eq!(right, 1);
        }
    }
}
