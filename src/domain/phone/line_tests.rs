//! Tests of the line by which a caller is found.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::domain::application::Content;
use crate::domain::calendar::{day_of_number, wareki, wareki_day};
use crate::domain::identity::ReceiptNumber;

fn content(number: &str, name: &str, kana: &str, items: &[(&str, &str)]) -> Content {
    let names = items.iter().map(|(item, _)| (*item).to_owned()).collect();
    Content {
        source: "etumo".into(),
        number: ReceiptNumber::new(number).unwrap(),
        form: Arc::new(FormHeader { items: names, ..FormHeader::default() }),
        submitted: None,
        name: Some(name.to_owned()),
        kana: Some(kana.to_owned()),
        mail: None,
        user_id: None,
        line: None,
        remarks: None,
        values: items.iter().map(|(_, value)| Some((*value).to_owned())).collect(),
        raw: BTreeMap::new(),
        sealed: Vec::new(),
    }
}

fn hanako() -> Content {
    let items =
        [("電話番号", "０２３－６３０－２２１１"), ("生年月日", "平成2年3月4日"), ("児童の生年月日", "2015-06-07")];
    content("865392469276", "山形　花子", "ヤマガタ ハナコ", &items)
}

fn means(line: &str) -> bool {
    PhoneLine::parse(line).unwrap().means(&Caller::of(&hanako(), None))
}

#[test]
fn a_caller_is_found_by_what_they_say() {
    for line in [
        "9276",
        "８６５３９２４６９２７６",
        "2211",
        "630-2211",
        "023 630 2211",
        "(023)6302211",
        "平成2年3月4日",
        "平成2年 3月 4日",
        "H2.3.4",
        "Ｈ０２／０３／０４",
        "19900304",
        "1990-03-04",
        "山形",
        "山形花子",
        "山形 花子",
        "やまがた",
        "ﾔﾏｶﾞﾀ ﾊﾅｺ",
        "ハナコ 2211",
        "花子 H2.3.4",
    ] {
        assert!(means(line), "{line}");
    }
    for line in ["9277", "8653", "6302", "1990-03-05", "2015-06-07", "鈴木", "花子 2212", "山形 1990-03-05"] {
        assert!(!means(line), "{line}");
    }
}

#[test]
fn what_is_too_short_says_so() {
    assert_eq!(PhoneLine::parse(" 　"), Err(LineProblem::Empty));
    assert_eq!(PhoneLine::parse("276"), Err(LineProblem::ShortTail));
    assert_eq!(PhoneLine::parse("花子 21"), Err(LineProblem::ShortTail));
    assert_eq!(
        PhoneLine::parse("-"),
        Ok(PhoneLine { words: vec![Word { digits: None, day: None, text: "-".into() }] })
    );
}

#[test]
fn the_definition_of_a_form_says_what_its_items_are() {
    let form = content("1", "", "", &[("ご担当", "紅花会"), ("折り返し先", "023-630-2211"), ("設立", "S38.1.2")]);
    let known = StandIns {
        name: vec!["ご担当".into()],
        kana: Vec::new(),
        birth_date: vec!["設立".into()],
        phone: vec!["折り返し先".into()],
    };
    let caller = Caller::of(&form, Some(&known));
    for line in ["2211", "紅花会", "昭和38年1月2日"] {
        assert!(PhoneLine::parse(line).unwrap().means(&caller), "{line}");
        assert!(!PhoneLine::parse(line).unwrap().means(&Caller::of(&form, None)), "{line}");
    }
}

/// What an application says in a query's eyes: enough for these tests.
struct Seen<'c>(&'c Content);

impl crate::domain::query::Subject for Seen<'_> {
    fn source(&self) -> &str {
        &self.0.source
    }
    fn number(&self) -> &str {
        self.0.number.as_str()
    }
    fn name(&self) -> Option<&str> {
        self.0.name.as_deref()
    }
    fn kana(&self) -> Option<&str> {
        self.0.kana.as_deref()
    }
    fn mail(&self) -> Option<&str> {
        None
    }
    fn remarks(&self) -> Option<&str> {
        None
    }
    fn form_code(&self) -> &str {
        ""
    }
    fn form_version(&self) -> &str {
        ""
    }
    fn form_name(&self) -> &str {
        ""
    }
    fn submitted(&self) -> Option<crate::domain::application::Instant> {
        None
    }
    fn updated(&self) -> Option<crate::domain::application::Instant> {
        None
    }
    fn status(&self) -> crate::domain::status::Status {
        crate::domain::status::Status::Unprocessed
    }
    fn source_status(&self) -> Option<crate::domain::status::Status> {
        None
    }
    fn reflection(&self) -> crate::domain::reflection::Reflection {
        crate::domain::reflection::Reflection::Done
    }
    fn line(&self) -> Option<crate::domain::application::Line> {
        None
    }
    fn items(&self, visit: &mut dyn FnMut(&str, &str)) {
        for (name, value) in self.0.form.items.iter().zip(&self.0.values) {
            visit(name, value.as_deref().unwrap_or_default());
        }
    }
    fn has(&self, _: crate::domain::query::Feature) -> bool {
        false
    }
}

/// Whether the query of a line finds it, as the index would be asked.
fn found(line: &PhoneLine, content: &Content) -> bool {
    let query = line.query(&[(&content.form, None)]);
    query.matches(&Seen(content), &mut crate::domain::query::Scratch::default())
}

/// The writings of a day in lists that the office receives.
fn written(day: Day, style: usize) -> String {
    let (y, m, d) = (day.year(), day.month(), day.day());
    match (style, wareki(day)) {
        (0, _) => format!("{y}-{m:02}-{d:02}"),
        (1, _) => format!("{y}/{m}/{d}"),
        (2, _) => format!("{y}{m:02}{d:02}"),
        (3, _) => format!("{y}年{m}月{d}日"),
        (4, Some((era, year))) => format!("{}{year}.{m}.{d}", era.letter().to_ascii_uppercase()),
        (5, Some((era, year))) => format!("{}{year:02}.{m:02}.{d:02}", era.letter()),
        (6, Some((era, year))) => format!("{}{year:02}年{m:02}月{d:02}日", era.name()),
        _ => wareki_day(day),
    }
}

proptest! {
    /// Whatever is typed is understood or refused; and whoever the line means, its query finds.
    #[test]
    fn any_line_is_understood_or_refused(line in "\\PC{0,24}") {
        if let Ok(line) = PhoneLine::parse(&line) {
            let caller = Caller::of(&hanako(), None);
            prop_assert!(!line.means(&caller) || found(&line, &hanako()));
        }
    }

    #[test]
    fn a_tail_in_any_writing_finds_its_number(digits in "[0-9]{10,12}", tail in 4_usize..10, style in 0_usize..3) {
        let tail = &digits[digits.len() - tail..];
        let wide = |text: &str| -> String {
            text.chars().map(|c| char::from_u32(c as u32 - '0' as u32 + '０' as u32).unwrap()).collect()
        };
        let typed = match style {
            0 => tail.to_owned(),
            1 => wide(tail),
            _ => format!("{}-{}", &tail[..tail.len() - 4], &tail[tail.len() - 4..]).trim_start_matches('-').to_owned(),
        };
        let line = PhoneLine::parse(&typed).unwrap();
        let by_number = content(&digits, "名", "", &[]);
        prop_assert!(line.means(&Caller::of(&by_number, None)) && found(&line, &by_number), "{}", typed);
        let hyphened = format!("{}-{}-{}", &digits[..2], &digits[2..digits.len() - 4], &digits[digits.len() - 4..]);
        for phone in [digits.clone(), hyphened, wide(&digits)] {
            let by_phone = content("x", "名", "", &[("電話番号", &phone)]);
            prop_assert!(line.means(&Caller::of(&by_phone, None)) && found(&line, &by_phone), "{} {}", typed, phone);
        }
    }

    #[test]
    fn a_birth_date_in_any_writing_finds_the_same_day(number in 0_u64..20_000, typed in 0_usize..8, kept in 0_usize..8) {
        let day = day_of_number(number).unwrap();
        let line = PhoneLine::parse(&written(day, typed)).unwrap();
        let born = content("x", "名", "", &[("生年月日", &written(day, kept))]);
        prop_assert!(line.means(&Caller::of(&born, None)), "{} {}", written(day, typed), written(day, kept));
        prop_assert!(found(&line, &born), "{} {}", written(day, typed), written(day, kept));
        let next = content("x", "名", "", &[("生年月日", &written(day.tomorrow().unwrap(), kept))]);
        prop_assert!(!line.means(&Caller::of(&next, None)));
    }
}
